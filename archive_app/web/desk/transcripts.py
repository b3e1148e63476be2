"""Transcripts at the desk: uploaded, replaced, their versions listed, compared by words, and put back.

What may not live here: the editor (editing), what a version is (actions.transcribing), how two differ (differences).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, request

from archive_app.access.desk import Desk
from archive_app.access.kept_readings import KeptTestimony
from archive_app.access.kept_transcript_readings import KeptTranscript, Spoken
from archive_app.actions import hiding, transcribing
from archive_app.actions.transcribing import Approval, Given, Newer
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.formats import FORMATS
from archive_app.exchange.manifest import KINDS
from archive_app.storage.vault import Kept
from archive_app.web.desk import door, taking, words
from archive_app.web.desk.differences import differences
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.numbers import whole
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

FIELDS = {"transcripts": "file"}
"""What the rooms below call a field that is called otherwise here."""


@dataclass(frozen=True)
class Looked:
    """A testimony with one of its transcripts."""

    kept: KeptTestimony
    shown: KeptTranscript


def transcripts(id: str) -> Answer:
    """All of a testimony, and a form for another."""
    with door.desk() as desk:
        kept, found = desk.testimony(id), desk.transcripts(id)
    form, status = door.Sent(), 200
    mistakes: tuple[Mistake, ...] = ()
    if form.is_submitted():
        try:
            check(form)
            made = transcribing.add(*door.working(), id, _given(), taking.typed("language"), approval())
            return made_page(id, made)
        except (Invalid, Stale) as wrong:
            mistakes, status = mistake(wrong), 400
    return door.page("transcripts", status, kept=kept, found=found, form=form, mistakes=mistakes, kinds=KINDS, endings=list(FORMATS))


def versions(id: str, n: int) -> Answer:
    """One transcript: its versions and drafts, and a form for a file in the place of the one that is read."""
    with door.desk() as desk:
        looked = look(desk, id, n)
    form, status = door.Sent(), 200
    mistakes: tuple[Mistake, ...] = ()
    if form.is_submitted():
        try:
            check(form)
            made = transcribing.replace_words(*door.working(), id, n, _given(), approval(), number_typed("seen"))
            return made_page(id, made)
        except (Invalid, Stale) as wrong:
            mistakes, status = mistake(wrong), 400
        except Newer as newer:
            return newer_page("versions", looked, newer, form=form, kinds=KINDS, endings=list(FORMATS), made="")
    return door.page("versions", status, keeps=("made",), kept=looked.kept, shown=looked.shown, form=form, mistakes=mistakes, kinds=KINDS,
                     endings=list(FORMATS), newer=0, made=request.args.get("made", ""))


def compare(id: str, n: int) -> Response:
    """Two versions in one text: `?one=1&other=2`, or `draft-7` for a draft; without, the one that is read and the one before."""
    with door.desk() as desk:
        looked = look(desk, id, n)
        current = looked.shown.current
        one, other = request.args.get("one") or str(max(1, current - 1)), request.args.get("other") or str(current)
        texts = [_words_of(desk, id, n, which) for which in (one, other)]
    return door.page("compare", keeps=("one", "other"), kept=looked.kept, shown=looked.shown, one=one, other=other,
                     found=differences(*texts))


def restore(id: str, n: int, number: int) -> Answer:
    """An older version as the next one: asked with what would change, then done."""
    with door.desk() as desk:
        looked = look(desk, id, n)
        current = looked.shown.current
        found = differences(desk.version(id, n, current), desk.version(id, n, number))
    if number == current:
        raise NotFound()
    form = door.Sent()
    if not form.is_submitted():
        return door.page("restore", kept=looked.kept, shown=looked.shown, number=number, found=found, form=form, mistakes=(), newer=0)
    try:
        check(form)
        return made_page(id, transcribing.restore(*door.working(), id, n, number, number_typed("seen")))
    except Newer as newer:
        return newer_page("restore", looked, newer, number=number, found=found, form=door.Sent())
    except (Invalid, Stale) as wrong:
        return door.page("restore", 400, kept=looked.kept, shown=looked.shown, number=number, found=found, form=form,
                         mistakes=mistake(wrong), newer=0)


class Stale(Exception):
    """The token of a form is too old."""


def check(form: door.Sent) -> None:
    """Raises Stale for a form without its token."""
    if not form.validate():
        raise Stale()


def mistake(wrong: Exception) -> tuple[Mistake, ...]:
    """What is wrong, at its field."""
    if isinstance(wrong, Invalid):
        return (Mistake(FIELDS.get(wrong.field, wrong.field), words.wrong(wrong)),)
    return (Mistake("", words.wrong(wrong)),) if isinstance(wrong, Conflict) else door.stale()


def look(desk: Desk, id: str, n: int) -> Looked:
    """A transcript by its number. Raises NotFound."""
    shown = next((each for each in desk.transcripts(id) if each.number == n), None)
    if shown is None:
        raise NotFound()
    return Looked(desk.testimony(id), shown)


def newer_page(name: str, looked: Looked, newer: Newer, **shown: Any) -> Response:
    """409: somebody made another version; the page again, with it."""
    with door.desk() as desk:
        looked = look(desk, looked.kept.line.id, looked.shown.number)
    return door.page(name, 409, kept=looked.kept, shown=looked.shown, mistakes=(), newer=newer.number, **shown)


def approval() -> Approval:
    """What is said of the words: by whom they were approved, what kind they are."""
    return Approval(taking.typed("approved_by"), taking.typed("approved_on"), taking.typed("kind"))


def number_typed(name: str) -> int:
    """A number that a page wrote into its own form. Raises Invalid."""
    found = whole(taking.typed(name))
    if found is None:
        raise Invalid(name, gettext("this page was changed on its way; open it again"))
    return found


def _given() -> Given:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("file", gettext("choose a file"))
    return Given(sent.filename, sent.stream.read(), _keep)


def _keep(data: bytes) -> Kept:
    return door.doors().keep(io.BytesIO(data))


def made_page(id: str, made: transcribing.Made) -> Answer:
    """To the versions, after another was made."""
    told = ("closed" if transcribing.UNCONFIRMED in made.warnings else "hidden" if hiding.WITHHELD in made.warnings
            else "looked" if made.warnings else "done")
    return door.go(to("/desk/testimonies/", id, "/transcripts/", made.n, made=told))


def _words_of(desk: Desk, id: str, n: int, which: str) -> tuple[Spoken, ...]:
    """The words of `7` or `draft-7`. Raises NotFound."""
    key = whole(which.removeprefix("draft-"))
    if key is None:
        raise NotFound()
    return desk.draft(id, n, key) if which.startswith("draft-") else desk.version(id, n, key)
