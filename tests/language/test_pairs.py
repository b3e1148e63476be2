"""The linguists' set: which words are equal, which are not, and where words begin and end.

`pairs.tsv` and `tokens.tsv` were written from grammars and dictionaries, before and apart from the analyser. A row that fails is
a fault of the analyser or of the row, and is settled by looking the word up, never by deleting what does not pass.
`\\uXXXX` in a row stands for a character that cannot be seen or that an editor would compose.

Not here: names across scripts (test_names.py) and anything that asks for one particular stem: only equality counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.language.words import Token, fold, tokens

HERE = Path(__file__).parent


class Pair(NamedTuple):
    """Two words of one language and how they relate; `why` opens with "stem:" where stems are compared."""

    language: str
    left: str
    right: str
    relation: str
    why: str


class Sentence(NamedTuple):
    """A text and its exact forms, joined by |."""

    language: str
    text: str
    expected: str


def unescaped(cell: str) -> str:
    """The cell with \\uXXXX made into characters."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), cell)


def rows(name: str) -> list[list[str]]:
    """The cells of a file below its heading, in order."""
    lines = (HERE / name).read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [[unescaped(cell) for cell in line.split("\t")] for line in lines]


PAIRS = [Pair(*cells) for cells in rows("pairs.tsv")]
SENTENCES = [Sentence(*cells) for cells in rows("tokens.tsv")]
HARD_LANGUAGES = sorted({pair.language for pair in PAIRS if pair.relation == "same_stem_hard"})


def related(relation: str) -> pytest.MarkDecorator:
    """One test for every pair of this relation, named by language and words."""
    chosen = [pair for pair in PAIRS if pair.relation == relation]
    return pytest.mark.parametrize("pair", chosen, ids=[f"{pair.language}:{pair.left}={pair.right}" for pair in chosen])


def only(word: str, language: str) -> Token:
    """The one token of a word."""
    found = tokens(word, language)
    assert len(found) == 1, f"{word!r} is one word in {language}, cut into {[token.exact for token in found]}"
    return found[0]


# What the set leaves to the analyser: which of two equal spellings is the folded one.
EITHER = str.maketrans({"\u2019": "'", "\u02bc": "'", "և": "եւ", "ς": "σ", "ك": "ک", "ي": "ی", "\u200c": None, "\u0640": None})
POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670]|(?<=[аеиоуыэюя])\u0301")


def neutral(exact: str) -> str:
    """The form without the choices the set leaves open: apostrophe, points and stress kept or not, digits of which script, and the
    alphabet of Azerbaijani, which has one exact form in both (docs/search.md)."""
    folded = POINTS.sub("", unicodedata.normalize("NFC", exact).translate(EITHER))
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in folded)


@related("same_exact")
def test_spellings_of_one_word_have_one_exact_form(pair: Pair) -> None:
    left, right = only(pair.left, pair.language), only(pair.right, pair.language)
    assert left.exact == right.exact, pair.why
    assert left.stem == right.stem, f"{pair.why}: equal words with unequal stems"


@related("same_stem")
def test_forms_of_one_word_have_one_stem(pair: Pair) -> None:
    assert only(pair.left, pair.language).stem == only(pair.right, pair.language).stem, pair.why


@related("differ")
def test_different_words_stay_different(pair: Pair) -> None:
    left, right = only(pair.left, pair.language), only(pair.right, pair.language)
    assert left.exact != right.exact, pair.why
    if pair.why.startswith("stem:"):
        assert left.stem != right.stem, pair.why


@pytest.mark.parametrize("language", HARD_LANGUAGES)
def test_half_of_the_hard_forms_hold(language: str) -> None:
    hard = [pair for pair in PAIRS if (pair.language, pair.relation) == (language, "same_stem_hard")]
    missed = [pair for pair in hard if only(pair.left, language).stem != only(pair.right, language).stem]
    print(f"{language}: {len(hard) - len(missed)} of {len(hard)}")
    assert 2 * len(missed) <= len(hard), [f"{pair.left} {pair.right}: {pair.why}" for pair in missed]


