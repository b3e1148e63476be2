from __future__ import annotations

import datetime
import json

import pytest

from archive_app.exchange.manifest import ManifestRow, read_row
from archive_app.exchange.restrictions import RestrictionRow
from archive_app.exchange.table import COLUMNS, read_table
from tests.factories.shared import data_folder

GOOD = {"identifier": "row-1", "title": "A row", "narrators": "Arden, Mira", "access": "public", "languages": "az;ru"}


def read(**cells: str) -> ManifestRow:
    row, problems = read_row(GOOD | cells)
    assert problems == [] and row is not None
    return row


def refused(**cells: str) -> list[str]:
    row, problems = read_row(GOOD | cells)
    assert row is None and problems and all(problem.reason for problem in problems)
    return [problem.field for problem in problems]


def test_a_row_with_every_column() -> None:
    row = read(
        collection="north",
        abstract=" About the mill. ",
        keywords="mill;bread\\; salt;a\\|b",
        date="1992-02-26",
        place="Bakı",
        narrators="Arden, Mira [az-Latn];One name",
        interviewers="Ink, Jo",
        narrator_role="witness",
        transcripts="a/b.vtt|az|verbatim;./c.txt|ru|translation",
        media="tape 1.mp3|Tape 1;tape2.mp3",
        access_audio="staff",
        access_identity="sealed",
        opens="2090-01-01",
        closes="2091-12-31",
        naming="pseudonym",
        pseudonym="The ferryman;The miller",
        consent_file="forms/1.pdf",
        consent_note="signed",
        consent_date="2020-05",
        consent_language="az",
        publish="Yes",
        restrictions="60000-90000|words|staff|a third person;seg 12-15|transcript+video|sealed|x\\|y",
    )
    assert row.identifier == "row-1" and row.collection == "north" and row.abstract == "About the mill."
    assert row.keywords == ("mill", "bread; salt", "a|b") and row.languages == ("az", "ru")
    assert row.narrators == (("Arden, Mira", "az-Latn"), ("One name", "")) and row.interviewers == (("Ink, Jo", ""),)
    assert row.transcripts == (("a/b.vtt", "az", "verbatim"), ("c.txt", "ru", "translation"))
    assert row.media == (("tape 1.mp3", "Tape 1"), ("tape2.mp3", ""))
    assert dict(row.access_by_layer) == {"audio": "staff", "identity": "sealed"}
    assert (row.opens, row.closes) == (datetime.date(2090, 1, 1), datetime.date(2091, 12, 31))
    assert row.naming == "pseudonym" and row.pseudonyms == ("The ferryman", "The miller")
    assert row.date is not None and row.consent_date is not None and row.publish is True
    assert (row.consent_file, row.consent_note, row.consent_language) == ("forms/1.pdf", "signed", "az")
    assert row.restrictions == (
        RestrictionRow(60_000, 90_000, None, None, frozenset(("words",)), "staff", "a third person"),
        RestrictionRow(None, None, 12, 15, frozenset(("words", "picture")), "sealed", "x|y"),
    )


