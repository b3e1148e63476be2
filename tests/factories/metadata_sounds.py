"""Where sound and film carry what nobody hears or sees: rows of (file name, field, how to plant a text there, further bytes of it)."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av

from tests.factories import container_bytes as make
from tests.factories.metadata_pictures import Plant, Row, commented, none, xmp

# --- mp3


def _tagged(name: bytes, body: Callable[[bytes], bytes]) -> Plant:
    """An ID3v2.3 tag in the place of the encoder's."""
    return lambda data, text: make.id3(make.id3_frame(name, body(text))) + data[data.index(b"\xff\xfb"):]


def _id3v1(data: bytes, text: bytes) -> bytes:
    return data + b"TAG" + bytes(30) + text.ljust(30, b"\0") + bytes(30) + b"1990" + bytes(30) + b"\xff"


def _ape(data: bytes, text: bytes) -> bytes:
    item = struct.pack("<II", len(text), 0) + b"Artist\0" + text
    head = struct.pack("<IIII8s", 2000, len(item) + 32, 1, 0, b"")
    flags = struct.pack("<IIII8s", 2000, len(item) + 32, 1, 0xA0000000, b"")
    return data + b"APETAGEX" + flags + item + b"APETAGEX" + head


# --- flac, ogg

def _flac_comment(data: bytes, text: bytes) -> bytes:
    old = int.from_bytes(data[43:46], "big")
    return make.flac_with(data[:42] + data[46 + old:], 4, make.comments(b"ARTIST=" + text))


def _flac_block(kind: int, body: Callable[[bytes], bytes]) -> Plant:
    return lambda data, text: make.flac_with(data, kind, body(text))


def _ogg(entry: Callable[[bytes], bytes]) -> Plant:
    return lambda data, text: make.ogg_with_comments(data, entry(text))


# --- wav

def _chunk(name: bytes, body: Callable[[bytes], bytes]) -> Plant:
    return lambda data, text: make.riff_with(data, make.riff_chunk(name, body(text)))


def _broadcast(text: bytes) -> bytes:
    """The chunk of EBU Tech 3285: description, originator, its reference, date, time, samples since midnight, version."""
    return text.ljust(256, b"\0") + text.ljust(32, b"\0") * 2 + b"1990-01-0100:00:00" + bytes(8) + b"\x01\0" + bytes(254)


def _labels(text: bytes) -> bytes:
    return b"adtl" + make.riff_chunk(b"labl", struct.pack("<I", 1) + text + b"\0")


def _behind(data: bytes, text: bytes) -> bytes:
    return data + text


# --- mp4, m4a

_TAGS = make.full_box(b"hdlr", bytes(4) + b"mdirappl" + bytes(9))
_KEYS = make.full_box(b"hdlr", bytes(4) + b"mdta" + bytes(13))


def _list(name: bytes, kind: int, body: Callable[[bytes], bytes]) -> Plant:
    """One entry of the list of tags (`ilst`)."""
    def plant(data: bytes, text: bytes) -> bytes:
        entry = make.box(name, make.full_box(b"data", bytes(4) + body(text), kind))
        meta = make.full_box(b"meta", _TAGS + make.box(b"ilst", entry))
        return make.mp4_changed(data, (b"moov", b"udta"), lambda _: meta)
    return plant


def _freeform(data: bytes, text: bytes) -> bytes:
    entry = make.full_box(b"mean", b"com.example") + make.full_box(b"name", b"note") + make.full_box(b"data", bytes(4) + text, 1)
    meta = make.full_box(b"meta", _TAGS + make.box(b"ilst", make.box(b"----", entry)))
    return make.mp4_changed(data, (b"moov", b"udta"), lambda _: meta)


def _keyed(data: bytes, text: bytes) -> bytes:
    """Tags by key, as telephones write the place of a film."""
    key = b"com.apple.quicktime.location.ISO6709"
    keys = make.full_box(b"keys", struct.pack(">I", 1) + make.box(b"mdta", key))
    entry = struct.pack(">I", 1)
    values = make.box(b"ilst", make.box(entry, make.full_box(b"data", bytes(4) + text, 1)))
    return make.mp4_with(data, (b"moov",), make.box(b"meta", _KEYS + keys + values))


