"""Transcripts as tables (.csv): RFC 4180, several layouts, times as clocks, seconds or milliseconds.

Words are never altered on the way out: no apostrophe is put before a cell that begins with = + - or @ (a spreadsheet may take it
for a formula), because what was said must come back as it was said. Import such a file into a spreadsheet as text.
What may not live here: what columns are called (columns.py), rules about times (cues.py).
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.blocks import length
from archive_app.exchange.columns import END, ID, SPEAKER, START, TEXT, Column, header, named, obvious, read_span, read_time
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import FIELD, Cue, Parsed
from archive_app.exchange.encoding import decode
from archive_app.exchange.times import SECOND_MS, clock

OURS = ("number", "start", "end", "speaker", "text")
"""The layout that we write. In it alone an empty speaker means nobody and `&amp;` means just that."""

LONGEST_CUE, LONGEST_TALK = 500, 24 * 3600
"""The median length of cues and the last time of all, in whole numbers, from which those can only be milliseconds: as seconds they
would be eight minutes, and a day. Both are asked: a summary may have a line every ten minutes."""
FASTEST = 100
"""Letters a second: nobody speaks so fast."""

Row = tuple[int, list[str]]
"""The line of the file on which a row begins, from 1, and its cells."""


def parse(data: bytes) -> Parsed:
    """The cues of a table with a column of words and, where there are any, times and speakers.

    Columns are known by their names in the first line, or without names where their cells leave no doubt. An empty speaker is the
    one before. Raises Invalid("transcripts", ...) for a table that cannot be read, naming the line, or the columns found.
    """
    rows = list(_rows(decode(data, FIELD)))
    names, columns, body = _layout(rows)
    ours = tuple(name.strip() for name in names) == OURS
    cells = [_by_meaning(columns, row, line) for line, row in body]
    columns, warning = _in_milliseconds(columns, cells)
    cues: list[Cue] = []
    speaking = ""
    for (line, _), row in zip(body, cells, strict=True):
        cue = _cue(row, columns, line, speaking if not ours else "", ours)
        speaking = cue.speaker
        if cue.text:
            cues.append(cue)
    if not cues:
        raise Invalid(FIELD, "This table holds no words.")
    left_out = [name for name, column in zip(names, columns, strict=False) if not column.meaning and name.strip()]
    told = f"Columns that mean nothing here were left out: {', '.join(left_out)}." if left_out else ""
    return Parsed(tuple(cues), tuple(sentence for sentence in (told, warning) if sentence))


def _rows(text: str) -> Iterator[Row]:
    """Each row that is not blank."""
    first_line = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=lambda mark: _fit(first_line, mark)), strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        raise Invalid(FIELD, f"The row that begins on line {line} is no row of a table: {problem}.") from None


def _fit(first_line: str, separator: str) -> tuple[int, int]:
    """How well a separator parts the first line: names of columns and times that come out of it, then cells."""
    try:
        cells = next(csv.reader([first_line], delimiter=separator), [])
    except csv.Error:
        return 0, 0
    known = sum(bool(column.meaning) for column in named(cells)) or sum(read_span(cell) is not None for cell in cells)
    return known, len(cells)


def _layout(rows: Sequence[Row]) -> tuple[list[str], tuple[Column, ...], Sequence[Row]]:
    """(names, columns, the rows behind the names); no names where the table has none. Raises Invalid."""
    names = _without_empty_end(rows[0][1]) if rows else []
    columns = header(names)
    if columns is not None:
        meanings = [column.meaning for column in columns if column.meaning]
        doubled = next((meaning for meaning in meanings if meanings.count(meaning) > 1), None)
        if doubled:
            raise Invalid(FIELD, f"Two columns both mean {doubled!r}: keep one.")
        return names, columns, rows[1:]
    columns = obvious([row for _, row in rows]) if all(len(row) == len(names) for _, row in rows) else None
    if columns is None:
        raise Invalid(FIELD, "The first line must name the columns, one of them `text`; understood are start, end, speaker, text, id "
                             f"and common other words for them.{_found(names)}")
    return [], columns, rows


def _without_empty_end(cells: list[str]) -> list[str]:
    """Cells without the empty ones at the end, of which spreadsheets leave many."""
    return cells[: max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)]


def _found(names: Sequence[str]) -> str:
    """The names found, unless the line is no line of names but a first row: what was said is not repeated in a report."""
    if not any(names) or any(len(name) > 40 or read_span(name) is not None for name in names):
        return ""
    return f" Found are: {', '.join(name.strip() for name in names[:20] if name.strip())}."


def _by_meaning(columns: Sequence[Column], row: list[str], line: int) -> dict[str, str]:
    if len(row) < len(columns) or any(cell.strip() for cell in row[len(columns) :]):
        raise Invalid(FIELD, f"Line {line} has {len(row)} cells, the first line {len(columns)}.")
    return {column.meaning: cell for column, cell in zip(columns, row, strict=False)}


def _in_milliseconds(columns: tuple[Column, ...], rows: Sequence[dict[str, str]]) -> tuple[tuple[Column, ...], str]:
    """The columns with milliseconds for their unit, and a sentence about it, where whole numbers without a unit cannot be seconds:
    cues and the whole would be far too long, and in milliseconds nobody speaks too fast."""
    units = {column.meaning: column.unit for column in columns if column.meaning in (START, END)}
    numbers = {meaning: [whole for row in rows if (whole := read_time(row[meaning], "ms")) is not None] for meaning in units}
    if START not in units or any(units.values()) or any(len(found) < len(rows) for found in numbers.values()):
        return columns, ""
    starts = numbers[START]
    lengths = [end - start for start, end in zip(starts, numbers.get(END, starts[1:]), strict=False)]
    letters = sum(len(row[TEXT]) for row in rows)
    last = max((time for found in numbers.values() for time in found), default=0)
    if not lengths or median(lengths) < LONGEST_CUE or last < LONGEST_TALK or letters * SECOND_MS > FASTEST * sum(lengths):
        return columns, ""
    return (tuple(column._replace(unit="ms") if column.meaning in units else column for column in columns),
            "Times are whole numbers that can only be milliseconds, and were taken as such.")


def _cue(cells: dict[str, str], columns: Sequence[Column], line: int, speaking: str, ours: bool) -> Cue:
    units = {column.meaning: column.unit for column in columns}
    start_ms, until_ms = _time(cells.get(START, ""), units.get(START, ""), line, span=END not in units)
    end_ms, _ = _time(cells.get(END, ""), units.get(END, ""), line)
    end_ms = until_ms if end_ms is None else end_ms
    text, speaker = (tidy(cell if ours else html.unescape(cell)) for cell in (cells[TEXT], cells.get(SPEAKER, "")))
    speaker = speaker.removesuffix(":") or (speaking if SPEAKER in units else "")
    return Cue(start_ms, end_ms if start_ms is not None else None, text, speaker, cells.get(ID, "").strip())


def _time(cell: str, unit: str, line: int, span: bool = False) -> tuple[int | None, int | None]:
    """(start, end) of a cell, both None where it is empty; an end only from a cell that may hold a `span`. Raises Invalid."""
    if not cell.strip():
        return None, None
    start_ms = read_time(cell, unit)
    found = read_span(cell, unit) if span and start_ms is None else None
    if start_ms is None and found is None:
        raise Invalid(FIELD, f"Line {line}: {cell.strip()[:40]!r} is no time. Write 00:01:02.500, or seconds.")
    return found or (start_ms, None)


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
