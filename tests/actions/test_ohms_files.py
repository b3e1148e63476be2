"""OHMS files taken in: by themselves, in folders, in rows of a manifest; brought up to date; refused whole."""

from __future__ import annotations

import io
import shutil
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from archive_app.access import kept, readings
from archive_app.access.readings import Link
from archive_app.access.terms import LAYERS
from archive_app.actions import linking
from archive_app.actions.change import operator
from archive_app.actions.preparing import Options
from archive_app.actions.reporting import Report
from archive_app.actions.verifying import findings
from archive_app.records import testimonies
from archive_app.records.base import open_engine, reading, writing
from archive_app.records.transcripts import TranscriptVersion
from tests.actions.asking import counts, read_by, told
from tests.factories.archives import Archive
from tests.factories.ohms import FILE_54, FILE_60, ohms
from tests.factories.shared import data_folder

OPEN = Options(collection="valley", access="public", publish=True)
ONLY_INDEX = ohms("<index><point><time>3</time><title>The quay</title></point></index>")


def take(archive: Archive, options: Options = OPEN) -> Report:
    """Import everything that was written."""
    return archive.bring_folder(archive.incoming, options=options)


def ids(archive: Archive, report: Report) -> dict[str, str]:
    """File -> public id of every testimony that came in."""
    return {row.file: row.identifier for row in report.rows if row.result == "created"}


