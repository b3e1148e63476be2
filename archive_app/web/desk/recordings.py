"""The recordings of a testimony at the desk: every version with what is known of its bytes, and one more, from a form or in pieces.

What may not live here: what becomes of it (actions.recording), the protocol (web.tus).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Response, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from archive_app.access.terms import TIERS
from archive_app.actions import recording, uploading
from archive_app.actions.recording import Brought
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.web import tus
from archive_app.web.desk import door, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.submit import door as families
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

TOKEN_SECONDS = 7 * 24 * 3600
"""A long recording on a thin line takes longer than a form may lie open."""


def recordings(id: str) -> Answer:
    """What is there, and one more."""
    form = door.Sent()
    if not form.is_submitted():
        return _page(id, form)
    if not form.validate():
        return _page(id, form, door.stale(), 400)
    try:
        hidden = _take(id)
    except (Invalid, Conflict) as wrong:
        field = wrong.field if isinstance(wrong, Invalid) else ""
        return _page(id, form, (Mistake(field, words.wrong(wrong)),), wrong.status)
    return door.go(to("/desk/testimonies/", id, "/recordings", hidden="1" if hidden else ""))


def _take(id: str) -> list[str]:
    """Sentences on what was hidden of what it is called."""
    engine, actor, vault = door.doors().engine, door.actor(), families.room().vault
    arrived, sent = request.form.get("upload", ""), request.files.get("file")
    if sent and sent.filename:
        return recording.add(engine, vault, actor, id, _brought(sent.filename), cast(BinaryIO, sent.stream))
    if arrived:
        uploads = uploading.at_desk(families.room(), actor, id)
        return recording.taken(engine, vault, actor, id, _brought(_called(id, arrived)), uploads, arrived, request.form.get("sha256", ""))
    raise Invalid("file", "choose a file first")


def _called(id: str, arrived: str) -> str:
    """The name of what has arrived. Raises Invalid where it is not on its way any more."""
    try:
        return uploading.at_desk(families.room(), door.actor(), id).told(arrived).get("filename", "")
    except NotFound:
        raise Invalid("file", "this file is not on its way any more: please choose it again") from None


def _brought(name: str) -> Brought:
    offset = taking.time("offset") if taking.typed("offset") else None
    return Brought(name, taking.typed("label"), taking.typed("access"), taking.typed("instead_of"), offset)


def _page(id: str, form: door.Sent, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    with door.desk() as desk:
        kept, there = desk.testimony(id), desk.recordings(id)
    arrived, called = request.form.get("upload", ""), ""
    try:
        called = _called(id, arrived) if arrived else ""
    except Invalid:
        arrived = ""
    return door.page("recordings", status, kept=kept, there=there, form=form, mistakes=mistakes, tiers=tuple(TIERS), arrived=arrived,
                     called=called, typed=request.form)


def uploads(id: str) -> Answer:
    """A file for a testimony is announced."""
    room, actor = families.room(), door.actor()
    return _ours() or tus.begins(room.upload_most, lambda length, told: uploading.begin_at_desk(room, actor, id, length, told),
                                 lambda name: to("/desk/uploads/", id, "/", name))


def upload(id: str, upload: str) -> Answer:
    """A piece of one arrives; how far it has come; or it is given up."""
    room = families.room()
    return _ours() or tus.goes_on(room.upload_most, uploading.at_desk(room, door.actor(), id), upload)


def _ours() -> Response | None:
    """A refusal for what was not sent by a page of ours."""
    if request.method in ("HEAD", "OPTIONS"):
        return None
    try:
        validate_csrf(request.headers.get(families.TOKEN_HEADER, ""), time_limit=TOKEN_SECONDS)
    except ValidationError:
        return Response(gettext("This page was open for too long, or your browser did not keep its cookie. Please send it once more."), 400,
                        content_type="text/plain; charset=utf-8")
    return None
