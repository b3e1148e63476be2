"""Erasing: who may, what it refuses afterwards, what the receipt says, and that the rest is done whatever happens on the way."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive_app import clock
from archive_app.access import releases
from archive_app.access.kept_erasure import plan, receipt
from archive_app.access.kept_erasure_readings import KeptReceipt
from archive_app.actions import cataloguing, consenting, declaring, erasing, fixity, uses, verifying
from archive_app.actions.change import change, operator
from archive_app.actions.declaring import Proof
from archive_app.errors import Conflict, Invalid, NotAllowed
from archive_app.jobs import erasing as jobs
from archive_app.language.words import sort_key
from archive_app.records import audit, belongings, erasures, merges, registry, requests, wiping
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading, writing
from archive_app.records.consent import new_unit
from archive_app.records.desk_work import ImportRun
from archive_app.records.merges import Merge
from archive_app.records.registry import Person, Place
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import PlaceLink, appearances, by_public_id, every_public_id
from archive_app.storage import ledger
from tests.actions.asking import account, told
from tests.factories import erasable, kills
from tests.factories.archives import Archive, filled, viewer
from tests.factories.erasable import CANARIES, FILES, TEXTS
from tests.factories.residue import residue


def _kept(archive: Archive) -> None:
    """Two testimonies of one file each, the second without an identifier."""
    archive.write("bell.txt", "The bell rang.\n")
    archive.write("door.txt", "The door was open.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "narrators": "Vellan, Hesta", "transcripts": "bell.txt|en|verbatim"},
                  {"title": "The door", "narrators": "Vellan, Hesta", "transcripts": "door.txt|en|verbatim"})


@pytest.fixture
def kept(archive: Archive) -> Archive:
    return filled(archive, _kept)


def receipt_of(archive: Archive, public_id: str) -> KeptReceipt:
    with reading(archive.engine) as session:
        found = receipt(session, public_id)
    assert found is not None
    return found


def findings(archive: Archive) -> list[str]:
    with reading(archive.engine) as session:
        return [str(each) for each in verifying.findings(session, archive.vault, archive.index, clock.now())]


@pytest.mark.parametrize("who", ["archivist", "registered", "anonymous"])
def test_custodians_alone_erase(kept: Archive, who: str) -> None:
    with pytest.raises(NotAllowed):
        erasing.erase(kept.engine, viewer(who), "the-bell", "asked")
    erasing.erase(kept.engine, viewer("custodian"), "the-bell", "asked", Proof("form", "her letter"))
    with reading(kept.engine) as session:
        assert session.scalar(text("SELECT note FROM consent_evidence WHERE kind = 'form'")) == "her letter"


def test_it_is_done_with_a_reason_and_once(kept: Archive) -> None:
    with pytest.raises(Invalid):
        kept.erase("the-bell", " ")
    kept.withdraw("the-bell")
    kept.erase("the-bell")
    with pytest.raises(Conflict):
        kept.erase("the-bell")
    with reading(kept.engine) as session:
        assert not audit.broken_links(session)


def test_nothing_is_worked_on_that_was_erased(kept: Archive) -> None:
    with reading(kept.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
    kept.erase("the-bell")
    acts = [lambda: kept.publish("the-bell"), lambda: kept.unpublish("the-bell"), lambda: kept.withdraw("the-bell"),
            lambda: declaring.hold(kept.engine, operator(), "the-bell", "asked"),
            lambda: cataloguing.describe(kept.engine, operator(), "the-bell", _description(), "x"),
            lambda: declaring.declare(kept.engine, operator(), "the-bell", declaring.Declaration("narrator", {"existence": "public"}))]
    for act in acts:
        with pytest.raises((Conflict, Invalid)):
            act()
    kept.finish_erasing()
    assert findings(kept) == []


def _description() -> cataloguing.Description:
    return cataloguing.Description("A title again")


def test_neither_comes_in_again_and_no_bytes_are_left(kept: Archive) -> None:
    with reading(kept.engine) as session:
        door = next(public_id for public_id in every_public_id(session) if public_id != "the-bell")
    for public_id in ("the-bell", door):
        kept.erase(public_id)
    kept.finish_erasing()
    again = kept.bring()
    assert told(again, "refused") == [("", "identifier")] and not told(again, "created") and not told(again, "updated")
    assert list(kept.vault.digests()) == [] and findings(kept) == []


def test_the_plan_says_what_the_receipt_says_afterwards(kept: Archive) -> None:
    with reading(kept.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        before = plan(session, row.id)
    kept.erase("the-bell")
    after = receipt_of(kept, "the-bell")
    assert (after.objects, after.counts) == (before.objects, before.counts) and after.waits == {"index": 1, "objects": 1, "database": 1}
    assert len(after.published_utc_ms) == 2 and after.finished_utc_ms is None
    kept.finish_erasing()
    assert receipt_of(kept, "the-bell").finished_utc_ms and not receipt_of(kept, "the-bell").waits


def test_whoever_has_a_copy_can_show_that_it_was_this(kept: Archive) -> None:
    with reading(kept.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        words = belongings.word_digests(session, row.id)
        said = json.dumps([row.title, row.abstract, row.keywords, row.date, row.accession, row.told], sort_keys=True, ensure_ascii=False)
    kept.erase("the-bell")
    found = receipt_of(kept, "the-bell")
    copy = [hashlib.sha256(b"The bell rang.\n").hexdigest(), *words, hashlib.sha256(said.encode()).hexdigest()]
    assert found.commitment == hashlib.sha256("\n".join([found.salt, *sorted(copy)]).encode()).hexdigest()


def test_the_ledger_knows_and_holds_ids_and_digests_only(kept: Archive) -> None:
    kept.engine.update_execution_options(ledger=kept.folder / "apart" / "withdrawals.jsonl")
    kept.erase("the-bell", "Hesta Vellan asked by telephone")
    book = ledger.read(kept.folder / "apart" / "withdrawals.jsonl")
    assert [(line.kind, line.testimony) for line in book.lines] == [("withdraw", "the-bell"), ("erase", "the-bell")]
    written = (kept.folder / "apart" / "withdrawals.jsonl").read_text(encoding="utf-8")
    assert not any(word in written for word in ("Hesta", "Vellan", "telephone", "bell.txt"))


# The rest, whatever happens on the way


def test_the_index_is_waited_for(kept: Archive) -> None:
    kept.erase("the-bell")
    folder = kept.folder / "instance"
    assert jobs.run_due(kept.engine, kept.index, kept.vault, folder, "tests") == 0
    assert set(receipt_of(kept, "the-bell").waits) == {"index", "copies", "database"}, "the bytes are gone already"
    with writing(kept.engine) as session:
        session.execute(text("UPDATE jobs SET due_at = 0"))
        session.commit()
    assert kept.finish_erasing() == 1


def test_a_reader_with_an_old_snapshot_is_waited_for(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    if kept.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no log of its own in the folder")
    monkeypatch.setattr("archive_app.records.wiping.PATIENCE_MS", 1)
    with reading(kept.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM segments")) == 2
        kept.erase("the-bell")
        assert kept.finish_erasing() == 0 and receipt_of(kept, "the-bell").waits == {"database": 1}
        log = kept.folder / "archive.sqlite3-wal"
        before = log.stat().st_size
        assert not wiping.wipe(kept.engine, ()) and log.stat().st_size == before, "it does not grow with each try"
    with writing(kept.engine) as session:
        session.execute(text("UPDATE jobs SET due_at = 0"))
        session.commit()
    assert kept.finish_erasing() == 1


def test_what_interrupted_work_left_is_waited_for(kept: Archive) -> None:
    with (kept.incoming / "bell.txt").open("rb") as stream:
        half = kept.folder / "media" / "incoming" / "tmphalf"
        half.write_bytes(stream.read())
    kept.erase("the-bell")
    assert kept.finish_erasing() == 0 and receipt_of(kept, "the-bell").waits == {"loose": 1, "database": 1}
    os.utime(half, (1, 1))
    fixity.sweep(kept.engine, kept.vault)
    with writing(kept.engine) as session:
        session.execute(text("UPDATE jobs SET due_at = 0"))
        session.commit()
    assert kept.finish_erasing() == 1 and not half.exists()


def test_what_takes_too_long_is_a_finding(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.erase("the-bell")
    kept.settle()
    assert findings(kept) == [], "it is on its way"
    later = clock.now() + 4 * clock.DAY_MS
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [each.split(":")[0] for each in findings(kept)] == ["erasure of testimony the-bell"]


def test_whoever_leaves_by_an_exception_has_erased_nothing(kept: Archive) -> None:
    with pytest.raises(ZeroDivisionError), change(kept.engine, operator(), "erase", "the-bell") as work:
        row, unit = consenting.kept(work, "the-bell")
        erasing.erase_now(work, row, unit, "asked")
        raise ZeroDivisionError
    with reading(kept.engine) as session:
        assert erasures.of(session, "the-bell") is None and session.scalar(text("SELECT count(*) FROM segments")) == 2
    assert findings(kept) == []


# Deaths


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    folder = tmp_path_factory.mktemp("built")
    erasable.build(folder, empty_database)
    return folder


def work(folder: str) -> None:
    """Erase `told`, and do the rest."""
    with erasable.opened(Path(folder)) as archive:
        erasing.erase(archive.engine, operator(), "told", "asked")
        (Path(folder) / "acknowledged").touch()
        archive.finish_erasing()


def afterwards(folder: Path, moment: object) -> None:
    """What was acknowledged is closed at once; whatever it was, done to the end, it is gone whole or all there."""
    with erasable.opened(folder) as archive:
        with reading(archive.engine) as session:
            erased = erasures.of(session, "told") is not None
        assert erased or not (folder / "acknowledged").exists(), moment
        kills.nothing_is_lost(archive)
        if not erased:
            archive.erase("told")
        rest(archive)
        assert residue(archive.folder, TEXTS, FILES.values(), CANARIES) == [], moment
        with reading(archive.engine) as session:
            assert not list(verifying.findings(session, archive.vault, archive.index, clock.now(), ledger=archive.settings().ledger_file)), moment


def rest(archive: Archive) -> None:
    """The next worker: it finds the ledger, and comes as often as it takes."""
    from archive_app.actions import withdrawals

    withdrawals.follow(archive.engine)
    for _ in range(5):
        with writing(archive.engine) as session:
            session.execute(text("UPDATE jobs SET due_at = 0 WHERE kind = 'erase'"))
            session.execute(text("UPDATE leases SET until = 0"))
            session.commit()
        archive.finish_erasing()
        with reading(archive.engine) as session:
            if not erasures.unfinished(session):
                return
    raise AssertionError("it never ends")


@pytest.mark.parametrize("death", [("commit", 2), pytest.param(("remove", 3), marks=pytest.mark.slow)])
def test_killed_on_the_way_it_is_gone_in_the_end(built: Path, tmp_path: Path, death: kills.Death) -> None:
    shutil.copytree(built, tmp_path / "killed")
    assert not kills.run(work, str(tmp_path / "killed"), die=death)
    afterwards(tmp_path / "killed", death)


@pytest.fixture(scope="module")
def names(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The steps of the work, done without being killed."""
    whole = tmp_path_factory.mktemp("whole") / "archive"
    shutil.copytree(built, whole)
    found = kills.steps(work, str(whole))
    afterwards(whole, "whole")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", range(60))
