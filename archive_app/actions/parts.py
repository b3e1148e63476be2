"""The parts of a testimony: recordings, the versions of its transcripts and its index, from files that the vault keeps already.

What may not live here: reading files (importing), formats (exchange), withholding (withholding).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

from sqlalchemy.orm import Session

from archive_app import ids
from archive_app.access.releases import in_force
from archive_app.access.terms import CLOSED, OPEN, from_json, join
from archive_app.actions import consenting
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import Warning
from archive_app.actions.reporting import NO_LONGER
from archive_app.exchange.cues import Cue, Note
from archive_app.exchange.manifest import MediaFile, TranscriptFile
from archive_app.exchange.ohms_values import OhmsPoint
from archive_app.records import recordings, testimonies, transcripts
from archive_app.records.consent import Unit, new_unit, party_of, written_evidence
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.testimonies import InterviewSession, Tape, Testimony
from archive_app.records.transcripts import Transcript, TranscriptVersion
from archive_app.storage.probe import Probed
from archive_app.storage.vault import Kept

LONGEST_LABEL = 200
"""Letters that the label of a tape has room for; a family's caption, which the recording keeps, may be longer."""
REPLACED = "a recording was replaced: both are kept, and the new one stays at the desk until it is published"
ADDED = "a recording was added: it stays at the desk until it is published"


@dataclass(frozen=True)
class Words:
    """A transcript's file: what the row calls it, its bytes in the vault, its cues with their times checked, the notes to them.
    `alone`: the file holds nothing else."""

    said: TranscriptFile
    kept: Kept
    cues: tuple[Cue, ...]
    notes: tuple[Note, ...] = ()
    alone: bool = True

    @property
    def digest(self) -> str:
        """What a version with these words is known by."""
        segments = ((cue.start_ms, cue.end_ms, cue.speaker, cue.text, cue.id, cue.words) for cue in self.cues)
        return transcripts.words_digest(segments, ((note.text, _links(note), _places(note)) for note in self.notes))


def _links(note: Note) -> list[str]:
    return [note.link] if note.link else []


def _places(note: Note) -> list[list[int]]:
    """With ordinals of segments, which count from 1."""
    return [[anchor.cue + 1, anchor.start, anchor.end] for anchor in note.anchors]


@dataclass(frozen=True)
class Medium:
    """A recording, picture or document. `offset_ms`: where its tape begins on the time line; None = where the one before ends."""

    said: MediaFile
    kept: Kept
    probed: Probed
    offset_ms: int | None = None


def remember(work: Change, kept: Kept) -> None:
    """Note an object of the vault in the database, or that it was kept again: who did so is no longer on the way here."""
    known = recordings.stored(work.session, kept.digest)
    if known is None:
        work.session.add(StoredObject(digest=kept.digest, size=kept.size, kept_at=work.now))
    else:
        known.kept_at = work.now
    work.session.flush()


def add_media(work: Change, unit: Unit, row: Testimony, media: Iterable[Medium]) -> None:
    """Recordings in tape order, on one session; each tape begins where the one before ends. A file whose name is known comes in the
    place of the recording it was before: both are kept, and what was said of that one holds for the new one too."""
    there = recordings.of_testimony(work.session, row.id)
    offset, position = end_of(work.session, there), len(there)
    told: InterviewSession | None = None
    for medium in media:
        position += 1
        remember(work, medium.kept)
        before = next((each for each in reversed(there) if each.file_name == medium.said.file), None)
        tape = before.tape_id if before else None
        if before is None and medium.probed.duration_ms is not None:
            told = told or _session(work, row)
            offset = offset if medium.offset_ms is None else medium.offset_ms
            made = Tape(session_id=told.id, position=position, label=medium.said.label[:LONGEST_LABEL], offset_ms=offset)
            work.session.add(made)
            work.session.flush()
            tape = made.id
            offset += medium.probed.duration_ms
        part, name = new_unit(work.session, "recording", unit), before.public_id if before else medium.said.file
        work.session.add(Recording(
            id=part.id, public_id=ids.public("recording", f"{row.public_id}/{name}"), testimony_id=row.id, tape_id=tape,
            position=position, kind=medium.probed.kind, label=medium.said.label, file_name=medium.said.file,
            object_digest=medium.kept.digest, duration_ms=medium.probed.duration_ms, facts=medium.probed.facts(),
            replaces_id=before.id if before else None))
        if before is not None:
            _take_over(work, unit, before, part, medium.probed.kind)
    work.session.flush()


