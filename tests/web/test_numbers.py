"""Numbers in forms and addresses: figures that are none, and too many of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import archive_app
from archive_app.web.numbers import whole
from tests.factories.archives import Archive
from tests.factories.signed_in import browser, send

NONE = ["", " 1", "-1", "+1", "1_0", "²", "٢", "x", "1.0", "9" * 10, "9" * 5000]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number(text: str) -> None:
    assert whole(text) is None


def test_what_is_one() -> None:
    assert [whole("0"), whole("007"), whole("9" * 9), whole("1234", 3)] == [0, 7, 999_999_999, None]


def test_an_address_of_a_number_that_is_none_is_not_there(sqlite_archive: Archive) -> None:
    sqlite_archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "place": "Low Tessen"})
    app = sqlite_archive.app()
    reader, tender = app.test_client(), browser(sqlite_archive, app, "archivist")
    for number in ("9" * 10, "9" * 20, "9" * 5000, "²", "٢"):
        for path in (f"/testimonies/the-bell/transcripts/{number}", f"/testimonies/the-bell/transcripts/{number}.txt"):
            assert reader.get(path).status_code == 404, path[:60]
        for path in (f"transcripts/{number}", f"evidence/{number}", f"restrictions/{number}/lift", f"holds/{number}/end"):
            assert tender.get(f"/desk/testimonies/the-bell/{path}").status_code == 404, path[:60]
    for act in ("-place-²", "-place-" + "9" * 5000, "-place-٢", "-narrator-²"):
        assert send(tender, "/desk/testimonies/the-bell/links", act=act).status_code == 400, act[:20]
    assert send(tender, "/desk/testimonies/the-bell/links", act="-place-1234").status_code == 404


def test_nothing_else_of_the_web_makes_numbers_of_figures() -> None:
    """`isdigit` and its like stand in one function: each other place would have to be as careful."""
    found = [f"{path}:{node.lineno}" for path in (Path(archive_app.__file__).parent / "web").rglob("*.py")
             for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
             and node.attr in ("isdigit", "isdecimal", "isnumeric") and path.name != "numbers.py"]
    assert found == []
