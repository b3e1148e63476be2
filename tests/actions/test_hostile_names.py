"""Hostile names of files in tables: each refused with a sentence that names row and column, and no name of a file is shown to readers."""

from __future__ import annotations

import hashlib
import html
import json
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive_app.actions import preparing
from archive_app.actions.reporting import RowReport
from tests.factories.archives import Archive
from tests.factories.hostile_files import Hostile, hostile_files
from tests.factories.hostile_names import REFUSED_NAMES, UNUSED_NAMES, not_files
from tests.factories.plain_files import plain_files
from tests.promises import sounds

STATED = {label: name for label, name, _ in REFUSED_NAMES}
UNSTATABLE = {"surrogate", "null"}
"""A table is UTF-8 without zero bytes: one that is not is refused as a whole."""
SEEN_OTHERWISE = {"override", "isolate", "invisible", "con", "nul", "com", "lpt", "long", "long-armenian"}
COLUMNS = {"media": "{}", "transcripts": "{}|en|verbatim", "consent_file": "{}"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are what this is about: that bytes are decoded is tested where it is done."""
    monkeypatch.setattr(preparing, "probe", sounds.probe)


@pytest.fixture
def outside(archive: Archive) -> Path:
    """A folder beside the one that is imported, with a file that nobody gave us."""
    path = archive.folder / "outside"
    path.mkdir()
    (path / "secret.wav").write_bytes(b"not for this archive" + plain_files()["wav"])
    return path


def cell(name: str) -> str:
    return name.replace(";", "\\;").replace("|", "\\|")


def refused(rows: list[RowReport]) -> dict[str, tuple[int, str, str]]:
    return {row.identifier: (row.row, row.column, row.message) for row in rows if row.result == "refused"}


def assert_fit_to_be_shown(sentence: str) -> None:
    assert 10 < len(sentence) < 300
    assert not [letter for letter in sentence if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def assert_nothing_was_taken(archive: Archive, outside: Path) -> None:
    assert hashlib.sha256((outside / "secret.wav").read_bytes()).hexdigest() not in set(archive.vault.digests())


@pytest.mark.parametrize("column", COLUMNS)
def test_a_name_that_leads_elsewhere_is_refused_in_its_row_and_column(archive: Archive, outside: Path, column: str) -> None:
    stated = [label for label in STATED if label not in UNSTATABLE and STATED[label].strip()]
    report = archive.bring(*({"identifier": f"told-{label}", "title": "Told", column: COLUMNS[column].format(cell(STATED[label]))}
                             for label in stated), settled=False)
    found = refused(report.rows)
    assert [found[f"told-{label}"][:2] for label in stated] == [(number, column) for number in range(1, len(stated) + 1)]
    assert len(stated) == 21
    for _, _, sentence in found.values():
        assert_fit_to_be_shown(sentence)
    assert list(archive.vault.digests()) == []


def test_the_file_of_a_source_is_held_to_the_same(archive: Archive, outside: Path) -> None:
    stated = [label for label in STATED if label not in UNSTATABLE and STATED[label].strip()]
    report = archive.bring(sources=[{"identifier": f"source-{label}", "title": "A source", "file": STATED[label]} for label in stated],
                           settled=False)
    found = refused(report.rows)
    assert {found[f"source-{label}"][1] for label in stated} == {"file"} and len(found) == len(stated)
    for _, _, sentence in found.values():
        assert_fit_to_be_shown(sentence)
    assert list(archive.vault.digests()) == []


@pytest.mark.parametrize("label", ["nothing", "blank"])
@pytest.mark.parametrize(("column", "form"), [("media", "{}|Tape"), ("transcripts", "{}|en|verbatim")])
def test_no_name_at_all_is_refused_where_one_is_needed(archive: Archive, label: str, column: str, form: str) -> None:
    report = archive.bring({"identifier": "told-one", "title": "Told", column: form.format(STATED[label])}, settled=False)
    assert refused(report.rows)["told-one"][:2] == (1, column)


@pytest.mark.parametrize("label", sorted(UNSTATABLE))
def test_what_is_no_text_refuses_the_table(archive: Archive, label: str) -> None:
    name = STATED[label].encode(errors="surrogateescape")
    archive.write("manifest.csv", b"identifier,collection,title,access,media\ntold-one,valley,Told,public," + name + b"\n")
    [row] = archive.bring_folder(archive.incoming, settled=False).rows
    assert (row.result, row.column) == ("refused", "table") and "byte" in row.message
    assert_fit_to_be_shown(row.message)


def test_what_is_no_file_of_the_folder_is_refused(archive: Archive, outside: Path) -> None:
    """Links that lead out, folders, pipes, devices, sockets."""
    names = dict(not_files(archive.incoming, outside))
    report = archive.bring(*({"identifier": f"told-{number}", "title": "Told", "media": name} for number, name in enumerate(names)),
                           settled=False)
    found = refused(report.rows)
    assert [found[f"told-{number}"][:2] for number in range(len(names))] == [(number, "media") for number in range(1, len(names) + 1)]
    assert len(names) >= 9
    for _, _, sentence in found.values():
        assert_fit_to_be_shown(sentence)
    assert_nothing_was_taken(archive, outside)


def test_a_link_to_a_file_of_the_folder_is_that_file(archive: Archive) -> None:
    archive.write("tapes/one.wav", plain_files()["wav"])
    (archive.incoming / "link.wav").symlink_to("tapes/one.wav")
    assert not archive.bring({"identifier": "told-one", "title": "Told", "media": "link.wav"}, settled=False).refused


def _lies(folder: Path, name: str) -> bool:
    try:
        (folder / name.strip()).write_bytes(plain_files()["wav"] + name.encode())
    except OSError:  # longer than this file system takes
        return False
    return True


def test_odd_names_are_refused_or_never_shown(archive: Archive) -> None:
    """Each file is there under its name. What another eye or system would read otherwise is refused; the rest is taken, and no reader is
    told its name in any form, nor in a header."""
    there = [label for label, name, _ in UNUSED_NAMES if _lies(archive.incoming, name)]
    report = archive.bring(*({"identifier": f"told-{label}", "title": "Told", "media": cell(name), "transcripts": ""}
                             for label, name, _ in UNUSED_NAMES))
    archive_rows = refused(report.rows)
    assert set(archive_rows) == {f"told-{label}" for label in SEEN_OTHERWISE}
    assert all(column == "media" for _, column, _ in archive_rows.values())
    for _, _, sentence in archive_rows.values():
        assert_fit_to_be_shown(sentence)
    taken = {label: name for label, name, _ in UNUSED_NAMES if label not in SEEN_OTHERWISE}
    assert set(taken) <= set(there) and len(taken) >= 14
    for path, said in _readers_see(archive, taken):
        assert ".wav" not in said and ".htaccess" not in said, path
        assert not [name for name in taken.values() for form in (name, html.escape(name), json.dumps(name)[1:-1]) if form in said], path


def _readers_see(archive: Archive, taken: dict[str, str]) -> Iterator[tuple[str, str]]:
    with archive.app().test_client() as client:
        for path in ("/testimonies", "/testimonies.json", *(f"/testimonies/told-{label}{end}" for label in taken for end in ("", ".json"))):
            with closing(client.get(path)) as answer:
                assert answer.status_code == 200
                yield path, str(answer.headers) + answer.get_data(as_text=True)


def test_the_two_lists_hold_every_hostile_name(tmp_path: Path) -> None:
    named: list[Hostile] = [each for each in hostile_files(tmp_path / "files") if each.kind == "name"]
    assert {each.stated_name for each in named} == {name for _, name, _ in (*REFUSED_NAMES, *UNUSED_NAMES)}
    assert len(named) >= 24


# Names that are one name on another system


def test_two_rows_that_name_one_file_elsewhere_are_told_of_each_other(archive: Archive) -> None:
    for name in ("Tape.wav", "tape.wav"):
        archive.write(name, plain_files()["wav"] + name.encode())
    report = archive.bring({"identifier": "told-one", "title": "One", "media": "Tape.wav"}, {"identifier": "told-two", "title": "Two", "media": "tape.wav"},
                           settled=False)
    found = refused(report.rows)
    assert found["told-two"][:2] == (2, "media") and "'Tape.wav' stands in row 1 of manifest.csv" in found["told-two"][2]
    assert set(found) == {"told-two"}


def test_two_rows_may_name_the_same_file(archive: Archive) -> None:
    archive.write("form.pdf", "signed")
    report = archive.bring(*({"identifier": f"told-{n}", "title": "Told", "consent_file": "form.pdf"} for n in (1, 2)), settled=False)
    assert not report.refused


@pytest.mark.parametrize(("there", "stated"), [("cafe\u0301.wav", "caf\u00e9.wav"), ("Tape.WAV", "tape.wav")])
def test_a_name_that_is_nearly_there_is_told(archive: Archive, there: str, stated: str) -> None:
    archive.write(there, plain_files()["wav"])
    report = archive.bring({"identifier": "told-one", "title": "One", "media": stated}, settled=False)
    row, column, sentence = refused(report.rows)["told-one"]
    assert (row, column) == (1, "media") and "letter by letter" in sentence and repr(there) in sentence
