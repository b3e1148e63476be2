"""Files of families: sealed before they touch the vault, shown to the scanner, decoded behind the fence, described by what they are.

Bytes first, then the row; what is refused is dropped again. What may not live here: accepting (accepting), pages.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from sqlalchemy.orm import Session

from archive_app import clock, ids
from archive_app.actions import answers, consenting, family_consent, family_keys
from archive_app.actions.change import change
from archive_app.actions.family_consent import viewer_of
from archive_app.actions.family_readings import Attached, about, attached, saved
from archive_app.actions.family_room import Family, FamilyRoom, at_work, own, today
from archive_app.actions.turns import DECODING, READING, turn
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.formats import parse_transcript
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.recordings import StoredObject
from archive_app.records.submissions import Attachment, Submission
from archive_app.storage.probe import embedded, probe
from archive_app.storage.scanning import scan
from archive_app.storage.sealed import keep_sealed, open_sealed
from archive_app.storage.signatures import HEAD, signature
from archive_app.storage.spool import as_file
from archive_app.storage.vault import Kept

FIELD, CALLED = "file", "this file"
TEXTS = {"txt": "text/plain", "vtt": "text/vtt", "srt": "application/x-subrip",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
MOST_TEXT = 16 << 20
SEGMENTS = "segments"
MOST_SEGMENTS, LINES_OF_ONE = 50_000, 4
"""Of all the texts of one account: each is held in memory as many times its size whenever somebody looks what others will see. A caption of
a film has four lines."""
MOST_FILES, MOST_NAME = 200, 300
OPEN = frozenset({records.DRAFT, records.DECLINED, records.SENT, records.ACCEPTED})
"""The states in which something can be changed."""


def attach(room: FamilyRoom, family: Family, source: BinaryIO, name: str) -> Attached:
    """Read `source` to its end and keep it. Raises Invalid("file") for what is refused; NoScanner, Busy."""
    with reading(room.engine) as session:
        changeable(own(session, family))
    counted = _Counted(source, room.upload_most)
    kept = keep_sealed(room.vault, cast(BinaryIO, counted), family.key)
    try:
        found = _examined(room, family, kept, counted.size, name)
        with at_work(room, family, "attach") as (session, row, _):
            changeable(row)
            return _add(session, row, family, kept, found)
    except BaseException:
        room.vault.drop(kept.digest)
        raise


def changeable(row: Submission) -> None:
    """Raises Conflict for what is paused or withdrawn."""
    if row.state not in OPEN:
        raise Conflict("submission", "it is paused or withdrawn: nothing of it can be changed now")


def _examined(room: FamilyRoom, family: Family, kept: Kept, size: int, name: str) -> Attached:
    """What a sealed object is, by looking at all of it."""
    with open_sealed(room.vault, kept.digest, family.key) as plain:
        scan(room.clamd, plain, FIELD, CALLED)
    with open_sealed(room.vault, kept.digest, family.key) as plain:
        claim = signature(plain.read(HEAD))
        plain.seek(0)
        ending = PurePosixPath(name).suffix.lower().removeprefix(".")
        told = Attached("", 0, name[:MOST_NAME], "text", TEXTS.get(ending, ""), size, None, "", "", today())
        if claim is None and ending in TEXTS:
            return replace(told, facts={SEGMENTS: _is_text(plain, ending)})
        if claim is None and size:
            raise Invalid(FIELD, f"{CALLED} is of no kind this archive takes: sound, film, picture, PDF, or a text such as .txt and .docx")
        with turn(DECODING), as_file(plain, size, room.folder / "decoding", CALLED) as path:
            probed, said = probe(path, FIELD), embedded(path, FIELD)
    return replace(told, kind=probed.kind, media_type=probed.media_type, duration_ms=probed.duration_ms, facts=probed.facts(),
                   embedded=said)


def _is_text(plain: BinaryIO, ending: str) -> int:
    """How many segments a text has. Raises Invalid; lines are counted before anything is made of them."""
    data = plain.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise Invalid(FIELD, f"{CALLED} is larger than {MOST_TEXT >> 20} MB, which no text is")
    if ending != "docx" and max(data.count(b"\n"), data.count(b"\r")) > LINES_OF_ONE * MOST_SEGMENTS:
        raise _too_many()
    try:
        with turn(READING):
            found = len(parse_transcript(f"text.{ending}", data).cues)
    except Invalid as refused:
        raise Invalid(FIELD, refused.reason) from refused
    if found > MOST_SEGMENTS:
        raise _too_many()
    return found


def _too_many() -> Invalid:
    return Invalid(FIELD, f"a transcript has between 1 and {MOST_SEGMENTS} segments")


def _add(session: Session, row: Submission, family: Family, kept: Kept, found: Attached) -> Attached:
    there = records.attachments(session, row.id)
    if len(there) >= MOST_FILES:
        raise Invalid(FIELD, f"at most {MOST_FILES} files")
    if sum(int(str(each.facts.get(SEGMENTS, 0))) for each in (found, *(attached(one, family.key) for one in there))) > MOST_SEGMENTS:
        raise _too_many()
    position = max((each.position for each in there), default=0) + 1
    public_id = ids.public("attachment", f"{row.public_id}/{position}")
    made = replace(found, id=public_id, position=position)
    now = clock.now()
    today_ms = now - now % clock.DAY_MS  # a day, not a moment
    session.add(StoredObject(digest=kept.digest, size=kept.size, kept_at=today_ms))
    session.flush()
    session.add(Attachment(public_id=public_id, submission_id=row.id, position=position, object_digest=kept.digest,
                           about=family_keys.put_away(about(made), family.key, public_id)))
    row.changes |= row.state == records.ACCEPTED
    return made


def describe(room: FamilyRoom, family: Family, attachment: str, label: str = "", audience: str = "") -> None:
    """A caption, as typed, and who may have this one file: '' = whoever its layer is open to. Of a file that is part of a testimony what
    is narrower counts from this commit on; a caption, and what is wider, wait for an archivist. Raises Invalid, NotFound, Conflict."""
    if len(label) > answers.MOST_LETTERS:
        raise Invalid("label", f"at most {answers.MOST_LETTERS} letters")
    if audience and audience not in answers.AUDIENCES:
        raise Invalid("audience", f"choose one of {', '.join(answers.AUDIENCES)}")
    with reading(room.engine) as session:
        row = own(session, family)
        testimony = records.testimony_of(session, row)
    if testimony is None or row.state != records.ACCEPTED:
        with at_work(room, family, "attach") as (session, row, _):
            changeable(row)
            if row.testimony_id is not None:
                raise Conflict("submission", "it was accepted in the meantime: open it again")
            _describe(session, row, family, attachment, label, audience)
        return
    with change(room.engine, viewer_of(row), "narrow", testimony.public_id) as work:
        row = own(work.session, family)
        changeable(row)
        there, told = _describe(work.session, row, family, attachment, label, audience)
        found, unit = consenting.kept(work, testimony.public_id)
        row.changes |= told.label != label or there.recording_id is None
        if there.recording_id is not None:
            row.changes |= family_consent.say_of_file(work, records.speaker(work.session, row.party_id), unit,
                                                      (there.recording_id, told.kind, audience),
                                                      saved(records.steps(work.session, row.id), family.key))
        consenting.follow_up(work, found, unit, urgent=True)


def _describe(session: Session, row: Submission, family: Family, attachment: str, label: str, audience: str) -> tuple[Attachment, Attached]:
    """The row of a file, with what is said of it now; and what was said of it before."""
    found = _one(session, row.id, attachment)
    before = attached(found, family.key)
    found.about = family_keys.put_away(about(replace(before, label=label, audience=audience)), family.key, found.public_id)
    return found, before


def remove(room: FamilyRoom, family: Family, attachment: str) -> None:
    """Delete one file, bytes and all. Raises NotFound; Conflict for one that is part of a testimony."""
    with at_work(room, family, "remove") as (session, row, unnamed):
        changeable(row)
        found = _one(session, row.id, attachment)
        if not found.is_sealed:
            raise Conflict("file", "it is part of the testimony: write to the archivists, or withdraw")
        unnamed.add(found.object_digest)
        session.delete(found)


def attachments(room: FamilyRoom, family: Family) -> tuple[Attached, ...]:
    """The files in their order."""
    with reading(room.engine) as session:
        return tuple(attached(row, family.key) for row in records.attachments(session, own(session, family).id))


def attachment(room: FamilyRoom, family: Family, attachment: str) -> Attached:
    """One file. Raises NotFound."""
    with reading(room.engine) as session:
        return attached(_one(session, own(session, family).id, attachment), family.key)


def bytes_of(room: FamilyRoom, family: Family, attachment: str) -> BinaryIO:
    """A file as it was given. Raises NotFound."""
    with reading(room.engine) as session:
        found = _one(session, own(session, family).id, attachment)
    return opened(room, found, family.key)


def opened(room: FamilyRoom, row: Attachment, key: bytes) -> BinaryIO:
    """The bytes behind a row, unsealed."""
    return open_sealed(room.vault, row.object_digest, key) if row.is_sealed else room.vault.open(row.object_digest)


def _one(session: Session, submission: int, attachment: str) -> Attachment:
    found = next((row for row in records.attachments(session, submission) if row.public_id == attachment), None)
    if found is None:
        raise NotFound()
    return found


class _Counted(io.RawIOBase):
    """A source that counts, and stops at what is too large."""

    def __init__(self, source: BinaryIO, most: int) -> None:
        self._source, self._most, self.size = source, most, 0

    def read(self, size: int = -1) -> Any:
        data = self._source.read(size)
        self.size += len(data)
        if self.size > self._most:
            raise Invalid(FIELD, f"{CALLED} is larger than this archive takes")
        return data
