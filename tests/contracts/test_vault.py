"""The contract of a vault: every implementation passes these, and those of test_sealed.py."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from archive_app import clock
from archive_app.errors import Damaged, NotFound
from archive_app.storage.disk_vault import BLOCK, DiskVault
from archive_app.storage.vault import Vault

WORDS = b"what was said"
ODD = ["", "a", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "../" * 21 + "0", "0" * 62 + "/a", "0" * 63 + "\n", "٠" * 64, "0" * 63 + "\0",
       "incoming", "%" * 64]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(vault: Vault, name: str) -> bytes:
    with vault.open(name) as stream:
        return stream.read()


def files(vault: Vault) -> list[Path]:
    """Every file of a vault on a disk, whatever it is called."""
    assert isinstance(vault, DiskVault)
    return sorted(path for path in vault.root.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", [b"", b"a", WORDS, bytes(range(256)) * 40, b"x" * (BLOCK - 1), b"x" * BLOCK, b"y" * (2 * BLOCK + 1)],
                         ids=["nothing", "one", "words", "every byte", "a block less one", "a block", "over two blocks"])
def test_what_is_kept_comes_back(vault: Vault, content: bytes) -> None:
    kept = vault.keep(io.BytesIO(content))
    assert (kept.digest, kept.size) == (digest(content), len(content))
    assert read(vault, kept.digest) == content
    vault.check(kept.digest)
    assert list(vault.digests()) == [kept.digest]


def test_a_source_is_read_from_where_it_stands_to_its_end(vault: Vault) -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 3, 3) if size and size > 0 else 3)

    assert vault.keep(Dripping(WORDS)).digest == digest(WORDS)
    source = io.BytesIO(WORDS)
    source.seek(5)
    assert vault.keep(source).digest == digest(WORDS[5:])


def test_equal_bytes_twice_are_one_object(vault: Vault) -> None:
    first = vault.keep(io.BytesIO(WORDS))
    before = [(path, path.stat().st_ino) for path in files(vault)]
    assert vault.keep(io.BytesIO(WORDS)) == first
    assert [(path, path.stat().st_ino) for path in files(vault)] == before
    assert list(vault.digests()) == [first.digest]


def test_digests_are_told_in_order_and_each_once(vault: Vault) -> None:
    names = [vault.keep(io.BytesIO(str(n).encode())).digest for n in range(40)]
    assert list(vault.digests()) == sorted(names)


def test_what_has_arrived_is_no_object_until_it_is_told_to_stay(vault: Vault) -> None:
    with pytest.raises(ValueError, match="refused"), vault.arriving(io.BytesIO(WORDS)) as arrived:
        assert arrived.path.read_bytes() == WORDS and arrived.kept.digest == digest(WORDS) and list(vault.digests()) == []
        raise ValueError("refused")
    assert files(vault) == []
    with vault.arriving(io.BytesIO(WORDS)) as arrived:
        os.utime(arrived.path, (0, 0))  # it was looked at for long
        arrived.stay()
    assert read(vault, digest(WORDS)) == WORDS and vault.is_new(digest(WORDS)) and len(files(vault)) == 1


def test_what_is_refused_takes_nothing_from_others(vault: Vault) -> None:
    """Somebody else's equal bytes, kept before or meanwhile."""
    with vault.arriving(io.BytesIO(WORDS)):
        vault.keep(io.BytesIO(WORDS))
    with vault.arriving(io.BytesIO(WORDS)):
        pass
    assert read(vault, digest(WORDS)) == WORDS and len(files(vault)) == 1


def test_an_empty_vault_holds_nothing(vault: Vault) -> None:
    assert list(vault.digests()) == []
    for ask in (vault.open, vault.check):
        with pytest.raises(NotFound):
            ask(digest(WORDS))
    vault.drop(digest(WORDS))


def test_what_was_dropped_is_gone_and_may_come_again(vault: Vault) -> None:
    kept, other = vault.keep(io.BytesIO(WORDS)), vault.keep(io.BytesIO(b"other"))
    vault.drop(kept.digest)
    vault.drop(kept.digest)
    for ask in (vault.open, vault.check):
        with pytest.raises(NotFound):
            ask(kept.digest)
    assert list(vault.digests()) == [other.digest]
    vault.keep(io.BytesIO(WORDS))
    assert read(vault, kept.digest) == WORDS


def test_an_open_stream_outlives_a_drop(vault: Vault) -> None:
    kept = vault.keep(io.BytesIO(WORDS))
    with vault.open(kept.digest) as stream:
        vault.drop(kept.digest)
        assert stream.read() == WORDS


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_what_is_no_digest_is_not_found(vault: Vault, name: str) -> None:
    vault.keep(io.BytesIO(WORDS))
    for ask in (vault.open, vault.check):
        with pytest.raises(NotFound):
            ask(name)


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_dropping_what_is_no_digest_drops_nothing(vault: Vault, name: str) -> None:
    vault.keep(io.BytesIO(WORDS))
    before = files(vault)
    try:
        vault.drop(name)
    except NotFound:
        pass
    assert files(vault) == before


