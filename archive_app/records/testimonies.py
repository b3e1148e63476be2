"""Collections, testimonies, their interview sessions and tapes, and who and what they are linked to.

What may not live here: words (transcripts), bytes (recordings), terms (consent).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import GIVEN_ONCE, Base, Key, Moment
from archive_app.records.registry import NameRow


class Collection(Base):
    __tablename__ = "collections"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    two_person: Mapped[bool] = mapped_column(default=False)
    row_digest: Mapped[str] = mapped_column(String(64), default="")


class Testimony(Base):
    """`import_key`: collection and file of a row without an identifier. `sort_title`, `sort_year`: what lists are ordered by, for
    every viewer alike: folded title as its face shows it, first year; empty where not everybody who knows of the testimony may
    read its description. `row_digest`: SHA-256 of the manifest row and its files as last taken in. `accession`: the number under which
    the house it came from keeps it. `told`: what its file says besides (series, repository, rights ...), under its own names.
    `object_digest`: that file (OHMS), kept unaltered in the vault."""

    __tablename__ = "testimonies"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    collection_id: Mapped[int] = mapped_column(Key, ForeignKey("collections.id"))
    import_key: Mapped[str | None] = mapped_column(String(400), unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    date: Mapped[str] = mapped_column(String(60), default="")
    first_year: Mapped[int | None]
    last_year: Mapped[int | None]
    narrator_role: Mapped[str] = mapped_column(String(12), default="")
    sort_title: Mapped[str] = mapped_column(Text, default="")
    sort_year: Mapped[int | None]
    created_at: Mapped[int] = mapped_column(Moment)
    row_digest: Mapped[str] = mapped_column(String(64), default="")
    manifest: Mapped[str] = mapped_column(String(200), default="", index=True)
    accession: Mapped[str] = mapped_column(String(200), default="", server_default="")
    told: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    object_digest: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (Index("ix_testimonies_by_title", "sort_title", "public_id"),
                      Index("ix_testimonies_by_date", "sort_year", "sort_title", "public_id"),
                      Index("ix_testimonies_in_collection", "collection_id", "sort_title", "public_id"))


class InterviewSession(Base):
    """One meeting in which a testimony was told."""

    __tablename__ = "interview_sessions"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    position: Mapped[int]
    date: Mapped[str] = mapped_column(String(60), default="")
    place_id: Mapped[int | None] = mapped_column(Key, ForeignKey("places.id"))
    note: Mapped[str] = mapped_column(Text, default="")


class Tape(Base):
    """A tape, file or part of a session, in order; `offset_ms` = where it begins on the testimony's time line."""

    __tablename__ = "tapes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    session_id: Mapped[int] = mapped_column(Key, ForeignKey("interview_sessions.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(200), default="")
    offset_ms: Mapped[int] = mapped_column(Moment, default=0)


class Appearance(Base):
    """A person in a testimony, in a role. `layer` says what must be open for the real name; `face_id` stands for it elsewhere."""

    __tablename__ = "appearances"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"))
    person_id: Mapped[int] = mapped_column(Key, ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    layer: Mapped[str] = mapped_column(String(12))
    face_id: Mapped[str] = mapped_column(String(26), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (UniqueConstraint("testimony_id", "role", "position"), GIVEN_ONCE)


class PlaceLink(Base):
    __tablename__ = "testimony_places"
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(Key, ForeignKey("places.id"), primary_key=True, index=True)
    layer: Mapped[str] = mapped_column(String(12), default="description")
    position: Mapped[int] = mapped_column(default=0)


class IndexPoint(Base):
    """A place in the table of contents of a testimony, on its time line (ms). `language` empty = the testimony's; `excerpt`: the words
    it quotes; `places`: [latitude, longitude, text, zoom of the map] of each, in degrees (WGS 84), None where not known; `links`:
    [address, text] of each."""

    __tablename__ = "index_points"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    start_ms: Mapped[int] = mapped_column(Moment)
    end_ms: Mapped[int | None] = mapped_column(Moment)
    title: Mapped[str] = mapped_column(Text)
    synopsis: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(40), default="")
    subjects: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    excerpt: Mapped[str] = mapped_column(Text, default="", server_default="")
    places: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default="[]")
    links: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")


def offsets(session: Session, tapes: list[int]) -> dict[int, int]:
    """Tape (key) -> where it begins on the testimony's time line, in ms."""
    return dict(session.execute(select(Tape.id, Tape.offset_ms).where(Tape.id.in_(tapes))).all())


