"""A researcher hears what was found: from a word to its sound, on from tape to tape, in another language, cited and taken along; by mouse,
by keys alone, and without any script. The real thing from the import of the sound to the browser's decoder.

Tones stand for voices: one a cue, so that what is heard is known. What may not live here: how copies are cut and made (storage, jobs).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import webvtt
from playwright.sync_api import Browser, Locator, Page

from archive_app import clock, ids
from archive_app.access.copies import needed
from archive_app.actions import copying
from archive_app.records.base import open_engine, reading
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.document_bytes import pdf, pdf_page
from tests.factories.ohms import captioned
from tests.factories.plain_files import picture
from tests.factories.shared import data_folder
from tests.factories.sounds import large_wav, recording
from tests.factories.suites import spread
from tests.journeys.test_keyboard import judged
from tests.promises.test_pages_accessible import findings

pytestmark = pytest.mark.browser

TOLD = "/testimonies/told"
FIRST, SECOND = 40, 20
"""Seconds of the two tapes; a cue every four."""
WITHHELD, ASKED, ODD = (24, 28), 10, 4
"""Seconds that are withheld; the cue (from 0) that is a question; ms by which the second cue begins late: as a number of seconds 4.004 is a
little less."""
WORDS = ("The river was low that year.", "Nobody spoke of it.", "We crossed the river at night.", "There was no moon.",
         "The boat was my uncle’s.", "He sold it later.", "This was said and is not read.", "We came back once.", "The river had gone.",
         "They had built a road.", "This is the second tape.", "It begins with the river again.", "I was older then.",
         "So were the others.", "That is all.")
SEEN = """WEBVTT

00:00.000 --> 00:08.000
A meadow, <c.1>and what is seen</c> there.

NOTE
ANNOTATIONS BEGIN

NOTE
<annotation ref="1">An invented meadow.</annotation>

NOTE
ANNOTATIONS END
"""
HEARD = ("A", "meadow", "and", "what", "is", "seen", "there.")
"""A word a second, as a machine wrote them down."""
LONG = 28_800_044
"""Bytes of a recording of five minutes."""
CLOSE = 0.3
"""Seconds that a seek may be off."""
SHARED = ("10-minutes-of-silence.mp3", "5-seconds-of-silence.flac", "5-seconds-of-silence.m4a", "bear.mp3", "bear.ogg", "meow.mp3",
          "meow.wav", "rabbit320.mp4", "rabbit320.webm", "test_sample_audio.mp3", "videoshort.mp4", "videoshort_no_audio.mp4")
FILMS, SILENT = (".mp4", ".webm"), ("silence", "no_audio")


def captions(language: str) -> str:
    said = (f"{at * 4 // 60:02}:{at * 4 % 60:02}.00{ODD if at == 1 else 0} --> {(at * 4 + 4) // 60:02}:{(at * 4 + 4) % 60:02}.000\n"
            f"<v {'Joven Oskell' if at == ASKED else 'Ilda Ferrowen'}>{text if language == 'en' else f'{language} {at + 1}.'}"
            for at, text in enumerate(WORDS))
    return "WEBVTT\n\n" + "\n\n".join(said) + "\n"


def archive_in(folder: Path, empty_database: Path) -> Archive:
    (folder / "archive.sqlite3").write_bytes(empty_database.read_bytes())
    ids.use_key(b"tests")
    clock.forget_floor()
    return Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Archive]:
    """Two tapes with words in two languages; a film with a footnote, words of a machine, a picture and a letter; a long recording, plain so that it is made at once."""
    made = archive_in(tmp_path_factory.mktemp("told"), empty_database)
    cues = [(at * 4_000, at * 4_000 + 3_900, 300 + 40 * at) for at in range(len(WORDS))]
    recording(made.incoming / "one.wav", cues[:10], duration_ms=FIRST * 1000)
    recording(made.incoming / "two.wav", [(start - FIRST * 1000, end - FIRST * 1000, tone) for start, end, tone in cues[10:]],
              duration_ms=SECOND * 1000)
    recording(made.incoming / "film.mp4", cues[:3], size=(320, 240))
    large_wav(made.incoming / "long.wav", LONG)
    for language in ("en", "ru"):
        made.write(f"told.{language}.vtt", captions(language))
    made.write("film.xml", captioned(SEEN))
    made.write("film.json", json.dumps({"segments": [
        {"start": 0, "end": 8, "text": " ".join(HEARD), "words": [{"word": word, "start": n, "end": n + 1} for n, word in enumerate(HEARD)]},
        {"start": 8, "end": 11, "text": "Nothing more."}]}))
    made.write("quay.jpg", picture("jpg"))
    made.write("letter.pdf", pdf(pdf_page(b"A letter of the river board")))
    made.bring(
        {"identifier": "told", "title": "Told on two tapes", "narrators": "Ferrowen, Ilda [en]", "languages": "en;ru", "date": "1991",
         "transcripts": "told.en.vtt|en|verbatim;told.ru.vtt|ru|translation", "media": "one.wav|Tape 1;two.wav|Tape 2",
         "restrictions": f"{WITHHELD[0]}000-{WITHHELD[1]}000|words|staff|asked"},
        {"identifier": "film", "title": "A film", "languages": "en", "transcripts": "film.xml|en|verbatim;film.json|en|machine",
         "media": "film.mp4|The film;quay.jpg|The quay;letter.pdf|A letter"},
        {"identifier": "long", "title": "A long one", "languages": "en", "media": "long.wav|Tape 1"})
    _plain_copy(made, "long", made.incoming / "long.wav")
    made.derive()
    yield made
    made.engine.dispose()


def _plain_copy(archive: Archive, testimony: str, file: Path) -> None:
    """Note a file as the copy of a testimony's sound that everybody may have: larger than what a browser loads ahead."""
    with reading(archive.engine) as session:
        wanted = next(each for each in needed(session, testimony, clock.now())[0] if each.recipe == "sound")
    with file.open("rb") as stream:
        kept = archive.vault.keep(stream)
    copying.note(archive.engine, testimony, wanted, [copying.Part(0, kept, "audio/wav", {})])


