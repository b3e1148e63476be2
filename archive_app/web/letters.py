"""What the archive writes to people about their accounts: subject and plain text, in the language of whoever asked.

A letter holds a link that leads here and nowhere else, and follows nobody. It says nothing of any testimony, and its text depends on the
kind of letter alone. What may not live here: to whom one is sent, and when (actions, jobs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations

from archive_app.actions import one_time
from archive_app.actions.account_letters import KNOWN, Facts
from archive_app.actions.request_letters import DECIDED
from archive_app.web.interface import TRANSLATIONS
from archive_app.web.translate import N_

CONFIRM, NEW_PASSWORD, RECOVER, CONFIRM_ADDRESS = ("/register/confirm", "/account/new-password", "/account/recover",
                                                   "/account/address/confirm")


class Words(NamedTuple):
    """`parts`: paragraphs before and after the link to `path`."""

    subject: str
    before: str
    path: str
    after: str


HOUR = N_("The link works once, within an hour. Of several letters only the newest counts.")
NOTHING = N_("If you did not ask for this, do nothing: nothing has changed.")
RECOVERED = N_("If it was not you, choose a new password here:")
WORDS: Mapping[str, Words] = {
    one_time.REGISTER: Words(
        N_("Confirm your account"),
        N_("Somebody, probably you, asked for an account with this address. To confirm it, open this link within a day and write the "
           "password that you chose:"), CONFIRM,
        N_("If it was not you, do nothing: without that password there will be no account.")),
    KNOWN: Words(
        N_("You have an account already"),
        N_("Somebody, probably you, asked for an account with this address. It has one: sign in with it. If you have forgotten the "
           "password, choose a new one here:"), RECOVER, NOTHING),
    one_time.PASSWORD: Words(
        N_("A new password"), N_("Somebody, probably you, has forgotten the password of your account. Choose a new one here:"),
        NEW_PASSWORD, f"{HOUR}\n\n{NOTHING}"),
    one_time.ADDRESS: Words(
        N_("Confirm your new address"), N_("An account is to have this address from now on. Confirm that it reaches you:"),
        CONFIRM_ADDRESS, f"{HOUR}\n\n{NOTHING}"),
    one_time.PASSWORD_CHANGED: Words(
        N_("Your password was changed"), N_("The password of your account was changed.") + "\n\n" + RECOVERED, RECOVER, ""),
    one_time.FACTOR_GONE: Words(
        N_("Your second factor was removed"),
        N_("The second factor of your account was removed; from now on the password alone opens it, or a new second factor is set up.")
        + "\n\n" + RECOVERED, RECOVER, ""),
    DECIDED: Words(
        N_("Something you asked for was decided"),
        N_("You asked this archive for access to something, or were given it. It was decided about. What was said, and until when it "
           "holds, you read when you are signed in:"), "/requests", ""),
    one_time.ADDRESS_CHANGED: Words(
        N_("Your address was changed"),
        N_("Your account has another e-mail address from now on. If it was not you, write to the people who run this archive."), "", ""),
}


def write(facts: Facts, base_url: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """Subject and text; in the first of the archive's `languages` where that of whoever asked is not among them. Raises KeyError for a
    kind of letter that nobody wrote."""
    words, tag = WORDS[facts.kind], facts.language if facts.language in languages else languages[0]
    known: NullTranslations = Translations.load(str(TRANSLATIONS), [tag])
    asked = {key: value for key, value in (("code", facts.code), ("ui", tag if tag != languages[0] else "")) if value}
    link = f"{base_url}{words.path}{'?' if asked else ''}{urlencode(asked)}" if words.path else ""
    name = known.gettext(N_("Testimony Archive"))
    parts = [_said(known, words.before), link, _said(known, words.after), f"{name}\n{base_url}"]
    return f"{known.gettext(words.subject)} ({name})", "\n\n".join(part for part in parts if part) + "\n"


def _said(known: NullTranslations, paragraphs: str) -> str:
    return "\n\n".join(known.gettext(each) for each in paragraphs.split("\n\n") if each)
