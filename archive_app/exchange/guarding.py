"""Tables that a spreadsheet may open: cells that it would take for a formula are written so that it does not, and read back as they were.

A program that calculates takes what begins with one of FORMULA for a formula, at the start of a cell, and, where it parts cells by other
marks than the file does, after such a mark too. There one apostrophe is put before it, and the column `guarded` names the cells in which
that was done; reading takes one away there, and nowhere else: no other table is touched, nothing is altered. What may not live here:
what cells mean (manifest, table).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

GUARDED = "guarded"
FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_START = '((?:^|[;,|\\t\\r\\n])[\\s"]*)'
_OPEN = re.compile(f"{_START}(?='*[{FORMULA}])")
_SHUT = re.compile(f"{_START}'(?='*[{FORMULA}])")


def guard(text: str) -> str:
    """The text as a spreadsheet takes it for words."""
    return _OPEN.sub(r"\1'", text)


def guarded(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row, with the names of those that were changed under GUARDED."""
    cells = {column: guard(text) for column, text in row.items()}
    return {**cells, GUARDED: ";".join(column for column in row if cells[column] != row[column])}


def as_written(row: Mapping[str, str]) -> Mapping[str, str]:
    """The cells of a row as they were before `guarded`; a row without GUARDED is given back as it is."""
    named = {name.strip() for name in (row.get(GUARDED) or "").split(";")} - {""}
    return {column: _SHUT.sub(r"\1", text) if column in named else text for column, text in row.items()} if named else row


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as a CSV file (RFC 4180, UTF-8), every cell in quotation marks; cells are written as they are given."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue().encode()
