"""What an address asks, read strictly: page numbers, seconds, choices. Raises Invalid with the name of the field.

What may not live here: answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

from werkzeug.datastructures import MultiDict

from archive_app.access.reading_room import Narrowing
from archive_app.errors import Invalid
from archive_app.web.numbers import whole
from archive_app.web.translate import N_, gettext

Args = MultiDict[str, str]

NARROWING = tuple(field.name for field in fields(Narrowing))
YEARS = ("year_from", "year_to")
SEVERAL = tuple(field for field in NARROWING if field not in YEARS)
"""Filters that a search may be given more than once: any of the values."""
SEARCH = ("q", *NARROWING, "group", "whole", "sort", "page")
LONGEST = 200
"""Characters of any value but the words searched for."""
MOST_VALUES = 20


def page_number(args: Args) -> int:
    """Which page of a list, from 1."""
    return number(args, "page", 1)


def number(args: Args, field: str, otherwise: int) -> int:
    """A whole number from 1 on."""
    text = args.get(field, "")
    if not text:
        return otherwise
    found = whole(text, 7)
    if not found:
        raise Invalid(field, N_("write a whole number, from 1 on"))
    return found


def choice(args: Args, field: str, allowed: Sequence[str], otherwise: str) -> str:
    """One of the allowed values."""
    text = args.get(field, "")
    if text and text not in allowed:
        raise Invalid(field, gettext("choose one of: %(allowed)s", allowed=", ".join(allowed)))
    return text or otherwise


def moment(args: Args) -> int | None:
    """`t`, seconds from the start of the testimony, as milliseconds; `4:12` and `1:04:12` are understood too."""
    text = args.get("t", "").strip()
    if not text:
        return None
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = [-1.0]
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(part) and 0 <= part < 1e7 for part in parts):
        raise Invalid("t", N_("write seconds from the start, such as 252"))
    return round(sum(part * (1, 60, 3600)[place] for place, part in enumerate(reversed(parts))) * 1000)


def narrowing(args: Args) -> Narrowing:
    """What a list of testimonies is narrowed by, one value of each."""
    for field in ("decade", *YEARS):
        year(args, field)
    return Narrowing(**{field: short(args, field) for field in NARROWING})


def short(args: Args, field: str) -> str:
    """A short text, without spaces around it."""
    text = args.get(field, "").strip()
    if len(text) > LONGEST:
        raise Invalid(field, gettext("write at most %(most)s characters", most=LONGEST))
    return text


def several(args: Args, field: str) -> tuple[str, ...]:
    """Every value given for a field, each once."""
    given = dict.fromkeys(text.strip() for text in args.getlist(field))
    if len(given) > MOST_VALUES or any(len(text) > LONGEST for text in given):
        raise Invalid(field, gettext("give at most %(values)s values of %(most)s characters", values=MOST_VALUES, most=LONGEST))
    return tuple(text for text in given if text)


def year(args: Args, field: str) -> int | None:
    """A year, or None."""
    text = args.get(field, "").strip()
    if not text:
        return None
    found = whole(text, 4)
    if found is None:
        raise Invalid(field, N_("write a year, such as 1954"))
    return found
