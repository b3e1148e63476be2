"""A reader without a mouse: on every page that answers one, Tab alone reaches every link, button, field and summary in the order in which
the page is read, shows where it is and is held nowhere; the skip link passes the head; and a passage is found and read by keys alone.

Followed: WCAG 2.2, 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11. The real thing over the sample archive; beside it what only a laid-out page
shows: no heading over nothing. What may not live here: axe (promises).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from archive_app.actions.receiving import open_incoming
from archive_app.jobs import bringing
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import signed_in as signed_in_as
from tests.factories.archives import Archive
from tests.factories.browser import go
from tests.factories.suites import spread
from tests.journeys.conftest import TOKEN
from tests.promises import desk_work

pytestmark = pytest.mark.browser

TOLD = "/testimonies/bell-rope-on-the-quay"
PAGES: dict[str, tuple[str, ...]] = {
    "home": ("/", "/?ui=hy"),
    "search": ("/search?q=water+OR+вода", "/search", "/search?q=zzz+ferry", "/search?year_from=x"),
    "testimonies": ("/testimonies?collection=streets-of-tessen", "/testimonies?collection=nowhere-at-all"),
    "testimony": (f"{TOLD}?q=bell&t=64", "/testimonies/lamp-on-the-stair?transcript=1&beside=2&ui=ru", "/testimonies/courtyard-well?ui=ar",
                  "/testimonies/roof-of-the-mill", "/testimonies/two-keys"),
    "search_in": (f"{TOLD}/search?q=bell", f"{TOLD}/search"),
    "cite": (f"{TOLD}/cite?t=64",),
    "transcript": (f"{TOLD}/transcripts/1",),
    "people": ("/people", "/people?q=nobody"),
    "person": ("/people/davin-vellan",),
    "places": ("/places", "/places?q=nowhere"),
    "place": ("/places/low-ombrel", "/places/tavrel-valley"),
    "events": ("/events?ui=tr",),
    "event": ("/events/flooding-of-low-ombrel",),
    "collections": ("/collections?ui=az",),
    "collection": ("/collections/night-of-the-water",),
    "source": ("/sources/river-board-bulletin",),
    "about": tuple(f"/about/{name}" for name in ("consent", "search", "families", "archive", "privacy", "nothing")),
    "account.sign_in": ("/sign-in",),
    "account.register": ("/register",),
    "account.confirm": ("/register/confirm",),
    "account.recover": ("/account/recover",),
    "account.new_password": ("/account/new-password",),
    "account.confirm_address": ("/account/address/confirm",),
    "account.lost_second_factor": ("/account/lost-second-factor",),
}
SIGNED_IN = {"account.account": "/account", "account.enrol": "/account/second-factor", "account.sign_out": "/sign-out",
             "account.password": "/account/password", "account.address": "/account/address", "account.delete": "/account/delete",
             "requests.own": "/requests", "requests.one": "/requests/", "requests.ask": "/testimonies/cold-stove/request",
             "requests.ask_all": "/collections/streets-of-tessen/request", "account.renew_codes": "/account/recovery-codes", "account.remove_second_factor": "/account/second-factor/remove"}
"""Pages of somebody who is signed in, and has asked for something; of what ends in `/`, the first that the page it stands on leads to."""
DESK_ONE = "/desk/testimonies/lamp-on-the-stair"
DESK = {
    "desk.work_list": "/desk",
    "desk.words": "/desk/words?q=water",
    "desk.testimony": DESK_ONE,
    "desk.history": f"{DESK_ONE}/history",
    "desk.seen_as": f"{DESK_ONE}/as?who=public",
    "desk.describe": f"{DESK_ONE}/description",
    "desk.declare": f"{DESK_ONE}/consent",
    "desk.restrict": f"{DESK_ONE}/restrictions",
    "desk.decide": f"{DESK_ONE}/proposals/1/agree",
    "desk.lift": "restrictions/",
    "desk.release": "holds/",
    "desk.verb": f"{DESK_ONE}/withdraw",
    "desk.links_of": f"{DESK_ONE}/links",
    "desk.recordings": f"{DESK_ONE}/recordings",
    "desk.transcripts": f"{DESK_ONE}/transcripts",
    "desk.versions": f"{DESK_ONE}/transcripts/1",
    "desk.compare": f"{DESK_ONE}/transcripts/1/compare?one=1&other=2",
    "desk.edit": f"{DESK_ONE}/transcripts/1/edit",
    "desk.restore": f"{DESK_ONE}/transcripts/1/versions/1/restore",
    "desk.finish": f"{DESK_ONE}/transcripts/1/drafts/*/finish",
    "desk.set_aside": f"{DESK_ONE}/transcripts/1/drafts/*/set-aside",
    "desk.entries": "/desk/people?q=Vellan",
    "desk.entry": "/desk/people/davin-vellan",
    "desk.enter_new": "/desk/places/new",
    "desk.revise_entry": "/desk/people/davin-vellan/change",
    "desk.admit_entry": "/desk/people/davin-vellan/access",
    "desk.merge_entries": "/desk/events/flooding-of-low-ombrel/merge",
    "desk.undo_merge": "/desk/people/serra-ulven/merges/sulin-darfal/undo",
    "desk.erase": f"{DESK_ONE}/erase",
    "desk.new": "/desk/new",
    "desk.imports": "/desk/import",
    "desk.brought": "/desk/import/",
    "desk.many": "/desk/bulk?id=lamp-on-the-stair&id=two-keys",
    "desk.made": "/desk/bulk/",
    "desk.waiting": "/desk/submissions",
    "desk.received": "/desk/submissions/",
    "desk.requests": "/desk/requests",
    "desk.access": "/desk/requests/",
    "desk.give": "/desk/requests/give",
}
"""Pages of the desk; of those whose address ends in `/`, the first that the page they stand on leads to; `*`: the draft there is."""
FAMILY = {"submit.first": "/submit", "submit.come_back": "/submit/return", "submit.question": "/submit/questions/who", "submit.files": "/submit/files",
          "submit.summary": "/submit/summary", "submit.room": "/submit/room", "submit.verb": "/submit/room/pause",
          "submit.concern": "/submit/concern?about=/testimonies/lamp-on-the-stair", "submit.stopped": "/submit/stopped"}
"""Pages of the families' room, in the order in which they are come to."""
FILES = {"asset", "citation_file", "transcript_file", "ohms_file", "healthz", "robots", "sitemap", "media", "account.second_factor_picture",
         "desk.file", "desk.evidence", "desk.draft", "desk.sound", "desk.catalogue", "desk.report", "submit.copy", "submit.leave", "submit.open_again",
         "submit.begin", "submit.file", "submit.message", "submit.uploads", "submit.upload"}  # these lead on
