"""What the tests of this room share: small recordings that `tests.factories` has no use for, copies made here instead of in a child, and
what is looked at in them."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import av
import numpy

from archive_app.storage.cuts import Cuts, Span
from tests.factories.sounds import recording

RATE = 48_000
INAUDIBLE = 3
"""Of 32,768: -80 dBFS."""
SOUNDS = ("wav", "flac", "mp3", "m4a", "ogg")
FILMS = ("mp4", "webm")


@cache
def made_once(ending: str, tones: tuple[tuple[int, int, int], ...], duration_ms: int = 0) -> Path:
    """A recording of `tests.factories.sounds`, made once a process: encoding takes longer than most tests."""
    folder = Path(mkdtemp(prefix="recordings-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return recording(folder / f"talk.{ending}", tones, duration_ms=duration_ms)


def copied(recipe: Callable[[Path, Path, Cuts], list[dict[str, Any]]], source: Path, folder: Path, sound: Iterable[Span] = (),
           picture: Iterable[Span] = ()) -> tuple[Path, dict[str, Any]]:
    """The one file that a recipe makes, and its facts; in a folder of its own below `folder`."""
    own = folder / f"copy-{len(list(folder.glob('copy-*')))}"
    own.mkdir()
    [made] = recipe(source, own, Cuts.of(sound, picture))
    return own / made["file"], made["facts"]


def between(samples: Any, start_ms: int, end_ms: int) -> Any:
    """The samples of a stretch, of a copy or of another sound of 48 kHz."""
    return samples[start_ms * RATE // 1000:end_ms * RATE // 1000]


def loudest(samples: Any, start_ms: int, end_ms: int) -> int:
    """The largest of the samples (int16) of a stretch."""
    return int(numpy.abs(between(samples, start_ms, end_ms).astype(int)).max())


def onset_ms(samples: Any, level: int = 2_000) -> int:
    """When it is first heard."""
    return int(numpy.argmax(numpy.abs(samples.astype(int)) > level)) * 1000 // RATE


def tone(seconds: float, rate: int = RATE, hertz: int = 440, level: float = 0.4) -> Any:
    """A tone as float32."""
    return (level * numpy.sin(2 * numpy.pi * hertz * numpy.arange(round(seconds * rate)) / rate)).astype("float32")


def sound_file(path: Path, channels: Sequence[Any], codec: str = "pcm_s16le", rate: int = RATE, options: dict[str, str] | None = None) -> Path:
    """A file of these channels."""
    packed = numpy.stack(channels)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout, options=options or {})
        for at in range(0, packed.shape[1], 4096):
            frame = av.AudioFrame.from_ndarray(numpy.ascontiguousarray(packed[:, at:at + 4096]), format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound_spliced(one: Path, other: Path, target: Path, start_ms: int, end_ms: int) -> Path:
    """The packets of `one`, those of `other` where they lie in the span; for codecs of which `spliced` knows nothing."""
    with av.open(str(one)) as a, av.open(str(other)) as b, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(a.streams[0])
        for packet, instead in zip(a.demux(), b.demux(), strict=True):
            if packet.size:
                start, end = (float(at * packet.time_base) * 1000 for at in (packet.pts, packet.pts + packet.duration))
                chosen = instead if start_ms <= start and end <= end_ms else packet
                chosen.stream = stream
                out.mux(chosen)
    return target


def repeated(source: Path, target: Path, seconds: int) -> Path:
    """The packets of a sound, again and again."""
    with av.open(str(source)) as opened, av.open(str(target), "w") as out:
        stream, at = out.add_stream_from_template(opened.streams[0]), 0
        packets_once = [(bytes(packet), packet.duration) for packet in opened.demux(audio=0) if packet.size]
        time_base = opened.streams[0].time_base
        while at * time_base < seconds:
            for data, duration in packets_once:
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.duration, packet.time_base, packet.stream = at, at, duration, time_base, stream
                out.mux(packet)
                at += duration
    return target


def film_file(path: Path, pictures: Iterable[Any], rate: int = 20, codec: str = "libx264", options: dict[str, str] | None = None,
              aspect: Fraction | None = None, start: int = 0) -> Path:
    """A silent film of RGB pictures (height x width x 3). `start`: the number of the first frame."""
    with av.open(str(path), "w") as out:
        stream = None
        for number, pixels in enumerate(pictures, start):
            if stream is None:
                stream = out.add_stream(codec, rate=rate, options={"preset": "ultrafast", "qp": "20"} if options is None else options)
                stream.height, stream.width, stream.pix_fmt = *pixels.shape[:2], "yuv420p"
                if aspect:
                    stream.codec_context.sample_aspect_ratio = aspect
            frame = av.VideoFrame.from_ndarray(pixels.astype("uint8"), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(stream.encode(frame))
        assert stream is not None
        out.mux(stream.encode(None))
    return path


def without_packets(source: Path, target: Path, dropped: Callable[[float], bool]) -> Path:
    """The same recording without the packets of some seconds: the times of the others stay."""
    with av.open(str(source)) as opened, av.open(str(target), "w") as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in opened.streams}
        for packet in opened.demux():
            if packet.size and not dropped(float(packet.pts * packet.time_base)):
                packet.stream = streams[packet.stream_index]
                out.mux(packet)
    return target


def left_and_right(width: int, height: int, left: int, right: int) -> Any:
    """A picture whose left half has one grey and its right half another."""
    pixels = numpy.full((height, width, 3), right)
    pixels[:, :width // 2] = left
    return pixels


def turned(path: Path) -> Path:
    """The same MP4, to be shown turned by 90 degrees clockwise (the matrix of `tkhd`, ISO/IEC 14496-12)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 20 + 16
    data[at:at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30))
    path.write_bytes(data)
    return path


def packets(path: Path, kind: str) -> list[Any]:
    """The packets of the first stream of a kind: (seconds, whether it is a key frame)."""
    with av.open(str(path)) as opened:
        stream = getattr(opened.streams, kind)[0]
        return [(float(each.pts * each.time_base), each.is_keyframe) for each in opened.demux(stream) if each.size]


