"""What was withheld stays withheld through every correction: by what the words are, not by where they stood."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive_app.access.redaction import Line
from archive_app.actions.carrying import carried

SECRET = "the baker hid seven books under the stone floor"


def lines(*texts: str) -> list[Line]:
    return [Line(ordinal, None, None, "", text, "en", "") for ordinal, text in enumerate(texts, 1)]


def shown(new: list[Line], runs: list[tuple[int, int]]) -> str:
    return " ".join(line.text for line in new if not any(first <= line.ordinal <= last for first, last in runs))


OLD = lines("We came by the river.", SECRET, "Then it snowed.", "Nobody asked us.")


def test_unchanged() -> None:
    assert carried(OLD, OLD, [(2, 2)]) == [(2, 2)]


def test_a_line_added_before() -> None:
    assert carried(OLD, lines("A heading.", *(line.text for line in OLD)), [(2, 2)]) == [(3, 3)]


def test_split_in_two() -> None:
    assert carried(OLD, lines("We came by the river.", "the baker hid seven", "books under the stone floor", "Then it snowed."),
                   [(2, 2)]) == [(2, 3)]


def test_joined_with_its_neighbour() -> None:
    assert carried(OLD, lines("We came by the river. " + SECRET, "Then it snowed.", "Nobody asked us."), [(2, 2)]) == [(1, 1)]


def test_corrected_within() -> None:
    assert carried(OLD, lines("We came by the river.", "the baker had hidden eight books there", "Then it snowed."), [(2, 2)]) == [(2, 2)]


def test_rewritten_wholly_in_its_place() -> None:
    assert carried(OLD, lines("We came by the river.", "quite other words now", "Then it snowed.", "Nobody asked us."), [(2, 2)]) == [(2, 2)]


def test_moved_to_another_place() -> None:
    assert carried(OLD, lines("We came by the river.", "Then it snowed.", "Nobody asked us.", "Once more: " + SECRET), [(2, 2)]) == [(4, 4)]


def test_taken_out() -> None:
    assert carried(OLD, lines("We came by the river.", "Then it snowed.", "Nobody asked us."), [(2, 2)]) == []


LONG = lines("We came by the river.", "the baker hid seven books", "under the stone floor", "Then it snowed.")


def test_what_is_put_between_withheld_words_is_withheld() -> None:
    new = lines("We came by the river.", "the baker hid seven books", "nobody but Orrin knew", "under the stone floor", "Then it snowed.")
    assert carried(LONG, new, [(2, 3)]) == [(2, 4)]


def test_so_it_is_where_the_words_beside_it_are_corrected_too() -> None:
    for before, behind in (("the baker hid eight books", "under the stone floor"), ("the baker hid seven books", "under a stone floor"),
                           ("the baker hid eight books", "under a stone floor")):
        new = lines("We came by the river.", before, "nobody but Orrin knew", behind, "Then it snowed.")
        assert carried(LONG, new, [(2, 3)]) == [(2, 4)]


def test_what_is_put_beside_withheld_words_is_read() -> None:
    new = lines("We came by the river.", "A dog barked.", "the baker hid seven books", "under the stone floor", "A cat slept.", "Then it snowed.")
    assert carried(LONG, new, [(2, 3)]) == [(3, 4)]


@given(st.data())
def test_no_withheld_words_in_a_row_come_back(data: st.DataObject) -> None:
    """Whatever is cut, joined, moved and put between: no four words in a row of the withheld sentence are shown."""
    others = [f"other words number {n} of many" for n in range(8)]
    at = data.draw(st.integers(0, 8))
    old = lines(*others[:at], SECRET, *others[at:])
    words = " ".join(line.text for line in (data.draw(st.permutations(old)) if data.draw(st.booleans()) else old)).split()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(words) - 1), max_size=12)))
    new = lines(*(" ".join(words[a:b]) for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)))
    text = shown(new, carried(old, new, [(at + 1, at + 1)]))
    secret = SECRET.split()
    assert not any(" ".join(secret[n:n + 4]) in text for n in range(len(secret) - 3))
