"""Somebody speaks instead of writing: a voice is recorded in the browser, heard, and added; what is thrown away has gone nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from archive_app.actions.family_keys import LEAST
from archive_app.web.submit import door
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.journeys.test_account_pages import judge

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(sample: Archive) -> Flask:
    made = sample.app(LANGUAGES="en,az,hy,ru,tr")
    made.extensions[door.NAME] = replace(door.room_of(made), cost=LEAST)
    return made


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def speaking(browser: Browser, address: str) -> Iterator[Page]:
    """At the page of files, where the microphone may be used."""
    context = browser.new_context(base_url=address, permissions=["microphone"])
    page = context.new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/files")
    yield page
    context.close()


def record(page: Page) -> None:
    page.locator("[data-record]:visible, [data-again]:visible").first.click()
    page.locator("[data-time]", has_text="0:02").wait_for()
    page.locator("[data-stop]").click()
    page.evaluate("""async () => {
      const heard = document.querySelector('[data-heard]');
      if (heard.readyState < 2) await new Promise((then) => heard.addEventListener('loadeddata', then, { once: true }));
    }""")


def test_a_voice_is_recorded_heard_and_added(speaking: Page) -> None:
    record(speaking)
    assert speaking.evaluate("document.querySelector('[data-heard]').src").startswith("blob:")
    judge(speaking)
    speaking.locator("[data-add]").click()
    speaking.wait_for_selector(".kept")
    kept = speaking.locator(".kept").inner_text()
    assert "voice." in kept and "Audio" in kept


def test_what_was_spoken_is_kept_when_another_button_is_pressed(speaking: Page) -> None:
    speaking.goto("/submit/files")
    before = speaking.locator(".kept").count()
    record(speaking)
    speaking.locator("button[name=next]").click()
    speaking.locator(".kept").nth(before).wait_for()
    speaking.locator("[data-record]").click()
    speaking.locator("[data-stop]").wait_for()
    speaking.locator("button[name=next]").click()
    speaking.wait_for_selector("[data-heard]:not([hidden])")
    assert "/submit/files" in speaking.url, "what is being spoken is ended first, and can be heard"


def test_what_is_thrown_away_goes_nowhere(speaking: Page) -> None:
    speaking.goto("/submit/files")
    before = speaking.locator(".kept").count()
    sent: list[str] = []
    speaking.on("request", lambda request: sent.append(request.url) if request.url.startswith("http") else None)
    record(speaking)
    speaking.locator("[data-away]").click()
    assert speaking.locator("[data-record]").is_visible() and sent == []
    speaking.reload()
    assert speaking.locator(".kept").count() == before


def test_no_other_page_may_use_the_microphone(app: Flask) -> None:
    client = app.test_client()
    client.post("/submit/begin")
    policies = {path: client.get(path).headers["Permissions-Policy"] for path in ("/", "/submit", "/submit/files", "/submit/summary")}
    assert [path for path, policy in policies.items() if "microphone=(self)" in policy] == ["/submit/files"]
