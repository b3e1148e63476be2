"""Pictures that unfold: huge sides, endless frames, counts that lie. Rows of (file name, bytes, why); each is small on disk.

Some decode, given a hundred times the memory or time that a picture deserves; they are refused for what they ask for.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.factories import container_bytes as make
from tests.factories import document_bytes as paper
from tests.factories.plain_files import plain_files

Row = tuple[str, bytes, str]
_END = make.png_chunk(b"IEND", b"")


def pngs() -> Iterator[Row]:
    """PNG."""
    yield "sides.png", make.png_head(50_000, 50_000, 8, 2) + make.png_chunk(b"IDAT", paper.zlib_zeros(1)) + _END, \
        "says 50,000 times 50,000 pixels and holds some rows"
    yield "unfolds.png", make.png_head(32_768 * 8, 8_191, 1) + make.png_chunk(b"IDAT", paper.zlib_zeros(256)) + _END, \
        "is 2 thousand million pixels in a quarter of a megabyte"
    yield "most.png", make.png_head(0x7FFFFFFF, 0x7FFFFFFF, 16, 6) + make.png_chunk(b"IDAT", paper.zlib_zeros(1)) + _END, \
        "says the most pixels that a png can say"
    yield "no-sides.png", make.png_head(0, 0) + make.png_chunk(b"IDAT", paper.zlib_zeros(0)) + _END, "has no width and no height"
    profile = make.png_chunk(b"iCCP", b"x\0\0" + paper.zlib_zeros(512))
    yield "profile.png", make.png_head(9_000, 40_000) + profile + make.png_chunk(b"IDAT", paper.zlib_zeros(1)) + _END, \
        "has a profile that unfolds to half a gigabyte before pixels that are not there"


def gifs() -> Iterator[Row]:
    """GIF."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x4c\x01\0"
    yield "frames.gif", screen + frame * 5_000 + b";", "is 5,000 frames of 65,535 times 65,535 pixels"
    yield "sides.gif", screen + frame + b";", "is one frame of 65,535 times 65,535 pixels"
    yield "comments.gif", b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0) + b"\x21\xfe\x01x\0" * 100_000 + b";", \
        "is 100,000 comments and no picture"


def tiffs() -> Iterator[Row]:
    """TIFF."""
    def shape(side: int) -> list[tuple[int, int, int, bytes]]:
        return [(256, 4, 1, struct.pack("<I", side)), (257, 4, 1, struct.pack("<I", side)), (258, 3, 1, b"\x08\0"), (259, 3, 1, b"\x01\0"),
                (262, 3, 1, b"\x01\0"), (277, 3, 1, b"\x01\0"), (278, 4, 1, b"\x01\0\0\0")]
    far = struct.pack("<I", 0x7FFFFFF0)
    yield "strips.tiff", make.tiff([*shape(60_000), (273, 4, 0x7FFFFFFF, far), (279, 4, 0x7FFFFFFF, far)]), "has 2 thousand million strips"
    yield "no-strips.tiff", make.tiff(shape(48)), "does not say where its pixels lie"
    yield "far-strips.tiff", make.tiff([*shape(48), (273, 4, 1, far), (279, 4, 1, b"\0\x09\0\0")]), \
        "has its pixels behind the end of the file"
    yield "loop.tiff", make.tiff([*shape(48), (273, 4, 1, far), (279, 4, 1, b"\0\x09\0\0")], next_directory=8), \
        "has a directory that follows itself, and no pixels"
    packed = [entry if entry[0] != 259 else (259, 3, 1, b"\x08\0") for entry in shape(40_000)]
    packed = [entry if entry[0] != 278 else (278, 4, 1, struct.pack("<I", 40_000)) for entry in packed]
    data = paper.zlib_zeros(1526)
    at = 8 + 2 + 12 * 9 + 4
    yield "unfolds.tiff", make.tiff([*packed, (273, 4, 1, struct.pack("<I", at)), (279, 4, 1, struct.pack("<I", len(data)))], after=data), \
        "is 1.6 thousand million pixels in a megabyte and a half"
    yield "many-tags.tiff", b"II*\0" + struct.pack("<IH", 8, 65_535) + struct.pack("<HHII", 40_000, 7, 0x7FFFFFFF, 8) * 1_000, \
        "has 65,535 tags of 2 GiB and ends"


