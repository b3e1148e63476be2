"""The registry at the desk: lists of people, places, events, sources and statements, one of them, and what is done with it. What cannot be
taken is shown again with what was typed; two people at once lose nothing.

What may not live here: what a verb does (actions), words (registry_words).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from archive_app.access.kept_registry_readings import COLUMNS, NAMED, KeptRow, KeptThing
from archive_app.access.readings import Name
from archive_app.access.terms import TIERS
from archive_app.actions import entering, linking, merging
from archive_app.actions.declaring import PROOFS, Proof
from archive_app.actions.registry_rows import ASSERTS
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.web import questions
from archive_app.web.desk import door, registry_words, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.numbers import whole

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

BLANK = 2
"""Empty rows for names below those that are there."""
MOST_ROWS = entering.MOST_NAMES


def entries(kind: str) -> Response:
    """The list of a kind, or what bears a name."""
    looked_for = questions.short(request.args, "q")
    with door.desk() as desk:
        found, enters = desk.registry(kind, looked_for, questions.page_number(request.args)), desk.tends_everything
    return _page("registry_list", keeps=("q", "page"), kind=kind, listing=found, q=looked_for, enters=enters)


def entry(kind: str, id: str) -> Response:
    """One of them with everything that bears on it."""
    with door.desk() as desk:
        found, enters = desk.thing(kind, id), desk.tends_everything
    return _page("registry_one", kind=kind, thing=found, enters=enters)


def enter_new(kind: str) -> Answer:
    """A new one, for whoever tends every collection."""
    with door.desk() as desk:
        if not desk.tends_everything:
            raise NotFound()
    row = typed(kind) if _is_sent() else KeptRow(kind, "", tuple((name, request.args.get(name, "")) for name in COLUMNS[kind]))
    access = taking.typed("access")

    def do() -> str:
        return to("/desk/", kind, "/", entering.enter_new(*door.working(), row, access))

    return _form("registry_form", do, kind=kind, row=row, thing=None, seen="", access=access)


def revise_entry(kind: str, id: str) -> Answer:
    """One of them is changed. 409 with both versions where somebody else was quicker."""
    found = _tended(kind, id)
    row = typed(kind, found.row.id) if _is_sent() else found.row
    seen = request.form.get("seen") or found.row.digest

    def do() -> str:
        entering.revise(*door.working(), row, request.form.get("seen", ""), Proof(note=taking.typed("evidence")))
        return to("/desk/", kind, "/", found.row.id)

    try:
        return _form("registry_form", do, kind=kind, row=row, thing=found, seen=seen)
    except entering.Changed as changed:
        return _page("registry_form", 409, kind=kind, row=row, thing=found, seen=changed.theirs.digest, theirs=changed.theirs,
                     form=door.Sent(formdata=None), mistakes=(), **_choices(row))


def admit_entry(kind: str, id: str) -> Answer:
    """Whom it is open to by itself."""
    found = _tended(kind, id)

    def do() -> str:
        entering.admit(*door.working(), kind, found.row.id, taking.typed("access"), _proof())
        return to("/desk/", kind, "/", found.row.id)

    return _form("registry_access", do, kind=kind, thing=found, row=found.row)


def merge_entries(kind: str, id: str) -> Answer:
    """Two made one, with what moves shown before. `?other=` its id or name."""
    found = _tended(kind, id)
    asked = request.values.get("other", "").strip()
    if not asked:
        mistakes = (Mistake("other", words.wrong(Invalid("other", "nothing of this id or name is in the registry"))),) if _is_sent() else ()
        return _page("registry_merge", 400 if mistakes else 200, kind=kind, thing=found, moving=None, mistakes=mistakes, other="")
    try:
        with door.desk() as desk:
            moving = desk.merging(kind, found.row.id, asked)
    except (Invalid, NotFound) as wrong:
        said = wrong if isinstance(wrong, Invalid) else Invalid("other", "nothing of this id or name is in the registry")
        mistakes = (Mistake("other", words.wrong(said)),)
        return _page("registry_merge", 400, kind=kind, thing=found, moving=None, mistakes=mistakes, other=asked)

    def do() -> str:
        merging.merge(*door.working(), kind, found.row.id, moving.other.id, request.form.get("seen", ""), _proof())
        return to("/desk/", kind, "/", found.row.id)

    try:
        return _form("registry_merge", do, kind=kind, thing=found, row=found.row, moving=moving, other=asked)
    except merging.Moved as moved:
        return _page("registry_merge", 409, kind=kind, thing=found, moving=moved.now, other=asked, form=door.Sent(formdata=None),
                     mistakes=(), again=True, proofs=PROOFS)


def undo_merge(kind: str, id: str, other: str) -> Answer:
    """Two again."""
    found = _tended(kind, id)
    one = next((each for each in found.merges if each.id == other), None)
    if one is None:
        raise NotFound()

    def do() -> str:
        merging.undo(*door.working(), kind, found.row.id, other, _proof())
        return to("/desk/", kind, "/", found.row.id)

    return _form("registry_undo", do, kind=kind, thing=found, row=found.row, one=one)


def links_of(id: str) -> Answer:
    """Who appears in a testimony and which places it tells of."""
    with door.desk() as desk:
        kept, there = desk.testimony(id), desk.links(id)

    def do() -> str:
        act, role = request.form.get("act", ""), taking.typed("role")
        if act == "person":
            linking.link_person(*door.working(), id, taking.typed("people"), role, _proof())
        elif act == "place":
            linking.link_place(*door.working(), id, taking.typed("places"))
        elif act.startswith("-place-") and (place := whole(act[7:].partition("-")[0])) is not None:
            linking.unlink_place(*door.working(), id, place, act[7:].partition("-")[2], _proof())
        elif (button := re.fullmatch(r"-([a-z]+)-([0-9]{1,4})(?:-(.*))?", act)) is not None:
            linking.unlink_person(*door.working(), id, button[1], int(button[2]), button[3] or "", _proof())
        else:
            raise Invalid("act", "choose what to do")
        return to("/desk/testimonies/", id, "/links")

    return _form("links", do, kept=kept, links=there, roles=tuple(linking.ROLES))


def typed(kind: str, id: str = "") -> KeptRow:
    """What the form says, as it was typed. Rows of names in which nothing stands are left out."""
    rows = tuple(name for name in _rows_sent(kind) if name != Name("")) if kind in NAMED else ()
    return KeptRow(kind, id, tuple((name, taking.typed(name).replace("\r\n", "\n")) for name in COLUMNS[kind]), rows)


def _rows_sent(kind: str) -> list[Name]:
    """The rows for names as they were sent, each in its place, empty ones too."""
    third = "said_by" if kind == "events" else "kind"
    sent = [[taking.typed(f"{part}_{number}") for part in ("name", "language", "which")] for number in range(1, MOST_ROWS + BLANK + 1)]
    while sent and not any(sent[-1]):
        sent.pop()
    return [Name(text, language, **{third: more}) for text, language, more in sent]


def _is_sent() -> bool:
    return request.method == "POST"


def _tended(kind: str, id: str) -> KeptThing:
    with door.desk() as desk:
        found = desk.thing(kind, id)
    if not found.tended:
        raise NotFound()
    return found


def _proof() -> Proof:
    return taking.proof()


def _choices(row: KeptRow) -> dict[str, Any]:
    names = _rows_sent(row.kind) if _is_sent() else list(row.names)
    more = BLANK + (3 if request.form.get("act") == "more" else 0)
    blank = [Name("")] * min(more, MOST_ROWS + BLANK - len(names))
    return {"tiers": tuple(TIERS), "proofs": PROOFS, "asserts": ASSERTS, "rows": (*names, *blank)}


def _form(name: str, do: Callable[[], str], **shown: Any) -> Answer:
    """Show the form; when it was sent, do it and go on, or show it again with what is wrong."""
    form = door.Sent()
    shown |= _choices(shown["row"]) if "row" in shown else {"tiers": tuple(TIERS), "proofs": PROOFS}
    if not _is_sent() or request.form.get("act") == "more":
        return _page(name, form=form, mistakes=(), **shown)
    if not form.validate():
        return _page(name, 400, form=form, mistakes=door.stale(), **shown)
    try:
        return door.go(do())
    except Invalid as wrong:
        return _page(name, 400, form=form, mistakes=(Mistake(wrong.field, words.wrong(wrong)),), **shown)
    except Conflict as found:
        return _page(name, 409, form=form, mistakes=(Mistake("", words.wrong(found)),), **shown)


def _page(name: str, status: int = 200, keeps: tuple[str, ...] = (), **shown: Any) -> Response:
    return door.page(name, status, keeps, registry=registry_words, named=NAMED, columns=COLUMNS, **shown)
