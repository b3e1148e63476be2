"""People, places and events as one viewer may read them: they exist when something the viewer may read links to them, or when
access was written for them. Faces have no page.

What may not live here: what sources state about them (sources), testimonies (cards).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from archive_app.access import merged, references, sources
from archive_app.access.cards import opened
from archive_app.access.entry import Entry
from archive_app.access.names import named_in, names_of
from archive_app.access.readings import Card
from archive_app.access.registry_readings import Event, Person, Place
from archive_app.errors import NotFound
from archive_app.records.registry import Event as EventRow
from archive_app.records.registry import EventPlace
from archive_app.records.registry import Person as PersonRow
from archive_app.records.registry import Place as PlaceRow
from archive_app.records.sources import SourcedStatement
from archive_app.records.testimonies import Appearance, Collection, PlaceLink, Testimony

MOST = 500
"""How many testimonies a person's or place's page lists."""


def person_exists(entry: Entry) -> ColumnElement[bool]:
    """A clause true for people who have a name, and either appear under it in a testimony whose description is open, are spoken
    of by a readable statement, or were opened by themselves."""
    appears = exists(select(literal(1)).where(
        Appearance.person_id == PersonRow.id, named_in(entry),
        entry.gate.opens("description", Appearance.testimony_id)))
    spoken_of = exists(select(literal(1)).where(SourcedStatement.about_id == PersonRow.id, sources.readable(entry)))
    opened_itself = entry.gate.opens("existence", PersonRow.id)
    return and_(PersonRow.sort_name != "", merged.stands(PersonRow.id), or_(opened_itself, appears, spoken_of))


def event_exists(entry: Entry) -> ColumnElement[bool]:
    """A clause true for events of which a readable statement speaks, or which were opened by themselves."""
    stated = exists(select(literal(1)).where(SourcedStatement.event_id == EventRow.id, sources.readable(entry)))
    return and_(merged.stands(EventRow.id), or_(entry.gate.opens("existence", EventRow.id), stated))


def place_exists(entry: Entry) -> ColumnElement[bool]:
    """Linked from something readable, or holding a place that exists for this viewer."""
    told = exists(select(literal(1)).where(
        PlaceLink.place_id == PlaceRow.id, entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id)))
    stated = exists(select(literal(1)).where(SourcedStatement.about_id == PlaceRow.id, sources.readable(entry)))
    happened = exists(select(literal(1)).where(
        EventPlace.place_id == PlaceRow.id, EventPlace.event_id == EventRow.id, event_exists(entry)))
    by_itself = entry.gate.opens("existence", PlaceRow.id)
    linked = select(PlaceRow.id, PlaceRow.within_id).where(merged.stands(PlaceRow.id), or_(by_itself, told, stated, happened))
    there = linked.cte("places_there", recursive=True)
    above = select(PlaceRow.id, PlaceRow.within_id).join(there, there.c.within_id == PlaceRow.id)
    return PlaceRow.id.in_(select(there.union(above).c.id))


def person(entry: Entry, public_id: str) -> Person:
    """Somebody under their own name, with at most MOST appearances by title, and what sources state. Raises NotFound."""
    row = _found(entry, PersonRow, public_id, person_exists)
    links = entry.session.execute(
        select(Appearance.role, Appearance.testimony_id).join(Testimony, Testimony.id == Appearance.testimony_id)
        .where(Appearance.person_id == row.id, named_in(entry), entry.gate.opens("description", Appearance.testimony_id))
        .order_by(Testimony.sort_title, Testimony.public_id).limit(MOST)).all()
    cards = opened(entry, [key for _, key in links])
    told = tuple((role, cards[key].card) for role, key in links if key in cards)
    return Person(row.public_id, names_of(entry, [row.id]).get(row.id, ()), row.born, row.died, row.note, told,
                  sources.statements(entry, SourcedStatement.about_id == row.id))


def place(entry: Entry, public_id: str) -> Place:
    """A place, what it lies in and what lies in it, what happened there, and the first MOST testimonies of `total`, by title.
    Raises NotFound."""
    there = place_exists(entry)
    row = _found(entry, PlaceRow, public_id, place_exists)
    told = select(Testimony.id).join(PlaceLink, PlaceLink.testimony_id == Testimony.id).where(
        PlaceLink.place_id == row.id, entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))
    keys = list(entry.session.scalars(told.order_by(Testimony.sort_title, Testimony.public_id)))
    happened = select(EventRow).join(EventPlace, EventPlace.event_id == EventRow.id).where(
        EventPlace.place_id == row.id, event_exists(entry)).order_by(EventRow.sort_name, EventRow.public_id)
    within = references.places(entry, select(PlaceRow).where(PlaceRow.id == row.within_id, there))
    parts = references.places(entry, select(PlaceRow).where(PlaceRow.within_id == row.id, there)
                              .order_by(PlaceRow.sort_name, PlaceRow.public_id))
    return Place(references.place(row, names_of(entry, [row.id]).get(row.id, ())), next(iter(within.values()), None),
                 tuple(parts.values()), _cards(entry, keys[:MOST]), len(keys), tuple(references.events(entry, happened).values()))


def event(entry: Entry, public_id: str) -> Event:
    """An event with its places and what sources state of it. Raises NotFound."""
    row = _found(entry, EventRow, public_id, event_exists)
    places = references.places(entry, select(PlaceRow).join(EventPlace, EventPlace.place_id == PlaceRow.id).where(
        EventPlace.event_id == row.id, place_exists(entry)).order_by(EventPlace.position, PlaceRow.public_id))
    return Event(references.event(row, names_of(entry, [row.id]).get(row.id, ())), tuple(places.values()), sources.of_event(entry, row.id))


def _found(entry: Entry, table: Any, public_id: str, there: merged.There) -> Any:
    """The row under this id, also under one that leads there since two were made one. Raises NotFound."""
    row = entry.session.scalar(select(table).where(table.public_id == public_id, there(entry)))
    if row is None and (now := merged.led(entry, table, public_id, there)) is not None:
        row = entry.session.scalar(select(table).where(table.public_id == now, there(entry)))
    if row is None:
        raise NotFound()
    return row


def _cards(entry: Entry, keys: list[int]) -> tuple[Card, ...]:
    cards = opened(entry, keys)
    return tuple(cards[key].card for key in keys if key in cards)


def labels(entry: Entry, field: str, values: Sequence[str]) -> dict[str, str]:
    """Public id -> a name to show, for people, places and collections that exist for this viewer."""
    tables: dict[str, tuple[Any, Callable[[Entry], ColumnElement[bool]]]] = {
        "collection": (Collection, collection_exists), "place": (PlaceRow, place_exists), "person": (PersonRow, person_exists)}
    if field not in tables or not values:
        return {}
    table, there = tables[field]
    rows = entry.session.execute(select(table.id, table.public_id).where(table.public_id.in_(values), there(entry))).all()
    names = names_of(entry, [key for key, _ in rows])
    return {public_id: names[key][0].text for key, public_id in rows if key in names}


def collection_exists(entry: Entry) -> ColumnElement[bool]:
    """Made public by itself, or holding a testimony that this viewer may know of."""
    held = exists(select(literal(1)).where(Testimony.collection_id == Collection.id, entry.gate.opens("existence", Testimony.id)))
    return or_(entry.gate.opens("existence", Collection.id), held)
