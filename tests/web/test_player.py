"""Tapes on one time line, captions with the times of one tape, and what the page says and links without any script."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

import pytest
import webvtt
from flask.testing import FlaskClient

from archive_app.access import readings
from archive_app.access.readings import Copy, Note, Recording, Segment, Transcript, TranscriptHead, Withheld
from archive_app.web.player import LEAD_MS, Player, during, player, spans, starts, word_times
from tests.factories.readings import BELL, FakeRoom
from tests.web.app import make_app

ADDRESS = f"/testimonies/{BELL.id}"


def sound(id: str, offset: int, length: int | None = 60_000, ready: bool = True, withheld: tuple[tuple[int, int], ...] = ()) -> Recording:
    copies = (Copy(f"{id}-copy", "sound", 0, "audio/mp4", 0, 0), Copy(f"{id}-peaks", "peaks", 0, "application/json", 0, 0))
    return Recording(id, "audio", f"Tape {id}", length, offset, copies if ready else (), withheld)


FILM = Recording("film-1", "video", "The film", 30_000, 120_000, (
    Copy("film-copy", "film", 0, "video/mp4", 640, 480), Copy("poster-copy", "poster", 0, "image/jpeg", 640, 480)))
PICTURE = Recording("picture-1", "image", "The quay <1951>", None, 0, (Copy("preview-copy", "preview", 0, "image/jpeg", 1600, 1100),))
LETTER = Recording("letter-1", "document", "A letter", None, 0, tuple(
    Copy(f"page-copy-{n}", "page", n, "image/jpeg", 1400, 1980, f"Words of sheet {n}") for n in (1, 2, 3)))


@dataclass
class Room(FakeRoom):
    """The fake room, its testimonies with other recordings."""

    recordings: tuple[Recording, ...] = ()

    def testimony(self, id: str) -> readings.Testimony:
        return replace(super().testimony(id), recordings=self.recordings)


def room(*recordings: Recording) -> Room:
    return Room(recordings=recordings)


def client(*recordings: Recording) -> FlaskClient:
    return make_app(room(*recordings)).test_client()


def read() -> Transcript:
    return room().transcript(BELL.id, 1)


def made(*recordings: Recording, at_ms: int | None = None, found: tuple[int, ...] = ()) -> Player:
    here = room(*recordings)
    result = player(here.testimony(BELL.id), (here.transcript(BELL.id, 1),), at_ms, found)
    assert result is not None
    return result


def test_nothing_to_play_no_player() -> None:
    assert player(room(PICTURE, LETTER).testimony(BELL.id), (), None) is None


def test_tapes_follow_each_other_whatever_their_order() -> None:
    found = made(sound("b", 60_000), sound("a", 0), FILM)
    assert [each.recording.id for each in found.tapes] == ["a", "b", "film-1"]
    assert (found.length_ms, found.apart, found.waiting) == (150_000, (), ())


def test_of_two_recordings_of_one_time_the_first_is_on_the_line() -> None:
    found = made(sound("a", 0), sound("b", 0), sound("c", 60_000))
    assert [each.recording.id for each in found.tapes] == ["a", "c"]
    assert [each.recording.id for each in found.apart] == ["b"]


def test_a_tape_without_a_copy_waits_and_leaves_its_time_free() -> None:
    found = made(sound("a", 0, ready=False), sound("b", 60_000))
    assert [each.id for each in found.waiting] == ["a"]
    assert (found.opens_ms, found.tapes[0].opens_ms) == (60_000, 0)


@pytest.mark.parametrize(("at", "opens", "where"), [
    (None, 0, (0, None)), (0, 0, (0, None)), (1_000, 0, (0, None)), (30_000, 28_000, (28_000, None)), (60_000, 60_000, (None, 0)),
    (61_000, 60_000, (None, 0)), (100_000, 98_000, (None, 38_000)), (500_000, 118_000, (None, 58_000))])
def test_a_moment_is_opened_two_seconds_before_on_its_own_tape(at: int | None, opens: int, where: tuple[int | None, int | None]) -> None:
    found = made(sound("a", 0), sound("b", 60_000), at_ms=at)
    assert LEAD_MS == 2_000
    assert found.opens_ms == opens
    assert tuple(each.opens_ms for each in found.tapes) == where


def test_what_is_marked_on_the_line() -> None:
    found = made(sound("a", 0, 100_000, withheld=((20_000, 40_000),)), sound("b", 100_000, 100_000, withheld=((100_000, 110_000),)),
                 found=(9, 2))
    assert [each.x for each in found.points] == [12.6, 500.0, 850.0]
    assert [each.x for each in found.hits] == [107.3, 898.0]
    assert [(each.x, each.width) for each in found.gaps] == [(100.0, 100.0), (500.0, 50.0)]
    assert (found.found, found.withheld_ms) == ((2, 9), 30_000)


def test_marks_behind_the_end_are_left_out() -> None:
    found = made(sound("a", 0, 50_000), found=(2, 9))
    assert (len(found.points), len(found.hits)) == (1, 1)


def test_withheld_time_counts_once_and_not_beyond_the_recordings() -> None:
    forever = 10_000 * 3_600_000
    assert spans([sound("a", 0, 60_000, withheld=((0, forever),)), sound("b", 0, 60_000, withheld=((50_000, 90_000),)),
                  sound("c", 60_000, 60_000, withheld=((60_000, 70_000),)), sound("d", 0, None, withheld=((0, forever),))]) == [(0, 70_000)]


def test_captions_are_those_with_words_on_the_tape() -> None:
    found = made(sound("a", 0, 60_000), sound("b", 900_000, 60_000))
    assert [[head.n for head in each.captions] for each in found.tapes] == [[1], []]  # 2 is a summary


def test_captions_of_transcripts_that_were_not_read_are_trusted_but_for_summaries() -> None:
    lamp = room(sound("a", 0)).testimony("lamp-on-the-stair")
    found = player(lamp, (room().transcript("lamp-on-the-stair", 2),), None)
    assert found and [head.n for head in found.tapes[0].captions] == [1, 2, 3, 4]


def test_when_blocks_begin_in_order_of_their_numbers() -> None:
    blocks = (Segment(1, 0, 5, "", "a", "en"), Segment(2, None, None, "", "b", "en"), Withheld(3, 7_000, 9_000))
    assert starts(Transcript(TranscriptHead(1, "en", "verbatim"), blocks)) == "0 - 7000"
    assert starts(Transcript(TranscriptHead(1, "en", "verbatim"), blocks[1:2])) == ""


def timed(text: str, *words: tuple[int, int], n: int = 1, start_ms: int = 0) -> Transcript:
    return Transcript(TranscriptHead(1, "en", "machine"), (Segment(n, start_ms, start_ms + 9_000, "", text, "en", "", words),))


def test_when_words_begin_is_told_in_steps() -> None:
    assert word_times(timed("The river rang", (0, 5_000), (4, 5_320), (10, 5_900), start_ms=5_000)) == {1: "0:0 4:320 6:580"}
    assert word_times(timed("– Yes", (2, 4_900), start_ms=5_000)) == {1: "2:-100"}
    assert word_times(read()) == {}


def test_letters_are_counted_as_browsers_do() -> None:
    """Each of these signs is two letters there."""
    assert word_times(timed("𐓏𐓘𐓻 𐓘 a", (0, 0), (4, 100), (6, 200), n=3)) == {3: "0:0 7:100 3:100"}


def test_the_page_says_when_its_words_begin() -> None:
    here = room(sound("a", 0, 210_000))
    first = here.transcript(BELL.id, 1)
    spoken = replace(first, blocks=tuple(
        replace(block, words=((0, block.start_ms or 0), (3, (block.start_ms or 0) + 400))) if block.n in (2, 8) else block
        for block in first.blocks if isinstance(block, Segment)))
    here.more_transcripts = {BELL.id: (spoken, replace(spoken, head=replace(spoken.head, n=2)))}
    text = make_app(here).test_client().get(f"{ADDRESS}?transcript=1&beside=2").text
    assert re.findall(r'<span id="([^"]*)" data-words="([^"]*)"', text) == [(id, "0:0 3:400") for id in ("s2", "b2", "s8", "b8")]
    without = replace(here, recordings=())
    assert "data-words" not in make_app(without).test_client().get(ADDRESS).text, "nothing plays there"


def test_what_is_spoken_during_a_recording_has_its_times() -> None:
    found = during(read(), sound("b", 60_000, 40_000))
    assert [(type(each).__name__, each.start_ms, each.end_ms) for each in found.blocks] == [
        ("Segment", 0, 377), ("Segment", 1_477, 3_705), ("Segment", 4_465, 28_104), ("Withheld", 28_324, 40_000)]
    assert during(read(), sound("z", 900_000)).blocks == ()
    assert during(room().transcript(BELL.id, 2), sound("a", 0)).blocks == ()


def test_captions_of_one_tape_are_shown_and_not_downloaded() -> None:
    here = client(sound("a", 0), sound("b", 60_000, 40_000))
    answer = here.get(f"{ADDRESS}/transcripts/1.vtt?recording=b")
    assert answer.content_type == "text/vtt; charset=utf-8" and "Content-Disposition" not in answer.headers
    cues = webvtt.from_string(answer.text)
    assert [cue.start for cue in cues] == ["00:00:00.000", "00:00:01.477", "00:00:04.465", "00:00:28.324"]
    assert cues[3].text == "12 seconds withheld under the terms of this testimony."
    assert "attachment" in here.get(f"{ADDRESS}/transcripts/1.vtt").headers["Content-Disposition"]
    assert "attachment" in here.get(f"{ADDRESS}/transcripts/1.srt?recording=b").headers["Content-Disposition"]


@pytest.mark.parametrize("asked", ["1.vtt?recording=never-existed", "1.vtt?recording=z", "2.vtt?recording=a", "2.vtt?recording=z"])
def test_captions_there_are_not(asked: str) -> None:
    here = client(sound("a", 0), sound("z", 900_000))
    answer = here.get(f"{ADDRESS}/transcripts/{asked}")
    assert answer.status_code == 404 and answer.data == here.get("/testimonies/never-existed").data


def elements(text: str, name: str) -> list[str]:
    """The opening tags outside `template`, as they stand."""
    return re.findall(rf"<{name}\b[^>]*>", re.sub(r"<template.*?</template>", "", text, flags=re.DOTALL))


def test_without_script_a_browser_plays_each_tape_in_order() -> None:
    text = client(sound("b", 60_000), sound("a", 0), FILM).get(f"{ADDRESS}?t=100").text
    first, second = elements(text, "audio")
    assert 'controls src="/media/a-copy" preload="none"' in first
    assert 'controls src="/media/b-copy#t=38" preload="metadata"' in second
    (film,) = elements(text, "video")
    assert 'src="/media/film-copy"' in film and 'poster="/media/poster-copy" width="640" height="480"' in film
    assert f'<track kind="captions" src="{ADDRESS}/transcripts/1.vtt?recording=b" srclang="en" label="English, corrected">' in text
    assert [html.unescape(each) for each in re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", text)] == [
        "<bdi>Tape a</bdi>: Audio, 1 minute", "<bdi>Tape b</bdi>: Audio, 1 minute", "<bdi>The film</bdi>: Video, 30 seconds"]


def test_what_is_not_ready_and_what_is_withheld_is_said() -> None:
    text = client(sound("a", 0, ready=False, withheld=((0, 21_000),)), sound("b", 60_000)).get(ADDRESS).text
    assert "<bdi>Tape a</bdi>: Audio, 1 minute. It is being prepared and cannot be played yet." in text
    assert "21 seconds of what was recorded is withheld under the terms of this testimony." in text
    assert 'href="/about/consent#withheld"' in text.split('class="recordings"')[1].split("</section>")[0]
    alone = client(sound("a", 0, ready=False)).get(ADDRESS).text
    assert "It is being prepared" in alone and "<template" not in alone and "player.js" not in alone


def test_what_could_not_be_made_is_not_said_to_be_prepared() -> None:
    lost = replace(sound("a", 0, ready=False), failed=True)
    text = client(lost, sound("b", 60_000), replace(PICTURE, copies=(), failed=True)).get(ADDRESS).text
    assert "<bdi>Tape a</bdi>: Audio, 1 minute. It could not be prepared and cannot be played. The archive has a note of this." in text
    assert "It could not be prepared and cannot be shown. The archive has a note of this." in text
    assert "is being prepared" not in text and 'src="/media/b-copy"' in text


NOTES = (Note(1, "An invented note about the wrist.", ("https://example.org/wrist",), ((2, 168, 173),)), Note(2, "Of the whole."))


def noted() -> FlaskClient:
    here = room()
    first = replace(here.transcript(BELL.id, 1), notes=NOTES)
    here.more_transcripts = {BELL.id: (first, replace(first, head=replace(first.head, n=2, language="ru")))}
    return make_app(here).test_client()


def test_footnotes_stand_under_the_words_and_lead_to_them_and_back() -> None:
    text = noted().get(f"{ADDRESS}?q=wrist").text
    sign = '<sup><a id="sign-1-1" href="#note-1" role="doc-noteref">1</a></sup>'
    assert f"a rope as thick as my <mark>wrist</mark>{sign}. I was fourteen" in text
    (under,) = re.findall(r'<section class="footnotes".*?</section>', text, re.DOTALL)
    assert text.index(under) < text.index("</article>") < text.index("<aside")
    assert '<h2 id="footnotes">Footnotes</h2>' in under
    assert re.findall(r'<li id="(note-\d)"><span lang="en" dir="auto">([^<]*)', under) == [
        ("note-1", "An invented note about the wrist."), ("note-2", "Of the whole.")]
    assert re.findall(r'href="([^"]*)" role="doc-backlink">([^<]*)', under) == [("#sign-1-1", "Back to the words")]
    assert '<a href="https://example.org/wrist" rel="noreferrer external">' in under
    assert "footnotes" not in client().get(ADDRESS).text.partition("<main")[2]


def test_footnotes_of_two_transcripts_are_told_apart() -> None:
    text = noted().get(f"{ADDRESS}?transcript=1&beside=2").text
    assert '<h2 id="other-footnotes">Footnotes: Russian, corrected</h2>' in text
    assert text.count('id="other-sign-1-1" href="#other-note-1"') == 1 and text.count('href="#other-sign-1-1" role="doc-backlink"') == 1
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_every_time_leads_to_its_moment_without_script() -> None:
    text = client(sound("a", 0, 210_000)).get(f"{ADDRESS}?q=bell").text
    assert f'<a class="n" href="{ADDRESS}?q=bell&amp;t=170"><time>02:50</time></a>' in text
    assert f'<a href="{ADDRESS}?q=bell&amp;t=21.463#s2"><time>00:21</time></a>' in text


def test_a_page_without_recordings_has_no_player() -> None:
    text = client().get(f"{ADDRESS}?q=bell&t=20").text
    assert 'class="recordings"' not in text and "<template" not in text and "data-starts" not in text and "Cite this moment" not in text


def test_the_player_speaks_the_language_of_the_page_and_carries_it() -> None:
    text = client(sound("a", 0, 210_000)).get(f"{ADDRESS}?ui=ru&q=bell").text
    assert f'{ADDRESS}/transcripts/1.vtt?recording=a&amp;ui=ru"' in text
    assert f'<a data-moment href="{ADDRESS}/cite?ui=ru">' in text


def test_pictures_and_documents_stand_beside_the_words() -> None:
    text = client(PICTURE, LETTER).get(ADDRESS).text
    aside = text.split("<aside")[1]
    assert '<img src="/media/preview-copy" loading="lazy" width="1600" height="1100" alt="The quay &lt;1951&gt;">' in aside
    assert [each for each in elements(text, "img") if 'loading="lazy" width=' not in each] == []
    assert re.findall(r'alt="(A letter[^"]*)"', aside) == [f"A letter, page {n}" for n in (1, 2, 3)]
    assert re.findall(r"<summary>([^<]*)</summary>", aside.partition('<figure class="picture')[0]) == ["Words of page 1", "All pages", "Words of page 2", "Words of page 3"]
    assert '<p class="read" lang="en" dir="auto">Words of sheet 3</p>' in aside
    assert "A letter</bdi>, 3 pages" in aside


def test_without_words_pictures_take_their_place() -> None:
    text = client(PICTURE, replace(LETTER, copies=())).get("/testimonies/roof-of-the-mill").text
    main, aside = text.split("<aside")
    assert "preview-copy" in main and "preview-copy" not in aside
    assert "It is being prepared and cannot be shown yet." in main
