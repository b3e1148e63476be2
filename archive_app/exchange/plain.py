"""Plain text (.txt): paragraphs are segments. Speakers and time-codes are taken only where the text clearly uses them.

What may not live here: rules about times (cues.py), what counts as a speaker's name (speakers.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.blocks import length
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import FIELD, Cue, Parsed, marks_new_tape
from archive_app.exchange.encoding import decode
from archive_app.exchange.speakers import labels, split_label
from archive_app.exchange.times import clock_seconds, read_clock

_CODE = r"([0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?|[0-9]{1,2}:[0-9]{2})"
_TIME_CODE = re.compile(rf"(?:\[{_CODE}\]|\({_CODE}\))\s*")

Line = tuple[str, bool]
"""A line of words, and whether a paragraph begins with it."""


def parse(data: bytes) -> Parsed:
    """The paragraphs of a text, parted by blank lines; a line end inside one is a space.

    Time-codes such as `[00:12:03]` are taken where at least two lines begin with one; such a line begins a segment, and
    paragraphs without one lie under the code ahead of them, on the same tape. Where names are taken as speakers, each turn begins
    a segment. Raises Invalid("transcripts", ...) for what is not UTF-8 or holds no words.
    """
    lines = _lines(decode(data, FIELD))
    coded = sum(_code(line) is not None for line, _ in lines) > 1
    bare = [_TIME_CODE.sub("", line, count=1) if coded and _code(line) is not None else line for line, _ in lines]
    taken = labels(bare)
    segments: list[tuple[int | None, str, list[str]]] = []
    time_ms: int | None = None
    for (line, begins), words in zip(lines, bare, strict=True):
        code = _code(line) if coded else None
        time_ms = time_ms if code is None else code
        speaker, rest = split_label(words, taken)
        if marks_new_tape(words):
            time_ms = code  # what stands behind the mark is on another tape
        if begins or code is not None or speaker or not segments:
            segments.append((time_ms, speaker, []))
        if rest:
            segments[-1][2].append(rest)
    cues = _cues(segments)
    if not cues:
        raise Invalid(FIELD, "This text holds no words.")
    return Parsed(cues, ())


def _cues(segments: Sequence[tuple[int | None, str, list[str]]]) -> tuple[Cue, ...]:
    """The segments with words. A name or time-code that stands alone belongs to the paragraph behind it."""
    cues: list[Cue] = []
    waiting = ""
    for time_ms, speaker, parts in segments:
        if not parts:
            waiting = speaker or waiting
            continue
        words = " ".join(parts)
        cues.append(Cue(time_ms, None, words, speaker or ("" if marks_new_tape(words) else waiting)))
        waiting = ""
    return tuple(cues)


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    begins = True
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            lines.append((line, begins))
        begins = not line
    return lines


def _code(line: str) -> int | None:
    found = _TIME_CODE.match(line)
    return read_clock(found.group(1) or found.group(2)) if found else None


def write(transcript: readings.Transcript, withheld: Callable[[int | None], str], citation: str = "") -> str:
    """Text with a blank line between segments: `citation` first, `[hh:mm:ss]` where times are known, the speaker where it
    changes, and for a run of withheld words the sentence `withheld(length in ms, or None)` in square brackets."""
    parts = [tidy(citation)] if citation else []
    speaking = ""
    for block in transcript.blocks:
        code = "" if block.start_ms is None else f"[{clock_seconds(block.start_ms)}] "
        if isinstance(block, readings.Withheld):
            parts.append(f"{code}[{tidy(withheld(length(block)))}]")
            speaking = ""
        else:
            turn = f"{tidy(block.speaker)}: " if block.speaker and block.speaker != speaking else ""
            parts.append(code + turn + tidy(block.text))
            speaking = block.speaker
    return "\n\n".join(parts) + "\n"
