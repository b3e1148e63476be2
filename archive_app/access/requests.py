"""Requests for access, for who made them: as far as they may still know what each is about.

A request about what is hidden from who made it is not there for them, as the testimony itself. What may not live here: what staff see
(kept_requests), deciding (actions), what a grant opens (granted).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, case, select

from archive_app.access import catalogue
from archive_app.access.cards import opened
from archive_app.access.entry import Entry
from archive_app.access.request_readings import AccessRequest
from archive_app.errors import NotFound
from archive_app.records import requests as records
from archive_app.records.accounts import Account
from archive_app.records.requests import AccessRequest as Row
from archive_app.records.testimonies import Collection

ENDED = "ended"
STATES = (records.WAITING, records.GRANTED, records.REFUSED, records.REVOKED, ENDED)


def own(entry: Entry) -> tuple[AccessRequest, ...]:
    """What whoever asks has asked for, or was given, newest first; none for who is not signed in."""
    rows = list(entry.session.scalars(_of(entry).order_by(Row.asked_at.desc(), Row.public_id)))
    cards = opened(entry, [row.testimony_id for row in rows if row.testimony_id is not None])
    houses = {each.ref.id: each.ref for each in catalogue.collections(entry)} if any(row.collection_id for row in rows) else {}
    called: dict[int, str] = dict(entry.session.execute(
        select(Collection.id, Collection.public_id).where(Collection.id.in_({row.collection_id for row in rows}))).all())
    found = []
    for row in rows:
        card = cards[row.testimony_id].card if row.testimony_id in cards else None
        house = houses.get(called.get(row.collection_id or 0, ""))
        if card or house:
            found.append(AccessRequest(row.public_id, state_of(row, entry.now), card, house, row.purpose, row.words, row.asked_at,
                                       row.decided_at, row.until))
    return tuple(found)


def one(entry: Entry, public_id: str) -> AccessRequest:
    """One of them. Raises NotFound alike for another's, for one about what is hidden, and for what never existed."""
    found = next((each for each in own(entry) if each.id == public_id), None)
    if found is None:
        raise NotFound()
    return found


def _of(entry: Entry) -> Select[Row]:
    return (select(Row).join(Account, Account.id == Row.account_id)
            .where(Account.email == entry.viewer.account, Account.email != "", Account.closed_at.is_(None)))


def state_of(row: Row, now: int) -> str:
    """How a request stands at `now` (ms UTC): one of STATES."""
    return ENDED if row.state == records.GRANTED and (row.until or 0) <= now else row.state


def stands(now: int) -> ColumnElement[str]:
    """The same as a clause."""
    return case(((Row.state == records.GRANTED) & (Row.until <= now), ENDED), else_=Row.state)
