"""The only clock. Times are integers: milliseconds since 1970-01-01T00:00 UTC.

A date opens when that day has begun everywhere (12:00 UTC) and closes when it begins anywhere (10:00 UTC of the day before):
the zones of the earth run from UTC-12 to UTC+14.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_floor = 0


def now() -> int:
    """Milliseconds UTC; never below the latest time that the audit log has seen (`not_before`)."""
    return max(int(time.time() * 1000), _floor)


def not_before(latest_ms: int) -> None:
    """Tell the clock of a time that has certainly passed: a clock set back must not reopen an embargo."""
    global _floor
    _floor = max(_floor, latest_ms)


def forget_floor() -> None:
    """For tests that travel in time."""
    global _floor
    _floor = 0


def midnight(day: date) -> int:
    """When `day` begins in UTC (ms)."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def opens(day: date) -> int:
    """The first instant at which `day` has begun everywhere on earth."""
    return midnight(day) + 12 * HOUR_MS


def closes(day: date) -> int:
    """The first instant at which `day` has begun anywhere on earth."""
    return midnight(day) - 14 * HOUR_MS


def iso(moment_ms: int) -> str:
    """`2026-11-23T04:40:00Z`."""
    return datetime.fromtimestamp(moment_ms / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
