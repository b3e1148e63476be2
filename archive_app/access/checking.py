"""What `verify` asks of the database: whether releases still follow from statements, and words from their versions.

What may not live here: bytes (storage), the index (search).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.releases import derived
from archive_app.errors import Damaged
from archive_app.records.audit import AuditEntry
from archive_app.records.consent import Release, Statement, Unit
from archive_app.records.jobs import Job
from archive_app.records.restrictions import Restriction, WithheldRun
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Segment, Transcript, TranscriptVersion, count_segments, digest_of

COLUMNS = ("unit_id", "layer", "starts", "ends", "audience_id", "naming", "delivery", "refused", "testimony_id", "collection_id")
DERIVED = ("testimony", "collection", "person", "place", "event", "source", "statement")


def derived_again(session: Session, unit: Unit) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    """(what the statements come to, what is stored) for a unit and the parts derived with it."""
    fresh = {tuple(row[column] for column in COLUMNS) for row in derived(session, unit)}
    inside = select(Unit.id).where(Unit.parent_id == unit.id) if unit.kind == "testimony" else [unit.id]
    rows = session.scalars(select(Release).where(Release.unit_id.in_(inside) | (Release.unit_id == unit.id)))
    return fresh, {tuple(getattr(row, column) for column in COLUMNS) for row in rows}


def derived_units(session: Session) -> list[Unit]:
    """Every unit whose releases are derived on their own account, by key; parts of a testimony come with the testimony."""
    return list(session.scalars(select(Unit).where(Unit.kind.in_(DERIVED)).order_by(Unit.id)))


def derived_names(session: Session) -> dict[int, str]:
    """Key -> public id of every testimony, so that a finding can say which one it is about."""
    return dict(session.execute(select(Testimony.id, Testimony.public_id)).all())


def derived_findings(session: Session) -> Iterator[Damaged]:
    """One Damaged, not raised, for each unit whose stored releases are not what its statements come to; none = all is well."""
    names = derived_names(session)
    for unit in derived_units(session):
        fresh, stored = derived_again(session, unit)
        if fresh != stored:
            yield Damaged(f"terms of {unit.kind} {names.get(unit.id, unit.id)}", "what its statements come to", "other releases")


def uncovered(session: Session) -> Iterator[Damaged]:
    """Restrictions on words that withhold nothing where they plainly must, asked without the reasoning that placed them: of segments by
    number, something of the first transcript; of a time, every segment of a current version that begins within it."""
    for row in session.scalars(select(Restriction).where(Restriction.lifted_at.is_(None), Restriction.words).order_by(Restriction.id)):
        transcripts = list(session.scalars(select(Transcript).where(Transcript.testimony_id == row.testimony_id).order_by(Transcript.n)))
        for transcript in transcripts if row.first_segment is None else transcripts[:1]:
            version = transcript.current_version_id or 0
            runs = list(session.execute(select(WithheldRun.first, WithheldRun.last).where(
                WithheldRun.version_id == version, WithheldRun.restriction_id == row.id)))
            if row.first_segment is None:
                begun = session.scalars(select(Segment.ordinal).where(
                    Segment.version_id == version, Segment.start_ms >= row.start_ms, Segment.start_ms < row.end_ms))
                missed = any(not any(first <= ordinal <= last for first, last in runs) for ordinal in begun)
            else:
                missed = not runs and count_segments(session, version) >= row.first_segment
            if missed:
                yield Damaged(f"restriction {row.id}", "to withhold its words", f"words shown in transcript {transcript.n}")


def words(session: Session) -> Iterator[Damaged]:
    """Versions whose segments or notes are not those they were made with."""
    for version in session.scalars(select(TranscriptVersion).order_by(TranscriptVersion.id)):
        found = digest_of(session, version.id)
        if found != version.digest:
            yield Damaged(f"transcript version {version.id}", version.digest, found)


def not_indexed_yet(session: Session, now: int) -> set[str]:
    """Public ids with an index job that is due and not done; what the index holds of them is not judged."""
    return set(session.scalars(select(Job.subject).where(Job.kind == "index", Job.done_at.is_(None), Job.due_at <= now)))


def statements(session: Session) -> Iterator[Damaged]:
    """Statements of consent that are not those the audit chain saw recorded."""
    there = {row.id: row.digest() for row in session.scalars(select(Statement))}
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        seen = entry.detail.get("statements", {})
        for key, digest in seen.items() if isinstance(seen, dict) else ():
            found = there.pop(int(key), "nothing")
            if found != digest:
                yield Damaged(f"statement {key}", str(digest), found)
    for key, found in sorted(there.items()):
        yield Damaged(f"statement {key}", "to have been recorded in a change", found)