def _take_over(work: Change, unit: Unit, before: Recording, part: Unit, kind: str) -> None:
    """Let what everybody but the archive said of a recording alone hold for the one that comes in its place: that only narrows. Of one of
    another kind, what was said of any layer holds for all of its own."""
    layers = ("video", "audio") if kind == "video" else (kind,)
    for row in in_force(work.session, unit):
        speaker = party_of(work.session, row.party_id)
        if row.unit_id != before.id or speaker.capacity == "archive":
            continue
        closed = CLOSED if row.effect != "permit" else OPEN
        said = {layer: from_json(text) | closed for layer, text in row.terms.items()} or {"existence": closed}
        if kind != before.kind:
            said |= dict.fromkeys(layers, join(said.values()))
        proof = written_evidence(work.session, row.evidence_id) if row.evidence_id else None
        consenting.record(work, speaker, part, "permit", said, proof, (), row.reason)


def end_of(session: Session, there: Iterable[Recording]) -> int:
    """Where the last tape of a testimony ends on its time line, in ms."""
    offsets = testimonies.offsets(session, [each.tape_id for each in there if each.tape_id])
    return max((offsets[each.tape_id] + (each.duration_ms or 0) for each in there if each.tape_id), default=0)


def _session(work: Change, row: Testimony) -> InterviewSession:
    told = InterviewSession(testimony_id=row.id, position=1, date=row.date)
    work.session.add(told)
    work.session.flush()
    return told


def follow_media(work: Change, unit: Unit, row: Testimony, media: tuple[Medium, ...], warnings: list[Warning]) -> bool:
    """Add what is new. A replaced file stands beside the one it replaces; nothing is dropped."""
    there = recordings.of_testimony(work.session, row.id)
    known, names = {each.object_digest for each in there}, {each.file_name for each in there}
    fresh = [medium for medium in media if medium.kept.digest not in known]
    for medium in media:
        if medium.kept.digest in known:
            remember(work, medium.kept)
    if names - {medium.said.file for medium in media}:
        warnings.append(("media", f"a recording {NO_LONGER}: it was kept"))
    for medium in fresh:
        warnings.append(("media", REPLACED if medium.said.file in names else ADDED))
    if fresh:
        add_media(work, unit, row, fresh)
    return bool(fresh)


def add_transcript(work: Change, unit: Unit, row: Testimony, words: Words, approved: tuple[str, str] = ("", "")) -> Transcript:
    """A transcript with its first version; its number follows the highest there is."""
    numbers = [each.n for each in transcripts.of_testimony(work.session, row.id)]
    part = new_unit(work.session, "transcript", unit)
    transcript = Transcript(id=part.id, testimony_id=row.id, n=max(numbers, default=0) + 1, language=words.said.language,
                            kind=words.said.kind, file_name=words.said.file)
    work.session.add(transcript)
    work.session.flush()
    _add_version(work, transcript, words, approved)
    return transcript


def _add_version(work: Change, transcript: Transcript, words: Words, approved: tuple[str, str] = ("", "")) -> None:
    remember(work, words.kept)
    put_version(
        work, transcript, words.digest,
        [{"start_ms": cue.start_ms, "end_ms": cue.end_ms, "speaker": cue.speaker, "language": "", "text": cue.text, "cue": cue.id,
          "words": [list(word) for word in cue.words] or None} for cue in words.cues],
        [{"text": note.text, "links": _links(note), "places": _places(note)} for note in words.notes], words.kept.digest, approved)


