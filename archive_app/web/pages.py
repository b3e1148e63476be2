"""The table of reading pages. One row is a page and its JSON twin: one address, one reading, two ways to say it.

    row -> read(room, what is asked) -> view -> template (page) | twin (JSON)

What may not live here: how anything is read, said or drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, render_template, request
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from archive_app.web import downloads, opened, passages, printed, questions, reads, structured, time_line, twins
from archive_app.web.answers import json_response
from archive_app.web.numbers import Whole
from archive_app.web.reads import Asked
from archive_app.web.visit import doors, reading_room


def _nothing(view: Any) -> dict[str, Any]:
    return {}


def _unstructured(view: Any) -> Markup:
    return Markup("")


@dataclass(frozen=True)
class ReadingPage:
    """`keeps`: what may be asked in the address, carried by links from the page to itself; `context`: what the template needs
    beside the view, made from the view; `structured`: what machines read in the head of the page, made from the view too."""

    name: str
    path: str
    read: Callable[..., Any]
    twin: Callable[[Any], dict[str, Any]]
    keeps: tuple[str, ...] = ()
    context: Callable[[Any], dict[str, Any]] = _nothing
    structured: Callable[[Any], Markup] = _unstructured

    @property
    def twin_path(self) -> str:
        return "/index.json" if self.path == "/" else f"{self.path}.json"


TESTIMONY = "/testimonies/<public:id>"
PAGES = (
    ReadingPage("home", "/", reads.home, twins.home),
    ReadingPage("search", "/search", passages.search, passages.search_twin, questions.SEARCH),
    ReadingPage("testimonies", "/testimonies", reads.testimonies, twins.testimonies, (*questions.NARROWING, "sort", "page")),
    ReadingPage("testimony", TESTIMONY, reads.testimony, twins.testimony, ("transcript", "beside", "q", "t"), opened.context,
                structured.TESTIMONY),
    ReadingPage("transcript", f"{TESTIMONY}/transcripts/<int:n>", reads.transcript, printed.twin, (), printed.context),
    ReadingPage("search_in", f"{TESTIMONY}/search", passages.search_in, passages.search_in_twin, ("q",)),
    ReadingPage("cite", f"{TESTIMONY}/cite", downloads.cite_page, downloads.cite_twin, ("t", "style")),
    ReadingPage("people", "/people", reads.people, twins.people, ("q", "page")),
    ReadingPage("person", "/people/<public:id>", reads.person, twins.person, structured=structured.PERSON),
    ReadingPage("places", "/places", reads.places, twins.places, ("q", "page")),
    ReadingPage("place", "/places/<public:id>", reads.place, twins.place, structured=structured.PLACE),
    ReadingPage("events", "/events", reads.events, twins.events, ("page",)),
    ReadingPage("event", "/events/<public:id>", reads.event, twins.event, structured=structured.EVENT),
    ReadingPage("collections", "/collections", reads.collections, twins.collections, ("page",)),
    ReadingPage("collection", "/collections/<public:id>", reads.collection, twins.collection, ("page",), time_line.context),
    ReadingPage("source", "/sources/<public:id>", reads.source, twins.source),
)


class PublicId(BaseConverter):
    """An id as manifests may give it and as `ids` makes it; anything else is not there."""

    regex = "[a-z0-9][a-z0-9-]{2,63}"


def start(app: Flask) -> None:
    """Put every row of the table at its two addresses."""
    app.url_map.converters |= {"public": PublicId, "int": Whole}
    for page in PAGES:
        app.add_url_rule(page.path, page.name, _page(page))
        app.add_url_rule(page.twin_path, f"{page.name}_twin", _twin(page))


def _page(page: ReadingPage) -> Callable[..., Response]:
    def answer(**ids: str | int) -> Response:
        g.keeps = page.keeps
        view = _read(page, ids, whole=False)
        html = render_template(f"{page.name}.html", page=view, row=page, structured=page.structured(view), **page.context(view))
        return Response(html, content_type="text/html; charset=utf-8")

    return answer


def _twin(page: ReadingPage) -> Callable[..., Response]:
    def answer(**ids: str | int) -> Response:
        return json_response(page.twin(_read(page, ids, whole=True)))

    return answer


def _read(page: ReadingPage, ids: dict[str, str | int], whole: bool) -> Any:
    with reading_room() as room:
        return page.read(Asked(room, doors(), request.args, whole), **ids)
