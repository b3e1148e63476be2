"""Giving an account: what to know first, the receipt, one question a page, files, what others will see.

What may not live here: the room afterwards (afterwards), sentences of questions (questions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from archive_app.actions import attaching, family_room, previewing, submitting, uploading
from archive_app.actions.family_readings import Attached, Preview
from archive_app.actions.family_room import Family
from archive_app.errors import Busy, Conflict, Invalid, NotFound
from archive_app.web import headers, interface
from archive_app.web.said import say
from archive_app.web.submit import door, foreseen, questions, unsaved
from archive_app.web.translate import N_, gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

LATER = N_("Files of others are being looked at just now, so this one was not taken. Please send it again in a moment.")
ARRIVED = N_("Files of others are being looked at just now. All of your file has arrived and is kept: please choose it again in a moment, "
             "and it need not be sent a second time.")
CHOSEN = N_("You saved another answer in another window. It is chosen below: change it if you want to, and save.")


def first() -> Response:
    """What to know before anything else: who will read it, what can happen, where help is."""
    return door.page("first")


def begin() -> Answer:
    """A draft, with its receipt: shown here, once, and nowhere again. Asked for anew, by going back and loading the page once more, it is
    another receipt, and the page says so."""
    if request.method != "POST":
        return door.go()
    again = door.family() is not None
    begun = family_room.begin(door.room(), interface.chosen())
    return door.admit(door.page("receipt", begun=begun, again=again), begun.visit)


def come_back() -> Answer:
    """The receipt, word by word. Wrong, unknown and unreadable are one answer."""
    if request.method != "POST":
        return door.page("return", typed="", doubtful=(), wrong=False)
    typed, left = request.form.get("receipt", "")[:1000], unsaved.found()
    visit = family_room.enter(door.room(), typed)
    if visit is None:
        return door.page("return", 400, typed=typed, doubtful=family_room.doubtful(typed), wrong=True, kept=left,
                         counted=family_room.counted(typed))
    if left:
        g.family = family_room.visiting(door.room(), visit)
        if not door.bears(left.of):
            return _of_others(visit, left)
        return door.admit(door.page("again", heading=gettext("You are in again"), kept=left), visit)
    return door.admit(Response("", 303, {"Location": door.go("/room").location or ""}), visit)


def _of_others(visit: str, left: unsaved.Unsaved) -> Response:
    """What somebody else wrote in this browser is not taken for theirs whose receipt this is, and stays where it is."""
    family_room.leave(door.room(), visit)
    g.family = None
    return door.page("return", 409, typed="", doubtful=(), wrong=False, kept=left, others=True)


def question(step: str) -> Answer:
    """One question: asked, saved, and on to the next. Raises NotFound for a step that is none."""
    found = questions.BY_STEP.get(step)
    if found is None or step == "files":
        raise NotFound()
    who, kinds = door.known(), _kinds()
    if request.method != "POST" and _closed(who):
        return door.go("/room")
    if request.method != "POST":
        return _ask(found, who, kinds, submitting.answers(door.room(), who).get(step, {}))
    return _answered(found, who, kinds)


def _closed(who: Family) -> bool:
    """Whether nothing can be written here now: what was typed would be refused."""
    return who.kind != "account" or who.state in ("paused", "withdrawn")


def _answered(found: questions.Question, who: Family, kinds: frozenset[str]) -> Answer:
    skipped = "skip" in request.form
    typed = {} if skipped else questions.typed(found.step, request.form)
    given = submitting.answers(door.room(), who).get(found.step, {})
    there = questions.typed(found.step, request.form)
    if skipped and "sure" not in request.form and questions.is_news(there, given):
        said = gettext("You answered something here that is not saved yet. Save it, or skip once more.")
        return _ask(found, who, kinds, there, said, 400, sure=True)
    stale = request.form.get("was", questions.mark(given)) != questions.mark(given)
    if stale and not skipped and there != given and (given or found.kind not in questions.WRITTEN):
        return _saved_elsewhere(found, who, kinds, there, given)
    if not skipped or request.form.get("forget"):
        try:
            submitting.save(door.room(), who, found.step, typed, shown=questions.shown(found), language=interface.chosen())
        except Invalid as wrong:
            return _ask(found, who, kinds, typed, questions.wrong(wrong), 400)
        except Conflict as wrong:
            return _ask(found, who, kinds, typed, say(wrong.reason), 409)
    if "stop" in request.form:
        return door.go("/stopped")
    before = questions.before(found.step, kinds)
    if "back" in request.form and before:
        return door.go("/files") if before == "files" else door.go("/questions/", before)
    if request.form.get("back_to") == "summary":
        return door.go("/summary")
    after = questions.following(found.step, kinds)
    return door.go("/files") if after == "files" else door.go("/questions/", after) if after else door.go("/summary")


def _saved_elsewhere(found: questions.Question, who: Family, kinds: frozenset[str], there: dict[str, Any],
                     given: dict[str, Any]) -> Response:
    """What another window saved meanwhile. Words stand beside those typed here; of choices the saved ones stay: a window that lay open
    would open again, without a look, what was closed since."""
    if found.kind in questions.WRITTEN:
        said = gettext("You saved another answer in another window. It stands below; what you save now takes its place.")
        return _ask(found, who, kinds, there, said, 409, other=given)
    return _ask(found, who, kinds, given, gettext(CHOSEN), 409)


def _ask(found: questions.Question, who: Family, kinds: frozenset[str], given: dict[str, Any], wrong: str = "",
         status: int = 200, sure: bool = False, other: Mapping[str, Any] = {}) -> Response:
    asked = questions.asked(kinds)
    return door.page("question", status, ("from",), question=found, given=given, wrong=wrong, who=who,
                     number=[each.step for each in asked].index(found.step) + 1 if found in asked else len(asked), of=len(asked),
                     back=questions.before(found.step, kinds), sure=sure, other=other,
                     was=questions.mark(submitting.answers(door.room(), who).get(found.step, {})),
                     back_to=request.form.get("back_to", "") or request.values.get("from", ""),
                     others=questions.other_languages(str(given.get("language", ""))) if found.step == "account" else ())


def files() -> Answer:
    """What was brought, and one more file; each is looked into before it is kept. Whatever button is pressed, nothing that was written or
    chosen on the page is left behind."""
    who = door.known()
    if request.method != "POST":
        return door.go("/room") if _closed(who) else _files(who)
    there = attaching.attachments(door.room(), who)
    elsewhere = any(_changed_since(each) and _typed_of(each) != (each.label, each.audience) for each in there)
    refused, taken = _kept(who, lambda: _described(who, there) | _attached(who))
    if refused is not None:
        return refused
    if elsewhere:
        return _files(who, gettext(CHOSEN), 409)
    for name, where in (("next", ("/questions/", questions.following("files", _kinds()))), ("back", ("/questions/account",)),
                        ("stop", ("/stopped",))):
        if name in request.form:
            return door.go(*where)
    return door.go("/files") if taken or "save" in request.form else _files(who, gettext("Choose a file first."), 400)


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
    asked, there = questions.asked(_kinds()), attaching.attachments(door.room(), who)
    files = [replace(each, label=label, audience=audience) for each in there for label, audience in (_said_of(each),)]
    answer = door.page("files", status, question=questions.BY_STEP["files"], files=files, wrong=wrong,
                       marks={each.id: _mark(each) for each in there},
                       number=[each.step for each in asked].index("files") + 1, of=len(asked), who=who)
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
        return door.go("/files") if _closed(who) else door.page("take_away", file=found)
    asked, sure = "remove" in request.form, "sure" in request.form

    def keep() -> bool:
        if asked and sure:
            attaching.remove(door.room(), who, attachment)
        return _described(who, attaching.attachments(door.room(), who)) | _attached(who)

    refused, _ = _kept(who, keep)
    return refused or (door.go("/files/", attachment) if asked and not sure else door.go("/files"))


def summary() -> Answer:
    """What others will see, made by the real gate; and sending."""
    who = door.known()
    sent_already = who.state not in ("draft", "declined")  # pressed twice, or in two windows
    if _closed(who) or (request.method == "POST" and sent_already):
        return door.go("/room")
    if request.method == "POST":
        submitting.send(door.room(), who, shown=_summed(who), language=interface.chosen())
        return door.go("/room")
    preview, lines = _foreseen(who)
    asked, answered = questions.asked(_kinds()), {*submitting.answers(door.room(), who), *(["files"] if _kinds() else [])}
    waits = submitting.status(door.room(), who).changes_wait
    return door.page("summary", who=who, preview=preview, waits=waits, lines=lines, of=len(asked),
                     number=sum(each.step in answered for each in asked))


def _foreseen(who: Family) -> tuple[Preview, list[foreseen.Line]]:
    preview = previewing.preview(door.room(), who)
    return preview, foreseen.lines(preview, submitting.answers(door.room(), who), attaching.attachments(door.room(), who))


def _summed(who: Family) -> str:
    """The summary as it stood on the page, but for who is hidden: its digest stays when all else is erased, and names could be tried."""
    return "\n".join(f"{line.called}: {line.says}" for line in _foreseen(who)[1] if line.step != "people")


def _kinds() -> frozenset[str]:
    return frozenset(each.kind for each in attaching.attachments(door.room(), door.known()))
