"""Erasing at the desk, in two steps: a page that says what goes and what stays, and one on which the identifier is typed. Afterwards the
page of the testimony is its receipt.

What may not live here: what goes (records.belongings), what erasing is (actions.erasing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from flask import request

from archive_app.access.kept_erasure_readings import KeptObject, KeptPlan, KeptReceipt
from archive_app.access.kept_readings import KeptTestimony
from archive_app.actions import erasing
from archive_app.actions.declaring import PROOFS
from archive_app.errors import Conflict, Invalid
from archive_app.web import interface
from archive_app.web.desk import door, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.translate import gettext, lazy_gettext, ngettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

KINDS = {
    "recording": lazy_gettext("as it was given"),
    "given": lazy_gettext("as the family gave it"),
    "transcript": lazy_gettext("file of a transcript"),
    "description": lazy_gettext("file that describes it"),
    "copy": lazy_gettext("copy made for readers"),
}


def erase(id: str) -> Answer:
    """Say what goes and what stays; then ask for the identifier, the reason and the evidence; then do it. 409 where something was changed
    since it was read."""
    with door.desk() as desk:
        kept, done = desk.testimony(id), desk.erasure(id)
        if done is not None:
            return door.go(to("/desk/testimonies/", kept.line.id))
        plan = desk.erasable(id)
    if request.method != "POST":
        return _page(kept, plan) if request.args.get("seen") == plan.digest else _first(kept, plan)
    if not door.Sent().validate():
        return _page(kept, plan, door.stale(), 400)
    try:
        if request.form.get("seen") != plan.digest:
            raise Conflict(id, gettext("something of it was changed while you read: read once more what goes"))
        if request.form.get("typed", "").strip() != kept.line.id:
            raise Invalid("typed", gettext("this is not its identifier: write %(id)s", id=kept.line.id))
        erasing.erase(*door.working(), id, request.form.get("reason", ""), taking.proof())
    except Invalid as wrong:
        return _page(kept, plan, (Mistake(wrong.field, words.wrong(wrong)),), 400)
    except Conflict as found:
        return _first(kept, plan, (Mistake("", words.wrong(found)),), 409)
    return door.go(to("/desk/testimonies/", kept.line.id))


def _first(kept: KeptTestimony, plan: KeptPlan, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Answer:
    return door.page("erase", status, ("seen",), kept=kept, plan=plan, goes=goes(plan), mistakes=mistakes)


def _page(kept: KeptTestimony, plan: KeptPlan, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Answer:
    return door.page("erase_sure", status, ("seen",), kept=kept, plan=plan, form=door.Sent(formdata=None), mistakes=mistakes, proofs=PROOFS)


def receipt(kept: KeptTestimony, done: KeptReceipt) -> Answer:
    """The page of a testimony that was erased."""
    days = list(dict.fromkeys(words.moment_words(at) for at in done.backups_utc_ms))
    return door.page("erased", kept=kept, done=done, went=goes(done), left=left(done.waits), called=KINDS, days=days)


def goes(told: KeptPlan | KeptReceipt) -> tuple[str, ...]:
    """What goes, or went, as sentences; none for what there was not."""
    there = told.counts
    files = [each for each in told.objects if each.called != "copy" and each.gone]
    copies = sum(each.called == "copy" and each.gone for each in told.objects)
    given = ngettext("%(num)s file as it was given, %(size)s", "%(num)s files as they were given, %(size)s", len(files), size=_size(files))
    found = [
        given if files else "",
        ngettext("%(num)s copy made of them for readers", "%(num)s copies made of them for readers", copies) if copies else "",
        _words(there),
        _each(there, "footnotes", lambda n: ngettext("%(num)s footnote", "%(num)s footnotes", n)),
        _each(there, "index_points", lambda n: ngettext("%(num)s point of its index", "%(num)s points of its index", n)),
        gettext("Title, abstract, keywords, dates, captions, file names, and whatever else its files say of it"),
        _each(there, "restrictions", lambda n: ngettext("%(num)s withheld stretch, with the reason",
                                                        "%(num)s withheld stretches, with their reasons", n)),
        _each(there, "people", lambda n: ngettext("%(num)s person whom nothing else mentions, with every name",
                                                  "%(num)s people whom nothing else mentions, with every name", n)),
        _each(there, "places", lambda n: ngettext("%(num)s place that nothing else mentions",
                                                  "%(num)s places that nothing else mentions", n)),
        _each(there, "holdings", lambda n: ngettext("The right of %(num)s reader to read it",
                                                    "The rights of %(num)s readers to read it", n)),
        gettext("The account that the family sent: answers, files and messages") if there.get("submission_steps") else "",
        gettext("Every passage of it in the search"),
    ]
    return tuple(each for each in found if each)


def _words(there: Mapping[str, int]) -> str:
    if not there.get("transcript_versions"):
        return ""
    segments = ngettext("%(num)s segment", "%(num)s segments", there.get("segments", 0))
    return ngettext("The words: %(num)s version of a transcript, %(segments)s", "The words: %(num)s versions of transcripts, %(segments)s",
                    there["transcript_versions"], segments=segments)


def _each(there: Mapping[str, int], name: str, said: Callable[[int], str]) -> str:
    return said(there[name]) if there.get(name) else ""


def left(waits: Mapping[str, int]) -> tuple[str, ...]:
    """What is still to be done, as sentences."""
    said = {
        "index": gettext("The search follows"), "copies": gettext("Copies that are being made come to their end"),
        "objects": ngettext("%(num)s file waits to be removed", "%(num)s files wait to be removed", waits.get("objects", 0)),
        "loose": ngettext("%(num)s file that interrupted work has left is removed within a day",
                          "%(num)s files that interrupted work has left are removed within a day", waits.get("loose", 0)),
        "database": gettext("The file of the database is written anew, so that no old page is left")}
    return tuple(said[name] for name in said if name in waits)


def _size(files: Iterable[KeptObject]) -> str:
    kilobytes = -(-sum(each.size for each in files) // 1000)
    return gettext("%(number)s MB", number=interface.number(kilobytes // 1000)) if kilobytes >= 10_000 else gettext(
        "%(number)s kB", number=interface.number(kilobytes))
