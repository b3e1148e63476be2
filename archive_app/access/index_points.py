"""The index of a testimony as one viewer may read it: points in time with a title, and what is told there.

Points that begin in withheld time are left out; others that reach into it keep their place and lose their texts. What may not live
here: the description (catalogue), words of transcripts (words).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive_app.access import cuts
from archive_app.access.cards import Opened
from archive_app.access.entry import Entry
from archive_app.access.names import keyword, unchanged
from archive_app.access.readings import IndexPoint, Link, MapPoint
from archive_app.access.redaction import Filter
from archive_app.access.terms import FOREVER
from archive_app.records.testimonies import IndexPoint as Row
from archive_app.records.testimonies import index_points
from archive_app.storage.cuts import Span

_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ALWAYS: Span = (0, FOREVER)


def of_testimony(entry: Entry, whole: Opened) -> tuple[IndexPoint, ...]:
    """The points of an opened testimony; none with its description closed. Their excerpts are words: they need the words open."""
    rows = index_points(entry.session, whole.row.id) if "description" in whole.layers else []
    closed = _withheld(entry, whole.row.id) if rows else []
    rows = [row for row in rows if not _touched(row.start_ms, row.start_ms + 1, closed)]
    return tuple(_point(row, whole, _touched(row.start_ms, until, closed)) for row, until in zip(rows, _ends(rows), strict=True))


def _withheld(entry: Entry, testimony: int) -> list[Span]:
    """Spans of which this viewer may read nothing: those of restrictions, and those in which withheld words are spoken by any
    transcript. A restriction without times of its own closes all of it."""
    there = cuts.closed(entry, testimony)
    if not there:
        return []
    spoken = cuts.withheld(entry, testimony)
    own = [_ALWAYS if each.start_ms is None or each.end_ms is None else (each.start_ms, each.end_ms) for each in there]
    return [*own, *spoken.sound, *spoken.picture]


def _ends(rows: Sequence[Row]) -> list[int]:
    """Where each of the points that are shown ends; one that does not say so, at the next later one in its language: were it at one that is
    left out, what stays of it would tell where that begins."""
    ends: list[int] = []
    behind: dict[str, Span] = {}  # language -> where the point behind begins, and where those end that begin with it
    for row in reversed(rows):
        start, end = behind.get(row.language, (FOREVER, FOREVER))
        end = start if row.start_ms < start else end
        behind[row.language] = row.start_ms, end
        ends.append(row.end_ms or end)
    return ends[::-1]


def _touched(start: int, until: int, closed: Sequence[Span]) -> bool:
    return any(start < end and until > begin for begin, end in closed)


def _point(row: Row, whole: Opened, withheld: bool) -> IndexPoint:
    language = row.language or (whole.row.languages[0] if whole.row.languages else "")
    if withheld:
        return IndexPoint(row.start_ms, "", language=language, withheld=True)

    def shown(text: str) -> str:
        return whole.names(text, language)

    def listed(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(keyword(whole.names, word, language) for word in words)

    return IndexPoint(
        row.start_ms, shown(row.title), shown(row.synopsis), listed(row.keywords), language,
        shown(row.excerpt) if "transcript" in whole.layers else "", listed(row.subjects),
        tuple(_place(whole.names, language, *place) for place in row.places),
        tuple(_links(whole.names, language, row.links)))


def _place(names: Filter, language: str, latitude: float | None, longitude: float | None, text: str, zoom: int | None) -> MapPoint:
    return MapPoint(latitude, longitude, keyword(names, text, language), zoom)


def _links(names: Filter, language: str, stored: Sequence[Sequence[str]]) -> Iterator[Link]:
    for url, text in stored:
        link = Link(address(names, url), keyword(names, text, language))
        if link.url or link.text:
            yield link


def address(names: Filter, url: str) -> str:
    """An address as this filter shows it: where any name is closed, not at all, since a page may be named after somebody, or lead to
    them under a number; nor what is not of the web."""
    return url if names is unchanged and _WEB.fullmatch(url) else ""
