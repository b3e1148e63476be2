"""Ways from reading pages to the pages of families: to give a testimony, to say "this concerns me". They set no cookie on the way."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories.archives import Archive
from tests.web.app import make_app


@pytest.fixture
def client(sqlite_archive: Archive) -> FlaskClient:
    sqlite_archive.write("well.txt", "The well froze.")
    row = {"identifier": "cold-well", "collection": "valley", "title": "The cold well", "transcripts": "well.txt|en|verbatim",
           "access": "public", "publish": "yes", "consent_note": "Invented."}
    sqlite_archive.bring(row, {**row, "identifier": "shut-well", "access_description": "staff"},
                         collections=[{"identifier": "valley", "names": "The valley", "access": "public"}],
                         people=[{"identifier": "ida-lane", "names": "Lane, Ida", "access": "public"}])
    return sqlite_archive.app(LANGUAGES="en,az,hy,ru,tr").test_client()


def test_a_page_leads_to_a_word_about_itself(client: FlaskClient) -> None:
    for page in ("/testimonies/cold-well", "/testimonies/shut-well", "/people/ida-lane"):
        answer = client.get(f"{page}?ui=tr&t=3")
        asked = f"/submit/concern?about={page.replace('/', '%2F')}&amp;ui=tr"
        assert answer.status_code == 200 and answer.text.count(f'href="{asked}"') == 1, page
        there = client.get(asked.replace("&amp;", "&"))
        assert there.status_code == 200 and f'value="{page}"' in there.text
        assert "Set-Cookie" not in answer.headers and "Set-Cookie" not in there.headers


def test_pages_say_where_to_give_a_testimony_and_what_is_kept(client: FlaskClient) -> None:
    for page in ("/", "/about/families"):
        text = client.get(page).text
        assert 'href="/submit"' in text and "not open yet" not in text, page
    assert client.get("/submit").status_code == 200
    privacy = client.get("/about/privacy").text
    assert "with what kind of browser" in privacy and "While you write, one cookie" in privacy


def test_where_there_are_no_pages_of_families_nothing_leads_there() -> None:
    without = make_app().test_client()
    for page in ("/", "/about/families", "/testimonies/bell-rope-on-the-quay", "/people/hesta-vellan"):
        assert "/submit" not in without.get(page).text
