"""The keys of the families' room: what nine words open. Nothing here asks the database.

    words --digest--> locator                 by which a submission is found: says nothing of the words, which are 90 bits drawn at random
    words --Argon2id, own salt--> receipt key --opens--> the submission's own key --opens--> everything in it
                                  archive key --opens--> the same, from the moment it is sent
    token of a visit --opens--> the same, for the browser that was given the receipt

What may not live here: which words there are (language.receipts), rows (records.submissions).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from archive_app.errors import Invalid, NotFound
from archive_app.language import receipts
from archive_app.storage.sealed import KEY, seal, unseal

SALT_BYTES, TOKEN_BYTES = 16, 32
MOST_LETTERS = 20_000
"""Of a message."""
PAD = 512
"""Answers are made longer, to full half kilobytes: a short one is not told from a shorter one."""


@dataclass(frozen=True)
class Cost:
    """What making a receipt key costs (RFC 9106): passes, memory in KiB, lanes."""

    passes: int = 3
    memory: int = 64 * 1024
    lanes: int = 4

    def text(self) -> str:
        """As it is kept beside the salt, so that it may be raised later."""
        return f"argon2id {self.passes} {self.memory} {self.lanes}"


USUAL = Cost()
"""The second recommended option of RFC 9106: about 0.13 s and 64 MiB on the machine of performance.md."""
LEAST = Cost(1, 8, 1)
"""For tests."""
_at_once = threading.BoundedSemaphore(4)
"""A crowd at the door may not take the memory of the whole archive."""


def cost_of(text: str) -> Cost:
    """The inverse of `Cost.text`."""
    return Cost(*(int(part) for part in text.split()[1:]))


def new_words(language: str) -> tuple[str, ...]:
    """Nine words drawn at random: 90 bits."""
    return receipts.spelled(language, [secrets.randbelow(receipts.SIZE) for _ in range(receipts.LENGTH)])


def locator(words: tuple[str, ...]) -> str:
    """By which the submission of these (folded) words is found; 32 hexadecimal digits."""
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16, person=b"receipt locator").hexdigest()


def receipt_key(words: tuple[str, ...], salt: str, cost: Cost) -> bytes:
    """The key that these (folded) words make with this salt (hexadecimal). Waits while four others are being made."""
    with _at_once:
        return hash_secret_raw(" ".join(words).encode(), bytes.fromhex(salt), cost.passes, cost.memory, cost.lanes, KEY, Type.ID)


def new_salt() -> str:
    """A salt of one submission, hexadecimal."""
    return secrets.token_hex(SALT_BYTES)


def new_key() -> bytes:
    """A key of one submission."""
    return secrets.token_bytes(KEY)


def new_token() -> str:
    """A token of one visit: 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """What is kept in place of a token, 64 hexadecimal digits."""
    return hashlib.sha256(b"which visit\0" + token.encode()).hexdigest()


def token_key(token: str) -> bytes:
    """The key that seals a submission's own key for one visit."""
    return hashlib.sha256(b"what it opens\0" + token.encode()).digest()


NOBODYS_SALT = "00" * SALT_BYTES
NOBODYS_KEY = seal(new_key(), new_key())
"""What an unknown receipt is tried on, so that it takes as long as a known one."""


def opened(sealed: bytes, key: bytes) -> bytes | None:
    """What was sealed with this key; None for another."""
    try:
        return unseal(sealed, key)
    except NotFound:
        return None


def slot(key: bytes, name: str) -> str:
    """Where the answer to a question rests: nobody without the key knows which question it was."""
    return hmac.new(key, b"slot\0" + name.encode(), hashlib.sha256).hexdigest()[:32]


def sealed_message(words: str, key: bytes, said_by: str) -> bytes:
    """What one side writes to the other, put away. Raises Invalid."""
    if not words.strip() or len(words) > MOST_LETTERS:
        raise Invalid("words", f"write between one and {MOST_LETTERS} letters")
    return put_away(words, key, f"message {said_by}")


def put_away(what: Any, key: bytes, about: str) -> bytes:
    """A value of JSON, sealed. `about`: which row it is for; in another row it does not open."""
    text = json.dumps([about, what])
    return seal(text.encode() + b" " * (-len(text) % PAD), key)


def taken_out(sealed: bytes, key: bytes, about: str) -> Any:
    """What `put_away` was given. Raises NotFound for another key or another row, Damaged for what is not as it was sealed."""
    found, what = json.loads(unseal(sealed, key))
    if found != about:
        raise NotFound()
    return what
