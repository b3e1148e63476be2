"""Both doors in a real browser: the way out leaves nothing behind, the first page is small, nothing that was typed acts, and every page of both
can be read by everybody, in five languages and three widths.

Pages come from the table of routes, so that those which are added later are looked at too. What may not live here: keys (test_keyboard).
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from archive_app import ids
from archive_app.actions import family_room, submitting
from archive_app.records.base import open_engine
from archive_app.web.submit import door, questions
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.naughty import OWN, shared
from tests.promises import doors
from tests.promises.doors import House
from tests.promises.test_pages_accessible import findings

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "az", "hy", "ru", "tr")
WIDTHS = (320, 375, 1280)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The page to which one leaves."""
    weather = Flask("weather")
    weather.add_url_rule("/", view_func=lambda: "<!doctype html><title>Weather</title><p>Rain later.")
    with served(weather) as found:
        yield found + "/"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_database: Path, elsewhere: str) -> Iterator[House]:
    ids.use_key(b"tests")
    folder = tmp_path_factory.mktemp("doors")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    made = doors.furnished(Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder))
    archive = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
    yield doors.house(made, archive, EXIT_URL=elsewhere)
    archive.engine.dispose()


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with served(house.app) as found:
        yield found


def visiting(house: House, browser: Browser, address: str, receipt: tuple[str, ...] = (), **how: object) -> BrowserContext:
    """A browser in which a family writes: a new draft, or what a receipt opens."""
    visit = family_room.enter(house.room, " ".join(receipt)) if receipt else families.begun(house.room)[0].visit
    assert visit is not None
    context = browser.new_context(base_url=address, **how)  # type: ignore[arg-type]
    context.add_cookies([{"name": door.VISIT, "value": visit, "domain": "127.0.0.1", "path": door.PATH}])
    return context


def keeper(house: House, browser: Browser, address: str, **how: object) -> BrowserContext:
    house.person("custodian")
    context = browser.new_context(base_url=address, **how)  # type: ignore[arg-type]
    context.add_cookies([{"name": SESSION_COOKIE, "value": ("custodian@example.org" * 43)[:43], "url": address}])
    return context


# The way out

def family_pages(house: House) -> list[str]:
    """Every address of the families' room that is opened."""
    rows = [row for row in doors.rows(house.app) if row.rule.startswith("/submit") and "GET" in row.methods
            and row.endpoint not in ("submit.leave", "submit.open_again")]
    return [path for row in rows for path in (
        [f"/submit/questions/{step}" for step in questions.BY_STEP if step != "files"] if row.endpoint == "submit.question" else row.addresses(house.open))]


def holds_visit(context: BrowserContext) -> bool:
    return any(each["name"] == door.VISIT for each in context.cookies())  # type: ignore[typeddict-item]


