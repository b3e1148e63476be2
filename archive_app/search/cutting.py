"""Cutting: where one passage ends and the next begins. Pure, readings only.

A passage is 60 to 90 words of successive segments, cut at turns of speech where there are any, never across a withheld block. A
segment longer than that is cut into parts at ends of sentences. Where passages begin, and what they are called, is decided by the
widest audience that reads those words; inside a block withheld from it, by the widest that reads inside; so a passage says
nothing about what its reader may not see.
What may not live here: which shelf a passage goes to (documents), tokens (leaves).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive_app.access.index_readings import RenderedTranscript
from archive_app.access.readings import Block, Segment

FEWEST, MOST, LONG = 60, 90, 120
"""Words: a turn of speech may end a passage from FEWEST on; MOST ends it anywhere; a segment of more than LONG is cut itself."""
PART = 75
"""Words of a part of a long segment."""
LETTERS_A_WORD = 15
"""No language has longer words on average: what has more letters than that a word is written without spaces."""

_SENTENCE_END = re.compile(r"[.!?…。！？։؟۔।]+[\"'”’»)\]]*\s+|\n+|[。！？]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Cut:
    """One passage: its public name inside the transcript, the ordinals of its segments, which part of how many of a long one."""

    name: str
    first: int
    last: int
    part: int = 0
    parts: int = 0


def word_count(text: str) -> int:
    """How long a text is, in words between spaces; characters / LETTERS_A_WORD where that is more (scripts without spaces)."""
    return max(len(text.split()), len(text) // LETTERS_A_WORD)


def passages_of(renditions: Sequence[RenderedTranscript]) -> list[Cut]:
    """The passages of one transcript in reading order, for the reader of the last rendition. The widest audience comes first;
    each is read by everybody who reads the next."""
    return list(_region(renditions, "", None))


def _region(renditions: Sequence[RenderedTranscript], prefix: str, within: tuple[int, int] | None) -> Iterator[Cut]:
    """Passages of the ordinals `within` (None = all), cut by the first rendition that shows a word there."""
    if not renditions:
        return
    blocks = list(_inside(renditions[0], within))
    if not any(isinstance(block, Segment) for block, _ in blocks):
        yield from _region(renditions[1:], prefix, within)
        return
    digits = 4 if prefix else 6
    run: list[tuple[str, Segment, tuple[int, int]]] = []
    for count, (block, span) in enumerate(blocks, start=1):
        name = f"{prefix}{count:0{digits}}"
        if isinstance(block, Segment):
            run.append((name, block, span))
            continue
        yield from _run(run)
        run = []
        yield from _region(renditions[1:], name + ".", span)
    yield from _run(run)


def _inside(rendition: RenderedTranscript, within: tuple[int, int] | None) -> Iterator[tuple[Block, tuple[int, int]]]:
    """The blocks that lie within these ordinals; a withheld block that reaches beyond is clipped."""
    for block, (first, last) in zip(rendition.transcript.blocks, rendition.ordinals, strict=True):
        if within is None:
            yield block, (first, last)
        elif first <= within[1] and last >= within[0]:
            yield block, (max(first, within[0]), min(last, within[1]))


def _run(run: Sequence[tuple[str, Segment, tuple[int, int]]]) -> Iterator[Cut]:
    """Cut one run of successive segments. `open_` holds the segments of the passage being filled."""
    open_: list[int] = []
    words = [word_count(segment.text) for _, segment, _ in run]
    for at, (name, segment, span) in enumerate(run):
        if words[at] > LONG:
            yield from _closed(run, open_)
            open_ = []
            parts = max(2, round(words[at] / PART))
            yield from (Cut(f"{name}+{part:02}", span[0], span[1], part, parts) for part in range(1, parts + 1))
            continue
        filled = sum(words[i] for i in open_)
        turn = bool(open_) and segment.speaker != run[open_[-1]][1].speaker
        if open_ and (filled + words[at] > MOST or (turn and filled >= FEWEST)):
            keep = len(open_) if turn else _last_turn(run, open_, words)
            yield from _closed(run, open_[:keep])
            open_ = open_[keep:]
        open_.append(at)
    yield from _closed(run, open_)


def _last_turn(run: Sequence[tuple[str, Segment, tuple[int, int]]], open_: Sequence[int], words: Sequence[int]) -> int:
    """How many of the open segments to close: up to the last turn of speech that leaves enough words, else all."""
    for count in range(len(open_) - 1, 0, -1):
        turn = run[open_[count]][1].speaker != run[open_[count - 1]][1].speaker
        if turn and sum(words[i] for i in open_[:count]) >= FEWEST:
            return count
    return len(open_)


def _closed(run: Sequence[tuple[str, Segment, tuple[int, int]]], open_: Sequence[int]) -> Iterator[Cut]:
    if open_:
        yield Cut(run[open_[0]][0], run[open_[0]][2][0], run[open_[-1]][2][1])


@lru_cache(maxsize=8)  # the parts of one long segment are asked for one after another
def part_spans(text: str, parts: int) -> tuple[tuple[int, int], ...]:
    """Offsets of the parts of a long segment: each boundary at the end of the sentence nearest to an equal share, where one is
    near, else at a space, else anywhere. Equal text and number, equal spans."""
    length = len(text)
    sentences = [match.end() for match in _SENTENCE_END.finditer(text)]
    spaces = [match.end() for match in _SPACE.finditer(text)]
    edges = [0]
    for share in range(1, parts):
        ideal = length * share // parts
        reach = max(1, length // (parts * 3))
        near = _nearest(sentences, ideal, reach)
        if near is None:
            near = _nearest(spaces, ideal, reach)
        edges.append(max(edges[-1], ideal if near is None else near))
    edges.append(length)
    return tuple(zip(edges, edges[1:], strict=False))


def _nearest(places: Sequence[int], ideal: int, reach: int) -> int | None:
    """Of ascending places the one nearest to the ideal (the earlier of two), None where none is within reach."""
    at = bisect_left(places, ideal)
    best = min(places[max(0, at - 1):at + 1], key=lambda place: abs(place - ideal), default=None)
    return best if best is not None and abs(best - ideal) <= reach else None
