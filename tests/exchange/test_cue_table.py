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
        ("Begin,Notes,Remarks\n1,x,y\n", "Found are: Begin, Notes, Remarks."),
        ("soon,later,spoken\nx,y,z\n", "Found are: soon, later, spoken."),
        ("00:00:01,spoken,more spoken than a name ever is: a whole sentence of it\n", "must name the columns"),
        ("00:00:01,00:00:02\n", "must name the columns"),
        ("start,time,text\n1,2,x\n", "both mean 'start'"),
        ("start,text\n1,x\n2\n", "Line 3 has 1 cells"),
        ("start,text\n1,x,y\n", "Line 2 has 3 cells"),
        ("start,text\nsoon,x\n", "Line 2: 'soon'"),
        ("start,text\n00:61:00,x\n", "Line 2"),
        ('text\n"never closed\n', "line 2"),
        ("text\n" + "x" * 200_000 + "\n", "line 2"),
        ("start,text\n1, \n", "no words"),
        ("start_ms,text\n1.5,x\n", "Line 2"),
        ("start,end,text\n²,٣,x\n", "Line 2"),
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


@pytest.mark.parametrize(
    "header",
    [
        "Start Time (h:m:s),End Time (h:m:s),Speaker,Text", "timestamp,out,name,transcript", "in,out,speaker,dialogue", "Time In,Time Out,Who,Words",
        "Timecode In,Timecode Out,Speaker Name,Content", "START,END,SPEAKER,TEXT", "Begin Time [hh:mm:ss],Stop,Voice,Utterance", "start_time,end_time,speaker_label,sentence",
        " TC In , TC Out ,Speaker ID,Caption", "Start timecode,End timecode,Speakers,Transcript Text", "from,to,speaker,line", "start-timestamp,end-timestamp,speaker,text",
    ],
)
def test_names_of_columns_as_systems_spell_them(header: str) -> None:
    assert parse(f"{header}\n0:00:01,00:01:02.500,Ana,one\n") == [(1000, 62_500, "Ana", "one")]


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("start (s),end (s),text", "1.5", "62.25"), ("Start Time (seconds),End Time (seconds),text", "1.500", "62.250000"), ("start_sec,end_sec,text", "1.5", "62.25"),
        ("start_ms,end_ms,text", "1500", "62250"), ("Start time in milliseconds,End time in milliseconds,text", "1500", "62250"),
        ("start [ms],end [ms],text", "1500.0", "62250.0"), ("startMs,endMs,text", "1500", "62250"), ("startTime,endTime,text", "1.5", "62.25"),
        ("start,end,text", "0:0:1.5", "0:1:2.25"), ("start,end,text", "[0:00:01.5]", "(1:02.25)"),
    ],
)
def test_units_of_times(header: str, start: str, end: str) -> None:
    assert parse(f"{header}\n{start},{end},one\n") == [(1500, 62_250, "", "one")]


def test_frames_are_cut_off() -> None:
    assert parse("Speaker Name,Start Time,End Time,Text\nAna,00:00:01:24,00:01:02;12,one\nBel,00;01;03;00,00;01;04;29,two\n") == [
        (1000, 62_000, "Ana", "one"), (63_000, 64_000, "Bel", "two")]


def test_a_column_of_spans() -> None:
    assert parse("Timestamp,Text\n00:00:01 - 00:00:04.5,one\n[00:00:05 --> 00:00:06],two\n") == [(1000, 4500, "", "one"), (5000, 6000, "", "two")]


def test_midnight_is_a_time_and_nothing_is_none() -> None:
    assert parse("start,end,text\n0:00:00,0:00:00,one\n0,0.0,two\n,,three\n,5,four\n") == [
        (0, 0, "", "one"), (0, 0, "", "two"), (None, None, "", "three"), (None, None, "", "four")]


def test_whole_numbers_that_can_only_be_milliseconds() -> None:
    parsed = cue_table.parse(b"start\tend\ttext\n0\t5320\tone\n5320\t9000\ttwo\n90000\t93000\tthree\n")
    assert [(cue.start_ms, cue.end_ms) for cue in parsed.cues] == [(0, 5320), (5320, 9000), (90_000, 93_000)]
    assert "milliseconds" in parsed.warnings[0]
    only_starts = cue_table.parse(b"start,text\n0,one\n5320,two\n90000,three\n")
    assert [cue.start_ms for cue in only_starts.cues] == [0, 5320, 90_000]


