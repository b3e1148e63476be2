"""Dates of what is told: EDTF (Library of Congress, ISO 8601-2, levels 0 to 2), read by the `edtf` library, said back in words.

    parse("199X") -> EventDate(1990 ... 1999)      told(date, "en") -> decade(year 1990)      render(told, gettext) -> "the 1990s"

What may not live here: the clock; dates of our own doings (`clock`). The library is imported when first used: it takes 80 ms.
"""

from __future__ import annotations

import calendar
import datetime
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton

HOW = " Write 1992-02-26, 1992-02, 1992, 1992~ (about), 1992? (perhaps), 199X or 1991/1993 (EDTF)."
LONGEST = 100  # characters; the parser's time grows with the length


@dataclass(frozen=True, slots=True)
class EventDate:
    """A date as recorded, and the days it may mean: `first` to `last`, both included. An open or unknown end of an interval is
    `datetime.date.min` or `.max`."""

    text: str
    first_year: int
    last_year: int
    first: datetime.date
    last: datetime.date
    approximate: bool
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A date in words, not yet in a language: a key of PATTERNS and what goes into it (texts, or dates told in turn)."""

    key: str
    values: tuple[tuple[str, str | Told], ...]


# The English of every key, which is also its gettext message.
PATTERNS = {
    "plain": "%(date)s",
    "about": "about %(date)s",
    "perhaps": "perhaps %(date)s",
    "perhaps_about": "perhaps about %(date)s",
    "decade": "the %(year)ss",
    "span": "%(first)s to %(last)s",
    "between": "between %(first)s and %(last)s",
    "since": "from %(first)s",
    "until": "until %(last)s",
    "spring": "spring %(year)s",
    "summer": "summer %(year)s",
    "autumn": "autumn %(year)s",
    "winter": "winter %(year)s",
}
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


@lru_cache(maxsize=4096)
def parse(text: str) -> EventDate:
    """Read one EDTF date of the archive, once. Raises ValueError with a sentence that says what is wrong."""
    return read(text)


def read(text: str) -> EventDate:
    """`parse` for a date that somebody asks for: remembered nowhere, read anew each time (3 ms and more). Raises ValueError."""
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError(f"A date is {LONGEST} characters long at the most.{HOW}")
    if text.startswith("XXXX") or not re.search("[0-9]", text):
        raise ValueError(f"“{text}” names no year.{HOW}")
    read = _read(text)
    first, last = _day(read.lower_strict(), datetime.date.min, text), _day(read.upper_strict(), datetime.date.max, text)
    start, slash, end = text.partition("/")
    if slash:
        first = first if start not in ("", "..") else datetime.date.min
        last = last if end not in ("", "..") else datetime.date.max
    if first > last:
        raise ValueError(f"“{text}” ends before it begins.")
    return EventDate(text, first.year, last.year, first, last, bool(re.search("[~%]", text)), bool(re.search(r"[?%]", text)))


def years(date: EventDate) -> tuple[int, int]:
    """The first and last year by which it is found, counted and sorted: an open or unknown end counts as the year of the known
    one (`1992/..` -> 1992, 1992)."""
    first = date.first_year if date.first != datetime.date.min else date.last_year
    last = date.last_year if date.last != datetime.date.max else date.first_year
    return first, last


def told(date: EventDate, interface_language: str) -> Told:
    """The date in words for a reader of `interface_language`: days and months by CLDR, all other words left to `render`."""
    if "/" in date.text:
        start, _slash, end = date.text.partition("/")
        return _told_interval(start, end, interface_language)
    return _told_one(date, interface_language)


def render(told: Told, gettext: Callable[[str], str]) -> str:
    """The finished text: `gettext` translates the messages of PATTERNS."""
    values = {key: value if isinstance(value, str) else render(value, gettext) for key, value in told.values}
    return gettext(PATTERNS[told.key]) % values


def _told_interval(first: str, last: str, language: str) -> Told:
    ends = {key: told(parse(text), language) for key, text in (("first", first), ("last", last)) if text not in ("", "..")}
    return Told("span" if len(ends) == 2 else "since" if "first" in ends else "until", tuple(ends.items()))


def _told_one(date: EventDate, language: str) -> Told:
    bare = re.sub("[?~%]", "", date.text)
    qualifier = {(True, True): "perhaps_about", (True, False): "about", (False, True): "perhaps"}.get(
        (date.approximate, date.uncertain)
    )
    told_bare = _told_bare(bare, date, language)
    if qualifier:
        inner = told_bare.values[0][1] if told_bare.key == "plain" else told_bare
        return Told(qualifier, (("date", inner),))
    return told_bare


def _told_bare(bare: str, date: EventDate, language: str) -> Told:
    """A date without its marks of doubt, by its form."""
    if re.fullmatch(r"\d{3}X", bare):
        return Told("decade", (("year", str(date.first_year)),))
    if season := re.fullmatch(r"(\d{4})-(2[1-4])", bare):
        return Told(_SEASONS[season[2]], (("year", season[1]),))
    if re.fullmatch(r"\d{4}(-XX(-XX)?)?", bare):
        return Told("plain", (("date", str(date.first_year)),))
    if re.fullmatch(r"\d{4}-(0\d|1[0-2])(-XX)?", bare):
        return Told("plain", (("date", format_skeleton("yMMMM", date.first, locale=_locale(language))),))
    days = [format_date(day, format="long", locale=_locale(language)) for day in (date.first, date.last)]
    if (date.first.month, date.first.day, date.last.month, date.last.day) == (1, 1, 12, 31):
        days = [str(date.first_year), str(date.last_year)]
    if days[0] == days[1]:
        return Told("plain", (("date", days[0]),))
    return Told("between", (("first", days[0]), ("last", days[1])))


def _locale(language: str) -> str:
    """CLDR's locale; plain English is written day first, as in most of the world."""
    return "en_GB" if language in ("en", "") else language.replace("-", "_")


def _read(text: str) -> Any:
    """The library's own object, or ValueError."""
    with warnings.catch_warnings():  # pyparsing warns about the library's grammar where Python runs with -W
        warnings.simplefilter("ignore")
        import edtf
        from edtf.parser import parser_classes
        from edtf.parser.edtf_exceptions import EDTFParseException
    vars(parser_classes)["print"] = _say_nothing  # it prints parts of some dates that it cannot read: of a query, perhaps
    try:
        return edtf.parse_edtf(text)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"“{text}” is not a date that can be read.{HOW}") from error


def _say_nothing(*_: object) -> None:
    """Instead of `print`."""


def _day(moment: Any, otherwise: datetime.date, text: str) -> datetime.date:
    """The library's struct_time as a day; 156X-02-29 may name a day that its last year has not."""
    if isinstance(moment, float):  # an open end is an infinite float
        return otherwise
    year, month, day = moment[:3]
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise ValueError(f"“{text}” is outside the years 1 to 9999.")
    return datetime.date(year, month, min(day, calendar.monthrange(year, month)[1]))
