"""2,534 real interviews with invented terms: who knows of how many, who reads them, and what a second run with three changes does.

By hand (./test --slow): the import alone takes minutes.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive_app import clock
from archive_app.access.gate import gate
from archive_app.access.reading_room import Narrowing
from archive_app.access.viewer import Viewer
from archive_app.actions.verifying import findings
from archive_app.records.base import open_engine, reading
from archive_app.records.testimonies import Collection
from archive_app.records.testimonies import Testimony as Row
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.actions.asking import account, counts, told
from tests.actions.test_real_data import assert_named, getter
from tests.factories.archives import Archive, table
from tests.factories.shared import data_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wpa(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Archive]:
    """The interviews, taken in and indexed; not to be changed by a test."""
    folder = tmp_path_factory.mktemp("wpa")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    archive = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
    assert counts(archive.bring_folder(data_folder() / "wpa"))["created"] == 2534
    yield archive
    archive.engine.dispose()


@pytest.fixture
def copied(wpa: Archive, tmp_path: Path) -> Iterator[Archive]:
    """A copy of the archive that may be changed."""
    wpa.engine.dispose()
    shutil.copytree(wpa.folder, tmp_path / "copy")
    archive = Archive(open_engine(f"sqlite:///{tmp_path / 'copy' / 'archive.sqlite3'}"), tmp_path / "copy")
    yield archive
    archive.engine.dispose()


def figures(archive: Archive, viewer: Viewer, collection: str = "") -> tuple[int, int]:
    """(knows of, reads a transcript of)."""
    with archive.room(viewer) as room:
        return (room.testimonies(Narrowing(collection=collection)).total,
                room.testimonies(Narrowing(collection=collection, has="transcript")).total)


def holding(*tokens: str) -> Viewer:
    return Viewer(clock.now(), "reader", "researcher", frozenset(tokens))


@pytest.mark.parametrize(("tokens", "known", "read"), [
    ((), 2127, 1944), (("registered",), 2217, 2159), (("registered", "grant"), 2268, 2268), (("registered", "staff"), 2386, 2386)])
def test_who_knows_of_and_reads_how_many(wpa: Archive, tokens: tuple[str, ...], known: int, read: int) -> None:
    assert figures(wpa, holding(*tokens)) == (known, read)
    with wpa.room(holding(*tokens)) as room:
        assert find(room, wpa.index, Question(q="")).testimonies == known


def test_an_archivist_keeps_the_drafts(wpa: Archive) -> None:
    archivist = holding("registered", "staff")
    with reading(wpa.engine) as session:
        at = gate(session, archivist)
        kept = select(func.count()).select_from(Row).where(at.opens("keep", Row.id))
        assert session.scalar(kept) == 2451
        assert session.scalar(kept.where(~at.opens("existence", Row.id))) == 65


def test_an_archivist_of_one_collection_reads_the_others_as_registered(copied: Archive) -> None:
    keeper = account(copied.engine, "kansas@example.org", "archivist", "wpa-kansas")
    everywhere = holding("registered", "staff")
    with reading(copied.engine) as session:
        collections = list(session.scalars(select(Collection.public_id).order_by(Collection.public_id)))
    assert len(collections) == 18
    for collection in collections:
        as_if = everywhere if collection == "wpa-kansas" else holding("registered")
        assert figures(copied, keeper, collection) == figures(copied, as_if, collection), collection


def test_nothing_is_to_be_found_and_a_second_run_changes_nothing(copied: Archive) -> None:
    with reading(copied.engine) as session:
        assert list(findings(session, copied.vault, copied.index, clock.now())) == []
    before = copied.index.digest()
    assert counts(copied.bring_folder(data_folder() / "wpa")) == {"unchanged": 2534}
    assert copied.index.digest() == before


def test_one_byte_one_access_one_row(copied: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(data_folder() / "wpa", folder)
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    text = folder / rows[10]["transcripts"].split("|")[0]
    text.write_bytes(text.read_bytes() + b".")
    public = next(row for row in rows[20:] if row["access"] == "public" and not row["access_existence"])
    public["access"] = "registered"
    removed = rows.pop(40)
    (folder / "manifest.csv").write_bytes(table(rows))
    report = copied.bring_folder(folder)
    assert counts(report) == {"updated": 1, "narrowed": 1, "missing": 1, "unchanged": 2531}
    assert [told(report, result) for result in ("updated", "narrowed", "missing")] == [
        [(rows[10]["identifier"], "")], [(public["identifier"], "")], [(removed["identifier"], "identifier")]]
    assert figures(copied, holding()) == (2126, 1943)


def test_initials_hold_in_everything_that_is_served(wpa: Archive) -> None:
    get = getter(wpa)
    with (data_folder() / "wpa" / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["naming"] == "initial" and row["publish"] == "yes" and row["narrators"]
                and "public" in (row["access"], row["access_existence"]) and "public" in (row["access"], row["access_description"])]
    assert len(rows) > 40
    for row in rows:
        with wpa.room() as room:
            (shown,) = [person.shown for person in room.testimony(row["identifier"]).card.people if person.role == "narrator"]
        assert all(len(part) == 1 for part in shown.replace(".", " ").split()), shown
        assert_named(wpa, get, row, shown)
