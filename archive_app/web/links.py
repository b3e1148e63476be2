"""Addresses inside the archive: every one is made here, and carries the interface language.

What may not live here: what stands behind an address (pages).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote, urlencode

from flask import current_app, g, request

from archive_app.web import interface

Pairs = list[tuple[str, str]]
SAFE = "/.-_~"
"""What stands in a path as it is."""


def to(*parts: object, anchor: str = "", **query: object) -> str:
    """An address: parts of the path joined, then what is asked. `to("/testimonies/", id, t=12, anchor="s3")`. Empty values are
    left out; several values of one name come as a tuple; `ui` comes last, and only where it is not the first language."""
    return _address("".join(str(part) for part in parts), _pairs(query.items()), anchor)


def here(*drop: str, anchor: str = "", **changes: object) -> str:
    """This page's own address with some of what is asked changed, or dropped. Only what the page understands is carried."""
    kept = [(key, value) for key, value in asked_here() if key not in drop and key not in changes]
    return _address(request.path, kept + _pairs(changes.items()), anchor)


def moments() -> Callable[[str], str]:
    """How this page is addressed at a moment, by its seconds as text: all but those is worked out once, since a long page has
    thousands of them."""
    head = quote(request.path, safe=SAFE) + "?" + urlencode([*asked_here("t"), ("t", "")])
    tail = "".join(f"&{urlencode([pair])}" for pair in _language())
    return lambda seconds: f"{head}{seconds}{tail}"


def toggled(field: str, value: str) -> str:
    """This page with one more value of `field`, or without it where it is asked already; from the first page on."""
    kept = [pair for pair in asked_here() if pair[0] != "page"]
    changed = [pair for pair in kept if pair != (field, value)] if (field, value) in kept else [*kept, (field, value)]
    return _address(request.path, changed, "")


def asked_here(*drop: str) -> Pairs:
    """What this page was asked and understands, without the interface language and what is dropped; nothing on an error page,
    since an error repeats nothing of what it was asked."""
    keeps: tuple[str, ...] = g.get("keeps", ())
    return [(key, value) for key in keeps if key not in drop for value in request.args.getlist(key) if value]


def in_language(tag: str) -> str:
    """This page in another interface language, relative, so that an error page need not say where it stands."""
    return "?" + urlencode([*asked_here(), ("ui", tag)])


def absolute(path: str) -> str:
    """`path` with the archive's own name before it: the setting BASE_URL, else the address that was asked for."""
    base = current_app.config["BASE_URL"] or request.host_url.rstrip("/")
    return f"{base}{path}"


def _pairs(query: Iterable[tuple[str, object]]) -> Pairs:
    found: Pairs = []
    for key, value in query:
        for each in value if isinstance(value, (tuple, list)) else (value,):
            if each not in ("", None, False):
                found.append((key, str(each)))
    return found


def _address(path: str, asked: Pairs, anchor: str) -> str:
    asked = [*asked, *_language()]
    return quote(path, safe=SAFE) + (f"?{urlencode(asked)}" if asked else "") + (f"#{anchor}" if anchor else "")


def _language() -> Pairs:
    """What an address says of the interface language; nothing where it is the first."""
    ui = interface.chosen()
    return [] if ui == interface.first() else [("ui", ui)]
