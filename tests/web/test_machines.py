"""What crawlers and watchers are told: the same whoever asks."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from archive_app.access.viewer import Viewer
from archive_app.web.visit import SESSION_COOKIE, Facts
from tests.factories.readings import BELL, NOW, FakeRoom
from tests.web.app import make_app


def by_token() -> FlaskClient:
    """An archive in which a session opens one testimony more, and the reading room another."""

    @contextmanager
    def open_room(facts: Facts) -> Iterator[FakeRoom]:
        more = (replace(BELL, id="for-members", title="Members"),) if facts.token else ()
        here = (replace(BELL, id="for-visitors", title="Visitors"),) if facts.on_site else ()
        yield FakeRoom(viewer=Viewer(NOW, account="somebody" if facts.token else ""), cards=(BELL, *more, *here))

    return make_app(open_room=open_room, ON_SITE_NETWORKS="127.0.0.0/8", BASE_URL="").test_client()


@pytest.fixture
def client() -> FlaskClient:
    return by_token()


def test_an_archive_that_answers_is_well(client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})


def test_crawlers_are_told_where_the_site_map_is() -> None:
    text = make_app().test_client().get("/robots.txt").text
    assert text.startswith("User-agent: *\nDisallow: /search\n")
    assert text.endswith("Sitemap: https://archive.example/sitemap.xml\n")


def places(text: str) -> list[str]:
    return [each.text or "" for each in xml.fromstring(text).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_site_map_lists_every_page_in_order_of_ids() -> None:
    found = places(make_app().test_client().get("/sitemap.xml").text)
    assert found[0] == "https://archive.example/"
    told = [address for address in found if "/testimonies/" in address]
    assert told == sorted(told) and len(told) == 5
    assert "https://archive.example/people/hesta-vellan" in found
    assert len(found) == len(set(found))


def test_the_site_map_is_that_of_a_stranger(client: FlaskClient) -> None:
    plain = client.get("/sitemap.xml")
    client.set_cookie(SESSION_COOKIE, "a token")
    assert "for-members" in client.get("/testimonies").text
    assert "for-visitors" in client.get("/testimonies").text
    assert client.get("/sitemap.xml").data == plain.data
    assert b"for-" not in plain.data
