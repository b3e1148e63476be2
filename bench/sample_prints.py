"""The two pictures of the sample archive that are made of light and not of lines: a lamp on a stair in charcoal, a print of buttons.

Made of numbers by a seed: no camera, no picture of anything that exists. What may not live here: lines of a pen (sample_drawings).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy
from PIL import Image, ImageDraw, ImageFilter

QUALITY = 62
BROWN = (112, 86, 62)


def lamp(path: Path) -> None:
    """A stair by night, lit by the lamp that stands on it."""
    width, height, large = 700, 900, 2
    image = Image.new("L", (width * large, height * large), 26)
    pen = ImageDraw.Draw(image)
    front, size, stands = float(height) + 30, 1.0, 0.0
    for step in range(11):
        left, right = width * (0.5 - 0.62 * size), width * (0.5 + 0.62 * size)
        riser, tread, smaller = 84 * size, 46 * size, size * 0.87
        inner = width * (0.5 - 0.62 * smaller), width * (0.5 + 0.62 * smaller)
        edge, back = front - riser, front - riser - tread
        faces = [(96, [(left, front), (right, front), (right, edge), (left, edge)]),
                 (176, [(left, edge), (right, edge), (inner[1], back), (inner[0], back)])]
        for shade, corners in faces:
            pen.polygon([(x * large, y * large) for x, y in corners], fill=shade)
        front, size = back, smaller
        stands = front + 26 * size if step == 4 else stands
    grey = numpy.asarray(image.resize((width, height), Image.Resampling.LANCZOS), dtype=float)
    lit_x, lit_y = width * 0.6, stands - 74
    y, x = numpy.mgrid[0:height, 0:width]
    far = numpy.hypot(x - lit_x, (y - lit_y) * 0.9)
    shine = 1.3 * numpy.exp(-far / 200) + 0.09
    grey = (grey + 34) * shine
    small = Image.fromarray(numpy.clip(grey, 0, 255).astype("uint8"))
    _draw_lamp(small, lit_x, lit_y)
    _print(small, path, "lamp", grain=13, tint=BROWN)


def _draw_lamp(image: Any, x: float, y: float) -> None:
    pen = ImageDraw.Draw(image)
    pen.polygon([(x - 26, y + 74), (x + 26, y + 74), (x + 18, y + 40), (x - 18, y + 40)], fill=30)
    pen.rectangle([x - 12, y + 30, x + 12, y + 42], fill=20)
    glass = [(x - 12, y + 32), (x - 22, y + 4), (x - 11, y - 44), (x + 11, y - 44), (x + 22, y + 4), (x + 12, y + 32)]
    pen.polygon(glass, fill=226)
    pen.line([*glass, glass[0]], fill=90, width=2)
    pen.polygon([(x, y - 22), (x - 8, y + 8), (x, y + 20), (x + 8, y + 8)], fill=255)


def buttons(path: Path) -> None:
    """Buttons beside their tin, as an old print with a white border."""
    width, height = 860, 620
    draw = numpy.random.default_rng(1954)
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    table = 92 + 26 * numpy.sin(y / 7 + 1.6 * numpy.sin(x / 210)) * 0.16 + 30 * (1 - y / height)
    light = numpy.array(table)
    _tin(light, x, y)
    placed: list[tuple[float, float, float]] = []
    while len(placed) < 44:
        radius = float(draw.uniform(13, 29))
        left, top = float(draw.uniform(40, width - 40)), float(draw.uniform(height * 0.2, height - 40))
        if math.hypot(left - 190, top - 210) < 176 + radius or any(math.hypot(left - a, top - b) < radius + c + 3 for a, b, c in placed):
            continue
        placed.append((left, top, radius))
        _button(light, x, y, left, top, radius, float(draw.uniform(64, 222)), int(draw.choice((2, 4, 4))))
    far = numpy.hypot((x - width / 2) / width, (y - height / 2) / height)
    light *= 1.08 - 0.75 * far**2
    picture = Image.fromarray(numpy.clip(light, 0, 255).astype("uint8")).filter(ImageFilter.GaussianBlur(0.9))
    framed = Image.new("L", (width + 60, height + 60), 238)
    framed.paste(picture, (30, 30))
    _print(framed, path, "buttons", grain=7, tint=BROWN)


def _tin(light: Any, x: Any, y: Any) -> None:
    """A round open tin, from above and a little from the front."""
    far = numpy.hypot(x - 190, (y - 210) * 1.04)
    shade = numpy.exp(-numpy.clip(numpy.hypot(x - 204, y - 226) - 156, 0, None) / 16)
    light[:] = numpy.where(far > 158, light * (1 - 0.55 * shade), light)
    inside = 54 + 40 * numpy.clip((x + y - 330) / 300, 0, 1)
    light[:] = numpy.where(far <= 158, inside, light)
    edge = 150 + 70 * numpy.cos(numpy.arctan2(y - 210, x - 190) + 2.2)
    light[:] = numpy.where((far <= 158) & (far > 148), edge, light)
    light[:] = numpy.where((far <= 148) & (far > 145), 30, light)


def _button(light: Any, x: Any, y: Any, left: float, top: float, radius: float, tone: float, holes: int) -> None:
    far = numpy.hypot(x - left, y - top)
    shade = numpy.exp(-numpy.clip(numpy.hypot(x - left - 3, y - top - 4) - radius, 0, None) / 3.2)
    light[:] = numpy.where(far > radius, light * (1 - 0.5 * shade * (far < radius + 16)), light)
    slope = (x - left + y - top) / (2 * radius)
    face = tone * (1 - 0.14 * slope) + 20 * numpy.exp(-((far - radius * 0.84) / (radius * 0.1))**2) * -slope
    face = numpy.where(far > radius * 0.76, face, face * 0.93)
    light[:] = numpy.where(far <= radius, face, light)
    for hole in range(holes):
        turn = 2 * math.pi * hole / holes + radius
        at = numpy.hypot(x - left - radius * 0.26 * math.cos(turn), y - top - radius * 0.26 * math.sin(turn))
        light[:] = numpy.where(at < radius * 0.11, 26, light)


def _print(image: Any, path: Path, seed: str, grain: float, tint: tuple[int, int, int]) -> None:
    """As JPEG in one colour, with grain."""
    draw = numpy.random.default_rng(sum(seed.encode()))
    light = numpy.asarray(image, dtype=float)
    coarse = draw.normal(0, 1, (light.shape[0] // 2 + 1, light.shape[1] // 2 + 1)).repeat(2, 0).repeat(2, 1)
    light = numpy.clip(light + grain * coarse[:light.shape[0], :light.shape[1]] * (0.35 + light / 400), 0, 255)[:, :, None] / 255
    dark, pale = numpy.array(tint) * 0.22, numpy.array((248, 242, 230))
    middle = numpy.array(tint) * 1.25
    colours = numpy.where(light < 0.5, dark + (middle - dark) * light * 2, middle + (pale - middle) * (light - 0.5) * 2)
    Image.fromarray(numpy.clip(colours, 0, 255).astype("uint8")).save(path, quality=QUALITY, optimize=True)
