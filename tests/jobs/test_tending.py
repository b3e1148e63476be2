"""The keeper's round: what is due is read again, one keeper at a time, and a sweep comes now and then."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from archive_app import clock
from archive_app.actions import family_room
from archive_app.jobs import leases, tending
from archive_app.records.base import reading
from archive_app.records.fixity import FixityCheck
from archive_app.storage.uploads import Uploads
from tests.factories import families
from tests.factories.archives import Archive


def checks(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return session.query(FixityCheck).count()


def test_a_round_checks_what_is_due_and_says_when_it_swept(archive: Archive) -> None:
    archive.write("one.txt", "What one said.\n")
    archive.bring({"identifier": "told", "transcripts": "one.txt|en|verbatim"}, settled=False)
    tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "keeper", 0)
    assert checks(archive) == 0
    later = datetime.datetime.fromtimestamp(clock.now() / 1000, datetime.UTC) + datetime.timedelta(days=31)
    with time_machine.travel(later, tick=False):
        swept_at = tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "keeper", 0)
        assert (swept_at, checks(archive)) == (clock.now(), 1)
        assert tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "keeper", swept_at) == swept_at
        assert checks(archive) == 1
    clock.forget_floor()


def test_only_one_keeper_makes_the_round(archive: Archive) -> None:
    assert leases.take(archive.engine, tending.KIND, "another")
    assert tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "keeper", 0) == 0


def test_what_is_damaged_is_said_once_and_without_a_name(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    archive.write("one.txt", "What one said.\n")
    archive.bring({"identifier": "told", "transcripts": "one.txt|en|verbatim"}, settled=False)
    for digest in archive.vault.digests():
        archive.vault.drop(digest)
    later = datetime.datetime.fromtimestamp(clock.now() / 1000, datetime.UTC) + datetime.timedelta(days=31)
    with time_machine.travel(later, tick=False):
        tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "keeper", clock.now())
    clock.forget_floor()
    assert [record.message for record in caplog.records] == ["1 objects of the vault are not what they were: archive-app verify --media names them"]


def test_a_keeper_deletes_drafts_whose_day_is_over(archive: Archive) -> None:
    room = families.room_over(archive)
    made, _ = families.begun(room)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=182)):
        tending.run_due(archive.engine, archive.vault, archive.folder / "instance", "tests", 0)
        assert family_room.enter(room, " ".join(made.receipt)) is None


def test_a_keeper_sweeps_files_that_have_stopped_on_their_way(archive: Archive) -> None:
    folder = archive.folder / "instance"
    spool = Uploads(folder / "uploads", "families/one", bytes(32), folder, 100)
    spool.add(spool.begin(9, {}), 0, b"abc")
    tending.run_due(archive.engine, archive.vault, folder, "tests", 0)
    assert [path for path in (folder / "uploads").rglob("*") if path.is_file()]
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8)):
        tending.run_due(archive.engine, archive.vault, folder, "tests", 0)
    clock.forget_floor()
    assert not [path for path in (folder / "uploads").rglob("*") if path.is_file()]
