"""Bytes sealed with a key that the archive does not keep: drafts and what is attached to them, until they are sent.

    head   mark (8) | salt (32) | sign (32)      a key for this object alone and a sign of it, by HKDF-SHA-256 from key and salt (RFC 5869)
    body   chunks of 64 KiB, each 16 longer      ChaCha20-Poly1305 (RFC 8439), nonce = number of the chunk (11) | whether it is the last (1)

The body is the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizar, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", 2015): a chunk that was changed, moved, left out or taken from elsewhere does not open. The last one is opened first, so
that an object that was cut short or made longer is known before any byte of it is given. The sign binds an object to one key.

The vault stays a store that never alters: what it keeps under a digest are the sealed bytes. Equal bytes sealed twice are never equal; how
many there are shows. What may not live here: where keys come from, who may open what.
"""

from __future__ import annotations

import hmac
import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from archive_app.errors import Damaged, Invalid, NotFound
from archive_app.storage.vault import Kept, Vault

KEY = 32
"""Bytes of a key."""
CHUNK = 1 << 16
TAG = 16
MARK, SALT, SIGN = b"sealed1\n", 32, 32
HEAD = len(MARK) + SALT + SIGN


def keep_sealed(vault: Vault, source: BinaryIO, key: bytes) -> Kept:
    """Read `source` to its end and keep it sealed: digest and size are those of the sealed bytes. Durable when this returns. A chunk or two
    are held at once, and nothing unsealed touches the disk. Raises Invalid("key") for what is no key."""
    return vault.keep(_buffered(_Sealing(source, key), CHUNK))


def open_sealed(vault: Vault, digest: str, key: bytes) -> BinaryIO:
    """What was sealed, to be read from any place in it. Raises NotFound, for another key too; Damaged, here or while it is read, for what
    is not as it was sealed; Invalid("key") for what is no key."""
    try:
        return _buffered(_Opened(vault.open(digest), key, f"media/{digest}"), CHUNK)
    except NotFound:
        vault.check(digest)  # a bit that flipped in the head reads like another key: the digest tells the two apart
        raise


def seal(data: bytes, key: bytes) -> bytes:
    """A short text sealed, for a column of a table: 88 bytes longer. Raises Invalid("key") for what is no key."""
    return _Sealing(io.BytesIO(data), key).readall()


def unseal(sealed: bytes, key: bytes) -> bytes:
    """What `seal` was given. Raises NotFound for another key, Damaged for what is not as it was sealed; Invalid("key") for what is none."""
    with _Opened(io.BytesIO(sealed), key, "a sealed text") as opened:
        return opened.readall()


def _buffered(raw: io.RawIOBase, size: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(raw, size))


def _keys(key: bytes, salt: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    """(what seals the chunks of one object, the sign of it that stands in its head)"""
    if len(key) != KEY:
        raise Invalid("key", f"a key has {KEY} bytes")
    made = HKDF(SHA256(), KEY + SIGN, salt, b"testimony archive, " + MARK).derive(key)
    return ChaCha20Poly1305(made[:KEY]), made[KEY:]


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Sealing(io.RawIOBase):
    """A stream while it is being sealed."""

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        salt = secrets.token_bytes(SALT)
        cipher, sign = _keys(key, salt)
        self._left = MARK + salt + sign
        self._chunks = (cipher.encrypt(_nonce(number, last), chunk, None) for number, (chunk, last) in enumerate(_chunks(source)))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._left = self._left or next(self._chunks, b"")
        given, self._left = self._left[:len(buffer)], self._left[len(buffer):]
        buffer[:len(given)] = given
        return len(given)


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """(chunk, whether it is the last): full ones, but for the last; of nothing one that is empty. A source may give less than it is asked
    for."""
    held = b""
    while read := source.read(CHUNK):
        held += read
        if len(held) > CHUNK:
            yield held[:CHUNK], False
            held = held[CHUNK:]
    yield held, True


class _Opened(io.RawIOBase):
    """A sealed stream as what it holds. Raises NotFound and Damaged as `open_sealed` says."""

    def __init__(self, stream: BinaryIO, key: bytes, where: str) -> None:
        self._stream, self._where, self._at, self._held = stream, where, 0, (-1, b"")
        try:
            self._cipher = self._entered(key)
            body = stream.seek(0, io.SEEK_END) - HEAD
            self._last = max(0, body - 1) // (CHUNK + TAG)
            self._size = self._last * CHUNK + len(self._chunk(self._last))
            if self._size == self._last * CHUNK and self._last:
                raise self._damaged("an empty chunk at its end")
        except BaseException:
            self.close()
            raise

    def _entered(self, key: bytes) -> ChaCha20Poly1305:
        head = self._stream.read(HEAD)
        if len(head) < HEAD or not head.startswith(MARK):
            raise self._damaged("no head")
        cipher, sign = _keys(key, head[len(MARK):-SIGN])
        if not hmac.compare_digest(sign, head[-SIGN:]):
            raise NotFound()
        return cipher

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._stream.seek(HEAD + number * (CHUNK + TAG))
            try:
                found = self._cipher.decrypt(_nonce(number, number == self._last), self._stream.read(CHUNK + TAG), None)
            except (InvalidTag, ValueError):  # ValueError: too short to hold a tag
                raise self._damaged(f"something else in chunk {number + 1} of {self._last + 1}") from None
            self._held = number, found
        return self._held[1]

    def _damaged(self, found: str) -> Damaged:
        return Damaged(self._where, "bytes as they were sealed", found)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        number, start = divmod(self._at, CHUNK)
        given = self._chunk(number)[start:start + len(buffer)] if self._at < self._size else b""
        buffer[:len(given)] = given
        self._at += len(given)
        return len(given)

    def close(self) -> None:
        self._stream.close()
        super().close()