def test_killed_at_sixty_moments_it_is_gone_in_the_end(built: Path, names: list[str], tmp_path: Path, number: int) -> None:
    moment = random.Random(number).randint(1, len(names))
    shutil.copytree(built, tmp_path / "killed")
    assert not kills.run(work, str(tmp_path / "killed"), die=("any", moment)), moment
    afterwards(tmp_path / "killed", (moment, names[moment - 1]))


def test_what_readers_asked_for_goes_and_the_receipt_counts_them(kept: Archive) -> None:
    readers = [account(kept.engine, f"{name}@example.org", "researcher") for name in ("one", "two", "three")]
    with writing(kept.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        for number, state in enumerate(("granted", "revoked", "refused")):
            known = account_by_email(session, readers[number].account)
            assert known is not None
            asked = AccessRequest(public_id=f"asked-{state}", account_id=known.id, testimony_id=row.id, purpose="about Hesta Vellan's bell",
                                  state="waiting", asked_at=1)
            session.add(asked)
            session.flush()
            if state == "granted":
                requests.hold(session, asked, clock.now() + clock.DAY_MS)
            asked.state = state
        session.commit()
    uses.note(kept.engine, readers[0], [("the-bell", "page"), ("the-bell", "search")])
    kept.erase("the-bell")
    found = receipt_of(kept, "the-bell")
    assert (found.granted, found.used) == (2, 1)
    with reading(kept.engine) as session:
        assert not session.scalar(text("SELECT count(*) FROM access_requests"))
        assert not session.scalar(text("SELECT count(*) FROM holdings WHERE testimony_id IS NOT NULL"))
    kept.finish_erasing()
    assert findings(kept) == []


def test_whoever_was_made_one_with_somebody_who_goes_goes_too(kept: Archive) -> None:
    with writing(kept.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        narrator = registry.person_of(session, appearances(session, row.id)[0].person_id)
        unit = new_unit(session, "person")
        other = Person(id=unit.id, public_id="the-same", note="mended the Karvellin clocks")
        session.add(other)
        session.flush()
        registry.put_names(session, other.id, [("Karvellin, Hesta", "", "", "")], sort_key)
        session.add(Merge(kept_id=narrator.id, merged_id=other.id, merged_by="shell", merged_at=1, moved=merges.move(session, narrator, other, sort_key)))
        releases.derive(session, unit)
        session.commit()
    kept.erase("the-bell")
    with reading(kept.engine) as session:
        assert [session.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("registry_merges", "people", "names")] == [0, 1, 1]
    kept.finish_erasing()
    assert findings(kept) == [] and receipt_of(kept, "the-bell").counts["people"] == 2
    if kept.engine.dialect.name == "sqlite":
        assert residue(kept.folder, canaries=["Karvellin"]) == []


def test_what_was_made_one_with_something_linked_elsewhere_stays(kept: Archive) -> None:
    """However a testimony came to be linked to a place that is a part of another: neither erasing is in the way of the other."""
    kept.bring({"identifier": "the-rope", "title": "The rope"})
    with writing(kept.engine) as session:
        row, beside = by_public_id(session, "the-bell"), by_public_id(session, "the-rope")
        assert row is not None and beside is not None
        old, new = (Place(id=new_unit(session, "place").id, public_id=each) for each in ("oldtown", "newtown"))
        session.add_all([old, new])
        session.flush()
        session.add(Merge(kept_id=new.id, merged_id=old.id, merged_by="shell", merged_at=1, moved=merges.move(session, new, old, sort_key)))
        session.add_all([PlaceLink(testimony_id=row.id, place_id=new.id, position=9), PlaceLink(testimony_id=beside.id, place_id=old.id, position=9)])
        session.commit()
    left = []
    for each in ("the-bell", "the-rope"):
        kept.erase(each)
        with reading(kept.engine) as session:
            left.append(session.scalar(text("SELECT count(*) FROM places WHERE public_id IN ('oldtown', 'newtown')")))
    assert left == [2, 0]


def run_of(archive: Archive, public_id: str, state: str, *rows: tuple[str, str]) -> None:
    """An import of somebody else's, with these rows (file, identifier) in the report of what would happen."""
    said = {"rows": [{"file": file, "row": 0, "identifier": id, "result": "warning", "column": "", "message": "m"} for file, id in rows]}
    with writing(archive.engine) as session:
        other = account_by_email(session, "other@example.org")
        assert other is not None
        session.add(ImportRun(public_id=public_id, account_id=other.id, state=state, began_at=0, touched_at=0,
                              foreseen=said if rows else None))
        session.commit()


def test_erasing_drops_the_imports_that_could_hold_it_and_no_others(kept: Archive) -> None:
    account(kept.engine, "other@example.org", "archivist", "valley")
    with reading(kept.engine) as session:
        key = next(public_id for public_id in every_public_id(session) if public_id != "the-bell")
    run_of(kept, "unnamed", "looked", ("boxes/door.txt", ""), ("boxes/bell.xml", ""))
    run_of(kept, "others", "looked", ("boxes/bell.xml", ""), ("list.csv", ""), ("list.csv", "the-bell"))
    run_of(kept, "others-go-on", "bringing", ("boxes/bell.xml", ""))
    run_of(kept, "unread", "looking")
    run_of(kept, "over", "done", ("manifest.csv", ""), ("manifest.csv", key))
    kept.erase(key)
    with reading(kept.engine) as session:
        runs = {run.public_id: (run.state, [row["file"] for row in (run.foreseen or {"rows": []})["rows"]]) for run in session.scalars(select(ImportRun))}
    assert runs == {"unnamed": ("dropped", ["boxes/bell.xml"]), "others": ("looked", ["boxes/bell.xml", "list.csv", "list.csv"]),
                    "others-go-on": ("bringing", ["boxes/bell.xml"]), "unread": ("dropped", []), "over": ("done", [])}
