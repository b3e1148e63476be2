"""References: people, places, events and collections where they are named, each with all its equal names.

What may not live here: whether they exist for a viewer (registry): a query brings its own gate; faces (names).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from archive_app.access.entry import Entry
from archive_app.access.names import names_of
from archive_app.access.readings import CollectionRef, EventRef, Name, PersonRef, PlaceRef
from archive_app.language.name_forms import forms
from archive_app.records.registry import Event, Person, Place
from archive_app.records.testimonies import Collection


def people(entry: Entry, query: Select[Person]) -> dict[int, PersonRef]:
    """Key -> those whom `query` selects, in its order, by first name; who has none is left out."""
    return {row.id: PersonRef(forms(names[0].text).display, "", row.public_id, "", names[0].language)
            for row, names in _named(entry, query) if names}


def places(entry: Entry, query: Select[Place]) -> dict[int, PlaceRef]:
    """Key -> the places that `query` selects, in its order."""
    return {row.id: place(row, names) for row, names in _named(entry, query)}


def events(entry: Entry, query: Select[Event]) -> dict[int, EventRef]:
    """Key -> the events that `query` selects, in its order."""
    return {row.id: event(row, names) for row, names in _named(entry, query)}


def collections(entry: Entry, query: Select[Collection]) -> dict[int, CollectionRef]:
    """Key -> the collections that `query` selects, in its order, each by its id where it has no names."""
    return {row.id: CollectionRef(row.public_id, names or (Name(row.public_id),)) for row, names in _named(entry, query)}


def place(row: Place, names: tuple[Name, ...]) -> PlaceRef:
    """A place by its names, or by its id where it has none; latitude and longitude in degrees, None = not known."""
    return PlaceRef(row.public_id, names or (Name(row.public_id),), row.latitude, row.longitude)


def event(row: Event, names: tuple[Name, ...]) -> EventRef:
    """An event by its names; none where none is recorded."""
    return EventRef(row.public_id, names, row.date)


def _named(entry: Entry, query: Select[Any]) -> list[tuple[Any, tuple[Name, ...]]]:
    rows = list(entry.session.scalars(query))
    names = names_of(entry, [row.id for row in rows])
    return [(row, names.get(row.id, ())) for row in rows]
