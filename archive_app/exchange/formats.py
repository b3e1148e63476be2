"""Which formats of transcripts there are, each by the ending of its file name.

What may not live here: how any of them is read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange import cue_table, plain, subrip, webvtt
from archive_app.exchange.blocks import has_times
from archive_app.exchange.cues import FIELD, Parsed

PARSERS: Mapping[str, Callable[[bytes], Parsed]] = {
    "vtt": webvtt.parse,
    "srt": subrip.parse,
    "txt": plain.parse,
    "csv": cue_table.parse,
}

MEDIA_TYPES: Mapping[str, str] = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}
"""What can be written, by extension, with the Content-Type to send (RFC 4180, WebVTT 9)."""

_CAPTIONS = frozenset(("vtt", "srt"))


def parse_transcript(name: str, data: bytes) -> Parsed:
    """The transcript in a file called `name`. Raises Invalid("transcripts", ...) for a kind that is not understood or a file that
    cannot be read. Times are as the file has them: `cues.check_times` comes next."""
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    parser = PARSERS.get(extension)
    if parser is None:
        known = " ".join(f".{each}" for each in PARSERS)
        raise Invalid(
            FIELD,
            f"A transcript called .{extension[:20]} is not understood; understood are {known}."
            if extension
            else f"The name of a transcript's file must end in what it is: {known}.",
        )
    return parser(data)


def written_formats(transcript: readings.Transcript) -> tuple[str, ...]:
    """The extensions in which this transcript can be written: captions only where something has times."""
    return tuple(each for each in MEDIA_TYPES if each not in _CAPTIONS or has_times(transcript))


def write_transcript(
    extension: str, transcript: readings.Transcript, withheld: Callable[[int | None], str], citation: str = ""
) -> str:
    """The transcript in one of MEDIA_TYPES; `withheld(length in ms, or None)` is the sentence that stands for a run of withheld
    words, `citation` says whose words these are, where the format has a place for it. Raises Invalid("format", ...)."""
    if extension == "vtt":
        return webvtt.write(transcript, withheld, citation)
    if extension == "srt":
        return subrip.write(transcript, withheld)
    if extension == "txt":
        return plain.write(transcript, withheld, citation)
    if extension == "csv":
        return cue_table.write(transcript, withheld)
    raise Invalid("format", f"Transcripts are given as {', '.join(MEDIA_TYPES)}.")
