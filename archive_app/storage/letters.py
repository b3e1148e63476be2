"""The text of a page of a PDF as far as it is shown: what a reader of the paper could read. Runs in the child only.

A PDF also holds words that nobody sees: on a layer that is off, under a bar by which a name was blacked out, beside the page, white on
white. A word stays where most of its letters lie on something that can be told from its ground; so the invisible text that recognition
lays over a scan stays, and what is blacked out does not. What may not live here: drawing the page (pages).
"""

from __future__ import annotations

from typing import Any

import numpy
from pypdfium2 import PdfiumError, raw  # type: ignore[import-untyped]

MOST_LETTERS = 100_000
"""Of one page: a closely printed one has 10,000."""
AROUND = 2
"""Pixels around a letter in which its ground is looked for."""
CONTRAST = 16
"""Of 255: lighter grey on white than this is not read by anybody."""
JOINS = frozenset({0x02, 0xAD, 0xFFFE})
"""What stands for a hyphen at which a line was broken."""


def shown_text(page: Any, bitmap: Any) -> str:
    """The words of a page that can be seen in `bitmap`, which was drawn from it; lines as they are broken there."""
    text, places = page.get_textpage(), bitmap.get_posconv(page)
    grey = _grey(bitmap)
    words: list[str] = []
    word: list[str] = []
    seen, joining = 0, False
    try:
        for index in range(min(text.count_chars(), MOST_LETTERS)):
            code = raw.FPDFText_GetUnicode(text, index)
            letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
            if code in JOINS:
                joining = True
            elif letter == "\r":
                continue
            elif letter.isspace():
                if not joining:
                    words.append(_whole(word, seen) + ("\n" if letter == "\n" else " "))
                    word, seen = [], 0
            elif letter and letter.isprintable():
                joining = False
                word.append(letter)
                seen += _is_shown(grey, _box(text, index, places))
    finally:
        text.close()
    return _tidy("".join([*words, _whole(word, seen)]))


def _whole(word: list[str], seen: int) -> str:
    return "".join(word) if 2 * seen > len(word) else ""


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


def _grey(bitmap: Any) -> Any:
    return numpy.asarray(bitmap.to_pil().convert("L"), dtype="int16")


def _box(text: Any, index: int, places: Any) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of a letter in pixels; of a letter without ink the room that its font gives it."""
    try:
        left, bottom, right, top = text.get_charbox(index)
        if right <= left or top <= bottom:
            left, bottom, right, top = text.get_charbox(index, loose=True)
        one, other = places.to_bitmap(left, bottom), places.to_bitmap(right, top)
    except PdfiumError:
        return None
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def _is_shown(grey: Any, box: tuple[int, int, int, int] | None) -> bool:
    if box is None:
        return False
    left, top, right, bottom = box
    height, width = grey.shape
    if right < 0 or bottom < 0 or left >= width or top >= height:
        return False
    seen = grey[max(0, top - AROUND):bottom + AROUND + 1, max(0, left - AROUND):right + AROUND + 1]
    return seen.size > 0 and int(seen.max() - seen.min()) >= CONTRAST
