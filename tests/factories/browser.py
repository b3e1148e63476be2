"""A real browser and a real server for the tests that need them. Without Chromium they are left out, and say how to get it."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where Chromium is; skips the test where it is not, and fails it where CI=true promises one."""
    found = os.environ.get("ARCHIVE_TEST_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        how = "Chromium is missing: get it with 'apt-get install chromium'."
        if os.environ.get("CI") == "true":
            pytest.fail(how)
        pytest.skip(how)
    return found


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless browser; its microphone hums."""
    path = chromium()
    expect.set_options(timeout=30_000)  # ms, as long as everything else is waited for: other tests keep the machine busy
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--use-fake-device-for-media-stream"])
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which `app` answers, on a port of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def go(page: Page, path: str) -> None:
    """Go there, and wait for what a script puts in the place of a plain form, and of a browser's own player."""
    page.goto(path)
    page.locator("html:not(:has(form.plainly)):is(:not(:has(template#player)), :has(.player))").wait_for(state="attached")
