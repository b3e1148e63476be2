"""Files that arrive in pieces: kept sealed until they are whole, however often the line, the server or the machine breaks down.

    <root>/<owner>/<upload>/of             length of the whole (8 bytes, big endian), then sealed: what was said of it at the beginning
    <root>/<owner>/<upload>/<from>-<to>    a piece, sealed: its first byte, and the one after its last, 16 hexadecimal digits each

A piece gets its name when it is on the disk, so it is there whole or not at all, and the offset is where the last of them ends: after any
death too. Each is sealed under its own name: one that was moved does not open. Whoever has another key finds nothing here. What may not
live here: where keys come from, whose upload it is (actions.uploading), what is uploaded.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import io
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from archive_app import clock
from archive_app.errors import ArchiveError, Conflict, Damaged, Invalid, NotFound
from archive_app.files import sync
from archive_app.storage.sealed import seal, unseal

PIECE = 1 << 20
"""Bytes of the largest piece."""
SMALL_PIECE, FEW_PIECES = 1 << 16, 4096
"""An upload may have as many pieces as if each had so many bytes, and so many more for lines that break."""
EXPIRES_MS = 7 * clock.DAY_MS
"""How long an upload waits for its next piece."""
MOST_UPLOADS, MOST_TOLD = 50, 4096
RESERVE = 1 << 29
"""Bytes of the disk that are left to the database."""
OF = "of"
_NAME = re.compile(r"[0-9a-f]{32}")
_PIECE = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})")


@dataclass(eq=False)
class DiskFull(ArchiveError):
    """There is no place for what was announced."""

    code, status = "disk_full", 507

    def __str__(self) -> str:
        return "The archive has no place for a file of this size at the moment. Nothing is lost: please tell the archivists."


@dataclass(frozen=True)
class State:
    """`offset`: how many bytes of `length` are on the disk. `expires_at` in ms UTC."""

    offset: int
    length: int
    expires_at: int


@dataclass(frozen=True)
class Uploads:
    """The uploads of one owner: a path below `root`, which is all that anybody without the key can take away. `beside`: a folder on the
    disk to which they go in the end; `most`: bytes of the largest. Methods raise NotFound alike for what is another's and never was."""

    root: Path
    owner: str
    key: bytes = field(repr=False)
    beside: Path
    most: int

    def begin(self, length: int, told: Mapping[str, str]) -> str:
        """A new upload of so many bytes; its name. Where `told` says a `fingerprint` under which one of this length is there already, that
        one. Durable when it returns. Raises Invalid, Conflict for too many, DiskFull."""
        sweep(self.root)
        if not 0 < length <= self.most:
            raise Invalid("file", "this file is larger than this archive takes" if length > 0 else "this file is empty")
        said = json.dumps(dict(told)).encode()
        if len(said) > MOST_TOLD:
            raise Invalid("file", "what is said of this file is too long")
        there = [path.parent for path in self._folder.glob(f"*/{OF}")]
        if known := next((path.name for path in there if self._is_same(path.name, length, told.get("fingerprint", ""))), ""):
            return known
        lengths = [int.from_bytes((path / OF).read_bytes()[:8], "big") for path in there]
        if len(there) >= MOST_UPLOADS or sum(lengths) + length > 2 * self.most:
            raise Conflict("file", "too many files are on their way at once: finish some of them first")
        self._has_place(length + sum(lengths) - sum(_end(_pieces(path)) for path in there))
        return self._begun(length, said)

    def state(self, name: str) -> State:
        """How far an upload has come. What it says is on the disk."""
        folder, length = self._open(name)
        sync(folder)  # a name that was given just before a death may not be there after the next
        return State(_end(_pieces(folder)), length, int(folder.stat().st_mtime * 1000) + EXPIRES_MS)

    def told(self, name: str) -> dict[str, str]:
        """What was said of it at the beginning."""
        folder, _ = self._open(name)
        found: dict[str, str] = json.loads(unseal((folder / OF).read_bytes()[8:], self._key(name, OF)))
        return found

    def add(self, name: str, offset: int, data: bytes) -> int:
        """Add a piece of at most PIECE bytes at `offset`; the new offset. On the disk when it returns. Raises Conflict where the upload
        goes on elsewhere, Invalid beyond its end, DiskFull."""
        folder, length = self._open(name)
        if not 0 < len(data) <= PIECE or offset + len(data) > length:
            raise Invalid("file", f"a piece has 1 to {PIECE} bytes, and ends where the file ends")
        if shutil.disk_usage(folder).free < RESERVE:
            raise DiskFull()
        place = f"{offset:016x}-{offset + len(data):016x}"
        sealed = seal(data, self._key(name, place))
        with _turn(folder):
            there = _pieces(folder)
            if offset != _end(there):
                raise Conflict("file", "the upload goes on elsewhere")
            if len(there) > length // SMALL_PIECE + FEW_PIECES:
                raise Conflict("file", "the pieces of this upload are too small: begin it again")
            try:
                _write(folder, place, sealed)
            except FileNotFoundError:  # it was taken away meanwhile
                raise NotFound() from None
            except OSError as error:
                raise (DiskFull() if error.errno in (errno.ENOSPC, errno.EDQUOT) else error) from None
        return offset + len(data)

    def open(self, name: str) -> BinaryIO:
        """The whole, to be read once from its beginning. Raises Conflict where some of it is missing; Damaged while it is read."""
        folder, length = self._open(name)
        there = _pieces(folder)
        if _end(there) != length:
            raise Conflict("file", "this file has not arrived whole: please choose it again")
        return cast(BinaryIO, io.BufferedReader(_Whole(self._opened(folder, there)), 1 << 16))

    def drop(self, name: str) -> None:
        """Forget an upload, bytes and all."""
        folder, _ = self._open(name)
        _remove(folder)

    @property
    def _folder(self) -> Path:
        return self.root / self.owner

    def _key(self, name: str, part: str) -> bytes:
        return hmac.digest(self.key, f"{name}/{part}".encode(), "sha256")

    def _open(self, name: str) -> tuple[Path, int]:
        """(its folder, its length). Raises NotFound."""
        if not _NAME.fullmatch(name):
            raise NotFound()
        try:
            head = (self._folder / name / OF).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound() from None
        unseal(head[8:], self._key(name, OF))
        return self._folder / name, int.from_bytes(head[:8], "big")

    def _is_same(self, name: str, length: int, fingerprint: str) -> bool:
        try:
            return bool(fingerprint) and self._open(name)[1] == length and self.told(name).get("fingerprint") == fingerprint
        except NotFound:
            return False

    def _has_place(self, size: int) -> None:
        """Raises DiskFull. A file is on a disk twice while it goes to its place. What others have announced is not counted: whoever
        announces much and sends nothing would keep everybody out."""
        self.beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if min(shutil.disk_usage(place).free for place in (self.root, self.beside)) < 2 * size + RESERVE:
            raise DiskFull()

    def _begun(self, length: int, said: bytes) -> str:
        name = secrets.token_hex(16)
        for folder in (self.root, self._folder.parent, self._folder, self._folder / name):
            folder.mkdir(mode=0o700, exist_ok=True)
        _write(self._folder / name, OF, length.to_bytes(8, "big") + seal(said, self._key(name, OF)))
        for folder in (self._folder, self._folder.parent, self.root):
            sync(folder)
        return name

    def _opened(self, folder: Path, there: list[tuple[int, int]]) -> Iterator[bytes]:
        for start, end in there:
            place = f"{start:016x}-{end:016x}"
            try:
                yield unseal((folder / place).read_bytes(), self._key(folder.name, place))
            except (NotFound, FileNotFoundError):
                raise Damaged(f"uploads/{folder.name}/{place}", "a piece as it was sealed", "something else") from None


