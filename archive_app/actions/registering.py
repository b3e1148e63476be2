"""The tables beside the manifest: collections, people, places, events, sources, statements. Each row is one change; equal rows change
nothing. `access` is the archive's own statement that a thing may be known of by itself; it is only ever narrowed by an import.

What may not live here: testimonies (intake), reading tables (exchange.table).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from archive_app.access.releases import in_force
from archive_app.access.terms import TIERS, from_json, to_json
from archive_app.actions import consenting, parts
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import tier
from archive_app.actions.people import former
from archive_app.actions.preparing import named
from archive_app.errors import Invalid, NotAllowed
from archive_app.exchange.manifest import IDENTIFIER
from archive_app.exchange.table import split_list, split_parts
from archive_app.language import dates, tags
from archive_app.language.words import sort_key
from archive_app.records import registry, sources
from archive_app.records.consent import Evidence, Unit, new_unit, unit_of
from archive_app.records.registry import Event, Person, Place
from archive_app.records.sources import Source, SourcedStatement
from archive_app.records.testimonies import Collection, collection_by_public_id, linked_to

Values = Mapping[str, str]
ASSERTS = ("count", "status", "date", "place", "identity", "other")


def check(kind: str, identifier: str) -> None:
    """Raises Invalid for an identifier that cannot stand in an address."""
    if not IDENTIFIER.fullmatch(identifier):
        raise Invalid("identifier", f"a row of {kind} needs an identifier of 3 to 64 small letters, digits and hyphens")


def _digest(values: Values) -> str:
    return hashlib.sha256(json.dumps(sorted(values.items()), ensure_ascii=False).encode()).hexdigest()


def _take(work: Change, table: Any, unit_kind: str, found: Any, values: Values, write: Callable[[Any], None]) -> str:
    """The steps every table shares: find or make, compare, write, record access. `created`, `updated`, `narrowed` or `unchanged`."""
    digest = _digest(values)
    if not (work.keeps(unit_of(work.session, found.id)) if found else work.keeps_everywhere()):
        raise NotAllowed("import", "this belongs to more than the collections that you tend")
    if found is not None and found.row_digest == digest:
        return "unchanged"
    new = found is None or not found.row_digest
    unit = unit_of(work.session, found.id) if found else new_unit(work.session, unit_kind)
    row = found or table(id=unit.id, public_id=values["identifier"])
    write(row)
    row.row_digest = digest
    work.session.add(row)
    work.session.flush()
    if "names" in values:
        _put_names(work, row, values)
    narrowed = _access(work, unit, values, "public" if unit_kind == "source" else "")
    work.touch(unit)
    for key, public_id in linked_to(work.session, unit.id):  # their terms, or the names in them, follow from this row
        work.touch(unit_of(work.session, key))
        work.promise("index", public_id, urgent=True)
    return "created" if new else "narrowed" if narrowed else "updated"


def _put_names(work: Change, row: Any, values: Values) -> None:
    names = []
    for item in split_list(values["names"]):
        text, tag, third = (*split_parts(item), "", "")[:3]
        if not text:
            raise Invalid("names", "a name is empty")
        said_by = third if isinstance(row, Event) else ""
        names.append((text, _tag("names", tag), "" if said_by else third, said_by))
    registry.put_names(work.session, row.id, names + (former(work, row.id, names) if isinstance(row, Person) else []), sort_key)
    if names and hasattr(row, "sort_name"):
        row.sort_name = sort_key(names[0][0])


def _access(work: Change, unit: Unit, values: Values, default: str) -> bool:
    """Record what `access` says; True when it narrows what was said before. Raises Invalid("access") for what widens."""
    said = values.get("access", "").strip() or default
    if not said:
        return False
    if said not in TIERS:
        raise Invalid("access", f"“{said}” is none of {', '.join(TIERS)}")
    live = [row for row in in_force(work.session, unit) if row.unit_id == unit.id]
    wanted = tier(said)
    if live and all(row.terms.get("existence") == to_json(wanted) for row in live):
        return False
    if any(not from_json(row.terms["existence"]) <= wanted for row in live if "existence" in row.terms):
        raise Invalid("access", "wider than on record: widening is done at the desk")
    evidence = Evidence(kind="import", detail={"row_digest": _digest(values)})
    work.session.add(evidence)
    work.session.flush()
    consenting.record(work, consenting.archive_party(work, unit), unit, "permit", {"existence": wanted}, evidence,
                      tuple(row.id for row in live))
    return bool(live)


def collection(work: Change, values: Values, folder: Path) -> str:
    """Take in a row of collections; answers as `_take` does. Its flags are yes, no or empty. Raises Invalid with the column."""
    def write(row: Collection) -> None:
        row.description = values["description"].strip()
        row.sensitive, row.two_person = _yes("sensitive", values), _yes("two_person", values)

    return _take(work, Collection, "collection", collection_by_public_id(work.session, values["identifier"]), values, write)


def person(work: Change, values: Values, folder: Path) -> str:
    """Take in a row of people; answers as `_take` does. Dates are EDTF; names on record that the row leaves out stay, as former
    ones, so that the filter still knows them. Raises Invalid with the column."""
    def write(row: Person) -> None:
        row.born, row.died, row.note = _date("born", values), _date("died", values), values["note"].strip()

    return _take(work, Person, "person", registry.by_public_id(work.session, Person, values["identifier"]), values, write)


def place(work: Change, values: Values, folder: Path) -> str:
    """A place that a table describes later, but that was added under one of its names before, becomes this place."""
    def write(row: Place) -> None:
        row.latitude, row.longitude = _degrees("latitude", values, 90), _degrees("longitude", values, 180)
        row.within_id = _place(work, "within", values["within"].strip()).id if values["within"].strip() else None

    found = registry.by_public_id(work.session, Place, values["identifier"]) or _named_before(work, values)
    if found:
        found.public_id = values["identifier"]
    return _take(work, Place, "place", found, values, write)


def _named_before(work: Change, values: Values) -> Place | None:
    """The one place that manifests named so, and that no table has described yet."""
    names = [split_parts(item)[0] for item in split_list(values["names"])]
    found = {row.id: row for name in names for row in registry.named(work.session, Place, name) if not row.row_digest}
    return found.popitem()[1] if len(found) == 1 else None


def _place(work: Change, column: str, public_id: str) -> Place:
    """A place by its identifier; one that stands further down in the table is made now and filled in there."""
    known = registry.by_public_id(work.session, Place, public_id)
    if known is not None:
        return known
    check(column, public_id)
    unit = new_unit(work.session, "place")
    row = Place(id=unit.id, public_id=public_id)
    work.session.add(row)
    work.session.flush()
    work.touch(unit)
    return row


def event(work: Change, values: Values, folder: Path) -> str:
    """Take in a row of events; answers as `_take` does. Its places are replaced by those named, made where they are not known
    yet. Raises Invalid with the column."""
    found = registry.by_public_id(work.session, Event, values["identifier"])

    def write(row: Event) -> None:
        row.date = _date("date", values)

    result = _take(work, Event, "event", found, values, write)
    if result != "unchanged":
        row = found or registry.by_public_id(work.session, Event, values["identifier"])
        assert row is not None
        registry.put_places(work.session, row.id, [_place(work, "places", each).id for each in split_list(values["places"])])
    return result


def source(work: Change, values: Values, folder: Path) -> str:
    """Take in a row of sources; answers as `_take` does. Public unless `access` says otherwise; `file` lies below `folder` and is
    noted by its SHA-256. Raises Invalid with the column."""
    def write(row: Source) -> None:
        for column in ("title", "author", "publisher", "date", "kind", "url"):
            setattr(row, column, values[column].strip())
        row.language = _tag("language", values["language"].strip())
        if values["file"].strip():
            kept = named(folder, values["file"].strip(), "file")
            parts.remember(work, kept)
            row.object_digest = kept.digest

    found = sources.source_by_public_id(work.session, values["identifier"])
    result = _take(work, Source, "source", found, values, write)
    for key in sources.statements_of(work.session, found.id) if found and result != "unchanged" else ():
        work.touch(unit_of(work.session, key))  # never wider than their source
    return result


def statement(work: Change, values: Values, folder: Path) -> str:
    """Take in a row of statements; answers as `_take` does. `about` becomes a link where it is the id of a known place or person,
    and stays text elsewhere. Raises Invalid with the column, also for a source or event that is not there."""
    def write(row: SourcedStatement) -> None:
        told = sources.source_by_public_id(work.session, values["source"].strip())
        if told is None:
            raise Invalid("source", f"there is no source “{values['source']}”")
        if values["asserts"].strip() not in ASSERTS:
            raise Invalid("asserts", f"“{values['asserts']}” is none of {', '.join(ASSERTS)}")
        of = values["event"].strip()
        happened = registry.by_public_id(work.session, Event, of) if of else None
        if of and happened is None:
            raise Invalid("event", f"there is no event “{of}”")
        row.source_id, row.event_id = told.id, happened.id if happened else None
        about = values["about"].strip()
        known = registry.by_public_id(work.session, Place, about) or registry.by_public_id(work.session, Person, about)
        row.about, row.about_id = ("" if known else about), known.id if known else None
        for column in ("locator", "asserts", "value_min", "value_max", "unit", "wording", "says", "note"):
            setattr(row, column, values[column].strip())

    return _take(work, SourcedStatement, "statement", sources.statement_by_public_id(work.session, values["identifier"]), values, write)


def _yes(column: str, values: Values) -> bool:
    said = values[column].strip().lower()
    if said not in ("", "yes", "no"):
        raise Invalid(column, f"“{said}” is neither yes nor no")
    return said == "yes"


def _date(column: str, values: Values) -> str:
    text = values[column].strip()
    try:
        return dates.parse(text).text if text else ""
    except ValueError as problem:
        raise Invalid(column, str(problem)) from None


def _tag(column: str, text: str) -> str:
    try:
        return tags.tag(text) if text else ""
    except ValueError as problem:
        raise Invalid(column, str(problem)) from None


def _degrees(column: str, values: Values, most: int) -> float | None:
    text = values[column].strip()
    try:
        value = float(text) if text else None
    except ValueError:
        raise Invalid(column, f"“{text[:40]}” is no number of degrees") from None
    if value is not None and not -most <= value <= most:
        raise Invalid(column, f"degrees lie between -{most} and {most}")
    return value


Register = Callable[[Change, Values, Path], str]
REGISTER: dict[str, Register] = {"collections": collection, "people": person, "places": place, "events": event, "sources": source,
                                 "statements": statement}
