"""A time line of a collection: what happened at the places told of, against when it was told. Server-made SVG, and the table behind it.

Years run from left to right in every language. Events stand above, how much was told in each decade below, on one axis: the distance
between them is what the picture says. What may not live here: what is counted (the reading), sentences (templates).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archive_app.access.readings import Coverage, EventRef, Name
from archive_app.search import documents
from archive_app.web import names
from archive_app.web.charts import LETTER, Bar, Box, overlap, round_step
from archive_app.web.reads import InCollection

WIDTH, EDGE, ROW, ROWS, BARS, FOOT = 640, 32, 34, 4, 120, 30
"""Of the picture: its width, the room at its ends, the height of a row of events, how many rows, the heights of what was told and of the
years under it."""


class Moment(NamedTuple):
    """An event, from `x` over `width` at the height `y`. `label`, in `language`, where there is room for it; `before`: it ends left of
    the mark."""

    x: float
    y: float
    width: float
    label: str
    language: str
    before: bool


class Row(NamedTuple):
    """A line of the table: an event, or how many testimonies were told in the decade that begins with `year`."""

    year: int
    event: EventRef | None
    told: int


class TimeLine(NamedTuple):
    """`base`: what the bars stand on; `years`: (x, year) under it; `rows`: all of it in order of time."""

    height: int
    base: int
    moments: tuple[Moment, ...]
    bars: tuple[Bar, ...]
    years: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]

    @property
    def decades(self) -> list[tuple[int, int]]:
        """(year that a decade begins with, testimonies told in it)"""
        return [(row.year, row.told) for row in self.rows if row.told]


def context(view: InCollection) -> dict[str, Any]:
    """What the page of a collection needs beside its view."""
    return {"line": time_line(view.coverage) if view.coverage else None}


def time_line(coverage: Coverage) -> TimeLine | None:
    """The time line of a collection; None where there is nothing to hold against each other."""
    told = _in_decades(coverage.told)
    dated = [(span, event) for event in coverage.events if (span := documents.years(event.date))]
    dated.sort(key=lambda pair: (pair[0], pair[1].id))
    if not told or len(told) + len(dated) < 2:
        return None
    first = min([*told, *(span[0] for span, _ in dated)])
    last = max([year + 10 for year in told] + [span[1] + 1 for span, _ in dated])

    def across(year: float) -> float:
        return round(EDGE + (year - first) * (WIDTH - 2 * EDGE) / (last - first), 1)

    moments = tuple(_moments([(across(span[0]), across(span[1] + 1), names.first(event.names)) for span, event in dated]))
    base = int(max((moment.y + ROW // 2 for moment in moments), default=0)) + BARS
    step = max(10, int(round_step(last - first)))
    years = range(-(-first // step) * step, last + 1, step)
    rows = [Row(span[0], event, 0) for span, event in dated] + [Row(year, None, count) for year, count in told.items()]
    return TimeLine(base + FOOT, base, moments, tuple(_bars(told, base, across)), tuple((across(year), str(year)) for year in years),
                    tuple(sorted(rows, key=lambda row: (row.year, row.event is None))))


def _in_decades(told: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Year that a decade begins with -> testimonies, as search counts them: in each decade that their date touches."""
    counts: dict[int, int] = {}
    for first, last, count in told:
        for decade in documents.decades((first, last)):
            counts[int(decade)] = counts.get(int(decade), 0) + count
    return dict(sorted(counts.items()))


def _moments(spans: Sequence[tuple[float, float, Name]]) -> Iterator[Moment]:
    """Each event in the first row that has room for it and its name, behind it or before; where none has, without its name, since the
    table has it."""
    taken: list[Box] = []
    for start, end, name in spans:
        width, room = max(6.0, round(end - start, 1)), LETTER * len(name.text) + 16
        mark = (start - 2, start + width + 2)
        tries = [(y, before, (mark[0] - room, mark[1]) if before else (mark[0], mark[1] + room))
                 for y in range(ROW // 2, ROW * ROWS, ROW) for before in (False, True)]
        free = [(y, before, (left, y - 1.0, right, y + 1.0)) for y, before, (left, right) in tries if left >= 0 and right <= WIDTH]
        found = next((each for each in free if not any(overlap(each[2], other) for other in taken)), None)
        y, before, box = found or (tries[-1][0], False, (mark[0], tries[-1][0] - 1.0, mark[1], tries[-1][0] + 1.0))
        taken.append(box)
        yield Moment(start, y, width, name.text if found else "", name.language, before)


def _bars(told: Mapping[int, int], base: int, across: Callable[[float], float]) -> Iterator[Bar]:
    most = max(told.values())
    for decade, count in told.items():
        start, end = across(decade + 0.5), across(decade + 9.5)
        width, height = max(2.0, round(end - start, 1)), max(2.0, round((BARS - ROW) * count / most, 1))
        figure = str(count) if LETTER * len(str(count)) <= width else ""
        yield Bar(start, round(base - height, 1), width, height, round(start + width / 2, 1), figure, "")
