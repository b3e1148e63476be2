from __future__ import annotations

import pytest

from archive_app.exchange.columns import Column, header, obvious, read_span, read_time

START, END, SPEAKER, TEXT, ID = (Column(meaning) for meaning in ("start", "end", "speaker", "text", "id"))


@pytest.mark.parametrize(
    ("text", "unit", "time_ms"),
    [
        ("0:00:00", "", 0), ("[00:01:02.5]", "", 62_500), ("(01:02)", "", 62_000), ("0:1:2", "", 62_000), ("00:01:02:29", "", 62_000),
        ("00;01;02;29", "", 62_000), ("62.25", "", 62_250), ("62,25", "s", 62_250), ("62250", "ms", 62_250), ("62250.0", "ms", 62_250),
        ("62250.5", "ms", None), ("0:60:00", "", None), ("00:01:99:01", "", None), ("[00:01", "", None), ("", "", None), ("1;2", "", None),
        ("\u0661", "", None), ("-1", "", None), ("1e3", "", None), ("00:01;02:03", "", None),
    ],
)
def test_times_in_cells(text: str, unit: str, time_ms: int | None) -> None:
    assert read_time(text, unit) == time_ms


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0:01", (1000, None)), ("0:01 - 0:02", (1000, 2000)), ("00:00:01,5 --> 00:00:02,5", (1500, 2500)), ("[0:01\u20130:02]", (1000, 2000)),
        ("1.5 to 2.5", (1500, 2500)), ("0:01 -", None), ("1992-02-26", None), ("one to two", None), ("", None),
    ],
)
def test_spans_in_cells(text: str, span: tuple[int, int | None] | None) -> None:
    assert read_span(text) == span


def test_a_line_of_names_names_words_and_holds_no_time() -> None:
    assert header(["Number", "Start (ms)", "Out", "Voice", "Utterance", "Mood"]) == (
        ID, Column("start", "ms"), END, SPEAKER, TEXT, Column(""))
    assert header(["Start", "End"]) is None and header(["0:01", "Text"]) is None and header([]) is None


@pytest.mark.parametrize("name", ["", "in milliseconds", "ms", "duration", "start end", "end of tape", "date", "texts of others", "(s)", "in in"])
def test_other_names_mean_nothing(name: str) -> None:
    assert header([name, "Text"]) == (Column(""), TEXT)


def test_columns_without_names() -> None:
    assert obvious([["1", "0:01", "0:02", "Ana", "one"], ["2", "0:02", "", "", "two"]]) == (ID, START, END, SPEAKER, TEXT)
    assert obvious([["0:01", "one"]]) == (START, TEXT)
    assert obvious([["Ana", "one"], ["Bel", "two"], ["Ana", "three"], ["Bel", "four"]]) == (SPEAKER, TEXT)


@pytest.mark.parametrize(
    "rows",
    [
        [], [[]], [["one"]], [["0:01"]], [["0:01", "0:02"]], [["0:01", ""]], [["0:01", "0:02", "0:03", "one"]], [["1", "one"]], [["5", "7", "one"]],
        [["Ana", "one"], ["Bel", "two"]], [["0:01", "so we left", "one"]], [["0:01", "Ana", "Bel", "one"]], [["", "one"], ["0:02", "two"]],
        [["one", "0:01"]],
    ],
)
def test_where_there_is_doubt_nothing_is_taken(rows: list[list[str]]) -> None:
    assert obvious(rows) is None
