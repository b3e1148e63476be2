"""What is done to segments keeps every time whose words did not change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.actions.spoken_lines import checked, cut, in_order, retext, together
from archive_app.errors import Invalid

SAID = Spoken(1000, 5000, "Ida", "the bell rang twice", "7", "", ((0, 1000), (4, 2000), (9, 3000), (14, 4000)))


@pytest.mark.parametrize(("text", "words"), [
    ("the bell rang twice", ((0, 1000), (4, 2000), (9, 3000), (14, 4000))),
    ("the bells rang twice", ((0, 1000), (10, 3000), (15, 4000))),
    ("the old bell rang twice", ((0, 1000), (8, 2000), (13, 3000), (18, 4000))),
    ("bell rang twice", ((0, 2000), (5, 3000), (10, 4000))),
    ("the bell rang", ((0, 1000), (4, 2000), (9, 3000))),
    ("the bell rang twice more", ((0, 1000), (4, 2000), (9, 3000), (14, 4000))),
    ("something else", ()), ("", ())])
def test_other_words_lose_their_times_and_no_others_do(text: str, words: tuple[tuple[int, int], ...]) -> None:
    found = retext(SAID, text)
    assert (found.text, found.words) == (text, words) and (found.start_ms, found.end_ms) == (1000, 5000)


def test_letter_by_letter_no_other_word_loses_its_time() -> None:
    said = SAID
    for text in ("the bells rang twice", "the bellsa rang twice", "the bellsa, rang twice", "the bellsa rang twice", "the rang twice"):
        said = retext(said, text)
    assert said.words == ((0, 1000), (4, 3000), (9, 4000))


def test_cut_between_words() -> None:
    left, right = cut(SAID, 9)
    assert (left.text, left.start_ms, left.end_ms, left.words) == ("the bell", 1000, 3000, ((0, 1000), (4, 2000)))
    assert (right.text, right.start_ms, right.end_ms, right.words) == ("rang twice", 3000, 5000, ((0, 3000), (5, 4000)))
    assert (left.cue, right.cue, right.speaker) == ("7", "", "Ida")


def test_where_no_word_is_timed_the_cut_is_reckoned_by_letters() -> None:
    left, right = cut(Spoken(0, 1000, "", "ab cd"), 3)
    assert (left.end_ms, right.start_ms, right.end_ms) == (600, 600, 1000)
    untimed = cut(Spoken(None, None, "", "ab cd"), 3)
    assert [(each.text, each.start_ms, each.end_ms) for each in untimed] == [("ab", None, None), ("cd", None, None)]


def test_what_is_kept_is_on_one_line_and_in_order() -> None:
    found = checked(Spoken(0, 9, "  Ida   V. ", " a\r\n b\u2028c ", words=((1, 0), (5, 4), (99, 5))))
    assert (found.text, found.speaker) == ("a b c", "Ida V.")
    for wrong in (Spoken(5, 4, "", "a"), Spoken(-1, 4, "", "a"), Spoken(None, 4, "", "a"), Spoken(0, 10**15, "", "a"),
                  Spoken(0, 1, "", "a\0b"), Spoken(0, 1, "x" * 300, "a"), Spoken(0, 1, "\ud800", "a"), Spoken(0, 1, "", "a" * 200_000)):
        with pytest.raises(Invalid):
            checked(wrong)


def test_a_clock_that_goes_back_is_refused_unless_it_did_before() -> None:
    well, back = [Spoken(0, 1, "", "a"), Spoken(9000, 9001, "", "b")], [Spoken(9000, 9001, "", "b"), Spoken(0, 1, "", "a")]
    in_order(back, back)
    with pytest.raises(Invalid):
        in_order(back, well)


def lines(text: str) -> list[Spoken]:
    """A segment a letter; a letter stands for the time in which it is spoken, as a small or a great one."""
    return [Spoken(ord(letter.lower()) * 1000, ord(letter.lower()) * 1000 + 900, "", letter) for letter in text]


@pytest.mark.parametrize(("base", "theirs", "mine", "both"), [
    ("abcd", "aBcd", "abcD", "aBcD"), ("abcd", "abcd", "abXcd", "abXcd"), ("abcd", "acd", "abcdE", "acdE"), ("abcd", "aXcd", "aXcd", "aXcd"),
    ("abcd", "aXcd", "aYcd", None), ("abcd", "ad", "abCd", None), ("ab", "aXb", "aYb", None), ("abcdef", "Abcdef", "abcdeF", "AbcdeF"),
    ("abcd", "Abcd", "ABcd", "ABcd"), ("abcd", "aBCd", "aBcd", "aBCd"), ("abcd", "ABCd", "AbCD", "ABCD"), ("abcd", "XYbcd", "XYBcd", "XYBcd"),
    ("abcd", "Jcd", "JCd", "JCd"), ("abcd", "Ad", "Acd", "Ad"), ("abcd", "AB1d", "AB2d", None), ("abcd", "AXcd", "AYcd", None),
    ("abcd", "AXbcd", "Abcd", None), ("abcd", "AbcD", "ABcd", "ABcD"), ("abcd", "", "bcd", ""), ("abcd", "", "bcD", None)])
def test_two_peoples_work_comes_together_where_it_does_not_meet(base: str, theirs: str, mine: str, both: str | None) -> None:
    found = together(lines(base), lines(theirs), lines(mine))
    assert (None if found is None else "".join(each.text for each in found)) == both


SHARED, THEIRS, MINE, NOBODY = range(4)
RUNG = Spoken(0, 900, "Ida", "the bell rang", "7", "", ((0, 0), (4, 300), (9, 600)))


def changed(said: Spoken, how: str) -> list[Spoken]:
    """What somebody makes of one segment."""
    return {"words": [retext(said, "old " + said.text)], "time": [replace(said, start_ms=(said.start_ms or 0) + 50)],
            "speaker": [replace(said, speaker="Vera")], "cut": list(cut(said, said.text.index("rang"))), "drop": []}[how]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from((SHARED, THEIRS, MINE, NOBODY)), st.sampled_from(("words", "time", "speaker", "cut", "drop"))), max_size=12))
def test_what_both_changed_alike_is_in_nobodys_way(steps: list[tuple[int, str]]) -> None:
    """Whoever of the two changed a segment, or both in the same way: everything comes together, and no time is another or lost. What both
    dropped between two things that only one of them changed leaves no trace to go by: that may be refused, never mixed."""
    base = [replace(RUNG, start_ms=at * 1000, end_ms=at * 1000 + 900, text=f"the bell rang {at}",
                    words=tuple((place, at * 1000 + ms) for place, ms in RUNG.words)) for at in range(len(steps))]

    def made(*who: int) -> tuple[Spoken, ...]:
        return tuple(each for said, (whose, how) in zip(base, steps, strict=True) for each in (changed(said, how) if whose in who else [said]))

    theirs, mine = made(SHARED, THEIRS), made(SHARED, MINE)
    found = together(base, theirs, mine)
    assert found == together(base, mine, theirs)
    assert found == made(SHARED, THEIRS, MINE) or found is None and (SHARED, "drop") in steps


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(*[st.text("abcX", max_size=7)] * 3)
def test_whatever_two_people_made_nothing_of_it_is_left_out(base: str, theirs: str, mine: str) -> None:
    one, two, three = lines(base), tuple(lines(theirs)), tuple(lines(mine))
    assert together(one, two, two) == two == together(one, two, tuple(one)) == together(one, tuple(one), two)
    found = together(one, two, three)
    if found is not None:
        kept = {each.text for each in found}
        assert {*theirs} - {*base} <= kept and {*mine} - {*base} <= kept, "what somebody wrote is there"


def test_the_same_words_with_times_of_different_words_keep_all_of_them() -> None:
    one, two = (replace(SAID, text="the bell rang thrice", words=words) for words in (((0, 1000), (9, 3000)), ((4, 2000), (9, 3000))))
    found = together([SAID], [one], [two])
    assert found == (replace(one, words=((0, 1000), (4, 2000), (9, 3000))),)
    assert together([SAID], [one], [replace(two, words=((9, 3001),))]) is None, "which of two times is right, nobody knows here"
