"""A daughter at 320 px, without a script, writes in Azerbaijani, adds a photograph, decides, leaves, comes back with the receipt; an
archivist takes it in and publishes; she sees what others see, pauses, goes on, withdraws. On every page: axe finds nothing, nothing
scrolls sideways."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from archive_app.actions.family_keys import Cost
from archive_app.records import objects
from archive_app.records.base import reading
from archive_app.web.submit import door
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import signed_in
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.journeys.test_account_pages import judge

pytestmark = pytest.mark.browser
WORDS = "Bulağın suyu soyuq idi.\n\nBiz ora axşam gedərdik."


@pytest.fixture(scope="module")
def app(sample: Archive) -> Flask:
    made = sample.app(EXIT_URL="http://127.0.0.1:9", LANGUAGES="en,az,hy,ru,tr")
    made.extensions[door.NAME] = replace(door.room_of(made), cost=Cost(1, 8, 1))
    return made


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture
def daughter(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def archivist(sample: Archive, app: Flask, browser: Browser, address: str) -> Iterator[Page]:
    signed_in.browser(sample, app, "archivist", email="tender@example.org")
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": SESSION_COOKIE, "value": ("tender@example.org" * 43)[:43], "url": address}])
    yield context.new_page()
    context.close()


def no_sideways(page: Page) -> None:
    """Without script the page cannot be asked: a picture of the whole of it is as wide as the window."""
    assert page.locator("body").bounding_box()["width"] <= 320  # type: ignore[index]


def write_it(page: Page, *photographs: Path) -> str:
    """From the first page to the last question; the receipt."""
    page.goto("/submit?ui=az")
    page.locator("form button.go").click()
    receipt = " ".join(page.locator(".receipt b").all_text_contents())
    page.locator("a.go").click()
    page.locator("input[value=self]").check()
    page.locator("button.go:not([type=button])").click()
    page.locator("#name").fill("Əliyeva, Sevda")
    page.locator("button.go:not([type=button])").click()
    page.locator("#title").fill("Bulaq")
    page.locator("button.go:not([type=button])").click()
    page.locator("#text").fill(WORDS)
    page.locator("button.go:not([type=button])").click()
    for photograph in photographs:
        page.locator("#file").set_input_files(photograph)
        page.locator("form[enctype] button:not([name], [type=button])").first.click()
        no_sideways(page)
    page.locator("button.go:not([type=button])").click()
    while "/summary" not in page.url:
        no_sideways(page)
        if any(step in page.url for step in ("/existence", "/description", "/transcript")):
            page.locator("input[value=public]").check()
        page.locator("button.go:not([type=button])").click()
    return receipt


def test_a_daughter_and_an_archivist(daughter: Page, archivist: Page, browser: Browser, address: str) -> None:
    photograph = Path(__file__).parents[2] / "archive_app" / "sample" / "recordings" / "lamp.jpg"
    receipt = write_it(daughter, photograph)
    shown = daughter.locator("main").inner_text()
    assert "Bulağın suyu soyuq idi." in shown and "Sevda" not in shown
    daughter.locator("main form button.go").click()
    assert daughter.url.endswith("/submit/room?ui=az")
    try:
        daughter.locator("a.leave").click()
    except Exception as error:  # the address to which one leaves answers nobody here
        assert "ERR_CONNECTION_REFUSED" in str(error)
    daughter.goto("/submit/room?ui=az")
    assert "Sevda" not in daughter.content() and "Bulağ" not in daughter.content()

    archivist.goto("/desk/submissions")
    archivist.locator(".work a").first.click()
    judge(archivist)
    archivist.locator("#collection").select_option("night-of-the-water")
    archivist.locator("button[value=accept]:visible").click()
    judge(archivist)
    assert "Sevda" in archivist.content()
    testimony = archivist.url.rsplit("/", 1)[1]
    archivist.goto(f"/desk/testimonies/{testimony}/publish")
    archivist.locator("main button.go:not([type=button])").click()

    daughter.goto("/submit/open?ui=az")
    daughter.goto("/submit/return?ui=az")
    daughter.locator("#receipt").fill(receipt.upper())
    daughter.locator("button.go:not([type=button])").click()
    stranger = browser.new_context(base_url=address).new_page()
    public = f"/testimonies/{testimony}"
    assert stranger.goto(public).status == 200 and "soyuq" in stranger.content() and "Sevda" not in stranger.content()  # type: ignore[union-attr]
    daughter.locator("form[action*=pause] button").click()
    assert stranger.goto(public).status == 404  # type: ignore[union-attr]
    daughter.locator("form[action*=go-on] button").click()
    assert stranger.goto(public).status == 200  # type: ignore[union-attr]
    daughter.locator("form[action*=withdraw] button").click()
    daughter.locator("main button.go:not([type=button])").click()
    assert stranger.goto(public).status == 404  # type: ignore[union-attr]
    stranger.context.close()


KBIT = 1000 // 8


@pytest.mark.slow
def test_the_same_with_two_photographs_over_a_slow_line(daughter: Page, archivist: Page, sample: Archive, tmp_path: Path) -> None:
    """400 kbit/s both ways, 300 ms to an answer: nothing is lost, and no page asks for more than it needs."""
    line = daughter.context.new_cdp_session(daughter)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 300, "downloadThroughput": 400 * KBIT, "uploadThroughput": 400 * KBIT})
    photographs = [tmp_path / "bulaq.jpg", tmp_path / "həyət.jpg"]
    for number, path in enumerate(photographs):
        Image.effect_noise((1200, 900), 40 + number).save(path, "JPEG", quality=60)
        assert path.stat().st_size > 150_000
    receipt = write_it(daughter, *photographs)
    daughter.locator("main form button.go").click()
    assert "/submit/room" in daughter.url and "An archivist" not in daughter.content(), "in Azerbaijani"
    daughter.goto("/submit/stopped?ui=az")
    daughter.goto("/submit/room?ui=az")
    assert "Bulağ" not in daughter.content()
    daughter.goto("/submit/return?ui=az")
    daughter.locator("#receipt").fill("  " + receipt.replace(" ", "\n").upper())
    daughter.locator("button.go:not([type=button])").click()
    daughter.goto("/submit/files?ui=az")
    assert daughter.locator(".kept h2").all_text_contents() == ["bulaq.jpg", "həyət.jpg"]
    no_sideways(daughter)
    archivist.goto("/desk/submissions")
    waiting = archivist.locator(".work a").count()
    for verb, left in (("pause", waiting - 1), ("go-on", waiting)):
        daughter.goto("/submit/room?ui=az")
        daughter.locator(f"form[action*={verb}] button").click()
        archivist.goto("/desk/submissions")
        assert archivist.locator(".work a").count() == left, "what is paused archivists do not read"
    listed = [each.get_attribute("href") or "" for each in archivist.locator(".work a").all()]  # of one day, in no order
    page = next(link for link in listed if archivist.goto(link) and "bulaq.jpg" in archivist.content())
    files = [archivist.request.get(each.get_attribute("href") or "").body() for each in archivist.locator("a[download]").all()]
    assert files == [path.read_bytes() for path in photographs], "byte for byte"
    daughter.locator("form[action*=withdraw] button").click()
    daughter.locator("main button.go:not([type=button])").click()
    archivist.goto(page)
    assert WORDS[:20] not in archivist.content() and archivist.locator("a[download]").count() == 0
    with reading(sample.engine) as session:
        assert not {hashlib.sha256(path.read_bytes()).hexdigest() for path in photographs} & set(sample.vault.digests())
        assert objects.named(session) >= set(sample.vault.digests()), "what was sealed is gone from the disk"


@pytest.mark.parametrize("path", ["/submit", "/submit/return?ui=hy", "/submit/concern?ui=tr"])
def test_axe_finds_nothing_at_the_door(browser: Browser, address: str, path: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    page.goto(path)
    judge(page)
    page.context.close()


STEPS = [pytest.param(step, marks=pytest.mark.slow) for step in ("who", "told", "people", "uses", "note")]


@pytest.mark.parametrize("step", ["identity", *STEPS])
def test_axe_finds_nothing_at_a_question(browser: Browser, address: str, step: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/submit?ui=ru")
    page.locator("form button.go").click()
    for path in (f"/submit/questions/{step}?ui=ru", "/submit/files?ui=ru", "/submit/summary?ui=ru", "/submit/room?ui=ru"):
        page.goto(path)
        judge(page)
    page.context.close()


def test_three_times_shift_leaves(browser: Browser, address: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/questions/note")
    assert page.get_by_text("You can also press Shift three times.").is_visible()
    with page.expect_event("requestfailed", lambda request: request.url == "http://127.0.0.1:9/"):  # nothing listens where it leads to
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("chrome-error://**")
    page.goto("/submit/questions/note")
    assert page.locator("textarea").count() == 0
    page.context.close()


def test_what_is_written_stays_on_the_page_while_the_line_is_down(browser: Browser, address: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/questions/account")
    page.locator("#text").fill(WORDS)
    page.context.set_offline(True)
    page.locator("main button.go").click()
    page.locator("[data-line]", has_text="The line is down.").wait_for()
    assert page.locator("#text").input_value() == WORDS
    page.context.set_offline(False)
    page.locator("main button.go").click()
    page.wait_for_url("**/submit/files")
    page.goto("/submit/questions/account")
    assert page.locator("#text").input_value() == WORDS
    page.context.close()
