"""Fixity: each time an object of the vault was read and compared with its name, as an event (PREMIS 3.0, event type "fixity check").

What may not live here: reading bytes (storage), when to check (jobs).
"""

from __future__ import annotations

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment
from archive_app.records.recordings import StoredObject

SOUND, DAMAGED, MISSING = "sound", "damaged", "missing"


class FixityCheck(Base):
    """`outcome`: sound, damaged, missing. `found`: the digest that was found where it differs."""

    __tablename__ = "fixity_checks"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    checked_at: Mapped[int] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(8))
    found: Mapped[str] = mapped_column(String(64), default="")


def note(session: Session, digest: str, checked_at: int, outcome: str, found: str = "") -> None:
    """Write down one check. The caller commits."""
    session.add(FixityCheck(digest=digest, checked_at=checked_at, outcome=outcome, found=found))


def longest_unchecked(session: Session, before: int, limit: int) -> list[str]:
    """Digests of objects last checked before that moment (ms UTC), the one that waited longest first; being kept counts as a check."""
    last = select(FixityCheck.digest, func.max(FixityCheck.checked_at).label("at")).group_by(FixityCheck.digest).subquery()
    checked = func.coalesce(last.c.at, StoredObject.kept_at)
    return list(session.scalars(select(StoredObject.digest).outerjoin(last, last.c.digest == StoredObject.digest)
                                .where(checked < before).order_by(checked, StoredObject.digest).limit(limit)))


def troubled(session: Session) -> list[FixityCheck]:
    """The newest check of every object that was not sound at that check. No door leads here yet: it waits for a page of the desk that
    lists damaged bytes; `verify --media` checks them anew."""
    newest = select(func.max(FixityCheck.id)).group_by(FixityCheck.digest)
    return list(session.scalars(select(FixityCheck).where(FixityCheck.id.in_(newest), FixityCheck.outcome != SOUND)
                                .order_by(FixityCheck.digest)))
