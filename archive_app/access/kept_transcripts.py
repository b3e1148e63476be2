"""The transcripts of one testimony as those who tend it have them: versions, drafts, the words of each, and the recordings to hear them by.

Whoever asks has been let in by the gate's `keep` already (desk). What may not live here: changing anything, anything for readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from archive_app.access import cuts
from archive_app.access.colleagues import SHELL, Colleagues, colleagues
from archive_app.access.entry import Entry
from archive_app.access.kept_transcript_readings import KeptDraft, KeptTape, KeptTranscript, KeptVersion, Spoken
from archive_app.access.readings import SHOWN, Media
from archive_app.records import copies, drafts, recordings, transcripts
from archive_app.records.copies import AccessCopy
from archive_app.records.drafts import TranscriptDraft
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.restrictions import WithheldRun
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.transcripts import Segment, Transcript, TranscriptVersion
from archive_app.storage.cuts import Cuts
from archive_app.storage.recipes import key as copy_key

PLAYED = ("audio", "video")


def of_testimony(entry: Entry, row: Row, actor: str) -> tuple[KeptTranscript, ...]:
    """Every transcript by its number. `actor`: how records name whoever asks."""
    staff = colleagues(entry.session, row.public_id)
    return tuple(_transcript(entry, each, actor, staff) for each in transcripts.of_testimony(entry.session, row.id))


def _transcript(entry: Entry, row: Transcript, actor: str, staff: Colleagues) -> KeptTranscript:
    versions = entry.session.scalars(select(TranscriptVersion).where(TranscriptVersion.transcript_id == row.id)
                                     .order_by(TranscriptVersion.number.desc())).all()
    sizes: dict[int, int] = dict(entry.session.execute(select(Segment.version_id, func.count()).where(
        Segment.version_id.in_([each.id for each in versions])).group_by(Segment.version_id)).all())
    numbers = {each.id: each.number for each in versions}
    kept = tuple(KeptVersion(
        each.number, each.made_at, each.made_by == actor, each.made_by == SHELL, sizes.get(each.id, 0), each.approved_by, each.approved_on,
        each.object_digest is not None, each.id == row.current_version_id,
        each.id == row.current_version_id and _closed_whole(entry, each.id, sizes.get(each.id, 0)),
        staff.who(each.made_by, each.made_at)) for each in versions)
    begun = tuple(_draft(each, numbers[each.base_id], actor, staff) for each in drafts.of_transcript(entry.session, row.id))
    return KeptTranscript(row.n, row.language, row.kind, row.file_name, numbers.get(row.current_version_id or 0, 0), kept, begun)


def _closed_whole(entry: Entry, version: int, size: int) -> bool:
    return entry.session.scalar(select(func.count()).select_from(WithheldRun).where(
        WithheldRun.version_id == version, WithheldRun.first == 1, WithheldRun.last == size)) != 0


def _draft(row: TranscriptDraft, base: int, actor: str, staff: Colleagues) -> KeptDraft:
    return KeptDraft(row.id, base, row.serial, row.made_by == actor, row.saved_at, row.begun_at, staff.who(row.made_by, row.begun_at))


def version(entry: Entry, row: Row, n: int, number: int) -> tuple[Spoken, ...] | None:
    """The words of one version, nothing withheld; None where there is none of these numbers."""
    key = entry.session.scalar(select(TranscriptVersion.id).join(Transcript, Transcript.id == TranscriptVersion.transcript_id).where(
        Transcript.testimony_id == row.id, Transcript.n == n, TranscriptVersion.number == number))
    return spoken(transcripts.segments_of(entry.session, key)) if key is not None else None


def draft(entry: Entry, row: Row, n: int, key: int) -> tuple[Spoken, ...] | None:
    """The words of one draft; None where there is none."""
    of = entry.session.scalar(select(Transcript.id).where(Transcript.testimony_id == row.id, Transcript.n == n))
    found = drafts.draft(entry.session, of, key) if of is not None else None
    return from_rows(found.segments) if found is not None else None


def spoken(rows: Sequence[Segment]) -> tuple[Spoken, ...]:
    """Stored segments as the desk has them."""
    return tuple(Spoken(each.start_ms, each.end_ms, each.speaker, each.text, each.cue, each.language,
                        tuple((at, ms) for at, ms in each.words or ())) for each in rows)


def to_rows(segments: Sequence[Spoken]) -> list[list[object]]:
    """Segments as a draft keeps them."""
    return [[each.start_ms, each.end_ms, each.speaker, each.text, each.cue, each.language, [list(word) for word in each.words]]
            for each in segments]


def from_rows(rows: Sequence[Sequence[Any]]) -> tuple[Spoken, ...]:
    """What `to_rows` made, read again."""
    return tuple(Spoken(start, end, speaker, text, cue, language, tuple((at, ms) for at, ms in words))
                 for start, end, speaker, text, cue, language, words in rows)


def tapes(entry: Entry, row: Row) -> tuple[KeptTape, ...]:
    """What is played of a testimony, whole, in order of the time line; recordings of which no copy is made yet are left out."""
    there = [each for each in recordings.of_testimony(entry.session, row.id) if each.kind in PLAYED]
    replaced = {each.replaces_id for each in there}
    there = [each for each in there if each.id not in replaced]
    offsets = cuts.offsets_of(entry, there)
    whole = {each.recording_id: each for each in copies.of_recordings(entry.session, {one.id for one in there})
             if any(_is_whole(each, one) for one in there)}
    found = [KeptTape(whole[each.id].public_id, each.kind, each.label, offsets[each.id], each.duration_ms or 0)
             for each in there if each.id in whole]
    return tuple(sorted({each.start_ms: each for each in reversed(found)}.values(), key=lambda each: each.start_ms))


def _is_whole(copy: AccessCopy, row: Recording) -> bool:
    recipe, nothing = SHOWN[row.kind], Cuts()
    return (copy.recording_id, copy.recipe) == (row.id, recipe) and copy.key == copy_key(
        row.object_digest, recipe, nothing.sound, nothing.picture)


def media(entry: Entry, row: Row, public_id: str) -> Media | None:
    """The bytes of a copy of a recording of this testimony, the whole one or one that leaves something out for others; None for
    anything else."""
    found = entry.session.execute(
        select(AccessCopy, StoredObject.size).join(Recording, Recording.id == AccessCopy.recording_id)
        .join(StoredObject, StoredObject.digest == AccessCopy.object_digest)
        .where(AccessCopy.public_id == public_id, Recording.testimony_id == row.id)).first()
    if found is None:
        return None
    copy, size = found
    return Media(copy.public_id, copy.media_type, size, copy.object_digest)
