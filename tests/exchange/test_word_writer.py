from __future__ import annotations

import io
import json
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from archive_app.exchange import word, word_writer
from archive_app.exchange.cues import check_times
from tests.exchange import make
from tests.factories.shared import data_folder

TALK = make.transcript((1500, 2000, "Ana", "one\ntwo"), (2000, 3000, "Ana", "three"), (3000, 63_000), (None, None, "Ana", "four <&> \"five\""),
                       (3_723_000, None, "", "six\tseven"))
CITED = "Arden, Mira. “The ferry stopped.”\nInterview."


def paragraphs(data: bytes) -> list[str]:
    return [each.text for each in docx.Document(io.BytesIO(data)).paragraphs]


def test_another_reader_reads_the_title_the_turns_and_the_withheld_block() -> None:
    assert paragraphs(word_writer.write(TALK, make.withheld, CITED)) == [
        "Arden, Mira. “The ferry stopped.” Interview.", "[00:00:01]\tAna: one two", "[00:00:02]\tthree", "[00:00:03]\t[60 seconds are withheld here.]",
        'Ana: four <&> "five"', "[01:02:03]\tsix\tseven"]
    assert paragraphs(word_writer.write(make.transcript((None, None, "", "one")), make.withheld)) == ["one"]


def test_the_title_is_a_title_and_speakers_are_bold() -> None:
    document = docx.Document(io.BytesIO(word_writer.write(TALK, make.withheld, CITED)))
    title, first = document.paragraphs[:2]
    assert title.style is not None and title.style.name == "Title"
    assert [run.text for run in first.runs if run.style.name == "Speaker"] == ["Ana:"]
    assert document.paragraphs[3].style is not None and document.paragraphs[3].style.name == "Withheld"


def test_equal_readings_are_equal_bytes() -> None:
    again = make.transcript((1500, 2000, "Ana", "one\ntwo"), (2000, 3000, "Ana", "three"), (3000, 63_000), (None, None, "Ana", "four <&> \"five\""),
                            (3_723_000, None, "", "six\tseven"))
    assert word_writer.write(TALK, make.withheld, CITED) == word_writer.write(again, make.withheld, CITED)


def test_nothing_tells_when_by_whom_or_where_it_was_written() -> None:
    data = word_writer.write(TALK, make.withheld, CITED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        assert archive.testzip() is None
    assert [each.filename for each in members] == sorted(each.filename for each in members)
    assert {each.date_time for each in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {(each.create_system, each.external_attr, each.extra, each.comment) for each in members} == {(0, 0, b"", b"")}
    assert {each.compress_type for each in members} == {zipfile.ZIP_STORED}
    told = docx.Document(io.BytesIO(data)).core_properties
    assert (told.author, told.last_modified_by, told.comments) == ("", "", "")
    assert told.created == told.modified and told.created is not None and told.created.year == 1980
    assert told.title == "Arden, Mira. “The ferry stopped.” Interview."


def test_languages_and_directions() -> None:
    document = docx.Document(io.BytesIO(word_writer.write(make.transcript((0, 1000, "أمل", "كلمات"), language="ar"), make.withheld, "Cited.")))
    spoken = document.paragraphs[1]
    assert spoken._p.pPr is not None and spoken._p.pPr.find(qn("w:bidi")) is not None
    assert spoken.runs[-1]._r.rPr is not None and spoken.runs[-1]._r.rPr.find(qn("w:rtl")) is not None
    assert document.core_properties.language == "ar"
    plain = docx.Document(io.BytesIO(word_writer.write(TALK, make.withheld, "Cited.")))
    assert plain.paragraphs[1]._p.pPr is None or plain.paragraphs[1]._p.pPr.find(qn("w:bidi")) is None


def test_what_xml_cannot_hold_is_shown_as_lost_and_the_rest_is_whole() -> None:
    data = word_writer.write(make.transcript((0, 1000, "", "a\x00b\x0bc\ufffed\ud800e")), make.withheld, "Cited\x01.")
    assert paragraphs(data) == ["Cited\ufffd.", "[00:00:00]\ta\ufffdb\ufffdc\ufffdd\ufffde"]


def test_what_is_written_comes_back() -> None:
    talk = make.transcript(*((n * 1000, n * 1000 + 900, ("Ana", "Bel")[n % 2], f"words {n}") for n in range(8)))
    cues = check_times(word.parse(word_writer.write(talk, make.withheld)).cues, None).cues
    assert [(cue.start_ms, cue.speaker, cue.text) for cue in cues] == [(n * 1000, ("Ana", "Bel")[n % 2], f"words {n}") for n in range(8)]


def test_naughty_strings_survive() -> None:
    strings = json.loads((data_folder() / "strings" / "naughty.json").read_text())
    said = [" ".join(word_writer.legal(text).split()) for text in strings if isinstance(text, str)]
    said = [text for text in said if text]
    assert len(said) > 90
    talk = make.transcript(*((n * 1000, n * 1000 + 900, "", text) for n, text in enumerate(said)))
    assert [cue.text for cue in word.parse(word_writer.write(talk, make.withheld)).cues] == said


@pytest.mark.parametrize("at", range(4))
def test_a_changed_word_changes_the_bytes(at: int) -> None:
    blocks = [(n * 1000, None, "Ana", f"words {n}") for n in range(4)]
    changed = list(blocks)
    changed[at] = (at * 1000, None, "Ana", "others")
    assert word_writer.write(make.transcript(*blocks), make.withheld) != word_writer.write(make.transcript(*changed), make.withheld)
