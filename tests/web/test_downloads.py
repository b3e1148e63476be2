"""Files to take along: transcripts and citations, named by ids."""

from __future__ import annotations

import io
import json
import re

import docx
import pytest
import webvtt
from flask.testing import FlaskClient

from archive_app.access import readings
from archive_app.exchange import formats, plain
from archive_app.web import opened
from tests.factories.readings import BELL, SHUT
from tests.web.app import make_app

FILES = "/testimonies/bell-rope-on-the-quay"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize(("name", "media_type"), [
    ("transcripts/1.vtt", "text/vtt; charset=utf-8"), ("transcripts/1.srt", "application/x-subrip; charset=utf-8"),
    ("transcripts/1.txt", "text/plain; charset=utf-8"), ("transcripts/1.csv", "text/csv; charset=utf-8; header=present"),
    ("transcripts/2.txt", "text/plain; charset=utf-8"), ("transcripts/1.docx", WORD)])
def test_a_transcript_is_a_file(name: str, media_type: str, client: FlaskClient) -> None:
    answer = client.get(f"{FILES}/{name}")
    number, extension = name.removeprefix("transcripts/").split(".")
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bell-rope-on-the-quay-{number}.{extension}"'


def test_a_new_row_of_the_table_is_a_new_download(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.FORMATS, "mine", formats.Format(plain.parse, plain.write, "text/x-mine; charset=utf-8", False))
    client = make_app().test_client()
    answer = client.get(f"{FILES}/transcripts/1.mine")
    assert (answer.status_code, answer.content_type) == (200, "text/x-mine; charset=utf-8")
    assert answer.text == client.get(f"{FILES}/transcripts/1.txt").text
    assert f'href="{FILES}/transcripts/1.mine" download>MINE</a>' in client.get(FILES).text


def test_withheld_words_are_a_sentence_in_every_format(client: FlaskClient) -> None:
    for extension in formats.offered():
        for query, sentence in (("", "1 minute 21 seconds withheld under the terms of this testimony."), ("?ui=ru", "1 минута 21 секунда")):
            read = formats.parse_transcript(f"a.{extension}", client.get(f"{FILES}/transcripts/1.{extension}{query}").data)
            assert sentence in " ".join(cue.text for cue in read.cues), extension


def test_another_reader_reads_the_word_document_and_it_is_the_same_each_time(client: FlaskClient) -> None:
    data = client.get(f"{FILES}/transcripts/1.docx").data
    assert data == client.get(f"{FILES}/transcripts/1.docx").data
    document = docx.Document(io.BytesIO(data))
    assert "Hesta Vellan. “The bell rope on the quay.”" in document.paragraphs[0].text and f"https://archive.example{FILES}" in document.paragraphs[0].text
    assert [each.text for each in document.paragraphs if "withheld under the terms" in each.text] == [
        "[00:01:28]\t[1 minute 21 seconds withheld under the terms of this testimony.]"]
    assert (document.core_properties.author, document.core_properties.last_modified_by) == ("", "")


def test_another_reader_reads_the_captions(client: FlaskClient) -> None:
    cues = webvtt.from_string(client.get(f"{FILES}/transcripts/1.vtt").text)
    assert (len(cues), cues[0].start) == (11, "00:00:02.526")


@pytest.mark.parametrize("name", ["transcripts/2.vtt", "transcripts/2.srt", "transcripts/9.json", "transcripts/0.vtt",
                                  "transcripts/-1.vtt", "transcripts/9", "cite.xml"])
def test_what_there_is_not(name: str, client: FlaskClient) -> None:
    assert client.get(f"{FILES}/{name}").status_code == 404


@pytest.mark.parametrize(("name", "media_type"), [
    ("cite.bib", "application/x-bibtex; charset=utf-8"), ("cite.ris", "application/x-research-info-systems; charset=utf-8"),
    ("cite.csl.json", "application/vnd.citationstyles.csl+json")])
def test_citations_are_files(name: str, media_type: str, client: FlaskClient) -> None:
    answer = client.get(f"{FILES}/{name}?t=180")
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bell-rope-on-the-quay.{name.partition(".")[2]}"'
    assert "https://archive.example/testimonies/bell-rope-on-the-quay?t=180" in answer.text.replace("\\", "")


def test_the_moment_is_cited(client: FlaskClient) -> None:
    item = json.loads(client.get(f"{FILES}/cite.csl.json?t=3:00").text)[0]
    assert (item["note"], item["type"]) == ("Time-code 00:03:00", "interview")
    twin = client.get(f"{FILES}/cite.json?t=180&style=mla").json
    assert twin["style"] == "mla" and twin["citation"] == twin["citations"]["mla"]
    assert list(twin["citations"]) == ["mla", "chicago", "apa"]


def test_the_page_of_a_testimony_offers_them(client: FlaskClient) -> None:
    text = client.get(f"{FILES}?t=180").text
    for name in ("transcripts/1.vtt", "transcripts/1.csv", "cite.bib?t=180", "cite?style=apa&amp;t=180"):
        assert f'href="{FILES}/{name}"' in text
    assert re.search(r"Audio recording, 00:03:00", text)
    assert '<meta name="DC.creator" content="Hesta Vellan">' in text


def test_a_closed_description_is_cited_nowhere() -> None:
    app, shut = make_app(), readings.Testimony(SHUT, "", (), (), (), (), ())
    with app.test_request_context("/"):
        assert [opened.citation(shut, style, 1000, "audio") for style in ("chicago", "mla", "apa")] == ["", "", ""]
        assert BELL.title in opened.citation(readings.Testimony(BELL, "", (), (), (), (), ()))
    assert app.test_client().get("/testimonies/two-keys/cite").status_code == 404


def test_no_captions_are_offered_without_times(client: FlaskClient) -> None:
    text = client.get("/testimonies/net-drying-poles").text
    assert "transcripts/1.txt" in text and "transcripts/1.vtt" not in text


def test_the_name_of_the_archive_comes_from_the_request_where_none_is_set() -> None:
    client = make_app(BASE_URL="").test_client()
    answer = client.get(f"{FILES}/cite.ris", base_url="http://127.0.0.1:8123")
    assert "http://127.0.0.1:8123/testimonies/bell-rope-on-the-quay" in answer.text
