"""`verify`: nothing to say of what is whole, and one finding at least for each fault that was planted."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from archive_app import clock
from archive_app.access.renditions import renditions
from archive_app.actions import verifying
from archive_app.jobs import leases
from archive_app.records.base import open_engine, reading, writing
from archive_app.search.documents import Document, documents
from tests.factories.archives import Archive
from tests.factories.plain_files import plain_files

BELL = "the-bell"


def fill(archive: Archive) -> None:
    """A little of everything: terms, a restriction, a second version, a withdrawal, a source with a statement."""
    archive.write("bell.txt", "The bell rang.\n\nTwice.\n")
    archive.write("door.vtt", "WEBVTT\n\n00:00.000 --> 00:10.000\nThe door.\n\n00:10.000 --> 00:20.000\nOpen.\n")
    archive.write("board.pdf", plain_files()["pdf"])
    rows = ({"identifier": BELL, "title": "The bell", "languages": "en", "transcripts": "bell.txt|en|verbatim", "narrators": "Vellan, Hesta",
             "place": "Low Ombrel", "media": "board.pdf|a page"},
            {"identifier": "the-door", "title": "The door", "transcripts": "door.vtt|en|verbatim", "access": "registered",
             "restrictions": "10000-20000|words|staff|", "naming": "initial", "narrators": "Calvorn, Ressa"},
            {"identifier": "the-lamp", "title": "The lamp", "opens": "2041-05-09"}, {"identifier": "the-net", "publish": "no"})
    archive.bring(*rows, sources=[{"identifier": "the-board", "title": "Notice", "access": "registered"}],
                  statements=[{"identifier": "st-1", "source": "the-board", "asserts": "count", "value_min": "3"}])
    archive.write("bell.txt", "The bell rang.\n\nThree times.\n")
    archive.bring(*rows)
    archive.withdraw("the-net")
    archive.settle()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The folder of a filled archive on SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    engine = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    fill(Archive(engine, folder))
    engine.dispose()
    return folder


@pytest.fixture
def whole(archive: Archive, filled: Path) -> Archive:
    """A filled archive of one's own."""
    if archive.engine.dialect.name != "sqlite":
        fill(archive)
        return archive
    archive.engine.dispose()
    shutil.copytree(filled, archive.folder, dirs_exist_ok=True)
    return archive


def findings(archive: Archive, media: bool = True) -> list[str]:
    with reading(archive.engine) as session:
        return [f"{each.where}: {each.expected} / {each.found}" for each in
                verifying.findings(session, archive.vault, archive.index, clock.now(), media)]


def run(archive: Archive, statement: str, free: str = "") -> None:
    """Change the database behind the archive's back; `free`: a table whose triggers are taken away first."""
    with writing(archive.engine) as session:
        on = f" ON {free}" if archive.engine.dialect.name == "postgresql" else ""
        for act in ("update", "delete") if free else ():
            session.execute(text(f"DROP TRIGGER IF EXISTS {free}_refuse_{act}{on}"))
        assert session.execute(text(statement)).rowcount >= 1, "the fault was not planted"
        session.commit()


def flipped_byte(archive: Archive) -> None:
    digest = next(iter(archive.vault.digests()))
    path = archive.folder / "media" / digest[:2] / digest[2:]
    path.chmod(0o600)
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])


def row_without_bytes(archive: Archive) -> None:
    archive.vault.drop(next(iter(archive.vault.digests())))


def bytes_without_row(archive: Archive) -> None:
    archive.vault.keep(io.BytesIO(b"nobody knows of this"))


def changed_release(archive: Archive) -> None:
    everybody = "(SELECT id FROM audiences WHERE formula = '')"
    run(archive, f"UPDATE releases SET audience_id = {everybody} WHERE layer = 'transcript' AND unit_id = "
                 "(SELECT id FROM testimonies WHERE public_id = 'the-lamp')")


def missing_release(archive: Archive) -> None:
    run(archive, f"DELETE FROM releases WHERE layer = 'audio' AND unit_id = (SELECT id FROM testimonies WHERE public_id = '{BELL}')")


def changed_statement(archive: Archive) -> None:
    run(archive, "UPDATE consent_statements SET recorded_by = 'somebody' WHERE id = (SELECT max(id) FROM consent_statements)",
        "consent_statements")


def deleted_statement(archive: Archive) -> None:
    run(archive, "DELETE FROM consent_statements WHERE id = (SELECT max(id) FROM consent_statements)", "consent_statements")


def changed_words(archive: Archive) -> None:
    run(archive, "UPDATE segments SET text = 'The bell never rang.' WHERE ordinal = 1 AND text = 'The bell rang.'", "segments")


def removed_words(archive: Archive) -> None:
    run(archive, "DELETE FROM segments WHERE text = 'Twice.'", "segments")


def changed_entry(archive: Archive) -> None:
    run(archive, "UPDATE audit_entries SET actor = 'nobody' WHERE id = (SELECT min(id) + 1 FROM audit_entries)", "audit_entries")


def removed_entry(archive: Archive) -> None:
    run(archive, "DELETE FROM audit_entries WHERE id = (SELECT min(id) + 1 FROM audit_entries)", "audit_entries")


