"""Spans of time that a copy leaves out: sorted, joined, and wider by a guard than what was withheld.

Times are whole numbers on the file's own time line: milliseconds outside, microseconds where packets are compared with them.
What may not live here: who withholds what (access), decoding.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive_app.errors import Invalid

Span = tuple[int, int]
"""First millisecond, and the one after the last."""
GUARD_MS = 150
"""Left out on both sides too: packets of lossy sound are heard beyond their own time, and times of words are never exact."""


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as sorted spans that neither overlap nor touch. What begins before 0 begins at 0; empty spans vanish.

    Raises Invalid where one ends before it begins.
    """
    out: list[Span] = []
    for start, end in sorted((max(0, start), end) for start, end in map(_checked, spans)):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _checked(span: Span) -> Span:
    start, end = span
    if end < start:
        raise Invalid("cuts", f"a cut ends at {end} ms, before it begins at {start} ms")
    return int(start), int(end)


@dataclass(frozen=True)
class Cuts:
    """What a copy of one file leaves out. Make it with `Cuts.of`, so that equal meaning is an equal value."""

    sound: tuple[Span, ...] = ()
    picture: tuple[Span, ...] = ()

    @staticmethod
    def of(sound: Iterable[Span] = (), picture: Iterable[Span] = ()) -> Cuts:
        """Cuts from spans in any order. Raises Invalid."""
        return Cuts(joined(sound), joined(picture))

    @staticmethod
    def read(plain: dict[str, Any]) -> Cuts:
        """Cuts from what `plain` gave. Raises Invalid."""
        return Cuts.of(map(tuple, plain.get("sound", ())), map(tuple, plain.get("picture", ())))

    def plain(self) -> dict[str, list[list[int]]]:
        """The same as lists, for JSON."""
        return {"sound": [list(span) for span in self.sound], "picture": [list(span) for span in self.picture]}


class Curtain:
    """Spans with their guard, in microseconds, asked about one moment or stretch after the other."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = tuple((start * 1000, end * 1000)
                           for start, end in joined((start - GUARD_MS, end + GUARD_MS) for start, end in joined(spans)))
        self._starts, self._ends = [start for start, _ in self.spans], [end for _, end in self.spans]

    def touches(self, start: int, end: int) -> bool:
        """Whether any of start..end (microseconds; a moment where they are equal) lies behind the curtain."""
        at = bisect_right(self._ends, start)
        return at < len(self.spans) and self._starts[at] < max(end, start + 1)

    def ended(self, at: int) -> int:
        """How many spans lie wholly before a moment."""
        return bisect_right(self._ends, at)

    def spans_from(self, at: int) -> tuple[Span, ...]:
        """The spans that end behind a moment, in order."""
        return self.spans[self.ended(at):]

    def within(self, start: int, end: int) -> list[Span]:
        """What of start..end lies behind the curtain, in order."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [(max(start, a), min(end, b)) for a, b in self.spans[first:last]]
