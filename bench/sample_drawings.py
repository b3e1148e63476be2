"""The drawings of the sample archive: lines of a pen on paper, a lamp in charcoal, a print of buttons; all invented, none after a picture.

Every drawing is made three times as large and made smaller, with a hand that trembles by a seed: the same each time. What may not live
here: which drawing belongs to which testimony (sample_media), the film (sample_film), papers (sample_papers).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
INK, PAPER, WASH = (52, 47, 43), (244, 239, 228), (221, 214, 199)
FINE, SHADES = 3, 24
"""How many times larger a drawing is made; colours that a line drawing keeps."""
LETTERS = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
CORNERS = {"Pellin Dam": (-48.802, -123.455), "High Ombrel": (-48.846, -123.392), "Low Ombrel": (-48.860, -123.380),
           "Karsel": (-48.881, -123.351), "Tessen": (-48.920, -123.310)}
"""Latitude and longitude as in places.csv."""


class Sheet:
    """Paper of so many pixels and a pen that trembles."""

    def __init__(self, width: int, height: int, seed: str, paper: tuple[int, int, int] = PAPER) -> None:
        self.size = width, height
        self.image = Image.new("RGB", (width * FINE, height * FINE), paper)
        self.pen = ImageDraw.Draw(self.image)
        self.hand = random.Random(seed)

    def line(self, points: Sequence[Point], width: float = 1.6, ink: tuple[int, int, int] = INK, tremble: float = 0.8) -> None:
        """A line through points, curved where there are more than two."""
        drawn = list(_wandering(list(_curved(points)), self.hand, tremble))
        for one, other in zip(drawn, drawn[1:], strict=False):
            stroke = width * FINE * self.hand.uniform(0.85, 1.15)
            self.pen.line([_scaled(one), _scaled(other)], fill=ink, width=max(1, round(stroke)))
            self._dot(other, stroke / 2, ink)

    def lines(self, *several: Sequence[Point], width: float = 1.6, ink: tuple[int, int, int] = INK) -> None:
        for points in several:
            self.line(points, width, ink)

    def shape(self, points: Sequence[Point], fill: tuple[int, int, int] = PAPER, width: float = 1.6) -> None:
        """A closed shape with straight sides that hides what is behind it."""
        self.pen.polygon([_scaled(point) for point in points], fill=fill)
        for one, other in zip(points, [*points[1:], points[0]], strict=True):
            self.line([one, other], width)

    def hatch(self, left: float, top: float, right: float, bottom: float, gap: float = 5, lean: float = 0.4, width: float = 0.8) -> None:
        """Slanting lines over a rectangle."""
        x = left - (bottom - top) * lean
        while x < right:
            begin, end = max(left, x), min(right, x + (bottom - top) * lean)
            if end > begin:
                slope = (bottom - top) / ((bottom - top) * lean)
                self.line([(begin, bottom - (begin - x) * slope), (end, bottom - (end - x) * slope)], width, tremble=0.4)
            x += gap * self.hand.uniform(0.8, 1.2)

    def ring(self, x: float, y: float, radius: float, width: float = 1.6, flat: float = 1.0) -> None:
        self.line([(x + radius * math.cos(turn), y + flat * radius * math.sin(turn))
                   for turn in numpy.linspace(0, 2 * math.pi, 13)], width, tremble=0.5)

    def words(self, x: float, y: float, text: str, size: int, anchor: str = "lm") -> None:
        font = ImageFont.truetype(LETTERS, size * FINE)
        self.pen.text(_scaled((x, y)), text, fill=INK, font=font, anchor=anchor)

    def save(self, path: Path) -> None:
        """As PNG with few colours, without any metadata."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        small.quantize(SHADES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)

    def _dot(self, point: Point, radius: float, ink: tuple[int, int, int]) -> None:
        x, y = _scaled(point)
        self.pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=ink)


def _scaled(point: Point) -> Point:
    return point[0] * FINE, point[1] * FINE


def _curved(points: Sequence[Point]) -> Iterable[Point]:
    """Catmull-Rom through the points."""
    if len(points) < 3:
        return points
    ends = [points[0], *points, points[-1]]
    at = numpy.linspace(0, 1, 9)[:-1]
    found: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for t in at:
            found.append(tuple(0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t**2  # type: ignore[arg-type]
                                      + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3) for i in (0, 1)))
    return [*found, points[-1]]


def _wandering(points: list[Point], hand: random.Random, tremble: float) -> Iterable[Point]:
    """The points, closer together and a little beside where they should be."""
    drift_x = drift_y = 0.0
    for one, other in zip(points, points[1:], strict=False):
        pieces = max(1, round(math.dist(one, other) / 9))
        for piece in range(pieces):
            yield (one[0] + (other[0] - one[0]) * piece / pieces + drift_x, one[1] + (other[1] - one[1]) * piece / pieces + drift_y)
            drift_x = 0.7 * drift_x + hand.uniform(-tremble, tremble) * 0.45
            drift_y = 0.7 * drift_y + hand.uniform(-tremble, tremble) * 0.45
    yield points[-1]


