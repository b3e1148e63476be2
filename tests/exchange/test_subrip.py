from __future__ import annotations

import pytest

from archive_app.errors import Invalid
from archive_app.exchange import subrip
from archive_app.exchange.cues import check_times
from tests.exchange import make
from tests.exchange.mutate import mutations
from tests.factories.shared import data_folder


def test_the_wild_forms() -> None:
    parsed = subrip.parse(
        "\ufeff1\r\n00:00:01,420 --> 00:00:05,120 X1:63 X2:223 Y1:43 Y2:58\r\n"
        '{\\an8}<i>Hiring</i> a <font color="#fff">man</font>\r\n'
        "took {i}time{/i} & 3 < 4.\r\n2\r\n0:00:05.5 -> 00:00:08.340\r\nno blank line ahead\r\n\r\n\r\n"
        "00:09,000 --> 00:10,5\r\nno number\r\n\r\n1942\r\nis a year\r\n\r\n4\r\n00:00:11,000 --> 00:00:12,000\r\n\r\n".encode()
    )
    assert [(cue.id, cue.start_ms, cue.end_ms, cue.text) for cue in parsed.cues] == [
        ("1", 1420, 5120, "Hiring a man took time & 3 < 4."),
        ("2", 5500, 8340, "no blank line ahead"),
        ("", 9000, 10_500, "no number  1942 is a year"),
    ]
    assert parsed.warnings == ()


def test_words_ahead_of_the_first_times_are_told() -> None:
    assert subrip.parse(b"Made by hand\n\n1\n00:00:01,000 --> 00:00:02,000\nwords").warnings != ()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no line of times"),
        (b"WEBVTT\n\nwords", "no line of times"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n", "no words"),
        (b"1\n00:00:61,000 --> 00:00:62,000\nx", "Line 2"),
        ("1\n00:00:01,000 --> 00:00:02,000\né".encode("latin-1"), "byte offset 32"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        subrip.parse(data)
    assert refused.value.field == "transcripts" and says in refused.value.reason


def test_every_shared_file_comes_back_equal() -> None:
    paths = sorted((data_folder() / "transcripts").glob("*.srt"))
    assert len(paths) == 3
    for path in paths:
        cues = subrip.parse(path.read_bytes()).cues
        assert cues and check_times(cues, None).cues == cues
        again = subrip.parse(subrip.write(make.from_cues(cues), make.withheld).encode()).cues
        assert [(cue.start_ms, cue.end_ms, cue.text) for cue in again] == [(cue.start_ms, cue.end_ms, cue.text) for cue in cues]


def test_writing() -> None:
    transcript = make.transcript(
        (0, 1000, "Ana", "one\n\ntwo"), (1000, 2000, "Ana", "three"), (2000, 62_000), (62_000, 63_000, "Ana", "four")
    )
    assert subrip.write(transcript, make.withheld) == (
        "1\n00:00:00,000 --> 00:00:01,000\nAna: one  two\n\n2\n00:00:01,000 --> 00:00:02,000\nthree\n\n"
        "3\n00:00:02,000 --> 00:01:02,000\n60 seconds are withheld here.\n\n4\n00:01:02,000 --> 00:01:03,000\nAna: four\n"
    )
    with pytest.raises(Invalid):
        subrip.write(make.transcript((None, None, "", "words")), make.withheld)


def test_mutated_files_never_raise_anything_but_invalid() -> None:
    for data in mutations(
        [b"1\n00:00:01,000 --> 00:00:02,000\n<i>Ana: one</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nBel: two\n"], 300, seed=22
    ):
        try:
            check_times(subrip.parse(data).cues, 60_000)
        except Invalid as refused:
            assert refused.field == "transcripts"
