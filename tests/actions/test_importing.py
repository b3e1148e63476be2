"""Import, row by row: what the outward contract says of tables, identifiers, reports, repeated runs and changed files."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive_app.access.desk import Desk
from archive_app.access.reading_room import Narrowing
from archive_app.actions import linking, transcribing
from archive_app.actions.change import operator
from archive_app.actions.importing import import_path
from archive_app.actions.parts import GIVEN_BEFORE
from archive_app.actions.preparing import Options
from archive_app.actions.transcribing import Approval, Given
from archive_app.errors import Invalid, NotFound
from archive_app.records.base import reading
from archive_app.records.consent import Evidence, Statement
from archive_app.records.transcripts import Segment, TranscriptVersion
from tests.actions.asking import account, counts, read_by, told
from tests.factories.archives import Archive
from tests.factories.uploads import tone

WORDS = "The bell rang twice.\n\nNobody on the quay looked up.\n\nThen the water came.\n"
ROW = {"identifier": "the-bell", "title": "The bell", "languages": "en", "transcripts": "bell.txt|en|verbatim"}


@pytest.fixture
def bell(archive: Archive) -> Archive:
    """An archive with the words of one testimony among what is imported, and nothing taken in."""
    archive.write("bell.txt", WORDS)
    return archive


def everything(archive: Archive) -> tuple[str, list[str]]:
    """(digest of every row of every table, every file below vault and index)."""
    with reading(archive.engine) as session:
        tables = sorted(session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
        rows = {name: session.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}
    files = [path for folder in ("media", "search_index") for path in (archive.folder / folder).rglob("*")]
    return hashlib.sha256(repr(rows).encode()).hexdigest(), sorted(f"{path} {path.stat().st_mtime_ns}" for path in files)


def test_the_second_run_changes_nothing(bell: Archive) -> None:
    assert counts(bell.bring(ROW)) == {"created": 1}
    before = bell.index.digest()
    with reading(bell.engine) as session:
        entries = session.scalar(text("SELECT count(*) FROM audit_entries"))
    assert counts(bell.bring(ROW)) == {"unchanged": 1}
    with reading(bell.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM audit_entries")) == entries
    assert bell.index.digest() == before


def test_a_dry_run_writes_nothing_and_reports_the_same(sqlite_archive: Archive) -> None:
    archive = sqlite_archive
    archive.write("bell.txt", WORDS)
    archive.write("board.pdf", b"%PDF-1.7 invented")
    rows = (ROW, {"identifier": "the-door", "title": "The door", "date": "spring"}, {"identifier": "the-lamp", "access": ""})
    tables = {"sources": [{"identifier": "the-board", "title": "Notice", "file": "board.pdf"}],
              "places": [{"identifier": "the-quay", "names": "Quay|en|"}], "events": [{"identifier": "the-flood", "names": "Flood|en|"}],
              "statements": [{"identifier": "st-one", "source": "the-board", "event": "the-flood", "asserts": "count", "value_min": "7"},
                             {"identifier": "st-two", "source": "nobodys", "asserts": "count", "value_min": "7"}]}
    database = archive.folder / "archive.sqlite3"
    before, bytes_before = everything(archive), database.read_bytes()
    dry = archive.bring(*rows, options=Options(dry_run=True), settled=False, **tables)
    assert everything(archive) == before and database.read_bytes() == bytes_before
    assert not list((archive.folder / "media").rglob("*"))
    real = archive.bring(*rows, **tables)
    assert [(row.row, row.identifier, row.result, row.column) for row in dry.rows] == [
        (row.row, row.identifier, row.result, row.column) for row in real.rows]
    again = everything(archive)
    archive.write("bell.txt", WORDS + "And it was quiet.\n")
    assert counts(archive.bring(*rows, options=Options(dry_run=True), settled=False, **tables))["updated"] == 1
    assert everything(archive) == again


def test_a_refused_row_leaves_neither_rows_nor_bytes(bell: Archive) -> None:
    bell.write("backward.vtt", "WEBVTT\n\n00:10.000 --> 00:12.000\nOne\n\n00:01.000 --> 00:02.000\nTwo\n")
    report = bell.bring({**ROW, "transcripts": "bell.txt|en|verbatim;backward.vtt|ru|translation", "place": "Low Ombrel",
                         "narrators": "Vellan, Hesta"})
    assert told(report, "refused") == [("the-bell", "transcripts")]
    assert not list(bell.vault.digests())
    with reading(bell.engine) as session:
        for table in ("testimonies", "people", "places", "units", "collections", "stored_objects", "jobs", "audit_entries"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table


def test_a_refused_update_leaves_no_bytes(bell: Archive) -> None:
    bell.bring({**ROW, "access": "staff"})
    before = list(bell.vault.digests())
    bell.write("bell.txt", "Other words.\n")
    assert told(bell.bring({**ROW, "access": "public"}), "refused") == [("the-bell", "access")]
    assert list(bell.vault.digests()) == before
    assert read_by(bell, "the-bell", "archivist").startswith("The bell rang twice.")


def test_a_file_that_changes_while_it_is_read_is_refused(bell: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive_app.actions import preparing

    read = preparing.parse_transcript

    def slowly(name: str, data: bytes) -> object:
        bell.write("bell.txt", "Written meanwhile.\n")
        return read(name, data)

    monkeypatch.setattr(preparing, "parse_transcript", slowly)
    assert told(bell.bring(ROW), "refused") == [("the-bell", "transcripts")]


def test_a_row_without_identifier_is_remembered_under_collection_and_file(bell: Archive) -> None:
    row = {key: value for key, value in ROW.items() if key != "identifier"}
    first = bell.bring(row)
    public_id = first.rows[0].identifier
    assert counts(first) == {"created": 1} and len(public_id) >= 20
    assert counts(bell.bring(row)) == {"unchanged": 1}
    renamed = bell.bring({**row, "title": "The bell on the quay"})
    assert counts(renamed) == {"updated": 1} and renamed.rows[0].identifier == public_id
    elsewhere = bell.bring(row, {**row, "collection": "hills"})
    assert counts(elsewhere) == {"updated": 1, "created": 1}
    assert elsewhere.rows[1].identifier not in ("", public_id)


def test_an_identifier_twice_in_one_run_is_refused_and_names_the_first(bell: Archive) -> None:
    report = bell.bring(ROW, {**ROW, "title": "Another"})
    assert told(report, "refused") == [("the-bell", "identifier")]
    assert "row 1 of manifest.csv" in next(row.message for row in report.rows if row.result == "refused")
    with bell.room() as room:
        assert room.testimony("the-bell").card.title == "The bell"


def test_a_folder_of_folders_is_one_run(bell: Archive) -> None:
    for folder in ("east", "west"):
        bell.write(f"{folder}/bell.txt", f"Words from the {folder}.\n")
        bell.write(f"{folder}/manifest.csv", "identifier,collection,title,transcripts,access,place,publish\n"
                   f"from-{folder},valley,From the {folder},bell.txt|en|verbatim,public,Low Ombrel,yes\n"
                   "in-both,valley,In both,bell.txt|en|verbatim,public,,yes\n")
    bell.write("west/places.csv", "identifier,names\nlow-ombrel,Low Ombrel|en|;Լօу|hy|\n")
    report = bell.bring_folder(bell.incoming)
    assert counts(report) == {"created": 4, "refused": 1}
    refused = next(row for row in report.rows if row.result == "refused")
    assert (refused.file, refused.row, "row 2 of east/manifest.csv" in refused.message) == ("west/manifest.csv", 2, True)
    assert counts(bell.bring_folder(bell.incoming)) == {"unchanged": 4, "refused": 1}
    with bell.room() as room:
        assert [place.id for place in room.places().items] == ["low-ombrel"]


def test_one_table_alone_is_imported(bell: Archive) -> None:
    path = bell.write("people.csv", "identifier,names,access\nhesta-vellan,\"Vellan, Hesta|en|\",public\n")
    assert counts(bell.bring_folder(path)) == {"created": 1}


def test_a_folder_without_tables_is_invalid(archive: Archive) -> None:
    archive.write("notes.txt", "nothing here")
    with pytest.raises(Invalid) as refused:
        archive.bring_folder(archive.incoming)
    assert refused.value.field == "path"


def test_a_vanished_row_is_reported_and_kept(bell: Archive) -> None:
    other = {"identifier": "the-door", "title": "The door"}
    bell.bring(ROW, other)
    report = bell.bring(ROW)
    assert counts(report) == {"unchanged": 1, "missing": 1} and told(report, "missing") == [("the-door", "identifier")]
    with bell.room() as room:
        assert room.testimony("the-door").card.title == "The door"
    assert counts(bell.bring(ROW, {**other, "date": "spring of 92"})) == {"unchanged": 1, "refused": 1}, "refused is not vanished"


def test_a_changed_text_is_a_new_version_and_the_old_one_is_kept(bell: Archive) -> None:
    bell.bring(ROW)
    kept = list(bell.vault.digests())
    bell.write("bell.txt", WORDS.replace("twice", "three times"))
    assert counts(bell.bring(ROW)) == {"updated": 1}
    assert "three times" in read_by(bell, "the-bell") and "twice" not in read_by(bell, "the-bell")
    with reading(bell.engine) as session:
        first, second = session.scalars(select(TranscriptVersion).order_by(TranscriptVersion.number))
        old = session.scalars(select(Segment.text).where(Segment.version_id == first.id, Segment.ordinal == 1)).one()
        assert (second.number, second.previous_id, old) == (2, first.id, "The bell rang twice.")
    assert set(kept) < set(bell.vault.digests())


def test_a_new_transcript_and_a_dropped_one(bell: Archive) -> None:
    bell.bring(ROW)
    bell.write("bell.ru.txt", "Колокол ударил дважды.\n")
    both = {**ROW, "transcripts": f"{ROW['transcripts']};bell.ru.txt|ru|translation"}
    report = bell.bring(both)
    assert counts(report) == {"updated": 1, "warnings": 1} and told(report, "warning") == [("the-bell", "transcripts")]
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "archivist", n=2)
    bell.publish("the-bell")
    assert read_by(bell, "the-bell", n=2) == "Колокол ударил дважды."
    dropped = bell.bring(ROW)
    assert told(dropped, "warning") == [("the-bell", "transcripts")] and counts(dropped) == {"unchanged": 1, "warnings": 1}
    assert read_by(bell, "the-bell", n=2) == "Колокол ударил дважды."


@pytest.mark.parametrize(("header", "column", "hint"), [
    ("identifier,colection,title", "colection", "collection"), ("identifier,title,title", "title", "twice"),
    ("identifier,notes,title", "notes", "notes")])
def test_unknown_columns_are_refused_by_name(archive: Archive, header: str, column: str, hint: str) -> None:
    archive.write("manifest.csv", f"{header}\na-b,c,d\n")
    report = archive.bring_folder(archive.incoming)
    (row,) = report.rows
    assert (row.row, row.result, row.column) == (0, "refused", column) and hint in row.message


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbfidentifier,collection,title,access,publish\r\nthe-bell,valley,\"The \"\"bell\"\", twice\r\nand again\",public,yes\r\n",
    b"identifier,collection,title,access,publish\nthe-bell,valley,\"The \"\"bell\"\", twice\r\nand again\",public,yes"])
def test_byte_order_mark_line_ends_and_quotes(archive: Archive, data: bytes) -> None:
    archive.write("manifest.csv", data)
    assert counts(archive.bring_folder(archive.incoming)) == {"created": 1}
    with archive.room() as room:
        assert room.testimony("the-bell").card.title.split() == ['The', '"bell",', "twice", "and", "again"]


def test_separators_can_be_meant_literally(archive: Archive) -> None:
    archive.write("a;b|c.txt", "Words.\n")
    archive.bring({"identifier": "the-bell", "keywords": r"sea\; salt;rope\|ring", "transcripts": r"a\;b\|c.txt|en|verbatim",
                   "narrators": r"Calvorn\; Ressa"})
    with archive.room() as room:
        found = room.testimony("the-bell")
        assert found.keywords == ("sea; salt", "rope|ring")
        assert [person.shown for person in found.card.people] == ["Calvorn; Ressa"]
        assert read_by(archive, "the-bell") == "Words."


def test_identifiers_that_count_are_hinted_at_once(archive: Archive) -> None:
    numbered = [{"identifier": f"tape-{n:03}", "title": f"Tape {n}"} for n in range(1, 8)]
    report = archive.bring(*numbered)
    hints = [row for row in report.rows if row.result == "warning"]
    assert counts(report) == {"created": 7, "warnings": 1} and told(report, "warning") == [("", "identifier")]
    assert hints[0].row == 0 and "tape-" in hints[0].message
    assert counts(archive.bring(*numbered)) == {"unchanged": 7}


def test_identifiers_that_do_not_count_are_not_hinted_at(archive: Archive) -> None:
    words = [{"identifier": name} for name in ("bell-rope", "net-poles", "ferry-1992", "ferry-2011", "dam-1954", "tape-7", "x-12")]
    assert counts(archive.bring(*words)) == {"created": 7}


def test_flags_are_defaults_for_rows_that_say_nothing(bell: Archive) -> None:
    manifest = bell.write("manifest.csv", "identifier,collection,access,publish,consent_note\nsays-all,valley,staff,no,a form\nsays-nothing,,,,\n")
    options = Options(collection="hills", access="public", publish=True, evidence="letter of the board, 2041")
    assert counts(bell.bring_folder(manifest, options=options)) == {"created": 2}
    with bell.room() as room:
        assert [card.id for card in room.testimonies(Narrowing()).items] == ["says-nothing"]
        assert room.testimony("says-nothing").card.collection.id == "hills"
    with reading(bell.engine) as session:
        notes = {session.get_one(Evidence, each.evidence_id).note for each in session.scalars(select(Statement)) if each.evidence_id}
    assert notes == {"a form", "letter of the board, 2041"}


def test_a_row_without_a_collection_is_refused(archive: Archive) -> None:
    assert told(archive.bring({"identifier": "the-bell", "collection": ""}), "refused") == [("the-bell", "collection")]


def test_an_archivist_of_one_collection_imports_into_that_one_only(bell: Archive) -> None:
    bell.bring(ROW, {"identifier": "the-hill", "collection": "hills", "title": "The hill"})
    actor = account(bell.engine, "keeper@example.org", "archivist", "valley")
    manifest = bell.write("more.csv", "identifier,collection,title,access\nthe-lamp,valley,The lamp,public\n"
                          "the-hill,hills,The hill renamed,public\nthe-peak,hills,The peak,public\nthe-sea,coast,The sea,public\n"
                          "the-hill-2,valley,Another,public\n")
    report = import_path(bell.engine, bell.vault, actor, manifest, Options())
    assert told(report, "created") == [("the-lamp", ""), ("the-hill-2", "")]
    assert [(row.identifier, row.column) for row in report.rows if row.result == "refused"] == [
        ("the-hill", "collection"), ("the-peak", "collection"), ("the-sea", "collection")]
    assert len({row.message for row in report.rows if row.result == "refused"}) == 1, "the same words for what is there and what is not"
    messages = {row.message for row in report.rows if row.identifier in ("the-peak", "the-sea")}
    assert len(messages) == 1, "whether a collection exists is not told"


@pytest.mark.parametrize("role", ["researcher", "admin"])
def test_who_may_not_import_imports_nothing(bell: Archive, role: str) -> None:
    actor = account(bell.engine, "reader@example.org", role)
    manifest: Path = bell.write("manifest.csv", "identifier,collection,access\nthe-bell,valley,public\n")
    assert counts(import_path(bell.engine, bell.vault, actor, manifest, Options())) == {"refused": 1}


def test_a_known_testimony_does_not_change_its_collection(bell: Archive) -> None:
    bell.bring(ROW)
    assert told(bell.bring({**ROW, "collection": "hills"}), "refused") == [("the-bell", "collection")]


def test_what_a_later_table_does_not_say_stays(archive: Archive) -> None:
    """A table of ids and titles alone took abstracts, keywords, dates, places and interviewers away, without a word."""
    whole = {"identifier": "the-bell", "title": "The bell", "abstract": "Of the bell.", "keywords": "bell;sea", "languages": "en",
             "date": "1991", "place": "Low Tessen", "narrators": "Vellan, Hesta;Keth, Dovan", "interviewers": "Orr, Sel",
             "narrator_role": "witness"}
    archive.bring(whole)
    report = archive.bring({"identifier": "the-bell", "title": "The bell, again", "abstract": ""})
    assert counts(report) == {"updated": 1}
    with reading(archive.engine) as session:
        (line,) = Desk(session, operator()).catalogue()
    assert (line.title, line.abstract, line.keywords, line.date, line.place) == (
        "The bell, again", "Of the bell.", ("bell", "sea"), "1991", "Low Tessen")
    assert line.narrators == (("Vellan, Hesta", ""), ("Keth, Dovan", "")) and line.interviewers == (("Orr, Sel", ""),)
    assert (line.languages, line.narrator_role) == (("en",), "witness")
    with archive.room() as room:
        assert room.testimonies(Narrowing(decade="1990")).total == 1, "the years that it is found by"


def test_whoever_was_linked_at_the_desk_stays_when_a_table_comes_again(archive: Archive) -> None:
    """The table took interviewers and places away that it had not named, and made those whom it names somebody else."""
    row = {"identifier": "the-bell", "title": "The bell", "interviewers": "Moll, Ida", "place": "Low Tessen"}
    archive.bring(row, people=[{"identifier": "dovan", "names": "Keth, Dovan|en|"}], places=[{"identifier": "mill", "names": "The mill|en|"}])
    linking.link_person(archive.engine, operator(), "the-bell", "dovan", "interviewer")
    linking.link_place(archive.engine, operator(), "the-bell", "mill")

    def linked() -> list[tuple[str, str]]:
        with reading(archive.engine) as session:
            return [(each.id, each.names[0].text) for each in Desk(session, operator()).links("the-bell") if each.role != "narrator"]

    before = linked()
    report = archive.bring({**row, "title": "The bells"})
    assert linked() == before and told(report, "warning") == [("the-bell", "interviewers")]
    archive.bring({**row, "interviewers": "Moll, Ida;Orr, Sel", "place": "High Tessen"})
    assert [name for _, name in linked()] == ["Moll, Ida", "Keth, Dovan", "Orr, Sel", "High Tessen", "The mill"]
    assert linked()[:2] == before[:2]


def test_a_table_without_files_tells_nothing_of_them_and_one_that_dropped_them_does(bell: Archive) -> None:
    """In both everything that is on record stays."""
    bell.write("bell.wav", tone(4.0))
    bell.write("bell.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nThe bell rang twice.\n\n00:02.000 --> 00:04.000\nNobody looked up.\n")
    files = {"media": "bell.wav|Tape", "transcripts": "bell.vtt|en|verbatim", "restrictions": "2000-4000|words|sealed"}
    bell.bring({**ROW, **files})
    without = {"identifier": "the-bell", "title": "The bell, again"}
    report = bell.bring(without)
    assert told(report, "warning") == [] and counts(report) == {"updated": 1}
    assert sorted(told(bell.bring({**without, "title": "The bell", **dict.fromkeys(files, "")}), "warning")) == [
        ("the-bell", column) for column in ("media", "restrictions", "transcripts")]
    assert "Nobody" not in read_by(bell, "the-bell") and "rang twice" in read_by(bell, "the-bell")
    with reading(bell.engine) as session:
        assert len(Desk(session, operator()).recordings("the-bell")) == 1


def test_a_table_brings_no_words_back_that_were_replaced_at_the_desk(archive: Archive) -> None:
    row = {"identifier": "replaced", "title": "Words", "transcripts": "words.txt|en|verbatim"}
    archive.write("words.txt", "one\n\ntwo")
    archive.bring(row)
    given = Given("words.txt", b"one\n\nleft out", lambda data: archive.vault.keep(io.BytesIO(data)))
    transcribing.replace_words(archive.engine, operator(), "replaced", 1, given, Approval(), 1)
    report = archive.bring({**row, "abstract": "Two words"})
    assert read_by(archive, "replaced") == "one / left out" and GIVEN_BEFORE in [each.message for each in report.rows]
    archive.write("words.txt", "one\n\nthree")
    archive.bring(row)
    assert read_by(archive, "replaced") == "one / three", "a file that is new is taken in"
