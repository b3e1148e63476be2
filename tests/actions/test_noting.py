"""A footnote stays with its words; where they are gone, or hidden, it has no place."""

from __future__ import annotations

import pytest

from archive_app.actions.noting import carried

OLD = ["the bell rang", "quellwater was there", "the end"]


@pytest.mark.parametrize(("places", "new", "found"), [
    ([[1, 4, 8]], OLD, [[1, 4, 8]]),
    ([[1, 4, 8]], ["then", "the old bell rang", *OLD[1:]], [[2, 8, 12]]),
    ([[1, 4, 8]], ["the bell", "rang", *OLD[1:]], [[1, 4, 8]]),
    ([[1, 8, 8]], ["the bell", "rang", *OLD[1:]], [[1, 8, 8]]),
    ([[1, 4, 13]], ["the bell", "rang", *OLD[1:]], []),
    ([[1, 4, 8]], ["the drum rang", *OLD[1:]], []),
    ([[3, 0, 7], [1, 0, 3]], ["and the end"], [[1, 4, 11]]),
    ([], OLD, [])])
def test_where_a_note_comes_to_stand(places: list[list[int]], new: list[str], found: list[list[int]]) -> None:
    assert carried(places, OLD, new, set(), set()) == found


def test_a_note_to_withheld_words_never_comes_to_stand_at_open_ones() -> None:
    assert carried([[2, 0, 10]], OLD, ["the bell rang", "quellwater", "the end"], {2}, {2}) == [[2, 0, 10]]
    assert carried([[2, 0, 10]], OLD, ["the bell rang", "quellwater", "the end"], {2}, set()) == []
