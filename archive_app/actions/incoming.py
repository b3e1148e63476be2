"""What families have sent, as archivists read it: what waits, who wrote that a page concerns them, one account unsealed, a file as given.

Whoever tends only some collections reads what is for these. What may not live here: what is done with it (reviewing), what others would see
(previewing).
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import BinaryIO

from sqlalchemy.orm import Session

from archive_app.access.viewer import Viewer
from archive_app.actions import attaching, by_hand, family_consent, family_keys
from archive_app.actions.answers import STEPS
from archive_app.actions.family_readings import Item, Received, Waiting, attached, message, saved
from archive_app.actions.family_room import FamilyRoom, key_of, may_read, may_review, read_by, reviews
from archive_app.errors import Damaged, NotAllowed, NotFound
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.submissions import Submission

TOLD = "told"
"""The step in which a family says what its account is called."""


def waiting(room: FamilyRoom, actor: Viewer, titles: bool = False) -> Waiting:
    """Everything that was sent and that they may read, the oldest first, and how many there are in each state; with `titles`, which are
    unsealed for it, what the families call it. Raises NotAllowed."""
    may_review(actor, "list submissions")
    with reading(room.engine) as session:
        rows = may_read(session, actor, records.waiting(session))
        unread, files = records.unseen(session, records.FAMILY), records.counted(session)
        items = tuple(_item(row, unread.get(row.id, 0), files.get(row.id, 0), _title(room, session, row) if titles else "")
                      for row in rows)
    return Waiting(dict(sorted(Counter(item.state for item in items).items())), items)


def concerns(room: FamilyRoom, actor: Viewer, testimony: str) -> tuple[Item, ...]:
    """Words of people whom a page of this testimony (public id) concerns, the oldest first; none for who does not read submissions. It is
    looked up here, never when they write."""
    try:
        may_review(actor, "list submissions")
    except NotAllowed:
        return ()
    with reading(room.engine) as session:
        rows = [row for row in records.waiting(session) if row.kind == "concern" and testimony in _about(room, session, row)]
        unread = records.unseen(session, records.FAMILY) if rows else {}
    return tuple(_item(row, unread.get(row.id, 0), 0) for row in rows)


def _about(room: FamilyRoom, session: Session, row: Submission) -> list[str]:
    return re.findall(r"/testimonies/([\w-]+)", _answer(room, session, row, "concern", "about"))


def _item(row: Submission, unread: int, files: int, title: str = "") -> Item:
    return Item(row.public_id, row.kind, row.state, row.language, row.sent_on, unread, row.changes, files, title)


def _title(room: FamilyRoom, session: Session, row: Submission) -> str:
    return _answer(room, session, row, TOLD, "title").strip()


def _answer(room: FamilyRoom, session: Session, row: Submission, step: str, name: str) -> str:
    """One field of an answer; '' where there is none, and where it cannot be unsealed: what cannot be read hides nothing beside it."""
    with suppress(NotFound, Damaged):
        key = key_of(room, row)
        sealed = records.step(session, row.id, family_keys.slot(key, step))
        return str(saved([sealed], key)[step]["answers"].get(name, "")) if sealed is not None else ""
    return ""


def read(room: FamilyRoom, actor: Viewer, public_id: str) -> Received:
    """One submission, unsealed. Messages of the family are read with this. Raises NotFound, NotAllowed."""
    with reviews(room, actor, "read submission", public_id) as (session, row, _):
        read_by(session, actor, public_id)
        key = key_of(room, row)
        said = records.messages(session, row.id)
        unread = sum(each.said_by == records.FAMILY and not each.seen for each in said)
        files = records.attachments(session, row.id)
        testimony = records.testimony_of(session, row)
        steps = saved(records.steps(session, row.id), key)
        given = tuple(attached(each, key) for each in files)
        since = by_hand.since(steps, given) if testimony and row.changes else frozenset()
        found = Received(_item(row, unread, len(files)), {step: steps[step]["answers"] for step in STEPS if step in steps},
                         given, tuple(message(each, key) for each in said),
                         testimony.public_id if testimony else "", left_by_hand(session, row, steps), by_hand.seen(steps), since)
        for each in said:
            each.seen |= each.said_by == records.FAMILY
    return found


def left_by_hand(session: Session, row: Submission, told: family_consent.Saved) -> dict[str, str]:
    """What the family changed since that only an archivist carries over (by_hand.left)."""
    testimony = records.testimony_of(session, row)
    return by_hand.left(session, testimony, told) if testimony is not None and row.state == records.ACCEPTED else {}


def bytes_of(room: FamilyRoom, actor: Viewer, public_id: str, attachment: str) -> BinaryIO:
    """A file as it was given. Raises NotFound, NotAllowed."""
    may_review(actor, "read submission")
    with reading(room.engine) as session:
        row = read_by(session, actor, public_id)
        found = next((each for each in records.attachments(session, row.id) if each.public_id == attachment), None)
        key = key_of(room, row)
    if found is None:
        raise NotFound()
    return attaching.opened(room, found, key)
