"""The transcripts of an OHMS 6.0 file, written from readings: WebVTT with its annotations where there are times, a text where there are
none.

A note is written only where every segment it is about is among the words; one that is about no segment, only where nothing is
withheld: the gate gives no others, and what lies in a file is out of its reach. What may not live here: the XML around it.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from archive_app.access import readings
from archive_app.exchange import webvtt
from archive_app.exchange.blocks import has_times, length
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.ohms_notes import CLOSE, NAMED, OPEN, without_holders

_MARK = re.compile(r"\[\[(/?(?:footnotes?|note|link))\]\]")


def written(transcript: readings.Transcript, withheld: Callable[[int | None], str]) -> tuple[str, str]:
    """(field of OHMS, its text): `vtt_transcript`, or `transcript` where nothing has times. A run of withheld words is one cue or one
    line with the sentence `withheld(length in ms, or None)`."""
    shown = _readable(transcript)
    timed = has_times(transcript)
    blocks = tuple(_marked(block, shown) if isinstance(block, readings.Segment) else block for block in transcript.blocks)
    marked = replace(transcript, blocks=blocks)
    if timed:
        return "vtt_transcript", _as_classes(_with_annotations(webvtt.write(marked, withheld), shown))
    return "transcript", _as_references("\n\n".join([*_lines(marked, withheld), *_section(shown)]) + "\n")


def _readable(transcript: readings.Transcript) -> list[readings.Note]:
    segments = {block.n for block in transcript.blocks if isinstance(block, readings.Segment)}
    whole = len(segments) == len(transcript.blocks)
    return [note for note in transcript.notes if (whole or note.places) and all(n in segments for n, _, _ in note.places)]


def _marked(segment: readings.Segment, notes: Sequence[readings.Note]) -> readings.Segment:
    """The segment with held places in its words, notes numbered from 1 as they come."""
    words = without_holders(segment.text).replace("\r", "\n")
    holders: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for mark, note in enumerate(notes, 1):
        for n, start, end in note.places:
            if n == segment.n:
                start, end = min(start, len(words)), max(min(end, len(words)), min(start, len(words)))
                opened = f"{OPEN}{mark}{NAMED}"
                # At one letter: what ends there, then what marks the place alone, then what begins, the longest first.
                if start == end:
                    holders[start].append((1, 0, opened + CLOSE))
                else:
                    holders[start].append((2, -end, opened))
                    holders[end].append((0, 0, CLOSE))
    parts: list[str] = []
    last = 0
    for at in sorted(holders):
        parts += [words[last:at], *(text for _, _, text in sorted(holders[at]))]
        last = at
    return replace(segment, speaker=without_holders(segment.speaker), cue=without_holders(segment.cue),
                   text="".join([*parts, words[last:]]))


def _with_annotations(captions: str, notes: Sequence[readings.Note]) -> str:
    if not notes:
        return captions
    told = "\n".join(f'<annotation ref="{mark}">{html.escape(_with_link(note), quote=False)}</annotation>'
                     for mark, note in enumerate(notes, 1))
    return f"{captions}\nNOTE\nTRANSCRIPTION END\n\nNOTE\nANNOTATIONS BEGIN\n\nNOTE\n{told}\n\nNOTE\nANNOTATIONS END\n"


def _lines(transcript: readings.Transcript, withheld: Callable[[int | None], str]) -> list[str]:
    """One line for each block. Where somebody's words look like a mark of OHMS, they lose a pair of brackets: better than words
    taken for a note."""
    said = [f"[{tidy(withheld(length(block)))}]" if isinstance(block, readings.Withheld)
            else f"{tidy(block.speaker)}: {tidy(block.text)}" if block.speaker else tidy(block.text) for block in transcript.blocks]
    return [_MARK.sub(r"[\1]", line) for line in said]


def _section(notes: Sequence[readings.Note]) -> list[str]:
    told = [f"[[note]]{_with_link(note)}[[/note]]" for note in notes]
    return ["[[footnotes]]", *told, "[[/footnotes]]"] if told else []


def _with_link(note: readings.Note) -> str:
    """OHMS has room for one address; further ones are words."""
    first, *others = [" ".join(link.split()) for link in note.links] or [""]
    return " ".join([*note.text.split(), *others]) + (f"[[link]]{first}[[/link]]" if first else "")


def _as_classes(text: str) -> str:
    return text.replace(OPEN, "<c.").replace(NAMED, ">").replace(CLOSE, "</c>")


def _as_references(text: str) -> str:
    """OHMS marks a place, not a stretch of words: the number stands where the stretch ends."""
    parts: list[str] = []
    open_marks: list[str] = []
    for chunk in text.replace(CLOSE, f"{OPEN}{CLOSE}").split(OPEN):
        mark, named, words = chunk.partition(NAMED)
        if named:
            open_marks.append(mark)
            parts.append(words)
        elif chunk.startswith(CLOSE) and open_marks:
            parts.append(f"[[footnote]]{open_marks.pop()}[[/footnote]]{chunk[1:]}")
        else:
            parts.append(chunk.removeprefix(CLOSE))
    return "".join(parts)
