"""Registering, recovering and leaving, asked as a browser would: the same answers for every address, and nothing typed that is lost but
passwords."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from archive_app import create_app, serving
from archive_app.actions import accounts, recovering
from archive_app.config import prepare, settings
from archive_app.jobs import mailing
from archive_app.records.accounts import Account
from archive_app.records.base import reading
from archive_app.records.codes import OneTimeCode
from archive_app.web import account, tries
from archive_app.web.visit import Doors
from tests.factories.people import CHIEF, GOOD, KEEPER, NOBODY, OTHER, READER, Clock, code_now, enrolled, letters
from tests.jobs.test_posting import server
from tests.web.test_account import closed, send

MakeApp = Callable[..., Flask]
MAIL = {"MAIL_URL": "smtp://mail.example", "BASE_URL": "http://localhost"}
TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')


@pytest.fixture
def engine(made: tuple[Engine, Clock]) -> Engine:
    return made[0]


@pytest.fixture
def make(engine: Engine, tmp_path: Path) -> MakeApp:
    def app(**named: str) -> Flask:
        environ = {"ARCHIVE_DATA_DIR": str(tmp_path), **{f"ARCHIVE_{name}": value for name, value in named.items()}}
        fresh = create_app(prepare(settings(environ)), Doors(closed, closed, closed, closed))  # type: ignore[arg-type]
        account.start(fresh, engine)
        return fresh

    return app


@pytest.fixture
def browser(make: MakeApp) -> FlaskClient:
    return make(**MAIL).test_client()


def enter(browser: FlaskClient, email: str = READER, password: str = GOOD) -> TestResponse:
    return send(browser, "/sign-in", email=email, password=password)


def bare(answer: TestResponse, *typed: str) -> str:
    """The page without the token of its form, and what was typed."""
    text = TOKEN.sub("", answer.text)
    for word in typed:
        text = text.replace(word, "TYPED")
    return text


def last_code(engine: Engine) -> str:
    letter = letters(engine)[-1]
    assert letter is not None
    return letter.code


def test_somebody_registers_confirms_and_signs_in(browser: FlaskClient, engine: Engine) -> None:
    assert 'href="/register"' in browser.get("/sign-in").text
    asked = send(browser, "/register", email=NOBODY, password=OTHER)
    assert asked.status_code == 200 and "Look into your mail" in asked.text and NOBODY not in asked.text
    linked = f"/register/confirm?code={last_code(engine)}"
    page = browser.get(linked)
    assert 'name="linked"' in page.text and 'id="code"' not in page.text and 'name="password"' in page.text
    wrong = send(browser, linked, linked=last_code(engine), password="not the password")
    assert wrong.status_code == 400 and "not the password" not in wrong.text
    code = last_code(engine)
    ready = send(browser, linked, linked=code, password=OTHER)
    assert ready.status_code == 200 and "Your account is ready" in ready.text and 'href="/sign-in"' in ready.text
    assert enter(browser, NOBODY, OTHER).status_code == 303 and "Reader:" in browser.get("/account").text


def test_a_new_password_by_a_letter_that_went_through_a_mail_server(make: MakeApp, engine: Engine) -> None:
    """From "I forgot it" to signing in, by what the server was given and nothing else."""
    with server() as (port, said):
        chosen = {"MAIL_URL": f"smtp://127.0.0.1:{port}", "BASE_URL": "http://localhost"}
        browser = make(**chosen).test_client()
        other = make(**chosen).test_client()
        enter(other)
        assert "Look into your mail" in send(browser, "/account/recover", email=READER).text
        office = serving._office(settings({f"ARCHIVE_{name}": value for name, value in chosen.items()}))
        assert mailing.run_due(engine, office, "tests") == 1
    letter = message_from_bytes(b"".join(said).split(b"data\r\n", 1)[1].split(b"\r\n.\r\n")[0], policy=policy.default)
    link = re.search(r"http://localhost(/\S+)", letter.get_content())
    assert letter["To"] == READER and link is not None
    code = re.search(r'name="linked"[^>]*value="([^"]+)"', browser.get(link[1]).text)
    assert code is not None
    assert "is changed" in send(browser, link[1], linked=code[1], password=OTHER).text
    assert other.get("/account").status_code == 303, "every browser is signed out"
    assert enter(browser).status_code == 400 and enter(browser, password=OTHER).status_code == 303
    assert send(browser, link[1], linked=code[1], password=GOOD).status_code == 400, "a link works once"


def test_opening_a_link_uses_up_nothing(browser: FlaskClient, engine: Engine) -> None:
    send(browser, "/account/recover", email=READER)
    code = last_code(engine)
    for _ in range(3):
        browser.get(f"/account/new-password?code={code}")
        browser.head(f"/account/new-password?code={code}")
    assert "is changed" in send(browser, f"/account/new-password?code={code}", linked=code, password=OTHER).text


@pytest.mark.parametrize("path", ["/register", "/account/recover"])
def test_known_unknown_and_closed_addresses_get_the_same_page(path: str, browser: FlaskClient, engine: Engine) -> None:
    accounts.close_account(engine, KEEPER, actor="shell")
    fields = {"password": OTHER} if path == "/register" else {}
    answers = [send(browser, path, email=email, **fields) for email in (READER, NOBODY, KEEPER)]
    assert {answer.status_code for answer in answers} == {200} and len({bare(answer) for answer in answers}) == 1
    assert len({str(sorted(answer.headers)) for answer in answers}) == 1


def test_a_wrong_code_is_told_alike_whether_it_was_ever_one(browser: FlaskClient, made: tuple[Engine, Clock]) -> None:
    engine, at = made
    ended = recovering.issue(engine, READER).code
    at.now += 3_600_000
    pages = [send(browser, "/account/new-password", code=code, password=OTHER) for code in (ended, "0000-0000-0000-0000", "nonsense")]
    assert {page.status_code for page in pages} == {400}
    assert len({bare(page, ended, "0000-0000-0000-0000", "nonsense") for page in pages}) == 1
    assert all(OTHER not in page.text for page in pages)


@pytest.mark.parametrize(("path", "fields", "wrong"), [
    ("/register", {"email": "reader.example.org", "password": ""}, ["email", "password"]),
    ("/register", {"email": "reader@", "password": "short"}, ["email", "password"]),
    ("/register", {"email": NOBODY, "password": NOBODY}, ["password"]),
    ("/register/confirm", {"code": "", "password": ""}, ["code", "password"]),
    ("/account/recover", {"email": "reader@"}, ["email"]),
    ("/account/new-password", {"code": "", "password": "short"}, ["code", "password"]),
    ("/account/address/confirm", {"code": " "}, ["code"]),
])
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(path: str, fields: dict[str, str], wrong: list[str],
                                                                         browser: FlaskClient) -> None:
    answer = send(browser, path, **fields)
    assert answer.status_code == 400 and re.findall(r'<li><a href="#(\w+)">', answer.text) == wrong
    for field in wrong:
        assert f'id="{field}-wrong"' in answer.text and re.search(rf'id="{field}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*{field}-wrong', answer.text)
    for field, typed in fields.items():
        assert field == "password" or not typed.strip() or f'value="{typed}"' in answer.text
    assert fields.get("password", "") in ("", NOBODY) or f'value="{fields["password"]}"' not in answer.text


@pytest.mark.parametrize("path", ["/register", "/register/confirm", "/account/recover", "/account/new-password", "/account/address/confirm",
                                  "/account/password", "/account/address", "/account/delete", "/account/end-session"])
def test_a_form_without_its_token_does_nothing(path: str, browser: FlaskClient, engine: Engine) -> None:
    if path.startswith("/account/") and path not in ("/account/recover", "/account/new-password", "/account/address/confirm"):
        enter(browser)
    code = recovering.issue(engine, READER).code
    answer = browser.post(path, data={"email": NOBODY, "password": GOOD if "delete" in path else OTHER, "current": GOOD, "code": code})
    assert answer.status_code == 400 and "Please send it once more." in answer.text
    with reading(engine) as session:
        assert len(session.scalars(select(OneTimeCode)).all()) == 1 and len(session.scalars(select(Account)).all()) == 3
    assert accounts.check_password(engine, READER, GOOD) is not None


@pytest.mark.parametrize("path", ["/account/password", "/account/address", "/account/delete", "/account/recovery-codes",
                                  "/account/second-factor/remove"])
def test_own_pages_are_for_whoever_is_signed_in(path: str, browser: FlaskClient) -> None:
    assert browser.get(path).headers["Location"].startswith("/sign-in?next=%2Faccount")
    assert browser.post(path, data={"password": GOOD}).headers["Location"] == "/sign-in?next=%2Faccount"


def test_without_mail_one_is_told_whom_to_ask(make: MakeApp, engine: Engine) -> None:
    browser = make().test_client()
    assert "Ask for your code" in send(browser, "/register", email=NOBODY, password=OTHER).text
    assert letters(engine) == []
    code = recovering.issue(engine, NOBODY).code
    assert "Your account is ready" in send(browser, "/register/confirm", code=code, password=OTHER).text
    recover = browser.get("/account/recover")
    assert "Ask the people who run this archive" in recover.text and "<form" not in recover.text
    assert browser.post("/account/recover", data={"email": READER}).status_code == 200 and letters(engine) == []
    enter(browser)
    assert browser.get("/account/address").status_code == 404 and "/account/address" not in browser.get("/account").text


def test_where_registering_is_closed_nobody_registers(make: MakeApp, engine: Engine) -> None:
    browser = make(REGISTRATION="no", **MAIL).test_client()
    for answer in (browser.get("/register"), browser.post("/register", data={"email": NOBODY, "password": OTHER})):
        assert "<form" not in answer.text and "Accounts are given by the people who run this archive" in answer.text
    assert letters(engine) == [] and 'href="/register"' not in browser.get("/sign-in").text


def test_one_browser_is_signed_out_and_the_others_stay(make: MakeApp) -> None:
    app = make()
    here, there, third = app.test_client(), app.test_client(), app.test_client()
    there.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    for each in (here, there, third):
        enter(each)
    page = here.get("/account").text
    assert page.count("this one") == 1 and "<b>Firefox, Windows</b>" in page and "140.0" not in page
    row = page.partition("<b>Firefox, Windows</b>")[2]
    handle, token = re.search(r'name="session" value="(\w+)"', row), TOKEN.search(row)
    assert handle and token and "15 January 2027" in page and "08:00" not in page, "seen by day, not by minute"
    assert here.post("/account/end-session", data={"csrf_token": token[1], "session": handle[1]}).status_code == 303
    assert [each.get("/account").status_code for each in (here, there, third)] == [200, 303, 200]


def test_nobody_ends_the_session_of_another(make: MakeApp) -> None:
    app = make()
    here, keeper = app.test_client(), app.test_client()
    enter(here)
    enter(here.application.test_client())
    enter(keeper, KEEPER)
    theirs = re.search(r'name="session" value="(\w+)"', here.get("/account").text)
    token = TOKEN.search(keeper.get("/account/password").text)
    assert theirs and token
    keeper.post("/account/end-session", data={"csrf_token": token[1], "session": theirs[1]})
    assert here.get("/account").text.count("last used") == 2


def test_a_new_password_asks_the_old_one(browser: FlaskClient) -> None:
    enter(browser)
    wrong = send(browser, "/account/password", current=OTHER, password="four more quiet words")
    assert wrong.status_code == 400 and "four more quiet words" not in wrong.text and OTHER not in wrong.text
    assert "is changed" in send(browser, "/account/password", current=GOOD, password=OTHER).text
    assert browser.get("/account").status_code == 200
    assert enter(browser.application.test_client(), READER, OTHER).status_code == 303


def test_a_new_address_is_asked_for_and_confirmed(browser: FlaskClient, engine: Engine) -> None:
    enter(browser)
    assert send(browser, "/account/address", email=NOBODY, password=OTHER).status_code == 400
    pages = {bare(send(browser, "/account/address", email=email, password=GOOD)) for email in (KEEPER, NOBODY)}
    assert len(pages) == 1 and "if it can be used" in pages.pop()
    assert "Your address is changed" in send(browser, "/account/address/confirm", linked=last_code(engine)).text
    assert NOBODY in browser.get("/account").text


def test_leaving_says_what_stays_and_signs_out(browser: FlaskClient, engine: Engine) -> None:
    enter(browser)
    page = browser.get("/account/delete").text
    assert "What goes at once" in page and "What stays" in page
    assert send(browser, "/account/delete", password=OTHER).status_code == 400
    answer = send(browser, "/account/delete", password=GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/") and browser.get_cookie("archive_session") is None
    assert enter(browser).status_code == 400
    enter(browser, CHIEF)
    refused = send(browser, "/account/delete", password=GOOD)
    assert refused.status_code == 400 and "the only administrator" in refused.text


def test_without_an_authenticator_a_recovery_code_signs_in_and_an_administrators_leads_to_a_new_one(
        make: MakeApp, made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    browser = make(REQUIRE_SECOND_FACTOR="yes").test_client()
    assert browser.get("/account/lost-second-factor").headers["Location"] == "/sign-in"
    enter(browser, KEEPER)
    assert 'href="/account/lost-second-factor"' in browser.get("/sign-in").text
    assert send(browser, "/account/lost-second-factor", code="0000-0000-0000-0000").status_code == 400
    assert send(browser, "/account/lost-second-factor", code=told[0]).headers["Location"] == "/account"
    assert "Recovery codes left: 9" in browser.get("/account/second-factor").text
    fresh = send(browser, "/account/recovery-codes", password=GOOD, code=code_now(at))
    shown = re.findall(r'<b translate="no">([0-9a-z-]{19})</b>', fresh.text)
    assert len(shown) == 10 and not set(shown) & set(told) and fresh.headers["Cache-Control"] == "no-store"
    send(browser, "/sign-out")
    enter(browser, KEEPER)
    code = recovering.issue(engine, KEEPER, second_factor=True).code
    assert send(browser, "/account/lost-second-factor", code=code).headers["Location"] == "/account/second-factor"
    assert browser.get("/account").status_code == 303 and "Set up a second factor" in browser.get("/account/second-factor").text


def test_a_second_factor_is_given_up_with_password_and_code(make: MakeApp, made: tuple[Engine, Clock]) -> None:
    engine, at = made
    told = enrolled(engine, at)
    browser = make().test_client()
    enter(browser, KEEPER)
    send(browser, "/sign-in", code=code_now(at))
    assert send(browser, "/account/second-factor/remove", password=GOOD, code="000000").status_code == 400
    assert send(browser, "/account/second-factor/remove", password=OTHER, code=told[0]).status_code == 400
    assert "was removed" in send(browser, "/account/second-factor/remove", password=GOOD, code=told[1]).text
    assert browser.get("/account/recovery-codes").headers["Location"] == "/account/second-factor"


def test_tries_are_counted_over_all_pages_that_ask_a_password(browser: FlaskClient) -> None:
    other = browser.application.test_client()
    enter(other)
    for number in range(tries.BY_ACCOUNT):
        path, name = (("/account/password", "current"), ("/account/delete", "password"))[number % 2]
        assert send(other, path, **{"password": OTHER, name: "not the password"}).status_code == 400
    assert send(other, "/account/delete", password=GOOD).status_code == 429
    assert enter(browser, READER).status_code == 429 and enter(browser, CHIEF).status_code == 303


@pytest.mark.parametrize("path", ["/register", "/account/recover"])
def test_letters_are_counted_whether_or_not_one_goes(path: str, browser: FlaskClient) -> None:
    for email in (READER, NOBODY):
        statuses = [browser.post(path, data={"email": email}).status_code for _ in range(tries.BY_ACCOUNT + 1)]
        assert statuses == [400] * tries.BY_ACCOUNT + [429]


def test_codes_alone_are_counted_by_the_visitors_address(browser: FlaskClient) -> None:
    token = TOKEN.search(browser.get("/account/new-password").text)
    assert token
    form = {"csrf_token": token[1], "code": "0000-0000-0000-0000", "password": "short"}
    statuses = [browser.post("/account/new-password", data=form).status_code for _ in range(tries.BY_ACCOUNT + 1)]
    assert statuses == [400] * tries.BY_ACCOUNT + [429]
    elsewhere = browser.post("/account/new-password", data=form, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 400, "nobody closes this door to everybody"


def test_logs_hold_nothing_that_was_typed(browser: FlaskClient, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(browser, "/register", email=NOBODY, password=OTHER)
    send(browser, "/account/recover", email=READER)
    code = last_code(engine)
    browser.get(f"/account/new-password?code={code}")
    send(browser, "/account/new-password", code=code, password=OTHER)
    for canary in (NOBODY, READER, OTHER, code):
        assert canary not in caplog.text
