"""Readers ask to be granted what is closed to them, and take it back. One of the few modules besides `change` that commit: what is asked
for is not something entrusted to us, and opens nothing.

What may not live here: deciding (granting), what a reader may ask about (access.request_readings).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock, ids
from archive_app.access import law
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.request_readings import may_open
from archive_app.access.viewer import Viewer
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records import audit
from archive_app.records import requests as records
from archive_app.records.accounts import Account, account_by_email, email_digest
from archive_app.records.base import writing
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import by_public_id, collection_by_public_id

MOST_PURPOSE = 4_000
"""Letters."""
MOST_WAITING = 50
"""Requests of one account that wait: more are no work of one reader."""


def ask(engine: Engine, actor: Viewer, purpose: str, *, testimony: str = "", collection: str = "") -> str:
    """Ask for what is closed of a testimony, or of a whole collection (public ids); the request's id. Raises NotFound alike for what the
    actor may not know of and what never existed, Invalid(purpose), NotAllowed; Conflict where a grant would open nothing, and where they
    have asked already."""
    said = _purpose(purpose)
    with _asking(engine, actor, "request access") as (session, account):
        told = by_public_id(session, testimony) if askable(session, actor, testimony, collection) and testimony else None
        house = collection_by_public_id(session, collection) if collection else None
        row = AccessRequest(account_id=account.id, testimony_id=told.id if told else None, collection_id=house.id if house else None,
                            purpose=said, state=records.WAITING, asked_at=clock.now())
        _once(session, row)
        row.public_id = ids.public("request", f"{account.email}/{testimony or collection}/{row.asked_at}")
        session.add(row)
        audit.append(session, row.asked_at, email_digest(account.email), "request access", testimony or collection,
                     {"request": row.public_id})
        session.commit()
        return row.public_id


def askable(session: Session, actor: Viewer, testimony: str = "", collection: str = "") -> bool:
    """True where it may be asked for. Raises NotFound, and Conflict where a grant would open nothing of this testimony to the actor, as
    far as they are told; of a collection that is not known, for they are not told what is in it."""
    room = ReadingRoom(session, actor)
    if collection:
        room.collection(collection)
        return True
    told = room.testimony(testimony)
    if not may_open(told, (room.transcript(testimony, head.n) for head in told.transcripts), room.now):
        raise Conflict("testimony", "nothing of it is closed to you that could be granted")
    return True


def take_back(engine: Engine, actor: Viewer, public_id: str) -> None:
    """Remove one's own request with its purpose, and what is held by it: it was as if never asked, but in the audit. Raises NotFound for
    what is not there for the actor, Conflict for what is finished."""
    with _asking(engine, actor, "take back a request") as (session, account):
        seen = ReadingRoom(session, actor).request(public_id)
        row = records.request_by_id(session, public_id)
        if row is None or row.account_id != account.id:
            raise NotFound()
        if seen.state not in (records.WAITING, records.GRANTED):
            raise Conflict("request", "this is finished already")
        records.drop(session, row)
        about = seen.testimony.id if seen.testimony else seen.collection.id if seen.collection else ""
        audit.append(session, clock.now(), email_digest(account.email), "take back a request", about, {"request": public_id})
        session.commit()


@contextmanager
def _asking(engine: Engine, actor: Viewer, verb: str) -> Iterator[tuple[Session, Account]]:
    if not law.may_ask(actor.role, verb):
        raise NotAllowed(verb, "this needs an account of a reader")
    with writing(engine) as session:
        clock.not_before(audit.latest(session))
        account = account_by_email(session, actor.account)
        if account is None or account.closed_at is not None:
            raise NotFound()
        yield session, account


def _purpose(text: str) -> str:
    if not text.strip():
        raise Invalid("purpose", "say what you need it for")
    if len(text) > MOST_PURPOSE:
        raise Invalid("purpose", f"this is longer than {MOST_PURPOSE} letters")
    return text.strip()


def _once(session: Session, row: AccessRequest) -> None:
    """Raises Conflict where the same is waiting or granted, or too much waits."""
    known = records.running_of(session, row.account_id, row.asked_at)
    if any((each.testimony_id, each.collection_id) == (row.testimony_id, row.collection_id) for each in known):
        raise Conflict("request", "you have asked for this already")
    if sum(each.state == records.WAITING for each in known) >= MOST_WAITING:
        raise Conflict("request", "many of your requests wait still: take one of them back first")
