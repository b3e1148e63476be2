"""The index follows the database: for each testimony that changed, exactly the passages that each audience reads now.

Idempotent, and may die at any point: a job is done only when the index has been committed. What may not live here: how passages are
cut or stored (search), who reads what (access).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from archive_app import clock
from archive_app.access.renditions import renditions
from archive_app.access.terms import FOREVER
from archive_app.errors import Conflict, Damaged
from archive_app.jobs import holders, leases
from archive_app.records.base import reading
from archive_app.records.jobs import Job, due
from archive_app.records.testimonies import every_public_id
from archive_app.search.documents import Document, documents
from archive_app.search.index import Index, replace

BATCH = 200
"""Testimonies a commit of the index: about 4,000 passages."""
KIND = "index"
log = logging.getLogger(__name__)


def run_due(engine: Engine, index: Index, holder: str, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Do every index job that is due, while this process can hold the lease; the number of jobs done.

    A testimony that cannot be indexed holds up no other: its jobs stay due for the next run. Raises Damaged for the first of them,
    after everything else was done."""
    count, failed = 0, dict[int, Damaged]()
    with leases.held(engine, KIND, holder) as mine:
        while mine and goes_on() and (jobs := _due(engine, failed)):
            problems = _follow(engine, index, holder, jobs)
            failed.update(problems)
            count += len(jobs) - len(problems)
            mine = leases.take(engine, KIND, holder)
    for problem in failed.values():
        raise problem
    return count


def _due(engine: Engine, passed_over: Collection[int] = ()) -> list[Job]:
    with reading(engine) as session:
        jobs = due(session, KIND, clock.now(), BATCH + len(passed_over))
    return [job for job in jobs if job.id not in passed_over]


def _follow(engine: Engine, index: Index, holder: str, jobs: list[Job]) -> dict[int, Damaged]:
    """Do these jobs as one commit of the index; where that fails, halves of them, down to the testimony at fault. Answers the keys
    of the jobs that could not be done. What is wrong with the database or the disk is nobody's fault here and raised."""
    subjects = list(dict.fromkeys(job.subject for job in jobs))
    try:
        leases.finish(engine, jobs, _bring(engine, index, holder, subjects))
        return {}
    except (OSError, OperationalError, Conflict):
        leases.failed(engine, jobs)
        raise
    except Exception as error:
        if len(subjects) == 1:
            leases.failed(engine, jobs)
            problem = Damaged(f"index of {subjects[0]}", "to follow the testimony", type(error).__name__)
            problem.__cause__ = error
            return {job.id: problem for job in jobs}
    first = set(subjects[:len(subjects) // 2])
    halves = [job for job in jobs if job.subject in first], [job for job in jobs if job.subject not in first]
    return {key: problem for half in halves for key, problem in _follow(engine, index, holder, half).items()}


def _bring(engine: Engine, index: Index, holder: str, subjects: list[str]) -> dict[str, int]:
    """Make the index hold what every audience reads of these testimonies now; subject -> when (ms UTC) that is to be done again."""
    later: dict[str, int] = {}
    renewed = clock.now()
    with index.bulk(), reading(engine) as session:
        for subject in subjects:
            read = renditions(session, subject, clock.now())
            by_shelf = documents(read)
            replace(index, subject, by_shelf, version(by_shelf))
            ends = min((each.good_until_utc_ms for each in read), default=FOREVER)
            if ends < FOREVER:
                later[subject] = ends
            if clock.now() - renewed > leases.LEASE_MS // 4:  # who lost the lease must not overwrite what its new holder wrote
                renewed = clock.now()
                if not leases.take(engine, KIND, holder):
                    raise Conflict("index", "another worker has taken this over")
    return later


def version(by_shelf: dict[str, tuple[Document, ...]]) -> str:
    """A digest of everything the index is to hold of a testimony: equal content, equal version."""
    return hashlib.sha256(repr(sorted(by_shelf.items())).encode()).hexdigest()[:32]


def rebuild(engine: Engine, index: Index, holder: str = "") -> int:
    """Throw the index away and promise every testimony anew; the number of testimonies. Raises Conflict while a worker is at it.

    Promised first: a death in between leaves jobs for what is there already, never an empty index without jobs."""
    with leases.held(engine, KIND, holder or holder_name()) as mine:
        if not mine:
            raise Conflict("index", "a worker is following up on changes just now: try again when it is done")
        with reading(engine) as session:
            everything = every_public_id(session)
        leases.promise_all(engine, KIND, everything)
        index.clear()
    return len(everything)


def holder_name() -> str:
    """A name for this process among those that may hold a lease."""
    return holders.own_name()


def waiting(engine: Engine) -> bool:
    """Whether index jobs are due and not done."""
    return bool(_due(engine))
