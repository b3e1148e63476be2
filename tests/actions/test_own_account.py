"""People change their own account and leave: sessions and grants end, and nothing that names them stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.actions import accounts, own_account, recovering, sessions
from archive_app.errors import Conflict, Invalid
from archive_app.records.accounts import Account, Holding, SignedInSession
from archive_app.records.base import reading
from archive_app.records.codes import OneTimeCode
from tests.factories.people import CHIEF, GOOD, KEEPER, NOBODY, OTHER, READER, Clock, audited, cost, enrolled, letters


@pytest.fixture
def engine(made: tuple[Engine, Clock]) -> Engine:
    return made[0]


def enter(engine: Engine, email: str = READER, password: str = GOOD) -> str:
    opened = sessions.sign_in(engine, email, password, required=False)
    assert opened is not None
    return opened.token


def alive(engine: Engine, token: str) -> bool:
    return sessions.recognise(engine, token, on_site=False, required=False) is not None


def test_a_new_password_ends_the_other_sessions(engine: Engine) -> None:
    own, other, keeper = enter(engine), enter(engine), enter(engine, KEEPER)
    code = recovering.issue(engine, READER).code
    assert not own_account.change_password(engine, READER, OTHER, OTHER, own, by_mail=True)
    assert alive(engine, other)
    assert own_account.change_password(engine, READER, GOOD, OTHER, own, by_mail=True)
    assert (alive(engine, own), alive(engine, other), alive(engine, keeper)) == (True, False, True)
    assert not recovering.set_password(engine, code, GOOD, by_mail=False), "a code that was under way is void"
    with pytest.raises(Invalid):
        own_account.change_password(engine, READER, OTHER, "short", own, by_mail=True)
    assert [each.kind for each in letters(engine) if each] == ["password changed"]


def test_a_new_address_is_taken_when_its_letter_comes_back(made: tuple[Engine, Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, at = made
    token = enter(engine)
    assert not own_account.ask_address(engine, READER, OTHER, NOBODY, "tr")
    costs = [cost(engine, monkeypatch, lambda new=new: own_account.ask_address(engine, READER, GOOD, new, "tr"))  # type: ignore[misc]
             for new in (NOBODY, KEEPER)]
    assert costs[0] == costs[1], "whether the new address has an account is not told"
    first, second = letters(engine)
    assert first is not None and second is None and (first.to, first.language) == (NOBODY, "tr")
    assert own_account.confirm_address(engine, first.code) and not own_account.confirm_address(engine, first.code)
    assert alive(engine, token) and accounts.check_password(engine, NOBODY, GOOD) is not None
    assert accounts.check_password(engine, READER, GOOD) is None
    last = letters(engine)[-1]
    assert last is not None and (last.kind, last.to) == ("address changed", READER)
    assert READER not in str([vars(entry) for entry in audited(engine)])
    own_account.ask_address(engine, NOBODY, GOOD, READER, "tr")
    code = (letters(engine)[-1] or first).code
    at.now += clock.HOUR_MS
    assert not own_account.confirm_address(engine, code)


def test_an_address_that_got_an_account_meanwhile_is_not_taken(engine: Engine) -> None:
    own_account.ask_address(engine, READER, GOOD, NOBODY, "en")
    (letter,) = letters(engine)
    accounts.add_account(engine, NOBODY, "researcher", (), OTHER, actor="shell")
    assert letter is not None and not own_account.confirm_address(engine, letter.code)


def test_leaving_takes_everything_that_names_them(made: tuple[Engine, Clock], tmp_path: Path) -> None:
    engine, at = made
    enrolled(engine, at)
    token = enter(engine, READER)
    recovering.ask(engine, KEEPER, "en")
    assert not own_account.delete(engine, KEEPER, OTHER)
    with reading(engine) as session:
        key = session.scalars(select(Account.id).where(Account.email == KEEPER)).one()
    assert own_account.delete(engine, KEEPER, GOOD)
    with reading(engine) as session:
        row = session.scalars(select(Account).where(Account.id == key)).one()
        assert (row.password_hash, row.totp_secret, row.closed_at) == ("", "", at.now) and "@" not in row.email
        for table, column in ((Holding, Holding.account_id), (SignedInSession, SignedInSession.account_id), (OneTimeCode, OneTimeCode.account_id)):
            assert session.scalars(select(table).where(column == key)).all() == []
    assert alive(engine, token) and accounts.check_password(engine, KEEPER, GOOD) is None
    assert audited(engine)[-1].verb == "delete account" and KEEPER not in str([vars(entry) for entry in audited(engine)])
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert KEEPER.encode() not in (tmp_path / "archive.sqlite3").read_bytes(), "not even in the free pages of the file"


def test_the_address_is_free_again(engine: Engine) -> None:
    assert own_account.delete(engine, READER, GOOD) and not own_account.delete(engine, READER, GOOD)
    assert accounts.add_account(engine, READER, "researcher", (), OTHER, actor="shell").email == READER


def test_the_last_administrator_stays(engine: Engine) -> None:
    with pytest.raises(Conflict):
        own_account.delete(engine, CHIEF, GOOD)
    assert accounts.check_password(engine, CHIEF, GOOD) is not None
    accounts.add_account(engine, NOBODY, "admin", (), GOOD, actor="shell")
    accounts.close_account(engine, NOBODY, actor="shell")
    with pytest.raises(Conflict):
        own_account.delete(engine, CHIEF, GOOD)
    accounts.add_account(engine, "second@example.org", "admin", (), GOOD, actor="shell")
    assert own_account.delete(engine, CHIEF, GOOD)
