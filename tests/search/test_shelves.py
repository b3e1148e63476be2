from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.access.terms import audience_text, minimal
from archive_app.search.shelves import audience, folder_name, fullness, includes

TOKENS = ("registered", "onsite", "staff", "grant", "family", "custodian")
audiences = st.lists(st.sets(st.sampled_from(TOKENS), min_size=1, max_size=4), max_size=4).map(minimal)
shelves = audiences.map(audience_text)


@pytest.mark.parametrize(("wide", "narrow", "expected"), [
    ("", "staff@north", True),
    ("staff@north", "", False),
    ("onsite|registered|staff", "staff@north", True),
    ("family@north", "staff@north", False),
    ("family@north", "family & staff@north", True),
    ("staff@north", "staff@north", True),
])
def test_includes(wide: str, narrow: str, expected: bool) -> None:
    assert includes(wide, narrow) is expected


@given(shelves, shelves)
def test_a_narrower_audience_stands_before_a_wider_one(one: str, other: str) -> None:
    if audience(one) != audience(other) and includes(one, other):
        assert fullness(other) < fullness(one)


@given(shelves)
def test_fullness_is_the_share_of_combinations_that_satisfy(shelf: str) -> None:
    held = [{token for token, has in zip(TOKENS, each, strict=True) if has} for each in product((0, 1), repeat=len(TOKENS))]
    satisfied = sum(all(clause & tokens for clause in audience(shelf)) for tokens in held)
    assert fullness(shelf)[0] * len(held) == satisfied


def test_folders_are_plain_names() -> None:
    names = {folder_name(shelf) for shelf in ("", "onsite|registered|staff", "staff@north", "staff@south")}
    assert len(names) == 4
    assert all(name.isalnum() and len(name) == 32 for name in names)
