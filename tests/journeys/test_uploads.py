"""Files that go in pieces from a real browser: stopped, cut off, the page closed, the same file chosen again; and without script."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from archive_app.access.desk import Desk
from archive_app.records.base import reading
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import signed_in as signed_in_as
from tests.factories.archives import Archive, viewer
from tests.factories.uploads import tone

pytestmark = pytest.mark.browser
RECORDINGS = "/desk/testimonies/two-keys/recordings"
HASH = """async ([address, sizes]) => {
  const { Sha256, hex } = await import(address);
  const bytes = Uint8Array.from({length: sizes.reduce((a, b) => a + b, 0)}, (_, n) => n * 7 % 251);
  const sha = new Sha256();
  let at = 0;
  for (const size of sizes) sha.update(bytes.subarray(at, at += size));
  return hex(sha.digest());
}"""


@pytest.fixture
def family(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 375, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/files")
    yield page
    context.close()


@pytest.fixture
def archivist(sample: Archive, app: Flask, browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    called = re.sub(r"\W|_", "-", request.node.name)[-20:].strip("-")
    email = f"{called}@example.org"
    signed_in_as.browser(sample, app, "custodian", email=email)
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.add_cookies([{"name": SESSION_COOKIE, "value": (email * 43)[:43], "url": address}])
    yield context.new_page()
    context.close()


def kept(archive: Archive) -> list[str]:
    with reading(archive.engine) as session:
        return [each.digest for each in Desk(session, viewer("custodian")).recordings("two-keys")]


def test_a_digest_of_pieces_is_that_of_the_whole(family: Page) -> None:
    address = family.locator("[data-sha256]").get_attribute("data-sha256")
    for sizes in ([0], [1], [55], [56], [63, 1], [64], [65], [119, 1, 9], [1000, 24, 64, 3], [100_003, 29]):
        wanted = hashlib.sha256(bytes(n * 7 % 251 for n in range(sum(sizes)))).hexdigest()
        assert family.evaluate(HASH, [address, sizes]) == wanted, sizes


@pytest.mark.slow
def test_a_recording_goes_in_pieces_and_is_compared(archivist: Page, sample: Archive, tmp_path: Path) -> None:
    """By keys alone from the field on; a piece that fails is sent again, and what is shown at the end was read from the vault."""
    file = tmp_path / "tape one.wav"
    file.write_bytes(tone(60.0))
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if route.request.method == "PATCH" and len(failed) < 2:
            failed.append(route.request.headers["upload-offset"])
            route.abort()
        else:
            route.continue_()

    archivist.route("**/desk/uploads/**", fail_once)
    archivist.goto(RECORDINGS)
    archivist.locator("#file").set_input_files(file)
    archivist.locator("#label").fill("Tape one")
    archivist.keyboard.press("Enter")
    archivist.wait_for_selector(".recording")
    assert len(failed) == 2 and "Tape one" in archivist.locator(".recording").inner_text()
    assert kept(sample) == [hashlib.sha256(file.read_bytes()).hexdigest()] and archivist.url.endswith(RECORDINGS)
    assert "tape one.wav" in archivist.locator(".recording").inner_text()


def test_a_recording_goes_in_pieces_in_another_language(archivist: Page, tmp_path: Path) -> None:
    """Its address carries the language."""
    file = tmp_path / "lent.wav"
    file.write_bytes(tone(1.0))
    archivist.goto("/desk/testimonies/orchard-ladder/recordings?ui=az")
    archivist.locator("#file").set_input_files(file)
    archivist.locator("#label").press("Enter")
    expect(archivist.locator(".recording", has_text=file.name)).to_be_visible()


@pytest.mark.slow
def test_stopped_closed_and_chosen_again_it_goes_on(family: Page, tmp_path: Path) -> None:
    """What had arrived is not sent twice; nothing is remembered in the browser."""
    file = tmp_path / "voice.wav"
    file.write_bytes(tone(90.0) + random.Random(1).randbytes(100))
    offsets: list[int] = []
    held: list[Route] = []

    def hold_third(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) == 3:
                held.append(route)
                return
        route.continue_()

    family.route("**/submit/uploads/**", hold_third)
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    expect(family.locator("#upload-sent")).to_contain_text("0.2 MB of 1.4 MB")
    assert family.evaluate("document.activeElement.matches('[data-pause]')")
    family.keyboard.press("Enter")
    assert "Stopped." in family.locator(".upload [data-said]").inner_text() and family.evaluate("document.activeElement.matches('[data-go-on]')")
    assert family.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])") == "[[],[]]"
    family.unroute_all(behavior="ignoreErrors")
    family.reload()
    family.on("request", lambda asked: offsets.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None)
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    family.wait_for_selector(".kept h2, .notice")
    assert family.locator(".kept h2").inner_text() == "voice.wav"
    assert offsets == sorted(offsets) and offsets.count(0) == 1 and offsets.count(offsets[2]) == 2


@pytest.mark.slow
def test_a_file_that_is_not_wanted_is_given_up(family: Page, tmp_path: Path, sample: Archive) -> None:
    file = tmp_path / "voice.wav"
    file.write_bytes(tone(30.0))
    family.route("**/submit/uploads/*", lambda route: None if route.request.method == "PATCH" else route.continue_())
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    with family.expect_response(lambda answer: answer.request.method == "DELETE") as told:
        expect(family.locator("#upload-sent")).to_contain_text("0 kB of 480 kB")
        family.get_by_role("button", name="Do not send this file").click()
    assert told.value.status == 204 and not family.locator(".upload").is_visible()
    assert not [path for path in (sample.folder / "instance/uploads/families").rglob("of")]


def test_an_empty_file_is_not_announced(family: Page, tmp_path: Path) -> None:
    empty, file = tmp_path / "empty.wav", tmp_path / "voice.wav"
    empty.write_bytes(b"")
    file.write_bytes(tone(1.0))
    family.locator("#file").set_input_files(empty)
    family.get_by_role("button", name="Add this file").click()
    expect(family.locator(".upload [data-said]")).to_contain_text("This file is empty.")
    expect(family.get_by_text("announced")).to_be_hidden()
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    family.get_by_text("voice.wav").first.wait_for()


@pytest.mark.parametrize("comes", [True, False])
def test_a_button_that_is_pressed_before_every_script_is_there_is_heard(family: Page, tmp_path: Path, comes: bool) -> None:
    """What comes late is waited for; without what does not come, the form sends the file itself."""
    file, held, announced = tmp_path / "voice.wav", list[Route](), list[str]()
    file.write_bytes(tone(1.0))
    family.route("**/sha256*.js", lambda route: held.append(route))
    family.route("**/submit/uploads", lambda route: (announced.append(route.request.method), route.continue_()))
    family.reload()
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    expect(family.locator("[data-pause]")).to_be_focused()
    assert len(held) == 1 and not announced
    held[0].continue_() if comes else held[0].abort()
    expect(family.locator(".kept h2")).to_have_text("voice.wav")
    assert bool(announced) == comes


@pytest.mark.slow
@pytest.mark.parametrize(("status", "words"), [(413, "larger than this archive takes"), (507, "has no place"), (409, "Too many files"), (404, "did not work"),
                                               (303, "no longer let in"), (400, "no longer let in")])
def test_what_goes_wrong_is_said(family: Page, tmp_path: Path, status: int, words: str) -> None:
    file = tmp_path / "voice.wav"
    file.write_bytes(tone(1.0))
    family.route("**/submit/uploads", lambda route: route.fulfill(status=status, headers={"Location": "/sign-in"} if status == 303 else {}))
    family.locator("#file").set_input_files(file)
    family.get_by_role("button", name="Add this file").click()
    expect(family.locator(".upload [data-said]")).to_contain_text(words)
    assert family.get_by_role("button", name="Add this file").is_enabled() and family.locator("#file").is_enabled()


@pytest.mark.slow
@pytest.mark.parametrize(("ui", "width"), [("en", 320), ("hy", 375), ("ru", 1280), ("ar", 375)])
def test_axe_finds_nothing_while_a_file_is_on_its_way(browser: Browser, address: str, tmp_path: Path, ui: str, width: int) -> None:
    """Nor does anything stand out of the page."""
    file = tmp_path / "a-name-that-is-as-long-as-names-of-recordings-are.wav"
    file.write_bytes(tone(30.0))
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 700}, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto(f"/submit/files?ui={ui}")
    page.route("**/submit/uploads/*", lambda route: None if route.request.method == "PATCH" else route.continue_())
    page.locator("#file").set_input_files(file)
    page.locator("form[data-uploads] .acts button:not([type=button])").first.click()
    for focus in ("[data-pause]", "[data-go-on]"):
        expect(page.locator(focus)).to_be_focused()
        found = Axe().run(page).response["violations"]
        assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Enter")
    context.close()


@pytest.mark.slow
def test_without_script_the_form_sends_the_file(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/files")
    file = tmp_path / "voice.wav"
    file.write_bytes(tone(40.0))
    assert not page.locator(".upload").is_visible()
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Add this file").click()
    assert page.locator(".kept h2").inner_text() == "voice.wav"
    context.close()
