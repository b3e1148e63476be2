from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from archive_app.exchange.reference_files import bibtex, csl_json, ris
from tests.exchange.testimonies import ADDRESS, ARCHIVE, TALK, told

NASTY = st.text(alphabet='Ab ,{}\\%&$#_~^"\n\r\u2028\t\x00и-|', max_size=30)


def bibtex_fields(entry: str) -> dict[str, str]:
    """A strict reading of one entry as BibTeX reads it: every brace counts, escaped or not."""
    opening = re.match(r"@misc\{([A-Za-z0-9-]+),\n", entry)
    assert opening and entry.endswith("\n}\n")
    body, fields = entry[opening.end() : -2], {}
    while body:
        name = re.match(r"  ([a-z]+) = \{", body)
        assert name, body
        depth, at = 1, name.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(body[at], 0)
            at += 1
        fields[name.group(1)] = body[name.end() : at - 1]
        assert body[at : at + 2] == ",\n"
        body = body[at + 2 :]
    return fields


def ris_fields(record: str) -> list[tuple[str, str]]:
    """A strict reading of one RIS record: every line is a tag, two blanks, a hyphen, a blank and a value; TY first, ER last."""
    lines = record.split("\r\n")
    assert lines.pop() == ""
    fields = []
    for line in lines:
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\x00-\x1f\x7f\x85\u2028\u2029]*)", line)
        assert found, line
        fields.append((found.group(1), found.group(2)))
    assert fields[0][0] == "TY" and fields[-1] == ("ER", "") and [tag for tag, _ in fields].count("TY") == 1
    return fields


def test_bibtex() -> None:
    assert bibtex(TALK, ADDRESS, 723_000, "audio", ARCHIVE) == (
        "@misc{ferry-1-t723,\n  author = {Arden, Mira},\n  title = {{The ferry stopped}},\n"
        "  year = {1992},\n  date = {1992-02-26},\n"
        "  howpublished = {Interview by Jo Ink, Audio recording},\n  note = {Time-code 00:12:03},\n"
        "  series = {Voices of the North Bank},\n"
        "  organization = {Fictional Archive},\n  language = {az},\n"
        "  url = {https://archive.example/testimonies/ferry-1?t=723},\n}\n"
    )


def test_bibtex_escapes_and_names_that_are_no_names() -> None:
    reading = told(("The baker and his wife", "witness"), ("Sand and Co, Mira", "witness"), title="50 % & {more} a_b \\end ~ ^")
    fields = bibtex_fields(bibtex(reading, ADDRESS, None, "", ARCHIVE))
    assert fields["author"] == "{The baker and his wife} and {Sand and Co}, Mira"
    assert fields["title"] == (
        r"{50 \% \& \textbraceleft{}more\textbraceright{} a\_b \textbackslash{}end \textasciitilde{} \textasciicircum{}}"
    )


def test_ris() -> None:
    assert ris(TALK, ADDRESS, 723_000, "audio", ARCHIVE) == (
        "TY  - SOUND\r\nAU  - Arden, Mira\r\nA2  - Ink, Jo\r\nTI  - The ferry stopped\r\nPY  - 1992\r\nDA  - 1992/02/26\r\n"
        "T2  - Voices of the North Bank\r\nPB  - Fictional Archive\r\nLA  - az\r\n"
        "N1  - Audio recording\r\nN1  - Time-code 00:12:03\r\n"
        "UR  - https://archive.example/testimonies/ferry-1?t=723\r\nER  - \r\n"
    )


def test_ris_says_a_date_that_is_not_exact_in_words() -> None:
    fields = ris_fields(ris(told(date="1992~"), ADDRESS, None, "", ARCHIVE))
    assert ("PY", "1992") in fields and ("N1", "Date: ca. 1992") in fields and "DA" not in dict(fields)
    assert "PY" not in dict(ris_fields(ris(told(date="199X"), ADDRESS, None, "", ARCHIVE)))


def test_csl_json() -> None:
    (item,) = json.loads(csl_json(TALK, ADDRESS, 723_000, "audio", ARCHIVE))
    assert item == {
        "id": "ferry-1-t723",
        "type": "interview",
        "title": "The ferry stopped",
        "author": [{"family": "Arden", "given": "Mira"}],
        "interviewer": [{"family": "Ink", "given": "Jo"}],
        "issued": {"date-parts": [[1992, 2, 26]]},
        "medium": "Audio recording",
        "archive": "Fictional Archive",
        "archive_collection": "Voices of the North Bank",
        "language": "az",
        "note": "Time-code 00:12:03",
        "URL": "https://archive.example/testimonies/ferry-1?t=723",
    }


def test_csl_dates() -> None:
    def issued(date: str) -> object:
        return json.loads(csl_json(told(date=date), ADDRESS, None, "", ARCHIVE))[0].get("issued")

    assert issued("1992~") == {"date-parts": [[1992]], "circa": True}
    assert issued("1991/1993") == {"date-parts": [[1991], [1993]]}
    assert issued("199X") == {"literal": "1990s"}
    assert issued("") is None


@given(
    title=NASTY,
    shown=NASTY,
    collection=NASTY,
    archive=NASTY,
    date=st.sampled_from(["", "1992", "1992~", "199X", "1991/1993", "}{"]),
)
def test_whatever_a_title_holds_stays_in_its_field(title: str, shown: str, collection: str, archive: str, date: str) -> None:
    reading = told((shown, "witness"), ("Ink, Jo", "interviewer"), title=title, date=date, collection=collection)
    fields = bibtex_fields(bibtex(reading, ADDRESS, 1000, "video", archive))
    assert fields["url"] == ADDRESS + "?t=1"
    assert dict(ris_fields(ris(reading, ADDRESS, 1000, "video", archive)))["UR"] == ADDRESS + "?t=1"
    (item,) = json.loads(csl_json(reading, ADDRESS, 1000, "video", archive))
    assert item["URL"] == ADDRESS + "?t=1" and item["type"] == "interview"
