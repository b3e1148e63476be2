"""What was done: an append-only chain. Each entry's digest covers the one before, so that a gap or a change shows.

Entries hold verbs, ids and digests; never words, names or reasons in words. Triggers refuse update and delete.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import JSON, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[int] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


def link(previous: str, at: int, actor: str, verb: str, subject: str, detail: dict[str, object]) -> str:
    """The digest of an entry: SHA-256 over the digest before it and its own content."""
    content = json.dumps([previous, at, actor, verb, subject, detail], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def append(session: Session, at: int, actor: str, verb: str, subject: str, detail: dict[str, object]) -> None:
    """Add one entry to the end of the chain. The caller holds the write lock."""
    previous = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or ""
    session.add(AuditEntry(at=at, actor=actor, verb=verb, subject=subject, detail=detail, previous=previous,
                           digest=link(previous, at, actor, verb, subject, detail)))


def is_noted(session: Session, actor: str, verb: str, subject: str, detail: dict[str, object], since: int) -> bool:
    """Whether just this was written down from `since` (ms UTC) on."""
    rows = session.scalars(select(AuditEntry.detail).where(AuditEntry.subject == subject, AuditEntry.actor == actor,
                                                           AuditEntry.verb == verb, AuditEntry.at >= since))
    return any(row == detail for row in rows)


def latest(session: Session) -> int:
    """The time of the newest entry (ms UTC), 0 when there is none."""
    return session.scalar(select(func.max(AuditEntry.at))) or 0


def broken_links(session: Session) -> list[int]:
    """Keys of entries that do not follow from the one before."""
    broken, previous = [], ""
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)).yield_per(1000):
        expected = link(previous, entry.at, entry.actor, entry.verb, entry.subject, entry.detail)
        if entry.previous != previous or entry.digest != expected:
            broken.append(entry.id)
        previous = entry.digest
    return broken


def head(session: Session) -> tuple[int, str]:
    """(how many entries there are, the digest of the last of them)."""
    last = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0, last or ""


def lost_anchors(session: Session, anchors: Mapping[int, str]) -> list[int]:
    """Of the places at which somebody outside noted the chain's digest (number of entries -> digest), those where it is another now or
    where the chain does not reach: it was cut off, or written anew. A cut above the highest of them is not seen."""
    digests = session.scalars(select(AuditEntry.digest).order_by(AuditEntry.id)).yield_per(1000) if anchors else ()
    found = {number: digest for number, digest in enumerate(digests, 1) if number in anchors}
    return sorted(number for number, digest in anchors.items() if found.get(number) != digest)
