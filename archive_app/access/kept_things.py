"""One person, place, event, source or statement as those who may know of it at the desk have it, and what would move if two were made one.

Whoever asks has been let in already (kept_registry). What may not live here: lists, who may know of what, moving anything (actions).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from archive_app.access import kept_registry, kept_testimony, sources
from archive_app.access.colleagues import colleagues
from archive_app.access.entry import Entry
from archive_app.access.gate import open_layers
from archive_app.access.kept_readings import KeptEntry
from archive_app.access.kept_registry import TABLES, alike, known, link_known, row_of
from archive_app.access.kept_registry_readings import NAMED, KeptLink, KeptMerge, KeptMerging, KeptRow, KeptThing, KeptTold
from archive_app.access.names import names_of
from archive_app.access.readings import Name
from archive_app.access.registry_readings import Statement
from archive_app.records import hidden, merges
from archive_app.records.audit import AuditEntry
from archive_app.records.consent import AudienceRow, Release
from archive_app.records.registry import Event, Person, Place
from archive_app.records.sources import SourcedStatement
from archive_app.records.testimonies import Appearance, PlaceLink, Testimony

NEWEST = 20
"""Entries of the history that a page shows."""


def tended(entry: Entry, key: int) -> bool:
    """Whether whoever asks may change a row of the registry."""
    return "keep" in open_layers(entry.session, entry.gate, [key]).get(key, frozenset())


def thing(entry: Entry, kind: str, row: Any, actor: str) -> KeptThing:
    """Everything of a row. `actor`: how the audit names whoever asks; the history is for those who tend it."""
    kept, mine = row_of(entry, kind, row), tended(entry, row.id)
    return KeptThing(
        kept, mine, _access(entry, row.id), _refs(entry, kept), told(entry, kind, row.id), _statements(entry, kind, row.id),
        alike(entry, kind, row) if kind in NAMED else (), _merges(entry, row.id, actor) if mine and kind in NAMED else (),
        _history(entry, row.public_id, actor) if mine else ())


def _history(entry: Entry, public_id: str, actor: str) -> tuple[KeptEntry, ...]:
    """What was done to it, newest first, without merges of what whoever asks may not know of, or of what was erased."""
    verbs = ("import", *kept_testimony.OF_REGISTRY)  # a testimony may bear the same id
    rows = list(entry.session.scalars(select(AuditEntry).where(AuditEntry.subject == public_id, AuditEntry.verb.in_(verbs))
                                      .order_by(AuditEntry.id.desc())))
    found = {row.id: merges.by_key(entry.session, int(str(row.detail["merge"]))) for row in rows if "merge" in row.detail}
    seen = [row for row in rows if row.id not in found or ((merge := found[row.id]) and kept_registry.was_known(entry, merge))]
    return kept_testimony.entries_of(seen[:NEWEST], actor, colleagues(entry.session))


def _access(entry: Entry, key: int) -> str:
    """Whom a row is open to by itself, in canonical spelling; '' = nobody."""
    found = entry.session.scalar(select(AudienceRow.formula).join(Release, Release.audience_id == AudienceRow.id).where(
        Release.unit_id == key, Release.layer == "existence", Release.starts <= entry.now, Release.ends > entry.now))
    return "" if found in (None, "!") else str(found or "everybody")


def _refs(entry: Entry, kept: KeptRow) -> dict[str, str]:
    """Id -> name of what a row refers to, as far as whoever asks may know of it."""
    asked = {"places": (("within", "places"),), "events": (("places", "places"),),
             "statements": (("source", "sources"), ("event", "events"), ("about", "people"), ("about", "places"))}.get(kept.kind, ())
    found: dict[str, str] = {}
    for column, kind in asked:
        ids = [each for each in kept.said(column).split(";") if each]
        found |= {public_id: title for public_id, title in _named(entry, kind, ids)}
    return found


def _named(entry: Entry, kind: str, ids: list[str]) -> list[tuple[str, str]]:
    if not ids:
        return []
    table = TABLES[kind]
    rows = list(entry.session.scalars(select(table).where(table.public_id.in_(ids), known(entry, kind))))
    names = names_of(entry, [row.id for row in rows])
    return [(row.public_id, getattr(row, "title", "") or (names[row.id][0].text if row.id in names else row.public_id)) for row in rows]


def told(entry: Entry, kind: str, key: int) -> tuple[KeptTold, ...]:
    """The testimonies that speak of it, those that whoever asks may tend or read, by title."""
    if kind not in ("people", "places"):
        return ()
    table, column = (Appearance, Appearance.person_id) if kind == "people" else (PlaceLink, PlaceLink.place_id)
    rows = entry.session.execute(select(Testimony, table).join(table, table.testimony_id == Testimony.id).where(
        column == key, link_known(entry, table)).order_by(Testimony.sort_title, Testimony.public_id)).all()
    kept = open_layers(entry.session, entry.gate, [row.id for row, _ in rows])
    return tuple(_told(row, getattr(link, "role", ""), "keep" in kept.get(row.id, frozenset())) for row, link in rows)


def _told(row: Testimony, role: str, mine: bool) -> KeptTold:
    """Who only reads it finds its title, which may hide a name, in the reading room."""
    return KeptTold(row.public_id, row.title if mine else "", role, mine)


def _statements(entry: Entry, kind: str, key: int) -> tuple[Statement, ...]:
    column = {"people": SourcedStatement.about_id, "places": SourcedStatement.about_id, "events": SourcedStatement.event_id,
              "sources": SourcedStatement.source_id, "statements": SourcedStatement.id}[kind]
    return sources.statements(entry, column == key, known(entry, "statements"))


def _merges(entry: Entry, key: int, actor: str) -> tuple[KeptMerge, ...]:
    found = [each for each in merges.of_kept(entry.session, key) if kept_registry.was_known(entry, each)]
    ids: dict[int, str] = {}
    for table in (Person, Place, Event):
        ids |= dict(entry.session.execute(select(table.id, table.public_id).where(table.id.in_([each.merged_id for each in found]))).all())
    return tuple(KeptMerge(ids[each.merged_id], tuple(Name(*name) for name in each.moved["names"]), each.merged_at,
                           each.merged_by == actor) for each in found)


def merging(entry: Entry, kind: str, kept: Any, other: Any) -> KeptMerging:
    """What would move, as far as whoever asks may know of it."""
    one, two = row_of(entry, kind, kept), row_of(entry, kind, other)
    there = {(name.text, name.language) for name in one.names}
    moving = set(merges.FILLED[TABLES[kind]]) | {"within"}
    pairs = [(column, text, two.said(column)) for column, text in one.columns if column in moving]
    column = SourcedStatement.event_id if kind == "events" else SourcedStatement.about_id
    statements = select(func.count()).select_from(SourcedStatement).where(column == other.id, known(entry, "statements"))
    inside = select(func.count()).select_from(Place).where(Place.within_id == other.id, known(entry, "places"))
    return KeptMerging(
        one, two, tuple(name for name in two.names if (name.text, name.language) not in there),
        tuple((column, theirs) for column, ours, theirs in pairs if theirs and not ours),
        tuple((column, ours, theirs) for column, ours, theirs in pairs if theirs and ours and theirs != ours),
        told(entry, kind, other.id), entry.session.scalar(statements) or 0, (entry.session.scalar(inside) or 0) if kind == "places" else 0,
        _refs(entry, one) | _refs(entry, two))


def links(entry: Entry, testimony: int) -> tuple[KeptLink, ...]:
    """Whom and which places a testimony is linked to, for whoever tends it."""
    people = entry.session.execute(select(Appearance.role, Appearance.position, Appearance.layer, Person.id, Person.public_id).join(
        Person, Person.id == Appearance.person_id).where(Appearance.testimony_id == testimony)
        .order_by(Appearance.role.desc(), Appearance.position)).all()
    places = entry.session.execute(select(PlaceLink.position, PlaceLink.layer, Place.id, Place.public_id).join(
        Place, Place.id == PlaceLink.place_id).where(PlaceLink.testimony_id == testimony).order_by(PlaceLink.position)).all()
    names = names_of(entry, [row.id for row in (*people, *places)])

    def link(kind: str, role: str, row: Any) -> KeptLink:
        return KeptLink(kind, role, row.position, row.public_id, names.get(row.id, ()), row.layer == hidden.NOBODY)

    return (*(link("people", row.role, row) for row in people), *(link("places", "", row) for row in places))
