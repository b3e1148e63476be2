from __future__ import annotations

import pytest

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange.citation_parts import exact_date, said_date
from archive_app.exchange.citations import cite
from tests.exchange.testimonies import ADDRESS, ARCHIVE, TALK, told


def all_styles(reading: readings.Testimony, at_ms: int | None = None, kind: str = "") -> list[str]:
    return [cite(reading, style, ADDRESS, at_ms, kind, ARCHIVE) for style in ("chicago", "mla", "apa")]


def test_a_moment_of_a_recording() -> None:
    assert all_styles(TALK, 723_999, "audio") == [
        "Arden, Mira. “The ferry stopped.” Interview by Jo Ink. February 26, 1992. Audio recording, 00:12:03. "
        "Voices of the North Bank, Fictional Archive. https://archive.example/testimonies/ferry-1?t=723.",
        "Arden, Mira. “The ferry stopped.” Voices of the North Bank, interview by Jo Ink, Fictional Archive, 26 Feb. 1992, "
        "https://archive.example/testimonies/ferry-1?t=723. Audio recording, 00:12:03.",
        "Arden, M. (1992, February 26). The ferry stopped [Interview by J. Ink, audio recording, 00:12:03]. "
        "Voices of the North Bank; Fictional Archive. https://archive.example/testimonies/ferry-1?t=723",
    ]


def test_two_narrators_two_interviewers_a_year_and_no_moment() -> None:
    reading = told(
        ("Hale, Uma Rae", "survivor"), ("Hale, Per", "survivor"), ("Ink, Jo", "interviewer"), ("Ond, Ana-Pia", "interviewer"),
        date="1992~", title="Was it far?",
    )  # fmt: skip
    assert all_styles(reading, kind="translation") == [
        "Hale, Uma Rae, and Per Hale. “Was it far?” Interview by Jo Ink and Ana-Pia Ond. Ca. 1992. Translation. "
        "Voices of the North Bank, Fictional Archive. https://archive.example/testimonies/ferry-1.",
        "Hale, Uma Rae, and Per Hale. “Was it far?” Voices of the North Bank, interview by Jo Ink and Ana-Pia Ond, "
        "Fictional Archive, ca. 1992, https://archive.example/testimonies/ferry-1. Translation.",
        "Hale, U. R., & Hale, P. (ca. 1992). Was it far? [Interview by J. Ink & A.-P. Ond, translation]. "
        "Voices of the North Bank; Fictional Archive. https://archive.example/testimonies/ferry-1",
    ]


def test_a_face_is_cited_as_it_is_shown() -> None:
    reading = told(("The ferryman", "witness"), date="", title="“Home,” he said", collection="")
    assert all_styles(reading) == [
        "The ferryman. “‘Home,’ he said.” Interview. Fictional Archive. https://archive.example/testimonies/ferry-1.",
        "The ferryman. “‘Home,’ he said.” Interview, Fictional Archive, https://archive.example/testimonies/ferry-1.",
        "The ferryman. (n.d.). “Home,” he said [Interview]. Fictional Archive. https://archive.example/testimonies/ferry-1",
    ]


def test_without_any_name_the_title_comes_first() -> None:
    reading = told(date="199X")
    assert all_styles(reading) == [
        "“The ferry stopped.” Interview. 1990s. Voices of the North Bank, Fictional Archive. https://archive.example/testimonies/ferry-1.",
        "“The ferry stopped.” Voices of the North Bank, interview, Fictional Archive, 1990s, https://archive.example/testimonies/ferry-1.",
        "The ferry stopped [Interview]. (1990s). Voices of the North Bank; Fictional Archive. https://archive.example/testimonies/ferry-1",
    ]


def test_only_who_narrates_and_who_asks_is_named() -> None:
    assert all("Mentioned" not in line for line in all_styles(TALK))


def test_three_names() -> None:
    reading = told(("Ash, A", "witness"), ("Bay, B", "witness"), ("Cob, C", "witness"))
    chicago, mla, apa = all_styles(reading)
    assert chicago.startswith("Ash, A, B Bay, and C Cob. ") and mla.startswith("Ash, A, B Bay, and C Cob. ")
    assert apa.startswith("Ash, A., Bay, B., & Cob, C. (")


def test_a_citation_is_one_line_whatever_the_title_holds() -> None:
    reading = told(("Arden,\nMira", "witness"), title="One\r\nTwo\u2028Three\x07")
    assert all(line.isprintable() and "One Two Three" in line for line in all_styles(reading))


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(Invalid, match="chicago, mla, apa"):
        cite(TALK, "vancouver", ADDRESS, None, "", ARCHIVE)


def test_a_moment_is_added_to_an_address_with_a_query() -> None:
    assert cite(TALK, "apa", ADDRESS + "?ui=az", 0, "", ARCHIVE).endswith("ferry-1?ui=az&t=0")


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [("1992-02-26", "26 February 1992"), ("1992-02", "February 1992"), ("1992", "1992"),
     ("1992?", "1992?"), ("1992%", "ca. 1992?"),
     ("1991/1993", "1991–1993"), ("1991-05/1993", "May 1991 – 1993"), ("1991/..", "1991/.."),
     ("19XX", "19XX"), ("1992-13", "1992-13"), ("", "")],
)  # fmt: skip
def test_dates(edtf: str, expected: str) -> None:
    assert said_date(edtf, "day first") == expected


def test_exact_dates() -> None:
    assert [exact_date(text) for text in ("1992", "1992-02-26", "1992~", "1992-21", "")] == [(1992,), (1992, 2, 26), (), (), ()]