def until(page: Page, condition: Callable[[], bool], seconds: int = 30) -> None:
    """Wait for what the browser does beside its page, of which no page tells."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        page.wait_for_timeout(20)


def nothing_shows(page: Page, paths: list[str]) -> None:
    seen = set[str]()
    for path in paths:
        page.goto(path)
        seen.add(page.locator("main").inner_text())
    assert len(seen) == 1 and "Nothing is open here" in seen.pop()


@pytest.mark.slow
def test_shift_three_times_leaves_and_nothing_is_left_to_go_back_to(house: House, browser: Browser, address: str, elsewhere: str) -> None:
    context = visiting(house, browser, address)
    page = context.new_page()
    for path in ("/submit/questions/name", "/submit/questions/note"):
        page.goto(path)
    page.locator("#words").fill("What nobody may see.")
    before = page.evaluate("history.length")
    page.locator("body").press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.endswith("/note"), "twice is not three times"
    page.keyboard.press("Shift")
    page.wait_for_url(elsewhere)
    assert page.evaluate("history.length") == before, "it took the place of the page"
    for _ in range(3):
        with suppress(Error):
            page.go_back()
        assert page.locator("input, textarea").count() == 0 and "Vellan" not in page.content() and "What nobody" not in page.content()
    nothing_shows(page, family_pages(house)[::6])
    context.close()


@pytest.mark.slow
def test_after_leaving_every_address_answers_the_neutral_page(house: House, browser: Browser, address: str, elsewhere: str) -> None:
    context = visiting(house, browser, address)
    page = context.new_page()
    page.goto("/submit/room")
    page.locator("a.leave").click()
    page.wait_for_url(elsewhere)
    nothing_shows(page, family_pages(house))
    context.close()


@pytest.mark.parametrize("script", [False, True])
def test_the_link_leaves(house: House, browser: Browser, address: str, elsewhere: str, script: bool) -> None:
    context = visiting(house, browser, address, java_script_enabled=script)
    page = context.new_page()
    page.goto("/submit/questions/account")
    link = page.locator("a.leave")
    assert (link.get_attribute("href") or "").startswith("/submit/leave") and not link.get_attribute("target")
    link.click()
    page.wait_for_url(elsewhere)
    if script:  # then the archive is told beside the way out, and its answer may come later than the page
        assert page.evaluate("document.referrer") == ""
        until(page, lambda: not holds_visit(context))
    assert not holds_visit(context)
    nothing_shows(page, family_pages(house)[:4])
    page.goto("/submit/open")
    assert "Give a testimony" in page.content()
    context.close()


def test_nobody_waits_for_the_archive_on_the_way_out(house: House, browser: Browser, address: str, elsewhere: str) -> None:
    """It answers nothing any more: the browser is out all the same, shows nothing when it comes back, and the visit is not there to go on."""
    context = visiting(house, browser, address)
    page, told = context.new_page(), list[str]()
    page.goto("/submit/questions/name")
    page.goto("/submit/questions/note")
    context.route("**/submit/leave*", lambda route: told.append(route.request.url))
    page.locator("a.leave").click()
    page.wait_for_url(elsewhere)
    until(page, lambda: bool(told))
    assert told and holds_visit(context)
    with suppress(Error):
        page.go_back()
    assert page.locator("input, textarea").count() == 0
    nothing_shows(page, family_pages(house)[:4])
    page.goto("/submit/open")
    assert "Give a testimony" in page.content()
    page.goto("/submit/questions/note")
    assert page.locator("textarea").count() == 0
    context.close()


def test_the_first_page_is_small(house: House, browser: Browser, address: str) -> None:
    """With everything that it loads, in every language, as it is sent; and without a cookie."""
    for language in LANGUAGES:
        context = browser.new_context(base_url=address)
        page, loaded = context.new_page(), list[Response]()
        page.on("response", lambda answer, loaded=loaded: loaded.append(answer))  # type: ignore[misc]
        page.goto(f"/submit?ui={language}")
        assert sum(len(each.body()) + sum(map(len, each.headers)) for each in loaded) <= 50_000, [(each.url, len(each.body())) for each in loaded]
        assert {each.url.split("/")[2] for each in loaded} == {address.split("/")[2]}
        assert context.cookies() == []
        context.close()


# What was typed

class Heard:
    """What a browser complains of, and what would be a script's doing."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.said: list[str] = []
        context.add_init_script("addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.blockedURI + ' ' + e.violatedDirective))")
        context.on("dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        context.on("weberror", lambda error: self.said.append(f"error {error.error}"))
        context.on("console", lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None)
        context.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else self.said.append(f"asked for {asked.url}"))
        context.on("page", lambda page: None)


def shows(page: Page, strings: list[str]) -> None:
    """Every one of them stands in the page as text."""
    text = "".join((page.locator("main").inner_text() + "".join(page.locator("input, textarea").evaluate_all("all => all.map(one => one.value)"))).split())
    assert not [each for each in strings if "".join(each.split()) not in text], page.url


