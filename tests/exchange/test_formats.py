from __future__ import annotations

import json

import pytest

from archive_app.errors import Invalid
from archive_app.exchange import formats, plain
from archive_app.exchange.cues import check_times
from tests.exchange import make, word_files
from tests.factories.shared import data_folder


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nwords"),
        ("folder.x/A.SRT", b"1\n00:00:01,000 --> 00:00:02,000\nwords"),
        ("a.b.txt", b"words"),
        ("a.csv", b"start,end,text\n1,2,words"),
        ("a.DOCX", word_files.word(word_files.paragraph("words"))),
        ("a.json", b'{"segments": [{"start": 0, "end": 1, "text": "words"}]}'),
    ],
)
def test_each_ending_is_read_by_its_own_parser(name: str, data: bytes) -> None:
    assert formats.parse_transcript(name, data).cues[0].text == "words"


@pytest.mark.parametrize("name", ["a.pdf", "a", "vtt", ".vtt", "a.vtt/b"])
def test_an_unknown_ending_is_refused_naming_what_is_understood(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        formats.parse_transcript(name, b"words")
    assert refused.value.field == "transcripts" and ".vtt .srt .txt .csv .docx .json" in refused.value.reason


def test_every_ending_writes_what_its_parser_reads() -> None:
    transcript = make.transcript(
        (1000, 2000, "Ana", "one"), (2000, 3000, "Bel", "two"), (3000, 4000, "Ana", "three"), (4000, 5000, "Bel", "four")
    )
    assert formats.written_formats(transcript) == ("vtt", "srt", "txt", "csv", "docx")
    for extension in formats.written_formats(transcript):
        data = formats.write_transcript(extension, transcript, make.withheld)
        cues = check_times(formats.parse_transcript(f"a.{extension}", data).cues, None).cues
        assert [(cue.start_ms, cue.speaker, cue.text) for cue in cues] == [
            (1000, "Ana", "one"),
            (2000, "Bel", "two"),
            (3000, "Ana", "three"),
            (4000, "Bel", "four"),
        ], extension


@pytest.mark.parametrize("timed", [True, False])
def test_a_new_format_is_one_row(timed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.FORMATS, "mine", formats.Format(plain.parse, plain.write, "text/x-mine", timed))
    assert formats.parse_transcript("a.mine", b"words").cues[0].text == "words"
    transcript = make.transcript((None, None, "", "one"))
    assert ("mine" in formats.written_formats(transcript)) is not timed
    assert formats.write_transcript("mine", transcript, make.withheld, "Who said it") == plain.write(
        transcript, make.withheld, "Who said it").encode()


def test_a_format_that_is_only_read_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "json" in formats.FORMATS and "json" not in formats.offered()
    monkeypatch.setitem(formats.FORMATS, "mine", formats.Format(plain.parse, lambda *given: b"\xff", "text/x-mine", False))
    assert formats.offered()[-1] == "mine"
    assert formats.write_transcript("mine", make.transcript((None, None, "", "one")), make.withheld) == b"\xff"


def test_only_what_a_machine_heard_says_of_what_kind_it_is() -> None:
    spoken = {"vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nwords", "srt": b"1\n00:00:01,000 --> 00:00:02,000\nwords", "txt": b"words",
              "csv": b"start,end,text\n1,2,words", "docx": word_files.word(word_files.paragraph("words")),
              "json": b'{"segments": [{"start": 0, "end": 1, "text": "words"}]}'}
    assert {name: formats.parse_transcript(f"a.{name}", data).kind for name, data in spoken.items()} == {**dict.fromkeys(spoken, ""), "json": "machine"}


def test_every_shared_transcript_is_read() -> None:
    counted = {path.name: len(check_times(formats.parse_transcript(path.name, path.read_bytes()).cues, None).cues)
               for path in sorted((data_folder() / "transcripts").iterdir())}
    assert counted == {
        "captions-example.srt": 21, "captions.srt": 1, "captions.vtt": 1, "chunk_test.docx": 11, "chunk_test.srt": 10, "chunk_test.vtt": 10,
        "sample-oh-timecode-need-sequencing.docx": 34, "sheephead_mountain.mov.vtt": 8, "transcript-example.vtt": 21}


def test_no_captions_without_times_and_no_other_formats() -> None:
    transcript = make.transcript((None, None, "", "one"))
    assert formats.written_formats(transcript) == ("txt", "csv", "docx")
    for extension in ("vtt", "srt", "json", "exe", ""):
        with pytest.raises(Invalid) as refused:
            formats.write_transcript(extension, transcript, make.withheld)
        assert refused.value.field == "format"


def test_naughty_strings_survive_every_format_with_escapes() -> None:
    strings = json.loads((data_folder() / "strings" / "naughty.json").read_text())
    said = [" ".join(text.replace("\0", "").split()) for text in strings if isinstance(text, str)]
    said = [text for text in said if text]
    assert len(said) > 90
    transcript = make.transcript(*((n * 1000, n * 1000 + 900, "", text) for n, text in enumerate(said)))
    for extension in ("vtt", "csv"):
        cues = formats.parse_transcript(
            f"a.{extension}", formats.write_transcript(extension, transcript, make.withheld)
        ).cues
        assert [cue.text for cue in cues] == said, extension
