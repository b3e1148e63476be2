"""The contract of uploads: what was added is there, whole or not at all, for whoever has the key, until it is taken away or too old."""

from __future__ import annotations

import datetime
import os
import random
import threading
from pathlib import Path

import pytest
import time_machine

from archive_app import clock
from archive_app.errors import Conflict, Damaged, Invalid, NotFound
from archive_app.storage import uploads
from archive_app.storage.uploads import PIECE, DiskFull, Uploads

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
WORDS = b"what was said on the quay, " * 9


def spool(root: Path, key: bytes = KEY, owner: str = "families/one", most: int = 1 << 30) -> Uploads:
    return Uploads(root / "uploads", owner, key, root, most)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.fixture
def one(tmp_path: Path) -> Uploads:
    return spool(tmp_path)


def test_pieces_of_any_size_are_the_whole(one: Uploads) -> None:
    rng, data = random.Random(1), random.Random(2).randbytes(300_000)
    name, at = one.begin(len(data), {"filename": "a.wav"}), 0
    while at < len(data):
        size = rng.choice([1, 7, 4096, 65536, 65537, 100_000])
        at = one.add(name, at, data[at:at + size])
        assert one.state(name).offset == at
    with one.open(name) as stream:
        assert stream.read() == data
    with one.open(name) as stream:
        assert b"".join(iter(lambda: stream.read(1000), b"")) == data
    assert one.told(name) == {"filename": "a.wav"}


def test_the_largest_piece_and_no_larger(one: Uploads) -> None:
    name = one.begin(PIECE + 1, {})
    with pytest.raises(Invalid):
        one.add(name, 0, bytes(PIECE + 1))
    assert one.add(name, 0, bytes(PIECE)) == PIECE and one.add(name, PIECE, b"x") == PIECE + 1


@pytest.mark.parametrize(("offset", "data"), [(0, b"again"), (4, b"a gap"), (3, b""), (10**17, b"x")])
def test_only_what_follows_is_added(one: Uploads, offset: int, data: bytes) -> None:
    name = one.begin(len(WORDS), {})
    one.add(name, 0, WORDS[:3])
    with pytest.raises((Conflict, Invalid)):
        one.add(name, offset, data)
    assert one.state(name).offset == 3
    with pytest.raises(Conflict):
        one.open(name)


