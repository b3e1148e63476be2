"""What a cell of restrictions says: `start_ms-end_ms|what|access|reason`, or `seg 12-15|...` where there is no time.

What may not live here: which words lie inside (records, access).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archive_app.access.terms import TIERS
from archive_app.exchange.table import split_parts
from archive_app.exchange.times import LONGEST_MS

WORDS, PICTURE = "words", "picture"
WHAT: Mapping[str, str] = {
    WORDS: WORDS,
    "transcript": WORDS,
    "audio": WORDS,
    PICTURE: PICTURE,
    "video": PICTURE,
}
"""What may be withheld, and the names of layers that mean the same: words are withheld everywhere or nowhere."""
NO_TIME_LINE = ("document", "image")
"""Layers in which no stretch can be withheld: they are shown whole, or closed as a whole."""

_SPAN = re.compile(r"([0-9]{1,12})\s*-\s*([0-9]{1,12})", re.ASCII)
_SEGMENTS = re.compile(r"seg\s*([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class RestrictionRow:
    """Either times in ms (`end_ms` is the first instant behind it) or segments from 1, both ends within; the others are None."""

    start_ms: int | None
    end_ms: int | None
    first_segment: int | None
    last_segment: int | None
    what: frozenset[str]
    access: str
    reason: str


def read_restriction(text: str) -> RestrictionRow:
    """One restriction; where it does not say what, both words and picture. Raises ValueError with the reason."""
    parts = split_parts(text)
    if len(parts) not in (3, 4):
        raise ValueError(
            f"{text[:80]!r} must say start_ms-end_ms|what|access|reason, for example 60000-90000|words|staff|a third person."
        )
    span, what, access, reason = (*parts, "")[:4]
    if access not in TIERS:
        raise ValueError(f"{access[:40]!r} is none of {', '.join(TIERS)}.")
    return RestrictionRow(*_span(span), _what(what), access, reason)


def _span(text: str) -> tuple[int | None, int | None, int | None, int | None]:
    segments = _SEGMENTS.fullmatch(text)
    if segments:
        first, last = int(segments.group(1)), int(segments.group(2) or segments.group(1))
        if not 1 <= first <= last:
            raise ValueError(f"{text!r}: segments are counted from 1, the first one first.")
        return None, None, first, last
    times = _SPAN.fullmatch(text)
    if times is None:
        raise ValueError(f"{text[:40]!r} is no stretch such as 60000-90000 (milliseconds) or seg 12-15.")
    start_ms, end_ms = int(times.group(1)), int(times.group(2))
    if not start_ms < end_ms <= LONGEST_MS:
        raise ValueError(f"{text!r}: the start must lie before the end, and that within ten thousand hours.")
    return start_ms, end_ms, None, None


def _what(text: str) -> frozenset[str]:
    names = [name.strip().lower() for name in text.split("+") if name.strip()]
    still = next((name for name in names if name in NO_TIME_LINE), None)
    if still is not None:
        raise ValueError(f"no stretch of a {still} can be withheld: it is shown whole, or closed as a whole with access_{still}.")
    unknown = next((name for name in names if name not in WHAT), None)
    if unknown is not None:
        raise ValueError(f"{unknown[:40]!r} cannot be withheld; say words, picture, or words+picture.")
    return frozenset(WHAT[name] for name in names) or frozenset((WORDS, PICTURE))
