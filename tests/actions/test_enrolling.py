"""The second factor: recovery codes that each work once, and what is left to whoever lost everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from archive_app.actions import enrolling, one_time, own_account, recovering, sessions
from archive_app.records.base import reading
from archive_app.records.codes import OneTimeCode
from tests.factories.people import GOOD, KEEPER, OTHER, READER, Clock, audited, code_now, database, enrolled, letters


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Clock]]:
    with database(tmp_path, monkeypatch) as opened:
        yield opened


def waiting(engine: Engine, email: str = KEEPER, required: bool = True) -> str:
    opened = sessions.sign_in(engine, email, GOOD, required=required, device="Firefox, Linux")
    assert opened is not None and opened.stage == "password"
    return opened.token


def without(engine: Engine, token: str, code: str, required: bool = True) -> sessions.Opened | None:
    return enrolling.do_without(engine, token, code, required=required, by_mail=True)


def test_ten_codes_are_told_once_and_kept_as_digests(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    with reading(engine) as session:
        rows = session.scalars(select(OneTimeCode)).all()
    assert len(set(told)) == 10 and {row.code_digest for row in rows} == {one_time.digest(code) for code in told}
    assert {(row.purpose, row.ends_at, row.email) for row in rows} == {("recovery", None, "")}
    assert not any(code in repr(vars(row)) for row in rows for code in told)


def test_each_signs_in_once_and_the_second_factor_stays(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    opened = without(engine, waiting(engine), told[3])
    assert opened is not None and (opened.stage, opened.second_factor) == ("full", True)
    assert without(engine, waiting(engine), told[3]) is None
    assert without(engine, waiting(engine), told[4]) is not None
    known = sessions.recognise(engine, opened.token, on_site=False, required=True)
    assert known is not None and enrolling.codes_left(engine, known.account_key) == 8
    browsers = sessions.open_sessions(engine, known.account_key, opened.token)
    assert [each.device for each in browsers if each.own] == ["Firefox, Linux"]
    assert "use recovery code" in [entry.verb for entry in audited(engine)]


def test_another_persons_code_does_nothing(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    enrolled(engine, at)
    others = enrolled(engine, at, READER)
    assert without(engine, waiting(engine), others[0]) is None
    assert without(engine, waiting(engine, READER), others[0]) is not None


def test_what_one_does_leaves_the_codes_of_others(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    issued = recovering.issue(engine, KEEPER, second_factor=True).code
    others = enrolled(engine, at, READER)
    enrolling.renew_codes(engine, READER, GOOD, others[0])
    without(engine, waiting(engine, READER), recovering.issue(engine, READER, second_factor=True).code)
    own_account.delete(engine, READER, GOOD)
    assert without(engine, waiting(engine), told[9]) is not None
    assert without(engine, waiting(engine), issued) is not None


@pytest.mark.parametrize(("required", "stage"), [(True, "password"), (False, "full")])
def test_an_administrators_code_takes_it_away_and_staff_set_up_a_new_one(made: tuple[Engine, Clock], required: bool, stage: str) -> None:
    engine, at = made
    told = enrolled(engine, at)
    before = sessions.sign_in(engine, KEEPER, GOOD, code_now(at), required=required)
    code = recovering.issue(engine, KEEPER, second_factor=True).code
    opened = without(engine, waiting(engine), code, required)
    assert opened is not None and before is not None and (opened.stage, opened.second_factor) == (stage, False)
    assert sessions.recognise(engine, before.token, on_site=False, required=required) is None, "the other browsers are signed out"
    at.now += 300_000
    anew = enrolling.enrol(engine, opened.token, "KRSXG5CTKRSXG5CTKRSXG5CTKRSXG5CT", "000000")
    assert anew is None, "a new key is taken with its own code alone"
    assert without(engine, opened.token, told[0], required) is None, "the recovery codes went with it"
    last = letters(engine)[-1]
    assert last is not None and (last.kind, last.to) == ("factor gone", KEEPER)
    assert len(enrolled(engine, at)) == 10


def test_a_code_by_itself_opens_nothing(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    for token in ("", "x" * 43):
        assert without(engine, token, told[0]) is None
    full = sessions.sign_in(engine, READER, GOOD, required=True)
    assert full is not None and without(engine, full.token, told[0]) is None


def test_new_codes_and_giving_up_ask_password_and_code(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    assert enrolling.renew_codes(engine, KEEPER, OTHER, told[0]) == ()
    assert enrolling.renew_codes(engine, KEEPER, GOOD, "000000") == ()
    fresh = enrolling.renew_codes(engine, KEEPER, GOOD, code_now(at))
    assert len(set(fresh) - set(told)) == 10
    assert without(engine, waiting(engine), told[1]) is None
    assert not enrolling.give_up(engine, KEEPER, GOOD, told[2], "", by_mail=False)
    assert not enrolling.give_up(engine, KEEPER, OTHER, fresh[0], "", by_mail=False)
    own = sessions.sign_in(engine, KEEPER, GOOD, code_now(at, 1), required=True)
    assert own is not None and enrolling.give_up(engine, KEEPER, GOOD, fresh[0], own.token, by_mail=False)
    known = sessions.recognise(engine, own.token, on_site=False, required=True)
    assert known is not None and (known.stage, known.second_factor) == ("password", False), "staff owe a new one at once"


def test_a_password_reset_does_not_spend_recovery_codes(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    recovering.set_password(engine, recovering.issue(engine, KEEPER).code, GOOD, by_mail=False)
    assert without(engine, waiting(engine), told[0]) is not None
