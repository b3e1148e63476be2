"""What the desk shows: a testimony, its history, and its page through other eyes.

What may not live here: changing anything (changing), sentences (words).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flask import Response, render_template, request

from archive_app import clock
from archive_app.access.desk import CLASSES, JUDGED
from archive_app.access.law import may_keep
from archive_app.actions import incoming
from archive_app.errors import Invalid
from archive_app.storage import signatures
from archive_app.web import opened, reads
from archive_app.web.desk import door, erasing
from archive_app.web.links import to
from archive_app.web.reads import Asked
from archive_app.web.submit import door as families
from archive_app.web.translate import gettext
from archive_app.web.visit import doors

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

def testimony(id: str) -> Answer:
    """One testimony with everything that bears on it, or the receipt of one that was erased. `?on=` asks why on another day,
    `?names=1` what the name filter cannot decide."""
    at = moment(request.args.get("on", ""))
    with door.desk() as desk:
        found, verdicts, done = desk.testimony(id), desk.why(id, at), desk.erasure(id)
        closes_names, reads_it = desk.closes_names(id), desk.reads(id)
        doubts = desk.doubts(id) if closes_names and request.args.get("names") else None  # every word of it: not for each look at it
    if done is not None:
        return erasing.receipt(found, done)
    return door.page("testimony", keeps=("on", "names"), kept=found, verdicts=verdicts, on=day(at), classes=tuple(CLASSES),
                     judged=tuple(JUDGED), closes_names=closes_names, doubts=doubts, reads_it=reads_it,
                     concerns=incoming.concerns(families.room(), door.actor(), id),
                     may_erase=may_keep(door.actor().role, "erase"))


def history(id: str) -> Response:
    """Everything that was done to a testimony."""
    with door.desk() as desk:
        found, entries = desk.testimony(id), desk.history(id)
    return door.page("history", kept=found, entries=entries)


def seen_as(id: str) -> Response:
    """The page of a testimony as a class of viewer has it on a day, made by the reading room itself. What they may not know of, is said."""
    who, at = request.args.get("who", "public"), moment(request.args.get("on", ""))
    with door.desk() as desk:
        kept, room = desk.testimony(id), desk.room_of(id, who, at)
        layers = {each.layer: each.open_to[who] for each in desk.why(id, at)}
        asked = Asked(room, doors(), request.args, whole=False)
        view = reads.testimony(asked, id) if layers["existence"] else None
    if view is None:
        return door.page("unseen", kept=kept, who=who, on=day(at))
    context = opened.context(view, to("/desk/testimonies/", id, "/media/"))
    html = render_template("desk/seen_as.html", page=view, kept=kept, who=who, on=day(at), structured="", **context)
    return Response(html, content_type="text/html; charset=utf-8")


def evidence(id: str, key: int) -> Response:
    """A file that was attached to a statement or a proposal, as it was given: to be saved, never shown by the browser in our name. Its name
    ends as what it is, so that whoever saved it can open it."""
    with door.desk() as desk:
        digest = desk.evidence(id, key)
    with doors().open_bytes(digest) as stream:
        called = f"evidence-{key}.{signatures.ending(stream.read(signatures.HEAD))}"
    return door.as_given(doors().open_bytes(digest), called)


def moment(text: str) -> int:
    """Noon (UTC) of a day as it is asked for, now for none: a day that opens something has then begun everywhere. Raises Invalid."""
    if not text:
        return clock.now()
    try:
        asked = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("on", gettext("write a day as 2026-11-23")) from error
    return clock.opens(asked)


def day(moment_ms: int) -> str:
    """The day of a moment, as forms take it."""
    return datetime.datetime.fromtimestamp(moment_ms / 1000, tz=datetime.UTC).date().isoformat()
