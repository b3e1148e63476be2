"""What a row of each kind says: collections, people, places, events, sources, statements. One function a kind, for a row of a table and for
what is typed at the desk alike.

What may not live here: the steps that all of them share (registering).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archive_app.access import kept_registry
from archive_app.access.entry import enter
from archive_app.access.releases import existence
from archive_app.actions import parts
from archive_app.actions.change import SHELL, Change
from archive_app.actions.preparing import named
from archive_app.actions.registering import MOST_DATE, Told, Values, check, date, degrees, tag, take, yes
from archive_app.errors import Invalid
from archive_app.exchange.table import split_list, split_parts
from archive_app.records import merges, registry, sources
from archive_app.records.consent import new_unit, unit_of
from archive_app.records.registry import Event, Person, Place
from archive_app.records.sources import Source, SourcedStatement
from archive_app.records.testimonies import Collection, collection_by_public_id

ASSERTS = ("count", "status", "date", "place", "identity", "other")


def collection(work: Change, said: Told) -> str:
    """Take in a row of collections; answers as `take` does. Its flags are yes, no or empty, which leaves them as they are; what
    protects is set by whoever tends it and ended in the shell alone. Raises Invalid with the column."""
    values = said.values

    def write(row: Collection) -> None:
        row.description = values["description"].strip()
        for column in ("sensitive", "two_person"):
            _flag(work, row, column, values)

    return take(work, Collection, "collection", collection_by_public_id(work.session, values["identifier"]), said, write)


def _flag(work: Change, row: Collection, column: str, values: Values) -> None:
    if yes(column, values):
        setattr(row, column, True)
    elif values[column].strip() and getattr(row, column):
        if work.by != SHELL:
            raise Invalid(column, "this protection is on record: only the shell of the archive ends it, with an import there that says no")
        setattr(row, column, False)


def person(work: Change, said: Told) -> str:
    """Take in a row of people; answers as `take` does. Dates are EDTF; names on record that the row leaves out stay, as former
    ones, so that the filter still knows them. Raises Invalid with the column."""
    values = said.values

    def write(row: Person) -> None:
        row.born, row.died, row.note = date("born", values), date("died", values), values["note"].strip()

    return take(work, Person, "person", registry.by_public_id(work.session, Person, values["identifier"]), said, write)


def place(work: Change, said: Told) -> str:
    """A place that a table describes later, but that was added under one of its names before, becomes this place."""
    values = said.values

    def write(row: Place) -> None:
        row.latitude, row.longitude = degrees("latitude", values, 90), degrees("longitude", values, 180)
        row.within_id = _within(work, said, row)

    found = registry.by_public_id(work.session, Place, values["identifier"])
    if found is None and said.folder is not None and (found := _named_before(work, values)):
        found.public_id = values["identifier"]
    return take(work, Place, "place", found, said, write)


def _named_before(work: Change, values: Values) -> Place | None:
    """The one place that manifests named so, and that no table has described yet."""
    names = [split_parts(item)[0] for item in split_list(values["names"])]
    found = {row.id: row for name in names for row in registry.named(work.session, Place, name) if not row.row_digest}
    return found.popitem()[1] if len(found) == 1 else None


def _within(work: Change, said: Told, row: Place) -> int | None:
    """The key of what a place lies in. Raises Invalid where that lies within the place itself."""
    text = said.values["within"].strip()
    found = _place(work, "within", text, said).id if text else None
    above = found
    while above is not None:
        if above == row.id:
            raise Invalid("within", "a place cannot lie within itself, nor within what lies within it")
        above = registry.within(work.session, above)
    return found


def _place(work: Change, column: str, public_id: str, said: Told) -> Place:
    """A place by its identifier; one that stands further down in a table is made now and filled in there."""
    known = _known(work, said, "places", public_id)
    if known is not None:
        place: Place = known
        return place
    if said.folder is None:
        raise Invalid(column, f"there is no place “{public_id[:80]}”")
    check(column, public_id)
    unit = new_unit(work.session, "place")
    row = Place(id=unit.id, public_id=public_id)
    work.session.add(row)
    work.session.flush()
    work.touch(unit)
    return row


def _known(work: Change, said: Told, kind: str, public_id: str) -> Any:
    """The row under this id, or what it was made a part of: one that whoever writes a table may tend, or knows of at the desk. None for
    what is not there for them."""
    if said.folder is None:
        return kept_registry.find(enter(work.session, work.actor), kind, public_id)
    table = kept_registry.TABLES[kind]
    row = registry.by_public_id(work.session, table, public_id)
    key = merges.standing(work.session, row.id) if row else 0
    return registry.by_key(work.session, table, key) if row and work.keeps(unit_of(work.session, key)) else None


def event(work: Change, said: Told) -> str:
    """Take in a row of events; answers as `take` does. Its places are replaced by those named, made where they are not known
    yet. Raises Invalid with the column."""
    values = said.values
    found = registry.by_public_id(work.session, Event, values["identifier"])

    def write(row: Event) -> None:
        row.date = date("date", values)

    result = take(work, Event, "event", found, said, write)
    if result != "unchanged" and (values["places"].strip() or said.folder is None):
        row = found or registry.by_public_id(work.session, Event, values["identifier"])
        assert row is not None
        registry.put_places(work.session, row.id, list(dict.fromkeys(
            _place(work, "places", each, said).id for each in split_list(values["places"]))))
    return result


def source(work: Change, said: Told) -> str:
    """Take in a row of sources; answers as `take` does. Public unless `access` says otherwise; `file` lies below `folder` and is
    noted by its SHA-256. Raises Invalid with the column."""
    values = said.values

    def write(row: Source) -> None:
        for column in ("title", "author", "publisher", "date", "kind", "url"):
            setattr(row, column, values[column].strip())
        if len(row.date) > MOST_DATE:
            raise Invalid("date", f"at most {MOST_DATE} letters")
        row.language = tag("language", values["language"].strip())
        if said.folder is not None and values["file"].strip():
            kept = named(said.folder, values["file"].strip(), "file")
            parts.remember(work, kept)
            row.object_digest = kept.digest

    found = sources.source_by_public_id(work.session, values["identifier"])
    result = take(work, Source, "source", found, said, write)
    for key in sources.statements_of(work.session, found.id) if found and result != "unchanged" else ():
        work.touch(unit_of(work.session, key))  # never wider than their source
    return result


def statement(work: Change, said: Told) -> str:
    """Take in a row of statements; answers as `take` does. `about` becomes a link where it is the id of a known place or person,
    and stays text elsewhere. Raises Invalid with the column, also for a source or event that is not there, and for one that goes without
    evidence to a source which more may read."""
    values = said.values
    found = sources.statement_by_public_id(work.session, values["identifier"])
    unit = unit_of(work.session, found.id) if found else None
    before = existence(work.session, unit) if unit else None

    def write(row: SourcedStatement) -> None:
        told = _known(work, said, "sources", values["source"].strip())
        if told is None:
            raise Invalid("source", f"there is no source “{values['source']}”")
        if values["asserts"].strip() not in ASSERTS:
            raise Invalid("asserts", f"“{values['asserts']}” is none of {', '.join(ASSERTS)}")
        of = values["event"].strip()
        happened = _known(work, said, "events", of) if of else None
        if of and happened is None:
            raise Invalid("event", f"there is no event “{of}”")
        row.source_id, row.event_id = told.id, happened.id if happened else None
        about = values["about"].strip()
        known = (_known(work, said, "places", about) or _known(work, said, "people", about)) if about else None
        row.about, row.about_id = ("" if known else about), known.id if known else None
        for column in ("locator", "asserts", "value_min", "value_max", "unit", "wording", "says", "note"):
            setattr(row, column, values[column].strip())

    result = take(work, SourcedStatement, "statement", found, said, write)
    if unit and before and not said.evidenced and not before.since(work.now) <= existence(work.session, unit).since(work.now):
        raise Invalid("source", "more may read this source than the one before: a statement is moved to it at the desk, with evidence")
    return result


Register = Callable[[Change, Told], str]
REGISTER: dict[str, Register] = {"collections": collection, "people": person, "places": place, "events": event, "sources": source,
                                 "statements": statement}
