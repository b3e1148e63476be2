"""For machines: whether the archive answers, what crawlers may follow, what a visitor of whom nothing is known may find.

What may not live here: anything that depends on who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from flask import Flask, Response

from archive_app.access.reading_room import Narrowing, ReadingRoom
from archive_app.access.readings import Listing
from archive_app.web import links
from archive_app.web.answers import json_response
from archive_app.web.visit import public_room

MOST = 50_000
"""Addresses in one site map (sitemaps.org 0.90)."""
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ROBOTS = ("User-agent: *", "Disallow: /search", "Disallow: /testimonies/*/search", "Disallow: /testimonies/*/transcripts/",
          "Disallow: /media/", "Disallow: /*?", "")


def start(app: Flask) -> None:
    """Put the addresses for machines into `app`."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/robots.txt", "robots", robots)
    app.add_url_rule("/sitemap.xml", "sitemap", sitemap)


def healthz() -> Response:
    """200 when a reading can be made, else the error page of the archive."""
    with public_room() as room:
        room.collections(1)
    return json_response({"status": "ok"})


def robots() -> Response:
    """RFC 9309. Crawlers may read pages, not follow every question that can be asked."""
    text = "\n".join([*ROBOTS, f"Sitemap: {links.absolute('/sitemap.xml')}", ""])
    return Response(text, content_type="text/plain; charset=utf-8")


def sitemap() -> Response:
    """Sitemap 0.90: ids in order, no dates, since a date would tell of work behind the scenes."""
    with public_room() as room:
        paths = _paths(room)
    rows = "".join(f"<url><loc>{escape(links.absolute(path))}</loc></url>\n" for path in paths[:MOST])
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n{rows}</urlset>\n'
    return Response(text, content_type="application/xml; charset=utf-8")


def _paths(room: ReadingRoom) -> list[str]:
    found = ["/"]
    lists: tuple[tuple[str, Callable[[int], Listing[Any]], Callable[[Any], str | None]], ...] = (
        ("/collections", room.collections, lambda each: each.ref.id),
        ("/events", room.events, lambda each: each.id),
        ("/people", room.people, lambda each: each.person),
        ("/places", room.places, lambda each: each.id),
        ("/testimonies", lambda page: room.testimonies(Narrowing(), "title", page), lambda each: each.id),
    )
    for path, read, name in lists:
        ids = sorted(id for each in _all(read) if (id := name(each)))
        found += [path, *(f"{path}/{id}" for id in ids)]
    return found


def _all(read: Callable[[int], Listing[Any]]) -> Iterator[Any]:
    page, pages = 1, 1
    while page <= pages and page * 20 <= MOST + 20:
        listing = read(page)
        pages = listing.pages
        yield from listing.items
        page += 1
