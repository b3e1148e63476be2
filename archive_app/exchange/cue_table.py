"""Transcripts as tables (.csv): RFC 4180, several layouts, times as clocks, seconds or milliseconds.

Words are never altered on the way out: no apostrophe is put before a cell that begins with = + - or @ (a spreadsheet may take it
for a formula), because what was said must come back as it was said. Import such a file into a spreadsheet as text.
What may not live here: rules about times (cues.py).
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator, Mapping

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.blocks import length
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import FIELD, Cue, Parsed
from archive_app.exchange.encoding import decode
from archive_app.exchange.times import clock, read_clock, read_seconds

OURS = ("number", "start", "end", "speaker", "text")
"""The layout that we write. In it alone an empty speaker means nobody and `&amp;` means just that."""

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "start",
            "start_time",
            "starttime",
            "start_ms",
            "in",
            "time_in",
            "begin",
            "from",
            "time",
            "timecode",
            "time_code",
            "timestamp",
            "tc",
        ),
        "start",
    ),
    **dict.fromkeys(("end", "end_time", "endtime", "end_ms", "out", "time_out", "to", "stop"), "end"),
    **dict.fromkeys(("speaker", "speaker_name", "speakers", "name", "voice", "who"), "speaker"),
    **dict.fromkeys(
        ("text", "transcript", "transcription", "words", "content", "utterance", "line", "dialogue", "caption", "segment_text"),
        "text",
    ),
    **dict.fromkeys(("id", "cue", "cue_id", "segment", "segment_id", "number", "no", "n", "index"), "id"),
}
"""Column names as they are found in the wild, in small letters with `_` between words, and what each means."""


def parse(data: bytes) -> Parsed:
    """The cues of a table with a `text` column and, where there are any, times and speakers. An empty speaker is the one before.
    Raises Invalid("transcripts", ...) for a table that cannot be read, naming the line."""
    text = decode(data, FIELD)
    rows = _rows(text)
    _, header = next(rows, (1, []))
    meanings = [_meaning(name) for name in header]
    if "text" not in meanings:
        raise Invalid(
            FIELD,
            "The first line must name the columns, one of them `text`; understood are start, end, speaker, text, id "
            "and common other words for them.",
        )
    doubled = next((meaning for meaning in meanings if meaning and meanings.count(meaning) > 1), None)
    if doubled:
        raise Invalid(FIELD, f"Two columns both mean {doubled!r}: keep one.")
    ours = tuple(name.strip() for name in header) == OURS
    cues: list[Cue] = []
    for line, row in rows:
        if len(row) != len(header):
            raise Invalid(FIELD, f"Line {line} has {len(row)} cells, the first line {len(header)}.")
        cells = dict(zip(meanings, row, strict=True))
        cue = _cue(cells, dict(zip(meanings, header, strict=True)), line, ours)
        if not cue.speaker and not ours and "speaker" in cells and cues:
            cue = Cue(cue.start_ms, cue.end_ms, cue.text, cues[-1].speaker, cue.id)
        if cue.text:
            cues.append(cue)
    if not cues:
        raise Invalid(FIELD, "This table holds no words.")
    left_out = [name for name, meaning in zip(header, meanings, strict=True) if not meaning and name.strip()]
    return Parsed(tuple(cues), (f"Columns that mean nothing here were left out: {', '.join(left_out)}.",) if left_out else ())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line of the file on which it begins, cells) of each row that is not blank."""
    first_line = text.partition("\n")[0]
    separator = max(",;\t", key=lambda mark: sum(bool(_meaning(name.strip('"'))) for name in first_line.split(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        raise Invalid(FIELD, f"The row that begins on line {line} is no row of a table: {problem}.") from None


def _meaning(name: str) -> str:
    return SYNONYMS.get(re.sub(r"\W+", "_", name.strip().lower()).strip("_"), "")


def _cue(cells: Mapping[str, str], header: Mapping[str, str], line: int, ours: bool) -> Cue:
    start_ms, end_ms = (_time(cells.get(part, ""), header.get(part, ""), line) for part in ("start", "end"))
    text, speaker = tidy(cells["text"]), tidy(cells.get("speaker", "")).removesuffix(":")
    if not ours:
        text, speaker = html.unescape(text), html.unescape(speaker)
    return Cue(start_ms, end_ms if start_ms is not None else None, text, speaker, cells.get("id", "").strip())


def _time(cell: str, column: str, line: int) -> int | None:
    text = cell.strip().removeprefix("[").removesuffix("]").strip()
    if not text:
        return None
    if column.strip().lower().endswith("_ms"):
        time_ms = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None
    else:
        time_ms = read_clock(text)
        time_ms = read_seconds(text) if time_ms is None else time_ms
    if time_ms is None:
        raise Invalid(FIELD, f"Line {line}: {cell[:40]!r} is no time. Write 00:01:02.500, or seconds.")
    return time_ms


def write(transcript: readings.Transcript, withheld: Callable[[int | None], str]) -> str:
    """RFC 4180 with the columns of OURS: `number` counts what this viewer may read, from 1; no time = empty; a run of withheld
    words is one row without a speaker, with the sentence `withheld(length in ms, or None)`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(OURS)
    for number, block in enumerate(transcript.blocks, 1):
        times = ["" if time_ms is None else clock(time_ms) for time_ms in (block.start_ms, block.end_ms)]
        if isinstance(block, readings.Withheld):
            writer.writerow([number, *times, "", tidy(withheld(length(block)))])
        else:
            writer.writerow([number, *times, block.speaker, tidy(block.text)])
    return out.getvalue()
