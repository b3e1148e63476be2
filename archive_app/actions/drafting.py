"""Drafts of a transcript: saved every few seconds while somebody writes, made a version when they say so.

A draft is nobody's to read: it is kept at the desk, for those who tend the testimony. Saving one writes no version, no audit entry and no
job, and commits by itself, since it changes nothing that was entrusted to us. Nobody saves over what they have not seen. What may not live
here: versions (transcribing), what can be done to segments (spoken_lines).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from archive_app import clock
from archive_app.access import law
from archive_app.access.kept_transcript_readings import Spoken
from archive_app.access.kept_transcripts import from_rows, spoken, to_rows
from archive_app.access.viewer import Viewer
from archive_app.actions import spoken_lines
from archive_app.actions.change import Change, change
from archive_app.actions.consenting import follow_up
from archive_app.actions.transcribing import Approval, Made, expect, open_transcript, put
from archive_app.errors import ArchiveError, Invalid, NotAllowed, NotFound
from archive_app.records import drafts, transcripts
from archive_app.records.base import writing
from archive_app.records.drafts import TranscriptDraft
from archive_app.records.transcripts import Transcript

MOST_DRAFTS = 20
"""Drafts of one transcript: more are a fault, or somebody filling the disk."""


class Overtaken(ArchiveError):
    """The draft was saved by another window, or person, than the one that saves now. Nothing was written; `key`, `serial`: what stands."""

    code, status = "conflict", 409

    def __init__(self, key: int, serial: int) -> None:
        super().__init__("this draft was changed in another window")
        self.key, self.serial = key, serial


@dataclass(frozen=True)
class Splice:
    """From segment `at` (from 0) on, `remove` of them go (None: all that follow) and `segments` come in their place."""

    at: int
    remove: int | None
    segments: tuple[Spoken, ...]


@dataclass(frozen=True)
class Saved:
    """The draft as it stands now; `current`: the number of the version that is read; `others`: the keys of what others have begun beside
    it, where it is a draft of whoever asks: two who began at the same time learn of each other by saving."""

    key: int
    serial: int
    base: int
    current: int
    saved_utc_ms: int
    others: tuple[int, ...] = ()


def save(engine: Engine, actor: Viewer, public_id: str, n: int, base: int, key: int, serial: int, splice: Splice) -> Saved:
    """Save into a draft; `key` 0: into a new one, of version number `base`. `serial`: what whoever saves has seen of it. Raises Overtaken,
    Invalid, NotFound, NotAllowed."""
    new = tuple(spoken_lines.checked(each) for each in splice.segments)
    with _drafting(engine, actor, public_id, n) as (work, transcript):
        row = _row(work, transcript, key) if key else _begin(work, transcript, base)
        if key and row.serial != serial:
            raise Overtaken(row.id, row.serial)
        there = row.segments
        remove = len(there) - splice.at if splice.remove is None else splice.remove
        if not (0 <= splice.at <= len(there) and 0 <= remove <= len(there) - splice.at):
            raise Overtaken(row.id, row.serial)
        row.segments = [*there[:splice.at], *to_rows(new), *there[splice.at + remove:]]
        if not row.segments or len(row.segments) > spoken_lines.MOST_SEGMENTS:
            raise Invalid("text", f"a transcript has between 1 and {spoken_lines.MOST_SEGMENTS} segments")
        row.serial, row.saved_at = (row.serial + 1 if key else 1), work.now
        work.session.flush()
        return _saved(work, transcript, row)


def set_aside(engine: Engine, actor: Viewer, public_id: str, n: int, key: int, serial: int) -> None:
    """Drop a draft as it was seen. Raises Overtaken, NotFound, NotAllowed."""
    with _drafting(engine, actor, public_id, n) as (work, transcript):
        row = _row(work, transcript, key)
        if row.serial != serial:
            raise Overtaken(row.id, row.serial)
        work.session.delete(row)


def put_together(engine: Engine, actor: Viewer, public_id: str, n: int, key: int) -> Saved:
    """Take what others made a version since into a draft, which is then of that version. Raises Invalid where both changed the same
    segments: then nothing is written."""
    with _drafting(engine, actor, public_id, n) as (work, transcript):
        row = _row(work, transcript, key)
        base, theirs = (spoken(transcripts.segments_of(work.session, each)) for each in (row.base_id, transcript.current_version_id or 0))
        both = spoken_lines.together(base, theirs, from_rows(row.segments))
        if not both:
            raise Invalid("together", "you both changed the same segments: compare them, and mend your draft by hand")
        row.segments, row.base_id, row.serial, row.saved_at = to_rows(both), transcript.current_version_id or 0, row.serial + 1, work.now
        work.session.flush()
        return _saved(work, transcript, row)


def finish(engine: Engine, actor: Viewer, public_id: str, n: int, key: int, serial: int, seen: int, said: Approval) -> Made:
    """Make a draft the next version; the draft goes. `serial`, `seen`: what whoever asks has seen of the draft, and the number of the
    version that it takes the place of. Raises Newer, Overtaken, Invalid, NotFound, NotAllowed."""
    with change(engine, actor, "transcribe", public_id) as work:
        row, unit, transcript = open_transcript(work, public_id, n)
        draft = _row(work, transcript, key)
        if draft.serial != serial:
            raise Overtaken(draft.id, draft.serial)
        expect(work, transcript, seen)
        segments = [each for each in from_rows(draft.segments) if each.text.strip()]
        spoken_lines.in_order(segments, spoken(transcripts.segments_of(work.session, draft.base_id)))
        version, warnings = put(work, unit, transcript, segments, None, said)
        work.session.delete(draft)
        work.detail |= {"transcript": transcript.n, "version": version.number}
        warnings += follow_up(work, row, unit, urgent=True)
        return Made(transcript.n, version.number, tuple(warnings))


@contextmanager
def _drafting(engine: Engine, actor: Viewer, public_id: str, n: int) -> Iterator[tuple[Change, Transcript]]:
    """A transaction in which the law was asked, and nothing but drafts is written."""
    if not law.may_keep(actor.role, "transcribe"):
        raise NotAllowed("transcribe", "your role does not do this")
    with writing(engine) as session:
        work = Change(session, actor, clock.now())
        _, _, transcript = open_transcript(work, public_id, n)
        yield work, transcript
        session.commit()


def _row(work: Change, transcript: Transcript, key: int) -> TranscriptDraft:
    found = drafts.draft(work.session, transcript.id, key)
    if found is None:
        raise NotFound()
    return found


def _begin(work: Change, transcript: Transcript, base: int) -> TranscriptDraft:
    version = next((each for each in transcripts.versions_of(work.session, transcript.id) if each.number == base), None)
    if version is None:
        raise NotFound()
    if len(drafts.of_transcript(work.session, transcript.id)) >= MOST_DRAFTS:
        raise Invalid("text", "there are too many drafts of this transcript: finish one, or set one aside")
    row = TranscriptDraft(transcript_id=transcript.id, base_id=version.id, made_by=work.by, begun_at=work.now, saved_at=work.now,
                          segments=to_rows(spoken(transcripts.segments_of(work.session, version.id))))
    work.session.add(row)
    return row


def _saved(work: Change, transcript: Transcript, row: TranscriptDraft) -> Saved:
    numbers = {each.id: each.number for each in transcripts.versions_of(work.session, transcript.id)}
    others = drafts.of_others(work.session, transcript.id, work.by) if row.made_by == work.by else ()
    return Saved(row.id, row.serial, numbers[row.base_id], numbers.get(transcript.current_version_id or 0, 0), row.saved_at, others)
