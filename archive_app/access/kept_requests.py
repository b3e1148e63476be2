"""Requests for access at the desk: those about what whoever asks may tend, with who asked and what for.

What may not live here: deciding (actions), what those who asked are shown (requests).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

from archive_app.access import requests
from archive_app.access.entry import Entry
from archive_app.access.kept_request_readings import KeptRequest, KeptRequests
from archive_app.access.names import names_of
from archive_app.errors import Invalid, NotFound
from archive_app.records import requests as records
from archive_app.records.accounts import Account, is_barred
from archive_app.records.requests import AccessRequest as Row
from archive_app.records.testimonies import Collection, Testimony

PER_PAGE = 20


def kept(entry: Entry, state: str = "", page: int = 1) -> KeptRequests:
    """Those about what whoever asks may tend, newest first. `state`: one of `requests.STATES`, '' for all. Raises Invalid."""
    if state not in ("", *requests.STATES):
        raise Invalid("state", f"“{state[:20]}” is no state of a request")
    if not 1 <= page <= 1_000_000:
        raise Invalid("page", "pages are numbered from 1")
    mine, stands = _tended(entry), requests.stands(entry.now)
    counts: dict[str, int] = dict(entry.session.execute(
        select(stands.label("stands"), func.count()).select_from(Row).join(Account, Account.id == Row.account_id).where(mine)
        .group_by("stands")).all())
    total = counts.get(state, 0) if state else sum(counts.values())
    wanted = mine & (stands == state) if state else mine
    query = select(Row, Account).join(Account, Account.id == Row.account_id).where(wanted).order_by(Row.asked_at.desc(), Row.public_id)
    rows = entry.session.execute(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
    return KeptRequests({name: counts.get(name, 0) for name in requests.STATES}, total, page, max(1, -(-total // PER_PAGE)),
                        tuple(_kept(entry, row, account) for row, account in rows))


def kept_one(entry: Entry, public_id: str) -> KeptRequest:
    """One of them. Raises NotFound alike for what is about something else, and for what never existed."""
    found = entry.session.execute(select(Row, Account).join(Account, Account.id == Row.account_id)
                                  .where(Row.public_id == public_id, _tended(entry))).one_or_none()
    if found is None:
        raise NotFound()
    return _kept(entry, *found)


def waiting(entry: Entry) -> int:
    """How many wait for whoever asks to decide."""
    return entry.session.scalar(select(func.count()).select_from(Row).join(Account, Account.id == Row.account_id)
                                .where(Row.state == records.WAITING, _tended(entry))) or 0


def _tended(entry: Entry) -> ColumnElement[bool]:
    may = or_(entry.gate.opens("keep", Row.testimony_id), entry.gate.opens("keep", Row.collection_id))
    return may & Account.closed_at.is_(None)


def _kept(entry: Entry, row: Row, account: Account) -> KeptRequest:
    told = entry.session.get(Testimony, row.testimony_id) if row.testimony_id else None
    house = entry.session.get_one(Collection, row.collection_id if row.collection_id else told.collection_id if told else 0)
    barred = told is not None and is_barred(entry.session, row.account_id, told.id)
    return KeptRequest(
        row.public_id, requests.state_of(row, entry.now), account.email, told.public_id if told else "", told.title if told else "",
        tuple(told.languages) if told else (), house.public_id, names_of(entry, [house.id]).get(house.id, ()), row.purpose, row.words,
        row.asked_at, row.decided_at, row.until, barred)
