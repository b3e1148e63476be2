"""The index of OHMS: points in time with a title and words about it, in one or two languages, with places and links.

Followed: ohms.xsd 6.0, and what stood directly in a point before places and links could be several. What may not live here: times of
transcripts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from archive_app.exchange.ohms_values import Gps, Link, OhmsPoint
from archive_app.exchange.times import LONGEST_MS, read_clock, read_seconds
from archive_app.exchange.xml import Element

_COORDINATES = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*[,;\s]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)", re.ASCII)
_ZOOM = re.compile(r"[0-9]{1,2}", re.ASCII)


def read_points(record: Element, language: str, second: str) -> tuple[tuple[OhmsPoint, ...], tuple[OhmsPoint, ...], tuple[str, ...]]:
    """The points, those in the second language, and warnings. A point that says nothing is left out; one whose time cannot be read
    too, with a warning. Never raises."""
    points: list[OhmsPoint] = []
    alternates: list[OhmsPoint] = []
    untimed = misplaced = 0
    index = record.child("index")
    for element in index.children("point") if index is not None else ():
        start_ms = _seconds(element.text("time"))
        places = list(_places(element))
        point = _point(element, start_ms or 0, language, "", [first for first, _ in places])
        other = _point(element, start_ms or 0, second, "_alt", [both for _, both in places if both.text])
        if start_ms is None:
            untimed += _says(point) or _says(other)
            continue
        misplaced += sum(place.latitude is None for place in point.places)
        points += [point] if _says(point) else []
        alternates += [other] if _says(other) else []
    warnings = []
    if untimed:
        warnings.append(f"{untimed} index point(s) have no time that can be read and were left out.")
    if misplaced:
        warnings.append(f"{misplaced} place(s) of the index have coordinates that cannot be read; they were kept as words.")
    return tuple(points), tuple(alternates), tuple(warnings)


def _seconds(text: str) -> int | None:
    found = read_seconds(text)
    found = read_clock(text) if found is None else found
    return None if found is None or found > LONGEST_MS else found


def _point(element: Element, start_ms: int, language: str, suffix: str, places: list[Gps]) -> OhmsPoint:
    return OhmsPoint(
        start_ms=start_ms,
        title=element.text(f"title{suffix}").strip(";").strip(),
        language=language,
        excerpt=element.text(f"partial_transcript{suffix}"),
        synopsis=element.text(f"synopsis{suffix}"),
        keywords=element.texts(f"keywords{suffix}"),
        subjects=element.texts(f"subjects{suffix}"),
        places=tuple(places),
        links=tuple(_links(element, suffix)),
    )


def _says(point: OhmsPoint) -> bool:
    words = (point.title, point.excerpt, point.synopsis, point.keywords, point.subjects, point.places, point.links)
    return any(words)


def _places(element: Element) -> Iterator[tuple[Gps, Gps]]:
    """Each place as the first and as the second language call it."""
    for group in list(element.children("gpspoints")) or [element]:
        written, text = group.text("gps"), group.text("gps_text")
        other = group.text("gps_text_alt")
        if not written and not text and not other:
            continue
        zoom = int(group.text("gps_zoom")) if _ZOOM.fullmatch(group.text("gps_zoom")) else None
        latitude, longitude = _coordinates(written)
        if latitude is None and written:
            text = f"{text} ({written})" if text else written
        yield Gps(latitude, longitude, text, zoom), Gps(latitude, longitude, other, zoom)


def _coordinates(text: str) -> tuple[float | None, float | None]:
    found = _COORDINATES.fullmatch(text)
    if found is None:
        return None, None
    latitude, longitude = float(found.group(1)), float(found.group(2))
    return (latitude, longitude) if math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180 else (None, None)


def _links(element: Element, suffix: str) -> Iterator[Link]:
    for group in list(element.children("hyperlinks")) or [element]:
        url, text = group.text("hyperlink"), group.text(f"hyperlink_text{suffix}")
        if text or (url and not suffix):
            yield Link(url, text)
