"""How words are withheld: runs of segments become one block each. Pure.

A run of withheld words is one block: no speaker, no inner cues. Segments are withheld whole. What may not live here: who may read
what a restriction withholds (gate), names (names).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archive_app.access.readings import Block, Segment, Withheld

Filter = Callable[[str, str], str]
"""(text, language) -> the same text with closed names replaced."""
Run = tuple[int, int]
"""(first, last) ordinals of segments, both included."""


@dataclass(frozen=True)
class Line:
    """A stored segment, as far as redaction needs it."""

    ordinal: int
    start_ms: int | None
    end_ms: int | None
    speaker: str
    text: str
    language: str
    cue: str
    words: tuple[tuple[int, int], ...] = ()


def merged(runs: Iterable[Run]) -> list[Run]:
    """Runs in order; those that touch or overlap become one, so that nothing shows where one withheld part ends and another begins."""
    result: list[Run] = []
    for first, last in sorted(runs):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def blocks(lines: Sequence[Line], withheld: Sequence[Run], names: Filter) -> tuple[tuple[Block, ...], tuple[Run, ...]]:
    """The blocks of a transcript for one viewer, numbered from 1, and beside each the ordinals it stands for.

    `lines` in order; `withheld`: merged runs that this viewer may not read."""
    shown: list[Block] = []
    ordinals: list[Run] = []
    hidden = {ordinal: run for run in withheld for ordinal in range(run[0], run[1] + 1)}
    for line in lines:
        run = hidden.get(line.ordinal)
        if run is None:
            shown.append(segment(len(shown) + 1, line, names, withheld))
            ordinals.append((line.ordinal, line.ordinal))
        elif not ordinals or ordinals[-1] != run:
            shown.append(Withheld(len(shown) + 1, line.start_ms, line.end_ms))
            ordinals.append(run)
        elif line.end_ms is not None:
            last = shown[-1]
            shown[-1] = Withheld(last.n, last.start_ms, max(line.end_ms, last.end_ms or 0))
    return tuple(shown), tuple(ordinals)


def segment(n: int, line: Line, names: Filter, withheld: Sequence[Run]) -> Segment:
    """A stored segment as a reading, its names filtered; without the id of its cue wherever something is withheld: numbered cues
    would tell how many are; and without the times of its words where a name was replaced: they would tell of how many words it is."""
    cue = "" if withheld else names(line.cue, line.language)
    text = names(line.text, line.language)
    return Segment(n, line.start_ms, line.end_ms, names(line.speaker, line.language), text, line.language, cue,
                   line.words if text == line.text else ())


def number_shown(ordinal: int, withheld: Sequence[Run]) -> int:
    """What `n` the segment with this ordinal has in a reading from which these merged runs are withheld."""
    before = sum(min(last, ordinal) - first for first, last in withheld if first < ordinal)
    return ordinal - before


def touching(lines: Iterable[Line], start_ms: int, end_ms: int) -> list[Run]:
    """Runs of segments that share any time with [start, end): a segment without times cannot be told apart and is withheld."""
    found = [line.ordinal for line in lines
             if line.start_ms is None or line.end_ms is None or (line.start_ms < end_ms and max(line.end_ms, line.start_ms + 1) > start_ms)]
    return merged((ordinal, ordinal) for ordinal in found)
