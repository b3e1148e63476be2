"""The door of the desk: who comes in, how their desk is opened, and the form that every change is sent with.

What may not live here: what the pages show or do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask_wtf import FlaskForm

from archive_app.access.desk import Desk
from archive_app.access.law import STAFF_ROLES
from archive_app.access.viewer import Viewer
from archive_app.actions.receiving import Incoming
from archive_app.errors import NotFound
from archive_app.storage.vault import Arrived, Kept
from archive_app.web import identity
from archive_app.web.signed_out import led_to_the_door
from archive_app.web.translate import gettext
from archive_app.web.visit import Facts, facts

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.wrappers import Response as Answer

NAME = "archive_desk"
BLOCK = 256 * 1024


@dataclass(frozen=True)
class DeskDoors:
    """What the desk works with: `open_desk` for whoever asks, `keep` puts bytes into the vault, `arriving` holds them beside it;
    `incoming`: where uploads are received."""

    engine: Engine
    open_desk: Callable[[Facts], AbstractContextManager[Desk]]
    keep: Callable[[BinaryIO], Kept]
    arriving: Callable[[BinaryIO], AbstractContextManager[Arrived]]
    incoming: Incoming


class Sent(FlaskForm):  # type: ignore[misc]
    """A form with its token; what was typed is read from the request, and kept for the page when it cannot be taken."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a field, as a sentence."""

    field: str
    sentence: str


def give(app: Flask, doors: DeskDoors) -> None:
    """Let `app` open the desk."""
    app.extensions[NAME] = doors


def doors() -> DeskDoors:
    """What this application was given to work with."""
    found: DeskDoors = current_app.extensions[NAME]
    return found


def arrived(stream: BinaryIO) -> Arrived:
    """What was sent with a form, beside the vault until this request is over: what is refused is not left in it."""
    if "arrivals" not in g:
        g.arrivals = ExitStack()
    found: Arrived = g.arrivals.enter_context(doors().arriving(stream))
    return found


def leave(error: BaseException | None = None) -> None:
    """After every request of the desk: nothing is left of what was not told to stay."""
    if "arrivals" in g:
        g.pop("arrivals").close()


def let_in() -> Answer | None:
    """Before every page of the desk: whoever is not signed in is led to the door, whoever tends nothing finds nothing."""
    who = identity.visitor()
    if who is None or not who.is_authenticated:
        return led_to_the_door()
    if who.known.role not in STAFF_ROLES:
        raise NotFound()
    return None


@contextmanager
def desk() -> Iterator[Desk]:
    """The desk of whoever asks, for the time of the reading."""
    with doors().open_desk(facts(request)) as opened:
        yield opened


def actor() -> Viewer:
    """Whoever asks, as verbs take them. They were let in."""
    who = identity.visitor()
    if who is None:
        raise NotFound()
    return who.known.viewer


def working() -> tuple[Engine, Viewer]:
    """The archive and whoever asks, as verbs take them first."""
    return doors().engine, actor()


def page(name: str, status: int = 200, keeps: tuple[str, ...] = (), **shown: Any) -> Response:
    """A page of the desk; `keeps`: what its address may ask."""
    g.keeps = keeps
    return Response(render_template(f"desk/{name}.html", **shown), status, content_type="text/html; charset=utf-8")


def file(body: bytes, media_type: str, name: str) -> Response:
    """Something to take away: saved under a name of ours, never shown by the browser."""
    return Response(body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def as_given(stream: BinaryIO, name: str) -> Response:
    """Bytes that were brought in, as they were given; closed when they are sent."""
    answer = Response(_read(stream), content_type="application/octet-stream",
                      headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})
    answer.call_on_close(stream.close)  # also where nobody reads it, as of a page's head
    return answer


def _read(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while block := stream.read(BLOCK):
            yield block


def go(address: str) -> Answer:
    """To another page, after something was done."""
    return redirect(address, 303)


def stale() -> tuple[Mistake, ...]:
    """Said where the token of a form is too old or missing."""
    return (Mistake("", gettext("This page was open for too long, or your browser did not keep its cookie. Please send it once more.")),)
