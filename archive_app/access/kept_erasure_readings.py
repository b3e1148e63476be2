"""What an erasure will take, and what it took, as those who tend a testimony are given it: frozen values.

What may not live here: how they are made (kept_erasure).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptObject:
    """An object of the vault that goes with a testimony, or went. `called`: recording, copy, transcript, description, given; `size` in
    bytes; `gone`: False where something else names the same bytes, so that they stay."""

    called: str
    digest: str
    size: int
    gone: bool


@dataclass(frozen=True)
class KeptPlan:
    """What an erasure would remove now. `counts`: table -> rows; `digest`: of all of it, so that nothing else is erased than was read."""

    objects: tuple[KeptObject, ...]
    counts: dict[str, int]
    files: int
    digest: str


@dataclass(frozen=True)
class KeptReceipt:
    """What was erased. Moments in ms UTC. `published`: from when to when it was; `granted`: accounts to which it was opened by name, and
    `used`: those that read it so; `backups`: when those were made that can hold it; `waits`: what is still to be done, with how many
    (index, copies, objects, loose, database), empty when `finished_utc_ms` is set."""

    id: str
    erased_utc_ms: int
    finished_utc_ms: int | None
    objects: tuple[KeptObject, ...]
    counts: dict[str, int]
    published_utc_ms: tuple[int, ...]
    granted: int
    used: int
    backups_utc_ms: tuple[int, ...]
    waits: dict[str, int]
    commitment: str
    salt: str
