"""Transcripts and citations as files, made from the same readings as the pages. Names of files are made from ids.

What may not live here: the formats (exchange).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from archive_app.access.readings import Testimony, Transcript
from archive_app.errors import NotFound
from archive_app.exchange import reference_files
from archive_app.exchange.citations import STYLES, cite
from archive_app.exchange.formats import FORMATS, write_transcript, written_formats
from archive_app.web import lines, links, opened, questions, sentences
from archive_app.web.answers import file_response
from archive_app.web.reads import Asked
from archive_app.web.visit import reading_room

WRITERS: dict[str, Callable[[Testimony, str, int | None, str, str], str]] = {
    "bib": reference_files.bibtex, "ris": reference_files.ris, "csl.json": reference_files.csl_json}


@dataclass(frozen=True)
class CiteView:
    """`citations`: (style, text), the one asked for first; `t` as in addresses."""

    testimony: Testimony
    citations: tuple[tuple[str, str], ...]
    at_ms: int | None

    @property
    def t(self) -> str:
        return "" if self.at_ms is None else lines.in_seconds(self.at_ms)


def start(app: Flask) -> None:
    """Put the files into `app`."""
    app.add_url_rule(f"/testimonies/<public:id>/transcripts/<int:n>.<any({','.join(FORMATS)}):extension>", "transcript_file",
                     transcript_file)
    app.add_url_rule("/testimonies/<public:id>/cite.<any(bib,ris,'csl.json'):extension>", "citation_file", citation_file)


def transcript_file(id: str, n: int, extension: str) -> Response:
    """A transcript; NotFound for captions of what has no times."""
    with reading_room() as room:
        testimony, transcript = room.testimony(id), room.transcript(id, n)
    if extension not in written_formats(transcript):
        raise NotFound()
    text = write_transcript(extension, transcript, sentences.withheld, _credit(testimony, transcript))
    return file_response(text, FORMATS[extension].media_type, f"{id}-{n}.{extension}")


def citation_file(id: str, extension: str) -> Response:
    """A citation for reference managers, at the second that `?t=` names."""
    at = questions.moment(request.args)
    with reading_room() as room:
        testimony = _described(room.testimony(id))
    text = WRITERS[extension](testimony, _address(id), at, opened.cited_kind(testimony), opened.archive_name())
    return file_response(text, reference_files.MEDIA_TYPES[extension], f"{id}.{extension}")


def cite_page(asked: Asked, id: str) -> CiteView:
    """Every style; `?style=` is put first."""
    at = questions.moment(asked.args)
    style = questions.choice(asked.args, "style", tuple(STYLES), "chicago")
    testimony = _described(asked.room.testimony(id))
    order = [style, *(other for other in STYLES if other != style)]
    return CiteView(testimony, tuple((each, _cited(testimony, each, at)) for each in order), at)


def cite_twin(view: CiteView) -> dict[str, Any]:
    """The citation asked for, and every style."""
    style, text = view.citations[0]
    return {"testimony": view.testimony.card.id, "t": view.t, "style": style, "citation": text, "citations": dict(view.citations)}


def _described(testimony: Testimony) -> Testimony:
    """What has a closed description cannot be cited: there is nothing to say of it."""
    if not testimony.card.describes:
        raise NotFound()
    return testimony


def _cited(testimony: Testimony, style: str, at_ms: int | None) -> str:
    return cite(testimony, style, _address(testimony.card.id), at_ms, opened.cited_kind(testimony), opened.archive_name())


def _credit(testimony: Testimony, transcript: Transcript) -> str:
    return cite(testimony, "chicago", _address(testimony.card.id), None, transcript.head.kind, opened.archive_name())


def _address(id: str) -> str:
    return links.absolute(f"/testimonies/{id}")
