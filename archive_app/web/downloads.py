"""Transcripts and citations as files, made from the same readings as the pages. Names of files are made from ids.

What may not live here: the formats (exchange).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from archive_app.access.readings import Recording, Testimony
from archive_app.errors import NotFound
from archive_app.exchange import ohms_writing, reference_files
from archive_app.exchange.citations import STYLES
from archive_app.exchange.formats import FORMATS, offered, write_transcript, written_formats
from archive_app.exchange.ohms_writing import write_ohms
from archive_app.web import lines, links, opened, player, questions, sentences
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
    app.add_url_rule(f"/testimonies/<public:id>/transcripts/<int:n>.<any({','.join(offered())}):extension>", "transcript_file",
                     transcript_file)
    app.add_url_rule("/testimonies/<public:id>/ohms.xml", "ohms_file", ohms_file)
    app.add_url_rule(f"/testimonies/<public:id>/cite.<any({','.join(map(repr, WRITERS))}):extension>", "citation_file", citation_file)


def transcript_file(id: str, n: int, extension: str) -> Response:
    """A transcript, or with `?recording=` what is spoken in one recording, with its times: as WebVTT the captions that a browser shows.
    NotFound for captions of what has no times there."""
    with reading_room() as room:
        testimony, transcript = room.testimony(id), room.transcript(id, n)
    one = request.args.get("recording", "")
    if one:
        transcript = player.during(transcript, _recording(testimony, one))
    if extension not in written_formats(transcript):
        raise NotFound()
    file = write_transcript(extension, transcript, sentences.withheld, opened.citation(testimony, kind=transcript.head.kind))
    if one and extension == "vtt":
        return Response(file, content_type=FORMATS[extension].media_type)
    return file_response(file, FORMATS[extension].media_type, f"{id}-{n}.{extension}")


def _recording(testimony: Testimony, id: str) -> Recording:
    found = next((each for each in testimony.recordings if each.id == id), None)
    if found is None:
        raise NotFound()
    return found


def ohms_file(id: str) -> Response:
    """A testimony as an OHMS file, with its first transcript and one in a second language; NotFound where neither words nor an index are
    open: there would be nothing in it."""
    with reading_room() as room:
        testimony = room.testimony(id)
        transcripts = [room.transcript(id, head.n) for head in testimony.transcripts]
    if not transcripts and not testimony.index_points:
        raise NotFound()
    file = write_ohms(testimony, transcripts, testimony.index_points, sentences.withheld, opened.citation(testimony),
                      archive=opened.archive_name())
    return file_response(file, ohms_writing.MEDIA_TYPE, f"{id}.xml")


def citation_file(id: str, extension: str) -> Response:
    """A citation for reference managers, at the second that `?t=` names."""
    at = questions.moment(request.args)
    with reading_room() as room:
        testimony = _described(room.testimony(id))
    text = WRITERS[extension](testimony, links.absolute(f"/testimonies/{id}"), at, opened.cited_kind(testimony), opened.archive_name())
    return file_response(text, reference_files.MEDIA_TYPES[extension], f"{id}.{extension}")


def cite_page(asked: Asked, id: str) -> CiteView:
    """Every style; `?style=` is put first."""
    at = questions.moment(asked.args)
    style = questions.choice(asked.args, "style", tuple(STYLES), "chicago")
    testimony = _described(asked.room.testimony(id))
    order = [style, *(other for other in STYLES if other != style)]
    return CiteView(testimony, tuple((each, opened.citation(testimony, each, at)) for each in order), at)


def cite_twin(view: CiteView) -> dict[str, Any]:
    """The citation asked for, and every style."""
    style, text = view.citations[0]
    return {"testimony": view.testimony.card.id, "t": view.t, "style": style, "citation": text, "citations": dict(view.citations)}


def _described(testimony: Testimony) -> Testimony:
    """What has a closed description cannot be cited: there is nothing to say of it."""
    if not testimony.card.describes:
        raise NotFound()
    return testimony
