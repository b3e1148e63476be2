"""Files on their way in: checked by name and size, and laid into a folder of their own inside the data folder.

What may not live here: what becomes of them (bringing_in), which ZIP files are taken (storage.bundles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from archive_app.config import Settings
from archive_app.errors import Invalid
from archive_app.exchange.file_names import alike, file_name, one_elsewhere
from archive_app.storage.bundles import BLOCK, FIELD, Most, refuse_full, unpack
from archive_app.storage.vault import Vault

FILES, BUNDLE = "_", "bundle.zip"
"""The folder of a run's files: no slug can be made of its name, so no collection is called after it."""
MOST_FILES = 500
ALONE = (".csv", ".xml")
"""A table under whatever name, or an OHMS file, may come by itself."""


@dataclass(frozen=True)
class Incoming:
    """Where uploads are received. `most`: bytes of one file; `limits`: of a ZIP."""

    engine: Engine
    vault: Vault
    folder: Path
    most: int = 8 << 30
    limits: Most = Most()


def open_incoming(engine: Engine, vault: Vault, chosen: Settings) -> Incoming:
    """As the settings say: inside the data folder, so that nothing lies where others read."""
    return Incoming(engine, vault, chosen.instance_dir / "incoming", chosen.upload_max_bytes)


def names(given: Sequence[str]) -> list[str]:
    """The names of files as they are kept: each once, none in a folder. Raises Invalid("file")."""
    if not given:
        raise Invalid(FIELD, "choose a file first")
    if len(given) > MOST_FILES:
        raise Invalid(FIELD, f"more than {MOST_FILES} files at once: pack them into one ZIP")
    seen: dict[str, str] = {}
    for each in given:
        try:
            name = file_name(each)
        except ValueError as problem:
            raise Invalid(FIELD, str(problem)) from None
        if "/" in name:
            raise Invalid(FIELD, f"{name[:80]!r} lies in a folder: pack folders into one ZIP")
        if alike(name) in seen:
            raise Invalid(FIELD, one_elsewhere(name, seen[alike(name)]))
        if name.lower().endswith(".zip") and len(given) > 1:
            raise Invalid(FIELD, "send one ZIP by itself, or files without one")
        seen[alike(name)] = name
    return list(seen.values())


def write(room: Incoming, folder: Path, called: Sequence[str], streams: Sequence[BinaryIO]) -> int:
    """Put files, or those of a ZIP, below `folder`, which is made; how many bytes were sent. Raises Invalid("file"); the caller then
    removes the folder."""
    files = folder / FILES
    files.mkdir(mode=0o700, parents=True)
    bundle = len(called) == 1 and called[0].lower().endswith(".zip")
    size = 0
    for name, stream in zip(called, streams, strict=True):
        size += _copy(room, stream, folder / BUNDLE if bundle else files / name, name)
    if bundle:
        unpack(folder / BUNDLE, files, file_name, alike, replace(room.limits, file=min(room.limits.file, room.most)))
        (folder / BUNDLE).unlink()
    return size


def _copy(room: Incoming, stream: BinaryIO, path: Path, name: str) -> int:
    written = 0
    with path.open("xb") as target:
        while block := stream.read(BLOCK):
            written += len(block)
            if written > room.most:
                raise Invalid(FIELD, f"{name[:80]!r} is larger than this archive takes")
            if written % (64 * BLOCK) < BLOCK:
                refuse_full(path.parent, len(block), room.limits.free)
            target.write(block)
    return written


def source(files: Path) -> Path:
    """What an import is told to take: the folder, or the one file in it. Raises Invalid where nothing is left."""
    if not files.is_dir():
        raise Invalid(FIELD, "the files of this import are not here any more: send them again")
    there = list(files.iterdir())
    return there[0] if len(there) == 1 and there[0].suffix.lower() in ALONE and there[0].is_file() else files


def room_for(room: Incoming, size: int) -> None:
    """Raises Invalid("file") where an upload of so many bytes is too large, or would fill the disk: it stands there twice for a while."""
    if size > room.most:
        raise Invalid(FIELD, "this is larger than this archive takes")
    room.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_full(room.folder, 2 * size, room.limits.free)
