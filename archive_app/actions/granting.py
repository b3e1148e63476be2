"""Deciding about access: granted for a term, refused with words, revoked; and given by hand to an account.

A grant is a token until a moment. It opens what the terms open to who holds it, and nothing else: what is sealed, held, withdrawn, not
published or outside its time stays closed. What may not live here: asking (requesting), what a grant opens (access.gate).
"""

from __future__ import annotations

import datetime

from sqlalchemy import Engine

from archive_app import clock, ids
from archive_app.access.viewer import Viewer
from archive_app.actions import accounts, request_letters
from archive_app.actions.change import Change, change
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records import requests as records
from archive_app.records.accounts import account_by_email, is_barred
from archive_app.records.base import reading
from archive_app.records.consent import unit_of
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import by_public_id, collection_by_public_id, public_id_of

USUAL_DAYS, LONGEST_DAYS = 90, 365
"""The term that is proposed, and the longest that is taken."""
MOST_WORDS = 4_000


def grant(engine: Engine, actor: Viewer, public_id: str, last: datetime.date, words: str = "", *, by_mail: bool) -> None:
    """Grant what was asked for until the end of a day, or change the term of what is granted. Raises Invalid(until), NotFound, NotAllowed,
    Conflict for what is finished or would open nothing."""
    with change(engine, actor, "grant access", _about(engine, public_id)) as work:
        row = _running(work, public_id)
        _give(work, row, last, words, by_mail=by_mail)


def refuse(engine: Engine, actor: Viewer, public_id: str, words: str, *, by_mail: bool) -> None:
    """Refuse what waits, with words to who asked. Raises Invalid(words), NotFound, NotAllowed, Conflict for what does not wait."""
    with change(engine, actor, "refuse access", _about(engine, public_id)) as work:
        row = _running(work, public_id, records.WAITING)
        _decide(work, row, records.REFUSED, words, by_mail=by_mail)


def revoke(engine: Engine, actor: Viewer, public_id: str, words: str, *, by_mail: bool) -> None:
    """End a grant from this commit on, with words. Raises Invalid(words), NotFound, NotAllowed, Conflict for what is not granted."""
    with change(engine, actor, "revoke access", _about(engine, public_id)) as work:
        row = _running(work, public_id, records.GRANTED)
        records.let_go(work.session, row)
        row.until = work.now
        _decide(work, row, records.REVOKED, words, by_mail=by_mail)


def give(engine: Engine, actor: Viewer, email: str, about: str, last: datetime.date, words: str = "", *, by_mail: bool) -> str:
    """Grant a testimony, or a whole collection, to an account that asked for nothing; the id of the grant. Raises Invalid(email, about,
    until), NotFound for what the actor does not tend, NotAllowed; Conflict where it is asked for or granted already."""
    with change(engine, actor, "grant access", about) as work:
        told = by_public_id(work.session, about)
        house = None if told else collection_by_public_id(work.session, about)
        if told is None and house is None:
            raise NotFound()
        row = AccessRequest(testimony_id=told.id if told else None, collection_id=house.id if house else None, state=records.WAITING,
                            asked_at=work.now)
        _tended(work, row)
        account = account_by_email(work.session, accounts.folded(email))
        if account is None or account.closed_at is not None:
            raise Invalid("email", "there is no open account with this address")
        row.account_id, row.public_id = account.id, ids.public("request", f"{account.email}/{about}/{work.now}")
        if any((each.testimony_id, each.collection_id) == (row.testimony_id, row.collection_id)
               for each in records.running_of(work.session, account.id, work.now)):
            raise Conflict("request", "this account has asked for it, or holds it already: decide about that")
        work.session.add(row)
        work.session.flush()
        _give(work, row, last, words, by_mail=by_mail)
        return row.public_id


def last_day(now: int, days: int = USUAL_DAYS) -> datetime.date:
    """The day so many days from now (ms UTC)."""
    return datetime.datetime.fromtimestamp(now / 1000, datetime.UTC).date() + datetime.timedelta(days=days)


def ends(last: datetime.date) -> int:
    """When a grant ends whose last day this is (ms UTC): as soon as the next one begins anywhere."""
    return clock.closes(last + datetime.timedelta(days=1))


def _about(engine: Engine, public_id: str) -> str:
    """What a request is about, by its public id: what the audit names as the subject. Raises NotFound."""
    with reading(engine) as session:
        row = records.request_by_id(session, public_id)
        if row is None:
            raise NotFound()
        return public_id_of(session, row.testimony_id or row.collection_id or 0)


def _running(work: Change, public_id: str, *states: str) -> AccessRequest:
    """A request about what the actor tends, which is in one of these states (none named: not finished)."""
    row = records.request_by_id(work.session, public_id)
    if row is None:
        raise NotFound()
    _tended(work, row)
    over = row.state == records.GRANTED and (row.until or 0) <= work.now
    if over or row.state not in (states or (records.WAITING, records.GRANTED)):
        raise Conflict("request", "somebody decided about this already, or it has ended")
    return row


def _tended(work: Change, row: AccessRequest) -> None:
    unit = unit_of(work.session, row.testimony_id or row.collection_id or 0)
    work.may_keep(unit)
    work.touch(unit)  # nothing of its terms changes: this is what the entry of the audit is about


def _give(work: Change, row: AccessRequest, last: datetime.date, words: str, *, by_mail: bool) -> None:
    if not work.now < ends(last) <= ends(last_day(work.now, LONGEST_DAYS)):
        raise Invalid("until", "choose a day after today, within a year")
    if row.testimony_id is not None and is_barred(work.session, row.account_id, row.testimony_id):
        raise Conflict("request", "this account is barred from the testimony: a grant would open nothing")
    records.hold(work.session, row, ends(last))
    work.detail["until"] = ends(last)
    _decide(work, row, records.GRANTED, words, by_mail=by_mail)


def _decide(work: Change, row: AccessRequest, state: str, words: str, *, by_mail: bool) -> None:
    if state != records.GRANTED and not words.strip():
        raise Invalid("words", "say why: whoever asked reads it")
    if len(words) > MOST_WORDS:
        raise Invalid("words", f"this is longer than {MOST_WORDS} letters")
    row.state, row.words, row.decided_at = state, words.strip(), work.now
    work.detail["request"] = row.public_id
    if by_mail:
        work.promise(*request_letters.job(row))
