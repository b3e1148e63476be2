"""Letters: each is sent once where that is possible, again where it is not, and says nothing that it should not."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.actions import account_letters, accounts, joining, recovering
from archive_app.jobs import leases, mailing
from archive_app.jobs.posting import Letter, Refused
from archive_app.records.base import reading, writing
from archive_app.records.jobs import Job
from archive_app.web import letters
from tests.factories.people import NOBODY, OTHER, READER, START, Clock, database


class Server:
    """A mail server: what it was given, and what it does to those who give."""

    def __init__(self) -> None:
        self.given: list[Letter] = []
        self.refuses: BaseException | None = None

    def __call__(self, letter: Letter) -> None:
        if self.refuses:
            raise self.refuses
        self.given.append(letter)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Clock]]:
    with database(tmp_path, monkeypatch) as opened:
        yield opened


def test_letters_about_accounts_are_made_of_accounts_and_codes_alone() -> None:
    """What is hidden cannot be told by what has no way to it."""
    known = {"clock", "actions.one_time", "actions.account_letters", "records.accounts", "records.codes", "records.base", "web.interface",
             "web.translate", "actions.request_letters.DECIDED"}
    for module in (account_letters, letters):
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        named = {f"{node.module}.{alias.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
                 for alias in node.names if node.module.startswith("archive_app")}
        assert named and all(any(each.startswith(f"archive_app.{one}") for one in known) for each in named), named


def run(engine: Engine, server: Server) -> int:
    def write(facts: account_letters.Facts) -> tuple[str, str]:
        return facts.kind, facts.code

    return mailing.run_due(engine, mailing.Office(write, server), "tests")


def jobs(engine: Engine) -> list[tuple[int, int, bool]]:
    with reading(engine) as session:
        return [(job.attempts, job.due_at, job.done_at is not None) for job in session.scalars(select(Job).order_by(Job.id))]


def test_a_letter_goes_once(made: tuple[Engine, Clock]) -> None:
    engine, _ = made
    server = Server()
    recovering.ask(engine, READER, "en")
    assert (run(engine, server), run(engine, server)) == (1, 0)
    (letter,) = server.given
    assert letter.to == READER and recovering.set_password(engine, letter.text, OTHER, by_mail=False)


def test_of_an_unknown_address_the_job_is_done_and_nobody_is_written_to(made: tuple[Engine, Clock]) -> None:
    engine, _ = made
    server = Server()
    recovering.ask(engine, NOBODY, "en")
    assert run(engine, server) == 1 and server.given == [] and jobs(engine)[0][2]


def test_a_failure_is_logged_once_without_addresses_and_tried_again_with_growing_pauses(
        made: tuple[Engine, Clock], caplog: pytest.LogCaptureFixture) -> None:
    engine, at = made
    server = Server()
    server.refuses = OSError(f"450 no route to <{READER}>")
    recovering.ask(engine, READER, "en")
    pauses = []
    for _ in range(7):
        assert run(engine, server) == 0 and run(engine, server) == 0, "it is not due before its pause is over"
        (_, due_at, done), = jobs(engine)
        assert not done
        pauses.append(due_at - at.now)
        at.now = due_at
    assert pauses == [*mailing.PAUSES_MS, mailing.PAUSES_MS[-1], mailing.PAUSES_MS[-1]] and pauses == sorted(pauses)
    assert [record.message for record in caplog.records] == ["a letter could not be sent and is tried again: OSError"]
    assert "example.org" not in caplog.text
    server.refuses = None
    assert run(engine, server) == 1 and len(server.given) == 1
    assert recovering.set_password(engine, server.given[0].text, OTHER, by_mail=False)


def test_what_nobody_waits_for_any_more_is_not_sent(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    server = Server()
    server.refuses = OSError()
    recovering.ask(engine, READER, "en")
    tries = 0
    while not jobs(engine)[0][2] and tries < 50:
        tries += 1
        run(engine, server)
        at.now = max(at.now, jobs(engine)[0][1])
    assert server.given == [] and 20 < tries < 40 and at.now - START >= clock.DAY_MS


def test_one_letter_that_is_refused_for_good_holds_up_no_other(made: tuple[Engine, Clock], caplog: pytest.LogCaptureFixture) -> None:
    engine, _ = made
    for email in (READER, NOBODY):
        joining.ask(engine, email, OTHER, "en", by_mail=True)
    given: list[Letter] = []

    def post(letter: Letter) -> None:
        if letter.to == READER:
            raise Refused()
        given.append(letter)

    office = mailing.Office(lambda facts: (facts.kind, ""), post)
    assert mailing.run_due(engine, office, "tests") == 2 and [letter.to for letter in given] == [NOBODY]
    assert "example.org" not in caplog.text and len(caplog.records) == 1


def test_a_fault_in_one_letter_holds_up_no_other(made: tuple[Engine, Clock], caplog: pytest.LogCaptureFixture) -> None:
    engine, _ = made
    server = Server()
    with writing(engine) as session:
        session.add_all(Job(kind="mail", subject=subject, due_at=0) for subject in ("unheard:1", "code:", "code:x", "code:999"))
        session.commit()
    recovering.ask(engine, READER, "en")
    assert run(engine, server) == 5 and [letter.to for letter in server.given] == [READER]
    assert caplog.records == []


def test_one_worker_sends(made: tuple[Engine, Clock]) -> None:
    engine, _ = made
    server = Server()
    recovering.ask(engine, READER, "en")
    assert leases.take(engine, mailing.KIND, "another")
    assert run(engine, server) == 0 and server.given == []


def test_a_letter_cut_short_is_sent_again_and_only_the_newest_code_counts(made: tuple[Engine, Clock]) -> None:
    engine, at = made
    server = Server()
    recovering.ask(engine, READER, "en")
    with pytest.raises(KeyboardInterrupt):  # killed after the letter left, before the job was done
        server.refuses = KeyboardInterrupt()
        run(engine, server)
    assert not jobs(engine)[0][2]
    first = account_letters.facts(engine, 1)
    server.refuses = None
    at.now += leases.LEASE_MS
    assert run(engine, server) == 1 and first is not None
    assert not recovering.set_password(engine, first.code, OTHER, by_mail=False)
    assert recovering.set_password(engine, server.given[0].text, OTHER, by_mail=False)


def test_logs_hold_nothing_of_a_letter(made: tuple[Engine, Clock], caplog: pytest.LogCaptureFixture) -> None:
    engine, _ = made
    caplog.set_level(logging.DEBUG)
    server = Server()
    for email in (READER, NOBODY):
        joining.ask(engine, email, OTHER, "en", by_mail=True)
    recovering.ask(engine, READER, "en")
    run(engine, server)
    codes = [letter.text for letter in server.given if letter.text]
    assert len(codes) == 2
    for canary in (READER, NOBODY, OTHER, *codes):
        assert canary not in caplog.text
    assert accounts.check_password(engine, NOBODY, OTHER) is None
