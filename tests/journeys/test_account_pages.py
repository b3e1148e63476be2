"""The pages of accounts can be used by everybody: axe finds nothing on a narrow light and a wide dark page, nothing scrolls sideways,
and somebody signs in wrongly, is told what to do, and is led to the field, by keys alone.

What may not live here: what signing in does (tests/web), reading pages (tests/promises).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from archive_app.web.visit import SESSION_COOKIE
from tests.journeys.conftest import TOKEN
from tests.promises.test_pages_accessible import findings

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("path", ["/account", "/account/second-factor", "/sign-out?ui=ru"])
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
