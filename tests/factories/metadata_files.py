"""Small valid files with a text that no reader may meet, each planted in one field: what a copy for readers must have left behind.

Every file holds real sound, a picture or a page. The text is of its own in each, is not to be seen or heard in it, and is the same each
time. `found` looks for it in what was made of a file. What may not live here: how each is planted (`metadata_*.py`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.factories.metadata_documents import DOCUMENTS
from tests.factories.metadata_pictures import PICTURES, Row
from tests.factories.metadata_sounds import FILMS, SOUNDS
from tests.factories.plain_files import plain_files

Kind = Literal["audio", "video", "image", "document"]
_MOST_UNFOLDED = 4 << 20


@dataclass(frozen=True)
class Marked:
    """One file, the field that is marked, and how its canary may be spelled: UTF-8, UTF-16, base64, hexadecimal, what else tells of it."""

    name: str
    path: Path
    field: str
    canary: tuple[bytes, ...]
    kind: Kind


def metadata_files(folder: Path) -> list[Marked]:
    """Makes them all in `folder` (made if need be) and says where the canary of each stands. Names are unique."""
    folder.mkdir(parents=True, exist_ok=True)
    groups: list[tuple[Kind, list[Row]]] = [("image", PICTURES), ("audio", SOUNDS), ("video", FILMS), ("document", DOCUMENTS)]
    return [_marked(folder, kind, row) for kind, rows in groups for row in rows]


def found(marked: Marked, data: bytes) -> bool:
    """Whether the canary stands in `data` in any spelling, deflated streams unfolded."""
    whole = unfolded(data)
    return any(spelling in whole for spelling in marked.canary)


def unfolded(data: bytes) -> bytes:
    """What a curious reader finds in a file: its bytes, and every deflated stream in them (of PNG, PDF, zip), at most 4 MiB of each."""
    return data + b"".join(_streams(data))


def _streams(data: bytes) -> Iterator[bytes]:
    for head in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        yield _inflated(data[head.start():], zlib.MAX_WBITS)
    for head in re.finditer(rb"PK\x03\x04", data):
        at = head.start()
        if len(data) >= at + 30:
            name, extra = struct.unpack_from("<HH", data, at + 26)
            yield _inflated(data[at + 30 + name + extra:], -zlib.MAX_WBITS)


def _inflated(data: bytes, form: int) -> bytes:
    opened = zlib.decompressobj(form)
    try:
        return opened.decompress(data, _MOST_UNFOLDED)
    except zlib.error:
        return b""


def _marked(folder: Path, kind: Kind, row: Row) -> Marked:
    name, field, plant, more = row
    text = b"canary-" + hashlib.sha256(name.encode()).hexdigest()[:12].encode()
    path = folder / name
    path.write_bytes(plant(plain_files()[name.rpartition(".")[2]], text))
    return Marked(name, path, field, (*_spellings(text), *more(text)), kind)


def _spellings(text: bytes) -> Iterator[bytes]:
    wide = [text.decode().encode(form) for form in ("utf-16-le", "utf-16-be")]
    yield from (text, *wide)
    for before in range(3):  # base64 of the whole groups of three, wherever the text begins
        whole = text[-before % 3:]
        yield base64.b64encode(whole[:len(whole) // 3 * 3])
    for each in (text, *wide):
        yield each.hex().encode()
        yield each.hex().upper().encode()
