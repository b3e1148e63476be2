"""Sources, and what they state: claims that are held and attributed, never added up.

What may not live here: a verdict about any of them.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key


class Source(Base):
    __tablename__ = "sources"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(Text, default="")
    publisher: Mapped[str] = mapped_column(Text, default="")
    date: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    url: Mapped[str] = mapped_column(Text, default="")
    object_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_objects.digest"))
    row_digest: Mapped[str] = mapped_column(String(64), default="")


class SourcedStatement(Base):
    """`asserts`: count, status, date, place, identity, other. Values and wording as the source gives them; `about_id` = a person
    or place of the registry where `about` is one."""

    __tablename__ = "sourced_statements"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    source_id: Mapped[int] = mapped_column(Key, ForeignKey("sources.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(Key, ForeignKey("events.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id"), index=True)
    locator: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    asserts: Mapped[str] = mapped_column(String(10))
    value_min: Mapped[str] = mapped_column(Text, default="")
    value_max: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text, default="")
    wording: Mapped[str] = mapped_column(Text, default="")
    says: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    row_digest: Mapped[str] = mapped_column(String(64), default="")


def source_by_public_id(session: Session, public_id: str) -> Source | None:
    """The source with this public id, whoever may read it; None when there is none."""
    return session.scalar(select(Source).where(Source.public_id == public_id))


def statements_of(session: Session, source: int) -> list[int]:
    """The keys of what a source states."""
    return list(session.scalars(select(SourcedStatement.id).where(SourcedStatement.source_id == source).order_by(SourcedStatement.id)))


def statement_by_public_id(session: Session, public_id: str) -> SourcedStatement | None:
    """The sourced statement with this public id, whoever may read it; None when there is none."""
    return session.scalar(select(SourcedStatement).where(SourcedStatement.public_id == public_id))
