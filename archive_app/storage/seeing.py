"""The moving picture of a file as upright frames of one size in time order, black where it is cut.

The decoder reads through a cut, because what follows is drawn from it; its frames go no further. In their place black frames stand at
times of our own, so that not even the times of what was there are left. What may not live here: encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy

from archive_app.errors import Invalid
from archive_app.storage.cuts import Curtain
from archive_app.storage.streams import LONGEST_US, beginning, frames_of, moment, packets

WIDEST, HIGHEST = 1280, 1280
BLACK_EVERY_US = 500_000
SHORTEST_FRAME_US = 1_000_000 // 31
"""At most 30 frames a second: of 50 or 60 every other one is kept."""
WOVEN = "0 1 0 0 2 0 0 1 0:0 1 0 0 2 0 0 1 0:0 1 0 0 2 0 0 1 0:0 1 0 0 2 0 0 1 0:0.25:0.25:0.25:0.25"
"""Lines of two moments, as on tape, are blended within their frame: no frame waits for another, or leans on one."""
Shown = tuple[int, Any]
"""Microseconds on the file's own line, and a yuv420p frame."""


@dataclass(frozen=True)
class Size:
    """Of what is shown: upright, square pixels, both numbers even."""

    width: int
    height: int


def watch(container: Any, stream: Any, curtain: Curtain) -> tuple[Size, Iterator[Shown]]:
    """Size and frames of a film with the cuts black; there is a frame at 0. Raises Invalid where not one frame can be decoded."""
    frames = _decoded(container, stream)
    first = next(frames, None)
    if first is None:
        raise Invalid("", "holds no picture that can be decoded")
    size = _size_shown(first[1], stream)
    return size, _from_the_start(_behind(_again(first, frames), curtain, size, stream), size)


def black(size: Size) -> Any:
    """A black frame (16 of 235, as in all film of this range)."""
    planes = numpy.full((size.height * 3 // 2, size.width), 128, dtype="uint8")
    planes[:size.height] = 16
    return _tagged(av.VideoFrame.from_ndarray(planes, format="yuv420p"))


def _decoded(container: Any, stream: Any) -> Iterator[Shown]:
    """Frames as the file holds them, with their times; a frame without one follows the one before it."""
    zero, at = beginning(container), 0
    step = round(1_000_000 / float(stream.average_rate or 25))
    for packet in _with_end(packets(container, stream)):
        for frame in frames_of(stream.codec_context, packet):
            stamp = moment(frame, stream)
            time = at if stamp is None else stamp - zero
            if time > LONGEST_US:
                return
            at = time + step
            yield time, frame


def _with_end(found: Iterator[tuple[Any, int, int]]) -> Iterator[Any | None]:
    for packet, _, _ in found:
        yield packet
    yield None


def _again(first: Shown, others: Iterator[Shown]) -> Iterator[Shown]:
    yield first
    yield from others


def _behind(frames: Iterator[Shown], curtain: Curtain, size: Size, stream: Any) -> Iterator[Shown]:
    """Frames outside the cuts made upright and of one size; black ones inside; no two nearer than they may be."""
    upright, darkness, drawn, last = Upright(size, stream), black(size), 0, -SHORTEST_FRAME_US
    for time, frame in frames:
        for begin, end in curtain.spans_from(drawn):
            if begin > time:
                break
            for last in _ticks(begin, min(end, time + 1), drawn):
                yield last, darkness
            upright.forget()
        drawn = max(drawn, time + 1)
        if time - last >= SHORTEST_FRAME_US and not curtain.touches(time, time):
            last = time
            yield time, upright.show(frame)


def _ticks(begin: int, end: int, since: int) -> Iterator[int]:
    """When black frames stand: at the begin of a cut, and at every half second of the file's own line inside it; those from `since` on."""
    if begin >= since and begin % BLACK_EVERY_US:
        yield begin
    yield from range(-(-max(begin, since) // BLACK_EVERY_US) * BLACK_EVERY_US, end, BLACK_EVERY_US)


def _from_the_start(frames: Iterator[Shown], size: Size) -> Iterator[Shown]:
    """A film whose picture begins within half a second begins with it; one that begins later is black until then. Times only grow."""
    last = -1
    for time, frame in frames:
        if last < 0 and time > 0:
            if time <= BLACK_EVERY_US:
                time = 0
            else:
                yield 0, black(size)
        if time > last:
            last = time
            yield time, frame


def _size_shown(frame: Any, stream: Any) -> Size:
    aspect = float(stream.sample_aspect_ratio or 1)
    width, height = frame.width * (aspect if 0.2 < aspect < 5 else 1), frame.height
    if frame.rotation % 180:
        width, height = height, width
    scale = min(1.0, WIDEST / width, HIGHEST / height)
    return Size(max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))


class Upright:
    """Turns, scales and deinterlaces frames; keeps its machinery while their shape stays the same."""

    def __init__(self, size: Size, stream: Any) -> None:
        self.size, self.time_base = size, stream.time_base
        self._shape: tuple[Any, ...] = ()
        self._graph: Any = None

    def forget(self) -> None:
        """Nothing of the frames so far stays behind."""
        self._shape = ()

    def show(self, frame: Any) -> Any:
        """The frame as it is meant to be seen."""
        shape = (frame.width, frame.height, frame.format.name, frame.rotation % 360, frame.color_range, frame.colorspace,
                 bool(frame.interlaced_frame))
        if shape != self._shape:
            self._shape, self._graph = shape, self._built(frame)
        frame.pts = None
        self._graph.push(frame)
        return _tagged(self._graph.pull())

    def _built(self, frame: Any) -> Any:
        turned = frame.rotation % 360
        across = (self.size.height, self.size.width) if turned % 180 else (self.size.width, self.size.height)
        steps = [("scale", f"{across[0]}:{across[1]}:flags=bicubic:out_color_matrix=bt709:out_range=tv"),
                 ("format", "yuv420p"), ("setsar", "1")]
        if frame.interlaced_frame:
            steps.insert(0, ("convolution", WOVEN))
        steps += {90: [("transpose", "cclock")], 180: [("hflip", ""), ("vflip", "")], 270: [("transpose", "clock")]}.get(turned, [])
        graph = av.filter.Graph()
        graph.threads = 1
        ends = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format.name, time_base=self.time_base)]
        ends += [graph.add(name, said or None) for name, said in steps] + [graph.add("buffersink")]
        for one, other in zip(ends, ends[1:], strict=False):
            one.link_to(other)
        graph.configure()
        return graph


def _tagged(frame: Any) -> Any:
    """Says which colours are meant (ITU-R BT.709, 16 to 235)."""
    frame.colorspace, frame.color_range = 1, 1
    return frame
