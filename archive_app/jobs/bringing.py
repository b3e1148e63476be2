"""Imports by upload: looked through and brought in, one after the other; what was abandoned is removed.

May die anywhere: rows that are in are in, and the next worker goes on. What may not live here: what an import is (actions.bringing_in).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from archive_app import clock
from archive_app.actions import bringing_in
from archive_app.actions.receiving import Incoming
from archive_app.jobs import leases
from archive_app.records.base import reading
from archive_app.records.jobs import Job, due

KIND = bringing_in.KIND
PAUSE_MS = 60_000
"""How long to wait after a try that failed."""
SWEEP_EVERY_MS = clock.HOUR_MS
log = logging.getLogger(__name__)


def run_due(room: Incoming, holder: str, swept_at: int = 0, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Do what is due while this process can hold the lease, and sweep where the last sweep, at `swept_at` (ms UTC, 0 = never), is too long
    ago; when it was swept last. An import that fails holds up no other."""
    if clock.now() - swept_at < SWEEP_EVERY_MS and not _due(room):
        return swept_at
    with leases.held(room.engine, KIND, holder) as mine:
        if not mine:
            return swept_at
        if clock.now() - swept_at >= SWEEP_EVERY_MS:
            bringing_in.sweep(room)
            swept_at = clock.now()
        with leases.renewed(room.engine, KIND, holder):
            while goes_on() and (jobs := _due(room)):
                if not _do(room, jobs[0], goes_on):
                    break
    return swept_at


def _due(room: Incoming) -> list[Job]:
    with reading(room.engine) as session:
        return due(session, KIND, clock.now(), 1)


def _do(room: Incoming, job: Job, goes_on: Callable[[], bool]) -> bool:
    try:
        ended = bringing_in.work(room, job.subject, goes_on)
    except Exception as error:
        log.error("an import could not go on and is tried again: %s", type(error).__name__)
        leases.put_off(room.engine, job, clock.now() + PAUSE_MS)
        return True
    if ended:
        leases.finish(room.engine, [job], {})
    return ended
