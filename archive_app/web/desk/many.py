"""One change to many testimonies, at the desk: chosen in the work list, seen beforehand, made, and, where it can be, undone.

What may not live here: what a change is (actions.bulk).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Response, request

from archive_app.access.kept_readings import KeptLine
from archive_app.actions import bulk
from archive_app.actions.bulk import Asked, Outcome
from archive_app.errors import Conflict, Invalid
from archive_app.web.desk import door, listing, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.translate import lazy_gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

ACT = {
    "add keywords": lazy_gettext("Add keywords"), "remove keywords": lazy_gettext("Take keywords away"),
    "set languages": lazy_gettext("Set the languages"), "set place": lazy_gettext("Set the place"),
    "publish": lazy_gettext("Publish"), "unpublish": lazy_gettext("Take back to the desk"), "hold": lazy_gettext("Close everything now")}
FIELD = {"keywords": lazy_gettext("Keywords"), "languages": lazy_gettext("Languages"), "place": lazy_gettext("Place")}
AFTERWARDS = {
    "publish": lazy_gettext("To take this back, choose the same testimonies and “Take back to the desk”."),
    "unpublish": lazy_gettext("To take this back, publish them again, each by itself."),
    "hold": lazy_gettext("What is closed is opened again by a custodian, with evidence, on the page of each testimony.")}


def many() -> Answer:
    """Choose what is to be done; see what that comes to; do it."""
    if request.method != "POST":
        try:
            chosen = listing.chosen(request.args)
        except Invalid as wrong:
            return _ask((), (), (Mistake("", words.wrong(wrong)),), 400)
        return _ask(chosen, _lines(chosen))
    chosen = tuple(request.form.getlist("id"))
    form, lines = door.Sent(), _lines(chosen)
    if not form.validate():
        return _ask(chosen, lines, door.stale(), 400)
    asked = Asked(request.form.get("act", ""), taking.several("words"), taking.typed("reason"))
    engine, who = door.working()
    try:
        if request.form.get("step") != "do":
            return door.page("many_foreseen", form=form, asked=asked, outcomes=bulk.foresee(engine, who, chosen, lines, asked), acts=ACT,
                             chosen=chosen, afterwards=AFTERWARDS)
        id, outcomes = bulk.carry_out(engine, who, chosen, lines, asked)
    except Invalid as wrong:
        return _ask(chosen, lines, (Mistake(wrong.field, words.wrong(wrong)),), 400)
    return door.go(to("/desk/bulk/", id)) if id and not _left(outcomes) else _told(asked, outcomes, id)


def _left(outcomes: tuple[Outcome, ...]) -> bool:
    return any(each.problem for each in outcomes)


def _lines(chosen: tuple[str, ...]) -> tuple[KeptLine, ...]:
    with door.desk() as desk:
        return desk.lines(chosen[:bulk.MOST])


def _ask(chosen: tuple[str, ...], lines: tuple[KeptLine, ...], mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    return door.page("many", status, form=door.Sent(), mistakes=mistakes, typed=request.form, lines=lines, chosen=chosen, acts=ACT,
                     past=bulk.past(*door.working())[:20], fields=FIELD)


def _told(asked: Asked, outcomes: tuple[Outcome, ...], id: str = "") -> Response:
    return door.page("many_made", form=door.Sent(), heading=ACT[asked.act], outcomes=outcomes, undo=id, undone=False, mistakes=(),
                     afterwards=AFTERWARDS.get(asked.act, ""))


def made(id: str) -> Answer:
    """What was changed, and undoing it."""
    engine, who = door.working()
    found = bulk.made(engine, who, id)
    form = door.Sent()
    if request.method != "POST":
        return _made(found.field, found.lines, "" if found.undone else id, found.undone)
    if not form.validate():
        return _made(found.field, found.lines, id, found.undone, door.stale(), 400)
    try:
        outcomes = bulk.undo(engine, who, id)
    except Conflict as wrong:
        return _made(found.field, found.lines, "", True, (Mistake("", words.wrong(wrong)),), 409)
    return _made(found.field, outcomes, "", not all(each.problem for each in outcomes))


def _made(field: str, outcomes: tuple[Outcome, ...], undo: str, undone: bool, mistakes: tuple[Mistake, ...] = (),
          status: int = 200) -> Response:
    titles = {line.id: line.title for line in _lines(tuple(each.id for each in outcomes))}  # of what is theirs to tend alone
    named = [replace(each, title=titles.get(each.id, "")) for each in outcomes]
    return door.page("many_made", status, form=door.Sent(), heading=FIELD[field], outcomes=named, undo=undo, undone=undone,
                     mistakes=mistakes, afterwards="")
