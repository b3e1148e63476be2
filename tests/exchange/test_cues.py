from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Invalid
from archive_app.exchange.cues import BACK_MS, Cue, check_times, marks_new_tape


def cues(*spans: tuple[int | None, int | None], text: str = "words") -> list[Cue]:
    return [Cue(start, end, text) for start, end in spans]


def spans(parsed_cues: tuple[Cue, ...]) -> list[tuple[int | None, int | None]]:
    return [(cue.start_ms, cue.end_ms) for cue in parsed_cues]


def test_overlap_is_kept_without_a_word() -> None:
    checked = check_times(cues((1000, 5000), (3000, 6000)), 10_000)
    assert spans(checked.cues) == [(1000, 5000), (3000, 6000)]
    assert checked.warnings == ()


def test_an_end_before_its_start_becomes_the_next_start_with_a_warning() -> None:
    checked = check_times(cues((1000, 2000), (3000, 500), (4000, 4500)), None)
    assert spans(checked.cues) == [(1000, 2000), (3000, 4000), (4000, 4500)]
    assert len(checked.warnings) == 1 and "Cue 2 at 00:00:03.000" in checked.warnings[0]


def test_the_last_end_that_runs_backward_is_the_recordings_end_or_unknown() -> None:
    assert spans(check_times(cues((3000, 500)), 9000).cues) == [(3000, 9000)]
    assert spans(check_times(cues((3000, 500)), None).cues) == [(3000, None)]


def test_several_backward_ends_are_one_warning_that_counts_them() -> None:
    checked = check_times(cues((1000, 1), (2000, 1), (3000, 1), (4000, 5000)), None)
    assert spans(checked.cues) == [(1000, 2000), (2000, 3000), (3000, 4000), (4000, 5000)]
    assert [warning for warning in checked.warnings if "2 more" in warning and "Cue 1 " in warning]


def test_ends_that_were_never_given_are_filled_without_a_warning() -> None:
    checked = check_times(cues((None, None), (1000, None), (1000, None), (4000, None)), 9000)
    assert spans(checked.cues) == [(None, None), (1000, 4000), (1000, 4000), (4000, 9000)]
    assert checked.warnings == ()


@pytest.mark.parametrize("step", [1, BACK_MS])
def test_a_small_step_back_is_people_speaking_over_each_other(step: int) -> None:
    assert len(check_times(cues((5000, 6000), (5000 - step, 7000)), None).cues) == 2


def test_a_clock_that_goes_back_is_refused_and_the_cue_named() -> None:
    with pytest.raises(Invalid) as refused:
        check_times([Cue(10_000, 12_000, "later"), Cue(8_999, 9_500, "earlier", id="x7")], None)
    assert refused.value.field == "transcripts"
    assert "Cue 2 ('x7') at 00:00:08.999" in refused.value.reason
    assert "earlier" not in refused.value.reason.split("tape")[1]


def test_many_small_steps_back_are_refused_too() -> None:
    with pytest.raises(Invalid):
        check_times(cues((5000, None), (4500, None), (4000, None), (3500, None)), None)


def test_after_a_mark_of_a_new_tape_the_times_go_on_behind_the_tape_before() -> None:
    tape = [
        Cue(1000, 5000, "one"),
        Cue(5000, 9000, "two [END OF AUDIO, FILE 1.1]"),
        Cue(1000, 2000, "three"),
        Cue(3000, None, "four"),
    ]
    checked = check_times(tape, None)
    assert spans(checked.cues) == [(1000, 5000), (5000, 9000), (10_000, 11_000), (12_000, None)]


def test_words_that_are_timed_one_by_one_move_with_their_tape() -> None:
    tape = [Cue(5000, 9000, "one [END OF TAPE 1]", words=((0, 5000),)), Cue(1000, 2000, "two three", words=((0, 1000), (4, 1500)))]
    assert [cue.words for cue in check_times(tape, None).cues] == [((0, 5000),), ((0, 10_000), (4, 10_500))]


def test_tapes_of_known_length_say_where_the_next_one_begins() -> None:
    tape = [
        Cue(None, None, "[TAPE 1]"),
        Cue(1000, 5000, "one"),
        Cue(None, None, "[End of Tape 1]"),
        Cue(None, None, "[TAPE 2]"),
        Cue(0, 2000, "two"),
        Cue(None, None, "Tape 3, Side A"),
        Cue(500, 900, "three"),
    ]
    checked = check_times(tape, 90_000, tapes=(30_000, 40_000, 20_000))
    assert checked.cues[1] == Cue(1000, 5000, "one")
    assert checked.cues[4].start_ms == 30_000
    assert checked.cues[6].start_ms == 70_500


