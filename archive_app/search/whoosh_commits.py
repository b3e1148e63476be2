"""Commits: the one writer of the index.

A commit is the renaming of a new table of contents: a death at any point leaves the one before, and the next writer sweeps up.
Nothing is synchronised to the disk: after a power cut the index is made again. First comes a commit that makes the change
visible, then the segments it deleted from are rewritten, so that withdrawn words do not stay in any file.
What may not live here: reading (whoosh_shelves), which testimony goes to which shelf.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from archive_app.search.documents import Document
from archive_app.search.shelves import folder_name, fullness
from archive_app.search.whoosh_segments import CODEC, INDEX_NAME, SCHEMA, decode, rows_to_store, save
from archive_app.search.whoosh_shelves import Shelves

SEGMENT = 4000
"""Passages a segment: what a withdrawal has to rewrite (about a second)."""
FEW = 8
"""Segments of less than half that size that a shelf may have before they are joined."""
MEMORY_MB = 512
UNFINISHED = ".unfinished-"
"""Folders that are being made or removed; there is one writer, so one of a name is enough."""

Change = dict[str, tuple[str, tuple[Document, ...]]]
"""testimony -> (version, documents)."""


class Writer(SegmentWriter):  # type: ignore[misc]
    """Lays the decoded arrays beside a new segment before the table of contents names it."""

    def _commit_toc(self, segments: list[Any]) -> None:
        if self._added:
            folder, segment = Path(self.storage.folder), self.get_segment()
            save(folder, segment, decode(folder, "", segment))
        super()._commit_toc(segments)


class Commits:
    def __init__(self, shelves: Shelves) -> None:
        self.shelves = shelves
        self.root = shelves.root

    def make(self, changes: Mapping[str, Change]) -> None:
        """Each shelf holds exactly these documents of these testimonies; the widest audience's shelf first."""
        for shelf in sorted(changes, key=fullness, reverse=True):
            with self.locked():
                held = self.shelves.held(shelf)
                news = {testimony: (version, documents) for testimony, (version, documents) in changes[shelf].items()
                        if held.get(testimony) != (version if documents else None)}
                for batch in _batches(news):
                    self._commit(shelf, batch)

    def tidy(self, shelf: str) -> None:
        """Rewrite segments with deletions, and join small ones, a segment's worth at a time."""
        while True:
            with self.locked():
                keys = self._to_rewrite(shelf)
                if not keys:
                    return
                self._writer(shelf).commit(mergetype=_merging(lambda segment: segment.segment_id() in keys))  # noqa: B023

    def clear(self) -> None:
        with self.locked():
            for shelf in self.shelves.names():
                os.replace(self.shelves.folder(shelf), self.root / f"{UNFINISHED}gone")
                self._sweep()

    def purge(self) -> None:
        """Remove from every shelf the files that its table of contents does not name."""
        with self.locked():
            for shelf in self.shelves.names():
                folder = self.shelves.folder(shelf)
                storage = FileStorage(str(folder))
                table = whoosh.TOC.read(storage, INDEX_NAME, schema=SCHEMA)
                whoosh.clean_files(storage, INDEX_NAME, table.generation, table.segments)
                for left in (path for path in folder.iterdir() if path.is_dir()):  # where a writer that was killed sorted its terms
                    shutil.rmtree(left, ignore_errors=True)

    def _commit(self, shelf: str, change: Change) -> None:
        """One table of contents: without the old documents of these testimonies, with the new."""
        doomed: dict[str, list[int]] = {}
        for leaf, number, documents in self.shelves.groups(shelf):
            if leaf.facts[number].testimony in change:
                doomed.setdefault(leaf.key, []).extend(documents)
        writer = self._writer(shelf)
        try:
            for segment in writer.segments:
                for document in doomed.get(segment.segment_id(), ()):
                    segment.delete_document(document)
            for version, group in change.values():
                for row in rows_to_store(version, group) if group else ():
                    writer.add_document(**row)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=_merging(lambda segment: False))

    def _to_rewrite(self, shelf: str) -> set[str]:
        """Segment ids: those with deletions, and small ones when there are many; together one segment's worth."""
        segments = [(not part.dead, len(part.leaf) - len(part.dead), part.leaf.key) for part in self.shelves.parts(shelf)]
        small = [segment for segment in segments if segment[0] and segment[1] < SEGMENT // 2]
        chosen = [segment for segment in segments if not segment[0]] + (small if len(small) > FEW else [])
        keys: set[str] = set()
        filled = 0
        for _, size, key in sorted(chosen):
            if not keys or filled + size <= SEGMENT:
                keys.add(key)
                filled += size
        return keys

    def _writer(self, shelf: str) -> Writer:
        folder = self.shelves.folder(shelf)
        if not folder.is_dir():
            self._create(folder, shelf)
        opened = whoosh.open_dir(str(folder), INDEX_NAME, schema=SCHEMA)
        return Writer(opened, limitmb=MEMORY_MB, compound=False, codec=CODEC, timeout=60.0)

    def _create(self, folder: Path, shelf: str) -> None:
        made = self.root / f"{UNFINISHED}new"
        made.mkdir(mode=0o700)
        (made / "name").write_text(shelf, encoding="utf-8")
        whoosh.create_in(str(made), SCHEMA, INDEX_NAME)
        os.replace(made, folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process writes; the lock falls when it dies."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.root.stat().st_mode & 0o077:
            self.root.chmod(0o700)
        with open(self.root / "lock", "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove what a dead writer left half made, and shelves of another format."""
        for folder in self.root.iterdir():
            name = folder / "name"
            foreign = name.is_file() and folder_name(name.read_text(encoding="utf-8")) != folder.name
            if foreign or folder.name.startswith(UNFINISHED):
                shutil.rmtree(folder, ignore_errors=True)


def _batches(change: Change) -> Iterator[Change]:
    """No commit of more than a segment's worth of passages, unless one testimony is."""
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
