"""A transcript as it is printed: whose words, how written down, times in the margin, one paragraph for what is withheld."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from archive_app.access.readings import Note
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.readings import BELL, LAMP, NETS, TRANSCRIPTS, FakeRoom, long_transcript
from tests.web.app import make_app

ADDRESS = f"/testimonies/{BELL.id}/transcripts/1"
NOTES = (Note(1, "An invented note about the wrist.", ("https://example.org/wrist",), ((2, 168, 173),)),
         Note(2, "Of two places.", (), ((2, 168, 173), (5, 0, 9))), Note(3, "Of the whole."))
TOLD = TRANSCRIPTS[BELL.id][0]
SIGN = '<sup><a id="sign-{n}-{place}" href="#note-{n}" role="doc-noteref">{n}</a></sup>'


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.fixture(scope="module")
def with_notes() -> FlaskClient:
    return make_app(FakeRoom(more_transcripts={BELL.id: (replace(TOLD, notes=NOTES),)})).test_client()


def said(text: str) -> str:
    """What a reader sees of a page."""
    inside = text.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return re.sub(r" (?=[,.])", "", " ".join(html.unescape(re.sub(r"<[^>]*>", " ", inside)).split()))


def test_it_says_whose_words_and_how_they_were_written_down(client: FlaskClient) -> None:
    text = said(client.get(ADDRESS).text)
    assert "The bell rope on the quay Hesta Vellan, Tessen, Low Ombrel, 14 May 1991, English" in text
    assert f"Transcript English corrected Version {TOLD.version} Cite Hesta Vellan." in text
    assert "Interview by Ressa Calvorn. May 14, 1991. Transcript." in text and f"https://archive.example/testimonies/{BELL.id}" in text
    assert "Anyone may read the words." in text
    assert "A machine wrote" not in text and "Approved" not in text


def test_the_machine_is_named(client: FlaskClient) -> None:
    text = said(client.get(f"/testimonies/{NETS.id}/transcripts/1").text)
    assert "machine, not checked" in text and "Machine transcript." in text
    assert "A machine wrote these words down and nobody has checked them." in text


def test_what_the_narrator_approved_is_dated(client: FlaskClient) -> None:
    assert "Approved by the narrator 1 December 1988" in said(client.get(f"/testimonies/{LAMP.id}/transcripts/1").text)


def test_every_word_is_there_once_with_its_time(client: FlaskClient) -> None:
    text = client.get(ADDRESS).text
    assert [int(n) for n in re.findall(r'id="s(\d+)"', text)] == [block.n for block in TOLD.blocks]
    assert re.findall(r"<time>([^<]*)</time>", text) == ["00:02", "00:21", "00:42", "01:01", "01:04", "01:28", "02:50", "03:16"]
    assert re.findall(r"<b><bdi>([^<]*)</bdi></b>", text) == ["Ressa Calvorn", "Hesta Vellan", "Ressa Calvorn", "Hesta Vellan", "Hesta Vellan"]
    assert len(re.findall('class="withheld"', text)) == 1 and "1 minute 21 seconds withheld" in text
    assert '<h2 dir="auto">The rope</h2>' in text


def test_words_without_times_have_none(client: FlaskClient) -> None:
    text = client.get(f"/testimonies/{NETS.id}/transcripts/1").text
    assert "<time>" not in text and "&lt;b&gt;Nothing&lt;/b&gt; &amp; nobody" in text
    assert '<p class="when"><b><bdi>A net mender</bdi></b> </p>' in text


def test_other_scripts_say_so(client: FlaskClient) -> None:
    text = client.get(f"/testimonies/{LAMP.id}/transcripts/4").text
    assert '<p class="words" lang="ar" dir="auto">' in text


def test_footnotes_are_marked_behind_their_words(with_notes: FlaskClient) -> None:
    text = with_notes.get(ADDRESS).text
    first, second, third = (SIGN.format(n=n, place=place) for n, place in ((1, 1), (2, 1), (2, 2)))
    assert f"a rope as thick as my wrist{first}{second}. I was fourteen" in text
    assert f"My father{third} did." in text
    assert "sign-3-" not in text
    assert re.findall(r'<li id="note-(\d)"><span lang="en" dir="auto">([^<]*)', text) == [
        ("1", "An invented note about the wrist."), ("2", "Of two places."), ("3", "Of the whole.")]
    assert '<a href="https://example.org/wrist" rel="noreferrer external">' in text
    assert re.findall(r'href="#(sign-[\d-]+)" role="doc-backlink">([^<]*)', text) == [
        ("sign-1-1", "Back to the words"), ("sign-2-1", "Back to the words, place 1"), ("sign-2-2", "Back to the words, place 2")]
    assert "doc-noteref" not in with_notes.get(ADDRESS.replace("/1", "/2")).text


def test_the_twin(with_notes: FlaskClient) -> None:
    found = with_notes.get(f"{ADDRESS}.json").json
    assert (found["testimony"]["id"], found["transcript"]["n"], len(found["transcript"]["notes"])) == (BELL.id, 1, 3)
    assert found["citation"].startswith("Hesta Vellan. “The bell rope on the quay.”")
    assert found["transcript"]["segments"][5] == {"n": 6, "start_ms": 88_324, "end_ms": 169_518, "withheld": True}
    whole = with_notes.get(f"/testimonies/{BELL.id}.json").json
    assert found["transcript"] == whole["transcripts"][0]


@pytest.mark.parametrize("address", [f"/testimonies/{BELL.id}/transcripts/9", f"/testimonies/{BELL.id}/transcripts/0",
                                     f"/testimonies/{BELL.id}/transcripts/x", "/testimonies/never-was-there/transcripts/1"])
def test_what_is_not_there(address: str, client: FlaskClient) -> None:
    assert (client.get(address).status_code, client.get(f"{address}.json").status_code) == (404, 404)


def test_words_and_names_are_as_this_viewer_may_read_them(sqlite_archive: Archive) -> None:
    cues = "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n<v Vellan, Hesta>{words}" for n, words in enumerate(
        ("My name is Hesta Vellan.", "The secretword is here.", "And nothing more.")))
    sqlite_archive.write("told.vtt", cues)
    sqlite_archive.bring({
        "identifier": "told-a", "title": "Letter of Vellan", "narrators": "Vellan, Hesta", "naming": "pseudonym", "pseudonym": "A net mender",
        "access_identity": "staff", "languages": "en", "transcripts": "told.vtt|en|verbatim", "restrictions": "1000-1900|words|staff|asked for"},
        {"identifier": "told-b", "title": "Kept words", "access_description": "staff", "transcripts": "told.vtt|en|verbatim"},
        {"identifier": "told-c", "title": "No words", "access_transcript": "staff", "transcripts": "told.vtt|en|verbatim"})

    def read(who: str, id: str, status: int = 200) -> str:
        answer = make_app(open_room=lambda facts: sqlite_archive.room(who)).test_client().get(f"/testimonies/{id}/transcripts/1")
        assert answer.status_code == status
        return answer.text

    text = read("anonymous", "told-a")
    assert not re.search("Vellan|Hesta|secretword", text)
    assert "My name is A net mender." in text and text.count('class="withheld"') == 1
    assert "Hesta Vellan" in read("archivist", "told-a") and "secretword" in read("archivist", "told-a")
    closed = read("anonymous", "told-b")
    assert "Kept words" not in closed and "A testimony whose description is closed" in closed and 'class="cite"' not in closed
    read("anonymous", "told-c", 404)


# On paper

MM = 72 / 25.4


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    long = long_transcript(4_000)
    room = FakeRoom(more_transcripts={BELL.id: (replace(TOLD, notes=NOTES), replace(long, head=replace(long.head, n=2)))})
    with served(make_app(room)) as address:
        made = browser.new_page(base_url=address)
        yield made
        made.close()


def on_paper(page: Page, address: str) -> pypdfium2.PdfDocument:
    page.goto(address)
    return pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))


@pytest.mark.browser
def test_on_paper_it_is_a4_with_margins(page: Page) -> None:
    paper = on_paper(page, f"/testimonies/{BELL.id}/transcripts/2")
    assert len(paper) > 5
    for number, sheet in enumerate(paper, 1):
        width, height = sheet.get_size()
        assert (width, height) == (pytest.approx(210 * MM, abs=1), pytest.approx(297 * MM, abs=1))
        text = sheet.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()]
        assert min(left for left, _, _, _ in boxes) >= 25 * MM - 1
        assert max(right for _, _, right, _ in boxes) <= 185 * MM + 1
        assert max(top for _, _, _, top in boxes) <= height - 25 * MM + 1
        words = text.get_text_range()
        assert f"{number} / {len(paper)}" in words
        assert min(bottom for _, bottom, _, _ in boxes) < 25 * MM  # the number of the page stands in the margin
    paper.close()


@pytest.mark.browser
def test_on_paper_no_paragraph_leaves_a_line_behind(page: Page) -> None:
    paper = on_paper(page, f"/testimonies/{BELL.id}/transcripts/2")
    begins = re.compile(r"\d\d:\d\d|Ressa Calvorn$|Hesta Vellan$|The rope$")
    sheets = [[line.strip() for line in sheet.get_textpage().get_text_range().splitlines() if line.strip()][1:] for sheet in paper]
    carried = [next(at for at, line in enumerate(sheet) if begins.match(line)) for sheet in sheets[1:]]
    left = [next(at for at, line in enumerate(reversed(sheet)) if begins.match(line)) + 1 for sheet in sheets[:-1]]
    broken = [(before, after) for before, after in zip(left, carried, strict=True) if after]
    assert len(broken) > 2 and all(before >= 3 and after >= 3 for before, after in broken)
    paper.close()


@pytest.mark.browser
def test_on_paper_there_is_nothing_to_press(page: Page) -> None:
    paper = on_paper(page, ADDRESS)
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in paper)
    for screen in ("Back to the testimony", "Sign in", "People", "How consent works", "print command"):
        assert screen not in words
    for printed in ("Testimony Archive", "The bell rope on the quay", "Hesta Vellan", "01:28", "withheld under the terms", "Footnotes",
                    "https://example.org/wrist", TOLD.version):
        assert printed in words or printed == TOLD.version  # the version is of the transcript with its notes
    assert replace(TOLD, notes=NOTES).version in words
    paper.close()
