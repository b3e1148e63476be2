"""An archivist without a shell: a new testimony by form; then a cassette copy, a photograph and a Word document sent as one ZIP, looked through,
brought in, consent recorded with evidence, a sentence withheld, published, and read by a visitor who does not read that sentence. What has to be
done by the worker is done between two pages, which say how far it has come without any script. On every page axe finds nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from playwright.sync_api import Browser, Page

from archive_app.actions.receiving import Incoming, open_incoming
from archive_app.jobs import bringing, deriving
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import plain_files, signed_in
from tests.factories.archives import Archive, table
from tests.factories.hostile_bundles import bundle, special
from tests.factories.sounds import recording
from tests.journeys.test_account_pages import judge

pytestmark = pytest.mark.browser
SECRET = "My brother carried the second lamp."
WORDS = ("[00:00:00] VELLAN: We stood on the quay of Tessen.", f"[00:00:02] VELLAN: {SECRET}", "[00:00:04] VELLAN: Then the bell rang.")
ROW = {"identifier": "lamp-on-the-quay", "collection": "night-of-the-water", "title": "The lamp on the quay", "languages": "en",
       "narrators": "Vellan, Orsa", "date": "1988~", "place": "Tessen", "transcripts": "words.docx|en|verbatim",
       "media": "side-a.mp3|Side A;quay.jpg|The quay", "access": "staff"}
ONE = "/desk/testimonies/lamp-on-the-quay"


@pytest.fixture
def room(sample: Archive) -> Incoming:
    return open_incoming(sample.engine, sample.vault, sample.settings())


@pytest.fixture(scope="module")
def archivist(sample: Archive, app: Flask, browser: Browser, address: str) -> Iterator[Page]:
    signed_in.browser(sample, app, "archivist", email="maker@example.org")  # of every collection
    context = browser.new_context(base_url=address, java_script_enabled=True)
    context.add_cookies([{"name": SESSION_COOKIE, "value": ("maker@example.org" * 43)[:43], "url": address}])
    yield context.new_page()
    context.close()


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    """What lay in the box, packed."""
    told = Document()
    for line in WORDS:
        told.add_paragraph(line)
    written = io.BytesIO()
    told.save(written)
    side = recording(tmp_path / "side-a.mp3", [(0, 5500, 440)], duration_ms=6000)
    path = tmp_path / "box 7.zip"
    path.write_bytes(bundle(("box/manifest.csv", table([ROW])), ("box/words.docx", written.getvalue()), ("box/side-a.mp3", side.read_bytes()),
                            ("box/quay.jpg", plain_files.picture("jpg")), ("__MACOSX/box/._words.docx", b"x")))
    return path


def test_a_cassette_becomes_a_published_testimony(archivist: Page, room: Incoming, sample: Archive, cassette: Path, browser: Browser, address: str,
                                                  tmp_path: Path) -> None:
    page = archivist
    page.goto("/account")
    page.get_by_role("link", name="To the desk").click()
    page.get_by_role("link", name="Bring testimonies in").click()
    bad = tmp_path / "bad.zip"
    bad.write_bytes(special(0o120000))
    page.locator("#file").set_input_files(bad)
    page.get_by_role("button", name="Send, and look it through").click()
    assert "'way-out.txt' is a link or a device" in page.locator("[role=alert]").inner_text()
    judge(page)
    page.locator("#file").set_input_files(cassette)
    page.get_by_role("button", name="Send, and look it through").click()
    assert "It has not begun yet" in page.content()
    judge(page)
    bringing.run_due(room, "tests")
    page.get_by_role("link", name="Look again").click()
    assert page.locator(".counts").inner_text().split() == ["1", "new"], page.content()
    judge(page)
    page.get_by_role("button", name="Bring it in").click()
    bringing.run_due(room, "tests")
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="To the work list").click()
    page.get_by_role("link", name="The lamp on the quay").click()
    decide_and_publish(page)
    sample.settle()
    made = sample.folder / "copies"
    made.mkdir(exist_ok=True)
    deriving._bring(sample.engine, sample.vault, made, "lamp-on-the-quay", lambda: True)  # of this one only: those of the sample take long
    read_by_a_visitor(browser, address)


def decide_and_publish(page: Page) -> None:
    page.get_by_role("link", name="Record a statement").click()
    for layer in ("existence", "description", "identity", "transcript", "audio", "image"):
        page.locator(f"input[name=access_{layer}][value=public]").check()
    page.locator("#note").fill("Signed at her kitchen table, folder 7.")
    page.locator("button.go").click()
    page.get_by_role("link", name="Withhold a stretch").click()
    page.locator("#first").fill("2")
    page.locator("#reason").fill("Her brother did not want to be spoken of.")
    page.get_by_role("button", name="Withhold it").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    assert "published" in page.locator(".sub").inner_text()
    page.locator("#who").select_option("public")
    page.get_by_role("button", name="See it").click()
    assert SECRET not in page.content() and "We stood on the quay" in page.content()


def read_by_a_visitor(browser: Browser, address: str) -> None:
    visitor = browser.new_context(base_url=address).new_page()
    visitor.goto("/testimonies/lamp-on-the-quay")
    shown = visitor.content()
    assert "We stood on the quay" in shown and "Then the bell rang" in shown and SECRET not in shown and "withheld under the terms" in shown
    assert visitor.locator("audio").count() and visitor.locator("main img, main a[href*='/media/']").count()
    visitor.context.close()


def test_a_draft_by_form_and_several_changed_at_once_without_a_script(sample: Archive, app: Flask, browser: Browser, address: str) -> None:
    signed_in.browser(sample, app, "custodian", email="scriptless@example.org")
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 375, "height": 800})
    context.add_cookies([{"name": SESSION_COOKIE, "value": ("scriptless@example.org" * 43)[:43], "url": address}])
    page = context.new_page()
    page.goto("/desk/new")
    page.locator("button.go").click()
    assert "Write a title" in page.locator("[role=alert]").inner_text()
    page.locator("#collection").select_option("night-of-the-water")
    page.locator("#identifier").fill("oar-in-the-loft")
    page.locator("#title").fill("The oar in the loft")
    page.locator("button.go").click()
    assert page.locator("h1").inner_text() == "The oar in the loft" and "Nobody has been asked yet" in page.content()
    page.goto("/desk?q=loft")
    page.get_by_role("checkbox", name="Choose: The oar in the loft").check()
    page.get_by_role("button", name="Change the chosen ones").click()
    page.locator("#words").fill("oar; flood")
    page.get_by_role("button", name="See what would change").click()
    assert "oar; flood" in page.locator("table").inner_text()
    page.get_by_role("button", name="Do it").click()
    page.get_by_role("button", name="Undo").click()
    assert "This was undone." in page.content()
    context.close()


@pytest.mark.parametrize("path", ["/desk/new", "/desk/bulk?id=two-keys&id=lamp-on-the-stair", *(
    pytest.param(path, marks=pytest.mark.slow) for path in ("/desk/import", "/desk/import?ui=ru", "/desk/new?ui=hy", "/desk/bulk?ui=az", "/desk?ui=tr&q=water"))])
def test_axe_finds_nothing(archivist: Page, path: str) -> None:
    archivist.goto(path)
    judge(archivist)