@pytest.mark.parametrize("sentence", SENTENCES, ids=[f"{row.language}:{row.text}" for row in SENTENCES])
def test_words_begin_and_end_where_a_reader_says(sentence: Sentence) -> None:
    found = tokens(sentence.text, sentence.language)
    expected = sentence.expected.split("|") if sentence.expected else []
    written = [fold(word, sentence.language) for word in expected] if sentence.language.startswith("az") else expected
    assert [neutral(token.exact) for token in found] == [neutral(word) for word in written]
    assert_offsets_and_positions(sentence.text, sentence.language, found)


@pytest.mark.parametrize(("text", "language"), [("1915'te", "tr"), ("1992\u2019də", "az"), ("1992'дә", "az-Cyrl")])
def test_a_year_with_a_suffix_is_found_by_the_year(text: str, language: str) -> None:
    """Cut at the apostrophe or stemmed: either will do, as long as the bare year finds it."""
    assert only(text[:4], language).stem in {token.stem for token in tokens(text, language)}


@pytest.mark.parametrize(
    ("narrow", "wide", "text"),
    [
        ("en-GB", "en", "Houses walked"),
        ("ru-RU", "ru", "Ёлки городов"),
        ("tr-TR", "tr", "IŞIK İSTANBUL'DAN evlerimizden"),
        ("az-Latn-AZ", "az", "IŞIQ XOCALI'DA kəndlərdən"),
        ("az-Cyrl-AZ", "az-Cyrl", "ИНСАН ҺҮГУГЛАРЫ"),
        ("hy-AM", "hy", "Երևանում ի՞նչ քաղաքները"),
        ("fa-IR", "fa", "شهرها می\u200cروم"),
    ],
)
def test_a_region_or_script_in_the_tag_changes_nothing(narrow: str, wide: str, text: str) -> None:
    assert tokens(text, narrow) == tokens(text, wide)


# --- properties over made-up words of every script ---------------------------------------------------------------------------

WORDLIKE = {  # letters of a script, and marks that may follow any of them
    "abkzABIKZçğışöüəÇĞŞÖÜƏİéñ\u00df\ufb01\uff26": "\u0301\u0308\u0327",  # Latin, with a ligature and a fullwidth letter
    "абийщъыьёєіїґЁЙЩәҹҝғһөүјӘҸҜ": "\u0301",  # Cyrillic, stressed
    "աբեկոքևւօֆԱԲԵՈ\ufb13": "",  # Armenian, with a ligature
    "აბგქჰ\u1c90\u1c91": "",  # Georgian, small and Mtavruli
    "ابكکيیگچ\ufedb\ufefb": "\u064e\u0651\u200c",  # Arabic and Persian, with presentation forms
    "אבגשם": "\u05b8\u05c1",  # Hebrew, pointed
    "कखगहन": "\u093f\u0940\u094d",  # Devanagari vowel signs
    "λοςΣ": "",  # Greek
}
ANYWHERE = "\u00ad\u2060"  # soft hyphen, word joiner
DIGITS = "07٣۴"
LANGUAGES = st.sampled_from(["en", "ru", "uk", "tr", "az", "az-Cyrl", "hy", "ka", "ar", "fa", "prs", "he", "hi", "el", "und"])
GAPS = st.sampled_from([" ", ", ", " — ", "… ", "։ ", "» «", "\n", " 😊 ", " [", "]: ", "? ", "/", "\u00a0"])


@st.composite
def letter(draw: st.DrawFn) -> str:
    """A letter of any script, at times with a mark of that script or an unseen one."""
    letters, marks = draw(st.sampled_from(list(WORDLIKE.items())))
    mark = draw(st.sampled_from(["", "", "", *marks, *ANYWHERE]))
    return f"{draw(st.sampled_from(letters))}{mark}"