def test_a_mark_with_times_of_its_own_may_end_a_tape_or_begin_one() -> None:
    ends = [Cue(1000, 5000, "one"), Cue(5000, 6000, "[end of tape 1]"), Cue(0, 2000, "two")]
    begins = [Cue(3000, 5000, "one"), Cue(0, 1000, "[beginning of tape 2]"), Cue(1000, 2000, "two")]
    assert [cue.start_ms for cue in check_times(ends, None).cues] == [1000, 5000, 6000]
    assert [cue.start_ms for cue in check_times(begins, None, tapes=(20_000, 9_000)).cues] == [3000, 20_000, 21_000]


def test_the_sides_of_a_tape_are_not_taken_for_tapes() -> None:
    tape = [
        Cue(1000, 9000, "one"),
        Cue(None, None, "[Side B]"),
        Cue(15_000, 20_000, "two"),
        Cue(None, None, "[TAPE 2]"),
        Cue(0, 1, "x"),
    ]
    assert check_times(tape, None, tapes=(30_000, 40_000, 50_000)).cues[-1].start_ms == 30_000


def test_a_clock_that_runs_on_after_a_mark_is_left_alone() -> None:
    tape = [Cue(1000, 5000, "one"), Cue(None, None, "[END OF TAPE 1]"), Cue(31_000, 32_000, "two")]
    assert check_times(tape, None, tapes=(30_000, 30_000)).cues[2].start_ms == 31_000


def test_one_mark_allows_one_new_tape_only() -> None:
    with pytest.raises(Invalid):
        check_times(
            [
                Cue(9000, None, "one"),
                Cue(None, None, "[END OF TAPE 1]"),
                Cue(0, None, "two"),
                Cue(9000, None, "three"),
                Cue(0, None, "four"),
            ],
            None,
        )


def test_a_little_past_the_end_warns_and_more_refuses() -> None:
    assert check_times(cues((0, 12_000)), 10_000).warnings != ()
    assert check_times(cues((0, 10_000)), 10_000).warnings == ()
    with pytest.raises(Invalid) as refused:
        check_times(cues((0, 1), (0, 12_001)), 10_000)
    assert "Cue 2" in refused.value.reason


def test_a_start_without_an_end_past_the_recording_is_refused() -> None:
    with pytest.raises(Invalid):
        check_times(cues((20_000, None)), 10_000)


def test_absurd_times_never_reach_the_database() -> None:
    with pytest.raises(Invalid):
        check_times(cues((0, 10**17)), None)


@pytest.mark.parametrize(
    "text",
    [
        "[END OF AUDIO, FILE 1.1]",
        "[End of Tape 1, Side A]",
        "(beginning of side B)",
        "Tape 2, Side A",
        "TAPE II",
        "[Start of tape 3]",
        "right. [end of tape 1]",
    ],
)
def test_marks_of_a_new_tape(text: str) -> None:
    assert marks_new_tape(text)


@pytest.mark.parametrize(
    "text",
    [
        "[END OF INTERVIEW]",
        "She kept the tape 2 years in a drawer.",
        "We came to the end of the track.",
        "Side by side",
        "At the end of the recording he wept.",
    ],
)
def test_words_that_are_no_marks(text: str) -> None:
    assert not marks_new_tape(text)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 20_000)), st.one_of(st.none(), st.integers(0, 25_000))), max_size=20),
    st.one_of(st.none(), st.integers(0, 30_000)),
)
def test_what_is_let_through_is_in_order_and_keeps_its_words(
    pairs: list[tuple[int | None, int | None]], duration: int | None
) -> None:
    given_cues = [Cue(start, end if start is not None else None, f"words {n}") for n, (start, end) in enumerate(pairs)]
    try:
        checked = check_times(given_cues, duration).cues
    except Invalid:
        return
    assert [cue.text for cue in checked] == [cue.text for cue in given_cues]
    assert [cue.start_ms for cue in checked] == [cue.start_ms for cue in given_cues]
    assert all(cue.end_ms is None or cue.start_ms is None or cue.start_ms <= cue.end_ms for cue in checked)


def test_another_voice_in_the_cue_that_marks_the_end_is_still_on_that_tape() -> None:
    tape = [Cue(5000, 6000, "Right. [end of tape 1]", "Ana"), Cue(5000, 6000, "Yes.", "Bel"), Cue(0, 2000, "two")]
    assert [cue.start_ms for cue in check_times(tape, None).cues] == [5000, 5000, 6000]
