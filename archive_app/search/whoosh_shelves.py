"""Shelves on disk, as readers see them.

    search_index/  lock  <digest of shelf name>/  name  _SHELF_<generation>.toc  SHELF_<segment id>.*

Readers never wait for the writer: they look which table of contents is there, read it when it is another, and keep immutable
leaves by segment id. Whoosh's own Searcher, refresh() and reader(reuse=) are not used: they return withdrawn passages, and wrong
hits between threads.
What may not live here: writing (whoosh_commits), how a segment is read (whoosh_segments).
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from whoosh import index as whoosh

from archive_app.search.leaves import Leaf
from archive_app.search.shelves import folder_name
from archive_app.search.view import Part
from archive_app.search.whoosh_segments import INDEX_NAME, SCHEMA, read

_TABLE = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
LOOKS = 50
"""How often a shelf is looked at again: each time but the last, a commit must have taken a file away in between."""
Stamp = tuple[str, int, int]
"""Of a table of contents: name, time (ns), inode."""


@dataclass(frozen=True)
class Contents:
    """A shelf as last read."""

    stamp: Stamp | None
    parts: tuple[Part, ...]


class Shelves:
    """One object a process; safe for threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[str, str] = {}
        self._contents: dict[str, Contents] = {}
        self._lock = threading.RLock()

    def names(self) -> set[str]:
        """Every shelf that has a folder."""
        if not self.root.is_dir():
            return set()
        read_names = (self._names.get(folder) or self._read_name(folder) for folder in os.listdir(self.root))
        return {name[1:] for name in read_names if name is not None}

    def folder(self, shelf: str) -> Path:
        return self.root / folder_name(shelf)

    def parts(self, shelf: str) -> tuple[Part, ...]:
        """The leaves of a shelf as they are on disk now, with what is deleted in each."""
        folder = self.folder(shelf)
        with self._lock:
            known = self._contents.get(shelf, Contents(None, ()))
            for attempt in range(1, LOOKS + 1):
                try:
                    stamp = _stamp(folder)
                    if stamp != known.stamp:
                        known = Contents(stamp, self._read(folder, shelf, known))
                        self._contents[shelf] = known
                    return known.parts
                except (FileNotFoundError, whoosh.EmptyIndexError):  # a commit took the file away between two looks
                    if attempt == LOOKS and folder.is_dir():
                        raise
            self._contents.pop(shelf, None)
            return ()

    def groups(self, shelf: str) -> Iterator[tuple[Leaf, int, range]]:
        """(leaf, number of a testimony in it, its documents) for whatever is not deleted."""
        for part in self.parts(shelf):
            starts = [*np.flatnonzero(np.diff(part.leaf.testimony, prepend=-1)).tolist(), len(part.leaf)]
            for number, (first, last) in enumerate(zip(starts, starts[1:], strict=False)):
                if first not in part.dead:
                    yield part.leaf, number, range(first, last)

    def held(self, shelf: str) -> dict[str, str]:
        """testimony -> version."""
        return {leaf.facts[number].testimony: leaf.versions[number] for leaf, number, _ in self.groups(shelf)}

    @staticmethod
    def _read(folder: Path, shelf: str, known: Contents) -> tuple[Part, ...]:
        segments = whoosh.open_dir(str(folder), INDEX_NAME, schema=SCHEMA)._segments()
        leaves = {part.leaf.key: part.leaf for part in known.parts}
        return tuple(Part(leaves.get(segment.segment_id()) or read(folder, shelf, segment), frozenset(segment.deleted_docs()))
                     for segment in segments)

    def _read_name(self, folder: str) -> str | None:
        """`=` and the shelf in a folder of the index, None for any other folder or file."""
        try:
            name = (self.root / folder / "name").read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return self._names.setdefault(folder, f"={name}") if folder_name(name) == folder else None


def _stamp(folder: Path) -> Stamp | None:
    """Of the newest table of contents; None without one."""
    found = [(int(match[1]), name) for name in os.listdir(folder) if (match := _TABLE.fullmatch(name))]
    if not found:
        return None
    status = os.stat(folder / max(found)[1])
    return max(found)[1], status.st_mtime_ns, status.st_ino
