from __future__ import annotations

import pytest

from archive_app.exchange.cues import Anchor, Note
from archive_app.exchange.ohms_reading import parse_ohms
from archive_app.exchange.ohms_values import OhmsTranscript
from tests.factories.ohms import captioned, lettered
from tests.factories.suites import spread

BEGIN, END = "\n\nNOTE\nANNOTATIONS BEGIN\n\nNOTE\n", "\n\nNOTE\nANNOTATIONS END\n"


def held(data: bytes) -> OhmsTranscript:
    transcript = parse_ohms(data).transcript
    assert transcript is not None
    return transcript


@pytest.mark.parametrize(
    ("written", "words", "at"),
    [
        ("bell[[footnote]]1[[/footnote]] rang", "bell rang", 4),
        ("bell [[footnote]] 1 [[/footnote]] rang", "bell rang", 4),
        ("bell [[footnote]]1[[/footnote]].", "bell.", 4),
        ("[[footnote]]1[[/footnote]] bell", "bell", 0),
        ("bell\n[[footnote]]1[[/footnote]]", "bell", 4),
        ("two\nlines[[footnote]]1[[/footnote]]\nmore", "two lines more", 9),
    ],
)
def test_references_leave_the_words_and_keep_their_place(written: str, words: str, at: int) -> None:
    read = held(lettered(f"{written}\n[[footnotes]]\n[[note]]N[[/note]]\n[[/footnotes]]"))
    assert [cue.text for cue in read.cues] == [words]
    assert read.notes == (Note("1", "N", "", (Anchor(0, at, at),)),)


def test_a_reference_alone_belongs_to_the_words_ahead() -> None:
    read = held(lettered("bell\n\n[[footnote]]1[[/footnote]]\n\nrope [[note]]N[[/note]]"))
    assert [cue.text for cue in read.cues] == ["bell", "rope"] and read.notes[0].anchors == (Anchor(0, 4, 4),)


def test_notes_are_numbered_by_their_order_and_one_may_be_meant_twice() -> None:
    read = held(lettered("a[[footnote]]2[[/footnote]] b[[footnote]]2[[/footnote]]\n[[footnotes]][[note]]A[[/note]][[note]]B[[/note]]"))
    assert read.notes == (Note("1", "A"), Note("2", "B", "", (Anchor(0, 1, 1), Anchor(0, 3, 3))))


def test_a_reference_to_a_note_that_is_not_there_is_told() -> None:
    read = parse_ohms(lettered("a[[footnote]]7[[/footnote]]"))
    assert read.warnings == ("The words refer to 1 note(s) that the file does not hold; the first is 7.",)
    assert held(lettered("a[[footnote]]7[[/footnote]]")).cues[0].text == "a"


def test_notes_between_the_words_move_no_line() -> None:
    text = "one\n[[footnotes]]\n[[note]]N[[/note]]\n[[/footnotes]]\ntwo\nthree"
    assert [(cue.start_ms, cue.text) for cue in held(lettered(text, "1:|6(1)")).cues] == [(0, "one"), (0, "two"), (60_000, "three")]


def test_several_sections_and_notes_outside_of_any() -> None:
    text = "a\n[[footnotes]][[note]]A[[/note]][[/footnotes]]\nb\n[[footnotes]]\n[[note]]B\n[[/footnotes]]\nc[[note]]C[[/note]] more [[note]]D"
    read = held(lettered(text))
    assert [cue.text for cue in read.cues] == ["a", "b", "c"] and [note.text for note in read.notes] == ["A", "B", "C", "D"]


def test_nested_open_and_unnumbered_classes() -> None:
    read = held(captioned("00:01.000 --> 00:02.000\n<c.loud>a <c.1>b <c.x.2>c</c> d</c></c> <c.3>e" + BEGIN
                          + "".join(f'<annotation ref="{mark}">{mark}</annotation>\n' for mark in (1, 2, 3)) + END))
    assert read.cues[0].text == "a b c d e"
    assert [(note.mark, [read.cues[at.cue].text[at.start:at.end] for at in note.anchors]) for note in read.notes] == [
        ("1", ["b c d"]), ("2", ["c"]), ("3", ["e"])]


def test_annotations_without_an_end_and_without_a_number() -> None:
    read = held(captioned("00:01.000 --> 00:02.000\na<c.1></c>" + BEGIN + "<annotation>first\n\nhalf --> more</annotation> stray"))
    assert read.notes == (Note("1", "first half --> more", "", (Anchor(0, 1, 1),)),)


def test_letters_that_hold_places_cannot_be_smuggled_in() -> None:
    read = held(lettered("a\ufdd01\ufdd1b\ufdd2[[footnote]]1[[/footnote]] [[note]]N"))
    assert read.cues[0].text == "a\ufffd1\ufffdb\ufffd" and read.notes[0].anchors == (Anchor(0, 6, 6),)


SIZE = 400_000
"""Letters of a flood. A quadratic reading would outlast the session (faulthandler_timeout): these tests need no clock to fail."""


@pytest.mark.parametrize("flood", spread(["[[note]]", "[[footnote]]1[[/footnote]]", "[[footnote]] ", "<c.1>", "</c>", "<annotation ref=\"1\">", "<<<<",
                                   "[[footnotes]]", "[[link]]", " " * 64, "NOTE\nANNOTATIONS BEGIN\n", "A: b\n", "{1:", "<br>", "[00:01:02] x\n"], 5))
def test_a_flood_of_marks_is_read_in_good_time(flood: str) -> None:
    marks = flood * (SIZE // len(flood))
    for data in (lettered("a " + marks, "1:|1(2)"), captioned("00:01.000 --> 00:02.000\na " + marks)):
        assert parse_ohms(data).transcript is not None


@pytest.mark.parametrize("words", ["word ", "word\n", "[[footnote]]1[[/footnote]]"])
def test_a_flood_of_points_is_read_in_good_time(words: str) -> None:
    assert parse_ohms(lettered("a " + words * (SIZE // len(words)), "1:" + "|1(2)" * 100_000)).transcript is not None
