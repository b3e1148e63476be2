"""What was promised: one row for each thing to be done later, written in the transaction that made it necessary.

Jobs hold ids only. They are done by whoever holds the lease on their kind; a lease that ran out is anybody's (jobs.leases).
What may not live here: doing them.
"""

from __future__ import annotations

from sqlalchemy import Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class Job(Base):
    """`kind`: index, derive, erase, bring or mail. `subject`: a public id; of a letter the row that it is about (`code:7`). `urgent`:
    before all others (what closes something). `due_at`, `done_at` in ms UTC."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[int] = mapped_column(Moment)
    urgent: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[int | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_jobs_open", "kind", "done_at", "due_at"),)


class Lease(Base):
    """Who alone may do the jobs of a kind, until when."""

    __tablename__ = "leases"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[int] = mapped_column(Moment)


def due(session: Session, kind: str, now: int, limit: int) -> list[Job]:
    """Jobs of a kind that are due and not done, urgent ones first."""
    return list(session.scalars(select(Job).where(Job.kind == kind, Job.done_at.is_(None), Job.due_at <= now)
                                .order_by(Job.urgent.desc(), Job.attempts, Job.id).limit(limit)))


def mark_done(session: Session, keys: list[int], now: int) -> None:
    """Set the time (ms UTC) at which these jobs were done; they are due no more. The caller commits."""
    session.execute(update(Job).where(Job.id.in_(keys)).values(done_at=now))


def mark_tried(session: Session, keys: list[int]) -> None:
    """Count one more try of these jobs, which puts them behind equally urgent ones tried less often. The caller commits."""
    session.execute(update(Job).where(Job.id.in_(keys)).values(attempts=Job.attempts + 1))


def postpone(session: Session, key: int, due_at: int) -> None:
    """Let a job be due at another moment (ms UTC). The caller commits."""
    session.execute(update(Job).where(Job.id == key).values(due_at=due_at))


def promised_later(session: Session, kind: str, subject: str, due_at: int) -> bool:
    """Whether a job for this subject at this moment is written down and not done."""
    return session.scalar(select(Job.id).where(Job.kind == kind, Job.subject == subject, Job.due_at == due_at,
                                               Job.done_at.is_(None)).limit(1)) is not None


def undone(session: Session, subject: str, kinds: tuple[str, ...], now: int) -> set[str]:
    """Those of these kinds of which a job for this subject is due and not done."""
    return set(session.scalars(select(Job.kind).where(Job.subject == subject, Job.kind.in_(kinds), Job.done_at.is_(None),
                                                      Job.due_at <= now).distinct()))
