"""One transcript set to be printed: whose words these are and how they came to be written down, then the words with times in the margin,
footnotes behind them.

What may not live here: reading (reads), HTML (templates), the transcript as a file (downloads).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archive_app.access.readings import Segment, Transcript
from archive_app.exchange.citations import cite
from archive_app.web import lines, links, opened, twins
from archive_app.web.reads import TranscriptView, points_in


class Noted(NamedTuple):
    """Some of the words of a segment, and the numbers of the footnotes whose mark stands behind them."""

    text: str
    notes: tuple[int, ...]


def context(view: TranscriptView) -> dict[str, Any]:
    """What the template needs beside the view."""
    layout = list(lines.paragraphs(
        view.transcript, points_in(view.testimony.index_points, view.transcript.head.language), opened.interviewers(view.testimony)))
    return {"layout": layout, "noted": noted(view.transcript), "citation": citation(view)}


def twin(view: TranscriptView) -> dict[str, Any]:
    """The testimony as in lists, the citation of this transcript, and the transcript."""
    return {"testimony": twins.card(view.testimony.card), "citation": citation(view), "transcript": twins.transcript(view.transcript)}


def citation(view: TranscriptView) -> str:
    """Chicago, of the transcript; '' where the description is closed: there is nothing to say of it."""
    card, kind = view.testimony.card, view.transcript.head.kind
    if not card.describes:
        return ""
    return cite(view.testimony, "chicago", links.absolute(f"/testimonies/{card.id}"), None, kind, opened.archive_name())


def noted(transcript: Transcript) -> Mapping[int, tuple[Noted, ...]]:
    """n of a segment -> its text in pieces, for those with footnotes: each mark stands behind the words that the note is about."""
    marks: dict[int, dict[int, list[int]]] = {}
    for note in transcript.notes:
        for n, _, end in note.places:
            marks.setdefault(n, {}).setdefault(end, []).append(note.n)
    segments = (block for block in transcript.blocks if isinstance(block, Segment) and block.n in marks)
    return {block.n: tuple(_pieces(block.text, marks[block.n])) for block in segments}


def _pieces(text: str, marks: Mapping[int, list[int]]) -> Iterator[Noted]:
    done = 0
    for end in sorted(marks):
        here = max(done, min(end, len(text)))
        yield Noted(text[done:here], tuple(sorted(marks[end])))
        done = here
    if done < len(text):
        yield Noted(text[done:], ())
