"""Put back, what was narrowed since waits at the desk: by a family, by a link, by what a family sent later, by new words."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive_app.access.desk import Desk
from archive_app.actions import agreeing, linking, recording, restoring, reviewing, submitting
from archive_app.actions.change import operator
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.actions.recording import Brought
from archive_app.actions.transcribing import Approval, Given, replace_words
from archive_app.errors import Conflict, NotFound
from archive_app.records import recordings
from archive_app.records.base import reading
from archive_app.records.testimonies import by_public_id
from archive_app.storage import ledger
from tests.actions.asking import account, read_by
from tests.factories import backups, families
from tests.factories.archives import Archive
from tests.factories.backups import elsewhere, opened, put_back

Old = tuple[Archive, FamilyRoom, Family, str]
OPEN = {**families.ACCOUNT, "transcript": {"audience": "public"}}


@pytest.fixture
def old(sqlite_archive: Archive) -> Iterator[Old]:
    """An archive with a ledger and one public testimony, which a family gave and speaks for."""
    archive = backups.with_ledger(sqlite_archive)
    room = families.room_over(archive)
    _, family = families.sent(room, OPEN)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    archive.bring(people=[{"identifier": "estha-welan", "names": "Welan, Estha|en|"}])
    yield archive, room, family, public_id


def narrow(archive: Archive, room: FamilyRoom, family: Family, public_id: str) -> None:
    submitting.save(room, family, "transcript", {"audience": "staff"}, "page", "en")


def link(archive: Archive, room: FamilyRoom, family: Family, public_id: str) -> None:
    linking.link_person(archive.engine, operator(), public_id, "estha-welan", "narrator")


def carry(archive: Archive, room: FamilyRoom, family: Family, public_id: str) -> None:
    submitting.save(room, family, "people", {"people": [{"name": "the river", "why": ""}]})
    reviewing.carry(room, families.archivist(), family.id)


def transcribe(archive: Archive, room: FamilyRoom, family: Family, public_id: str) -> None:
    given = Given("new.txt", b"Nothing of it.\n", lambda data: archive.vault.keep(io.BytesIO(data)))
    replace_words(archive.engine, operator(), public_id, 1, given, Approval(), 1)


def read(archive: Archive, public_id: str) -> str:
    try:
        return read_by(archive, public_id)
    except NotFound:
        return ""


def test_a_recording_that_was_replaced_since_is_not_heard_again(sqlite_archive: Archive, tmp_path: Path) -> None:
    """The new one was made so that something is no longer in it."""
    archive = backups.with_ledger(sqlite_archive)
    room = families.room_over(archive)
    _, family = families.sent(room, {**OPEN, "image": {"audience": "public"}})
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    recording.add(archive.engine, archive.vault, operator(), public_id, Brought("a.jpg", "With her face"), families.photograph())
    archive.publish(public_id)

    def seen(archive: Archive) -> list[str]:
        with archive.room() as reader:
            return [each.label for each in reader.testimony(public_id).recordings]

    with reading(archive.engine) as session:
        row = by_public_id(session, public_id)
        assert row is not None
        there = recordings.of_testimony(session, row.id)[0].public_id
    done = backups.backed_up(archive, tmp_path / "backup")
    said = Brought("b.jpg", "Without it", instead_of=there)
    recording.add(archive.engine, archive.vault, operator(), public_id, said, families.photograph("blue"))
    archive.publish(public_id)
    assert seen(archive) == ["Without it"]
    chosen = elsewhere(tmp_path / "new")
    assert put_back(chosen, done.folder, archive.settings().ledger_file).replayed.unpublished == (public_id,)
    with opened(chosen) as new, pytest.raises(NotFound):
        seen(new)


@pytest.mark.parametrize("verb", [narrow, link, carry, transcribe], ids=lambda verb: verb.__name__)
def test_what_was_narrowed_since_stays_closed(old: Old, tmp_path: Path, verb: Callable[..., None]) -> None:
    archive, public_id = old[0], old[-1]
    done = backups.backed_up(archive, tmp_path / "backup")
    before = read(archive, public_id)
    assert "by the river" in before
    verb(*old)
    assert "by the river" not in read(archive, public_id)
    chosen = elsewhere(tmp_path / "new")
    assert put_back(chosen, done.folder, archive.settings().ledger_file).replayed.unpublished == (public_id,)
    with opened(chosen) as new:
        assert not read(new, public_id) and backups.findings(new, chosen.ledger_file) == []
        assert restoring.replay(new.engine, ledger.read(chosen.ledger_file)) == restoring.Replayed()
    put_back(elsewhere(tmp_path / "again"), done.folder)
    with opened(elsewhere(tmp_path / "again")) as new:
        assert read(new, public_id) == before, "the counterpart: it is the ledger that closes"


def test_what_waited_for_a_second_person_is_to_be_asked_for_anew(sqlite_archive: Archive, tmp_path: Path) -> None:
    """It may have been refused since, or the narrator may have narrowed what was to be published."""
    archive = backups.with_ledger(sqlite_archive)
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "access": "registered", "publish": "no"},
                  collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    first, second = (account(archive.engine, f"{name}@example.org", "archivist") for name in ("first", "second"))
    assert agreeing.publish(archive.engine, first, "the-bell") is False
    done = backups.backed_up(archive, tmp_path / "backup")
    with reading(archive.engine) as session:
        (waits,) = Desk(session, second).testimony("the-bell").proposals
    agreeing.refuse(archive.engine, second, "the-bell", waits.key, "she asked to wait")
    chosen = elsewhere(tmp_path / "new")
    put_back(chosen, done.folder, archive.settings().ledger_file)
    with opened(chosen) as new, reading(new.engine) as session:
        assert Desk(session, second).testimony("the-bell").proposals == ()
        with pytest.raises(Conflict):
            agreeing.agree(new.engine, second, "the-bell", waits.key)
