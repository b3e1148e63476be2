"""What was made one with another: out of every list, and its old address leads on for those who may know both.

May know both: the row that was kept exists for the viewer, and so did the other one, by something of its own that they may still read: a
link that moved, a statement about it, or access written for it. For everybody else the old address is one that never existed.
What may not live here: merging (actions.merging).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, or_, select

from archive_app.access import sources
from archive_app.access.entry import Entry
from archive_app.access.names import named_in
from archive_app.records.merges import Merge
from archive_app.records.sources import SourcedStatement
from archive_app.records.testimonies import Appearance, PlaceLink

There = Callable[[Entry], ColumnElement[bool]]


def stands(unit: Any) -> ColumnElement[bool]:
    """A clause true for rows that are no part of another."""
    asked = select(literal(1)).where(Merge.merged_id == unit, Merge.undone_at.is_(None))
    return ~exists(asked.correlate_except(Merge))


def led(entry: Entry, table: type[Any], public_id: str, there: There, known: Callable[[Entry, Merge], bool] | None = None) -> str | None:
    """The public id that an old one leads to, for a viewer who may know both; None where there is none. `there`: what exists for them;
    `known`: whether what was merged existed for them, `was_there` for readers."""
    key = entry.session.scalar(select(table.id).where(table.public_id == public_id))
    found = None
    while key is not None and (merge := _merge(entry, key)) is not None:
        if not (known or was_there)(entry, merge):
            return None
        key = found = merge.kept_id
    return entry.session.scalar(select(table.public_id).where(table.id == found, there(entry))) if found else None


def _merge(entry: Entry, key: int) -> Merge | None:
    return entry.session.scalar(select(Merge).where(Merge.merged_id == key, Merge.undone_at.is_(None)))


def was_there(entry: Entry, merge: Merge) -> bool:
    """Whether what was merged would exist for this viewer, had it been left as it was."""
    ways: list[ColumnElement[bool]] = [exists(select(literal(1)).where(SourcedStatement.id.in_(points(merge, "sourced_statements")),
                                                                       sources.readable(entry)))]
    if merge.moved["names"]:
        ways.append(entry.gate.opens("existence", literal(merge.merged_id)))
    ways.append(exists(select(literal(1)).where(
        Appearance.id.in_(points(merge, "appearances")), named_in(entry),
        entry.gate.opens("description", Appearance.testimony_id))))
    ways.append(exists(select(literal(1)).where(
        PlaceLink.testimony_id.in_(pairs(merge, "testimony_places", "testimony_id")), PlaceLink.place_id == merge.kept_id,
        entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))))
    return bool(entry.session.scalar(select(literal(1)).where(or_(*ways))))


def points(merge: Merge, table: str) -> list[int]:
    """Keys of the rows of a table that pointed to what was merged."""
    return [key for name, _, keys in merge.moved["changed"] if name == table for key in keys]


def pairs(merge: Merge, table: str, column: str) -> list[int]:
    """The other half of the pairs that what was merged had in a table."""
    return [values[column] for name, rows in merge.moved["pairs"] if name == table for values, _ in rows]
