"""Sessions on the server: both stages, their ends, and codes that work once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.actions import accounts, enrolling, passwords, second_factor, sessions
from archive_app.errors import Conflict
from archive_app.records.accounts import Account, SignedInSession
from archive_app.records.audit import AuditEntry
from archive_app.records.base import open_engine, reading, writing
from archive_app.records.tables import metadata
from tests.factories.people import GOOD, KEEPER, READER, SECRET, START, Clock


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def engine(tmp_path: Path, at: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))  # how passwords are kept is tested apart
    opened = open_engine(f"sqlite:///{tmp_path}/archive.sqlite3")
    metadata.create_all(opened)
    accounts.add_account(opened, READER, "researcher", (), GOOD, actor="shell")
    accounts.add_account(opened, KEEPER, "custodian", (), GOOD, actor="shell")
    yield opened
    opened.dispose()


def enter(engine: Engine, email: str = READER, code: str = "", required: bool = True, replaces: str = "") -> sessions.Opened:
    opened = sessions.sign_in(engine, email, GOOD, code, required=required, replaces=replaces)
    assert opened is not None
    return opened


def who(engine: Engine, token: str, required: bool = True) -> sessions.SignedIn | None:
    return sessions.recognise(engine, token, on_site=False, required=required)


def enrolled(engine: Engine, at: Clock) -> None:
    """Gives KEEPER the second factor SECRET, and goes on to a step of time that is not used yet."""
    assert enrolling.enrol(engine, enter(engine, KEEPER).token, SECRET, code(at)) is not None
    at.now += 10 * second_factor.STEP_MS


def code(at: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(at.now // second_factor.STEP_MS + steps)


def test_a_reader_signs_in_and_only_a_digest_of_the_token_is_kept(engine: Engine) -> None:
    opened = enter(engine)
    known = who(engine, opened.token)
    assert known is not None and (known.email, known.role, known.stage) == (READER, "researcher", "full")
    assert known.viewer.everywhere == {"registered"} and known.viewer.now == START
    with reading(engine) as session:
        kept = session.scalars(select(SignedInSession.token_digest)).all()
    assert kept == [sessions.digest(opened.token)] and len(opened.token) == sessions.TOKEN_LENGTH
    assert opened.token not in repr(opened) and READER not in repr(known)


@pytest.mark.parametrize(("email", "password"), [(READER, "wrong password"), ("nobody@example.org", GOOD)])
def test_nothing_opens_for_a_wrong_password(engine: Engine, email: str, password: str) -> None:
    assert sessions.sign_in(engine, email, password, required=True) is None
    with reading(engine) as session:
        assert session.scalars(select(SignedInSession)).all() == []


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é" * 43, "x" * 100_000])
def test_a_token_that_was_never_given_is_nobody(engine: Engine, token: str) -> None:
    enter(engine)
    assert who(engine, token) is None


def test_the_token_changes_with_each_sign_in_and_the_old_one_ends(engine: Engine) -> None:
    first = enter(engine)
    second = enter(engine, replaces=first.token)
    assert who(engine, first.token) is None and who(engine, second.token) is not None


@pytest.mark.parametrize(("email", "still", "ended"), [
    (READER, 14 * clock.DAY_MS - 1, 14 * clock.DAY_MS), (KEEPER, 2 * clock.HOUR_MS - 1, 2 * clock.HOUR_MS)])
def test_an_idle_session_ends(engine: Engine, at: Clock, email: str, still: int, ended: int) -> None:
    opened = enter(engine, email, required=False)
    with_time = sessions.recognise(engine, opened.token, on_site=False, required=False, now=START + ended)
    assert with_time is None
    assert sessions.recognise(engine, opened.token, on_site=False, required=False, now=START + still) is not None


def test_a_session_of_staff_in_use_ends_after_twelve_hours(engine: Engine, at: Clock) -> None:
    opened = enter(engine, KEEPER, required=False)
    for _ in range(11):
        at.now += clock.HOUR_MS
        assert who(engine, opened.token, required=False) is not None
    at.now = START + 12 * clock.HOUR_MS - 1
    assert who(engine, opened.token, required=False) is not None
    at.now += 1
    assert who(engine, opened.token, required=False) is None


def test_use_is_written_down_at_most_every_five_minutes(engine: Engine, at: Clock) -> None:
    opened = enter(engine, KEEPER, required=False)
    at.now += sessions.SEEN_MS - 1
    who(engine, opened.token, required=False)
    assert seen(engine, opened) == [(START, START)]
    at.now += 1
    who(engine, opened.token, required=False)
    assert seen(engine, opened) == [(START, at.now)]


def seen(engine: Engine, opened: sessions.Opened) -> list[tuple[int, int]]:
    return [(each.began, each.seen) for each in sessions.open_sessions(engine, _key(engine, opened))]


def _key(engine: Engine, opened: sessions.Opened) -> int:
    known = who(engine, opened.token, required=False)
    assert known is not None
    return known.account_key


def test_closing_an_account_ends_its_sessions_at_once(engine: Engine) -> None:
    opened, other = enter(engine), enter(engine, KEEPER, required=False)
    accounts.close_account(engine, READER, actor="shell")
    with reading(engine) as session:
        assert session.scalars(select(SignedInSession.token_digest)).all() == [sessions.digest(other.token)]
    assert who(engine, opened.token) is None
    assert who(engine, other.token, required=False) is not None
    assert sessions.sign_in(engine, READER, GOOD, required=True) is None


def test_a_session_that_a_closed_account_still_has_is_dead(engine: Engine) -> None:
    opened = enter(engine)
    with writing(engine) as session:
        account = session.scalars(select(Account).where(Account.email == READER)).one()
        account.closed_at = START
        session.commit()
    assert who(engine, opened.token) is None


def test_ending_one_and_ending_the_others(engine: Engine) -> None:
    first, second, third = enter(engine), enter(engine), enter(engine)
    keeper = enter(engine, KEEPER, required=False)
    key = _key(engine, first)
    sessions.end(engine, first.token)
    sessions.end(engine, first.token)
    assert who(engine, first.token) is None and who(engine, second.token) is not None
    handles = {each.handle: each.own for each in sessions.open_sessions(engine, key, second.token)}
    assert len(handles) == 2 and sorted(handles.values()) == [False, True]
    other = next(handle for handle, own in handles.items() if not own)
    sessions.end_one(engine, _key(engine, keeper), other)
    assert who(engine, third.token) is not None, "a handle ends a session of its own account alone"
    sessions.end_one(engine, key, other)
    assert who(engine, third.token) is None and who(engine, second.token) is not None
    fourth = enter(engine)
    sessions.end_others(engine, key, second.token)
    assert who(engine, fourth.token) is None and who(engine, second.token) is not None
    assert who(engine, keeper.token, required=False) is not None


def test_staff_without_a_second_factor_see_nothing_until_they_have_one(engine: Engine, at: Clock) -> None:
    opened = enter(engine, KEEPER)
    known = who(engine, opened.token)
    assert known is not None and known.stage == "password" and not known.second_factor
    assert known.viewer.everywhere == frozenset() and known.viewer.account == "" and known.viewer.role == ""
    assert sessions.give_second_factor(engine, opened.token, "000000") is None
    secret = second_factor.offered(opened.token, "k" * 32)
    right = pyotp.TOTP(secret).generate_otp(at.now // second_factor.STEP_MS)
    assert enrolling.enrol(engine, opened.token, secret, f"{(int(right) + 1) % 1_000_000:06d}") is None
    taken = enrolling.enrol(engine, opened.token, secret, right)
    assert taken is not None and taken.opened.stage == "full"
    known = who(engine, taken.opened.token)
    assert known is not None and known.viewer.everywhere == {"registered", "staff", "custodian"} and known.second_factor
    assert who(engine, opened.token) is None, "the token of the first stage has ended"


def test_a_full_session_falls_back_when_a_second_factor_becomes_required(engine: Engine) -> None:
    opened = enter(engine, KEEPER, required=False)
    known = who(engine, opened.token, required=True)
    assert known is not None and known.stage == "password" and known.viewer.everywhere == frozenset()


def test_whoever_has_a_second_factor_is_asked_even_where_none_is_required(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    opened = enter(engine, KEEPER, required=False)
    assert opened.stage == "password" and opened.second_factor
    full = sessions.give_second_factor(engine, opened.token, code(at))
    assert full is not None and full.stage == "full" and who(engine, opened.token) is None
    known = who(engine, full.token)
    assert known is not None and known.stage == "full"


def test_password_and_code_at_once(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    assert sessions.sign_in(engine, KEEPER, GOOD, code(at, 5), required=True) is None
    assert sessions.sign_in(engine, KEEPER, "wrong password", code(at), required=True) is None
    assert enter(engine, KEEPER, code(at)).stage == "full"


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_one_step_to_either_side(engine: Engine, at: Clock, steps: int, taken: bool) -> None:
    enrolled(engine, at)
    opened = sessions.give_second_factor(engine, enter(engine, KEEPER).token, code(at, steps))
    assert (opened is not None) is taken


def test_a_code_works_once_and_none_before_it(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    assert enter(engine, KEEPER, code(at)).stage == "full"
    for used in (code(at), code(at, -1)):
        assert sessions.sign_in(engine, KEEPER, GOOD, used, required=True) is None
    assert enter(engine, KEEPER, code(at, 1)).stage == "full"


@pytest.mark.parametrize("written", ["", "12345", "1234567", "abcdef", "½½½½½½", "-1-1-1"])
def test_what_is_no_code_is_refused(engine: Engine, at: Clock, written: str) -> None:
    enrolled(engine, at)
    assert sessions.give_second_factor(engine, enter(engine, KEEPER).token, written) is None


def test_digits_of_other_scripts_and_spaces_are_read(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    arabic = "".join(chr(0x660 + int(digit)) for digit in code(at))
    assert sessions.give_second_factor(engine, enter(engine, KEEPER).token, f"{arabic[:3]} {arabic[3:]}") is not None


def test_the_first_stage_waits_fifteen_minutes(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    opened = enter(engine, KEEPER)
    at.now += sessions.OWED_MS
    assert who(engine, opened.token) is None
    assert sessions.give_second_factor(engine, opened.token, code(at)) is None


def test_a_second_factor_is_not_replaced_from_the_first_stage(engine: Engine, at: Clock) -> None:
    enrolled(engine, at)
    opened = enter(engine, KEEPER)
    other = pyotp.random_base32()
    with pytest.raises(Conflict):
        enrolling.enrol(engine, opened.token, other, pyotp.TOTP(other).generate_otp(at.now // 30_000))
    assert sessions.give_second_factor(engine, opened.token, code(at)) is not None


def test_the_offered_secret_is_the_sessions_own(engine: Engine) -> None:
    first, second = enter(engine, KEEPER).token, enter(engine, KEEPER).token
    offers = {second_factor.offered(token, key) for token in (first, second) for key in ("k" * 32, "j" * 32)}
    assert len(offers) == 4 and all(second_factor.accept(secret) == secret for secret in offers)
    assert second_factor.offered(first, "k" * 32) in offers


def test_the_audit_keeps_when_staff_signed_in_and_never_when_a_reader_did(engine: Engine) -> None:
    enter(engine)
    enter(engine, KEEPER, required=False)
    with reading(engine) as session:
        entries = session.execute(select(AuditEntry.verb, AuditEntry.actor)).all()
    signed = [actor for verb, actor in entries if verb == "sign in"]
    assert len(signed) == 1 and KEEPER not in signed[0]


def test_ended_sessions_leave_the_table_at_the_next_sign_in(engine: Engine, at: Clock) -> None:
    enter(engine)
    at.now += sessions.READER_END_MS
    kept = enter(engine)
    with reading(engine) as session:
        assert session.scalars(select(SignedInSession.token_digest)).all() == [sessions.digest(kept.token)]


def test_on_site_counts_at_both_stages(engine: Engine) -> None:
    for email, everywhere in ((READER, {"registered", "onsite"}), (KEEPER, {"onsite"})):
        known = sessions.recognise(engine, enter(engine, email).token, on_site=True, required=True)
        assert known is not None and known.viewer.everywhere == everywhere
