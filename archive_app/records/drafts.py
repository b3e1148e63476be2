"""Drafts of transcripts: what somebody at the desk has changed and nobody has made a version yet.

A draft is no unit and no version: no gate opens it, no index holds it, no reading names it. It goes when it is made a version, when it is
set aside, and with its testimony. What may not live here: who may tend it (access), what becomes of it (actions).
"""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import GIVEN_ONCE, Base, Key, Moment


class TranscriptDraft(Base):
    """`base_id`: the version that it was begun from; `made_by`: a digest of whoever began it; `serial`: counts what was saved, so that
    nobody saves over what they have not seen; `segments`: each as [start, end, speaker, text, cue, language, words]."""

    __tablename__ = "transcript_drafts"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    transcript_id: Mapped[int] = mapped_column(Key, ForeignKey("transcripts.id"), index=True)
    base_id: Mapped[int] = mapped_column(Key, ForeignKey("transcript_versions.id"))
    made_by: Mapped[str] = mapped_column(String(80))
    serial: Mapped[int] = mapped_column(default=1)
    segments: Mapped[list[list[object]]] = mapped_column(JSON)
    begun_at: Mapped[int] = mapped_column(Moment)
    saved_at: Mapped[int] = mapped_column(Moment)
    __table_args__ = GIVEN_ONCE


def of_transcript(session: Session, transcript: int) -> list[TranscriptDraft]:
    """The drafts of a transcript (its key), the one saved last first."""
    return list(session.scalars(select(TranscriptDraft).where(TranscriptDraft.transcript_id == transcript)
                                .order_by(TranscriptDraft.saved_at.desc(), TranscriptDraft.id.desc())))


def of_others(session: Session, transcript: int, maker: str) -> tuple[int, ...]:
    """The keys of the drafts of a transcript (its key) that somebody else than `maker` began, in the order in which they were begun; no
    word of them is read, since this is asked at every saving."""
    return tuple(session.scalars(select(TranscriptDraft.id).where(
        TranscriptDraft.transcript_id == transcript, TranscriptDraft.made_by != maker).order_by(TranscriptDraft.id)))


def draft(session: Session, transcript: int, key: int) -> TranscriptDraft | None:
    """One draft of a transcript (their keys)."""
    row = session.get(TranscriptDraft, key)
    return row if row is not None and row.transcript_id == transcript else None


def rename(session: Session, before: str, now: str) -> None:
    """Whoever the audit named one way is named another from now on: their drafts stay theirs. The caller commits."""
    session.execute(update(TranscriptDraft).where(TranscriptDraft.made_by == before).values(made_by=now))
