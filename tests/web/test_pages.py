"""Every row of the table: the page and its twin, in every language, over a rich archive and an empty one."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from archive_app.web.pages import PAGES, ReadingPage
from tests.factories.pages import Page
from tests.factories.readings import BELL, EMPTY_ROOM, FakeRoom, long_transcript
from tests.web.addresses import ABOUT, EVERY_PAGE, path_of
from tests.web.app import HTML, JSON, make_app

NAMES = [page.name for page in PAGES]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_and_its_twin_answer(page: ReadingPage, client: FlaskClient) -> None:
    answer, twin = client.get(path_of(page)), client.get(path_of(page, twin=True))
    assert (answer.status_code, answer.content_type) == (200, HTML)
    assert (twin.status_code, twin.content_type) == (200, JSON)
    assert isinstance(twin.json, dict)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_names_its_twin(page: ReadingPage, client: FlaskClient) -> None:
    named = re.search(r'<link rel="alternate" type="application/json" href="([^"]+)">', client.get(path_of(page)).text)
    assert named and html.unescape(named[1]) == path_of(page, twin=True)


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_says_what_it_is(address: str, client: FlaskClient) -> None:
    text = client.get(address).text
    assert text.startswith('<!doctype html>\n<html lang="en" dir="ltr">')
    title = re.search(r"<title>([^<]+)</title>", text)
    assert title and html.unescape(title[1]).endswith("Testimony Archive")
    assert len(re.findall(r"<h1\b", text)) == 1
    assert not Page(text).twice


@pytest.mark.parametrize("ui", ["az", "hy", "ru", "tr"])
@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_speaks_every_language_and_carries_it(ui: str, address: str, client: FlaskClient) -> None:
    text = client.get(address + ("&" if "?" in address else "?") + f"ui={ui}").text
    assert f'<html lang="{ui}" dir="ltr">' in text
    inside = [html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', text) if not link.startswith("/static/")]
    unasked = {"/index.json"}  # an address to be read by machines, as it stands
    assert [link for link in inside if f"ui={ui}" not in link and link not in unasked] == []
    forms = re.findall(r"<form\b.*?</form>", text, re.DOTALL)
    assert [form for form in forms if f'<input type="hidden" name="ui" value="{ui}">' not in form] == []


def test_an_unknown_language_is_the_first(client: FlaskClient) -> None:
    assert client.get("/?ui=xx").data == client.get("/").data


def test_pages_do_not_vary_by_header_or_cookie(client: FlaskClient) -> None:
    plain = client.get("/people")
    asked = client.get("/people", headers={"Accept-Language": "az", "Accept": "application/json", "Cookie": "ui=az"})
    assert asked.data == plain.data
    assert "Vary" not in asked.headers


def test_the_language_menu_keeps_what_was_asked(client: FlaskClient) -> None:
    text = client.get("/search?q=bell&language=en&junk=1").text
    assert 'href="?q=bell&amp;language=en&amp;ui=az"' in text
    assert "junk" not in text


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_head_answers_like_get(page: ReadingPage, client: FlaskClient) -> None:
    get, head = client.get(path_of(page)), client.head(path_of(page))
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_asked_twice_answers_the_same(page: ReadingPage, client: FlaskClient) -> None:
    assert client.get(path_of(page)).data == client.get(path_of(page)).data


@pytest.mark.parametrize("address", ["/", "/search", "/testimonies", "/people", "/places", "/events", "/collections", *ABOUT])
def test_an_empty_archive_says_so(address: str) -> None:
    answer = make_app(EMPTY_ROOM).test_client().get(address)
    assert answer.status_code == 200
    assert "None" not in answer.text


def test_the_first_page_is_light(client: FlaskClient) -> None:
    first = client.get("/")
    static = re.findall(r'(?:href|src)="(/static/[^"]+)"', first.text)
    assert static
    assert len(first.data) + sum(len(client.get(address).data) for address in static) <= 50_000


def test_a_long_transcript_is_whole() -> None:
    long = long_transcript()
    client = make_app(FakeRoom(more_transcripts={BELL.id: (long,)})).test_client()
    text = client.get(f"/testimonies/{BELL.id}?t=600").text
    assert [int(n) for n in re.findall(r'<span id="s(\d+)"', text)] == [block.n for block in long.blocks]
    assert len(re.findall(r'<span id="s\d+" aria-current="true">', text)) == 1


def test_a_list_of_several_pages_leads_through_them() -> None:
    from dataclasses import replace

    cards = tuple(replace(BELL, id=f"bell-{n:03}", title=f"Bell {n:03}") for n in range(45))
    client = make_app(FakeRoom(cards=cards)).test_client()
    first, second, third = (client.get(f"/testimonies?sort=date&page={n}").text for n in (1, 2, 3))
    assert 'rel="next" href="/testimonies?sort=date&amp;page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/testimonies?sort=date"' in second
    assert 'rel="next"' not in third
    assert client.get("/testimonies.json?page=3").json["items"][0]["id"] == "bell-040"
    for address in ("/testimonies?sort=date&", "/search?sort=date&"):
        beyond = client.get(f"{address}page=9999").text.replace("&amp;", "&")
        assert "There is no page 9,999 here." in beyond and f'href="{address}page=3"' in beyond, address
        assert 'rel="prev"' not in beyond and "Page 9,999 of" not in beyond
    assert client.get("/testimonies.json?page=9999").json == {"total": 45, "page": 9999, "pages": 3, "items": []}


def test_a_page_beyond_the_only_one_leads_back_to_it(client: FlaskClient) -> None:
    for address in ("/testimonies", "/people", "/places", "/collections"):
        beyond = client.get(f"{address}?page=4").text
        assert "There is no page 4 here." in beyond and f'<a href="{address}">Show the last page</a>' in beyond, address
