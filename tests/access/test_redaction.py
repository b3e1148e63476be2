"""Withheld words: runs become one block each, and nothing outside a block tells what lies in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.access.readings import Block, Segment, Withheld
from archive_app.access.redaction import Line, Run, blocks, merged, number_shown, segment, touching


def as_it_is(text: str, language: str) -> str:
    return text


def line(ordinal: int, start_ms: int | None = None, end_ms: int | None = None, text: str = "", cue: str = "", speaker: str = "") -> Line:
    return Line(ordinal, start_ms, end_ms, speaker, text or f"words {ordinal}", "en", cue)


def lines(count: int) -> list[Line]:
    """Two seconds a line, with cue ids and speakers."""
    return [line(n, (n - 1) * 2_000, n * 2_000, cue=str(n), speaker="A" if n % 2 else "B") for n in range(1, count + 1)]


def shown(given_lines: list[Line], withheld: list[Run]) -> tuple[Block, ...]:
    return blocks(given_lines, withheld, as_it_is)[0]


# Merging


@pytest.mark.parametrize(("runs", "expected"), [
    ([], []),
    ([(3, 5)], [(3, 5)]),
    ([(6, 7), (3, 5)], [(3, 7)]),
    ([(3, 5), (7, 8)], [(3, 5), (7, 8)]),
    ([(3, 9), (4, 5)], [(3, 9)]),
    ([(3, 5), (5, 8), (1, 1)], [(1, 1), (3, 8)]),
    ([(2, 2), (2, 2)], [(2, 2)]),
])
def test_runs_that_touch_or_overlap_are_one(runs: list[Run], expected: list[Run]) -> None:
    assert merged(runs) == expected


any_runs = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 6)).map(lambda at: (at[0], at[0] + at[1])), max_size=8)


@settings(max_examples=200, deadline=None)
@given(any_runs)
def test_merging_withholds_the_same_and_parts_what_is_apart(runs: list[Run]) -> None:
    found = merged(runs)
    assert {n for first, last in found for n in range(first, last + 1)} == {n for first, last in runs for n in range(first, last + 1)}
    assert all(before[1] + 1 < after[0] for before, after in zip(found, found[1:], strict=False))
    assert merged(reversed(runs)) == merged(found) == found


# Blocks


def test_without_restrictions_every_line_is_a_segment() -> None:
    found, ordinals = blocks(lines(3), [], as_it_is)
    assert [(each.n, each.start_ms, each.end_ms) for each in found] == [(1, 0, 2_000), (2, 2_000, 4_000), (3, 4_000, 6_000)]
    assert all(isinstance(each, Segment) and each.cue == str(each.n) for each in found)
    assert ordinals == ((1, 1), (2, 2), (3, 3))
    assert blocks([], [], as_it_is) == ((), ())


def test_a_run_is_one_block_from_its_first_start_to_its_last_end() -> None:
    found, ordinals = blocks(lines(6), [(2, 4)], as_it_is)
    assert [each.n for each in found] == [1, 2, 3, 4]
    assert found[1] == Withheld(2, 2_000, 8_000)
    assert ordinals == ((1, 1), (2, 4), (5, 5), (6, 6))


def test_a_block_lasts_until_the_last_of_its_lines_has_ended() -> None:
    overlapping = [line(1, 0, 9_000), line(2, 1_000, 3_000), line(3, 9_000, 10_000)]
    assert shown(overlapping, [(1, 2)])[0] == Withheld(1, 0, 9_000)


def test_lines_without_times_make_a_block_without_times() -> None:
    assert shown([line(1), line(2), line(3)], [(1, 2)])[0] == Withheld(1, None, None)


def test_a_withheld_run_at_either_end_and_all_of_it() -> None:
    assert [type(each).__name__ for each in shown(lines(4), [(1, 2)])] == ["Withheld", "Segment", "Segment"]
    assert [type(each).__name__ for each in shown(lines(4), [(3, 4)])] == ["Segment", "Segment", "Withheld"]
    assert shown(lines(4), [(1, 4)]) == (Withheld(1, 0, 8_000),)


def test_runs_that_are_apart_stay_apart() -> None:
    found = shown(lines(7), [(2, 3), (5, 6)])
    assert [type(each).__name__ for each in found] == ["Segment", "Withheld", "Segment", "Withheld", "Segment"]


def test_cue_ids_are_gone_wherever_something_is_withheld() -> None:
    """Numbered cues would tell how many lie in a block."""
    found = shown(lines(5), [(2, 3)])
    assert [each.cue for each in found if isinstance(each, Segment)] == ["", "", ""]
    assert [each.cue for each in shown(lines(2), []) if isinstance(each, Segment)] == ["1", "2"]


def test_names_are_filtered_in_speaker_words_and_cue() -> None:
    def hide(text: str, language: str) -> str:
        return text.replace("Silas", f"N. N. ({language})")

    found = segment(4, line(9, 0, 1, "Silas spoke", "Silas-9", "Silas"), hide, [])
    assert found == Segment(4, 0, 1, "N. N. (en)", "N. N. (en) spoke", "en", "N. N. (en)-9")


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[list[Line], list[Run]]:
    count = draw(st.integers(1, 14))
    timed = draw(st.booleans())
    made, at = [], 0
    for ordinal in range(1, count + 1):
        start, at = at, at + draw(st.integers(0, 3_000))
        made.append(line(ordinal, start if timed else None, at if timed else None, draw(st.sampled_from(["yes", "no", ""])),
                         str(ordinal), draw(st.sampled_from(["", "A", "B"]))))
    runs = draw(st.lists(st.tuples(st.integers(1, count), st.integers(0, 4)).map(lambda at: (at[0], min(at[0] + at[1], count))),
                         max_size=4))
    return made, merged(runs)


def check_numbers(case: tuple[list[Line], list[Run]]) -> None:
    made, withheld = case
    found, ordinals = blocks(made, withheld, as_it_is)
    assert [each.n for each in found] == list(range(1, len(found) + 1)) and len(found) == len(ordinals)
    assert [n for first, last in ordinals for n in range(first, last + 1)] == [each.ordinal for each in made]
    for each in made:
        position = next(index for index, (first, last) in enumerate(ordinals, 1) if first <= each.ordinal <= last)
        assert number_shown(each.ordinal, withheld) == position
    hidden = {n for first, last in withheld for n in range(first, last + 1)}
    assert {type(each) is Withheld for each, (first, _) in zip(found, ordinals, strict=True) if first in hidden} <= {True}
    assert sum(isinstance(each, Segment) for each in found) == len(made) - len(hidden)
    assert not any(isinstance(a, Withheld) and isinstance(b, Withheld) for a, b in zip(found, found[1:], strict=False))


@settings(max_examples=250, deadline=None)
@given(transcripts())
def test_the_number_shown_is_the_place_among_the_blocks(case: tuple[list[Line], list[Run]]) -> None:
    check_numbers(case)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(transcripts())
def test_the_number_shown_is_the_place_among_the_blocks_twenty_thousand_times(case: tuple[list[Line], list[Run]]) -> None:
    check_numbers(case)


def test_inside_a_withheld_run_the_number_is_the_blocks() -> None:
    withheld = [(2, 5)]
    assert [number_shown(ordinal, withheld) for ordinal in range(1, 8)] == [1, 2, 2, 2, 2, 3, 4]


# Nothing leaks from inside a run


@st.composite
def twins(draw: st.DrawFn) -> tuple[list[Line], list[Run], list[Line], list[Run]]:
    """Two transcripts that say the same outside withheld runs; inside they differ in words, speakers, cues, times and number of lines.
    Each run begins and ends at the same time in both."""
    pieces = [(draw(st.booleans()), draw(st.integers(1, 4)), draw(st.integers(1, 4))) for _ in range(draw(st.integers(1, 6)))]
    timed = draw(st.booleans())
    left: list[Line] = []
    right: list[Line] = []
    runs: tuple[list[Run], list[Run]] = ([], [])
    at = 0
    for hidden, here, there in pieces:
        end = at + 10_000
        for side, made, count in ((0, left, here), (1, right, there if hidden else here)):
            first = len(made) + 1
            for n in range(count):
                start, stop = at + n * 2_000, end if n == count - 1 else at + (n + 1) * 2_000
                said = draw(st.text("ab c", max_size=4)) if hidden else f"words {n}"
                who = draw(st.sampled_from(["", "A", "B"])) if hidden else "A"
                made.append(Line(len(made) + 1, start if timed else None, stop if timed else None, who, said,
                                 draw(st.sampled_from(["en", "ru"])) if hidden else "en", f"{draw(st.integers(1, 9))}" if hidden else ""))
            if hidden:
                runs[side].append((first, len(made)))
        at = end
    return left, merged(runs[0]), right, merged(runs[1])


def check_twins(case: tuple[list[Line], list[Run], list[Line], list[Run]]) -> None:
    left, hidden_left, right, hidden_right = case
    numbered_left = [replace(each, cue=str(each.ordinal)) for each in left]
    numbered_right = [replace(each, cue=str(each.ordinal)) for each in right]
    if hidden_left:
        assert shown(numbered_left, hidden_left) == shown(numbered_right, hidden_right)
    assert shown(left, hidden_left) == shown(right, hidden_right)


@settings(max_examples=250, deadline=None)
@given(twins())
def test_what_differs_only_inside_withheld_runs_reads_the_same(case: tuple[list[Line], list[Run], list[Line], list[Run]]) -> None:
    check_twins(case)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(twins())
def test_what_differs_only_inside_withheld_runs_always_reads_the_same(case: tuple[list[Line], list[Run], list[Line], list[Run]]) -> None:
    check_twins(case)


def test_an_inner_line_that_ends_after_the_last_shows_in_the_end_of_the_block_only() -> None:
    """Where cues overlap, the end of a block is the latest end in it: that much of what is withheld is known on purpose."""
    apart = [line(1, 0, 2_000), line(2, 2_000, 9_000), line(3, 3_000, 5_000), line(4, 9_000, 9_500)]
    assert shown(apart, [(2, 3)])[1] == Withheld(2, 2_000, 9_000)


@pytest.mark.parametrize(("first", "rest"), [(None, 4_000), (4_000, None)])
def test_lines_of_which_some_have_no_time(first: int | None, rest: int | None) -> None:
    mixed = [line(1, 0, first), line(2, 1_000, rest), line(3, 5_000, 6_000)]
    assert shown(mixed, [(1, 2)])[0] == Withheld(1, 0, 4_000)


# What a time range touches


@pytest.mark.parametrize(("start", "end", "expected"), [
    (2_000, 4_000, [(2, 2)]),
    (1_999, 2_001, [(1, 2)]),
    (0, 1, [(1, 1)]),
    (3_000, 3_001, [(2, 2)]),
    (1_000, 9_000, [(1, 5)]),
    (10_000, 20_000, []),
    (4_000, 4_000, []),
])
def test_a_range_touches_the_lines_that_share_time_with_it(start: int, end: int, expected: list[Run]) -> None:
    assert touching(lines(5), start, end) == expected


def test_a_line_without_times_cannot_be_told_apart() -> None:
    untimed = [line(1, 0, 1_000), line(2), line(3, 5_000, 6_000), line(4, 6_000)]
    assert touching(untimed, 5_500, 5_600) == [(2, 4)]
    assert touching(untimed, 100_000, 200_000) == [(2, 2), (4, 4)]


def test_overlapping_lines_are_all_touched() -> None:
    assert touching([line(1, 0, 9_000), line(2, 1_000, 2_000), line(3, 3_000, 4_000)], 3_500, 3_600) == [(1, 1), (3, 3)]


def test_a_line_without_length_at_the_start_of_a_range_lies_in_it() -> None:
    assert touching([line(1, 2_000, 2_000)], 2_000, 4_000) == [(1, 1)]
