"""The index on Whoosh (Whoosh-Reloaded 2.7.5): one folder a shelf. See `index.Index` for what it promises.

What may not live here: numbers (view, matching, ranking), files (whoosh_shelves, whoosh_segments, whoosh_commits).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive_app.search import corrections, ranking
from archive_app.search.contents import terms_and_passages
from archive_app.search.documents import Document
from archive_app.search.fingerprints import fingerprints
from archive_app.search.index import Findings, Scope
from archive_app.search.query import Question
from archive_app.search.shelves import fullness
from archive_app.search.view import View
from archive_app.search.viewing import Views
from archive_app.search.whoosh_commits import SEGMENT, Change, Commits
from archive_app.search.whoosh_shelves import Shelves


class WhooshIndex:
    """One object a process, safe for threads; other processes may read and write the same folder."""

    def __init__(self, root: Path) -> None:
        self._shelves = Shelves(root)
        self._commits = Commits(self._shelves)
        self._views = Views()
        self._writing = threading.RLock()
        self._pending: dict[str, Change] | None = None

    def find(self, scope: Scope, question: Question, facets: Sequence[str] = ()) -> Findings:
        return ranking.ranked(self.view(scope), question, facets)

    def facet(self, scope: Scope, question: Question, fields: Sequence[str]) -> Mapping[str, tuple[tuple[str, int], ...]]:
        return ranking.facet(self.view(scope), question, fields)

    def suggest(self, scope: Scope, prefix: str, limit: int = 10) -> tuple[str, ...]:
        return corrections.suggestions(self.view(scope), prefix, limit)

    def view(self, scope: Scope) -> View:
        return self._views.view(scope, [part for shelf in dict.fromkeys(scope.shelves) for part in self._shelves.parts(shelf)])

    def put(self, shelf: str, testimony: str, documents: Sequence[Document], version: str) -> None:
        with self._writing:
            change: dict[str, Change] = {shelf: {testimony: (version, tuple(documents))}}
            if self._pending is None:
                self._apply(change)
                return
            waiting = self._pending.setdefault(shelf, {})
            waiting.update(change[shelf])
            if sum(len(documents) for _, documents in waiting.values()) >= SEGMENT:
                wider = [name for name in self._pending if fullness(name) >= fullness(shelf)]
                self._commits.make({name: self._pending.pop(name) for name in wider})

    def drop(self, testimony: str) -> None:
        with self._writing:
            for waiting in (self._pending or {}).values():
                waiting.pop(testimony, None)
            self._apply({shelf: {testimony: ("", ())} for shelf in self._shelves.names()})

    def clear(self) -> None:
        with self._writing:
            if self._pending is not None:
                self._pending = {}
            self._commits.clear()

    def purge(self) -> None:
        with self._writing:
            self._apply({})
            self._commits.purge()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        with self._writing:
            if self._pending is not None:
                yield
                return
            self._pending = {}
            try:
                yield
                pending, self._pending = self._pending, None
                self._apply(pending)
            finally:
                self._pending = None

    def _apply(self, changes: Mapping[str, Change]) -> None:
        self._commits.make(changes)
        for shelf in self._shelves.names():
            self._commits.tidy(shelf)

    def shelves(self) -> tuple[str, ...]:
        return tuple(sorted(self._shelves.names() | set(self._pending or ())))

    def holds(self) -> Mapping[str, Mapping[str, str]]:
        held: dict[str, dict[str, str]] = {}
        for shelf in self.shelves():
            there = self._shelves.held(shelf)
            for testimony, (version, documents) in (self._pending or {}).get(shelf, {}).items():
                there.pop(testimony, None)
                there.update({testimony: version} if documents else {})
            if there:
                held[shelf] = there
        return held

    def contents(self, shelf: str) -> Iterator[tuple[str, dict[str, str]]]:
        prints: tuple[str, list[str]] = "", []
        for leaf, number, documents in self._shelves.groups(shelf):
            if prints[0] != leaf.key:
                prints = leaf.key, fingerprints(leaf)
            yield leaf.facts[number].testimony, {leaf.rows[d].passage: prints[1][d] for d in documents}

    def digest(self) -> str:
        digest = hashlib.sha256()
        for shelf in self.shelves():
            for line in terms_and_passages(self._shelves.parts(shelf)):
                digest.update(f"{shelf}\n{line}\n".encode())
        return digest.hexdigest()
