from __future__ import annotations

import csv
import io

import pytest

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange import cue_table
from archive_app.exchange.cues import Cue, check_times
from tests.exchange import make
from tests.exchange.mutate import mutations


def parse(text: str) -> list[tuple[int | None, int | None, str, str]]:
    return [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in cue_table.parse(text.encode()).cues]


def test_start_end_speaker_text() -> None:
    assert parse(
        '\ufeffStart Time,End Time,Speaker,Transcript\r\n0:00:01,00:00:02.500,Ana,"one, ""two"""\r\n'
        "00:00:03,4,,R&amp;B &eacute;t&eacute;\r\n"
    ) == [(1000, 2500, "Ana", 'one, "two"'), (3000, 4000, "Ana", "R&B été")]


def test_time_speaker_text_with_semicolons_and_tabs() -> None:
    rows = [(1000, None, "Ana", "one"), (61_250, None, "Bel", "two")]
    assert parse("Timecode;Speaker;Text\n[0:00:01];Ana:;one\n[0:01:01.25];Bel:;two\n\n;;\n") == rows
    assert parse("time\tname\twords\n1\tAna\tone\n61.25\tBel\ttwo\n") == rows


def test_milliseconds_and_columns_in_any_order() -> None:
    assert parse("text,end_ms,start_ms\none,2500,1000\n") == [(1000, 2500, "", "one")]


def test_only_text() -> None:
    assert parse('text\none\n\n"two\nthree"\n') == [(None, None, "", "one"), (None, None, "", "two three")]


def test_other_columns_are_left_out_and_told() -> None:
    parsed = cue_table.parse(b"start,text,Reviewer remarks\n1,one,do not print\n")
    assert "Reviewer remarks" in parsed.warnings[0] and "do not print" not in repr(parsed)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must name the columns"),
        ("1,2,spoken\n", "must name the columns"),
        ("start,time,text\n1,2,x\n", "both mean 'start'"),
        ("start,text\n1,x\n2\n", "Line 3 has 1 cells"),
        ("start,text\n1,x,y\n", "Line 2 has 3 cells"),
        ("start,text\nsoon,x\n", "Line 2: 'soon'"),
        ("start,text\n00:61:00,x\n", "Line 2"),
        ('text\n"never closed\n', "line 2"),
        ("text\n" + "x" * 200_000 + "\n", "line 2"),
        ("start,text\n1, \n", "no words"),
        ("start_ms,text\n1.5,x\n", "Line 2"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        cue_table.parse(text.encode())
    assert refused.value.field == "transcripts" and says in refused.value.reason


def test_written_tables_come_back_word_for_word() -> None:
    words = ["=1+1", "+49 is the number", "- no", "@home", 'he said "no", twice', "R&amp;B", "körpü\tüst", "'quoted'"]
    transcript = make.transcript(*((n * 1000, n * 1000 + 500, "Ana" if n % 2 else "", said) for n, said in enumerate(words)))
    written = cue_table.write(transcript, make.withheld)
    assert [row[4] for row in csv.reader(io.StringIO(written, newline=""))][1:] == words
    cues = cue_table.parse(written.encode()).cues
    assert [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in cues] == [
        (block.start_ms, block.end_ms, block.speaker, block.text)
        for block in transcript.blocks
        if isinstance(block, readings.Segment)
    ]


def test_withheld_words_and_missing_times() -> None:
    written = cue_table.write(make.transcript((None, None, "Ana", "one"), (1000, 61_000)), make.withheld)
    assert (
        written
        == "number,start,end,speaker,text\r\n1,,,Ana,one\r\n2,00:00:01.000,00:01:01.000,,60 seconds are withheld here.\r\n"
    )
    assert cue_table.parse(written.encode()).cues[1] == Cue(1000, 61_000, "60 seconds are withheld here.", "", "2")


def test_mutated_tables_never_raise_anything_but_invalid() -> None:
    for data in mutations(
        [b'start,end,speaker,text\r\n1,2,Ana,"one, ""two"""\r\n0:00:03,4.5,,three &amp; four\r\n'], 300, seed=23
    ):
        try:
            check_times(cue_table.parse(data).cues, 60_000)
        except Invalid as refused:
            assert refused.field == "transcripts"
