"""The tables an archive is imported from: RFC 4180, UTF-8, the columns of each, lists in cells.

In a cell `;` separates the items of a list and `|` the parts of an item; `\\;` and `\\|` are those two characters themselves.
What may not live here: what the cells mean (manifest.py and its like).
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive_app.access.terms import LAYERS
from archive_app.errors import Invalid
from archive_app.exchange.encoding import decode

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "manifest": (
        "identifier",
        "collection",
        "title",
        "abstract",
        "keywords",
        "languages",
        "date",
        "place",
        "narrators",
        "interviewers",
        "narrator_role",
        "transcripts",
        "media",
        "access",
        *(f"access_{layer}" for layer in LAYERS),
        "opens",
        "closes",
        "naming",
        "pseudonym",
        "consent_file",
        "consent_note",
        "consent_date",
        "consent_language",
        "publish",
        "restrictions",
        "guarded",
        "seen",
    ),
    "collections": ("identifier", "names", "description", "access", "sensitive", "two_person"),
    "people": ("identifier", "names", "born", "died", "access", "note"),
    "places": ("identifier", "names", "latitude", "longitude", "within", "access"),
    "events": ("identifier", "names", "date", "places", "access"),
    "sources": ("identifier", "title", "author", "publisher", "date", "kind", "language", "url", "file", "access"),
    "statements": (
        "identifier",
        "source",
        "locator",
        "event",
        "about",
        "asserts",
        "value_min",
        "value_max",
        "unit",
        "wording",
        "says",
        "note",
        "access",
    ),
}
"""The columns of each table, in the order in which problems are told."""


@dataclass(frozen=True)
class TableRow:
    """One row: `number` from 1 without the header, `line` of the file (from 1) on which it begins; `problem` where it cannot be
    read (`values` is empty then)."""

    number: int
    line: int
    values: Mapping[str, str]
    problem: Invalid | None = None


@dataclass(frozen=True)
class Table:
    """`kind` is a key of COLUMNS; blank rows are left out but counted."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(path_name: str, data: bytes) -> Table:
    """A table by its file's name (`people.csv`), or by its columns where the name says nothing. Every row has all columns of
    its kind, '' where the file lacks one. Raises Invalid("table" or the column's name, ...) where no row can be trusted."""
    rows = _rows(decode(data, "table"))
    header = next(rows, None)
    if header is None or header.problem is not None or not header.cells:
        reason = (
            header.problem.reason if header and header.problem else "This table is empty: its first line must name the columns."
        )
        raise Invalid("table", reason)
    columns = tuple(cell.strip() for cell in header.cells)
    while len(columns) > 1 and not columns[-1]:
        columns = columns[:-1]
    kind = _kind(path_name, columns)
    _check_columns(kind, columns)
    return Table(
        kind,
        columns,
        tuple(
            _row(number, raw, columns, len(header.cells), COLUMNS[kind])
            for number, raw in enumerate(rows, 1)
            if raw.problem or any(cell.strip() for cell in raw.cells)
        ),
    )


@dataclass(frozen=True)
class _Raw:
    line: int
    cells: list[str]
    problem: Invalid | None = None


def _rows(text: str) -> Iterator[_Raw]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield _Raw(line, next(reader))
        except StopIteration:
            return
        except csv.Error as problem:
            what = "a quotation mark is opened and never closed" if "end of data" in str(problem) else str(problem)
            yield _Raw(line, [], Invalid("table", f"The row that begins on line {line} cannot be read: {what}."))


def _kind(path_name: str, columns: tuple[str, ...]) -> str:
    stem = PurePosixPath(path_name.replace("\\", "/")).stem.lower()
    if stem in COLUMNS:
        return stem
    return max(COLUMNS, key=lambda kind: len(set(columns) & set(COLUMNS[kind])))


def _check_columns(kind: str, columns: tuple[str, ...]) -> None:
    known = COLUMNS[kind]
    for place, column in enumerate(columns):
        if column not in known:
            near = difflib.get_close_matches(column.lower(), known, 1)
            hint = f" Is {near[0]!r} meant?" if near else ""
            raise Invalid(
                column or "table", f"Column {place + 1} is called {column[:60]!r}, which a table of {kind} does not have.{hint}"
            )
        if column in columns[:place]:
            raise Invalid(column, f"The column {column!r} is there twice (columns {columns.index(column) + 1} and {place + 1}).")
    if "identifier" not in columns and kind != "manifest":
        raise Invalid("identifier", f"A table of {kind} needs a column called 'identifier'.")


def _row(number: int, raw: _Raw, columns: tuple[str, ...], width: int, known: tuple[str, ...]) -> TableRow:
    if raw.problem:
        return TableRow(number, raw.line, {}, raw.problem)
    if len(raw.cells) != width:
        problem = Invalid(
            "table",
            f"Line {raw.line} has {len(raw.cells)} cells, but the first line names {width} columns. "
            "A comma inside a cell needs quotation marks around the cell.",
        )
        return TableRow(number, raw.line, {}, problem)
    if any(cell.strip() for cell in raw.cells[len(columns) :]):
        return TableRow(number, raw.line, {}, Invalid("table", f"Line {raw.line} has words in a column without a name."))
    return TableRow(number, raw.line, {**dict.fromkeys(known, ""), **dict(zip(columns, raw.cells, strict=False))})


_ITEM_END = re.compile(r"(?<!\\);")
_PART_END = re.compile(r"(?<!\\)\|")
_NAMED = re.compile(r"(.*\S)\s*\[([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\]", re.DOTALL)


def split_list(text: str) -> list[str]:
    """The items of `a;b`, trimmed, without empty ones; `\\;` becomes `;`, and `\\|` stays for `split_parts` or `literal`."""
    items = (item.replace("\\;", ";").strip() for item in _ITEM_END.split(text))
    return [item for item in items if item]


def joined(items: Iterable[str]) -> str:
    """A list as one cell, which `split_list` and `literal` read back: items without space around them."""
    escaped = (item.replace("|", "\\|").replace(";", "\\;") for item in items)
    return "; ".join(f"{item} " if item.endswith("\\") else item for item in escaped)


def named_text(name: str, tag: str) -> str:
    """`Name [az-Latn]`, as `named` reads it; a name that itself ends so is said to be of no known language."""
    return f"{name} [{tag or 'und'}]" if tag or named(name)[1] else name


def split_parts(text: str) -> list[str]:
    """The parts of `a|b`, trimmed, empty ones kept; `\\|` becomes `|`."""
    return [literal(part).strip() for part in _PART_END.split(text)]


def literal(text: str) -> str:
    """An item that has no parts: `\\|` is the character itself there too."""
    return text.replace("\\|", "|")


def named(text: str) -> tuple[str, str]:
    """(name, language tag) of `Name [az-Latn]`; the tag is '' where none is given, and is not checked here."""
    found = _NAMED.fullmatch(text.strip())
    return (found.group(1), found.group(2)) if found else (text.strip(), "")