def silence(seconds: int) -> bytes:
    """A recording of so many seconds."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(100)
        file.writeframes(b"\x80" * 100 * seconds)
    return out.getvalue()


def warned(report: Report, file: str = "") -> list[str]:
    return [row.message for row in report.rows if row.result == "warning" and file in row.file]


def whole(archive: Archive, public_id: str, who: str = "anonymous") -> tuple[readings.Testimony, tuple[readings.Transcript, ...]]:
    """A testimony with its transcripts."""
    with archive.room(who) as room:
        found = room.testimony(public_id)
        return found, tuple(room.transcript(public_id, head.n) for head in found.transcripts)


# What comes in


def test_places_that_were_linked_at_the_desk_stay_when_the_file_comes_again(archive: Archive) -> None:
    """No field of such a file tells of a place."""
    archive.write("quay.xml", ONLY_INDEX)
    (id,) = ids(archive, take(archive)).values()
    archive.bring(places=[{"identifier": "quay", "names": "The quay|en|"}])
    (archive.incoming / "places.csv").unlink()
    linking.link_place(archive.engine, operator(), id, "quay")
    archive.write("quay.xml", ohms("<index><point><time>3</time><title>The old quay</title></point></index>"))
    assert counts(take(archive))["updated"] == 1
    with archive.room() as room:
        assert [place.id for place in room.testimony(id).card.places] == ["quay"]


def test_a_file_is_a_testimony_with_words_notes_and_index(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    report = take(archive)
    assert counts(report) == {"created": 1, "warnings": 2}
    found, (english, russian) = whole(archive, ids(archive, report)["bell.xml"])
    assert (found.card.title, found.card.date, found.card.languages) == ("The bell rope & the quay", "1991-05-14", ("en", "ru"))
    assert [(each.shown, each.role) for each in found.card.people] == [
        ("Hesta Vellan", "narrator"), ("Davin Vellan", "narrator"), ("Ressa Calvorn", "interviewer")]
    assert found.keywords == ("rope", "bell", "Bells", "Ferries")
    assert [(each.head.language, each.head.kind, len(each.blocks)) for each in (english, russian)] == [("en", "verbatim", 9), ("ru", "translation", 4)]
    assert [(note.n, note.text, note.links, note.places) for note in english.notes] == [
        (1, "The bell of Low Ombrel is known from two drawings.", ("https://bells.example/low-ombrel",), ((3, 19, 19),)),
        (2, "The ferry ran until 1954 & not later.", (), ((5, 57, 57),))]
    assert [(point.start_ms, point.title, point.language) for point in found.index_points] == [
        (0, "The bell", "en"), (0, "Колокол", "ru"), (240_000, "The father", "en")]
    bell, kolokol, _ = found.index_points
    assert (bell.subjects, bell.excerpt) == (("Bells--Low Ombrel", "Ferries"), "I will begin with the bell,\nbecause everybody asks")
    assert [(at.latitude, at.longitude, at.text, at.zoom) for at in bell.places] == [(-48.86, -123.38, "Low Ombrel", 14), (-48.811, -123.302, "Tessen", None)]
    assert bell.links == (Link("https://bells.example/", "Bells & ropes"), Link("https://ferries.example/", ""))
    assert kolokol.links == (Link("https://bells.example/", "Колокола"),)


def test_the_last_words_end_where_the_file_says_that_the_recording_does(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    found, (english, _) = whole(archive, ids(archive, take(archive))["bell.xml"])
    assert (english.blocks[-1].start_ms, english.blocks[-1].end_ms) == (240_000, 330_000)


def test_what_has_no_place_of_its_own_is_kept_and_read_by_nobody(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    public_id = ids(archive, take(archive))["bell.xml"]
    with reading(archive.engine) as session:
        row = testimonies.by_public_id(session, public_id)
        assert row is not None and row.accession == "ombrel-0014" and row.object_digest
        assert (row.told["series_name"], row.told["rights"], row.told["user_notes"]) == ("Quays", "Ask the family.", "Loud river.")
        with archive.vault.open(row.object_digest) as stream:
            assert stream.read() == FILE_54
    pages = [archive.app().test_client().get(f"/testimonies/{public_id}{twin}").text for twin in ("", ".json", "/ohms.xml")]
    assert not any(secret in page for page in pages for secret in ("ombrel-0014", "Ask the family", "Loud river", "Nobody paid"))


def test_an_index_alone_is_a_testimony_and_two_of_them_are_two(archive: Archive) -> None:
    archive.write("one.xml", ONLY_INDEX)
    archive.write("two.xml", ONLY_INDEX)
    report = take(archive)
    assert counts(report) == {"created": 2}
    for public_id in ids(archive, report).values():
        found, transcripts = whole(archive, public_id)
        assert transcripts == () and [point.title for point in found.index_points] == ["The quay"]
    with reading(archive.engine) as session:
        assert not list(findings(session, archive.vault, archive.index, 0))
    assert counts(take(archive)) == {"unchanged": 2}


def test_the_recording_beside_it_comes_in_and_is_not_told_to_be_left_out(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54.replace(b"bell-rope.mp3", b"bell.wav"))
    archive.write("bell.wav", silence(331))
    archive.write("notes.txt", "Somebody's notes.")
    archive.write("readme.doc", "Not ours.")
    report = take(archive)
    found, (english, _) = whole(archive, ids(archive, report)["bell.xml"])
    assert [each.duration_ms for each in found.recordings] == [331_000] and english.blocks[-1].end_ms == 331_000
    assert {row.file: row.message.partition(":")[0] for row in report.rows if row.result == "ignored"} == {
        "notes.txt": "a transcript by itself says nothing of who told it", "readme.doc": "neither OHMS nor a table"}
    assert counts(take(archive)) == {"unchanged": 1, "ignored": 2}


# Consent, collections


def test_without_a_flag_it_is_sealed_and_a_restricted_use_is_told(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    report = take(archive, replace(OPEN, access=""))
    assert [said for said in warned(report) if "sealed" in said or "use is restricted" in said][1:]
    for who in ("anonymous", "registered", "archivist"):
        with archive.room(who) as room:
            assert room.home().testimonies == 0
    with archive.room("custodian") as room:
        assert room.home().testimonies == 1


def test_without_publish_it_is_a_draft(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    take(archive, replace(OPEN, publish=False))
    with archive.room("custodian") as room:
        assert room.home().testimonies == 0


def test_the_terms_are_those_of_the_flag(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    report = take(archive, replace(OPEN, access="registered", evidence="A letter of 2031"))
    found, _ = whole(archive, ids(archive, report)["bell.xml"], "registered")
    assert {each.layer for each in found.terms if "registered" in each.steps[0][1]} == set(LAYERS)
    with archive.room() as room:
        assert room.home().testimonies == 0


def test_without_a_collection_it_is_that_of_the_folder(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "Tapes of 1991 (copy)"
    folder.mkdir()
    (folder / "bell.xml").write_bytes(FILE_54)
    report = archive.bring_folder(folder, options=replace(OPEN, collection=""))
    assert whole(archive, ids(archive, report)["bell.xml"])[0].card.collection.id == "tapes-of-1991-copy"
    assert any("tapes-of-1991-copy" in said for said in warned(report))
    short = tmp_path / "x"
    short.mkdir()
    (short / "bell.xml").write_bytes(FILE_54)
    assert told(archive.bring_folder(short, options=replace(OPEN, collection="")), "refused") == [("", "collection")]


# Refused, left alone


@pytest.mark.parametrize(("data", "reason"), [
    (ohms("<transcript>No transcript.</transcript>"), "nothing to import"),
    (FILE_54[:3000], "well-formed"),
    (FILE_54.replace(b"<ROOT", b"<!DOCTYPE x><ROOT", 1), "document type"),
    (FILE_60.replace(b"00:00:12.250 --", b"00:00:01.250 --"), "went back"),
])
def test_a_refused_file_is_one_row_and_leaves_nothing(archive: Archive, data: bytes, reason: str) -> None:
    archive.write("wrong.xml", data)
    report = take(archive)
    assert counts(report) == {"refused": 1} and [row.file for row in report.rows] == ["wrong.xml"]
    assert reason in report.rows[0].message
    assert list(archive.vault.digests()) == []
    with reading(archive.engine) as session:
        assert session.scalar(select(func.count()).select_from(testimonies.Testimony)) == 0


def test_a_file_named_by_itself_is_refused_where_it_is_no_ohms(archive: Archive) -> None:
    report = archive.bring_folder(archive.write("page.xml", "<html/>"))
    assert told(report, "refused") == [("", "transcripts")] and "no OHMS" in report.rows[0].message
    taken = archive.bring_folder(archive.write("Bell.XML", FILE_54), options=OPEN)
    assert taken.count("created") == 1 and {row.file for row in taken.rows} == {"Bell.XML"}


def test_a_dry_run_says_the_same_and_writes_nothing(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    tried = take(archive, replace(OPEN, dry_run=True))
    assert list(archive.vault.digests()) == [] and counts(tried) == {"created": 1, "warnings": 2}
    assert [replace(row, identifier="") for row in tried.rows] == [replace(row, identifier="") for row in take(archive).rows]


def test_the_same_name_in_two_folders_is_one_testimony(archive: Archive) -> None:
    archive.write("a/bell.xml", FILE_54)
    archive.write("b/bell.xml", FILE_60)
    report = take(archive)
    assert counts(report)["created"] == 1 and told(report, "refused") == [("", "identifier")]
    assert "a/bell.xml" in next(row.message for row in report.rows if row.result == "refused")


def test_in_a_folder_with_a_manifest_its_rows_decide(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    archive.write("other.xml", FILE_60)
    report = archive.bring({"identifier": "told", "title": "Told", "transcripts": "bell.xml|en|verbatim"}, options=OPEN)
    assert counts(report) == {"created": 1, "ignored": 1}
    assert [(row.file, row.message) for row in report.rows if row.result == "ignored"] == [("other.xml", "no row of manifest.csv names it: left alone")]


# Brought up to date


def versions(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return session.scalar(select(func.count()).select_from(TranscriptVersion)) or 0


def digest(archive: Archive) -> str:
    with reading(archive.engine) as session:
        return kept.digest(session)


def test_a_second_run_changes_nothing_even_when_it_looks_again(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    archive.write("lamp.xml", FILE_60)
    take(archive)
    before = digest(archive)
    assert counts(take(archive)) == {"unchanged": 2} and digest(archive) == before
    again = take(archive, replace(OPEN, evidence="another flag, so that every row is looked at"))
    assert (again.count("unchanged"), again.count("updated"), versions(archive)) == (2, 0, 4) and digest(archive) == before


@pytest.mark.parametrize("column", ["title", "synopsis", "keywords", "language", "subjects", "excerpt", "places", "links", "start_ms", "end_ms"])
def test_the_digest_of_what_is_kept_covers_the_index(archive: Archive, column: str) -> None:
    archive.write("bell.xml", FILE_54)
    take(archive)
    before = digest(archive)
    value: Any = ["other"] if column in ("keywords", "subjects") else [[1.0, 2.0, "x", 3]] if column == "places" else [["a", "b"]]
    with writing(archive.engine) as session:
        session.execute(update(testimonies.IndexPoint).where(testimonies.IndexPoint.title == "The father").values(
            {column: value if column in ("keywords", "subjects", "places", "links") else 7 if column.endswith("_ms") else "other"}))
        session.commit()
    assert digest(archive) != before


@pytest.mark.parametrize(("column", "value"), [("accession", "other"), ("told", {"rights": "other"}), ("object_digest", "0" * 64)])
def test_the_digest_of_what_is_kept_covers_what_the_file_says_besides(archive: Archive, column: str, value: object) -> None:
    archive.write("bell.xml", FILE_54)
    take(archive)
    before = digest(archive)
    with writing(archive.engine) as session:
        session.execute(update(testimonies.Testimony).values({column: value}))
        session.commit()
    assert digest(archive) != before


@pytest.mark.parametrize("change", ["text = 'other'", "links = '[\"https://other.example\"]'", "places = '[[1, 0, 1]]'"])
def test_a_note_that_was_changed_behind_the_back_is_found(sqlite_archive: Archive, change: str) -> None:
    sqlite_archive.write("bell.xml", FILE_54)
    take(sqlite_archive)
    with writing(sqlite_archive.engine) as session:
        with pytest.raises(DBAPIError, match="append only"):
            session.execute(text(f"UPDATE footnotes SET {change}"))
        session.rollback()
        session.execute(text("DROP TRIGGER footnotes_refuse_update"))
        session.execute(text(f"UPDATE footnotes SET {change} WHERE number = 2"))
        session.commit()
    with reading(sqlite_archive.engine) as session:
        assert ["transcript version" in each.where for each in findings(session, sqlite_archive.vault, sqlite_archive.index, 0)] == [True]


@pytest.mark.parametrize(("old", "new", "made"), [
    (b"The bell and its three uses.", b"The bell and its four uses.", 0),
    (b"https://ferries.example/", b"https://ferries.example/all", 0),
    (b"<title>The bell rope &amp; the quay", b"<title>The bell rope", 0),
    (b"Ask the family.", b"Ask nobody.", 0),
    (b"because everybody asks\nabout", b"since everybody asks\nabout", 1),
    (b"until 1954", b"until 1955", 1),
    ("спрашивают.".encode(), "говорят.".encode(), 1),
])
def test_what_is_other_than_before_is_written_and_only_words_make_a_version(archive: Archive, old: bytes, new: bytes, made: int) -> None:
    archive.write("bell.xml", FILE_54)
    take(archive)
    before = digest(archive)
    assert old in FILE_54
    archive.write("bell.xml", FILE_54.replace(old, new))
    assert take(archive).count("updated") == 1
    assert (versions(archive), digest(archive) == before) == (2 + made, False)
    with reading(archive.engine) as session:
        assert not list(findings(session, archive.vault, archive.index, 0))


def test_a_language_that_is_added_waits_at_the_desk(archive: Archive) -> None:
    single = FILE_60.replace(b"vtt_transcript_alt", b"user_notes_alt")
    archive.write("lamp.xml", single)
    public_id = ids(archive, take(archive))["lamp.xml"]
    archive.write("lamp.xml", FILE_60)
    assert any("stays at the desk" in said for said in warned(take(archive)))
    assert [each.head.language for each in whole(archive, public_id)[1]] == ["az"]
    archive.publish(public_id)
    assert [each.head.language for each in whole(archive, public_id)[1]] == ["az", "en"]


# Rows of a manifest


def test_a_row_names_it_once_or_twice_by_language(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    rows = [{"identifier": "both-ways", "title": "Told", "transcripts": "bell.xml|ru|translation;bell.xml|en|verbatim"},
            {"identifier": "one-way", "title": "Told", "transcripts": "bell.xml|ru|translation"},
            {"identifier": "as-said", "title": "Told", "transcripts": "bell.xml|tr|verbatim"}]
    report = archive.bring(*rows)
    assert counts(report) == {"created": 3}
    assert [each.head.language for each in whole(archive, "both-ways")[1]] == ["ru", "en"]
    assert read_by(archive, "both-ways", n=1).startswith("Сегодня") and read_by(archive, "both-ways", n=2).startswith("Today")
    assert read_by(archive, "one-way").startswith("Сегодня") and read_by(archive, "as-said").startswith("Today")
    assert [point.title for point in whole(archive, "one-way")[0].index_points] == ["The bell", "Колокол", "The father"]
    assert counts(archive.bring(*rows)) == {"unchanged": 3}
    assert counts(archive.bring(*({**row, "abstract": "more"} for row in rows))) == {"updated": 3} and versions(archive) == 4


def test_the_order_in_which_a_row_names_the_languages_is_no_change(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    row = {"identifier": "told", "title": "Told", "transcripts": "bell.xml|ru|translation;bell.xml|en|verbatim"}
    archive.bring(row)
    assert counts(archive.bring({**row, "transcripts": "bell.xml|en|verbatim;bell.xml|ru|translation"})) == {"unchanged": 1}
    assert read_by(archive, "told", n=1).startswith("Сегодня") and versions(archive) == 2


def test_a_row_cannot_have_the_words_of_an_index(archive: Archive) -> None:
    archive.write("index.xml", ONLY_INDEX)
    report = archive.bring({"identifier": "told", "title": "Told", "transcripts": "index.xml|en|verbatim"})
    assert told(report, "refused") == [("told", "transcripts")] and "import the file itself" in report.rows[0].message


def test_an_index_stays_where_the_row_no_longer_names_its_file(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    archive.write("plain.txt", "Words.")
    row = {"identifier": "told", "title": "Told", "transcripts": "bell.xml|en|verbatim"}
    archive.bring(row)
    archive.bring({**row, "transcripts": "plain.txt|en|verbatim"})
    assert len(whole(archive, "told")[0].index_points) == 3


def test_what_a_recogniser_wrote_is_of_the_machine_whatever_the_row_says(archive: Archive) -> None:
    archive.write("heard.json", '{"language": "en", "segments": [{"start": 0, "end": 2, "text": " Well then.", "words": ['
                                '{"word": " Well", "start": 0.25, "end": 0.5}, {"word": " then.", "start": 1, "end": 2}]}]}')
    row = {"identifier": "told", "title": "Told", "transcripts": "heard.json|en|verbatim"}
    report = archive.bring(row)
    assert told(report, "warning") == [("told", "transcripts")] and "machine" in warned(report)[0]
    (heard,) = whole(archive, "told")[1]
    assert heard.head.kind == "machine" and [getattr(block, "words", ()) for block in heard.blocks] == [((0, 250), (5, 1000))]
    assert counts(archive.bring(row)) == {"unchanged": 1}
    assert counts(archive.bring({**row, "transcripts": "heard.json|en|machine"})) == {"unchanged": 1}
    archive.write("heard.json", archive.incoming.joinpath("heard.json").read_text().replace("0.25", "0.35"))
    assert counts(archive.bring(row))["updated"] == 1 and versions(archive) == 2


def test_names_that_the_filter_cannot_decide_are_looked_for_in_notes_and_index(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54.replace(b"known from\ntwo", b"known by Vellann from\ntwo").replace(b"three uses", b"uses for Velan"))
    report = archive.bring({"identifier": "told", "title": "Told", "narrators": "Vellan, Hesta", "naming": "anonymous",
                            "transcripts": "bell.xml|en|verbatim"})
    assert [said for said in warned(report) if "Vellann" in said and "Velan" in said]


# Out and in again


def as_read(archive: Archive, public_id: str) -> tuple[Any, ...]:
    """What a reader reads of it, without ids."""
    found, transcripts = whole(archive, public_id)
    card = found.card
    return (card.title, card.date, card.languages, [(each.shown, each.role) for each in card.people], found.abstract, found.keywords,
            found.index_points, transcripts)


@pytest.mark.parametrize("data", [FILE_54, FILE_60], ids=["5.4", "6.0"])
def test_written_and_taken_in_again_it_reads_the_same(archive: Archive, data: bytes) -> None:
    archive.write("first.xml", data)
    first = ids(archive, take(archive))["first.xml"]
    client = archive.app().test_client()
    answer = client.get(f"/testimonies/{first}/ohms.xml")
    assert answer.status_code == 200 and answer.mimetype == "application/xml"
    valid(answer.data)
    archive.write("second.xml", answer.data)
    second = ids(archive, take(archive))["second.xml"]
    assert second != first and as_read(archive, second) == as_read(archive, first)
    again = client.get(f"/testimonies/{second}/ohms.xml").data
    assert again.replace(second.encode(), first.encode()).split(b"<version>")[1] == answer.data.split(b"<version>")[1]


def valid(data: bytes) -> None:
    """Held against the schema, where it is at hand."""
    try:
        schema = data_folder() / "ohms" / "ohms.xsd"
    except pytest.skip.Exception:
        return
    rules = etree.XMLSchema(etree.parse(schema))
    assert rules.validate(etree.fromstring(data)), rules.error_log


def test_what_holds_neither_words_nor_an_index_has_no_file(archive: Archive) -> None:
    archive.bring({"identifier": "bare", "title": "Bare"})
    archive.write("bell.xml", FILE_54)
    archive.bring({"identifier": "dark", "title": "Dark", "transcripts": "bell.xml|en|verbatim", "access_description": "staff", "access_transcript": "staff"})
    client = archive.app().test_client()
    assert client.get("/testimonies/bare/ohms.xml").status_code == client.get("/testimonies/dark/ohms.xml").status_code == 404


def test_words_without_a_description_are_given_and_nothing_else(archive: Archive) -> None:
    archive.write("bell.xml", FILE_54)
    archive.bring({"identifier": "dark", "title": "Canary title", "transcripts": "bell.xml|en|verbatim", "access_description": "staff"})
    data = archive.app().test_client().get("/testimonies/dark/ohms.xml").data
    valid(data)
    assert b"everybody asks" in data and b"Canary" not in data and b"three uses" not in data and b"<point>" not in data


# Real files


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Callable[[str], Archive]]:
    """A function that takes a folder of the shared data in."""
    made: list[Archive] = []

    def build(name: str) -> Archive:
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(empty_database, folder / "archive.sqlite3")
        made.append(Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder))
        return made[-1]

    yield build
    for archive in made:
        archive.engine.dispose()


def test_real_files(real: Callable[[str], Archive]) -> None:
    archive = real("ohms")
    report = archive.bring_folder(data_folder() / "ohms", options=OPEN)
    assert (report.count("created"), report.count("refused"), report.count("ignored")) == (4, 1, 2)
    assert {row.file for row in report.rows if row.result == "refused"} == {"empty_ohms.xml"}
    assert {row.file for row in report.rows if row.result == "ignored"} == {"ohms.xsd", "simple.vtt"}
    found = {file: whole(archive, public_id) for file, public_id in ids(archive, report).items()}
    alyea, duarte = found["alyea_OH0010.xml"], found["duarte_OH0344.xml"]
    assert (len(alyea[0].index_points), alyea[1]) == (15, ())
    assert len(duarte[0].index_points) == 7 and len({block.start_ms for block in duarte[1][0].blocks}) == 28 + 1
    assert {"DUARTE", "BROCK"} <= {getattr(block, "speaker", "") for block in duarte[1][0].blocks}
    assert (len(found["index_hyperlinks_example.xml"][0].index_points), found["index_hyperlinks_example.xml"][1]) == (2, ())
    assert any("no text" in said for said in warned(report, "index_hyperlinks"))
    assert len(found["small-sample-vtt-ohms.xml"][1][0].blocks) == 6 and any("ends before it starts" in said for said in warned(report, "small-sample"))
    assert (archive.bring_folder(data_folder() / "ohms", options=OPEN).count("unchanged"), digest(archive)) == (4, digest(archive))
    client = archive.app().test_client()
    for public_id in ids(archive, report).values():
        valid(client.get(f"/testimonies/{public_id}/ohms.xml").data)


def test_real_transcripts_all_come_in(real: Callable[[str], Archive]) -> None:
    archive = real("transcripts")
    files = sorted(file for file in (data_folder() / "transcripts").iterdir() if file.is_file())
    assert len(files) >= 9
    for file in files:
        shutil.copy(file, archive.incoming / file.name)
    report = archive.bring(*({"identifier": f"real-{n}", "title": file.name, "transcripts": f"{file.name}|en|verbatim"} for n, file in enumerate(files)))
    assert counts(report)["created"] == len(files) and not report.refused
    for n, file in enumerate(files):
        _, (transcript,) = whole(archive, f"real-{n}")
        starts = [block.start_ms for block in transcript.blocks if block.start_ms is not None]
        assert transcript.blocks and all(one - 1000 <= other for one, other in zip(starts, starts[1:], strict=False)), file.name
