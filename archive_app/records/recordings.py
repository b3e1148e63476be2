"""What was given as bytes: objects in the vault, and the recordings, pictures and documents they are.

What may not live here: the bytes themselves (storage), access copies (copies).
"""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class StoredObject(Base):
    """One object of the vault, named by its SHA-256. `size` in bytes."""

    __tablename__ = "stored_objects"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Moment)
    kept_at: Mapped[int] = mapped_column(Moment)


class Recording(Base):
    """A unit with bytes. `kind`: audio, video, image, document. `file_name` is for staff only and is never shown to readers.
    `replaces_id`: the recording in whose place this one came; whoever may have the newer one is no longer given the older."""

    __tablename__ = "recordings"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    tape_id: Mapped[int | None] = mapped_column(Key, ForeignKey("tapes.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(Text, default="")
    object_digest: Mapped[str] = mapped_column(ForeignKey("stored_objects.digest"))
    duration_ms: Mapped[int | None] = mapped_column(Moment)
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    replaces_id: Mapped[int | None] = mapped_column(Key)


def of_testimony(session: Session, testimony: int) -> list[Recording]:
    """Recordings, pictures and documents of a testimony (internal key) by position, whoever may have them."""
    return list(session.scalars(select(Recording).where(Recording.testimony_id == testimony).order_by(Recording.position)))


def stored(session: Session, digest: str) -> StoredObject | None:
    """The object noted under this SHA-256 (hexadecimal); None when it is not in the database, wherever the bytes are."""
    return session.get(StoredObject, digest)
