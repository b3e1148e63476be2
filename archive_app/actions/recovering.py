"""A forgotten password: a code by letter, or by an administrator. One of the few modules besides `change` that commit.

Whoever asks is not told whether the address is known. A new password ends every session; a second factor stays.
What may not live here: letters (account_letters), a lost second factor (enrolling).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.actions import accounts, one_time, passwords
from archive_app.errors import Conflict, Invalid
from archive_app.records import accounts as account_records
from archive_app.records import audit
from archive_app.records import codes as records
from archive_app.records.base import writing


@dataclass(frozen=True)
class Issued:
    """A code for an administrator to hand on, told once, and what it is for."""

    code: str = field(repr=False)
    purpose: str


def ask(engine: Engine, email: str, language: str) -> None:
    """Ask for a letter with a code. Raises Invalid(email); otherwise the same statements for every address, known or not."""
    address = accounts.folded(email)
    if not accounts.is_address(address):
        raise Invalid("email", "write an e-mail address, such as name@example.org")
    with writing(engine) as session:
        one_time.ask(session, one_time.PASSWORD, address, language, by_mail=True)
        session.commit()


def set_password(engine: Engine, code: str, password: str, *, by_mail: bool) -> bool:
    """Take a new password for the account that `code` is for, and end all its sessions; False when the code is not right. Raises
    Invalid(password). A wrong code takes one hash, as a right one does."""
    passwords.accept(password, "")
    kept = passwords.hashed(password)
    with writing(engine) as session:
        row = records.code_by_digest(session, one_time.digest(code), one_time.PASSWORD, clock.now())
        account = account_records.account_by_key(session, (row.account_id if row else None) or 0)
        if account is None or account.closed_at is not None:
            return False
        passwords.accept(password, account.email)
        account.password_hash = kept
        account_records.drop_sessions_of(session, account.id)
        records.drop_codes(session, account.id, account.email, (one_time.PASSWORD,))
        accounts.note(session, account.email, "reset password", account, {})
        one_time.inform(session, one_time.PASSWORD_CHANGED, account.email, account.language, by_mail=by_mail)
        session.commit()
    return True


def issue(engine: Engine, email: str, *, second_factor: bool = False) -> Issued:
    """A code that whoever runs the archive hands on, by a way on which they know the person: for a new password, for a registration
    that waits, or (`second_factor`) to do without a lost second factor. Raises Invalid(email), Conflict."""
    address = accounts.folded(email)
    with writing(engine) as session:
        records.drop_ended(session, clock.now())
        account = account_records.account_by_email(session, address)
        if account is None or account.closed_at is not None:
            row = None if second_factor or account else records.newest_request(session, address, one_time.REGISTER, clock.now())
            if row is None:
                raise Invalid("email", "no open account has this address, and nobody waits for one with it")
        else:
            if second_factor and not account.totp_secret:
                raise Conflict("second factor", "this account has none")
            row = _for_account(session, account, one_time.SECOND_FACTOR if second_factor else one_time.PASSWORD)
        issued = Issued(one_time.tell(row), row.purpose)
        who = account_records.email_digest(address)
        audit.append(session, clock.now(), accounts.SHELL, "issue code", who, {"purpose": row.purpose})
        session.commit()
    return issued


def _for_account(session: Session, account: account_records.Account, purpose: str) -> records.OneTimeCode:
    """A new row; an earlier one of the same purpose is void: only the newest code counts."""
    records.drop_codes(session, account.id, account.email, (purpose,))
    row = records.OneTimeCode(purpose=purpose, account_id=account.id, language=account.language, made_at=clock.now())
    session.add(row)
    return row
