"""How a transcript is set: paragraphs out of cues, headings, the place an address means, two transcripts side by side."""

from __future__ import annotations

import pytest

from archive_app.access.readings import IndexPoint, Segment, Transcript, TranscriptHead, Withheld
from archive_app.web.lines import block_at, in_seconds, paragraphs, time_code
from archive_app.web.marks import marks
from archive_app.web.pieces import Piece
from tests.factories.readings import BELL, LAMP, TRANSCRIPTS, long_transcript, transcript


def cue(n: int, start: int | None, text: str, speaker: str = "A", seconds: int = 5) -> Segment:
    return Segment(n, start, None if start is None else start + 1000 * seconds, speaker, text, "en")


def made(*blocks: Segment | Withheld) -> Transcript:
    return Transcript(TranscriptHead(1, "en", "verbatim"), blocks)


def groups(*blocks: Segment | Withheld) -> list[list[int]]:
    return [[line.n for line in row.lines] or [row.withheld.n] if row.withheld or row.lines else []
            for row in paragraphs(made(*blocks))]


def test_short_cues_of_one_speaker_run_on() -> None:
    assert groups(cue(1, 0, "The river"), cue(2, 5_000, "rang the bell"), cue(3, 10_000, "that night.")) == [[1, 2, 3]]


def test_another_speaker_a_silence_and_a_withheld_run_end_a_paragraph() -> None:
    assert groups(cue(1, 0, "a"), cue(2, 5_000, "b", "B"), cue(3, 10_000, "c", "B"), cue(4, 18_000, "d", "B"),
                  Withheld(5, 23_000, 30_000), cue(6, 30_000, "e", "B")) == [[1], [2, 3], [4], [5], [6]]


def test_a_paragraph_ends_with_its_sentence_once_it_is_long_enough() -> None:
    long = "word " * 44 + "end."
    assert groups(cue(1, 0, long), cue(2, 5_000, "next")) == [[1], [2]]
    assert groups(cue(1, 0, "word " * 44 + "on"), cue(2, 5_000, "next")) == [[1, 2]]
    assert groups(cue(1, 0, "word " * 119 + "on"), cue(2, 5_000, "next")) == [[1], [2]]


def test_paragraphs_without_times_stay_as_they_were_written() -> None:
    assert groups(cue(1, None, "a"), cue(2, None, "b")) == [[1], [2]]


def test_nothing_is_lost() -> None:
    long = long_transcript(6_000)
    assert [line.n for row in paragraphs(long) for line in row.lines] == [block.n for block in long.blocks]


def test_the_speaker_stands_only_where_it_changes() -> None:
    rows = list(paragraphs(made(cue(1, 0, "a"), cue(2, 20_000, "b"), cue(3, 40_000, "c", "B"))))
    assert [row.speaker for row in rows] == ["A", "", "B"]


def test_questions_are_known_by_their_speaker() -> None:
    rows = list(paragraphs(made(cue(1, 0, "a?", "B"), cue(2, 20_000, "b")), interviewers=frozenset({"b"})))
    assert [row.question for row in rows] == [True, False]


def test_headings_stand_where_their_words_begin() -> None:
    points = (IndexPoint(0, "First"), IndexPoint(10_000, "Second"), IndexPoint(10_200, ""), IndexPoint(90_000, "Never"))
    rows = list(paragraphs(made(cue(1, 0, "a"), cue(2, 5_000, "b"), cue(3, 10_100, "c")), points))
    assert [(row.heading[0], row.heading[1].title) if row.heading else None for row in rows] == [(1, "First"), None]
    rows = list(paragraphs(made(cue(1, 0, "a"), cue(2, 5_000, "b"), cue(3, 10_100, "c")), points[:2]))
    assert [row.heading[1].title if row.heading else None for row in rows] == ["First", "Second"]


