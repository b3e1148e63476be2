from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
import webvtt as independent

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange import webvtt
from archive_app.exchange.cues import check_times
from archive_app.exchange.times import clock
from tests.exchange import make
from tests.exchange.mutate import mutations
from tests.factories.shared import data_folder

NAMES = {"id": "id", "text": "text", "startTime": "start_ms", "endTime": "end_ms"}


def conformance() -> list[tuple[str, str, object, object]]:
    """(file, path, expected, found) of each value that the W3C tests ask for, cue settings apart."""
    folder = data_folder() / "webvtt-conformance"
    values: list[tuple[str, str, object, object]] = []
    for name, expectations in json.loads((folder / "expectations.json").read_text()).items():
        cues = webvtt.read_file((folder / name).read_bytes().decode("utf-8")).cues
        for expectation in expectations:
            path, expected = expectation["path"], expectation["expected"]
            found = re.fullmatch(r"cues\[(\d+)\]\.(\w+)", path)
            if found is None:
                values.append((name, path, expected, len(cues)))
            elif found.group(2) in NAMES:
                value = getattr(cues[int(found.group(1))], NAMES[found.group(2)])
                values.append((name, path, round(expected * 1000) if "Time" in path else expected, value))
    return values


def test_every_value_of_the_w3c_file_parsing_tests() -> None:
    values = conformance()
    assert len(values) == 131
    assert [value for value in values if value[2] != value[3]] == []


def test_a_file_without_its_signature_is_refused() -> None:
    for data in (b"", b"webvtt", b"WEBVTTX\n", b"\n\nWEBVTT", b"1\n00:00:01,000 --> 00:00:02,000\nhello"):
        with pytest.raises(Invalid, match="transcripts"):
            webvtt.parse(data)


def test_a_file_that_is_not_utf_8_names_the_byte() -> None:
    with pytest.raises(Invalid) as refused:
        webvtt.parse("WEBVTT\n\n00:00.000 --> 00:01.000\nCafé".encode("latin-1"))
    assert "byte offset 35 holds 0xE9" in refused.value.reason


def test_voices_language_and_header() -> None:
    parsed = webvtt.parse(
        "WEBVTT Kept\nLanguage: az-Latn\n\nq1\n00:01.000 --> 00:02.000 align:start\n"
        "<v.loud Mira Arden>Körpü\n<i>orada</i> idi &amp; <00:01.500>qaldı</v>\n".encode()
    )
    assert parsed.language == "az-Latn" and parsed.warnings == ()
    (cue,) = parsed.cues
    assert (cue.id, cue.start_ms, cue.end_ms, cue.speaker, cue.text) == (
        "q1",
        1000,
        2000,
        "Mira Arden",
        "Körpü orada idi & qaldı",
    )


def test_several_voices_in_one_cue_become_successive_cues_with_its_times() -> None:
    parsed = webvtt.parse(b"WEBVTT\n\nid\n00:01.000 --> 00:02.000\n<v Ana>Was it far?</v>\n<v Bel>No.</v> (laughs)\n")
    assert [(cue.id, cue.speaker, cue.text, cue.start_ms) for cue in parsed.cues] == [
        ("id", "Ana", "Was it far?", 1000),
        ("", "Bel", "No.", 1000),
        ("", "", "(laughs)", 1000),
    ]


def test_words_that_cannot_be_placed_are_told() -> None:
    parsed = webvtt.parse(
        b"WEBVTT\n\nNOTE a remark\n\nSTYLE\n::cue {}\n\n00:00.000 --> 00:01.000\nyes\n\n"
        b"00:01 --> 00:02\nlost words\n\nREGION\nid:a\n"
    )
    assert len(parsed.cues) == 1
    assert [warning.split(":")[0] for warning in parsed.warnings] == ["Line 11"]