FEW = ("/", "/search?q=water+OR+вода", "/testimonies/lamp-on-the-stair?transcript=1&beside=2&ui=ru", "/places", "/people/davin-vellan",
       "/events/flooding-of-low-ombrel", "/testimonies/courtyard-well?ui=ar", "/sign-in", "/about/search", "/about/nothing")
"""One of each make, for the fast suite."""

KNOWN = """() => {
  for (const each of document.querySelectorAll('details')) each.open = true;
  const found = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, audio, video, [tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled)
    .filter((each, n, all) => {  // of a group of radio buttons Tab comes to the one that is chosen, else to the first
      if (each.type !== 'radio') return true;
      const group = all.filter(other => other.type === 'radio' && other.form === each.form && other.name === each.name);
      return each === (group.find(other => other.checked) ?? group[0]);
    });
  const seen = each => { const of = getComputedStyle(each); return [of.outlineStyle, of.outlineWidth, of.outlineColor, of.boxShadow].join() };
  const before = found.map(seen);
  window.walked = [];
  document.addEventListener('focusin', ({target}) => {
    const at = found.indexOf(target), of = getComputedStyle(target);
    const drawn = of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 2 || of.boxShadow !== 'none';
    window.walked.push([at, at < 0 ? target.outerHTML.slice(0, 120) : '', drawn && seen(target) !== before[at]]);
  });
  window.found = found;
  return found.length;
}"""
"""Remembers everything that Tab must reach, in the order of the document, and notes what the focus does from here on."""
WALKED = """() => {
  scrollTo(0, 0);  // what sticks to the top is where it stands
  const rtl = document.dir === 'rtl';
  const box = each => each.getClientRects()[0] ?? each.getBoundingClientRect();
  const name = each => each.outerHTML.slice(0, 120);
  const order = window.walked.map(([at]) => at).slice(0, found.length).filter(at => at >= 0);
  const backwards = [];
  for (let n = 1; n < order.length; n++) {
    const [one, next] = [box(found[order[n - 1]]), box(found[order[n]])];
    if (next.bottom < one.top && !(rtl ? next.right <= one.left + 1 : next.left >= one.right - 1))
      backwards.push(name(found[order[n - 1]]) + ' then ' + name(found[order[n]]));
  }
  const covered = found.filter(each => {
    each.focus();
    const {left, top, width, height} = box(each);
    const on = document.elementFromPoint(left + width / 2, top + height / 2);
    return !on || !(each.contains(on) || on.contains(each));
  }).map(name);
  const unreached = found.filter((each, at) => !order.includes(at)).map(name);
  return {
    unreached, backwards, covered,
    strange: window.walked.filter(([at]) => at < 0).map(([, html]) => html),
    unseen: window.walked.filter(([at, , seen]) => at >= 0 && !seen).map(([at]) => name(found[at])),
    repeated: order.filter((at, n) => order.indexOf(at) !== n).map(at => name(found[at])),
  };
}"""
"""What is wrong with the walk: an element is read backwards when it stands above the one before and not in a column further along."""
BARE = """() => [...document.querySelectorAll('main :is(h1, h2, h3)')].filter((heading, n, all) => {
  const next = all[n + 1];
  if (next && next.localName > heading.localName) return false;
  const under = document.createRange();
  under.setStartAfter(heading);
  next ? under.setEndBefore(next) : under.setEndAfter(document.querySelector('main').lastElementChild);
  const part = under.cloneContents();
  return !part.textContent.trim() && !part.querySelector('input, select, textarea, svg, img, audio, video');
}).map(each => each.outerHTML)"""


