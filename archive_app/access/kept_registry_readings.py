"""What the desk is given of the registry: people, places, events, sources and statements as they are kept. Frozen, of types of their own.

What may not live here: rows, queries (kept_registry), what readers are given (registry_readings).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive_app.access.kept_readings import KeptEntry
from archive_app.access.readings import Name
from archive_app.access.registry_readings import Statement
from archive_app.access.spelling import digest

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "people": ("born", "died", "note"),
    "places": ("latitude", "longitude", "within"),
    "events": ("date", "places"),
    "sources": ("title", "author", "publisher", "date", "kind", "language", "url"),
    "statements": ("source", "locator", "event", "about", "asserts", "value_min", "value_max", "unit", "wording", "says", "note"),
}
"""What each kind says beside its names: the columns of the tables of an import (docs/import.md)."""
NAMED = ("people", "places", "events")
"""The kinds that have names, and of which two can be one."""


@dataclass(frozen=True)
class KeptRow:
    """One row as it is kept, or as it was typed. `columns`: those of COLUMNS in that order, references by their ids."""

    kind: str
    id: str
    columns: tuple[tuple[str, str], ...]
    names: tuple[Name, ...] = ()

    @property
    def digest(self) -> str:
        """What it is known by: a change is taken only from who has read it as it stands."""
        return digest((self.columns, self.names))[:16]

    def said(self, column: str) -> str:
        """What a column says."""
        return dict(self.columns)[column]


@dataclass(frozen=True)
class KeptItem:
    """A row in a list. `title`: of what has no names; `dates`: EDTF; `told`: how many testimonies that whoever asks may tend or read
    speak of it; `statement`: of a statement, what is said."""

    kind: str
    id: str
    names: tuple[Name, ...]
    title: str = ""
    dates: tuple[str, ...] = ()
    told: int = 0
    statement: Statement | None = None


@dataclass(frozen=True)
class KeptListing:
    """One page of a list; `total` of what whoever asks may know of."""

    kind: str
    total: int
    page: int
    pages: int
    items: tuple[KeptItem, ...]


@dataclass(frozen=True)
class KeptTold:
    """A testimony that speaks of it, to be opened at the desk where it is `tended`, else in the reading room."""

    id: str
    title: str
    role: str
    tended: bool


@dataclass(frozen=True)
class KeptMerge:
    """Something that was made one with this."""

    id: str
    names: tuple[Name, ...]
    merged_utc_ms: int
    mine: bool


@dataclass(frozen=True)
class KeptThing:
    """Everything of one row that whoever asks may know. `tended`: whether they may change it; `access`: whom it is open to by itself, in
    canonical spelling, '' = nobody; `refs`: id -> the name of what it refers to; `alike`: what may be the same."""

    row: KeptRow
    tended: bool
    access: str
    refs: Mapping[str, str]
    told: tuple[KeptTold, ...]
    statements: tuple[Statement, ...]
    alike: tuple[KeptItem, ...]
    merges: tuple[KeptMerge, ...]
    history: tuple[KeptEntry, ...]


@dataclass(frozen=True)
class KeptMerging:
    """What would move if `other` were made one with `kept`. `names`: those that the kept one gains; `filled`: (column, text) that it takes
    over; `left`: (column, kept says, the other said) that stays unsaid; `parts`: places within it that move; `refs`: id -> name of what
    the two refer to."""

    kept: KeptRow
    other: KeptRow
    names: tuple[Name, ...]
    filled: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str, str], ...]
    told: tuple[KeptTold, ...]
    statements: int
    parts: int
    refs: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A merge is taken only from who has read what it moves."""
        return digest((self.kept, self.other, self.names, self.filled, self.told, self.statements, self.parts))[:16]


@dataclass(frozen=True)
class KeptLink:
    """Somebody or some place that a testimony is linked to. `role` and `position` name the link; a place has no role.
    `hidden`: nobody reads of it, as somebody asked."""

    kind: str
    role: str
    position: int
    id: str
    names: tuple[Name, ...]
    hidden: bool = False
