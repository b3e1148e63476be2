"""Pictures where people would rather look than read: server-made SVG, each with its figures beside it as text or table.

Numbers become attributes of shapes; there is no style and no script in them. What may not live here: what is counted (search,
room).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archive_app.access.readings import MapPoint, Name, PlaceRef
from archive_app.web import names

WIDTH, HEIGHT, FOOT, TOP = 240, 96, 20, 16
MAP_WIDTH, MAP_HEIGHT, MAP_EDGE, MAP_FOOT = 640, 390, 24, 30
LETTER = 15
"""Units that a letter of a label takes at the size it has on a phone."""
Box = tuple[float, float, float, float]
SMALLEST_SPAN = 0.02
"""Degrees: a map of one place is not drawn at infinite scale."""


class Bar(NamedTuple):
    """One bar of a histogram; `figure` and `label` are written where there is room."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    figure: str
    label: str


def histogram(counts: Sequence[tuple[int, int]]) -> tuple[Bar, ...]:
    """Bars for (year a decade begins, count) in order of years; decades without count between them leave a gap. Long spans get
    narrower bars and fewer labels."""
    if not counts:
        return ()
    known = dict(counts)
    decades = range(min(known), max(known) + 1, 10)
    step = WIDTH / max(8, len(decades))
    most = max(known.values())
    every = max(1, math.ceil(len(decades) / 4))
    bars = []
    for place, decade in enumerate(decades):
        count = known.get(decade, 0)
        labelled = place % every == 0 and place + every <= len(decades) + every - 1
        height = max(2.0, round((HEIGHT - FOOT - TOP) * count / most, 1)) if count else 0.0
        x = round(place * step + step * 0.125, 1)
        bars.append(Bar(x, HEIGHT - FOOT - height, round(step * 0.75, 1), height, round(place * step + step / 2, 1),
                        str(count) if count and len(decades) <= 12 else "", str(decade) if labelled else ""))
    return tuple(bars)


class Tick(NamedTuple):
    x: float
    width: float


def ticks(moments_ms: Sequence[tuple[int, int]], length_ms: int, thinnest: float = 0.003) -> tuple[Tick, ...]:
    """Marks on a line of 1000 units that stands for `length_ms`, each at least `thinnest` of it wide."""
    if length_ms <= 0:
        return ()
    return tuple(Tick(round(1000 * start / length_ms, 1), round(1000 * max(thinnest, (end - start) / length_ms), 1))
                 for start, end in moments_ms)


class Point(NamedTuple):
    """Where one or more places lie. `label`, in `language`, where there is room for it; `before`: it ends left of the point."""

    x: float
    y: float
    label: str
    language: str
    before: bool


class Placed(NamedTuple):
    """A place in the table behind a map: `id` where it has a page, `name` the one shown first; degrees."""

    id: str
    name: Name
    latitude: float
    longitude: float


class Map(NamedTuple):
    """Places on a plain grid: no coast, no border, which are not ours to draw. `lines` = (x or y, degrees, is meridian); `places`: those
    that are drawn, in the order given."""

    points: tuple[Point, ...]
    lines: tuple[tuple[float, str, bool], ...]
    places: tuple[Placed, ...]


Where = tuple[float, float]


def place_map(places: Iterable[PlaceRef | MapPoint], letter: float = LETTER) -> Map | None:
    """Equirectangular, true to scale at the middle latitude; None where no place has coordinates. `letter`: units that a letter of a label
    takes; places that would lie on one another share a point."""
    known = tuple(dict.fromkeys(_placed(places)))
    if not known:
        return None
    south, north = min(place.latitude for place in known), max(place.latitude for place in known)
    west, east = min(place.longitude for place in known), max(place.longitude for place in known)
    middle, centre = (south + north) / 2, (west + east) / 2
    narrow = max(0.05, math.cos(math.radians(middle)))
    scale = min((MAP_WIDTH - 2 * MAP_EDGE) / max(SMALLEST_SPAN, (east - west) * narrow),
                (MAP_HEIGHT - MAP_FOOT - 2 * MAP_EDGE) / max(SMALLEST_SPAN, north - south))

    def across(longitude: float) -> float:
        return round(MAP_WIDTH / 2 + (longitude - centre) * narrow * scale, 1)

    def down(latitude: float) -> float:
        return round((MAP_HEIGHT - MAP_FOOT) / 2 - (latitude - middle) * scale, 1)

    step = round_step(MAP_WIDTH / scale / narrow)
    lines = [(across(value), _degrees(value, "E", "W"), True) for value in _steps(centre, step, MAP_WIDTH / 2 / scale / narrow)]
    lines += [(down(value), _degrees(value, "N", "S"), False) for value in _steps(middle, step, MAP_HEIGHT / 2 / scale)
              if MAP_FOOT < down(value) < MAP_HEIGHT - MAP_FOOT]
    together: dict[Where, list[Name]] = {}
    for place in known:
        together.setdefault((across(place.longitude), down(place.latitude)), []).append(place.name)
    closed = [(MAP_WIDTH - letter * len(text), y - 24, MAP_WIDTH, y) for y, text, meridian in lines if not meridian]
    return Map(tuple(_labelled(together, letter, closed)), tuple(lines), known)


def _placed(places: Iterable[PlaceRef | MapPoint]) -> Iterator[Placed]:
    for place in places:
        if place.latitude is not None and place.longitude is not None:
            id, name = ("", Name(place.text)) if isinstance(place, MapPoint) else (place.id, names.first(place.names))
            yield Placed(id, name, place.latitude, place.longitude)


def _labelled(together: Mapping[Where, Sequence[Name]], letter: float, closed: Sequence[Box]) -> Iterator[Point]:
    """Labels in the order given; one that would lie on another label, a point or the words of a line (`closed`) is left out: the table
    names every place. Of several places at one point all names are written, or the first, or none."""
    taken = [*closed, *((x - 8, y - 8, x + 8, y + 8) for x, y in together)]
    for (x, y), several in together.items():
        said = [name for name in dict.fromkeys(several) if name.text]
        tries = [Name(", ".join(name.text for name in said)), *said[:1]] if len(said) > 1 else said
        point = Point(x, y, "", "", False)
        for name in tries:
            before, box = _beside(x, y, letter * len(name.text))
            if 0 <= box[0] and box[2] <= MAP_WIDTH and not any(overlap(box, other) for other in taken):
                taken.append(box)
                point = Point(x, y, name.text, name.language, before)
                break
        yield point


def _beside(x: float, y: float, width: float) -> tuple[bool, Box]:
    """Whether a label of that width stands before its point, and the room it takes: the box ends where the point's own begins."""
    if x > MAP_WIDTH * 0.75:
        return True, (x - width - 12, y - 14, x - 9, y + 14)
    return False, (x + 9, y - 14, x + width + 12, y + 14)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes (left, top, right, bottom) lie on one another."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def round_step(span: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that gives about four lines."""
    raw = span / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= raw), 10 * power)


def _steps(middle: float, step: float, half: float) -> list[float]:
    first = math.ceil((middle - half) / step)
    last = math.floor((middle + half) / step)
    return [round(count * step, 6) for count in range(first, last + 1)]


def _degrees(value: float, above: str, below: str) -> str:
    return f"{abs(value):g}° {above if value >= 0 else below}"
