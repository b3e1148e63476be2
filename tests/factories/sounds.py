"""Small recordings made at test time: tones in seven containers, two that differ only inside a span, and large plain ones.

A tone sounds from its first to its last millisecond, silence elsewhere; in moving pictures the shade of the frame follows the tone, so that
a frame of a span can be told by looking. The same arguments give the same bytes. What may not live here: damaged or marked files
(`hostile_files`, `metadata_files`).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy

Tone = tuple[int, int, int]
"""First millisecond, last millisecond (not itself part), hertz; a negative number is noise, drawn from that seed."""
RATE, FRAMES_A_SECOND, FRAMES_A_GROUP = 48_000, 20, 5
SIZE = (64, 48)
REACH_MS = 60
"""So far beyond its own time a packet of a lossy codec may be heard: overlapping windows, filters, and the encoder's delay."""
LOSSLESS = ("pcm_s16le", "flac")
_PLAIN = {"fflags": "bitexact"}  # no dates, no versions, no random numbers of streams
_SHORT_PAGES = {"page_duration": "100000"}  # microseconds; times in an Ogg of one page cannot be told from its end alone


@dataclass(frozen=True)
class Container:
    """How one container is made: its codecs, what they are told, and the channels its sound has."""

    sound: str
    options: dict[str, str] = field(default_factory=dict)
    channels: int = 1
    picture: str = ""
    picture_options: dict[str, str] = field(default_factory=dict)


# Neither encoder may let one packet depend on a far one: no reservoir, no noise that is drawn by a running generator, no far references.
_AAC = {"aac_pns": "0", "b": "96000"}
_VORBIS = {"strict": "experimental", "b": "96000"}
_H264 = {"preset": "ultrafast", "qp": "24", "bf": "0", "sc_threshold": "0", "x264-params": "open-gop=0:threads=1"}
_VP8 = {"auto-alt-ref": "0", "lag-in-frames": "0", "deadline": "realtime", "cpu-used": "-8", "b": "200000"}
CONTAINERS = {
    "wav": Container("pcm_s16le"),
    "flac": Container("flac"),
    "mp3": Container("libmp3lame", {"reservoir": "0", "b": "128000"}),
    "m4a": Container("aac", _AAC),
    "ogg": Container("vorbis", _VORBIS, channels=2),
    "mp4": Container("aac", _AAC, picture="libx264", picture_options=_H264),
    "webm": Container("vorbis", _VORBIS, channels=2, picture="libvpx", picture_options=_VP8),
}


FAR_REACHING = {
    "m4a": Container("aac", {"aac_pns": "1", "b": "32000"}),
    "webm": Container("libopus", {"b": "48000"}, picture="libvpx", picture_options=_VP8),
}
"""As telephones and browsers record: a decoder that has passed other packets gives other samples, for AAC's drawn noise to the end of the
recording, for Opus for some tenths of a second. Decode on after a cut with the same decoder, and what was cut is heard in what was not."""


def recording(path: Path, tones: Sequence[Tone], *, duration_ms: int = 0, size: tuple[int, int] = SIZE, far_reaching: bool = False) -> Path:
    """A valid recording at `path`, of the container its ending names, as long as its last tone or `duration_ms`, whichever is longer.

    Raises KeyError for an ending that is not in `CONTAINERS` (or, where asked for, `FAR_REACHING`).
    """
    kind = (FAR_REACHING if far_reaching else CONTAINERS)[path.suffix[1:]]
    length = max([duration_ms, *(end for _, end, _ in tones)])
    fresh = path.with_name(f"fresh-{path.name}")
    with _new(fresh) as out:
        sound = out.add_stream(kind.sound, rate=RATE, options=kind.options, layout="mono" if kind.channels == 1 else "stereo")
        streams: list[tuple[Any, Iterable[Any]]] = [(sound, _sound_frames(_samples(tones, length), kind.channels))]
        if kind.picture:
            picture = out.add_stream(kind.picture, rate=FRAMES_A_SECOND, options=kind.picture_options)
            picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
            picture.codec_context.gop_size = FRAMES_A_GROUP
            streams.append((picture, _picture_frames(tones, length, size)))
        for stream, _ in streams:
            stream.codec_context.flags |= int(av.codec.context.Flags.bitexact)
        _mux(out, [packet for stream, frames in streams for frame in (*frames, None) for packet in stream.encode(frame)])
    with av.open(str(fresh)) as opened:  # written twice, so that splicing a recording with itself changes no byte
        _write(path, [(stream, _packets(fresh, stream.index)) for stream in opened.streams])
    fresh.unlink()
    return path


