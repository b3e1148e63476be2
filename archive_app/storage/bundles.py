"""A ZIP that came from outside (APPNOTE 6.3.10), unpacked into a folder with distrust: judged as a whole before anything is written.

Refused is whatever could reach out of the folder, be read as another file on another system, fill the disk, or hide what it is; the
sentence names the entry. What may not live here: which names are good (given by the caller), what the files mean.
"""

from __future__ import annotations

import os
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive_app.errors import Invalid

FIELD = "file"
BLOCK = 1 << 20
DEEPEST = 8
"""Folders in one another."""
MOST_DIRECTORY = 32 << 20
"""Bytes of the list at a ZIP's end, which is read as a whole."""
ASIDE = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""What systems put into folders by themselves; so is everything below `__MACOSX`. Left out."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"BZh")
"""How archives begin; of these, Word documents are ZIP files by design."""
DOCUMENTS = (".docx",)
_UNREADABLE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError, struct.error)


@dataclass(frozen=True)
class Most:
    """Limits, in bytes but for `files` and `ratio` (times that an entry above `unjudged` may unpack to its own size). `free`: what must
    stay free on the disk."""

    files: int = 10_000
    file: int = 8 << 30
    whole: int = 32 << 30
    free: int = 256 << 20
    ratio: int = 200
    unjudged: int = 16 << 20


def unpack(bundle: Path, into: Path, checked: Callable[[str], str], alike: Callable[[str], str], most: Most) -> None:
    """Unpack every file of `bundle` below the empty folder `into`. `checked` answers a name with `/`, or raises ValueError with the
    reason; names for which `alike` answers the same are one name elsewhere. Raises Invalid("file"); the caller then removes `into`."""
    try:
        _refuse_directory(bundle)
        with zipfile.ZipFile(bundle) as opened:
            entries = _judged(opened.infolist(), checked, alike, most, opened.start_dir)
            refuse_full(into, sum(entry.file_size for _, entry in entries), most.free)
            for name, entry in entries:
                _write(opened, entry, into / name)
    except _UNREADABLE:
        raise _wrong("This is no ZIP file, or it was damaged on its way: pack it again.") from None


def refuse_full(folder: Path, wanted: int, free: int) -> None:
    """Raises Invalid where so many bytes do not fit on the disk of a folder and leave `free` bytes."""
    if shutil.disk_usage(folder).free - free < wanted:
        raise _wrong(f"There is no room for it: it takes {_megabytes(wanted)}, and the disk of the archive is nearly full.")


def _refuse_directory(bundle: Path) -> None:
    """What is no ZIP from its first byte on (another file may stand before one), or has a list too long to be read."""
    with bundle.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            raise _wrong("This does not begin as a ZIP file does, or holds nothing.")
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 65_557))
        end = stream.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise _wrong("This is no ZIP file, or its end is missing.")
    listed = struct.unpack_from("<L", end, at + 12)[0]
    wide = end.rfind(b"PK\x06\x06", 0, at)
    if listed == 0xFFFFFFFF and wide >= 0:
        listed = struct.unpack_from("<Q", end, wide + 40)[0]
    if listed > min(MOST_DIRECTORY, size):
        raise _wrong("The list of files in this ZIP is longer than a ZIP file of this archive may have.")


Entries = list[tuple[str, zipfile.ZipInfo]]


def _judged(listed: Sequence[zipfile.ZipInfo], checked: Callable[[str], str], alike: Callable[[str], str], most: Most, end: int) -> Entries:
    """(name, entry) of every file to be written, when nothing speaks against any entry."""
    if len(listed) > most.files:
        raise _wrong(f"This ZIP holds more than {most.files} files: bring it in in parts.")
    entries: Entries = []
    for entry in listed:
        name = _name(entry, checked)
        _refuse_kind(entry, name)
        if not (entry.is_dir() or _is_aside(name)):
            entries.append((name, entry))
    _refuse_same(entries, alike)
    _refuse_size(entries, most)
    _refuse_overlap(listed, end)
    if not entries:
        raise _wrong("There is nothing in this ZIP.")
    return entries


def _name(entry: zipfile.ZipInfo, checked: Callable[[str], str]) -> str:
    try:
        name = checked(entry.orig_filename)
    except ValueError as problem:
        raise _wrong(str(problem)) from None
    if name.count("/") > DEEPEST:
        raise _wrong(f"{name[:80]!r} lies more than {DEEPEST} folders deep.")
    return name


def _is_aside(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].lower() in ASIDE


def _refuse_kind(entry: zipfile.ZipInfo, name: str) -> None:
    """Links, devices, what is locked, what is packed in another way."""
    if entry.flag_bits & 0x41:
        raise _wrong(f"{name!r} is locked with a password: pack it without one.")
    if entry.compress_type not in METHODS:
        raise _wrong(f"{name!r} is packed in a way that is not read here: pack it as an ordinary ZIP.")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _wrong(f"{name!r} is a link or a device, not a file.")


def _refuse_same(entries: Entries, alike: Callable[[str], str]) -> None:
    seen: dict[str, str] = {}
    for name, _ in entries:
        before = seen.setdefault(alike(name), name)
        if before is not name:
            raise _wrong(f"{name!r} stands in this ZIP twice." if before == name else
                         f"{name!r} and {before!r} are one name elsewhere: rename one of them.")
    for name, _ in entries:
        above = name.rpartition("/")[0]
        while above:
            if alike(above) in seen:
                raise _wrong(f"{above!r} is a file and a folder in this ZIP.")
            above = above.rpartition("/")[0]


def _refuse_size(entries: Entries, most: Most) -> None:
    for name, entry in entries:
        if entry.file_size > most.file:
            raise _wrong(f"{name!r} is larger than {_megabytes(most.file)}, which this archive does not take.")
        if entry.file_size > most.unjudged and entry.file_size > most.ratio * entry.compress_size:
            raise _wrong(f"{name!r} would unpack to more than {most.ratio} times its size, as no recording or text does.")
    if sum(entry.file_size for _, entry in entries) > most.whole:
        raise _wrong(f"This ZIP would unpack to more than {_megabytes(most.whole)}: bring it in in parts.")


def _refuse_overlap(listed: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Entries that share bytes: by these a small file unpacks to a huge one."""
    in_order = sorted(listed, key=lambda entry: entry.header_offset)
    starts = [entry.header_offset for entry in in_order[1:]] + [end]
    for entry, following in zip(in_order, starts, strict=True):
        if entry.header_offset + 30 + entry.compress_size > following:
            names = ", ".join(repr(each.filename[:80]) for each in in_order if each.header_offset >= entry.header_offset)[:300]
            raise _wrong(f"Of {names} two lie over each other in this ZIP.")


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """One file, byte for byte, checked by its sum; what is an archive itself is refused."""
    name = repr(entry.filename[:80])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with opened.open(entry) as source, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            block = source.read(BLOCK)
            if block.startswith(PACKED) and path.suffix.lower() not in DOCUMENTS:
                raise _wrong(f"{name} is an archive itself: unpack it first.")
            written = 0
            while block:
                written += target.write(block)
                block = source.read(BLOCK)
    except _UNREADABLE:
        raise _wrong(f"{name} was damaged on its way: pack it again.") from None
    if written != entry.file_size:
        raise _wrong(f"{name} holds more or less than this ZIP says.")


def _megabytes(size: int) -> str:
    return f"{max(1, size >> 20)} MB"


def _wrong(sentence: str) -> Invalid:
    return Invalid(FIELD, sentence)
