"""Registering as a reader.

    /register            e-mail and password; the same answer for every address
    /register/confirm    the code of the letter, or of an administrator, with the password that was chosen

What may not live here: who has an account, and who gets one (actions.joining).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from archive_app.actions import joining
from archive_app.web import identity, interface
from archive_app.web.account_forms import (
    ACCOUNT,
    CONFIRM,
    REGISTER,
    SIGN_IN,
    CodePasswordForm,
    EmailPasswordForm,
    blueprint,
    done,
    email_mistakes,
    empty_code,
    empty_password,
    engine,
    go,
    new_password_mistakes,
    page,
    rules,
    stale,
)
from archive_app.web.links import to
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

TRIES = ("account.confirm",)
LETTERS = ("account.register",)


@blueprint.route(REGISTER, methods=["GET", "POST"])
def register() -> Answer:
    """Ask for address and password, note the request, and say what comes next: the same for every address. Where registering is not
    open, a page that says whom to ask."""
    who = identity.visitor()
    if who and who.is_authenticated:
        return go(to(ACCOUNT))
    if not rules().registration:
        return page("register-closed", None)
    form = EmailPasswordForm()
    if not form.is_submitted():
        return page("register", form)
    if not form.validate():
        return page("register", form, stale())
    email, password = form.email.data or "", form.password.data or ""
    mistakes = email_mistakes(email) + new_password_mistakes(password, email)
    if mistakes:
        return page("register", form, mistakes=mistakes)
    joining.ask(engine(), email, password, interface.chosen(), by_mail=rules().by_mail)
    return page("register-asked", None, by_mail=rules().by_mail)


@blueprint.route(CONFIRM, methods=["GET", "POST"])
def confirm() -> Answer:
    """Ask for the password, and for the code where the link brought none, and make the account; 400 where they do not fit. Opening
    the link changes nothing: programs that look through mail open links."""
    form, linked = CodePasswordForm(), request.args.get("code", "")
    if not form.is_submitted():
        return page("register-confirm", form, linked=linked)
    linked = request.form.get("linked", "")
    code, password = linked or form.code.data or "", form.password.data or ""
    if not form.validate():
        return page("register-confirm", form, stale(), linked=linked)
    mistakes = empty_code(code) + empty_password(password)
    if mistakes:
        return page("register-confirm", form, mistakes=mistakes, linked=linked)
    if not joining.confirm(engine(), code, password):
        return page("register-confirm", form, linked=linked, sentence=gettext(
            "The code or the password is not right, or the code was used already, or too much time has passed. You can register again."))
    return done(gettext("Your account is ready"), gettext("Sign in with your e-mail address and your password."), gettext("Sign in"),
                to(SIGN_IN))