def test_a_file_without_words_is_refused() -> None:
    with pytest.raises(Invalid, match="no words"):
        webvtt.parse(b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana></v>\n")


def test_huge_numbers_do_no_harm() -> None:
    parsed = webvtt.parse(b"WEBVTT\n\n00:00.000 --> " + b"9" * 5000 + b":00:00.000\nwords\n")
    with pytest.raises(Invalid):
        check_times(parsed.cues, None)


OWN_SEEDS = [
    "WEBVTT\n\nid\n00:00:01.000 --> 00:00:02.000 align:start\n<v Ana>one &amp; two <c.x>three</c></v>\n\nNOTE x\n\n"
    "00:03.000 --> 00:04.000\n<ruby>漢<rt>kan</rt></ruby> <lang az>körpü</lang> <00:03.500>\n",
    "WEBVTT head\nLanguage: az\n\nSTYLE\n::cue {}\n\nREGION\nid:a\n\n"
    "1\n00:00.000 --> 00:01.000\n- one\n- two\n\n00:00.500 --> 00:02.000\nthree",
]


def never_anything_but_invalid(seeds: list[bytes], count: int) -> None:
    read = 0
    for data in mutations(seeds, count, seed=20):
        try:
            parsed = webvtt.parse(data)
            checked = check_times(parsed.cues, 3_600_000)
        except Invalid as refused:
            assert refused.field == "transcripts" and refused.reason
            continue
        read += 1
        again = webvtt.parse(webvtt.write(make.from_cues(checked.cues), make.withheld).encode())
        assert [cue.text for cue in again.cues] == [cue.text for cue in checked.cues]
    assert read > count // 3


def test_two_hundred_mutated_files_never_raise_anything_but_invalid() -> None:
    never_anything_but_invalid([text.encode() for text in OWN_SEEDS], 200)


@pytest.mark.slow
def test_two_thousand_mutated_files_never_raise_anything_but_invalid() -> None:
    folder = data_folder()
    paths = [path for name in ("webvtt-conformance/**", "mixed", "transcripts") for path in sorted(folder.glob(f"{name}/*.vtt"))]
    never_anything_but_invalid([path.read_bytes()[:4000] for path in paths], 2000)


def shared_files() -> list[Path]:
    folder = data_folder()
    return [path for name in ("timed", "mixed", "transcripts") for path in sorted((folder / name).glob("*.vtt"))]


def test_every_shared_file_comes_back_equal_through_an_independent_reader() -> None:
    paths = shared_files()
    assert len(paths) > 60
    for path in paths:
        cues = check_times(webvtt.parse(path.read_bytes()).cues, None).cues
        written = webvtt.write(make.from_cues(cues, "en"), make.withheld, "Arden, Mira. A citation --> with an arrow & more.")
        captions = independent.from_string(written).captions
        assert [(one.identifier or "", one.start, one.end, one.voice or "", html.unescape(one.text)) for one in captions] == [
            (cue.id, clock(cue.start_ms or 0), clock(cue.end_ms or 0), cue.speaker, cue.text) for cue in cues
        ], path.name
        assert webvtt.parse(written.encode()).cues == cues, path.name


def test_words_that_look_like_markup_come_back_as_words() -> None:
    said = "a <b> & &amp; c --> d\n\nNOTE e"
    written = webvtt.write(make.transcript((0, 1000, "Mira <x> & Co", said)), make.withheld)
    (cue,) = webvtt.parse(written.encode()).cues
    assert (cue.speaker, cue.text) == ("Mira <x> & Co", "a <b> & &amp; c --> d  NOTE e")


def test_withheld_words_are_one_cue() -> None:
    blocks = (
        readings.Segment(1, 0, 1000, "Ana", "one", "en"),
        readings.Withheld(2, 1000, 61_000),
        readings.Segment(3, 61_000, 62_000, "Ana", "two", "en"),
    )
    written = webvtt.write(readings.Transcript(readings.TranscriptHead(1, "en", "verbatim"), blocks), make.withheld, "Cited.")
    assert written == (
        "WEBVTT\nLanguage: en\n\nNOTE\nCited.\n\n00:00:00.000 --> 00:00:01.000\n<v Ana>one</v>\n\n"
        "00:00:01.000 --> 00:01:01.000\n60 seconds are withheld here.\n\n00:01:01.000 --> 00:01:02.000\n<v Ana>two</v>\n"
    )


def test_another_language_is_marked_where_it_is_spoken() -> None:
    blocks = (readings.Segment(1, 0, 1000, "Ana", "мост", "ru"),)
    assert "<v Ana><lang ru>мост</lang></v>" in webvtt.write(
        readings.Transcript(readings.TranscriptHead(1, "az", "verbatim"), blocks), make.withheld
    )


def test_without_any_times_there_are_no_captions() -> None:
    with pytest.raises(Invalid, match="no times"):
        webvtt.write(make.transcript((None, None, "", "words")), make.withheld)


def test_blocks_without_times_lie_under_those_ahead_of_them() -> None:
    written = webvtt.write(
        make.transcript((None, None, "", "title"), (2000, None, "", "a"), (None, None, "", "b"), (5000, None, "", "c")),
        make.withheld,
    )
    assert re.findall(r"\S+ --> \S+", written) == [
        "00:00:00.000 --> 00:00:02.000",
        "00:00:02.000 --> 00:00:05.000",
        "00:00:02.000 --> 00:00:05.000",
        "00:00:05.000 --> 00:00:06.000",
    ]
