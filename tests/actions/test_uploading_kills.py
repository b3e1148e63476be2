"""A piece that was acknowledged is on the disk: the process is killed before every step that is to last, and what it had said is true."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive_app.errors import NotFound
from archive_app.storage.uploads import Uploads
from tests.factories import kills

KEY = bytes(32)
DATA = random.Random(5).randbytes(400_000)
SIZES = (1, 70_000, 65_536, 200_000, 64_463)
assert sum(SIZES) == len(DATA)


def spool(where: Path) -> Uploads:
    return Uploads(where / "uploads", "desk/the-bell", KEY, where, 1 << 30)


def work(folder: str) -> None:
    """A file in pieces; each thing that was acknowledged stands in a file of its own at once."""
    where, at = Path(folder), 0
    uploads = spool(where)

    def acknowledge(what: str) -> None:
        with (where / "acknowledged.txt").open("a") as file:
            file.write(what + "\n")
            file.flush()

    name = uploads.begin(len(DATA), {"filename": "tape.wav"})
    acknowledge(name)
    for size in SIZES:
        at = uploads.add(name, at, DATA[at:at + size])
        acknowledge(str(at))
    with uploads.open(name) as stream:
        assert stream.read() == DATA
    acknowledge("whole")
    uploads.drop(name)
    acknowledge("dropped")


def true(where: Path) -> None:
    """What was acknowledged is there, and it goes on from there to the whole."""
    path = where / "acknowledged.txt"
    said = path.read_text().split() if path.exists() else []
    if not said:
        return
    uploads, name = spool(where), said[0]
    if "whole" in said:
        try:
            found = uploads.state(name).offset
        except NotFound:
            return
        assert "dropped" not in said and found <= len(DATA)
        return
    at = uploads.state(name).offset
    assert at >= int((["0", *said[1:]])[-1])
    while at < len(DATA):
        at = uploads.add(name, at, DATA[at:at + 100_000])
    with uploads.open(name) as stream:
        assert stream.read() == DATA
    assert uploads.told(name) == {"filename": "tape.wav"}


@pytest.mark.slow
def test_killed_before_any_step_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    names = kills.steps(work, str(tmp_path / "whole"))
    assert names.count("rename") == len(SIZES) + 1 and names.count("sync") > 2 * len(SIZES)
    for moment in range(1, len(names) + 1):
        where = tmp_path / f"killed-{moment}"
        where.mkdir()
        assert not kills.run(work, str(where), die=("any", moment)), moment
        true(where)


@pytest.mark.parametrize("die", [("rename", 4), ("sync", 12)])
def test_killed_in_the_middle_what_was_acknowledged_is_there(tmp_path: Path, die: tuple[str, int]) -> None:
    assert not kills.run(work, str(tmp_path), die=die)
    assert len((tmp_path / "acknowledged.txt").read_text().split()) >= 3
    true(tmp_path)