def house(sheet: Sheet, x: float, ground: float, width: float, height: float, windows: int = 2) -> None:
    """A house with a gable, seen from the front."""
    roof = ground - height - width * 0.42
    sheet.shape([(x, ground), (x, ground - height), (x + width, ground - height), (x + width, ground)])
    sheet.shape([(x - 4, ground - height), (x + width / 2, roof), (x + width + 4, ground - height)], WASH)
    each = width / (windows + 1)
    for number in range(windows):
        left = x + each * (number + 1) - each * 0.22
        sheet.shape([(left, ground - height * 0.45), (left, ground - height * 0.78), (left + each * 0.44, ground - height * 0.78),
                     (left + each * 0.44, ground - height * 0.45)], INK, 0.8)


def quay(path: Path) -> None:
    """The quay with its steps, three rings and the bell on its post; a low river."""
    sheet = Sheet(1100, 740, "quay")
    sheet.lines([(0, 250), (160, 190), (330, 235), (520, 150), (700, 215), (900, 140), (1100, 200)],
                [(0, 300), (240, 262), (470, 300), (690, 250), (1100, 280)], width=1.2)
    for x, y in ((520, 152), (900, 142)):
        for stroke in range(9):
            left, top = x + 6 + stroke * 15, y + 3 + stroke * stroke * 0.55
            sheet.line([(left, top), (left + 10, top + 30 - stroke * 2)], 0.8)
    for x, ground, width, height in ((60, 322, 46, 34), (120, 312, 52, 40), (186, 318, 44, 30), (246, 306, 58, 44), (318, 320, 46, 34)):
        house(sheet, x, ground, width, height)
    sheet.line([(0, 330), (180, 322), (400, 326), (560, 352)], 1.2)
    for x, ground, width, height in ((650, 431, 92, 84), (752, 431, 108, 112), (872, 431, 96, 90), (978, 431, 130, 132)):
        house(sheet, x, ground, width, height)
    for step in range(7):
        left, y = 640 - step * 22, 430 + step * 14
        sheet.shape([(left - 22, y + 14), (left - 22, y), (1100, y), (1100, y + 14)], PAPER, 1.1)
    sheet.shape([(420, 600), (420, 528), (1100, 528), (1100, 600)], WASH)
    for row in range(4):
        y = 528 + row * 18
        sheet.line([(420, y), (1100, y)], 1)
        for x in range(436 + row % 2 * 26, 1100, 52):
            sheet.line([(x, y), (x, y + 18)], 0.8)
    for number, x in enumerate((560, 720, 880)):
        sheet.ring(x, 548 + number * 16, 9, 2.2)
    sheet.shape([(461, 528), (461, 312), (471, 312), (471, 528)], WASH, 2)
    sheet.shape([(471, 318), (471, 328), (418, 328), (418, 318)], WASH, 2)
    sheet.line([(461, 358), (440, 328)], 2.4)
    bell = [(414, 366), (418, 352), (424, 338), (432, 334), (440, 338), (446, 352), (450, 366)]
    sheet.shape(bell, WASH, 2)
    sheet.line([(432, 366), (432, 373)], 3.4)
    sheet.line([(432, 372), (428, 420), (434, 470), (429, 512)], 3)
    for number in range(34):
        y = 606 + (number % 12) * 11
        left = sheet.hand.uniform(0, 900)
        sheet.line([(left, y), (left + 60, y - 2), (left + sheet.hand.uniform(90, 240), y + 1)], 0.9)
    sheet.shape([(140, 600), (164, 634), (304, 634), (340, 594), (250, 602)], PAPER, 1.8)
    sheet.lines([(150, 611), (250, 612), (328, 606)], [(238, 602), (238, 512)], [(238, 516), (246, 512), (318, 588)],
                [(238, 590), (318, 588)], width=1.8)
    sheet.save(path)


