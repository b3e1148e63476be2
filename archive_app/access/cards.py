"""Testimonies as they stand in lists: many at once, a fixed number of queries, each for one viewer.

What may not live here: which testimonies are in a list (catalogue), words (words).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from archive_app.access.entry import Entry
from archive_app.access.gate import open_layers
from archive_app.access.names import Appearing, appearing, filter_for, names_of, shown_people
from archive_app.access.readings import Card, CollectionRef, Name, PlaceRef, TranscriptHead
from archive_app.access.redaction import Filter
from archive_app.records.recordings import Recording
from archive_app.records.registry import Place
from archive_app.records.testimonies import Collection, PlaceLink, Testimony
from archive_app.records.transcripts import Transcript, TranscriptVersion


@dataclass(frozen=True)
class Opened:
    """A testimony that this viewer may know of, with what the gate opened of it: for the rooms of access only, never handed out."""

    row: Testimony
    layers: frozenset[str]
    people: tuple[Appearing, ...]
    names: Filter
    transcripts: tuple[tuple[Transcript, TranscriptHead], ...]
    recordings: tuple[Recording, ...]
    card: Card


def opened(entry: Entry, keys: Iterable[int]) -> dict[int, Opened]:
    """Key -> what is open of it; testimonies whose existence is closed are not in it."""
    layers = {key: found for key, found in open_layers(entry.session, entry.gate, keys).items() if "existence" in found}
    rows = {row.id: row for row in entry.session.scalars(select(Testimony).where(Testimony.id.in_(layers)))}
    people = appearing(entry, list(rows))
    collections = collection_refs(entry, {row.collection_id for row in rows.values()})
    places = _places(entry, list(rows))
    transcripts, recordings = _transcripts(entry, list(rows)), _recordings(entry, list(rows))
    result = {}
    for key, row in rows.items():
        everybody = people.get(key, ())
        names = filter_for(everybody, layers[key])
        heads, media = transcripts.get(key, ()), recordings.get(key, ())
        has = tuple(sorted({recording.kind for recording in media} | ({"transcript"} if heads else set())))
        card = _card(row, layers[key], collections[row.collection_id], places.get(key, ()), names, heads, has, everybody)
        result[key] = Opened(row, layers[key], everybody, names, heads, media, card)
    return result


def _card(row: Testimony, layers: frozenset[str], collection: CollectionRef, places: tuple[PlaceRef, ...], names: Filter,
          heads: tuple[tuple[Transcript, TranscriptHead], ...], has: tuple[str, ...], people: tuple[Appearing, ...]) -> Card:
    kinds = tuple(sorted({head.kind for _, head in heads}))
    if "description" not in layers:
        return Card(row.public_id, "", collection, "", (), (), (), kinds, has, describes=False)
    language = row.languages[0] if row.languages else ""
    return Card(row.public_id, names(row.title, language), collection, row.date, places,
                shown_people(people, layers), tuple(row.languages), kinds, has, narrator_role=row.narrator_role)


def collection_refs(entry: Entry, keys: Iterable[int]) -> dict[int, CollectionRef]:
    """Key -> the collection with its names, or with its id where none is recorded. Not gated: for those of opened testimonies."""
    rows = list(entry.session.scalars(select(Collection).where(Collection.id.in_(set(keys)))))
    names = names_of(entry, [row.id for row in rows])
    return {row.id: CollectionRef(row.public_id, names.get(row.id, (Name(row.public_id),))) for row in rows}


def place_ref(row: Place, names: tuple[Name, ...]) -> PlaceRef:
    """A place as readings name it, by its id where it has no names; latitude and longitude in degrees, None = not known."""
    return PlaceRef(row.public_id, names or (Name(row.public_id),), row.latitude, row.longitude)


def _places(entry: Entry, testimonies: list[int]) -> dict[int, tuple[PlaceRef, ...]]:
    rows = list(entry.session.execute(
        select(PlaceLink.testimony_id, Place).join(Place, Place.id == PlaceLink.place_id)
        .where(PlaceLink.testimony_id.in_(testimonies), entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))
        .order_by(PlaceLink.testimony_id, PlaceLink.position, Place.public_id)))
    names = names_of(entry, [place.id for _, place in rows])
    found: dict[int, tuple[PlaceRef, ...]] = {}
    for key, place in rows:
        found[key] = (*found.get(key, ()), place_ref(place, names.get(place.id, ())))
    return found


def _transcripts(entry: Entry, testimonies: list[int]) -> dict[int, tuple[tuple[Transcript, TranscriptHead], ...]]:
    rows = entry.session.execute(
        select(Transcript, TranscriptVersion.approved_on)
        .join(TranscriptVersion, TranscriptVersion.id == Transcript.current_version_id)
        .where(Transcript.testimony_id.in_(testimonies), entry.gate.opens("transcript", Transcript.id))
        .order_by(Transcript.testimony_id, Transcript.n))
    found: dict[int, tuple[tuple[Transcript, TranscriptHead], ...]] = {}
    for row, approved_on in rows:
        head = TranscriptHead(row.n, row.language, row.kind, approved_on)
        found[row.testimony_id] = (*found.get(row.testimony_id, ()), (row, head))
    return found


def _recordings(entry: Entry, testimonies: list[int]) -> dict[int, tuple[Recording, ...]]:
    rows = entry.session.scalars(
        select(Recording).where(Recording.testimony_id.in_(testimonies), entry.gate.opens_named(Recording.kind, Recording.id))
        .order_by(Recording.testimony_id, Recording.position))
    found: dict[int, tuple[Recording, ...]] = {}
    for row in rows:
        found[row.testimony_id] = (*found.get(row.testimony_id, ()), row)
    return found
