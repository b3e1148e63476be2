"""What every answer carries, and what a page must not hold: styles, scripts or addresses of anybody else."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive_app.web.headers import FOREVER, POLICY
from tests.web.addresses import EVERY_PAGE
from tests.web.app import make_app

OTHERS = ("/index.json", "/no/such/page.json", "/healthz", "/robots.txt", "/sitemap.xml", "/search?page=0",
          "/testimonies/bell-rope-on-the-quay/transcripts/1.vtt", "/testimonies/bell-rope-on-the-quay/cite.bib")
STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("address", [*EVERY_PAGE, *OTHERS])
def test_every_answer_is_closed_to_others(address: str, client: FlaskClient) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert not {"Set-Cookie", "Last-Modified", "ETag", "Expires", "Vary"} & set(headers.keys())


def test_the_policy_allows_nothing_from_elsewhere() -> None:
    assert POLICY == ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
                      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_a_page_loads_only_its_own_files(address: str, client: FlaskClient) -> None:
    text = client.get(address).text
    loaded = re.findall(r'<(?:link|script|img|source|iframe|object)\b[^>]*?(?:href|src)="([^"]+)"', text)
    assert [each for each in loaded if not each.startswith("/")] == []
    assert not re.search(r"<style|<script(?![^>]*\b(?:src=|type=.application/ld\+json))|\sstyle=|\son\w+=|javascript:", text)


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_a_page_works_without_script(address: str, client: FlaskClient) -> None:
    text = client.get(address).text
    assert "<noscript" not in text
    for button in re.findall(r"<button[^>]*>", text):
        assert "type=" not in button  # each sends its form


def test_static_files_are_kept_for_ever_under_their_digest(client: FlaskClient) -> None:
    for address in set(STATIC.findall(client.get("/testimonies/bell-rope-on-the-quay?t=12").text)):
        assert re.search(r"-[0-9a-f]{16}\.(css|js|svg)$", address)
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not {"Set-Cookie", "Last-Modified", "ETag"} & set(answer.headers.keys())
        assert client.get(re.sub(r"-[0-9a-f]{16}", "-" + "0" * 16, address)).status_code == 404


def test_the_style_sheet_says_nothing_by_direction(client: FlaskClient) -> None:
    style = re.sub(r"/\*.*?\*/", "", client.get(STATIC.findall(client.get("/").text)[1]).text, flags=re.DOTALL)
    assert "text-transform" not in style and "[dir=" not in style and "@import" not in style and "url(" not in style
    physical = re.findall(r"[{;\s](?:margin|padding|border)-(?:left|right|top|bottom)|[{;\s](?:left|right|top|bottom):", style)
    assert physical == []
