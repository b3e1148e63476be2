"""One's own account.

    /account                     who I am here, and where I am signed in
    /account/end-session         ends one of these          /account/end-sessions    all of them but this one
    /account/password            another password
    /account/address             another e-mail address; /account/address/confirm takes the code of the letter
    /account/delete              leaving

What may not live here: a forgotten password (recovery), the second factor (second_factors), any decision (actions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from archive_app import clock
from archive_app.actions import own_account, sessions
from archive_app.errors import Conflict, NotFound
from archive_app.web import identity, interface
from archive_app.web.account_forms import (
    ACCOUNT,
    CONFIRM_ADDRESS,
    ChangeForm,
    CodeForm,
    EmailPasswordForm,
    PasswordForm,
    PlainForm,
    blueprint,
    done,
    email_mistakes,
    empty_code,
    empty_password,
    engine,
    go,
    left,
    new_password_mistakes,
    page,
    rules,
    signed_in,
    stale,
)
from archive_app.web.links import to
from archive_app.web.translate import gettext, lazy_gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

ROLES = {
    "researcher": lazy_gettext("Reader: you may read and hear what is open to registered readers."),
    "archivist": lazy_gettext("Archivist: you tend the testimonies of your collections."),
    "custodian": lazy_gettext("Custodian: you tend testimonies, also those that are withdrawn or sealed."),
    "admin": lazy_gettext("Administrator: you manage accounts and settings, and have no right to testimony by it."),
}
TRIES = ("account.password", "account.address", "account.confirm_address", "account.delete")
LETTERS = ("account.address",)


@blueprint.get(ACCOUNT)
@signed_in
def account(who: identity.Visitor) -> Answer:
    """The account of whoever is fully signed in, with their open sessions; 303 to sign in for anybody else."""
    return _account_page(who, PlainForm())


@blueprint.post(f"{ACCOUNT}/end-session")
@signed_in
def end_session(who: identity.Visitor) -> Answer:
    """End the session that `session` names, if it is one of this account, and 303 back; 400 where the form's token is stale."""
    form = PlainForm()
    if not form.validate():
        return _account_page(who, form, stale())
    sessions.end_one(engine(), who.known.account_key, request.form.get("session", ""))
    return go(to(ACCOUNT))


@blueprint.post(f"{ACCOUNT}/end-sessions")
@signed_in
def end_sessions(who: identity.Visitor) -> Answer:
    """End every session of the account but this one, and 303 back; 400 where the form's token is stale."""
    form = PlainForm()
    if not form.validate():
        return _account_page(who, form, stale())
    sessions.end_others(engine(), who.known.account_key, who.token)
    return go(to(ACCOUNT))


@blueprint.route(f"{ACCOUNT}/password", methods=["GET", "POST"])
@signed_in
def password(who: identity.Visitor) -> Answer:
    """Ask for the password and a new one; the other sessions end. 400 and the form again for a failed try."""
    form = ChangeForm()
    if not form.is_submitted():
        return page("password", form)
    if not form.validate():
        return page("password", form, stale())
    current, new = form.current.data or "", form.password.data or ""
    mistakes = empty_password(current, "current") + new_password_mistakes(new, who.known.email)
    if mistakes or not own_account.change_password(engine(), who.known.email, current, new, who.token, by_mail=rules().by_mail):
        return page("password", form, "" if mistakes else gettext("The password that you have now is not right."), mistakes)
    return done(gettext("Your password is changed"), gettext("Your other browsers were signed out."), gettext("Your account"), to(ACCOUNT))


@blueprint.route(f"{ACCOUNT}/address", methods=["GET", "POST"])
@signed_in
def address(who: identity.Visitor) -> Answer:
    """Ask for a new address and the password, and promise a letter to it; not there where there is no mail."""
    if not rules().by_mail:
        raise NotFound()
    form = EmailPasswordForm()
    if not form.is_submitted():
        return page("address", form)
    if not form.validate():
        return page("address", form, stale())
    email, secret = form.email.data or "", form.password.data or ""
    mistakes = email_mistakes(email) + empty_password(secret)
    if mistakes:
        return page("address", form, mistakes=mistakes)
    if not own_account.ask_address(engine(), who.known.email, secret, email, interface.chosen()):
        return page("address", form, gettext("The password is not right."))
    return done(gettext("Look into your mail"), gettext(
        "A letter is on its way to the new address, if it can be used. Its link works for an hour."), gettext("Your account"), to(ACCOUNT))


@blueprint.route(CONFIRM_ADDRESS, methods=["GET", "POST"])
def confirm_address() -> Answer:
    """Take the code of the letter; opening the link changes nothing."""
    form, linked = CodeForm(), request.args.get("code", "")
    if not form.is_submitted():
        return page("address-confirm", form, linked=linked)
    linked = request.form.get("linked", "")
    code = linked or form.code.data or ""
    if not form.validate():
        return page("address-confirm", form, stale(), linked=linked)
    mistakes = empty_code(code)
    if mistakes or not own_account.confirm_address(engine(), code):
        return page("address-confirm", form, "" if mistakes else gettext(
            "This code is not right, or it was used already, or too much time has passed. You can ask for another one."),
            mistakes, linked=linked)
    return done(gettext("Your address is changed"), gettext("From now on you sign in with it."), gettext("Your account"), to(ACCOUNT))


@blueprint.route(f"{ACCOUNT}/delete", methods=["GET", "POST"])
@signed_in
def delete(who: identity.Visitor) -> Answer:
    """Say what goes and what stays, ask for the password, and remove the account. The last administrator reads why not."""
    form = PasswordForm()
    if not form.is_submitted():
        return page("delete", form)
    if not form.validate():
        return page("delete", form, stale())
    secret = form.password.data or ""
    mistakes = empty_password(secret)
    try:
        gone = not mistakes and own_account.delete(engine(), who.known.email, secret)
    except Conflict:
        return page("delete", form, gettext("You are the only administrator. Let another one be made first."))
    if not gone:
        return page("delete", form, "" if mistakes else gettext("The password is not right."), mistakes)
    return left(to("/"))


def _account_page(who: identity.Visitor, form: PlainForm, sentence: str = "") -> Answer:
    known = who.known
    browsers = sessions.open_sessions(engine(), known.account_key, who.token)
    return page("account", form, sentence, who=known, role=ROLES[known.role], by_mail=rules().by_mail,
                staff=sessions.tends(known.role),
                browsers=[(each, clock.iso(each.began)[:10], clock.iso(each.seen)[:10]) for each in browsers],
                advised=sessions.is_staff(known.role) and not known.second_factor)
