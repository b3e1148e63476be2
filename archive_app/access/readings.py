"""Readings: what one viewer may read, frozen and already redacted. The only thing pages, formats, index and mail are given.

Every name in a reading is the one this viewer may see; every list is complete for this viewer and says nothing of what is not
in it. Times are integer milliseconds: `start_ms`/`end_ms` on the testimony's time line, `*_utc_ms` on the clock.
What may not live here: rows, queries, decisions; the pages of people, places, events and sources (registry_readings); what the index
is given besides (index_readings). Readings of *kept* material (the desk) are another type, in `kept.py`.
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
    """`n` counts what this viewer sees, from 1: segments and withheld blocks alike. No times = None. `words`: where single words are
    timed, (letters from the beginning of the text, start in ms) of each."""

    n: int
    start_ms: int | None
    end_ms: int | None
    speaker: str
    text: str
    language: str
    cue: str = ""
    words: tuple[tuple[int, int], ...] = ()


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
class Note:
    """A footnote: never part of the words. `n` counts what this viewer sees, from 1; `places`: the words it is about, as (n of the
    segment, letters `start` to `end` of its text, not included; equal = that place); none = the transcript as a whole."""

    n: int
    text: str
    links: tuple[str, ...] = ()
    places: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Transcript:
    head: TranscriptHead
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()

    @property
    def version(self) -> str:
        return digest(self)[:12]


@dataclass(frozen=True)
class Copy:
    """What is served of a recording. `recipe`: sound, peaks, film, poster, preview, page; `part`: the page, from 1; `text`: its words."""

    id: str
    recipe: str
    part: int
    media_type: str
    width: int
    height: int
    text: str = ""


SHOWN = {"audio": "sound", "video": "film", "image": "preview", "document": "page"}
"""The recipe of the copy that is the recording itself to who reads it, by its kind."""


@dataclass(frozen=True)
class Recording:
    """`kind`: audio, video, image, document: what of it is open; a film of which only the sound is open is audio. `duration_ms` None
    for what has no duration. `offset_ms`: where it begins on the testimony's time line. `copies`: those made for who reads this
    (none yet: nothing is served). `withheld`: spans in ms on the testimony's time line. `failed`: what would be shown of it could not be
    made, and is not tried again."""

    id: str
    kind: str
    label: str
    duration_ms: int | None
    offset_ms: int = 0
    copies: tuple[Copy, ...] = ()
    withheld: tuple[tuple[int, int], ...] = ()
    failed: bool = False

    def copy(self, recipe: str) -> Copy | None:
        """The first copy made so."""
        return next((each for each in self.copies if each.recipe == recipe), None)

    @property
    def shown(self) -> Copy | None:
        """The copy that is the recording itself to who reads this: to be heard, seen, or read from its first page on."""
        return self.copy(SHOWN[self.kind])


@dataclass(frozen=True)
class Media:
    """Bytes that this viewer may have now: `size` in bytes; `digest` says where they rest and never leaves the house."""

    id: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True)
class MapPoint:
    """A place that a point of the index names, in degrees (WGS 84), None where not known; `zoom` is the map's."""

    latitude: float | None
    longitude: float | None
    text: str = ""
    zoom: int | None = None


@dataclass(frozen=True)
class Link:
    """`url` is of the web (http, https), '' where it is not this viewer's to follow."""

    url: str
    text: str = ""


@dataclass(frozen=True)
class IndexPoint:
    """A place in the table of contents. `excerpt` holds words of the testimony, '' where those are closed; `withheld`: it reaches into
    withheld time and has lost its texts."""

    start_ms: int
    title: str
    synopsis: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    excerpt: str = ""
    subjects: tuple[str, ...] = ()
    places: tuple[MapPoint, ...] = ()
    links: tuple[Link, ...] = ()
    withheld: bool = False


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


@dataclass(frozen=True)
class Collection:
    """`total` = testimonies this viewer may know of; `years` = first and last year told, as the view has them."""

    ref: CollectionRef
    description: str
    total: int
    languages: tuple[str, ...]
    years: tuple[int, int] | None


@dataclass(frozen=True)
class Coverage:
    """What the testimonies of a collection cover. `told` = (first year, last year, how many were told then), oldest first; `places`: those
    told of, where coordinates are known; `events`: dated ones that happened at a place told of."""

    told: tuple[tuple[int, int, int], ...]
    places: tuple[PlaceRef, ...]
    events: tuple[EventRef, ...]


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
