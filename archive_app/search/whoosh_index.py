"""The index on Whoosh: one folder a shelf, one writer at a time, readers that never wait for it.

    search_index/  lock  <digest of shelf name>/  name  _SHELF_<generation>.toc  SHELF_<segment id>.*

A commit is the renaming of a new table of contents: a death at any point leaves the one before. Nothing is synchronised to the disk:
after a power cut the index is made again. Readers compare the folder's time, read the table and keep immutable leaves by segment id;
Whoosh's own Searcher, refresh() and reader(reuse=) are not used: they return withdrawn passages and wrong hits between threads.
What may not live here: numbers (view, ranking), how a segment is read (whoosh_segments).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
from whoosh import index as whoosh
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from archive_app.search import corrections, ranking
from archive_app.search.documents import Document
from archive_app.search.index import Findings, Own, Scope
from archive_app.search.leaves import Leaf, leaf_of
from archive_app.search.query import Question
from archive_app.search.shelves import folder_name, fullness
from archive_app.search.view import Part, View
from archive_app.search.whoosh_segments import CODEC, INDEX_NAME, SCHEMA, decode, read, rows_to_store, save

SEGMENT = 4000
"""Passages a segment: what a withdrawal has to rewrite (about a second)."""
FEW = 8
"""Segments of less than half the size that a shelf may have before they are joined."""
MEMORY_MB = 512
SETTLED_NS = 50_000_000
"""A folder's time is believed once it is this old: file systems tell times apart only so finely."""
VIEWS, OWN = 12, 256

Change = dict[str, tuple[str, tuple[Document, ...]]]
"""testimony -> (version, documents)."""
Value = TypeVar("Value")


class Writer(SegmentWriter):  # type: ignore[misc]
    """Lays the decoded arrays beside a new segment before the table of contents names it."""

    def _commit_toc(self, segments: list[Any]) -> None:
        if self._added:
            folder, segment = Path(self.storage.folder), self.get_segment()
            save(folder, segment, decode(folder, "", segment))
        super()._commit_toc(segments)


@dataclass(frozen=True)
class Contents:
    """A shelf as last read: `stamp` = its folder's time (0 = read again next time)."""

    stamp: int
    parts: tuple[Part, ...]


