"""What people do with their own account: another password, another address, and leaving. One of the few modules besides
`change` that commit.

Each asks the password again. What may not live here: a forgotten password (recovering), the second factor (enrolling).
"""

from __future__ import annotations

from sqlalchemy import Engine

from archive_app import clock
from archive_app.actions import accounts, one_time, passwords, sessions
from archive_app.errors import Conflict, Invalid
from archive_app.records import accounts as records
from archive_app.records import agreements, codes, drafts, requests
from archive_app.records.base import writing

ADMINISTRATOR = "admin"
OWN_CODES = (one_time.PASSWORD, one_time.ADDRESS)


def change_password(engine: Engine, email: str, current: str, new: str, token: str, *, by_mail: bool) -> bool:
    """Take `new` where `current` is right, and end all sessions but that of `token`; else False. Raises Invalid(password)."""
    passwords.accept(new, accounts.folded(email))
    known = accounts.check_password(engine, email, current)
    if known is None:
        return False
    kept = passwords.hashed(new)
    with writing(engine) as session:
        row = records.account_by_key(session, known.key)
        if row is None or row.closed_at is not None:
            return False
        row.password_hash = kept
        records.drop_other_sessions(session, row.id, sessions.digest(token))
        codes.drop_codes(session, row.id, row.email, OWN_CODES)
        accounts.note(session, row.email, "change password", row, {})
        one_time.inform(session, one_time.PASSWORD_CHANGED, row.email, row.language, by_mail=by_mail)
        session.commit()
    return True


def ask_address(engine: Engine, email: str, password: str, new: str, language: str) -> bool:
    """Ask for a letter to the address `new`, whose code makes it the account's; False for a wrong password. Raises Invalid(email).
    The same for every new address, known or not."""
    address = accounts.folded(new)
    if not accounts.is_address(address):
        raise Invalid("email", "write an e-mail address, such as name@example.org")
    known = accounts.check_password(engine, email, password)
    if known is None:
        return False
    with writing(engine) as session:
        one_time.ask(session, one_time.ADDRESS, address, language, by_mail=True, account_key=known.key)
        session.commit()
    return True


def confirm_address(engine: Engine, code: str) -> bool:
    """Make the address that the letter with `code` went to that of the account; False when the code is not right, or the address has
    an account by now. The old address is told."""
    with writing(engine) as session:
        row = codes.code_by_digest(session, one_time.digest(code), one_time.ADDRESS, clock.now())
        account = records.account_by_key(session, (row.account_id if row else None) or 0)
        taken = records.account_by_email(session, row.email if row else "")
        if row is None or account is None or account.closed_at is not None or taken is not None:
            return False
        old, account.email = account.email, row.email
        for theirs in (agreements, drafts):
            theirs.rename(session, records.email_digest(old), records.email_digest(account.email))
        codes.drop_codes(session, account.id, old, OWN_CODES)
        accounts.note(session, old, "change address", account, {"before": records.email_digest(old)})
        one_time.inform(session, one_time.ADDRESS_CHANGED, old, account.language, by_mail=True)
        session.commit()
    return True


def delete(engine: Engine, email: str, password: str) -> bool:
    """Remove an account: address, password, second factor, grants, what was asked for and why, sessions and codes go in one
    commit. An empty row stays for what
    points at it, and in the audit what was done, under digests. False for a wrong password; Conflict for the last administrator."""
    known = accounts.check_password(engine, email, password)
    if known is None:
        return False
    with writing(engine) as session:
        row = records.account_by_key(session, known.key)
        if row is None or row.closed_at is not None:
            return False
        if row.role == ADMINISTRATOR and records.open_accounts(session, ADMINISTRATOR) <= 1:
            raise Conflict("account", "the archive would have no administrator: make another one first")
        records.drop_sessions_of(session, row.id)
        requests.drop_requests_of(session, row.id)
        records.drop_holdings_of(session, row.id)
        codes.drop_codes(session, row.id, row.email)
        accounts.note(session, row.email, "delete account", row, {})
        row.email, row.password_hash, row.totp_secret, row.language = f"deleted {row.id}", "", "", ""
        row.closed_at = clock.now()
        session.commit()
    return True
