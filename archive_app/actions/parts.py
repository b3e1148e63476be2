"""The parts of a testimony: recordings and the versions of its transcripts, taken in from files that the vault keeps already.

What may not live here: reading files (importing), formats (exchange), withholding (withholding).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive_app import ids
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import Warning
from archive_app.exchange.cues import Cue
from archive_app.exchange.manifest import MediaFile, TranscriptFile
from archive_app.records import recordings, transcripts
from archive_app.records.consent import Unit, new_unit
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.testimonies import InterviewSession, Tape, Testimony
from archive_app.records.transcripts import Transcript, TranscriptVersion
from archive_app.storage.probe import Probed
from archive_app.storage.vault import Kept


@dataclass(frozen=True)
class Words:
    """A transcript's file: what the row calls it, its bytes in the vault, its cues with their times checked."""

    said: TranscriptFile
    kept: Kept
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class Medium:
    said: MediaFile
    kept: Kept
    probed: Probed


def remember(work: Change, kept: Kept) -> None:
    """Note an object of the vault in the database."""
    if recordings.stored(work.session, kept.digest) is None:
        work.session.add(StoredObject(digest=kept.digest, size=kept.size, kept_at=work.now))
        work.session.flush()


def add_media(work: Change, unit: Unit, row: Testimony, media: Iterable[Medium]) -> None:
    """Recordings in tape order, on one session; each tape begins where the one before ends."""
    told: InterviewSession | None = None
    offset, position = 0, len(recordings.of_testimony(work.session, row.id))
    for medium in media:
        position += 1
        remember(work, medium.kept)
        tape = None
        if medium.probed.duration_ms is not None:
            told = told or _session(work, row)
            tape = Tape(session_id=told.id, position=position, label=medium.said.label, offset_ms=offset)
            work.session.add(tape)
            work.session.flush()
            offset += medium.probed.duration_ms
        part = new_unit(work.session, "recording", unit)
        work.session.add(Recording(
            id=part.id, public_id=ids.public("recording", f"{row.public_id}/{position}/{medium.kept.digest}"), testimony_id=row.id,
            tape_id=tape.id if tape else None, position=position, kind=medium.probed.kind, label=medium.said.label,
            file_name=medium.said.file, object_digest=medium.kept.digest, duration_ms=medium.probed.duration_ms))
    work.session.flush()


def _session(work: Change, row: Testimony) -> InterviewSession:
    told = InterviewSession(testimony_id=row.id, position=1, date=row.date)
    work.session.add(told)
    work.session.flush()
    return told


def follow_media(work: Change, unit: Unit, row: Testimony, media: tuple[Medium, ...], warnings: list[Warning]) -> bool:
    """Add what is new. A replaced file stands beside the one it replaces; nothing is dropped."""
    known = {recording.object_digest for recording in recordings.of_testimony(work.session, row.id)}
    fresh = [medium for medium in media if medium.kept.digest not in known]
    if known - {medium.kept.digest for medium in media}:
        warnings.append(("media", "a recording on record is no longer in the row: it was kept"))
    if fresh:
        add_media(work, unit, row, fresh)
        warnings.append(("media", "a recording was added: it stays at the desk until it is published"))
    return bool(fresh)


def add_transcript(work: Change, unit: Unit, row: Testimony, words: Words) -> Transcript:
    """A transcript with its first version; its number follows the highest there is."""
    numbers = [each.n for each in transcripts.of_testimony(work.session, row.id)]
    part = new_unit(work.session, "transcript", unit)
    transcript = Transcript(id=part.id, testimony_id=row.id, n=max(numbers, default=0) + 1, language=words.said.language,
                            kind=words.said.kind, file_name=words.said.file)
    work.session.add(transcript)
    work.session.flush()
    _add_version(work, transcript, words)
    return transcript


def _add_version(work: Change, transcript: Transcript, words: Words) -> None:
    before = transcripts.current_version(work.session, transcript)
    remember(work, words.kept)
    digest = transcripts.words_digest((cue.start_ms, cue.end_ms, cue.speaker, cue.text, cue.id) for cue in words.cues)
    version = TranscriptVersion(
        transcript_id=transcript.id, number=before.number + 1 if before else 1, previous_id=before.id if before else None,
        object_digest=words.kept.digest, digest=digest, made_by=work.by, made_at=work.now)
    work.session.add(version)
    work.session.flush()
    transcripts.add_segments(work.session, [
        {"version_id": version.id, "ordinal": ordinal, "start_ms": cue.start_ms, "end_ms": cue.end_ms, "speaker": cue.speaker,
         "language": "", "text": cue.text, "cue": cue.id} for ordinal, cue in enumerate(words.cues, 1)])
    transcript.current_version_id = version.id


def follow_transcripts(work: Change, unit: Unit, row: Testimony, words: tuple[Words, ...], warnings: list[Warning]) -> bool:
    """A changed file becomes a new version of its transcript; a new file a transcript at the desk; none is dropped."""
    known = {each.file_name: each for each in transcripts.of_testimony(work.session, row.id)}
    changed = False
    for each in words:
        transcript = known.pop(each.said.file, None)
        if transcript is None:
            add_transcript(work, unit, row, each)
            warnings.append(("transcripts", "a transcript was added: it stays at the desk until it is published"))
            changed = True
            continue
        changed |= (transcript.language, transcript.kind) != (each.said.language, each.said.kind)
        transcript.language, transcript.kind = each.said.language, each.said.kind
        version = transcripts.current_version(work.session, transcript)
        if version is None or version.object_digest != each.kept.digest:
            _add_version(work, transcript, each)
            changed = True
    if known:
        warnings.append(("transcripts", "a transcript on record is no longer in the row: it was kept"))
    return changed
