"""SubRip (.srt): a format without a standard, read as it is found in the wild, written as every player reads it.

Read: a byte order mark, any line ends, settings behind the times, numbers missing or wrong, blank lines missing, a comma or a
point before the milliseconds, the tags of players. What may not live here: rules about times (cues.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.blocks import length, timed
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import FIELD, Cue, Parsed
from archive_app.exchange.encoding import decode
from archive_app.exchange.speakers import labels, split_label
from archive_app.exchange.times import clock, read_clock

_TIME = r"([0-9]{1,9}:[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,9})?|[0-9]{1,2}:[0-9]{2}[.,][0-9]{1,9})"
_TIMINGS = re.compile(rf"\s*{_TIME}\s*-{{1,2}}>\s*{_TIME}(?![0-9])(.*)")
_NUMBER = re.compile(r"\s*([0-9]{1,9})\s*")
_TAGS = re.compile(r"</?(?:b|i|u|s|font|span|c|v)(?:[ .][^<>\n]*)?>|\{\\[^{}\n]*\}|\{/?[biusBIUS]\}", re.IGNORECASE)


def parse(data: bytes) -> Parsed:
    """The cues of a SubRip file; numbers become ids. Raises Invalid("transcripts", ...) for what is not UTF-8 or has no times."""
    lines = decode(data, FIELD).split("\n")
    timings = [(at, found) for at, line in enumerate(lines) if (found := _TIMINGS.fullmatch(line))]
    if not timings:
        raise Invalid(FIELD, "This SubRip file has no line of times such as 00:00:01,000 --> 00:00:04,000.")
    cues: list[Cue] = []
    warnings: list[str] = []
    numbers = [_number_line(lines, at) for at, _ in timings] + [len(lines)]
    if any(line.strip() for line in lines[: numbers[0]]):
        warnings.append("Line 1: words ahead of the first times were left out.")
    for place, (at, found) in enumerate(timings):
        start_ms, end_ms = read_clock(found.group(1)), read_clock(found.group(2))
        words = tidy(_TAGS.sub("", "\n".join(lines[at + 1 : numbers[place + 1]])))
        if start_ms is None or end_ms is None:
            raise Invalid(FIELD, f"Line {at + 1}: a time with more than 59 minutes or seconds.")
        if words:
            cues.append(Cue(start_ms, end_ms, words, id=lines[numbers[place]].strip() if numbers[place] < at else ""))
    if not cues:
        raise Invalid(FIELD, "This SubRip file holds no words.")
    return Parsed(_with_speakers(cues), tuple(warnings))


def _number_line(lines: list[str], at: int) -> int:
    """The line where the cue whose times stand at line `at` begins: its number's, where it has one."""
    return at - 1 if at and _NUMBER.fullmatch(lines[at - 1]) else at


def _with_speakers(cues: list[Cue]) -> tuple[Cue, ...]:
    taken = labels([cue.text for cue in cues])
    named = []
    for cue in cues:
        speaker, words = split_label(cue.text, taken)
        named.append(Cue(cue.start_ms, cue.end_ms, words, speaker, cue.id))
    return tuple(named)


def write(transcript: readings.Transcript, withheld: Callable[[int | None], str]) -> str:
    """A SubRip file of what this viewer may read, numbered from 1; `Name: ` stands where the speaker changes, a run of withheld
    words is one cue with the sentence `withheld(length in ms, or None)`. The format has no escapes and no place for a citation.
    Raises Invalid("format", ...) where nothing has times."""
    parts = []
    speaking = ""
    for number, (block, start_ms, end_ms) in enumerate(timed(transcript, "srt"), 1):
        if isinstance(block, readings.Withheld):
            words, speaking = tidy(withheld(length(block))), ""
        else:
            turn = block.speaker if block.speaker != speaking else ""
            words, speaking = (f"{tidy(turn)}: " if turn else "") + tidy(block.text), block.speaker
        parts.append(f"{number}\n{clock(start_ms, ',')} --> {clock(end_ms, ',')}\n{words}\n")
    return "\n".join(parts)
