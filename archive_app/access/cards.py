"""Testimonies as they stand in lists: many at once, a fixed number of queries, each for one viewer.

What may not live here: which testimonies are in a list (catalogue), words (words).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select

from archive_app.access import references
from archive_app.access.entry import Entry
from archive_app.access.gate import open_layers
from archive_app.access.names import Appearing, appearing, filter_for, names_of, shown_people
from archive_app.access.readings import Card, CollectionRef, PlaceRef, TranscriptHead
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
    recordings: tuple[tuple[Recording, str], ...]
    card: Card


def opened(entry: Entry, keys: Iterable[int]) -> dict[int, Opened]:
    """Key -> what is open of it; testimonies whose existence is closed are not in it."""
    layers = {key: found for key, found in open_layers(entry.session, entry.gate, keys).items() if "existence" in found}
    rows = {row.id: row for row in entry.session.scalars(select(Testimony).where(Testimony.id.in_(layers)))}
    people = appearing(entry, list(rows))
    collections = references.collections(entry, select(Collection).where(Collection.id.in_({row.collection_id for row in rows.values()})))
    places = _places(entry, list(rows))
    transcripts, recordings = _transcripts(entry, list(rows)), _recordings(entry, list(rows))
    result = {}
    for key, row in rows.items():
        everybody = people.get(key, ())
        names = filter_for(everybody, layers[key])
        heads, media = transcripts.get(key, ()), recordings.get(key, ())
        has = tuple(sorted({kind for _, kind in media} | ({"transcript"} if heads else set())))
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


def _places(entry: Entry, testimonies: list[int]) -> dict[int, tuple[PlaceRef, ...]]:
    rows = list(entry.session.execute(
        select(PlaceLink.testimony_id, Place).join(Place, Place.id == PlaceLink.place_id)
        .where(PlaceLink.testimony_id.in_(testimonies), entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))
        .order_by(PlaceLink.testimony_id, PlaceLink.position, Place.public_id)))
    names = names_of(entry, [place.id for _, place in rows])
    found: dict[int, tuple[PlaceRef, ...]] = {}
    for key, place in rows:
        found[key] = (*found.get(key, ()), references.place(place, names.get(place.id, ())))
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


def _recordings(entry: Entry, testimonies: list[int]) -> dict[int, tuple[tuple[Recording, str], ...]]:
    """Those of which something is open, each with what it then is: a film of which only the sound is open is audio. A recording that was
    replaced by one that is open too is left out."""
    whole = entry.gate.opens_named(Recording.kind, Recording.id)
    rows = entry.session.execute(
        select(Recording, whole).where(Recording.testimony_id.in_(testimonies), recording_open(entry))
        .order_by(Recording.testimony_id, Recording.position)).all()
    replaced = {row.replaces_id for row, _ in rows}
    found: dict[int, tuple[tuple[Recording, str], ...]] = {}
    for row, in_full in rows:
        if row.id not in replaced:
            found[row.testimony_id] = (*found.get(row.testimony_id, ()), (row, row.kind if in_full else "audio"))
    return found


def recording_open(entry: Entry, kind: str = "") -> ColumnElement[bool]:
    """A clause true for recordings of which this viewer may have anything; with `kind`, for those that are of that kind to them."""
    gate = entry.gate
    if not kind:
        return or_(gate.opens_named(Recording.kind, Recording.id), and_(Recording.kind == "video", gate.opens("audio", Recording.id)))
    as_film = and_(Recording.kind == "video", ~gate.opens("video", Recording.id)) if kind == "audio" else false()
    return and_(gate.opens(kind, Recording.id), or_(Recording.kind == kind, as_film))
