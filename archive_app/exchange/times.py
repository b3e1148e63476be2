"""Times as people and formats write them, from and to integer milliseconds. No float ever holds a time: rounding loses words.

What may not live here: rules about cues.
"""

from __future__ import annotations

import re

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS

LONGEST_MS = 10_000 * HOUR_MS
"""No testimony is longer; what says so is a damaged file, and such a number must not reach the database."""

_CLOCK = re.compile(r"(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-9]{2})(?:[.,]([0-9]{1,9}))?", re.ASCII)
_SECONDS = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,9}))?", re.ASCII)


def clock(time_ms: int, point: str = ".") -> str:
    """`01:02:03.004`; `point` stands before the milliseconds. Hours grow as they must."""
    hours, rest = divmod(time_ms, HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    seconds, thousandths = divmod(rest, SECOND_MS)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def clock_seconds(time_ms: int) -> str:
    """`01:02:03`: the second in which `time_ms` lies."""
    return clock(time_ms)[:-4]


def read_clock(text: str) -> int | None:
    """Milliseconds of `1:02:03.004`, `02:03`, `00:02:03,5`; None for anything else. Digits beyond the third place are cut off."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.group(1, 2, 3))
    if minutes > 59 or seconds > 59:
        return None
    return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + _thousandths(found.group(4))


def read_seconds(text: str) -> int | None:
    """Milliseconds of a plain number of seconds, `754` or `754.25`; None for anything else."""
    found = _SECONDS.fullmatch(text.strip())
    return None if found is None else int(found.group(1)) * SECOND_MS + _thousandths(found.group(2))


def _thousandths(digits: str | None) -> int:
    return int(((digits or "") + "000")[:3])
