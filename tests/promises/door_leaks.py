"""Leaks and faults of the two doors, planted one at a time: each must be seen by one of the proofs that go over the table of routes.

`plant(patch)` comes before the application is made. What may not live here: the proofs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import g, request
from sqlalchemy import select

from archive_app.actions import attaching, family_keys, family_room, recovering, reviewing, submitting
from archive_app.actions.family_readings import Attached
from archive_app.errors import NotFound
from archive_app.language import receipts
from archive_app.records import submissions as records
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading, writing
from archive_app.records.jobs import Job
from archive_app.records.submissions import Attachment, Submission
from archive_app.records.testimonies import by_public_id
from archive_app.web import errors, headers, letters, recovery, sealed_forms
from archive_app.web.account_forms import PlainForm
from archive_app.web.desk import changing, looking, pages
from archive_app.web.desk import door as desk_door
from archive_app.web.submit import door

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class DoorLeak:
    """`seen_by`: which proof; `who` and `near`: for whom, at which addresses."""

    name: str
    what: str
    seen_by: str
    who: str = ""
    near: str = ""


LEAKS = (
    DoorLeak("somebody else's file", "a family's file is found by its id alone", "sweep", "a family", "/submit/files/"),
    DoorLeak("403 for submissions", "an archivist of one collection is told that a submission is there", "sweep", "elsewhere", "/desk/submissions/<"),
    DoorLeak("submissions without the right", "whoever tends one collection reads what families send", "sweep", "elsewhere", "/desk/submissions/<"),
    DoorLeak("403 at the desk", "somebody else's testimony answers 403, one that never was 404", "sweep", "elsewhere", "^/desk/testimonies/<public:id>$"),
    DoorLeak("a form for nothing", "a lifting is offered for any number", "sweep", "elsewhere", "/lift"),
    DoorLeak("a concern that looks up", "writing about a page tells whether it is there", "mention", "anonymous"),
    DoorLeak("another site's form", "a form that stood elsewhere opens or begins a visit", "forms", near="^/submit/(return|begin|concern)$"),
    DoorLeak("any visit's token", "the token of a form of another visit is taken", "forms", near="^/submit/questions"),
    DoorLeak("no token at the desk", "a description is changed without a token", "forms", near="/description$"),
    DoorLeak("no token for accounts", "sessions are ended without a token", "forms", near="^/account/end-sessions$"),
    DoorLeak("kept by a cache", "pages of families may be kept by a browser", "headers", "a family", "^/submit"),
    DoorLeak("a visit for other sites", "the cookie of a visit is sent with links from elsewhere", "headers", "a family", "^/submit/begin$"),
    DoorLeak("a cookie at the first page", "somebody who only looked has a cookie", "headers", "anonymous", "^/submit$"),
    DoorLeak("framed", "a page of the desk may be framed", "headers", "archivist", "^/desk$"),
    DoorLeak("receipt in the log", "a receipt that opens nothing is logged", "course"),
    DoorLeak("answers in the clear", "answers and messages are kept unsealed", "course"),
    DoorLeak("files in the clear", "an upload waits in the folder for temporary files as it is", "course"),
    DoorLeak("a job that repeats", "a job's subject holds the words of a message", "course"),
    DoorLeak("a letter that tells", "a letter about an account repeats what a family wrote", "course"),
    DoorLeak("a name in the log", "the name of a file is logged where it is refused", "course"),
    DoorLeak("a quick no", "words that cannot be a receipt are refused without the work", "receipts"),
    DoorLeak("a second look", "a receipt that is known is tried once more", "receipts"),
    DoorLeak("the work list counts them", "the work list of one collection counts what families sent", "twins", "elsewhere", "^/desk$"),
    DoorLeak("a known address", "asking for a new password tells whether there is an account", "letters"),
    DoorLeak("left, and still open", "leaving does not end the visit", "leaving"),
)
PLANTS: dict[str, Callable[[Patch], None]] = {}


def plants(name: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(how: Callable[[Patch], None]) -> Callable[[Patch], None]:
        PLANTS[name] = how
        return how

    return keep


@plants("somebody else's file")
def _somebody_elses_file(patch: Patch) -> None:
    def one(session: Any, submission: int, attachment: str) -> Attachment:
        found = session.scalar(select(Attachment).where(Attachment.public_id == attachment))
        if found is None:
            raise NotFound()
        return found  # type: ignore[no-any-return]

    def unsealed(row: Attachment, _: bytes) -> Attached:  # else its seal, which is another family's, hides it still
        return Attached(row.public_id, row.position, "", "", "", 0, None, "", "", "")

    patch.setattr(attaching, "_one", one)
    patch.setattr(attaching, "attached", unsealed)


@plants("403 for submissions")
def _told_of_submissions(patch: Patch) -> None:
    patch.setattr(pages, "_not_theirs", lambda error: errors.refused(403))


@plants("submissions without the right")
def _without_the_right(patch: Patch) -> None:
    for module in (reviewing, family_room):
        patch.setattr(module, "may_review", lambda actor, verb: None)


@plants("403 at the desk")
def _told_of_testimonies(patch: Patch) -> None:
    real = looking.testimony

    def testimony(id: str) -> Any:
        try:
            return real(id)
        except NotFound:
            with reading(desk_door.doors().engine) as session:
                there = by_public_id(session, id) is not None
            return errors.refused(403 if there else 404)

    patch.setattr(pages, "LOOKING", tuple((path, testimony if view is real else view) for path, view in pages.LOOKING))


@plants("a form for nothing")
def _a_form_for_nothing(patch: Patch) -> None:
    real = changing.lift

    def lift(id: str, key: int) -> Any:
        return changing._page("step", changing._kept(id), lambda: None, step=changing.LIFT, proofs=changing.PROOFS)

    patch.setattr(pages, "CHANGING", tuple((path, lift if view is real else view) for path, view in pages.CHANGING))


def _pages(patch: Patch, change: Callable[[str, Any, dict[str, Any]], None]) -> None:
    """`change(name, answer, what is shown)` to every page of the families' room."""
    real = door.page

    def page(name: str, status: int = 200, keeps: tuple[str, ...] = (), **shown: Any) -> Any:
        answer = real(name, status, keeps, **shown)
        change(name, answer, shown)
        return answer

    patch.setattr(door, "page", page)


