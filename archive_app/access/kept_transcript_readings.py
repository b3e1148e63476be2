"""Transcripts as those who tend them are given them: frozen values, every version and every draft.

What may not live here: how they are made (kept_transcripts), what readers are given (readings).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Spoken:
    """A segment as it is written down at the desk: times in ms on the testimony's time line or None; `words`: where single words are
    timed, (letters from the beginning of the text, start in ms) of each."""

    start_ms: int | None
    end_ms: int | None
    speaker: str
    text: str
    cue: str = ""
    language: str = ""
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class KeptVersion:
    """`number` from 1; `who`: as of an entry of the history; `closed_whole`: every segment of it is withheld, and it is the one that is
    read."""

    number: int
    at_utc_ms: int
    mine: bool
    shell: bool
    segments: int
    approved_by: str
    approved_on: str
    from_file: bool
    is_current: bool
    closed_whole: bool = False
    who: str = ""


@dataclass(frozen=True)
class KeptDraft:
    """What somebody has changed and nobody has made a version yet. `base`: the number of the version that it was begun from; `who`: as
    of an entry of the history."""

    key: int
    base: int
    serial: int
    mine: bool
    saved_utc_ms: int
    begun_utc_ms: int = 0
    who: str = ""


@dataclass(frozen=True)
class KeptTranscript:
    """`number` as in addresses; `versions` newest first, none twice; `drafts` the one saved last first."""

    number: int
    language: str
    kind: str
    file_name: str
    current: int
    versions: tuple[KeptVersion, ...]
    drafts: tuple[KeptDraft, ...]


@dataclass(frozen=True)
class KeptTape:
    """A recording with the whole copy that the desk plays. `copy`: its id in addresses; times in ms."""

    copy: str
    kind: str
    label: str
    start_ms: int
    length_ms: int


@dataclass(frozen=True)
class KeptPassage:
    """A segment in which something was found: `n`: of the transcript; `ordinal`: of the segment, from 1; `before`, `after`: whether words
    are left out there; `marks`: (start, end) of what was found in `text`; `withheld`: whether a restriction lies on it."""

    id: str
    title: str
    n: int
    language: str
    ordinal: int
    start_ms: int | None
    speaker: str
    text: str
    before: bool
    after: bool
    marks: tuple[tuple[int, int], ...]
    withheld: bool

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text cut where marks begin and end: (text, whether it is marked)."""
        edges = [0, *(at for mark in self.marks for at in mark), len(self.text)]
        return tuple((self.text[start:end], bool(place % 2)) for place, (start, end) in enumerate(pairwise(edges)) if start < end)


@dataclass(frozen=True)
class KeptPassages:
    """One page of them; `more`: whether another follows. How many there are in all is not counted."""

    items: tuple[KeptPassage, ...]
    page: int
    more: bool