def _boxed(into: tuple[bytes, ...], body: Callable[[bytes], bytes]) -> Plant:
    return lambda data, text: make.mp4_with(data, into, body(text))


def _location(text: bytes) -> bytes:
    """3GPP TS 26.244, 8.10."""
    return make.full_box(b"loci", b"\x15\xc7" + text + b"\0\0" + struct.pack(">iii", 44 << 16, 40 << 16, 0) + b"earth\0\0")


def _handler(data: bytes, text: bytes) -> bytes:
    return make.mp4_changed(data, (b"moov", b"trak", b"mdia", b"hdlr"), lambda body: body[:24] + text + b"\0")


def _compressor(data: bytes, text: bytes) -> bytes:
    at = data.rindex(b"avc1") + 46
    return data[:at] + bytes([len(text)]) + text.ljust(31, b"\0") + data[at + 32:]


def _track(handler: bytes, entry: bytes, sample: Callable[[bytes], bytes], header: bytes) -> Plant:
    """One more track, of one sample that lies in front of the index."""
    def plant(data: bytes, text: bytes) -> bytes:
        held = sample(text)
        index = data.index(b"moov") - 4
        entries = make.full_box(b"stsd", struct.pack(">I", 1) + entry.replace(b"$TEXT", text))
        table = entries + make.full_box(b"stts", struct.pack(">III", 1, 1, 500)) + make.full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
        table += make.full_box(b"stsz", struct.pack(">III", 0, 1, len(held))) + make.full_box(b"stco", struct.pack(">II", 1, index + 8))
        where = make.box(b"dinf", make.full_box(b"dref", struct.pack(">I", 1) + make.full_box(b"url ", b"", 1)))
        media = make.full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, 500, 0x55C4, 0))
        media += make.full_box(b"hdlr", bytes(4) + handler + bytes(13)) + make.box(b"minf", header + where + make.box(b"stbl", table))
        matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
        shape = struct.pack(">IIIII", 0, 0, 9, 0, 500) + bytes(16) + matrix + bytes(8)
        track = make.box(b"trak", make.full_box(b"tkhd", shape, 7) + make.box(b"mdia", media))
        return make.mp4_with(data[:index] + make.box(b"mdat", held) + data[index:], (b"moov",), track)
    return plant


def _entry(name: bytes, body: bytes, lies: int = 0) -> bytes:
    """A sample entry that refers to the first data reference; `lies` bytes are to be counted though they come in later."""
    whole = bytes(6) + b"\0\x01" + body
    return make.box(name, whole, size=len(whole) + 8 + lies)


_SUBTITLE = _entry(b"tx3g", bytes(18) + struct.pack(">HHHBBI", 0, 0, 1, 0, 18, 0xFFFFFFFF) + make.box(b"ftab", b"\0\x01\0\x01\x05Serif"))
_GENERIC = make.box(b"gmhd", make.full_box(b"gmin", bytes(12)))


def _timecode(data: bytes, text: bytes) -> bytes:
    """A track of time-code whose tape has a name (QuickTime `name`)."""
    reel = make.box(b"name", struct.pack(">HH", len(text), 0) + text)
    entry = _entry(b"tmcd", bytes(4) + struct.pack(">IIIBB", 0, 1000, 40, 25, 0) + reel)
    return _track(b"tmcd", entry, lambda _: struct.pack(">I", 90_000), _GENERIC)(data, text)


def _sei(data: bytes, text: bytes) -> bytes:
    """User data in the stream of pictures itself (ITU-T H.264, D.1.7), before the first of them."""
    payload = bytes(range(16)) + text
    unit = b"\x06\x05" + bytes([len(payload)]) + payload + b"\x80"
    first = struct.pack(">I", len(unit)) + unit
    return _remuxed(data, "mp4", lambda stream, number, packet: first + packet if (stream, number) == ("video", 0) else packet)


# --- Matroska, WebM, chapters

