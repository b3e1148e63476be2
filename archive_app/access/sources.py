"""Sources and what they state, as one viewer may read them: side by side in the order they were written, never added up.

What may not live here: the places and people they speak of (registry).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from archive_app.access import references
from archive_app.access.entry import Entry
from archive_app.access.registry_readings import Source, SourceRef, Statement
from archive_app.errors import NotFound
from archive_app.records.registry import Event, Person, Place
from archive_app.records.sources import Source as SourceRow
from archive_app.records.sources import SourcedStatement


def readable(entry: Entry) -> ColumnElement[bool]:
    """Statements open to the viewer whose source is open too."""
    return and_(entry.gate.opens("existence", SourcedStatement.id), entry.gate.opens("existence", SourcedStatement.source_id))


def statements(entry: Entry, which: ColumnElement[bool], there: ColumnElement[bool] | None = None) -> tuple[Statement, ...]:
    """The readable statements (at the desk: those for which `there` holds) for which `which` holds, by source and public id."""
    rows = list(entry.session.execute(
        select(SourcedStatement, SourceRow).join(SourceRow, SourceRow.id == SourcedStatement.source_id)
        .where(which, readable(entry) if there is None else there).order_by(SourceRow.public_id, SourcedStatement.public_id)))
    about = {row.about_id for row, _ in rows if row.about_id is not None}
    people = references.people(entry, select(Person).where(Person.id.in_(about)))
    places = references.places(entry, select(Place).where(Place.id.in_(about)))
    return tuple(Statement(row.public_id, source_ref(source), row.locator, row.about, places.get(row.about_id or 0),
                           people.get(row.about_id or 0), row.asserts, row.value_min, row.value_max, row.unit, row.wording,
                           row.says, row.note) for row, source in rows)


def of_event(entry: Entry, event: int) -> tuple[Statement, ...]:
    """What is stated of an event; behind it what the same sources state of no event in particular."""
    own = statements(entry, SourcedStatement.event_id == event)
    of_it = select(SourcedStatement.source_id).where(SourcedStatement.event_id == event, readable(entry))
    beside = statements(entry, and_(SourcedStatement.event_id.is_(None), SourcedStatement.source_id.in_(of_it)))
    return own + beside


def source_ref(row: SourceRow) -> SourceRef:
    """A source as it is cited; whether it is open was asked before."""
    return SourceRef(row.public_id, row.title, row.author, row.publisher, row.date, row.kind, row.language, row.url)


def source(entry: Entry, public_id: str) -> Source:
    """One source with its readable statements and the events they speak of. Raises NotFound."""
    row = entry.session.scalar(select(SourceRow).where(
        SourceRow.public_id == public_id, entry.gate.opens("existence", SourceRow.id)))
    if row is None:
        raise NotFound()
    stated = statements(entry, SourcedStatement.source_id == row.id)
    events = references.events(entry, select(Event).where(Event.id.in_(select(SourcedStatement.event_id).where(
        SourcedStatement.source_id == row.id, readable(entry)))).order_by(Event.sort_name, Event.public_id))
    return Source(source_ref(row), stated, tuple(events.values()))
