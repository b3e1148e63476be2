"""How long "Leave this page" takes in Chromium: from the press until the first request for EXIT_URL is there, on the sample archive.

    .venv/bin/python bench/leaving.py FOLDER [--times 50]      # FOLDER: an archive of its own, made with the sample at the first run

The press is the time stamp of the event in the page (the button of the mouse going down; Shift going down for the third time); the request
is timed where it arrives, in a server beside this file that is EXIT_URL, by the same clock. Ways take turns, each time in a new browser
context, on questions drawn with a fixed seed. Without script: leave.js is kept from arriving, so the link is followed as a browser without
script follows it. Prints rows for docs/performance.md, in milliseconds. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

from asking import row  # beside this file
from playwright.sync_api import Browser, Page, sync_playwright

from archive_app import config
from archive_app.actions import family_room
from archive_app.actions.family_room import FamilyRoom, open_room
from archive_app.records.base import open_engine
from archive_app.storage.disk_vault import DiskVault
from archive_app.web.submit import door, questions

ARCHIVE = str(Path(sys.executable).with_name("archive-app"))
PRESSED = """
  let shifts = 0;
  const tell = (event) => console.log('pressed', performance.timeOrigin + event.timeStamp);
  addEventListener('pointerdown', tell, true);
  addEventListener('keydown', (event) => { if (event.key === 'Shift' && ++shifts === 3) tell(event); }, true);
"""
WAYS = ("click", "Shift three times", "click, no script")


class Elsewhere(BaseHTTPRequestHandler):
    """The page to which one leaves: it notes when it was asked for (ms since 1970)."""

    asked: Queue[float] = Queue()

    def do_GET(self) -> None:
        if self.path == "/":
            self.asked.put(time.time() * 1000)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path, leads_to: str) -> Iterator[str]:
    """The address of the sample archive."""
    environ = {**os.environ, "ARCHIVE_DATA_DIR": str(folder), "ARCHIVE_PORT": "0", "ARCHIVE_EXIT_URL": leads_to}
    folder.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([ARCHIVE, "serve", "--sample"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        try:
            assert run.stdout
            yield next(word for line in run.stdout for word in line.split() if word.startswith("http://"))
        finally:
            run.terminate()


def left(browser: Browser, base: str, visit: str, step: str, way: str) -> float:
    """Milliseconds from the press until EXIT_URL was asked for."""
    context = browser.new_context(viewport={"width": 375, "height": 700})
    context.add_cookies([{"name": door.VISIT, "value": visit, "domain": urlsplit(base).hostname or "", "path": door.PATH}])
    context.add_init_script(PRESSED)
    page = context.new_page()
    if way == WAYS[2]:
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.setBlockedURLs", {"urls": ["*leave*.js*"]})
    page.goto(f"{base}/submit/questions/{step}")
    same_clock(page)
    with page.expect_console_message(lambda said: said.text.startswith("pressed")) as told:
        if way == WAYS[1]:
            for _ in range(3):
                page.keyboard.press("Shift")
        else:
            page.locator("a.leave").click(no_wait_after=True)
    taken = Elsewhere.asked.get(timeout=30) - float(told.value.text.split()[1])
    assert taken > 0 and Elsewhere.asked.empty()
    context.close()
    return taken


def same_clock(page: Page) -> None:
    """Whether the page tells the time that we tell, as near as it can be asked."""
    before = time.time() * 1000
    there = float(page.evaluate("performance.timeOrigin + performance.now()"))
    if not before - 2 < there < time.time() * 1000 + 2:
        raise SystemExit("the clock of the browser is not ours")


def measured(browser: Browser, base: str, room: FamilyRoom, times: int) -> dict[str, list[float]]:
    """Way -> milliseconds of each try."""
    drawn = random.Random(7)
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    steps = [step for step in questions.BY_STEP if step != "files"]
    for _ in range(times):
        for way in drawn.sample(WAYS, len(WAYS)):
            found[way].append(left(browser, base, family_room.begin(room, "en").visit, drawn.choice(steps), way))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=50)
    given = parser.parse_args()
    chromium = os.environ.get("ARCHIVE_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is missing: on Debian, apt-get install chromium")
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    with serving(given.folder, f"http://127.0.0.1:{elsewhere.server_port}/") as base, sync_playwright() as playwright:
        chosen = config.settings({"ARCHIVE_DATA_DIR": str(given.folder)})
        engine = open_engine(chosen.database_url)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print("| way out | times | median | p95 | longest |\n|---|---|---|---|---|")
        room = open_room(engine, DiskVault(chosen.media_dir), chosen)
        for way, taken in measured(browser, base, room, given.times).items():
            print(row(way, taken))
        browser.close()
        engine.dispose()
    elsewhere.shutdown()


if __name__ == "__main__":
    main()
