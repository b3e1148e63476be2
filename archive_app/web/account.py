"""Signing in and out, the second factor, and one's own account.

    /sign-in                     e-mail and password, then the code where a second factor is owed
    /sign-out                    a form with one button
    /account                     who I am here, and where else I am signed in
    /account/second-factor       the key as a picture and in letters, taken when a first code is right

Form pages alone carry a token (Flask-WTF) and set Flask's own cookie for it. What may not live here: cookies (identity), counting
of tries (tries), any decision about passwords, codes or sessions (actions).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, session
from flask_babel import gettext, lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from archive_app import clock
from archive_app.actions import accounts, second_factor, sessions
from archive_app.errors import NotFound
from archive_app.web import identity, tries
from archive_app.web.links import to

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.wrappers import Response as Answer

SIGN_IN, SIGN_OUT, ACCOUNT, SECOND_FACTOR = "/sign-in", "/sign-out", "/account", "/account/second-factor"
ROLES = {
    "researcher": lazy_gettext("Reader: you may read and hear what is open to registered readers."),
    "archivist": lazy_gettext("Archivist: you tend the testimonies of your collections."),
    "custodian": lazy_gettext("Custodian: you tend testimonies, also those that are withdrawn or sealed."),
    "admin": lazy_gettext("Administrator: you manage accounts and settings, and have no right to testimony by it."),
}

blueprint = Blueprint("account", __name__)
blueprint.register_error_handler(RateLimitExceeded, tries.too_many)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a field: the field, what to do (in the summary), what was found (beside the field)."""

    field: str
    do: str
    found: str


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A form with nothing but its token, and where to go afterwards."""

    next = HiddenField()


class SignInForm(PlainForm):
    email = StringField()
    password = PasswordField()
    code = StringField()


class CodeForm(PlainForm):
    code = StringField()


def start(app: Flask, engine: Engine) -> None:
    """Put the pages of accounts into `app`, which has its settings and the language of the interface already."""
    identity.start(app, engine)
    app.register_blueprint(blueprint)
    tries.start(app, "account.sign_in")


@blueprint.route(SIGN_IN, methods=["GET", "POST"])
def sign_in() -> Answer:
    """Ask for address and password, then for the code that is owed; 303 to `next`, or to setting up a second factor where that is
    missing. 400 and the form again for a failed try."""
    who = identity.visitor()
    if who and who.owes_code and "email" not in request.form:
        return _code_step(who)
    if request.method == "POST":
        return _password_step()
    if who is None:
        return _page("sign-in", SignInForm())
    return _go(_next() if who.is_authenticated else to(SECOND_FACTOR, next=_asked_next()))


@blueprint.route(SIGN_OUT, methods=["GET", "POST"])
def sign_out() -> Answer:
    """Ask, then end this session and drop the cookies, 303 to the first page; 400 where the form's token is stale."""
    form = PlainForm()
    if not form.is_submitted():
        return _page("sign-out", form)
    if not form.validate():
        return _page("sign-out", form, _stale())
    sessions.end(identity.rules().engine, identity.token())
    return _left(to("/"))


@blueprint.get(ACCOUNT)
def account() -> Answer:
    """The account of whoever is fully signed in, with their open sessions; 303 to sign in for anybody else."""
    who = identity.visitor()
    if who is None or not who.is_authenticated:
        return _go(to(SIGN_IN, next=ACCOUNT))
    return _account_page(who, PlainForm())


@blueprint.post(f"{ACCOUNT}/end-sessions")
def end_sessions() -> Answer:
    """End every session of the account, this one too, and 303 to sign in; 400 where the form's token is stale."""
    who, form = identity.visitor(), PlainForm()
    if who is None or not who.is_authenticated:
        return _go(to(SIGN_IN, next=ACCOUNT))
    if not form.validate():
        return _account_page(who, form, _stale())
    sessions.end_all(identity.rules().engine, who.known.account_key)
    return _left(to(SIGN_IN))


@blueprint.route(SECOND_FACTOR, methods=["GET", "POST"])
def enrol() -> Answer:
    """Offer a key, and take it once a first code fits: a new session and 303 to `next`, else 400. Whoever has a second
    factor reads that they do."""
    who, form = identity.visitor(), CodeForm()
    if who is None or who.owes_code:
        return _go(to(SIGN_IN, next=SECOND_FACTOR))
    if who.known.second_factor:
        return _page("second-factor-kept", form)
    secret = _offered(who)
    groups = [secret[start:start + 4] for start in range(0, len(secret), 4)]
    if not form.is_submitted():
        return _page("second-factor", form, groups=groups)
    if not form.validate():
        return _page("second-factor", form, _stale(), groups=groups)
    opened = sessions.enrol_second_factor(identity.rules().engine, who.token, secret, form.code.data or "")
    if opened is None:
        return _page("second-factor", form, gettext("This code does not fit the key. Wait for the next one and try again."),
                     groups=groups)
    return _entered(opened, _next())


