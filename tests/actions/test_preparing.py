"""An import names what the name filter cannot decide, in one sentence a row, and says nothing where the name is open."""

from __future__ import annotations

import pytest

from tests.factories.archives import Archive

HIDDEN = {"identifier": "told-one", "title": "Told", "narrators": "Thornby, Silas", "naming": "anonymous", "languages": "en",
          "transcripts": "words.vtt|en|verbatim"}


def warned(archive: Archive, words: str, **more: str) -> list[str]:
    """The sentences about narrators for a transcript of these cues, one a line, each with its speaker before a colon."""
    cues = [f"00:00:{at:02}.000 --> 00:00:{at + 1:02}.000\n<v {said.partition(':')[0]}>{said.partition(':')[2]}"
            for at, said in enumerate(words.splitlines())]
    archive.write("words.vtt", "WEBVTT\n\n" + "\n\n".join(cues) + "\n")
    report = archive.bring({**HIDDEN, **more}, settled=False)
    assert not report.refused, report.rows
    return [row.message for row in report.rows if (row.result, row.column) == ("warning", "narrators")]


def test_slips_small_letters_and_cut_words_are_named(archive: Archive) -> None:
    found = warned(archive, "One:My name is Thorn-\nOne:by. Mr. Thornbi, silas, I said.")
    assert found == ["the name filter cannot decide on 3, look at the words: “Thorn- | by” (Thornby cut in two), "
                     "“Thornbi” (near Thornby), “silas” (Silas in small letters)"]


@pytest.mark.parametrize("more", [{"title": "Told by Mr. Tornby"}, {"abstract": "Mr. Tornby tells."}])
def test_title_and_abstract_are_looked_at(archive: Archive, more: dict[str, str]) -> None:
    assert "“Tornby” (near Thornby)" in warned(archive, "One:Nothing.", **more)[0]


def test_speakers_are_looked_at(archive: Archive) -> None:
    assert "“Tornby” (near Thornby)" in warned(archive, "Tornby:Nothing.")[0]


@pytest.mark.parametrize("more", [{"naming": "real"}, {"naming": "real", "access": "registered"}])
def test_an_open_name_needs_no_naming(archive: Archive, more: dict[str, str]) -> None:
    assert warned(archive, "One:Mr. Thornbi", **more) == []


def test_a_name_closed_by_its_layer_is_looked_at(archive: Archive) -> None:
    assert warned(archive, "One:Mr. Thornbi", naming="real", access_identity="staff") != []


def test_a_text_without_doubts_says_nothing(archive: Archive) -> None:
    assert warned(archive, "One:Silas Thornby, T-H-O-R-N-B-Y, Th\u043ernby.") == []


def test_the_sentence_stays_short(archive: Archive) -> None:
    slips = [f"Thornb{letter}" for letter in "abcdefghij"]
    found = warned(archive, "One:" + " met ".join(slips))
    assert found[0].startswith("the name filter cannot decide on 10, ") and found[0].endswith("“Thornbh” (near Thornby), and 2 more")


def test_a_name_in_the_other_alphabet_of_azerbaijani_is_looked_for_too(archive: Archive) -> None:
    archive.write("words.txt", "Вәлизадә вә Вәлизада.\n")
    report = archive.bring({**HIDDEN, "narrators": "Vəlizadə, Aytən [az-Latn]", "transcripts": "words.txt|az-Cyrl|verbatim",
                            "languages": "az"}, settled=False)
    assert [row.message for row in report.rows if row.result == "warning"] == \
        ["the name filter cannot decide on 1, look at the words: “Вәлизада” (near Вәлизадә)"]
