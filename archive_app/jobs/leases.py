"""Who alone may do the jobs of a kind: a lease that is renewed, and that anybody may take when it has run out.

The one small module, besides those of sessions and limits, that commits by itself: leases hold nothing entrusted to us.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from archive_app import clock
from archive_app.jobs.holders import is_gone
from archive_app.records.base import reading, writing
from archive_app.records.jobs import Job, Lease, due, mark_done, mark_tried, postpone, promised_later

LEASE_MS = 120_000
log = logging.getLogger(__name__)


@contextmanager
def held(engine: Engine, kind: str, holder: str) -> Iterator[bool]:
    """Whether the lease could be had; given back on leaving."""
    mine = take(engine, kind, holder)
    try:
        yield mine
    finally:
        if mine:
            give_back(engine, kind, holder)


@contextmanager
def renewed(engine: Engine, kind: str, holder: str) -> Iterator[None]:
    """Renew a lease from beside, for as long as the block lasts: for work of which a single piece may outlast it."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_MS / 4000):
            try:
                take(engine, kind, holder)
            except SQLAlchemyError as error:  # the database is busy: there are three more times before the lease has run out
                log.error("a lease could not be renewed and is tried again: %s", type(error).__name__)

    beside = threading.Thread(target=renew, daemon=True)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def take(engine: Engine, kind: str, holder: str) -> bool:
    """Take or renew the lease for LEASE_MS; False while somebody else, who is not known to be dead, holds it."""
    with writing(engine) as session:
        lease = session.get(Lease, kind)
        if lease is not None and lease.holder != holder and lease.until > clock.now() and not is_gone(lease.holder):
            return False
        session.merge(Lease(kind=kind, holder=holder, until=clock.now() + LEASE_MS))
        session.commit()
    return True


def give_back(engine: Engine, kind: str, holder: str) -> None:
    """End a lease before its time, so that nobody waits for it; harmless when another holds it by now."""
    with writing(engine) as session:
        lease = session.get(Lease, kind)
        if lease is not None and lease.holder == holder:
            lease.until = 0
            session.commit()


def waiting(engine: Engine, kind: str, most: int) -> list[Job]:
    """What is due now of a kind, the longest due first."""
    with reading(engine) as session:
        return due(session, kind, clock.now(), most)


def finish(engine: Engine, done: list[Job], later: dict[str, int]) -> None:
    """Mark jobs as done; `later`: subject -> when (ms UTC) the same has to be done again."""
    with writing(engine) as session:
        mark_done(session, [job.id for job in done], clock.now())
        for subject, due_at in later.items():
            if not promised_later(session, done[0].kind, subject, due_at):
                session.add(Job(kind=done[0].kind, subject=subject, due_at=due_at))
        session.commit()


def failed(engine: Engine, jobs: list[Job]) -> None:
    """Note a try that did not succeed: the jobs go behind those not tried yet."""
    with writing(engine) as session:
        mark_tried(session, [job.id for job in jobs])
        session.commit()


def put_off(engine: Engine, job: Job, due_at: int) -> None:
    """Note a try that did not succeed, and wait until `due_at` (ms UTC) with the next."""
    with writing(engine) as session:
        mark_tried(session, [job.id])
        postpone(session, job.id, due_at)
        session.commit()


def promise_all(engine: Engine, kind: str, subjects: list[str]) -> None:
    """Promise the same kind of job for many subjects (a rebuild)."""
    with writing(engine) as session:
        session.add_all(Job(kind=kind, subject=subject, due_at=clock.now()) for subject in subjects)
        session.commit()


