"""Put back, what was erased since is erased again, and what families took back stays taken back: neither bytes nor words nor receipts."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from archive_app.actions import family_room, incoming, reviewing, submitting
from archive_app.actions.change import operator
from archive_app.actions.declaring import hold
from archive_app.actions.family_room import Family
from archive_app.errors import Conflict
from archive_app.jobs import erasing as jobs
from archive_app.records.base import reading
from archive_app.storage import ledger
from tests.factories import backups, families
from tests.factories.archives import Archive
from tests.factories.backups import elsewhere, opened, put_back, read_publicly
from tests.factories.residue import residue

WORDS = "we carried the bells of the lower church up the hill before the river came and hid them in the barn"


@pytest.fixture
def old(sqlite_archive: Archive) -> Iterator[Archive]:
    """An archive with a ledger, to be backed up into `backup` and gone on with."""
    archive = backups.with_ledger(sqlite_archive)
    backups.fill(archive)
    archive.write("told.txt", f"{WORDS}\n")
    archive.bring({"identifier": "told", "title": "Told", "languages": "en", "narrators": "Zqvellan, Hesta", "transcripts": "told.txt|en|verbatim"})
    yield archive


def told(room: family_room.FamilyRoom, sends: bool) -> tuple[family_room.Begun, Family]:
    made, family = families.begun(room)
    submitting.save(room, family, "account", {"text": f"{WORDS}.", "language": "en"})
    submitting.attach(room, family, io.BytesIO(f"{WORDS}\n".encode()), "paper.txt")
    if sends:
        submitting.send(room, family)
    return made, families.again(room, made)


def rows(archive: Archive, table: str, where: str = "1 = 1") -> int:
    with reading(archive.engine) as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0)


def finish(new: Archive, folder: Path) -> None:
    jobs.run_due(new.engine, new.index, new.vault, folder, "tests")


def test_what_was_erased_since_is_erased_again(old: Archive, tmp_path: Path) -> None:
    done = backups.backed_up(old, tmp_path / "backup")
    old.erase("told")
    chosen = elsewhere(tmp_path / "new")
    assert put_back(chosen, done.folder, old.settings().ledger_file).replayed.closed == ("told",)
    with opened(chosen) as new:
        new.finish_erasing()
        assert residue(tmp_path / "new", [WORDS], [f"{WORDS}\n".encode()], ["Zqvellan"]) == []
        assert backups.findings(new, chosen.ledger_file) == [] and rows(new, "segments") == 3
        with pytest.raises(Conflict):
            new.publish("told")
        put_back(elsewhere(tmp_path / "again"), done.folder, chosen.ledger_file)  # a second accident, with the ledger of the first restore
    assert residue(tmp_path / "backup", ["we carried the bells of the lower church up the hill before"]), "what older snapshots hold, they hold"


def test_what_families_took_back_since_stays_taken_back(old: Archive, tmp_path: Path) -> None:
    room = families.room_over(old)
    (_, waits), (draft_words, draft), (_, accepted), (_, stays) = told(room, True), told(room, False), told(room, True), told(room, True)
    became = reviewing.accept(room, families.archivist(), accepted.id, "valley", "Accepted")
    done = backups.backed_up(old, tmp_path / "backup")
    sealed = set(old.vault.digests())
    submitting.withdraw(room, waits)
    submitting.forget(room, draft)
    submitting.erase(room, accepted)
    gone = sealed - set(old.vault.digests())
    assert len(gone) == 2, "bytes of what was accepted go with the rest"
    assert {(line.kind, line.testimony) for line in ledger.read(old.settings().ledger_file).closing} == {
        ("withdraw", f"submission:{waits.id}"), ("forget", f"submission:{draft.id}"), ("narrow", became), ("withdraw", became),
        ("erase", became), ("withdraw", f"submission:{accepted.id}")}
    chosen = elsewhere(tmp_path / "new")
    replayed = put_back(chosen, done.folder, old.settings().ledger_file).replayed
    assert set(replayed.closed) == {f"submission:{waits.id}", f"submission:{draft.id}", f"submission:{accepted.id}", became}
    with opened(chosen) as new:
        again = family_room.FamilyRoom(new.engine, new.vault, chosen.instance_dir, cost=families.LEAST)
        assert [item.id for item in incoming.waiting(again, families.archivist()).items] == [stays.id]
        assert family_room.enter(again, " ".join(draft_words.receipt)) is None
        assert rows(new, "submission_attachments") == 1 and gone.isdisjoint(new.vault.digests())
        new.finish_erasing()
        assert backups.findings(new, chosen.ledger_file) == []
        assert rows(new, "submissions", "state = 'withdrawn'") == 2 and rows(new, "submissions", "state = 'sent'") == 1


def test_what_was_sent_and_taken_back_since_leaves_nothing_to_be_done(old: Archive, tmp_path: Path) -> None:
    done = backups.backed_up(old, tmp_path / "backup")
    room = families.room_over(old)
    submitting.withdraw(room, told(room, True)[1])
    chosen = elsewhere(tmp_path / "new")
    assert len(put_back(chosen, done.folder, old.settings().ledger_file).replayed.kept_out) == 1
    with opened(chosen) as new:
        assert backups.findings(new, chosen.ledger_file) == []


def test_days_alone_stand_in_the_ledger_of_what_families_do(old: Archive) -> None:
    room = families.room_over(old)
    _, family = told(room, True)
    submitting.withdraw(room, family)
    (line,) = (line for line in ledger.read(old.settings().ledger_file).lines if line.testimony == f"submission:{family.id}")
    assert line.at % 86_400_000 == 0 and (line.entries, line.head) == (0, "")
    assert rows(old, "erasures", f"erased_at % 86400000 = 0 AND subject = '{family.id}'") == 1


def test_without_the_ledger_it_would_come_back(old: Archive, tmp_path: Path) -> None:
    """The counterpart, so that the tests beside it can fail."""
    done = backups.backed_up(old, tmp_path / "backup")
    old.erase("told")
    chosen = elsewhere(tmp_path / "new")
    put_back(chosen, done.folder)
    with opened(chosen) as new:
        assert rows(new, "segments") == 4


@pytest.mark.slow
def test_a_hundred_withdrawn_erased_and_held_after_the_backup_none_comes_back(sqlite_archive: Archive, tmp_path: Path) -> None:
    archive = backups.with_ledger(sqlite_archive)
    names = [f"the-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(120)]
    for name in names:
        archive.write(f"{name}.txt", f"Here {name.removeprefix('the-')}water is spoken of.\n")
    archive.bring(*({"identifier": name, "title": name, "languages": "en", "transcripts": f"{name}.txt|en|verbatim"} for name in names))
    room = families.room_over(archive)
    sent = [told(room, True)[1] for _ in range(10)]
    became = {family.id: reviewing.accept(room, families.archivist(), family.id, "valley", "Told") for family in sent[5:]}
    for public_id in became.values():
        archive.publish(public_id)
    done = backups.backed_up(archive, tmp_path / "backup")
    withdrawn, erased, held = names[:30], names[30:60], names[60:90]
    for name in withdrawn:
        archive.withdraw(name)
    for name in erased:
        archive.erase(name)
    for name in held:
        hold(archive.engine, operator(), name, "asked")
    for family in sent[:5]:
        submitting.withdraw(room, family)
    for family in sent[5:]:
        submitting.erase(room, family)
    chosen = elsewhere(tmp_path / "new")
    replayed = put_back(chosen, done.folder, archive.settings().ledger_file).replayed
    assert set(replayed.closed) == {*names[:90], *(f"submission:{each.id}" for each in sent), *became.values()}
    with opened(chosen) as new:
        new.finish_erasing()
        assert read_publicly(new, names) == set(names[90:]) and backups.findings(new, chosen.ledger_file) == []
        assert rows(new, "segments") == 120 - 30 and rows(new, "submission_attachments") == 0
        gone = [f"{name.removeprefix('the-')}water" for name in erased]
        assert residue(tmp_path / "new", [WORDS], canaries=gone) == []
        again = family_room.FamilyRoom(new.engine, new.vault, chosen.instance_dir, cost=families.LEAST)
        assert incoming.waiting(again, families.archivist()).items == ()
    shutil.rmtree(tmp_path / "new")
