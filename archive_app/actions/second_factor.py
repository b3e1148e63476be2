"""One-time codes by time (TOTP, RFC 6238: SHA-1, six digits, steps of 30 s), one step to either side, each step once. Pure.

What may not live here: whose code it is and the step last used (sessions), the picture of the key (web).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

import pyotp

from archive_app.errors import Invalid

STEP_MS = 30_000
DIGITS = 6
SECRET_BYTES, SHORTEST_BYTES, LONGEST = 20, 16, 64
ISSUER = "Testimony Archive"


def accept(secret: str) -> str:
    """The secret as it is kept: base32 without spaces, at least 128 bits (RFC 4226, section 4, R6). Raises Invalid(totp)."""
    plain = "".join(secret.split()).upper().rstrip("=")
    try:
        size = len(base64.b32decode(plain + "=" * (-len(plain) % 8)))
    except ValueError:
        size = 0
    if size < SHORTEST_BYTES or len(plain) > LONGEST:
        raise Invalid("totp", f"a second-factor secret is 26 to {LONGEST} letters A to Z and digits 2 to 7 (base32)")
    return plain


def offered(token: str, key: str) -> str:
    """The secret offered to one session for enrolment (base32): keyed with the archive's secret, so that it need not be kept
    anywhere until it is confirmed, and neither the database nor the cookie alone tells it."""
    raw = hmac.new(key.encode(), b"second factor\n" + token.encode(), hashlib.sha256).digest()
    return base64.b32encode(raw[:SECRET_BYTES]).decode()


def address(secret: str, email: str) -> str:
    """The `otpauth:` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_MS // 1000).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: int, last_step: int) -> int | None:
    """The step of time that `code` belongs to, when it is one of the three around `now` (ms UTC) and later than `last_step`."""
    given, totp = _digits(code), pyotp.TOTP(secret, digits=DIGITS, interval=STEP_MS // 1000)
    right = [step for step in range(now // STEP_MS - 1, now // STEP_MS + 2)
             if step > last_step and hmac.compare_digest(totp.generate_otp(step), given)]
    return right[0] if right else None


def _digits(code: str) -> str:
    """The digits of any script as ASCII, without spaces; empty when it is no code."""
    plain = [str(unicodedata.digit(letter, -1)) for letter in code if not letter.isspace()]
    return "".join(plain) if len(plain) == DIGITS and "-1" not in plain else ""
