"""A visit: what a request says about who is asking, and the room that is opened for them.

One request, one room: one snapshot, one viewer, one `now`. Pages come after the room is closed and hold readings only. How a room
is opened is told by `create_app`, since the web sees no records. What may not live here: what is read (pages).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, BinaryIO

from flask import Request, current_app, g, request

from archive_app.config import Network

if TYPE_CHECKING:
    from archive_app.access.reading_room import ReadingRoom
    from archive_app.search.find import Inside, Results
    from archive_app.search.query import Question

SESSION_COOKIE = "archive_session"
"""Set by the sign-in pages only; reading pages read it and never set it."""
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
NAME = "archive_doors"


@dataclass(frozen=True)
class Facts:
    """What a request says about who is asking: the token of a session ('' = none), and whether it comes from the reading room."""

    token: str = field(default="", repr=False)
    on_site: bool = False


@dataclass(frozen=True)
class Doors:
    """What the pages are given to work with. `find` searches everything the room opens, `find_in` one testimony;
    `open_bytes` opens what a digest names, after a room has said that the visitor may have it; two answers
    of `last_written` are equal only where nothing was written in between."""

    open_room: Callable[[Facts], AbstractContextManager[ReadingRoom]]
    find: Callable[[ReadingRoom, Question], Results]
    find_in: Callable[[ReadingRoom, str, str], Inside]
    open_bytes: Callable[[str], BinaryIO]
    last_written: Callable[[], object] = object


def doors() -> Doors:
    """What this application was given to read with."""
    found: Doors = current_app.extensions[NAME]
    return found


@contextmanager
def reading_room() -> Iterator[ReadingRoom]:
    """The room of whoever asks, for the time of the reading."""
    with doors().open_room(facts(request)) as room:
        g.tends = getattr(room, "tends", False)
        yield room


@contextmanager
def public_room() -> Iterator[ReadingRoom]:
    """The room of a visitor of whom nothing is known, whoever asks."""
    with doors().open_room(Facts()) as room:
        yield room


def seems_signed_in() -> bool:
    """Whether the browser brought a session, living or not: enough to choose between two links, on every page alike."""
    return bool(request.cookies.get(cookie_name()))


def cookie_name() -> str:
    """Under https the name says that no other host may have set it (RFC 6265bis)."""
    return ("__Host-" if str(current_app.config["BASE_URL"]).startswith("https:") else "") + SESSION_COOKIE


def facts(asked: Request) -> Facts:
    """What `asked` says about who is asking."""
    return Facts(asked.cookies.get(cookie_name(), ""), _on_site(asked))


def _on_site(asked: Request) -> bool:
    """Whether the visitor's own address lies in the reading room's networks. Somebody else's word for it (a header of a proxy
    that is not listed) is not taken: then nobody is on site."""
    networks: Sequence[Network] = current_app.config["ON_SITE_NETWORKS"]
    trusted: Sequence[Network] = current_app.config["TRUSTED_PROXIES"]
    if not networks:
        return False
    address = _address(asked.remote_addr or "")
    if any(asked.headers.get(name) for name in FORWARDED):
        if not _within(address, trusted):
            return False
        address = _forwarded_for(asked, trusted)
    return _within(address, networks)


def _forwarded_for(asked: Request, trusted: Sequence[Network]) -> IPv4Address | IPv6Address | None:
    """The last address in X-Forwarded-For that is not a trusted proxy: those before it may be invented by the visitor."""
    for text in reversed(asked.headers.get("X-Forwarded-For", "").split(",")):
        address = _address(text.strip())
        if address is None or not _within(address, trusted):
            return address
    return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _within(address: IPv4Address | IPv6Address | None, networks: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
