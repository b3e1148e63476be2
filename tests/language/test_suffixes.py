"""The small stemmers, measured on words of real texts grouped by hand (the *_groups.txt beside this file).

Recall: of the pairs of forms of one word, how many share a key. Precision: of the pairs that share a key, how many are forms of
one word. Compared with what Snowball or its nearest stemmer makes of the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import snowballstemmer

from archive_app.language import suffixes

HERE = Path(__file__).parent
Stem = Callable[[str], str]


def measure(name: str, stem: Stem) -> tuple[float, float]:
    """Recall and precision of a stemmer over one file of groups."""
    stem = cache(stem)
    lines = [
        line.partition("/") for line in (HERE / f"{name}_groups.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    groups = [group.split() for group, _slash, _derived in lines]
    families = [set(group.split()) | set(derived.split()) for group, _slash, derived in lines]
    owner = {word: number for number, group in enumerate(groups) for word in group}
    same = [stem(one) == stem(other) for group in groups for one, other in combinations(group, 2)]
    strangers = [
        (one, other)
        for one, other in combinations(sorted(owner), 2)
        if owner[one] != owner[other] and stem(one) == stem(other) and not any({one, other} <= family for family in families)
    ]
    return sum(same) / len(same), sum(same) / max(sum(same) + len(strangers), 1)


def turkish_after_letters(word: str) -> str:
    return str(snowballstemmer.stemmer("turkish").stemWord(word.translate(str.maketrans("əxq", "ehk"))))


@pytest.mark.parametrize(
    ("name", "stem", "other", "recall", "precision"),
    [
        ("azerbaijani", lambda word: suffixes.turkic(word, "az"), turkish_after_letters, 0.95, 0.98),
        ("turkish", lambda word: suffixes.turkic(word, "tr"), snowballstemmer.stemmer("turkish").stemWord, 0.95, 0.98),
        ("armenian", suffixes.armenian, snowballstemmer.stemmer("armenian").stemWord, 0.97, 0.97),
        ("georgian", suffixes.georgian, lambda word: word[:5], 0.99, 0.99),
    ],
)
def test_better_than_what_the_library_has(name: str, stem: Stem, other: Stem, recall: float, precision: float) -> None:
    ours, theirs = measure(name, stem), measure(name, other)
    print(f"{name}: ours {ours[0]:.3f} / {ours[1]:.3f}, the other {theirs[0]:.3f} / {theirs[1]:.3f} (recall / precision)")
    assert ours[0] >= recall and ours[1] >= precision
    assert ours[0] > theirs[0] or ours[1] > theirs[1] + 0.1


@pytest.mark.parametrize(
    ("one", "other"),
    [("qanun", "qan"), ("ata", "at"), ("ana", "an"), ("adam", "ada"), ("kənd", "kən"), ("söz", "su"), ("ayaq", "ay")],
)
def test_words_that_must_stay_apart(one: str, other: str) -> None:
    assert suffixes.turkic(one, "az") != suffixes.turkic(other, "az")


@pytest.mark.parametrize("word", ["a", "ev", "su", "bmt", "i", "1992", "xyz", "կ", "და"])
def test_short_and_odd_words_stay(word: str) -> None:
    for language in ("az", "tr"):
        assert suffixes.turkic(word, language) == word
    assert suffixes.armenian(word) == suffixes.georgian(word) == word
