"""Plain text (.txt): paragraphs are segments. Speakers and time-codes are taken only where the text clearly uses them.

What may not live here: rules about times (cues.py), what counts as a speaker's name (speakers.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

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

Code = Callable[[str], tuple[int, str] | None]
"""The time-code with which a line begins, in ms, and the words behind it, which are the line's own end; None where it has none."""


class Line(NamedTuple):
    """`words` of one line, and whether a paragraph `begins` with it. Formats that know more than words say it: `marked` = the words
    with a name in bold between `**`; times in ms and the `speaker` from columns of their own."""

    words: str
    begins: bool
    marked: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""


def parse(data: bytes, timed: bool = True) -> Parsed:
    """The paragraphs of a text, parted by blank lines; a line end inside one is a space.

    Time-codes such as `[00:12:03]` are taken where at least two lines begin with one; such a line begins a segment, and
    paragraphs without one lie under the code ahead of them, on the same tape. Where names are taken as speakers, each turn begins
    a segment. Without `timed` time-codes are words. Raises Invalid("transcripts", ...) for what is not UTF-8 or holds no words.
    """
    cues = cues_of(_lines(decode(data, FIELD)), _code if timed else lambda line: None)
    if not cues:
        raise Invalid(FIELD, "This text holds no words.")
    return Parsed(cues, ())


def cues_of(lines: Sequence[Line], code: Code) -> tuple[Cue, ...]:
    """The segments of a text in lines, as `parse` says; `code` reads the time-codes of the format."""
    codes = [code(line.words) for line in lines]
    if sum(found is not None for found in codes) < 2:
        codes = [None] * len(lines)
    bare = [found[1] if found else line.words for line, found in zip(lines, codes, strict=True)]
    marked = [_behind(line.marked, code) if found else line.marked for line, found in zip(lines, codes, strict=True)]
    shown = [name or words for name, words in zip(marked, bare, strict=True)]
    taken = labels(shown)
    segments: list[tuple[int | None, int | None, str, list[str]]] = []
    time_ms: int | None = None
    for line, found, words, each in zip(lines, codes, bare, shown, strict=True):
        start_ms = found[0] if found else line.start_ms
        time_ms = time_ms if start_ms is None else start_ms
        speaker, rest = split_label(each, taken)
        if marks_new_tape(words):
            time_ms = start_ms  # what stands behind the mark is on another tape
        if line.begins or start_ms is not None or speaker or line.speaker or not segments:
            segments.append((time_ms, line.end_ms, speaker or line.speaker, []))
        if rest := rest if speaker else words:
            segments[-1][3].append(rest)
    return _cues(segments)


def _behind(words: str, code: Code) -> str:
    found = code(words)
    return found[1] if found else words


def _cues(segments: Sequence[tuple[int | None, int | None, str, list[str]]]) -> tuple[Cue, ...]:
    """The segments with words. A name or time-code that stands alone belongs to the paragraph behind it."""
    cues: list[Cue] = []
    waiting = ""
    for start_ms, end_ms, speaker, parts in segments:
        if not parts:
            waiting = speaker or waiting
            continue
        words = " ".join(parts)
        cues.append(Cue(start_ms, end_ms, words, speaker or ("" if marks_new_tape(words) else waiting)))
        waiting = ""
    return tuple(cues)


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    begins = True
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            lines.append(Line(line, begins))
        begins = not line
    return lines


def _code(line: str) -> tuple[int, str] | None:
    found = _TIME_CODE.match(line)
    time_ms = read_clock(found.group(1) or found.group(2)) if found else None
    return None if found is None or time_ms is None else (time_ms, line[found.end() :])


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
