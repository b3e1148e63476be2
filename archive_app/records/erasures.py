"""What was erased, and what of that is still to be done: ids, digests and numbers, never words or names.

What may not live here: what belongs to a testimony (belongings), doing the rest (actions.erasing, jobs.erasing).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment
from archive_app.records.recordings import StoredObject
from archive_app.records.testimonies import Testimony

TESTIMONY, SUBMISSION, DRAFT = KINDS = ("testimony", "submission", "draft")


class Erasure(Base):
    """`kind`: one of KINDS; a submission that became a testimony is erased with that. `subject`: public id. `erased_at`: ms UTC, of what
    families bring in the beginning of the day. `import_key`: digest of the key under which imports knew it. `commitment`: SHA-256 over
    `salt` and the digests of everything that was erased. `facts`: what the receipt says. `left`: objects of the vault still to be removed,
    with when they were noted (ms UTC); `waits`: what else is left, with how many; `loose`: files without a name that lay about when that
    was first looked at, None before. `finished_at`: when nothing was left. `line`: the line of the ledger by which it was done again."""

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(64), unique=True)
    testimony_id: Mapped[int | None] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    erased_at: Mapped[int] = mapped_column(Moment)
    import_key: Mapped[str] = mapped_column(String(64), default="")
    salt: Mapped[str] = mapped_column(String(64), default="")
    commitment: Mapped[str] = mapped_column(String(64), default="")
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    left: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    waits: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    loose: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    finished_at: Mapped[int | None] = mapped_column(Moment)
    line: Mapped[str] = mapped_column(String(64), default="")

    def digest(self) -> str:
        """SHA-256 over what it says of itself and never changes: what the ledger knows it by."""
        content = [self.kind, self.subject, self.erased_at, self.import_key, self.salt, self.commitment]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def commitment(salt: str, digests: Iterable[str]) -> str:
    """SHA-256 over a salt and digests in order: whoever has a copy can show that it was this which was erased, and nobody can try others
    without the salt."""
    return hashlib.sha256("\n".join([salt, *sorted(digests)]).encode()).hexdigest()


def of(session: Session, subject: str) -> Erasure | None:
    """The erasure of what had this public id; None where it was not erased."""
    return session.scalar(select(Erasure).where(Erasure.subject == subject))


def is_erased(session: Session, testimony: int) -> bool:
    """Whether a testimony (internal key) was erased."""
    return session.scalar(select(Erasure.id).where(Erasure.testimony_id == testimony)) is not None


def every(session: Session) -> list[tuple[Erasure, str]]:
    """Every erasure, the oldest first, each with the public id of the testimony, empty where it was none."""
    asked = select(Erasure, Testimony.public_id).outerjoin(Testimony, Testimony.id == Erasure.testimony_id).order_by(Erasure.id)
    return [(row, public_id or "") for row, public_id in session.execute(asked)]


def unfinished(session: Session) -> list[Erasure]:
    """Those of which something is left to be done."""
    return list(session.scalars(select(Erasure).where(Erasure.finished_at.is_(None)).order_by(Erasure.id)))


def noted(session: Session, digests: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Digest -> (bytes, when it was noted, ms UTC) of those objects that are on the list."""
    wanted, found = sorted(set(digests)), dict[str, tuple[int, int]]()
    for begin in range(0, len(wanted), 500):
        rows = session.scalars(select(StoredObject).where(StoredObject.digest.in_(wanted[begin:begin + 500])))
        found |= {row.digest: (row.size, row.kept_at) for row in rows}
    return found
