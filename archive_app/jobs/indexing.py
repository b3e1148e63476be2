"""The index follows the database: for each testimony that changed, exactly the passages that each audience reads now.

Idempotent, and may die at any point: a job is done only when the index has been committed. What may not live here: how passages are
cut or stored (search), who reads what (access).
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable

from sqlalchemy import Engine

from archive_app import clock
from archive_app.access.renditions import renditions
from archive_app.access.terms import FOREVER
from archive_app.jobs import leases
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
    """Do every index job that is due, while this process can hold the lease; the number of jobs done."""
    count = 0
    with leases.held(engine, KIND, holder) as mine:
        while mine and goes_on() and (jobs := _due(engine)):
            _follow(engine, index, jobs)
            count += len(jobs)
            mine = leases.take(engine, KIND, holder)
    return count


def _due(engine: Engine) -> list[Job]:
    with reading(engine) as session:
        return due(session, KIND, clock.now(), BATCH)


def _follow(engine: Engine, index: Index, jobs: list[Job]) -> None:
    try:
        later: dict[str, int] = {}
        with index.bulk(), reading(engine) as session:
            for subject in dict.fromkeys(job.subject for job in jobs):
                read = renditions(session, subject, clock.now())
                by_shelf = documents(read)
                replace(index, subject, by_shelf, version(by_shelf))
                later.update({subject: each.good_until_utc_ms for each in read if each.good_until_utc_ms < FOREVER})
        leases.finish(engine, jobs, later)
    except Exception:
        leases.failed(engine, jobs)
        raise


def version(by_shelf: dict[str, tuple[Document, ...]]) -> str:
    """A digest of everything the index is to hold of a testimony: equal content, equal version."""
    return hashlib.sha256(repr(sorted(by_shelf.items())).encode()).hexdigest()[:32]


def rebuild(engine: Engine, index: Index) -> int:
    """Throw the index away and promise every testimony anew; the number of testimonies."""
    with reading(engine) as session:
        everything = every_public_id(session)
    index.clear()
    leases.promise_all(engine, KIND, everything)
    return len(everything)


def holder_name() -> str:
    """A name for this process among those that may hold a lease."""
    return f"{os.uname().nodename}:{os.getpid()}"


def waiting(engine: Engine) -> bool:
    """Whether index jobs are due and not done."""
    return bool(_due(engine))
