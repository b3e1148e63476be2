"""A researcher registers, asks to hear a voice that is kept for the reading room, is granted it, listens, and the grant ends: the sound stops
at the next range. The real thing: the sample archive's own recording, letters, two browsers, the desk, and a clock that is moved.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Response, request
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from archive_app import clock
from archive_app.actions import granting, uses
from archive_app.jobs import deriving, mailing
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.serving import _office
from archive_app.web import media
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import signed_in
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.journeys.test_account_pages import judge
from tests.journeys.test_listener import LOUDEST, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOLD = "/testimonies/cold-stove"
READER, PASSWORD = "nila@example.org", "seven quiet rivers run"
WHY = "A study of how winters are told of in Tessen. I would quote, and name nobody."
PIECE = 4096
"""Bytes of a range here, so that the short recording of the sample takes many."""


@dataclass
class Moved:
    """A clock that runs, and can be moved on: at once, or when so many ranges of a recording were asked for. `answered`: how each was."""

    ahead: int = 0
    later: dict[int, int] = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)

    def to(self, moment: int) -> None:
        self.ahead += moment - clock.now()

    def asked(self) -> None:
        if "Range" in request.headers and (moment := self.later.pop(len(self.answered), 0)):
            self.to(moment)

    def told(self, answer: Response) -> Response:
        if "Range" in request.headers:
            self.answered.append(answer.status_code)
        return answer


@pytest.fixture(scope="module")
def moved() -> Iterator[Moved]:
    hands = Moved()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: int(time.time() * 1000) + hands.ahead)
        patch.setattr(media, "MOST_RANGE", PIECE)
        yield hands
    clock.forget_floor()


@pytest.fixture(scope="module")
def archive(sample: Archive, moved: Moved) -> Archive:
    """The sample archive with the copies of one recording, and somebody at its desk."""
    work = sample.folder / "copies"
    work.mkdir()
    deriving._bring(sample.engine, sample.vault, work, TOLD.rpartition("/")[2], lambda: True)
    return sample


@pytest.fixture(scope="module")
def post(archive: Archive) -> Path:
    return archive.folder / "letters"


@pytest.fixture(scope="module")
def address(archive: Archive, post: Path, moved: Moved) -> Iterator[str]:
    app = archive.app(MAIL_URL=f"file://{post}", BASE_URL="http://localhost")
    app.before_request(moved.asked)
    app.after_request(moved.told)
    with served(app) as found:
        yield found


def letter(archive: Archive, post: Path) -> tuple[str, str]:
    """The subject of the letter that is sent now, and where its link leads."""
    before = set(post.glob("*.eml")) if post.exists() else set()
    chosen = archive.settings(MAIL_URL=f"file://{post}", BASE_URL="http://localhost")
    mailing.run_due(archive.engine, _office(chosen), "tests")
    [new] = set(post.glob("*.eml")) - before
    found = message_from_bytes(new.read_bytes(), policy=policy.default)
    text = found.get_content()
    assert "cold-stove" not in text and "Холодная" not in text and TOLD not in text
    link = urlsplit(re.findall(r"http://localhost/\S+", text)[0])
    return str(found["Subject"]), f"{link.path}?{link.query}"


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def entered(archive: Archive, browser: Browser, address: str, role: str, email: str, *collections: str) -> Page:
    """A page of somebody who has signed in just now."""
    signed_in.browser(archive, archive.app(), role, *collections, email=email)
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.add_cookies([{"name": SESSION_COOKIE, "value": (email * 43)[:43], "url": address}])
    return context.new_page()


def registers(reader: Page, archive: Archive, post: Path) -> None:
    reader.goto("/register")
    reader.locator("#email").fill(READER)
    reader.locator("#password").fill(PASSWORD)
    reader.locator("main form button.go").click()
    reader.goto(letter(archive, post)[1])
    reader.locator("#password").fill(PASSWORD)
    reader.locator("main form button.go").click()
    reader.goto(TOLD)
    reader.get_by_role("link", name="Ask for access").click()
    reader.wait_for_url("**/sign-in?**")  # and from there back to what was asked for
    reader.locator("#email").fill(READER)
    reader.locator("#password").fill(PASSWORD)
    reader.locator("main form button.go").click()
    reader.wait_for_url(f"**{TOLD}/request")


def asks(reader: Page) -> None:
    judge(reader)
    reader.locator("main form button.go").click()
    expect(reader.get_by_role("alert")).to_be_visible()
    reader.locator("#purpose").fill(WHY)
    reader.locator("main form button.go").click()
    reader.wait_for_url("**/requests/*")
    assert "Waiting since" in reader.inner_text("main") and WHY in reader.inner_text("main")
    judge(reader)


def grants(keeper: Page, days: int) -> int:
    last = granting.last_day(clock.now(), days)
    keeper.goto("/desk")
    keeper.get_by_role("link", name="1 request for access waits.").click()
    judge(keeper)
    keeper.locator(".work a").first.click()
    assert WHY in keeper.inner_text("main") and READER in keeper.inner_text("main")
    keeper.locator("#until").fill(last.isoformat())
    keeper.locator("#words").fill("With our thanks.")
    judge(keeper)
    keeper.get_by_role("button", name="Grant until this day").click()
    keeper.get_by_role("button", name="Revoke with these words").wait_for()
    return granting.ends(last)


def test_a_researcher_is_granted_a_voice_for_a_term(reader: Page, browser: Browser, address: str, archive: Archive, post: Path, moved: Moved) -> None:
    keeper = entered(archive, browser, address, "archivist", "keeper@desk.example", "night-of-the-water")
    registers(reader, archive, post)
    asks(reader)
    ends = grants(keeper, days=9)
    subject, link = letter(archive, post)
    assert "was decided" in subject
    reader.goto(link)
    reader.locator("main .lines a").first.click()
    assert "Granted until" in reader.inner_text("main") and "With our thanks." in reader.inner_text("main")
    judge(reader)
    reader.set_viewport_size({"width": 1280, "height": 800})
    reader.get_by_role("link", name="To the testimony").click()
    until(reader, "document.querySelector('.player')")
    moved.answered.clear()
    moved.later.update({3: ends - 60_000, 5: ends})
    reader.locator(".player").get_by_role("button", name="Play").click()
    expect(reader.get_by_role("alert")).to_contain_text("This recording is no longer open to you.", timeout=30_000)
    assert moved.answered[:6] == [206] * 5 + [404] and set(moved.answered[5:]) == {404}
    with reading(archive.engine) as session:
        ways = {row.detail["what"] for row in session.scalars(select(AuditEntry).where(AuditEntry.verb == uses.VERB))}
    assert ways == {"testimony", "recording"}
    reader.goto(TOLD)
    assert reader.locator("audio").count() == 0 and reader.get_by_role("link", name="Ask for access").is_visible()
    reader.goto("/requests")
    assert "It was granted, and ended on" in reader.inner_text("main")
    keeper.context.close()


def test_what_was_granted_is_really_heard(browser: Browser, address: str, archive: Archive) -> None:
    """Given by hand to another reader: the loudest that comes out of the recording is no silence."""
    keeper, ear = (entered(archive, browser, address, role, email) for role, email in (("archivist", "hand@desk.example"), ("researcher", "ear@example.org")))
    keeper.goto("/desk/testimonies/cold-stove")
    keeper.get_by_role("link", name="Grant somebody access").click()
    keeper.locator("#email").fill("ear@example.org")
    judge(keeper)
    keeper.get_by_role("button", name="Grant until this day").click()
    keeper.get_by_text("given by hand").wait_for()
    ear.goto(TOLD)
    until(ear, "document.querySelector('.player')")
    ear.locator(".player").get_by_role("button", name="Play").click()
    assert ear.locator("audio").evaluate(LOUDEST) > 0.01
    for page in (keeper, ear):
        page.context.close()
