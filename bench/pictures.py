"""Pictures of the main pages of a running archive that holds the sample, for the README.

    ./run &                                    # or: archive-app serve, after archive-app sample
    .venv/bin/python bench/pictures.py         # --base http://127.0.0.1:8000 --to docs/pictures

Needs Chromium (ARCHIVE_TEST_CHROMIUM, or `chromium` on the path). What may not live here: pages with anything that is not
invented.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

PAGES = {
    "home": "/",
    "search": "/search?q=water+OR+вода",
    "testimony": "/testimonies/bell-rope-on-the-quay?q=bell",
    "parallel": "/testimonies/lamp-on-the-stair?beside=2",
    "right-to-left": "/testimonies/courtyard-well",
    "event": "/events/flooding-of-low-ombrel",
    "place": "/places/low-ombrel",
    "places": "/places",
    "person": "/people/davin-vellan",
    "armenian": "/testimonies/lamp-on-the-stair?transcript=4&ui=hy",
}
SETTINGS = ((1280, 900, "light"), (375, 812, "dark"))
"""Width and height in CSS pixels, and colours: what is seen without scrolling."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Save pictures of the main pages of a running archive.")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the archive is served")
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "docs" / "pictures",
                        help="the folder for the pictures")
    parser.add_argument("--whole", action="store_true", help="whole pages, however long")
    parser.add_argument("pages", nargs="*", help=f"which pages, of {', '.join(PAGES)} (all)")
    given = parser.parse_args()
    chromium = os.environ.get("ARCHIVE_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is missing: on Debian, apt-get install chromium")
    given.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in given.pages or PAGES:
            for width, height, scheme in SETTINGS:
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                _take(context, given.base + PAGES[name], given.to / f"{name}-{width}.png", given.whole)
                context.close()
            print(name)
        browser.close()


def _take(context: BrowserContext, address: str, file: Path, whole: bool) -> None:
    page = context.new_page()
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status if answer else 'nothing'}: does the archive hold the sample?")
    page.screenshot(path=file, full_page=whole)


if __name__ == "__main__":
    main()
