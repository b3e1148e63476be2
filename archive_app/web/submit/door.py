"""The door of the families' room: the visit that a browser holds, the token of its forms, and the way out.

What may not live here: questions, what is shown.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request

from archive_app.actions import family_room
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.web.links import to
from archive_app.web.submit import unsaved
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

log = logging.getLogger(__name__)

NAME = "archive_family_room"
VISIT, LEFT = "archive_visit", "archive_left"
"""Cookies: the visit; and, after leaving in haste, that this browser is shown nothing of this room until it is asked for again."""
PATH = "/submit"
TOKEN_HEADER = "X-CSRFToken"
SAFE = ("GET", "HEAD", "OPTIONS")


def give(app: Flask, room: FamilyRoom) -> None:
    """Let `app` open the room."""
    app.extensions[NAME] = room


def room() -> FamilyRoom:
    """What the application that answers this request was given."""
    return room_of(current_app)


def room_of(app: Flask) -> FamilyRoom:
    """What an application was given."""
    found: FamilyRoom = app.extensions[NAME]
    return found


def family() -> Family | None:
    """Whoever's visit this browser holds, asked once a request; None when there is none, or it has ended."""
    if "family" not in g:
        visit = request.cookies.get(VISIT, "")
        g.family = family_room.visiting(room(), visit) if visit else None
    found: Family | None = g.family
    return found


def known() -> Family:
    """Whoever's visit this is, in a page that only they come to."""
    found = family()
    assert found is not None, "the page was asked for without a visit"
    return found


def form_token() -> str:
    """What a form of this room carries: it tells nothing, and no other site can make it. It is the same in every visit with one receipt, so
    that a page which lay open is taken after somebody came in again; '' where nobody is in."""
    found, key = family(), str(current_app.secret_key).encode()
    return hmac.new(key, b"family form " + found.id.encode(), hashlib.sha256).hexdigest()[:40] if found else ""


def is_ours() -> bool:
    """Whether what was sent is of this visit: a form by its field, what is no form by its header."""
    return bears(request.headers.get(TOKEN_HEADER, "") or request.form.get("token", ""))


def bears(token: str) -> bool:
    """Whether this is what forms of this visit carry."""
    return bool(token) and hmac.compare_digest(token.encode(), form_token().encode())


def page(name: str, status: int = 200, keeps: tuple[str, ...] = (), **shown: Any) -> Response:
    """A page of the room; `keeps`: what its address may ask."""
    g.keeps = keeps
    html = render_template(f"submit/{name}.html", token=form_token(), **shown)
    return Response(html, status, content_type="text/html; charset=utf-8")


def go(*parts: object, **asked: Any) -> Answer:
    """To another page of the room, after something was done."""
    return redirect(to(PATH, *parts, **asked), 303)


def admit(answer: Response, visit: str) -> Response:
    """Give the browser its visit: gone when it is closed, sent by no other site, seen by no script."""
    answer.set_cookie(VISIT, visit, path=PATH, secure=_https(), httponly=True, samesite="Strict")
    return forget_leaving(answer)


def forget_leaving(answer: Response) -> Response:
    """Let this browser in again; not for whoever only asks for the head of the page."""
    if request.method != "HEAD":
        answer.delete_cookie(LEFT, path=PATH, secure=_https(), httponly=True, samesite="Strict")
    return answer


def dismiss(answer: Response) -> Response:
    """End the visit, here and in the browser; not for whoever only asks for the head of the page."""
    visit = request.cookies.get(VISIT, "")
    if visit and request.method != "HEAD":
        family_room.leave(room(), visit)
        answer.delete_cookie(VISIT, path=PATH, secure=_https(), httponly=True, samesite="Strict")
    return answer


def exit_url() -> str:
    """Where whoever leaves goes: the address that the archive has chosen."""
    return str(current_app.config["SETTINGS"].exit_url)


def leave() -> Answer:
    """Out, at once, and nothing of this room is left to go back to. With script the browser is out already (leave.js) and only tells us."""
    answer = Response("", 303, {"Location": exit_url(), "Clear-Site-Data": '"cache"'})
    if request.method == "HEAD":
        return answer  # nobody leaves by that
    answer.set_cookie(LEFT, "1", path=PATH, secure=_https(), httponly=True, samesite="Strict")
    visit, held = request.cookies.get(VISIT, ""), room()
    if visit:
        answer.delete_cookie(VISIT, path=PATH, secure=_https(), httponly=True, samesite="Strict")
        Thread(target=_end, args=(held, visit)).start()
    return answer


def _end(held: FamilyRoom, visit: str) -> None:
    """End a visit that its browser has forgotten already. Nobody waits for it: whoever leaves in haste is out even while another writes, or
    the disk is full; then the visit ends by itself within its hours."""
    try:
        family_room.leave(held, visit)
    except Exception as error:
        log.error("a visit was left and could not be ended: %s", type(error).__name__)


def before() -> Response | None:
    """Before every page: after leaving nothing shows, and a form of another visit, or of another site, is not taken."""
    if request.endpoint in OUTSIDE:
        return None
    if request.cookies.get(LEFT):
        return neutral()
    if request.method not in SAFE and _from_elsewhere():
        return page("again", 400, sentence=gettext("This was sent from another site. Please open the page here and send it from there."))
    if request.endpoint not in OPEN and family() is None:
        return _come_in(unsaved.found())
    if request.method not in SAFE and request.endpoint not in OPEN and not is_ours():
        return _come_in(unsaved.found()) if unsaved.found() else page("again", 400, sentence=gettext("This page was open for too long."))
    return None


def _come_in(typed: unsaved.Unsaved | None) -> Response:
    """Where the visit has ended: the neutral page; what was typed meanwhile is held until the receipt opens its room again."""
    return page("return", 400, typed="", doubtful=(), wrong=False, kept=typed) if typed else neutral()


def _from_elsewhere() -> bool:
    """Whether the browser says that the form stood on a page of somebody else (Fetch Metadata; RFC 6454). Where there is no visit yet, a
    token could be compared with nothing: another site could have somebody write into a room of which it has the receipt."""
    site, origin = request.headers.get("Sec-Fetch-Site", ""), urlsplit(request.headers.get("Origin", ""))
    if site:
        return site not in ("same-origin", "none")
    return bool(origin.netloc) and origin.netloc not in (request.host, urlsplit(str(current_app.config["BASE_URL"])).netloc)


OPEN = frozenset({"submit.first", "submit.begin", "submit.come_back", "submit.concern"})
"""Pages that need no visit."""
OUTSIDE = frozenset({"submit.leave", "submit.open_again"})


def neutral() -> Response:
    """A page that says nothing of what this room is for."""
    g.keeps = ()
    return Response(render_template("submit/neutral.html"), content_type="text/html; charset=utf-8")


def _https() -> bool:
    return str(current_app.config["BASE_URL"]).startswith("https:")