class _Whole(io.RawIOBase):
    """Pieces as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._left = self._left or memoryview(next(self._pieces, b""))
        given, self._left = self._left[:len(buffer)], self._left[len(buffer):]
        buffer[:len(given)] = given
        return len(given)


def sweep(root: Path) -> int:
    """Remove uploads that have waited too long for their next piece, whoever's they are; how many."""
    gone = 0
    for folder in root.glob("*/*/*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime * 1000 < clock.now() - EXPIRES_MS:
                _remove(folder)
                gone += 1
    for owner in root.glob("*/*"):
        with suppress(OSError):
            owner.rmdir()  # when nothing is in it
    return gone


def forget(root: Path, owner: str) -> None:
    """Remove every upload of an owner, bytes and all: no key is needed for that. Harmless where there is none."""
    for folder in (root / owner).glob("*"):
        _remove(folder)
    with suppress(OSError):
        (root / owner).rmdir()


def _remove(folder: Path) -> None:
    (folder / OF).unlink(missing_ok=True)  # first: what is half removed is no upload any more
    shutil.rmtree(folder, ignore_errors=True)


def _pieces(folder: Path) -> list[tuple[int, int]]:
    """(from, to) of the pieces that follow on each other from the beginning."""
    found = sorted((int(known[1], 16), int(known[2], 16)) for name in os.listdir(folder) if (known := _PIECE.fullmatch(name)))
    there: list[tuple[int, int]] = []
    for start, end in found:
        if start != _end(there):
            break
        there.append((start, end))
    return there


def _end(pieces: list[tuple[int, int]]) -> int:
    return pieces[-1][1] if pieces else 0


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One at a time, threads and processes alike. Held only while a piece that has arrived is put on the disk."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        raise NotFound() from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(folder: Path, name: str, data: bytes) -> None:
    """A file that is there whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False) as temporary:
        try:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
            os.rename(temporary.name, folder / name)
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
    sync(folder)
