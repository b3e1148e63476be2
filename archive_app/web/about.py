"""Pages about the archive itself: how consent works, how to search, for families, about, privacy. They say what is there now.

What may not live here: anything that is read from the archive.
"""

from __future__ import annotations

from flask import Flask, Response, g, render_template

from archive_app.errors import NotFound
from archive_app.web.translate import lazy_gettext

TITLES = {
    "consent": lazy_gettext("How consent works"),
    "search": lazy_gettext("Search help"),
    "families": lazy_gettext("For families"),
    "archive": lazy_gettext("About this archive"),
    "privacy": lazy_gettext("Privacy"),
}
"""Name in the address -> title, in the order of the foot of every page."""


def start(app: Flask) -> None:
    """Put the pages about the archive into `app`."""
    app.add_url_rule("/about/<name>", "about", about)


def titles() -> list[tuple[str, str]]:
    """(name in the address, title), in order."""
    return [(name, str(title)) for name, title in TITLES.items()]


def about(name: str) -> Response:
    """One page; NotFound for a name that is not in the table."""
    if name not in TITLES:
        raise NotFound()
    g.keeps = ()
    html = render_template(f"about/{name}.html", title=str(TITLES[name]))
    return Response(html, content_type="text/html; charset=utf-8")