def damage(path: Path, change: Callable[[bytes], bytes]) -> None:
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(change(content))


@pytest.mark.parametrize("change", [
    lambda content: bytes([content[0] ^ 1]) + content[1:], lambda content: content[:-1] + bytes([content[-1] ^ 128]),
    lambda content: content[:-1], lambda content: content + b"\0", lambda content: b""], ids=["first", "last", "short", "long", "empty"])
def test_a_flipped_byte_is_found(vault: Vault, change: Callable[[bytes], bytes]) -> None:
    kept = vault.keep(io.BytesIO(WORDS))
    [path] = files(vault)
    damage(path, change)
    with pytest.raises(Damaged) as damaged:
        vault.check(kept.digest)
    assert damaged.value.expected == kept.digest and damaged.value.found == digest(change(WORDS))


def test_keeping_the_right_bytes_mends_damaged_ones(vault: Vault) -> None:
    kept = vault.keep(io.BytesIO(WORDS))
    [path] = files(vault)
    damage(path, lambda content: b"")
    vault.keep(io.BytesIO(WORDS))
    vault.check(kept.digest)


# A process that dies between two steps


class Killed(BaseException):
    """The process ends here: nothing that only handles errors runs on."""


def dies_at(monkeypatch: pytest.MonkeyPatch, name: str, call: int) -> None:
    """The `call`th use of os.<name> (from 1) never comes to pass."""
    real, count = getattr(os, name), iter(range(1, 100))

    def dying(*args: object, **more: object) -> object:
        if next(count) == call:
            raise Killed()
        return real(*args, **more)

    monkeypatch.setattr(os, name, dying)


STEPS = [("fsync", 1), ("fsync", 2), ("fsync", 3), ("rename", 1), ("chmod", 1)]


