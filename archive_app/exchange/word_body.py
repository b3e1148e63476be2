"""The body of a Word document as paragraphs and tables of words: what people see in it, tracked changes taken as accepted.

What may not live here: which of the words are times or names (word.py), the package (word_package.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from archive_app.exchange.word_package import Package
from archive_app.exchange.word_styles import BOLD, HIDDEN, Styles, is_on, read_styles

Piece = tuple[str, bool]
"""Words, and whether they are bold. A tab is `\\t`."""


@dataclass(frozen=True)
class Paragraph:
    """The lines of a paragraph, each of pieces; `style` as it is called in every language."""

    lines: tuple[tuple[Piece, ...], ...]
    style: str = ""


Cell = tuple[Paragraph, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells; a table inside a cell is the cell's paragraphs."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Body:
    """`left_out` counts what is no words (`deletion comment note`), `hidden` and `text box`es, and what is doubtful (`struck`,
    `black`)."""

    blocks: tuple[Paragraph | Table, ...]
    left_out: Mapping[str, int]


def read_body(package: Package) -> Body:
    """The words of a document, in order."""
    reader = _Reader(package.w, read_styles(package.styles, package.w))
    body = package.document.find(f"{package.w}body")
    if body is not None:
        reader.walk(body)
    return Body(tuple(reader.blocks), reader.left_out)


_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOT_WORDS = {"del": "deletion", "moveFrom": "deletion", "drawing": "", "pict": "", "object": "", "instrText": "", "delText": "", "pPr": "",
              "rPr": "", "tblPr": "", "tblGrid": "", "tcPr": "", "trPr": "", "sdtPr": "", "sectPr": "", "rubyPr": "", "rt": "",
              "fallback": ""}
"""Elements that are passed over with all they hold, and what they are counted as."""
_COUNTED = {"commentReference": "comment", "footnoteReference": "note", "endnoteReference": "note"}
_LETTERS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}


@dataclass
class _Reader:
    """Where the walk stands. `tables` = how deep; `open` = lines of the paragraph that is not yet done; `bold` of the run."""

    w: str
    styles: Styles
    blocks: list[Paragraph | Table] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    cell: list[Paragraph] = field(default_factory=list)
    open: list[list[Piece]] = field(default_factory=list)
    style: str = ""
    bold: bool = False

    def walk(self, body: etree._Element) -> None:
        """Without recursion: a document may nest its elements deeper than Python's stack."""
        starts: Mapping[str, Callable[[etree._Element], bool]] = {
            "p": self._paragraph, "r": self._run, "t": self._text, "br": self._break, "cr": self._break, "sdt": self._control,
            "tbl": self._table, "tr": self._row, "tc": self._one_cell}
        ends: Mapping[str, Callable[[etree._Element], None]] = {
            "p": self._end_paragraph, "tbl": self._end_table, "tr": self._end_row, "tc": self._end_cell, "ruby": self._end_ruby}
        walk = etree.iterwalk(body, events=("start", "end"))
        for event, element in walk:
            name = self._name(element)
            if event == "end":
                ends.get(name, _nothing)(element)
            elif name in _NOT_WORDS or name in starts and not starts[name](element):
                self._count(name, element)
                walk.skip_subtree()
            elif name in _COUNTED:
                self.left_out[_COUNTED[name]] += 1
            elif name in _LETTERS:
                self._add(_LETTERS[name])
        self._close()

    def _name(self, element: etree._Element) -> str:
        """The local name of an element of words; `fallback` for the second of two ways to say the same."""
        tag = str(element.tag)
        if tag.startswith(self.w):
            return tag[len(self.w) :]
        return "fallback" if tag == f"{_MC}Fallback" else ""

    def _count(self, name: str, element: etree._Element) -> None:
        if _NOT_WORDS.get(name):
            self.left_out[_NOT_WORDS[name]] += 1
        elif name == "r":
            self.left_out["hidden"] += any(True for _ in element.iter(f"{self.w}t"))
        elif name in ("drawing", "pict", "object"):
            self.left_out["text box"] += any(str(each.text or "").strip() for each in element.iter(f"{self.w}t"))

    def _paragraph(self, element: etree._Element) -> bool:
        named = element.find(f"{self.w}pPr/{self.w}pStyle")
        self.style = "" if named is None else str(named.get(f"{self.w}val", ""))
        self.open = self.open or [[]]
        return True

    def _end_paragraph(self, element: etree._Element) -> None:
        mark = element.find(f"{self.w}pPr/{self.w}rPr")
        if mark is None or all(mark.find(f"{self.w}{name}") is None for name in ("del", "moveFrom")):
            self._close()  # otherwise its end was deleted: what follows belongs to it

    def _close(self) -> None:
        """Put the open paragraph where it belongs."""
        if self.open:
            made = Paragraph(tuple(tuple(line) for line in self.open), self.styles.name(self.style or self.styles.usual))
            (self.cell if self.tables else self.blocks).append(made)
        self.open = []

    def _run(self, element: etree._Element) -> bool:
        """Whether the run is seen."""
        properties = element.find(f"{self.w}rPr")
        if self.styles.on(properties, self.style, HIDDEN):
            return False
        self.bold = self.styles.on(properties, self.style, BOLD)
        if properties is not None:
            self.left_out["struck"] += any(_has(properties, f"{self.w}{name}", self.w) for name in ("strike", "dstrike"))
            self.left_out["black"] += self._blackened(properties)
        return True

    def _blackened(self, properties: etree._Element) -> bool:
        lit, shaded = properties.find(f"{self.w}highlight"), properties.find(f"{self.w}shd")
        return lit is not None and lit.get(f"{self.w}val") == "black" or shaded is not None and shaded.get(f"{self.w}fill") == "000000"

    def _text(self, element: etree._Element) -> bool:
        self._add(str(element.text or ""))
        return True

    def _add(self, words: str) -> None:
        if self.open:
            self.open[-1].append((words, self.bold))

    def _break(self, element: etree._Element) -> bool:
        if self.open:
            self.open.append([])
        return True

    def _end_ruby(self, element: etree._Element) -> None:
        """The reading of a ruby stands ahead of its base, and is read behind it, in brackets."""
        words = "".join(str(each.text or "") for each in element.iterfind(f"{self.w}rt//{self.w}t"))
        if words:
            self._add(f"({words})")

    def _control(self, element: etree._Element) -> bool:
        """Whether a control holds words, not only the invitation to write some."""
        return element.find(f"{self.w}sdtPr/{self.w}showingPlcHdr") is None

    def _table(self, element: etree._Element) -> bool:
        self._close()
        self.tables += 1
        return True

    def _end_table(self, element: etree._Element) -> None:
        self._close()
        if self.tables == 1:
            self._end_row(element)
            self.blocks.append(Table(tuple(self.rows)))
            self.rows = []
        self.tables -= 1

    def _row(self, element: etree._Element) -> bool:
        if element.find(f"{self.w}trPr/{self.w}del") is None:
            return True
        self.left_out["deletion"] += 1
        return False

    def _end_row(self, element: etree._Element) -> None:
        if self.tables == 1 and (self.cells or self.cell):
            self.rows.append((*self.cells, *([tuple(self.cell)] if self.cell else [])))
            self.cells, self.cell = [], []

    def _one_cell(self, element: etree._Element) -> bool:
        if element.find(f"{self.w}tcPr/{self.w}cellDel") is None:
            return True
        self.left_out["deletion"] += 1
        return False

    def _end_cell(self, element: etree._Element) -> None:
        self._close()
        if self.tables == 1:
            self.cells.append(tuple(self.cell))
            self.cell = []


def _nothing(element: etree._Element) -> None:
    return


def _has(properties: etree._Element | None, name: str, w: str) -> bool:
    found = None if properties is None else properties.find(name)
    return found is not None and is_on(found, w)
