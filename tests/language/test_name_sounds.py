"""One name in several scripts has one key; other names have others; what says too little has none."""

from __future__ import annotations

import pytest

from archive_app.language.name_sounds import sounds

ONE = [
    [("Qarabağ", "az"), ("Карабах", "ru"), ("Ղարաբաղ", "hy"), ("Karabağ", "tr"), ("Karabakh", "en")],
    [("Xocalı", "az-Latn"), ("Хоҹалы", "az-Cyrl"), ("Ходжалы", "ru"), ("Խոջալու", "hy"), ("Hocalı", "tr"), ("Khojaly", "en")],
    [("Vellan, Hesta", "en"), ("Веллан, Геста", "ru"), ("Վելլան, Հեստա", "hy"), ("Hesta Vellan", "")],
    [("Şahin", "tr"), ("Shahin", "en"), ("Шахин", "ru")],
    [("Ծառուկյան", "hy"), ("Царукян", "ru"), ("Tsarukyan", "en")],
    [("Ombrel", "en"), ("Омбрель", "ru"), ("Օմբրել", "hy")],
]


@pytest.mark.parametrize("group", ONE)
def test_one_name_has_one_key(group: list[tuple[str, str]]) -> None:
    assert len({sounds(*each) for each in group}) == 1 and sounds(*group[0])


def test_other_names_have_others() -> None:
    keys = [sounds(*group[0]) for group in ONE]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["", "Ida", "Ида", "田中", "...", "A. B."])
def test_what_says_too_little_has_none(name: str) -> None:
    assert sounds(name) == ""
