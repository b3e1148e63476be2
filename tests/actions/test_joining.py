"""Readers register themselves: nobody learns who has an account, and nobody makes one at another's address."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.actions import accounts, joining, one_time, recovering
from archive_app.errors import Invalid
from archive_app.records.accounts import Account, Holding
from archive_app.records.audit import broken_links
from archive_app.records.base import reading
from archive_app.records.codes import OneTimeCode
from archive_app.records.jobs import Job
from tests.factories.people import GOOD, NOBODY, OTHER, READER, Clock, audited, cost, letters

NEW = "new@example.org"


@pytest.fixture
def engine(made: tuple[Engine, Clock]) -> Engine:
    return made[0]


def ask(engine: Engine, email: str = NEW, password: str = OTHER, by_mail: bool = True) -> None:
    joining.ask(engine, email, password, "hy", by_mail=by_mail)


def told(engine: Engine) -> str:
    """The code of the last letter."""
    last = letters(engine)[-1]
    assert last is not None
    return last.code


def test_a_letter_and_the_password_make_an_account(engine: Engine) -> None:
    ask(engine, " New@Example.org ")
    assert accounts.check_password(engine, NEW, OTHER) is None, "nothing is open before it is confirmed"
    assert joining.confirm(engine, told(engine), OTHER)
    known = accounts.check_password(engine, NEW, OTHER)
    assert known is not None and known.role == "researcher"
    with reading(engine) as session:
        assert session.scalars(select(Holding.token).where(Holding.account_id == known.key)).all() == ["registered"]
        assert session.scalars(select(Account.language).where(Account.email == NEW)).one() == "hy"
        assert session.scalars(select(OneTimeCode)).all() == [] and broken_links(session) == []
    (entry,) = audited(engine)
    assert entry.verb == "register" and NEW not in json.dumps([entry.actor, entry.subject, entry.detail])


def test_known_and_unknown_addresses_cost_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = [cost(engine, monkeypatch, lambda email=email: ask(engine, email)) for email in (NEW, READER)]  # type: ignore[misc]
    assert costs[0] == costs[1] and costs[0][0] == ["hashed"]
    assert not any("accounts" in statement for statement in costs[0][1]), "nobody looks whose address it is"


def test_wrong_and_right_codes_cost_one_check_each(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(engine)
    right = told(engine)
    for code in ("0000-0000-0000-0000", "no code", "", right):
        hashes, _ = cost(engine, monkeypatch, lambda code=code: joining.confirm(engine, code, "not the password"))  # type: ignore[misc]
        assert hashes == ["matches"]


def test_whoever_has_an_account_is_told_so_by_letter_alone(engine: Engine) -> None:
    ask(engine, READER)
    (letter,) = letters(engine)
    assert letter is not None and (letter.kind, letter.code) == ("register, known", "")
    assert accounts.check_password(engine, READER, GOOD) is not None
    assert accounts.check_password(engine, READER, OTHER) is None


def test_nobody_makes_an_account_at_the_address_of_another(engine: Engine) -> None:
    """The stranger's password goes with the stranger's request: the owner's click on the letter does not take it."""
    ask(engine, password="the strangers own words")
    code = told(engine)
    assert not joining.confirm(engine, code, OTHER)
    assert accounts.check_password(engine, NEW, "the strangers own words") is None


def test_a_code_works_once_within_its_day(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    ask(engine)
    code = told(engine)
    at.now += clock.DAY_MS
    assert not joining.confirm(engine, code, OTHER)
    ask(engine)
    code = told(engine)
    at.now += clock.DAY_MS - 1
    assert joining.confirm(engine, code, OTHER) and not joining.confirm(engine, code, OTHER)


def test_ten_wrong_passwords_void_a_code(engine: Engine) -> None:
    ask(engine)
    code = told(engine)
    for _ in range(joining.MOST_WRONG):
        assert not joining.confirm(engine, code, "not the password")
    assert not joining.confirm(engine, code, OTHER)


def test_an_address_gets_three_letters_an_hour(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    for _ in range(5):
        ask(engine)
    assert len(letters(engine)) == one_time.MOST_ASKED
    at.now += clock.HOUR_MS + 1
    ask(engine)
    assert len(letters(engine)) == one_time.MOST_ASKED + 1


def test_without_mail_an_administrators_code_confirms(engine: Engine) -> None:
    ask(engine, by_mail=False)
    with reading(engine) as session:
        assert session.scalars(select(Job).where(Job.kind == "mail")).all() == []
    issued = recovering.issue(engine, NEW)
    assert issued.purpose == "register" and issued.code not in repr(issued)
    assert joining.confirm(engine, issued.code.upper().replace("-", " "), OTHER)


def test_an_address_that_got_an_account_meanwhile_keeps_it(engine: Engine) -> None:
    ask(engine)
    code = told(engine)
    accounts.add_account(engine, NEW, "archivist", (), GOOD, actor="shell")
    assert not joining.confirm(engine, code, OTHER)
    known = accounts.check_password(engine, NEW, GOOD)
    assert known is not None and known.role == "archivist"


@pytest.mark.parametrize(("email", "password", "field"), [("new.example.org", OTHER, "email"), (NEW, "short", "password"),
                                                          (NOBODY, NOBODY, "password")])
def test_what_cannot_be_taken_is_said_and_not_kept(engine: Engine, email: str, password: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(engine, email, password)
    assert refused.value.field == field
    with reading(engine) as session:
        assert session.scalars(select(OneTimeCode)).all() == []


def test_rows_and_jobs_hold_no_code_and_jobs_no_address(engine: Engine) -> None:
    ask(engine)
    code = told(engine)
    with reading(engine) as session:
        rows = [repr(vars(row)) for row in session.scalars(select(OneTimeCode))]
        jobs = [repr(vars(job)) for job in session.scalars(select(Job).where(Job.kind == "mail"))]
    assert code not in "".join(rows) and code.replace("-", "") not in "".join(rows)
    assert NEW not in "".join(jobs) and "code:" in jobs[0]
    assert code not in repr(letters(engine)) and NEW not in repr(letters(engine))
