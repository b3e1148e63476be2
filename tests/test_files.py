"""Files that are whole or not there."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive_app import files


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    files.write_whole(path, b"old")
    files.write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["facts"]


def test_one_who_dies_before_the_name_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "facts"
    files.write_whole(path, b"old")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_name_is_on_the_disk_with_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    sync, replace = files.sync, os.replace
    monkeypatch.setattr(files, "sync", lambda path: (told.append(f"sync {path.name}"), sync(path)))
    monkeypatch.setattr(os, "replace", lambda old, new: (told.append(f"name {Path(new).name}"), replace(old, new)))
    files.write_whole(tmp_path / "facts", b"new")
    assert told == ["sync facts.new", "name facts", f"sync {tmp_path.name}"]


def test_of_many_who_write_it_once_one_wins_and_all_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def once(number: int) -> bytes:
        files.write_once(path, str(number).encode())
        return path.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(once, range(40)))) == 1
    assert os.listdir(tmp_path) == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_digest_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(b"sound" * 100_000)
    assert files.digest_of(tmp_path / "sound") == hashlib.sha256(b"sound" * 100_000).hexdigest()