def put_version(work: Change, transcript: Transcript, digest: str, segments: Sequence[dict[str, object]],
                notes: Sequence[dict[str, object]], file: str | None = None,
                approved: tuple[str, str] = ("", "")) -> TranscriptVersion:
    """The next version of a transcript, which is read from the commit on. `segments`, `notes`: the columns of each but its number;
    `file`: the object that it comes from; `approved`: by whom and when (EDTF)."""
    before = transcripts.current_version(work.session, transcript)
    work.reworded.setdefault(transcript.id, before.id if before else 0)
    known = transcripts.versions_of(work.session, transcript.id)
    version = TranscriptVersion(
        transcript_id=transcript.id, number=known[-1].number + 1 if known else 1, previous_id=before.id if before else None,
        object_digest=file, digest=digest, made_by=work.by, made_at=work.now,
        approved_by=approved[0], approved_on=approved[1])
    work.session.add(version)
    work.session.flush()
    transcripts.add_segments(work.session, [{"version_id": version.id, "ordinal": n, **each} for n, each in enumerate(segments, 1)])
    transcripts.add_footnotes(work.session, [{"version_id": version.id, "number": n, **each} for n, each in enumerate(notes, 1)])
    transcript.current_version_id = version.id
    return version


GIVEN_BEFORE = "a transcript was replaced since this file was given: its words stay as they are; an older version is restored at the desk"


def follow_transcripts(work: Change, unit: Unit, row: Testimony, words: tuple[Words, ...], warnings: list[Warning],
                       back: bool = False) -> bool:
    """A changed file becomes a new version of its transcript, one that holds more than the words only with other words; a new file a
    transcript at the desk; none is dropped. `back`: also one that was given before, and replaced since, of which a table does not know."""
    there = transcripts.of_testimony(work.session, row.id)
    before = _before(there, words)
    changed = False
    for each, transcript in zip(words, before, strict=True):
        if transcript is None:
            add_transcript(work, unit, row, each)
            warnings.append(("transcripts", "a transcript was added: it stays at the desk until it is published"))
            changed = True
            continue
        changed |= (transcript.language, transcript.kind) != (each.said.language, each.said.kind)
        if transcript.language != each.said.language:
            work.reworded.setdefault(transcript.id, 0)  # in another language names have other endings: nobody has looked for those
        transcript.language, transcript.kind = each.said.language, each.said.kind
        version = transcripts.current_version(work.session, transcript)
        given = [known.object_digest for known in transcripts.versions_of(work.session, transcript.id) if known.object_digest]
        other = given[-1:] != [each.kept.digest]  # what was corrected at the desk since is no reason to take the same file in again
        if other and not back and each.kept.digest in given:
            other = False
            warnings.append(("transcripts", GIVEN_BEFORE))
        if other and (version is None or each.alone or version.digest != each.digest):
            _add_version(work, transcript, each)
            changed = True
        remember(work, each.kept)
    if len(there) > sum(transcript is not None for transcript in before):
        warnings.append(("transcripts", f"a transcript {NO_LONGER}: it was kept"))
    return changed


def _before(there: Sequence[Transcript], words: Sequence[Words]) -> list[Transcript | None]:
    """For each of the words the transcript that they were: the one of their file, and of a file with several the one in their language."""
    known, named = Counter(row.file_name for row in there), Counter(each.said.file for each in words)
    waiting = list(there)
    found: list[Transcript | None] = []
    for each in words:
        file, tag = each.said.file, each.said.language
        several = max(known[file], named[file]) > 1
        one = next((row for row in waiting if row.file_name == file and (not several or row.language == tag)), None)
        if one is not None:
            waiting.remove(one)
        found.append(one)
    return found


def follow_index(work: Change, row: Testimony, points: Sequence[OhmsPoint]) -> bool:
    """Write the index of a testimony as its file has it now; True when it is other than before."""
    wanted = sorted((_columns(point) for point in points), key=lambda columns: columns["start_ms"])  # type: ignore[arg-type,return-value]
    there = testimonies.index_points(work.session, row.id)
    if [{name: getattr(each, name) for name in _COLUMNS} for each in there] == wanted:
        return False
    testimonies.put_index_points(work.session, row.id, wanted)
    return True


_COLUMNS = tuple(field.name for field in fields(OhmsPoint))


def _columns(point: OhmsPoint) -> dict[str, object]:
    """A point as it is stored."""
    lists = {"keywords": list(point.keywords), "subjects": list(point.subjects), "places": [list(astuple(place)) for place in point.places],
             "links": [[link.url, link.text] for link in point.links]}
    return {name: lists.get(name, getattr(point, name)) for name in _COLUMNS}
