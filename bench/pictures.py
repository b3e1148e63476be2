"""Pictures of a running archive that holds the sample: of the main pages for the README, of every page to be looked at.

    ./run &                                    # and wait until no page says that a recording is being prepared
    .venv/bin/python bench/pictures.py         # --base http://127.0.0.1:8000 --to docs/pictures
    ARCHIVE_PICTURES_PASSWORD=... .venv/bin/python bench/pictures.py --as archivist@example.org    # the desk too
    .venv/bin/python bench/pictures.py --look --to /tmp/look    # every kind of page, whole, wide and narrow, light and dark, on paper

Each page that scrolls sideways is named. Needs Chromium (ARCHIVE_TEST_CHROMIUM, or `chromium` on the path). What may not live here:
pages with anything that is not invented.
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
    "film": "/testimonies/bread-on-the-lorry",
    "right-to-left": "/testimonies/courtyard-well",
    "event": "/events/flooding-of-low-ombrel",
    "place": "/places/low-ombrel",
    "places": "/places",
    "person": "/people/davin-vellan",
    "armenian": "/testimonies/lamp-on-the-stair?transcript=4&ui=hy",
}
FAMILY = {"submit": "/submit", "submit-question": "/submit/questions/account"}
DESK = {"desk": "/desk", "desk-testimony": "/desk/testimonies/lamp-on-the-stair", "desk-consent": "/desk/testimonies/two-keys/consent",
        "desk-editor": "/desk/testimonies/lamp-on-the-stair/transcripts/1/edit"}
"""Pages for those who sign in."""
MORE = {
    "search-all": "/search", "search-none": "/search?q=zzz+ferry", "search-narrowed": "/search?q=bell&language=en&kind=corrected",
    "error": "/search?year_from=x", "nothing": "/no/such/page",
    "testimonies": "/testimonies", "no-testimonies": "/testimonies?collection=none",
    "document": "/testimonies/survey-chain", "picture": "/testimonies/two-chairs", "machine": "/testimonies/radio-at-midnight",
    "voice-closed": "/testimonies/cold-stove", "withheld": "/testimonies/lamp-on-the-stair?t=71",
    "printed": "/testimonies/bell-rope-on-the-quay/transcripts/1",
    "closed": "/testimonies/two-keys", "unwritten": "/testimonies/roof-of-the-mill", "pseudonym": "/testimonies/net-drying-poles",
    "moment": "/testimonies/bell-rope-on-the-quay?t=180", "within": "/testimonies/bell-rope-on-the-quay/search?q=bell",
    "cite": "/testimonies/bell-rope-on-the-quay/cite?t=64",
    "people": "/people", "nobody": "/people?q=nobody", "nowhere": "/places?q=nowhere", "valley": "/places/tavrel-valley",
    "events": "/events", "collections": "/collections", "collection": "/collections/night-of-the-water",
    "source": "/sources/river-board-bulletin", "sign-in": "/sign-in", "consent": "/about/consent", "help": "/about/search",
    "families": "/about/families", "archive": "/about/archive", "privacy": "/about/privacy",
    **{f"home-{ui}": f"/?ui={ui}" for ui in ("az", "hy", "ru", "tr")},
    **{f"search-{ui}": f"/search?q=water&ui={ui}" for ui in ("az", "hy", "ru", "tr")},
}
"""The other pages, and what they say when there is nothing, too much or something wrong."""
SETTINGS = ((1280, 900, "light"), (375, 812, "dark"))
"""Width and height in CSS pixels, and colours: what is seen without scrolling."""
LOOKED_AT = (*SETTINGS, (1280, 900, "dark"), (375, 812, "light"), (720, 1000, "print"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Save pictures of pages of a running archive.")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the archive is served")
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "docs" / "pictures",
                        help="the folder for the pictures")
    parser.add_argument("--as", dest="who", default="", help="the address of somebody who tends the sample, for the pages of the desk")
    parser.add_argument("--whole", action="store_true", help="whole pages, however long")
    parser.add_argument("--look", action="store_true", help="every kind of page, whole, in every setting; give another folder with --to")
    parser.add_argument("pages", nargs="*", help=f"which pages, of {', '.join(PAGES | FAMILY | DESK | MORE)} (with --look all)")
    given = parser.parse_args()
    chromium = os.environ.get("ARCHIVE_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is missing: on Debian, apt-get install chromium")
    given.to.mkdir(parents=True, exist_ok=True)
    public = PAGES | FAMILY
    every = public | DESK | MORE
    wanted = given.pages or [name for name in (every if given.look else public | DESK) if given.who or name not in DESK]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in wanted:
            for width, height, scheme in LOOKED_AT if given.look else SETTINGS:
                context = browser.new_context(viewport={"width": width, "height": height},
                                              color_scheme="dark" if scheme == "dark" else "light")
                file = given.to / (f"{name}-{width}-{scheme}.png" if given.look else f"{name}-{width}.png")
                _enter(context, given.base, name, given.who)
                _take(context, given.base + every[name], file, given.whole or given.look, scheme == "print")
                context.close()
            print(name)
        browser.close()


def _enter(context: BrowserContext, base: str, name: str, who: str) -> None:
    """Come in where a page asks for it: at the desk by the account of `who`, in the families' room by a receipt of its own."""
    page = context.new_page()
    if name in DESK:
        page.goto(f"{base}/sign-in")
        page.fill("[name=email]", who)
        page.fill("[name=password]", os.environ.get("ARCHIVE_PICTURES_PASSWORD", ""))
        page.locator("main form button").first.click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
    elif FAMILY.get(name, "").startswith("/submit/"):
        page.goto(f"{base}/submit")
        page.locator("form button.go").click()
        page.locator("main ol").first.wait_for()
    page.close()


def _take(context: BrowserContext, address: str, file: Path, whole: bool, on_paper: bool) -> None:
    page = context.new_page()
    answer = page.goto(address, wait_until="networkidle")  # posters and waveforms are there
    wanted = {200} if not address.endswith(("/no/such/page", "year_from=x")) else {400, 404}
    if answer is None or answer.status not in wanted:
        raise SystemExit(f"{address} answered {answer.status if answer else 'nothing'}: does the archive hold the sample?")
    if on_paper:
        page.emulate_media(media="print")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        print(f"{file.name} scrolls sideways")
    page.screenshot(path=file, full_page=whole)


if __name__ == "__main__":
    main()
