"""Words of a text: one pipeline for index and query, the exact form beside the stem, offsets in the text as it stands."""

from __future__ import annotations

import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.language import letters, words
from archive_app.language.words import Token, fold, sort_key, stem, tokens
from tests.factories.shared import data_folder


def exact(text: str, language: str) -> list[str]:
    return [token.exact for token in tokens(text, language)]


def stems(text: str, language: str) -> set[str]:
    return {token.stem for token in tokens(text, language)}


def test_a_token_knows_its_place() -> None:
    assert tokens("The cows, walking.", "en") == [
        Token("the", "the", 0, 3, 0),
        Token("cows", "cow", 4, 8, 1),
        Token("walking", "walk", 10, 17, 2),
    ]


@pytest.mark.parametrize(
    ("language", "spellings"),
    [
        ("en", "don't don’t DONʼT don＇t"),
        ("en", "re\u00adport report re\u200bport REPORT"),
        ("en", "ﬁre fire ＦＩＲＥ"),
        ("fr", "e\u0301te\u0301 été ÉTÉ"),
        ("de", "Straße STRASSE straße"),
        ("az", "İLHAM İlham ilham I\u0307lham i\u0307lham"),
        ("az", "XIRDALAN Xırdalan xırdalan Хырдалан ХЫРДАЛАН"),
        ("az", "Xocalı ХОҸАЛЫ Хоҹалы XOCALI"),
        ("az-Cyrl", "Ҝәнҹә Gəncə GƏNCƏ"),
        ("tr", "IĞDIR Iğdır ığdır"),
        ("ru", "ёлка елка ЁЛКА е\u0308лка"),
        ("ru", "замок за\u0301мок ЗАМОК"),
        ("ru", "йод и\u0306од ЙОД"),
        ("hy", "Երևան ԵՐԵՎԱՆ ԵՐԵՒԱՆ Երեւան երեվան"),
        ("hy", "ուր ո՞ւր Ո՛ւր"),
        ("ka", "თბილისი ᲗᲑᲘᲚᲘᲡᲘ"),
        ("ar", "كتاب كِتَابٌ كتـــاب"),
        ("ar", "١٩٩٢ 1992"),
        ("prs", "کتاب كتاب"),
        ("prs", "می‌روم میروم"),
        ("he", "שלום שָׁלוֹם"),
        ("uk", "м'ята м’ята мʼята"),
        ("hi", "हिन्दी"),
        ("el", "Οδυσσεύς ΟΔΥΣΣΕΎΣ"),
    ],
)
def test_spellings_of_one_word_share_the_exact_key(language: str, spellings: str) -> None:
    found = exact(spellings, language)
    assert len(found) == len(spellings.split())
    assert len(set(found)) == 1, found


def test_exact_keeps_apart_what_the_stem_joins() -> None:
    assert exact("walking walked", "en") == ["walking", "walked"]
    assert stems("walking walked walks", "en") == {"walk"}
    assert exact("café cafe", "en") == ["café", "cafe"]
    assert stems("café cafe", "en") == {"cafe"}
    assert exact("ılıq ilik", "az")[0] != exact("ılıq ilik", "az")[1]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("az", "Xocalı Xocalıda Xocalı'da Xocalı’dan XOCALIYA Хоҹалыда"),
        ("az", "mə'lumat məlumat мә'лумат"),
        ("az", "qadın qadınlar qadınların"),
        ("az", "kənd kəndi kənddə kəndlər kəndimiz"),
        ("az", "ev evi evdə evlər evimiz evlərindən"),
        ("tr", "Türkiye Türkiye'nin TÜRKİYE'DE"),
        ("tr", "kitap kitabı kitaplar kitaplarından"),
        ("ru", "улица улицы улице улицу"),
        ("hy", "Երևան Երեւանում Երևանից Երևանը ԵՐԵՎԱՆԻ"),
        ("hy", "ազատություն ազատության ազատությամբ"),
        ("ka", "ქალაქი ქალაქის ქალაქში ქალაქებიდან ქალაქებისთვის"),
        ("ar", "الكتاب والكتاب فالكتاب بالكتاب كتاب"),
        ("prs", "کتاب کتاب‌ها کتابها"),
        ("fr", "homme l'homme L’homme hommes"),
        ("it", "arte dell'arte l’arte"),
        ("en", "farmer farmers farmer's farmers’"),
    ],
)
def test_forms_of_one_word_share_the_stem(language: str, forms: str) -> None:
    assert len(stems(forms, language)) == 1, [(token.exact, token.stem) for token in tokens(forms, language)]


def test_an_apostrophe_cuts_only_in_the_stem_and_only_for_az_and_tr() -> None:
    assert exact("Xocalı'da", "az") == ["xocalı'da"]
    assert stem("xocalı'da", "az") == stem("xocalı", "az")
    assert stem("o'brien", "en") == "o'brien"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我叫张伟", ["我叫", "叫张", "张伟"]),
        ("我 you", ["我", "you"]),
        ("ABC公司", ["abc", "公司"]),
        ("ひらがな", ["ひら", "らが", "がな"]),
        ("ខ្មែរ", ["ខ្មែ", "មែរ"]),
        ("ที่นี่", ["ที่นี่"]),
    ],
)
def test_scripts_without_spaces_become_pairs(text: str, expected: list[str]) -> None:
    found = tokens(text, "zh")
    assert [token.exact for token in found] == expected
    assert [token.position for token in found] == list(range(len(found)))
    assert all(token.stem == token.exact for token in found)


