"""What is made from sound: a copy that browsers play (AAC in MP4), and the peaks of its waveform. Runs in the child only.

Loudness is measured on what is left (ITU-R BS.1770 by ffmpeg's ebur128) and told, not evened out: a voice that breaks is part of what
was told. What may not live here: decoding (hearing).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy

from archive_app.errors import Invalid
from archive_app.storage.cuts import Curtain, Cuts
from archive_app.storage.hearing import RATE, Samples, Sound, listen
from archive_app.storage.signatures import claimed
from archive_app.storage.streams import opened, sound_stream

BIT_RATES = {"mono": 80_000, "stereo": 128_000}
MUXER = {"movflags": "+faststart", "fflags": "+bitexact"}
"""The index before the sound, and no date or version in it."""
MOST_BUCKETS, FINEST = 1_800, RATE // 100
"""Buckets of a waveform, and the samples of the shortest one: 10 ms."""
SILENCE_LUFS = -70.0
"""BS.1770 counts nothing below this."""


def make_sound(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`sound.mp4`: all that can be heard of a file, without the cuts. Raises Invalid where there is no sound."""
    target = folder / "sound.mp4"
    with opened(source, claimed(source).reader) as container, fresh(target) as out:
        sound, meter = _sound_of(container, cuts), Meter()
        out_stream = sound_track(out, sound)
        for packet in encoded(sound, out_stream, meter):
            out.mux_one(packet)
    if not meter.samples:
        raise Invalid("", "holds no sound that can be decoded")
    return [{"file": target.name, "facts": meter.facts()}]


def make_peaks(source: Path, folder: Path, cuts: Cuts) -> list[dict[str, Any]]:
    """`peaks.json`: lowest and highest sample of each bucket, as JSON of BBC audiowaveform (version 2, 8 bits). Raises Invalid."""
    target = folder / "peaks.json"
    with opened(source, claimed(source).reader) as container:
        pieces = list(_buckets(frame.to_ndarray() for frame in _sound_of(container, cuts).frames))
    if not pieces:
        raise Invalid("", "holds no sound that can be decoded")
    finest = numpy.concatenate(pieces, axis=1)
    width = -(-finest.shape[1] // MOST_BUCKETS)
    at = numpy.arange(0, finest.shape[1], width)
    data = numpy.stack([numpy.minimum.reduceat(finest[0], at), numpy.maximum.reduceat(finest[1], at)]).T.reshape(-1).tolist()
    target.write_text(json.dumps({
        "version": 2, "channels": 1, "sample_rate": RATE, "samples_per_pixel": FINEST * width, "bits": 8, "length": len(at),
        "data": data}, separators=(",", ":")))
    return [{"file": target.name, "facts": {"buckets": len(at), "bucket_ms": FINEST * width * 1000 // RATE}}]


def fresh(target: Path) -> Any:
    """A new MP4 that carries nothing over from any other file."""
    return av.open(str(target), "w", format="mp4", options=MUXER)


def sound_track(out: Any, sound: Sound) -> Any:
    """A track of AAC for a sound, in the MP4 that is being written."""
    track = out.add_stream("aac", rate=RATE, layout=sound.layout, options={"aac_coder": "fast"})
    track.bit_rate = BIT_RATES[sound.layout]
    track.codec_context.flags |= int(av.codec.context.Flags.bitexact)  # no name and version of the encoder in the first packet
    return track


def encoded(sound: Sound, track: Any, meter: Meter) -> Iterator[Any]:
    """The packets of a sound, measured on the way."""
    for frame in sound.frames:
        meter.hear(frame)
        frame.pts, frame.time_base = meter.samples - frame.samples, Fraction(1, RATE)
        yield from track.encode(frame)
    if meter.samples:
        yield from track.encode(None)


class Meter:
    """Length and loudness of the frames it hears."""

    def __init__(self) -> None:
        self.samples, self._loudness = 0, SILENCE_LUFS
        self._graph: tuple[Any, Any, Any] | None = None

    def hear(self, frame: Any) -> None:
        if self._graph is None:
            self._graph = _loudness_graph(frame.layout.name)
        self.samples += frame.samples
        _, entry, exit = self._graph
        frame.pts, frame.time_base = self.samples - frame.samples, Fraction(1, RATE)
        entry.push(frame)
        while True:
            try:
                told = exit.pull().metadata.get("lavfi.r128.I")
            except (av.BlockingIOError, av.EOFError):
                return
            self._loudness = float(told) if told is not None else self._loudness

    def facts(self) -> dict[str, Any]:
        loudness = None if not self._loudness > SILENCE_LUFS else round(self._loudness, 1)
        return {"duration_ms": self.samples * 1000 // RATE, "loudness_lufs": loudness}


def _loudness_graph(layout: str) -> tuple[Any, Any, Any]:
    """The graph (it must outlive its ends), where frames go in, where they come out."""
    graph = av.filter.Graph()
    entry = graph.add_abuffer(sample_rate=RATE, format="fltp", layout=layout, time_base=Fraction(1, RATE))
    meter, exit = graph.add("ebur128", "metadata=1:peak=none"), graph.add("abuffersink")
    entry.link_to(meter)
    meter.link_to(exit)
    graph.configure()
    return graph, entry, exit


def _sound_of(container: Any, cuts: Cuts) -> Sound:
    stream = sound_stream(container)
    if stream is None:
        raise Invalid("", "holds no sound")
    return listen(container, stream, Curtain(cuts.sound))


def _buckets(arrays: Iterator[Samples]) -> Iterator[Any]:
    """Lowest and highest of all channels in each 10 ms, as whole numbers of 8 bits: an array of two rows for each array."""
    left = numpy.zeros((2, 0), dtype="float32")
    for array in arrays:
        both = numpy.concatenate([left, numpy.stack([array.min(axis=0), array.max(axis=0)])], axis=1)
        whole = both.shape[1] // FINEST
        shaped = both[:, :whole * FINEST].reshape(2, whole, FINEST)
        if whole:
            yield _bytes(numpy.stack([shaped[0].min(axis=1), shaped[1].max(axis=1)]))
        left = both[:, whole * FINEST:]
    if left.shape[1]:
        yield _bytes(numpy.array([[left[0].min()], [left[1].max()]]))


def _bytes(values: Any) -> Any:
    return numpy.clip(numpy.round(values * 127), -128, 127).astype("int8")
