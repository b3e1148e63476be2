"""One-time codes: what somebody may do once, before a moment, who shows that a letter or an administrator reached them.

A row begins as a request: an address as it was typed, known to the archive or not. The code is made when it is told to somebody, and
only its SHA-256 is kept. Used rows and ended rows are removed. What may not live here: what a code allows (actions).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ForeignKey, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class OneTimeCode(Base):
    """`purpose`: actions.one_time names them; recovery codes have no end. `email`: folded, where a letter goes. `account_id`: whose,
    where that is settled. `password_hash`: of the account to be made. `code_digest` empty = not told yet."""

    __tablename__ = "one_time_codes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(320), index=True, default="")
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    password_hash: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(20), default="")
    code_digest: Mapped[str] = mapped_column(String(64), index=True, default="")
    wrong_tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[int] = mapped_column(Moment)
    ends_at: Mapped[int | None] = mapped_column(Moment)


def drop_ended(session: Session, now: int) -> None:
    """Remove what ended before `now` (ms UTC). The caller commits."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.ends_at <= now))


def asked_since(session: Session, email: str, purpose: str, since: int) -> int:
    """How many requests of this purpose with this folded address were written from `since` (ms UTC) on, and not removed."""
    return session.scalar(select(func.count()).select_from(OneTimeCode).where(
        OneTimeCode.email == email, OneTimeCode.purpose == purpose, OneTimeCode.made_at >= since)) or 0


def code_by_key(session: Session, key: int, now: int) -> OneTimeCode | None:
    """The row with this key, unless it has ended at `now`."""
    return session.scalar(select(OneTimeCode).where(OneTimeCode.id == key, _living(now)))


def code_by_digest(session: Session, digest: str, purpose: str, now: int, account_key: int | None = None) -> OneTimeCode | None:
    """The row for one purpose whose code has this digest, unless it has ended at `now`; of one account where that is named."""
    found = select(OneTimeCode).where(OneTimeCode.code_digest == digest, OneTimeCode.code_digest != "",
                                      OneTimeCode.purpose == purpose, _living(now))
    return session.scalar(found if account_key is None else found.where(OneTimeCode.account_id == account_key))


def newest_request(session: Session, email: str, purpose: str, now: int) -> OneTimeCode | None:
    """The last request of this purpose with this folded address that has not ended."""
    return session.scalar(select(OneTimeCode).where(OneTimeCode.email == email, OneTimeCode.purpose == purpose, _living(now))
                          .order_by(OneTimeCode.id.desc()).limit(1))


def codes_left(session: Session, account_key: int, purpose: str) -> int:
    """How many rows of a purpose an account has."""
    return session.scalar(select(func.count()).select_from(OneTimeCode).where(OneTimeCode.account_id == account_key,
                                                                              OneTimeCode.purpose == purpose)) or 0


def drop_code(session: Session, key: int) -> None:
    """Remove one row: it was used. The caller commits."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.id == key))


def drop_codes(session: Session, account_key: int, email: str, purposes: Sequence[str] = ()) -> None:
    """Remove what is kept for an account, or was asked with its address; of these purposes, or of all where none is named. Rows without
    an address are nobody's by it."""
    whose = or_(OneTimeCode.account_id == account_key, (OneTimeCode.email == email) & (OneTimeCode.email != ""))
    of = OneTimeCode.purpose.in_(list(purposes)) if purposes else OneTimeCode.id.is_not(None)
    session.execute(delete(OneTimeCode).where(whose, of))


def count_wrong_try(session: Session, key: int) -> None:
    """Count one more wrong try on a row. The caller commits."""
    session.execute(update(OneTimeCode).where(OneTimeCode.id == key).values(wrong_tries=OneTimeCode.wrong_tries + 1))


def _living(now: int) -> ColumnElement[bool]:
    return or_(OneTimeCode.ends_at.is_(None), OneTimeCode.ends_at > now)
