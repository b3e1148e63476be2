"""The page of files: what was brought, one more, what each is and who may have it, and taking one away again.

What may not live here: files in pieces (uploading), the other questions (asking).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Response, request

from archive_app.actions import attaching, uploading
from archive_app.actions.family_readings import Attached
from archive_app.actions.family_room import Family
from archive_app.errors import Busy, Conflict, Invalid, NotFound
from archive_app.web import headers, interface
from archive_app.web.said import say
from archive_app.web.submit import asking, door, questions
from archive_app.web.translate import N_, gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

LATER = N_("Files of others are being looked at just now, so this one was not taken. Please send it again in a moment.")
ARRIVED = N_("Files of others are being looked at just now. All of your file has arrived and is kept: please choose it again in a moment, "
             "and it need not be sent a second time.")


def files() -> Answer:
    """What was brought, and one more file; each is looked into before it is kept. Whatever button is pressed, nothing that was written or
    chosen on the page is left behind."""
    who = door.known()
    if request.method != "POST":
        return door.go("/room") if asking.closed(who) else _files(who)
    there = attaching.attachments(door.room(), who)
    elsewhere = any(_changed_since(each) and _typed_of(each) != (each.label, each.audience) for each in there)
    refused, taken = _kept(who, lambda: _described(who, there) | _attached(who))
    if refused is not None:
        return refused
    if elsewhere:
        return _files(who, gettext(asking.CHOSEN), 409)
    back = asking.back_to_where_it_was_opened("files", True) if {"next", "back"} & {*request.form} else None
    if back:
        return back
    for name, where in (("next", ("/questions/", questions.following("files", asking.kinds_given()))), ("back", ("/questions/account",)),
                        ("stop", ("/stopped",))):
        if name in request.form:
            return door.go(*where)
    return _more_files() if taken or "save" in request.form else _files(who, gettext("Choose a file first."), 400)


def _more_files() -> Answer:
    """The page of files again, which knows from where it was opened."""
    return door.go("/files", **_from_the_room())


def _from_the_room() -> dict[str, str]:
    return {"from": asking.ROOM} if asking.opened_from() == asking.ROOM else {}


def _described(who: Family, there: Sequence[Attached]) -> bool:
    """Keep captions and choices that the form changed; whether it had any."""
    told = [(each, *_said_of(each)) for each in there if not _changed_since(each)]
    changed = [(each.id, label, audience) for each, label, audience in told if (label, audience) != (each.label, each.audience)]
    for of_one in changed:
        attaching.describe(door.room(), who, *of_one)
    return bool(changed)


def _typed_of(each: Attached) -> tuple[str, str]:
    return request.form.get(f"label-{each.id}", each.label), request.form.get(f"audience-{each.id}", each.audience)


def _said_of(each: Attached) -> tuple[str, str]:
    """Its caption and choice as they stand in the form; of a file that another window changed since, the choice that was saved."""
    label, audience = _typed_of(each)
    return label, each.audience if _changed_since(each) else audience


def _changed_since(each: Attached) -> bool:
    return request.form.get(f"was-{each.id}", _mark(each)) != _mark(each)


def _mark(each: Attached) -> str:
    return questions.mark({"label": each.label, "audience": each.audience})


def _attached(who: Family) -> bool:
    """Keep the file that was chosen, or has arrived in pieces; whether there was one."""
    sent, arrived = [each for each in request.files.getlist("file") if each.filename], request.form.get("upload", "")
    if arrived:
        uploading.attach(door.room(), who, arrived, request.form.get("sha256", ""))
    for each in sent:
        attaching.attach(door.room(), who, each.stream, each.filename or "")  # type: ignore[arg-type]
    return bool(sent or arrived)


def _kept(who: Family, keep: Callable[[], bool]) -> tuple[Response | None, bool]:
    """What the form has is kept: whether it had anything; or the page that says why it was not taken."""
    try:
        return None, keep()
    except NotFound:
        return _files(who, gettext("This file is not on its way any more. Please choose it again."), 400), False
    except (Invalid, Conflict) as refused:
        return _files(who, _refused(refused), refused.status), False
    except Busy as later:
        return _files(who, gettext(ARRIVED if request.form.get("upload") else LATER), later.status), False


def _refused(refused: Invalid | Conflict) -> str:
    return questions.wrong(refused) if isinstance(refused, Invalid) else interface.capital(say(refused.reason))


def _files(who: Family, wrong: str = "", status: int = 200) -> Response:
    """The page of files, with captions as they were typed."""
    asked, there = questions.asked(asking.kinds_given()), attaching.attachments(door.room(), who)
    files = [replace(each, label=label, audience=audience) for each in there for label, audience in (_said_of(each),)]
    answer = door.page("files", status, ("from",), question=questions.BY_STEP["files"], files=files, wrong=wrong,
                       marks={each.id: _mark(each) for each in there},
                       number=[each.step for each in asked].index("files") + 1, of=len(asked), who=who,
                       back_to=asking.opened_from())
    answer.headers.update(headers.WITH_A_VOICE)
    return answer


def file(attachment: str) -> Answer:
    """One file is taken away again, after it was asked once more; what was written of the others, and chosen, is kept."""
    who = door.known()
    try:
        found = attaching.attachment(door.room(), who, attachment)
    except NotFound:
        if request.method == "POST":
            raise
        return door.go("/files")
    if request.method != "POST":
        return _more_files() if asking.closed(who) else door.page("take_away", keeps=("from",), file=found, opened=_from_the_room())
    asked, sure = "remove" in request.form, "sure" in request.form

    def keep() -> bool:
        if asked and sure:
            attaching.remove(door.room(), who, attachment)
        return _described(who, attaching.attachments(door.room(), who)) | _attached(who)

    refused, _ = _kept(who, keep)
    return refused or (door.go("/files/", attachment, **_from_the_room()) if asked and not sure else _more_files())
