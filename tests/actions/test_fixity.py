"""What rests in the vault is read again, each check is written down, and bytes that nobody names do not stay."""

from __future__ import annotations

import datetime
import io
import os

import pytest
import time_machine

from archive_app import cli, clock
from archive_app.actions import fixity, verifying
from archive_app.records import fixity as records
from archive_app.records import objects
from archive_app.records.base import reading, writing
from archive_app.records.recordings import StoredObject
from tests.factories.archives import Archive
from tests.factories.ohms import captioned
from tests.factories.plain_files import plain_files
from tests.promises.sounds import quick_copies

CUES = "WEBVTT\n\n00:00.000 --> 00:10.000\nThe bell rang.\n"
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


# A bit that flipped

def test_a_flipped_bit_is_named_with_where_it_is_used(sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    archive = sqlite_archive
    uses = everything(archive)
    flip_a_bit_of_each(archive)
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(archive.folder))
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", str(archive.engine.url))
    assert cli.main(["verify", "--media"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"{len(uses)} findings."
    digests = {line.split(",")[0].removeprefix("media/"): line for line in said[:-1]}
    assert set(digests) == set(archive.vault.digests())
    assert sorted(line.split(": ")[0].split(", ", 1)[1] for line in said[:-1]) == sorted(uses)
    assert cli.main(["verify"]) == 1


def everything(archive: Archive) -> list[str]:
    """An object of every use; what is to be said of each."""
    archive.write("bell.vtt", CUES)
    archive.write("bell.wav", b"a tape of nothing much ".ljust(90_000, b"."))
    archive.write("form.pdf", plain_files()["pdf"])
    archive.write("notice.jpg", plain_files()["jpg"])
    archive.write("lamp.xml", captioned(CUES))
    with quick_copies():
        archive.bring({"identifier": "the-bell", "title": "The bell", "transcripts": "bell.vtt|en|verbatim", "media": "bell.wav|Tape",
                       "consent_file": "form.pdf"}, {"identifier": "the-lamp", "title": "The lamp", "transcripts": "lamp.xml|en|verbatim"},
                      sources=[{"identifier": "the-board", "title": "Notice", "access": "public", "file": "notice.jpg"}])
        archive.derive()
    return ["a recording of the-bell", "a copy of a recording of the-bell", "a copy of a recording of the-bell", "a transcript of the-bell",
            "evidence of consent to the-bell", "the source the-board", "a transcript of the-lamp, the file that describes the-lamp"]


def flip_a_bit_of_each(archive: Archive) -> None:
    for digest in archive.vault.digests():
        with archive.vault.at(digest) as path:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.chmod(0o600)
            path.write_bytes(content)


def test_bytes_that_nobody_names_are_found_once_a_sweep_should_have_taken_them(archive: Archive) -> None:
    """Within the day an import at work may be about to name them; of what is damaged they say nothing."""
    orphan = archive.vault.keep(io.BytesIO(b"left behind")).digest
    with reading(archive.engine) as session:
        assert [*verifying.stored(session, archive.vault, media=True, also_new=False)] == []
        assert len([*verifying.stored(session, archive.vault, media=True)]) == 1
        with archive.vault.at(orphan) as path:
            os.utime(path, (0, 0))
        assert len([*verifying.stored(session, archive.vault, media=True, also_new=False)]) == 1


def test_what_is_named_or_forgotten_while_one_verifies_is_no_finding(archive: Archive) -> None:
    """A session sees the archive as it was when it began; others go on importing, and forget copies with their bytes."""
    digest = archive.vault.keep(io.BytesIO(b"a copy")).digest
    with reading(archive.engine) as before:
        assert objects.named(before) == set()
        with writing(archive.engine) as session:
            session.add(StoredObject(digest=digest, size=6, kept_at=1))
            session.commit()
        assert [*verifying.stored(before, archive.vault, media=True)] == []
    with reading(archive.engine) as before:
        assert objects.named(before) == {digest}
        with writing(archive.engine) as session:
            assert objects.forget_unnamed(session, {digest}) == [digest]
            session.commit()
        archive.vault.drop(digest)
        assert [*verifying.stored(before, archive.vault, media=True)] == []
    assert [*fixity.check(archive.engine, archive.vault, [digest])] == [] and outcomes(archive) == {}
