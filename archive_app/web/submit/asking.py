"""Giving an account: what to know first, the receipt, one question a page, what others will see.

What may not live here: files (bringing), the room afterwards (afterwards), sentences of questions (questions).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from archive_app.actions import attaching, family_room, previewing, submitting
from archive_app.actions.family_readings import Preview
from archive_app.actions.family_room import Family
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.web import interface
from archive_app.web.said import say
from archive_app.web.submit import door, foreseen, questions, unsaved
from archive_app.web.translate import N_, gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

ROOM = "room"
"""Where a question was opened, and leads back to: it is not asked in its turn."""
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
    who, kinds = door.known(), kinds_given()
    if request.method != "POST" and closed(who):
        return door.go("/room")
    if request.method != "POST":
        return _ask(found, who, kinds, submitting.answers(door.room(), who).get(step, {}))
    return _answered(found, who, kinds)


def closed(who: Family) -> bool:
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
    if back := back_to_where_it_was_opened(found.step, not skipped):
        return back
    before = questions.before(found.step, kinds)
    if "back" in request.form and before:
        return door.go("/files") if before == "files" else door.go("/questions/", before)
    after = questions.following(found.step, kinds)
    return door.go("/files") if after == "files" else door.go("/questions/", after) if after else door.go("/summary")


def back_to_where_it_was_opened(step: str, kept: bool) -> Answer | None:
    """Back to the summary, or to the room, which says that it is kept; None where it was asked in its turn."""
    if opened_from() == "summary":
        return door.go("/summary")
    return door.go("/room", kept=step if kept else "") if opened_from() == ROOM else None


def opened_from() -> str:
    """The page from which a question, or the files, were opened: summary, room; '' where it is asked in its turn."""
    return request.form.get("back_to", "") or request.values.get("from", "")


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
                     back_to=opened_from(),
                     others=questions.other_languages(str(given.get("language", ""))) if found.step == "account" else ())


def summary() -> Answer:
    """What others will see, made by the real gate; and sending."""
    who = door.known()
    sent_already = who.state not in ("draft", "declined")  # pressed twice, or in two windows
    if closed(who) or (request.method == "POST" and sent_already):
        return door.go("/room")
    if request.method != "POST":
        return _summary(who)
    if not _holds_words(who) and not kinds_given():
        return _summary(who, 400, is_empty=True)
    submitting.send(door.room(), who, shown=_summed(who), language=interface.chosen())
    return door.go("/room")


def _holds_words(who: Family) -> bool:
    """Whether something was written that archivists can read, or answer: the account, a word to them, where somebody can be reached."""
    given, fields = submitting.answers(door.room(), who), (("account", "text"), ("note", "words"), ("contact", "words"))
    return any(str(given.get(step, {}).get(field, "")).strip() for step, field in fields)


def _summary(who: Family, status: int = 200, is_empty: bool = False) -> Response:
    preview, lines = _foreseen(who)
    asked, answered = questions.asked(kinds_given()), {*submitting.answers(door.room(), who), *(["files"] if kinds_given() else [])}
    waits = submitting.status(door.room(), who).changes_wait
    return door.page("summary", status, who=who, is_empty=is_empty, preview=preview, waits=waits, lines=lines, of=len(asked),
                     number=sum(each.step in answered for each in asked))


def _foreseen(who: Family) -> tuple[Preview, list[foreseen.Line]]:
    preview = previewing.preview(door.room(), who)
    return preview, foreseen.lines(preview, submitting.answers(door.room(), who), attaching.attachments(door.room(), who))


def _summed(who: Family) -> str:
    """The summary as it stood on the page, but for who is hidden: its digest stays when all else is erased, and names could be tried."""
    return "\n".join(f"{line.called}: {line.says}" for line in _foreseen(who)[1] if line.step != "people")


def kinds_given() -> frozenset[str]:
    """The kinds of the files that were brought."""
    return frozenset(each.kind for each in attaching.attachments(door.room(), door.known()))
