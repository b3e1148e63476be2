"""The contract of a vault, second part: what is kept in it under a key. Every implementation passes these."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Damaged, Invalid, NotFound
from archive_app.storage import sealed
from archive_app.storage.sealed import CHUNK, HEAD, TAG, keep_sealed, open_sealed, seal, unseal
from archive_app.storage.vault import Vault

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
WORDS = b"what was said and is nobody's yet"
FULL = CHUNK + TAG


def told(length: int) -> bytes:
    """Bytes of which no two chunks are equal."""
    return b"".join(number.to_bytes(4, "big") for number in range(length // 4 + 1))[:length]


def opened(vault: Vault, digest: str, key: bytes = KEY) -> bytes:
    with open_sealed(vault, digest, key) as stream:
        return stream.read()


def kept(vault: Vault, content: bytes, key: bytes = KEY) -> str:
    return keep_sealed(vault, io.BytesIO(content), key).digest


def stored(vault: Vault, digest: str) -> bytes:
    with vault.open(digest) as stream:
        return stream.read()


LENGTHS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]


@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_sealed_comes_back_with_its_key(vault: Vault, length: int) -> None:
    found = keep_sealed(vault, io.BytesIO(told(length)), KEY)
    vault.check(found.digest)
    assert list(vault.digests()) == [found.digest]
    assert found.size == len(stored(vault, found.digest)) == HEAD + length + TAG * max(1, -(-length // CHUNK))
    assert opened(vault, found.digest) == told(length)


def test_a_source_may_drip(vault: Vault) -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 30_001))

    found = keep_sealed(vault, Dripping(told(3 * CHUNK)), KEY)
    assert opened(vault, found.digest) == told(3 * CHUNK)
    assert found.size == HEAD + 3 * FULL


def test_a_source_that_breaks_off_leaves_nothing(vault: Vault) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > CHUNK:
                raise OSError("the line is cut")
            return super().read(size)

    with pytest.raises(OSError, match="cut"):
        keep_sealed(vault, Broken(told(4 * CHUNK)), KEY)
    assert list(vault.digests()) == []


@pytest.mark.parametrize("length", LENGTHS)
def test_any_part_of_it_can_be_read(vault: Vault, length: int) -> None:
    whole = told(length)
    with open_sealed(vault, kept(vault, whole), KEY) as stream:
        assert stream.seek(0, io.SEEK_END) == length
        for start in (length - 3, CHUNK - 2, 0, 2 * CHUNK, length + 5, CHUNK):
            at = stream.seek(max(0, start))
            assert stream.tell() == at
            assert stream.read(9) == whole[at:at + 9]
        assert stream.seek(-2, io.SEEK_CUR) >= 0


def test_nobody_opens_it_with_another_key(vault: Vault) -> None:
    digest = kept(vault, WORDS)
    for key in (OTHER, bytes(32), KEY[:-1] + b"\0"):
        with pytest.raises(NotFound):
            open_sealed(vault, digest, key)
        with pytest.raises(NotFound):
            unseal(seal(WORDS, KEY), key)


def test_what_is_not_there_is_not_found(vault: Vault) -> None:
    with pytest.raises(NotFound):
        open_sealed(vault, "0" * 64, KEY)
    digest = kept(vault, WORDS)
    vault.drop(digest)
    with pytest.raises(NotFound):
        open_sealed(vault, digest, KEY)


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\0", KEY.hex().encode()], ids=len)
def test_a_key_has_its_length(vault: Vault, key: bytes) -> None:
    digest, short = kept(vault, WORDS), seal(WORDS, KEY)
    asks: list[Callable[[], Any]] = [lambda: kept(vault, WORDS, key), lambda: open_sealed(vault, digest, key),
                                     lambda: seal(WORDS, key), lambda: unseal(short, key)]
    for ask in asks:
        with pytest.raises(Invalid):
            ask()
    assert list(vault.digests()) == [digest]


def test_nothing_of_the_words_lies_in_the_vault(vault: Vault, tmp_path: Path) -> None:
    digest = kept(vault, WORDS * 3000)
    every = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(every) >= len(WORDS) * 3000 and digest
    assert not [WORDS[at:at + 8] for at in range(len(WORDS) - 8) if WORDS[at:at + 8] in every]
    assert KEY not in every


def test_equal_words_sealed_twice_are_never_equal(vault: Vault) -> None:
    assert kept(vault, WORDS) != kept(vault, WORDS)
    one, other = seal(WORDS, KEY), seal(WORDS, KEY)
    assert len(one) == len(WORDS) + HEAD + TAG
    assert not [at for at in range(8, len(one) - 8) if one[at:at + 8] == other[at:at + 8]]


def _moved(body: list[bytes], order: tuple[int, ...]) -> bytes:
    return b"".join(body[at] for at in order)


CHANGES: dict[str, Callable[[bytes, list[bytes], bytes], bytes]] = {
    "the last chunk is missing": lambda head, body, other: head + _moved(body, (0, 1, 2)),
    "all but the first are missing": lambda head, body, other: head + _moved(body, (0,)),
    "every chunk is missing": lambda head, body, other: head,
    "the last byte is missing": lambda head, body, other: (head + b"".join(body))[:-1],
    "cut inside a chunk": lambda head, body, other: (head + b"".join(body))[:HEAD + FULL + 99],
    "cut inside a tag": lambda head, body, other: (head + b"".join(body))[:HEAD + 5],
    "cut inside the head": lambda head, body, other: head[:-1],
    "a byte behind it": lambda head, body, other: head + b"".join(body) + b"\0",
    "the last chunk twice": lambda head, body, other: head + _moved(body, (0, 1, 2, 3, 3)),
    "two chunks change places": lambda head, body, other: head + _moved(body, (1, 0, 2, 3)),
    "a chunk twice": lambda head, body, other: head + _moved(body, (0, 0, 1, 2, 3)),
    "a chunk in place of another": lambda head, body, other: head + _moved(body, (0, 2, 2, 3)),
    "a chunk of another object": lambda head, body, other: head + body[0] + other[HEAD + FULL:HEAD + 2 * FULL] + _moved(body, (2, 3)),
    "the body of another object": lambda head, body, other: head + other[HEAD:],
    "not sealed at all": lambda head, body, other: WORDS * 900,
    "nothing": lambda head, body, other: b"",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_tampered_with_and_kept_again_is_damaged(vault: Vault, change: str) -> None:
    """Kept again under a digest of its own: the vault finds nothing wrong with it, and the seal does."""
    content = told(3 * CHUNK + 50)
    whole, other = stored(vault, kept(vault, content)), stored(vault, kept(vault, content))
    body = [whole[at:at + FULL] for at in range(HEAD, len(whole), FULL)]
    bad = CHANGES[change](whole[:HEAD], body, other)
    again = vault.keep(io.BytesIO(bad)).digest
    vault.check(again)
    with pytest.raises(Damaged):
        opened(vault, again)
    with pytest.raises(Damaged):
        unseal(bad, KEY)


@pytest.mark.parametrize("at", [0, 20, 50, HEAD, HEAD + CHUNK + 3, -1], ids=["mark", "salt", "sign", "first", "second", "last"])
def test_a_bit_that_flipped_in_the_vault_is_damage_and_not_another_key(vault: Vault, tmp_path: Path, at: int) -> None:
    digest = kept(vault, told(2 * CHUNK))
    flipped = bytearray(stored(vault, digest))
    flipped[at] ^= 4
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.chmod(0o600)
    path.write_bytes(flipped)
    with pytest.raises(Damaged) as damaged:
        opened(vault, digest)
    assert digest in damaged.value.where


def test_nothing_is_given_of_what_was_cut_short(vault: Vault) -> None:
    """Damage is known when it is opened, not when its end is reached."""
    whole = stored(vault, kept(vault, told(4 * CHUNK)))
    short = vault.keep(io.BytesIO(whole[:-FULL])).digest
    with pytest.raises(Damaged):
        open_sealed(vault, short, KEY)


def test_an_empty_chunk_ends_only_what_is_empty(vault: Vault) -> None:
    """Else one object could be written in two ways."""
    salt = os.urandom(sealed.SALT)
    cipher, sign = sealed._keys(KEY, salt)
    made = [cipher.encrypt(sealed._nonce(number, last), chunk, None) for number, (chunk, last) in enumerate([(bytes(CHUNK), False), (b"", True)])]
    with pytest.raises(Damaged):
        unseal(sealed.MARK + salt + sign + b"".join(made), KEY)


def test_it_is_sealed_and_opened_piece_by_piece(vault: Vault) -> None:
    """However large it is, so much of the source is asked for at once."""
    class Counting(io.BytesIO):
        asked: list[int] = []

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked.append(size or -1)
            return super().read(size)

    digest = keep_sealed(vault, Counting(told(20 * CHUNK)), KEY).digest
    assert set(Counting.asked) == {CHUNK}
    with open_sealed(vault, digest, KEY) as stream:
        raw: Any = stream.raw  # type: ignore[attr-defined]
        held = {len(raw._held[1]) for _ in iter(lambda: stream.read(5000), b"")}
    assert held == {CHUNK}


def test_a_stream_that_is_closed_closes_the_vault_s(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[BinaryIO] = []
    digest, real = kept(vault, WORDS), type(vault).open

    def watched(self: Vault, digest: str) -> BinaryIO:
        given.append(real(self, digest))
        return given[-1]

    monkeypatch.setattr(type(vault), "open", watched)
    open_sealed(vault, digest, KEY).close()
    with pytest.raises(NotFound):
        open_sealed(vault, digest, OTHER)
    assert len(given) >= 2 and all(stream.closed for stream in given)


@given(st.binary(max_size=500), st.binary(min_size=32, max_size=32))
def test_short_texts_come_back(content: bytes, key: bytes) -> None:
    assert unseal(seal(content, key), key) == content


@given(st.data())
def test_no_other_text_opens(data: st.DataObject) -> None:
    made = bytearray(seal(WORDS, KEY))
    made[data.draw(st.integers(0, len(made) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Damaged, NotFound)):
        unseal(bytes(made), KEY)
