"""A reader of whom nothing is known walks through the sample archive: from the first page to a passage, its citation and its file.

The real thing from the import to the page: database, gate, index, templates.
"""

from __future__ import annotations

import html
import re

import pytest
import webvtt
from flask.testing import FlaskClient

from tests.factories.archives import Archive

CLOSED = ("ferry-timetable", "schoolroom-clock", "pump-house-log", "letter-to-a-brother", "orchard-ladder", "bakery-ledger")
"""Registered, reading room, staff, sealed, draft, closed since 2001."""


@pytest.fixture(scope="module")
def client(sample: Archive) -> FlaskClient:
    return sample.app(BASE_URL="https://archive.example").test_client()


def links(text: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="(/[^"#]*)', text)]


def test_from_the_first_page_to_the_words(client: FlaskClient) -> None:
    first = client.get("/")
    assert first.status_code == 200
    assert 'action="/search"' in first.text and "The Night of the Water" in first.text
    found = client.get("/search?q=bell").text
    assert re.search(r"<mark>[Bb]ell</mark>", found)
    hit = html.unescape(re.findall(r'<p class="when"><a href="([^"]+#[^"]+)"', found)[0])  # a hit in the index has no segment of its own
    address, _, anchor = hit.partition("#")
    opened = client.get(address)
    assert opened.status_code == 200
    assert f'id="{anchor}" aria-current="true"' in opened.text
    assert "<mark>" in opened.text


def test_a_hit_says_the_same_on_the_page_and_in_the_twin(client: FlaskClient) -> None:
    page, twin = client.get("/search?q=water").text, client.get("/search.json?q=water").json
    assert f'{twin["total"]} passages in {twin["testimonies"]} testimonies' in page
    addresses = [html.unescape(each) for each in re.findall(r'<a href="([^"]+)">(?:Read from here|Open)</a>', page)]
    assert addresses == [hit["url"] for hit in twin["hits"]]
    for hit in twin["hits"]:
        path, _, anchor = hit["url"].partition("#")
        opened = client.get(path).text
        assert not anchor or f'id="{anchor}"' in opened
        assert hit["title"] in html.unescape(opened)


def test_words_are_found_in_another_language_and_script(client: FlaskClient) -> None:
    languages = {hit["language"] for hit in client.get("/search.json?q=вода+OR+su+OR+water").json["hits"]}
    assert {"ru", "en"} <= languages


def test_four_languages_of_one_interview_stand_beside_each_other(client: FlaskClient) -> None:
    text = client.get("/testimonies/lamp-on-the-stair?transcript=1&beside=2").text
    row = re.search(r'<div class="seg">(.*?)</div>', text, re.DOTALL)
    assert row and re.findall(r'class="words" lang="(\w+)"', row[1]) == ["az", "ru"]
    assert len(re.findall(r"<option value", text)) == 2 * 4 + 1


def test_withheld_words_are_nowhere(client: FlaskClient) -> None:
    for n, extension in ((1, "vtt"), (2, "srt"), (3, "txt"), (4, "csv")):
        text = client.get(f"/testimonies/lamp-on-the-stair/transcripts/{n}.{extension}").text
        assert "10 seconds withheld" in text
        assert not any(name in text for name in ("Renka", "Ренка", "Ռենկա"))
    assert client.get("/search.json?q=Renka").json["total"] == 0
    blocks = client.get("/testimonies/lamp-on-the-stair.json").json["transcripts"][0]["segments"]
    assert [set(block) for block in blocks if "withheld" in block] == [{"n", "start_ms", "end_ms", "withheld"}]


def test_taking_it_along(client: FlaskClient) -> None:
    page = client.get("/testimonies/bell-rope-on-the-quay?t=64").text
    files = [link for link in links(page) if re.search(r"/(transcripts/\d+|cite|ohms)\.", link)]
    assert len(files) == 9
    for link in files:
        assert client.get(link).headers["Content-Disposition"].startswith("attachment; filename=")
    assert len(webvtt.from_string(client.get("/testimonies/bell-rope-on-the-quay/transcripts/1.vtt").text)) > 20
    assert "https://archive.example/testimonies/bell-rope-on-the-quay?t=64" in html.unescape(page)


@pytest.mark.parametrize("id", CLOSED)
def test_what_is_closed_is_not_there(id: str, client: FlaskClient) -> None:
    nothing = client.get("/testimonies/never-was-there")
    for suffix in ("", "?t=5&q=water", "/search?q=water", "/cite", "/transcripts/1.vtt"):
        assert client.get(f"/testimonies/{id}{suffix}").data == nothing.data
    assert client.get(f"/testimonies/{id}.json").data == client.get("/testimonies/never-was-there.json").data
    assert f'"{id}"' not in client.get("/testimonies.json").text
    assert id not in client.get("/sitemap.xml").text


def test_a_pseudonym_stays_one(client: FlaskClient) -> None:
    page = client.get("/testimonies/net-drying-poles").text
    assert "(name withheld)" in page
    person = client.get("/testimonies/net-drying-poles.json").json["people"][0]
    assert person["id"] is None and person["name"] in html.unescape(page)


@pytest.mark.slow
def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    """Every link of every page, as a reader without an account sees it; of questions those that ask one thing."""
    waiting, seen = ["/"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen or "&" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code == 303 and not address.startswith("/submit/leave"):  # that one leads out of the archive
            waiting.append(answer.location)
            continue
        assert answer.status_code == 200 or answer.location.startswith("https://"), address
        if answer.content_type.startswith("text/html"):
            waiting += links(answer.text)
    assert len(seen) > 150


def test_an_event_keeps_every_name_and_every_figure(client: FlaskClient) -> None:
    text = html.unescape(client.get("/events/flooding-of-low-ombrel").text)
    for words in ("Night of the Water", "Ночь воды", "November Release", "Drowning of Low Ombrel", "31", "40 to 50", "58"):
        assert words in text
    assert "129" not in text  # nothing is added up
