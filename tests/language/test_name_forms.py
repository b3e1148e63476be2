"""A recorded name, taken apart and found again in a text. A missed form is a leak; a replaced stranger is a blemish."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive_app.language.name_forms import bears, behind, forms, initials, pattern, spans_in_small
from tests.factories.shared import data_folder

FACE = "N. N."


def hidden(name: str, language: str, text: str) -> str:
    return pattern([forms(name)], language).sub(FACE, text)


@pytest.mark.parametrize(
    ("name", "display", "parts", "apart"),
    [
        ("Ebner, Kaja", "Kaja Ebner", ("Ebner", "Kaja"), ()),
        ("Kaja Ebner", "Kaja Ebner", ("Kaja", "Ebner"), ()),
        ("Adeline, Aunt", "Aunt Adeline", ("Adeline",), ("Aunt",)),
        ("Mrs. Zillah Cross Peel", "Mrs. Zillah Cross Peel", ("Zillah", "Cross", "Peel"), ("Mrs",)),
        ("van der Berg, Jan", "Jan van der Berg", ("Berg", "Jan"), ("van", "der")),
        ("Məmmədova, Leyla Əli qızı", "Leyla Əli qızı Məmmədova", ("Məmmədova", "Leyla", "Əli"), ("qızı",)),
        ("Məmmədova, Xanım Əli qızı", "Xanım Əli qızı Məmmədova", ("Məmmədova", "Xanım", "Əli"), ("qızı",)),
        ("Leyla xanım", "Leyla xanım", ("Leyla",), ("xanım",)),
        ("Le, Van", "Van Le", ("Le", "Van"), ()),
        ("O’Brien, Mary-Ann", "Mary-Ann O’Brien", ("O’Brien", "Brien", "Mary", "Ann"), ()),
        ("Abbott, S. J.", "S. J. Abbott", ("Abbott",), ()),
        ("Əliyev, Əli [az-Latn]", "Əli Əliyev", ("Əliyev", "Əli"), ()),
        ("", "", (), ()),
    ],
)
def test_a_name_is_taken_apart(name: str, display: str, parts: tuple[str, ...], apart: tuple[str, ...]) -> None:
    taken = forms(name)
    assert (taken.display, taken.parts, taken.apart) == (display, parts, apart)


def test_full_forms_hold_both_orders_with_and_without_comma() -> None:
    assert set(forms("Ebner, Kaja").full) == {"Kaja Ebner", "Ebner Kaja", "Ebner, Kaja", "Kaja, Ebner"}
    assert {"Ebner, Kaja", "Ebner Kaja"} <= set(forms("Kaja Ebner").full)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ebner, Kaja", "K. E."),
        ("İsmayılov, İlham", "İ. İ."),
        ("Джонсон, Джон", "Д. Д."),
        ("Եվայան, Ուրսուլա", "Ո. Ե."),
        ("გიორგი", "გ."),
        ("Mrs. Zillah Cross Peel", "Z. C. P."),
        ("van der Berg, Jan", "J. B."),
        ("E\u0301mile", "É."),
        ("Aunt", "A."),
        ("", ""),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("name", "language", "text", "expected"),
    [
        ("Ebner, Kaja", "en", "said Kaja Ebner.", "said N. N.."),
        ("Ebner, Kaja", "en", "Ebner, Kaja; EBNER; Kaja", "N. N.; N. N.; N. N."),
        ("Ebner, Kaja", "en", "Kaja \n  Ebner came", "N. N. came"),
        ("Ebner, Kaja", "en", "Ebner’s house, Ebner's cow", "N. N.’s house, N. N.'s cow"),
        ("Ebner, Kaja", "en", "_Ebner_ Ebner1 the Ebners", "_N. N._ N. N.1 the N. N."),
        ("Ebner, Kaja", "en", "K. Ebner and Ebner, K.", "N. N. and N. N., K."),
        ("Ebner, Kaja", "en", "ebner Ebneration Kajak", "ebner Ebneration Kajak"),
        ("Ebner, Kaja", "en", "E\u00adb\u200bner", "N. N."),
        ("Ebner, Kaja", "en", "left Ebner. Kaja stayed", "left N. N.. N. N. stayed"),
        ("Peel, Mrs. Zillah", "en", "Mrs. Peel met Mrs. Jones", "N. N. met Mrs. Jones"),
        ("van der Berg, Jan", "nl", "Jan van der Berg, der man", "N. N., der man"),
        ("Abbott, S. J.", "en", "S.J. Abbott, S.", "N. N.."),
        ("Ebner-Hase, Li", "de", "Ebner-Hase; Ebner-\nHase", "N. N.; N. N."),
        ("O'Brien, Mary", "en", "O’Brien and OʼBrien and O'BRIEN", "N. N. and N. N. and N. N."),
        ("Иванов, Павел", "ru", "у Павла; с Ивановыми; Ива́нов", "у N. N.; с N. N.; N. N."),
        ("Достоевская, Анна", "ru", "с Анной Достоевской", "с N. N."),
        ("Пётр", "ru", "Петр, о Петре", "N. N., о N. N."),
        ("Məlik", "az", "Məliyin evi, Məlikdən, MƏLİK'in", "N. N. evi, N. N., N. N.'in"),
        ("Xanım Əliyeva", "az", "Əliyevanın", "N. N."),
        ("Ահարոնյան, Եվա", "hy", "Ահարոնյանը և Եւային", "N. N. և N. N."),
        ("Եվա", "hy", "Ե՛վա", "N. N."),
        ("გიორგი", "ka", "გიორგისთვის დავითი", "N. N. დავითი"),
        ("أحمد", "ar", "قال وأحمد ثم أَحْمَد ثم احمد", "قال N. N. ثم N. N. ثم N. N."),
        ("أحمد الخوري", "en", "رأيت وأحمد بأحمد، للخوري وللخوري", "رأيت N. N.، N. N."),
        ("الخوري", "", "والخوري للخوري", "N. N. N. N."),
        ("عبد الله", "ar", "كان له ولله", "كان له ولله"),
        ("علی", "fa", "بعلی علی", "بعلی N. N."),
        ("דוד כהן", "en", "ודוד, לכהן", "N. N."),
        ("דוד", "yi", "ודוד דוד", "ודוד N. N."),
        ("张伟", "zh", "我叫张伟。", "我叫N. N.。"),
        ("王, 小明", "zh", "我叫王小明。", "我叫N. N.。"),
        ("José", "es", "Jose\u0301, JOSÉ; Jose y", "N. N., N. N.; N. N. y"),
        ("kaja ebner", "en", "Kaja, or kaja", "N. N., or N. N."),
        ("X", "en", "X said so", "N. N. said so"),
        ("Aunt", "en", "Aunt said so", "N. N. said so"),
    ],
)
def test_every_recorded_form_is_found(name: str, language: str, text: str, expected: str) -> None:
    assert hidden(name, language, text) == expected


def test_without_names_nothing_is_matched() -> None:
    assert pattern([], "en").sub(FACE, "Some text") == "Some text"
    assert pattern([forms("")], "en").sub(FACE, "Some text") == "Some text"


def test_several_names_in_one_pattern() -> None:
    found = pattern([forms("Ebner, Kaja"), forms("Эбнер, Кая")], "ru")
    assert found.sub(FACE, "Кая Эбнер = Kaja Ebner") == "N. N. = N. N."


letters = st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Mn"], max_codepoint=0x1FFF)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
capitalised = st.from_regex(r"\A[A-ZÀ-ÖА-ЯЁԱ-ՖƏĞİŞ][a-zà-öа-яёա-ֆəğışç]{1,9}\Z")


def words_left(text: str) -> set[str]:
    return {unicodedata.normalize("NFC", word) for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text))}


@given(
    st.lists(capitalised, min_size=1, max_size=4),
    st.integers(0, 3),
    any_text,
    any_text,
    st.sampled_from(["en", "ru", "az", "hy", "ka", "ar", ""]),
    st.sampled_from([" ", "\n", "  ", ", "]),
)
@example(["Ab", "Abb"], 0, "", "", "en", " ")
def test_no_part_of_a_recorded_name_stays(names: list[str], comma: int, before: str, after: str, language: str, gap: str) -> None:
    name = " ".join(names[:comma]) + ", " + " ".join(names[comma:]) if 0 < comma < len(names) else " ".join(names)
    taken = forms(name)
    written = [*taken.full, gap.join(reversed(names)), *(part.upper() for part in taken.parts), *taken.parts]
    for form in written:
        left = words_left(pattern([taken], language).sub("…", f"{before} {form} {after}"))
        for part in taken.parts:
            assert not {part, part.upper()} & left, (form, left)


@given(st.text(letters, min_size=2, max_size=12), any_text, any_text, st.sampled_from(["en", "ru", "tr", ""]))
def test_names_of_any_letters_are_found_as_recorded(name: str, before: str, after: str, language: str) -> None:
    taken = forms(name)
    text = unicodedata.normalize("NFC", f"{before} {name} {after}")  # as access.names gives it
    left = words_left(pattern([taken], language).sub("…", text))
    assert not {part for part in taken.parts if part[0].isupper()} & left


def test_the_names_of_real_interviews_disappear_from_their_texts() -> None:
    folder = data_folder() / "wpa"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["narrators"]][:150]
    for row in rows:
        taken = [forms(name) for name in row["narrators"].split(";")]
        text = (folder / row["transcripts"].split("|")[0]).read_text(encoding="utf-8")
        left = words_left(pattern(taken, "en").sub("…", text))
        assert not {part for one in taken for part in one.parts} & left, row["identifier"]


@pytest.mark.parametrize(("name", "recorded", "borne"), [
    ("Dovan Keth", "Keth, Dovan", True), ("Dovan Keth", "Keth, Dovan Ali", True), ("Dovan Keth", "The house of Dovan Keth", True),
    ("Dovan Keth", "Keth, by the river", False), ("Dovan Keth", "Vellan, Dovan", False), ("Keth", "Keth, Dovan", True),
    ("Seán O'Brien", "O’Brien, Sean", True), ("d'Arvel, Mira", "Arvel, Mira", True), ("Ali Alikhan", "Smith, Ali", False),
    ("Dr Keth", "Keth", True), ("Dovan Keth", "house of dovan keth", True), ("K.", "K.", True), ("K.", "Keth", False)])
def test_a_recorded_name_that_holds_every_word_of_another(name: str, recorded: str, borne: bool) -> None:
    assert bears(forms(name), "en", recorded) is borne


@pytest.mark.parametrize(("text", "every", "found"), [
    ("dovan came", False, ["dovan"]), ("Then dovan came", False, []), ("Then dovan came", True, ["dovan"]),
    ("Then dovan keth came, and Keth", False, ["dovan keth", "Keth"]), ("I, keth, dovan", False, ["keth, dovan"]),
    ("довано и kethler", False, []), ("ßovan, dovan", False, ["dovan"]), ("the boats", True, [])])
def test_names_that_are_written_small(text: str, every: bool, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans_in_small([forms("Dovan Keth")], "en", text, every)] == found


@pytest.mark.parametrize(("shown", "rest", "expected"), [
    ("N. N.", ". Then", " Then"), ("N. N.", ".", ""), ("N. N.", "... then", "... then"), ("N. N.", ".. then", ".. then"),
    ("N. N.", "։ then", "։ then"), ("N. N.", ", then.", ", then."), ("N. N.", "", ""), ("Mira", ". Then", ". Then")])
def test_how_a_text_goes_on_behind_a_shown_name(shown: str, rest: str, expected: str) -> None:
    assert behind(shown, rest) == expected