@pytest.mark.parametrize(("at_ms", "n"), [(0, 1), (4_000, 1), (5_000, 2), (5_600, 2), (9_999, 2), (10_600, 3), (10_000, 3), (99_000, 3)])
def test_an_address_means_the_words_of_that_second(at_ms: int, n: int) -> None:
    blocks = made(cue(1, 1_000, "a"), cue(2, 5_600 - 600, "b"), Withheld(3, 10_600, 20_000))
    found = block_at(blocks, at_ms)
    assert found is not None and found.n == n


@pytest.mark.parametrize(("at_ms", "n"), [(60_000, 2), (60_500, 2), (90_000, 2), (119_999, 2), (120_000, 5)])
def test_of_those_that_begin_together_an_address_means_the_first(at_ms: int, n: int) -> None:
    """Where only minutes are known."""
    minutes = (0, 60_000, 60_000, 60_000, 120_000)
    found = block_at(made(*(cue(at, start, "a") for at, start in enumerate(minutes, 1))), at_ms)
    assert found is not None and found.n == n


def test_without_times_no_second_means_anything() -> None:
    assert block_at(made(cue(1, None, "a")), 5_000) is None


def test_an_address_leads_back_to_its_segment() -> None:
    for block in TRANSCRIPTS[BELL.id][0].blocks:
        assert block.start_ms is not None
        for said in (in_seconds(block.start_ms), str(block.start_ms // 1000)):
            found = block_at(TRANSCRIPTS[BELL.id][0], round(float(said) * 1000))
            assert found == block


def test_the_current_words_are_marked_in_their_paragraph() -> None:
    rows = list(paragraphs(TRANSCRIPTS[BELL.id][0], current=9))
    assert [[line.n for line in row.lines if line.current] for row in rows if row.current] == [[9]]


def test_side_by_side_by_time() -> None:
    left, right = TRANSCRIPTS[LAMP.id][:2]
    rows = list(paragraphs(left, beside=right))
    assert [[line.n for line in row.lines] for row in rows] == [[1, 2, 3], [], [5]]
    assert [[line.n for other in row.beside for line in other.lines] for row in rows] == [[1, 2, 3], [], [5]]
    assert [bool(row.withheld) for row in rows] == [False, True, False]
    assert [other.withheld is not None for other in rows[1].beside] == [True]


def test_side_by_side_without_times_goes_by_order() -> None:
    left = transcript(1, "en", "verbatim", [(None, None, "", "a"), (None, None, "", "b")])
    right = transcript(2, "ru", "translation", [(None, None, "", "а"), (None, None, "", "б"), (None, None, "", "в")])
    rows = list(paragraphs(left, beside=right))
    assert [[line.text for other in row.beside for line in other.lines] for row in rows] == [["а"], ["б", "в"]]


def test_what_is_asked_for_is_marked() -> None:
    said = made(cue(1, 0, "The bells rang. A bell rope."), cue(2, 5_000, "No bell here"))
    found = marks("bell", said)
    rows = list(paragraphs(said, marks=found))
    assert rows[0].lines[0].pieces == (Piece("The ", False), Piece("bells", True), Piece(" rang. A ", False), Piece("bell", True),
                                       Piece(" rope.", False))
    assert [line.text for line in rows[0].lines] == ["The bells rang. A bell rope.", "No bell here"]


def test_a_phrase_is_marked_across_two_cues() -> None:
    found = marks('"rang the bell"', made(cue(1, 0, "the river rang"), cue(2, 5_000, "the bell again")))
    assert {n: tuple(spans) for n, spans in found.items()} == {1: ((10, 14),), 2: ((0, 8),)}


@pytest.mark.parametrize("q", ["", "-bell", "speaker:A", "x" * 2000, "(((("])
def test_what_asks_for_no_words_marks_nothing(q: str) -> None:
    assert not marks(q, made(cue(1, 0, "the bell")))


def test_times_as_people_write_them() -> None:
    assert [time_code(0), time_code(252_900), time_code(3_852_000), time_code(61_000, True)] == ["00:00", "04:12", "1:04:12", "0:01:01"]
    assert [in_seconds(252_000), in_seconds(252_600), in_seconds(252_634)] == ["252", "252.6", "252.634"]
