"""The sync string of OHMS up to 5.4: which word of the text is said at each interval.

`1:|13(3)|19(14)|` = an interval of 1 minute; at 1:00 the third word of line 13 is said, at 2:00 the fourteenth of line 19. Intervals
are 0.5 and 1 to 5 minutes. An empty place is an interval without a word (`|13(3)||27(9)|`). Lines end with LF and count from 1, blank
ones too; words are what blanks part, from 1. The OHMS viewer shows a time beside the whole line; real files bear out that the words
are meant (at every one of their points the word exists). What may not live here: cues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from archive_app.exchange.ohms_values import SyncPoint
from archive_app.exchange.times import MINUTE_MS

_INTERVAL = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", re.ASCII)
_PLACE = re.compile(r"([0-9]{1,7})\s?(?:\(\s?([0-9]{1,5})\s?\))?", re.ASCII)
_WORD = re.compile(r"\S+")
_MOST_WORDS = 99_999

Cut = tuple[int, int]
"""(letter of the text, time in ms): from that letter on the words are said at that time."""


def read_sync(text: str) -> tuple[tuple[SyncPoint, ...], tuple[str, ...]]:
    """The points of a sync string, and a warning for what cannot be read in it. Nothing raises."""
    text = text.strip()
    if not text:
        return (), ()
    interval, _, rest = text.partition(":")
    interval_ms = _interval(interval.strip())
    if not interval_ms:
        return (), ("The sync string does not begin with its interval: the transcript has no times.",)
    points: list[SyncPoint] = []
    unread = 0
    for number, place in enumerate(rest.removeprefix("|").split("|"), 1):
        found = _PLACE.fullmatch(place.strip())
        if found is not None and int(found.group(1)) > 0:
            points.append(SyncPoint(number * interval_ms, int(found.group(1)), max(int(found.group(2) or 1), 1)))
        elif place.strip():
            unread += 1
    warning = f"{unread} point(s) of the sync string cannot be read and were left out."
    return tuple(points), (warning,) if unread else ()


def cuts(text: str, points: Sequence[SyncPoint]) -> tuple[list[Cut], tuple[str, ...]]:
    """Where the points lie in the text, rising, and a warning for those behind its end or before the point ahead of them. A word
    behind the end of its line is that end."""
    starts = _line_starts(text)
    placed: list[Cut] = []
    missing = line = 0
    words: list[int] = []
    for point in points:
        if not line <= point.line < len(starts):
            missing += 1
            continue
        if line < point.line:  # once for each line, however many points it has
            line, words = point.line, _word_starts(text, starts[point.line - 1], starts[point.line] - 1)
        offset = words[min(point.word, len(words)) - 1]
        if placed and offset < placed[-1][0]:
            missing += 1
        elif placed and offset == placed[-1][0]:
            placed[-1] = (offset, point.time_ms)  # nobody spoke in between: the word belongs to the later time
        else:
            placed.append((offset, point.time_ms))
    warning = f"{missing} of {len(points)} points of the sync string lie outside the text or run backward, and were left out."
    return placed, (warning,) if missing else ()


def _interval(text: str) -> int:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        return 0
    return int(found.group(1)) * MINUTE_MS + int(((found.group(2) or "") + "00")[:2]) * MINUTE_MS // 100


def _line_starts(text: str) -> list[int]:
    """Where each line starts, and behind the last one where a further one would."""
    return [0, *_line_ends(text), len(text) + 1]


def _line_ends(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        at = text.find("\n", at + 1)


def _word_starts(text: str, start: int, end: int) -> list[int]:
    """Where the words of a line start, as many as a point can name, and behind them its end."""
    words = (found.start() for found in _WORD.finditer(text, start, end))
    return [*islice(words, _MOST_WORDS), end]