def valley(path: Path) -> None:
    """The valley from memory: river, dam, towns, the railway; places where places.csv has them."""
    sheet = Sheet(1100, 820, "valley")
    at = {name: _on_sheet(*where) for name, where in CORNERS.items()}
    dam, low, karsel = at["Pellin Dam"], at["Low Ombrel"], at["Karsel"]
    river = [(0, 96), (dam[0] - 36, dam[1] - 12), dam, (330, 250), (low[0] - 90, low[1] - 40), low, (low[0] + 84, low[1] + 74), karsel,
             (karsel[0] + 120, karsel[1] + 34), (1100, 560)]
    for side in (-5, 5):
        sheet.line([(x, y + side) for x, y in river], 1.6)
    sheet.line([(x, y) for x, y in river], 0.6)
    for x, y, size in ((330, 96, 56), (450, 70, 70), (560, 150, 64), (700, 110, 80), (880, 180, 70), (985, 380, 60), (160, 430, 66),
                       (270, 560, 70), (410, 640, 60), (120, 620, 54)):
        sheet.line([(x - size, y + 40), (x - size * 0.3, y - 10), (x, y - 26), (x + size * 0.35, y - 6), (x + size, y + 40)], 1.3)
        for stroke in range(5):
            sheet.line([(x + stroke * size * 0.15, y - 16 + stroke * 9), (x + stroke * size * 0.15 + 8, y + 10 + stroke * 8)], 0.7)
    sheet.line([(dam[0] + 8, dam[1] - 30), (dam[0] - 6, dam[1] + 32)], 5)
    high = at["High Ombrel"]
    rails = [(0, 330), (220, 342), (high[0] - 60, high[1] + 6), (high[0] + 50, 312), (760, 300), (1100, 250)]
    sheet.line(rails, 1.2)
    for x, y in list(_curved(rails))[::2]:
        sheet.line([(x, y - 5), (x + 1, y + 5)], 1.2)
    for name, (x, y) in at.items():
        if name != "Pellin Dam":
            for number in range(5):
                left, top = x + number % 3 * 15 - 20, y + number // 3 * 15 - 18
                sheet.shape([(left, top), (left + 10, top), (left + 10, top + 9), (left, top + 9)], INK, 0.7)
    road = [low, (620, 470), (700, 600), at["Tessen"]]
    for one, other in zip(list(_curved(road))[::2], list(_curved(road))[1::2], strict=False):
        sheet.line([one, other], 1.4)
    for name, (x, y), (right, down) in zip(at, at.values(), ((26, -34), (-64, -48), (-168, 26), (34, -24), (34, 0)), strict=True):
        sheet.words(x + right, y + down, name, 21)
    sheet.words(karsel[0] - 4, karsel[1] + 42, "the mill", 15)
    sheet.words(860, 262, "railway", 15)
    sheet.words(735, 590, "the road of 1955", 15)
    sheet.words(40, 770, "The Tavrel valley before the water, from memory", 23)
    sheet.lines([(1040, 150), (1040, 60)], [(1030, 82), (1040, 58), (1050, 82)], width=1.8)
    sheet.words(1040, 42, "N", 18, "mm")
    sheet.save(path)


def _on_sheet(latitude: float, longitude: float) -> Point:
    return 90 + (longitude + 123.465) / 0.18 * 960, 110 + (-48.795 - latitude) / 0.14 * 620


def chairs(path: Path) -> None:
    """Two chairs that do not match, turned towards each other."""
    sheet = Sheet(1000, 660, "chairs")
    sheet.lines([(60, 520), (400, 524), (700, 518), (950, 522)], width=1.2)
    _chair(sheet, 270, 1, 236, 3)
    _chair(sheet, 730, -1, 196, 2)
    sheet.save(path)


def _chair(sheet: Sheet, x: float, way: int, tall: float, slats: int) -> None:
    """A chair whose back is away from the middle of the sheet; `way`: 1 looks to the right."""
    seat = 392.0

    def post(right: float, top: float, bottom: float, lean: float = 0.0) -> None:
        sheet.shape([(x + way * (right - 6), bottom), (x + way * (right - 6 - lean), top), (x + way * (right + 6 - lean), top),
                     (x + way * (right + 6), bottom)], PAPER, 2)

    for stroke in range(16):
        sheet.line([(x + way * (-110 + stroke * 16), 584), (x + way * (-70 + stroke * 16), 560)], 0.8)
    post(-20, seat - tall, seat, 16)
    post(96, seat, 536)
    for number in range(slats):
        y = seat - tall + 22 + number * 118 / slats
        curve = 12 if slats == 2 else 0
        sheet.shape([(x - way * 108, y + 30), (x - way * 70, y + 12 - curve), (x - way * 34, y), (x - way * 34, y + 24),
                     (x - way * 70, y + 36 - curve), (x - way * 108, y + 54)], WASH, 1.8)
    sheet.shape([(x - way * 96, seat + 40), (x - way * 26, seat), (x + way * 106, seat), (x + way * 60, seat + 40)], WASH, 2)
    sheet.shape([(x - way * 96, seat + 40), (x + way * 60, seat + 40), (x + way * 60, seat + 56), (x - way * 96, seat + 56)], PAPER, 2)
    post(-90, seat - tall + 28, 576, 16)
    post(52, seat + 56, 578)
    sheet.lines([(x - way * 84, 520), (x + way * 46, 522)], [(x - way * 84, 512), (x + way * 46, 514)], width=1.6)
