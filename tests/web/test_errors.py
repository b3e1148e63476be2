"""Refusals: one page, one shape; what is not there looks like what is hidden; a failure tells nobody what was asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from archive_app.errors import ArchiveError, Conflict, Invalid, NotAllowed
from archive_app.storage.scanning import NoScanner
from archive_app.storage.uploads import DiskFull
from archive_app.web.visit import Facts
from tests.factories.readings import FakeRoom
from tests.web.app import HTML, JSON, make_app

GONE = ["/testimonies/never-was-there", "/testimonies/x", "/testimonies/Ünknown", "/testimonies/never-was-there/search?q=bell",
        "/testimonies/never-was-there/cite", "/testimonies/never-was-there/cite.bib", "/testimonies/never-was-there/transcripts/1.vtt",
        "/testimonies/bell-rope-on-the-quay/transcripts/99.vtt", "/testimonies/bell-rope-on-the-quay?transcript=99",
        "/testimonies/bell-rope-on-the-quay?beside=7", "/testimonies/two-keys/cite", "/people/nobody-at-all", "/places/nowhere-at-all",
        "/events/no-such-event", "/collections/none-such", "/sources/no-such-source", "/nothing", "/people/", "/people//hesta-vellan",
        "/static/archive.css", "/static/../config.py", "/about/nothing", "/media/no-such-thing",
        "/testimonies/net-drying-poles/transcripts/1.vtt"]
GONE_JSON = ["/testimonies/never-was-there.json", "/people/nobody-at-all.json", "/nothing.json", "/testimonies/two-keys/cite.json",
             "/places/nowhere-at-all.json?q=secret", "/testimonies/never-was-there/search.json?q=secret"]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("address", GONE)
def test_not_there_is_one_page(address: str, client: FlaskClient) -> None:
    answer, known = client.get(address), client.get("/no/such/page")
    assert (answer.status_code, answer.content_type) == (404, HTML)
    assert answer.data == known.data
    assert dict(answer.headers) == dict(known.headers)


@pytest.mark.parametrize("address", GONE_JSON)
def test_not_there_is_one_shape(address: str, client: FlaskClient) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (404, JSON)
    assert answer.json == {"error": "not_found", "message": "There is nothing at this address. It may have been typed differently, "
                                                            "or it is not open to you."}
    assert answer.data == client.get("/no/such/page.json").data


def test_not_there_repeats_nothing(client: FlaskClient) -> None:
    asked = client.get("/testimonies/secret-name?q=secret-word&t=12&transcript=3")
    assert asked.data == client.get("/no/such/page").data
    assert b"secret" not in asked.data


def test_not_there_speaks_the_language_that_was_asked(client: FlaskClient) -> None:
    answers = {client.get(f"{address}?ui=ru").data for address in ("/nothing", "/testimonies/never-was-there", "/people/nobody-at-all")}
    assert len(answers) == 1
    assert "По этому адресу ничего нет" in answers.pop().decode()


@pytest.mark.parametrize("address", [*GONE[:3], *GONE_JSON[:2]])
def test_head_of_nothing(address: str, client: FlaskClient) -> None:
    get, head = client.get(address), client.head(address)
    assert (head.status_code, head.data) == (404, b"")
    assert dict(head.headers) == dict(get.headers)


def test_posting_to_a_hidden_page_is_as_to_any_other(client: FlaskClient) -> None:
    answers = {(answer.status_code, answer.data) for answer in
               (client.post("/testimonies/bell-rope-on-the-quay"), client.post("/testimonies/never-was-there"))}
    assert len(answers) == 1
    answer = client.post("/testimonies/never-was-there")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(("address", "field"), [
    ("/search?q=bell&page=0", "page"), ("/search?q=bell&page=abc", "page"), ("/testimonies?sort=size", "sort"),
    ("/search?q=bell&sort=size", "sort"), ("/search?q=bell&year_from=abc", "year_from"), ("/search?q=bell&group=x", "group"),
    ("/search?q=bell&language=" + "x" * 300, "language"), ("/testimonies/bell-rope-on-the-quay?t=soon", "t"),
    ("/testimonies/bell-rope-on-the-quay?t=-1", "t"), ("/testimonies/bell-rope-on-the-quay?t=nan", "t"),
    ("/testimonies/bell-rope-on-the-quay/cite?style=none", "style"),
])
def test_what_was_written_wrongly_is_named(address: str, field: str, client: FlaskClient) -> None:
    page = client.get(address)
    assert page.status_code == 400
    assert f"Please check: {field}" in page.text
    path, _, query = address.partition("?")
    twin = client.get(f"{path}.json?{query}")
    assert (twin.status_code, twin.json["error"]) == (400, "invalid")
    assert twin.json["message"].startswith(f"{field}: ")


def test_what_was_typed_is_kept(client: FlaskClient) -> None:
    assert 'name="q" value="bell &lt;rope&gt;"' in client.get("/search?q=bell+<rope>&page=0").text


@pytest.mark.parametrize(("error", "status", "code"), [
    (Conflict("title", "was changed"), 409, "conflict"), (NotAllowed("publish", "is for archivists"), 403, "not_allowed"),
    (Invalid("date", "cannot be read"), 400, "invalid")])
def test_errors_of_ours(error: Exception, status: int, code: str) -> None:
    app = make_app()

    def refuse() -> str:
        raise error

    app.add_url_rule("/refuse", "refuse", refuse)
    app.add_url_rule("/refuse.json", "refuse_twin", refuse)
    client = app.test_client()
    assert (client.get("/refuse").status_code, client.get("/refuse.json").status_code) == (status, status)
    assert client.get("/refuse.json").json["error"] == code


@pytest.mark.parametrize(("error", "said"), [
    (NotAllowed("publish", "your role does not do this"), "Your role does not do this."), (Conflict("submission", "it was sent already"), "It was sent already."),
    (NoScanner(), "Files cannot be taken for the moment."), (DiskFull(), "The archive has no place for a file of this size")])
def test_what_is_said_is_a_sentence_for_people(error: ArchiveError, said: str) -> None:
    app = make_app()

    def refuse() -> str:
        raise error

    app.add_url_rule("/refuse", "refuse", refuse)
    answer = app.test_client().get("/refuse")
    assert answer.status_code == error.status and said in answer.text and "submission: " not in answer.text and "publish: " not in answer.text


@pytest.mark.parametrize("status", [401, 403, 413, 415, 418, 429, 503])
def test_other_refusals(status: int) -> None:
    app = make_app()
    app.add_url_rule("/refuse", "refuse", lambda: abort(status))
    app.add_url_rule("/refuse.json", "refuse_twin", lambda: abort(status))
    page, twin = app.test_client().get("/refuse"), app.test_client().get("/refuse.json")
    assert (page.status_code, twin.status_code) == (status, status)
    assert "<h1>" in page.text
    assert set(twin.json) == {"error", "message"}


def test_a_body_that_is_too_large() -> None:
    app = make_app()

    def take() -> str:
        from flask import request

        return str(len(request.form))

    app.add_url_rule("/take", "take", take, methods=["POST"])
    answer = app.test_client().post("/take", data={"words": "x" * 300_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def failing_app() -> Flask:
    @contextmanager
    def no_room(facts: Facts) -> Iterator[FakeRoom]:
        raise RuntimeError("SELECT * FROM testimonies WHERE title = 'a secret title'")
        yield FakeRoom()

    return make_app(open_room=no_room)


@pytest.mark.parametrize("address", ["/search?q=secret+word", "/people/secret-name.json"])
def test_a_failure_shows_one_number_and_no_trace(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = failing_app().test_client().get(address)
    assert answer.status_code == 500
    number = re.search(r"[0-9a-f]{4}-[0-9a-f]{4}", answer.text)
    assert number
    assert "secret" not in answer.text and "RuntimeError" not in answer.text and "Traceback" not in answer.text
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == 1
    assert number[0] in lines[0] and "RuntimeError" in lines[0]
    assert "secret" not in caplog.text


def test_an_unhealthy_archive_says_so() -> None:
    assert failing_app().test_client().get("/healthz").status_code == 500
