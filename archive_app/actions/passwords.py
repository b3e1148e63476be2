"""Passwords: which are taken, how they are kept (Argon2id, RFC 9106), how one is checked. Pure: nothing here knows an account.

NIST SP 800-63B is followed: length and no rules of composition, Unicode made equal (NFKC) before hashing.
What may not live here: whose password it is (accounts), how often somebody may try (web).
"""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from archive_app.errors import Invalid

SHORTEST = 12
LONGEST = 1024
"""Characters. Beyond, a form was filled by a machine, and normalising it would cost more than hashing."""

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(4)
"""Each check takes 64 MiB: a crowd at the door may not take the memory of the whole archive."""

NOBODYS_HASH = _hasher.hash("the password of nobody, so that an unknown address takes as long as a known one")


def accept(password: str, email: str) -> None:
    """Raises Invalid when `password` may not become the one of `email` (folded)."""
    letters = len(_equal(password)) if len(password) <= LONGEST else LONGEST + 1
    if letters < SHORTEST:
        raise Invalid("password", f"a password has at least {SHORTEST} characters; a few words in a row are easy to remember")
    if letters > LONGEST:
        raise Invalid("password", f"a password has at most {LONGEST} characters")
    if _equal(password).strip().lower() == email:
        raise Invalid("password", "the password may not be the e-mail address")


def hashed(password: str) -> str:
    """What to keep of an accepted password: hash, salt and parameters in one text. Waits while four others are being made."""
    with _at_once:
        return _hasher.hash(_equal(password))


def matches(kept_hash: str, password: str) -> bool:
    """Whether it is the password. One that is too long costs as much as a wrong one."""
    given = _equal(password) if len(password) <= LONGEST else ""
    with _at_once:
        try:
            return _hasher.verify(kept_hash, given)
        except (VerificationError, InvalidHashError):
            return False


def is_stale(kept_hash: str) -> bool:
    """Whether it was made with other parameters than ours today, and should be made anew when the password is at hand."""
    return _hasher.check_needs_rehash(kept_hash)


def _equal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
