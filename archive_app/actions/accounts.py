"""Accounts: adding, closing, and whether a password is the right one. One of the few modules besides `change` that commit.

An account is not something entrusted to us. The audit chain names it by a digest, never by its address.
What may not live here: who is signed in (sessions), what a token opens (access).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import law
from archive_app.actions import passwords, second_factor
from archive_app.errors import Conflict, Invalid, NotAllowed
from archive_app.records import accounts as records
from archive_app.records import audit, codes
from archive_app.records.base import reading, writing

SHELL = "shell"
"""The actor at the command line: whoever reaches it owns the archive."""
LOCAL_TOKENS = frozenset({"staff", "custodian"})
"""What a role holds only in the collections named for it, where some are named."""


@dataclass(frozen=True)
class KnownAccount:
    """What other rooms learn of an account. Its address stays out of its `repr`, and so out of logs."""

    key: int
    email: str = field(repr=False)
    role: str
    second_factor: bool
    demo: bool


def folded(email: str) -> str:
    """An address as it is kept and compared: composed (NFC), lower case, without spaces around it."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def is_address(email: str) -> bool:
    """Whether something stands on both sides of one @ (RFC 5321 lengths), and nothing that cannot be seen."""
    name, at, host = email.rpartition("@")
    visible = all(letter.isprintable() and not letter.isspace() for letter in email)
    return bool(at and name and host) and "@" not in name and visible and len(name) <= 64 and len(email) <= 254


def add_account(engine: Engine, email: str, role: str, collections: Sequence[str], password: str, totp_secret: str | None = None,
                demo: bool = False, *, actor: str) -> KnownAccount:
    """A new account with what its role holds: in the collections named by their public ids, or everywhere when none is named.

    `actor`: "shell", or the address of the signed-in person. Raises Invalid(email, role, collection, password, totp), Conflict
    when the address has an account, NotAllowed when the actor manages none.
    """
    address = folded(email)
    if not is_address(address):
        raise Invalid("email", "write an e-mail address, such as name@example.org")
    if role not in law.HOLDS:
        raise Invalid("role", f"choose one of {', '.join(law.HOLDS)}")
    if collections and not law.HOLDS[role] & LOCAL_TOKENS:
        raise Invalid("collection", f"the role {role} is not bound to collections: only archivists and custodians tend them")
    passwords.accept(password, address)
    secret = second_factor.accept(totp_secret) if totp_secret else ""
    made = records.Account(email=address, role=role, password_hash=passwords.hashed(password), totp_secret=secret, demo=demo,
                           created_at=clock.now())
    with writing(engine) as session:
        _require_manager(session, actor, "add account")
        if records.account_by_email(session, address) is not None:
            raise Conflict("account", "this e-mail address has an account already")
        places = _places(session, collections)
        session.add(made)
        session.flush()
        session.add_all(holdings(made, places))
        note(session, actor, "add account", made, {"role": role, "collections": sorted(places), "demo": demo})
        added = known(made)
        session.commit()
    return added


def close_account(engine: Engine, email: str, *, actor: str) -> None:
    """Close an account for good and end its sessions in the same commit. Raises Invalid, NotAllowed; harmless when repeated."""
    with writing(engine) as session:
        _require_manager(session, actor, "close account")
        account = records.account_by_email(session, folded(email))
        if account is None:
            raise Invalid("email", "no account has this address")
        ended = records.drop_sessions_of(session, account.id)
        codes.drop_codes(session, account.id, account.email)
        if account.closed_at is None:
            account.closed_at = clock.now()
            note(session, actor, "close account", account, {"sessions": ended})
        session.commit()


def check_password(engine: Engine, email: str, password: str) -> KnownAccount | None:
    """The open account whose address and password these are. An unknown address, a closed account and a wrong password take the
    same path: one query, one Argon2id check."""
    address = folded(email)
    with reading(engine) as session:
        row = records.account_by_email(session, address if is_address(address) else "")
        found = None if row is None or row.closed_at is not None else known(row)
        kept_hash = passwords.NOBODYS_HASH if row is None else row.password_hash
    if not passwords.matches(kept_hash, password) or found is None:
        return None
    if passwords.is_stale(kept_hash):
        _keep_anew(engine, found, kept_hash, passwords.hashed(password))
    return found


def _keep_anew(engine: Engine, account: KnownAccount, checked_hash: str, fresh_hash: str) -> None:
    """Only where the hash is still the one that was checked: a password changed meanwhile stays changed."""
    with writing(engine) as session:
        row = records.account_by_key(session, account.key)
        if row is not None and row.password_hash == checked_hash:
            row.password_hash = fresh_hash
            session.commit()


def _require_manager(session: Session, actor: str, verb: str) -> None:
    if actor == SHELL:
        return
    account = records.account_by_email(session, folded(actor))
    if account is None or account.closed_at is not None or not law.may_manage(account.role, verb):
        raise NotAllowed(verb, "only an administrator manages accounts")


def _places(session: Session, collections: Sequence[str]) -> dict[str, int]:
    keys = records.collection_keys(session, collections)
    missing = [name for name in collections if name not in keys]
    if missing:
        raise Invalid("collection", f"there is no collection {missing[0]}")
    return keys


def holdings(account: records.Account, places: dict[str, int]) -> list[records.Holding]:
    """What the role of an account just made holds: in these collections (public id -> key), or everywhere where none is named."""
    held = sorted(law.HOLDS[account.role])
    return [records.Holding(account_id=account.id, token=token, collection_id=place)
            for token in held for place in (sorted(places.values()) if places and token in LOCAL_TOKENS else [None])]


def note(session: Session, actor: str, verb: str, account: records.Account, detail: dict[str, object]) -> None:
    """One entry of the audit about an account. `actor`: the shell, or an address, of which a digest is kept."""
    by = SHELL if actor == SHELL else records.email_digest(folded(actor))
    audit.append(session, clock.now(), by, verb, records.email_digest(account.email), detail)


def known(account: records.Account) -> KnownAccount:
    """What other rooms learn of this row."""
    return KnownAccount(account.id, account.email, account.role, bool(account.totp_secret), account.demo)
