"""The film of the sample archive: a lorry on a road in the evening, houses that are all alike in the morning, a basket of bread.

Drawn frame by frame from the time alone, so that it is the same each time. What may not live here: its sound (sample_sounds).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw
from sample_drawings import INK, PAPER, Point  # beside this file
from sample_sounds import PLAIN, RATE, encoded

Colour = tuple[int, int, int]
SIZE = (640, 360)
FINE, FRAMES_A_SECOND = 2, 6
GROUND = 286
SPEED = 58
"""Pixels a second at which the road goes by."""
MORNING, SLOWS, STANDS, INSIDE, FADES = 22.0, 36.0, 43.0, 53.5, 1.5
"""Seconds: when it begins to get light, the lorry to slow down, when it stands, when the kitchen is seen, how long that takes to come."""
DUSK = (148, 143, 140)
PICTURES = ("libvpx-vp9", {"crf": "54", "b": "0", "cpu-used": "2", "threads": "1", "deadline": "good"})
SOUND = ("libopus", {"b": "6000", "vbr": "on", "application": "audio", "frame_duration": "60", "compression_level": "10"})


def film(path: Path, sound: Any) -> None:
    """A WebM as long as its sound, float samples as `sample_sounds.samples` gives them."""
    seconds = len(sound) / RATE
    with av.open(str(path), "w", options=PLAIN) as out:
        pictures = out.add_stream(PICTURES[0], rate=FRAMES_A_SECOND, options=PICTURES[1])
        pictures.width, pictures.height, pictures.pix_fmt = *SIZE, "yuv420p"
        pictures.codec_context.gop_size = 12 * FRAMES_A_SECOND
        pictures.codec_context.flags |= int(av.codec.context.Flags.bitexact)
        heard = out.add_stream(SOUND[0], rate=48_000, options=SOUND[1], layout="mono")
        seen = (packet for frame in [*_frames(seconds), None] for packet in pictures.encode(frame))
        for packet in heapq.merge(seen, encoded(heard, sound), key=lambda packet: Fraction(packet.dts * packet.time_base)):
            out.mux(packet)


def _frames(seconds: float) -> Iterator[Any]:
    for number in range(math.floor(seconds * FRAMES_A_SECOND)):
        frame = av.VideoFrame.from_image(picture(number / FRAMES_A_SECOND))
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_A_SECOND)
        yield frame


def picture(time: float) -> Image.Image:
    """What is seen at a time, in seconds."""
    inside = min(1.0, max(0.0, (time - INSIDE) / FADES))
    shown = [draw(time) for draw, seen in ((_road, inside < 1), (_kitchen, inside > 0)) if seen]
    large = Image.blend(shown[0], shown[1], inside) if len(shown) == 2 else shown[0]
    return large.resize(SIZE, Image.Resampling.LANCZOS)


def _sheet(colour: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), colour)
    return image, ImageDraw.Draw(image)


def _mixed(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _gone(time: float) -> float:
    """Pixels that the lorry has gone by then."""
    slowing = min(max(0.0, time - SLOWS), STANDS - SLOWS)
    return SPEED * (min(time, SLOWS) + slowing - slowing**2 / (2 * (STANDS - SLOWS)))


def _road(time: float) -> Image.Image:
    light = min(1.0, max(0.0, (time - MORNING) / 12))
    sky, gone = _mixed(DUSK, PAPER, light), _gone(time)
    image, pen = _sheet(sky)
    for slow, level, wave, part in ((0.06, 190, 34, 0.10), (0.16, 226, 22, 0.2)):
        hills = [(x, level - wave * (math.sin((x + gone * slow) / 118) + 0.6 * math.sin((x + gone * slow) / 47 + slow * 40)))
                 for x in range(-8, SIZE[0] + 9, 8)]
        _shape(pen, [*hills, (SIZE[0] + 8, GROUND), (-8, GROUND)], _mixed(sky, INK, part), _mixed(sky, INK, 0.55), 1.4)
    pen.rectangle([0, GROUND * FINE, SIZE[0] * FINE, SIZE[1] * FINE], fill=_mixed(sky, INK, 0.13))
    ink = _mixed(INK, sky, 0.12)
    for number in range(-1, 60):
        x = number * 124 - gone
        if -160 < x < SIZE[0] + 20:
            (_tree if number * 124 < _gone(STANDS) - 40 else _house)(pen, x, sky, ink)
    for number in range(90):
        x, rut = number * 46 - gone * 1.25, 318 + number * 7 % 4 * 8
        pen.line([(x * FINE, rut * FINE), ((x + 14 + number * 5 % 3 * 13) * FINE, rut * FINE)], fill=_mixed(sky, INK, 0.4), width=2 * FINE)
    _lorry(pen, 250, GROUND + 22 + (0.9 * math.sin(time * 9) if time < STANDS else 0), gone, sky, ink)
    return image


def _shape(pen: ImageDraw.ImageDraw, points: list[Point], fill: Colour, ink: Colour, width: float = 1.8) -> None:
    scaled = [(x * FINE, y * FINE) for x, y in points]
    pen.polygon(scaled, fill=fill)
    pen.line([*scaled, scaled[0]], fill=ink, width=round(width * FINE), joint="curve")


def _round(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour, ink: Colour,
           tall: float = 1.0) -> None:
    box = [(x - radius) * FINE, (y - radius * tall) * FINE, (x + radius) * FINE, (y + radius * tall) * FINE]
    pen.ellipse(box, fill=fill, outline=ink, width=2 * FINE)


def _tree(pen: ImageDraw.ImageDraw, x: float, sky: Colour, ink: Colour) -> None:
    """A bare poplar."""
    pen.line([(x * FINE, GROUND * FINE), (x * FINE, (GROUND - 118) * FINE)], fill=ink, width=2 * FINE)
    for number in range(7):
        y, side = GROUND - 30 - number * 13, 20 - number * 2
        for way in (-1, 1):
            pen.line([(x * FINE, y * FINE), ((x + way * side * 0.5) * FINE, (y - 22) * FINE)], fill=ink, width=FINE)


def _house(pen: ImageDraw.ImageDraw, x: float, sky: Colour, ink: Colour) -> None:
    """One of many that are alike."""
    wall, roof = _mixed(sky, (255, 255, 255), 0.3), _mixed(sky, INK, 0.22)
    _shape(pen, [(x, GROUND), (x, GROUND - 52), (x + 84, GROUND - 52), (x + 84, GROUND)], wall, ink)
    _shape(pen, [(x - 6, GROUND - 52), (x + 42, GROUND - 86), (x + 90, GROUND - 52)], roof, ink)
    _shape(pen, [(x + 14, GROUND), (x + 14, GROUND - 34), (x + 32, GROUND - 34), (x + 32, GROUND)], _mixed(sky, INK, 0.7), ink)
    _shape(pen, [(x + 50, GROUND - 18), (x + 50, GROUND - 36), (x + 70, GROUND - 36), (x + 70, GROUND - 18)], roof, ink)


def _lorry(pen: ImageDraw.ImageDraw, x: float, y: float, gone: float, sky: Colour, ink: Colour) -> None:
    """A lorry with an open load of people and bundles; one holds a basket."""
    dark, pale = _mixed(sky, INK, 0.62), _mixed(sky, INK, 0.3)
    for number, (left, tall) in enumerate(((14, 46), (38, 56), (62, 42), (84, 52), (108, 44))):
        top = y - 62 - tall * 0.55
        coat = [(x + left - 13, y - 62), (x + left - 10, top + 12), (x + left, top + 5), (x + left + 10, top + 12), (x + left + 13, y - 62)]
        _shape(pen, coat, (dark, pale)[number % 2], ink)
        _round(pen, x + left, top, 7, _mixed(sky, INK, 0.16), ink)
    basket(pen, x + 86, y - 66, 0.34, sky, ink)
    _shape(pen, [(x, y - 20), (x, y - 62), (x + 124, y - 62), (x + 124, y - 20)], pale, ink)
    for board in (34, 48):
        pen.line([(x * FINE, (y - board) * FINE), ((x + 124) * FINE, (y - board) * FINE)], fill=ink, width=FINE)
    cab = [(x + 130, y - 20), (x + 130, y - 78), (x + 164, y - 78), (x + 172, y - 48), (x + 206, y - 44), (x + 210, y - 20)]
    _shape(pen, cab, dark, ink)
    _shape(pen, [(x + 138, y - 50), (x + 138, y - 70), (x + 159, y - 70), (x + 165, y - 50)], _mixed(sky, (255, 255, 255), 0.35), ink)
    for wheel in (28, 96, 186):
        _round(pen, x + wheel, y - 14, 16, _mixed(sky, INK, 0.8), ink)
        _round(pen, x + wheel, y - 14, 6, sky, ink)
        turn = gone / 16
        pen.line([((x + wheel) * FINE, (y - 14) * FINE), ((x + wheel + 12 * math.cos(turn)) * FINE, (y - 14 + 12 * math.sin(turn)) * FINE)],
                 fill=sky, width=FINE)


def basket(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, sky: Colour, ink: Colour) -> None:
    """A basket with loaves; `x`, `y`: the middle of its rim."""
    crust = _mixed(sky, (120, 82, 48), 0.55)
    for left, up in ((-30, 16), (0, 24), (30, 15)):
        _round(pen, x + left * size, y - up * size, 34 * size, crust, ink, tall=0.72)
    _shape(pen, [(x - 76 * size, y), (x + 76 * size, y), (x + 56 * size, y + 66 * size), (x - 56 * size, y + 66 * size)],
           _mixed(sky, (120, 82, 48), 0.28), ink)
    if size > 0.6:
        for row in range(1, 6):
            side, down = 76 - row * 20 / 6, row * 11 * size
            for number in range(13):
                left = x + (-side + 2 * side * (number + (row % 2) / 2) / 14) * size
                box = [left * FINE, (y + down - 7) * FINE, (left + 12 * size) * FINE, (y + down + 3) * FINE]
                pen.arc(box, 0, 180, fill=ink, width=FINE)


def _kitchen(time: float) -> Image.Image:
    image, pen = _sheet(PAPER)
    wash = _mixed(PAPER, INK, 0.1)
    _shape(pen, [(402, 60), (402, 190), (536, 190), (536, 60)], _mixed(PAPER, (255, 255, 255), 0.7), INK)
    _shape(pen, [(468, 60), (468, 190), (470, 190), (470, 60)], INK, INK, 1)
    _shape(pen, [(402, 124), (536, 124), (536, 126), (402, 126)], INK, INK, 1)
    _shape(pen, [(-8, 268), (648, 268), (648, 290), (-8, 290)], _mixed(PAPER, INK, 0.2), INK)
    _shape(pen, [(-8, 290), (648, 290), (648, 368), (-8, 368)], wash, wash, 1)
    basket(pen, 236, 172, 1.42, PAPER, INK)
    return image