def opened(browser: Browser, address: str, width: int = 1280, signed_in: bool = False) -> Page:
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    if signed_in:
        context.add_cookies([{"name": SESSION_COOKIE, "value": TOKEN, "url": address}])
    return context.new_page()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all that are walked: a new one each would take longer than the walk."""
    made = opened(browser, address)
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, address: str) -> Iterator[Page]:
    made = opened(browser, address, signed_in=True)
    made.goto("/collections/night-of-the-water/request")
    if made.locator("#purpose").count():
        made.locator("#purpose").fill("A study of bells.")
        made.locator("main button.go").click()
    yield made
    made.context.close()


def walk(page: Page) -> dict[str, list[str]]:
    """What a walk by Tab from the top to the end and out finds wrong, by kind; nothing where all is well."""
    wanted = page.evaluate(KNOWN) + 3 * page.locator("input[type=date]").count()  # day, month, year and the button of the calendar
    for _ in range(wanted):
        page.keyboard.press("Tab")
    last = page.evaluate("walked.length ? walked[walked.length - 1][0] : -1")
    page.keyboard.press("Tab")
    held = page.evaluate("found.indexOf(document.activeElement)")
    wrong = {kind: several for kind, several in page.evaluate(WALKED).items() if several}
    return wrong | ({"held": [str(last)]} if held == last else {})


def skip(page: Page) -> list[str]:
    """What is wrong with the skip link: it comes first, is in sight, and the next Tab is in what it leads to."""
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.className, Math.round(document.activeElement.getBoundingClientRect().top)]")
    page.keyboard.press("Enter")
    led = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")
    there = page.evaluate("document.querySelector('main').contains(document.activeElement) || !document.querySelector('main a, main button')")
    return [] if first[0] == "skip" and first[1] >= 0 and led == "main" and there else [f"{first} {led} {there}"]


def judged(page: Page, path: str) -> dict[str, list[str]]:
    go(page, path)
    bare = page.evaluate(BARE)
    wrong = walk(page) | ({"bare headings": bare} if bare else {})
    go(page, path)
    unskipped = skip(page)
    return wrong | ({"skip link": unskipped} if unskipped else {})


EVERY = tuple(path for paths in PAGES.values() for path in paths)


def test_every_page_of_the_route_table_is_walked(app: Flask) -> None:
    """A new route of a page has a row in PAGES, SIGNED_IN, DESK or FAMILY; what is no page is named in FILES."""
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("_twin")}
    assert asked - FILES == {*PAGES, *SIGNED_IN, *DESK, *FAMILY}
    assert set(FEW) <= set(EVERY)


@pytest.mark.parametrize("path", spread(FEW, 6))
def test_the_keyboard_reaches_everything(path: str, page: Page) -> None:
    assert judged(page, path) == {}


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in EVERY if path not in FEW])
def test_the_keyboard_reaches_everything_on_every_page(path: str, page: Page) -> None:
    assert judged(page, path) == {}


@pytest.mark.parametrize("path", spread(SIGNED_IN.values(), 4))
def test_the_keyboard_reaches_everything_of_an_account(path: str, signed_in: Page) -> None:
    if path.endswith("/"):
        signed_in.goto(path.rstrip("/"))
        path = signed_in.locator(f'main a[href^="{path}"]').first.get_attribute("href") or ""
    assert judged(signed_in, path) == {}


@pytest.fixture(scope="module")
def family(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody who has a receipt and has sent an account."""
    made = opened(browser, address)
    made.goto("/submit")
    made.locator("form button.go").click()
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def archivist(sample: Archive, app: Flask, browser: Browser, address: str, family: Page, signed_in: Page) -> Iterator[Page]:
    """At the desk, where an account and a request wait, a testimony is closed and a stretch of it withheld."""
    client = signed_in_as.browser(sample, app, "custodian", email="walker@example.org")
    desk_work.work_on(sample, "lamp-on-the-stair", "and so on")
    signed_in_as.send(client, f"{DESK_ONE}/hold", reason="asked for")
    signed_in_as.send(client, f"{DESK_ONE}/restrictions", first="2", reason="asked for", words="yes", seen="1")
    signed_in_as.send(client, "/desk/import", file=(io.BytesIO(b"identifier,title\nno-such,No collection\n"), "manifest.csv"))
    bringing.run_due(open_incoming(sample.engine, sample.vault, sample.settings()), "tests")
    signed_in_as.send(client, "/desk/bulk?id=two-keys", id="two-keys", act="add keywords", words="keys", step="do")
    merging = "/desk/people/serra-ulven/merge?other=sulin-darfal"
    seen = client.get(merging).text.split('name="seen" value="')[1].split('"')[0]
    signed_in_as.send(client, merging, seen=seen, other="sulin-darfal", note="asked for")
    family.goto("/submit/questions/told")
    family.locator("#title").fill("A well")
    family.locator("button.go").click()
    family.locator("#text").fill("The water was cold.")
    family.locator("button.go").click()
    family.wait_for_url("**/submit/files*")
    family.goto("/submit/summary")
    family.locator("main form button.go").last.click()
    made = opened(browser, address)
    made.context.add_cookies([{"name": SESSION_COOKIE, "value": ("walker@example.org" * 43)[:43], "url": address}])
    yield made
    made.context.close()


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[] if name in ("submit.question", "desk.edit") else pytest.mark.slow)
    for name in (*FAMILY, *DESK)])
