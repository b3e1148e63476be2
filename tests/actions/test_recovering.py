"""A forgotten password: the same answer for every address, a code that works once, and every session ended."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.actions import accounts, enrolling, one_time, recovering, sessions
from archive_app.errors import Conflict, Invalid
from archive_app.records.base import reading
from archive_app.records.codes import OneTimeCode
from tests.factories.people import CHIEF, GOOD, KEEPER, NOBODY, OTHER, READER, Clock, audited, cost, enrolled, letters


@pytest.fixture
def engine(made: tuple[Engine, Clock]) -> Engine:
    return made[0]


def told(engine: Engine) -> str:
    last = letters(engine)[-1]
    assert last is not None
    return last.code


def test_a_letter_brings_a_new_password_and_ends_every_session(engine: Engine) -> None:
    opened = sessions.sign_in(engine, READER, GOOD, required=True)
    other = sessions.sign_in(engine, CHIEF, GOOD, required=False)
    recovering.ask(engine, READER.upper(), "ru")
    assert opened and other and recovering.set_password(engine, told(engine), OTHER, by_mail=True)
    assert sessions.recognise(engine, opened.token, on_site=False, required=False) is None
    assert sessions.recognise(engine, other.token, on_site=False, required=False) is not None
    assert accounts.check_password(engine, READER, GOOD) is None and accounts.check_password(engine, READER, OTHER) is not None
    last = letters(engine)[-1]
    assert last is not None and (last.kind, last.to, last.code) == ("password changed", READER, "")
    assert [entry.verb for entry in audited(engine)] == ["sign in", "reset password"]


def test_every_address_costs_the_same_and_the_unknown_get_no_letter(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.close_account(engine, KEEPER, actor="shell")
    costs = [cost(engine, monkeypatch, lambda email=email: recovering.ask(engine, email, "en"))  # type: ignore[misc]
             for email in (READER, NOBODY, KEEPER)]
    assert costs[0] == costs[1] == costs[2] and costs[0][0] == []
    assert not any("accounts" in statement for statement in costs[0][1]), "nobody looks whose address it is"
    assert [each.to if each else "" for each in letters(engine)] == [READER, "", ""]


def test_wrong_and_right_codes_cost_one_hash_each(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    right = recovering.issue(engine, READER).code
    for code in ("0000-0000-0000-0000", "no code", right):
        hashes, _ = cost(engine, monkeypatch, lambda code=code: recovering.set_password(engine, code, OTHER, by_mail=False))  # type: ignore[misc]
        assert hashes == ["hashed"]


def test_an_administrators_code_works_once_within_an_hour_and_the_newest_alone(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    first, second = recovering.issue(engine, READER), recovering.issue(engine, READER)
    assert not recovering.set_password(engine, first.code, OTHER, by_mail=False)
    at.now += clock.HOUR_MS
    assert not recovering.set_password(engine, second.code, OTHER, by_mail=False)
    third = recovering.issue(engine, READER)
    at.now += clock.HOUR_MS - 1
    assert recovering.set_password(engine, third.code, OTHER, by_mail=False)
    assert not recovering.set_password(engine, third.code, GOOD, by_mail=False)


def test_only_its_digest_is_kept(engine: Engine) -> None:
    code = recovering.issue(engine, READER).code
    with reading(engine) as session:
        (row,) = session.scalars(select(OneTimeCode)).all()
    assert row.code_digest == one_time.digest(code) and code not in repr(vars(row)) and len(row.code_digest) == 64
    assert code not in str([vars(entry) for entry in audited(engine)]) and READER not in str([vars(entry) for entry in audited(engine)])


def test_a_code_is_for_one_purpose(engine: Engine, made: tuple[Engine, Clock]) -> None:
    enrolled(*made)
    code = recovering.issue(engine, KEEPER, second_factor=True).code
    assert not recovering.set_password(engine, code, OTHER, by_mail=False)
    waits = sessions.sign_in(engine, KEEPER, GOOD, required=True)
    other = recovering.issue(engine, KEEPER).code
    assert waits and enrolling.do_without(engine, waits.token, other, required=True, by_mail=False) is None


def test_a_new_password_leaves_the_second_factor(made: tuple[Engine, Clock]) -> None:
    engine, _ = made
    enrolled(*made)
    assert recovering.set_password(engine, recovering.issue(engine, KEEPER).code, OTHER, by_mail=False)
    opened = sessions.sign_in(engine, KEEPER, OTHER, required=True)
    assert opened is not None and opened.stage == "password" and opened.second_factor


def test_a_password_that_is_refused_leaves_the_code(engine: Engine) -> None:
    code = recovering.issue(engine, READER).code
    for refused in ("short", READER):
        with pytest.raises(Invalid):
            recovering.set_password(engine, code, refused, by_mail=False)
    assert recovering.set_password(engine, code, OTHER, by_mail=False)


@pytest.mark.parametrize("second_factor", [False, True])
def test_there_is_no_code_for_nobody(engine: Engine, second_factor: bool) -> None:
    accounts.close_account(engine, KEEPER, actor="shell")
    for email in (NOBODY, KEEPER):
        with pytest.raises(Invalid) as refused:
            recovering.issue(engine, email, second_factor=second_factor)
        assert email not in str(refused.value)
    with pytest.raises(Conflict):
        recovering.issue(engine, READER, second_factor=True)


def test_a_code_of_an_account_closed_meanwhile_is_void(engine: Engine) -> None:
    code = recovering.issue(engine, READER).code
    accounts.close_account(engine, READER, actor="shell")
    assert not recovering.set_password(engine, code, OTHER, by_mail=False)


@pytest.mark.parametrize(("written", "same"), [("abcd-efgh-jkmn-pqrs", True), ("ABCD EFGH JKMN PQRS", True), ("abcdefghjkmnpqrs", True),
                                               ("abcd-efgh-jkmn-pqr", False), ("abcd-efgh-jkmn-pqru", False), ("", False), ("é" * 16, False)])
def test_how_a_code_may_be_typed(written: str, same: bool) -> None:
    assert (one_time.digest(written) == one_time.digest("abcd-efgh-jkmn-pqrs") != "") is same
    assert one_time.digest("o1l0-0000-0000-0000") == one_time.digest("0110-0000-0000-0000")


def test_codes_differ_and_are_told_in_groups() -> None:
    many = {one_time.fresh() for _ in range(50)}
    assert len(many) == 50 and all(one_time.digest(code) and len(code) == 19 for code in many)
