"""What readers ask to be granted.

    /requests                        everything one has asked for, or was given, and how it stands          twin
    /requests/<id>                   one of them; taken back here                                           twin
    /testimonies/<id>/request        asks for what is closed of a testimony
    /collections/<id>/request        asks for what is closed in a collection

Whoever is not signed in is led to sign in, whatever the address names; programs find nothing. What may not live here: deciding
(desk), rights (access).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, redirect, render_template, request

from archive_app.access.request_readings import AccessRequest, may_open
from archive_app.access.viewer import Viewer
from archive_app.actions import requesting
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.web import identity
from archive_app.web.account_forms import PlainForm, stale
from archive_app.web.answers import json_response
from archive_app.web.interface import capital
from archive_app.web.links import to
from archive_app.web.said import say
from archive_app.web.signed_out import led_to_the_door
from archive_app.web.translate import N_, gettext, lazy_gettext
from archive_app.web.visit import reading_room

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

STATES = {
    "waiting": lazy_gettext("waiting"),
    "granted": lazy_gettext("granted"),
    "refused": lazy_gettext("refused"),
    "revoked": lazy_gettext("revoked"),
    "ended": lazy_gettext("ended"),
}
SAID = (
    N_("say what you need it for"), N_("this is longer than 4000 letters"), N_("nothing of it is closed to you that could be granted"),
    N_("you have asked for this already"), N_("many of your requests wait still: take one of them back first"),
    N_("this is finished already"), N_("this needs an account of a reader"))
"""What the rooms below, which know no catalogues, say to a reader, word for word as it comes out."""
OPEN = ("waiting", "granted")


def start(app: Flask) -> None:
    """Put the pages into `app`, in which people can sign in already."""
    blueprint = Blueprint("requests", __name__)
    blueprint.before_request(_let_in)
    pages: tuple[tuple[str, Callable[..., Answer], tuple[str, ...]], ...] = (
        ("/requests", own, ("GET",)), ("/requests.json", own_twin, ("GET",)), ("/requests/<public:id>", one, ("GET", "POST")),
        ("/requests/<public:id>.json", one_twin, ("GET",)), ("/testimonies/<public:id>/request", ask, ("GET", "POST")),
        ("/collections/<public:id>/request", ask_all, ("GET", "POST")))
    for path, view, methods in pages:
        blueprint.add_url_rule(path, view.__name__, view, methods=methods)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["request_states"] = STATES


def _let_in() -> Answer | None:
    who = identity.visitor()
    if who is not None and who.is_authenticated:
        return None
    if request.path.endswith(".json"):
        raise NotFound()
    return led_to_the_door()


def own() -> Answer:
    """Everything one has asked for."""
    with reading_room() as room:
        found = room.requests()
    return _page("own", requests=found)


def own_twin() -> Answer:
    """The same for machines, in the shape of every list."""
    with reading_room() as room:
        found = room.requests()
    return json_response({"total": len(found), "page": 1, "pages": 1, "items": [_plain(each) for each in found]})


def one(id: str) -> Answer:
    """One of them; a form sent here takes it back. 409 where it is finished."""
    with reading_room() as room:
        found = room.request(id)
    form, sentence, status = PlainForm(), "", 200
    if form.is_submitted():
        if not form.validate():
            sentence, status = stale(), 400
        else:
            try:
                requesting.take_back(identity.rules().engine, _viewer(), id)
                return redirect(to("/requests"), 303)
            except Conflict as over:
                sentence, status = said(over.reason), 409
    return _page("one", status, one=found, form=form, sentence=sentence)


def one_twin(id: str) -> Answer:
    """The same for machines."""
    with reading_room() as room:
        return json_response(_plain(room.request(id)))


def ask(id: str) -> Answer:
    """Ask for what is closed of a testimony; where nothing is, it says so."""
    with reading_room() as room:
        told, known, now = room.testimony(id), room.requests(), room.now
        opens = may_open(told, (room.transcript(id, head.n) for head in told.transcripts), now)
    running = next((each for each in known if each.testimony and each.testimony.id == id and each.state in OPEN), None)
    return _asked(running, opens, {"testimony": id}, card=told.card, told=told, now=now)


def ask_all(id: str) -> Answer:
    """Ask for what is closed in a whole collection."""
    with reading_room() as room:
        house, known = room.collection(id)[0], room.requests()
    running = next((each for each in known if each.collection and each.collection.id == id and each.state in OPEN), None)
    return _asked(running, True, {"collection": id}, house=house)


def _asked(running: AccessRequest | None, opens: bool, about: dict[str, str], **shown: Any) -> Answer:
    """The form, or what was typed into it again with what is wrong; on to the request where there is one."""
    form, typed, sentence, status = PlainForm(), request.form.get("purpose", ""), "", 200
    if running is not None:
        return redirect(to("/requests/", running.id), 303)
    if form.is_submitted():
        if not form.validate():
            sentence, status = stale(), 400
        else:
            try:
                made = requesting.ask(identity.rules().engine, _viewer(), typed, **about)
                return redirect(to("/requests/", made), 303)
            except Invalid as wrong:
                sentence, status = said(wrong.reason), 400
            except (Conflict, NotAllowed) as refused:
                sentence, status = said(refused.reason), refused.status
    return _page("ask", status, form=form, typed=typed, sentence=sentence, wrong=status == 400, opens=opens,
                 **{"card": None, "told": None, "house": None, "now": 0, **shown})


def said(reason: str) -> str:
    """A reason as a sentence."""
    found = capital(say(reason))
    return found if found.endswith((".", "!", "?", "։")) else gettext("%(sentence)s.", sentence=found)


def _viewer() -> Viewer:
    who = identity.visitor()
    assert who is not None  # they were let in
    return who.known.viewer


def _page(name: str, status: int = 200, **shown: Any) -> Response:
    g.keeps = ()
    return Response(render_template(f"requests/{name}.html", **shown), status, content_type="text/html; charset=utf-8")


def _plain(each: AccessRequest) -> dict[str, Any]:
    return {"id": each.id, "state": each.state, "testimony": each.testimony.id if each.testimony else None,
            "title": each.testimony.title if each.testimony else "", "collection": each.collection.id if each.collection else None,
            "purpose": each.purpose, "words": each.words, "asked_utc_ms": each.asked_utc_ms, "decided_utc_ms": each.decided_utc_ms,
            "until_utc_ms": each.until_utc_ms, "url": f"/requests/{each.id}"}
