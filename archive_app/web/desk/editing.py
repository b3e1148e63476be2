"""The transcript editor: its page, which works as a plain form too, what it saves every few seconds, and the recordings beside it.

    GET  …/edit      the page; without script a form with fifty segments at a time
    GET  …/draft     the whole of it as JSON, for static/editor.js        POST  …/draft   what was changed, as one splice
    …/drafts/<key>/finish, …/set-aside        the draft is made the next version, or dropped

What is saved is a draft: nobody reads it but those who tend the testimony. What may not live here: what a draft is (actions.drafting).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from archive_app.access.desk import Desk
from archive_app.access.kept_transcript_readings import KeptDraft, Spoken
from archive_app.actions import drafting
from archive_app.actions.drafting import Overtaken, Saved, Splice
from archive_app.actions.transcribing import Newer
from archive_app.errors import Invalid, NotFound
from archive_app.exchange.manifest import KINDS
from archive_app.web import media, questions
from archive_app.web.answers import json_response
from archive_app.web.desk import door, segment_forms, transcripts, words
from archive_app.web.desk.differences import differences
from archive_app.web.desk.door import Mistake
from archive_app.web.desk.transcripts import Looked, Stale, check, look, mistake, number_typed
from archive_app.web.links import to
from archive_app.web.numbers import whole
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

PER_PAGE = 50
OWN = "own"


def edit(id: str, n: int) -> Answer:
    """The editor. `?draft=` opens one; else one's own that was saved last, else the version that is read: where somebody else has begun a
    draft of it, that is said first, since a second one would begin with the first word."""
    with door.desk() as desk:
        looked = look(desk, id, n)
        draft = _asked_draft(looked)
        others = [each for each in looked.shown.drafts if not each.mine and each != draft]
        if others and draft is None and not request.args.get("draft") and request.method != "POST":
            return door.page("begun", keeps=("page", "draft"), kept=looked.kept, shown=looked.shown, others=others)
        said, tapes = _said(desk, id, looked, draft), desk.tapes(id)
    page = questions.page_number(request.args)
    form = door.Sent()
    shown: dict[str, Any] = {"kept": looked.kept, "shown": looked.shown, "tapes": tapes, "form": form, "total": len(said),
                             "others": others}
    if form.is_submitted():
        return _sent(id, n, draft, said, page, form, shown)
    return _page(200, draft, said, page, shown)


def _page(status: int, draft: KeptDraft | None, said: tuple[Spoken, ...], page: int, shown: dict[str, Any],
          mistakes: tuple[Mistake, ...] = (), typed: list[segment_forms.Typed] | None = None, overtaken: int = 0) -> Response:
    pages = max(1, -(-len(said) // PER_PAGE))
    first = (min(page, pages) - 1) * PER_PAGE
    rows = typed if typed is not None else [segment_forms.typed(each) for each in said[first:first + PER_PAGE]]
    return door.page("edit", status, keeps=("page", "draft"), draft=draft, listing=segment_forms.Page(min(page, pages), pages), first=first,
                     rows=rows, mistakes=mistakes, overtaken=overtaken, **shown)


def _sent(id: str, n: int, draft: KeptDraft | None, said: tuple[Spoken, ...], page: int, form: door.Sent, shown: dict[str, Any]) -> Answer:
    """A page of segments, sent without script. With `act` = own what was typed is kept as a draft beside the one that others changed."""
    typed = segment_forms.sent()
    try:
        check(form)
        first, own = number_typed("first"), request.form.get("act") == OWN
        key, serial = (0, 0) if own else (number_typed("draft"), number_typed("serial"))
        if not own and (key, serial) != ((draft.key, draft.serial) if draft else (0, 0)):
            raise Overtaken(*((draft.key, draft.serial) if draft else (0, 0)))
        said = said if draft else _version(id, n, number_typed("base"))
        mine = segment_forms.read(typed, said[first:first + len(typed)])
        splice = Splice(0, None, (*said[:first], *mine, *said[first + len(typed):])) if own else Splice(first, len(typed), mine)
        saved = drafting.save(*door.working(), id, n, number_typed("base"), key, serial, splice)
    except (Invalid, Stale) as wrong:
        return _page(400, draft, said, page, shown, mistake(wrong), typed)
    except Overtaken as found:
        return _page(409, draft, said, page, shown, (), typed, found.key or -1)
    return door.go(to("/desk/testimonies/", id, "/transcripts/", n, "/edit", draft=saved.key, page=page))


def draft(id: str, n: int) -> Response:
    """GET: what is edited, whole. POST: a splice into it, answered also with who else has begun one since; 409 where somebody else has
    saved into this one in the meantime, or the draft is gone."""
    with door.desk() as desk:
        looked = look(desk, id, n)
        found = _asked_draft(looked) if request.method != "POST" else None
        said = _said(desk, id, looked, found) if request.method != "POST" else ()
    if request.method != "POST":
        current = looked.shown.current
        at = {"draft": found.key, "serial": found.serial, "base": found.base} if found else {"draft": 0, "serial": 0, "base": current}
        return json_response({**at, "current": current, "token": _token(), "segments": [segment_forms.as_json(each) for each in said]})
    form = door.Sent()
    try:
        if not form.validate():
            return json_response({"error": "stale", "message": door.stale()[0].sentence}, 400)
        remove = None if request.form.get("remove") == "all" else number_typed("remove")
        splice = Splice(number_typed("at"), remove, segment_forms.from_json(request.form.get("segments", "")))
        saved = drafting.save(*door.working(), id, n, number_typed("base"), number_typed("draft"), number_typed("serial"),
                              splice)
    except Invalid as wrong:
        return json_response({"error": "invalid", "field": wrong.field, "message": words.wrong(wrong)}, 400)
    except Overtaken as found_serial:
        return _overtaken(found_serial)
    except NotFound:
        if not whole(request.form.get("draft", "")):
            raise
        return _overtaken(Overtaken(0, 0))  # made a version in another window, or dropped: what is written here is kept by itself
    return json_response(_as_json(saved) | {"others": _others(id, n, saved)})


def _others(id: str, n: int, saved: Saved) -> list[dict[str, Any]]:
    """Who else has begun a draft of it, where the page (`told`) does not know of it: nobody had, when it was opened."""
    told = set(request.form.get("told", "").split())
    if all(str(key) in told for key in saved.others):
        return []
    with door.desk() as desk:
        drafts = look(desk, id, n).shown.drafts
    path = ("/desk/testimonies/", id, "/transcripts/", n)
    return [{"key": each.key, "says": words.at_work(each), "edit": to(*path, "/edit", draft=each.key),
             "compare": to(*path, "/compare", one=each.base, other=f"draft-{each.key}")}
            for each in drafts if each.key in saved.others and str(each.key) not in told]


def _overtaken(found: Overtaken) -> Response:
    return json_response({"error": "conflict", "draft": found.key, "serial": found.serial,
                          "message": gettext("This draft was changed in another window.")}, 409)


def _as_json(saved: Saved) -> dict[str, Any]:
    return {"draft": saved.key, "serial": saved.serial, "base": saved.base, "current": saved.current, "saved_utc_ms": saved.saved_utc_ms,
            "token": _token()}


def _token() -> str:
    return str(door.Sent(formdata=None).csrf_token.current_token)


def finish(id: str, n: int, key: int) -> Answer:
    """A draft with what it would change; then the next version. 409 where somebody made one in the meantime, or the draft was changed."""
    looked, draft, said = _looked(id, n, key)
    form = door.Sent()
    if not form.is_submitted():
        return _finish_page(200, looked, draft, said, form)
    try:
        check(form)
        if request.form.get("act") == "together":
            drafting.put_together(*door.working(), id, n, key)
            return door.go(to("/desk/testimonies/", id, "/transcripts/", n, "/drafts/", key, "/finish"))
        made = drafting.finish(*door.working(), id, n, key, number_typed("serial"), number_typed("seen"),
                               transcripts.approval())
    except (Newer, Overtaken):
        looked, draft, said = _looked(id, n, key)
        return _finish_page(409, looked, draft, said, form)
    except (Invalid, Stale) as wrong:
        return _finish_page(400, looked, draft, said, form, mistake(wrong))
    return transcripts.made_page(id, made)


def _finish_page(status: int, looked: Looked, draft: KeptDraft, said: tuple[Spoken, ...], form: door.Sent,
                 mistakes: tuple[Mistake, ...] = ()) -> Response:
    with door.desk() as desk:
        current = desk.version(looked.kept.line.id, looked.shown.number, looked.shown.current)
    return door.page("finish", status, kept=looked.kept, shown=looked.shown, draft=draft, found=differences(current, said), form=form,
                     mistakes=mistakes, kinds=KINDS, changed=status == 409 and draft.base == looked.shown.current)


def set_aside(id: str, n: int, key: int) -> Answer:
    """Asked, then the draft is gone; 409 where it was changed in the meantime."""
    looked, draft, said = _looked(id, n, key)
    with door.desk() as desk:
        found = differences(desk.version(id, n, draft.base), said)
    form, status = door.Sent(), 200
    mistakes: tuple[Mistake, ...] = ()
    if form.is_submitted():
        try:
            check(form)
            drafting.set_aside(*door.working(), id, n, key, number_typed("serial"))
            return door.go(to("/desk/testimonies/", id, "/transcripts/", n))
        except Overtaken:
            status, mistakes = 409, (Mistake("", gettext("This draft was changed in another window.")),)
        except (Invalid, Stale) as wrong:
            status, mistakes = 400, mistake(wrong)
    return door.page("set_aside", status, kept=looked.kept, shown=looked.shown, draft=draft, found=found, form=form, mistakes=mistakes)


def sound(id: str, copy: str) -> Response:
    """A copy of a recording, the whole one or one that others are given, to those who tend the testimony; asked for again while it is
    sent."""
    def ask() -> Any:
        with door.desk() as desk:
            return desk.media(id, copy)

    return media.given(ask)


def _looked(id: str, n: int, key: int) -> tuple[Looked, KeptDraft, tuple[Spoken, ...]]:
    with door.desk() as desk:
        looked = look(desk, id, n)
        found = next((each for each in looked.shown.drafts if each.key == key), None)
        if found is None:
            raise NotFound()
        return looked, found, desk.draft(id, n, key)


def _asked_draft(looked: Looked) -> KeptDraft | None:
    """The draft that is asked for; without a word one's own that was saved last; `new`: none. Raises NotFound, but where something is sent:
    what was typed into a draft that is gone is not lost with it."""
    asked = request.args.get("draft", "")
    if asked == "new":
        return None
    if not asked:
        return next((each for each in looked.shown.drafts if each.mine), None)
    found = next((each for each in looked.shown.drafts if str(each.key) == asked), None)
    if found is None and request.method != "POST":
        raise NotFound()
    return found


def _version(id: str, n: int, number: int) -> tuple[Spoken, ...]:
    with door.desk() as desk:
        return desk.version(id, n, number)


def _said(desk: Desk, id: str, looked: Looked, draft: KeptDraft | None) -> tuple[Spoken, ...]:
    n = looked.shown.number
    return desk.draft(id, n, draft.key) if draft else desk.version(id, n, looked.shown.current)
