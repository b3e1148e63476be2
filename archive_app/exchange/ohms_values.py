"""What an OHMS file says, as neutral frozen values: the same for 5.4 and 6.0, whatever wrote them.

OHMS is the Oral History Metadata Synchronizer of the Nunn Center, University of Kentucky; its fields are those of ohms.xsd 6.0.
Times are integer ms, text is trimmed, lists have no empty items. What may not live here: XML, any rule of reading or writing.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive_app.exchange.cues import Cue, Note


@dataclass(frozen=True)
class SyncPoint:
    """A moment of the recording and the word said then: `line` and `word` count from 1 in the text as the file has it."""

    time_ms: int
    line: int
    word: int


@dataclass(frozen=True)
class OhmsTranscript:
    """One of the two transcripts a file may hold. `language` is a tag, '' = not said; `sync` is filled for 5.4 only."""

    cues: tuple[Cue, ...]
    language: str = ""
    notes: tuple[Note, ...] = ()
    sync: tuple[SyncPoint, ...] = ()


@dataclass(frozen=True)
class Gps:
    """A point on the map. Coordinates are None where the file's cannot be read: `text` holds them then. `zoom` is the map's."""

    latitude: float | None
    longitude: float | None
    text: str = ""
    zoom: int | None = None


@dataclass(frozen=True)
class Link:
    url: str
    text: str = ""


@dataclass(frozen=True)
class OhmsPoint:
    """A point of the index in one language; `excerpt` is what OHMS calls the partial transcript: words of the testimony itself."""

    start_ms: int
    title: str
    language: str = ""
    excerpt: str = ""
    synopsis: str = ""
    keywords: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    places: tuple[Gps, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Metadata:
    """The fields of the interview. `date` is as found (`date_words` the wording beside it); `languages` are tags; `duration_ms`
    None = not said; `rights` and `usage` are sentences, never terms of access."""

    title: str = ""
    accession: str = ""
    date: str = ""
    date_words: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    interviewees: tuple[str, ...] = ()
    interviewers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    repository: str = ""
    collection: str = ""
    series: str = ""
    rights: str = ""
    usage: str = ""
    use_is_restricted: bool = False
    media_url: str = ""
    file_name: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True)
class Ohms:
    """A whole file. `alternate` and `alternate_points` are in the second language; `other` has every further field that says
    something, as (name, text) in the file's order; `warnings` are sentences for whoever imports it."""

    metadata: Metadata
    transcript: OhmsTranscript | None = None
    alternate: OhmsTranscript | None = None
    points: tuple[OhmsPoint, ...] = ()
    alternate_points: tuple[OhmsPoint, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
