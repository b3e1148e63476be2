"""The registry at the desk: what whoever asks may know of, by what they may read and what they may tend.

People, places and events are known by what links to them: something readable, or a testimony that may be tended; and, by whoever tends
every collection, what was entered by itself. So a name that only somebody else's closed testimony has is not there. What may not live
here: changing anything (actions), one testimony (kept_testimony), one entry and what moves in a merge (kept_things).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from archive_app.access import merged, registry, sources
from archive_app.access.entry import Entry
from archive_app.access.kept_registry_readings import COLUMNS, NAMED, KeptItem, KeptListing, KeptRow
from archive_app.access.names import names_of
from archive_app.access.readings import Name
from archive_app.errors import Invalid
from archive_app.language.name_sounds import sounds
from archive_app.language.words import sort_key
from archive_app.records.merges import Merge
from archive_app.records.registry import Event, EventPlace, NameRow, Person, Place
from archive_app.records.sources import Source, SourcedStatement
from archive_app.records.testimonies import Appearance, PlaceLink

PER_PAGE = 20
TABLES: dict[str, type[Any]] = {"people": Person, "places": Place, "events": Event, "sources": Source, "statements": SourcedStatement}


def known(entry: Entry, kind: str) -> ColumnElement[bool]:
    """A clause true for rows of this kind that whoever asks may know of at the desk."""
    gate, table = entry.gate, TABLES[kind]
    kept = gate.opens("keep", table.id)
    if kind == "sources":
        return or_(gate.opens("existence", Source.id), kept)
    if kind == "statements":
        return or_(sources.readable(entry), and_(kept, gate.opens("keep", SourcedStatement.source_id)))
    entered = and_(table.row_digest != "", kept)
    if kind == "events":
        return and_(merged.stands(Event.id), or_(registry.event_exists(entry), entered))
    if kind == "people":
        tells = exists(select(literal(1)).where(Appearance.person_id == Person.id, gate.opens("keep", Appearance.testimony_id)))
        stated = exists(select(literal(1)).where(SourcedStatement.about_id == Person.id, known(entry, "statements")))
        named = and_(Person.sort_name != "", or_(registry.person_exists(entry), tells, stated))
        return and_(merged.stands(Person.id), or_(named, entered))
    return _place_known(entry, entered)


def _place_known(entry: Entry, entered: ColumnElement[bool]) -> ColumnElement[bool]:
    """Like `registry.place_exists`: what holds a place that is known is known."""
    told = exists(select(literal(1)).where(PlaceLink.place_id == Place.id, entry.gate.opens("keep", PlaceLink.testimony_id)))
    happened = exists(select(literal(1)).where(EventPlace.place_id == Place.id, EventPlace.event_id == Event.id, known(entry, "events")))
    stated = exists(select(literal(1)).where(SourcedStatement.about_id == Place.id, known(entry, "statements")))
    ways = or_(entered, told, happened, stated, registry.place_exists(entry))
    start = select(Place.id, Place.within_id).where(merged.stands(Place.id), ways)
    there = start.cte("places_kept", recursive=True)
    above = select(Place.id, Place.within_id).join(there, there.c.within_id == Place.id)
    return Place.id.in_(select(there.union(above).c.id))


def find(entry: Entry, kind: str, public_id: str) -> Any:
    """The row under this id, if whoever asks may know of it, also under one that leads there since two were made one; else None."""
    table = TABLES[kind]
    row = entry.session.scalar(select(table).where(table.public_id == public_id, known(entry, kind)))
    if row is not None or kind not in NAMED:
        return row
    now = merged.led(entry, table, public_id, lambda at: known(at, kind), was_known)
    return entry.session.scalar(select(table).where(table.public_id == now)) if now else None


def knows(entry: Entry, kind: str, keys: Collection[int]) -> frozenset[int]:
    """Those of these rows of a kind that whoever asks may know of."""
    table = TABLES[kind]
    return frozenset(entry.session.scalars(select(table.id).where(table.id.in_(keys), known(entry, kind))))


def was_known(entry: Entry, merge: Merge) -> bool:
    """Whether what was merged would be known to whoever asks, had it been left as it was: only then do they know of the merge."""
    return merged.was_there(entry, merge) or _was_kept(entry, merge)


def _was_kept(entry: Entry, merge: Merge) -> bool:
    """Whether what was merged would be known at this desk, had it been left as it was."""
    told = exists(select(literal(1)).where(Appearance.id.in_(merged.points(merge, "appearances")),
                                           entry.gate.opens("keep", Appearance.testimony_id)))
    linked = exists(select(literal(1)).where(
        PlaceLink.testimony_id.in_(merged.pairs(merge, "testimony_places", "testimony_id")), PlaceLink.place_id == merge.kept_id,
        entry.gate.opens("keep", PlaceLink.testimony_id)))
    entered = [exists(select(literal(1)).where(table.id == merge.merged_id, table.row_digest != "", entry.gate.opens("keep", table.id)))
               for table in (Person, Place, Event)]
    return bool(entry.session.scalar(select(literal(1)).where(or_(told, linked, *entered))))


def called(entry: Entry, kind: str, text: str) -> Any:
    """What somebody means who types an id, a name or a title: the row of this id, else the only one called so; None where there is none
    that whoever asks may know of. Raises Invalid where several are."""
    row = find(entry, kind, text)
    if row is not None:
        return row
    table = TABLES[kind]
    wanted = (table.title == text) if kind == "sources" else table.id.in_(
        select(NameRow.unit_id).where(NameRow.sort_name == sort_key(text)))
    found = list(entry.session.scalars(select(table).where(wanted, known(entry, kind)).limit(2)))
    if len(found) > 1:
        raise Invalid(kind, "several are called so: write the id of the one that is meant")
    return found[0] if found else None


def listing(entry: Entry, kind: str, words: str = "", page: int = 1) -> KeptListing:
    """Everything of a kind by name, or what bears a name in which `words` stand, in letters or by sound in any script. Raises Invalid."""
    if not 1 <= page <= 1_000_000:
        raise Invalid("page", "pages are numbered from 1")
    table = TABLES[kind]
    wanted = known(entry, kind) if not words.strip() else and_(known(entry, kind), _saying(entry, kind, words))
    total = entry.session.scalar(select(func.count()).select_from(table).where(wanted)) or 0
    order = (table.sort_name,) if kind in NAMED else (func.lower(Source.title),) if kind == "sources" else ()
    rows = list(entry.session.scalars(select(table).where(wanted).order_by(*order, table.public_id)
                                      .offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
    return KeptListing(kind, total, page, max(1, -(-total // PER_PAGE)), items(entry, kind, rows))


def _saying(entry: Entry, kind: str, words: str) -> ColumnElement[bool]:
    plain = words.strip().lower()
    if kind == "sources":
        return or_(*(func.lower(column).contains(plain, autoescape=True) for column in (Source.title, Source.author, Source.public_id)))
    if kind == "statements":
        return or_(*(func.lower(column).contains(plain, autoescape=True) for column in (
            SourcedStatement.about, SourcedStatement.wording, SourcedStatement.says, SourcedStatement.public_id)))
    table = TABLES[kind]
    written = select(NameRow.unit_id).where(NameRow.sort_name.contains(sort_key(words), autoescape=True))
    return or_(table.id.in_(written), table.id.in_(sounding(entry, kind, (Name(words),), parts=True)), table.public_id == plain)


def sounding(entry: Entry, kind: str, names: Iterable[Name], parts: bool = False) -> list[int]:
    """Keys of rows of a kind that bear a name which sounds like one of these, in any script; with `parts`, like some of its words. Whether
    they are known is asked besides."""
    keys = [key for key in {sounds(name.text, name.language) for name in names} if key]
    if not keys:
        return []
    table = TABLES[kind]
    rows = entry.session.execute(select(NameRow.unit_id, NameRow.text, NameRow.language).join(table, table.id == NameRow.unit_id))
    return sorted({unit for unit, text, language in rows if any(_sounds_like(sounds(text, language), key, parts) for key in keys)})


def _sounds_like(found: str, asked: str, parts: bool) -> bool:
    return found == asked or (parts and not Counter(asked.split()) - Counter(found.split()))


def items(entry: Entry, kind: str, rows: list[Any]) -> tuple[KeptItem, ...]:
    """These rows as a list shows them."""
    keys = [row.id for row in rows]
    names, told = names_of(entry, keys), _told(entry, kind, keys)
    said = {} if kind != "statements" else {
        one.id: one for one in sources.statements(entry, SourcedStatement.id.in_(keys), known(entry, kind))}
    return tuple(KeptItem(kind, row.public_id, names.get(row.id, ()), _title(row), tuple(filter(None, (
        getattr(row, column, "") for column in ("born", "died", "date")))), told.get(row.id, 0), said.get(row.public_id)) for row in rows)


def _title(row: Any) -> str:
    if isinstance(row, Source):
        return row.title
    return (row.about or row.wording or row.unit) if isinstance(row, SourcedStatement) else ""


def _told(entry: Entry, kind: str, keys: list[int]) -> dict[int, int]:
    if kind not in ("people", "places"):
        return {}
    table, column = (Appearance, Appearance.person_id) if kind == "people" else (PlaceLink, PlaceLink.place_id)
    rows = entry.session.execute(select(column, func.count(table.testimony_id.distinct())).where(
        column.in_(keys), link_known(entry, table)).group_by(column))
    return {key: count for key, count in rows}


def link_known(entry: Entry, table: Any) -> ColumnElement[bool]:
    """A clause true for links to testimonies that whoever asks may tend, or may read them in."""
    read = and_(entry.gate.opens_named(table.layer, table.testimony_id), entry.gate.opens("description", table.testimony_id))
    return or_(entry.gate.opens("keep", table.testimony_id), read)


def alike(entry: Entry, kind: str, row: Any, most: int = 12) -> tuple[KeptItem, ...]:
    """What may be the same: known, and bearing a name that is written or sounds like one of its names."""
    names, table = names_of(entry, [row.id]).get(row.id, ()), TABLES[kind]
    if not names:
        return ()
    written = select(NameRow.unit_id).where(NameRow.sort_name.in_({sort_key(name.text) for name in names}))
    found = entry.session.scalars(select(table).where(
        table.id != row.id, known(entry, kind), or_(table.id.in_(written), table.id.in_(sounding(entry, kind, names))))
        .order_by(table.sort_name, table.public_id).limit(most))
    return items(entry, kind, list(found))


def row_of(entry: Entry, kind: str, row: Any) -> KeptRow:
    """A row as it is kept, as the desk and the tables of an import write it."""
    said: dict[str, str] = {column: getattr(row, column, "") or "" for column in COLUMNS[kind]}
    if kind == "places":
        said |= {"latitude": degrees(row.latitude), "longitude": degrees(row.longitude), "within": _id(entry, Place, row.within_id)}
    elif kind == "events":
        said["places"] = ";".join(_places(entry, row.id))
    elif kind == "statements":
        about = row.about or _id(entry, Person, row.about_id) or _id(entry, Place, row.about_id)
        said |= {"source": _id(entry, Source, row.source_id), "event": _id(entry, Event, row.event_id), "about": about}
    return KeptRow(kind, row.public_id, tuple(said.items()), names_of(entry, [row.id]).get(row.id, ()))


def degrees(value: float | None) -> str:
    """Degrees as they are typed: the shortest spelling that is this number."""
    return "" if value is None else repr(value).removesuffix(".0")


def _id(entry: Entry, table: type[Any], key: int | None) -> str:
    return entry.session.scalar(select(table.public_id).where(table.id == key)) or "" if key else ""


def _places(entry: Entry, event: int) -> list[str]:
    return list(entry.session.scalars(select(Place.public_id).join(EventPlace, EventPlace.place_id == Place.id)
                                      .where(EventPlace.event_id == event).order_by(EventPlace.position, Place.public_id)))