def test_the_keyboard_reaches_everything_of_both_doors(name: str, family: Page, archivist: Page) -> None:
    page, path = (family, FAMILY[name]) if name in FAMILY else (archivist, DESK[name])
    if path.endswith("/"):
        page.goto(DESK_ONE if path[0] != "/" else path.rstrip("/"))
        path = page.locator(f'main a[href*="{path}"]').first.get_attribute("href") or ""
    if "*" in path:
        page.goto(f"{DESK_ONE}/transcripts/1")
        path = page.locator(f'main a[href$="{path.partition("*")[2]}"]').first.get_attribute("href") or ""
    assert judged(page, path) == {}
    assert urlsplit(page.url).path == urlsplit(path).path


@pytest.mark.parametrize("path", ["/?ui=hy", "/places?q=nowhere"])
def test_on_a_narrow_page_the_focus_goes_down_too(path: str, browser: Browser, address: str) -> None:
    """The head is in another order there; a browser without `reading-flow` keeps that of the document."""
    narrow = opened(browser, address, 375)
    narrow.goto(path)
    if not narrow.evaluate("CSS.supports('reading-flow', 'flex-visual')"):
        pytest.skip("This Chromium does not know reading-flow.")
    assert judged(narrow, path) == {}
    narrow.context.close()


