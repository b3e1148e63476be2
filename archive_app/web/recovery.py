"""A forgotten password.

    /account/recover         by letter, where there is mail; the same answer for every address
    /account/new-password    the code of the letter, or of an administrator, with the new password

What may not live here: who has an account (actions.recovering).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from archive_app.actions import recovering
from archive_app.errors import Invalid
from archive_app.web import interface
from archive_app.web.account_forms import (
    NEW_PASSWORD,
    RECOVER,
    SIGN_IN,
    CodePasswordForm,
    EmailForm,
    blueprint,
    done,
    email_mistakes,
    empty_code,
    engine,
    new_password_mistakes,
    page,
    refused_password,
    rules,
    stale,
)
from archive_app.web.links import to
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

TRIES = ("account.new_password",)
LETTERS = ("account.recover",)


@blueprint.route(RECOVER, methods=["GET", "POST"])
def recover() -> Answer:
    """Ask for the address and promise a letter, if there is anything to write; where there is no mail, say whom to ask."""
    form, by_mail = EmailForm(), rules().by_mail
    if not by_mail or not form.is_submitted():
        return page("recover", form, by_mail=by_mail)
    if not form.validate():
        return page("recover", form, stale(), by_mail=by_mail)
    email = form.email.data or ""
    mistakes = email_mistakes(email)
    if mistakes:
        return page("recover", form, mistakes=mistakes, by_mail=by_mail)
    recovering.ask(engine(), email, interface.chosen())
    return page("recover-asked", None)


@blueprint.route(NEW_PASSWORD, methods=["GET", "POST"])
def new_password() -> Answer:
    """Ask for a new password, and for the code where the link brought none; 400 where the code is not right."""
    form, linked = CodePasswordForm(), request.args.get("code", "")
    if not form.is_submitted():
        return page("new-password", form, linked=linked)
    linked = request.form.get("linked", "")
    code, password = linked or form.code.data or "", form.password.data or ""
    if not form.validate():
        return page("new-password", form, stale(), linked=linked)
    mistakes = empty_code(code) + new_password_mistakes(password)
    try:
        taken = not mistakes and recovering.set_password(engine(), code, password, by_mail=rules().by_mail)
    except Invalid as error:
        return page("new-password", form, mistakes=refused_password(error), linked=linked)
    if not taken:
        return page("new-password", form, "" if mistakes else gettext(
            "This code is not right, or it was used already, or too much time has passed. You can ask for another one."),
            mistakes, linked=linked)
    return done(gettext("Your password is changed"), gettext("You were signed out everywhere. Sign in with the new password."),
                gettext("Sign in"), to(SIGN_IN))
