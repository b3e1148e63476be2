"""What a letter about an account says, decided when it is sent: to whom, in which language, with which code. One of the few modules
besides `change` that commit.

The code is made here, so that no row ever held it in words; a letter that is sent again holds another one, and only the newest counts.
What may not live here: sentences (web.letters), sending (jobs.mailing).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.actions import one_time
from archive_app.records import accounts, codes
from archive_app.records.base import writing

KNOWN = "register, known"
"""In place of a code, to somebody who registers with an address that has an account."""
INFORMS = (one_time.PASSWORD_CHANGED, one_time.FACTOR_GONE, one_time.ADDRESS_CHANGED)


@dataclass(frozen=True)
class Facts:
    """What a letter is made of. `kind`: a purpose of one_time, or KNOWN; `language`: '' = the archive's first; `code`: '' = none."""

    kind: str
    to: str = field(repr=False)
    language: str
    code: str = field(repr=False, default="")


def facts(engine: Engine, key: int) -> Facts | None:
    """What the letter asked for by row `key` is made of; None where none is to be sent: the request has ended, was used, or is about
    an address of which there is nothing to say."""
    with writing(engine) as session:
        row = codes.code_by_key(session, key, clock.now())
        late = row is None or clock.now() - row.made_at >= one_time.ASKED_MS
        made = None if row is None or late else _of(session, row)
        session.commit()
    return made


def _of(session: Session, row: codes.OneTimeCode) -> Facts | None:
    account = accounts.account_by_email(session, row.email)
    if row.purpose in INFORMS:
        return Facts(row.purpose, row.email, row.language)
    if row.purpose == one_time.REGISTER:
        return _to_register(row, account)
    if row.purpose == one_time.ADDRESS and account is None:
        return Facts(row.purpose, row.email, row.language, one_time.tell(row))
    if row.purpose == one_time.PASSWORD and account is not None and account.closed_at is None:
        row.account_id = account.id
        return Facts(row.purpose, row.email, row.language, one_time.tell(row))
    return None


def _to_register(row: codes.OneTimeCode, account: accounts.Account | None) -> Facts | None:
    if account is None:
        return Facts(row.purpose, row.email, row.language, one_time.tell(row, clock.DAY_MS))
    return Facts(KNOWN, row.email, row.language) if account.closed_at is None else None
