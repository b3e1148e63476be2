"""Addresses: what is carried, what is left out, what is escaped."""

from __future__ import annotations

import pytest
from flask import Flask, g

from archive_app.web import links
from tests.web.app import make_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def test_addresses(app: Flask) -> None:
    with app.test_request_context("/"):
        assert links.to("/testimonies/", "a-b", t=12, anchor="s3") == "/testimonies/a-b?t=12#s3"
        assert links.to("/search", q="a & b", language=("az", "ru"), place="", page=None) == "/search?q=a+%26+b&language=az&language=ru"
        assert links.to("/testimonies/", "a b\"<") == "/testimonies/a%20b%22%3C"
    with app.test_request_context("/?ui=az"):
        assert links.to("/people") == "/people?ui=az"
    with app.test_request_context("/?ui=en"):
        assert links.to("/people") == "/people"


def test_a_page_leads_to_itself_with_what_it_understands(app: Flask) -> None:
    with app.test_request_context("/search?q=bell&junk=1&page=3&language=az&language=ru&ui=tr"):
        g.keeps = ("q", "language", "page")
        assert links.here(page=4) == "/search?q=bell&language=az&language=ru&page=4&ui=tr"
        assert links.here("page", q="rope") == "/search?language=az&language=ru&q=rope&ui=tr"
        assert links.toggled("language", "az") == "/search?q=bell&language=ru&ui=tr"
        assert links.toggled("language", "hy") == "/search?q=bell&language=az&language=ru&language=hy&ui=tr"
        assert links.in_language("ru") == "?q=bell&language=az&language=ru&page=3&ui=ru"


@pytest.mark.parametrize("address", ["/testimonies/a-b", "/testimonies/a-b?t=3&q=a+%26+b&transcript=2", "/testimonies/a-b?q=x&ui=tr"])
def test_a_page_at_a_moment_is_the_page_with_that_moment(address: str, app: Flask) -> None:
    with app.test_request_context(address):
        g.keeps = ("transcript", "q", "t")
        assert [links.moments()(seconds) for seconds in ("0", "12.5")] == [links.here(t=seconds) for seconds in ("0", "12.5")]


def test_an_error_carries_nothing(app: Flask) -> None:
    with app.test_request_context("/search?q=secret"):
        assert links.in_language("az") == "?ui=az"


def test_absolute(app: Flask) -> None:
    with app.test_request_context("/"):
        assert links.absolute("/sitemap.xml") == "https://archive.example/sitemap.xml"
