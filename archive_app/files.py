"""Files that are whole or not there: written, brought to the disk, then named.

A name is on the disk only when its folder is: every function here waits for both (POSIX fsync). What may not live here: what is in them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file, mode 0600: whoever is killed leaves the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    name_whole(fresh, path)


def name_whole(fresh: Path, name: Path) -> None:
    """Bring a file, or a folder whose files are on the disk already, to the disk, then give it its name."""
    sync(fresh)
    os.replace(fresh, name)
    sync(name.parent)


def write_once(path: Path, content: bytes) -> None:
    """Write a small file, mode 0600, unless there is one. Of two processes that do so at once, one wins: it is linked into place
    when it is complete, and both read the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name + "-") as fresh:  # made with mode 0600
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)
    sync(path.parent)
