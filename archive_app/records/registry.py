"""People, places and events, and their names: rows, each with language, script and period. None is the main one.

`sort_name` is the folded form of the first name recorded, for a stable order of lists; it is not "the" name and is never shown.
What may not live here: which names a viewer may see (access.names), how names are compared (language).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key


class NameRow(Base):
    """A name of a collection, person, place or event. `kind` = kind or period; `said_by` = who calls it so.
    `sort_name`: its folded form."""

    __tablename__ = "names"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sort_name: Mapped[str] = mapped_column(Text, default="", index=True)
    language: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[str] = mapped_column(Text, default="")


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    sort_name: Mapped[str] = mapped_column(Text, default="", index=True)
    born: Mapped[str] = mapped_column(String(60), default="")
    died: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    row_digest: Mapped[str] = mapped_column(String(64), default="")


class Place(Base):
    __tablename__ = "places"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    sort_name: Mapped[str] = mapped_column(Text, default="", index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    within_id: Mapped[int | None] = mapped_column(Key, ForeignKey("places.id"), index=True)
    row_digest: Mapped[str] = mapped_column(String(64), default="")


class Event(Base):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    sort_name: Mapped[str] = mapped_column(Text, default="", index=True)
    date: Mapped[str] = mapped_column(String(60), default="")
    row_digest: Mapped[str] = mapped_column(String(64), default="")


class EventPlace(Base):
    __tablename__ = "event_places"
    event_id: Mapped[int] = mapped_column(Key, ForeignKey("events.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(Key, ForeignKey("places.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


Row = TypeVar("Row", Person, Place, Event)


def by_public_id(session: Session, table: type[Row], public_id: str) -> Row | None:
    """The row of one table with this public id, whoever may know of it; None when there is none."""
    return session.scalar(select(table).where(table.public_id == public_id))


def named(session: Session, table: type[Row], text: str) -> list[Row]:
    """Those of a table that bear exactly this name."""
    return list(session.scalars(select(table).join(NameRow, NameRow.unit_id == table.id).where(NameRow.text == text)
                                .distinct().order_by(table.public_id)))


def put_names(session: Session, unit: int, names: Iterable[tuple[str, str, str, str]], folded: Callable[[str], str]) -> None:
    """Replace the names of a unit. Each: (text, language, kind, who says so); `folded` makes the form they are sorted by."""
    session.execute(delete(NameRow).where(NameRow.unit_id == unit))
    session.add_all(NameRow(unit_id=unit, position=position, text=text, sort_name=folded(text), language=language, kind=kind,
                            said_by=said_by) for position, (text, language, kind, said_by) in enumerate(names, 1))


def names_of(session: Session, unit: int) -> list[NameRow]:
    """All names of a unit (internal key) in their recorded order, whoever may read them; empty for a unit without names."""
    return list(session.scalars(select(NameRow).where(NameRow.unit_id == unit).order_by(NameRow.position)))


def put_places(session: Session, event: int, places: list[int]) -> None:
    """Replace the places of an event."""
    session.execute(delete(EventPlace).where(EventPlace.event_id == event))
    session.add_all(EventPlace(event_id=event, place_id=place, position=position) for position, place in enumerate(places, 1))


def place_of(session: Session, key: int) -> Place:
    """The place with this key, which is there."""
    return session.get_one(Place, key)


def person_of(session: Session, key: int) -> Person:
    """The person with this key, who is there."""
    return session.get_one(Person, key)


def by_key(session: Session, table: type[Row], key: int) -> Row | None:
    """The row of one table with this key; None when there is none."""
    return session.get(table, key)


def within(session: Session, place: int) -> int | None:
    """The key of what a place lies in."""
    return session.scalar(select(Place.within_id).where(Place.id == place))


def above(session: Session, unit: int) -> list[int]:
    """The keys of a place and of everything that it lies in, the nearest first; of a person the one key."""
    found, further = [unit], within(session, unit)
    while further is not None and further not in found:  # an undone merge may once have let a place lie within itself
        found.append(further)
        further = within(session, further)
    return found


def below(session: Session, place: int) -> list[int]:
    """The keys of everything that lies in a place; of nothing else anything does."""
    found: list[int] = []
    ring = [place]
    while ring:
        inside = session.scalars(select(Place.id).where(Place.within_id.in_(ring)).order_by(Place.id))
        ring = [each for each in inside if each != place and each not in found]
        found += ring
    return found
