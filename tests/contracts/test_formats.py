"""What every format of transcripts keeps, over the table of them: a new row is held to all of this without another line, but for a
sample of it in SAMPLES.

What may not live here: what one format does (tests/exchange).
"""

from __future__ import annotations

import json

import pytest

from archive_app.access.readings import Transcript
from archive_app.errors import Invalid
from archive_app.exchange.cues import Cue, check_times
from archive_app.exchange.formats import FORMATS, offered, parse_transcript, write_transcript, written_formats
from tests.exchange import make, word_files
from tests.exchange.mutate import mutations
from tests.factories.ohms import lettered
from tests.factories.shared import data_folder

SAMPLES = {
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nwords",
    "srt": b"1\n00:00:01,000 --> 00:00:02,000\nwords",
    "txt": b"words",
    "csv": b"start,end,text\n1,2,words",
    "docx": word_files.word(word_files.paragraph("words")),
    "json": b'{"segments": [{"start": 0, "end": 1, "text": "words"}]}',
    "xml": lettered("words"),
}
"""The smallest file of each, in which nothing but `words` is said."""
OF_ITS_KIND = {"json": "machine"}
"""What a transcript in this format can only be."""
WITHOUT_ESCAPES = {
    "srt": "what looks like a tag of players is one, what looks like a name before a colon may be one",
    "txt": "what looks like a time-code is one, what looks like a name before a colon may be one",
    "docx": "as in text",
}
"""Formats from which words come back letter by letter only where they look like nothing else, and why."""
HOSTILE = {
    "nothing": b"", "zeros": b"\0" * 99, "no UTF-8": b"\xff" * 99, "UTF-16": "words".encode("utf-16"), "half a zip": b"PK\3\4" * 9,
    "open tags": b"<a>" * 100_000, "open brackets": b"[" * 100_000, "open quotation": b'"' + b"a," * 50_000,
    "a document type": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
}
TALK = ((1000, 2000, "Ana", "one"), (2000, 3000, "Bel", "two"), (3000, 63_000), (63_000, 64_000, "Ana", "three"), (64_000, 65_000, "Bel", "four"))
SENTENCE = "60 seconds are withheld here."
written = pytest.mark.parametrize("extension", offered())
read = pytest.mark.parametrize("extension", FORMATS)


def again(extension: str, transcript: Transcript) -> tuple[Cue, ...]:
    """The cues of what was written."""
    data = write_transcript(extension, transcript, make.withheld)
    return check_times(parse_transcript(f"a.{extension}", data).cues, None).cues


def test_there_is_a_sample_of_each() -> None:
    assert set(SAMPLES) == set(FORMATS)
    assert set(OF_ITS_KIND) <= set(FORMATS) and set(WITHOUT_ESCAPES) <= set(offered())


@read
@pytest.mark.parametrize("name", ["a.{}", "folder.x/a.b.{}"])
def test_it_is_read_by_its_ending_in_any_case(extension: str, name: str) -> None:
    for ending in (extension, extension.upper()):
        parsed = parse_transcript(name.format(ending), SAMPLES[extension])
        assert [each.text for each in parsed.cues] == ["words"]
        assert parsed.kind == OF_ITS_KIND.get(extension, "")


@written
def test_what_is_written_is_read_again(extension: str) -> None:
    spoken = [cue for cue in again(extension, make.transcript(*TALK)) if SENTENCE not in cue.text]
    assert [(cue.start_ms, cue.speaker, cue.text) for cue in spoken] == [(block[0], *block[2:]) for block in TALK if len(block) == 4]


@written
def test_a_withheld_run_is_one_sentence_at_its_place_and_nobody_says_it(extension: str) -> None:
    cues = again(extension, make.transcript(*TALK))
    said = [cue for cue in cues if "withheld" in cue.text]
    assert [(cue.start_ms, cue.speaker, cue.text.strip("[]")) for cue in said] == [(3000, "", SENTENCE)] and cues.index(said[0]) == 2


@written
def test_equal_readings_are_equal_bytes(extension: str) -> None:
    first, second = (write_transcript(extension, make.transcript(*TALK), make.withheld, "Who said it") for _ in range(2))
    assert first == second and first


@written
def test_without_times_it_is_words_or_is_not_offered(extension: str) -> None:
    transcript = make.transcript((None, None, "", "one"), (None, None, "", "two"))
    assert (extension in written_formats(transcript)) is not FORMATS[extension].needs_times
    assert extension in written_formats(make.transcript(*TALK))
    if not FORMATS[extension].needs_times:
        assert [(cue.start_ms, cue.end_ms, cue.text) for cue in again(extension, transcript)] == [(None, None, "one"), (None, None, "two")]
        return
    with pytest.raises(Invalid) as refused:
        write_transcript(extension, transcript, make.withheld)
    assert refused.value.field == "format"


@written
def test_naughty_strings_are_written_and_come_back(extension: str) -> None:
    strings = json.loads((data_folder() / "strings" / "naughty.json").read_text())
    said = [" ".join(text.replace("\0", "").split()) for text in strings if isinstance(text, str)]
    said = [text for text in said if text]
    assert len(said) > 90
    cues = again(extension, make.transcript(*((n * 1000, n * 1000 + 900, "", text) for n, text in enumerate(said))))
    if extension not in WITHOUT_ESCAPES:
        assert [cue.text for cue in cues] == said
        return
    found = {cue.text for cue in cues}
    plain = [text for text in said if all(letter.isalnum() or letter.isspace() for letter in text)]
    assert len(plain) > 10 and [text for text in plain if text not in found] == []


@read
def test_damage_and_harm_get_one_sentence_or_are_read(extension: str) -> None:
    for name, data in [*HOSTILE.items(), *((f"damaged {n}", data) for n, data in enumerate(mutations([SAMPLES[extension]], 30, 7)))]:
        try:
            parsed = parse_transcript(f"a.{extension}", data)
        except Invalid as refused:
            assert refused.field == "transcripts" and refused.reason.endswith(".") and "\n" not in refused.reason, name
        else:
            assert parsed.cues and "root:" not in "".join(cue.text for cue in parsed.cues), name
