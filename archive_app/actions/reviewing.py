"""What archivists do with what families have sent: answer, decline with words, accept, carry over, erase. Nothing is public by any of it.

Whoever tends only some collections does not come in: a submission is in none yet. What may not live here: reading it (incoming), what
carrying over is (accepting), what others would see (previewing).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import ids
from archive_app.access.viewer import Viewer
from archive_app.actions import (
    accepting,
    attaching,
    by_hand,
    consenting,
    family_consent,
    family_keys,
    incoming,
    people,
    submitting,
    withdrawals,
)
from archive_app.actions.accepting import Carried
from archive_app.actions.change import Change, change, rehearsal
from archive_app.actions.family_readings import Attached, attached, saved
from archive_app.actions.family_room import FamilyRoom, key_of, may_review, read_by, reviews, sent, today
from archive_app.actions.previewing import gathered
from archive_app.actions.previewing import preview_for as preview
from archive_app.errors import Conflict, Invalid
from archive_app.exchange.manifest import IDENTIFIER
from archive_app.records import objects
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.submissions import Submission, SubmissionMessage
from archive_app.records.testimonies import collection_by_public_id, has_collections
from archive_app.storage.vault import Arrived

__all__ = ["accept", "answer", "carry", "deal", "decline", "erase", "preview", "settle"]
Changing = Callable[[Engine, Viewer, str, str], AbstractContextManager[Change]]


def answer(room: FamilyRoom, actor: Viewer, public_id: str, words: str) -> None:
    """Words to the family, which reads them with its receipt. Raises Invalid, NotFound, NotAllowed, Conflict."""
    with reviews(room, actor, "answer", public_id) as (session, row, _):
        if row.state == records.WITHDRAWN:
            raise Conflict("submission", "the family has withdrawn it")
        _say(room, session, row, words)


def _say(room: FamilyRoom, session: Session, row: Submission, words: str) -> None:
    sealed = family_keys.sealed_message(words, key_of(room, row), records.ARCHIVE)
    session.add(SubmissionMessage(submission_id=row.id, said_by=records.ARCHIVE, sealed=sealed, said_on=today()))


def decline(room: FamilyRoom, actor: Viewer, public_id: str, words: str) -> None:
    """Not accepted, and why; the family may change it and send it again. Raises Invalid, NotFound, NotAllowed, Conflict."""
    with reviews(room, actor, "decline", public_id) as (session, row, _):
        if row.state != records.SENT:
            raise Conflict("submission", "only what waits can be declined")
        _say(room, session, row, words)
        row.state, row.decided_on = records.DECLINED, today()


def erase(room: FamilyRoom, actor: Viewer, public_id: str) -> None:
    """Delete what a family has sent, as it asked: every answer, file and message, and the archive's key. What was accepted is a testimony
    and erased as one. Raises NotFound, NotAllowed, Conflict."""
    with reviews(room, actor, "erase submission", public_id) as (session, row, unnamed):
        if row.testimony_id is not None or row.state == records.WITHDRAWN:
            raise Conflict("submission", "it is withdrawn, or a testimony: that is erased by a custodian, on its own page")
        submitting.take_back(session, row, unnamed)
    withdrawals.follow(room.engine)


def settle(room: FamilyRoom, actor: Viewer, public_id: str, words: str) -> None:
    """A concern that was dealt with, and how. Raises Invalid, NotFound, NotAllowed, Conflict."""
    with reviews(room, actor, "settle", public_id) as (session, row, _):
        if row.kind != "concern" or row.state != records.SENT:
            raise Conflict("submission", "only a concern that waits can be settled")
        _say(room, session, row, words)
        row.state, row.decided_on = records.ACCEPTED, today()


def accept(room: FamilyRoom, actor: Viewer, public_id: str, collection: str, title: str = "") -> str:
    """Everything becomes a testimony of a collection, at the desk; its public id. Bytes are kept unsealed first. Raises Invalid, NotFound,
    NotAllowed; Conflict for what does not wait, or was changed by the family meanwhile."""
    may_review(actor, "read submission")
    _may_become(room, public_id, collection, title)
    target = ids.public("testimony", f"submission/{public_id}")
    with _ready(room, public_id, records.SENT) as (new, seen, stay):
        stay()
        with _changing(change, room, actor, public_id, target, records.SENT, seen) as (work, row):
            _there(work.session, collection)
            testimony, speaker, became = accepting.carry_over(work, collection, target, title.strip(), new)
            row.testimony_id, row.party_id, row.state, row.decided_on = testimony.id, speaker.id, records.ACCEPTED, today()
            gone = _unsealed(work, row, new, became)
            _carried(room, work.session, row, new, dealt=True)
    _drop(room, gone)
    return target


def _may_become(room: FamilyRoom, public_id: str, collection: str, title: str) -> None:
    """Whether it can be accepted so, before anything of it is unsealed: what is refused leaves nothing in the clear."""
    with reading(room.engine) as session:
        row = sent(session, public_id)
        _waits(row, records.SENT)
        told = family_consent.answered(saved(records.steps(session, row.id), key_of(room, row)), incoming.TOLD)
        if not (title.strip() or str(told.get("title", "")).strip()):
            raise Invalid("title", "write a title: it is what people see in lists")
        _there(session, collection)


def _there(session: Session, collection: str) -> None:
    """A slip of the pen makes no collection, in which nothing that protects the right one would hold; only the first one is made so."""
    if not collection:
        raise Invalid("collection", "choose a collection")
    if has_collections(session) and collection_by_public_id(session, collection) is None:
        raise Invalid("collection", "there is no collection of this name that you tend")
    if not IDENTIFIER.fullmatch(collection):
        raise Invalid("collection", "choose a collection")


def _carried(room: FamilyRoom, session: Session, row: Submission, new: Carried, dealt: bool = False) -> None:
    key = key_of(room, row)
    by_hand.carried(session, row, key, new.saved, _files(session, row, key), dealt)


def deal(room: FamilyRoom, actor: Viewer, public_id: str, seen: str) -> None:
    """What the family changed and is written by hand was changed there, or stays as it is. `seen`: of the page that was read. Raises
    NotFound, NotAllowed, Conflict."""
    with reviews(room, actor, "deal by hand", public_id) as (session, row, _):
        read_by(session, actor, public_id)
        key = key_of(room, row)
        told = saved(records.steps(session, row.id), key)
        if row.state != records.ACCEPTED or row.testimony_id is None or seen != by_hand.seen(told):
            raise Conflict("submission", "the family changed it in the meantime: read it again")
        row.changes &= not by_hand.deal(session, row, key, told, _files(session, row, key))


def carry(room: FamilyRoom, actor: Viewer, public_id: str) -> None:
    """What the family has changed since it was accepted: new files and words, unpublished as all that is new, and what it says now of who
    may read, wider than before or not. Raises as `accept` does, and Conflict where a second person must agree."""
    may_review(actor, "read submission")
    with reading(room.engine) as session:
        waits = sent(session, public_id)
        _waits(waits, records.ACCEPTED)
        testimony = records.testimony_of(session, waits)
    assert testimony is not None  # it is accepted
    with _ready(room, public_id, records.ACCEPTED) as (new, seen, stay):
        with _changing(rehearsal, room, actor, public_id, testimony.public_id, records.ACCEPTED, seen) as (work, row):
            _carry(room, work, row, testimony.public_id, new)
        stay()
        with _changing(change, room, actor, public_id, testimony.public_id, records.ACCEPTED, seen) as (work, row):
            gone = _carry(room, work, row, testimony.public_id, new)
    _drop(room, gone)


def _carry(room: FamilyRoom, work: Change, row: Submission, target: str, new: Carried) -> list[str]:
    found, unit = consenting.kept(work, target)
    speaker = records.speaker(work.session, row.party_id)
    became = accepting.add_parts(work, unit, found, speaker, new)
    wider = family_consent.replace_words(work, speaker, unit, new.saved)
    if (pseudonym := by_hand.pseudonym(new.saved)) is not None:
        people.put_pseudonym(work, found, pseudonym)
    wider |= accepting.follow_files(work, unit, found, speaker, _parts(work.session, row, key_of(room, row)), new)
    if wider and records.asks_two(work.session, found):
        raise Conflict("two_person", "in this collection a second person has to agree before more people may read")
    row.changes = bool(incoming.left_by_hand(work.session, row, new.saved))
    gone = _unsealed(work, row, new, became)
    _carried(room, work.session, row, new)
    consenting.follow_up(work, found, unit, urgent=True)
    return gone


def _files(session: Session, row: Submission, key: bytes) -> list[Attached]:
    return [attached(each, key) for each in records.attachments(session, row.id)]


def _parts(session: Session, row: Submission, key: bytes) -> list[tuple[Attached, int]]:
    """The files that are parts of the testimony already, each with the unit that it became."""
    return [(attached(each, key), each.recording_id) for each in records.attachments(session, row.id) if each.recording_id is not None]


@contextmanager
def _ready(room: FamilyRoom, public_id: str, state: str) -> Iterator[tuple[Carried, str, Callable[[], None]]]:
    """What is carried over, its bytes unsealed beside the vault; a digest of what was seen when they were; and what makes them objects of
    it. Nothing is unsealed of what is not in this state, and nothing is left of what is not told to stay."""
    with reading(room.engine) as session:
        row = sent(session, public_id)
        _waits(row, state)
        new, seen = gathered(room, session, row, key_of(room, row), fresh=state == records.ACCEPTED), _seen(session, row)
        sealed = {each.public_id: each for each in records.attachments(session, row.id)}
        key = key_of(room, row)
    with ExitStack() as beside:
        arrived: list[Arrived] = []
        for each, _ in new.files:
            with attaching.opened(room, sealed[each.id], key) as stream:
                arrived.append(beside.enter_context(room.vault.arriving(stream)))
        files = tuple((each, one.kept) for (each, _), one in zip(new.files, arrived, strict=True))
        if new.typed.strip():
            arrived.append(beside.enter_context(room.vault.arriving(io.BytesIO(new.typed))))

        def stay() -> None:
            for one in arrived:
                one.stay()

        yield replace(new, files=files), seen, stay


def _waits(row: Submission, state: str) -> None:
    if row.kind != "account" or row.state != state:
        raise Conflict("submission", "only an account that waits can be accepted, and only one that was accepted be added to")


def _seen(session: Session, row: Submission) -> str:
    sha = hashlib.sha256(row.state.encode())
    for sealed in [*records.steps(session, row.id), *(each.about for each in records.attachments(session, row.id))]:
        sha.update(hashlib.sha256(sealed).digest())
    return sha.hexdigest()


@contextmanager
def _changing(how: Changing, room: FamilyRoom, actor: Viewer, public_id: str, target: str, state: str,
              seen: str) -> Iterator[tuple[Change, Submission]]:
    with how(room.engine, actor, "accept submission", target) as work:
        row = sent(work.session, public_id)
        _waits(row, state)
        if _seen(work.session, row) != seen:
            raise Conflict("submission", "the family changed it in the meantime: read it again")
        work.detail["submission"] = public_id
        yield work, row


def _unsealed(work: Change, row: Submission, new: Carried, became: Mapping[str, int]) -> list[str]:
    """The files that were carried over are named by what they are now; the sealed objects that nothing needs any more."""
    kept = {each.id: one.digest for each, one in new.files if each.id in became}
    sealed = set()
    for each in records.attachments(work.session, row.id):
        if each.public_id in kept:
            sealed.add(each.object_digest)
            each.object_digest, each.is_sealed, each.recording_id = kept[each.public_id], False, became[each.public_id]
    work.session.flush()
    return objects.forget_unnamed(work.session, sealed)


def _drop(room: FamilyRoom, digests: list[str]) -> None:
    for digest in digests:
        room.vault.drop(digest)
