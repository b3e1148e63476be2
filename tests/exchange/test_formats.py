"""The table of formats: what it refuses, and what a new row of it is. What every format keeps: tests/contracts/test_formats.py."""

from __future__ import annotations

import pytest

from archive_app.errors import Invalid
from archive_app.exchange import formats, plain
from archive_app.exchange.cues import check_times
from tests.exchange import make
from tests.factories.shared import data_folder


@pytest.mark.parametrize("name", ["a.pdf", "a", "vtt", ".vtt", "a.vtt/b"])
def test_an_unknown_ending_is_refused_naming_what_is_understood(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        formats.parse_transcript(name, b"words")
    assert refused.value.field == "transcripts" and " ".join(f".{each}" for each in formats.FORMATS) in refused.value.reason


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


def test_every_shared_transcript_is_read() -> None:
    counted = {path.name: len(check_times(formats.parse_transcript(path.name, path.read_bytes()).cues, None).cues)
               for path in sorted((data_folder() / "transcripts").iterdir())}
    assert counted == {
        "captions-example.srt": 21, "captions.srt": 1, "captions.vtt": 1, "chunk_test.docx": 11, "chunk_test.srt": 10, "chunk_test.vtt": 10,
        "sample-oh-timecode-need-sequencing.docx": 34, "sheephead_mountain.mov.vtt": 8, "transcript-example.vtt": 21}


@pytest.mark.parametrize("extension", ["json", "exe", ""])
def test_what_is_not_written_is_refused_naming_what_is(extension: str) -> None:
    with pytest.raises(Invalid) as refused:
        formats.write_transcript(extension, make.transcript((0, 1, "", "one")), make.withheld)
    assert refused.value.field == "format" and ", ".join(formats.offered()) in refused.value.reason
