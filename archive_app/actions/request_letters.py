"""The letter that says that something was decided about a request for access: to whom it goes, settled when it is sent.

It names nothing, and none is sent about what has been hidden since from who asked: that would tell that there is something still. What may
not live here: sentences (web.letters), sending (jobs.mailing).
"""

from __future__ import annotations

from sqlalchemy import Engine

from archive_app import clock
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.viewer import signed_in
from archive_app.actions.account_letters import Facts
from archive_app.actions.one_time import MAIL
from archive_app.errors import NotFound
from archive_app.records import requests as records
from archive_app.records.base import reading
from archive_app.records.requests import AccessRequest

DECIDED = "access decided"
ROOM = "request"
LATE_MS = 7 * clock.DAY_MS


def job(row: AccessRequest) -> tuple[str, str]:
    """(kind, subject) of the job that sends it."""
    return MAIL, f"{ROOM}:{row.id}"


def facts(engine: Engine, key: int) -> Facts | None:
    """What the letter about the request with this key is made of; None where none is to be sent (any more)."""
    with reading(engine) as session:
        row = records.request_by_key(session, key)
        if row is None or row.decided_at is None or clock.now() - row.decided_at >= LATE_MS:
            return None
        account = records.owner(session, row)
        if account.closed_at is not None:
            return None
        try:
            ReadingRoom(session, signed_in(session, account)).request(row.public_id)
        except NotFound:
            return None
        return Facts(DECIDED, account.email, account.language)
