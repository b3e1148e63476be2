"""ZIP files that somebody could send: each with a word of the sentence by which it is refused. Written before the code that refuses them."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterator

MANIFEST = b"identifier,collection,title,access\nthe-bell,valley,The bell,staff\n"


def bundle(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these entries, in order, duplicates and all."""
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w", method) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def sound(*more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """One that has a manifest besides."""
    return bundle(("manifest.csv", MANIFEST), *more)


def special(kind: int, name: str = "way-out.txt", data: bytes = b"/etc/passwd") -> bytes:
    """An entry that claims to be a link, a pipe, a device."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return sound((info, data))


def raw_name(written: bytes, wanted: bytes) -> bytes:
    """A name that the library would not write, in both places where it stands."""
    assert len(written) == len(wanted)
    return sound((written.decode(), b"x")).replace(written, wanted)


def flagged(bits: int) -> bytes:
    """The flags of every entry, here and in the directory."""
    data = bytearray(sound(("a.txt", b"words")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", data, place + at)[0]
            struct.pack_into("<H", data, place + at, flags | bits)
            place = data.find(mark, place + 4)
    return bytes(data)


def in_directory(at: int, form: str, value: int) -> bytes:
    """A field of the last entry, only in the directory."""
    data = bytearray(sound(("a.txt", b"words " * 99)))
    struct.pack_into(form, data, data.rfind(b"PK\x01\x02") + at, value)
    return bytes(data)


def overlapping() -> bytes:
    """A second entry whose bytes lie inside those of the first: both are whole, and by many of these a small file unpacks to a huge one
    (D. Fifield, A better zip bomb, 2019)."""
    inner = bundle(("b.txt", b"words"), method=zipfile.ZIP_STORED)
    listed = inner.find(b"PK\x01\x02")
    outer = bytearray(bundle(("a.txt", inner[:listed]), method=zipfile.ZIP_STORED))
    record = bytearray(inner[listed:inner.find(b"PK\x05\x06")])
    struct.pack_into("<L", record, 42, 30 + len("a.txt"))
    end = outer.rfind(b"PK\x05\x06")
    size = struct.unpack_from("<L", outer, end + 12)[0] + len(record)
    struct.pack_into("<HHL", outer, end + 8, 2, 2, size)
    return bytes(outer[:end] + record + outer[end:])


def damaged() -> bytes:
    data = bytearray(bundle(("manifest.csv", MANIFEST), method=zipfile.ZIP_STORED))
    data[data.find(b"The bell")] ^= 1
    return bytes(data)


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """(what it is, the bytes, a word of the sentence)."""
    out = "leads out"
    yield "absolute", sound(("/etc/cron.d/x", b"x")), out
    yield "drive", sound(("C:\\x.txt", b"x")), out
    yield "climbing", sound(("../x.txt", b"x")), out
    yield "climbing in the middle", sound(("a/../../x.txt", b"x")), out
    yield "climbing backwards", sound(("..\\..\\x.txt", b"x")), out
    yield "climbing, encoded", sound(("%2e%2e/x.txt", b"x")), out
    yield "climbing, wide", sound(("．．/x.txt", b"x")), out
    yield "a folder that climbs", sound(("../up/", b"")), out
    yield "link", special(stat.S_IFLNK), "way-out.txt"
    yield "link to a folder", special(stat.S_IFLNK, "folder", b".."), "folder"
    yield "pipe", special(stat.S_IFIFO), "way-out.txt"
    yield "device", special(stat.S_IFCHR), "way-out.txt"
    yield "right to left", sound(("tape\u202egpj.exe", b"x")), "not seen"
    yield "zero width", sound(("ta\u200bpe.mp3", b"x")), "not seen"
    yield "line end", sound(("tape\n.mp3", b"x")), "not seen"
    yield "nothing in the name", raw_name(b"tapeX.mp3", b"tape\0.mp3"), "not seen"
    yield "twice", sound(("a.txt", b"x"), ("a.txt", b"y")), "a.txt"
    yield "twice by case", sound(("a.txt", b"x"), ("A.TXT", b"y")), "A.TXT"
    yield "twice by composition", sound(("caf\u00e9.txt", b"x"), ("cafe\u0301.txt", b"y")), "one name elsewhere"
    yield "twice by dots", sound(("a/b.txt", b"x"), ("a/./b.txt", b"y")), "b.txt"
    yield "file and folder", sound(("a", b"x"), ("a/b.txt", b"y")), "folder"
    yield "folder and file by case", sound(("A/b.txt", b"x"), ("a", b"y")), "folder"
    yield "nested", sound(("more.zip", bundle(("x.txt", b"x")))), "more.zip"
    yield "nested under another name", sound(("tape.mp3", bundle(("x.txt", b"x")))), "tape.mp3"
    yield "nested, of another kind", sound(("more.gz", b"\x1f\x8b\x08" + bytes(20))), "more.gz"
    yield "nested, seven", sound(("more.bin", b"7z\xbc\xaf\x27\x1c" + bytes(20))), "more.bin"
    yield "locked", flagged(0x1), "password"
    yield "locked, strongly", flagged(0x41), "password"
    yield "too many", bundle(*((f"{n}.txt", b"") for n in range(60))), "more than 50"
    yield "bomb", sound(("zeros.txt", bytes(3 << 20))), "zeros.txt"
    yield "bomb of many", sound(*((f"{n}.txt", bytes(900 << 10)) for n in range(9))), "unpack"
    yield "too large a file", sound(("big.txt", bytes(range(256)) * 17000)), "big.txt"
    yield "says less than it holds", in_directory(24, "<L", 5), "a.txt"
    yield "says more than it holds", in_directory(24, "<L", 999), "a.txt"
    yield "overlapping", overlapping(), "lie over each other"
    yield "other method", bundle(("manifest.csv", MANIFEST), method=zipfile.ZIP_BZIP2), "manifest.csv"
    yield "unknown method", in_directory(10, "<H", 99), "a.txt"
    yield "two names for one", sound(("a.txt", b"x")).replace(b"a.txt", b"b.txt", 1), "a.txt"
    yield "device name", sound(("CON.txt", b"x")), "device"
    yield "long name", sound(("x" * 256, b"x")), "longer"
    yield "deep", sound(("a/" * 12 + "x.txt", b"x")), "deep"
    yield "cut off", sound(("a.txt", b"words" * 99))[:-40], "ZIP"
    yield "damaged", damaged(), "manifest.csv"
    yield "nothing", b"", "ZIP"
    yield "no ZIP", b"%PDF-1.4 not at all", "ZIP"
    yield "something before it", b"MZ\x90\0" + sound(), "begin"
    yield "empty", bundle(), "begin"
    yield "only folders", bundle(("a/", b"")), "nothing"
    yield "a directory without end", sound()[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 0xFFFFFFF0, 0, 0), "ZIP"