def _remuxed(data: bytes, form: str, change: Callable[[str, int, bytes], bytes] = lambda stream, number, packet: packet,
             arrange: Callable[[Any], None] = lambda out: None) -> bytes:
    """The same packets in a file of `form`: each may be changed, the file arranged before."""
    made = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as opened, av.open(made, "w", format=form, options={"fflags": "bitexact"}) as out:
        streams: dict[int, Any] = {stream.index: out.add_stream_from_template(stream) for stream in opened.streams}
        arrange(out)
        counts = dict.fromkeys(streams, 0)
        for packet in opened.demux():
            if packet.size:
                number = packet.stream_index
                out.mux(_changed(packet, change(packet.stream.type, counts[number], bytes(packet)), streams[number]))
                counts[number] += 1
    return made.getvalue()


def _changed(packet: Any, data: bytes, stream: Any) -> Any:
    """A packet for another file: the same where its bytes are (with all that hangs on it), otherwise a new one at its time."""
    out = packet
    if data != bytes(packet):
        out = av.Packet(data)
        out.pts, out.dts, out.duration, out.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
        out.is_keyframe = packet.is_keyframe
    out.stream = stream
    return out


def _with(form: str, arrange: Callable[[Any, bytes], Any]) -> Plant:
    return lambda data, text: _remuxed(data, form, arrange=lambda out: arrange(out, text))


def _tag(key: str) -> Callable[[Any, bytes], Any]:
    return lambda out, text: out.metadata.update({key: text.decode()})


def _chapter(out: Any, text: bytes) -> None:
    out.set_chapters([{"id": 1, "start": 0, "end": 400, "time_base": Fraction(1, 1000), "metadata": {"title": text.decode()}}])


def _track_name(out: Any, text: bytes) -> None:
    out.streams[0].metadata["title"] = text.decode()


def _subtitled(form: str, file: bytes) -> Plant:
    """A track of the subtitles of `file`, in which `$` stands for the text."""
    def plant(data: bytes, text: bytes) -> bytes:
        with av.open(io.BytesIO(file.replace(b"$", text)), "r") as words:
            lines = [packet for packet in words.demux() if packet.size]

            def arrange(out: Any) -> None:
                stream = out.add_stream_from_template(words.streams[0])
                for line in lines:
                    line.stream = stream
                    out.mux(line)
            return _remuxed(data, form, arrange=arrange)
    return plant


def _picture_of(text: bytes) -> bytes:
    return make.flac_picture(commented(text), text)


