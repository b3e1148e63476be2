from __future__ import annotations

import pytest

from archive_app.errors import Invalid
from archive_app.exchange import plain
from archive_app.exchange.cues import Cue, check_times
from tests.exchange import make
from tests.exchange.mutate import mutations
from tests.factories.shared import data_folder

SPEAKERS_IN_REAL_DIALOGUES = {
    "wpa-11255-0078": {"Hebe", "Patriarch"},
    "wpa-11920-0487": {"Ques", "Ans"},
    "wpa-18912-0975": {"Hagar", "Lillie", "Zackie"},
    "wpa-18912-0985": {"Margaret", "Visitor"},
    "wpa-19446-1151": {"Jack", "Talitha"},
    "wpa-21508-1295": {"Aunt Ellen", "Neighbor", "Visitor"},
    "wpa-21508-1332": {"Ben", "Lillie", "Primus", "Stella", "Uncle Ben"},
    "wpa-21508-1334": {"Ben", "Lula", "Mary", "Pauline", "Uncle Ben"},
    "wpa-28170-1606": {"Mom Jane", "Sabe"},
}
"""Read by hand: in these texts people talk to each other under these names, in the 2,525 others nobody does."""


def parse(text: str) -> tuple[Cue, ...]:
    return plain.parse(text.encode()).cues


