"""Dates as people say them, from EDTF (ISO 8601-2) as it is kept: `1992~` -> `about 1992`. What is not understood is shown as it is.

What may not live here: whether a date is valid (import checks it), the clock.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale, gettext

_SINGLE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)")
_DECADE = re.compile(r"(\d{3})X([~?%]?)")
_CENTURY = re.compile(r"(\d\d)XX([~?%]?)")
_OPEN = frozenset({"", ".."})


def date_words(edtf: str) -> str:
    """One date or interval in the interface language."""
    first, slash, last = edtf.partition("/")
    if not slash:
        return _one(first)
    if last in _OPEN:
        return gettext("from %(date)s", date=_one(first))
    if first in _OPEN:
        return gettext("until %(date)s", date=_one(last))
    return gettext("%(first)s to %(last)s", first=_one(first), last=_one(last))


def moment_words(moment_ms: int) -> str:
    """The day of a moment (ms UTC), as terms name it."""
    return str(format_date(datetime.fromtimestamp(moment_ms / 1000, tz=UTC).date(), "long", locale=get_locale() or "en"))


def decade_words(year: str) -> str:
    return gettext("the %(decade)ss", decade=year)


def _one(text: str) -> str:
    if found := _SINGLE.fullmatch(text):
        return _doubted(_calendar(found[1], found[2], found[3]) or text, found[4])
    if found := _DECADE.fullmatch(text):
        return _doubted(decade_words(found[1] + "0"), found[2])
    if found := _CENTURY.fullmatch(text):
        return _doubted(gettext("%(first)s to %(last)s", first=found[1] + "00", last=found[1] + "99"), found[2])
    return text


def _calendar(year: str, month: str | None, day: str | None) -> str | None:
    locale = get_locale() or "en"
    try:
        if day and month:
            return str(format_date(date(int(year), int(month), int(day)), "long", locale=locale))
        if month:
            return str(format_skeleton("yMMMM", datetime(int(year), int(month), 1), locale=locale))
    except ValueError:
        return None
    return year


def _doubted(words: str, mark: str) -> str:
    if mark in {"~", "%"}:
        words = gettext("about %(date)s", date=words)
    return gettext("%(date)s, not certain", date=words) if mark in {"?", "%"} else words
