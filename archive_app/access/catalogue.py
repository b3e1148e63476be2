"""What there is, for one viewer: lists of testimonies, collections, the first page, and one testimony without its words.

Orders come from values that are the same for every viewer and end in the public id. What may not live here: words, people and places.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from archive_app.access import copies, index_points
from archive_app.access.cards import Opened, opened, recording_open
from archive_app.access.entry import Entry
from archive_app.access.names import keyword, named_in, names_of
from archive_app.access.readings import Card, Collection, CollectionRef, Home, LayerTerms, Name, Testimony
from archive_app.access.terms import LAYERS
from archive_app.errors import Invalid
from archive_app.records.consent import AudienceRow, Release
from archive_app.records.recordings import Recording as RecordingRow
from archive_app.records.registry import Person, Place
from archive_app.records.testimonies import Appearance, PlaceLink, has
from archive_app.records.testimonies import Collection as CollectionRow
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
    narrowed = _narrowed(entry, narrowing)
    total = _total(entry, narrowed)
    keys = _keys(entry, and_(entry.gate.opens("existence", Row.id), *narrowed), sort, total, window)
    cards = opened(entry, keys)
    return total, tuple(cards[key].card for key in keys if key in cards)


def _total(entry: Entry, narrowed: list[ColumnElement[bool]]) -> int:
    query = (select(func.count()).select_from(Row).where(entry.gate.opens("existence", Row.id), *narrowed) if narrowed
             else select(func.count()).select_from(entry.gate.units("existence", testimonies_only=True)))
    return entry.session.scalar(query) or 0


def _keys(entry: Entry, wanted: ColumnElement[bool], sort: str, total: int, window: tuple[int, int]) -> list[int]:
    """The keys in this window. It is walked to from the nearer end: the order stands in an index, which can be read either way."""
    first, last = min(window[0], total), min(window[1], total)
    year, order = Row.sort_year.asc().nulls_last(), [Row.sort_title.asc(), Row.public_id.asc()]
    backwards = first > total - last
    if backwards:
        year, order = Row.sort_year.desc().nulls_first(), [Row.sort_title.desc(), Row.public_id.desc()]
    query = select(Row.id).where(wanted).order_by(*([year] if sort == "date" else []), *order)
    found = list(entry.session.scalars(query.offset(total - last if backwards else first).limit(last - first)))
    return found[::-1] if backwards else found


def _narrowed(entry: Entry, by: Narrowing) -> list[ColumnElement[bool]]:
    gate = entry.gate
    clauses: list[ColumnElement[bool]] = []
    if by.collection:
        clauses.append(Row.collection_id == select(CollectionRow.id).where(CollectionRow.public_id == by.collection).scalar_subquery())
    for column, value in ((Transcript.language, by.language), (Transcript.kind, by.kind)):
        if value:
            clauses.append(_has_transcript(entry, column == value))
    if by.place:
        clauses.append(has(select(PlaceLink).join(Place, Place.id == PlaceLink.place_id).where(
            PlaceLink.testimony_id == Row.id, Place.public_id == by.place, gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))))
    if by.person:
        clauses.append(has(select(Appearance).join(Person, Person.id == Appearance.person_id).where(
            Appearance.testimony_id == Row.id, Person.public_id == by.person, named_in(entry))))
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
        clauses.append(has(select(RecordingRow).where(RecordingRow.testimony_id == Row.id, recording_open(entry, by.has))))
    return clauses


def _has_transcript(entry: Entry, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return has(select(Transcript).where(
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
    recordings = copies.of_testimony(entry, whole)
    heads = tuple(head for _, head in whole.transcripts)
    if "description" not in whole.layers:
        return Testimony(whole.card, "", (), (), recordings, heads, ())
    return Testimony(whole.card, names(row.abstract, language), tuple(keyword(names, word, language) for word in row.keywords),
                     _terms(entry, row.id), recordings, heads, index_points.of_testimony(entry, whole))


def _terms(entry: Entry, unit: int) -> tuple[LayerTerms, ...]:
    rows = entry.session.execute(
        select(Release.layer, Release.starts, AudienceRow.formula).join(AudienceRow, AudienceRow.id == Release.audience_id)
        .where(Release.unit_id == unit, Release.ends > entry.now, Release.layer.in_(LAYERS)).order_by(Release.starts)).all()
    open_now = set(entry.session.scalars(select(Release.layer).where(Release.unit_id == unit, entry.gate.holds())))
    steps = {layer: tuple((0 if start <= entry.now else start, formula) for name, start, formula in rows if name == layer)
             for layer in LAYERS}
    return tuple(LayerTerms(layer, steps[layer], layer in open_now) for layer in LAYERS if steps[layer])


def collections(entry: Entry) -> tuple[Collection, ...]:
    """The collections that exist for this viewer, in order of public id, with what the viewer may know of in each."""
    gate = entry.gate
    known = gate.units("existence", testimonies_only=True).c
    totals: dict[int, int] = dict(entry.session.execute(select(known.collection_id, func.count()).group_by(known.collection_id)).all())
    years = _years_told(entry)
    rows = list(entry.session.scalars(select(CollectionRow).where(
        or_(CollectionRow.id.in_(totals), gate.opens("existence", CollectionRow.id))).order_by(CollectionRow.public_id)))
    names, languages = names_of(entry, [row.id for row in rows]), _languages(entry)
    return tuple(Collection(CollectionRef(row.public_id, names.get(row.id, (Name(row.public_id),))), row.description,
                            totals.get(row.id, 0), languages.get(row.id, ()), years.get(row.id)) for row in rows)


def _years_told(entry: Entry) -> dict[int, tuple[int, int]]:
    """Collection key -> first and last year of what the viewer may read the description of; without those of no year."""
    read = entry.gate.units("description", testimonies_only=True).c
    rows = entry.session.execute(select(read.collection_id, func.min(Row.first_year), func.max(Row.last_year))
                                 .join(Row, Row.id == read.id).group_by(read.collection_id))
    return {key: (first, last) for key, first, last in rows if first and last}


def _languages(entry: Entry) -> dict[int, tuple[str, ...]]:
    read = entry.gate.units("transcript").c
    rows = entry.session.execute(select(Transcript.language, read.collection_id).distinct()
                                 .where(Transcript.id == read.id).order_by(Transcript.language))
    found: dict[int, tuple[str, ...]] = {}
    for language, collection in rows:
        found[collection] = (*found.get(collection, ()), language)
    return found


def home(entry: Entry) -> Home:
    """The first page for this viewer: testimonies they may know of, ms they may hear or see, languages they may read."""
    everything = collections(entry)
    recorded = entry.session.scalar(select(func.coalesce(func.sum(RecordingRow.duration_ms), 0)).where(
        RecordingRow.kind.in_(("audio", "video")), recording_open(entry))) or 0
    languages = sorted({language for each in everything for language in each.languages})
    return Home(sum(each.total for each in everything), int(recorded), tuple(languages), everything)