def test_paragraphs_are_segments_and_line_ends_are_spaces() -> None:
    cues = parse("\ufeffThe ferry stopped\r\nin the spring.  \r\n\r\n \t\r\n\r\nAfter that\rwe walked.\n")
    assert [cue.text for cue in cues] == ["The ferry stopped in the spring.", "After that we walked."]
    assert all(cue.start_ms is None and cue.end_ms is None and not cue.speaker for cue in cues)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Café".encode("latin-1"), "byte offset 3 holds 0xE9"),
        ("﻿ab".encode() + b"\xff", "byte offset 5 holds 0xFF"),
        ("words".encode("utf-16"), "UTF-16"),
        (b"a\0b", "zero byte at byte offset 1"),
        (b" \n\n\t", "no words"),
        (b"", "no words"),
    ],
)
def test_what_is_no_text_is_refused_with_the_place(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        plain.parse(data)
    assert refused.value.field == "transcripts" and says in refused.value.reason


def test_questions_and_answers() -> None:
    cues = parse("Interviewer: Miss Lane\n\nQ: Where was the mill?\n\nA: By the water.\n\nIt stood alone.")
    assert [(cue.speaker, cue.text) for cue in cues] == [
        ("", "Interviewer: Miss Lane"),
        ("Q", "Where was the mill?"),
        ("A", "By the water."),
        ("", "It stood alone."),
    ]


def test_turns_on_successive_lines_are_segments_of_their_own() -> None:
    cues = parse("ANA: Was it far?\nBEL: No,\nnot far.\nANA: And then?\nBEL: We walked.\nDR. CEM: I came too.")
    assert [(cue.speaker, cue.text) for cue in cues] == [
        ("ANA", "Was it far?"),
        ("BEL", "No, not far."),
        ("ANA", "And then?"),
        ("BEL", "We walked."),
        ("DR. CEM", "I came too."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Interviewer: Miss Lane\n\nPerson interviewed: Silas\n\nAge: 73\n\nI was born there.",
        "NOTE: one\n\nwords\n\nNOTE: two\n\nSOURCE: three\n\nSOURCE: four",
        "Subject: a\n\nAge: b\n\nPlace: c\n\nSubject: a\n\nAge: b\n\nPlace: c",
        "He said this: nothing.\n\nAnd then he said: nothing.\n\nHe said this: nothing.",
        "A. Arden\n\nwords\n\nA. Berin",
        "Chorus: la\n\nla\n\nChorus: la\n\nChorus: la",
    ],
)
def test_headings_and_notes_stay_words(text: str) -> None:
    cues = parse(text)
    assert [cue.text for cue in cues] == text.split("\n\n")
    assert {cue.speaker for cue in cues} == {""}


def test_names_in_bold_are_speakers() -> None:
    cues = parse("**Mira Arden:** We left.\n\n**Jo Ink**: When?\n\n**Mira Arden:** At night.")
    assert [(cue.speaker, cue.text) for cue in cues] == [
        ("Mira Arden", "We left."),
        ("Jo Ink", "When?"),
        ("Mira Arden", "At night."),
    ]


def test_names_in_any_script_are_speakers() -> None:
    cues = parse("Müsahibəçi: Nə vaxt?\n\nМира: Весной.\n\nMüsahibəçi: Hara?\n\nМира: Домой.\n\nმირა: კი")
    assert [cue.speaker for cue in cues] == ["Müsahibəçi", "Мира", "Müsahibəçi", "Мира", ""]


def test_time_codes_are_taken_where_at_least_two_lines_have_them() -> None:
    cues = parse("Title\n\n[00:00:05] One.\n\nstill one\n\n(01:02) Two.\n\n[1:00:00.250]\nThree.")
    assert [(cue.start_ms, cue.text) for cue in cues] == [
        (None, "Title"),
        (5000, "One."),
        (5000, "still one"),
        (62_000, "Two."),
        (3_600_250, "Three."),
    ]
    once = parse("[00:00:05] One.\n\nTwo.")
    assert [(cue.start_ms, cue.text) for cue in once] == [(None, "[00:00:05] One."), (None, "Two.")]


def test_a_transcript_of_two_tapes_with_codes_speakers_and_marks() -> None:
    text = (
        "[00:00:01]\nCARO: Reserved.\n\n[00:00:29] SUBJECT: Unpacked.\n\n[00:00:33]CARO: And?\n\n[00:00:38] SUBJECT: Done.\n\n"
        "[END OF AUDIO, FILE 1.1]\n\n[00:00:01]CARO: So this is the second session.\n\n[00:00:23] SUBJECT: Correct."
    )
    parsed = plain.parse(text.encode())
    checked = check_times(parsed.cues, 200_000, tapes=(100_000, 100_000)).cues
    assert [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in checked] == [
        (1000, 29_000, "CARO", "Reserved."),
        (29_000, 33_000, "SUBJECT", "Unpacked."),
        (33_000, 38_000, "CARO", "And?"),
        (38_000, 101_000, "SUBJECT", "Done."),
        (None, None, "", "[END OF AUDIO, FILE 1.1]"),
        (101_000, 123_000, "CARO", "So this is the second session."),
        (123_000, 200_000, "SUBJECT", "Correct."),
    ]


def test_in_2534_real_interviews_no_speaker_is_wrongly_taken_and_no_word_is_lost() -> None:
    found = {}
    for path in sorted((data_folder() / "wpa" / "text").glob("*.txt")):
        data = path.read_bytes()
        cues = plain.parse(data).cues
        speakers = {cue.speaker for cue in cues} - {""}
        if speakers:
            found[path.stem] = speakers
        else:
            assert " ".join(cue.text for cue in cues).split() == data.decode("utf-8-sig").split(), path.name
        assert all(cue.start_ms is None for cue in cues), path.name
    assert found == SPEAKERS_IN_REAL_DIALOGUES


def test_mutated_texts_never_raise_anything_but_invalid() -> None:
    seeds = ["ANA: Was it far?\n\n[00:00:05] BEL: No.\n\n[00:00:09] ANA: So?\n\nBEL: körpü\n\nQ: x\n\nA: y".encode()]
    for data in mutations(seeds, 300, seed=21):
        try:
            check_times(plain.parse(data).cues, 60_000)
        except Invalid as refused:
            assert refused.field == "transcripts"


def test_writing_names_a_speaker_where_it_changes_and_times_where_known() -> None:
    transcript = make.transcript(
        (1500, 2000, "Ana", "one\ntwo"),
        (2000, 3000, "Ana", "three"),
        (3000, 63_000),
        (None, None, "Ana", "four"),
        (3_723_000, None, "", "five"),
    )
    assert plain.write(transcript, make.withheld, "Arden, Mira.\nInterview.") == (
        "Arden, Mira. Interview.\n\n[00:00:01] Ana: one two\n\n[00:00:02] three\n\n[00:00:03] [60 seconds are withheld here.]\n\n"
        "Ana: four\n\n[01:02:03] five\n"
    )
