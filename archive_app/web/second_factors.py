"""The second factor of an account.

    /account/second-factor           the key as a picture and in letters, taken when a first code is right; then recovery codes, once
    /account/second-factor/remove    given up
    /account/recovery-codes          ten new ones
    /account/lost-second-factor      signing in by a recovery code, or by an administrator's

What may not live here: the six digits asked for at every sign-in (account), any decision about codes (actions).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from flask import Response, current_app, session

from archive_app.actions import enrolling, second_factor
from archive_app.errors import NotFound
from archive_app.web import identity
from archive_app.web.account_forms import (
    ACCOUNT,
    SECOND_FACTOR,
    SIGN_IN,
    CodeForm,
    CodePasswordForm,
    Mistake,
    blueprint,
    done,
    empty_code,
    empty_password,
    engine,
    entered,
    go,
    next_or_home,
    page,
    rules,
    signed_in,
    stale,
)
from archive_app.web.links import to
from archive_app.web.translate import gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

TRIES = ("account.renew_codes", "account.remove_second_factor", "account.lost_second_factor")
LOST = f"{ACCOUNT}/lost-second-factor"


@blueprint.route(SECOND_FACTOR, methods=["GET", "POST"])
def enrol() -> Answer:
    """Offer a key, and take it once a first code fits: a new session and the recovery codes, else 400. Whoever has a second factor
    reads that they do."""
    who, form = identity.visitor(), CodeForm()
    if who is None or who.owes_code:
        return go(to(SIGN_IN, next=SECOND_FACTOR))
    if who.known.second_factor:
        return page("second-factor-kept", form, left=enrolling.codes_left(engine(), who.known.account_key))
    secret = _offered(who)
    groups = [secret[start:start + 4] for start in range(0, len(secret), 4)]
    if not form.is_submitted():
        return page("second-factor", form, groups=groups)
    if not form.validate():
        return page("second-factor", form, stale(), groups=groups)
    enrolled = enrolling.enrol(engine(), who.token, secret, form.code.data or "")
    if enrolled is None:
        return page("second-factor", form, gettext("This code does not fit the key. Wait for the next one and try again."), groups=groups)
    session.clear()
    answer = page("recovery-codes", None, codes=enrolled.codes, onward=next_or_home())
    identity.take_cookie(answer)
    identity.give_cookie(answer, enrolled.opened)
    return answer


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


@blueprint.route(f"{ACCOUNT}/recovery-codes", methods=["GET", "POST"])
@signed_in
def renew_codes(who: identity.Visitor) -> Answer:
    """Ask for the password and a code, and show ten new recovery codes, once."""
    form = CodePasswordForm()
    if not who.known.second_factor:
        return go(to(SECOND_FACTOR))
    wrong = _wrong(form, "recovery-codes-ask")
    if wrong is not None:
        return wrong
    codes = enrolling.renew_codes(engine(), who.known.email, form.password.data or "", form.code.data or "")
    if not codes:
        return page("recovery-codes-ask", form, _not_right())
    return page("recovery-codes", None, codes=codes, onward=to(ACCOUNT))


@blueprint.route(f"{SECOND_FACTOR}/remove", methods=["GET", "POST"])
@signed_in
def remove_second_factor(who: identity.Visitor) -> Answer:
    """Ask for the password and a code, and take the second factor away; who must have one sets it up anew."""
    form = CodePasswordForm()
    if not who.known.second_factor:
        return go(to(SECOND_FACTOR))
    wrong = _wrong(form, "second-factor-remove")
    if wrong is not None:
        return wrong
    if not enrolling.give_up(engine(), who.known.email, form.password.data or "", form.code.data or "", who.token, by_mail=rules().by_mail):
        return page("second-factor-remove", form, _not_right())
    return done(gettext("Your second factor was removed"), gettext("Your other browsers were signed out."),
                gettext("Set up a second factor"), to(SECOND_FACTOR))


@blueprint.route(LOST, methods=["GET", "POST"])
def lost_second_factor() -> Answer:
    """For whoever owes a code and has no authenticator: a recovery code signs them in; an administrator's takes the second factor away,
    and leads to a new one."""
    who, form = identity.visitor(), CodeForm()
    if who is None or not who.owes_code:
        return go(to(SIGN_IN))
    if not form.is_submitted():
        return page("second-factor-lost", form)
    if not form.validate():
        return page("second-factor-lost", form, stale())
    mistakes = empty_code(form.code.data or "")
    opened = None if mistakes else enrolling.do_without(engine(), who.token, form.code.data or "", required=identity.rules().required,
                                                        by_mail=rules().by_mail)
    if opened is None:
        return page("second-factor-lost", form, "" if mistakes else gettext(
            "This code is not right, or it was used already, or too much time has passed."), mistakes)
    return entered(opened, to(ACCOUNT) if opened.second_factor else to(SECOND_FACTOR))


def _wrong(form: CodePasswordForm, name: str) -> Answer | None:
    """The form page, where nothing was sent yet or not all of it; None where there is something to check."""
    if not form.is_submitted():
        return page(name, form)
    if not form.validate():
        return page(name, form, stale())
    mistakes: tuple[Mistake, ...] = empty_password(form.password.data or "") + empty_code(form.code.data or "")
    return page(name, form, mistakes=mistakes) if mistakes else None


def _not_right() -> str:
    return gettext("The password or the code is not right. Wait for the next code and try again.")


def _offered(who: identity.Visitor) -> str:
    return second_factor.offered(who.token, str(current_app.secret_key))
