"""What one person at the desk wants to open in a collection that asks for two, until another agrees or refuses.

What may not live here: when a second person is needed and what is then carried out (actions.agreeing).
"""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment

WAITING, AGREED, REFUSED = "waiting", "agreed", "refused"


class Proposal(Base):
    """`verb` with what it is `said` to do (JSON); `evidence_id`: written down when it was proposed. `seen`: the last
    statement on the testimony then. `proposed_by`, `decided_by`: as the
    audit names people. `reason`: why it was refused."""

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    said: Mapped[dict[str, object]] = mapped_column(JSON)
    seen: Mapped[int] = mapped_column(Key)
    evidence_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consent_evidence.id"))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[int] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[int | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")


def of_testimony(session: Session, testimony_id: int, key: int, alone: bool = False) -> Proposal | None:
    """One of the proposals on a testimony; `alone`: nobody else decides it at the same time."""
    found = select(Proposal).where(Proposal.id == key, Proposal.testimony_id == testimony_id)
    return session.scalar(found.with_for_update() if alone else found)


def rename(session: Session, before: str, now: str) -> None:
    """Whoever the audit named one way is named another from now on: who has asked for something stays who has asked. The caller commits."""
    session.execute(update(Proposal).where(Proposal.proposed_by == before, Proposal.state == WAITING).values(proposed_by=now))


def end_waiting(session: Session, now: int, reason: str) -> None:
    """Let nothing wait any more, after a restore: what was refused since the backup is not known there. The caller commits."""
    session.execute(update(Proposal).where(Proposal.state == WAITING).values(state=REFUSED, decided_at=now, reason=reason))


def waiting(session: Session, testimony_id: int) -> list[Proposal]:
    """What waits for a second person, oldest first."""
    return list(session.scalars(select(Proposal).where(
        Proposal.testimony_id == testimony_id, Proposal.state == WAITING).order_by(Proposal.id)))
