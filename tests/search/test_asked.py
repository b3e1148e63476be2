from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.language import words
from archive_app.search.asked import asked_words
from tests.search.making import VOCABULARY

LANGUAGES = ("", "en", "az", "az-Cyrl", "tr", "ru", "hy", "ka", "ar", "fa", "fr", "zh", "th", "uk")
TEXTS = (
    "The winds' boats, didn't they? well-known 1992 a_b", "Xocalı'da İŞIQ ılıq Хоҹалы", "Ёлка вёз зима́", "Երեւան և ԵՎ", "كتاب والبيت ١٩٩٢",
    "春眠不覚暁 and แม่น้ำ", "L'été n'est", "x" * 70 + " " + "y" * 64, "''", "", "·", "e\u0301te\u0301 I\u0307", "נָהָר",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [*TEXTS, *(" ".join(vocabulary) for vocabulary in VOCABULARY.values())])
def test_queries_are_analysed_as_texts_are(text: str, language: str) -> None:
    assert asked_words(text, language) == words.tokens(text, language)


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_query_is(text: str, language: str) -> None:
    assert asked_words(text, language) == words.tokens(text, language)


@pytest.mark.parametrize("asked", ["zanzibar quilts", "Xyzzyname 山川", "แม่น้ำ zanzibar"])
@pytest.mark.parametrize("language", ["en", "", "sw"])
def test_nothing_is_remembered_of_a_query(asked: str, language: str) -> None:
    before = {known: set(forms) for known, forms in words._known.items()}
    asked_words(asked, language)
    assert {known: set(forms) for known, forms in words._known.items()} == before


def test_a_query_is_not_answered_from_what_texts_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words._known, "en", {"boats": ("planted", "planted")})
    assert [token.exact for token in asked_words("boats", "en")] == ["boats"]
