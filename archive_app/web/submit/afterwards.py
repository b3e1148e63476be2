"""The room after it was sent, or between two days: where it stands, messages both ways, pause, go on, withdraw, a copy; and a word about
somebody else's testimony.

What may not live here: the questions (asking).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Response, request

from archive_app.actions import family_copy, submitting
from archive_app.actions.answers import NARROWS
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.web import interface
from archive_app.web.said import say
from archive_app.web.submit import copied, door, questions
from archive_app.web.translate import N_, gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

VERBS: dict[str, Callable[[FamilyRoom, Family], None]] = {
    "pause": submitting.pause, "go-on": submitting.go_on, "withdraw": submitting.withdraw, "forget": submitting.forget,
    "erase": submitting.erase}
ASKED_TWICE = ("withdraw", "forget", "erase")
"""What cannot be undone is asked once more."""
NOTHING = N_("Write something first.")
CLOSES = NARROWS | {"files"}
"""Where what closes more counts at once."""


def room() -> Response:
    """Where it stands, in plain words."""
    return _room(door.known())


def _room(who: Family, wrong: str = "", status: int = 200) -> Response:
    held, kept = door.room(), request.args.get("kept", "")
    return door.page("room", status, who=who, standing=submitting.status(held, who), messages=submitting.messages(held, who), wrong=wrong,
                     typed=request.form.get("words", "") if wrong else "", answers=submitting.answers(held, who),
                     kept=kept if kept in questions.BY_STEP else "", closes=kept in CLOSES)


def message() -> Answer:
    """A message to the archivists."""
    if request.method != "POST":
        return door.go("/room")
    words = request.form.get("words", "")
    if not words.strip():
        return _room(door.known(), gettext(NOTHING), 400)
    try:
        submitting.write(door.room(), door.known(), words)
    except Invalid as wrong:
        return _room(door.known(), questions.wrong(wrong), wrong.status)
    except Conflict as wrong:
        return _room(door.known(), say(wrong.reason), wrong.status)
    return door.go("/room")


def verb(name: str) -> Answer:
    """Pause, go on, withdraw, erase, delete a draft. What cannot be undone is asked once more. Raises NotFound."""
    if name not in VERBS:
        raise NotFound()
    who = door.known()
    standing = submitting.status(door.room(), who)
    otherwise = "deletes" in request.form and standing.taken_in  # it was said that all is deleted, and it was taken in since
    if request.method != "POST" or (name in ASKED_TWICE and ("sure" not in request.form or otherwise)):
        return door.page("sure", verb=name, standing=standing, may_pause=who.kind == "account" and who.state in ("sent", "accepted"))
    try:
        VERBS[name](door.room(), who)
    except Conflict as wrong:
        return _room(door.known(), say(wrong.reason), 409)
    return door.dismiss(door.page("gone", verb=name)) if name in ("forget", "erase") else door.go("/room")


def copy() -> Response:
    """Everything that was given, as one file."""
    who, room_of = door.known(), door.room()
    words = copied.in_words(submitting.answers(room_of, who), submitting.attachments(room_of, who)) if who.kind == "account" else ""
    return Response(family_copy.copy(room_of, who, words), content_type="application/zip",
                    headers={"Content-Disposition": 'attachment; filename="my-testimony.zip"'})


def stopped() -> Response:
    """For today. The visit has ended; the receipt opens it again."""
    return door.dismiss(door.page("stopped"))


def open_again() -> Answer:
    """After leaving in haste: the room is asked for again. A visit that we were not told of the end of ends here."""
    return door.forget_leaving(door.dismiss(Response("", 303, {"Location": door.go().location or ""})))


def concern() -> Answer:
    """A word about a testimony, a person or a place in it; its receipt brings the answer."""
    about, words = request.values.get("about", ""), request.form.get("words", "")
    if request.method != "POST":
        return door.page("concern", keeps=("about",), about=about[:500], words="", wrong="")
    if not words.strip():
        return door.page("concern", 400, ("about",), about=about, words="", wrong=gettext(NOTHING))
    try:
        begun = submitting.concern(door.room(), interface.chosen(), about, words)
    except Invalid as wrong:
        return door.page("concern", 400, ("about",), about=about, words=words, wrong=questions.wrong(wrong))
    return door.admit(door.page("receipt", begun=begun, sent=True), begun.visit)
