"""Bytes on their way: nothing in the clear on the disk, and nothing left behind."""

from __future__ import annotations

import datetime
import io
import os
from pathlib import Path

import pytest
import time_machine

from archive_app.errors import Damaged
from archive_app.storage import spool
from archive_app.storage.archive_key import NAME, archive_key
from archive_app.storage.embedded import embedded
from tests.factories import families

WORDS = b"Nobody but the family has read this. " * 1000


@pytest.mark.parametrize("in_memory", [1, 1 << 20])
def test_what_is_written_is_read_back(tmp_path: Path, in_memory: int) -> None:
    with spool.SealedSpool(tmp_path, in_memory) as found:
        for at in range(0, len(WORDS), 777):
            found.write(WORDS[at:at + 777])
        assert found.tell() == len(WORDS) and found.seek(0) == 0
        assert io.BufferedReader(found).read() == WORDS


def test_on_the_disk_it_is_sealed(tmp_path: Path) -> None:
    with spool.SealedSpool(tmp_path, 1) as found:
        found.write(WORDS)
        held = found._file._file  # type: ignore[attr-defined]
        held.flush()
        assert held.fileno() > 2
        on_disk = os.pread(held.fileno(), len(WORDS), 0)
        assert len(on_disk) == len(WORDS) and b"Nobody" not in on_disk
        with pytest.raises(io.UnsupportedOperation):
            found.seek(5)


def test_a_file_is_there_while_the_block_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for most, inside in ((0, tmp_path), (1 << 20, spool.MEMORY_FOLDER if spool.MEMORY_FOLDER.exists() else tmp_path)):
        monkeypatch.setattr(spool, "MOST_IN_MEMORY_FOLDER", most)
        with spool.as_file(io.BytesIO(WORDS), len(WORDS), tmp_path, "this file") as path:
            assert path.read_bytes() == WORDS and path.name == "this file" and path.is_relative_to(inside)
            assert path.parent.stat().st_mode & 0o077 == 0
        assert not path.exists() and not path.parent.exists()


def test_what_somebody_who_was_killed_left_behind_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY_FOLDER", tmp_path / "none")
    left = tmp_path / "decoding-left"
    left.mkdir()
    (left / "this file").write_bytes(WORDS)
    with spool.as_file(io.BytesIO(b"x"), 1, tmp_path, "this file"):
        assert left.exists()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)):
        with spool.as_file(io.BytesIO(b"x"), 1, tmp_path, "this file"):
            assert not left.exists()


def test_the_key_of_the_archive_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = archive_key(tmp_path / "instance")
    path = tmp_path / "instance" / NAME
    assert len(key) == 32 == len(archive_key(tmp_path / "instance")) and key == archive_key(tmp_path / "instance")
    assert path.stat().st_mode & 0o777 == 0o600 and list(path.parent.iterdir()) == [path]
    path.write_text("something else", encoding="ascii")
    with pytest.raises(Damaged):
        archive_key(tmp_path / "instance")


def test_what_a_file_says_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(families.photograph(comment=b"by \x00somebody" + b"x" * 900).getvalue())
    found = embedded(path)
    assert found["picture: comment"].startswith("by") and "somebody" in found["picture: comment"]
    assert all(len(value) <= 500 and value.isprintable() for value in found.values())
