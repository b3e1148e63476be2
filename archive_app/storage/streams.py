"""Sound and film opened so that nothing but the file itself is read: one named demuxer, an open file instead of an address, known codecs.

Runs in the child only. Moments are microseconds on the file's own line, which begins where its first stream begins: what a player shows
as 0:00. What may not live here: what is done with the frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from archive_app.errors import Invalid

READ_BYTES = 1 << 20
LONGEST_US = 24 * 3600 * 1_000_000
"""A day: what claims to last longer is a broken clock or a bomb."""
JUMP_US = 10 * 1_000_000
"""A clock that goes back by more than this has begun again: a second tape in one file."""
MOST_CHANNELS, MOST_PIXELS, MOST_STREAMS = 32, 4096 * 4096, 64
LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta", "ape"})
SOUND_CODECS = LOSSLESS | frozenset(
    "aac aac_latm ac3 amrnb amrwb adpcm_ima_qt adpcm_ima_wav adpcm_ms dca eac3 gsm gsm_ms mp1 mp1float mp2 mp2float mp3 mp3float "
    "opus libopus qdm2 qdmc vorbis wmalossless wmapro wmav1 wmav2 wmavoice".split())
PICTURE_CODECS = frozenset(
    "av1 libdav1d cinepak dnxhd dvvideo ffv1 flv h261 h263 h264 hevc huffyuv indeo3 jpeg2000 mjpeg mpeg1video mpeg2video mpeg4 msmpeg4 "
    "msmpeg4v1 msmpeg4v2 prores qtrle rawvideo svq1 svq3 theora vc1 vp8 libvpx vp9 libvpx-vp9 wmv1 wmv2 wmv3 v210 utvideo".split())
CODECS = ",".join(sorted(SOUND_CODECS | PICTURE_CODECS | {name for name in av.codec.codecs_available if name.startswith("pcm_")}))
NO_FILM = (av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails | av.stream.Disposition.still_image)


@contextmanager
def opened(source: Path, reader: str) -> Iterator[Any]:
    """An ffmpeg container read by the named demuxer. Raises Invalid where that demuxer cannot read it."""
    options = {"protocol_whitelist": "none", "format_whitelist": reader, "codec_whitelist": CODECS, "max_streams": str(MOST_STREAMS)}
    with source.open("rb") as file:
        try:
            container = av.open(file, format=reader, options=options, metadata_errors="replace", buffer_size=READ_BYTES)
        except (av.FFmpegError, ValueError) as error:
            raise Invalid("", "holds no sound or picture that can be decoded") from error
        with container:
            yield container


def film_stream(container: Any) -> Any | None:
    """The moving picture, or None: a cover, a thumbnail, a still is no film. Raises Invalid."""
    films = [each for each in container.streams.video if not each.disposition & NO_FILM]
    return _known(films, PICTURE_CODECS, "picture")


def sound_stream(container: Any) -> Any | None:
    """The sound that players play: the one marked as default, else the first; None where there is none. Raises Invalid."""
    tracks = sorted(container.streams.audio, key=lambda each: not each.disposition & av.stream.Disposition.default)
    return _known(tracks, SOUND_CODECS, "sound")


def _known(found: list[Any], codecs: frozenset[str], what: str) -> Any | None:
    if not found:
        return None
    context = found[0].codec_context
    if context is None or not (context.name in codecs or (what == "sound" and context.name.startswith("pcm_"))):
        raise Invalid("", f"holds {what} in a form that cannot be decoded here ({context.name if context else 'unknown'})")
    context.thread_count = 1  # the same frames each time, also of a damaged file, and no memory for each thread
    _bounded(context, what)
    return found[0]


def _bounded(context: Any, what: str) -> None:
    if what == "sound" and context.channels > MOST_CHANNELS:
        raise Invalid("", f"has {context.channels} channels of sound; {MOST_CHANNELS} is the most that is taken")
    if what == "picture" and context.width * context.height > MOST_PIXELS:
        raise Invalid("", f"has a picture of {context.width} x {context.height} pixels: too large to be decoded here")


def is_lossless(context: Any) -> bool:
    """Whether a decoder keeps nothing of one packet for the next."""
    return context.name in LOSSLESS or context.name.startswith("pcm_")


def beginning(container: Any) -> int:
    """Where the file's own line begins, in the microseconds of its packets."""
    return container.start_time or 0


def microseconds(value: int, time_base: Any) -> int:
    """A time stamp in whole microseconds."""
    return int(value * time_base.numerator * 1_000_000 // time_base.denominator)


def moment(frame: Any, stream: Any) -> int | None:
    """The time stamp of a frame in microseconds, None where it has none. Frames that a decoder held back have lost their time base."""
    return None if frame.pts is None else microseconds(frame.pts, frame.time_base or stream.time_base)


def packets(container: Any, stream: Any) -> Iterator[tuple[Any, int, int]]:
    """`packets_of` for one stream."""
    return packets_of(container, [stream])


def packets_of(container: Any, streams: list[Any]) -> Iterator[tuple[Any, int, int]]:
    """Each packet of the streams with the microseconds it lasts from and to, in the order they are stored.

    One without a time stamp follows the one before it; where the clock of the file begins again, it goes on instead.
    """
    zero = beginning(container)
    ends, shifts = ({stream.index: 0 for stream in streams} for _ in range(2))
    try:
        for packet in container.demux(streams) if streams else ():
            if not packet.size:
                continue
            stamp, index = packet.pts if packet.pts is not None else packet.dts, packet.stream_index
            start = ends[index] if stamp is None else microseconds(stamp, packet.time_base) - zero + shifts[index]
            if start < ends[index] - JUMP_US:
                shifts[index] += ends[index] - start
                start = ends[index]
            if shifts[index] and packet.pts is not None:
                packet.pts += shifts[index] * packet.time_base.denominator // (packet.time_base.numerator * 1_000_000)
            ends[index] = start + microseconds(packet.duration or 0, packet.time_base)
            yield packet, start, ends[index]
    except av.FFmpegError:
        return  # it breaks off here: what came before can be heard and seen


def frames_of(context: Any, packet: Any | None) -> list[Any]:
    """What a decoder gives for a packet (None: what it still holds back); nothing for a packet that is damaged."""
    try:
        return list(context.decode(packet))
    except av.FFmpegError:
        return []
