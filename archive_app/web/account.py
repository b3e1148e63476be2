"""Signing in and out.

    /sign-in                     e-mail and password, then the code where a second factor is owed
    /sign-out                    a form with one button

The other pages of accounts are asked elsewhere: joining, recovery, own_account, second_factors. What may not live here: cookies (identity),
counting of tries (tries), any decision about passwords, codes or sessions (actions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, request

from archive_app.actions import sessions
from archive_app.web import devices, identity, joining, own_account, recovery, second_factors, tries
from archive_app.web.account_forms import (
    SECOND_FACTOR,
    SIGN_IN,
    SIGN_OUT,
    CodeForm,
    PlainForm,
    SignInForm,
    asked_next,
    blueprint,
    email_mistakes,
    empty_password,
    engine,
    entered,
    go,
    left,
    next_or_home,
    page,
    rules,
    stale,
)
from archive_app.web.links import to
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.wrappers import Response as Answer


def start(app: Flask, engine: Engine) -> None:
    """Put the pages of accounts into `app`, which has its settings and the language of the interface already."""
    identity.start(app, engine)
    app.register_blueprint(blueprint)
    tries.start(app, ("account.sign_in", *joining.TRIES, *recovery.TRIES, *own_account.TRIES, *second_factors.TRIES),
                (*joining.LETTERS, *recovery.LETTERS, *own_account.LETTERS))


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
        return _sign_in_page(SignInForm())
    return go(next_or_home() if who.is_authenticated else to(SECOND_FACTOR, next=asked_next()))


@blueprint.route(SIGN_OUT, methods=["GET", "POST"])
def sign_out() -> Answer:
    """Ask, then end this session and drop the cookies, 303 to the first page; 400 where the form's token is stale."""
    form = PlainForm()
    if not form.is_submitted():
        return page("sign-out", form)
    if not form.validate():
        return page("sign-out", form, stale())
    sessions.end(engine(), identity.token())
    return left(to("/"))


def _sign_in_page(form: SignInForm, sentence: str = "", **more: object) -> Answer:
    return page("sign-in", form, sentence, open_to_register=rules().registration, **more)  # type: ignore[arg-type]


def _password_step() -> Answer:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, stale())
    email, password = form.email.data or "", form.password.data or ""
    mistakes = email_mistakes(email) + empty_password(password)
    if mistakes:
        return _sign_in_page(form, mistakes=mistakes)
    opened = sessions.sign_in(engine(), email, password, form.code.data or "", required=identity.rules().required,
                              replaces=identity.token(), device=devices.words(request.user_agent.string))
    if opened is None:
        return _sign_in_page(form, gettext("The e-mail address, the password or the code is not right."))
    if opened.stage == sessions.FULL:
        return entered(opened, next_or_home())
    return entered(opened, to(SIGN_IN if opened.second_factor else SECOND_FACTOR, next=asked_next()))


def _code_step(who: identity.Visitor) -> Answer:
    form = CodeForm()
    if not form.is_submitted():
        return page("code", form)
    if not form.validate():
        return page("code", form, stale())
    opened = sessions.give_second_factor(engine(), who.token, form.code.data or "")
    if opened is None:
        return page("code", form, gettext("This code is not right, or was used already. Wait for the next one and try again."))
    return entered(opened, next_or_home())