@pytest.mark.parametrize("text", ["start,end,text\n0,60,one\n60,300,two\n3600,3900,three\n", "start,text\n0,childhood\n600,war\n1500,exile\n",
                                  "start (s),end (s),text\n0,90000,one\n", "start,end,text\n0,30,o\n90000,90030,t\n90030,90060,t\n",
                                  "start,text\n0.0,one\n5320.5,two\n90000.0,three\n"])
def test_whole_numbers_are_seconds_wherever_they_can_be(text: str) -> None:
    parsed = cue_table.parse(text.encode())
    assert not parsed.warnings and parsed.cues[-1].start_ms == max(int(float(line.split(",")[0]) * 1000) for line in text.split("\n")[1:-1])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_names_of_columns_where_the_cells_say_what_they_are(separator: str) -> None:
    def rows(*lines: str) -> list[tuple[int | None, int | None, str, str]]:
        return parse("\ufeff" + "\r\n".join(line.replace("|", separator) for line in lines) + "\r\n")

    assert rows("00:00:01|00:00:04.5|Ana|one", "00:00:05|00:00:06|Bel|two") == [(1000, 4500, "Ana", "one"), (5000, 6000, "Bel", "two")]
    assert rows("0.0|4.5|one and more", "4.5|6.25|two") == [(0, 4500, "", "one and more"), (4500, 6250, "", "two")]
    assert rows("1|[00:00:01]|Ana|one", "2|[00:00:05]||two") == [(1000, None, "Ana", "one"), (5000, None, "Ana", "two")]
    assert rows("Ana|one", "Bel|two", "Ana|three", "Bel|four") == [(None, None, "Ana", "one"), (None, None, "Bel", "two"), (None, None, "Ana", "three"), (None, None, "Bel", "four")]


def test_a_first_row_that_holds_a_time_names_no_columns() -> None:
    assert parse("0:01,Name,Words\n0:05,Bel,two\n") == [(1000, None, "Name", "Words"), (5000, None, "Bel", "two")]


def test_long_chapters_in_whole_seconds_are_no_milliseconds() -> None:
    chapter = "words and words " * 900
    assert parse(f"start,end,text\n0,600,{chapter}\n90000,90900,{chapter}\n")[1][:2] == (90_000_000, 90_900_000)


def test_commas_inside_words_do_not_part_columns() -> None:
    assert parse("0:01;Ana;one, two, three\n0:05;Bel;four, five\n") == [(1000, None, "Ana", "one, two, three"), (5000, None, "Bel", "four, five")]
    assert parse("0:01\tone, two; three\n0:05\tfour\n") == [(1000, None, "", "one, two; three"), (5000, None, "", "four")]


def test_a_missing_speaker_is_the_one_of_the_row_before_where_there_is_a_column() -> None:
    assert [cue[2] for cue in parse("start,speaker,text\n1,Ana,one\n2,,two\n3,Bel,\n4,,three\n")] == ["Ana", "Ana", "Bel"]
    assert [cue[2] for cue in parse("start,text\n1,one\n2,two\n")] == ["", ""]
    assert [cue[2] for cue in parse("number,start,end,speaker,text\n1,,,Ana,one\n2,,,,two\n")] == ["Ana", ""]


def test_entities_of_html_are_letters() -> None:
    assert parse("start,speaker,text\n1,R&amp;D,it&#39;s &lt;b&gt; &quot;so&quot;&nbsp;far &amp;amp; more&#10;lines\n") == [
        (1000, None, "R&D", "it's <b> \"so\"\xa0far &amp; more lines")]


def test_line_ends_inside_quotes_are_spaces_and_cells_too_many_may_be_empty() -> None:
    assert parse('start,text,,\n1,"one\r\n  two\n\nthree",,\n2,four\n') == [(1000, None, "", "one two  three"), (2000, None, "", "four")]


def test_a_thousand_mutated_tables_never_raise_anything_but_invalid() -> None:
    seeds = ["start,end,text\n0,\x1c532,x\n1,²,y".encode(), b'start,end,speaker,text\r\n1,2,Ana,"one, ""two"""\r\n0:00:03,4.5,,three &amp; four\r\n',
             b"00:00:01;00:00:04,5;Ana;one\n00:00:05;00:00:06;Bel;two\n00:00:07;;;three\n", b"start\tend\ttext\n0\t5320\tone\n5320\t9000\ttwo\n",
             b"Ana,one\nBel,two\nAna,three\nBel,four\n", b"Timestamp,Text\n00:00:01 - 00:00:04.5,one\n"]
    for data in mutations(seeds, 1000, seed=23):
        try:
            check_times(cue_table.parse(data).cues, 60_000)
        except Invalid as refused:
            assert refused.field == "transcripts"
