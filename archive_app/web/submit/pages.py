"""The table of the pages of families.

What may not live here: what they ask (asking) or show afterwards (afterwards).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, g, request
from flask_limiter import RateLimitExceeded

from archive_app.actions.family_room import FamilyRoom
from archive_app.web import errors, sealed_forms, tries, tus
from archive_app.web.submit import afterwards, asking, bringing, door, unsaved, uploading

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

View = Callable[..., "Answer"]
MOST_FORM = 2 << 20
"""Bytes of an account that is typed: 200,000 letters, of which one is nine bytes on its way where the alphabet needs it."""
PAGES: tuple[tuple[str, str, View, tuple[str, ...]], ...] = (
    ("/submit", "first", asking.first, ("GET",)), ("/submit/begin", "begin", asking.begin, ("GET", "POST")),
    ("/submit/return", "come_back", asking.come_back, ("GET", "POST")),
    ("/submit/questions/<step>", "question", asking.question, ("GET", "POST")), ("/submit/files", "files", bringing.files, ("GET", "POST")),
    ("/submit/files/<attachment>", "file", bringing.file, ("GET", "POST")), ("/submit/summary", "summary", asking.summary, ("GET", "POST")),
    ("/submit/room", "room", afterwards.room, ("GET",)), ("/submit/room/message", "message", afterwards.message, ("GET", "POST")),
    ("/submit/room/<name>", "verb", afterwards.verb, ("GET", "POST")),
    ("/submit/uploads", "uploads", uploading.uploads, ("GET", *tus.BEGINS)),
    ("/submit/uploads/<upload>", "upload", uploading.upload, ("GET", *tus.GOES_ON)),
    ("/submit/copy", "copy", afterwards.copy, ("GET",)),
    ("/submit/stopped", "stopped", afterwards.stopped, ("GET",)), ("/submit/leave", "leave", door.leave, ("GET",)),
    ("/submit/open", "open_again", afterwards.open_again, ("GET",)), ("/submit/concern", "concern", afterwards.concern, ("GET", "POST")),
)
TRIED, WRITTEN = ("submit.come_back",), ("submit.begin", "submit.concern")
"""Where a wrong receipt is counted, and where every post is."""


def start(app: Flask, room: FamilyRoom) -> None:
    """Put the pages into `app`."""
    door.give(app, room)
    sealed_forms.start(app, room)
    blueprint = Blueprint("submit", __name__)
    blueprint.register_error_handler(RateLimitExceeded, tries.too_many)
    blueprint.before_request(_before)
    blueprint.after_request(tus.mark)
    blueprint.context_processor(lambda: {"token": door.form_token() if g.get("family") else "", "typed_here": unsaved.found,
                                         "exit_url": door.exit_url(), "help_contact": app.config["SETTINGS"].help_contact})
    for path, name, view, methods in PAGES:
        blueprint.add_url_rule(path, name, view, methods=methods)
    app.register_blueprint(blueprint)
    tries.start(app, TRIED, WRITTEN, has_accounts=False)


def _before() -> Answer | None:
    errors.show_in("submit/refused.html")
    if request.endpoint in ("submit.files", "submit.file"):
        request.max_content_length = door.room().upload_most
    elif request.endpoint == "submit.upload":
        request.max_content_length = tus.MOST_BODY
    elif request.endpoint in ("submit.question", "submit.come_back"):
        request.max_content_length = request.max_form_memory_size = MOST_FORM
    return door.before()
