"""Archivists correct a transcript in the browser: by keys, by mouse, at once, with a browser that is killed; nothing is lost, and no reader
meets a word of it before it is made a version. The real thing from the recording to the browser's decoder.

What may not live here: what a draft or a version is (tests/actions), the form without script (tests/web).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from archive_app import clock, ids
from archive_app.access.desk import Desk
from archive_app.actions import drafting, transcribing
from archive_app.actions.change import operator
from archive_app.records.base import open_engine, reading
from archive_app.web.visit import SESSION_COOKIE
from tests.actions.asking import read_by
from tests.factories import signed_in
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.sounds import recording
from tests.journeys.test_account_pages import judge
from tests.promises.test_pages_accessible import findings

pytestmark = pytest.mark.browser

T = "/desk/testimonies/told/transcripts/1"
SAID = ("the river was low that year", "nobody spoke of the river", "we crossed at night", "there was no moon")
READ = " / ".join(SAID)
"""A word each half second, a segment every four seconds."""


class Open(Protocol):
    """Opens a page in a browser of its own; `wrong`: what went wrong in any of them."""

    wrong: list[str]

    def __call__(self, who: str, path: str, ready: bool = True, **more: object) -> Page: ...


def recognised() -> bytes:
    segments = []
    for at, text in enumerate(SAID):
        words = [{"word": f" {word}", "start": at * 4 + n / 2, "end": at * 4 + n / 2 + 0.4} for n, word in enumerate(text.split())]
        segments.append({"start": at * 4, "end": at * 4 + 3.5, "text": f" {text}", "words": words})
    return json.dumps({"segments": segments}).encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("editor")
    (folder / "archive.sqlite3").write_bytes(empty_database.read_bytes())
    ids.use_key(b"tests")
    clock.forget_floor()
    made = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
    recording(made.incoming / "one.wav", [(at * 4000, at * 4000 + 3500, 300 + 40 * at) for at in range(4)], duration_ms=20_000)
    made.write("told.json", recognised())
    made.bring({"identifier": "told", "title": "What was told", "languages": "en", "narrators": "Ferrowen, Ilda", "media": "one.wav|Tape 1",
                "transcripts": "told.json|en|machine"})
    made.derive()
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def address(archive: Archive) -> Iterator[str]:
    app = archive.app(LANGUAGES="en,az,hy,ru,tr,ar")
    for name in ("one", "two"):
        signed_in.browser(archive, app, "archivist", email=f"{name}@example.org")
    with served(app) as found:
        yield found


@pytest.fixture
def opens(browser: Browser, address: str) -> Iterator[Open]:
    """opens(who, path, ...): a browser of its own for one of the two archivists; what goes wrong in it fails the test."""
    contexts, wrong = [], list[str]()

    def of(who: str, path: str, ready: bool = True, **more: object) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, **more)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": (f"{who}@example.org" * 43)[:43], "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(path)
        if ready:
            page.locator("html[data-editor=ready]").wait_for()
        return page

    found = cast(Open, of)
    found.wrong = wrong
    yield found
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(autouse=True)
def as_at_first(archive: Archive) -> Iterator[None]:
    """Each test begins with the words of the file as the version that is read, and without drafts."""
    yield
    with reading(archive.engine) as session:
        shown = Desk(session, operator()).transcripts("told")[0]
    for each in shown.drafts:
        drafting.set_aside(archive.engine, operator(), "told", 1, each.key, each.serial)
    if shown.current != 1:
        transcribing.restore(archive.engine, operator(), "told", 1, 1, shown.current)


def texts(page: Page) -> list[str]:
    return page.locator(".edit textarea").evaluate_all("all => all.map(each => each.value)")


def times(page: Page) -> list[str]:
    return page.locator(".edit .when time").all_inner_texts()


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status][data-clean=yes]")).to_contain_text("Saved")


def draft(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate(f"fetch('{T}/draft').then(answer => answer.json()).then(told => told.segments)")
    return found


def at_letter(page: Page, row: int, letter: int) -> None:
    page.locator(".edit textarea").nth(row).evaluate("(each, at) => { each.focus(); each.setSelectionRange(at, at) }", letter)


@pytest.mark.slow
def test_a_transcript_is_corrected_by_keys_alone(opens: Open, archive: Archive) -> None:
    page = opens("one", f"{T}/edit")
    assert texts(page) == list(SAID)
    at_letter(page, 0, len("the river"))
    page.keyboard.type("bank")
    page.keyboard.press("Control+Enter")
    assert texts(page)[:2] == ["the riverbank", "was low that year"] and times(page)[:3] == ["00:00", "00:01", "00:04"]
    assert page.evaluate("[document.activeElement.value, document.activeElement.selectionStart]") == ["was low that year", 0]
    page.keyboard.press("Control+ArrowDown")
    page.keyboard.press("Control+j")
    assert texts(page)[2:] == ["nobody spoke of the river we crossed at night", "there was no moon"]
    page.keyboard.press("Alt+t")
    page.locator("#by").fill("0.5")
    page.get_by_label("this and all after it").check()
    page.get_by_role("button", name="Change them").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    saved(page)
    kept = draft(page)
    assert [each[:2] for each in kept] == [[0, 1000], [1000, 3500], [4500, 12_000], [12_500, 16_000]]
    assert kept[0][6] == [[0, 0]] and kept[1][6] == [[0, 1000], [4, 1500], [8, 2000], [13, 2500]], "a changed word has no time, every other its own"
    assert kept[2][6][:2] == [[0, 4500], [7, 5000]] and kept[2][6][5] == [26, 8500] and READ == read_by(archive, "told")  # type: ignore[index]
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert texts(page) == list(SAID)
    page.keyboard.press("Control+Shift+z")
    assert texts(page)[0] == "the riverbank was low that year"
    assert page.locator(".player .message").inner_text() == "Done again"


def test_what_is_typed_outlives_a_killed_browser(opens: Open, archive: Archive) -> None:
    page = opens("one", f"{T}/edit")
    at_letter(page, 1, 0)
    page.keyboard.type("Truly ")
    expect(page.locator("[data-status][data-clean=yes]")).to_contain_text("Saved", timeout=5_000)  # by itself, within the time that may be lost
    page.keyboard.type("and ")
    page.context.close()
    again = opens("one", f"{T}/edit")
    assert texts(again)[1] in ("Truly nobody spoke of the river", "Truly and nobody spoke of the river")
    stored = again.evaluate("Object.entries({...localStorage, ...sessionStorage})")
    assert stored == [], "no word rests in the browser"
    assert READ == read_by(archive, "told") == read_by(archive, "told", "custodian")


def test_found_replaced_made_a_version_compared_and_restored(opens: Open, archive: Archive) -> None:
    page = opens("one", f"{T}/edit")
    page.get_by_role("button", name="Find and replace").click()
    page.locator("#sought").fill("RIVER")
    page.locator("#instead").fill("stream")
    expect(page.locator("[data-count]")).to_have_text("2 found. ")
    assert page.locator(".previews del").all_inner_texts() == ["river", "river"] == [
        each.lower() for each in page.locator(".previews del").all_inner_texts()]
    page.locator(".previews input").last.uncheck()
    page.get_by_role("button", name="Replace what is ticked").click()
    expect(page.locator(".edit textarea").first).to_have_value("the stream was low that year")  # a dialog tells that it closed a moment later
    assert texts(page)[1] == SAID[1]
    page.locator("a[data-finish]").wait_for()
    page.locator("a[data-finish]").click()
    page.wait_for_url("**/finish")
    assert page.locator("del").inner_text().endswith("river") and page.locator("ins").inner_text().endswith("stream")
    assert findings(page) == []
    page.get_by_role("button", name="Make this the new version").click()
    page.wait_for_url("**made=done")
    assert read_by(archive, "told").startswith("the stream was") and page.locator(".badge", has_text="read now").count() == 1
    page.get_by_role("link", name="Compare with what is read").last.click()
    assert page.locator("del").inner_text().endswith("river")
    page.go_back()
    page.get_by_role("link", name="Restore").last.click()
    page.get_by_role("button", name="Restore it").click()
    page.wait_for_url("**made=done")
    assert read_by(archive, "told") == READ


def test_a_click_leads_the_recording(opens: Open) -> None:
    page = opens("one", f"{T}/edit")
    heard = "document.querySelector('audio').currentTime"
    box = page.locator(".edit textarea").nth(2)
    box.evaluate("each => { each.focus(); each.setSelectionRange(11, 11); each.dispatchEvent(new MouseEvent('click', {bubbles: true, detail: 1})) }")
    page.wait_for_function(f"Math.abs({heard} - 9) < 0.01")
    expect(page.locator(".edit > li").nth(2)).to_have_attribute("aria-current", "true")
    page.locator(".edit .when button").nth(3).click()
    page.wait_for_function(f"Math.abs({heard} - 12) < 0.01")
    page.locator(".edit textarea").nth(3).click()
    page.keyboard.press("Escape")
    page.wait_for_function(f"!document.querySelector('audio').paused && {heard} > 12.1")
    before = page.evaluate(heard)
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelector('audio').paused")
    assert before - 2.2 < page.evaluate(heard) < before - 1


@pytest.mark.slow
def test_what_is_worked_on_is_chosen_where_a_stretch_is_withheld(opens: Open) -> None:
    page = opens("one", f"{T}/edit")
    at_letter(page, 0, 9)
    page.keyboard.press("Control+Enter")
    saved(page)
    at_letter(page, 3, 0)  # the fourth of the draft, the third of what is read
    page.get_by_role("link", name="Withhold a stretch").click()
    page.wait_for_url("**/restrictions?at=8000")
    assert page.locator("[name=segment]:checked").evaluate_all("all => all.map(each => each.value)") == ["3"]
    page.get_by_role("link", name="To the chosen segments").click()
    expect(page.locator("#segment-3")).to_be_in_viewport()


@pytest.mark.slow
def test_two_windows_on_one_draft_lose_nothing(opens: Open) -> None:
    one = opens("one", f"{T}/edit")
    at_letter(one, 0, 0)
    one.keyboard.type("One ")
    saved(one)
    two = opens("two", one.url)
    expect(two.get_by_role("heading", name="A draft of another account")).to_be_visible()
    at_letter(two, 1, 0)
    two.keyboard.type("Two ")
    saved(two)
    one.keyboard.type("more ")
    one.keyboard.press("Control+s")
    expect(one.get_by_role("alert")).to_contain_text("This draft was changed in another window")
    expect(one.locator("[data-status]")).to_have_text("Not saved yet")
    one.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(one.get_by_role("alert")).to_be_in_viewport()
    assert findings(one) == []
    one.get_by_role("button", name="Keep mine as a draft of its own").click()
    expect(one.locator("[data-status][data-clean=yes]")).to_contain_text("Saved")
    assert texts(one)[:2] == ["One more the river was low that year", SAID[1]]
    one.reload()
    one.locator("html[data-editor=ready]").wait_for()
    assert texts(one)[0].startswith("One more ") and texts(two)[:2] == ["One the river was low that year", "Two nobody spoke of the river"]
    one.goto(T)
    assert one.locator("#drafts ~ ul > li").count() == 2


@pytest.mark.slow
def test_two_who_open_it_at_once_learn_of_each_other_while_they_write(opens: Open) -> None:
    one, two = (opens(who, f"{T}/edit") for who in ("one", "two"))
    for page, row, word in ((one, 0, "One "), (two, 3, "Two ")):
        at_letter(page, row, 0)
        page.keyboard.type(word)
        saved(page)
    expect(one.get_by_role("alert")).to_have_count(0)
    expect(two.get_by_role("alert")).to_contain_text("one@example.org, since ")
    expect(two.get_by_role("heading", name="Somebody else has begun a draft of this transcript too")).to_be_in_viewport()
    assert findings(two) == []
    two.keyboard.type("and more ")
    saved(two)
    expect(two.get_by_role("alert")).to_have_count(1)
    expect(two.get_by_role("alert").get_by_role("listitem")).to_have_count(1)
    two.get_by_role("alert").get_by_role("button", name="Close").click()
    two.keyboard.type("there ")
    saved(two)
    expect(two.get_by_role("alert")).to_have_count(0)
    assert texts(two)[3] == "Two and more there there was no moon" == draft(two)[3][3], "typing went on where it was"
    one.keyboard.type("more ")
    saved(one)
    expect(one.get_by_role("alert")).to_contain_text("two@example.org, since ")
    one.get_by_role("alert").get_by_role("link", name="What they changed").click()
    one.wait_for_url("**/compare?**")
    assert "Two and more there" in " ".join(one.locator("ins").all_inner_texts())


@pytest.mark.slow
def test_a_window_goes_on_when_another_has_finished_its_draft(opens: Open) -> None:
    one = opens("one", f"{T}/edit")
    at_letter(one, 0, 0)
    one.keyboard.type("One ")
    saved(one)
    two = opens("two", one.url)
    two.get_by_role("link", name="Make it the new version").click()
    two.get_by_role("button", name="Make this the new version").click()
    two.wait_for_url("**/transcripts/1?made=*")
    one.keyboard.type("more ")
    one.keyboard.press("Control+s")
    expect(one.get_by_role("alert")).to_contain_text("This draft was changed in another window")
    one.get_by_role("button", name="Keep mine as a draft of its own").click()
    expect(one.locator("[data-status][data-clean=yes]")).to_contain_text("Saved")
    one.reload()
    one.locator("html[data-editor=ready]").wait_for()
    assert texts(one)[0].startswith("One more ")


@pytest.mark.slow
def test_two_people_make_two_versions_and_lose_nothing(opens: Open, archive: Archive) -> None:
    one, two = (opens(who, f"{T}/edit?draft=new") for who in ("one", "two"))
    for page, row, word in ((one, 0, "One "), (two, 3, "Two ")):
        at_letter(page, row, 0)
        page.keyboard.type(word)
        saved(page)
    two.locator("a[data-finish]").click()
    two.get_by_role("button", name="Make this the new version").click()
    two.wait_for_url("**made=done")
    one.keyboard.type("more ")
    saved(one)
    expect(one.get_by_role("alert")).to_contain_text("Somebody else made a new version")
    one.get_by_role("link", name="See both").click()
    one.get_by_role("button", name="Take theirs into this draft").click()
    one.get_by_role("button", name="Make this the new version").click()
    one.wait_for_url("**made=done")
    assert read_by(archive, "told") == "One more the river was low that year / nobody spoke of the river / we crossed at night / Two there was no moon"


def test_without_a_connection_nothing_is_lost(opens: Open) -> None:
    page = opens("one", f"{T}/edit")
    page.context.set_offline(True)
    at_letter(page, 2, 0)
    page.keyboard.type("Now ")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status]")).to_contain_text("cannot be reached")
    page.set_viewport_size({"width": 1280, "height": 300})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("[data-status]")).to_be_in_viewport()
    page.context.set_offline(False)
    saved(page)
    assert draft(page)[2][3] == "Now we crossed at night"


def test_speakers_are_named(opens: Open) -> None:
    page = opens("one", f"{T}/edit")
    page.locator(".edit select").first.focus()
    page.locator(".edit select").first.select_option("\n")
    page.locator("#name").fill("Ilda")
    page.get_by_label("wherever this speaker stands").check()
    page.get_by_role("button", name="Take it").click()
    at_letter(page, 1, 0)
    saved(page)
    assert [each[2] for each in draft(page)] == ["Ilda"] * 4


@pytest.mark.parametrize("path", [f"{T}/edit", *(pytest.param(path, marks=pytest.mark.slow) for path in (
    "/desk/testimonies/told/transcripts", T, f"{T}/compare?one=1&other=1", f"{T}/edit?ui=ru", f"{T}?ui=hy"))])
def test_axe_finds_nothing(opens: Open, path: str) -> None:
    page = opens("one", path, ready="edit" in path)
    judge(page)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/edit", "", "/compare?one=1&other=1"])
def test_without_script(opens: Open, path: str) -> None:
    page = opens("one", f"{T}{path}", ready=False, java_script_enabled=False)
    page.set_viewport_size({"width": 375, "height": 800})
    if path == "/edit":
        page.locator("#text-0").fill("The river.\n\nIt was low.")
        page.get_by_role("button", name="Save the draft").click()
        assert page.locator("#text-1").input_value() == "It was low."
        page.get_by_role("link", name="Make it the new version").click()
        assert page.locator("ins").first.is_visible()


def test_what_fails_in_a_page_is_seen(opens: Open) -> None:
    """Else the tests above would pass over it: a file that cannot be had leaves the plain form."""
    page = opens("one", T, ready=False)
    page.route("**/editor-rows-*.js", lambda route: route.abort())
    with page.expect_event("pageerror"):
        page.goto(f"{T}/edit")
    assert page.locator("#text-0").input_value() == SAID[0]
    assert opens.wrong.pop()