def test_of_two_at_once_one_is_added(one: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first has been found to follow and is not on the disk yet."""
    name, said, real = one.begin(len(WORDS), {}), list[str](), uploads._write

    def also() -> None:
        try:
            one.add(name, 0, WORDS[:5])
            said.append("added")
        except Conflict:
            said.append("refused")

    second = threading.Thread(target=also)

    def write(folder: Path, called: str, data: bytes) -> None:
        if not second.ident:
            second.start()
            second.join(0.05)
        real(folder, called, data)

    monkeypatch.setattr(uploads, "_write", write)
    assert one.add(name, 0, WORDS[:3]) == 3
    second.join()
    assert said == ["refused"] and one.state(name).offset == 3


def test_what_follows_on_a_gap_does_not_count(one: Uploads) -> None:
    """As a machine without power may leave it."""
    name = one.begin(9, {})
    for at in (0, 3, 6):
        one.add(name, at, b"abc")
    folder = one.root / one.owner / name
    (folder / f"{3:016x}-{6:016x}").unlink()
    assert one.state(name).offset == 3
    with pytest.raises(Conflict):
        one.open(name)
    assert one.add(name, 3, b"def") == 6 and one.state(name).offset == 9


def test_another_key_another_owner_and_no_name_find_nothing(one: Uploads, tmp_path: Path) -> None:
    name = one.begin(3, {})
    for whose, called in ((spool(tmp_path, OTHER), name), (spool(tmp_path, owner="families/two"), name), (one, "0" * 32), (one, "../one/" + name),
                          (one, ""), (one, "of"), (one, name.upper())):
        for ask in (whose.state, whose.told, whose.open, whose.drop, lambda called, whose=whose: whose.add(called, 0, b"x")):
            with pytest.raises(NotFound):
                ask(called)
    assert one.state(name).offset == 0


def test_nothing_rests_in_the_clear(one: Uploads, tmp_path: Path) -> None:
    name = one.begin(len(WORDS), {"filename": "quay.wav", "fingerprint": "ab" * 32})
    one.add(name, 0, WORDS)
    held = b"".join(path.read_bytes() for path in files(tmp_path))
    assert not any(word in held for word in (b"quay", b"ab" * 32, b"filename"))
    assert {oct(path.stat().st_mode & 0o077) for path in (tmp_path / "uploads").rglob("*")} == {"0o0"}


def test_a_piece_that_was_moved_or_altered_is_damage(one: Uploads) -> None:
    name, other = one.begin(6, {}), one.begin(6, {})
    for each, data in ((name, (b"abc", b"def")), (other, (b"uvw", b"xyz"))):
        one.add(each, 0, data[0])
        one.add(each, 3, data[1])
    folder, theirs = one.root / one.owner / name, one.root / one.owner / other
    first, second = sorted(path.name for path in folder.iterdir() if path.name != "of")
    real = (folder / first).read_bytes()
    for wrong in ((folder / second).read_bytes(), (theirs / first).read_bytes(), real[:-1] + bytes([real[-1] ^ 1]), real[:50], b""):
        (folder / first).write_bytes(wrong)
        with pytest.raises(Damaged), one.open(name) as stream:
            stream.read()
    (folder / first).write_bytes(real)
    with one.open(name) as stream:
        assert stream.read() == b"abcdef"


@pytest.mark.parametrize("what", ["fsync", "rename"])
def test_what_was_not_put_on_the_disk_was_not_added(one: Uploads, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """And what is left of it on the way is no piece."""
    name = one.begin(6, {})
    one.add(name, 0, b"abc")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, what, fail)
        with pytest.raises(DiskFull):
            one.add(name, 3, b"def")
    (one.root / one.owner / name / "incoming-x").write_bytes(b"half of it")
    assert one.state(name).offset == 3 and one.add(name, 3, b"def") == 6


def test_each_piece_is_waited_for(one: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, then its name, before the offset is told; and a name before it is told again."""
    done: list[str] = []
    name = one.begin(3, {})
    real = os.rename
    monkeypatch.setattr(os, "fsync", lambda handle: done.append("folder" if Path(f"/proc/self/fd/{handle}").resolve().is_dir() else "file"))
    monkeypatch.setattr(os, "rename", lambda *paths: (done.append("name"), real(*paths)))
    one.add(name, 0, b"abc")
    assert done == ["file", "name", "folder"]
    one.state(name)
    assert done[3:] == ["folder"]


def test_the_same_file_is_the_same_upload(one: Uploads, tmp_path: Path) -> None:
    name = one.begin(9, {"fingerprint": "f"})
    assert one.begin(9, {"fingerprint": "f", "filename": "b"}) == name
    assert len({name, one.begin(8, {"fingerprint": "f"}), one.begin(9, {"fingerprint": "g"}), one.begin(9, {}), one.begin(9, {}),
                spool(tmp_path, OTHER).begin(9, {"fingerprint": "f"})}) == 6


def test_limits(tmp_path: Path) -> None:
    small = spool(tmp_path, most=100)
    for length in (0, -1, 101):
        with pytest.raises(Invalid):
            small.begin(length, {})
    small.begin(100, {})
    small.begin(100, {})
    with pytest.raises(Conflict):
        small.begin(1, {})
    with pytest.raises(Invalid):
        small.begin(1, {"filename": "x" * 5000})
    assert spool(tmp_path, owner="families/two", most=100).begin(100, {}), "what one announces keeps nobody else out"


def test_too_many_crumbs_are_refused(one: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FEW_PIECES", 3)
    name = one.begin(99, {})
    for at in range(4):
        one.add(name, at, b"x")
    with pytest.raises(Conflict):
        one.add(name, 4, b"x")


def test_what_waits_too_long_is_swept_and_nothing_else(one: Uploads, tmp_path: Path) -> None:
    old, other = one.begin(9, {}), spool(tmp_path, OTHER, "desk/two").begin(9, {})
    one.add(old, 0, b"abc")
    days = uploads.EXPIRES_MS // clock.DAY_MS
    day = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(day + datetime.timedelta(days=days - 1)):
        assert uploads.sweep(one.root) == 0
    os.utime(one.root / one.owner / old, (1, 1))
    assert uploads.sweep(one.root) == 1 and not (one.root / one.owner).exists()
    with pytest.raises(NotFound):
        one.state(old)
    assert spool(tmp_path, OTHER, "desk/two").state(other).offset == 0
    with time_machine.travel(day + datetime.timedelta(days=days + 1)):
        assert uploads.sweep(one.root) == 1 and not files(tmp_path)
    clock.forget_floor()


def test_an_owner_is_forgotten_without_a_key(one: Uploads, tmp_path: Path) -> None:
    one.add(one.begin(9, {}), 0, b"abc")
    kept = spool(tmp_path, owner="families/two").begin(9, {})
    uploads.forget(one.root, one.owner)
    uploads.forget(one.root, "families/never")
    assert {path.parts[-2] for path in files(tmp_path)} == {kept}


def test_what_is_dropped_is_gone(one: Uploads, tmp_path: Path) -> None:
    name = one.begin(9, {})
    one.add(name, 0, b"abc")
    one.drop(name)
    assert not files(tmp_path)
    with pytest.raises(NotFound):
        one.add(name, 3, b"def")
