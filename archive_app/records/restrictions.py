"""Restrictions: ranges whose words or picture are withheld, and the stored projection of each onto the current version of every
transcript; older ones are not read.

A restriction is a unit: its releases (layer `words`) say who reads what it withholds. It keeps both anchors: the time, and the
segments marked. What may not live here: how a projection is found (actions.withholding).
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class Restriction(Base):
    __tablename__ = "restrictions"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    start_ms: Mapped[int | None] = mapped_column(Moment)
    end_ms: Mapped[int | None] = mapped_column(Moment)
    first_segment: Mapped[int | None]
    last_segment: Mapped[int | None]
    words: Mapped[bool] = mapped_column(default=True)
    picture: Mapped[bool] = mapped_column(default=True)
    terms: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str] = mapped_column(String(20), default="")
    recorded_at: Mapped[int] = mapped_column(Moment)
    lifted_at: Mapped[int | None] = mapped_column(Moment)


class WithheldRun(Base):
    """Segments `first` to `last` of a version are withheld by a restriction."""

    __tablename__ = "withheld_runs"
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("transcript_versions.id"), primary_key=True)
    restriction_id: Mapped[int] = mapped_column(Key, ForeignKey("restrictions.id"), primary_key=True, index=True)
    first: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def in_force(session: Session, testimony: int) -> list[Restriction]:
    """The restrictions of a testimony that nobody has lifted."""
    return list(session.scalars(select(Restriction).where(
        Restriction.testimony_id == testimony, Restriction.lifted_at.is_(None)).order_by(Restriction.id)))


def restricted(session: Session) -> list[int]:
    """The keys of testimonies with restrictions in force."""
    return list(session.scalars(select(Restriction.testimony_id).where(Restriction.lifted_at.is_(None)).distinct()
                                .order_by(Restriction.testimony_id)))


def lift(session: Session, restriction: Restriction, at: int) -> None:
    """From `at` (ms UTC) on it withholds nothing, in any version. The row stays: it is known that it was there."""
    restriction.lifted_at = at
    session.execute(delete(WithheldRun).where(WithheldRun.restriction_id == restriction.id))


def put_runs(session: Session, version: int, restriction: int, runs: list[tuple[int, int]]) -> None:
    """Replace what a restriction withholds in one version."""
    session.execute(delete(WithheldRun).where(WithheldRun.version_id == version, WithheldRun.restriction_id == restriction))
    session.add_all(WithheldRun(version_id=version, restriction_id=restriction, first=first, last=last) for first, last in runs)


def runs(session: Session, version: int, restriction: int) -> list[tuple[int, int]]:
    """(first, last) of what a restriction withholds in a version."""
    rows = session.execute(select(WithheldRun.first, WithheldRun.last).where(
        WithheldRun.version_id == version, WithheldRun.restriction_id == restriction).order_by(WithheldRun.first))
    return [(first, last) for first, last in rows]


def runs_in(session: Session, version: int) -> list[tuple[int, int]]:
    """(first, last) of what any restriction withholds in a version."""
    rows = session.execute(select(WithheldRun.first, WithheldRun.last).where(WithheldRun.version_id == version))
    return [(first, last) for first, last in rows]
