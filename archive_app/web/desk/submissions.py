"""What families sent, at the desk: what waits, one of them, an answer, taken in or not, with words.

What may not live here: what a verb does (actions.reviewing), the family's own pages (submit).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Response, request

from archive_app.actions import incoming, reviewing
from archive_app.errors import Conflict, Invalid
from archive_app.web.desk import door, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.submit import door as families
from archive_app.web.submit import foreseen, questions
from archive_app.web.translate import gettext, lazy_gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer


BY_HAND = {"title": (lazy_gettext("Title"), "description"), "date": (lazy_gettext("When it happened"), "description"),
           "place": (lazy_gettext("Where it happened"), "links"), "name": (lazy_gettext("The name of whoever tells it"), "links")}
"""What is changed by hand: what it is called, and the page of the testimony where that is done."""


def waiting() -> Response:
    """What was sent, by state."""
    found = incoming.waiting(families.room(), door.actor(), titles=True)
    state = request.args.get("state", "")
    items = [item for item in found.items if item.state == state] if state else list(found.items)
    return door.page("submissions", keeps=("state",), waiting=found, items=items, state=state)


def received(id: str) -> Answer:
    """One of them, whole; and what can be done about it."""
    if request.method != "POST":
        return _page(id)
    form = door.Sent()
    if not form.validate():
        return _page(id, door.stale(), 400)
    room, who, said = families.room(), door.actor(), request.form.get("words", "").strip()
    acts: dict[str, Callable[[], object]] = {
        "answer": lambda: reviewing.answer(room, who, id, said), "decline": lambda: reviewing.decline(room, who, id, said),
        "erase": lambda: reviewing.erase(room, who, id),
        "settle": lambda: reviewing.settle(room, who, id, said), "carry": lambda: reviewing.carry(room, who, id),
        "deal": lambda: reviewing.deal(room, who, id, request.form.get("seen", ""))}
    act = request.form.get("act", "")
    try:
        if act == "accept":
            taken = reviewing.accept(room, who, id, request.form.get("collection", "").strip(), request.form.get("title", "").strip())
            return door.go(to("/desk/testimonies/", taken))
        if act not in acts:
            raise Invalid("act", "choose what to do")
        if act == "erase" and request.form.get("typed", "").strip() != id:
            raise Invalid("typed", gettext("this is not its identifier: write %(id)s", id=id))
        acts[act]()
        if act == "erase":
            return door.go(to("/desk/submissions"))
    except (Invalid, Conflict) as wrong:
        return _page(id, (Mistake(wrong.field if isinstance(wrong, Invalid) else "", words.wrong(wrong)),), wrong.status)
    return door.go(to("/desk/submissions/", id))


def _page(id: str, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    room, who = families.room(), door.actor()
    found = incoming.read(room, who, id)
    preview = reviewing.preview(room, who, id) if found.item.kind == "account" else None
    told = foreseen.lines(preview, found.answers, found.attachments) if preview else []
    with door.desk() as desk:
        houses = desk.collections()
    return door.page("submission", status, found=found, form=door.Sent(), mistakes=mistakes, collections=houses,
                     allowed={each.step: each.says for each in told if each.step in words.PERMITS},
                     said=questions.said, asked=questions.BY_STEP, uses=questions.USE,
                     about=found.answers.get("concern", {}), by_hand=BY_HAND)


def file(id: str, attachment: str) -> Response:
    """A file as it was given: to be saved, never shown by the browser in our name."""
    return door.as_given(incoming.bytes_of(families.room(), door.actor(), id, attachment), attachment)