def webps() -> Iterator[Row]:
    """WebP."""
    # VP8L, RFC 9649: sides, no transform, no cache, no meta codes, and five codes of one symbol each: every pixel is that symbol.
    bits = 16_382 | 16_382 << 14 | 0b0001_0001_0001_0001_0001 << 32 + 3
    lossless = b"\x2f" + bits.to_bytes(12, "little")
    yield "sides.webp", make.riff(b"WEBP", make.riff_chunk(b"VP8L", lossless)), "is 16,383 times 16,383 pixels in 13 bytes"
    canvas = make.riff_chunk(b"VP8X", b"\x02\0\0\0" + b"\xff\xff\xff" * 2)
    yield "canvas.webp", make.riff(b"WEBP", canvas + make.riff_chunk(b"ANIM", bytes(6)) + make.riff_chunk(b"ANMF", bytes(16)) * 5_000), \
        "is 5,000 frames on a canvas of 16,777,216 pixels a side"


def jpegs() -> Iterator[Row]:
    """JPEG."""
    plain = plain_files()["jpg"]
    yield "sides.jpg", make.patched(plain, b"\xff\xc0", 5, struct.pack(">HH", 65_500, 65_500)), \
        "says 65,500 times 65,500 pixels and holds 48 times 48"
    yield "no-sides.jpg", make.patched(plain, b"\xff\xc0", 5, bytes(4)), "has no width and no height"
    yield "scans.jpg", _scans(9_000, 3_000), "is 81 million pixels drawn 3,000 times over"
    yield "no-tables.jpg", plain[:20] + plain[plain.index(b"\xff\xc0"):plain.index(b"\xff\xc4")] + plain[plain.index(b"\xff\xda"):], \
        "lacks the tables without which nothing in it can be read"


def others() -> Iterator[Row]:
    """BMP, HEIC and plain maps of pixels."""
    plain = plain_files()
    yield "sides.bmp", make.patched(plain["bmp"], b"BM", 18, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF)), \
        "says 2 thousand million pixels a side"
    runs = b"BM" + struct.pack("<IIIIiiHHIIiiII", 58, 0, 1078, 40, 60_000, 60_000, 1, 8, 1, 4, 0, 0, 256, 0) + bytes(1024) + b"\0\x01\0\0"
    yield "runs.bmp", runs, "is 3.6 thousand million pixels in one run of four bytes"
    yield "sides.heic", make.patched(plain["heic"], b"ispe", 8, struct.pack(">II", 65_535, 65_535)), \
        "says 65,535 times 65,535 pixels and holds 48 times 48"
    yield "items.heic", make.patched(plain["heic"], b"iloc", 4, b"\0\0\0\0\x44\0\xff\xff"), "says it holds 65,535 items and ends"
    yield "sides.ppm", b"P6 100000 100000 255\n" + bytes(300), "says 100,000 times 100,000 pixels and holds 100"


def _scans(side: int, count: int) -> bytes:
    """A progressive jpeg (ITU-T T.81, annex G): each scan goes over every block to say that nothing changes, in runs of 32,767 blocks."""
    blocks = ((side + 7) // 8) ** 2
    frame = make.jpeg_segment(0xDB, b"\0" + b"\x01" * 64) + make.jpeg_segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\x01\x11\0")
    run = make.jpeg_segment(0xC4, b"\x10" + b"\x01" + bytes(15) + b"\xe0")  # one code, one bit: a run of 2**14 blocks and 14 more bits
    bits = ("0" + "1" * 14) * (blocks // 32_767 + 1)
    bits += "1" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    scan = make.jpeg_segment(0xDA, b"\x01\x01\0\x01\x3f\0") + body
    return b"\xff\xd8" + frame + run + scan * count + b"\xff\xd9"