SOUNDS: list[Row] = [
    ("id3v1.mp3", "ID3v1 artist", _id3v1, none),
    ("title.mp3", "ID3v2 TIT2 in UTF-16", _tagged(b"TIT2", lambda text: b"\x01\xff\xfe" + text.decode().encode("utf-16-le")), none),
    ("comment.mp3", "ID3v2 COMM", _tagged(b"COMM", lambda text: b"\0eng\0" + text), none),
    ("cover.mp3", "ID3v2 APIC", _tagged(b"APIC", lambda text: b"\0image/jpeg\0\x03\0" + commented(text)), none),
    ("private.mp3", "ID3v2 PRIV", _tagged(b"PRIV", lambda text: b"com.example\0" + text), none),
    ("words.mp3", "ID3v2 USLT", _tagged(b"USLT", lambda text: b"\0eng\0" + text), none),
    ("object.mp3", "ID3v2 GEOB", _tagged(b"GEOB", lambda text: b"\0text/plain\0a.txt\0a\0" + text), none),
    ("ape.mp3", "APEv2 Artist", _ape, none),
    ("comment.flac", "Vorbis comment", _flac_comment, none),
    ("cover.flac", "PICTURE", _flac_block(6, _picture_of), none),
    ("application.flac", "APPLICATION", _flac_block(2, lambda text: b"note" + text), none),
    ("padding.flac", "what stood in the PADDING", _flac_block(1, lambda text: text + bytes(64)), none),
    ("comment.ogg", "Vorbis comment", _ogg(lambda text: b"ARTIST=" + text), none),
    ("cover.ogg", "METADATA_BLOCK_PICTURE", _ogg(lambda text: b"METADATA_BLOCK_PICTURE=" + base64.b64encode(_picture_of(text))), none),
    ("info.wav", "LIST INFO IART", _chunk(b"LIST", lambda text: b"INFO" + make.riff_chunk(b"IART", text + b"\0")), none),
    ("broadcast.wav", "bext", _chunk(b"bext", _broadcast), none),
    ("ixml.wav", "iXML", _chunk(b"iXML", lambda text: b"<BWFXML><NOTE>" + text + b"</NOTE></BWFXML>"), none),
    ("axml.wav", "axml", _chunk(b"axml", lambda text: b"<ebuCoreMain><t>" + text + b"</t></ebuCoreMain>"), none),
    ("xmp.wav", "XMP in _PMX", _chunk(b"_PMX", xmp), none),
    ("id3.wav", "an ID3 tag in a chunk", _chunk(b"id3 ", lambda text: make.id3(make.id3_frame(b"TPE1", b"\0" + text))), none),
    ("labels.wav", "a label of a point in LIST adtl", _chunk(b"LIST", _labels), none),
    ("behind.wav", "bytes behind the RIFF", _behind, none),
    ("title.m4a", "ilst title", _list(b"\xa9nam", 1, lambda text: text), none),
    ("comment.m4a", "ilst comment", _list(b"\xa9cmt", 1, lambda text: text), none),
    ("cover.m4a", "ilst cover", _list(b"covr", 13, commented), none),
    ("freeform.m4a", "ilst of somebody's own name", _freeform, none),
]
_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
FILMS: list[Row] = [
    ("author.mp4", "ilst artist", _list(b"\xa9ART", 1, lambda text: text), none),
    ("user-data.mp4", "udta of QuickTime",
     _boxed((b"moov", b"udta"), lambda text: make.box(b"\xa9xyz", struct.pack(">HH", len(text), 0x15C7) + text)), none),
    ("xmp.mp4", "XMP in a uuid box", _boxed((), lambda text: make.box(b"uuid", _XMP_BOX + xmp(text))), none),
    ("location.mp4", "loci", _boxed((b"moov", b"udta"), _location), none),
    ("keys.mp4", "place by key, as telephones write it", _keyed, none),
    ("handler.mp4", "name of a handler", _handler, none),
    ("compressor.mp4", "name of the compressor", _compressor, none),
    ("free.mp4", "what stood in free space", _boxed((), lambda text: make.box(b"free", text)), none),
    ("track-name.mp4", "name of a track in its udta", _boxed((b"moov", b"trak", b"udta"), lambda text: make.box(b"name", text)), none),
    ("user-data-of-stream.mp4", "H.264 SEI user data", _sei, none),
    ("subtitles.mp4", "track of subtitles",
     _track(b"sbtl", _SUBTITLE, lambda text: struct.pack(">H", len(text)) + text, make.full_box(b"nmhd", b"")), none),
    ("timecode.mp4", "name of the tape of a track of time-code", _timecode, none),
    ("data.mp4", "track of data",
     _track(b"meta", _entry(b"mett", b"\0text/plain\0"), lambda text: text, make.full_box(b"nmhd", b"")), none),
    ("chapters.mp4", "chapter", _with("mp4", _chapter), none),
    ("tag.mkv", "tag", _with("matroska", _tag("ARTIST")), none),
    ("title.mkv", "title of the segment", _with("matroska", _tag("title")), none),
    ("attachment.mkv", "attachment", _with("matroska", lambda out, text: out.add_attachment("note.txt", "text/plain", text)), none),
    ("attachment-name.mkv", "name of an attachment",
     _with("matroska", lambda out, text: out.add_attachment(text.decode() + ".txt", "text/plain", b"a note")), none),
    ("chapters.mkv", "chapter", _with("matroska", _chapter), none),
    ("track-name.mkv", "name of a track", _with("matroska", _track_name), none),
    ("subtitles.mkv", "track of subtitles", _subtitled("matroska", b"1\n00:00:00,000 --> 00:00:00,400\n$\n\n"), none),
    ("tag.webm", "tag", _with("webm", _tag("COMMENT")), none),
    ("title.webm", "title of the segment", _with("webm", _tag("title")), none),
    ("chapters.webm", "chapter", _with("webm", _chapter), none),
    ("subtitles.webm", "track of subtitles", _subtitled("webm", b"WEBVTT\n\n00:00.000 --> 00:00.400\n$\n\n"), none),
    ("void.webm", "what stood in empty space", lambda data, text: data + make.ebml(0xEC, text), none),
]
