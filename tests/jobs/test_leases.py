"""Leases: one holder at a time, given back, run out, renewed, and taken at once from a process that is known to be dead."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy.exc import OperationalError

from archive_app import clock
from archive_app.jobs import holders, leases
from tests.factories.archives import Archive

KIND = "index"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> object:
    """A function that lets milliseconds pass."""
    moment = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def pass_by(milliseconds: int) -> None:
        moment[0] += milliseconds

    return pass_by


def test_one_holder_at_a_time(archive: Archive) -> None:
    with leases.held(archive.engine, KIND, "one") as mine:
        assert mine
        with leases.held(archive.engine, KIND, "other") as also:
            assert not also
        assert not leases.take(archive.engine, KIND, "other"), "leaving without it gives nothing back"
        with leases.held(archive.engine, "mail", "other") as another_kind:
            assert another_kind
    assert leases.take(archive.engine, KIND, "other")


def test_a_lease_that_ran_out_is_anybodys(archive: Archive, later: object) -> None:
    assert leases.take(archive.engine, KIND, "one")
    later(leases.LEASE_MS - 1)  # type: ignore[operator]
    assert not leases.take(archive.engine, KIND, "other")
    later(2)  # type: ignore[operator]
    assert leases.take(archive.engine, KIND, "other")
    assert not leases.take(archive.engine, KIND, "one"), "who lost it must not go on"
    leases.give_back(archive.engine, KIND, "one")
    assert not leases.take(archive.engine, KIND, "one"), "who lost it cannot give it away"


def test_a_lease_is_renewed_by_its_holder(archive: Archive, later: object) -> None:
    for _ in range(4):
        assert leases.take(archive.engine, KIND, "one")
        later(leases.LEASE_MS - 1)  # type: ignore[operator]
    assert not leases.take(archive.engine, KIND, "other")


def test_a_lease_that_could_not_be_renewed_is_renewed_the_next_time(archive: Archive, monkeypatch: pytest.MonkeyPatch,
                                                                    caplog: pytest.LogCaptureFixture) -> None:
    again, asked, usual = threading.Event(), [], leases.take

    def take(*lease: object) -> bool:
        asked.append(lease)
        if len(asked) == 1:
            raise OperationalError("renew", {}, Exception("database is locked"))
        again.set()
        return usual(*lease)  # type: ignore[arg-type]

    monkeypatch.setattr(leases, "take", take)
    monkeypatch.setattr(leases, "LEASE_MS", 4)
    with leases.renewed(archive.engine, KIND, "one"):
        assert again.wait(5)
    assert "tried again" in caplog.text and "locked" not in caplog.text


def test_leaving_by_an_error_gives_it_back(archive: Archive) -> None:
    with pytest.raises(RuntimeError), leases.held(archive.engine, KIND, "one"):
        raise RuntimeError
    assert leases.take(archive.engine, KIND, "other")


def test_the_dead_hold_nothing(archive: Archive) -> None:
    script = "from archive_app.jobs.holders import own_name; print(own_name(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert leases.take(archive.engine, KIND, name)
    assert not holders.is_gone(name) and not leases.take(archive.engine, KIND, "other")
    process.kill()
    process.communicate()
    assert holders.is_gone(name) and leases.take(archive.engine, KIND, "other")


def test_nobody_else_is_taken_for_dead() -> None:
    machine, process, started = holders.own_name().split(":")
    assert not holders.is_gone(holders.own_name())
    assert holders.is_gone(f"{machine}:{process}:{int(started) + 1}"), "the number was used again"
    for name in ("", "tests", "node:17", f"other:{process}:{int(started) + 1}", f"{machine}:x:1", f"{machine}:{process}:"):
        assert not holders.is_gone(name), name
    assert len(f"{machine}:{2**22}:{2**40}") <= 64, "as long as the column is"