@plants("a concern that looks up")
def _looks_up(patch: Patch) -> None:
    def change(name: str, answer: Any, shown: dict[str, Any]) -> None:
        if name == "concern":
            with reading(door.room().engine) as session:
                answer.status_code = 200 if by_public_id(session, str(shown["about"]).rpartition("/")[2]) else 404

    _pages(patch, change)


@plants("another site's form")
def _another_site(patch: Patch) -> None:
    patch.setattr(door, "_from_elsewhere", lambda: False)


@plants("any visit's token")
def _any_token(patch: Patch) -> None:
    patch.setattr(door, "is_ours", lambda: len(request.form.get("token", "")) == 40)


@plants("no token at the desk")
def _no_token_at_the_desk(patch: Patch) -> None:
    patch.setattr(desk_door.Sent, "validate", lambda self: True)


@plants("no token for accounts")
def _no_token_for_accounts(patch: Patch) -> None:
    patch.setattr(PlainForm, "validate", lambda self: True)


@plants("kept by a cache")
def _kept(patch: Patch) -> None:
    _pages(patch, lambda name, answer, shown: answer.headers.set("Cache-Control", "private, max-age=60"))


@plants("a visit for other sites")
def _for_other_sites(patch: Patch) -> None:
    real = door.admit

    def admit(answer: Any, visit: str) -> Any:
        real(answer, visit)
        given = [value.replace("SameSite=Strict", "SameSite=Lax") for value in answer.headers.getlist("Set-Cookie")]
        answer.headers.setlist("Set-Cookie", given)
        return answer

    patch.setattr(door, "admit", admit)


@plants("a cookie at the first page")
def _a_cookie(patch: Patch) -> None:
    _pages(patch, lambda name, answer, shown: answer.set_cookie("archive_visit", "x", path="/submit", httponly=True, samesite="Strict"))


