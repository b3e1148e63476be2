"""The only maker of public ids: random 128 bits, so that an id tells nothing about number, order or time.

Tests put a keyed digest of the natural key in its place (`use_key`), so that twin archives get equal ids whatever their histories.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: ids are read aloud and typed
LENGTH = 26  # 26 * 5 bits >= 128 bits

_key: bytes | None = None


def use_key(key: bytes | None) -> None:
    """For tests: ids become HMAC-SHA-256(key, kind and natural key). None = random again."""
    global _key
    _key = key


def public(kind: str, natural_key: str) -> str:
    """A new public id for a thing of `kind`; `natural_key` says which thing, and is used only under a test key."""
    if _key is None:
        raw = secrets.token_bytes(32)
    else:
        raw = hmac.new(_key, f"{kind}\n{natural_key}".encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % 32] for byte in raw[:LENGTH])