def has(query: Select[Any]) -> ColumnElement[bool]:
    """That there is such a row, which names the testimony of the query around it."""
    return exists(query.with_only_columns(literal(1)).correlate(Testimony))


def by_public_id(session: Session, public_id: str) -> Testimony | None:
    """The testimony with this public id, whoever may know of it; None when there is none."""
    return session.scalar(select(Testimony).where(Testimony.public_id == public_id))


def public_id_of(session: Session, key: int) -> str:
    """The public id of the testimony or collection with this key; '' when there is none."""
    table = Testimony if session.get(Testimony, key) else Collection
    return session.scalar(select(table.public_id).where(table.id == key)) or ""


def by_import_key(session: Session, key: str) -> Testimony | None:
    """The testimony taken in from a row without an identifier, by its collection and file; None when there is none."""
    return session.scalar(select(Testimony).where(Testimony.import_key == key))


def collection_by_public_id(session: Session, public_id: str) -> Collection | None:
    """The collection with this public id, whoever may know of it; None when there is none."""
    return session.scalar(select(Collection).where(Collection.public_id == public_id))


def has_collections(session: Session) -> bool:
    """Whether there is any collection, whoever may know of it."""
    return session.scalar(select(Collection.id).limit(1)) is not None


def appearances(session: Session, testimony: int) -> list[Appearance]:
    """Everybody who appears in a testimony (internal key), by role and position, whatever layer opens the real name."""
    return list(session.scalars(select(Appearance).where(Appearance.testimony_id == testimony)
                                .order_by(Appearance.role, Appearance.position)))


def place_links(session: Session, testimony: int) -> list[PlaceLink]:
    """The places of a testimony (internal key) in order, whatever layer opens each."""
    return list(session.scalars(select(PlaceLink).where(PlaceLink.testimony_id == testimony).order_by(PlaceLink.position)))


def index_points(session: Session, testimony: int) -> list[IndexPoint]:
    """The points of the index of a testimony (internal key) in order of time, equal ones as they came, whoever may read them."""
    query = select(IndexPoint).where(IndexPoint.testimony_id == testimony)
    return list(session.scalars(query.order_by(IndexPoint.start_ms, IndexPoint.id)))


def put_index_points(session: Session, testimony: int, rows: list[dict[str, object]]) -> None:
    """Replace the index of a testimony; each row has the columns of IndexPoint without the keys."""
    session.execute(delete(IndexPoint).where(IndexPoint.testimony_id == testimony))
    if rows:
        session.execute(insert(IndexPoint), [{**row, "testimony_id": testimony} for row in rows])


def interviewer_named(session: Session, collection: int, name: str) -> int | None:
    """The person who interviewed in this collection under exactly this name, when there is just one."""
    found = set(session.scalars(
        select(Appearance.person_id).join(Testimony, Testimony.id == Appearance.testimony_id)
        .join(NameRow, NameRow.unit_id == Appearance.person_id)
        .where(Testimony.collection_id == collection, Appearance.role == "interviewer", NameRow.text == name)))
    return found.pop() if len(found) == 1 else None


def linked_to(session: Session, unit: int) -> list[tuple[int, str]]:
    """(key, public id) of every testimony in this collection, or in which this person appears, or which this place is linked to."""
    people = select(Appearance.testimony_id).where(Appearance.person_id == unit)
    places = select(PlaceLink.testimony_id).where(PlaceLink.place_id == unit)
    rows = session.execute(select(Testimony.id, Testimony.public_id).where(
        or_(Testimony.collection_id == unit, Testimony.id.in_(people), Testimony.id.in_(places))).order_by(Testimony.public_id))
    return [(key, public_id) for key, public_id in rows]


def every_public_id(session: Session) -> list[str]:
    """Public ids of all testimonies, closed ones too, in order."""
    return list(session.scalars(select(Testimony.public_id).order_by(Testimony.public_id)))


def collection_of(session: Session, testimony: Testimony) -> Collection:
    """The collection that a testimony is in."""
    return session.get_one(Collection, testimony.collection_id)


def collection_id_of(session: Session, testimony: Testimony) -> str:
    """The public id of the collection that a testimony is in."""
    return collection_of(session, testimony).public_id


def by_key(session: Session, key: int) -> Testimony:
    """The testimony with this key, which is there."""
    return session.get_one(Testimony, key)
