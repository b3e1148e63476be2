"""The families' room: who comes in by a receipt, and the one way in which what they do is written. One of the few modules besides `change`
that commit.

Nothing of a draft is at rest in the clear. The receipt is shown once; neither it nor a key is kept, and nothing here is logged. A wrong
receipt, an unknown one and one that nobody can read take the same path. The audit chain keeps what archivists do, and nothing of this.
What may not live here: what is said (submitting), what archivists do (reviewing), pages.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock, ids
from archive_app.access import law
from archive_app.access.gate import gate, open_layers
from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer
from archive_app.actions import family_keys
from archive_app.actions.change import Change
from archive_app.actions.family_keys import USUAL, Cost
from archive_app.config import Settings
from archive_app.errors import NotAllowed, NotFound
from archive_app.language import receipts
from archive_app.records import audit, objects
from archive_app.records import submissions as records
from archive_app.records.base import reading, writing
from archive_app.records.submissions import Submission
from archive_app.storage import uploads
from archive_app.storage.archive_key import archive_key
from archive_app.storage.sealed import seal, unseal
from archive_app.storage.spool import SealedSpool
from archive_app.storage.vault import Vault

VISIT_HOURS = 12
doubtful, counted = receipts.doubtful, receipts.counted


@dataclass(frozen=True)
class FamilyRoom:
    """What every verb of families and of their archivists is handed. `folder`: where the archive's own key lies, and where a file is put
    while it is decoded; `upload_most`: bytes of the largest file; `media`: the folder of the vault, where that is another disk."""

    engine: Engine
    vault: Vault
    folder: Path
    draft_days: int = 180
    clamd: str = ""
    cost: Cost = USUAL
    upload_most: int = 8 << 30
    media: Path | None = None

    @property
    def key(self) -> bytes:
        """The archive's own."""
        return archive_key(self.folder)

    @property
    def uploads(self) -> Path:
        """Where files on their way rest."""
        return self.folder / "uploads"

    @property
    def beside(self) -> Path:
        """A folder on the disk to which they go."""
        return self.media or self.folder


@dataclass(frozen=True)
class Family:
    """Who holds a receipt, for one request. `row`: the internal key of the one submission that it opens."""

    row: int = field(repr=False)
    id: str = field(repr=False)
    kind: str
    state: str
    language: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Begun:
    """What is told once: the nine words, a token for the browser; `kept_until`: the day (YYYY-MM-DD) on which it is deleted untouched."""

    receipt: tuple[str, ...] = field(repr=False)
    visit: str = field(repr=False)
    kept_until: str


def open_room(engine: Engine, vault: Vault, chosen: Settings) -> FamilyRoom:
    """The room as the settings have it."""
    return FamilyRoom(engine, vault, chosen.instance_dir, chosen.draft_days, chosen.clamd, upload_most=chosen.upload_max_bytes,
                      media=chosen.media_dir)


def today() -> str:
    """The day, UTC: all that is ever kept of when a family did something."""
    return clock.iso(clock.now())[:10]


def day_after(days: int) -> str:
    """The day in so many days."""
    return (datetime.date.fromisoformat(today()) + datetime.timedelta(days=days)).isoformat()


@contextmanager
def _committing(room: FamilyRoom) -> Iterator[tuple[Session, set[str]]]:
    unnamed: set[str] = set()
    with writing(room.engine) as session:
        yield session, unnamed
        session.flush()
        gone = objects.forget_unnamed(session, unnamed) if unnamed else []
        session.commit()
    for digest in gone:
        room.vault.drop(digest)


@contextmanager
def writes(room: FamilyRoom, verb: str) -> Iterator[tuple[Session, set[str]]]:
    """A transaction for one verb of families: (session, digests of sealed objects that it names no more). At its end the rest is swept.
    What the block raises passes through, and nothing was written. Raises NotAllowed."""
    if not law.may_submit(verb):
        raise NotAllowed(verb, "this is not done here")
    with _committing(room) as work:
        yield work


@contextmanager
def reviews(room: FamilyRoom, actor: Viewer, verb: str, public_id: str) -> Iterator[tuple[Session, Submission, set[str]]]:
    """A transaction of an archivist on one submission that was sent, with the digests of sealed objects that it names no more; the audit
    chain keeps that it was done. Raises NotFound, NotAllowed."""
    may_review(actor, verb)
    with _committing(room) as (session, unnamed):
        row = sent(session, public_id)
        yield session, row, unnamed
        audit.append(session, clock.now(), Change(session, actor, actor.now).by, verb, f"submission:{public_id}", {})


def may_review(actor: Viewer, verb: str) -> None:
    """Raises NotAllowed for whoever does not tend everything."""
    if not law.may_review(actor.role, verb) or not actor.satisfies(TIERS["staff"]):
        raise NotAllowed(verb, "what families send is read by those who tend every collection")


def sent(session: Session, public_id: str) -> Submission:
    """A submission that archivists may know of. Raises NotFound for a draft too."""
    row = records.by_public_id(session, public_id)
    if row is None or row.archive_key is None or row.state == records.DRAFT:
        raise NotFound()
    return row


def may_read(session: Session, actor: Viewer, rows: Sequence[Submission]) -> list[Submission]:
    """Those of these that the actor may read: of what became a testimony, what they tend, so that held and withdrawn is for custodians as
    everywhere; and so is what its family has paused."""
    held = [row.testimony_id for row in rows if row.testimony_id is not None]
    kept = open_layers(session, gate(session, actor), held)
    return [row for row in rows if ("keep" in kept.get(row.testimony_id, ()) if row.testimony_id is not None
                                    else row.state != records.PAUSED or actor.satisfies(TIERS["sealed"]))]


