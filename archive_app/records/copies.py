"""Access copies: what was made from a recording for reading, each found by what it leaves out.

A copy's `key` is the digest of (original, recipe, sorted cuts): whoever may read less computes another key and never meets this row.
What may not live here: the bytes (storage), who may have which copy (access.copies).
"""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class AccessCopy(Base):
    """`recipe`: sound, peaks, film, poster, preview, page. `part`: the page of a document, from 1; 0 where there is one. `facts`: what
    a page says of it (pixels, milliseconds, words of a page). A new id for each copy that differs."""

    __tablename__ = "access_copies"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    recording_id: Mapped[int] = mapped_column(Key, ForeignKey("recordings.id"))
    recipe: Mapped[str] = mapped_column(String(12))
    part: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(64))
    object_digest: Mapped[str] = mapped_column(ForeignKey("stored_objects.digest"), index=True)
    media_type: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    made_at: Mapped[int] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("recording_id", "recipe", "part", "key"),)


class FailedCopy(Base):
    """A copy that could not be made, and why, in words for staff: it is not tried again until the recipe or the cuts change."""

    __tablename__ = "failed_copies"
    recording_id: Mapped[int] = mapped_column(Key, ForeignKey("recordings.id"), primary_key=True)
    recipe: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(400))
    tried_at: Mapped[int] = mapped_column(Moment)


def made(session: Session, recordings: set[int]) -> set[tuple[int, str, str]]:
    """(recording, recipe, key) of the copies that are there or could not be made."""
    found = set[tuple[int, str, str]]()
    for table in (AccessCopy, FailedCopy):
        found |= {(recording, recipe, key) for recording, recipe, key in session.execute(
            select(table.recording_id, table.recipe, table.key).where(table.recording_id.in_(recordings)).distinct())}
    return found


def failed(session: Session, recordings: set[int]) -> set[tuple[int, str, str]]:
    """(recording, recipe, key) of the copies that could not be made."""
    rows = session.execute(
        select(FailedCopy.recording_id, FailedCopy.recipe, FailedCopy.key).where(FailedCopy.recording_id.in_(recordings)))
    return {(recording, recipe, key) for recording, recipe, key in rows}


def note_failure(session: Session, failed: FailedCopy) -> None:
    """Write down, once, that a copy could not be made."""
    session.merge(failed)


def of_recordings(session: Session, recordings: set[int]) -> list[AccessCopy]:
    """Every copy of these recordings, whoever may have it."""
    return list(session.scalars(select(AccessCopy).where(AccessCopy.recording_id.in_(recordings)).order_by(
        AccessCopy.recording_id, AccessCopy.recipe, AccessCopy.part, AccessCopy.id)))


def drop(session: Session, keys: set[int]) -> None:
    """Forget copies that nobody may be given any more; their bytes are swept later."""
    session.execute(delete(AccessCopy).where(AccessCopy.id.in_(keys)))


def drop_failed(session: Session, keys: set[tuple[int, str, str]]) -> None:
    """Forget that these (recording, recipe, key) could not be made: nobody is to have them any more."""
    for recording, recipe, key in keys:
        session.execute(delete(FailedCopy).where(
            FailedCopy.recording_id == recording, FailedCopy.recipe == recipe, FailedCopy.key == key))