@blueprint.get(f"{SECOND_FACTOR}.svg")
def second_factor_picture() -> Response:
    """The key as a QR code: an SVG without styles or scripts. Not there for anybody who is not enrolling."""
    who = identity.visitor()
    if who is None or who.known.second_factor:
        raise NotFound()
    drawn = io.BytesIO()
    code = segno.make(second_factor.address(_offered(who), who.known.email), error="m", micro=False)
    code.save(drawn, kind="svg", border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return Response(drawn.getvalue(), content_type="image/svg+xml")


def _account_page(who: identity.Visitor, form: PlainForm, sentence: str = "") -> Response:
    known, engine = who.known, identity.rules().engine
    open_now = [(clock.iso(began), clock.iso(used)) for began, used in sessions.open_sessions(engine, known.account_key)]
    return _page("account", form, sentence, who=known, role=ROLES[known.role], open_now=open_now,
                 advised=sessions.is_staff(known.role) and not known.second_factor)


def _password_step() -> Answer:
    form = SignInForm()
    if not form.validate():
        return _page("sign-in", form, _stale())
    email, password = form.email.data or "", form.password.data or ""
    mistakes = _mistakes(email, password)
    if mistakes:
        return _page("sign-in", form, mistakes=mistakes)
    opened = sessions.sign_in(identity.rules().engine, email, password, form.code.data or "", required=identity.rules().required,
                              replaces=identity.token())
    if opened is None:
        return _page("sign-in", form, gettext("The e-mail address, the password or the code is not right."))
    if opened.stage == sessions.FULL:
        return _entered(opened, _next())
    return _entered(opened, to(SIGN_IN if opened.second_factor else SECOND_FACTOR, next=_asked_next()))


def _code_step(who: identity.Visitor) -> Answer:
    form = CodeForm()
    if not form.is_submitted():
        return _page("code", form)
    if not form.validate():
        return _page("code", form, _stale())
    opened = sessions.give_second_factor(identity.rules().engine, who.token, form.code.data or "")
    if opened is None:
        return _page("code", form, gettext("This code is not right, or was used already. Wait for the next one and try again."))
    return _entered(opened, _next())


def _mistakes(email: str, password: str) -> tuple[Mistake, ...]:
    found = []
    if not email.strip():
        found.append(Mistake("email", gettext("Write your e-mail address."), gettext("the address is empty.")))
    elif "@" not in email:
        found.append(Mistake("email", gettext("Write your e-mail address with an @."), gettext("this address has no @.")))
    elif not accounts.is_address(accounts.folded(email)):
        found.append(Mistake("email", gettext("Write your whole e-mail address."), gettext("this is not a whole address.")))
    if not password:
        found.append(Mistake("password", gettext("Write your password."), gettext("the password is empty.")))
    return tuple(found)


def _page(name: str, form: PlainForm, sentence: str = "", mistakes: tuple[Mistake, ...] = (), **shown: object) -> Response:
    """A form page: 400 when there is something to say about what was sent, and then a failed try."""
    g.keeps = ("next",)
    status = tries.FAILED if sentence or mistakes else 200
    html: str = render_template(f"account/{name}.html", form=form, sentence=sentence, mistakes=mistakes, next=_asked_next(),
                                **shown)
    return Response(html, status, content_type="text/html; charset=utf-8")


def _stale() -> str:
    return str(gettext("This page was open for too long, or your browser did not keep its cookie. Please send it once more."))


def _offered(who: identity.Visitor) -> str:
    return second_factor.offered(who.token, str(current_app.secret_key))


def _entered(opened: sessions.Opened, address: str) -> Answer:
    answer = _left(address)
    identity.give_cookie(answer, opened)
    return answer


def _left(address: str) -> Response:
    """To `address`, with both cookies gone: a token of a form does not outlast who sent it."""
    session.clear()
    answer = Response("", 303, {"Location": address})
    identity.take_cookie(answer)
    return answer


def _go(address: str) -> Answer:
    return redirect(address, 303)


def _asked_next() -> str:
    """Where to go afterwards, as asked; '' when nothing is asked, or it leads out of the archive."""
    asked: str = request.form.get("next") or request.args.get("next", "")
    return asked if is_local(asked) else ""


def _next() -> str:
    return _asked_next() or to("/")


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
