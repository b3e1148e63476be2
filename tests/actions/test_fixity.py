"""What rests in the vault is read again, each check is written down, and bytes that nobody names do not stay."""

from __future__ import annotations

import datetime
import io
import os

import pytest
import time_machine

from archive_app import clock
from archive_app.actions import fixity
from archive_app.records import fixity as records
from archive_app.records.base import reading
from tests.factories.archives import Archive

DAY = datetime.timedelta(days=1)


@pytest.fixture
def kept(archive: Archive) -> tuple[Archive, list[str]]:
    """An archive with three objects."""
    for name in ("one", "two", "three"):
        archive.write(f"{name}.txt", f"What {name} said.\n")
        archive.bring({"identifier": f"told-{name}", "transcripts": f"{name}.txt|en|verbatim"}, settled=False)
    return archive, sorted(archive.vault.digests())


def spoil(archive: Archive, digest: str) -> None:
    with archive.vault.at(digest) as path:
        os.chmod(path, 0o600)
        path.write_bytes(b"something else")


def outcomes(archive: Archive) -> dict[str, str]:
    with reading(archive.engine) as session:
        return {each.digest: each.outcome for each in records.troubled(session)}


def test_every_object_is_read_and_each_check_is_an_event(kept: tuple[Archive, list[str]]) -> None:
    archive, digests = kept
    assert list(fixity.check_all(archive.engine, archive.vault)) == []
    spoil(archive, digests[1])
    archive.vault.drop(digests[2])
    found = list(fixity.check(archive.engine, archive.vault, digests))
    assert [each.where for each in found] == [f"media/{digests[1]}", f"media/{digests[2]}"]
    assert outcomes(archive) == {digests[1]: "damaged", digests[2]: "missing"}


def test_what_is_sound_again_is_troubled_no_more(kept: tuple[Archive, list[str]]) -> None:
    archive, digests = kept
    with archive.vault.open(digests[0]) as stream:
        bytes_ = stream.read()
    spoil(archive, digests[0])
    list(fixity.check(archive.engine, archive.vault, digests))
    assert set(outcomes(archive)) == {digests[0]}
    archive.vault.keep(io.BytesIO(bytes_))
    list(fixity.check(archive.engine, archive.vault, digests))
    assert outcomes(archive) == {}


def test_an_object_is_due_again_after_its_time_and_the_oldest_first(kept: tuple[Archive, list[str]]) -> None:
    archive, digests = kept
    assert fixity.due(archive.engine, 10) == []
    now = datetime.datetime.fromtimestamp(clock.now() / 1000, datetime.UTC)
    with time_machine.travel(now + 10 * DAY, tick=False):
        list(fixity.check(archive.engine, archive.vault, digests[:1]))
    with time_machine.travel(now + 31 * DAY, tick=False):
        assert sorted(fixity.due(archive.engine, 10)) == digests[1:]
        assert len(fixity.due(archive.engine, 1)) == 1
    with time_machine.travel(now + 41 * DAY, tick=False):
        assert fixity.due(archive.engine, 10)[-1] == digests[0]
    clock.forget_floor()


def test_a_sweep_takes_only_what_no_row_names(kept: tuple[Archive, list[str]]) -> None:
    archive, digests = kept
    orphan = archive.vault.keep(io.BytesIO(b"left behind")).digest
    for digest in (*digests, orphan):
        with archive.vault.at(digest) as path:
            os.utime(path, (0, 0))
    assert fixity.sweep(archive.engine, archive.vault) == [orphan]
    assert sorted(archive.vault.digests()) == digests
