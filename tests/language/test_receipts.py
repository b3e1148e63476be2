"""Receipts: five lists with what they promise, and nine words read back however they are typed."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.language import receipts

ALPHABETS = {"en": "LATIN", "az": "LATIN", "tr": "LATIN", "hy": "ARMENIAN", "ru": "CYRILLIC"}
UNFIT = {
    "en": "bomb gun army soldier flag cross church mosque angel god blood grave death knife snake wolf war prison camp genocide exile rose",
    "az": "bomba tank top silah əsgər bayraq xaç kilsə məscid allah qan qəbir ölüm bıçaq ilan qurd müharibə şəhid qaçqın erməni türk lalə"
          " göyçə xərək ələm çələng lülə hədəf icma damğa ifadə ulaq bardaq bayquş",
    "hy": "ռումբ հրանոթ զենք զինվոր դրոշ խաչ եկեղեցի աստված արյուն գերեզման մահ դանակ օձ գայլ պատերազմ եղեռն թուրք անի արա վարդ"
          " ճաղ կանթեղ բենզին կայծ ջահ սկահակ տավար խոսնակ փակուղի բոբիկ",
    "ru": "бомба танк автомат солдат флаг крест церковь мечеть бог кровь могила смерть нож змея волк война тюрьма лагерь роза лев турка"
          " мука подвал хлопок гранат побег этап вокзал дочь семья паспорт пропуск квашня лопух",
    "tr": "bomba tank silah asker bayrak haç kilise cami allah kan mezar ölüm bıçak yılan kurt savaş hapis sürgün ermeni kürt deniz gül lale"
          " dudu akide ilmik hücre kazı çelenk misket hedef koloni yurt eşek",
}
"""What must stand in no list, however common: frightening, religious, ethnic, military, or a name of people."""
EVERY = st.sampled_from(receipts.LISTS).flatmap(lambda tag: st.tuples(
    st.just(tag), st.lists(st.integers(0, receipts.SIZE - 1), min_size=receipts.LENGTH, max_size=receipts.LENGTH)))


@pytest.mark.parametrize("tag", receipts.LISTS)
def test_a_list_is_what_it_promises(tag: str) -> None:
    found = receipts.words(tag)
    folded = [receipts.fold(word) for word in found]
    assert len(found) == len(set(found)) == len(set(folded)) == receipts.SIZE == 2**10
    assert all(3 <= len(word) <= 8 and word == word.lower() and word == unicodedata.normalize("NFC", word) for word in found)
    assert {unicodedata.name(letter).split()[0] for word in found for letter in word} == {ALPHABETS[tag]}
    assert not {each for each, times in Counter(word[:4] for word in folded).items() if times > 1}
    assert not {receipts.fold(word) for word in UNFIT[tag].split()} & set(folded)
    assert list(zip(folded, found, strict=True)) == sorted(zip(folded, found, strict=True))


def test_a_receipt_is_ninety_bits() -> None:
    assert receipts.SIZE ** receipts.LENGTH >= 2**90


def test_a_language_without_a_list_has_the_english_one() -> None:
    assert receipts.words("fa") == receipts.words("en") and receipts.words("az-Latn") == receipts.words("az")


def canonical(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(receipts.fold(word) for word in words)


@given(EVERY)
def test_it_is_read_back_however_it_is_typed(drawn: tuple[str, list[int]]) -> None:
    words = receipts.spelled(*drawn)
    bare = [word.translate(str.maketrans("əığşçöü", "eigscou")) for word in words]
    spelt = [word.translate(str.maketrans("aceopxy", "асеорху")) for word in words]
    ways = [" ".join(words), "-".join(words).upper(), "\n".join(words).title(), "  ".join(bare), " — ".join(bare).upper(), ", ".join(words) + ".",
            unicodedata.normalize("NFD", " ".join(words)), "1. " + " 2. ".join(words), "\u00a0".join(words), " ".join(spelt)]
    assert {receipts.read(way) for way in ways} == {canonical(words)}
    together = receipts.read("".join(words))  # run together it is read where there is only one way to take it apart
    assert together in ((), canonical(words))


def test_turkic_capitals_are_the_same_letters() -> None:
    words = next(receipts.words("tr")[at:at + 9] for at in range(1000) if sum("ı" in word or "i" in word for word in receipts.words("tr")[at:at + 9]) > 3)
    capitals = " ".join(word.replace("i", "İ").replace("ı", "I").upper() for word in words)
    assert receipts.read(capitals) == canonical(words)


@pytest.mark.parametrize("text", ["", " ", "one", "a b c d e f g h i", "😀 " * 9, "\x00" * 20, "word " * 5000, "'; DROP TABLE", "אבג " * 9])
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert receipts.read(text) == ()


@pytest.mark.parametrize("tag", receipts.LISTS)
def test_eight_words_ten_words_and_a_strange_one_are_none(tag: str) -> None:
    nine = receipts.words(tag)[100:109]
    assert receipts.read(" ".join(nine[:8])) == () and receipts.read(" ".join([*nine, nine[0]])) == ()
    assert receipts.read(" ".join([*nine[:4], "qqqqq", *nine[5:]])) == ()


def test_words_of_two_lists_are_none() -> None:
    mixed = [*receipts.words("ru")[:4], *receipts.words("hy")[:5]]
    assert receipts.read(" ".join(mixed)) == ()


def test_the_doubtful_word_is_named_by_its_place() -> None:
    nine = list(receipts.words("az")[300:309])
    assert receipts.doubtful(" ".join(nine)) == ()
    nine[3] = "qqqqq"
    assert receipts.doubtful("  ".join(nine)) == (4,)
    assert receipts.doubtful(" ".join(nine[:3])) == ()


def test_run_together_words_are_mostly_read() -> None:
    found = sum(receipts.read("".join(receipts.words(tag)[at:at + 9])) != () for tag in receipts.LISTS for at in range(0, 1000, 50))
    assert found > 85
