"""Transcripts as chains of immutable versions, and the segments of each.

A version is never changed: a correction is a new version that names the one before. Times are integer milliseconds on the
testimony's time line, or None where there are none. What may not live here: formats (exchange), redaction (access).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class Transcript(Base):
    """`n`: its number in addresses, from 1, never reused. `kind`: verbatim, corrected, translation, summary, machine."""

    __tablename__ = "transcripts"
    id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"))
    n: Mapped[int]
    language: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(Text, default="")
    current_version_id: Mapped[int | None] = mapped_column(Key)
    __table_args__ = (UniqueConstraint("testimony_id", "n"),)


class TranscriptVersion(Base):
    """`number` from 1 within its transcript; `object_digest` = the file it came from, kept unaltered in the vault."""

    __tablename__ = "transcript_versions"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    transcript_id: Mapped[int] = mapped_column(Key, ForeignKey("transcripts.id"))
    number: Mapped[int]
    previous_id: Mapped[int | None] = mapped_column(Key, ForeignKey("transcript_versions.id"))
    object_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_objects.digest"))
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[int] = mapped_column(Moment)
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    approved_on: Mapped[str] = mapped_column(String(40), default="")
    __table_args__ = (UniqueConstraint("transcript_id", "number"),)


class Segment(Base):
    """`ordinal` from 1 within its version; `language` empty = the transcript's; `cue` = the id it had in its file; `words`: where
    the source times words, [letters from the beginning of the text, start in ms] of each."""

    __tablename__ = "segments"
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("transcript_versions.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    start_ms: Mapped[int | None] = mapped_column(Moment)
    end_ms: Mapped[int | None] = mapped_column(Moment)
    speaker: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text)
    cue: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))


class Footnote(Base):
    """A note to words of a version, never part of them: `number` from 1, as its source has them; `places`: [ordinal, start, end] of the
    words that it is about, as letters of that segment's text; `links`: addresses."""

    __tablename__ = "footnotes"
    version_id: Mapped[int] = mapped_column(Key, ForeignKey("transcript_versions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[list[int]]] = mapped_column(JSON, default=list)


def of_testimony(session: Session, testimony: int) -> list[Transcript]:
    """The transcripts of a testimony (internal key) by number, whoever may read them."""
    return list(session.scalars(select(Transcript).where(Transcript.testimony_id == testimony).order_by(Transcript.n)))


def current_version(session: Session, transcript: Transcript) -> TranscriptVersion | None:
    """The version that is read now; None while a transcript has none."""
    return session.get(TranscriptVersion, transcript.current_version_id) if transcript.current_version_id else None


def versions_of(session: Session, transcript: int) -> list[TranscriptVersion]:
    """Every version of a transcript (its key), oldest first."""
    return list(session.scalars(select(TranscriptVersion).where(TranscriptVersion.transcript_id == transcript)
                                .order_by(TranscriptVersion.number)))


def segments_of(session: Session, version: int) -> list[Segment]:
    """The segments of a version (its key) in order, nothing withheld."""
    return list(session.scalars(select(Segment).where(Segment.version_id == version).order_by(Segment.ordinal)))


def count_segments(session: Session, version: int) -> int:
    """How many segments a version (its key) has."""
    return session.scalar(select(func.count()).select_from(Segment).where(Segment.version_id == version)) or 0


def add_segments(session: Session, rows: list[dict[str, object]]) -> None:
    """Write the segments of a new version; each row has the columns of Segment."""
    if rows:
        session.execute(insert(Segment), rows)


def footnotes_of(session: Session, version: int) -> list[Footnote]:
    """The notes to a version (its key) by number, nothing withheld."""
    return list(session.scalars(select(Footnote).where(Footnote.version_id == version).order_by(Footnote.number)))


def add_footnotes(session: Session, rows: list[dict[str, object]]) -> None:
    """Write the notes of a new version; each row has the columns of Footnote."""
    if rows:
        session.execute(insert(Footnote), rows)


SaidSegment = tuple[int | None, int | None, str, str, str, Sequence[Sequence[int]]]
"""(start, end, speaker, text, cue, times of its words)"""
SaidNote = tuple[str, Sequence[str], Sequence[Sequence[int]]]
"""(text, links, places)"""


def words_digest(segments: Iterable[SaidSegment], notes: Iterable[SaidNote] = ()) -> str:
    """SHA-256 over every segment and note of a version: equal content, equal digest."""
    sha = hashlib.sha256()
    for start_ms, end_ms, speaker, text, cue, words in segments:
        timed = f"\0{json.dumps(words)}" if words else ""
        sha.update(f"{start_ms}\0{end_ms}\0{speaker}\0{text}\0{cue}{timed}\n".encode())
    for note in notes:
        sha.update(f"\0{json.dumps(note)}\n".encode())
    return sha.hexdigest()


def digest_of(session: Session, version: int) -> str:
    """`words_digest` of a version (its key) as it is stored now."""
    segments = ((row.start_ms, row.end_ms, row.speaker, row.text, row.cue, row.words or ()) for row in segments_of(session, version))
    return words_digest(segments, ((row.text, row.links, row.places) for row in footnotes_of(session, version)))