def read_by(session: Session, actor: Viewer, public_id: str) -> Submission:
    """A submission that was sent, for whoever may read it. Raises NotFound."""
    row = sent(session, public_id)
    if not may_read(session, actor, [row]):
        raise NotFound()
    return row


def key_of(room: FamilyRoom, row: Submission) -> bytes:
    """The key of what was sent to the archive, which holds it under its own. Raises NotFound where nothing was sent."""
    return unseal(row.archive_key or b"", room.key)


@contextmanager
def at_work(room: FamilyRoom, family: Family, verb: str) -> Iterator[tuple[Session, Submission, set[str]]]:
    """As `writes`, with the family's own submission, which counts as touched today. Raises NotFound when it was deleted meanwhile."""
    with writes(room, verb) as (session, unnamed):
        row = own(session, family)
        yield session, row, unnamed
        if row.state == records.DRAFT and row in session:
            row.expires_on = day_after(room.draft_days)


def own(session: Session, family: Family) -> Submission:
    """The submission that this receipt opens."""
    row = records.by_key(session, family.row)
    if row is None or row.public_id != family.id:
        raise NotFound()
    return row


def begin(room: FamilyRoom, language: str, kind: str = "account") -> Begun:
    """A new, empty draft, and the words that open it."""
    with writes(room, "begin") as (session, _):
        begun, _, _ = started(room, session, language, kind)
    forget_expired(room)
    return begun


def started(room: FamilyRoom, session: Session, language: str, kind: str) -> tuple[Begun, Submission, bytes]:
    """A new submission within a transaction, with its key."""
    words, salt, key = family_keys.new_words(language), family_keys.new_salt(), family_keys.new_key()
    folded = tuple(receipts.fold(word) for word in words)
    row = Submission(
        public_id=ids.public("submission", " ".join(words)), kind=kind, locator=family_keys.locator(folded), salt=salt,
        cost=room.cost.text(), family_key=seal(key, family_keys.receipt_key(folded, salt, room.cost)), state=records.DRAFT,
        language=language[:40], begun_on=today(), expires_on=day_after(room.draft_days))
    session.add(row)
    session.flush()
    return Begun(words, _visit(session, row, key), row.expires_on), row, key


def enter(room: FamilyRoom, receipt: str) -> str | None:
    """The token of a new visit for whoever has this receipt; None for any other text, all by the same path: one query, one Argon2id."""
    words = receipts.read(receipt)
    with reading(room.engine) as session:
        row = records.by_locator(session, family_keys.locator(words))
        salt, cost = (row.salt, family_keys.cost_of(row.cost)) if row else (family_keys.NOBODYS_SALT, room.cost)
        sealed = row.family_key if row else family_keys.NOBODYS_KEY
    key = family_keys.opened(sealed, family_keys.receipt_key(words, salt, cost))
    if row is None or key is None:
        return None
    with writes(room, "come back") as (session, _):
        there = records.by_key(session, row.id)
        if there is None:
            return None
        if there.state == records.DRAFT:
            there.expires_on = day_after(room.draft_days)
        return _visit(session, there, key)


def _visit(session: Session, row: Submission, key: bytes) -> str:
    token, now = family_keys.new_token(), clock.now()
    records.drop_visits(session, now)
    ends_at = (now // clock.HOUR_MS + VISIT_HOURS) * clock.HOUR_MS
    session.add(records.Visit(token_digest=family_keys.token_digest(token), submission_id=row.id, ends_at=ends_at,
                              sealed_key=seal(key, family_keys.token_key(token))))
    return token


def visiting(room: FamilyRoom, visit: str) -> Family | None:
    """Whom the token of a visit belongs to; None when it has ended."""
    with reading(room.engine) as session:
        found = records.visit(session, family_keys.token_digest(visit))
        row = records.by_key(session, found.submission_id) if found is not None and clock.now() < found.ends_at else None
        if found is None or row is None:
            return None
        key = family_keys.opened(found.sealed_key, family_keys.token_key(visit))
        return None if key is None else Family(row.id, row.public_id, row.kind, row.state, row.language, key)


def leave(room: FamilyRoom, visit: str) -> None:
    """End a visit at once: its token opens nothing any more. Harmless when it has ended."""
    with writes(room, "leave") as (session, _):
        records.drop_visits(session, clock.now(), family_keys.token_digest(visit))


def forget_expired(room: FamilyRoom) -> int:
    """Delete drafts that nobody has touched until their day was over, bytes and all; how many."""
    with writes(room, "forget") as (session, unnamed):
        rows = records.expired(session, today())
        gone = [row.public_id for row in rows]
        for row in rows:
            unnamed |= records.drop(session, row)
    for public_id in gone:
        forget_uploads(room, public_id)
    return len(gone)


def forget_uploads(room: FamilyRoom, public_id: str) -> None:
    """Remove what of a submission is still on its way, bytes and all."""
    uploads.forget(room.uploads, f"families/{public_id}")


def spool(room: FamilyRoom) -> BinaryIO:
    """A file for an upload on its way: in memory, and beyond 4 MiB sealed with a key that dies with it."""
    place = room.folder / "decoding"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return cast(BinaryIO, SealedSpool(place))
