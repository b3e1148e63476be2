"""Spans that are left out: one form for equal meaning, a guard around each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Invalid
from archive_app.storage.cuts import GUARD_MS, Curtain, Cuts, joined

moments = st.integers(-500, 5_000)
spans = st.lists(st.tuples(moments, st.integers(0, 800)).map(lambda each: (each[0], each[0] + each[1])), max_size=8)


def covered(found: object) -> set[int]:
    return {ms for start, end in found for ms in range(max(0, start), end)}  # type: ignore[attr-defined]


@given(spans)
def test_joined_spans_cover_the_same_time_once_and_in_order(given_spans: list[tuple[int, int]]) -> None:
    once = joined(given_spans)
    assert covered(once) == covered(given_spans)
    assert all(start < end for start, end in once) and all(one[1] < other[0] for one, other in zip(once, once[1:], strict=False))
    assert joined(reversed(given_spans)) == joined([*once, *given_spans]) == once


@given(spans, moments, st.integers(0, 300))
def test_a_curtain_hides_each_span_with_its_guard_and_no_more(given_spans: list[tuple[int, int]], at: int, length: int) -> None:
    curtain = Curtain(given_spans)
    hidden = covered((start - GUARD_MS, end + GUARD_MS) for start, end in joined(given_spans))
    asked = {ms for ms in range(at, at + max(1, length))}
    assert curtain.touches(at * 1000, (at + length) * 1000) == bool(asked & hidden)
    inside = {ms // 1000 for start, end in curtain.within(at * 1000, (at + length) * 1000) for ms in range(start, end, 1000)}
    assert inside == {ms for ms in range(at, at + length)} & hidden
    assert curtain.ended(at * 1000) == len(curtain.spans) - len(curtain.spans_from(at * 1000))


def test_a_cut_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="before it begins"):
        Cuts.of([(2000, 1000)])


def test_cuts_survive_being_written_down() -> None:
    cuts = Cuts.of([(500, 700), (0, 100), (600, 900)], [(1, 2)])
    assert cuts == Cuts(((0, 100), (500, 900)), ((1, 2),)) and Cuts.read(cuts.plain()) == cuts