class WhooshIndex:
    """See `index.Index`. One object a process; safe for threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[str, str] = {}
        self._contents: dict[str, Contents] = {}
        self._views: OrderedDict[object, View] = OrderedDict()
        self._own: OrderedDict[object, Leaf] = OrderedDict()
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self._pending: dict[str, Change] | None = None

    # Reading

    def find(self, scope: Scope, question: Question, facets: Sequence[str] = ()) -> Findings:
        return ranking.find(self._view(scope), question, facets)

    def facet(self, scope: Scope, question: Question, fields: Sequence[str]) -> Mapping[str, tuple[tuple[str, int], ...]]:
        return ranking.facet(self._view(scope), question, fields)

    def suggest(self, scope: Scope, prefix: str, limit: int = 10) -> tuple[str, ...]:
        return corrections.suggestions(self._view(scope), prefix, limit)

    def shelves(self) -> tuple[str, ...]:
        found = set(self._pending or ())
        if self.root.is_dir():
            for folder in os.listdir(self.root):
                name = self._names.get(folder) or self._read_name(folder)
                if name is not None:
                    found.add(name)
        return tuple(sorted(found))

    def holds(self) -> Mapping[str, Mapping[str, str]]:
        held: dict[str, dict[str, str]] = {}
        for shelf in self.shelves():
            there = {leaf.facts[number].testimony: leaf.versions[number] for leaf, number, _ in self._groups(shelf)}
            for testimony, (version, documents) in (self._pending or {}).get(shelf, {}).items():
                there.pop(testimony, None)
                there.update({testimony: version} if documents else {})
            if there:
                held[shelf] = there
        return held

    def digest(self) -> str:
        digest = hashlib.sha256()
        for shelf in self.shelves():
            for line in _content(self._parts(shelf)):
                digest.update(f"{shelf}\n{line}\n".encode())
        return digest.hexdigest()

    def _view(self, scope: Scope) -> View:
        stored = [part for shelf in dict.fromkeys(scope.shelves) for part in self._parts(shelf)]
        parts = [*stored, *(Part(self._leaf(own), stored=False) for own in scope.own)]
        parts.sort(key=lambda part: (fullness(part.leaf.shelf), part.leaf.key))
        key = tuple((part.leaf.key, len(part.dead)) for part in parts), scope.masked
        with self._reading:
            view = self._views.get(key)
        if view is None or not view.since <= scope.now < view.until:
            view = View(parts, scope.masked, scope.now)
        return self._kept(self._views, key, view, VIEWS)

    def _leaf(self, own: Own) -> Leaf:
        key = (own.version, own.shelf)
        with self._reading:
            leaf = self._own.get(key)
        leaf = leaf or leaf_of(f"{own.version}\n{own.shelf}", own.shelf, [(own.version, own.documents)])
        return self._kept(self._own, key, leaf, OWN)

    def _kept(self, cache: OrderedDict[object, Value], key: object, value: Value, size: int) -> Value:
        with self._reading:
            cache[key] = value
            cache.move_to_end(key)
            while len(cache) > size:
                cache.popitem(last=False)
        return value

    def _parts(self, shelf: str) -> tuple[Part, ...]:
        """The leaves of a shelf as they are on disk now."""
        folder = self._folder(shelf)
        with self._reading:
            known = self._contents.get(shelf, Contents(0, ()))
            for attempt in (1, 2):
                try:
                    stamp = os.stat(folder).st_mtime_ns
                    if stamp == known.stamp:
                        return known.parts
                    stamp = stamp if time.time_ns() - stamp > SETTLED_NS else 0
                    self._contents[shelf] = Contents(stamp, self._read(folder, shelf, known))
                    return self._contents[shelf].parts
                except (FileNotFoundError, whoosh.EmptyIndexError):  # a commit took the file away between two looks
                    if attempt == 2 and folder.is_dir():
                        raise
            self._contents.pop(shelf, None)
            return ()

    @staticmethod
    def _read(folder: Path, shelf: str, known: Contents) -> tuple[Part, ...]:
        segments = whoosh.open_dir(str(folder), INDEX_NAME, schema=SCHEMA)._segments()
        leaves = {part.leaf.key: part.leaf for part in known.parts}
        return tuple(Part(leaves.get(segment.segment_id()) or read(folder, shelf, segment), frozenset(segment.deleted_docs()))
                     for segment in segments)

    def _groups(self, shelf: str) -> Iterator[tuple[Leaf, int, list[int]]]:
        """(leaf, number of a testimony in it, its documents) for whatever is not deleted."""
        for part in self._parts(shelf):
            starts = [*np.flatnonzero(np.diff(part.leaf.testimony, prepend=-1)).tolist(), len(part.leaf)]
            for number, (first, last) in enumerate(zip(starts, starts[1:], strict=False)):
                if first not in part.dead:
                    yield part.leaf, number, list(range(first, last))

    # Writing

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
                self._commit_all({name: self._pending.pop(name) for name in wider})

    def drop(self, testimony: str) -> None:
        with self._writing:
            for waiting in (self._pending or {}).values():
                waiting.pop(testimony, None)
            self._apply({shelf: {testimony: ("", ())} for shelf in self.shelves()})

    def clear(self) -> None:
        with self._writing, self._locked():
            for folder in [self._folder(shelf) for shelf in self.shelves()]:
                if folder.is_dir():
                    gone = self.root / f".{uuid4().hex}"
                    os.replace(folder, gone)
            self._sweep()

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
        """Commit first, so that it is found (or gone) at once; then rewrite what has deletions."""
        self._commit_all(changes)
        for shelf in self.shelves():
            self._tidy(shelf)

    def _commit_all(self, changes: Mapping[str, Change]) -> None:
        for shelf in sorted(changes, key=fullness, reverse=True):
            with self._locked():
                held = {leaf.facts[number].testimony: leaf.versions[number] for leaf, number, _ in self._groups(shelf)}
                news = {testimony: (version, documents) for testimony, (version, documents) in changes[shelf].items()
                        if held.get(testimony) != (version if documents else None)}
                for batch in _batches(news):
                    self._commit(shelf, batch)

    def _commit(self, shelf: str, change: Change) -> None:
        """One table of contents: without the old documents of these testimonies, with the new."""
        doomed = {(leaf.key, d) for leaf, number, docs in self._groups(shelf) if leaf.facts[number].testimony in change for d in docs}
        writer = self._writer(shelf)
        try:
            for segment in writer.segments:
                for number in sorted(d for key, d in doomed if key == segment.segment_id()):
                    segment.delete_document(number)
            for version, documents in change.values():
                for row in rows_to_store(version, documents) if documents else ():
                    writer.add_document(**row)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=_merging(lambda segment: False))
        self._contents.pop(shelf, None)

    def _tidy(self, shelf: str) -> None:
        """Rewrite segments with deletions, and join small ones, a segment's worth at a time."""
        while True:
            with self._locked():
                segments = [(part.leaf.key, len(part.leaf) - len(part.dead), bool(part.dead)) for part in self._parts(shelf)]
                small = [segment for segment in segments if segment[1] < SEGMENT // 2 and not segment[2]]
                chosen = [segment for segment in segments if segment[2]] + (small if len(small) > FEW else [])
                keys, filled = set[str](), 0
                for key, size, _ in sorted(chosen, key=lambda segment: (not segment[2], segment[1])):
                    if not keys or filled + size <= SEGMENT:
                        keys.add(key)
                        filled += size
                if not keys:
                    return
                self._writer(shelf).commit(mergetype=_merging(lambda segment: segment.segment_id() in keys))  # noqa: B023
                self._contents.pop(shelf, None)

    def _writer(self, shelf: str) -> Writer:
        folder = self._folder(shelf)
        if not folder.is_dir():
            self._create(folder, shelf)
        opened = whoosh.open_dir(str(folder), INDEX_NAME, schema=SCHEMA)
        return Writer(opened, limitmb=MEMORY_MB, compound=False, codec=CODEC, timeout=60.0)

    def _create(self, folder: Path, shelf: str) -> None:
        made = self.root / f".{uuid4().hex}"
        made.mkdir(mode=0o700)
        (made / "name").write_text(shelf, encoding="utf-8")
        whoosh.create_in(str(made), SCHEMA, INDEX_NAME)
        os.replace(made, folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process writes; the lock falls when it dies, and the next sweeps up what it left half made."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.root.stat().st_mode & 0o077:
            self.root.chmod(0o700)
        with open(self.root / "lock", "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._sweep()
            yield

    def _sweep(self) -> None:
        for left in self.root.glob(".*"):
            if len(left.name) == 33:
                shutil.rmtree(left, ignore_errors=True)

    def _folder(self, shelf: str) -> Path:
        return self.root / folder_name(shelf)

    def _read_name(self, folder: str) -> str | None:
        """The shelf in a folder of the index, None for any other."""
        try:
            name = (self.root / folder / "name").read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return self._names.setdefault(folder, name) if folder_name(name) == folder else None


def _batches(change: Change) -> Iterator[Change]:
    """No commit of much more than a segment's worth of passages."""
    batch: Change = {}
    filled = 0
    for testimony, (version, documents) in change.items():
        if batch and filled + len(documents) > SEGMENT:
            yield batch
            batch, filled = {}, 0
        batch[testimony] = (version, documents)
        filled += len(documents)
    if batch:
        yield batch


def _merging(chosen: Callable[[Any], bool]) -> Callable[[Any, list[Any]], list[Any]]:
    """A merge policy of Whoosh: rewrite the chosen segments into the new one, drop those with nothing left, keep the rest."""

    def merge(writer: Any, segments: list[Any]) -> list[Any]:
        kept = []
        for segment in segments:
            if segment.deleted_count() == segment.doc_count_all():
                continue
            if not chosen(segment):
                kept.append(segment)
                continue
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        return kept

    return merge


def _content(parts: Sequence[Part]) -> Iterator[str]:
    """A shelf's passages and its terms with frequencies, in an order that does not depend on history."""
    passages: list[str] = []
    times: dict[str, tuple[int, int]] = {}
    for part in parts:
        leaf, one = part.leaf, part.leaf.postings
        alive = np.ones(len(leaf), np.bool_)
        alive[list(part.dead)] = False
        passages += [leaf.rows[d].passage for d in np.flatnonzero(alive).tolist()]
        if not one.terms:
            continue
        here = alive[one.doc].astype(np.int64)
        in_passages = np.add.reduceat(here, one.start[:-1])
        in_all = np.add.reduceat(here * np.diff(one.at), one.start[:-1])
        for term, df, cf in zip(one.terms, in_passages.tolist(), in_all.tolist(), strict=True):
            before = times.get(term, (0, 0))
            times[term] = before[0] + df, before[1] + cf
    yield from sorted(passages)
    yield from (f"{term}\t{df}\t{cf}" for term, (df, cf) in sorted(times.items()) if df)
