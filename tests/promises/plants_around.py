"""Leaks in who and what exists and in what is told around the readings: headers, orders, numbers, logs; and how each is planted.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import g, request
from sqlalchemy import func, literal, select

from archive_app.access import cards, catalogue, names, reading_room, registry, sources
from archive_app.access.spelling import digest
from archive_app.access.viewer import Viewer
from archive_app.errors import NotAllowed
from archive_app.records.audit import AuditEntry
from archive_app.records.testimonies import PlaceLink
from archive_app.web import downloads, errors, headers, machines
from tests.promises.leak_plants import (
    EVERYTHING,
    Patch,
    around,
    as_everything,
    for_everything,
    plants,
    when_refused,
)


def _header_of_activity(patch: Patch, name: str, value: Callable[[int], str]) -> None:
    from archive_app.web import visit

    real = headers._add

    def add(response: Any) -> Any:
        with visit.public_room() as room:
            entries = room._entry.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        real(response)
        response.headers[name] = value(entries)
        return response

    patch.setattr(headers, "_add", add)


@plants("last modified")
def _(patch: Patch) -> None:
    def day(count: int) -> str:
        return (datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=count)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    _header_of_activity(patch, "Last-Modified", day)


@plants("etag by activity")
def _(patch: Patch) -> None:
    _header_of_activity(patch, "ETag", lambda count: f'"{digest(count)[:16]}"')


@plants("sort by arrival")
def _(patch: Patch) -> None:
    real = catalogue.listed

    def listed(entry: Any, *rest: Any) -> Any:
        total, found = real(entry, *rest)
        return total, tuple(sorted(found, key=lambda card: catalogue.key_of(entry, card.id) or 0))

    patch.setattr(catalogue, "listed", listed)


@plants("ids by number")
def _(patch: Patch) -> None:
    real = names._ref
    patch.setattr(names, "_ref", lambda person, named: replace(real(person, named), face=str(person.person)))


@plants("file name")
def _(patch: Patch) -> None:
    real = catalogue.testimony

    def testimony(entry: Any, whole: Any) -> Any:
        files = {media.public_id: media.file_name for media, _ in whole.recordings}
        found = real(entry, whole)
        return replace(found, recordings=tuple(replace(each, label=files[each.id]) for each in found.recordings))

    patch.setattr(catalogue, "testimony", testimony)


@plants("canary in log")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: logging.getLogger("archive_app").warning("refused: %s", row.title))


@plants("person page")
def _(patch: Patch) -> None:
    patch.setattr(registry, "person_exists", lambda entry: registry.PersonRow.sort_name != "")


@plants("place count")
def _(patch: Patch) -> None:
    real = registry.place

    def place(entry: Any, public_id: str) -> Any:
        found = real(entry, public_id)
        count = select(func.count()).select_from(PlaceLink).join(registry.PlaceRow, registry.PlaceRow.id == PlaceLink.place_id)
        return replace(found, total=entry.session.scalar(count.where(registry.PlaceRow.public_id == public_id)))

    patch.setattr(registry, "place", place)


@plants("event page")
def _(patch: Patch) -> None:
    patch.setattr(sources, "readable", lambda entry: literal(True))


@plants("collection count")
def _(patch: Patch) -> None:
    for_everything(patch, catalogue, "collections")


@plants("collection years")
def _(patch: Patch) -> None:
    real = catalogue.collections

    def collections(entry: Any) -> Any:
        whole = {each.ref.id: each for each in real(as_everything(entry))}
        return tuple(replace(each, years=whole[each.ref.id].years) for each in real(entry))

    patch.setattr(catalogue, "collections", collections)


@plants("collection exists")
def _(patch: Patch) -> None:
    real = catalogue.collections

    def collections(entry: Any) -> Any:
        mine = {each.ref.id: each for each in real(entry)}
        return tuple(mine.get(each.ref.id) or replace(each, total=0, languages=(), years=None) for each in real(as_everything(entry)))

    patch.setattr(catalogue, "collections", collections)


@plants("filter label")
def _(patch: Patch) -> None:
    for_everything(patch, registry, "labels")
    patch.setattr(registry, "person_exists", lambda entry: literal(True))


@plants("year of a closed description")
def _(patch: Patch) -> None:
    real = catalogue._narrowed

    def narrowed(entry: Any, by: Any) -> Any:
        clauses = real(entry, by)
        return clauses[:-1] if by.decade or by.year_from or by.year_to else clauses

    patch.setattr(catalogue, "_narrowed", narrowed)


@plants("403 for hidden")
def _(patch: Patch) -> None:
    def refuse(row: Any) -> None:
        raise NotAllowed("read", "this testimony is closed")

    when_refused(patch, refuse)


@plants("404 that explains")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: setattr(g, "there", True))
    real = errors.refused
    patch.setattr(errors, "refused", lambda status, advice="", **more: real(status, "It was closed." if g.get("there") else advice, **more))


@plants("head of hidden")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: setattr(g, "there", True))
    real = errors.refused
    patch.setattr(errors, "refused", lambda status, *rest, **more: real(
        403 if request.method == "HEAD" and g.get("there") else status, *rest, **more))


@plants("sitemap")
def _(patch: Patch) -> None:
    real = machines._paths
    patch.setattr(machines, "_paths", lambda room: real(reading_room.ReadingRoom(
        room._entry.session, Viewer(room.now, everywhere=EVERYTHING))))


@plants("cite of hidden")
def _(patch: Patch) -> None:
    around(patch, downloads, "citation_file", (reading_room.ReadingRoom, "_opened", lambda self, public_id: cards.opened(
        as_everything(self._entry), [catalogue.key_of(self._entry, public_id) or 0])[catalogue.key_of(self._entry, public_id) or 0]))