def spliced(a: Path, b: Path, start_ms: int, end_ms: int, path: Path | None = None) -> Path:
    """A recording with the encoded packets of `a` outside the span and those of `b` inside, under the same times.

    Decoded, it differs from `a` only from `start_ms` to `end_ms` (not so where `FAR_REACHING`: there a decoder begun behind the span is
    needed). Replaced are the packets that lie in the span with all that they reach: in lossy sound all but `REACH_MS` at both ends, in
    pictures whole groups of frames. `a` and `b` are made by `recording` with equal arguments but for tones. Lies at `path`, or beside `a`.
    Raises ValueError where their packets do not match, or none lies in the span.
    """
    path = path or a.with_name(f"{a.stem}-spliced{a.suffix}")
    with av.open(str(a)) as first, av.open(str(b)) as second:
        for one, other in zip(first.streams, second.streams, strict=True):
            if one.codec_context.extradata != other.codec_context.extradata and one.codec_context.name != "flac":
                raise ValueError("the two are not encoded alike")
        _write(path, [(one, _replaced(_packets(a, one.index), _packets(b, one.index), start_ms, end_ms)) for one in first.streams])
    if path.suffix == ".flac":
        _sign(path)
    return path


def large_wav(path: Path, size: int) -> Path:
    """A valid wav of exactly `size` bytes (at least 46, even, under 4 GiB), mono, a tone of 440 Hz. Takes as long as the disk does."""
    if not 46 <= size < 1 << 32 or size % 2:
        raise ValueError("a wav of 16 bits has an even number of bytes, from 46 to 4 GiB")
    second = _samples([(0, 1000, 440)], 1000).tobytes()
    block = second * 32
    with path.open("wb") as file:
        file.write(wav_header(size - 44))
        for _ in range((size - 44) // len(block)):
            file.write(block)
        file.write(block[:(size - 44) % len(block)])
    return path


def wav_header(data_bytes: int, *, rate: int = RATE, channels: int = 1, bits: int = 16, tag: int = 1) -> bytes:
    """The 44 bytes before the samples of a plain wav; every number is believed, also a wrong one."""
    align = channels * bits // 8
    shape = struct.pack("<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    return (b"RIFF" + struct.pack("<I", data_bytes + 36 & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + shape
            + b"data" + struct.pack("<I", data_bytes))


def heard(path: Path) -> Any:
    """The sound of a recording as a player gives it: int16 samples of its first channel, one after the other."""
    with av.open(str(path)) as opened:
        to_plain = av.AudioResampler(format="s16p", layout=opened.streams.audio[0].layout, rate=opened.streams.audio[0].rate)
        return numpy.concatenate([out.to_ndarray()[0] for frame in opened.decode(audio=0) for out in to_plain.resample(frame)])


def seen(path: Path) -> list[tuple[int, Any]]:
    """The pictures of a recording: (milliseconds, grey pixels) each."""
    with av.open(str(path)) as opened:
        return [(round(frame.time * 1000), frame.to_ndarray(format="gray")) for frame in opened.decode(video=0)]


def shade(hertz: int) -> int:
    """How light (16-235) a frame is while a tone sounds; silence is 16. Tones 50 Hz apart or more, up to 2,000 Hz, differ by 5 or more."""
    return 16 + min(219, abs(hertz) // 10)


def _samples(tones: Sequence[Tone], length_ms: int) -> Any:
    samples = numpy.zeros(length_ms * RATE // 1000, dtype="<i2")
    for start, end, hertz in tones:
        at, after = start * RATE // 1000, end * RATE // 1000
        wave = numpy.sin(2 * numpy.pi * hertz * numpy.arange(after - at) / RATE)
        if hertz < 0:
            wave = numpy.random.default_rng(-hertz).uniform(-0.5, 0.5, after - at)
        samples[at:after] = numpy.round(12_000 * wave)
    return samples


def _sound_frames(samples: Any, channels: int) -> Iterator[Any]:
    """Frames of at most a tenth of a second; encoders cut them to their own size."""
    for at in range(0, len(samples), RATE // 10):
        piece = numpy.repeat(samples[at:at + RATE // 10], channels).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono" if channels == 1 else "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        yield frame


def _picture_frames(tones: Sequence[Tone], length_ms: int, size: tuple[int, int]) -> Iterator[Any]:
    step = 1000 // FRAMES_A_SECOND
    for number in range(max(1, length_ms // step)):
        middle = number * step + step // 2
        light = next((shade(hertz) for start, end, hertz in tones if start <= middle < end), 16)
        planes = numpy.full((size[1] * 3 // 2, size[0]), 128, dtype="uint8")
        planes[:size[1]] = light
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_A_SECOND)
        yield frame


def _packets(path: Path, index: int) -> list[Any]:
    with av.open(str(path)) as opened:
        return [packet for packet in opened.demux(opened.streams[index]) if packet.size]


def _replaced(a: list[Any], b: list[Any], start_ms: int, end_ms: int) -> list[Any]:
    """`a` with the units of `b` that lie in the span: groups of frames that begin with a key frame, packets of sound, samples of a wav."""
    if [packet.pts for packet in a] != [packet.pts for packet in b]:
        raise ValueError("the packets of the two do not lie at the same times")
    codec = a[0].stream.codec_context
    reach = 0 if codec.type == "video" or codec.name in LOSSLESS else REACH_MS
    if codec.name == "pcm_s16le":
        return [_mixed(one, other, start_ms, end_ms) for one, other in zip(a, b, strict=True)]
    starts = [at for at, packet in enumerate(a) if packet.is_keyframe] + [len(a)]
    out, replaced = list(a), 0
    for at, after in zip(starts, starts[1:], strict=False):
        ends = a[after].pts if after < len(a) else a[-1].pts + a[-1].duration
        if a[at].pts * a[at].time_base * 1000 >= start_ms + reach and ends * a[at].time_base * 1000 <= end_ms - reach:
            out[at:after], replaced = b[at:after], replaced + 1
    if not replaced:
        raise ValueError("the span is too short to hold a packet")
    return out


def _mixed(one: Any, other: Any, start_ms: int, end_ms: int) -> Any:
    """A packet of plain samples: those of `other` in the span, those of `one` around it."""
    align = one.stream.codec_context.channels * 2
    count = one.size // align
    at, after = (min(max(0, (ms * RATE // 1000 - one.pts)), count) * align for ms in (start_ms, end_ms))
    mixed = av.Packet(bytes(one)[:at] + bytes(other)[at:after] + bytes(one)[after:])
    mixed.pts, mixed.dts, mixed.duration, mixed.time_base = one.pts, one.dts, one.duration, one.time_base
    return mixed


def _write(path: Path, streams: list[tuple[Any, list[Any]]]) -> None:
    """Encoded packets, with the stream each list of them is like, as a file."""
    with _new(path) as out:
        for template, packets in streams:
            target = out.add_stream_from_template(template)
            for packet in packets:
                packet.stream = target
        _mux(out, [packet for _, packets in streams for packet in packets])


def _new(path: Path) -> Any:
    return av.open(str(path), "w", options=_PLAIN | (_SHORT_PAGES if path.suffix == ".ogg" else {}))


def _mux(out: Any, packets: list[Any]) -> None:
    for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
        out.mux(packet)


def _sign(path: Path) -> None:
    """Writes the sizes and the MD5 of the samples that RFC 9639 section 8.2 wants into the first block of a flac."""
    sizes = [packet.size for packet in _packets(path, 0)]
    data = bytearray(path.read_bytes())
    data[12:18] = min(sizes).to_bytes(3, "big") + max(sizes).to_bytes(3, "big")
    data[26:42] = hashlib.md5(heard(path).astype("<i2").tobytes(), usedforsecurity=False).digest()
    path.write_bytes(data)
