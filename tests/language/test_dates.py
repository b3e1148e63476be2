"""Dates of what is told, as EDTF: what they may mean, and how they are said back."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.language import dates


def said(text: str, language: str = "en") -> str:
    return dates.render(dates.told(dates.parse(text), language), lambda message: message)


@pytest.mark.parametrize(
    ("text", "first", "last", "approximate", "uncertain", "words"),
    [
        ("1992-02-26", "1992-02-26", "1992-02-26", False, False, "26 February 1992"),
        ("1992~", "1992-01-01", "1992-12-31", True, False, "about 1992"),
        ("1992?", "1992-01-01", "1992-12-31", False, True, "perhaps 1992"),
        ("1992%", "1992-01-01", "1992-12-31", True, True, "perhaps about 1992"),
        ("199X", "1990-01-01", "1999-12-31", False, False, "the 1990s"),
        ("193X", "1930-01-01", "1939-12-31", False, False, "the 1930s"),
        ("199X~", "1990-01-01", "1999-12-31", True, False, "about the 1990s"),
        ("1991/1993", "1991-01-01", "1993-12-31", False, False, "1991 to 1993"),
        ("1988/2001-05", "1988-01-01", "2001-05-31", False, False, "1988 to May 2001"),
        ("1992~/1994", "1992-01-01", "1994-12-31", True, False, "about 1992 to 1994"),
        ("1993-05", "1993-05-01", "1993-05-31", False, False, "May 1993"),
        ("1992-02-XX", "1992-02-01", "1992-02-29", False, False, "February 1992"),
        ("1992-21", "1992-03-01", "1992-05-31", False, False, "spring 1992"),
        ("1992/..", "1992-01-01", "9999-12-31", False, False, "from 1992"),
        ("../1993", "0001-01-01", "1993-12-31", False, False, "until 1993"),
        ("[1991,1993]", "1991-01-01", "1993-12-31", False, False, "between 1991 and 1993"),
        ("156X-02-29", "1560-02-29", "1569-02-28", False, False, "between 29 February 1560 and 28 February 1569"),
        (" 1992 ", "1992-01-01", "1992-12-31", False, False, "1992"),
        ("1992S2", "1992-01-01", "1992-12-31", False, False, "1992"),
    ],
)
def test_dates(
    text: str, first: str, last: str, approximate: bool, uncertain: bool, words: str
) -> None:
    date = dates.parse(text)
    assert (date.first, date.last) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert (date.first_year, date.last_year) == (date.first.year, date.last.year)
    assert (date.approximate, date.uncertain) == (approximate, uncertain)
    assert said(text) == words
    assert date.text == text.strip()


@pytest.mark.parametrize(("text", "span"), [
    ("1992", (1992, 1992)), ("199X", (1990, 1999)), ("1991/1993", (1991, 1993)), ("{1667,1668}", (1667, 1668)), ("~1992", (1992, 1992)),
    ("1992/..", (1992, 1992)), ("1992/", (1992, 1992)), ("../1993-05", (1993, 1993)), ("/1993", (1993, 1993)),
    ("[..1760-12-03]", (1760, 1760)), ("[1760-12..]", (1760, 1760)),
])
def test_an_open_end_counts_as_the_known_one(text: str, span: tuple[int, int]) -> None:
    assert dates.years(dates.parse(text)) == span


def test_a_date_can_be_read_without_being_remembered() -> None:
    dates.parse.cache_clear()
    assert dates.read("1992/..") == dates.parse("1992/..")
    dates.read("1993")
    assert dates.parse.cache_info().currsize == 1


def test_the_library_does_not_print_what_it_cannot_read(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="not a date"):
        dates.read("../199X")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("spring of 92", "cannot be read|not a date that can be read"),
        ("1992-02-30", "not a date"),
        ("1992-13", "not a date"),
        ("26.02.1992", "not a date"),
        ("1993/1991", "ends before it begins"),
        ("XXXX", "names no year"),
        ("../..", "names no year"),
        ("", "names no year"),
        ("-0044", "outside the years"),
        ("Y17000", "outside the years"),
        ("1" * 500, "at the most"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        dates.parse(text)


@given(st.one_of(st.text(max_size=30), st.text("0123456789X-/~?%.[]{}, SYE", max_size=20)))
def test_anything_is_a_date_or_a_sentence(text: str) -> None:
    try:
        date = dates.parse(text)
    except ValueError as error:
        assert str(error).strip().endswith((".", ")."))
        return
    assert date.first <= date.last
    assert said(text)


def test_months_are_those_of_the_interface_language() -> None:
    assert said("1992-02-26", "az") == "26 fevral 1992"
    assert said("1992-02-26", "ru").startswith("26 февраля 1992")
    assert said("1993-05", "hy") == "1993 թ․ մայիս"


def test_the_other_words_are_the_callers() -> None:
    german = {"about %(date)s": "um %(date)s", "the %(year)ss": "die %(year)ser Jahre"}
    told = dates.told(dates.parse("199X~"), "de")
    assert dates.render(told, lambda message: german.get(message, message)) == "um die 1990er Jahre"


def test_every_pattern_can_be_filled_by_its_own_names() -> None:
    names = {"date", "year", "first", "last"}
    for pattern in dates.PATTERNS.values():
        assert set(re.findall(r"%\((\w+)\)s", pattern)) <= names


def test_the_library_is_imported_when_first_used_and_without_a_warning() -> None:
    code = "import sys; from archive_app.language import dates; assert 'edtf' not in sys.modules; dates.parse('1992')"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
