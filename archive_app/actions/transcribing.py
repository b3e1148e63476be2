"""Transcripts at the desk: given as a file, replaced by another, put back to what they were, made of a draft. Every way ends in a new
version of an immutable chain; nothing is taken away.

What was withheld stays withheld: by what the words are, from every version before, and in the sound by its time. What may not live here:
formats (exchange), which words a restriction finds (withholding), drafts while they are written (drafting).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.access.kept_transcripts import spoken
from archive_app.access.redaction import Line
from archive_app.access.viewer import Viewer
from archive_app.actions import noting, parts, withholding
from archive_app.actions.change import Change, change
from archive_app.actions.consenting import follow_up, kept
from archive_app.actions.parts import Words
from archive_app.actions.preparing import checked_words, is_partial
from archive_app.errors import ArchiveError, Invalid, NotFound
from archive_app.exchange.file_names import file_name
from archive_app.exchange.formats import parse_transcript
from archive_app.exchange.manifest import KINDS, TranscriptFile
from archive_app.language import dates, tags
from archive_app.records import recordings, transcripts
from archive_app.records.consent import Unit
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Transcript, TranscriptVersion
from archive_app.storage.vault import Kept

LONGEST_NAME = 200


class Newer(ArchiveError):
    """Somebody made another version in the meantime: `number` is the one that is read now. Nothing was written."""

    code, status = "conflict", 409

    def __init__(self, number: int) -> None:
        super().__init__("somebody else made a new version of this transcript in the meantime")
        self.number = number


@dataclass(frozen=True)
class Approval:
    """By whom these words were approved and when (EDTF); '' = not at all. `kind`: what they are, '' = as before."""

    by: str = ""
    on: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Given:
    """A file as it was sent; `keep` puts its bytes into the vault once nothing speaks against them."""

    name: str
    data: bytes
    keep: Callable[[bytes], Kept]


@dataclass(frozen=True)
class Made:
    """What came of it: the transcript, its version, sentences about what to look at."""

    n: int
    number: int
    warnings: tuple[str, ...] = ()


UNCONFIRMED = "part of what is withheld was not found again as it was: more is closed than before, until somebody has looked"


def add(engine: Engine, actor: Viewer, public_id: str, given: Given, language: str, said: Approval) -> Made:
    """A transcript from a file; it stays at the desk until it is published. Raises Invalid, NotFound, NotAllowed."""
    tag = _tag(language)
    with change(engine, actor, "transcribe", public_id) as work:
        row, unit = kept(work, public_id)
        words, warnings = _read(work, row, given, TranscriptFile(_name(given.name), tag, _kind(said.kind or "verbatim")))
        work.staying.append(lambda: given.keep(given.data))
        transcript = parts.add_transcript(work, unit, row, words, _approved(said))
        version = _current(work, transcript)
        warnings += [sentence for _, sentence in withholding.project(work, unit)]
        return _done(work, row, unit, transcript, version, warnings)


def replace_words(engine: Engine, actor: Viewer, public_id: str, n: int, given: Given, said: Approval, seen: int) -> Made:
    """The next version of a transcript, from a file. `seen`: the number of the version that whoever asks has in mind. Raises Newer,
    Invalid, NotFound, NotAllowed."""
    with change(engine, actor, "transcribe", public_id) as work:
        row, unit, transcript = open_transcript(work, public_id, n)
        expect(work, transcript, seen)
        file = TranscriptFile(_name(given.name), transcript.language, _kind(said.kind or transcript.kind))
        words, warnings = _read(work, row, given, file)
        work.staying.append(lambda: given.keep(given.data))
        parts.remember(work, words.kept)
        segments = [Spoken(cue.start_ms, cue.end_ms, cue.speaker, cue.text, cue.id, "", cue.words) for cue in words.cues]
        notes: list[dict[str, object]] = [{"text": note.text, "links": [note.link] if note.link else [],
                  "places": [[each.cue + 1, each.start, each.end] for each in note.anchors]} for note in words.notes]
        version, more = put(work, unit, transcript, segments, notes, replace(said, kind=words.said.kind), words.kept.digest)
        return _done(work, row, unit, transcript, version, [*warnings, *more])


def restore(engine: Engine, actor: Viewer, public_id: str, n: int, number: int, seen: int) -> Made:
    """What an older version says, as the next version. Raises Newer, NotFound, NotAllowed, and Invalid for the one that is read now."""
    with change(engine, actor, "transcribe", public_id) as work:
        row, unit, transcript = open_transcript(work, public_id, n)
        expect(work, transcript, seen)
        old = next((each for each in transcripts.versions_of(work.session, transcript.id) if each.number == number), None)
        if old is None:
            raise NotFound()
        if old.id == transcript.current_version_id:
            raise Invalid("number", "this is the version that is read now")
        notes: list[dict[str, object]] = [{"text": each.text, "links": each.links, "places": each.places}
                                          for each in transcripts.footnotes_of(work.session, old.id)]
        said = spoken(transcripts.segments_of(work.session, old.id))
        version, warnings = put(work, unit, transcript, said, notes, Approval(old.approved_by, old.approved_on))
        work.detail["restored"] = number
        return _done(work, row, unit, transcript, version, warnings)


def open_transcript(work: Change, public_id: str, n: int) -> tuple[Testimony, Unit, Transcript]:
    """A transcript that the actor may tend. Raises NotFound."""
    row, unit = kept(work, public_id)
    found = next((each for each in transcripts.of_testimony(work.session, row.id) if each.n == n), None)
    if found is None:
        raise NotFound()
    return row, unit, found


def expect(work: Change, transcript: Transcript, seen: int) -> None:
    """Raises Newer where another version is read now than the one of this number."""
    now = transcripts.current_version(work.session, transcript)
    if now is not None and now.number != seen:
        raise Newer(now.number)


def put(work: Change, unit: Unit, transcript: Transcript, said: Sequence[Spoken], notes: Sequence[dict[str, object]] | None,
        approval: Approval, file: str | None = None) -> tuple[TranscriptVersion, list[str]]:
    """Write the next version of a transcript and withhold in it what was withheld. `notes` None: those of the version before, each with
    the words it is about. Raises Invalid."""
    if not said:
        raise Invalid("file", "it holds no words")
    before = withholding.heard(work.session, transcript)
    notes = _carried_notes(work, transcript, said) if notes is None else notes
    digest = transcripts.words_digest(
        ((each.start_ms, each.end_ms, each.speaker, each.text, each.cue, each.words) for each in said),
        ((note["text"], note["links"], note["places"]) for note in notes))  # type: ignore[misc]
    version = parts.put_version(work, transcript, digest, [_columns(each) for each in said], notes, file, _approved(approval))
    transcript.kind = _kind(approval.kind or transcript.kind)
    withholding.recall(work, transcript)
    warnings = [sentence for _, sentence in withholding.project(work, unit)]
    if not withholding.confirm(work, unit, transcript, before):
        warnings.append(UNCONFIRMED)
    return version, warnings


def _carried_notes(work: Change, transcript: Transcript, said: Sequence[Spoken]) -> list[dict[str, object]]:
    """The notes of the version that is read now, each with its words in the new one."""
    old = transcript.current_version_id or 0
    notes = transcripts.footnotes_of(work.session, old)
    if not notes:
        return []
    texts = [each.text for each in transcripts.segments_of(work.session, old)]
    lines = [Line(n, each.start_ms, each.end_ms, each.speaker, each.text, each.language, each.cue) for n, each in enumerate(said, 1)]
    hidden = [{ordinal for first, last in runs for ordinal in range(first, last + 1)}
              for runs in withholding.foreseen(work.session, old, lines)]
    return [{"text": each.text, "links": each.links, "places": noting.carried(each.places, texts, [one.text for one in said], *hidden)}
            for each in notes]


def _columns(said: Spoken) -> dict[str, object]:
    return {"start_ms": said.start_ms, "end_ms": said.end_ms, "speaker": said.speaker, "language": said.language, "text": said.text,
            "cue": said.cue, "words": [list(word) for word in said.words] or None}


def _read(work: Change, row: Testimony, given: Given, said: TranscriptFile) -> tuple[Words, list[str]]:
    """The words of a file, as an import reads them. Raises Invalid."""
    found: list[tuple[str, str]] = []
    parsed = parse_transcript(said.file, given.data).in_language(said.language)
    there = [each for each in recordings.of_testimony(work.session, row.id) if each.duration_ms is not None]
    whole = not is_partial(each.label for each in there)
    kept_as = Kept(hashlib.sha256(given.data).hexdigest(), len(given.data))
    words = checked_words(said, kept_as, parsed, [each.duration_ms or 0 for each in there], whole, found)
    if not words.cues:
        raise Invalid("file", "it holds no words")
    return words, [sentence for _, sentence in found]


def _approved(said: Approval) -> tuple[str, str]:
    """By whom and when. Raises Invalid."""
    if len(said.by) > LONGEST_NAME:
        raise Invalid("approved_by", f"at most {LONGEST_NAME} letters")
    if said.by and not said.on:
        raise Invalid("approved_on", "say when it was approved")
    if said.on:
        try:
            dates.parse(said.on[:40])
        except ValueError as error:
            raise Invalid("approved_on", str(error)) from error
    return said.by, said.on[:40]


def _name(text: str) -> str:
    """The name of a file without its folders. Raises Invalid."""
    try:
        return file_name(text.replace("\\", "/").rsplit("/", 1)[-1])
    except ValueError as error:
        raise Invalid("file", str(error)) from error


def _tag(text: str) -> str:
    try:
        return tags.tag(text)
    except ValueError as error:
        raise Invalid("language", str(error)) from error


def _kind(text: str) -> str:
    if text not in KINDS:
        raise Invalid("kind", f"choose one of {', '.join(KINDS)}")
    return text


def _current(work: Change, transcript: Transcript) -> TranscriptVersion:
    found = transcripts.current_version(work.session, transcript)
    assert found is not None
    return found


def _done(work: Change, row: Testimony, unit: Unit, transcript: Transcript, version: TranscriptVersion, warnings: Sequence[str]) -> Made:
    work.detail |= {"transcript": transcript.n, "version": version.number}
    warnings = [*warnings, *follow_up(work, row, unit, urgent=True)]
    return Made(transcript.n, version.number, tuple(warnings))