@pytest.mark.parametrize(("name", "call"), STEPS)
def test_dying_between_steps_leaves_no_half_file_under_a_digest(vault: Vault, monkeypatch: pytest.MonkeyPatch, name: str, call: int) -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        dies_at(patched, name, call)
        vault.keep(io.BytesIO(WORDS))
    for found in vault.digests():
        vault.check(found)
    assert vault.keep(io.BytesIO(WORDS)).digest == digest(WORDS)
    vault.check(digest(WORDS))
    assert list(vault.digests()) == [digest(WORDS)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_source_that_breaks_off_leaves_nothing(vault: Vault, number: int) -> None:
    class Broken(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            if self.reads == number:
                raise OSError("the tape is torn")
            return b"x" * BLOCK

    source: BinaryIO = Broken()
    with pytest.raises(OSError, match="torn"):
        vault.keep(source)
    assert list(vault.digests()) == [] and files(vault) == []


def test_a_file_left_by_a_dead_process_is_no_object(vault: Vault) -> None:
    vault.keep(io.BytesIO(WORDS))
    assert isinstance(vault, DiskVault)
    (vault.root / "incoming" / digest(b"half")).write_bytes(b"ha")
    assert list(vault.digests()) == [digest(WORDS)]
    with pytest.raises(NotFound):
        vault.open(digest(b"half"))


def test_bytes_are_synced_before_they_bear_their_name_and_the_folder_after(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for name in ("fsync", "rename"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (steps.append(name), real(*args))[1])
    vault.keep(io.BytesIO(WORDS))
    assert steps[0] == "fsync" and steps[-2:] == ["rename", "fsync"]


def test_equal_bytes_are_durable_too_when_keep_returns(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        dies_at(patched, "fsync", 3)  # the name is there, its folder was never synced
        vault.keep(io.BytesIO(WORDS))
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_mode & 0o170000), real(handle))[1])
    vault.keep(io.BytesIO(WORDS))
    assert 0o040000 in synced


def test_nobody_else_may_read_or_write_an_object(vault: Vault) -> None:
    vault.keep(io.BytesIO(WORDS))
    [path] = files(vault)
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o077 == 0


def aged(vault: Vault, *digests: str) -> None:
    """As if these had been kept two days ago."""
    assert isinstance(vault, DiskVault)
    for each in digests:
        with vault.at(each) as path:
            os.utime(path, (0, 0))


def test_an_object_can_be_read_as_a_file(vault: Vault) -> None:
    kept = vault.keep(io.BytesIO(WORDS))
    with vault.at(kept.digest) as path:
        assert path.read_bytes() == WORDS
    with pytest.raises(NotFound), vault.at(digest(b"other")):
        pass


def test_a_sweep_drops_what_is_old_and_named_by_nothing(vault: Vault) -> None:
    named, orphan, new = (vault.keep(io.BytesIO(each)).digest for each in (b"named", b"orphan", b"new"))
    aged(vault, named, orphan)
    assert vault.sweep(lambda each: each == named) == [orphan]
    assert sorted(vault.digests()) == sorted([named, new])
    assert vault.sweep(lambda each: each == named) == []


def test_what_is_kept_again_during_a_sweep_stays(vault: Vault) -> None:
    """The importer finds the bytes there already, and names them only after this."""
    for moment in (1, 2):
        orphan = vault.keep(io.BytesIO(WORDS)).digest
        aged(vault, orphan)
        asked = 0

        def named(each: str, moment: int = moment) -> bool:
            nonlocal asked
            asked += 1
            if asked == moment:
                vault.keep(io.BytesIO(WORDS))
            return False

        vault.sweep(named)
        assert read(vault, orphan) == WORDS, moment


def test_what_was_named_while_it_was_put_aside_comes_back(vault: Vault) -> None:
    orphan = vault.keep(io.BytesIO(WORDS)).digest
    aged(vault, orphan)
    answers = iter([False, True])
    assert vault.sweep(lambda each: next(answers)) == []
    assert read(vault, orphan) == WORDS


def test_a_sweep_that_was_killed_has_lost_nothing(vault: Vault) -> None:
    orphan = vault.keep(io.BytesIO(WORDS)).digest
    aged(vault, orphan)
    asked = 0

    def killed(each: str) -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        vault.sweep(killed)
    vault.keep(io.BytesIO(b"others sweep the folder of what is coming in"))
    assert vault.sweep(lambda each: True) == []
    assert read(vault, orphan) == WORDS


def noted(vault: Vault, content: bytes) -> tuple[str, int]:
    """(digest, a moment after it was kept)"""
    return vault.keep(io.BytesIO(content)).digest, clock.now() + 1000


def test_what_is_erased_is_gone_and_erasing_it_again_is_no_error(vault: Vault) -> None:
    name, at = noted(vault, WORDS)
    assert vault.erase(name, at) and list(vault.digests()) == [] and files(vault) == []
    assert vault.erase(name, at) and vault.erase("0" * 64, at)
    assert vault.keep(io.BytesIO(WORDS)).digest == name and read(vault, name) == WORDS


def test_what_was_kept_again_since_it_was_noted_is_not_erased_for_a_day(vault: Vault) -> None:
    name, at = noted(vault, WORDS)
    os.utime(path_of(vault, name), ns=((at + 1) * 1_000_000,) * 2)
    assert not vault.erase(name, at) and read(vault, name) == WORDS, "a row that names it may be on its way"
    os.utime(path_of(vault, name), ns=((at - 2 * clock.DAY_MS) * 1_000_000,) * 2)
    assert vault.erase(name, 0)


def test_an_erasure_that_was_killed_goes_on(vault: Vault) -> None:
    name, at = noted(vault, WORDS)
    aside = path_of(vault, name).parents[1] / "incoming" / f"swept-{name}"
    path_of(vault, name).rename(aside)
    assert vault.erase(name, at) and files(vault) == []


def test_what_a_sweep_puts_back_meanwhile_is_not_said_to_be_erased(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes what the other has put aside for left behind by somebody who was killed."""
    name, at = noted(vault, WORDS)
    usual = Path.unlink

    def late(path: Path, missing_ok: bool = False) -> None:
        if path.exists():
            monkeypatch.setattr(Path, "unlink", usual)
            vault.sweep(lambda each: True)
        usual(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", late)
    assert not vault.erase(name, at) and read(vault, name) == WORDS
    assert vault.erase(name, at) and files(vault) == []


def test_what_was_put_aside_does_not_take_the_place_of_what_was_kept_since(vault: Vault) -> None:
    name, at = noted(vault, WORDS)
    aged(vault, name)
    aside = path_of(vault, name).parents[1] / "incoming" / f"swept-{name}"
    path_of(vault, name).rename(aside)
    noted(vault, WORDS)
    assert vault.sweep(lambda each: False) == [] and read(vault, name) == WORDS and not aside.exists()


def test_what_lies_about_is_told(vault: Vault) -> None:
    name, _ = noted(vault, WORDS)
    other, _ = noted(vault, b"named")
    assert vault.loose({other}.__contains__) == {name} and vault.loose({name, other}.__contains__) == set()
    (path_of(vault, name).parents[1] / "incoming" / "half-written").write_bytes(b"x")
    assert vault.loose({name, other}.__contains__) == {"incoming/half-written"}


def path_of(vault: Vault, name: str) -> Path:
    with vault.at(name) as path:
        return path
