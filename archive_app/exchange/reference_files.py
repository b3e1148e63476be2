"""Citations for reference managers: BibTeX (and BibLaTeX), RIS, CSL-JSON.

Whatever a title holds stays inside its field: LaTeX and BibTeX characters are escaped, RIS values are one line each, JSON is
JSON. What may not live here: citations to read (citations.py), any text made from the current time.
"""

from __future__ import annotations

import json
import re

from archive_app.access import readings
from archive_app.exchange.citation_parts import Parts, PersonName, exact_date, parts_of, said_date

MEDIA_TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json",
}

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: "\\" + character for character in "%&$#_"},
    }
)
_RIS_TYPES = {"Audio recording": "SOUND", "Video recording": "VIDEO", "Photograph": "FIGURE"}


def bibtex(testimony: readings.Testimony, address: str, at_ms: int | None, kind: str, archive: str) -> str:
    """One @misc entry, parameters as in `citations.cite`. `date` is EDTF, which BibLaTeX reads; `year` is for BibTeX. Braces are
    written as commands: BibTeX counts even escaped ones."""
    parts = parts_of(testimony, address, at_ms, kind, archive)
    by = f"Interview by {' and '.join(name.natural for name in parts.interviewers)}" if parts.interviewers else "Interview"
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in parts.narrators),
        "title": f"{{{parts.title.translate(_LATEX)}}}" if parts.title else "",
        "year": _year(parts.date),
        "date": re.sub(r"[^0-9A-Za-z.~?%/-]", "", parts.date),
        "howpublished": ", ".join(part for part in (by, parts.medium) if part).translate(_LATEX),
        "note": f"Time-code {parts.time_code}" if parts.time_code else "",
        "series": parts.collection.translate(_LATEX),
        "organization": parts.archive.translate(_LATEX),
        "language": parts.language,
        "url": _bibtex_address(parts.address),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{re.sub(r'[^A-Za-z0-9-]', '', parts.key)},", *lines, "}", ""])


def _bibtex_name(name: PersonName) -> str:
    if not name.given:
        return f"{{{name.family.translate(_LATEX)}}}"
    return ", ".join(_whole(part.translate(_LATEX)) for part in (name.family, name.given))


def _whole(part: str) -> str:
    """A part of a name in which BibTeX must not look for `and`."""
    return f"{{{part}}}" if re.search(r"\band\b", part, re.IGNORECASE) else part


def _bibtex_address(address: str) -> str:
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _year(date: str) -> str:
    found = re.match(r"[0-9]{4}", date, re.ASCII)
    return found.group() if found else ""


def ris(testimony: readings.Testimony, address: str, at_ms: int | None, kind: str, archive: str) -> str:
    """One RIS record with CRLF line ends, parameters as in `citations.cite`."""
    parts = parts_of(testimony, address, at_ms, kind, archive)
    exact = exact_date(parts.date)
    notes = [
        parts.medium,
        f"Time-code {parts.time_code}" if parts.time_code else "",
        "" if exact or not parts.date else f"Date: {said_date(parts.date, 'day first')}",
    ]
    fields = [
        ("TY", _RIS_TYPES.get(parts.medium, "MANSCPT")),
        *(("AU", name.inverted) for name in parts.narrators),
        *(("A2", name.inverted) for name in parts.interviewers),
        ("TI", parts.title),
        ("PY", _year(parts.date)),
        ("DA", "/".join(f"{number:02}" for number in exact)),
        ("T2", parts.collection),
        ("PB", parts.archive),
        ("LA", parts.language),
        *(("N1", note) for note in notes),
        ("UR", parts.address),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"


def csl_json(testimony: readings.Testimony, address: str, at_ms: int | None, kind: str, archive: str) -> str:
    """A list of one CSL-JSON item (schema 1.0.2) of type `interview`, parameters as in `citations.cite`."""
    parts = parts_of(testimony, address, at_ms, kind, archive)
    item: dict[str, object] = {
        "id": parts.key,
        "type": "interview",
        "title": parts.title,
        "author": [_csl_name(name) for name in parts.narrators],
        "interviewer": [_csl_name(name) for name in parts.interviewers],
        "issued": _csl_date(parts),
        "medium": parts.medium,
        "archive": parts.archive,
        "archive_collection": parts.collection,
        "language": parts.language,
        "note": f"Time-code {parts.time_code}" if parts.time_code else "",
        "URL": parts.address,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def _csl_name(name: PersonName) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _csl_date(parts: Parts) -> dict[str, object]:
    bare = parts.date.rstrip("~?%")
    ends = [exact_date(end) for end in bare.split("/")]
    if not parts.date:
        return {}
    if len(ends) > 2 or not all(ends):
        return {"literal": said_date(parts.date, "day first")}
    date: dict[str, object] = {"date-parts": [list(end) for end in ends]}
    return date | ({"circa": True} if bare != parts.date else {})
