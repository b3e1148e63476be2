"""Sound and film whose numbers lie: sizes, rates, counts, durations. Rows of (file name, bytes, why).

What lies only about its duration holds half a second of real sound and decodes: the lie itself is the reason to refuse, as an archive would
plan, show and cite what the file says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.factories import container_bytes as make
from tests.factories.plain_files import picture, plain_files
from tests.factories.sounds import wav_header

Row = tuple[str, bytes, str]
HOURS_10000 = 36_000_000
COVER_BYTES = 30 << 20


def wavs() -> Iterator[Row]:
    """Plain sound with wrong numbers."""
    yield "size.wav", wav_header(0xFFFFFF00) + make.noise(56, 21), "says it holds 4 GiB and holds 56 bytes"
    yield "no-rate.wav", wav_header(800, rate=0) + bytes(800), "has 0 samples a second"
    yield "high-rate.wav", wav_header(800, rate=0xFFFFFFFF) + bytes(800), "has 4 thousand million samples a second"
    yield "no-channels.wav", wav_header(800, channels=0) + bytes(800), "has no channel"
    yield "channels.wav", wav_header(800, channels=65535) + bytes(800), "has 65,535 channels"
    yield "no-bits.wav", wav_header(800, bits=0) + bytes(800), "has samples of 0 bits"
    yield "bits.wav", wav_header(800, bits=65535) + bytes(800), "has samples of 65,535 bits"
    yield "codec.wav", wav_header(800, tag=0xBEEF) + bytes(800), "is in a code that nobody knows"
    yield "no-format.wav", make.riff(b"WAVE", make.riff_chunk(b"data", bytes(800))), "does not say what its samples are"
    lie = make.riff_chunk(b"LIST", b"INFO").replace(struct.pack("<I", 4), struct.pack("<I", 0xFFFFFFFE))
    yield "list.wav", make.riff(b"WAVE", lie + plain_files()["wav"][12:]), "has a list of 4 GiB before its sound"
    yield "chunks.wav", make.riff(b"WAVE", b"junk\0\0\0\0" * 50_000), "is 50,000 empty chunks"


def mp4s() -> Iterator[Row]:
    """Films whose boxes lie."""
    plain = plain_files()["mp4"]
    head = plain[:plain.index(b"mdat") - 4]
    index = plain[plain.index(b"moov") - 4:]
    yield "nested.mp4", head + b"\0\0\0\0moov" * 20_000, "has an index in an index, 20,000 times"
    yield "nested-tracks.mp4", head + _nested(b"moov", b"trak", b"mdia", depth=900), "has a track in a track, 900 times"
    yield "loop.mp4", head + struct.pack(">I4sQ", 1, b"moov", 0) + b"\0" * 64, "has an index of no length, so the next box is itself"
    yield "back.mp4", head + struct.pack(">I4sQ", 1, b"moov", 0xFFFFFFFFFFFFFFE0) + b"\0" * 64, "has an index of negative length"
    yield "short-box.mp4", head + struct.pack(">I4s", 4, b"moov") * 100, "has boxes shorter than their own head"
    yield "size.mp4", head + make.box(b"moov", index[8:120], size=0x7FFFFFFF), "has an index of 2 GiB that ends after 100 bytes"
    huge = b"\xff\xff\xff\xff"
    yield "sizes.mp4", make.patched(plain, b"stsz", 12, huge), "lists the sizes of 4 thousand million samples and ends"
    yield "one-size.mp4", make.patched(make.patched(plain, b"stsz", 8, b"\0\0\0\1"), b"stsz", 12, huge), \
        "has 4 thousand million samples of one byte"
    yield "counts.mp4", make.patched(make.patched(make.patched(plain, b"stts", 8, huge), b"stsc", 8, huge), b"stco", 8, huge), \
        "has tables of 4 thousand million rows"
    yield "places.mp4", make.patched(plain, b"stco", 12, huge), "has its samples behind the end of the file"
    yield "elsewhere.mp4", _elsewhere(plain), "has its sound in a file of somebody else"
    yield "entries.mp4", make.patched(plain, b"stsd", 8, b"\0\0\0\0"), "does not say what its samples are"


def durations() -> Iterator[Row]:
    """Half a second that calls itself hundreds or thousands of hours."""
    plain = plain_files()
    long = struct.pack(">II", 1, HOURS_10000)
    film = make.patched(make.patched(plain["mp4"], b"mvhd", 16, long), b"mdhd", 16, long)
    film = make.patched(make.patched(film, b"stts", 16, struct.pack(">I", HOURS_10000 // 20)), b"tkhd", 24, struct.pack(">I", HOURS_10000))
    yield "hours.mp4", make.patched(film, b"elst", 12, struct.pack(">I", HOURS_10000)), "says it lasts 10,000 hours"
    for ending in ("mkv", "webm"):
        at = plain[ending].index(b"\x44\x89\x88")
        hours = struct.pack(">d", HOURS_10000 * 1000.0)
        yield f"hours.{ending}", plain[ending][:at + 3] + hours + plain[ending][at + 11:], "says it lasts 10,000 hours"
    flac = bytearray(plain["flac"])
    flac[21:26] = bytes([flac[21] | 0x0F]) + b"\xff" * 4
    yield "hours.flac", bytes(flac), "says it lasts 397 hours, the most a flac can say"
    pages = make.ogg_pages(plain["ogg"])
    last = pages[-1][:6] + struct.pack("<q", HOURS_10000 * 48_000) + pages[-1][14:]
    yield "hours.ogg", b"".join(pages[:-1]) + make.ogg_signed(last), "says it lasts 10,000 hours"
    yield "hours.mp3", make.patched(plain["mp3"], b"Info", 8, b"\x7f\xff\xff\xff"), "says it lasts 14,000 hours"


def matroskas() -> Iterator[Row]:
    """Films whose elements lie about their size."""
    most = (1 << 56) - 2
    yield "size.mkv", make.matroska()[:-8] + make.ebml(0x1549A966, b"", size=most), "has facts of 72 thousand million million bytes"
    yield "head-size.mkv", make.ebml(0x1A45DFA3, make.ebml(0x4282, b"matroska", size=most)), \
        "has a name of its type of 72 thousand million million bytes"
    labels = make.ebml(0x7373, make.ebml(0x67C8, b"", size=-1) * 5_000, size=-1)
    yield "nested.mkv", make.matroska(make.ebml(0x1254C367, labels, size=-1)), \
        "has a label in a label, 5,000 times, none of which ends"
    private = make.ebml(0x63A2, b"\x01", size=1 << 40)
    facts = make.ebml_number(0xD7, 1) + make.ebml_number(0x73C5, 1) + make.ebml_number(0x83, 2)
    track = make.ebml(0xAE, facts + make.ebml(0x86, b"A_VORBIS") + private)
    yield "private.webm", make.matroska(make.ebml(0x1654AE6B, track), document=b"webm"), "has a head of its sound of a tebibyte"
    yield "tracks.mkv", make.matroska(make.ebml(0x1654AE6B, b"".join(
        make.ebml(0xAE, make.ebml_number(0xD7, number) + make.ebml_number(0x83, 2) + make.ebml(0x86, b"A_PCM/INT/LIT"))
        for number in range(1, 3000)
    ))), "has 2,999 tracks of nothing"
    yield "picture.mkv", _huge_h264(), "has one frame of 100,000 times 100,000 pixels"
    yield "picture.webm", _huge_vp8(), "has one frame of 16,383 times 16,383 pixels in 300 bytes"


def tagged() -> Iterator[Row]:
    """Tags without sound, frames without sense."""
    plain = plain_files()
    flac = plain["flac"]
    frame = flac.index(b"\xff\xf8", 42)
    yield "one-frame.flac", flac[:frame] + b"\xff\xf8\x00\x00" + bytes(byte ^ 0x5A for byte in flac[frame + 4:frame + 2000]), \
        "has one frame, and that is corrupt"
    cover = picture("jpg")
    yield "cover.mp3", _cover(cover), "is a picture in a tag, with no sound behind it"
    padding = make.jpeg_segment(0xEF, bytes(65_500)) * (COVER_BYTES // 65_500)
    yield "large-cover.mp3", _cover(make.jpeg_with(cover, padding)), "is a picture of 30 MB in a tag, with no sound behind it"
    yield "tag.mp3", make.id3(make.id3_frame(b"TIT2", b"\0a talk")) + b"TAG" + bytes(125), "is tags, with no sound between them"
    yield "tag-size.mp3", b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bytes(100), "is a tag of 256 MiB that ends after 100 bytes"
    yield "cover.flac", make.flac_with(flac[:42].replace(b"fLaC\0", b"fLaC\x80"), 6, make.flac_picture(cover)), \
        "is a picture in a tag, with no sound behind it"
    yield "cover.m4a", _cover_only(cover), "is a picture in a tag, with no sound behind it"
    yield "block-size.flac", flac[:42] + b"\x84\xff\xff\xff" + bytes(100), "has comments of 16 MiB that end after 100 bytes"
    heads = make.ogg_pages(plain["ogg"])[:2]
    yield "comments.ogg", heads[0] + make.ogg_page(b"\x03vorbis" + b"\xff" * 8, b"\x0f", flags=0, granule=0, serial=0, number=1), \
        "has comments of 4 GiB that end after 8 bytes"


def _cover(jpeg: bytes) -> bytes:
    return make.id3(make.id3_frame(b"APIC", b"\0image/jpeg\0\x03\0" + jpeg))


def _cover_only(jpeg: bytes) -> bytes:
    tags = make.box(b"ilst", make.box(b"covr", make.full_box(b"data", bytes(4) + jpeg, 13)))
    handler = make.full_box(b"hdlr", bytes(4) + b"mdirappl" + bytes(9))
    plain = plain_files()["m4a"]
    head = dict(make.boxes(plain))
    time = make.box(b"mvhd", dict(make.boxes(head[b"moov"]))[b"mvhd"])
    return make.box(b"ftyp", head[b"ftyp"]) + make.box(b"moov", time + make.box(b"udta", make.full_box(b"meta", handler + tags)))


def _nested(*names: bytes, depth: int) -> bytes:
    data = b""
    for number in reversed(range(depth)):
        data = make.box(names[number % len(names)] if number else names[0], data)
    return data


def _elsewhere(plain: bytes) -> bytes:
    """The media lie where a data reference says: beside the file, by name (ISO/IEC 14496-12, `url `)."""
    at = plain.index(b"dref") - 4
    size = struct.unpack_from(">I", plain, at)[0]
    there = make.full_box(b"url ", b"neighbour.wav\0")
    names = b"\x0dneighbour.wav".ljust(64, b"\0") + bytes(30) + b"\0\x02\0\x0b/etc/passwd\0"
    alias = make.full_box(b"alis", struct.pack(">IHH", 0, 150, 2) + bytes(42) + names)
    new = make.full_box(b"dref", struct.pack(">I", 2) + there + alias)
    grown = len(new) - size
    out = plain[:at] + new + plain[at + size:]
    for name in (b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        where = out.rindex(name, 0, at) - 4
        out = out[:where] + struct.pack(">I", struct.unpack_from(">I", out, where)[0] + grown) + out[where + 4:]
    return out


def _huge_h264() -> bytes:
    """A film of one frame whose parameters (ITU-T H.264, 7.3.2.1) say 6,250 macroblocks a side."""
    sps = b"\x67\x42\x00\x3e" + _bits("1", _ue(0), _ue(2), _ue(1), "0", _ue(6249), _ue(6249), "1", "1", "0", "0", "1")
    pps = b"\x68" + _bits("1", "1", "0", "0", "1", "1", "1", "0", "00", "1", "1", "1", "1", "0", "0", "1")
    private = b"\x01\x42\x00\x3e\xff\xe1" + struct.pack(">H", len(sps)) + sps + b"\x01" + struct.pack(">H", len(pps)) + pps
    frame = b"\x65\x88\x84\x00\x10" + bytes(range(1, 60))
    return _one_frame(b"V_MPEG4/ISO/AVC", 100_000, struct.pack(">I", len(frame)) + frame, make.ebml(0x63A2, private))


def _huge_vp8() -> bytes:
    """A key frame whose head (RFC 6386, 9.1) says the most that it can."""
    plain = plain_files()["webm"]
    start = plain.index(b"\x9d\x01\x2a")
    return _one_frame(b"V_VP8", 16_383, plain[start - 3:start + 3] + struct.pack("<HH", 16_383, 16_383) + plain[start + 7:start + 300])


def _one_frame(codec: bytes, side: int, frame: bytes, private: bytes = b"") -> bytes:
    sides = make.ebml(0xE0, make.ebml_number(0xB0, side) + make.ebml_number(0xBA, side))
    track = make.ebml_number(0xD7, 1) + make.ebml_number(0x73C5, 1) + make.ebml_number(0x83, 1) + make.ebml(0x86, codec) + private + sides
    cluster = make.ebml_number(0xE7, 0) + make.ebml(0xA3, b"\x81\0\0\x80" + frame)
    return make.matroska(make.ebml(0x1549A966, make.ebml_number(0x2AD7B1, 1_000_000)), make.ebml(0x1654AE6B, make.ebml(0xAE, track)),
                         make.ebml(0x1F43B675, cluster), document=b"webm" if codec == b"V_VP8" else b"matroska")


def _ue(number: int) -> str:
    """Exp-Golomb, as bits."""
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def _bits(*parts: str) -> bytes:
    bits = "".join(parts)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
