"""Which column of a table is which, by its name or by what its cells hold; and the times in such cells.

For tables in files (.csv) and inside documents alike. What may not live here: any format, rules about the times of cues (cues.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archive_app.exchange.speakers import labels, split_label
from archive_app.exchange.times import read_clock, read_seconds

START, END, SPEAKER, TEXT, ID = "start", "end", "speaker", "text", "id"


class Column(NamedTuple):
    """What a column means ('' = nothing here); `unit` of plain numbers in a column of times: `ms`, `s` or '' (not said)."""

    meaning: str
    unit: str = ""


_STARTS = frozenset(("start", "starts", "begin", "begins", "beginning", "in", "from", "onset"))
_ENDS = frozenset(("end", "ends", "stop", "finish", "out", "to"))
_CLOCKS = frozenset(("time", "times", "timecode", "timestamp", "code", "stamp", "tc", "point"))
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("speaker", "speakers", "speaker name", "speaker label", "speaker id", "name", "voice", "who", "participant"), SPEAKER),
    **dict.fromkeys(
        ("text", "transcript", "transcription", "words", "content", "utterance", "line", "dialogue", "caption", "subtitle", "sentence",
         "speech", "spoken words", "segment text", "transcript text", "caption text"), TEXT),
    **dict.fromkeys(("id", "cue", "cue id", "segment", "segment id", "number", "no", "n", "index"), ID),
}
"""Names of columns as systems spell them, in small letters with one blank between words, and what each means."""

_UNIT = re.compile(r"(?:\bin )?\b(?:(ms|msecs?|millis|milliseconds?)|(s|secs?|seconds)|h{1,2} m{1,2} s{1,2}(?: \w+)?|hms|m{1,2} s{1,2})\Z")


def named(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns that a line of names speaks of."""
    return tuple(_column(name) for name in names)


def header(cells: Sequence[str]) -> tuple[Column, ...] | None:
    """The columns that a first row names, one of them words; None where it names none, or holds a time and so is no line of names."""
    columns = named(cells)
    if TEXT in (column.meaning for column in columns) and not any(read_span(cell) for cell in cells):
        return columns
    return None


def _column(name: str) -> Column:
    apart = re.sub(r"(?<=[a-z])(?=(?:Time|Ms|Id|Name)\b|Time[A-Z])", " ", name.strip())
    plain = " ".join(re.findall(r"\w+", apart.replace("_", " ").lower()))
    if plain in _WORDS:
        return Column(_WORDS[plain])
    plain = re.sub(r"\b(start|end)(time|timecode|timestamp)\b", r"\1 \2", plain)
    unit = _UNIT.search(plain)
    said = "" if unit is None else "ms" if unit.group(1) else "s" if unit.group(2) else ""
    words = (plain if unit is None else plain[: unit.start()]).split()
    bare = [word for word in words if word not in _CLOCKS]
    if len(bare) == 1 and bare[0] in _STARTS or words and not bare:
        return Column(START, said)
    return Column(END, said) if len(bare) == 1 and bare[0] in _ENDS else Column("")


def obvious(rows: Sequence[Sequence[str]]) -> tuple[Column, ...] | None:
    """The columns of rows of one width that have no line of names, where their cells leave no doubt; None where they do.

    Taken are: clocks or decimal seconds, one column or two; a count of the rows ahead of everything; names ahead of words, where
    there are times or the names alternate as those of a talk do; and words, last.
    """
    columns = [[row[at].strip() for row in rows] for at in range(len(rows[0]))] if rows else []
    found: list[Column] = []
    if columns and _counts(columns[0]):
        found.append(Column(ID))
    while len(found) < len(columns) and _all_times(columns[len(found)]):
        found.append(Column(END if found and found[-1].meaning == START else START))
    times = [column.meaning for column in found if column.meaning != ID]
    left = columns[len(found) :]
    if times not in ([], [START], [START, END]) or not left or not any(left[-1]):
        return None
    if len(left) == 1 and times:
        return (*found, Column(TEXT))
    if len(left) == 2 and (_may_be_names(left[0]) if times else _alternate(left[0])):
        return (*found, Column(SPEAKER), Column(TEXT))
    return None


def _counts(cells: Sequence[str]) -> bool:
    return any(list(cells) == [str(first + at) for at in range(len(cells))] for first in (0, 1))


def _all_times(cells: Sequence[str]) -> bool:
    """Whether there are times and nothing else, the first at once; a whole number may be anything."""
    return bool(cells[0]) and all(not cell or not cell.isdigit() and read_span(cell) is not None for cell in cells)


def _may_be_names(cells: Sequence[str]) -> bool:
    names = [cell.removesuffix(":") for cell in cells if cell]
    return bool(names) and bool(cells[0]) and all(split_label(f"{name}: -", frozenset((name,)))[0] == name for name in names)


def _alternate(cells: Sequence[str]) -> bool:
    names = [cell.removesuffix(":") for cell in cells if cell]
    return bool(names) and set(names) <= labels([f"{name}: -" for name in names])


_H, _M = r"[0-9]{1,4}", r"[0-9]{1,2}"
_FRAMES = re.compile(rf"({_H})([:;])({_M})\2({_M})[:;][0-9]{{2,3}}", re.ASCII)
_LOOSE = re.compile(rf"({_H}):({_M}):({_M})((?:[.,][0-9]{{1,9}})?)", re.ASCII)
_SPAN = re.compile(r"(.*[0-9])\s*(?:-{1,2}>|\s-|[\u2013\u2014]|\sto\s)\s*([0-9].*)", re.DOTALL)
_MILLISECONDS = re.compile(r"([0-9]{1,12})(?:\.0+)?", re.ASCII)


def read_time(text: str, unit: str = "") -> int | None:
    """Milliseconds of the time in a cell: `1:02:03.5`, `[02:03]`, `0:2:3`, `01:02:03:24` and `01:02:03;24` (frames, which are cut
    off: how many make a second is not said), a number of seconds, or of milliseconds where `unit` is `ms`; None for anything
    else."""
    text = _bare(text)
    if unit == "ms":
        number = _MILLISECONDS.fullmatch(text)
        return int(number.group(1)) if number else None
    frames = _FRAMES.fullmatch(text)
    if frames:
        return _clock(frames.group(1), frames.group(3), frames.group(4))
    loose = _LOOSE.fullmatch(text)
    if loose:
        return _clock(*loose.groups())
    time_ms = read_clock(text)
    return read_seconds(text) if time_ms is None else time_ms


def read_span(text: str, unit: str = "") -> tuple[int, int | None] | None:
    """(start, end) of a cell that holds a time or two with a dash, an arrow or `to` between them; None for anything else."""
    start_ms = read_time(text, unit)
    if start_ms is not None:
        return start_ms, None
    parts = _SPAN.fullmatch(_bare(text))
    start_ms, end_ms = (read_time(part, unit) for part in parts.groups()) if parts else (None, None)
    return None if start_ms is None or end_ms is None else (start_ms, end_ms)


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if (text[:1], text[-1:]) in (("[", "]"), ("(", ")")) else text


def _clock(hours: str, minutes: str, seconds: str, rest: str = "") -> int | None:
    return read_clock(f"{hours}:{int(minutes):02}:{int(seconds):02}{rest}")
