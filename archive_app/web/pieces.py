"""The words of a cue in pieces: what is marked in them, and which footnotes are about them; the footnotes under a transcript.

Pure. What may not live here: which words are marked (marks), how cues become paragraphs (lines), HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archive_app.access.readings import Segment, Transcript

Span = tuple[int, int]
"""(start, end) in letters of a text, the end not included."""


class Sign(NamedTuple):
    """The number of a footnote behind words that it is about; `place` counts the signs of one note, from 1."""

    note: int
    place: int


class Piece(NamedTuple):
    """Some characters of a cue, marked or not, and the signs behind them."""

    text: str
    marked: bool
    signs: tuple[Sign, ...] = ()


class Footnote(NamedTuple):
    """A note as it stands under a transcript: its number, its words and addresses; `places`: how many signs lead to it."""

    n: int
    text: str
    links: tuple[str, ...]
    places: int


Signs = Mapping[int, Mapping[int, tuple[Sign, ...]]]
"""n of a segment -> letters from the beginning of its text -> what stands behind them."""


def signs(transcript: Transcript) -> Signs:
    """Where the signs of all notes stand: behind the words that each is about, once even where a note names them twice."""
    there = {block.n: len(block.text) for block in transcript.blocks if isinstance(block, Segment)} if transcript.notes else {}
    found: dict[int, dict[int, tuple[Sign, ...]]] = {}
    for note in transcript.notes:
        ends = dict.fromkeys((n, min(end, there[n])) for n, _, end in note.places if n in there)
        for place, (n, end) in enumerate(ends, 1):
            behind = found.setdefault(n, {})
            behind[end] = (*behind.get(end, ()), Sign(note.n, place))
    return found


def footnotes(transcript: Transcript) -> tuple[Footnote, ...]:
    """The notes of a transcript in the order of their numbers."""
    places = Counter(sign.note for ends in signs(transcript).values() for behind in ends.values() for sign in behind)
    return tuple(Footnote(note.n, note.text, note.links, places[note.n]) for note in transcript.notes)


def cut(text: str, spans: Sequence[Span], behind: Mapping[int, tuple[Sign, ...]]) -> Iterator[Piece]:
    """The text cut where a mark begins or ends and where signs stand; of marks that overlap the first is set. Every letter once."""
    marked = list(_apart(spans))
    edges = sorted({0, len(text), *behind, *(edge for span in marked for edge in span)})
    if 0 in behind:
        yield Piece("", False, behind[0])
    for start, end in zip(edges, edges[1:], strict=False):
        yield Piece(text[start:end], any(first <= start < last for first, last in marked), behind.get(end, ()))


def _apart(spans: Sequence[Span]) -> Iterator[Span]:
    done = 0
    for first, last in sorted(spans):
        if first >= done:
            yield first, last
            done = last
