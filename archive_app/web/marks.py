"""Where the words of a query stand in a transcript, for marking them in a page that was opened from search.

Found by search's own finder, so that what is marked is what was found; words that run on from one cue into the next are marked in
both. What may not live here: which segments are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from archive_app.access.readings import Block, Segment, Transcript
from archive_app.errors import Invalid
from archive_app.search.context import Finder, Stretch
from archive_app.search.query import parse

Spans = tuple[tuple[int, int], ...]


def marks(q: str, transcript: Transcript) -> Mapping[int, Spans]:
    """n of a segment -> (start, end) of the words in its text that `q` asks for. A query that cannot be asked marks nothing."""
    if not q:
        return {}
    try:
        finder = Finder(parse(q).node)
    except Invalid:
        return {}
    found: dict[int, Spans] = {}
    for run in _runs(transcript.blocks) if finder.nodes else ():
        line = Stretch(run, 0, len(run) - 1)
        for place, _, _ in finder.places(line):
            for at, segment in _under(line, place.start, place.end):
                span = max(0, place.start - at), min(len(segment.text), place.end - at)
                found[segment.n] = (*found.get(segment.n, ()), span)
    return found


def _runs(blocks: Sequence[Block]) -> Iterator[list[Segment]]:
    """Successive segments with nothing withheld between them."""
    for _, run in groupby(blocks, key=lambda block: isinstance(block, Segment)):
        segments = [block for block in run if isinstance(block, Segment)]
        if segments:
            yield segments


def _under(line: Stretch, start: int, end: int) -> Iterator[tuple[int, Segment]]:
    """The segments that a stretch of a line lies in; nearly always one."""
    first = bisect_right(line.segments, start, key=lambda pair: pair[0]) - 1
    for at, segment in line.segments[max(0, first):]:
        if at >= end:
            return
        yield at, segment
