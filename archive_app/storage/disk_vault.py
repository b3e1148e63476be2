"""A vault in a folder: `ab/cdef...`, each file named by its SHA-256 and read-only.

Order of a write: temporary file, fsync, rename, fsync of the folder. A file half written is never found under a digest.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive_app import clock
from archive_app.errors import Damaged, NotFound
from archive_app.files import sync
from archive_app.storage.vault import Arrived, Kept

BLOCK = 1 << 20
ASIDE = "swept-"


@dataclass(frozen=True)
class DiskVault:
    root: Path

    def keep(self, source: BinaryIO) -> Kept:
        with self.arriving(source) as arrived:
            arrived.stay()
        return arrived.kept

    @contextmanager
    def arriving(self, source: BinaryIO) -> Iterator[Arrived]:
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(incoming)
        sha, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as temporary:
            path = Path(temporary.name)
            try:
                while block := source.read(BLOCK):
                    sha.update(block)
                    size += len(block)
                    temporary.write(block)
                temporary.flush()
                os.fsync(temporary.fileno())
                yield Arrived(Kept(sha.hexdigest(), size), path, lambda: self._place(path, sha.hexdigest()))
            finally:
                path.unlink(missing_ok=True)

    def _place(self, temporary: Path, digest: str) -> None:
        target = self._path(digest)
        if target.exists() and self._is_sound(digest):
            with suppress(FileNotFoundError):  # swept this moment: it is written anew
                os.utime(target)
                sync(target.parent)  # whoever kept it before may have died before this
                return
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            sync(self.root)
        os.utime(temporary)  # it may have been looked at for long: the day in which nobody takes it begins now
        os.chmod(temporary, 0o400)
        os.rename(temporary, target)
        sync(target.parent)

    def _is_sound(self, digest: str) -> bool:
        try:
            self.check(digest)
        except (Damaged, NotFound):
            return False  # the right bytes came again: they take the place of the damaged ones
        return True

    def open(self, digest: str) -> BinaryIO:
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound() from None

    @contextmanager
    def at(self, digest: str) -> Iterator[Path]:
        path = self._path(digest)
        if not path.exists():
            raise NotFound()
        yield path

    def check(self, digest: str) -> None:
        with self.open(digest) as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
        if found != digest:
            raise Damaged(f"media/{digest}", digest, found)

    def drop(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def erase(self, digest: str, noted_at: int) -> bool:
        path, aside = self._path(digest), self.root / "incoming" / f"{ASIDE}{digest}"
        _put_back(aside, path)
        if not path.exists():
            return _is_gone(path, aside)
        return self._put_aside(digest, lambda file: _is_old(file) or _touched_at(file) <= noted_at)

    def loose(self, named: Callable[[str], bool]) -> set[str]:
        incoming = self.root / "incoming"
        unfinished = {f"incoming/{file.name}" for file in incoming.iterdir()} if incoming.is_dir() else set[str]()
        return unfinished | {digest for digest in list(self.digests()) if not named(digest)}

    def is_new(self, digest: str) -> bool:
        return not _is_old(self._path(digest))

    def sweep(self, named: Callable[[str], bool]) -> list[str]:
        if (self.root / "incoming").is_dir():
            _sweep(self.root / "incoming")
        for aside in sorted((self.root / "incoming").glob(f"{ASIDE}*")):  # whoever put it aside was killed: judge it again
            _put_back(aside, self._path(aside.name.removeprefix(ASIDE)))
        return [digest for digest in list(self.digests()) if not named(digest) and self._swept(digest, named)]

    def _swept(self, digest: str, named: Callable[[str], bool]) -> bool:
        return self._put_aside(digest, lambda file: _is_old(file) and not named(digest))

    def _put_aside(self, digest: str, may_go: Callable[[Path], bool]) -> bool:
        """Put the object aside first: who keeps it again meanwhile has either touched it, and gets it back, or writes it anew. Another who
        sweeps or erases may take this for left behind, and put it back: then it is still there. True when it is not."""
        path, aside = self._path(digest), self.root / "incoming" / f"{ASIDE}{digest}"
        if not may_go(path):
            return False
        aside.parent.mkdir(exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            os.rename(path, aside)
            if not may_go(aside):
                os.rename(aside, path)
                return False
            aside.unlink()
            sync(path.parent)
        return _is_gone(path, aside)

    def digests(self) -> Iterator[str]:
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from (folder.name + file.name for file in sorted(folder.iterdir()))

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise NotFound()
        return self.root / digest[:2] / digest[2:]


def _put_back(aside: Path, path: Path) -> None:
    """What somebody put aside who was killed, or is still at it, goes back to its place, unless it was written anew there."""
    with suppress(FileNotFoundError):
        if not path.exists():
            os.rename(aside, path)
        else:
            aside.unlink()


def _is_gone(path: Path, aside: Path) -> bool:
    """Whether an object is in neither place, though it may be moved from one to the other while this looks."""
    return not any(each.exists() for each in (path, aside, path))


def _sweep(incoming: Path) -> None:
    """Remove what writers that were killed left behind a day ago or longer: it was never named by a digest."""
    for left in incoming.iterdir():
        with suppress(FileNotFoundError):
            if _is_old(left) and not left.name.startswith(ASIDE):
                left.unlink()


def _is_old(path: Path) -> bool:
    """Whether a file was last touched a day ago or longer."""
    try:
        return path.stat().st_mtime * 1000 < clock.now() - clock.DAY_MS
    except FileNotFoundError:
        return False


def _touched_at(path: Path) -> int:
    """When a file was last touched, ms UTC; for ever where it is not there."""
    try:
        return path.stat().st_mtime_ns // 1_000_000
    except FileNotFoundError:
        return 2**62