@pytest.fixture(scope="module")
def address(archive: Archive) -> Iterator[str]:
    with served(archive.app(LANGUAGES="en,az,hy,ru,tr,ar")) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page without motion; what goes wrong in a script fails the test."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert wrong == []


def until(page: Page, condition: str, seconds: int = 30) -> None:
    """Wait for a condition in the page; its policy forbids it to be made there from a string again and again."""
    found = page.evaluate(f"""async () => {{
      for (const begun = performance.now(); performance.now() - begun < {seconds * 1000};) {{
        if ({condition}) return true;
        await new Promise((done) => setTimeout(done, 20));
      }}
      return false;
    }}""")
    assert found, f"{condition} did not come true: {state(page)}"


def state(page: Page) -> Any:
    return page.evaluate("[...document.querySelectorAll('audio, video')].map(each => [each.currentTime, each.paused, each.readyState, "
                         "each.error?.message ?? ''])")


def playing(page: Page, number: int = 0) -> bool:
    return bool(page.evaluate(f"!document.querySelectorAll('audio, video')[{number}].paused"))


def at(page: Page, number: int = 0) -> float:
    return float(page.evaluate(f"document.querySelectorAll('audio, video')[{number}].currentTime"))


def current(page: Page) -> str:
    return str(page.evaluate("document.querySelector('.transcript [aria-current]')?.id ?? ''"))


def button(page: Page, name: str) -> Locator:
    return page.locator(".player").get_by_role("button", name=name)


LOUDEST = """async (element) => {
  const context = new AudioContext(), analyser = context.createAnalyser();
  await context.resume();
  context.createMediaStreamSource(element.captureStream()).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let most = 0;
  for (const begun = performance.now(); most < 0.05 && performance.now() - begun < 10_000;) {
    await new Promise((done) => setTimeout(done, 20));
    analyser.getFloatTimeDomainData(samples);
    most = Math.max(most, ...samples.map(Math.abs));
  }
  await context.close();
  return most;
}"""
"""The loudest sample of what an element plays: that of a tone is 0.37."""


