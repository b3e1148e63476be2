"""The JSON twins: each takes the very view its page was made from, and never asks for more.

Lists: {"total", "page", "pages", "items"}. Times are integer milliseconds. What may not live here: reading, sentences of our own
but the terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from archive_app.access.readings import (
    Block,
    Card,
    CollectionRef,
    Coverage,
    EventRef,
    Home,
    Listing,
    Name,
    PersonRef,
    PlaceRef,
    Recording,
    Transcript,
    Withheld,
)
from archive_app.access.readings import Collection as CollectionReading
from archive_app.access.registry_readings import Event, Person, Place, Source
from archive_app.web import names, sentences
from archive_app.web.reads import InCollection, Listed, Testimonies, TestimonyView

Json = dict[str, Any]
Item = TypeVar("Item")


def plain(value: object) -> Any:
    """A reading as JSON has it: its own fields, under their own names."""
    if isinstance(value, Card):
        return card(value)
    if isinstance(value, PersonRef):
        return person_ref(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(item) for item in value]
    return value


def listing(found: Listing[Item], each: Callable[[Item], Any] = plain) -> Json:
    """A list, as every twin has it (docs/addresses.md)."""
    return {"total": found.total, "page": found.page, "pages": found.pages, "items": [each(item) for item in found.items]}


def card(reading: Card) -> Json:
    """A testimony in a list. Where the description is closed, only id and collection say anything."""
    return {
        "id": reading.id, "title": reading.title, "collection": reading.collection.id, "date": reading.date,
        "place": _place_names(reading.places), "people": [person_ref(person) for person in reading.people],
        "languages": list(reading.languages), "kinds": list(reading.kinds), "has": list(reading.has),
        "url": f"/testimonies/{reading.id}"}


def person_ref(reading: PersonRef) -> Json:
    """`id` is null for a face: a face has no page."""
    return {"name": reading.shown, "role": reading.role, "id": reading.person, "face": reading.face, "language": reading.language,
            "url": f"/people/{reading.person}" if reading.person else None}


def home(view: Home) -> Json:
    """The first page."""
    return {"testimonies": view.testimonies, "recorded_ms": view.recorded_ms, "languages": list(view.languages),
            "collections": [collection_of(each) for each in view.collections]}


def testimonies(view: Testimonies) -> Json:
    """A list of testimonies."""
    return listing(view.listing, card)


def testimony(view: TestimonyView) -> Json:
    """A testimony with every transcript that is open."""
    whole = view.testimony
    found = card(whole.card)
    return {
        "id": found["id"], "title": found["title"], "collection": found["collection"], "date": found["date"],
        "place": found["place"],
        "people": found["people"], "languages": found["languages"], "terms": sentences.terms(whole.terms, view.now),
        "recordings": [recording(each) for each in whole.recordings],
        "transcripts": [transcript(each) for each in view.transcripts],
        "index_points": [plain(point) for point in whole.index_points],
        "abstract": whole.abstract, "keywords": list(whole.keywords), "places": [place_ref(each) for each in whole.card.places]}


def recording(reading: Recording) -> Json:
    """A recording; `url` is null until there is a copy for who asks, for ever where it has `failed`. Times are on the testimony's time
    line."""
    shown = reading.shown
    return {"id": reading.id, "kind": reading.kind, "label": reading.label, "duration_ms": reading.duration_ms,
            "url": f"/media/{shown.id}" if shown else None, "offset_ms": reading.offset_ms, "failed": reading.failed,
            "withheld": [{"start_ms": start, "end_ms": end} for start, end in reading.withheld],
            "copies": [{"url": f"/media/{each.id}", "is": each.recipe, "part": each.part, "type": each.media_type}
                       for each in reading.copies]}


def transcript(reading: Transcript) -> Json:
    """A transcript, block by block."""
    head = reading.head
    return {"n": head.n, "language": head.language, "kind": head.kind, "approved_on": head.approved_on,
            "version": reading.version, "segments": [block(each) for each in reading.blocks],
            "notes": [plain(note) for note in reading.notes]}


def block(reading: Block) -> Json:
    """A segment, with the times of its words where there are any; or a run of withheld words: only its number and its times."""
    if isinstance(reading, Withheld):
        return {"n": reading.n, "start_ms": reading.start_ms, "end_ms": reading.end_ms, "withheld": True}
    return {"n": reading.n, "start_ms": reading.start_ms, "end_ms": reading.end_ms, "speaker": reading.speaker,
            "text": reading.text, **({"words": plain(reading.words)} if reading.words else {})}


def people(view: Listed[PersonRef]) -> Json:
    """A list of people."""
    return listing(view.listing, person_ref)


def person(view: Person) -> Json:
    """A person."""
    told = [{"role": role, **card(each)} for role, each in view.testimonies]
    return {"id": view.id, "names": plain(view.names), "born": view.born, "died": view.died, "note": view.note,
            "testimonies": told, "statements": plain(view.statements)}


def places(view: Listed[PlaceRef]) -> Json:
    """A list of places."""
    return listing(view.listing, place_ref)


def place(view: Place) -> Json:
    """A place."""
    return {**place_ref(view.ref), "within": place_ref(view.within) if view.within else None,
            "parts": [place_ref(part) for part in view.parts], "total": view.total,
            "testimonies": [card(each) for each in view.testimonies], "events": [event_ref(each) for each in view.events]}


def place_ref(reading: PlaceRef) -> Json:
    """A place where it is named."""
    return {**plain(reading), "url": f"/places/{reading.id}"}


def events(view: Listed[EventRef]) -> Json:
    """A list of events."""
    return listing(view.listing, event_ref)


def event(view: Event) -> Json:
    """An event."""
    return {**event_ref(view.ref), "places": [place_ref(each) for each in view.places], "statements": plain(view.statements)}


def event_ref(reading: EventRef) -> Json:
    """An event where it is named."""
    return {**plain(reading), "url": f"/events/{reading.id}"}


def collections(view: Listed[CollectionReading]) -> Json:
    """A list of collections."""
    return listing(view.listing, collection_of)


def collection_of(reading: CollectionReading) -> Json:
    """A collection where it is listed."""
    ref: CollectionRef = reading.ref
    return {"id": ref.id, "names": plain(ref.names), "description": reading.description, "total": reading.total,
            "languages": list(reading.languages), "years": list(reading.years) if reading.years else None,
            "url": f"/collections/{ref.id}"}


def collection(view: InCollection) -> Json:
    """A collection, a page of its testimonies, and with the first page what they cover."""
    return {**collection_of(view.collection), "testimonies": listing(view.listing, card),
            "coverage": coverage(view.coverage) if view.coverage else None}


def coverage(reading: Coverage) -> Json:
    """When the testimonies of a collection were told, the places told of, and what happened there."""
    return {"told": [{"first_year": first, "last_year": last, "testimonies": count} for first, last, count in reading.told],
            "places": [place_ref(each) for each in reading.places], "events": [event_ref(each) for each in reading.events]}


def source(view: Source) -> Json:
    """A source and its statements."""
    return {**plain(view.ref), "statements": plain(view.statements), "events": [event_ref(each) for each in view.events]}


def _place_names(places: Iterable[PlaceRef]) -> str:
    found: list[tuple[Name, ...]] = [place.names for place in places]
    return "; ".join(names.first(each).text for each in found if each)
