"""Dates as people say them, in the interface language: what is told (EDTF, read by `language.dates`) and days that terms name.

What may not live here: whether a date is valid (import checks it), the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from babel.dates import format_date

from archive_app.language import dates
from archive_app.web import interface
from archive_app.web.translate import N_, gettext

MESSAGES = (
    N_("about %(date)s"), N_("perhaps %(date)s"), N_("perhaps about %(date)s"), N_("the %(year)ss"), N_("%(first)s to %(last)s"),
    N_("between %(first)s and %(last)s"), N_("from %(first)s"), N_("until %(last)s"), N_("spring %(year)s"),
    N_("summer %(year)s"),
    N_("autumn %(year)s"), N_("winter %(year)s"))
"""Those of `language.dates`, which knows no catalogues."""


def date_words(edtf: str) -> str:
    """One date or interval in the interface language; '' for none, the text itself where it cannot be read."""
    if not edtf:
        return ""
    told = _told(edtf, interface.chosen())
    return edtf if told is None else dates.render(told, gettext)


@lru_cache(maxsize=4096)
def _told(edtf: str, ui: str) -> dates.Told | None:
    try:
        return dates.told(dates.parse(edtf), ui)
    except ValueError:
        return None


def moment_words(moment_ms: int) -> str:
    """The day of a moment (ms UTC), as terms name it."""
    ui = interface.chosen()
    return str(format_date(datetime.fromtimestamp(moment_ms / 1000, tz=UTC).date(), "long", locale="en_GB" if ui == "en" else ui))


def time_words(moment_ms: int) -> str:
    """A moment (ms UTC) to the minute, for those who work with others on one thing: `23 November 2026, 14:07 UTC`."""
    at = datetime.fromtimestamp(moment_ms / 1000, tz=UTC)
    return f"{moment_words(moment_ms)}, {at:%H:%M} UTC"


def decade_words(year: str) -> str:
    """`the 1930s`, of the year the decade begins with."""
    return gettext("the %(year)ss", year=year)
