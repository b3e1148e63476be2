"""A file for bytes on their way: in memory, and beyond 4 MiB on the disk, sealed with a key that dies with the file.

Written once from its beginning, then read from there. What may not live here: what is kept (sealed, vault), and files that must be read
by a library from their path (`decoded`: in memory where the machine has a place for that).
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

IN_MEMORY = 4 << 20
MEMORY_FOLDER = Path("/dev/shm")
MOST_IN_MEMORY_FOLDER = 256 << 20
BLOCK = 1 << 20


class SealedSpool(io.RawIOBase):
    """See above. `seek(0)` turns from writing to reading; no other place can be gone to."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY) -> None:
        self._cipher = Cipher(ChaCha20(secrets.token_bytes(32), bytes(16)), mode=None)  # a key for one file: its nonce need not differ
        self._file = tempfile.SpooledTemporaryFile(in_memory, dir=str(folder))
        self._turn: CipherContext = self._cipher.encryptor()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._file.write(self._turn.update(bytes(data)))
        return len(data)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        given = self._turn.update(self._file.read(len(buffer)))
        buffer[:len(given)] = given
        return len(given)

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation("read it from its beginning")
        self._turn = self._cipher.decryptor()
        self._file.seek(0)
        return 0

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def as_file(source: BinaryIO, size: int, folder: Path, name: str) -> Iterator[Path]:
    """`source`, read to its end, as a file called `name` while the block lasts. In memory (/dev/shm) up to 256 MiB where there is room
    for twice as much; else in `folder`, from which it is removed when the block is left, and by the next caller after a death."""
    with tempfile.TemporaryDirectory(prefix="decoding-", dir=_place(size, folder)) as made:
        path = Path(made) / name
        with path.open("wb") as file:
            shutil.copyfileobj(source, file, BLOCK)
        yield path


def leftovers(folder: Path) -> set[str]:
    """What lies where files are decoded, when what callers that were killed left there an hour ago was removed."""
    for place in (MEMORY_FOLDER, folder):
        _sweep(place)
    return {f"decoding/{path.name}" for path in folder.iterdir()} if folder.is_dir() else set()


def _place(size: int, folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in (MEMORY_FOLDER, folder):
        _sweep(place)
    if size <= MOST_IN_MEMORY_FOLDER and os.access(MEMORY_FOLDER, os.W_OK) and shutil.disk_usage(MEMORY_FOLDER).free > 2 * size:
        return MEMORY_FOLDER
    return folder


def _sweep(place: Path) -> None:
    """Remove what callers that were killed left behind: nobody decodes for an hour."""
    try:
        left = [path for path in place.glob("decoding-*") if path.is_dir() and path.stat().st_uid == os.getuid() and _is_old(path)]
    except OSError:
        return
    for path in left:
        shutil.rmtree(path, ignore_errors=True)


def _is_old(path: Path) -> bool:
    from archive_app import clock

    return path.stat().st_mtime * 1000 < clock.now() - clock.HOUR_MS
