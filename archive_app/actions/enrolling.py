"""The second factor of an account: taken, done without once, lost, given up. One of the few modules besides `change` that commit.

Whoever takes one is told ten recovery codes, once; each stands in for the authenticator at one sign-in. When those are lost too, a code
of an administrator takes the second factor away, and staff set it up anew. What may not live here: codes by time (second_factor),
signing in (sessions).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.actions import accounts, one_time, second_factor, sessions
from archive_app.errors import Conflict
from archive_app.records import accounts as records
from archive_app.records import codes
from archive_app.records.base import reading, writing

RECOVERY_CODES = 10


@dataclass(frozen=True)
class Enrolled:
    """A second factor just taken: the new session, and the recovery codes, told once."""

    opened: sessions.Opened
    codes: tuple[str, ...] = field(repr=False)


def enrol(engine: Engine, token: str, secret: str, code: str) -> Enrolled | None:
    """Keep `secret` as the second factor of whoever holds this session, once `code` shows that they have it; None when it does
    not. Ends all their sessions and opens a new, full one. Raises Conflict when they have one already."""
    with writing(engine) as session:
        row, device = sessions.waiting(session, token)
        if row is None:
            return None
        if row.totp_secret:
            raise Conflict("second factor", "this account has a second factor already")
        row.totp_secret = second_factor.accept(secret)
        if not sessions.spend(row, code):
            return None
        records.drop_sessions_of(session, row.id)
        accounts.note(session, row.email, "enrol second factor", row, {})
        enrolled = Enrolled(sessions.open_one(session, row, sessions.FULL, token, device), _tell_codes(session, row))
        session.commit()
    return enrolled


def do_without(engine: Engine, token: str, code: str, *, required: bool, by_mail: bool) -> sessions.Opened | None:
    """Go on from the stage "password" by a recovery code, which stands in for the authenticator this once, or by an administrator's,
    which takes the second factor away; None when it is neither. Where one is `required` of staff, the session then waits for a new one."""
    found, now = one_time.digest(code), clock.now()
    with writing(engine) as session:
        row, device = sessions.waiting(session, token)
        if row is None or not row.totp_secret:
            return None
        once = codes.code_by_digest(session, found, one_time.RECOVERY, now, row.id)
        for_good = codes.code_by_digest(session, found, one_time.SECOND_FACTOR, now, row.id)
        if once is None and for_good is None:
            return None
        if once is not None:
            codes.drop_code(session, once.id)
            accounts.note(session, row.email, "use recovery code", row, {})
        else:
            _take_away(session, row, "lose second factor", by_mail)
            records.drop_sessions_of(session, row.id)
        owed = not row.totp_secret and required and sessions.is_staff(row.role)
        opened = sessions.open_one(session, row, sessions.PASSWORD if owed else sessions.FULL, token, device)
        session.commit()
    return opened


def codes_left(engine: Engine, account_key: int) -> int:
    """How many recovery codes an account has."""
    with reading(engine) as session:
        return codes.codes_left(session, account_key, one_time.RECOVERY)


def renew_codes(engine: Engine, email: str, password: str, code: str) -> tuple[str, ...]:
    """Ten new recovery codes for whoever shows the password and a code, of the authenticator or a recovery code; the old ones are void.
    Empty when either is not right."""
    known = accounts.check_password(engine, email, password)
    with writing(engine) as session:
        row = _shown(session, known, code)
        if row is None:
            return ()
        told = _tell_codes(session, row)
        accounts.note(session, row.email, "renew recovery codes", row, {})
        session.commit()
    return told


def give_up(engine: Engine, email: str, password: str, code: str, token: str, *, by_mail: bool) -> bool:
    """Take the second factor away for whoever shows the password and a code, and end their other sessions; False when either is not
    right. Staff of whom one is required owe a new one at once."""
    known = accounts.check_password(engine, email, password)
    with writing(engine) as session:
        row = _shown(session, known, code)
        if row is None:
            return False
        _take_away(session, row, "give up second factor", by_mail)
        records.drop_other_sessions(session, row.id, sessions.digest(token))
        session.commit()
    return True


def _shown(session: Session, known: accounts.KnownAccount | None, code: str) -> records.Account | None:
    """The row of an account whose password was right, when the code is as well. What was shown is spent."""
    row = records.account_by_key(session, known.key if known else 0)
    if row is None or row.closed_at is not None or not row.totp_secret:
        return None
    once = codes.code_by_digest(session, one_time.digest(code), one_time.RECOVERY, clock.now(), row.id)
    if once is not None:
        codes.drop_code(session, once.id)
    return row if once is not None or sessions.spend(row, code) else None


def _tell_codes(session: Session, account: records.Account) -> tuple[str, ...]:
    codes.drop_codes(session, account.id, "", (one_time.RECOVERY,))
    made = [codes.OneTimeCode(purpose=one_time.RECOVERY, account_id=account.id, made_at=clock.now()) for _ in range(RECOVERY_CODES)]
    session.add_all(made)
    return tuple(one_time.tell(row, None) for row in made)


def _take_away(session: Session, account: records.Account, verb: str, by_mail: bool) -> None:
    account.totp_secret, account.totp_last_step = "", 0
    codes.drop_codes(session, account.id, "", (one_time.RECOVERY, one_time.SECOND_FACTOR))
    accounts.note(session, account.email, verb, account, {})
    one_time.inform(session, one_time.FACTOR_GONE, account.email, account.language, by_mail=by_mail)