def test_an_empty_row_says_nothing() -> None:
    for cells in ({}, dict.fromkeys(COLUMNS["manifest"], " ")):
        row, problems = read_row(cells)
        assert problems == [] and row is not None
        assert (row.identifier, row.access, row.publish, row.opens, row.date, row.naming) == ("", "", None, None, None, "real")
        assert not row.narrators and not row.transcripts and not row.restrictions


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("identifier", "Bad Identifier!"),
        ("identifier", "-ab"),
        ("identifier", "ab"),
        ("identifier", "a" * 65),
        ("identifier", "a/b"),
        ("identifier", "col-plain\n"[:-1] + "\u0661"),
        ("languages", "english"),
        ("languages", "az;english"),
        ("date", "spring of 92"),
        ("narrators", "Arden, Mira [english-xx]"),
        ("narrator_role", "hero"),
        ("transcripts", "a.txt"),
        ("transcripts", "a.txt|en"),
        ("transcripts", "a.txt|en|poem"),
        ("transcripts", "a.txt|english|verbatim"),
        ("transcripts", "|en|verbatim"),
        ("transcripts", "a.txt|en|verbatim|x"),
        ("transcripts", "../README.md|en|verbatim"),
        ("transcripts", "a/../../b.txt|en|verbatim"),
        ("transcripts", "/etc/passwd|en|verbatim"),
        ("transcripts", "..\\b.txt|en|verbatim"),
        ("transcripts", "C:\\b.txt|en|verbatim"),
        ("transcripts", "a\nb.txt|en|verbatim"),
        ("media", "../tape.mp3|x"),
        ("media", "|label"),
        ("media", "./|label"),
        ("media", "a|b|c"),
        ("access", "friends"),
        ("access", "Public"),
        ("access_transcript", "everybody"),
        ("opens", "2090"),
        ("opens", "2090-02-30"),
        ("closes", "01.02.2090"),
        ("naming", "nickname"),
        ("consent_file", "../form.pdf"),
        ("consent_date", "last year"),
        ("consent_language", "english"),
        ("publish", "perhaps"),
        ("restrictions", "60000-90000"),
        ("restrictions", "60000-90000|words"),
        ("restrictions", "90000-60000|words|staff|x"),
        ("restrictions", "0-0|words|staff|x"),
        ("restrictions", "one-two|words|staff|x"),
        ("restrictions", "seg 0-2|words|staff|x"),
        ("restrictions", "seg 3-2|words|staff|x"),
        ("restrictions", "0-1|identity|staff|x"),
        ("restrictions", "0-1|words|friends|x"),
        ("restrictions", "0-999999999999|words|staff|x"),
    ],
)
def test_what_cannot_be_meant_is_refused_on_its_column(column: str, cell: str) -> None:
    assert refused(**{column: cell}) == [column]


@pytest.mark.parametrize(
    ("narrators", "pseudonym", "fits"),
    [
        ("", "", False),
        ("", "One", True),
        ("Arden, Mira", "", False),
        ("A;B", "One", False),
        ("A;B", "One;Two", True),
        ("A", "One;Two", False),
    ],
)
def test_a_pseudonym_is_needed_for_each_narrator(narrators: str, pseudonym: str, fits: bool) -> None:
    row, problems = read_row(GOOD | {"narrators": narrators, "naming": "pseudonym", "pseudonym": pseudonym})
    assert [problem.field for problem in problems] == ([] if fits else ["pseudonym"])
    assert (row is not None) == fits


def test_a_pseudonym_without_a_naming_protects() -> None:
    assert read(pseudonym="The ferryman").naming == "pseudonym"
    assert read(pseudonym="The ferryman", naming="real").naming == "real"


def test_a_restriction_that_does_not_say_what_withholds_words_and_picture() -> None:
    (restriction,) = read(restrictions="0-1000||staff").restrictions
    assert restriction.what == {"words", "picture"} and restriction.reason == ""


def test_every_problem_is_told_in_the_order_of_the_columns() -> None:
    assert refused(restrictions="x", access="friends", identifier="X", transcripts="a.txt|en|poem;b.txt|en|song") == [
        "identifier",
        "transcripts",
        "transcripts",
        "access",
        "restrictions",
    ]


def test_the_shared_manifests_are_read_and_what_is_wrong_is_refused_on_its_column() -> None:
    folder = data_folder()
    for name in ("wpa", "timed", "mixed"):
        for row in read_table("manifest.csv", (folder / name / "manifest.csv").read_bytes()).rows:
            assert read_row(row.values)[1] == [], row
    expected = json.loads((folder / "columns" / "expected.json").read_text())["refused"]
    files_and_what_is_kept = {"col-missing-file", "col-encoding", "col-too-long", "col-backward", "col-zero"}
    found = {}
    for row in read_table("manifest.csv", (folder / "columns" / "manifest.csv").read_bytes()).rows:
        problems = read_row(row.values)[1]
        if problems:
            found[row.values["identifier"]] = problems[0].field
    assert found == {
        name: column for name, column in expected.items() if "(second)" not in name and name not in files_and_what_is_kept
    }