def test_a_researcher_hears_what_was_found(page: Page) -> None:
    page.goto("/search?q=river")
    page.locator(".hit .row a").first.click()
    page.wait_for_url(f"**{TOLD}?**")
    until(page, "document.querySelector('.player')")
    assert not playing(page) and not playing(page, 1)
    assert page.locator("[data-hits]").inner_text() == "“\u2068river\u2069”: 4 here"
    page.goto(f"{TOLD}?q=river&t=8#s3")
    until(page, "document.querySelector('audio').readyState > 0")
    assert (at(page), current(page), playing(page)) == (6, "s3", False)
    button(page, "Play").click()
    assert page.locator("audio").first.evaluate(LOUDEST) > 0.05
    until(page, "document.querySelector('audio').currentTime > 8.2")
    assert current(page) == "s3" and page.locator(".seg.current #s3").count() == 1
    until(page, "document.querySelector('.transcript [aria-current]').id === 's4'")
    assert 12 - CLOSE <= at(page) < 13
    button(page, "Pause").click()
    assert not playing(page)


def test_a_click_on_a_time_or_on_words_goes_there(page: Page) -> None:
    page.goto(TOLD)
    page.locator(".when a").first.click()
    until(page, "document.querySelector('audio').readyState > 0")
    page.locator("#s5").click()
    until(page, f"Math.abs(document.querySelector('audio').currentTime - 16) <= {CLOSE}")
    assert current(page) == "s5" and not playing(page)
    page.locator("#s2").click()
    assert current(page) == "s2"
    time = page.locator(".when a").last
    seconds = float(re.findall(r"t=([\d.]+)", time.get_attribute("href") or "")[0])
    assert seconds >= FIRST
    time.click()
    until(page, f"Math.abs(document.querySelectorAll('audio')[1].currentTime - {seconds - FIRST}) <= {CLOSE}")
    assert page.url.endswith(time.get_attribute("href") or "-")
    assert page.locator("[data-tape]").inner_text() == "Tape 2"
    page.locator("#s5").dblclick()
    before = at(page)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#s8'))")
    page.locator("#s9").dispatch_event("click")
    assert page.evaluate("getSelection().toString()").strip() == "We came back once." and at(page) == before


@pytest.mark.slow
def test_one_tape_goes_on_into_the_next(page: Page) -> None:
    page.goto(f"{TOLD}?t={FIRST - 1}")
    button(page, "Play").click()
    until(page, "document.querySelectorAll('audio')[1].currentTime > 0.5")
    assert not playing(page) and playing(page, 1)
    assert page.locator("[data-at]").inner_text().startswith("00:4") and current(page) == "s11"
    button(page, "10 s back").click()
    until(page, "!document.querySelector('audio').paused && document.querySelectorAll('audio')[1].paused")
    assert FIRST - 11 < at(page) < FIRST - 7


def test_the_line_of_the_whole_testimony(page: Page) -> None:
    page.goto(f"{TOLD}?q=river")
    until(page, "document.querySelector('.wave path')?.getAttribute('d')")
    line = page.get_by_role("slider", name="Position in the recording")
    assert line.get_attribute("max") == str(FIRST + SECOND)
    line.fill("50")
    until(page, f"Math.abs(document.querySelectorAll('audio')[1].currentTime - 10) <= {CLOSE}")
    assert line.get_attribute("aria-valuetext") == "00:50" and current(page) == "s13"
    assert page.locator(".ticks .gap").count() == 1 and page.locator(".ticks rect:not([class])").count() == 4
    drawn = page.evaluate("(({x, width}) => [x, x + width])(document.querySelector('.wave path').getBBox())")
    assert drawn[0] == pytest.approx(0, abs=2) and drawn[1] == pytest.approx(1000, abs=5)


def test_hits_are_gone_through(page: Page) -> None:
    page.goto(f"{TOLD}?q=river")
    for place, id in ((1, "s3"), (2, "s9"), (3, "s12"), (0, "s1")):
        button(page, "Next").click()
        assert current(page) == id
        assert page.locator("[data-hits]").inner_text() == f"“\u2068river\u2069”: {(place % 4) + 1} of 4"
    button(page, "Previous").click()
    assert current(page) == "s12" and page.locator("[data-tape]").inner_text() == "Tape 2"


