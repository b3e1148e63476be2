"""An archivist at the desk: from the work list to a testimony, a sentence withheld, its page through the eyes of others; by everybody's means:
axe finds nothing on any page, narrow or wide, light or dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from archive_app.web.visit import SESSION_COOKIE
from tests.factories import signed_in
from tests.factories.archives import Archive
from tests.journeys.test_account_pages import judge

pytestmark = pytest.mark.browser
ONE = "/desk/testimonies/lamp-on-the-stair"


@pytest.fixture(scope="module")
def archivist(sample: Archive, app: Flask, browser: Browser, address: str) -> Iterator[Page]:
    signed_in.browser(sample, app, "custodian", email="keeper@example.org")
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": SESSION_COOKIE, "value": ("keeper@example.org" * 43)[:43], "url": address}])
    yield context.new_page()
    context.close()


def test_a_sentence_is_withheld_and_seen_through_other_eyes(archivist: Page) -> None:
    archivist.goto("/desk")
    archivist.locator('.work a[href$="lamp-on-the-stair"]').click()
    archivist.get_by_role("link", name="Withhold a stretch").click()
    words = archivist.locator("#segment-2").inner_text().split("\n")[-1]
    archivist.locator("#first").fill("2")
    archivist.locator("#reason").fill("her brother asked for it")
    archivist.get_by_role("button", name="Withhold it").click()
    archivist.get_by_role("button", name="See it").click()
    assert words not in archivist.content() and "withheld under the terms" in archivist.content()
    judge(archivist)


def test_the_form_of_consent_is_printed(archivist: Page) -> None:
    archivist.goto("/desk/testimonies/two-keys/consent")
    archivist.emulate_media(media="print")
    asked = archivist.get_by_role("group", name="Who may read the words?")
    expect(asked.get_by_label("Registered readers.", exact=True)).to_be_visible()
    expect(archivist.get_by_text("Signature")).to_be_visible()
    expect(archivist.locator("main button")).to_be_hidden()
    archivist.emulate_media(media="screen")


def test_a_spelling_is_added_and_two_are_made_one(archivist: Page) -> None:
    archivist.goto("/desk/people?q=Веллан")
    archivist.get_by_role("link", name="Vellan, Hesta").click()
    archivist.get_by_role("link", name="Change it").click()
    archivist.locator("#name_4").fill("Wellan, Esta")
    archivist.locator("#language_4").fill("en")
    archivist.keyboard.press("Enter")
    archivist.wait_for_url("**/desk/people/hesta-vellan")
    assert "Wellan, Esta" in archivist.content()
    archivist.goto("/desk/people/serra-ulven/merge")
    archivist.locator("#other").fill("hallin-tobren")
    archivist.get_by_role("button", name="See what would move").click()
    assert "Халлин, Тобрен" in archivist.content()
    archivist.locator("#note").fill("his sister’s letter")
    archivist.get_by_role("button", name="Make them one").click()
    archivist.wait_for_url("**/desk/people/serra-ulven")
    archivist.get_by_role("link", name="Make them two again").click()
    archivist.locator("#note").fill("they were two")
    archivist.get_by_role("button", name="Make them two again").click()
    archivist.wait_for_url("**/desk/people/serra-ulven")
    assert "Халлин" not in archivist.content()
    judge(archivist)


@pytest.mark.parametrize("path", ["/desk", ONE, f"{ONE}/consent", f"{ONE}/restrictions", *(
    pytest.param(path, marks=pytest.mark.slow) for path in (
        *(f"/desk/{kind}" for kind in ("people", "places", "events", "sources", "statements")), f"{ONE}/links", "/desk/people/davin-vellan",
        "/desk/people/davin-vellan/merge?other=hesta-vellan", "/desk/people/davin-vellan/access", "/desk/statements/new", "/desk/events/new",
        "/desk/places/low-ombrel?ui=ru", "/desk/sources/river-board-bulletin", "/desk/people/davin-vellan/change?ui=hy",
        f"{ONE}/description", f"{ONE}/recordings", f"{ONE}/recordings?ui=hy", f"{ONE}/hold", f"{ONE}/history", "/desk/submissions", "/desk?ui=ru", f"{ONE}?ui=hy", f"{ONE}/consent?ui=az"))])
def test_axe_finds_nothing_at_the_desk(archivist: Page, path: str) -> None:
    archivist.goto(path)
    judge(archivist)


def test_a_title_and_a_name_without_a_space_make_no_page_wider(sample: Archive, archivist: Page) -> None:
    long = "Донаудампфшифффартс" * 8
    sample.write("long.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {long[:60]}>{long}\n")
    sample.bring({"identifier": "long", "title": long, "abstract": long, "keywords": long, "languages": "ru", "narrators": f"{long}, {long}",
                  "place": long, "transcripts": "long.vtt|ru|verbatim", "naming": "anonymous", "access": "public"}, settled=False)
    archivist.set_viewport_size({"width": 320, "height": 800})
    one, wide = "/desk/testimonies/long", []
    for path in ("/desk?q=long", one, f"{one}?names=1", f"{one}/history", f"{one}/links", f"{one}/restrictions", f"{one}/transcripts",
                 f"{one}/transcripts/1", f"{one}/transcripts/1/edit", f"{one}/description", f"{one}/consent", f"{one}/recordings", f"{one}/publish",
                 "/desk/people", "/desk/places", "/desk/words?q=" + long[:20]):
        archivist.goto(path)
        if path.endswith("edit"):
            archivist.locator("html[data-editor=ready]").wait_for()
        width = archivist.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append((path, width, archivist.evaluate("""[...document.querySelectorAll("main *")].filter((each) =>
                each.getBoundingClientRect().right > 321 && getComputedStyle(each).position != "absolute").slice(0, 6)
                .map((each) => `${each.tagName}.${each.className}`).join(" ")""")))
    assert wide == []
