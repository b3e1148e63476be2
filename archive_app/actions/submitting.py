"""What a family does in its room, by receipt: answer, attach, send; afterwards write, add, correct, pause, go on, withdraw, take a copy.

Each verb is durable when it returns, and touches the one submission that the receipt opens. What may not live here: how somebody comes in
(family_room), files (attaching), archivists (reviewing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from archive_app.access.releases import in_force
from archive_app.actions import accepting, consenting, erasing, family_consent, family_keys, hiding, withdrawals
from archive_app.actions import answers as questions
from archive_app.actions.attaching import attach, attachments, bytes_of, changeable, describe, remove
from archive_app.actions.change import change
from archive_app.actions.family_consent import viewer_of
from archive_app.actions.family_copy import copy
from archive_app.actions.family_readings import Message, message, saved
from archive_app.actions.family_room import Begun, Family, FamilyRoom, at_work, forget_uploads, own, started, today, writes
from archive_app.actions.family_standing import status
from archive_app.errors import Conflict, Invalid
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.submissions import SavedStep, Submission, SubmissionMessage
from archive_app.storage.sealed import seal

__all__ = ["answers", "attach", "attachments", "bytes_of", "concern", "copy", "describe", "erase", "forget", "go_on", "messages", "pause",
           "remove", "save", "send", "status", "withdraw", "write"]
ANSWERED = SavedStep.__tablename__
ASKED = "asked for by the family, with its receipt"
UNPAUSABLE = "only what was sent, and is not withdrawn, can be paused"


def save(room: FamilyRoom, family: Family, step: str, answers: Mapping[str, Any], shown: str = "", language: str = "") -> None:
    """Keep the answer to one question; an empty one forgets it. `shown`: the text of the page on which it was given, of which a digest
    is kept, in which `language`. Raises Invalid, Conflict, NotFound."""
    found = questions.checked(step, answers)
    with reading(room.engine) as session:
        row = own(session, family)
        changeable(row)
        testimony = records.testimony_of(session, row)
    if testimony is not None and row.state == records.ACCEPTED and step in questions.NARROWS:
        _narrow(room, family, testimony.public_id, step, found, shown, language)
        return
    with at_work(room, family, "save") as (session, row, _):
        changeable(row)
        if row.testimony_id is not None and step in questions.NARROWS:
            raise Conflict("submission", "it was accepted in the meantime: open it again")
        _put(session, row, family, step, found, shown, language)
        row.changes |= row.state == records.ACCEPTED


def _put(session: Session, row: Submission, family: Family, step: str, found: Mapping[str, Any], shown: str, language: str) -> None:
    page = hashlib.sha256(shown.encode("utf-8", errors="replace")).hexdigest() if shown else ""
    told = {"step": step, "answers": dict(found), "shown": page, "language": language[:40], "on": today()}
    sealed = family_keys.put_away(told, family.key, ANSWERED) if found or step == "send" else None
    records.put_step(session, row.id, family_keys.slot(family.key, step), sealed)


def _narrow(room: FamilyRoom, family: Family, public_id: str, step: str, found: Mapping[str, Any], shown: str, language: str) -> None:
    """A choice about an account that was accepted, or somebody to hide in it: what is narrower counts from this commit on; what is wider
    waits for an archivist, who looks at what was hidden too."""
    with reading(room.engine) as session:
        actor = viewer_of(own(session, family))
    with change(room.engine, actor, "narrow", public_id) as work:
        row = own(work.session, family)
        changeable(row)
        _put(work.session, row, family, step, found, shown, language)
        testimony, unit = consenting.kept(work, public_id)
        speaker = records.speaker(work.session, row.party_id)
        told = saved(records.steps(work.session, row.id), family.key)
        if step == questions.HIDES:
            hiding.ask(work, unit, accepting.hidden(told))
        row.changes |= family_consent.narrow(work, speaker, unit, told) or step == questions.HIDES
        consenting.follow_up(work, testimony, unit, urgent=True)


def answers(room: FamilyRoom, family: Family) -> dict[str, dict[str, Any]]:
    """Step -> the answer that was saved; skipped ones are not in it."""
    with reading(room.engine) as session:
        found = saved(records.steps(session, own(session, family).id), family.key)
    return {step: found[step]["answers"] for step in questions.STEPS if step in found}


def send(room: FamilyRoom, family: Family, shown: str = "", language: str = "") -> None:
    """To the archivists, who may read it from now on. `shown`: the text of the summary. Raises Conflict."""
    with at_work(room, family, "send") as (session, row, _):
        if row.state not in (records.DRAFT, records.DECLINED):
            raise Conflict("submission", "it was sent already")
        first = accepting.told_in(saved(records.steps(session, row.id), family.key))
        _put(session, row, family, "send", {"first": first or today()[:7]}, shown, language)
        _hand_over(room, row, family.key)


def _hand_over(room: FamilyRoom, row: Submission, key: bytes) -> None:
    row.state, row.sent_on, row.decided_on, row.expires_on = records.SENT, today(), "", ""
    row.archive_key = seal(key, room.key)


def concern(room: FamilyRoom, language: str, about: str, words: str, answers: Mapping[str, Any] = {}) -> Begun:
    """"This concerns me": words about a page, sent at once, and a room of its own to be answered in. `about` is not looked up. `answers`:
    fields of the question "contact". Raises Invalid."""
    if not words.strip():
        raise Invalid("words", "write what it is about")
    said = questions.checked("concern", {"about": about, "words": words})
    contact = questions.checked("contact", answers)
    with writes(room, "concern") as (session, _):
        begun, row, key = started(room, session, language, "concern")
        family = Family(row.id, row.public_id, row.kind, row.state, row.language, key)
        _put(session, row, family, "concern", said, "", language)
        if contact:
            _put(session, row, family, "contact", contact, "", language)
        _hand_over(room, row, key)
    return begun


def write(room: FamilyRoom, family: Family, words: str) -> None:
    """A message to the archivists. Raises Invalid; Conflict while nothing was sent, or after a withdrawal."""
    sealed = family_keys.sealed_message(words, family.key, records.FAMILY)
    with at_work(room, family, "write") as (session, row, _):
        if row.archive_key is None or row.state == records.WITHDRAWN:
            raise Conflict("submission", "archivists can answer what was sent to them: nothing was, or it is withdrawn")
        session.add(SubmissionMessage(submission_id=row.id, said_by=records.FAMILY, sealed=sealed, said_on=today()))


def messages(room: FamilyRoom, family: Family) -> tuple[Message, ...]:
    """Both sides, the oldest first. Those of the archive are read with this."""
    with reading(room.engine) as session:
        rows = records.messages(session, own(session, family).id)
    if any(row.said_by == records.ARCHIVE and not row.seen for row in rows):
        with at_work(room, family, "write") as (session, own_row, _):
            for row in records.messages(session, own_row.id):
                row.seen |= row.said_by == records.ARCHIVE
    return tuple(message(row, family.key) for row in rows)


def pause(room: FamilyRoom, family: Family) -> None:
    """Close it, now: an account that was accepted, to every reader from this commit on; one that waits, to the archivists' decision.
    Harmless when repeated. Raises Conflict."""
    with reading(room.engine) as session:
        row = own(session, family)
        testimony = records.testimony_of(session, row)
    if row.state == records.PAUSED:
        return
    if row.kind != "account" or row.state not in (records.SENT, records.ACCEPTED):
        raise Conflict("submission", UNPAUSABLE)
    if testimony is None:
        with at_work(room, family, "pause") as (session, row, _):
            if row.state == records.PAUSED:
                return
            if row.state != records.SENT:
                raise Conflict("submission", "it was decided in the meantime: open it again")
            row.state, row.paused_from = records.PAUSED, row.state
        return
    with change(room.engine, viewer_of(row), "pause", testimony.public_id) as work:
        row = own(work.session, family)
        if row.state == records.PAUSED:
            return
        if row.state != records.ACCEPTED:
            raise Conflict("submission", UNPAUSABLE)
        found, unit = consenting.kept(work, testimony.public_id)
        speaker = records.speaker(work.session, row.party_id)
        row.hold_id = consenting.record(work, speaker, unit, "hold", reason=ASKED).id
        row.state, row.paused_from = records.PAUSED, records.ACCEPTED
        consenting.follow_up(work, found, unit, urgent=True)


def go_on(room: FamilyRoom, family: Family) -> None:
    """End a pause, by a statement that names it. What others hold stays held. Raises Conflict when it is not paused."""
    with reading(room.engine) as session:
        row = own(session, family)
        testimony = records.testimony_of(session, row)
    _must_be_paused(row)
    if testimony is None:
        with at_work(room, family, "go on") as (_, row, _):
            _must_be_paused(row)
            row.state, row.paused_from = row.paused_from, ""
        return
    with change(room.engine, viewer_of(row), "go on", testimony.public_id) as work:
        row = own(work.session, family)
        _must_be_paused(row)
        found, unit = consenting.kept(work, testimony.public_id)
        speaker = records.speaker(work.session, row.party_id)
        evidence = family_consent.click(work, {}, "go on")
        consenting.record(work, speaker, unit, "permit", {}, evidence, (row.hold_id or 0,))
        row.state, row.paused_from, row.hold_id = records.ACCEPTED, "", None
        consenting.follow_up(work, found, unit)


def _must_be_paused(row: Submission) -> None:
    if row.state != records.PAUSED:
        raise Conflict("submission", "it is not paused")


def withdraw(room: FamilyRoom, family: Family) -> None:
    """For good. An account that was accepted is closed by the narrator's withdrawal, as at the desk; of one that was not, and of a concern,
    every answer, file and message is deleted, and the archive's key to it. Harmless when repeated. Raises Conflict for a draft."""
    with reading(room.engine) as session:
        row = own(session, family)
        testimony = records.testimony_of(session, row)
    if row.state == records.WITHDRAWN:
        return
    if row.state == records.DRAFT:
        raise Conflict("submission", "it was not sent: it can be deleted")
    if testimony is None:
        with at_work(room, family, "withdraw") as (session, row, unnamed):
            if row.state == records.WITHDRAWN:
                return
            if row.testimony_id is not None:
                raise Conflict("submission", "it was accepted in the meantime: open it again")
            take_back(session, row, unnamed)
        forget_uploads(room, family.id)
        withdrawals.follow(room.engine)
        return
    with change(room.engine, viewer_of(row), "withdraw", testimony.public_id) as work:
        row = own(work.session, family)
        found, unit = consenting.kept(work, testimony.public_id)
        if any(each.effect == "withdraw" for each in in_force(work.session, unit)):
            consenting.follow_up(work, found, unit, urgent=True)
        else:
            consenting.close(work, found, unit, "withdraw", ASKED)
        _is_withdrawn(row)
    forget_uploads(room, family.id)


