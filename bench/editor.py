"""How quick the transcript editor is in Chromium: three hours of sound, 24,000 words in 2,000 segments.

    .venv/bin/python bench/editor.py FOLDER       # FOLDER: the archive of bench/player.py, made at the first run (some minutes)

Prints rows for docs/performance.md, in milliseconds. First paint and "every row there" are counted from the navigation, in a new browser
context each time. Keys: from the event's own time stamp until after the frame that shows the letter, typed at places all over the
transcript while it saves by itself. Seek: from the click on a word until the sound is there and the segment is marked. Needs Chromium.
"""

from __future__ import annotations

import random
from pathlib import Path

from asking import row  # beside this file
from player import CUES, TIMES, act, begun
from playwright.sync_api import Browser, BrowserContext, Page

from archive_app.actions import accounts, sessions
from archive_app.errors import Conflict
from archive_app.records.base import open_engine
from archive_app.web.visit import SESSION_COOKIE

KEEPER, PASSWORD = "bench@example.org", "seven quiet rivers"
EDIT = "/desk/testimonies/long/transcripts/1/edit?draft=new"
OPENED, TYPED = 12, 12
"""Times that it is opened; letters typed at each of TIMES places."""
WATCH = """() => {
  window.taken = [];
  let pressed = 0;
  document.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
  document.addEventListener('input', () => {
    const from = pressed;
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => taken.push(performance.now() - from);
      port2.postMessage(0);
    });
  });
}"""

CURSOR = "(each, at) => { each.scrollIntoView({block: 'center'}); each.focus(); each.setSelectionRange(at, at) }"
BEGIN = """() => {
  window.ended = new Promise((then) => document.addEventListener('keydown', (event) => requestAnimationFrame(() =>
    setTimeout(() => then(performance.now() - event.timeStamp))), {capture: true, once: true}));
}"""


def signed_in(folder: Path) -> str:
    """A session of somebody who tends everything."""
    engine = open_engine(f"sqlite:///{folder / 'archive' / 'instance' / 'archive.sqlite3'}")
    try:
        accounts.add_account(engine, KEEPER, "custodian", (), PASSWORD, actor=accounts.SHELL)
    except Conflict:
        pass  # of a run before
    opened = sessions.sign_in(engine, KEEPER, PASSWORD, required=False)
    engine.dispose()
    assert opened is not None
    return opened.token


def opened(browser: Browser, base: str, token: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    page = context.new_page()
    page.goto(f"{base}{EDIT}")
    page.locator("html[data-editor=ready]").wait_for()
    return context, page


def painting(browser: Browser, base: str, token: str) -> None:
    first, whole = [], []
    for _ in range(OPENED):
        context, page = opened(browser, base, token)
        first.append(float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")))
        whole.append(float(page.evaluate("performance.now()")))
        assert page.locator(".edit > li").count() == CUES
        context.close()
    print(row("editor, first paint", first))
    print(row("editor, every row there", whole), flush=True)


def working(browser: Browser, base: str, token: str) -> None:
    context, page = opened(browser, base, token)
    places = [random.Random(1).randrange(CUES) for _ in range(TIMES)]
    page.evaluate(WATCH)
    for place in places:
        page.locator(".edit textarea").nth(place).evaluate(CURSOR, 4)
        page.keyboard.type("abcdefghijklmnop"[:TYPED], delay=20)
    print(row("key to screen", page.evaluate("taken")), flush=True)
    heard = "!find('audio').seeking && find('audio').readyState > 1 && find('.edit > [aria-current]') === window.row"
    click = ("window.row = document.querySelectorAll('.edit > li')[{}]; const words = row.querySelector('textarea'); words.focus();"
             "words.setSelectionRange(9, 9); words.dispatchEvent(new MouseEvent('click', {{bubbles: true, detail: 1}}))")
    print(row("click on a word: sound is there", [act(page, click.format(place), heard) for place in places]), flush=True)
    for what, keys in (("split", "Control+Enter"), ("join", "Control+j"), ("undo", "Control+z")):
        taken = []
        for place in places:
            page.locator(".edit textarea").nth(place).evaluate(CURSOR, 9)
            page.evaluate(BEGIN)
            page.keyboard.press(keys)
            taken.append(float(page.evaluate("ended")))
        print(row(f"{what}, painted", taken), flush=True)
    page.keyboard.press("Control+s")
    page.get_by_text("Saved").first.wait_for()
    context.close()


def main() -> None:
    with begun(__doc__) as (folder, base, browser):
        token = signed_in(folder)
        painting(browser, base, token)
        working(browser, base, token)


if __name__ == "__main__":
    main()
