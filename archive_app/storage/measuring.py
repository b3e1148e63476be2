"""Sound and film measured: read from end to end, one frame of each stream decoded, the length held against what the file says.

Runs in the child only. What may not live here: copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive_app.errors import Invalid
from archive_app.storage.signatures import Signature
from archive_app.storage.streams import LONGEST_US, film_stream, frames_of, opened, packets_of, sound_stream

SLACK_US = 2_000_000
SLACK_BYTES = 1 << 16
GUESSING = frozenset({"aac", "mpegts", "mpeg", "amr", "dv", "flv"})
"""Readers that guess how long a file is: their guess is held against nobody."""
FIRST_FRAME = 2_048
"""Bytes in which the first frame of an MP3 lies, with what it says of the others."""
MOST_FAILED = 500
"""Packets of a stream that may fail before the first frame: a broadcast begins anywhere."""


def examine_media(source: Path, claim: Signature) -> dict[str, Any]:
    """Kind, length, codecs, channels, rate, pixels. Raises Invalid for what cannot be decoded or is not as long as it says."""
    with opened(source, claim.reader) as container:
        film, sound = film_stream(container), sound_stream(container)
        tracks = [Track(stream) for stream in (film, sound) if stream is not None]
        _read_through(container, tracks)
        if not tracks or not all(track.decodes for track in tracks):
            raise Invalid("", "holds no sound or picture that can be decoded")
        length = _length(source, claim, container.duration, max(track.end for track in tracks))
        kind, media_type = ("video", claim.media_type) if film is not None else ("audio", claim.sound_type)
        return {"kind": kind, "duration_ms": round(length / 1000), "media_type": media_type, **_of_film(film), **_of_sound(sound)}


@dataclass
class Track:
    """What is learnt of one stream while the file is read through. `end`: microseconds."""

    stream: Any
    end: int = 0
    decodes: bool = False
    failed: int = 0


def _read_through(container: Any, tracks: list[Track]) -> None:
    """Every packet is read, the first frame of each stream decoded."""
    by_index = {track.stream.index: track for track in tracks}
    for packet, _, end in packets_of(container, [track.stream for track in tracks]):
        track = by_index[packet.stream_index]
        track.end = max(track.end, end)
        if not track.decodes and track.failed < MOST_FAILED:
            track.decodes = bool(frames_of(track.stream.codec_context, packet))
            track.failed += not track.decodes
    for track in tracks:
        track.decodes = track.decodes or (track.failed < MOST_FAILED and bool(frames_of(track.stream.codec_context, None)))


def _length(source: Path, claim: Signature, said: int | None, found: int) -> int:
    """How long it lasts, in microseconds. Raises Invalid where it says it is much longer than what is there, or lasts no time or days."""
    if found <= 0:
        raise Invalid("", "holds no sound or picture that can be decoded")
    if _breaks_off(source, claim):
        raise Invalid("", f"breaks off at {_clock(found)}: it says it is longer")
    trusted = said if said and said > 0 and not _guesses(source, claim) else found
    if max(trusted, found) > LONGEST_US:
        raise Invalid("", "says it lasts more than a day")
    if trusted > found + SLACK_US + found // 50:
        raise Invalid("", f"says it lasts {_clock(trusted)} and breaks off at {_clock(found)}")
    return trusted if abs(trusted - found) <= SLACK_US + found // 50 else found


def _breaks_off(source: Path, claim: Signature) -> bool:
    """Whether a wave file is shorter than its first eight bytes say (RIFF; writers that cannot know the size say nothing or the most)."""
    if claim.reader != "wav":
        return False
    with source.open("rb") as file:
        head = file.read(8)
    said = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and said not in (0, 0xFFFFFFFF) and said + 8 > source.stat().st_size + SLACK_BYTES


def _guesses(source: Path, claim: Signature) -> bool:
    """Whether the length is a guess from size and bit rate: of MP3 without a first frame that counts the others."""
    if claim.reader != "mp3":
        return claim.reader in GUESSING
    with source.open("rb") as file:
        head = file.read(10)
        behind = sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False)) + 10
        file.seek(behind if head.startswith(b"ID3") else 0)
        first = file.read(FIRST_FRAME)
    return not any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))


def _clock(time: int) -> str:
    seconds = time // 1_000_000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _of_film(stream: Any) -> dict[str, Any]:
    if stream is None:
        return {}
    context, rate = stream.codec_context, stream.average_rate
    return {"picture_codec": context.codec.canonical_name, "width": context.width, "height": context.height,
            "frames_per_second": round(float(rate), 3) if rate else None}


def _of_sound(stream: Any) -> dict[str, Any]:
    if stream is None:
        return {}
    context = stream.codec_context
    return {"sound_codec": context.codec.canonical_name, "channels": context.channels, "rate_hz": context.sample_rate}
