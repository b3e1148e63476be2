"""Files that stop too early: empty, only a head, cut before anything can be seen or heard. Rows of (file name, bytes, why)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.factories.container_bytes import box, boxes, ebml, ebml_number, ogg_pages, png_head
from tests.factories.plain_files import plain_files

Row = tuple[str, bytes, str]
_ENDINGS = ("wav", "flac", "mp3", "m4a", "ogg", "mp4", "webm", "mkv", "jpg", "png", "gif", "webp", "tiff", "heic", "bmp", "pdf", "docx")
_HEADS: dict[str, Callable[[bytes], int]] = {
    "wav": lambda data: 44,
    "flac": lambda data: 42,
    "mp3": lambda data: data.index(b"\xff\xfb") + 4,
    "m4a": lambda data: data.index(b"mdat") - 4,
    "ogg": lambda data: data.index(b"OggS", 4),
    "mp4": lambda data: data.index(b"mdat") - 4,
    "webm": lambda data: data.index(b"\x18\x53\x80\x67"),
    "mkv": lambda data: data.index(b"\x18\x53\x80\x67"),
    "jpg": lambda data: data.index(b"\xff\xdb"),
    "png": lambda data: 33,
    "gif": lambda data: 13,
    "webp": lambda data: 12,
    "tiff": lambda data: 8,
    "heic": lambda data: data.index(b"meta") - 4,
    "bmp": lambda data: 54,
    "pdf": lambda data: 15,
    "docx": lambda data: 30,
}
_CUTS: dict[str, tuple[Callable[[bytes], int], str]] = {
    "wav": (lambda data: 30, "in the middle of its format"),
    "flac": (lambda data: 20, "in the middle of its first block"),
    "mp3": (lambda data: data.index(b"Info") + 20, "inside the frame that holds no sound"),
    "m4a": (lambda data: data.index(b"stbl"), "inside its table of samples"),
    "ogg": (lambda data: sum(map(len, ogg_pages(data)[:2])), "before the page with its first sound"),
    "mp4": (lambda data: data.index(b"moov") - 4, "before its index, as a camera leaves it whose battery ran out"),
    "webm": (lambda data: data.index(b"\x16\x54\xae\x6b") + 20, "inside its list of tracks"),
    "mkv": (lambda data: data.index(b"\x1f\x43\xb6\x75"), "before its first cluster"),
    "jpg": (lambda data: data.index(b"\xff\xda"), "before its first scan"),
    "png": (lambda data: data.index(b"IDAT") + 4, "before the first byte of its pixels"),
    "gif": (lambda data: data.index(b"\x2c", 13 + 3 * (2 << (data[10] & 7))) + 8, "inside the head of its picture"),
    "webp": (lambda data: 24, "inside the head of its picture"),
    "tiff": (lambda data: 100, "before its directory"),
    "heic": (lambda data: data.index(b"iloc"), "inside the list of what it holds"),
    "bmp": (lambda data: 30, "in the middle of its head"),
    "pdf": (lambda data: data.index(b"2 0 obj"), "before its first page"),
    "docx": (lambda data: len(data) // 2, "before its list of members"),
}


def empty() -> Iterator[Row]:
    """Nothing in it."""
    for ending in ("wav", "mp3", "flac", "mp4", "jpg", "pdf", "docx"):
        yield f"empty.{ending}", b"", "has no bytes"


def only_heads() -> Iterator[Row]:
    """Begins as its type does, and ends there."""
    for ending in _ENDINGS:
        data = plain_files()[ending]
        yield f"only-head.{ending}", data[:_HEADS[ending](data)], f"is the head of a {ending} and nothing else"
    jpeg = plain_files()["jpg"]
    yield "only-mark.jpg", jpeg[:2], "is the two bytes that every jpeg begins with"
    yield "only-end.png", png_head(8, 8) + plain_files()["png"][-12:], "has a head and an end and no pixels"


def cut() -> Iterator[Row]:
    """Valid files cut before the first thing in them that can be seen or heard."""
    for ending in _ENDINGS:
        data = plain_files()[ending]
        where, why = _CUTS[ending]
        yield f"cut.{ending}", data[:where(data)], f"is cut {why}"


def nothing_in_it() -> Iterator[Row]:
    """Whole, and holds no sound, picture or page."""
    plain = plain_files()
    mp4 = dict(boxes(plain["mp4"]))
    yield "no-sound.ogg", b"".join(ogg_pages(plain["ogg"])[:2]) + b"OggS", "has the three heads of its sound and no sound"
    first = plain["ogg"].index(b"OggS", 4)
    head = bytearray(plain["ogg"][:first])
    yield "no-packets.ogg", bytes(head[:26]) + b"\0", "is one page that holds no packet"
    yield "no-frames.flac", plain["flac"][:42].replace(b"fLaC\0", b"fLaC\x80"), "has its one block of facts and no frame"
    yield "no-samples.wav", plain["wav"][:40] + bytes(4), "says that no sample follows, and none does"
    yield "no-index.mp4", box(b"ftyp", mp4[b"ftyp"]) + box(b"mdat", mp4[b"mdat"]), "has its samples and no index of them"
    yield "no-tracks.mp4", box(b"ftyp", mp4[b"ftyp"]) + box(b"moov", mp4[b"moov"][:116]), "has an index without tracks"
    head_and_facts = ebml_number(0x4286, 1) + ebml(0x4282, b"matroska")
    yield "no-tracks.mkv", ebml(0x1A45DFA3, head_and_facts) + ebml(0x18538067, ebml(0x1549A966, ebml_number(0x2AD7B1, 1000000))), \
        "has no tracks"
