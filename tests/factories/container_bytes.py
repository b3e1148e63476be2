"""How the containers of sound and pictures are written byte by byte: what makes files that no good program would write.

Every number given is written as given, also a wrong one. What may not live here: documents (`document_bytes`), and what is hostile or
marked about a file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy

PNG = b"\x89PNG\r\n\x1a\n"


# --- RIFF (wav, webp)

def riff_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk, padded to an even length."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(form: bytes, chunks: bytes) -> bytes:
    """A whole RIFF file of a form (`WAVE`, `WEBP`)."""
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + form + chunks


def riff_with(data: bytes, chunk: bytes) -> bytes:
    """A RIFF file with one more chunk at its end."""
    return riff(data[8:12], data[12:] + chunk)


# --- ISO base media (mp4, m4a, heic)

def box(name: bytes, body: bytes, *, size: int | None = None) -> bytes:
    """One box; `size` to lie about its length."""
    return struct.pack(">I", len(body) + 8 if size is None else size) + name + body


def full_box(name: bytes, body: bytes, version_and_flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(name, struct.pack(">I", version_and_flags) + body)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of every box one after the other; no 64-bit sizes."""
    at = 0
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        yield data[at + 4:at + 8], data[at + 8:at + size]
        at += size


def mp4_changed(data: bytes, into: Sequence[bytes], change: Callable[[bytes], bytes]) -> bytes:
    """A file in which the body of the first box that lies at the names `into` is changed; made empty first where it was not there.

    Only for files whose samples lie before their `moov`, as the tables of samples count from the start of the file.
    """
    if not into:
        return change(data)
    out, done = b"", False
    for name, body in boxes(data):
        if name == into[0] and not done:
            body, done = mp4_changed(body, into[1:], change), True
        out += box(name, body)
    return out if done else out + box(into[0], mp4_changed(b"", into[1:], change))


def mp4_with(data: bytes, into: Sequence[bytes], new: bytes) -> bytes:
    """A file with `new` at the end of the box at the names `into` (none: at the end of the file)."""
    return mp4_changed(data, into, lambda body: body + new)


def patched(data: bytes, after: bytes, offset: int, new: bytes) -> bytes:
    """`data` with `new` written `offset` bytes behind the start of every `after`. Raises ValueError where there is none."""
    out = bytearray(data)
    at = data.index(after)
    while at >= 0:
        out[at + offset:at + offset + len(new)] = new
        at = data.find(after, at + 1)
    return bytes(out)


# --- Matroska, WebM

def ebml(name: int, body: bytes, *, size: int | None = None) -> bytes:
    """One element, its size in eight bytes; `size` to lie about it, -1 for unknown."""
    length = len(body) if size is None else size
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (0x01 << 56 | length & (1 << 56) - 1).to_bytes(8, "big") + body


def ebml_number(name: int, number: int) -> bytes:
    """An element that holds an unsigned number of eight bytes."""
    return ebml(name, number.to_bytes(8, "big"))


def matroska(*inside: bytes, document: bytes = b"matroska") -> bytes:
    """A file: its head and a segment that holds the elements given."""
    head = ebml_number(0x4286, 1) + ebml(0x4282, document) + ebml_number(0x4287, 4) + ebml_number(0x4285, 2)
    return ebml(0x1A45DFA3, head) + ebml(0x18538067, b"".join(inside))


# --- FLAC, Ogg, MP3

def flac_with(data: bytes, kind: int, body: bytes) -> bytes:
    """A flac with one more metadata block behind its first (kinds: 2 application, 4 comments, 6 picture; RFC 9639)."""
    return data[:42].replace(b"fLaC\x80", b"fLaC\x00", 1) + _flac_block(kind, body, last=data[4] >= 0x80) + data[42:]


def _flac_block(kind: int, body: bytes, *, last: bool) -> bytes:
    return bytes([kind | last << 7]) + len(body).to_bytes(3, "big") + body


def flac_picture(picture: bytes, description: bytes = b"") -> bytes:
    """The body of a picture block, also what `METADATA_BLOCK_PICTURE` of an Ogg comment holds in base64."""
    mime = b"image/jpeg"
    return (struct.pack(">II", 3, len(mime)) + mime + struct.pack(">I", len(description)) + description
            + struct.pack(">IIIII", 16, 16, 24, 0, len(picture)) + picture)