def forged_statement(archive: Archive) -> None:
    """Consent that nobody gave: a copy of the newest statement, under a number of its own."""
    columns = "party_id, unit_id, effect, terms, evidence_id, reason, form_version, form_language, recorded_by, recorded_at, supersedes"
    run(archive, f"INSERT INTO consent_statements (id, {columns}) SELECT id + 1000000, {columns} FROM consent_statements "
                 "WHERE id = (SELECT max(id) FROM consent_statements)")


def forgotten_withdrawal(archive: Archive) -> None:
    """The newest entry is gone: the chain before it is whole."""
    run(archive, "DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)", "audit_entries")


def lifted_block(archive: Archive) -> None:
    run(archive, "DELETE FROM withheld_runs")


def lifted_block_that_the_index_followed(archive: Archive) -> None:
    lifted_block(archive)
    leases.promise_all(archive.engine, "index", ["the-door"])
    archive.settle()


def moved_version(archive: Archive) -> None:
    run(archive, "UPDATE transcripts SET current_version_id = (SELECT min(id) FROM transcript_versions)")


def renamed_behind_the_back(archive: Archive) -> None:
    run(archive, "UPDATE names SET text = 'Vellan, Davin' WHERE text = 'Vellan, Hesta'")


Changed = Callable[[list[Document]], list[Document]]


def indexed(archive: Archive, change: Changed) -> None:
    """Lay something else into the index than what the audience of everybody reads of the bell."""
    with reading(archive.engine) as session:
        right = documents(renditions(session, BELL, clock.now()))[""]
    archive.index.put("", BELL, change(list(right)), "another version")


def missing_passage(archive: Archive) -> None:
    indexed(archive, lambda held: held[:-1])


def extra_passage(archive: Archive) -> None:
    indexed(archive, lambda held: [*held, replace(held[-1], passage=f"{BELL}/01/999999")])


def stale_passage(archive: Archive) -> None:
    indexed(archive, lambda held: [*held[:-1], replace(held[-1], pieces=(("en", "The bell rang. Twice."),))])


def stale_facts(archive: Archive) -> None:
    indexed(archive, lambda held: [replace(each, facts=replace(each.facts, date="1954")) for each in held])


def passages_of_nothing(archive: Archive) -> None:
    with reading(archive.engine) as session:
        right = documents(renditions(session, BELL, clock.now()))[""]
    archive.index.put("", "never-was", [replace(each, facts=replace(each.facts, testimony="never-was")) for each in right], "1")


FAULTS = {
    flipped_byte: "media/", row_without_bytes: "media/", bytes_without_row: "media/", changed_release: "terms of testimony the-lamp",
    missing_release: f"terms of testimony {BELL}", changed_statement: "statement", deleted_statement: "statement",
    changed_words: "transcript version", removed_words: "transcript version", changed_entry: "audit entry", removed_entry: "audit entry",
    forged_statement: "statement", forgotten_withdrawal: "statement",
    lifted_block: "index, a passage of the-door", lifted_block_that_the_index_followed: "transcript version", moved_version: "index, a passage of the-bell",
    renamed_behind_the_back: f"index, a passage of {BELL}", missing_passage: f"index, a passage of {BELL}",
    extra_passage: f"index, a passage of {BELL}", stale_passage: f"index, a passage of {BELL}", stale_facts: f"index, a passage of {BELL}",
    passages_of_nothing: "index, never-was",
}


def test_what_is_whole_has_no_findings(whole: Archive) -> None:
    assert findings(whole) == []


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(whole: Archive, plant: Callable[[Archive], None]) -> None:
    plant(whole)
    found = findings(whole)
    assert any(line.startswith(FAULTS[plant]) for line in found), found


def test_the_same_bytes_are_not_read_when_nobody_asks(whole: Archive) -> None:
    flipped_byte(whole)
    assert findings(whole, media=False) == []


def test_two_distributions_that_provide_whoosh(whole: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "packages_distributions", lambda: {"whoosh": ["Whoosh", "Whoosh-Reloaded"]})
    assert findings(whole) == ["installation: one distribution that provides whoosh / Whoosh, Whoosh-Reloaded"]
    monkeypatch.setattr(verifying, "packages_distributions", dict)
    assert len(findings(whole)) == 1


def test_what_the_index_has_not_followed_yet_is_no_finding(whole: Archive) -> None:
    missing_passage(whole)
    leases.promise_all(whole.engine, "index", [BELL])
    assert findings(whole) == []
    whole.settle()
    assert findings(whole) == []


def test_verifying_changes_nothing(whole: Archive) -> None:
    changed_release(whole)
    assert findings(whole) == findings(whole) != []


def test_findings_hold_neither_words_nor_names(whole: Archive) -> None:
    for plant in (changed_words, renamed_behind_the_back, stale_passage, flipped_byte, changed_entry):
        plant(whole)
    written = " ".join(findings(whole))
    for word in ("rang", "Vellan", "Hesta", "Davin", "bell.txt", "Ombrel"):
        assert word not in written
