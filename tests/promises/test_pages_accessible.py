"""Every reading page can be read by everybody: axe finds nothing at two widths, light and dark; nothing scrolls sideways at 320 px;
without script everything is there.

Followed: WCAG 2.2 A and AA and axe's best practices. What may not live here: pages of accounts and the desk, keys (journeys/test_keyboard).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from archive_app.access import readings
from archive_app.access.readings import Copy, Recording
from tests.factories.browser import go, served
from tests.factories.readings import BELL, FakeRoom
from tests.factories.suites import spread
from tests.web.addresses import EVERY_PAGE
from tests.web.app import make_app

pytestmark = pytest.mark.browser

RULES: dict[str, object] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""All that light and dark can differ in, by the style sheet as it is; the slow suite runs every rule in the dark."""
PAPER = {"light": "rgb(250, 247, 241)", "dark": "rgb(29, 27, 24)"}
OTHER_LANGUAGES = ("/testimonies/lamp-on-the-stair?transcript=3&ui=hy", "/search?q=bell&ui=ru", "/?ui=az", "/events?ui=tr")
NARROW = (*EVERY_PAGE, *OTHER_LANGUAGES, "/testimonies/lamp-on-the-stair?beside=2", "/testimonies?ui=ar")


@pytest.fixture(scope="module")
def archive() -> Iterator[str]:
    with served(make_app(LANGUAGES="en,az,hy,ru,tr,ar")) as address:
        yield address


@pytest.fixture(scope="module")
def shown(browser: Browser, archive: str) -> Iterator[Page]:
    """One page for all: a new one each would take longer than what is looked at in it."""
    context = browser.new_context(base_url=archive)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(shown: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the width and colours that the test asks for (`width`, else 1280; `scheme`, else light), and so tall that nothing
    scrolls: what sticks to the top lies over no link. Whatever it complains about in its console fails the test."""
    asked, complaints = request.node.callspec.params, list[str]()
    shown.set_viewport_size({"width": asked.get("width", 1280), "height": 12_000})
    shown.emulate_media(color_scheme=asked.get("scheme", "light"))

    def told(message: ConsoleMessage) -> None:
        complaints.extend([message.text] if message.type in {"error", "warning"} else [])

    def broke(error: Error) -> None:
        complaints.append(str(error))

    shown.on("console", told)
    shown.on("pageerror", broke)
    yield shown
    shown.goto("about:blank")
    shown.remove_listener("console", told)
    shown.remove_listener("pageerror", broke)
    assert [each for each in complaints if "404 (NOT FOUND)" not in each] == []


JUDGED = """async (options) => {
  const found = await axe.run(document, {...options, resultTypes: ['violations']});
  return found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html.slice(0, 200)}`));
}"""
"""Only what is wrong leaves the page: all that is right takes many times as long to send as to find."""


def findings(page: Page, rules: dict[str, object] = RULES) -> list[str]:
    """What axe finds wrong with a page, a line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(JUDGED, rules)
    return found


def paper(page: Page) -> str:
    """The ground that is really painted."""
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.parametrize(("address", "width"), [
    pytest.param(address, width, marks=() if width == {0: 375, 8: 1280}.get(number % 16) else pytest.mark.slow)
    for number, address in enumerate((*EVERY_PAGE, *OTHER_LANGUAGES)) for width in (375, 1280)])
def test_axe_finds_nothing(address: str, width: int, page: Page) -> None:
    go(page, address)
    assert paper(page) == PAPER["light"]
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert paper(page) == PAPER["dark"]
    assert findings(page, CONTRAST) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("address", [*EVERY_PAGE, *OTHER_LANGUAGES])
def test_axe_finds_nothing_by_any_rule_in_the_dark(address: str, width: int, scheme: str, page: Page) -> None:
    go(page, address)
    assert paper(page) == PAPER[scheme]
    assert findings(page) == []


def test_axe_would_find_something(browser: Browser, archive: str) -> None:
    page = browser.new_page(base_url=archive)
    page.goto("/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<p class=bad>pale</p><input>')")
    page.evaluate("document.querySelector('.bad').style.color = '#eee'")
    assert {each.split(":")[0] for each in findings(page)} >= {"label", "color-contrast"}
    assert {each.split(":")[0] for each in findings(page, CONTRAST)} == {"color-contrast"}
    page.evaluate("document.querySelector('.bad').style.color = '#222'")
    assert findings(page, CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert {each.split(":")[0] for each in findings(page, CONTRAST)} == {"color-contrast"}
    page.close()


@pytest.mark.parametrize("width", [320])
@pytest.mark.parametrize("address", spread(NARROW, 8))
def test_nothing_scrolls_sideways(address: str, width: int, page: Page) -> None:
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


class Looking(FakeRoom):
    """The testimonies of the fake room, each with a document and a small picture."""

    def testimony(self, id: str) -> readings.Testimony:
        sheets = Copy("page-copy", "page", 1, "image/jpeg", 1400, 1980, "Words of the sheet")
        return replace(super().testimony(id), recordings=(
            Recording("sheets", "document", "The list", None, 0, (sheets,)),
            Recording("seal", "image", "A seal", None, 0, (Copy("seal-copy", "preview", 0, "image/jpeg", 120, 60),))))


def test_a_picture_has_its_place_before_it_comes(browser: Browser) -> None:
    """It is a link, too: one to be hit by a finger, and nothing below it moves when it is there."""
    with served(make_app(Looking())) as address:
        page = browser.new_page(base_url=address, viewport={"width": 320, "height": 700})
        page.route("**/media/*", lambda route: None)  # on its way for ever
        page.goto(f"/testimonies/{BELL.id}", wait_until="domcontentloaded")
        assert findings(page) == []
        one, two = (page.locator(f".seen > a img[src$={name}]").bounding_box() for name in ("page-copy", "seal-copy"))
        assert one and two and (one["width"], round(one["height"])) == (280, 395) and (two["width"], two["height"]) == (120, 61)
        page.close()


def test_a_moment_is_brought_into_sight_with_script_and_linked_without(browser: Browser, archive: str) -> None:
    address = "/testimonies/bell-rope-on-the-quay?t=200"
    with_script = browser.new_page(base_url=archive, viewport={"width": 375, "height": 600})
    with_script.goto(address)
    assert with_script.locator(".transcript [aria-current]").bounding_box() is not None
    with_script.wait_for_function("scrollY > 0")
    context = browser.new_context(base_url=archive, java_script_enabled=False, viewport={"width": 375, "height": 600})
    without = context.new_page()
    without.goto(address)
    without.get_by_role("link", name="Go to 03:20").click()
    assert without.url.endswith("#s11")
    context.close()
    with_script.close()


def test_a_reader_searches_without_script(browser: Browser, archive: str) -> None:
    context = browser.new_context(base_url=archive, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?ui=az")
    page.get_by_role("searchbox").fill("bell")
    page.get_by_role("button", name="Axtarış").click()
    assert page.url.endswith("/search?q=bell&ui=az")
    page.get_by_role("link", name="Buradan oxu").first.click()
    assert page.locator("mark").count() > 0
    assert page.locator("html").get_attribute("lang") == "az"
    context.close()
