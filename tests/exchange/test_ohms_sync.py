from __future__ import annotations

import pytest

from archive_app.exchange.ohms_sync import cuts, read_sync
from archive_app.exchange.ohms_values import SyncPoint

LINES = "one two three\n\nfour five\nsix"


def test_each_place_is_one_interval_later_and_empty_places_count() -> None:
    points, warnings = read_sync("1:|13(3)|19(14)||27(9)|")
    assert points == (SyncPoint(60_000, 13, 3), SyncPoint(120_000, 19, 14), SyncPoint(240_000, 27, 9))
    assert warnings == ()


@pytest.mark.parametrize(
    ("text", "times"),
    [("0.5:|1(1)|2(1)", [30_000, 60_000]), ("0.50:|1(1)", [30_000]), ("5:|1(1)|2(1)", [300_000, 600_000]), (" 2: 1(1)|2", [120_000, 240_000])],
)
def test_every_interval_of_ohms_is_known(text: str, times: list[int]) -> None:
    assert [point.time_ms for point in read_sync(text)[0]] == times


def test_what_cannot_be_read_is_told_and_keeps_its_place_in_time() -> None:
    points, warnings = read_sync("1:|1(1)|x|0(2)|-3(1)|9(1)")
    assert [point.time_ms for point in points] == [60_000, 300_000]
    assert warnings == ("3 point(s) of the sync string cannot be read and were left out.",)


@pytest.mark.parametrize("text", ["13(3)|19(14)", "a:|1(1)", "0:|1(1)", "-1:|1(1)", "1.234:|1(1)"])
def test_without_an_interval_there_are_no_times(text: str) -> None:
    points, warnings = read_sync(text)
    assert points == () and len(warnings) == 1 and "no times" in warnings[0]


def test_nothing_is_nothing() -> None:
    assert read_sync(" \n") == ((), ())


def test_lines_and_words_count_from_one_and_blank_lines_count() -> None:
    placed, warnings = cuts(LINES, read_sync("1:|1(1)|1(3)|3(2)|4(1)")[0])
    assert [(LINES[at:].split()[0], time_ms) for at, time_ms in placed] == [
        ("one", 60_000), ("three", 120_000), ("five", 180_000), ("six", 240_000)]
    assert warnings == ()


def test_a_word_behind_its_line_is_the_end_of_the_line() -> None:
    (first, second, third), warnings = cuts(LINES, read_sync("1:|1(9)|2(1)|4(2)")[0])
    assert (first[0], second[0], third[0]) == (len("one two three"), len("one two three\n"), len(LINES))
    assert warnings == ()


def test_points_outside_the_text_or_running_backward_are_told() -> None:
    placed, warnings = cuts(LINES, read_sync("1:|3(1)|1(1)|5(1)|4(1)")[0])
    assert [time_ms for _, time_ms in placed] == [60_000, 240_000]
    assert warnings == ("2 of 4 points of the sync string lie outside the text or run backward, and were left out.",)


def test_a_word_marked_twice_is_said_at_the_later_time() -> None:
    assert cuts(LINES, read_sync("1:|1(2)|1(2)|3(1)")[0])[0] == [(4, 120_000), (15, 180_000)]
