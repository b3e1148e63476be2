"""The sound of a file as one unbroken line of samples, silent where it is cut: what copies, peaks and loudness are made from.

In this order: decode (lossy packets that touch a cut never reach the decoder, and it begins anew behind it), place by time stamps (gaps
become silence), silence the cuts, bring to 48 kHz in one or two channels. All that follows knows nothing of what was there.

What may not live here: encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy

from archive_app.errors import Invalid
from archive_app.storage.cuts import Curtain
from archive_app.storage.streams import LONGEST_US, beginning, frames_of, is_lossless, moment, packets

RATE = 48_000
BLOCK = 1 << 15
"""Samples that are handled at once, so that nothing depends on how a file was cut into packets."""
DRIFT_US = 40_000
"""Time stamps are rounded (to a millisecond in Matroska): samples follow each other until they are this far off."""
UNTOLD_US = 1_000_000
"""A packet that does not say how long it lasts may last as long as this."""
SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "s64": 9223372036854775808.0, "flt": 1.0, "dbl": 1.0}
Samples = Any
"""float32, one row a channel."""


@dataclass(frozen=True)
class Sound:
    """`frames`: 48 kHz, planar float; `layout`: mono or stereo."""

    layout: str
    frames: Iterator[Any]


def listen(container: Any, stream: Any, curtain: Curtain) -> Sound:
    """The sound of a stream with the cuts silent. Raises Invalid where it has no rate or no channel."""
    context = stream.codec_context
    if not context.sample_rate or not context.channels:
        raise Invalid("", "holds sound without a rate or a channel")
    placed = _placed_channels(context)
    layout = "mono" if placed in ("mono", "") else "stereo"
    return Sound(layout, _at_one_rate(_blocks(_Line(container, stream, curtain).pieces()), context.sample_rate, placed, layout))


class _Line:
    """One stream laid out in time. `at` counts the samples given so far, at the rate of the file."""

    def __init__(self, container: Any, stream: Any, curtain: Curtain) -> None:
        self.container, self.stream, self.curtain = container, stream, curtain
        self.context, self.zero = stream.codec_context, beginning(container)
        self.rate, self.channels, self.layout = self.context.sample_rate, self.context.channels, self.context.layout.name
        self.at, self.passed, self.hidden_until = 0, 0, 0

    def pieces(self) -> Iterator[Samples]:
        for frame in self._frames():
            stamp, like = moment(frame, self.stream), self._like_the_first(frame)
            if like is not None:
                yield from self._placed(_floats(like), None if stamp is None else stamp - self.zero)
        yield from self._silence(self._samples(self.hidden_until) - self.at)

    def _frames(self) -> Iterator[Any]:
        through, resting = is_lossless(self.context), False
        for packet, start, end in packets(self.container, self.stream):
            if end > LONGEST_US:
                return
            if not through and self.curtain.touches(start, end if packet.duration else start + UNTOLD_US):
                if not resting:
                    yield from frames_of(self.context, None)
                    self.context.flush_buffers()
                resting, self.hidden_until = True, end
                continue
            resting, self.hidden_until = False, 0
            yield from frames_of(self.context, packet)
        if not resting:
            yield from frames_of(self.context, None)

    def _like_the_first(self, frame: Any) -> Any | None:
        """A stream that changes its rate or channels on the way is brought back to those it began with; None where that cannot be."""
        if frame.sample_rate == self.rate and frame.layout.nb_channels == self.channels:
            return frame
        try:
            again = av.AudioResampler(format="fltp", layout=self.layout, rate=self.rate)
            made: list[Any] = [each.to_ndarray() for each in (*again.resample(frame), *again.resample(None))]
        except (av.FFmpegError, ValueError):
            return None
        joined: Any = numpy.concatenate(made, axis=1)
        return av.AudioFrame.from_ndarray(joined, "fltp", self.layout)

    def _placed(self, samples: Samples, time: int | None) -> Iterator[Samples]:
        start = self._start(time, samples.shape[1])
        if start > self.at:
            yield from self._silence(start - self.at)
        samples = samples[:, self.at - start:]
        count = samples.shape[1]
        if count:
            first, last = self._time(self.at), self._time(self.at + count)
            for begin, end in self.curtain.within(first, last + 1):
                samples[:, max(0, self._samples(begin) - self.at):max(0, self._samples(end) + 1 - self.at)] = 0
            self.at += count
            yield samples

    def _start(self, time: int | None, count: int) -> int:
        """The place of a frame. In a cut and behind it this is its time stamp alone: nothing of the length of what was hidden is left."""
        if time is None:
            return self.at
        ended, self.passed = self.passed, self.curtain.ended(time)
        drifted = abs(time - self._time(self.at)) > DRIFT_US
        hidden = self.passed != ended or self.curtain.touches(time, time + self._time(count))
        return self._samples(time) if drifted or hidden or self.at == 0 else self.at

    def _silence(self, count: int) -> Iterator[Samples]:
        while count > 0:
            step = min(count, BLOCK)
            yield numpy.zeros((self.channels, step), dtype="float32")
            self.at, count = self.at + step, count - step

    def _samples(self, time: int) -> int:
        return round(Fraction(time * self.rate, 1_000_000))

    def _time(self, samples: int) -> int:
        return samples * 1_000_000 // int(self.rate)


def _floats(frame: Any) -> Samples:
    """A frame as a writable float32 array, one row a channel, full scale = 1."""
    packed, name = frame.to_ndarray(), frame.format.name
    planar = name.endswith("p")
    samples = packed.astype("float32") if planar else packed.reshape(-1, frame.layout.nb_channels).T.astype("float32")
    base = name.removesuffix("p")
    samples = (samples - 128.0 if base == "u8" else samples) / SCALE[base]
    return numpy.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def _blocks(pieces: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in blocks of one size (the last is shorter)."""
    waiting: list[Samples] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += piece.shape[1]
        if count < BLOCK:
            continue
        joined = numpy.concatenate(waiting, axis=1)
        whole = count // BLOCK * BLOCK
        yield from (joined[:, at:at + BLOCK] for at in range(0, whole, BLOCK))
        waiting, count = [joined[:, whole:]], count - whole
    if count:
        yield numpy.concatenate(waiting, axis=1)


def _placed_channels(context: Any) -> str:
    """The layout of the channels; empty for tracks of a recorder that nobody gave a place."""
    if context.channels <= 2:
        return "mono" if context.channels == 1 else "stereo"
    return "" if "channels" in context.layout.name else str(context.layout.name)


def _at_one_rate(blocks: Iterable[Samples], rate: int, placed: str, layout: str) -> Iterator[Any]:
    resampler, at = av.AudioResampler(format="fltp", layout=layout, rate=RATE), 0
    for block in blocks:
        if not placed:
            block = block.mean(axis=0, keepdims=True)  # all tracks, in the middle
        frame = av.AudioFrame.from_ndarray(numpy.ascontiguousarray(block), format="fltp", layout=placed or "mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        at += block.shape[1]
        yield from resampler.resample(frame)
    yield from resampler.resample(None) if at else ()
