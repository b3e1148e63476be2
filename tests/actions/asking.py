"""What tests of the verbs ask again and again: what a report says, what somebody reads, an account as a viewer."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import one_time, own_account
from archive_app.actions.accounts import SHELL, add_account
from archive_app.actions.reporting import Report
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading, writing
from archive_app.records.codes import OneTimeCode
from tests.factories.archives import Archive


def counts(report: Report) -> dict[str, int]:
    """Result -> number of rows, without the zeros."""
    return {name: count for name, count in report.as_json().items() if isinstance(count, int) and count}


def told(report: Report, result: str) -> list[tuple[str, str]]:
    """(identifier, column) of every line with this result."""
    return [(row.identifier, row.column) for row in report.rows if row.result == result]


def read_by(archive: Archive, public_id: str, who: str | Viewer = "anonymous", n: int = 1) -> str:
    with archive.room(who) as room:
        return " / ".join(getattr(block, "text", "[withheld]") for block in room.transcript(public_id, n).blocks)


def account(engine: Engine, email: str, role: str, *collections: str) -> Viewer:
    add_account(engine, email, role, collections, "seven quiet rivers", actor=SHELL)
    with reading(engine) as session:
        known = account_by_email(session, email)
        assert known is not None
        return signed_in(session, known)


def another_address(engine: Engine, email: str, new: str, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """The account of `account` goes on under another address; it then."""
    monkeypatch.setattr(one_time, "fresh", lambda: "aaaa-bbbb-cccc-dddd")
    assert own_account.ask_address(engine, email, "seven quiet rivers", new, "en")
    with writing(engine) as session:
        (code,) = session.scalars(select(OneTimeCode))
        one_time.tell(code)
        session.commit()
    assert own_account.confirm_address(engine, "aaaa-bbbb-cccc-dddd")
    with reading(engine) as session:
        known = account_by_email(session, new)
        assert known is not None
        return signed_in(session, known)
