"""Other ways to read a text: look-alike letters, compatibility letters; with each the place of every character in the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.language.name_letters import other_alphabets
from archive_app.language.name_looks import look_alikes, readings


def read(text: str) -> list[str]:
    return [way for way, _ in readings(text)]


@pytest.mark.parametrize(("text", "ways"), [
    ("nothing here", []),
    ("Ничего здесь, café, Ağaclar, Գարուն", []),
    ("Harr\u043ew", ["Harrow"]),
    ("о Harr\u043ew и Т", ["о Harrow и Т"]),
    ("Г\u0061рина", ["Гарина"]),
    ("\u0441op", ["cop", "\u03f2\u03bf\u03c1", "\u0441\u043e\u0440"]),
    ("Тelegram", ["Telegram"]),
    ("3D-фильм, wЖz", []),
    ("\uff28i, gri\ufb03n", ["Hi, griffin"]),
    ("\uff28\u0430rrow", ["H\u0430rrow", "Harrow"]),
])
def test_other_ways_to_read(text: str, ways: list[str]) -> None:
    assert read(text) == ways


@pytest.mark.parametrize(("word", "among"), [
    ("Copa", {"\u0421\u043e\u0440\u0430", "\u0421\u041e\u0420\u0410"}), ("\u0412\u0435\u0440\u0430", {"Bepa", "BEPA"}), ("NOTE", {"\u039d\u039f\u03a4\u0395"}),
])
def test_words_that_look_alike_as_a_whole(word: str, among: set[str]) -> None:
    assert among <= set(look_alikes(word))


@pytest.mark.parametrize("word", ["Harrow", "Гарина", "Գարուն", "Şəhla"])
def test_words_that_look_like_no_other(word: str) -> None:
    assert look_alikes(word) == []


@given(st.text(st.sampled_from("Harow аоеНГрина\uff28\uff41\ufb03é\u0301 Օսոə.\n"), max_size=30))
def test_every_character_of_a_reading_has_its_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    for way, places in readings(composed):
        assert len(places) == len(way) + 1 and places[len(way)] == len(composed)
        assert list(places) == sorted(places)
        for at, character in enumerate(way):
            own = composed[places[at]]
            assert character == own or character in unicodedata.normalize("NFKC", own) or ord(own) > 127 or ord(character) > 127


@pytest.mark.parametrize(("latin", "cyrillic"), [
    ("Vəlizadə, Aytən", "Вәлизадә, Ајтән"),
    ("Qasımlı, Elçin Rəhim oğlu", "Гасымлы, Елчин Рәһим оғлу"),
    ("Cəfərli-Hüseynli, Çingiz Xəlil", "Ҹәфәрли-Һүсејнли, Чинҝиз Хәлил"),
    ("Şıxlı, Jalə Öməroğlu", "Шыхлы, Жалә Өмәроғлу"),
    ("İLHAMƏ IŞIQ", "ИЛҺАМӘ ЫШЫГ"),
])
def test_the_two_alphabets_of_azerbaijani(latin: str, cyrillic: str) -> None:
    assert other_alphabets(latin)[0] == cyrillic
    if latin != latin.upper():  # capitals inside a word are of no matter: names are found in any
        assert other_alphabets(cyrillic) == (latin,)


def test_the_cyrillic_of_before_1958() -> None:
    assert other_alphabets("Yaqut Yusifli Ayla") == ("Јагут Јусифли Ајла", "Ягут Юсифли Айла")