@st.composite
def word(draw: st.DrawFn) -> str:
    """Letters of several scripts, at times with an apostrophe between two of them; or a number."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.text(DIGITS, min_size=1, max_size=4))
    letters = draw(st.lists(letter(), min_size=1, max_size=6))
    if len(letters) > 2 and draw(st.booleans()):
        letters.insert(2, draw(st.sampled_from(["'", "\u2019", "\u02bc"])))
    return "".join(letters)


@st.composite
def running_text(draw: st.DrawFn) -> str:
    """Words with spaces, punctuation or emoji between them."""
    words = draw(st.lists(word(), min_size=1, max_size=5))
    return "".join(part for item in words for part in (item, draw(GAPS)))


def assert_offsets_and_positions(text: str, language: str, found: list[Token]) -> None:
    """Each token's slice of the text is that token again; tokens stand in order, apart, at successive positions."""
    for token in found:
        assert [again.exact for again in tokens(text[token.start : token.end], language)] == [token.exact]
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(after.position - before.position == 1 for before, after in pairwise(found))


@settings(deadline=None)
@given(running_text(), LANGUAGES)
def test_offsets_lead_back_to_the_word(text: str, language: str) -> None:
    assert_offsets_and_positions(text, language, tokens(text, language))


@settings(deadline=None)
@given(running_text(), LANGUAGES)
def test_no_letter_or_digit_is_lost(text: str, language: str) -> None:
    covered = {place for token in tokens(text, language) for place in range(token.start, token.end)}
    uncovered = [sign for place, sign in enumerate(text) if place not in covered]
    lost = [sign for sign in uncovered if unicodedata.category(sign) in ("Ll", "Lu", "Lo", "Nd")]
    assert lost == []


@settings(deadline=None)
@given(running_text(), LANGUAGES)
def test_analysis_of_an_analysed_word_changes_nothing(text: str, language: str) -> None:
    for token in tokens(text, language):
        again = only(token.exact, language)
        assert (again.exact, again.stem) == (token.exact, token.stem)


@settings(deadline=None)
@given(running_text(), running_text(), LANGUAGES)
def test_a_word_in_a_query_is_the_word_in_the_index(before: str, after: str, language: str) -> None:
    """What stands around a word does not change it: a query of one word and a transcript agree."""
    whole = [(token.exact, token.stem) for token in tokens(f"{before} {after}", language)]
    apart = [(token.exact, token.stem) for text in (before, after) for token in tokens(text, language)]
    assert whole == apart


@settings(deadline=None)
@given(running_text(), LANGUAGES)
def test_composed_and_decomposed_text_agree(text: str, language: str) -> None:
    composed, decomposed = (tokens(unicodedata.normalize(form, text), language) for form in ("NFC", "NFD"))
    assert [(token.exact, token.stem) for token in composed] == [(token.exact, token.stem) for token in decomposed]


@settings(deadline=None)
@given(st.text(), LANGUAGES)
def test_any_text_is_survived(text: str, language: str) -> None:
    found = tokens(text, language)
    assert all(0 <= token.start < token.end <= len(text) and token.exact and token.stem for token in found)
    assert found == tokens(text, language)


# --- the set itself --------------------------------------------------------------------------------------------------------


def test_the_set_is_as_large_as_promised() -> None:
    languages = Counter(pair.language for pair in PAIRS)
    relations = Counter(pair.relation for pair in PAIRS)
    assert min(languages[tag] for tag in ("en", "ru", "tr", "az", "hy", "az-Cyrl")) >= 25
    assert set(relations) == {"same_exact", "same_stem", "same_stem_hard", "differ"}
    assert relations["same_stem_hard"] <= 0.25 * (relations["same_stem"] + relations["same_stem_hard"])
    assert len(SENTENCES) >= 60
    assert len({row.language for row in SENTENCES}) >= 9


def test_no_row_stands_twice_or_says_nothing() -> None:
    assert len({(pair.language, pair.relation, frozenset((pair.left, pair.right))) for pair in PAIRS}) == len(PAIRS)
    assert all(pair.left != pair.right and pair.why for pair in PAIRS)
    assert len({row[:2] for row in SENTENCES}) == len(SENTENCES)
