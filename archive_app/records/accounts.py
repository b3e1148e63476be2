"""People who sign in: accounts, the tokens they hold, from which testimonies they are barred, and their sessions on the server.

What may not live here: what a token opens (access), how a password is checked (actions.accounts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, Text, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment
from archive_app.records.testimonies import Collection


class Account(Base):
    """`email` folded to lower case; `password_hash` Argon2id; `totp_secret` empty = no second factor yet; `language` of
    letters to them, empty = the archive's."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_last_step: Mapped[int] = mapped_column(Moment, default=0)
    demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(20), default="", server_default="")
    created_at: Mapped[int] = mapped_column(Moment)
    closed_at: Mapped[int | None] = mapped_column(Moment)


class Holding(Base):
    """A token held everywhere, in a collection, or in a testimony, until a moment (null = without end)."""

    __tablename__ = "holdings"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    token: Mapped[str] = mapped_column(String(60))
    collection_id: Mapped[int | None] = mapped_column(Key, ForeignKey("collections.id"))
    testimony_id: Mapped[int | None] = mapped_column(Key, ForeignKey("testimonies.id"))
    until: Mapped[int | None] = mapped_column(Moment)


class Barred(Base):
    """An account that reads a testimony as an anonymous visitor would. A fact about the person, never part of terms."""

    __tablename__ = "barred"
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), primary_key=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")


class SignedInSession(Base):
    """One browser, signed in. Only the SHA-256 of its token is kept. `stage`: password (second factor still owed) or full.
    `device`: what it was opened with, in a few words, never the whole name that a browser gives itself."""

    __tablename__ = "signed_in_sessions"
    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    device: Mapped[str] = mapped_column(String(60), default="", server_default="")
    started_at: Mapped[int] = mapped_column(Moment)
    seen_at: Mapped[int] = mapped_column(Moment)
    ends_at: Mapped[int] = mapped_column(Moment)


def email_digest(email: str) -> str:
    """What stands for a person in the audit chain, as actor and as subject; `email` is folded already."""
    return "account:" + hashlib.sha256(email.encode()).hexdigest()[:32]


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of a folded address, closed ones too."""
    return session.scalar(select(Account).where(Account.email == email))


def account_by_key(session: Session, key: int) -> Account | None:
    """The account with this internal key, closed ones too; None when there is none."""
    return session.get(Account, key)


def collection_keys(session: Session, public_ids: Sequence[str]) -> dict[str, int]:
    """The internal keys of those of the named collections that there are."""
    rows = session.execute(select(Collection.public_id, Collection.id).where(Collection.public_id.in_(list(public_ids))))
    return dict(rows.all())


_WHOSE = (select(SignedInSession, Account).join(Account, Account.id == SignedInSession.account_id)
          .where(SignedInSession.token_digest == bindparam("token_digest")))  # every request asks it: formed once


def session_and_account(session: Session, token_digest: str) -> tuple[SignedInSession, Account] | None:
    """The session kept under this digest and whose it is; ended ones and closed accounts too, for the caller to judge."""
    found = session.execute(_WHOSE, {"token_digest": token_digest}).one_or_none()
    return None if found is None else (found[0], found[1])


def sessions_of(session: Session, account_key: int) -> list[SignedInSession]:
    """Newest first."""
    return list(session.scalars(select(SignedInSession).where(SignedInSession.account_id == account_key)
                                .order_by(SignedInSession.started_at.desc(), SignedInSession.token_digest)))


def drop_session(session: Session, token_digest: str) -> None:
    """Remove the session kept under this digest; harmless when there is none. The caller commits."""
    session.execute(delete(SignedInSession).where(SignedInSession.token_digest == token_digest))


def drop_sessions_of(session: Session, account_key: int) -> int:
    """How many there were."""
    keys = [row.token_digest for row in sessions_of(session, account_key)]
    session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_key))
    return len(keys)


def drop_other_sessions(session: Session, account_key: int, kept_digest: str) -> None:
    """Remove the sessions of an account but the one kept under this digest. The caller commits."""
    session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_key, SignedInSession.token_digest != kept_digest))


def drop_holdings_of(session: Session, account_key: int) -> None:
    """Remove everything an account holds, and from what it is barred. The caller commits."""
    session.execute(delete(Holding).where(Holding.account_id == account_key))
    session.execute(delete(Barred).where(Barred.account_id == account_key))


def is_barred(session: Session, account_key: int, testimony_key: int) -> bool:
    """Whether an account is barred from a testimony."""
    return session.get(Barred, (account_key, testimony_key)) is not None


def open_accounts(session: Session, role: str) -> int:
    """How many accounts of a role are not closed."""
    return session.scalar(select(func.count()).select_from(Account).where(Account.role == role, Account.closed_at.is_(None))) or 0


def drop_ended_sessions(session: Session, now: int) -> None:
    """Remove sessions past their greatest age at `now` (ms UTC); those that ended by idleness alone stay until then."""
    session.execute(delete(SignedInSession).where(SignedInSession.ends_at <= now))