def test_words_stay_where_the_reader_has_scrolled(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(TOLD)
    jump = button(page, "Jump to current")
    button(page, "Play").click()
    until(page, "document.querySelector('#s1[aria-current]')")
    assert not jump.is_visible()
    page.mouse.move(500, 300)
    stood = page.evaluate("scrollY") + 300
    page.mouse.wheel(0, 300)
    until(page, f"scrollY === {stood}")
    assert jump.is_visible()
    page.keyboard.press("l")
    until(page, "!document.querySelector('#s1[aria-current]')")
    assert page.evaluate("scrollY") == stood
    jump.click()
    assert not jump.is_visible()
    seen = page.evaluate("(({top, bottom}) => [top, bottom])(document.querySelector('.transcript [aria-current]').getBoundingClientRect())")
    assert page.evaluate("document.querySelector('.bar').getBoundingClientRect().bottom") <= seen[0] < seen[1] <= 420


@pytest.mark.slow
def test_a_scrollbar_stops_them_too(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(TOLD)
    button(page, "Play").click()
    until(page, "document.querySelector('audio').currentTime > 1.5")
    page.evaluate("scrollTo(0, scrollY + 300)")
    button(page, "Jump to current").wait_for()
    button(page, "Pause").click()


def test_words_are_kept_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 600})
    page.goto(f"{TOLD}?t=2")
    button(page, "Play").click()
    page.get_by_role("slider").fill("55")
    until(page, "document.querySelector('#s14[aria-current]')")
    seen = page.evaluate("(({top, bottom}) => [top, bottom])(document.querySelector('#s14').getBoundingClientRect())")
    assert 0 <= seen[0] < seen[1] <= page.evaluate("document.querySelector('.bar').getBoundingClientRect().top")
    assert not button(page, "Jump to current").is_visible()


def test_another_language_while_it_plays(page: Page) -> None:
    page.goto(f"{TOLD}?q=river")
    button(page, "Play").click()
    until(page, "document.querySelector('audio').currentTime > 0.3")
    page.select_option("#transcript", "2")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(".transcript .words[lang=ru]").first.wait_for()
    assert playing(page) and at(page) > 0.3 and page.locator(".transcript .words[lang=en]").count() == 0
    assert "transcript=2" in page.url and not page.locator("[data-hits]").is_visible()
    until(page, "document.querySelector('.words[lang=ru] #s1[aria-current]')")
    page.select_option("#beside", "1")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(".transcript.parallel").wait_for()
    page.get_by_role("slider").fill("13")
    until(page, "document.querySelector('#s4[aria-current]') && document.querySelector('#b4[aria-current]')")
    page.locator("#b2").click()
    until(page, f"document.querySelector('#b2[aria-current]') && Math.abs(document.querySelector('audio').currentTime - 4) <= {CLOSE} + 1")
    assert playing(page)
    page.go_back()
    page.locator(".transcript:not(.parallel)").wait_for()
    page.go_back()
    page.locator(".transcript .words[lang=en]").first.wait_for()
    assert playing(page) and page.locator("[data-hits]").is_visible() and page.locator(".ticks rect:not([class])").count() == 4


def test_this_moment_is_cited_and_its_words_are_taken_along(page: Page) -> None:
    page.goto(TOLD)
    assert not page.locator("aside").get_by_role("link", name="Cite this moment").is_visible()
    page.get_by_role("slider").fill("9")
    cite = page.locator("aside").get_by_role("link", name="Cite this moment")
    cite.wait_for(state="visible")
    assert (cite.get_attribute("href") or "").endswith(f"{TOLD}/cite?t=9")
    with page.expect_download() as file:
        page.get_by_role("link", name="WebVTT").click()
    text = Path(str(file.value.path())).read_text(encoding="utf-8")
    cues = webvtt.from_buffer(io.StringIO(text))
    assert len(cues) == len(WORDS) and cues[6].text == "4 seconds withheld under the terms of this testimony."
    cite.click()
    page.wait_for_url(f"**{TOLD}/cite?t=9")
    assert "00:00:09" in page.locator("main").inner_text()


