"""No cell is a formula for a spreadsheet, and each is read back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.exchange.guarding import GUARDED, as_written, guard, guarded, table
from archive_app.exchange.manifest import read_row
from archive_app.exchange.table import read_table

MARKS = "=+-@＝＋－＠"
NASTY = ["=cmd|' /C calc'!A0", "+1", "-1-1", "@SUM(A1)", "＝1+1", "a;=1", "a; =1", "a,=1", "a\n=1", "'=1", "''=1", "a;'=1", "\t=1", "a|=1", "--", "a;;=1", "a;\"=1", " =1"]
words = st.text(alphabet=st.sampled_from(list("ab '\"=+-@;,|\n\t\r＝é—")), max_size=20)


def formulas(cell: str) -> list[str]:
    """The parts of a cell that some spreadsheet would calculate, whatever it parts cells by."""
    parts = [cell]
    for mark in ";,|\t\r\n":
        parts = [part for each in parts for part in each.split(mark)]
    return [part for part in parts if part.strip().lstrip('" \t').startswith(tuple(MARKS))]


@pytest.mark.parametrize("cell", NASTY)
def test_what_is_a_formula_is_not_one_any_more_and_comes_back(cell: str) -> None:
    row = guarded({"title": cell, "abstract": "plain"})
    assert not formulas(row["title"]) and as_written(row)["title"] == cell
    assert row[GUARDED] == ("" if row["title"] == cell else "title")


@given(words, words)
def test_every_row_comes_back(title: str, abstract: str) -> None:
    row = guarded({"title": title, "abstract": abstract})
    assert not formulas(row["title"]) and not formulas(row["abstract"])
    back = as_written(row)
    assert (back["title"], back["abstract"]) == (title, abstract)


def test_other_tables_are_not_touched() -> None:
    row = {"title": "'=1", "abstract": "'-x"}
    assert as_written(row) == row and as_written({**row, GUARDED: ""}) == {**row, GUARDED: ""}
    assert as_written({**row, GUARDED: "abstract"})["title"] == "'=1"


def test_a_manifest_with_guarded_cells_says_what_was_written() -> None:
    cells = {"identifier": "the-bell", "title": "=1+1", "keywords": "a;=b", "abstract": "x\n-y"}
    data = table([*cells, GUARDED], [guarded(cells)])
    assert b'"=' not in data
    said, problems = read_row(read_table("manifest.csv", data).rows[0].values)
    assert not problems and said is not None
    assert (said.title, said.keywords, said.abstract) == ("=1+1", ("a", "=b"), "x\n-y")


def test_every_cell_stands_in_quotation_marks() -> None:
    data = table(["a", "b"], [{"a": 'x"y', "b": "1\n2"}]).decode()
    assert data == '"a","b"\r\n"x""y","1\n2"\r\n' and list(csv.reader(io.StringIO(data, newline="")))[1] == ['x"y', "1\n2"]
    assert guard("plain") == "plain"
