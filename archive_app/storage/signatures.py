"""What the first bytes of a file say it is, and the one reader each kind is given to.

A library is never left to guess: what has no row here is refused, so no playlist, drawing program, subtitle or address is ever
followed. What may not live here: decoding (a signature is a claim, `examining` holds the file to it).
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import filetype  # type: ignore[import-untyped]

from archive_app.errors import Invalid

HEAD = 64 * 1024
"""Bytes of the beginning that `signature` wants."""


@dataclass(frozen=True)
class Signature:
    """`family`: media (sound or film), image, document. `reader`: ffmpeg's demuxer, Pillow's format, or pdf.
    `media_type`: of the file; `sound_type`: of the same container where it holds sound only."""

    family: str
    reader: str
    media_type: str
    sound_type: str = ""


def _media(reader: str, media_type: str, sound_type: str = "") -> Signature:
    return Signature("media", reader, media_type, sound_type or media_type)


def _image(reader: str, media_type: str) -> Signature:
    return Signature("image", reader, media_type)


MP4 = _media("mov", "video/mp4", "audio/mp4")
QUICKTIME = _media("mov", "video/quicktime")
MATROSKA = _media("matroska", "video/x-matroska", "audio/x-matroska")
WEBM = _media("matroska", "video/webm", "audio/webm")
WAV, WAVE64 = _media("wav", "audio/wav"), _media("w64", "audio/x-w64")
MP3, AAC, FLAC = _media("mp3", "audio/mpeg"), _media("aac", "audio/aac"), _media("flac", "audio/flac")
AVI, ASF = _media("avi", "video/x-msvideo"), _media("asf", "video/x-ms-wmv", "audio/x-ms-wma")
AIFF, MPEG_TS = _media("aiff", "audio/aiff"), _media("mpegts", "video/mp2t")

BY_MEDIA_TYPE = {
    "video/mp4": MP4, "audio/mp4": MP4, "video/x-m4v": MP4, "video/3gpp": _media("mov", "video/3gpp", "audio/3gpp"),
    "video/quicktime": QUICKTIME, "video/x-matroska": MATROSKA, "video/webm": WEBM, "video/x-msvideo": AVI, "video/x-ms-wmv": ASF,
    "video/mpeg": _media("mpeg", "video/mpeg"), "video/x-flv": _media("flv", "video/x-flv"),
    "audio/x-wav": WAV, "audio/x-flac": FLAC, "audio/x-aiff": AIFF,
    "audio/ogg": _media("ogg", "video/ogg", "audio/ogg"), "audio/amr": _media("amr", "audio/amr"),
    "image/jpeg": _image("JPEG", "image/jpeg"), "image/png": _image("PNG", "image/png"), "image/apng": _image("PNG", "image/png"),
    "image/gif": _image("GIF", "image/gif"), "image/webp": _image("WEBP", "image/webp"), "image/tiff": _image("TIFF", "image/tiff"),
    "image/bmp": _image("BMP", "image/bmp"), "image/heic": _image("HEIF", "image/heic"), "image/avif": _image("AVIF", "image/avif"),
    "application/pdf": Signature("document", "pdf", "application/pdf"),
}
"""What `filetype` calls a thing, and who reads it. audio/mpeg and audio/aac are told apart below, by the frame behind any ID3 tag."""

MARKS = [
    (0, b"RF64", WAV), (0, b"riff\x2e\x91\xcf\x11", WAVE64), (0, b"FORM", AIFF), (0, b"caff", _media("caf", "audio/x-caf")),
    (0, b"fLaC", FLAC), (0, b".snd", _media("au", "audio/basic")), (0, b"wvpk", _media("wv", "audio/x-wavpack")),
    (0, b"\x06\x0e\x2b\x34", _media("mxf", "application/mxf")), (0, b"\x1f\x07\x00", _media("dv", "video/x-dv")),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", _image("JPEG2000", "image/jp2")), (4, b"moov", QUICKTIME), (4, b"mdat", QUICKTIME),
    (4, b"wide", QUICKTIME), (4, b"free", QUICKTIME), (4, b"ftyp", MP4),
]
"""What archives have and `filetype` does not know: (place, mark, who reads it)."""


def signature(head: bytes) -> Signature | None:
    """What the first bytes claim (`HEAD` of them, or the whole of a shorter file); None for what no reader of ours is for."""
    if head.startswith(b"ID3"):
        return _behind_id3(head)
    if (frames := _frames(head)) is not None:
        return frames
    guessed = filetype.guess(head)
    if guessed is not None:
        if guessed.mime == "video/x-matroska" and b"webm" in head[:64]:
            return WEBM
        return BY_MEDIA_TYPE.get(guessed.mime)
    if head[:1] == b"G" and head[188:189] == b"G" and head[376:377] == b"G":
        return MPEG_TS
    return next((found for place, mark, found in MARKS if head[place:place + len(mark)] == mark), None)


def ending(head: bytes) -> str:
    """The end that the name of a file is given by its first bytes (`HEAD` of them, or the whole of a shorter file): what its family's
    programs open, txt for words, bin for everything else."""
    found = signature(head)
    if found is not None:
        return _ENDING_OF.get(found.media_type, "bin")
    return "txt" if head and _is_text(head) else "bin"


def is_called(head: bytes, name: str) -> bool:
    """Whether the first bytes are of the family that the end of the name speaks of; a name that tells nothing may be any."""
    found, said = signature(head), family_of_name(name)
    return said is None or said == (found.family if found is not None else "other")


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)  # the last letter may be cut in two
    except UnicodeDecodeError:
        return False
    return not any(letter < " " and letter not in "\t\r\n\f" for letter in text)


def claimed(source: Path) -> Signature:
    """What the first bytes of a file say it is. Raises Invalid."""
    with source.open("rb") as file:
        found = signature(file.read(HEAD))
    if found is None:
        raise Invalid("", "is of no kind this archive takes: sound, film, picture or PDF")
    return found


def _behind_id3(head: bytes) -> Signature:
    """An ID3v2 tag says nothing about what follows; its size is four bytes of seven bits (id3.org, 3.1)."""
    size = sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
    behind = head[10 + size:]
    return FLAC if behind.startswith(b"fLaC") else _frames(behind) or MP3


def _frames(head: bytes) -> Signature | None:
    """Bare frames of sound: an ADTS header has layer 0 (ISO 13818-7), one of MPEG audio has not (ISO 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0x06 == 0:
        return AAC if head[1] & 0xF0 == 0xF0 else None
    return MP3 if head[1] & 0x18 != 0x08 and head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C else None


_ENDINGS = {
    "media": "mp3 mp2 wav wave w64 rf64 ogg oga ogv opus m4a m4b m4v mp4 aac flac amr aif aiff caf au snd wma wmv asf mov mkv mka "
             "webm avi mpg mpeg vob ts mts m2ts mxf dv 3gp 3g2 flv wv",
    "image": "jpg jpeg jpe jfif png apng gif webp tif tiff bmp heic heif avif jp2 j2k jpx",
    "document": "pdf",
    "other": "txt vtt srt ass ssa sub csv tsv json xml html htm xhtml svg md doc docx odt rtf xls xlsx ods ppt pptx odp epub ps eps "
             "zip rar 7z gz bz2 xz tar iso exe com bat cmd ps1 vbs js mjs sh py php pl jar apk msi dll so swf m3u m3u8 pls asx xspf "
             "cue ffconcat sdp url lnk",
}
_ENDING_OF = {
    "video/mp4": "mp4", "video/3gpp": "3gp", "video/quicktime": "mov", "video/x-matroska": "mkv", "video/webm": "webm",
    "video/x-msvideo": "avi", "video/x-ms-wmv": "wmv", "video/mpeg": "mpg", "video/x-flv": "flv", "video/mp2t": "ts", "video/ogg": "ogg",
    "video/x-dv": "dv", "audio/wav": "wav", "audio/x-w64": "w64", "audio/mpeg": "mp3", "audio/aac": "aac", "audio/flac": "flac",
    "audio/aiff": "aiff", "audio/amr": "amr", "audio/x-caf": "caf", "audio/basic": "au", "audio/x-wavpack": "wv",
    "application/mxf": "mxf", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/tiff": "tif",
    "image/bmp": "bmp", "image/heic": "heic", "image/avif": "avif", "image/jp2": "jp2", "application/pdf": "pdf",
}
_FAMILY_OF_ENDING = {ending: family for family, endings in _ENDINGS.items() for ending in endings.split()}


def family_of_name(name: str) -> str | None:
    """The family a file's ending speaks of: media, image, document, or other for what is none of them; None where it tells nothing."""
    return _FAMILY_OF_ENDING.get(name.rpartition(".")[2].lower()) if "." in name else None
