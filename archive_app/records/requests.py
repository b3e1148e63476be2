"""What readers ask to be granted, and what became of it: one row a request, or a grant that was given by hand.

The purpose is somebody's own words about themselves: it goes with the account, and with a request that is taken back. The right itself is
a `Holding`; a row only names it. What may not live here: who may ask or decide (access.law), who may see a row (access).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.accounts import Account, Holding
from archive_app.records.base import Base, Key, Moment

TOKEN = "grant"
WAITING, GRANTED, REFUSED, REVOKED = "waiting", "granted", "refused", "revoked"


class AccessRequest(Base):
    """About a testimony or a whole collection, never both. `purpose`: '' = given by hand, nobody asked; `words`: what staff said when they
    decided; `until`: when the grant ends (ms UTC), of `holding_id`, which is there while the state is granted."""

    __tablename__ = "access_requests"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    testimony_id: Mapped[int | None] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    collection_id: Mapped[int | None] = mapped_column(Key, ForeignKey("collections.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[int] = mapped_column(Moment)
    decided_at: Mapped[int | None] = mapped_column(Moment)
    until: Mapped[int | None] = mapped_column(Moment)
    holding_id: Mapped[int | None] = mapped_column(Key, ForeignKey("holdings.id"))


def request_by_id(session: Session, public_id: str) -> AccessRequest | None:
    """The request with this public id, whosever it is; None when there is none."""
    return session.scalar(select(AccessRequest).where(AccessRequest.public_id == public_id))


def request_by_key(session: Session, key: int) -> AccessRequest | None:
    """The request with this internal key; None when there is none."""
    return session.get(AccessRequest, key)


def running(now: int) -> ColumnElement[bool]:
    """True for what is not finished at `now` (ms UTC): it waits to be decided, or was granted and has not ended."""
    return (AccessRequest.state == WAITING) | ((AccessRequest.state == GRANTED) & (AccessRequest.until > now))


def running_of(session: Session, account_key: int, now: int) -> list[AccessRequest]:
    """What an account has asked for, or was granted, that is not finished."""
    return list(session.scalars(select(AccessRequest).where(AccessRequest.account_id == account_key, running(now))
                                .order_by(AccessRequest.id)))


def hold(session: Session, row: AccessRequest, until: int) -> None:
    """Let the account hold what it asked for until a moment (ms UTC), in place of what it held by this request. The caller commits."""
    let_go(session, row)
    held = Holding(account_id=row.account_id, token=TOKEN, testimony_id=row.testimony_id, collection_id=row.collection_id, until=until)
    session.add(held)
    session.flush()
    row.state, row.until, row.holding_id = GRANTED, until, held.id


def let_go(session: Session, row: AccessRequest) -> None:
    """Take back what is held by this request; harmless when nothing is. The caller commits."""
    key, row.holding_id = row.holding_id, None
    session.flush()
    session.execute(delete(Holding).where(Holding.id == (key or 0)))


def drop(session: Session, row: AccessRequest) -> None:
    """Remove a request with what is held by it. The caller commits."""
    let_go(session, row)
    session.delete(row)
    session.flush()


def drop_requests_of(session: Session, account_key: int) -> None:
    """Remove everything that an account asked for, and what it held by that. The caller commits."""
    for row in session.scalars(select(AccessRequest).where(AccessRequest.account_id == account_key)):
        drop(session, row)


def ask_again(session: Session, now: int) -> None:
    """Let every grant that has not ended at `now` (ms UTC) wait to be decided anew, after a restore: which were revoked since the backup
    is not known there. The caller commits."""
    ended = AccessRequest.until <= now
    session.execute(update(AccessRequest).where(AccessRequest.holding_id.is_not(None)).values(holding_id=None))
    session.execute(update(AccessRequest).where(AccessRequest.state == GRANTED, ~ended).values(state=WAITING, until=None, decided_at=None))
    session.execute(delete(Holding).where(Holding.token == TOKEN))


def owner(session: Session, row: AccessRequest) -> Account:
    """Whose request it is."""
    return session.get_one(Account, row.account_id)