def test_the_way_back_is_the_same(page: Page) -> None:
    page.goto("/search?q=bell&language=en")
    wanted = page.evaluate(KNOWN)
    for _ in range(wanted):
        page.keyboard.press("Tab")
    for _ in range(wanted - 1):
        page.keyboard.press("Shift+Tab")
    walked = [at for at, _, _ in page.evaluate("walked")]
    assert walked == [*range(wanted), *range(wanted - 2, -1, -1)]


def test_what_is_wrong_is_seen(page: Page) -> None:
    """Each of the failings, put into a page on purpose."""
    page.goto("/events")
    page.evaluate("""() => {
      const main = document.querySelector('main');
      main.insertAdjacentHTML('beforeend', '<h2>Bare</h2><p><a href="#a" class="unseen">a</a></p><p><a href="#b" tabindex="-1">b</a></p>'
        + '<p class="low"><a href="#c">c</a></p><p class="high"><a href="#d" class="held">d</a></p>');
      const style = new CSSStyleSheet();
      style.replaceSync('.unseen { outline: 0 !important } .low { margin-block-start: 20rem } .high { translate: 0 -10rem }');
      document.adoptedStyleSheets = [style];
      main.querySelector('.held').addEventListener('keydown', each => each.preventDefault());
      main.querySelector('h2').nextElementSibling.before(Object.assign(document.createElement('h2'), {textContent: 'Two'}));
    }""")
    assert page.evaluate(BARE) == ["<h2>Bare</h2>"]
    wrong = walk(page)
    assert {kind for kind in wrong} >= {"unseen", "unreached", "backwards", "held"}
    assert 'tabindex="-1"' in "".join(wrong["unreached"]) and "unseen" in wrong["unseen"][0]


def by_tab(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is on something."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_a_passage_is_found_and_read_by_keys_alone(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.goto("/")
    by_tab(page, "main [type=search]", 20)
    page.keyboard.type("bell")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=bell")
    by_tab(page, "summary")
    page.keyboard.press("Enter")
    assert page.locator("details table").is_visible()
    page.keyboard.press("Shift+Tab")
    page.goto("/search?q=bell")
    by_tab(page, ".hit:has(.when) .row a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/testimonies/bell-rope-on-the-quay?**")
    by_tab(page, "#transcript")
    page.keyboard.press("ArrowDown")
    by_tab(page, ".choose button")
    page.keyboard.press("Enter")
    page.wait_for_url("**transcript=2**")
    assert page.locator("#transcript").input_value() == "2"
    page.context.close()