def take_back(session: Session, row: Submission, unnamed: set[str]) -> None:
    """Delete all of a submission but that it was there and is taken back; the objects that it named are added to `unnamed`."""
    sealed = records.empty(session, row.id, (SavedStep, records.Attachment, SubmissionMessage))
    row.archive_key = None
    _is_withdrawn(row)
    erasing.note_taken_back(session, row.public_id, sealed)
    unnamed |= sealed


def erase(room: FamilyRoom, family: Family) -> None:
    """Withdraw it and let nothing of it be kept, not even closed: words, files, messages, what it became. For good, and every visit ends.
    Raises Conflict for a draft, and where it is done."""
    with reading(room.engine) as session:
        row = own(session, family)
        testimony = records.testimony_of(session, row)
    if testimony is None:
        withdraw(room, family)
        return
    with change(room.engine, viewer_of(row), "erase", testimony.public_id) as work:
        found, unit = consenting.kept(work, testimony.public_id)
        erasing.erase_now(work, found, unit, ASKED, family_consent.click(work, {}, "erase"))
        own(work.session, family).decided_on = today()


def _is_withdrawn(row: Submission) -> None:
    row.state, row.paused_from, row.decided_on, row.changes = records.WITHDRAWN, "", today(), False


def forget(room: FamilyRoom, family: Family) -> None:
    """Delete a draft: its bytes, its rows, every visit to it. Raises Conflict for what was sent."""
    with writes(room, "forget") as (session, unnamed):
        row = own(session, family)
        if row.state != records.DRAFT:
            raise Conflict("submission", "it was sent: it can be withdrawn")
        unnamed |= records.drop(session, row)
        erasing.note_forgotten(session, family.id)
    forget_uploads(room, family.id)
    withdrawals.follow(room.engine)
