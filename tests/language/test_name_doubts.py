"""What the name filter cannot decide is named: slips of one letter, small letters, words cut in two, very short parts.

The pairs (names, texts, language, what is named) were written from what is known of the languages, before the code."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.language.name_doubts import Doubt, undecided
from archive_app.language.name_forms import forms
from tests.factories.shared import data_folder

Named = set[tuple[str, str, str]]


def named(name: str, texts: list[str], language: str = "en") -> Named:
    return {(doubt.written, doubt.part, doubt.why) for doubt in undecided([forms(name)], texts, language)}


@pytest.mark.parametrize(("name", "texts", "language", "expected"), [
    # one letter left out, put in, changed, two that changed places; also the first one, also in capitals
    ("Harrow, Silas", ["Mr. Harow came."], "en", {("Harow", "Harrow", "slip")}),
    ("Harrow, Silas", ["Mr. Harriow came."], "en", {("Harriow", "Harrow", "slip")}),
    ("Harrow, Silas", ["Mr. Hasrow came."], "en", {("Hasrow", "Harrow", "slip")}),
    ("Harrow, Silas", ["Mr. Harorw came."], "en", {("Harorw", "Harrow", "slip")}),
    ("Harrow, Silas", ["Mr. Garrow, SILSA GARROW"], "en", {("Garrow", "Harrow", "slip"), ("SILSA", "Silas", "slip")}),
    ("Harrow, Silas", ["Harow's mill; the Harows’ mill"], "en", {("Harow", "Harrow", "slip"), ("Harows", "Harrow", "slip")}),
    ("O'Connor, Pat", ["Mr. O'Conner"], "en", {("O'Conner", "O'Connor", "slip")}),
    ("Çelebi, Suna", ["Çelobi geldi"], "tr", {("Çelobi", "Çelebi", "slip")}),
    ("Гарина, Вера", ["у Гориной, Верой"], "ru", {("Гориной", "Гарина", "slip")}),
    ("Səfərova, Gülnar", ["Səfarovanın evi"], "az", {("Səfarovanın", "Səfərova", "slip")}),
    ("Գարունյան, Նարե", ["Գարինյանը եկավ"], "hy", {("Գարինյանը", "Գարունյան", "slip")}),
    ("მთვარელი, გიორგი", ["გიორგი მთვარელმა, მთვარალის სახლი"], "ka", {("მთვარალის", "მთვარელი", "slip")}),
    # the manner in which another country writes it
    ("Məmmədli, Şəhla", ["Mammadli, Shahla in the letter."], "en",
     {("Mammadli", "Məmmədli", "slip"), ("Shahla", "Şəhla", "slip")}),
    # a common word stands in small letters too; a far word is another name; a short part has too many neighbours
    ("Harrow, Silas", ["Barrow by barrow they came."], "en", set()),
    ("Harrow, Silas", ["Narrower, Harrisburg, Arr, Silo, Sil."], "en", set()),
    ("Vera, May", ["Vara went. Mary, Max."], "en", set()),
    # what is hidden needs no naming
    ("Harrow, Silas", ["Harrow, Harrows, HARROW’S, Silas", "Harr\u043ew, \uff28\uff41\uff52\uff52\uff4f\uff57, H-A-R-R-O-W"], "en", set()),
    ("Гарина, Вера", ["Гариной, Гариными, о Вере"], "ru", set()),
    ("Гарина, Вера", [], "ru", set()),
    # small letters
    ("Harrow, Silas", ["they said harrow did it"], "en", {("harrow", "Harrow", "small")}),
    ("Гарина, Вера", ["сказали гариной о ней"], "ru", {("гариной", "Гарина", "small")}),
    ("İnci", ["bir inci gördüm"], "az", {("inci", "İnci", "small")}),
    # cut in two: over two cues, with a hyphen or without
    ("Harrow, Silas", ["My name is Har-", "row, I said."], "en", {("Har- | row", "Harrow", "split")}),
    ("Harrow, Silas", ["My name is Si", "las Harrow."], "en", {("Si | las", "Silas", "split")}),
    ("Harrow, Silas", ["My name is Silas", "Harrow, I said. Har", "rows came. Har.", "row"], "en", {("Har | rows", "Harrow", "split")}),
    ("Гарина, Вера", ["Меня зовут Гари", "на"], "ru", {("Гари | на", "Гарина", "split")}),
    # a part of three letters or fewer is replaced wherever it stands with a capital
    ("Li Ebner", ["Li agreed."], "en", {("Li", "Li", "short")}),
])
def test_what_cannot_be_decided_is_named(name: str, texts: list[str], language: str, expected: Named) -> None:
    assert named(name, texts, language) == expected


def test_the_surest_leak_comes_first() -> None:
    texts = ["Harow may be Har", "row; Li and Thornbi"]
    found = undecided([forms("Thornby, May Li Harrow")], texts, "en")
    assert [doubt.why for doubt in found] == ["split", "slip", "slip", "small", "short"]
    assert [doubt.written for doubt in found if doubt.why == "slip"] == ["Thornbi", "Harow"]


def test_nothing_is_named_twice() -> None:
    assert undecided([forms("Harrow, Silas"), forms("Silas Harrow")], ["Harow, Harow", "Harow"], "en") == [Doubt("Harow", "Harrow", "slip")]


@settings(deadline=None)
@given(st.text("abcdefgh", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("xyz"), st.sampled_from(["", "in", "out", "turn"]))
def test_every_slip_of_one_letter_is_named(name: str, at: int, other: str, how: str) -> None:
    at = at % (len(name) - 1)
    slip = {"": name[:at] + other + name[at + 1:], "in": name[:at] + other + name[at:], "out": name[:at] + name[at + 1:],
            "turn": name[:at] + name[at + 1] + name[at] + name[at + 2:]}[how].capitalize()
    found = named(name.capitalize(), [f"So {slip} came."])
    if slip == name.capitalize() or slip[:-1] == name.capitalize():
        return
    assert (slip, name.capitalize(), "slip") in found


def test_a_real_misspelling_is_named_and_the_list_stays_short() -> None:
    """Of six real interviews under a pseudonym: the one known slip is found, and nobody has to read more than a few words."""
    from archive_app.exchange.webvtt import parse

    folder = data_folder() / "timed"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["naming"] == "pseudonym"]
    found = {}
    for row in rows:
        cues = parse((folder / row["transcripts"].split("|")[0]).read_bytes()).cues
        found[row["identifier"]] = undecided([forms(row["narrators"])], [cue.text for cue in cues], "en")
    assert Doubt("Riviana", "Rivana", "slip") in found["timed-21"]
    assert max(len(doubts) for doubts in found.values()) <= 4, found
