"""What an erasure has left in files is removed: tried again and again, until nothing is left. May die at any point.

What may not live here: what is removed (actions.erasing), the list (records.belongings).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from archive_app import clock
from archive_app.actions import erasing
from archive_app.jobs import leases
from archive_app.records import belongings, wiping
from archive_app.records.jobs import Job
from archive_app.search.index import Index
from archive_app.storage.vault import Vault

KIND = erasing.KIND
BATCH = 200
AGAIN_MS = 2000
"""How long to wait for what has to be done first by others: the index, copies."""
MUCH_LATER_MS = clock.HOUR_MS // 2
"""And for what interrupted work has left, which lies for a day."""


def run_due(engine: Engine, index: Index, vault: Vault, folder: Path, holder: str, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Do what is due of every erasure, while this process can hold the lease; how many were finished. `folder`: of the instance.
    What cannot be done yet is due again later."""
    if not leases.waiting(engine, KIND, BATCH):
        return 0
    with leases.held(engine, KIND, holder) as mine:
        if not mine:
            return 0
        with leases.renewed(engine, KIND, holder):
            return _work(engine, index, vault, folder, goes_on)


def _work(engine: Engine, index: Index, vault: Vault, folder: Path, goes_on: Callable[[], bool]) -> int:
    ready, later = list[Job](), list[Job]()
    for job in leases.waiting(engine, KIND, BATCH):
        if goes_on():
            (ready if erasing.carry_out(engine, vault, folder, job.subject) else later).append(job)
    if ready:
        index.purge()
    if ready and not wiping.wipe(engine, belongings.tables()):
        later, ready = later + ready, []
    if ready:
        erasing.finish(engine, [job.subject for job in ready])
        leases.finish(engine, ready, {})
    for job in later:
        leases.put_off(engine, job, clock.now() + (AGAIN_MS if job.attempts < 30 else MUCH_LATER_MS))
    return len(ready)
