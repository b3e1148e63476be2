"""Which formats of transcripts there are, each by the ending of its file name.

What may not live here: how any of them is read or written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange import cue_table, ohms_reading, plain, recogniser, subrip, webvtt, word, word_writer
from archive_app.exchange.blocks import has_times
from archive_app.exchange.cues import FIELD, Parsed

SayWithheld = Callable[[int | None], str]
"""(length in ms, or None) -> the sentence that stands for withheld words."""


@dataclass(frozen=True)
class Format:
    """How a format is read; how it is written, from (transcript, withheld, citation), as text or as bytes, None where it is only
    read; the Content-Type to send (RFC 4180, WebVTT 9); `needs_times`: whether it can hold nothing that has no times."""

    parse: Callable[[bytes], Parsed]
    write: Callable[[readings.Transcript, SayWithheld, str], str | bytes] | None
    media_type: str
    needs_times: bool


def _uncited(write: Callable[[readings.Transcript, SayWithheld], str]) -> Callable[[readings.Transcript, SayWithheld, str], str]:
    """For a format that has no place for a citation."""
    return lambda transcript, withheld, citation: write(transcript, withheld)


FORMATS: dict[str, Format] = {
    "vtt": Format(webvtt.parse, webvtt.write, "text/vtt; charset=utf-8", needs_times=True),
    "srt": Format(subrip.parse, _uncited(subrip.write), "application/x-subrip; charset=utf-8", needs_times=True),
    "txt": Format(plain.parse, plain.write, "text/plain; charset=utf-8", needs_times=False),
    "csv": Format(cue_table.parse, _uncited(cue_table.write), "text/csv; charset=utf-8; header=present", needs_times=False),
    "docx": Format(
        word.parse, word_writer.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", needs_times=False
    ),
    "json": Format(recogniser.parse, None, "application/json", needs_times=False),
    "xml": Format(ohms_reading.parse, None, "application/xml; charset=utf-8", needs_times=False),
}
"""By extension, in the order in which they are offered."""


def offered() -> tuple[str, ...]:
    """The extensions of the formats that are written at all."""
    return tuple(extension for extension, each in FORMATS.items() if each.write is not None)


def parse_transcript(name: str, data: bytes) -> Parsed:
    """The transcript in a file called `name`. Raises Invalid("transcripts", ...) for a kind that is not understood or a file that
    cannot be read. Times are as the file has them: `cues.check_times` comes next."""
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    chosen = FORMATS.get(extension)
    if chosen is None:
        known = " ".join(f".{each}" for each in FORMATS)
        raise Invalid(
            FIELD,
            f"A transcript called .{extension[:20]} is not understood; understood are {known}."
            if extension
            else f"The name of a transcript's file must end in what it is: {known}.",
        )
    return chosen.parse(data)


def written_formats(transcript: readings.Transcript) -> tuple[str, ...]:
    """The extensions in which this transcript can be written: captions only where something has times."""
    timed = has_times(transcript)
    return tuple(extension for extension in offered() if timed or not FORMATS[extension].needs_times)


def write_transcript(extension: str, transcript: readings.Transcript, withheld: SayWithheld, citation: str = "") -> bytes:
    """The transcript in one of FORMATS, texts in UTF-8; `withheld(length in ms, or None)` is the sentence that stands for a run of
    withheld words, `citation` says whose words these are, where the format has a place for it. Raises Invalid("format", ...)."""
    chosen = FORMATS.get(extension)
    if chosen is None or chosen.write is None:
        raise Invalid("format", f"Transcripts are given as {', '.join(offered())}.")
    written = chosen.write(transcript, withheld, citation)
    return written.encode() if isinstance(written, str) else written