@pytest.mark.slow
@pytest.mark.parametrize("collected", [False, True])
def test_nothing_that_was_typed_acts(house: House, browser: Browser, address: str, collected: bool) -> None:
    strings = [each for each in (shared() if collected else OWN) if each.strip() and each.isprintable()]
    _, family = families.begun(house.room)
    submitting.save(house.room, family, "name", {"name": strings[0], "pseudonym": strings[1]})
    submitting.save(house.room, family, "told", {"title": strings[2], "place": strings[3]})
    submitting.save(house.room, family, "account", {"text": "\n\n".join(strings), "language": "en"})
    submitting.save(house.room, family, "people", {"people": [{"name": each[:200], "why": each[:200]} for each in strings[:40]]})
    submitting.save(house.room, family, "note", {"words": "\n".join(strings)[:4000]})
    for layer in ("existence", "description", "identity", "transcript"):
        submitting.save(house.room, family, layer, {"audience": "public"})
    submitting.send(house.room, family)
    submitting.write(house.room, family, "\n".join(strings))
    context = keeper(house, browser, address)
    heard, page = Heard(context, address), context.new_page()
    page.goto(f"/desk/submissions/{family.id}")
    shows(page, strings)
    page.locator("#collection").select_option("valley")
    page.locator("#title").fill(strings[0])
    page.locator("button[value=accept]:visible").click()
    one = page.url
    page.goto(f"{one}/publish")
    page.locator("main button.go").click()
    for path in ("", "/history", "/as?who=public", "/description", "/consent", "/restrictions"):
        page.goto(one + path)
    public = one.replace("/desk", "")
    for path in (public, f"{public}/transcripts/1", f"{public}/cite", f"{public}/search?q=alert", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/people",
                 "/desk?q=%22%3E%3Cimg+src=x+onerror=alert(1)%3E", "/sign-in?next=javascript:alert(1)"):
        page.goto(path)
    context.close()
    assert heard.said == []


def test_a_script_would_be_heard(house: House, browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    heard, page = Heard(context, address), context.new_page()
    page.goto("/submit")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)><img src=https://elsewhere.example/x>')")
    page.wait_for_timeout(0)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert [each for each in heard.said if "CSP" in each or "Refused" in each or "violates" in each]
    context.close()


# Everybody

FILES = {"attachment", "copy", "tape", "evidence"}
"""What a row of the desk gives as it was brought, mostly to be saved: no page."""


def desk_pages(house: House) -> list[str]:
    rows = [row for row in doors.rows(house.app) if row.rule.startswith("/desk") and "GET" in row.methods and not FILES & set(row.kinds.values())]
    named = {**house.open, "submission": house.hidden["submission"]}
    return [path for row in rows for path in row.addresses({**named, "testimony": "the-well", "hold": house.hidden["hold"]} if "hold" in row.kinds.values() else named)
            if not path.endswith((".csv", ".json", ".zip"))]


def judged(page: Page, path: str, width: int, language: str) -> list[str]:
    """What is wrong with a page at this width, in this language."""
    page.set_viewport_size({"width": width, "height": 720})
    answer = page.goto(f"{path}{'&' if '?' in path else '?'}ui={language}")
    if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    where = f"{path} in {language} at {width}"
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{where}: {each}" for each in findings(page)] + ([f"{where}: scrolls sideways"] if wide else [])


CASES = [pytest.param(language, width, marks=() if (language, width) in (("hy", 320),) else pytest.mark.slow)
         for language in LANGUAGES for width in WIDTHS]


@pytest.mark.parametrize(("language", "width"), CASES)
def test_every_page_of_both_doors_can_be_read(house: House, browser: Browser, address: str, language: str, width: int,
                                              request: pytest.FixtureRequest) -> None:
    quick = not request.node.get_closest_marker("slow")
    made = (visiting(house, browser, address, house.receipts["sent"]), family_pages(house)), (keeper(house, browser, address), desk_pages(house))
    wrong, looked = [], 0
    for context, paths in made:
        page = context.new_page()
        paths = [path for path in paths if not path.endswith(("/copy", "/stopped"))]
        for path in paths[3::9] if quick else [*paths, *(["/submit/stopped"] if "/submit" in paths else [])]:
            wrong += judged(page, path, width, language)
            looked += 1
        context.close()
    assert not wrong, "\n".join(wrong)
    assert looked >= 4


def test_every_page_is_among_them(house: House) -> None:
    """What no page can be made of here is named."""
    for path in [*family_pages(house), *desk_pages(house)]:
        assert not re.search(r"[<>]", path) and "never-was" not in path, path