def test_offsets_are_those_of_the_original_text() -> None:
    text = "«I\u0307lham» ﷺ ԵՐԵՒԱՆ և ﬁre_place e\u0301te\u0301!"
    cut = [text[token.start : token.end] for token in tokens(text, "az")]
    assert cut == ["I\u0307lham", "ﷺ", "ԵՐԵՒԱՆ", "և", "ﬁre", "place", "e\u0301te\u0301"]


def test_marks_and_joiners_do_not_cut_words() -> None:
    assert len(tokens("שָׁלוֹם हिन्दी كِتَابٌ м'ята rock'n'roll col·lecció", "")) == 6
    assert exact("'hello' ‘tis’ twenty-five _both_", "en") == ["hello", "tis", "twenty", "five", "both"]
    assert tokens("... — ' ـــ ʼ", "ar") == []


def test_a_language_nobody_knows_is_folded_and_not_stemmed() -> None:
    assert tokens("Walking", "") == [Token("walking", "walking", 0, 7, 0)]
    assert tokens("Walking", "qaa-Latn-x-none")[0].stem == "walking"
    assert tokens("Walking", "en-GB")[0].stem == "walk"


def test_overlong_words_are_kept_whole_and_not_remembered() -> None:
    long = "walking" * 20
    assert tokens(f"a {long}", "en")[1] == Token(long, long, 2, 2 + len(long), 1)
    assert long not in words._known["en"]


def test_the_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "CACHED_WORDS", 10)
    monkeypatch.setitem(words._known, "en", {})
    assert len(tokens(" ".join(f"word{number}" for number in range(100)), "en")) == 100
    assert len(words._known["en"]) <= 10


def test_words_can_be_read_without_being_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_known", {})
    text = "Walking boats, 山川 Xyzzyname, walking"
    read = tokens(text, "en", remember=False)
    assert words._known == {}
    assert read == tokens(text, "en")
    assert "Xyzzyname" in words._known["en"]


def test_threads_agree() -> None:
    texts = [" ".join(f"{word}{'s' * (number % 2)}" for word in ("horse", "running", "nation", "walker")) for number in range(50)]
    words._known.pop("en", None)
    alone = [[stem(fold(word, "en"), "en") for word in text.split()] for text in texts]
    found: list[list[list[str]]] = []
    threads = [
        threading.Thread(target=lambda: found.append([[token.stem for token in tokens(text, "en")] for text in texts]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 8


LANGUAGES = st.sampled_from(["en", "az", "az-Cyrl", "tr", "ru", "hy", "ka", "ar", "prs", "fr", "zh", "uk", "he", ""])
anything = st.text(max_size=60)


@given(anything, LANGUAGES)
def test_tokens_are_ordered_not_empty_and_inside_the_text(text: str, language: str) -> None:
    found = tokens(text, language)
    assert [token.position for token in found] == list(range(len(found)))
    for token in found:
        assert 0 <= token.start < token.end <= len(text)
        assert token.exact and token.stem
        assert not any(character.isspace() for character in token.exact + token.stem)
    assert all(before.start < after.start for before, after in zip(found, found[1:], strict=False))


@given(anything, LANGUAGES)
def test_composition_changes_no_key(text: str, language: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert exact(composed, language) == exact(decomposed, language)


@given(anything, LANGUAGES)
def test_a_word_alone_gets_the_keys_it_has_in_a_text(text: str, language: str) -> None:
    for token in tokens(text, language):
        word = text[token.start : token.end]
        if not any(letters.UNSPACED and words._UNSPACED.match(character) for character in word):
            assert fold(word, language) == token.exact
            assert stem(token.exact, language) == token.stem


@given(anything, anything)
def test_sort_keys_ignore_case_and_marks(first: str, second: str) -> None:
    assert sort_key(first) == sort_key(first)
    assert (sort_key(first) < sort_key(second)) + (sort_key(first) == sort_key(second)) + (
        sort_key(first) > sort_key(second)
    ) == 1


def test_sort_key_orders_names_of_many_languages() -> None:
    assert sort_key("ÉMILE") == sort_key("emile") == sort_key("E\u0301mile")
    assert sort_key("İLHAM") == sort_key("ilham") == sort_key("Ilham")
    assert sort_key("Əliyev") < sort_key("Elman") < sort_key("Fərid")
    assert sort_key("«Ebner»") == sort_key("  ebner ")
    assert sort_key("O’Brien") == sort_key("O'Brien")
    assert sort_key("...") == "..."
    assert sort_key("Ёлкин") < sort_key("Жуков")


def test_the_two_alphabets_of_azerbaijani_agree_on_a_real_text() -> None:
    folder = data_folder() / "udhr"
    latin = (folder / "az.txt").read_text(encoding="utf-8").split()
    cyrillic = (folder / "az-Cyrl.txt").read_text(encoding="utf-8").split()
    differing = [(one, other) for one, other in zip(latin, cyrillic, strict=True) if exact(one, "az") != exact(other, "az-Cyrl")]
    assert len(differing) <= 0.002 * len(latin), differing
