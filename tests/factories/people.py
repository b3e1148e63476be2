"""People with accounts: a database with a reader, a keeper and an administrator, a clock moved by hand, and what a call costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event, select

from archive_app import clock
from archive_app.actions import account_letters, accounts, enrolling, passwords, second_factor, sessions
from archive_app.records.audit import AuditEntry
from archive_app.records.base import open_engine, reading
from archive_app.records.jobs import Job
from archive_app.records.tables import metadata

GOOD, OTHER = "seven quiet rivers", "nine slow mornings"
READER, KEEPER, CHIEF = "reader@example.org", "keeper@example.org", "chief@example.org"
NOBODY = "nobody@example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START = 1_800_000_000_000


class Clock:
    """The archive's clock, moved by hand (ms)."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@contextmanager
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Clock]]:
    """A database with three accounts whose password is GOOD, kept by a hash that costs nothing (how it is kept is tested apart)."""
    at = Clock()
    monkeypatch.setattr(clock, "now", at)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "NOBODYS_HASH", PasswordHasher(1, 8, 1).hash("the password of nobody"))
    file = tmp_path / "archive.sqlite3"
    file.write_bytes(_three_accounts())
    opened = open_engine(f"sqlite:///{file}")
    yield opened, at
    opened.dispose()


@cache
def _three_accounts() -> bytes:
    """The file of that database, made once a process; called where the clock and the hashes are those of `database`."""
    with TemporaryDirectory() as folder:
        opened = open_engine(f"sqlite:///{folder}/archive.sqlite3")
        metadata.create_all(opened)
        for email, role in ((READER, "researcher"), (KEEPER, "custodian"), (CHIEF, "admin")):
            accounts.add_account(opened, email, role, (), GOOD, actor="shell")
        opened.dispose()
        return Path(folder, "archive.sqlite3").read_bytes()


def code_now(at: Clock, steps: int = 0) -> str:
    """What the authenticator of whoever has SECRET shows."""
    return pyotp.TOTP(SECRET).generate_otp(at.now // second_factor.STEP_MS + steps)


def enrolled(engine: Engine, at: Clock, email: str = KEEPER) -> tuple[str, ...]:
    """Give an account the second factor SECRET, and go on to a step of time that is not used yet; the recovery codes."""
    opened = sessions.sign_in(engine, email, GOOD, required=True)
    taken = enrolling.enrol(engine, opened.token if opened else "", SECRET, code_now(at))
    assert taken is not None
    at.now += 10 * second_factor.STEP_MS
    return taken.codes


def letters(engine: Engine) -> list[account_letters.Facts | None]:
    """What becomes of every letter that was promised, in order; asking makes its code."""
    with reading(engine) as session:
        subjects = session.scalars(select(Job.subject).where(Job.kind == "mail").order_by(Job.id)).all()
    return [account_letters.facts(engine, int(subject.removeprefix("code:"))) for subject in subjects]


def audited(engine: Engine) -> list[AuditEntry]:
    """The entries of the audit since the three accounts were added."""
    with reading(engine) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))[3:]


def cost(engine: Engine, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> tuple[list[str], list[str]]:
    """What a call does that can be measured from outside: hashes made and checked, and statements sent, without their values."""
    hashes: list[str] = []
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    with monkeypatch.context() as patch:
        for name in ("hashed", "matches"):
            patch.setattr(passwords, name, _noted(hashes, name, getattr(passwords, name)))
        event.listen(engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
    return hashes, statements


def _noted(hashes: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*given: str) -> Any:
        hashes.append(name)
        return real(*given)

    return noted
