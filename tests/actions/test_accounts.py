"""Accounts: what is refused, what each role holds, and that nothing tells an unknown address from a known one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from archive_app.access.viewer import signed_in
from archive_app.actions import accounts, passwords
from archive_app.errors import Conflict, Invalid, NotAllowed
from archive_app.records import accounts as records
from archive_app.records.audit import AuditEntry, broken_links
from archive_app.records.base import open_engine, reading, writing
from archive_app.records.consent import Unit
from archive_app.records.testimonies import Collection

GOOD = "seven quiet rivers"


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    shutil.copy(empty_database, tmp_path / "archive.sqlite3")
    opened = open_engine(f"sqlite:///{tmp_path}/archive.sqlite3")
    with writing(opened) as session:
        for key, name in ((1, "valley"), (2, "coast")):
            session.add(Unit(id=key, kind="collection"))
            session.flush()
            session.add(Collection(id=key, public_id=name))
        session.commit()
    yield opened
    opened.dispose()


def add(engine: Engine, email: str = "ada@example.org", role: str = "researcher", *collections: str, password: str = GOOD,
        actor: str = "shell") -> accounts.KnownAccount:
    return accounts.add_account(engine, email, role, collections, password, actor=actor)


def held(engine: Engine, known: accounts.KnownAccount) -> tuple[set[str], dict[int, set[str]]]:
    with reading(engine) as session:
        account = records.account_by_key(session, known.key)
        assert account is not None
        viewer = signed_in(session, account, now=1)
    return set(viewer.everywhere), {key: set(tokens) for key, tokens in viewer.in_collection.items()}


@pytest.mark.parametrize(("role", "collections", "everywhere", "local"), [
    ("researcher", (), {"registered"}, {}),
    ("archivist", (), {"registered", "staff"}, {}),
    ("archivist", ("valley",), {"registered"}, {1: {"staff"}}),
    ("archivist", ("valley", "coast", "valley"), {"registered"}, {1: {"staff"}, 2: {"staff"}}),
    ("custodian", (), {"registered", "staff", "custodian"}, {}),
    ("custodian", ("coast",), {"registered"}, {2: {"staff", "custodian"}}),
    ("admin", (), set(), {}),
])
def test_what_a_role_holds(engine: Engine, role: str, collections: tuple[str, ...], everywhere: set[str],
                           local: dict[int, set[str]]) -> None:
    assert held(engine, add(engine, "ada@example.org", role, *collections)) == (everywhere, local)


@pytest.mark.parametrize(("email", "role", "collections", "password", "field"), [
    ("ada.example.org", "researcher", (), GOOD, "email"),
    ("ada@@example.org", "researcher", (), GOOD, "email"),
    ("ada @example.org", "researcher", (), GOOD, "email"),
    ("ada@example.org\x00", "researcher", (), GOOD, "email"),
    ("a" * 65 + "@example.org", "researcher", (), GOOD, "email"),
    ("ada@example.org", "director", (), GOOD, "role"),
    ("ada@example.org", "archivist", ("valley", "nowhere"), GOOD, "collection"),
    ("ada@example.org", "researcher", ("valley",), GOOD, "collection"),
    ("ada@example.org", "admin", ("valley",), GOOD, "collection"),
    ("ada@example.org", "researcher", (), "eleven char", "password"),
    ("ada@example.org", "researcher", (), "Ada@Example.org", "password"),
    ("ada@example.org", "researcher", (), "x" * 1025, "password"),
])
def test_what_is_refused(engine: Engine, email: str, role: str, collections: tuple[str, ...], password: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(engine, email, role, *collections, password=password)
    assert refused.value.field == field
    assert email not in str(refused.value) and password not in str(refused.value)
    with reading(engine) as session:
        assert session.scalars(select(records.Account)).all() == []


@pytest.mark.parametrize("secret", ["not base32!", "JBSWY3DPEHPK3PXP", "é" * 32, "A" * 65])
def test_a_bad_second_factor_secret_is_refused(engine: Engine, secret: str) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.add_account(engine, "ada@example.org", "archivist", (), GOOD, secret, actor="shell")
    assert refused.value.field == "totp" and secret not in str(refused.value)


def test_a_second_factor_secret_may_be_written_in_groups(engine: Engine) -> None:
    groups = "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp"
    known = accounts.add_account(engine, "ada@example.org", "archivist", (), GOOD, groups, actor="shell")
    assert known.second_factor


def test_one_account_for_one_address_however_it_is_written(engine: Engine) -> None:
    add(engine, " Ada@Example.ORG ")
    with pytest.raises(Conflict):
        add(engine, "ada@example.org")
    assert accounts.check_password(engine, "ADA@example.org", GOOD) is not None


def test_passwords_in_another_unicode_form_are_the_same(engine: Engine) -> None:
    add(engine, password="İstanbul na\u00efve \u2460")
    assert accounts.check_password(engine, "ada@example.org", "I\u0307stanbul nai\u0308ve 1") is not None
    assert accounts.check_password(engine, "ada@example.org", "istanbul naive 1") is None


def test_only_administrators_and_the_shell_manage_accounts(engine: Engine) -> None:
    add(engine, "chief@example.org", "admin")
    add(engine, "keeper@example.org", "custodian")
    assert add(engine, "new@example.org", actor="Chief@example.org").role == "researcher"
    for actor in ("keeper@example.org", "nobody@example.org", ""):
        with pytest.raises(NotAllowed):
            add(engine, "other@example.org", actor=actor)
        with pytest.raises(NotAllowed):
            accounts.close_account(engine, "new@example.org", actor=actor)
    accounts.close_account(engine, "chief@example.org", actor="shell")
    with pytest.raises(NotAllowed):
        add(engine, "other@example.org", actor="chief@example.org")


@pytest.mark.usefixtures("as_in_service")
def test_wrong_unknown_and_closed_are_one_answer_by_one_path(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    add(engine)
    add(engine, "gone@example.org")
    accounts.close_account(engine, "gone@example.org", actor="shell")
    checked: list[str] = []
    real = passwords.matches

    def counted(kept_hash: str, password: str) -> bool:
        checked.append(kept_hash.rpartition("$")[0].rpartition("$")[0])  # the parameters, without salt and hash
        return real(kept_hash, password)

    monkeypatch.setattr(passwords, "matches", counted)
    tries = [("ada@example.org", "not the password"), ("nobody@example.org", GOOD), ("gone@example.org", GOOD), ("", GOOD),
             ("a\x00b@example.org", GOOD), ("ada@example.org", "x" * 100_000)]
    assert [accounts.check_password(engine, email, password) for email, password in tries] == [None] * len(tries)
    assert len(checked) == len(tries) and len(set(checked)) == 1
    assert checked[0] == "$argon2id$v=19$m=65536,t=3,p=4"


def test_closing_twice_is_harmless_and_closing_nobody_is_said(engine: Engine) -> None:
    add(engine)
    accounts.close_account(engine, "ada@example.org", actor="shell")
    accounts.close_account(engine, "ada@example.org", actor="shell")
    with pytest.raises(Invalid):
        accounts.close_account(engine, "nobody@example.org", actor="shell")
    with reading(engine) as session:
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == ["add account", "close account"]


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(engine: Engine) -> None:
    from argon2 import PasswordHasher

    known = add(engine)
    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD)
    with writing(engine) as session:
        account = records.account_by_key(session, known.key)
        assert account is not None
        account.password_hash = old
        session.commit()
    assert accounts.check_password(engine, "ada@example.org", "something else") is None
    assert _hash(engine, known) == old
    assert accounts.check_password(engine, "ada@example.org", GOOD) is not None
    assert _hash(engine, known) != old
    assert accounts.check_password(engine, "ada@example.org", GOOD) is not None


def _hash(engine: Engine, known: accounts.KnownAccount) -> str:
    with reading(engine) as session:
        account = records.account_by_key(session, known.key)
        assert account is not None
        return account.password_hash


def test_audit_and_repr_hold_no_address_and_the_chain_is_whole(engine: Engine) -> None:
    add(engine, "chief@example.org", "admin")
    known = add(engine, "ada@example.org", "archivist", "valley", actor="chief@example.org")
    assert "ada" not in repr(known)
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert broken_links(session) == []
        first, second = [(entry.actor, entry.verb, entry.subject, entry.detail) for entry in entries]
    written = json.dumps([first, second])
    assert "example.org" not in written and "ada" not in written.replace("add account", "")
    assert first[0] == "shell"
    assert second[0] == first[2] == records.email_digest("chief@example.org")
    assert second[3] == {"role": "archivist", "collections": ["valley"], "demo": False}