@plants("framed")
def _framed(patch: Patch) -> None:
    real = desk_door.page

    def page(*given: Any, **more: Any) -> Any:
        answer = real(*given, **more)
        answer.headers["Content-Security-Policy"] = headers.POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
        return answer

    patch.setattr(desk_door, "page", page)


@plants("receipt in the log")
def _logged_receipt(patch: Patch) -> None:
    real = family_room.enter

    def enter(room: Any, receipt: str) -> Any:
        visit = real(room, receipt)
        logging.getLogger("archive_app").warning("tried: %s", receipt)
        return visit

    patch.setattr(family_room, "enter", enter)


@plants("answers in the clear")
def _unsealed(patch: Patch) -> None:
    patch.setattr(family_keys, "put_away", lambda what, key, about: json.dumps([about, what]).encode())
    patch.setattr(family_keys, "taken_out", lambda sealed, key, about: json.loads(sealed)[1] if sealed[:1] == b"[" else json.loads(
        family_keys.unseal(sealed, key))[1])


@plants("files in the clear")
def _spooled(patch: Patch) -> None:
    patch.setattr(sealed_forms, "start", lambda app, room: None)


def _when_written(patch: Patch, do: Callable[[Any, str], None]) -> None:
    real = submitting.write

    def write(room: Any, family: Any, words: str) -> None:
        real(room, family, words)
        do(room, words)

    patch.setattr(submitting, "write", write)


@plants("a job that repeats")
def _a_job(patch: Patch) -> None:
    def note(room: Any, words: str) -> None:
        with writing(room.engine) as session:
            session.add(Job(kind="index", subject=words, due_at=1))
            session.commit()

    _when_written(patch, note)


@plants("a letter that tells")
def _a_letter(patch: Patch) -> None:
    real, told = letters.write, list[str]()
    _when_written(patch, lambda room, words: told.append(words))

    def write(facts: Any, base_url: str, languages: tuple[str, ...]) -> tuple[str, str]:
        subject, text = real(facts, base_url, languages)
        return subject, text + "\n".join(told)

    patch.setattr(letters, "write", write)


@plants("a name in the log")
def _logged_name(patch: Patch) -> None:
    real = attaching.attach

    def attach(room: Any, family: Any, source: Any, name: str) -> Any:
        try:
            return real(room, family, source, name)
        except Exception:
            logging.getLogger("archive_app").info("refused %s", name)
            raise

    patch.setattr(attaching, "attach", attach)


@plants("a quick no")
def _a_quick_no(patch: Patch) -> None:
    real = family_room.enter
    patch.setattr(family_room, "enter", lambda room, receipt: real(room, receipt) if receipts.read(receipt) else None)


@plants("a second look")
def _a_second_look(patch: Patch) -> None:
    real = records.by_locator

    def by_locator(session: Any, locator: str) -> Submission | None:
        found = real(session, locator)
        return real(session, locator) if found is not None else None

    patch.setattr(records, "by_locator", by_locator)


@plants("the work list counts them")
def _counted(patch: Patch) -> None:
    real = desk_door.page

    def page(name: str, *given: Any, **more: Any) -> Any:
        answer = real(name, *given, **more)
        if name == "work_list":
            with reading(desk_door.doors().engine) as session:
                g.waiting = len(records.waiting(session))
            answer.data = answer.data.replace(b"</main>", b"<p>%d</p></main>" % g.waiting)
        return answer

    patch.setattr(desk_door, "page", page)


@plants("a known address")
def _a_known_address(patch: Patch) -> None:
    real = recovering.ask

    def ask(engine: Any, email: str, language: str) -> None:
        with reading(engine) as session:
            if account_by_email(session, email) is None:
                raise NotFound()
        real(engine, email, language)

    patch.setattr(recovery.recovering, "ask", ask)


@plants("left, and still open")
def _still_open(patch: Patch) -> None:
    patch.setattr(family_room, "leave", lambda room, visit: None)
