"""Requests for access at the desk: what waits, one of them decided with words and a term, and a grant given by hand.

What may not live here: what a decision does (actions.granting), the reader's own pages (web.requests).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from archive_app import clock
from archive_app.actions import granting
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.web import questions
from archive_app.web.account_forms import rules
from archive_app.web.desk import door, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer


def requests() -> Response:
    """Those about what whoever asks may tend, by how they stand."""
    state = request.args.get("state", "")
    with door.desk() as desk:
        found = desk.requests(state, questions.page_number(request.args))
    return door.page("requests", keeps=("state", "page"), listing=found, state=state)


def access(id: str) -> Answer:
    """One request, and what can be done about it: granted, refused, revoked."""
    if request.method != "POST":
        return _one(id)
    form = door.Sent()
    if not form.validate():
        return _one(id, door.stale(), 400)
    who, said, by_mail = door.working(), taking.typed("words"), rules().by_mail
    acts: dict[str, Callable[[], None]] = {
        "grant": lambda: granting.grant(*who, id, _last(), said, by_mail=by_mail),
        "refuse": lambda: granting.refuse(*who, id, said, by_mail=by_mail),
        "revoke": lambda: granting.revoke(*who, id, said, by_mail=by_mail)}
    try:
        acts.get(request.form.get("act", ""), _no_act)()
    except Invalid as wrong:
        return _one(id, (Mistake(wrong.field, words.wrong(wrong)),), 400)
    except Conflict as found:
        return _one(id, (Mistake("", words.wrong(found)),), 409)
    return door.go(to("/desk/requests/", id))


def give() -> Answer:
    """A grant to an account that asked for nothing; `?about=` a testimony or a collection."""
    form = door.Sent()
    if not form.is_submitted():
        return _given((), 200)
    if not form.validate():
        return _given(door.stale(), 400)
    try:
        made = granting.give(*door.working(), taking.typed("email"), taking.typed("about"), _last(),
                             taking.typed("words"), by_mail=rules().by_mail)
    except NotFound:
        return _given((Mistake("about", gettext("You tend nothing of this id.")),), 400)
    except Invalid as wrong:
        return _given((Mistake(wrong.field, words.wrong(wrong)),), 400)
    except Conflict as found:
        return _given((Mistake("", words.wrong(found)),), 409)
    return door.go(to("/desk/requests/", made))


def _one(id: str, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    with door.desk() as desk:
        found = desk.request(id)
    return door.page("request", status, one=found, form=door.Sent(formdata=None), mistakes=mistakes, **_term())


def _given(mistakes: tuple[Mistake, ...], status: int) -> Response:
    return door.page("give", status, keeps=("about",), form=door.Sent(formdata=None), mistakes=mistakes,
                     about=taking.typed("about") or request.args.get("about", "")[:64], **_term())


def _term() -> dict[str, Any]:
    """What the field of the last day is filled with, and the last that is taken."""
    now = clock.now()
    return {"until": taking.typed("until") or granting.last_day(now).isoformat(),
            "longest": granting.last_day(now, granting.LONGEST_DAYS).isoformat()}


def _last() -> datetime.date:
    try:
        return datetime.date.fromisoformat(taking.typed("until"))
    except ValueError as error:
        raise Invalid("until", gettext("write a day as 2026-11-23")) from error


def _no_act() -> None:
    raise Invalid("act", gettext("choose what is to be done"))