def comments(*entries: bytes) -> bytes:
    """Vorbis comments."""
    return (struct.pack("<I", 5) + b"plain" + struct.pack("<I", len(entries))
            + b"".join(struct.pack("<I", len(entry)) + entry for entry in entries))


def ogg_page(body: bytes, lacing: bytes, *, flags: int, granule: int, serial: int, number: int) -> bytes:
    """One page with its checksum (RFC 3533)."""
    head = b"OggS\0" + struct.pack("<BqIIIB", flags, granule, serial, number, 0, len(lacing)) + lacing
    return head[:22] + struct.pack("<I", _ogg_sum(head + body)) + head[26:] + body


def ogg_pages(data: bytes) -> list[bytes]:
    """The pages of an Ogg file."""
    starts = [at for at in range(len(data)) if data.startswith(b"OggS\0", at)] + [len(data)]
    return [data[at:after] for at, after in zip(starts, starts[1:], strict=False)]


def ogg_with_comments(data: bytes, *entries: bytes) -> bytes:
    """A Vorbis file with the comments given instead of its own. Raises ValueError where they do not fit on its second page."""
    pages = ogg_pages(data)
    page = pages[1]
    body = page[27 + page[26]:]
    packets = [b"\x03vorbis" + comments(*entries) + b"\x01", body[body.index(b"\x05vorbis"):]]
    lacing = ogg_laced(packets)
    if len(lacing) > 255:
        raise ValueError("comments and codebooks do not fit on one page")
    second = ogg_page(b"".join(packets), lacing, flags=0, granule=0, serial=struct.unpack_from("<I", page, 14)[0], number=1)
    return b"".join([pages[0], second, *pages[2:]])


def ogg_laced(packets: Iterable[bytes]) -> bytes:
    """The lacing values of whole packets."""
    return b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)


def ogg_signed(page: bytes) -> bytes:
    """A page that was changed, with its checksum set right."""
    bare = page[:22] + bytes(4) + page[26:]
    return bare[:22] + struct.pack("<I", _ogg_sum(bare)) + bare[26:]


def _ogg_sum(data: bytes) -> int:
    total = 0
    for byte in data:
        total = (total << 8 & 0xFFFFFFFF) ^ _OGG_SUMS[total >> 24 ^ byte]
    return total


def _ogg_step(value: int) -> int:
    for _ in range(8):
        value = value << 1 ^ (0x104C11DB7 if value & 0x80000000 else 0)
    return value


_OGG_SUMS = [_ogg_step(byte << 24) for byte in range(256)]


def id3(*frames: bytes) -> bytes:
    """An ID3v2.3 tag."""
    body = b"".join(frames)
    return b"ID3\x03\0\0" + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0)) + body


def id3_frame(name: bytes, body: bytes) -> bytes:
    """One frame of an ID3v2.3 tag."""
    return name + struct.pack(">IH", len(body), 0) + body


# --- Pictures

def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_head(width: int, height: int, bits: int = 8, colour: int = 0) -> bytes:
    """The signature and IHDR."""
    return PNG + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def png_with(data: bytes, chunk: bytes) -> bytes:
    """A png with one more chunk behind IHDR."""
    return data[:33] + chunk + data[33:]


def jpeg_segment(marker: int, body: bytes) -> bytes:
    """One marker segment of a jpeg."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(data: bytes, segments: bytes) -> bytes:
    """A jpeg with more segments behind its first (JFIF)."""
    at = 4 + struct.unpack_from(">H", data, 4)[0]
    return data[:at] + segments + data[at:]


def tiff(entries: Iterable[tuple[int, int, int, bytes]], *, next_directory: int = 0, after: bytes = b"") -> bytes:
    """A little-endian tiff of one directory at byte 8: (tag, type, count, value of any length) each; also the body of Exif."""
    rows = sorted(entries)
    at = 8 + 2 + 12 * len(rows) + 4
    table, behind = b"", b""
    for tag, kind, count, value in rows:
        place = value.ljust(4, b"\0")
        if len(value) > 4:
            place = struct.pack("<I", at + len(behind))
            behind += value + b"\0" * (len(value) % 2)
        table += struct.pack("<HHI", tag, kind, count) + place
    return b"II*\0" + struct.pack("<IH", 8, len(rows)) + table + struct.pack("<I", next_directory) + behind + after


def noise(size: int, seed: int) -> bytes:
    """So many bytes without any order, the same for the same seed."""
    return numpy.random.default_rng(seed).bytes(size)
