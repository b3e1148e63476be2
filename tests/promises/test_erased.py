"""Erased is gone: no run of eight words and no kilobyte of what was erased is in any file under the data folder; what is not its own is there
as before; and readers meet an archive that never had it. The proof itself is tested by faults: each is planted, and must be seen."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from archive_app import clock
from archive_app.access.kept_erasure import receipt
from archive_app.actions import attaching, previewing, reviewing, submitting, verifying
from archive_app.errors import NotFound
from archive_app.records import belongings, submissions, wiping
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading, writing
from archive_app.records.desk_work import BulkChange, BulkLine, ImportRun
from archive_app.records.testimonies import Testimony as ToldRow
from archive_app.records.testimonies import by_public_id
from archive_app.storage.disk_vault import DiskVault
from tests.actions.asking import account
from tests.factories import erasable, families
from tests.factories.archives import Archive
from tests.factories.erasable import CANARIES, FILES, PHRASE, SHARED, TEXTS
from tests.factories.residue import residue
from tests.factories.suites import spread
from tests.promises import desk_work


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    folder = tmp_path_factory.mktemp("built")
    erasable.build(folder, empty_database)
    return folder


@pytest.fixture
def full(built: Path, tmp_path: Path) -> Iterator[Archive]:
    """An archive with `told` and `stays`, of its own."""
    shutil.copytree(built, tmp_path / "of-its-own")
    with erasable.opened(tmp_path / "of-its-own") as archive:
        yield archive


def left(archive: Archive) -> list[str]:
    return residue(archive.folder, TEXTS, FILES.values(), CANARIES)


def findings(archive: Archive) -> list[str]:
    with reading(archive.engine) as session:
        return [str(each) for each in verifying.findings(session, archive.vault, archive.index, clock.now(),
                                                         ledger=archive.settings().ledger_file)]


@pytest.mark.slow
def test_each_thing_that_is_looked_for_is_there_before(full: Archive) -> None:
    for words in TEXTS:
        assert residue(full.folder, [words]), words
    for name, content in FILES.items():
        assert name.endswith(".txt") or residue(full.folder, files=[content]), name
    for mark in CANARIES:
        assert residue(full.folder, canaries=[mark]), mark
    assert findings(full) == []


def at_the_desk(archive: Archive) -> None:
    """Words in a draft, in the report of an import that waits with its files, and in what a change of many can be undone to."""
    desk_work.work_on(archive, "told", PHRASE)
    account(archive.engine, "tender@example.org", "archivist", "valley")
    said = {"rows": [{"file": "manifest.csv", "row": 1, "identifier": id, "result": "warning", "column": "", "message": message}
                     for id, message in (("told", "Karvellin"), ("another", "somebody"))]}
    with writing(archive.engine) as session:
        tender, told = account_by_email(session, "tender@example.org"), by_public_id(session, "told")
        assert tender is not None and told is not None
        bulk = BulkChange(public_id="bulk", account_id=tender.id, field="keywords", made_at=0)
        session.add_all([bulk, ImportRun(public_id="run", account_id=tender.id, state="looked", began_at=0, touched_at=clock.now(), foreseen=said)])
        session.flush()
        session.add(BulkLine(bulk_id=bulk.id, testimony_id=told.id, before=["quellwater"], after=[]))
        session.commit()
    waiting = archive.folder / "instance" / "incoming" / "run"
    waiting.mkdir(parents=True)
    (waiting / "landing.jpg").write_bytes(FILES["landing.jpg"])


def test_nothing_of_what_was_done_with_it_at_the_desk_is_left(full: Archive) -> None:
    at_the_desk(full)
    full.erase("told")
    assert full.finish_erasing() == 1
    with reading(full.engine) as session:
        run = session.scalars(select(ImportRun)).one()
        assert [row["identifier"] for row in (run.foreseen or {})["rows"]] == ["another"] and run.state == "dropped"
    assert left(full) == [] and not (full.folder / "instance" / "incoming" / "run").exists()


def test_nothing_of_an_imported_testimony_is_in_any_file(full: Archive) -> None:
    assert {each.split("/")[0] for each in left(full)} == {"instance", "media", "search_index"}, "it is looked for where it is"
    full.erase("told")
    with full.room("custodian") as room, pytest.raises(NotFound):
        room.testimony("told")
    assert full.finish_erasing() == 1
    assert left(full) == [] and findings(full) == []
    with reading(full.engine) as session:
        told = receipt(session, "told")
    assert told is not None and told.finished_utc_ms and not told.waits
    assert {each.called for each in told.objects} == {"recording", "copy", "transcript"}
    assert {each.digest for each in told.objects} >= {hashlib.sha256(each).hexdigest() for each in FILES.values()}


def test_what_is_shared_stays_and_the_receipt_says_so(full: Archive) -> None:
    full.erase("told")
    full.finish_erasing()
    shared = hashlib.sha256(SHARED).hexdigest()
    full.vault.check(shared)
    with reading(full.engine) as session:
        told = receipt(session, "told")
        assert told is not None and shared in {each.digest for each in told.objects if not each.gone}
        names = {name for name, in session.execute(text("SELECT text FROM names"))}
        assert names == {"Asker, Ida", "Low Tessen"}, "who asked in both, and the other's place"
        assert session.scalar(text("SELECT count(*) FROM consent_statements")) >= 4, "the consent history stays"
    with full.room() as room:
        found = room.testimony("stays")
        assert found.card.title == "What stays" and found.recordings[0].shown is not None


def test_it_is_not_brought_in_again(full: Archive) -> None:
    full.erase("told")
    full.finish_erasing()
    erasable.bring_again(full)
    assert left(full) == [] and findings(full) == []


# Of families

WORDS = "my brother and I slept on the roof of the mill for nine nights while the water stood below"
PAPER = "a paper that our mother wrote about the mill and the roof and the nine nights upon it"
SENT: dict[str, dict[str, Any]] = {**families.ACCOUNT, "account": {"text": f"{WORDS}.\n\nAnd then we went home.", "language": "en"},
                                   "told": {"title": f"Title {WORDS}", "place": "Zqmill", "language": "en"}, "name": {"name": "Hesta Zqvellan"},
                                   "people": {"people": [{"name": "Dovan Zqketh", "why": "he lives there"}]}}
MARKS = ("Zqmill", "Zqvellan", "Zqketh")


@pytest.fixture
def sent(empty_database: Path, tmp_path: Path) -> Iterator[tuple[Archive, Any, Any]]:
    """(archive, room, family) of an account that waits, with a photograph and a paper."""
    (tmp_path / "data" / "instance").mkdir(parents=True)
    shutil.copy(empty_database, tmp_path / "data" / "instance" / "archive.sqlite3")
    with erasable.opened(tmp_path) as archive:
        room = families.room_over(archive)
        made, family = families.begun(room)
        families.tell(room, family, SENT)
        attaching.attach(room, family, picture(), "Zqketh on the roof.jpg")
        attaching.attach(room, family, io.BytesIO(f"{PAPER}\n".encode()), "paper.txt")
        submitting.send(room, family)
        submitting.write(room, family, WORDS)
        yield archive, room, families.again(room, made)


def picture() -> io.BytesIO:
    return families.photograph("grey", bytes(range(32, 120)) * 40)


def of_it(archive: Archive) -> list[str]:
    return residue(archive.folder, [WORDS, PAPER], [picture().getvalue()], MARKS)


def rows_of_it(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return sum(session.scalar(text(f"SELECT count(*) FROM {table.__tablename__}")) or 0 for table in submissions.PARTS[:3])


def finished(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> int:
    """An hour later, when what families took back is due."""
    now = clock.now() + clock.HOUR_MS
    monkeypatch.setattr(clock, "now", lambda: now)
    return archive.finish_erasing()


@pytest.mark.parametrize("how", spread(["by its receipt", "by an archivist"], 1))
def test_what_was_sent_and_is_taken_back_is_gone(sent: tuple[Archive, Any, Any], how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, room, family = sent
    sealed = [path.read_bytes() for path in (archive.folder / "media").rglob("*") if path.is_file()]
    assert residue(archive.folder, files=sealed) and rows_of_it(archive)
    if how == "by its receipt":
        submitting.withdraw(room, family)
    else:
        reviewing.erase(room, families.archivist(), family.id)
    assert finished(archive, monkeypatch) == 1 and rows_of_it(archive) == 0
    assert of_it(archive) == [] and residue(archive.folder, files=sealed) == [] and findings(archive) == []
    assert submitting.status(room, family).erased


def test_what_a_submission_became_is_erased_by_its_receipt(sent: tuple[Archive, Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, room, family = sent
    previewing.preview(room, family)
    became = reviewing.accept(room, families.archivist(), family.id, "valley", "")
    archive.publish(became)
    archive.settle()
    archive.derive()
    assert {each.split("/")[0] for each in of_it(archive)} == {"instance", "media", "search_index"}
    submitting.withdraw(room, family)
    assert of_it(archive) and not submitting.status(room, family).erased, "withdrawn, it is kept, closed"
    submitting.erase(room, family)
    archive.finish_erasing()
    assert of_it(archive) == [] and findings(archive) == [] and rows_of_it(archive) == 0
    assert submitting.status(room, family).erased


# The proof is tested by faults


def without(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """The list without a table, as before somebody wrote it there."""
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(belongings, "BELONGINGS", tuple(one for one in belongings.BELONGINGS if one.table.__tablename__ != name))

    return plant


LEAKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "points of the index stay": without("index_points"),
    "what the file says besides stays": lambda patch: patch.setitem(belongings.BLANKED, ToldRow, {"title": ""}),
    "names of people stay": lambda patch: patch.setattr(belongings, "unshared", lambda session, key: {}),
    "the vault keeps what is erased": lambda patch: patch.setattr(DiskVault, "erase", lambda self, digest, at: True),
    "copies are forgotten": lambda patch: patch.setattr(belongings, "named", lambda session, key, named=belongings.named: [
        one for one in named(session, key) if one.called != "copy"]),
    "old pages and the log stay": lambda patch: patch.setattr(wiping, "wipe", lambda engine, tables: True),
}


@pytest.mark.parametrize("leak", spread(LEAKS, 2))
def test_a_fault_would_be_seen(full: Archive, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    LEAKS[leak](monkeypatch)
    full.erase("told")
    full.finish_erasing()
    assert left(full), leak

