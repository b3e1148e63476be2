"""Refusals as one page and one shape of JSON: `{"error": code, "message"}`.

Which of the two is decided by the address alone (`.json`). "Not there" is the same bytes for what is hidden and for what never
existed: it repeats nothing of what was asked. A failure of ours shows one id, and is logged once, by that id, with where it
happened and never with what was asked, found or said. What may not live here: what is refused, and why (the rooms raise it).
"""

from __future__ import annotations

import errno
import logging
import secrets
import traceback
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from archive_app.errors import ArchiveError, Conflict, Invalid, NotAllowed, NotFound
from archive_app.web.answers import json_response
from archive_app.web.interface import capital
from archive_app.web.said import say
from archive_app.web.translate import N_, gettext, lazy_gettext

log = logging.getLogger(__name__)

HEADINGS = {
    400: lazy_gettext("This cannot be read as it was written"),
    401: lazy_gettext("Please sign in"),
    403: lazy_gettext("This is not open to you"),
    404: lazy_gettext("There is nothing at this address"),
    405: lazy_gettext("This address does not take that"),
    409: lazy_gettext("Somebody else changed this first"),
    413: lazy_gettext("This is too large to be taken"),
    415: lazy_gettext("This kind of file is not taken"),
    416: lazy_gettext("The recording does not have that part"),
    429: lazy_gettext("That was a lot at once"),
    500: lazy_gettext("Something failed on our side"),
    503: lazy_gettext("The archive is busy"),
    507: lazy_gettext("The archive is full"),
}
ADVICE = {
    404: lazy_gettext("It may have been typed differently, or it is not open to you."),
    405: lazy_gettext("Please go back and try again from the page itself."),
    413: lazy_gettext("Please send less at once."),
    429: lazy_gettext("Please wait a minute, then try again."),
    500: lazy_gettext("Please try again in a few minutes. If it happens again, tell us this number:"),
    503: lazy_gettext("Please try again in a minute."),
    507: lazy_gettext("There is no room left on its disk. Please tell the people who run it."),
}
MESSAGES = (
    N_("This could not be read as a query, so its words were searched as they stand."),
    N_("is longer than 1000 characters; please search for less at once"),
    N_("has more than 60 words; please search for fewer at once"),
    N_("has more than 12 words with * or ~; please search for fewer at once"),
    N_("has more than 6 groups of near words; please search for fewer at once"),
    N_("has more than 6 dates; please search for fewer at once"),
    N_("nests more than 20 brackets; please write it more simply"),
    N_("denies a denial too often; please write it more simply"),
    N_("pages are numbered from 1"))
"""What the rooms below, which know no catalogues, say to a visitor of the web, word for word as it comes out."""
PASSING = {503, 507}
"""What our rooms refuse for want of a scanner, or of place: nothing of what was asked failed, and it can be tried again."""
CODES = {400: "invalid", 401: "sign_in", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 409: "conflict",
         413: "too_large", 415: "unsupported_type", 416: "no_such_range", 429: "too_many", 500: "failed", 503: "busy", 507: "disk_full"}


@dataclass(frozen=True)
class Refusal:
    """What an error page shows. `field` names what was typed wrongly; `number` is the id of a failure; `typed` is kept for the
    form."""

    status: int
    heading: str
    advice: str
    field: str = ""
    number: str = ""
    typed: str = ""


def start(app: Flask) -> None:
    """Answer every refusal and every failure in `app`."""
    app.register_error_handler(ArchiveError, _ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unforeseen)


def show_in(template: str) -> None:
    """Show what is refused of this request in another page than that of the archive; "not there" stays the one answer."""
    g.refused_in = template


def refused(status: int, advice: str = "", field: str = "", number: str = "") -> Response:
    """The answer for a refusal: page or JSON, as the address asks."""
    heading = str(HEADINGS.get(status, HTTPStatus(status).phrase))
    advice = advice or str(ADVICE.get(status, ""))
    if request.path.endswith(".json"):
        message = " ".join(part for part in (f"{field}: {advice}" if field else f"{heading}. {advice}".strip(), number) if part)
        return json_response({"error": CODES.get(status, "error"), "message": message}, status)
    g.pop("keeps", None)
    typed = request.args.get("q", "") if status == 400 else ""
    page = Refusal(status, heading, advice, field, number, typed)
    template = "error.html" if status == 404 else g.get("refused_in", "error.html")
    return Response(render_template(template, page=page), status, content_type="text/html; charset=utf-8")


def _ours(error: ArchiveError) -> Response:
    if isinstance(error, NotFound):
        return refused(404)
    if isinstance(error, Invalid):
        return refused(400, say(error.reason), error.field)
    if error.status in PASSING:
        log.error("refused for now: %s", type(error).__name__)
        return refused(error.status, gettext(str(error)))
    if error.status >= 500:
        return _failed(error)
    return refused(error.status, sentence(error))


def sentence(error: ArchiveError) -> str:
    """What is said of a refusal: its reason as a sentence, not the name that machines know the verb by."""
    if not isinstance(error, NotAllowed | Conflict):
        return gettext(str(error))
    found = capital(say(error.reason))
    return found if found.endswith((".", "!", "?", "։")) else gettext("%(sentence)s.", sentence=found)


def _of_http(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    if status < 400:
        return Response("", status, headers=dict(error.get_headers()))
    answer = refused(status)
    if status == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    if status == 416:
        answer.headers["Content-Range"] = f"bytes */{getattr(error, 'length', None) or 0}"
    retry = getattr(error, "retry_after", None)
    if status in {429, 503} and isinstance(retry, int):
        answer.headers["Retry-After"] = str(retry)
    return answer


def _unforeseen(error: Exception) -> Response:
    if _is_full(error):
        log.error("the disk is full: nothing more is taken until there is room (docs/operating.md, A disk nearly full)")
        return refused(507)
    return _failed(error)


def _is_full(error: BaseException) -> bool:
    """Whether there was no room on the disk: said by the system, or by SQLite in its own words."""
    below = getattr(error, "orig", None) or error
    return getattr(below, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(below)


def _failed(error: BaseException) -> Response:
    number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    where = " < ".join(f"{frame.filename.rpartition('archive_app/')[2]}:{frame.lineno} {frame.name}"
                       for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:]))
    log.error("failure %s: %s at %s", number, type(error).__name__, where)
    return refused(500, number=number)
