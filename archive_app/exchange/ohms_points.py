"""The index of an OHMS file, written from readings.

What may not live here: the rest of the file (ohms_writing), decisions about what may be read.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement

from archive_app.access.readings import IndexPoint, Link, MapPoint
from archive_app.exchange.times import SECOND_MS


def add_index(record: Element, points: Sequence[IndexPoint], second: str) -> None:
    """`<index>` with a `<point>` for each point that says something; those in the language `second` stand in the fields of the second
    language of the point of the same second. Times are whole seconds there, cut off."""
    index = SubElement(record, "index")
    waiting: dict[int, deque[IndexPoint]] = defaultdict(deque)
    for point in points:
        if second and point.language == second and _says(point):
            waiting[point.start_ms // SECOND_MS].append(point)
    for point in points:
        if (second and point.language == second) or not _says(point):
            continue
        partners = waiting[point.start_ms // SECOND_MS]
        _add_point(index, point.start_ms, point, partners.popleft() if partners else IndexPoint(point.start_ms, ""))
    for left in [point for partners in waiting.values() for point in partners]:
        _add_point(index, left.start_ms, IndexPoint(left.start_ms, ""), left)


def _says(point: IndexPoint) -> bool:
    """Withheld points keep a time and no words: there is nothing to write of them."""
    return any((point.title, point.excerpt, point.synopsis, point.keywords, point.subjects, point.places, point.links))


def _add_point(index: Element, start_ms: int, first: IndexPoint, second: IndexPoint) -> None:
    element = SubElement(index, "point")
    _add(element, "time", str(start_ms // SECOND_MS))
    fields = [
        ("title", first.title, second.title),
        ("partial_transcript", first.excerpt, second.excerpt),
        ("synopsis", first.synopsis, second.synopsis),
        ("keywords", _listed(first.keywords), _listed(second.keywords)),
        ("subjects", _listed(first.subjects), _listed(second.subjects)),
    ]
    for name, text, other in fields:
        _add(element, name, text)
        _add(element, f"{name}_alt", other)
    for place, called in _paired_places(first.places, second.places):
        _add_place(SubElement(element, "gpspoints"), place, called)
    for link, called in _paired_links(first.links, second.links):
        group = SubElement(element, "hyperlinks")
        _add(group, "hyperlink", link.url)
        _add(group, "hyperlink_text", link.text)
        _add(group, "hyperlink_text_alt", called)


def _add_place(group: Element, place: MapPoint, called: str) -> None:
    at = [format(Decimal(repr(degrees)), "f") for degrees in (place.latitude, place.longitude) if degrees is not None]
    _add(group, "gps", ", ".join(at) if len(at) == 2 else "")
    _add(group, "gps_zoom", "" if place.zoom is None else str(place.zoom))
    _add(group, "gps_text", place.text)
    _add(group, "gps_text_alt", called)


def _paired_places(first: Sequence[MapPoint], second: Sequence[MapPoint]) -> list[tuple[MapPoint, str]]:
    """Each place with what the second language calls it."""
    called: dict[tuple[float | None, float | None], deque[str]] = defaultdict(deque)
    for place in second:
        called[place.latitude, place.longitude].append(place.text)
    pairs = [(place, partners.popleft() if (partners := called[place.latitude, place.longitude]) else "") for place in first]
    return pairs + [(MapPoint(*at), text) for at, texts in called.items() for text in texts]


def _paired_links(first: Sequence[Link], second: Sequence[Link]) -> list[tuple[Link, str]]:
    called: dict[str, deque[str]] = defaultdict(deque)
    for link in second:
        called[link.url].append(link.text)
    pairs = [(link, partners.popleft() if (partners := called[link.url]) else "") for link in first]
    return pairs + [(Link(url), text) for url, texts in called.items() for text in texts]


def _listed(items: Sequence[str]) -> str:
    """Items parted by `;`. OHMS has no way to write one that holds `;` itself: it becomes a comma."""
    return ";".join(item.replace(";", ",") for item in items)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
