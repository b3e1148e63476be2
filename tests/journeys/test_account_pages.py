"""The pages of accounts can be used by everybody: axe finds nothing on a narrow light and a wide dark page, nothing scrolls sideways,
and somebody signs in wrongly, is told what to do, and is led to the field, by keys alone.

What may not live here: what signing in does (tests/web), reading pages (tests/promises).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from archive_app import clock
from archive_app.actions import sessions
from archive_app.records.accounts import Account, SignedInSession
from archive_app.records.base import writing
from archive_app.web.visit import SESSION_COOKIE
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.suites import spread
from tests.journeys.conftest import TOKEN
from tests.promises.test_pages_accessible import findings

pytestmark = pytest.mark.browser


KEEPER_TOKEN, OWING_TOKEN = "m" * 43, "n" * 43


@pytest.fixture(scope="module")
def address(sample: Archive) -> Iterator[str]:
    """The archive with mail, and a keeper with a second factor, who is signed in and, in another browser, owes a code."""
    with writing(sample.engine) as session:
        keeper = Account(email="factor@example.org", role="custodian", password_hash="x", totp_secret="JBSWY3DPEHPK3PXP" * 2, created_at=0)
        session.add(keeper)
        session.flush()
        session.add_all(SignedInSession(token_digest=sessions.digest(token), account_id=keeper.id, stage=stage, started_at=clock.now(),
                                        seen_at=clock.now(), ends_at=clock.now() + clock.DAY_MS, device="Firefox, Linux")
                        for token, stage in ((KEEPER_TOKEN, sessions.FULL), ("p" * 43, sessions.FULL), (OWING_TOKEN, sessions.PASSWORD)))
        session.commit()
    with served(sample.app(MAIL_URL="smtp://mail.invalid", BASE_URL="http://localhost")) as found:
        yield found


@pytest.fixture(scope="module")
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_context(base_url=address).new_page()
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": SESSION_COOKIE, "value": TOKEN, "url": address}])
    yield context.new_page()
    context.close()


def judge(page: Page) -> None:
    for width, scheme in ((375, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture(scope="module")
def walker(browser: Browser, address: str) -> Iterator[Page]:
    """A browser whose session is changed from page to page."""
    page = browser.new_context(base_url=address).new_page()
    yield page
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize(("token", "path"), [
    ("", "/register?ui=ru"), ("", "/register/confirm"), ("", "/account/recover?ui=az"), ("", "/account/new-password?ui=tr"),
    ("", "/account/address/confirm"), (TOKEN, "/account/password?ui=hy"), (TOKEN, "/account/address"), (TOKEN, "/account/delete?ui=ru"),
    (KEEPER_TOKEN, "/account?ui=hy"), (KEEPER_TOKEN, "/account/second-factor"), (KEEPER_TOKEN, "/account/recovery-codes?ui=az"),
    (KEEPER_TOKEN, "/account/second-factor/remove"), (OWING_TOKEN, "/account/lost-second-factor?ui=ru"), (OWING_TOKEN, "/sign-in"),
])
def test_axe_finds_nothing_on_the_care_of_accounts(token: str, path: str, walker: Page, address: str) -> None:
    """As they open, and when they were sent empty."""
    walker.context.clear_cookies()
    walker.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}] if token else [])
    answer = walker.goto(path)
    assert answer is not None and answer.status == 200 and walker.url.endswith(path)
    judge(walker)
    if walker.locator("main form button.go").count():
        walker.locator("main form button.go").click()
        walker.get_by_role("alert").wait_for()
        judge(walker)


@pytest.mark.parametrize("path", spread(["/account", "/account/second-factor", "/sign-out?ui=ru"], 1))
def test_axe_finds_nothing_on_an_account(path: str, reader: Page) -> None:
    answer = reader.goto(path)
    assert answer is not None and answer.status == 200
    assert reader.url.endswith(path)
    judge(reader)


def test_axe_finds_nothing_on_the_way_in(visitor: Page) -> None:
    visitor.goto("/sign-in?ui=hy")
    judge(visitor)


def test_a_mistake_is_said_and_leads_to_its_field(visitor: Page) -> None:
    visitor.set_viewport_size({"width": 1280, "height": 800})
    visitor.goto("/sign-in")
    for _ in range(40):
        visitor.keyboard.press("Tab")
        if visitor.evaluate("document.activeElement.id") == "email":
            break
    visitor.keyboard.type("reader.example.org")
    visitor.keyboard.press("Enter")
    visitor.get_by_role("alert").get_by_role("link").first.focus()
    visitor.keyboard.press("Enter")
    assert visitor.evaluate("document.activeElement.id") == "email"
    assert visitor.locator("#email").input_value() == "reader.example.org"
    wrong = visitor.locator("#email").get_attribute("aria-describedby")
    assert wrong and visitor.locator(f"#{wrong}").inner_text().startswith("Error:")
    judge(visitor)
