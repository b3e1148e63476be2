"""Names of files in tables: what another system, program or eye would read as another name is refused, with a sentence that can be shown."""

from __future__ import annotations

import unicodedata

import pytest

from archive_app.exchange.file_names import LONGEST, alike, file_name
from archive_app.exchange.manifest import read_row
from tests.factories.hostile_names import REFUSED_NAMES, UNUSED_NAMES

NOT_THERE = {"home", "file-address", "web-address", "joined", "part", "pipe", "data"}
"""Names that mean nothing here and are no file of the folder: refused when they are looked for."""
SEEN_OTHERWISE = {"override", "isolate", "invisible", "con", "nul", "com", "lpt", "long", "long-armenian"}


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, name, _ in REFUSED_NAMES if label not in NOT_THERE])
def test_what_leads_elsewhere_is_no_name(label: str, name: str) -> None:
    with pytest.raises(ValueError, match="name a file inside it|names no file|not seen") as refused:
        file_name(name.strip())
    assert_fit_to_be_shown(str(refused.value))


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, name, _ in UNUSED_NAMES if label in SEEN_OTHERWISE])
def test_what_is_read_as_another_name_is_no_name(label: str, name: str) -> None:
    with pytest.raises(ValueError, match="rename the file") as refused:
        file_name(name)
    assert_fit_to_be_shown(str(refused.value))


def assert_fit_to_be_shown(sentence: str) -> None:
    """Nothing in it turns, hides or ends what it stands in."""
    assert len(sentence) < 260
    assert not [letter for letter in sentence if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    sentence.encode()


@pytest.mark.parametrize("name", ["tape 1.mp3", "tapes/2/side a.wav", "Ses 3 — çıraq.wav", "Ձայն 4.wav", "голос.mp3", "نوار\u200cها.mp3", "100%.wav",
                                  "50%25 tape.wav", "Interview: part 1.wav", "console.wav", "comb1.wav", "nullpunkt.wav", "a..b.wav", "...wav",
                                  "Cafe\u0301.wav", "one (2).wav", "a" * (LONGEST - 4) + ".wav"])
def test_ordinary_names_are_taken_as_they_are(name: str) -> None:
    assert file_name(name) == name


def test_folders_are_written_in_one_way() -> None:
    assert file_name("./tapes//one\\a.wav") == "tapes/one/a.wav"


def test_a_name_is_as_long_as_its_bytes() -> None:
    assert file_name("é" * (LONGEST // 2)) == "é" * (LONGEST // 2)
    with pytest.raises(ValueError, match="255 bytes"):
        file_name("é" * (LONGEST // 2 + 1))


@pytest.mark.parametrize(("one", "other"), [("Tape.wav", "tape.WAV"), ("Café.wav", "Cafe\u0301.wav"), ("STRASSE.wav", "straße.wav"), ("ԵՒ.wav", "և.wav"),
                                            ("\u1e9b\u0323.wav", "\u1e9b\u0323.WAV")])
def test_names_that_are_one_elsewhere_are_alike(one: str, other: str) -> None:
    assert alike(one) == alike(other)


@pytest.mark.parametrize(("one", "other"), [("tape1.wav", "tape2.wav"), ("a.wav", "a.mp3"), ("cafe.wav", "café.wav")])
def test_other_names_are_not(one: str, other: str) -> None:
    assert alike(one) != alike(other)


@pytest.mark.parametrize(("cells", "column"), [
    ({"media": "Tape.wav;tape.wav"}, "media"), ({"media": "caf\u00e9.wav|One;cafe\u0301.wav|Two"}, "media"),
    ({"transcripts": "a/Words.txt|en|verbatim;a/words.txt|ru|translation"}, "transcripts"),
    ({"transcripts": "words.txt|en|verbatim", "consent_file": "WORDS.txt"}, "consent_file"),
    ({"transcripts": "con.vtt|en|verbatim"}, "transcripts"), ({"consent_file": "f\u202efdp.wav"}, "consent_file")])
def test_a_row_names_the_column(cells: dict[str, str], column: str) -> None:
    row, problems = read_row({"identifier": "row-1", **cells})
    assert row is None and [problem.field for problem in problems] == [column]
    assert_fit_to_be_shown(problems[0].reason)


def test_one_file_may_be_named_twice() -> None:
    row, problems = read_row({"identifier": "row-1", "transcripts": "a.xml|en|verbatim;./a.xml|ru|translation"})
    assert not problems and row is not None and [name for _, name in row.files] == ["a.xml", "a.xml"]
