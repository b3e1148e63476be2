"""A backup made while the archive is used: dated snapshots that share the bytes of recordings.

    DIR/objects/ab/cdef...        the bytes, named by their SHA-256 (a vault), each kept once for all snapshots
    DIR/2026-11-23T124000Z/       one snapshot; it has this name when it is complete
        database.sqlite3 | database.dump      without sessions and leases
        withdrawals.jsonl                     the ledger
        submissions.key                       where there is one: it opens what families have sent
        settings.json                         without secrets and passwords
        snapshot.json                         when, of which version, the end of the audit chain
        manifest-sha256.txt                   `sha256sum -c` checks all of it, the objects too (the payload manifest of RFC 8493)

Killed anywhere and run again, it goes on: objects that are there are not copied twice. What may not live here: how a database is copied
(records.snapshots), putting back (restoring).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from archive_app import clock
from archive_app.actions import withdrawals
from archive_app.config import PRIVATE, TABLE, Settings
from archive_app.errors import Conflict, Damaged, Invalid, NotFound
from archive_app.files import digest_of, name_whole, write_whole
from archive_app.records import audit, objects, snapshots
from archive_app.records.base import reading
from archive_app.storage import ledger
from archive_app.storage.archive_key import NAME as KEY_NAME
from archive_app.storage.disk_vault import DiskVault
from archive_app.storage.vault import Vault

Progress = Callable[[str, int, int], None]
"""Told what is at hand ("recordings", "database"), how much of it is done, and of how much."""
FORMAT = 1
MANIFEST, FACTS, LEDGER, SETTINGS = "manifest-sha256.txt", "snapshot.json", "withdrawals.jsonl", "settings.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
OBJECTS, MAKING = "objects", ".making"
SPARE = 64 << 20
"""Bytes that stay free."""


@dataclass(frozen=True)
class BackedUp:
    """`objects`: how many the snapshot names; `copied`, `copied_bytes`: those that were not in the backup before; `dropped`: older
    snapshots that were removed."""

    folder: Path
    objects: int
    copied: int
    copied_bytes: int
    database_bytes: int
    withdrawals: int
    damaged: tuple[Damaged, ...]
    dropped: int = 0


def back_up(engine: Engine, vault: Vault, chosen: Settings, folder: Path, progress: Progress = lambda what, done, total: None,
            keep: int | None = None) -> BackedUp:
    """Add a snapshot to the backup in `folder`, and, where `keep` is given, leave only so many of the newest. What of the vault is
    damaged or missing is told, and the rest is kept all the same. Raises Invalid for a folder that cannot be used, Conflict where the
    disk is too small or another backup is at it."""
    kept = DiskVault(folder / OBJECTS)
    with _alone(folder, chosen):
        wanted = _named(engine)
        fresh = sorted(wanted - set(kept.digests()))
        _refuse_full(folder, snapshots.size(engine) + sum(_size(vault, digest) for digest in fresh))
        sizes, damaged = carry(vault, kept, fresh, progress)
        making = folder / MAKING
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        database = making / DATABASES[engine.dialect.name]
        snapshots.copy(engine, database, partial(progress, "database"))
        wanted = _named(engine)  # once more: what came while the others were copied
        more = carry(vault, kept, sorted(wanted - set(kept.digests()) - set(fresh)), progress)
        sizes, damaged = sizes + more[0], damaged + more[1]
        lines = _write_facts(engine, chosen, making)
        there = sorted(wanted & set(kept.digests()))
        _write_manifest(making, there)
        size, made = database.stat().st_size, _name(folder, making)
        dropped = _drop_oldest(folder, kept, keep) if keep is not None else 0
        return BackedUp(made, len(there), len(sizes), sum(sizes), size, lines,
                        tuple(each for each in damaged if each.where.removeprefix("media/") in wanted), dropped)


@contextmanager
def _alone(folder: Path, chosen: Settings) -> Iterator[None]:
    """The folder, made where there is none, for this backup alone."""
    for ours in (chosen.data_dir, chosen.media_dir, chosen.search_dir, chosen.instance_dir):  # media and index may lie elsewhere
        if folder.resolve().is_relative_to(ours.resolve()):
            raise Invalid("DIR", f"{folder} lies inside the archive itself: choose a folder on another disk")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / OBJECTS).mkdir(mode=0o700, exist_ok=True)
    lock = folder / ".lock"
    lock.touch(mode=0o600)
    with lock.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(str(folder), "another backup is being made there: wait until it is done") from None
        yield


def _named(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return objects.named(session)


def _size(vault: Vault, digest: str) -> int:
    try:
        with vault.at(digest) as path:
            return path.stat().st_size
    except (NotFound, FileNotFoundError):
        return 0


def _refuse_full(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise Conflict(str(folder), f"{(needed + SPARE) / 1e9:.2f} GB are needed and {free / 1e9:.2f} GB are free")


def carry(source: Vault, target: Vault, wanted: Sequence[str], progress: Progress) -> tuple[list[int], list[Damaged]]:
    """Copy objects from vault to vault, each compared with its name on the way: (their sizes, what is damaged or missing). Bytes that
    are not what their name says are not kept under any name."""
    sizes, damaged, named = list[int](), list[Damaged](), set(wanted) | set(target.digests())
    for done, digest in enumerate(wanted, 1):
        try:
            with source.open(digest) as stream:
                kept = target.keep(stream)
        except NotFound:
            damaged.append(Damaged(f"media/{digest}", "bytes", "nothing"))
        else:
            if kept.digest == digest:
                sizes.append(kept.size)
            else:
                damaged.append(Damaged(f"media/{digest}", digest, kept.digest))
                if kept.digest not in named:
                    target.drop(kept.digest)
        progress("recordings", done, len(wanted))
    return sizes, damaged


def _write_facts(engine: Engine, chosen: Settings, making: Path) -> int:
    """Ledger, key, settings, and what the snapshot is; how many lines the ledger has."""
    now = clock.now()
    with reading(engine) as session:
        entries, head = audit.head(session)
    withdrawals.mark(engine, ledger.BACKUP, now, entries, head)
    content = chosen.ledger_file.read_bytes() if chosen.ledger_file.exists() else b""
    if (chosen.instance_dir / KEY_NAME).exists():
        write_whole(making / KEY_NAME, (chosen.instance_dir / KEY_NAME).read_bytes())
    lines = len(ledger.parsed(content).lines)
    write_whole(making / LEDGER, content)
    shown = {row.variable: _plain(getattr(chosen, row.name.lower())) for row in TABLE if row.kind not in PRIVATE}
    write_whole(making / SETTINGS, _json(shown))
    write_whole(making / FACTS, _json({
        "format": FORMAT, "made_at": clock.iso(now), "program": version("testimony-archive"), "database": engine.dialect.name,
        "migration": snapshots.migration(engine), "audit": {"entries": entries, "head": head}, "ledger_lines": lines}))
    return lines


def _plain(value: object) -> str:
    """A value as it is written in the environment."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _write_manifest(making: Path, digests: Sequence[str]) -> None:
    rows = [f"{digest_of(path)}  {path.name}" for path in sorted(making.iterdir())]
    rows += [f"{digest}  ../{OBJECTS}/{digest[:2]}/{digest[2:]}" for digest in digests]
    write_whole(making / MANIFEST, ("\n".join(rows) + "\n").encode())


def complete(folder: Path) -> list[Path]:
    """The complete snapshots in a folder, oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{FACTS}") if not path.parent.name.startswith("."))


def _drop_oldest(folder: Path, kept: Vault, keep: int) -> int:
    """Leave the newest `keep` snapshots, and of the objects those that one of them names; how many snapshots were removed."""
    old = complete(folder)[:-keep]
    for each in old:
        os.rename(each, folder / MAKING)  # half removed it is no snapshot
        shutil.rmtree(folder / MAKING)
    needed = {row[:64] for each in complete(folder) for row in (each / MANIFEST).read_text(encoding="utf-8").splitlines() if OBJECTS in row}
    for digest in set(kept.digests()) - needed if old else ():
        kept.drop(digest)
    return len(old)


def _name(folder: Path, making: Path) -> Path:
    """Give the snapshot its name: from here on it counts."""
    stamp = clock.iso(clock.now()).replace(":", "")
    name = next(name for n in range(1, 1000) if not (name := folder / (stamp if n == 1 else f"{stamp}-{n}")).exists())
    name_whole(making, name)
    return name
