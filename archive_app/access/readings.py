"""Readings: what one viewer may read, frozen and already redacted. The only thing pages, formats, index and mail are given.

Every name in a reading is the one this viewer may see; every list is complete for this viewer and says nothing of what is not
in it. Times are integer milliseconds: `start_ms`/`end_ms` on the testimony's time line, `*_utc_ms` on the clock.
What may not live here: rows, queries, decisions. Readings of *kept* material (the desk) are another type, in `kept.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from archive_app.access.spelling import digest

Item = TypeVar("Item")


@dataclass(frozen=True)
class Name:
    """One of several equal names. `kind` = kind, period, as recorded; `said_by` = who calls it so ('' = the archive's working title)."""

    text: str
    language: str = ""
    kind: str = ""
    said_by: str = ""


@dataclass(frozen=True)
class PersonRef:
    """An appearance: `shown` is the name or the face; `person` is the id of the person's page, None for a face."""

    shown: str
    role: str
    person: str | None
    face: str
    language: str = ""


@dataclass(frozen=True)
class PlaceRef:
    id: str
    names: tuple[Name, ...]
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class CollectionRef:
    id: str
    names: tuple[Name, ...]


@dataclass(frozen=True)
class EventRef:
    id: str
    names: tuple[Name, ...]
    date: str = ""


@dataclass(frozen=True)
class LayerTerms:
    """The terms of one layer as a sentence can say them: `steps` = (from_utc_ms, audience in canonical spelling), the first 0."""

    layer: str
    steps: tuple[tuple[int, str], ...]
    open_now: bool


@dataclass(frozen=True)
class Segment:
    """`n` counts what this viewer sees, from 1: segments and withheld blocks alike. No times = None."""

    n: int
    start_ms: int | None
    end_ms: int | None
    speaker: str
    text: str
    language: str
    cue: str = ""


@dataclass(frozen=True)
class Withheld:
    """A run of withheld words: one block, no speaker, no inner cues."""

    n: int
    start_ms: int | None
    end_ms: int | None


Block = Segment | Withheld


@dataclass(frozen=True)
class TranscriptHead:
    """`n` as in addresses, from 1; `kind`: verbatim, corrected, translation, summary, machine; `version` = digest of this reading."""

    n: int
    language: str
    kind: str
    approved_on: str = ""


@dataclass(frozen=True)
class Transcript:
    head: TranscriptHead
    blocks: tuple[Block, ...]

    @property
    def version(self) -> str:
        return digest(self)[:12]


@dataclass(frozen=True)
class RenderedTranscript:
    """For the index: a transcript with, beside each block, the (first, last) ordinals of the stored segments it stands for."""

    transcript: Transcript
    ordinals: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Rendition:
    """How one audience reads one testimony. `shelf` = the audience's canonical spelling, with `@collection id` behind it where
    the audience is not the same people everywhere. `good_until_utc_ms`: when the next step of the terms may change it."""

    shelf: str
    testimony: Testimony
    transcripts: tuple[RenderedTranscript, ...]
    good_until_utc_ms: int


@dataclass(frozen=True)
class PassageKey:
    """Where a passage lies: `first` and `last` are ordinals of stored segments; they never reach a page. `transcript` 0 = the
    description (title, abstract, keywords)."""

    testimony: str
    transcript: int
    first: int
    last: int


@dataclass(frozen=True)
class Passage:
    """The words of one passage as this viewer may read them now: only Segments that lie in one run, never a Withheld."""

    key: PassageKey
    card: Card
    head: TranscriptHead | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Recording:
    """`kind`: audio, video, image, document. `duration_ms` None for what has no duration."""

    id: str
    kind: str
    label: str
    duration_ms: int | None


@dataclass(frozen=True)
class IndexPoint:
    start_ms: int
    title: str
    synopsis: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A testimony in a list. `describes` False: known to exist, its description is closed; then only id and collection are filled.
    `narrator_role`: survivor, witness, relative, descendant, responder, other."""

    id: str
    title: str
    collection: CollectionRef
    date: str
    places: tuple[PlaceRef, ...]
    people: tuple[PersonRef, ...]
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    has: tuple[str, ...]
    describes: bool = True
    narrator_role: str = ""


@dataclass(frozen=True)
class Testimony:
    """A testimony without its words; `transcripts` are the heads of those this viewer may read."""

    card: Card
    abstract: str
    keywords: tuple[str, ...]
    terms: tuple[LayerTerms, ...]
    recordings: tuple[Recording, ...]
    transcripts: tuple[TranscriptHead, ...]
    index_points: tuple[IndexPoint, ...]
    events: tuple[EventRef, ...] = ()


@dataclass(frozen=True)
class Person:
    id: str
    names: tuple[Name, ...]
    born: str
    died: str
    note: str
    testimonies: tuple[tuple[str, Card], ...]
    """(role in it, testimony)"""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Place:
    ref: PlaceRef
    within: PlaceRef | None
    parts: tuple[PlaceRef, ...]
    testimonies: tuple[Card, ...]
    total: int
    events: tuple[EventRef, ...]


@dataclass(frozen=True)
class SourceRef:
    id: str
    title: str
    author: str
    publisher: str
    date: str
    kind: str
    language: str
    url: str


@dataclass(frozen=True)
class Statement:
    """What one source says: never added up, averaged or ranked. `value_max` None = open upward; `says` = who is said to say so."""

    id: str
    source: SourceRef
    locator: str
    about: str
    about_place: PlaceRef | None
    about_person: PersonRef | None
    asserts: str
    value_min: str
    value_max: str
    unit: str
    wording: str
    says: str
    note: str


@dataclass(frozen=True)
class Event:
    ref: EventRef
    places: tuple[PlaceRef, ...]
    statements: tuple[Statement, ...]
    testimonies: tuple[Card, ...]


@dataclass(frozen=True)
class Source:
    ref: SourceRef
    statements: tuple[Statement, ...]
    events: tuple[EventRef, ...]


@dataclass(frozen=True)
class Collection:
    """`total` = testimonies this viewer may know of; `years` = first and last year told, as the view has them."""

    ref: CollectionRef
    description: str
    total: int
    languages: tuple[str, ...]
    years: tuple[int, int] | None


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """One page of a list: `page` from 1, `pages` >= 1, 20 items a page."""

    total: int
    page: int
    pages: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Home:
    """`recorded_ms` sums what this viewer may hear or see."""

    testimonies: int
    recorded_ms: int
    languages: tuple[str, ...]
    collections: tuple[Collection, ...]
