"""The contract of a vault: bytes go in once, are named by their SHA-256, and are never altered.

Every implementation passes tests/contracts/test_vault.py. What may not live here: an implementation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Kept:
    """`digest`: SHA-256, 64 hexadecimal digits. `size` in bytes."""

    digest: str
    size: int


class Vault(Protocol):
    def keep(self, source: BinaryIO) -> Kept:
        """Read `source` to its end and keep it. Durable when this returns; keeping equal bytes again changes nothing."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes of an object. Raises NotFound."""

    def check(self, digest: str) -> None:
        """Read an object and compare it with its name. Raises NotFound, Damaged."""

    def drop(self, digest: str) -> None:
        """Remove an object; nothing happens when there is none."""

    def digests(self) -> Iterator[str]:
        """Every object there is, in order."""
