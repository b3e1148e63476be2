"""What is left of something in a folder, read from the raw bytes of every file: runs of eight words, blocks of a kilobyte, single words.

Words are compared without regard to case and to what stands between them, as UTF-8, as UTF-16 in both orders from even and odd bytes, as
escaped in JSON or HTML; what is packed (zip, zlib, gzip) is unpacked, wherever in a file it begins; and a leaf of the index is put together
again from its postings, word by word. A block that is found anywhere, at any offset, is found: of every kilobyte of a file some aligned half
lies whole in it. What may not live here: how anything is erased.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy

RUN, HALF = 8, 512
PLAIN = 24
"""Different bytes that a half has at least: zeros and repeated samples lie in every file, and say nothing of where they are from."""
_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [each.casefold() for each in _WORD.findall(text)]


def runs(found: list[str]) -> set[tuple[str, ...]]:
    """Every run of eight words."""
    return {tuple(found[at:at + RUN]) for at in range(len(found) - RUN + 1)}


def halves(content: bytes) -> list[bytes]:
    """The aligned halves of a kilobyte of a file that tell it from others; of a shorter file all of it."""
    if len(content) < 2 * HALF:
        return [content] if len(set(content)) >= PLAIN else []
    found = (content[at:at + HALF] for at in range(0, len(content) - HALF + 1, HALF))
    return [each for each in found if len(set(each)) >= PLAIN]


def residue(folder: Path, texts: Iterable[str] = (), files: Iterable[bytes] = (), canaries: Iterable[str] = ()) -> list[str]:
    """`where: what` of everything found. `texts`: looked for by runs of eight words; `files`: by blocks; `canaries`: single words, at least
    four letters, wherever they stand in other letters."""
    wanted = set[tuple[str, ...]]().union(*(runs(words(text)) for text in texts))
    blocks = list(dict.fromkeys(half for content in files for half in halves(content)))
    marks = [each.casefold() for each in canaries]
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        where = path.relative_to(folder).as_posix()
        for content in _contents(path):
            found += [f"{where}: a block" for block in blocks if block in content][:1]
            for text in _readings(content):
                said = words(text)
                found += [f"{where}: {' '.join(run)}" for run in sorted(wanted & runs(said))][:2]
                folded = text.casefold()
                found += [f"{where}: {mark}" for mark in marks if mark in folded]
        found += [f"{where}: as indexed, {' '.join(run)}" for run in sorted(wanted & _indexed(path))][:2]
    return list(dict.fromkeys(found))


def _contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of whatever is packed in it."""
    raw = path.read_bytes()
    yield raw
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    for place in _PACKED.finditer(raw):
        unpacked = _unpacked(raw[place.start():], gzip=place[0][0] == 0x1F)
        if len(unpacked) >= 64:
            yield unpacked


def _unpacked(data: bytes, gzip: bool) -> bytes:
    try:
        return zlib.decompressobj(31 if gzip else 15).decompress(data, 64 << 20)
    except zlib.error:
        return b""


def _readings(content: bytes) -> Iterator[str]:
    """The text of some bytes in every way in which it may be written."""
    plain = content.decode("utf-8", errors="replace")
    yield plain
    if "\\u" in plain:
        yield _ESCAPED.sub(lambda code: chr(int(code[1], 16)), plain)
    if "&#" in plain or "&amp;" in plain:
        yield html.unescape(plain)
    for order in ("utf-16-le", "utf-16-be"):
        for start in (0, 1):
            yield content[start:].decode(order, errors="replace")


def _indexed(path: Path) -> set[tuple[str, ...]]:
    """The runs of words that the postings of a leaf come to, document by document."""
    if not path.name.endswith(".leaf.npz"):
        return set()
    with numpy.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
        terms = kept["terms"].tobytes().decode().split("\n")
        start, docs, at, pos = (kept[name] for name in ("start", "doc", "at", "pos"))
    said: dict[int, dict[int, str]] = {}
    for number, term in enumerate(terms):
        for place in range(int(start[number]), int(start[number + 1])) if len(start) > number + 1 else ():
            for position in pos[int(at[place]):int(at[place + 1])]:
                said.setdefault(int(docs[place]), {})[int(position)] = term.split("\x1f")[1].casefold()
    found = set[tuple[str, ...]]()
    for positions in said.values():
        found |= runs([positions[place] for place in sorted(positions)])
    return found
