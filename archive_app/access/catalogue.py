"""What there is, for one viewer: lists of testimonies, collections, the first page, and one testimony without its words.

Orders come from values that are the same for every viewer and end in the public id. What may not live here: words, people and places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select

from archive_app.access.cards import Opened, opened
from archive_app.access.entry import Entry
from archive_app.access.names import keyword, names_of
from archive_app.access.readings import Card, Collection, CollectionRef, Home, IndexPoint, LayerTerms, Name, Recording, Testimony
from archive_app.access.terms import FOREVER, LAYERS
from archive_app.errors import Invalid
from archive_app.records.consent import AudienceRow, Release
from archive_app.records.recordings import Recording as RecordingRow
from archive_app.records.registry import Person, Place
from archive_app.records.restrictions import Restriction
from archive_app.records.testimonies import Appearance, PlaceLink
from archive_app.records.testimonies import Collection as CollectionRow
from archive_app.records.testimonies import IndexPoint as IndexPointRow
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.transcripts import Transcript


@dataclass(frozen=True)
class Narrowing:
    """What a list of testimonies is narrowed by; each an id, tag or year as it stands in an address, '' = not narrowed."""

    collection: str = ""
    language: str = ""
    place: str = ""
    person: str = ""
    role: str = ""
    kind: str = ""
    decade: str = ""
    year_from: str = ""
    year_to: str = ""
    has: str = ""


def key_of(entry: Entry, public_id: str) -> int | None:
    """The internal key behind a public id, None where there is none. It says nothing of who may know: the gate is asked next."""
    return entry.session.scalar(select(Row.id).where(Row.public_id == public_id))


def listed(entry: Entry, narrowing: Narrowing, sort: str, window: tuple[int, int]) -> tuple[int, tuple[Card, ...]]:
    """(total, the cards in this window) of the testimonies this viewer may know of."""
    wanted = and_(entry.gate.opens("existence", Row.id), *_narrowed(entry, narrowing))
    total = entry.session.scalar(select(func.count()).select_from(Row).where(wanted)) or 0
    order = (Row.sort_year.is_(None), Row.sort_year) if sort == "date" else ()
    keys = list(entry.session.scalars(select(Row.id).where(wanted).order_by(*order, Row.sort_title, Row.public_id)
                                      .offset(window[0]).limit(window[1] - window[0])))
    cards = opened(entry, keys)
    return total, tuple(cards[key].card for key in keys if key in cards)


def _narrowed(entry: Entry, by: Narrowing) -> list[ColumnElement[bool]]:
    gate = entry.gate
    clauses: list[ColumnElement[bool]] = []
    if by.collection:
        clauses.append(Row.collection_id.in_(select(CollectionRow.id).where(CollectionRow.public_id == by.collection)))
    for column, value in ((Transcript.language, by.language), (Transcript.kind, by.kind)):
        if value:
            clauses.append(_has_transcript(entry, column == value))
    if by.place:
        clauses.append(_linked(select(PlaceLink).join(Place, Place.id == PlaceLink.place_id).where(
            PlaceLink.testimony_id == Row.id, Place.public_id == by.place, gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))))
    if by.person:
        clauses.append(_linked(select(Appearance).join(Person, Person.id == Appearance.person_id).where(
            Appearance.testimony_id == Row.id, Person.public_id == by.person, gate.opens_named(Appearance.layer, Appearance.testimony_id))))
    years = _years(by)
    if years:
        clauses += [Row.first_year <= years[1], Row.last_year >= years[0]]
    if by.role:
        clauses.append(Row.narrator_role == by.role)
    if by.role or by.person or years:
        clauses.append(gate.opens("description", Row.id))
    if by.has == "transcript":
        clauses.append(_has_transcript(entry, literal(True)))
    elif by.has:
        clauses.append(_linked(select(RecordingRow).where(
            RecordingRow.testimony_id == Row.id, RecordingRow.kind == by.has, gate.opens_named(RecordingRow.kind, RecordingRow.id))))
    return clauses


def _linked(query: Select[Any]) -> ColumnElement[bool]:
    return exists(query.with_only_columns(literal(1)).correlate(Row))


def _has_transcript(entry: Entry, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return _linked(select(Transcript).where(
        Transcript.testimony_id == Row.id, which, entry.gate.opens("transcript", Transcript.id)))


def _years(by: Narrowing) -> tuple[int, int] | None:
    first, last = 0, 9999
    for field, text in (("decade", by.decade), ("year_from", by.year_from), ("year_to", by.year_to)):
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise Invalid(field, f"“{text[:20]}” is not a year")
        year = int(text)
        if field == "decade":
            first, last = max(first, year - year % 10), min(last, year - year % 10 + 9)
        elif field == "year_from":
            first = max(first, year)
        else:
            last = min(last, year)
    return (first, last) if by.decade or by.year_from or by.year_to else None


def testimony(entry: Entry, whole: Opened) -> Testimony:
    """One testimony without its words. With its description closed, abstract, keywords, terms and index points are empty; the
    recordings and heads of transcripts are those that are open by themselves."""
    row, names = whole.row, whole.names
    language = row.languages[0] if row.languages else ""
    recordings = tuple(Recording(media.public_id, media.kind, names(media.label, language), media.duration_ms)
                       for media in whole.recordings)
    heads = tuple(head for _, head in whole.transcripts)
    if "description" not in whole.layers:
        return Testimony(whole.card, "", (), (), recordings, heads, ())
    return Testimony(whole.card, names(row.abstract, language), tuple(keyword(names, word, language) for word in row.keywords),
                     _terms(entry, row.id), recordings, heads, _index_points(entry, whole))


def _terms(entry: Entry, unit: int) -> tuple[LayerTerms, ...]:
    rows = entry.session.execute(
        select(Release.layer, Release.starts, AudienceRow.formula).join(AudienceRow, AudienceRow.id == Release.audience_id)
        .where(Release.unit_id == unit, Release.ends > entry.now, Release.layer.in_(LAYERS)).order_by(Release.starts)).all()
    open_now = set(entry.session.scalars(select(Release.layer).where(Release.unit_id == unit, entry.gate.holds())))
    steps = {layer: tuple((0 if start <= entry.now else start, formula) for name, start, formula in rows if name == layer)
             for layer in LAYERS}
    return tuple(LayerTerms(layer, steps[layer], layer in open_now) for layer in LAYERS if steps[layer])


def _index_points(entry: Entry, whole: Opened) -> tuple[IndexPoint, ...]:
    """Points that begin in withheld time are left out; others that reach into it keep their place and lose their texts."""
    closed = entry.session.execute(select(Restriction.start_ms, Restriction.end_ms).where(
        Restriction.testimony_id == whole.row.id, Restriction.lifted_at.is_(None), ~entry.gate.opens("words", Restriction.id))).all()
    rows = list(entry.session.scalars(select(IndexPointRow).where(IndexPointRow.testimony_id == whole.row.id)
                                      .order_by(IndexPointRow.start_ms, IndexPointRow.title)))
    ends = [row.end_ms or next((later.start_ms for later in rows[at:] if later.start_ms > row.start_ms), FOREVER)
            for at, row in enumerate(rows)]
    return tuple(_index_point(row, whole, any(_overlaps(row.start_ms, until, start, end) for start, end in closed))
                 for row, until in zip(rows, ends, strict=True)
                 if not any(_overlaps(row.start_ms, row.start_ms + 1, start, end) for start, end in closed))


def _overlaps(begin: int, until: int, start: int | None, end: int | None) -> bool:
    return start is None or end is None or (begin < end and until > start)


def _index_point(row: IndexPointRow, whole: Opened, withheld: bool) -> IndexPoint:
    if withheld:
        return IndexPoint(row.start_ms, "")
    return IndexPoint(row.start_ms, whole.names(row.title, row.language), whole.names(row.synopsis, row.language),
                      tuple(keyword(whole.names, word, row.language) for word in row.keywords))


def collections(entry: Entry) -> tuple[Collection, ...]:
    """The collections that exist for this viewer, in order of public id, with what the viewer may know of in each."""
    gate = entry.gate
    totals = _grouped(entry, select(Row.collection_id, func.count()).where(gate.opens("existence", Row.id)))
    described = gate.opens("description", Row.id)
    first = _grouped(entry, select(Row.collection_id, func.min(Row.first_year)).where(described))
    last = _grouped(entry, select(Row.collection_id, func.max(Row.last_year)).where(described))
    rows = list(entry.session.scalars(select(CollectionRow).where(
        or_(CollectionRow.id.in_(totals), gate.opens("existence", CollectionRow.id))).order_by(CollectionRow.public_id)))
    names, languages = names_of(entry, [row.id for row in rows]), _languages(entry)
    return tuple(Collection(CollectionRef(row.public_id, names.get(row.id, (Name(row.public_id),))), row.description,
                            totals.get(row.id, 0), languages.get(row.id, ()),
                            (first[row.id], last[row.id]) if first.get(row.id) and last.get(row.id) else None) for row in rows)


def _grouped(entry: Entry, query: Any) -> dict[int, int]:
    """(collection key, number) rows of a query, grouped by collection."""
    return dict(entry.session.execute(query.group_by(Row.collection_id)).all())


def _languages(entry: Entry) -> dict[int, tuple[str, ...]]:
    rows = entry.session.execute(
        select(Transcript.language, Row.collection_id).distinct().join(Row, Row.id == Transcript.testimony_id)
        .where(entry.gate.opens("transcript", Transcript.id)).order_by(Transcript.language))
    found: dict[int, tuple[str, ...]] = {}
    for language, collection in rows:
        found[collection] = (*found.get(collection, ()), language)
    return found


def home(entry: Entry) -> Home:
    """The first page for this viewer: testimonies they may know of, ms they may hear or see, languages they may read."""
    everything = collections(entry)
    recorded = entry.session.scalar(select(func.coalesce(func.sum(RecordingRow.duration_ms), 0)).where(
        RecordingRow.kind.in_(("audio", "video")), entry.gate.opens_named(RecordingRow.kind, RecordingRow.id))) or 0
    languages = sorted({language for each in everything for language in each.languages})
    return Home(sum(each.total for each in everything), int(recorded), tuple(languages), everything)
