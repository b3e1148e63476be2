"""The contract of a vault: bytes go in once, are named by their SHA-256, and are never altered.

Every implementation passes tests/contracts/test_vault.py. What may not live here: an implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Kept:
    """`digest`: SHA-256, 64 hexadecimal digits. `size` in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Arrived:
    """Bytes that are there to be looked at, and no object yet: `path` is theirs, to be read; `stay` makes them one, durable when it
    returns."""

    kept: Kept
    path: Path
    stay: Callable[[], None]


class Vault(Protocol):
    def keep(self, source: BinaryIO) -> Kept:
        """Read `source` to its end and keep it. Durable when this returns; keeping equal bytes again changes nothing."""

    def arriving(self, source: BinaryIO) -> AbstractContextManager[Arrived]:
        """Read `source` to its end and hold it beside the objects while the context lasts: nothing is left of what was not told to stay."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes of an object. Raises NotFound."""

    def at(self, digest: str) -> AbstractContextManager[Path]:
        """The object as a file to be read while the context lasts, never to be written. Raises NotFound."""

    def check(self, digest: str) -> None:
        """Read an object and compare it with its name. Raises NotFound, Damaged."""

    def drop(self, digest: str) -> None:
        """Remove an object; nothing happens when there is none."""

    def sweep(self, named: Callable[[str], bool]) -> list[str]:
        """Drop objects that were kept a day ago or longer and that nothing names; their digests. What is kept again while this runs
        stays."""

    def erase(self, digest: str, noted_at: int) -> bool:
        """Remove an object that was noted at this moment (ms UTC) and that no row names any more; True when it is not there. False where it
        was kept again since, within the last day: rows that name it may be on their way, and it is for `sweep` to judge."""

    def loose(self, named: Callable[[str], bool]) -> set[str]:
        """What lies about without a row: objects that nothing names, and what writers have not finished."""

    def is_new(self, digest: str) -> bool:
        """Whether an object was kept, or kept again, within the last day: no sweep takes it, for rows that name it may be on their way."""

    def digests(self) -> Iterator[str]:
        """Every object there is, in order."""
