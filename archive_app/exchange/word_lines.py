"""The lines of a Word document, and what its tables say of them: rows of times, speakers and words, or mere layout.

What may not live here: time-codes and names among the words (word.py), what columns are called (columns.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive_app.exchange.columns import END, SPEAKER, START, TEXT, Column, header, obvious, read_span
from archive_app.exchange.word_body import Cell, Paragraph, Piece, Table

PREFORMATTED = frozenset(("plain text", "preformatted text", "html preformatted"))
"""Styles of texts that came with a line end behind every line."""
LONGEST_LINE = 100


@dataclass(frozen=True)
class Draft:
    """A line with what is bold in it; whether a paragraph `begins` with it; what columns say: times in ms, the speaker."""

    pieces: tuple[Piece, ...]
    begins: bool
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""

    @property
    def words(self) -> str:
        return "".join(words for words, _ in self.pieces).strip()


def drafts(blocks: Sequence[Paragraph | Table], strange: list[str]) -> Iterator[Draft]:
    """The lines of a document that hold words, in order; names of columns that mean nothing are added to `strange`.

    A table whose columns can be told is read by them, any other row by row, as paragraphs: no word is lost.
    """
    cut = _cut_into_lines(blocks)
    goes_on = False
    for block in blocks:
        if isinstance(block, Table):
            yield from _table(block, strange)
            goes_on = False
            continue
        lines = _lines(block)
        is_line = cut and _preformatted(block)
        if goes_on and is_line and lines:
            lines[0] = replace(lines[0], begins=False)
        goes_on = is_line and bool(lines)
        yield from lines


def _lines(paragraph: Paragraph) -> list[Draft]:
    lines = [line for line in paragraph.lines if Draft(line, True).words]
    return [Draft(line, not place) for place, line in enumerate(lines)]


def _preformatted(block: Paragraph | Table) -> bool:
    return isinstance(block, Paragraph) and block.style.lower() in PREFORMATTED


def _cut_into_lines(blocks: Sequence[Paragraph | Table]) -> bool:
    """Whether paragraphs in a style for lines are lines indeed: short ones, with empty ones between them."""
    lines = [block for block in blocks if isinstance(block, Paragraph) and _preformatted(block)]
    lengths = [sum(len(line.words) for line in _lines(block)) for block in lines]
    return 0 < max(lengths, default=0) <= LONGEST_LINE and 0 in lengths


def _table(table: Table, strange: list[str]) -> Iterator[Draft]:
    width = Counter(len(row) for row in table.rows).most_common(1)[0][0] if table.rows else 0
    cells = [[_said(cell) for cell in row] for row in table.rows if len(row) == width]
    names = header(cells[0]) if cells and len(table.rows[0]) == width else None
    columns = names or obvious(cells)
    if columns and max(Counter(column.meaning for column in columns if column.meaning).values()) > 1:
        names = columns = None  # two columns of words, say: neither may be lost
    if names:
        strange.extend(name for name, column in zip(cells[0], names, strict=True) if name and not column.meaning)
    speaker = ""
    for row in table.rows[1 if names else 0 :]:
        known = _row(row, columns, speaker) if columns and len(row) == width else None
        yield from _loose_row(row) if known is None else known[1]
        speaker = speaker if known is None else known[0]


def _said(cell: Cell) -> str:
    return " ".join(line.words for paragraph in cell for line in _lines(paragraph))


def _row(row: Sequence[Cell], columns: Sequence[Column], before: str) -> tuple[str, list[Draft]] | None:
    """(speaker, lines) of a row, an empty speaker being the one `before`; None where a time is none."""
    cells = {column.meaning: cell for column, cell in zip(columns, row, strict=True)}
    units = {column.meaning: column.unit for column in columns}
    times: list[int | None] = [None, None]
    for place, meaning in enumerate((START, END)):
        if said := _said(cells.get(meaning, ())):
            span = read_span(said, units[meaning])
            if span is None:
                return None
            times[place:] = span[: 2 - place]
    start_ms, end_ms = times[0], times[1] if times[0] is not None else None
    speaker = _said(cells.get(SPEAKER, ())).removesuffix(":").strip() or before
    lines = [line for paragraph in cells[TEXT] for line in _lines(paragraph)]
    return speaker, [replace(line, start_ms=start_ms, end_ms=end_ms, speaker=speaker) if line.begins else line for line in lines]


def _loose_row(row: Sequence[Cell]) -> Iterator[Draft]:
    """A row as a paragraph: its cells one behind the other, further lines of the last one as they are."""
    ahead = tuple(piece for cell in row[:-1] for paragraph in cell for line in _lines(paragraph) for piece in (*line.pieces, (" ", False)))
    lines = [line for paragraph in (row[-1] if row else ()) for line in _lines(paragraph)] or [Draft((), True)]
    yield replace(lines[0], pieces=(*ahead, *lines[0].pieces))
    yield from lines[1:]
