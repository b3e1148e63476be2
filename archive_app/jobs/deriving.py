"""The copies of recordings follow the terms: for each testimony that changed, a copy for every audience, and none that is nobody's.

Idempotent, and may die at any point: bytes are kept before they are named; what is made twice is equal. What may not live here: how a
copy is made (storage.recipes), who may have it (access.copies).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from archive_app import clock
from archive_app.access.copies import Wanted, needed
from archive_app.access.terms import FOREVER
from archive_app.actions import copying
from archive_app.actions.copying import Part
from archive_app.errors import Damaged, Invalid, NotFound
from archive_app.jobs import leases
from archive_app.records import copies
from archive_app.records.base import reading
from archive_app.records.jobs import Job, due
from archive_app.storage.recipes import make
from archive_app.storage.vault import Vault

KIND = "derive"


def run_due(engine: Engine, vault: Vault, work: Path, holder: str, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Make what is due, one testimony after the other, while this process can hold the lease; the number of jobs done. `work`: a folder
    for what is being made, which nobody else uses; what a killed process left there is removed first.

    A testimony whose copies cannot be brought up to date holds up no other: its jobs stay due for the next run. Raises Damaged for the
    first of them, after everything else was done."""
    count, failed = 0, dict[int, Damaged]()
    with leases.held(engine, KIND, holder) as mine:
        if not mine:
            return 0
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, mode=0o700)
        with leases.renewed(engine, KIND, holder):
            count = _work(engine, vault, work, goes_on, failed)
        shutil.rmtree(work, ignore_errors=True)
    for problem in failed.values():
        raise problem
    return count


def _work(engine: Engine, vault: Vault, work: Path, goes_on: Callable[[], bool], failed: dict[int, Damaged]) -> int:
    """The number of jobs done; `failed` is given the keys of those that could not be. What is wrong with the database or the disk is
    nobody's fault here and raised."""
    count = 0
    while goes_on() and (jobs := _due(engine, failed)):
        try:
            ends = _bring(engine, vault, work, jobs[0].subject, goes_on)
        except (OSError, OperationalError):
            leases.failed(engine, jobs)
            raise
        except Exception as error:
            leases.failed(engine, jobs)
            problem = Damaged(f"copies of {jobs[0].subject}", "to follow the testimony", type(error).__name__)
            problem.__cause__ = error
            failed.update((job.id, problem) for job in jobs)
            continue
        if ends is None:
            break
        leases.finish(engine, jobs, {jobs[0].subject: ends} if ends < FOREVER else {})
        count += len(jobs)
    return count


def _due(engine: Engine, passed_over: Collection[int]) -> list[Job]:
    """The job that is due first, with all others for the same testimony."""
    with reading(engine) as session:
        jobs = [job for job in due(session, KIND, clock.now(), 200 + len(passed_over)) if job.id not in passed_over]
    return [job for job in jobs if job.subject == jobs[0].subject]


def _bring(engine: Engine, vault: Vault, work: Path, public_id: str, goes_on: Callable[[], bool]) -> int | None:
    """Make the copies that a testimony lacks and forget those that are nobody's; when to do that again (ms UTC), None if stopped."""
    with reading(engine) as session:
        wanted, ends = needed(session, public_id, clock.now())
        there = copies.made(session, {each.recording for each in wanted})
    for each in wanted:
        if not goes_on():
            return None
        if (each.recording, each.recipe, each.key) not in there:
            _make(engine, vault, work, public_id, each)
    for digest, noted_at in copying.forget(engine, public_id, wanted).items():
        vault.erase(digest, noted_at)  # not what somebody has kept again since: it is swept where no row comes to name it
    return ends


def _make(engine: Engine, vault: Vault, work: Path, public_id: str, wanted: Wanted) -> None:
    with tempfile.TemporaryDirectory(dir=work) as folder, vault.at(wanted.original) as source:
        try:
            made = make(wanted.recipe, source, Path(folder), wanted.cuts, wanted.duration_ms)
        except (Invalid, Damaged, NotFound) as problem:
            copying.note_failure(engine, public_id, wanted, str(problem))
            return
        parts = []
        for each in made:
            with each.path.open("rb") as stream:
                parts.append(Part(each.part, vault.keep(stream), each.media_type, each.facts))
    copying.note(engine, public_id, wanted, parts)
