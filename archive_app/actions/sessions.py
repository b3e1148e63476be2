"""Who is signed in: sessions kept on the server. One of the few modules besides `change` that commit.

The browser holds a random token of 256 bits, the table its SHA-256. A session is new at each step of signing in, and is gone at
once when it is ended or its account closed. The audit chain keeps when staff signed in, never when a reader did.
What may not live here: cookies and addresses (web), passwords (accounts), taking and losing a second factor (enrolling).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import law
from archive_app.access.viewer import Viewer, anonymous
from archive_app.access.viewer import signed_in as viewer_of
from archive_app.actions import accounts, second_factor
from archive_app.records import accounts as records
from archive_app.records import audit
from archive_app.records.base import reading, writing

PASSWORD, FULL = "password", "full"
"""Stages: the second factor is still owed; nothing is."""
MINUTE_MS = 60_000
STAFF_IDLE_MS, STAFF_END_MS = 2 * clock.HOUR_MS, 12 * clock.HOUR_MS
READER_IDLE_MS, READER_END_MS = 14 * clock.DAY_MS, 14 * clock.DAY_MS
OWED_MS = 15 * MINUTE_MS
"""How long a password waits for its second factor: long enough to install an authenticator."""
SEEN_MS = 5 * MINUTE_MS
"""How exactly it is kept when a session was last used: not every page may cost a write."""
TOKEN_BYTES = 32
TOKEN_LENGTH = 43
READERS = frozenset({"researcher"})


@dataclass(frozen=True)
class SignedIn:
    """Whom a request comes from. While `stage` is "password" the viewer is that of a visitor of whom nothing is known."""

    account_key: int
    email: str = field(repr=False)
    role: str
    stage: str
    viewer: Viewer = field(repr=False)
    second_factor: bool
    started_at: int


@dataclass(frozen=True)
class Opened:
    """A session just opened: the token for the cookie, told once; how long it lasts at most (ms), and what is owed."""

    token: str = field(repr=False)
    role: str
    stage: str
    lasts_ms: int
    second_factor: bool


@dataclass(frozen=True)
class OpenSession:
    """One browser that is signed in. `handle` names it to its owner and opens nothing; `device` in a few words, '' = not known;
    `began` and `seen` in ms UTC (to five minutes); `own`: the one that asks."""

    handle: str
    device: str
    began: int
    seen: int
    own: bool


def tends(role: str) -> bool:
    """Whether the desk is there for this role."""
    return role in law.STAFF_ROLES


def is_staff(role: str) -> bool:
    """Whether this role must have a second factor where one is required."""
    return role not in READERS


def sign_in(engine: Engine, email: str, password: str, code: str = "", *, required: bool, replaces: str = "",
            device: str = "") -> Opened | None:
    """Open a session; None for a wrong password or code, an unknown address or a closed account, all by the same path.

    `required`: whether staff need a second factor here. Who has one is asked for it anywhere; without `code` the session opens at
    the stage "password". `replaces`: the token that the browser came with, which ends. `device`: the browser, in a few words.
    """
    account = accounts.check_password(engine, email, password)
    if account is None:
        return None
    with writing(engine) as session:
        row = records.account_by_key(session, account.key)
        if row is None or row.closed_at is not None:
            return None
        if row.totp_secret and code and not spend(row, code):
            return None
        owed = not code if row.totp_secret else required and is_staff(row.role)
        opened = open_one(session, row, PASSWORD if owed else FULL, replaces, device)
        session.commit()
    return opened


def give_second_factor(engine: Engine, token: str, code: str) -> Opened | None:
    """Take the code that a session at the stage "password" owes; None when it is not right, was used before, or nothing waits."""
    with writing(engine) as session:
        row, device = waiting(session, token)
        if row is None or not row.totp_secret or not spend(row, code):
            return None
        opened = open_one(session, row, FULL, token, device)
        session.commit()
    return opened


def recognise(engine: Engine, token: str, *, on_site: bool, required: bool, now: int | None = None) -> SignedIn | None:
    """Whom this token belongs to at `now` (ms UTC); None when its session has ended, by idleness or age, or its account is
    closed. Staff without a second factor, where one is required, are at the stage "password" whatever the session says."""
    at = clock.now() if now is None else now
    if len(token) != TOKEN_LENGTH:
        return None
    with reading(engine) as session:
        found = records.session_and_account(session, digest(token))
        if found is None or not _alive(*found, at):
            return None
        row, account = found
        owed = row.stage != FULL or (required and is_staff(account.role) and not account.totp_secret)
        viewer = anonymous(at, on_site) if owed else viewer_of(session, account, at, on_site)
        known = SignedIn(account.id, account.email, account.role, PASSWORD if owed else FULL, viewer, bool(account.totp_secret),
                         row.started_at)
        unseen_ms = at - row.seen_at
    if unseen_ms < SEEN_MS:
        return known
    _touch(engine, digest(token), at)  # which may have waited for somebody who writes: what this visitor may do is asked again
    return recognise(engine, token, on_site=on_site, required=required, now=now)


def end(engine: Engine, token: str) -> None:
    """End one session; harmless when it has ended."""
    with writing(engine) as session:
        records.drop_session(session, digest(token))
        session.commit()


def end_one(engine: Engine, account_key: int, handle: str) -> None:
    """End the session of this account that is called so; harmless when there is none."""
    with writing(engine) as session:
        for row in records.sessions_of(session, account_key):
            if _handle(row.token_digest) == handle:
                records.drop_session(session, row.token_digest)
        session.commit()


def end_others(engine: Engine, account_key: int, token: str) -> None:
    """End every session of an account but that of `token`."""
    with writing(engine) as session:
        records.drop_other_sessions(session, account_key, digest(token))
        session.commit()


def open_sessions(engine: Engine, account_key: int, token: str = "") -> list[OpenSession]:
    """Every browser in which an account is signed in, newest first; `token`: that of the one that asks."""
    now, own = clock.now(), digest(token)
    with reading(engine) as session:
        account = records.account_by_key(session, account_key)
        if account is None:
            return []
        return [OpenSession(_handle(row.token_digest), row.device, row.started_at, row.seen_at, row.token_digest == own)
                for row in records.sessions_of(session, account_key) if _alive(row, account, now)]


def digest(token: str) -> str:
    """What is kept in place of a token: its SHA-256 in hexadecimal, 64 characters."""
    return hashlib.sha256(token.encode()).hexdigest()


def _handle(token_digest: str) -> str:
    return hashlib.sha256(token_digest.encode()).hexdigest()[:16]


def open_one(session: Session, account: records.Account, stage: str, replaces: str, device: str) -> Opened:
    """Open a session in place of the one of the token `replaces`, at this stage. The caller holds the write lock and commits."""
    now, token = clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
    lasts = OWED_MS if stage == PASSWORD else STAFF_END_MS if is_staff(account.role) else READER_END_MS
    records.drop_ended_sessions(session, now)
    if replaces:
        records.drop_session(session, digest(replaces))
    session.add(records.SignedInSession(token_digest=digest(token), account_id=account.id, stage=stage, device=device,
                                        started_at=now, seen_at=now, ends_at=now + lasts))
    if stage == FULL and is_staff(account.role):
        who = records.email_digest(account.email)
        audit.append(session, now, who, "sign in", who, {})
    return Opened(token, account.role, stage, lasts, bool(account.totp_secret))


def _alive(row: records.SignedInSession, account: records.Account, now: int) -> bool:
    idle = STAFF_IDLE_MS if is_staff(account.role) else READER_IDLE_MS
    return account.closed_at is None and now < row.ends_at and now - row.seen_at < idle


def waiting(session: Session, token: str) -> tuple[records.Account | None, str]:
    """Whose living session this is, at either stage, and the device it was opened with."""
    found = records.session_and_account(session, digest(token))
    return (found[1], found[0].device) if found is not None and _alive(*found, clock.now()) else (None, "")


def spend(account: records.Account, code: str) -> bool:
    """Take a code once: its step of time, and those before it, cannot be used again. The caller holds the write lock, commits."""
    step = second_factor.step_of(account.totp_secret, code, clock.now(), account.totp_last_step)
    if step is None:
        return False
    account.totp_last_step = step
    return True


def _touch(engine: Engine, token_digest: str, now: int) -> None:
    try:
        with writing(engine) as session:
            found = records.session_and_account(session, token_digest)
            if found is not None:
                found[0].seen_at = max(found[0].seen_at, now)
                session.commit()
    except OperationalError:
        pass  # somebody writes for very long; the session is alive all the same, and the next page tries again
