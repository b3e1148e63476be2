"""Two rows of the registry made one: what pointed to the one points to the other, and a record of each thing that moved, so that it can be
put back exactly. Nothing is deleted: the row that was merged stays, nameless, under its own public id.

What may not live here: who may merge (actions.merging), who may know of both (access.merged), what stays withheld (access.names).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from archive_app.records import registry
from archive_app.records.base import GIVEN_ONCE, Base, Key, Moment
from archive_app.records.consent import Party
from archive_app.records.registry import Event, EventPlace, NameRow, Person, Place
from archive_app.records.sources import SourcedStatement
from archive_app.records.testimonies import Appearance, InterviewSession, PlaceLink

Row = Person | Place | Event
Folded = Callable[[str], str]
POINTS: dict[type[Any], tuple[tuple[type[Any], str], ...]] = {
    Person: ((Appearance, "person_id"), (Party, "person_id"), (SourcedStatement, "about_id")),
    Place: ((InterviewSession, "place_id"), (Place, "within_id"), (SourcedStatement, "about_id")),
    Event: ((SourcedStatement, "event_id"),),
}
"""What points to a person, place or event by a column of its own."""
PAIRS: dict[type[Any], tuple[tuple[type[Any], str, str], ...]] = {
    Person: (),
    Place: ((PlaceLink, "place_id", "testimony_id"), (EventPlace, "place_id", "event_id")),
    Event: ((EventPlace, "event_id", "place_id"),),
}
"""Tables of pairs: (table, the column that points to it, the other one). A pair that is there already is not there twice."""
FILLED = {Person: ("born", "died", "note", "row_digest"), Place: ("latitude", "longitude", "within_id", "row_digest"),
          Event: ("date", "row_digest")}
"""What the kept row takes over where it says nothing itself; one that was entered by itself makes the other so."""
NULLS = ("latitude", "longitude", "within_id")
"""Of these, the columns in which nothing is said by null."""


class Merge(Base):
    """`merged_id` was made one with `kept_id`. `moved`: what `put_back` needs, by internal keys. Times in ms UTC; `undone_at` null: in
    force."""

    __tablename__ = "registry_merges"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kept_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), index=True)
    merged_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), index=True)
    evidence_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consent_evidence.id"))
    merged_by: Mapped[str] = mapped_column(String(80))
    merged_at: Mapped[int] = mapped_column(Moment)
    undone_by: Mapped[str] = mapped_column(String(80), default="")
    undone_at: Mapped[int | None] = mapped_column(Moment)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    __table_args__ = GIVEN_ONCE


def merged_into(session: Session, unit: int) -> Merge | None:
    """The merge by which this unit became a part of another, where one is in force."""
    return session.scalar(select(Merge).where(Merge.merged_id == unit, Merge.undone_at.is_(None)))


def of_kept(session: Session, unit: int) -> list[Merge]:
    """The merges in force into this unit, the latest first: the order in which they can be undone."""
    return list(session.scalars(select(Merge).where(Merge.kept_id == unit, Merge.undone_at.is_(None)).order_by(Merge.id.desc())))


def standing(session: Session, unit: int) -> int:
    """The key of what this unit is now a part of, through every merge; itself where it is in none."""
    found = merged_into(session, unit)
    return standing(session, found.kept_id) if found else unit


def by_key(session: Session, key: int) -> Merge | None:
    """The merge with this key; None where it went with what was erased."""
    return session.get(Merge, key)


def move(session: Session, kept: Row, lost: Row, folded: Folded) -> dict[str, Any]:
    """Let everything that points to `lost` point to `kept`, and give that its names. The record for `put_back`."""
    kind = type(kept)
    changed = [[table.__tablename__, column, _point(session, table, column, lost.id, kept.id)] for table, column in POINTS[kind]]
    pairs = [[table.__tablename__, _pair(session, table, mine, other, lost.id, kept.id)] for table, mine, other in PAIRS[kind]]
    moved = {"changed": changed, "pairs": pairs, "filled": _fill(kept, lost), "sort_name": lost.sort_name,
             **_give_names(session, kept, lost, folded)}
    session.flush()
    return moved


def put_back(session: Session, kept: Row, lost: Row, merge: Merge, folded: Folded) -> None:
    """Undo what `move` did, as far as nobody has moved it elsewhere since. What later merges into `kept` brought too stays there, and is
    theirs from now on."""
    moved = copy.deepcopy(merge.moved)
    others = [each for each in of_kept(session, kept.id) if each.id != merge.id]
    tables: dict[str, Any] = {table.__tablename__: table for table, _ in POINTS[type(kept)]}
    of_pairs = {table.__tablename__: (table, mine, other) for table, mine, other in PAIRS[type(kept)]}
    for name, column, keys in moved["changed"]:
        table = tables[name]
        session.execute(update(table).where(table.id.in_(keys), getattr(table, column) == kept.id).values({column: lost.id}))
    for name, rows in moved["pairs"]:
        for values, there in rows:
            stays = there or _brought_too(others, name, values, of_pairs[name][2])
            _unpair(session, *of_pairs[name], values, stays, kept.id)
    for column, value in moved["filled"].items():
        if getattr(kept, column) == value:
            setattr(kept, column, None if column in NULLS else "")
    gone = [each for each in moved["added"] if not _named_too(others, each)]
    _take_names_back(session, kept, lost, moved, gone, folded)
    for other in others:
        flag_modified(other, "moved")  # a change inside is not seen by itself
    session.flush()
    session.expire_all()


def _brought_too(others: list[Merge], name: str, values: dict[str, Any], column: str) -> bool:
    """Whether another merge brought the same pair, which found it there: then that one brought it now."""
    for other in others:
        for row in (row for table, rows in other.moved["pairs"] if table == name for row in rows):
            if row[1] and row[0][column] == values[column]:
                row[1] = False
                return True
    return False


def _named_too(others: list[Merge], name: list[str]) -> bool:
    """The same for a name."""
    for other in others:
        if any(each[:2] == name[:2] for each in other.moved["names"]):
            other.moved["added"].append(name)
            return True
    return False


def _point(session: Session, table: type[Any], column: str, lost: int, kept: int) -> list[int]:
    keys = list(session.scalars(select(table.id).where(getattr(table, column) == lost).order_by(table.id)))
    session.execute(update(table).where(table.id.in_(keys)).values({column: kept}))
    return keys


def _pair(session: Session, table: type[Any], mine: str, other: str, lost: int, kept: int) -> list[tuple[dict[str, Any], bool]]:
    """(the row as it was, whether `kept` had such a pair of its own) of every pair with `lost`."""
    rows = [{column.name: getattr(row, column.name) for column in table.__table__.columns}
            for row in session.scalars(select(table).where(getattr(table, mine) == lost).order_by(getattr(table, other)))]
    there = set(session.scalars(select(getattr(table, other)).where(getattr(table, mine) == kept)))
    session.execute(delete(table).where(getattr(table, mine) == lost))
    fresh = [{**row, mine: kept} for row in rows if row[other] not in there]
    if fresh:
        session.execute(insert(table), fresh)
    return [(row, row[other] in there) for row in rows]


def _unpair(session: Session, table: type[Any], mine: str, other: str, values: dict[str, Any], there: bool, kept: int) -> None:
    with_kept = (getattr(table, mine) == kept, getattr(table, other) == values[other])
    if session.scalar(select(getattr(table, other)).where(*with_kept)) is None:
        return  # somebody took the pair away since: it stays away
    if not there:
        session.execute(delete(table).where(*with_kept))
    session.execute(insert(table), [values])


def _fill(kept: Row, lost: Row) -> dict[str, Any]:
    taken = {column: getattr(lost, column) for column in FILLED[type(kept)]
             if getattr(kept, column) in (None, "") and getattr(lost, column) not in (None, "")}
    for column, value in taken.items():
        setattr(kept, column, value)
    return taken


def _give_names(session: Session, kept: Row, lost: Row, folded: Folded) -> dict[str, Any]:
    own, others = _names(session, kept.id), _names(session, lost.id)
    known = {(text, language) for text, language, *_ in own}
    added = [each for each in others if (each[0], each[1]) not in known]
    registry.put_names(session, kept.id, [*own, *added], folded)
    registry.put_names(session, lost.id, [], folded)
    kept.sort_name, lost.sort_name = kept.sort_name or lost.sort_name, ""
    return {"names": others, "added": added}


def _take_names_back(session: Session, kept: Row, lost: Row, moved: dict[str, Any], gone: list[list[str]], folded: Folded) -> None:
    taken = {(text, language) for text, language, *_ in gone}
    own = [each for each in _names(session, kept.id) if (each[0], each[1]) not in taken]
    registry.put_names(session, kept.id, own, folded)
    registry.put_names(session, lost.id, [tuple(each) for each in moved["names"]], folded)
    kept.sort_name = folded(own[0][0]) if own else ""
    lost.sort_name = moved["sort_name"]


def _names(session: Session, unit: int) -> list[tuple[str, str, str, str]]:
    rows = session.execute(select(NameRow.text, NameRow.language, NameRow.kind, NameRow.said_by)
                           .where(NameRow.unit_id == unit).order_by(NameRow.position))
    return [(text, language, kind, said_by) for text, language, kind, said_by in rows]
