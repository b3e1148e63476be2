"""The contract of a search index: what any engine must do, and the values that go in and out. One test suite holds each to it
(tests/contracts/test_index.py).

Whatever the engine, the numbers are those of the *scope*: one viewer's shelves, and nothing else. Two indexes that hold the same
for a scope answer it alike, whatever else they hold or held.
What may not live here: an engine; what a page needs beyond the index (find).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from archive_app.access.index_readings import PassageKey
from archive_app.search.documents import Document
from archive_app.search.query import Question
from archive_app.search.shelves import fullness

FACETS = ("collection", "language", "place", "decade", "role", "kind", "has")
PAGE = 20


@dataclass(frozen=True)
class Own:
    """Documents for this viewer alone: a shelf of one testimony that they satisfy there, not everywhere. Never stored.
    `version` names the content: equal version, equal documents."""

    version: str
    shelf: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Scope:
    """What one viewer reads of an index. `shelves`: those satisfied everywhere; `own`: see Own; `masked`: testimonies of whose
    stored documents nothing counts (closed, or changed and not indexed again yet; `own` ones of them do count); `now`: ms UTC."""

    shelves: tuple[str, ...]
    own: tuple[Own, ...] = ()
    masked: frozenset[str] = frozenset()
    now: int = 0


@dataclass(frozen=True)
class Found:
    """One hit. `key` covers the passage; `around` also the segment before and after where its words run on without a gap;
    `part` of `parts` of a long segment, 0 = whole segments; `more`: further passages of the same testimony that were found."""

    passage: str
    key: PassageKey
    around: PassageKey
    part: int
    parts: int
    more: int


@dataclass(frozen=True)
class Findings:
    """`total` passages in `testimonies` testimonies; `listed`: how many things the pages list (passages, or testimonies when
    grouped); `facets`: field -> (value, count), most first; `corrections`: whole queries, spelt as the view spells."""

    total: int
    testimonies: int
    listed: int
    found: tuple[Found, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    corrections: tuple[str, ...] = ()


class Index(Protocol):
    """What readers ask (find, facet, suggest), what its keepers do (put, drop, clear, purge, bulk) and see (shelves, holds, contents,
    digest)."""

    def put(self, shelf: str, testimony: str, documents: Sequence[Document], version: str) -> None:
        """This shelf holds exactly these documents of this testimony. Nothing is done when it holds this version already."""
        ...

    def drop(self, testimony: str) -> None:
        """No shelf holds anything of this testimony."""
        ...

    def clear(self) -> None:
        """No shelf holds anything."""
        ...

    def purge(self) -> None:
        """No file of the index holds anything that no shelf holds: what was dropped, and what a writer that was killed left behind."""
        ...

    def find(self, scope: Scope, question: Question, facets: Sequence[str] = ()) -> Findings:
        """The asked page of what matches, with totals, these facets, and corrections. Raises Invalid."""
        ...

    def facet(self, scope: Scope, question: Question, fields: Sequence[str]) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Counts of the values of these fields in what matches; each without its own filter."""
        ...

    def suggest(self, scope: Scope, prefix: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the scope that begin so, most frequent first."""
        ...

    def shelves(self) -> tuple[str, ...]: ...

    def holds(self) -> Mapping[str, Mapping[str, str]]:
        """shelf -> testimony -> version."""
        ...

    def contents(self, shelf: str) -> Iterator[tuple[str, dict[str, str]]]:
        """(testimony, passage -> fingerprint: see `fingerprints`) of all a shelf holds; a testimony may come more than once."""
        ...

    def bulk(self) -> AbstractContextManager[None]:
        """Many puts as few commits; what was put is found at the latest when the block ends without an error."""
        ...

    def digest(self) -> str:
        """SHA-256 of every shelf's passages, terms and frequencies: equal content, equal digest, whatever the history."""
        ...


def replace(index: Index, testimony: str, by_shelf: Mapping[str, Sequence[Document]], version: str) -> None:
    """Make the index hold exactly this of a testimony. What wider audiences lose goes first, so that a death between two steps
    leaves words missing, never exposed."""
    for shelf in _widest_first({*index.shelves(), *by_shelf}):
        index.put(shelf, testimony, by_shelf.get(shelf, ()), version)


def _widest_first(shelves: Iterable[str]) -> list[str]:
    return sorted(shelves, key=fullness, reverse=True)
