"""The pages of accounts, asked as a browser would: cookies, tokens of forms, where one is led, and what is never told."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from archive_app import clock, create_app
from archive_app.actions import accounts
from archive_app.config import prepare, settings
from archive_app.records.base import open_engine
from archive_app.web import account
from archive_app.web.account_forms import is_local
from archive_app.web.visit import Doors

GOOD, SECRET = "seven quiet rivers", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
READER, KEEPER = "reader@example.org", "keeper@example.org"
START = 1_800_000_000_000

MakeApp = Callable[..., Flask]


def closed(*_: object) -> object:
    raise AssertionError("pages of accounts read no testimony")


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    shutil.copy(empty_database, tmp_path / "archive.sqlite3")
    opened = open_engine(f"sqlite:///{tmp_path}/archive.sqlite3")
    accounts.add_account(opened, READER, "researcher", (), GOOD, actor="shell")
    accounts.add_account(opened, KEEPER, "custodian", (), GOOD, SECRET, actor="shell")
    accounts.add_account(opened, "new@example.org", "archivist", (), GOOD, actor="shell")
    yield opened
    opened.dispose()


@pytest.fixture
def make(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    monkeypatch.setattr(clock, "now", lambda: START)

    def app(**named: str) -> Flask:
        environ = {"ARCHIVE_DATA_DIR": str(tmp_path), **{f"ARCHIVE_{name}": value for name, value in named.items()}}
        made = create_app(prepare(settings(environ)), Doors(closed, closed, closed, closed))  # type: ignore[arg-type]
        if "account" not in made.blueprints:
            account.start(made, engine)
        return made

    return app


@pytest.fixture
def browser(make: MakeApp) -> FlaskClient:
    return make(REQUIRE_SECOND_FACTOR="yes").test_client()


def send(browser: FlaskClient, path: str, base: str = "http://localhost", **fields: str) -> TestResponse:
    """Opens the form at `path` and sends it with the token that it carries."""
    shown = browser.get(path, base_url=base)
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', shown.text)
    assert token, shown.text
    return browser.post(path.partition("?")[0], base_url=base, data={"csrf_token": token[1], **fields})


def enter(browser: FlaskClient, email: str = READER, password: str = GOOD, **fields: str) -> TestResponse:
    return send(browser, "/sign-in", email=email, password=password, **fields)


def code(steps: int = 0, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).generate_otp(START // 30_000 + steps)


def cookies(answer: TestResponse) -> dict[str, str]:
    return {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}


def test_a_reader_signs_in_sees_who_they_are_and_signs_out(browser: FlaskClient) -> None:
    answer = enter(browser)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = browser.get("/account")
    assert page.status_code == 200 and READER in page.text and "Reader:" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    kept = browser.get_cookie("archive_session")
    assert kept is not None
    answer = send(browser, "/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get_cookie("archive_session") is None and browser.get("/account").status_code == 303
    browser.set_cookie("archive_session", kept.value)
    assert browser.get("/account").status_code == 303, "a token that was signed out stays dead"


def test_the_cookie_on_plain_http(browser: FlaskClient) -> None:
    written = cookies(enter(browser))["archive_session"]
    assert re.search(r"HttpOnly", written) and "SameSite=Lax" in written and "Path=/" in written and "Max-Age=1209600" in written
    assert "Secure" not in written


def test_the_cookie_under_https(make: MakeApp) -> None:
    browser = make(BASE_URL="https://archive.example.org", REQUIRE_SECOND_FACTOR="no").test_client()
    base = "https://archive.example.org"
    shown = browser.get("/sign-in", base_url=base)
    assert "Secure" in cookies(shown)["__Host-archive_form"]
    written = cookies(send(browser, "/sign-in", base, email="new@example.org", password=GOOD))["__Host-archive_session"]
    assert all(part in written for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in written
    assert "Max-Age" not in written and "Expires" not in written, "the cookie of staff ends with the browser"
    assert browser.get("/account", base_url=base).status_code == 200


def test_only_form_pages_set_the_forms_cookie(browser: FlaskClient) -> None:
    assert list(cookies(browser.get("/sign-in"))) == ["archive_form"]
    assert cookies(browser.get("/account")) == {} and cookies(browser.get("/no-such-page")) == {}


def test_signing_in_takes_the_token_of_the_form_away(browser: FlaskClient) -> None:
    enter(browser)
    assert browser.get_cookie("archive_form") is None


@pytest.mark.parametrize(("email", "password"), [(READER, "not the password"), ("nobody@example.org", GOOD)])
def test_wrong_and_unknown_are_told_alike(browser: FlaskClient, email: str, password: str) -> None:
    answer = enter(browser, email, password)
    assert answer.status_code == 400 and "The e-mail address, the password or the code is not right." in answer.text
    assert f'value="{email}"' in answer.text and password not in answer.text
    assert "archive_session=" not in cookies(answer).get("archive_session", "")


def test_pages_for_wrong_unknown_and_closed_differ_in_the_address_typed_alone(browser: FlaskClient, engine: Engine) -> None:
    accounts.add_account(engine, "gone@example.org", "researcher", (), GOOD, actor="shell")
    accounts.close_account(engine, "gone@example.org", actor="shell")
    pages = set()
    for email, password in ((READER, "not the password"), ("nobody@example.org", GOOD), ("gone@example.org", GOOD)):
        text = enter(browser, email, password).text.replace(email, "ADDRESS")
        pages.add(re.sub(r'(name="csrf_token" type="hidden" value=")[^"]+', r"\1", text))
    assert len(pages) == 1


@pytest.mark.parametrize(("email", "password", "said"), [
    ("reader.example.org", "", ["Please check 2 things", "Write your e-mail address with an @.", "Write your password."]),
    ("", "x", ["Please check one thing", "the address is empty."]),
    ("reader@", "x", ["this is not a whole address."]),
])
def test_what_is_missing_is_said_at_the_top_and_beside_the_field(browser: FlaskClient, email: str, password: str,
                                                                 said: list[str]) -> None:
    answer = enter(browser, email, password)
    assert answer.status_code == 400 and all(sentence in answer.text for sentence in said)
    for field in re.findall(r'<li><a href="#(\w+)">', answer.text):
        assert f'id="{field}"' in answer.text and f'id="{field}-wrong"' in answer.text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_a_form_without_its_token_does_nothing(browser: FlaskClient, path: str) -> None:
    enter(browser)
    answer = browser.post(path, data={"email": READER, "password": GOOD})
    assert answer.status_code == 400 and "Please send it once more." in answer.text
    assert browser.get("/account").status_code == 200


def test_sessions_are_not_ended_without_the_token_of_the_form(browser: FlaskClient) -> None:
    enter(browser)
    assert browser.post("/account/end-sessions").status_code == 400
    assert browser.get("/account").status_code == 200


def test_signing_out_everywhere_else_ends_the_other_browsers(make: MakeApp) -> None:
    app = make()
    here, there, other = app.test_client(), app.test_client(), app.test_client()
    enter(here)
    enter(there)
    enter(other, "new@example.org")
    assert here.get("/account").text.count("last used") == 2
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', here.get("/account").text)
    assert token
    assert here.post("/account/end-sessions", data={"csrf_token": token[1]}).headers["Location"] == "/account"
    assert [each.get("/account").status_code for each in (here, there, other)] == [200, 303, 200]


@pytest.mark.parametrize("asked", ["/search?q=a%20b", "/testimonies/t-1?t=12", "/desk/", "/people?q=Ə"])
def test_afterwards_one_is_led_where_one_wanted_to_go(browser: FlaskClient, asked: str) -> None:
    answer = enter(browser, next=asked)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(asked.partition("?")[0])


@pytest.mark.parametrize("asked", [
    "//evil.example", "///evil.example", "/desk\x00", "/\\evil.example", "\\\\evil.example", "https://evil.example/",
    "/\t/evil.example", "evil.example", "javascript:alert(1)", " //evil.example", "/\n/evil.example", "http:evil.example",
    "/sign-out", "/sign-in?next=/x", "//[", ""])
def test_and_never_out_of_the_archive(browser: FlaskClient, asked: str) -> None:
    assert not is_local(asked)
    assert enter(browser, next=asked).headers["Location"] == "/"


def test_password_then_code(browser: FlaskClient) -> None:
    answer = enter(browser, KEEPER, next="/desk")
    assert answer.headers["Location"] == "/sign-in?next=%2Fdesk"
    assert browser.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    step = browser.get("/sign-in?next=/desk")
    assert 'name="code"' in step.text and 'name="password"' not in step.text and 'value="/desk"' in step.text
    wrong = send(browser, "/sign-in", code=code(5), next="/desk")
    assert wrong.status_code == 400 and "This code is not right" in wrong.text
    before = browser.get_cookie("archive_session")
    answer = send(browser, "/sign-in", code=code(), next="/desk")
    after = browser.get_cookie("archive_session")
    assert answer.headers["Location"] == "/desk" and before and after and before.value != after.value
    assert "Custodian:" in browser.get("/account").text


def test_password_and_code_at_once(browser: FlaskClient) -> None:
    wrong = enter(browser, KEEPER, code=code(7))
    assert wrong.status_code == 400 and "the code is not right" in wrong.text
    assert enter(browser, KEEPER, code=code()).headers["Location"] == "/"
    assert browser.get("/account").status_code == 200


def test_whoever_owes_a_code_may_begin_again_as_somebody_else(browser: FlaskClient) -> None:
    enter(browser, KEEPER)
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/sign-in").text)
    assert token
    browser.post("/sign-in", data={"csrf_token": token[1], "email": READER, "password": GOOD})
    assert READER in browser.get("/account").text


def test_staff_are_led_to_a_second_factor_and_kept_out_until_they_have_it(browser: FlaskClient) -> None:
    answer = enter(browser, "new@example.org", next="/desk")
    assert answer.headers["Location"] == "/account/second-factor?next=%2Fdesk"
    assert browser.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    assert browser.get("/sign-in").headers["Location"] == "/account/second-factor"
    page = browser.get("/account/second-factor?next=/desk")
    key = re.search(r'<b id="key" dir="ltr">([A-Z2-7 ]+)</b>', page.text)
    assert key and "/account/second-factor.svg" in page.text
    secret = key[1].replace(" ", "")
    assert send(browser, "/account/second-factor", code="123").status_code == 400
    answer = send(browser, "/account/second-factor", code=code(secret=secret), next="/desk")
    codes = re.findall(r'<li><b translate="no">([0-9a-z-]{19})</b>', answer.text)
    assert answer.status_code == 200 and len(set(codes)) == 10 and 'href="/desk"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and "Archivist:" in browser.get("/account").text
    again = browser.get("/account/second-factor")
    assert again.status_code == 200 and secret[:4] not in again.text
    assert browser.get("/account/second-factor.svg").status_code == 404


def test_the_picture_of_the_key_is_a_plain_svg_for_its_owner_alone(browser: FlaskClient) -> None:
    nobody = browser.get("/account/second-factor.svg")
    assert nobody.status_code == 404
    enter(browser, "new@example.org")
    drawn = browser.get("/account/second-factor.svg")
    assert drawn.content_type == "image/svg+xml" and drawn.headers["Cache-Control"] == "no-store"
    tree = ElementTree.fromstring(drawn.data)
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert tags == {"svg", "path"} and not any("style" in element.attrib or "class" in element.attrib for element in tree.iter())


def test_on_loopback_staff_may_do_without_and_are_advised(make: MakeApp) -> None:
    browser = make().test_client()
    assert enter(browser, "new@example.org").headers["Location"] == "/"
    assert "Protect this account" in browser.get("/account").text
    assert browser.get("/account/second-factor").status_code == 200


def test_a_host_that_others_reach_requires_it(make: MakeApp) -> None:
    browser = make(HOST="0.0.0.0").test_client()
    assert enter(browser, "new@example.org").headers["Location"] == "/account/second-factor"


def test_a_closed_account_is_out_at_once(browser: FlaskClient, engine: Engine) -> None:
    enter(browser)
    accounts.close_account(engine, READER, actor="shell")
    assert browser.get("/account").status_code == 303


def test_ten_failed_tries_close_the_door_to_an_account_known_or_not(browser: FlaskClient) -> None:
    for email in (READER, "nobody@example.org"):
        answers = [enter(browser, email, "not the password") for _ in range(10)]
        assert {answer.status_code for answer in answers} == {400}
        refused = enter(browser, email)
        assert refused.status_code == 429 and refused.headers["Retry-After"] == "900"
        assert "Please wait 15 minutes" in refused.text and email not in refused.text
    assert enter(browser, KEEPER, code=code()).status_code == 303, "others still come in"


def test_codes_are_counted_with_the_account(browser: FlaskClient) -> None:
    enter(browser, KEEPER)
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/sign-in").text)
    assert token
    answers = [browser.post("/sign-in", data={"csrf_token": token[1], "code": code(9)}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]


def test_sixty_failed_tries_close_the_door_to_an_address(browser: FlaskClient) -> None:
    for number in range(60):
        assert browser.post("/sign-in", data={"email": f"{number}@example.org"}).status_code == 400
    assert browser.post("/sign-in", data={"email": "other@example.org"}).status_code == 429
    elsewhere = browser.post("/sign-in", data={"email": "other@example.org"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 400


def test_ipv6_visitors_are_counted_by_network(make: MakeApp) -> None:
    browser = make().test_client()
    for number in range(60):
        browser.post("/sign-in", data={"email": f"{number}@example.org"}, environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"})
    for address, status in (("2001:db8::ffff", 429), ("2001:db8:0:1::1", 400)):
        assert browser.post("/sign-in", data={}, environ_base={"REMOTE_ADDR": address}).status_code == status


def test_behind_a_trusted_proxy_the_visitor_is_counted_and_not_the_proxy(make: MakeApp) -> None:
    browser = make(TRUSTED_PROXIES="10.0.0.0/8").test_client()

    def tried(visitor: str, email: str) -> int:
        return browser.post("/sign-in", data={"email": email}, environ_base={"REMOTE_ADDR": "10.0.0.1"},
                            headers={"X-Forwarded-For": visitor}).status_code

    assert {tried("192.0.2.7", f"{number}@example.org") for number in range(60)} == {400}
    assert (tried("192.0.2.7", "a@example.org"), tried("192.0.2.8", "a@example.org")) == (429, 400)


def test_two_archives_in_one_process_count_apart(make: MakeApp) -> None:
    first, second = make().test_client(), make().test_client()
    for _ in range(10):
        enter(first, READER, "not the password")
    assert enter(first, READER).status_code == 429 and enter(second, READER).status_code == 303


def test_logs_hold_no_address_password_or_code(browser: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    enter(browser, KEEPER, code=code())
    for number in range(61):
        email = READER if number < 11 else f"{number}@example.org"
        browser.post("/sign-in", data={"email": email, "password": "a wrong secret phrase", "code": "424242"})
    assert browser.post("/sign-in", data={"email": KEEPER}).status_code == 429, "the address has had its tries as well"
    for canary in (READER, KEEPER, "a wrong secret phrase", "424242", GOOD, code(), "127.0.0.1"):
        assert canary not in caplog.text


def test_the_language_of_the_page_is_carried(browser: FlaskClient) -> None:
    page = browser.get("/sign-in?ui=az&next=/desk")
    assert 'lang="az"' in page.text and 'action="/sign-in?ui=az"' in page.text
    assert 'href="?next=%2Fdesk&amp;ui=hy"' in page.text
