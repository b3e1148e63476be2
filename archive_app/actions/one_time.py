"""One-time codes: how they look, what is kept of one, and how one is asked for. The caller commits.

A code has 80 bits, in 16 letters and digits that are not taken for each other (Crockford's base 32), and is kept as its SHA-256: it is
not guessed, before it ends or ever. Whoever asks for one is not told whether the archive knows the address: the request is written
as it was typed, and what becomes of it is decided when the letter is made. What may not live here: what a code allows.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.records import codes as records
from archive_app.records.jobs import Job

REGISTER, PASSWORD, ADDRESS, SECOND_FACTOR, RECOVERY = "register", "password", "address", "second factor", "recovery"
"""What a code is for: to confirm an account, a password, a new address; to do without a second factor once, or for good."""
PASSWORD_CHANGED, FACTOR_GONE, ADDRESS_CHANGED = "password changed", "factor gone", "address changed"
"""Letters without a code, which tell the owner of an account what was done with it."""
ASKED_MS, TOLD_MS = clock.DAY_MS, clock.HOUR_MS
"""How long a request waits for its letter or its administrator, and how long a code lasts once it was told."""
MOST_ASKED = 3
"""Requests an hour of one kind with one address: more are answered alike, and nothing comes of them."""
MAIL = "mail"
"""The kind of job that is a letter; its subject is `code:` and the key of a row."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SYMBOLS, GROUP = 16, 4
ALIKE = str.maketrans("oil", "011")


def fresh() -> str:
    """A new code, as it is shown: `xxxx-xxxx-xxxx-xxxx`."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS)))


def grouped(plain: str) -> str:
    """In groups of four with hyphens between them."""
    return "-".join(plain[start:start + GROUP] for start in range(0, len(plain), GROUP))


def digest(code: str) -> str:
    """What is kept of a code, however it was typed (spaces, hyphens, capitals, o for 0); '' for what cannot be one."""
    typed = unicodedata.normalize("NFKC", code[:100]).lower().translate(ALIKE)
    plain = "".join(letter for letter in typed if letter.isalnum())
    right = len(plain) == SYMBOLS and all(letter in ALPHABET for letter in plain)
    return hashlib.sha256(b"one-time code\n" + plain.encode()).hexdigest() if right else ""


def tell(row: records.OneTimeCode, lasts_ms: int | None = TOLD_MS) -> str:
    """Give a row its code, which is told once and kept nowhere; it ends `lasts_ms` from now (None = never). An earlier one is void."""
    code = fresh()
    row.code_digest = digest(code)
    row.ends_at = None if lasts_ms is None else clock.now() + lasts_ms
    return code


def ask(session: Session, purpose: str, email: str, language: str, *, by_mail: bool, password_hash: str = "",
        account_key: int | None = None) -> None:
    """Write down that a code was asked for with a folded address, and promise the letter where there is mail. Every address takes
    the same statements."""
    now = clock.now()
    records.drop_ended(session, now)
    if records.asked_since(session, email, purpose, now - clock.HOUR_MS) >= MOST_ASKED:
        return
    _promise(session, records.OneTimeCode(purpose=purpose, email=email, account_id=account_key, password_hash=password_hash,
                                          language=language, made_at=now, ends_at=now + ASKED_MS), by_mail)


def inform(session: Session, purpose: str, email: str, language: str, *, by_mail: bool) -> None:
    """Promise a letter that tells the owner of an account what was done with it; nothing where there is no mail."""
    if by_mail:
        now = clock.now()
        _promise(session, records.OneTimeCode(purpose=purpose, email=email, language=language, made_at=now, ends_at=now + ASKED_MS), True)


def _promise(session: Session, row: records.OneTimeCode, by_mail: bool) -> None:
    session.add(row)
    session.flush()
    if by_mail:
        session.add(Job(kind=MAIL, subject=f"code:{row.id}", due_at=row.made_at))
