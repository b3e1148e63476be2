"""Readings of people, places, events and sources: what one viewer may read of each on its own page.

What may not live here: how they are named elsewhere (readings: their references), rows, queries, decisions.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive_app.access.readings import Card, EventRef, Name, PersonRef, PlaceRef


@dataclass(frozen=True)
class SourceRef:
    id: str
    title: str
    author: str
    publisher: str
    date: str
    kind: str
    language: str
    url: str


@dataclass(frozen=True)
class Statement:
    """What one source says: never added up, averaged or ranked. `value_max` None = open upward; `says` = who is said to say so."""

    id: str
    source: SourceRef
    locator: str
    about: str
    about_place: PlaceRef | None
    about_person: PersonRef | None
    asserts: str
    value_min: str
    value_max: str
    unit: str
    wording: str
    says: str
    note: str


@dataclass(frozen=True)
class Person:
    id: str
    names: tuple[Name, ...]
    born: str
    died: str
    note: str
    testimonies: tuple[tuple[str, Card], ...]
    """(role in it, testimony)"""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Place:
    ref: PlaceRef
    within: PlaceRef | None
    parts: tuple[PlaceRef, ...]
    testimonies: tuple[Card, ...]
    total: int
    events: tuple[EventRef, ...]


@dataclass(frozen=True)
class Event:
    ref: EventRef
    places: tuple[PlaceRef, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Source:
    ref: SourceRef
    statements: tuple[Statement, ...]
    events: tuple[EventRef, ...]
