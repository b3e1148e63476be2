"""WebVTT: files after the W3C recommendation (WebVTT, 4 and 6), own parser because the words of a testimony must come out
exactly.

What may not live here: rules about times (cues.py), the text inside a cue (cue_text.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.blocks import length, timed
from archive_app.exchange.cue_text import TIMESTAMP, tidy, timestamp_ms, voices
from archive_app.exchange.cues import FIELD, Cue, Parsed
from archive_app.exchange.encoding import decode
from archive_app.exchange.times import clock

_SIGNATURE = re.compile(r"WEBVTT(?=[ \t\n]|\Z)")
_TIMINGS = re.compile(rf"[\t\n\f\r ]*{TIMESTAMP}[\t\n\f\r ]*-->[\t\n\f\r ]*{TIMESTAMP}(.*)", re.DOTALL)
_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z0-9-]+)[ \t]*$", re.MULTILINE)
_SILENT = re.compile(r"(?:NOTE(?=[ \t\n]|\Z)|STYLE[ \t]*(?=\n|\Z)|REGION[ \t]*(?=\n|\Z))")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class RawCue:
    """A cue as the file has it: `text` with its tags, `settings` unread. An end may lie before its start; times in ms."""

    id: str
    start_ms: int
    end_ms: int
    settings: str
    text: str


@dataclass(frozen=True)
class RawFile:
    """A file as read: its header lines, its cues, and the lines (from 1) at which blocks with words could not be read."""

    header: str
    cues: tuple[RawCue, ...]
    unread: tuple[int, ...]


def parse(data: bytes) -> Parsed:
    """The cues of a WebVTT file; a cue of several voices becomes that many cues with the same times, the first of which keeps the
    id. Raises Invalid("transcripts", ...) for what is not UTF-8, not WebVTT, or holds no words."""
    file = read_file(decode(data, FIELD, zero_bytes=True))
    cues = tuple(cue for raw in file.cues for cue in _plain(raw))
    if not cues:
        raise Invalid(FIELD, "This WebVTT file holds no words with times that can be read.")
    warnings = tuple(f"Line {line}: a block of lines without readable times was left out." for line in file.unread)
    language = _LANGUAGE.search(file.header)
    return Parsed(cues, warnings, language.group(1) if language else "")


def read_file(text: str) -> RawFile:
    """The WebVTT parser algorithm (6.1). Raises Invalid("transcripts", ...) where the signature is missing."""
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    if _SIGNATURE.match(text) is None:
        raise Invalid(FIELD, "This is no WebVTT file: its first line must begin with the word WEBVTT.")
    lines = text.split("\n")
    position = 1
    header: list[str] = []
    while position < len(lines) and lines[position] and "-->" not in lines[position]:
        header.append(lines[position])
        position += 1
    cues: list[RawCue] = []
    unread: list[int] = []
    while position < len(lines):
        if not lines[position]:
            position += 1
            continue
        first = position
        cue, position = _block(lines, first)
        if cue is not None:
            cues.append(cue)
        elif not _SILENT.match("\n".join(lines[first:position])):
            unread.append(first + 1)
    return RawFile("\n".join(header), tuple(cues), tuple(unread))


def _block(lines: list[str], first: int) -> tuple[RawCue | None, int]:
    """Collect one block from line `first`: its cue, if it is one, and the line behind it."""
    arrow = next((at for at in (first, first + 1) if at < len(lines) and "-->" in lines[at]), None)
    start = first if arrow is None else arrow + 1
    behind = start
    while behind < len(lines) and lines[behind] and "-->" not in lines[behind]:
        behind += 1
    found = _TIMINGS.fullmatch(lines[arrow]) if arrow is not None else None
    if found is None or arrow is None:
        return None, behind
    begin, end = timestamp_ms(*found.group(1, 2, 3, 4)), timestamp_ms(*found.group(5, 6, 7, 8))
    if begin is None or end is None:
        return None, behind
    name = lines[first] if arrow > first else ""
    return RawCue(name, begin, end, found.group(9).strip(), "\n".join(lines[start:behind])), behind


def _plain(raw: RawCue) -> list[Cue]:
    runs = voices(raw.text)
    return [Cue(raw.start_ms, raw.end_ms, words, speaker, "" if place else raw.id) for place, (speaker, words) in enumerate(runs)]


def write(transcript: readings.Transcript, withheld: Callable[[int | None], str], citation: str = "") -> str:
    """A WebVTT file of what this viewer may read: `citation` in a NOTE, voices as spans, a run of withheld words as one cue with
    the sentence `withheld(length in ms, or None)`. Raises Invalid("format", ...) where nothing has times."""
    head = "WEBVTT" + (f"\nLanguage: {transcript.head.language}" if transcript.head.language else "")
    parts = [head]
    if citation:
        parts.append("NOTE\n" + tidy(citation).replace("-->", "--\u203a"))
    for block, start_ms, end_ms in timed(transcript, "vtt"):
        timing = f"{clock(start_ms)} --> {clock(end_ms)}"
        if isinstance(block, readings.Withheld):
            parts.append(f"{timing}\n{tidy(withheld(length(block))).translate(_ESCAPES)}")
        else:
            name = f"{block.cue}\n" if _may_be_id(block.cue) else ""
            parts.append(f"{name}{timing}\n{_payload(block, transcript.head.language)}")
    return "\n\n".join(parts) + "\n"


def _may_be_id(name: str) -> bool:
    return bool(name.strip()) and "\n" not in name and "\r" not in name and "-->" not in name and not _SILENT.match(name)


def _payload(segment: readings.Segment, language: str) -> str:
    words = tidy(segment.text).translate(_ESCAPES)
    if segment.language and segment.language != language:
        words = f"<lang {segment.language}>{words}</lang>"
    speaker = tidy(segment.speaker).translate(_ESCAPES)
    return f"<v {speaker}>{words}</v>" if speaker else words
