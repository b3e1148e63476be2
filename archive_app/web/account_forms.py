"""What the pages of accounts share: the blueprint, their addresses, forms and their mistakes, where one is led.

Form pages alone carry a token (Flask-WTF) and set Flask's own cookie for it. What may not live here: any page, cookies of sessions
(identity), counting of tries (tries), any decision about passwords, codes or sessions (actions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session
from flask_limiter import RateLimitExceeded
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from archive_app.actions import accounts, passwords, sessions
from archive_app.config import Settings
from archive_app.errors import Invalid
from archive_app.web import identity, letters, tries
from archive_app.web.links import to
from archive_app.web.said import say
from archive_app.web.translate import N_, gettext

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.wrappers import Response as Answer

SIGN_IN, SIGN_OUT, REGISTER, ACCOUNT, SECOND_FACTOR = "/sign-in", "/sign-out", "/register", "/account", "/account/second-factor"
CONFIRM, NEW_PASSWORD, RECOVER, CONFIRM_ADDRESS = letters.CONFIRM, letters.NEW_PASSWORD, letters.RECOVER, letters.CONFIRM_ADDRESS
REASONS = (N_("a password has at least 12 characters; a few words in a row are easy to remember"),
           N_("a password has at most 1024 characters"), N_("the password may not be the e-mail address"))
"""What actions.passwords, which knows no catalogues, says of a password."""

blueprint = Blueprint("account", __name__)
blueprint.register_error_handler(RateLimitExceeded, tries.too_many)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a field: the field, what to do (in the summary), what was found (beside the field)."""

    field: str
    do: str
    found: str


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A form with its token and where to go afterwards; those below add what is typed."""

    next = HiddenField()


class EmailForm(PlainForm):
    email = StringField()


class PasswordForm(PlainForm):
    password = PasswordField()


class CodeForm(PlainForm):
    code = StringField()


class EmailPasswordForm(EmailForm, PasswordForm):
    """An address and a password."""


class CodePasswordForm(CodeForm, PasswordForm):
    """A code and a password."""


class SignInForm(EmailPasswordForm, CodeForm):
    """The code only from programs: the page asks for it in a second step."""


class ChangeForm(PasswordForm):
    current = PasswordField()


def engine() -> Engine:
    """The database of the application that answers this request."""
    return identity.rules().engine


def rules() -> Settings:
    """The settings of the application that answers this request."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def signed_in(view: Callable[[identity.Visitor], Answer]) -> Callable[[], Answer]:
    """A page for whoever is fully signed in; anybody else is led to sign in, and back."""
    @wraps(view)
    def asked() -> Answer:
        who = identity.visitor()
        return view(who) if who and who.is_authenticated else go(to(SIGN_IN, next=request.path if request.method == "GET" else ACCOUNT))

    return asked


def page(name: str, form: PlainForm | None, sentence: str = "", mistakes: tuple[Mistake, ...] = (), **shown: object) -> Response:
    """A form page: 400 when there is something to say about what was sent, and then a failed try. Passwords are never repeated."""
    g.keeps = ("next",)
    status = tries.FAILED if sentence or mistakes else 200
    html: str = render_template(f"account/{name}.html", form=form, sentence=sentence, mistakes=mistakes, next=asked_next(), **shown)
    return Response(html, status, content_type="text/html; charset=utf-8")


def done(heading: str, sentence: str, onward: str, address: str) -> Response:
    """A page that says what was done, with one way onward."""
    return page("done", None, heading=heading, said=sentence, onward=onward, address=address)


def stale() -> str:
    """What is said when the token of a form is not the right one."""
    return gettext("This page was open for too long, or your browser did not keep its cookie. Please send it once more.")


def email_mistakes(email: str) -> tuple[Mistake, ...]:
    """What is wrong with a typed address; nothing where it may be one."""
    if not email.strip():
        return (Mistake("email", gettext("Write your e-mail address."), gettext("the address is empty.")),)
    if "@" not in email:
        return (Mistake("email", gettext("Write your e-mail address with an @."), gettext("this address has no @.")),)
    if not accounts.is_address(accounts.folded(email)):
        return (Mistake("email", gettext("Write your whole e-mail address."), gettext("this is not a whole address.")),)
    return ()


def empty_password(password: str, field: str = "password") -> tuple[Mistake, ...]:
    """A mistake where no password was typed."""
    return () if password else (Mistake(field, gettext("Write your password."), gettext("the password is empty.")),)


def new_password_mistakes(password: str, email: str = "") -> tuple[Mistake, ...]:
    """What is wrong with a password that somebody chose, for this address."""
    try:
        passwords.accept(password, accounts.folded(email))
    except Invalid as error:
        return empty_password(password) or refused_password(error)
    return ()


def empty_code(code: str) -> tuple[Mistake, ...]:
    """A mistake where no code was typed."""
    return () if code.strip() else (Mistake("code", gettext("Write the code."), gettext("the code is empty.")),)


def refused_password(error: Invalid) -> tuple[Mistake, ...]:
    """What is wrong with a password that may not become one."""
    return (Mistake("password", gettext("Choose another password."), f"{say(error.reason)}."),)


def entered(opened: sessions.Opened, address: str) -> Answer:
    """To `address`, with the cookie of a session just opened."""
    answer = left(address)
    identity.give_cookie(answer, opened)
    return answer


def left(address: str) -> Response:
    """To `address`, with both cookies gone: a token of a form does not outlast who sent it."""
    session.clear()
    answer = Response("", 303, {"Location": address})
    identity.take_cookie(answer)
    return answer


def go(address: str) -> Answer:
    """To `address`, to be read there."""
    return redirect(address, 303)


def asked_next() -> str:
    """Where to go afterwards, as asked; '' when nothing is asked, or it leads out of the archive."""
    asked: str = request.form.get("next") or request.args.get("next", "")
    return asked if is_local(asked) else ""


def next_or_home() -> str:
    """Where to go afterwards: the first page where nothing was asked."""
    return asked_next() or to("/")


def is_local(address: str) -> bool:
    """Whether `address` is a path of this archive, and none of signing in or out itself. Browsers read a backslash as a slash and
    skip tabs and line ends: no such character is taken."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and parts.path not in (SIGN_IN, SIGN_OUT)
