"""The language of the interface: chosen by `?ui=` alone, so that an address gives everybody the same page; names of languages,
numbers, lists and direction in it.

No cookie, no Accept-Language. What may not live here: sentences of the archive (sentences), the language of testimony (it says so
itself).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel  # type: ignore[import-untyped, unused-ignore]

from archive_app.language import tags
from archive_app.language.tags import direction
from archive_app.web.translate import locale

TRANSLATIONS = Path(__file__).with_name("translations")
TURKIC = frozenset({"az", "tr"})
__all__ = ["capital", "choices", "chosen", "direction", "first", "language_name", "language_word", "languages", "listed", "number", "start"]
OWN_NAMES = {"en": "English", "az": "Azərbaycanca", "hy": "Հայերեն", "ru": "Русский", "tr": "Türkçe"}
"""What speakers call the language in a menu; others are named by CLDR."""


class Choice(NamedTuple):
    tag: str
    name: str


def start(app: Flask, languages: tuple[str, ...]) -> None:
    """Let `app` speak `languages`; the first is used where none, or an unknown one, is asked for."""
    app.config["LANGUAGES"] = languages
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = languages[0]
    Babel(app, locale_selector=chosen)


def chosen() -> str:
    """The tag of the interface language of this request."""
    if not has_request_context():
        return first()
    if "ui" not in g:
        asked = request.args.get("ui", "")
        g.ui = asked if asked in current_app.config["LANGUAGES"] else first()
    return str(g.ui)


def first() -> str:
    """The language of pages that were asked for without `?ui=`."""
    return str(current_app.config["LANGUAGES"][0])


def choices() -> tuple[Choice, ...]:
    """The languages offered, each under its own name."""
    return tuple(Choice(tag, OWN_NAMES.get(tag) or language_name(tag, tag)) for tag in current_app.config["LANGUAGES"])


@lru_cache(maxsize=4096)
def _language_name(tag: str, ui: str) -> str:
    return capital(tags.name(tag, ui), ui)


def language_name(tag: str, ui: str = "") -> str:
    """What a language is called in the interface: `az-Cyrl` -> `Azerbaijani (Cyrillic)`, as a word that stands alone."""
    return _language_name(tag, ui or chosen())


def language_word(tag: str, ui: str = "") -> str:
    """The same inside a sentence, small where the interface language writes it so: `русский`, `rus`, but `Rusça`, `Russian`."""
    return tags.name(tag, ui or chosen())


def languages(several: Iterable[str], ui: str = "") -> str:
    """Languages in one row that stands alone: `Русский, армянский`."""
    return capital(", ".join(language_word(tag, ui) for tag in several), ui)


def capital(text: str, ui: str = "") -> str:
    """The text with its first letter large, as the interface language does it: a Turkic i becomes İ."""
    if text[:1] == "i" and (ui or chosen()) in TURKIC:
        return "İ" + text[1:]
    return text[:1].upper() + text[1:]


def number(value: int) -> str:
    """A whole number as the interface language groups its digits."""
    return str(format_decimal(value, locale=locale()))


def decimal(value: float) -> str:
    """A number with one place after the comma, as the language writes it."""
    return str(format_decimal(round(value, 1), "#,##0.#", locale=locale()))


def listed(words: Iterable[str], style: str = "standard") -> str:
    """`a, b and c` in the interface language; `style`: standard (and) or `or`."""
    return format_list(list(words), style="or" if style == "or" else "standard", locale=locale())
