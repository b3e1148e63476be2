"""Readers who register themselves: a request, and its confirmation. One of the few modules besides `change` that commit.

A request is kept as it was typed, whoever has the address: the account is made when a code (of the letter, or of an administrator
where there is no mail) comes back together with the password that was chosen. So nobody makes an account at another's address, and
nobody learns who has one. What may not live here: letters (account_letters), the setting that closes this door (web).
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.actions import accounts, one_time, passwords
from archive_app.errors import Invalid
from archive_app.records import accounts as account_records
from archive_app.records import codes as records
from archive_app.records.base import reading, writing

ROLE = "researcher"
MOST_WRONG = 10
"""Wrong passwords with a right code; then the code is void."""


def ask(engine: Engine, email: str, password: str, language: str, *, by_mail: bool) -> None:
    """Ask for an account. Raises Invalid(email, password); otherwise the same for every address: one hash, the same statements."""
    address = accounts.folded(email)
    if not accounts.is_address(address):
        raise Invalid("email", "write an e-mail address, such as name@example.org")
    passwords.accept(password, address)
    kept = passwords.hashed(password)
    with writing(engine) as session:
        one_time.ask(session, one_time.REGISTER, address, language, by_mail=by_mail, password_hash=kept)
        session.commit()


def confirm(engine: Engine, code: str, password: str) -> bool:
    """Make the account that was asked for, when code and password are those of the request; else False. A wrong code takes one check
    of a password, as a right one does."""
    found = one_time.digest(code)
    with reading(engine) as session:
        row = records.code_by_digest(session, found, one_time.REGISTER, clock.now())
        kept_hash = row.password_hash if row else passwords.NOBODYS_HASH
    right = passwords.matches(kept_hash, password)
    with writing(engine) as session:
        row = records.code_by_digest(session, found, one_time.REGISTER, clock.now())
        if row is None or row.password_hash != kept_hash:
            return False
        if not right:
            _count(session, row)
        made = right and _made(session, row)
        session.commit()
    return made


def _count(session: Session, row: records.OneTimeCode) -> None:
    records.count_wrong_try(session, row.id)
    if row.wrong_tries + 1 >= MOST_WRONG:
        records.drop_code(session, row.id)


def _made(session: Session, row: records.OneTimeCode) -> bool:
    """False where the address got an account since."""
    taken = account_records.account_by_email(session, row.email) is not None
    if not taken:
        account = account_records.Account(email=row.email, role=ROLE, password_hash=row.password_hash, language=row.language,
                                          created_at=clock.now())
        session.add(account)
        session.flush()
        session.add_all(accounts.holdings(account, {}))
        accounts.note(session, account.email, "register", account, {"role": ROLE})
    records.drop_codes(session, 0, row.email, (one_time.REGISTER,))
    return not taken