def test_keys(page: Page) -> None:
    page.goto(f"{TOLD}?t=22")
    until(page, "document.querySelector('audio').readyState > 0 && document.querySelector('.player')")
    audio = "document.querySelector('audio')"
    page.keyboard.press("k")
    until(page, f"!{audio}.paused")
    page.keyboard.press("Space")
    until(page, f"{audio}.paused")
    start = at(page)
    for key, moved in (("l", 10), ("j", 0), ("ArrowLeft", -5), ("ArrowRight", 0)):
        page.keyboard.press(key)
        until(page, f"Math.abs({audio}.currentTime - {start + moved}) <= {CLOSE}")
    page.keyboard.press(">")
    assert page.evaluate(f"{audio}.playbackRate") == 1.25 and page.locator("[data-speed]").input_value() == "1.25"
    page.keyboard.press("<")
    page.keyboard.press("c")
    page.get_by_text(f"The address of 00:{int(start)} is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{TOLD}?t={int(start)}")
    page.keyboard.press("/")
    page.keyboard.type("k j l")
    assert page.locator(".tools [type=search]").input_value() == "k j l" and not playing(page) and at(page) == pytest.approx(start, abs=CLOSE)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.get_by_role("checkbox", name="Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.reload()
    until(page, "document.querySelector('.player')")
    page.keyboard.press("k")
    assert not playing(page)
    button(page, "Keys").click()
    assert not page.get_by_role("checkbox", name="Use these keys").is_checked()
    assert findings(page) == []


def test_words_with_times_of_their_own_are_marked_one_by_one_and_gone_to(page: Page) -> None:
    page.goto("/testimonies/film?transcript=1&beside=2")
    until(page, "document.querySelector('.player')")
    html = page.locator("#b1").inner_html()
    for second in (5, 0, 2):
        page.get_by_role("slider").fill(str(second))
        until(page, f"[...CSS.highlights.get('now') ?? []].join('') === '{HEARD[second]}'")
    place = page.evaluate("""(() => {
      const range = document.createRange(), text = document.querySelector('#b1').firstChild, at = text.data.indexOf('what');
      range.setStart(text, at);
      range.setEnd(text, at + 4);
      const {x, y, width, height} = range.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    })()""")
    page.mouse.click(*place)
    until(page, f"Math.abs(document.querySelector('video').currentTime - {HEARD.index('what')}) <= {CLOSE}")
    until(page, "[...CSS.highlights.get('now')].join('') === 'what'")
    assert page.locator("#b1").inner_html() == html and not playing(page)
    page.get_by_role("slider").fill("9")
    until(page, "CSS.highlights.get('now').size === 0")


def test_a_footnote_is_gone_to_and_back(page: Page) -> None:
    page.goto("/testimonies/film")
    until(page, "document.querySelector('.player')")
    for link, there in (("[role=doc-noteref]", "#note-1"), ("[role=doc-backlink]", "#sign-1-1")):
        page.locator(link).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/testimonies/film{there}")
        until(page, f"(({{top, bottom}}) => top >= 0 && bottom <= innerHeight)(document.querySelector('{there}').getBoundingClientRect())")
    assert not playing(page) and at(page) == 0


def test_what_is_withdrawn_stops_and_is_thrown_away(page: Page, archive: Archive) -> None:
    page.goto("/testimonies/long")
    button(page, "Play").click()
    until(page, "document.querySelector('audio').currentTime > 0.2")
    archive.withdraw("long")
    page.get_by_role("slider").fill("290")
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text() == "This recording is no longer open to you. Open the page again to see what is."
    left = page.evaluate("(({currentSrc, src, buffered, paused, readyState}) => [src, buffered.length, paused, readyState])"
                         "(document.querySelector('audio'))")
    assert left == ["", 0, True, 0]
    assert page.locator(".player button").count() == 0


def test_a_film_is_seen_above_its_row(page: Page) -> None:
    page.goto("/testimonies/film")
    button(page, "Play").click()
    until(page, "document.querySelector('video').currentTime > 0.5")
    film, bar = page.locator("video").bounding_box(), page.locator(".bar").bounding_box()
    assert film and bar and film["y"] + film["height"] <= bar["y"]
    assert page.evaluate("document.querySelector('video').videoWidth") == 320
    assert page.locator("video").evaluate(LOUDEST) > 0.05
    page.evaluate("document.querySelector('video').textTracks[0].mode = 'showing'")
    until(page, "document.querySelector('video').textTracks[0].cues?.length === 1")
    pictures = page.locator("aside .seen img")
    assert pictures.count() == 2
    for picture_of in pictures.all():
        picture_of.scroll_into_view_if_needed()
        assert picture_of.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 0


LOOKED_AT = (f"{TOLD}?q=river&t=8", f"{TOLD}?transcript=2&beside=1&ui=ar", "/testimonies/film?transcript=1&beside=2")


@pytest.mark.parametrize("path", spread(LOOKED_AT, 1))
def test_axe_finds_nothing(path: str, page: Page) -> None:
    page.goto(path)
    until(page, "document.querySelector('.player')")
    for width in (375, 1280):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_everything(page: Page) -> None:
    assert judged(page, f"{TOLD}?q=river&t=8") == {}


def test_without_script_the_browser_plays(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{TOLD}?q=river")
    assert page.locator("audio[controls]").count() == 2 and page.locator("audio").first.is_visible()
    assert not page.locator(".player").count()
    words = page.locator(".transcript").inner_text()
    assert all(said in words for said in WORDS if "not read" not in said) and "not read" not in words
    page.locator(".when a").last.click()
    seconds = int(re.findall(r"[?&]t=(\d+)", page.url)[0])
    assert (page.locator("audio").last.get_attribute("src") or "").endswith(f"#t={seconds - FIRST - 2}")
    assert page.locator("mark").count() == 4
    context.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[str]:
    """Every file of the shared media that decodes, a testimony each."""
    folder = data_folder() / "media"
    made = archive_in(tmp_path_factory.mktemp("shared"), empty_database)
    for name in sorted(each.name for each in folder.iterdir()):
        made.write(name, (folder / name).read_bytes())
    report = made.bring(*({"identifier": address_of(name), "title": name, "media": f"{name}|Tape"}
                          for name in sorted(each.name for each in folder.iterdir())))
    assert [row.identifier for row in report.rows if row.result == "refused"] == ["zero-bytes-flac"]
    made.derive()
    with served(made.app()) as found:
        yield found
    made.engine.dispose()


def address_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


@pytest.mark.slow
def test_no_shared_file_is_forgotten() -> None:
    assert {*SHARED, "zero_bytes.flac"} == {each.name for each in (data_folder() / "media").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_every_shared_file_plays_from_its_page(name: str, browser: Browser, shared: str) -> None:
    page = browser.new_page(base_url=shared)
    page.goto(f"/testimonies/{address_of(name)}")
    until(page, "document.querySelector('.player')")
    film = Path(name).suffix in FILMS
    assert page.locator("video").count() == int(film) and page.locator("audio").count() == int(not film)
    element = "document.querySelector('audio, video')"
    until(page, f"{element}.readyState > 0")
    half = int(page.evaluate(f"{element}.duration") // 2)
    page.get_by_role("slider").fill(str(half))
    until(page, f"!{element}.seeking && {element}.readyState > 1 && Math.abs({element}.currentTime - {half}) <= {CLOSE}")
    button(page, "Play").click()
    until(page, f"{element}.currentTime > {half} + 0.2")
    if film:
        assert page.evaluate("document.querySelector('video').videoWidth") > 0
    if not any(word in name for word in SILENT):
        assert page.evaluate("""async (address) => {
          const bytes = await (await fetch(address)).arrayBuffer(), sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
          return sound.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
        }""", page.evaluate(f"{element}.currentSrc.split('#')[0]")) > 0.01
    page.close()
