"""Tags: which language a text is in (BCP 47, RFC 5646), what that language is called, which script and which way it is written.

By langcodes (registry) and Babel (CLDR names). What may not live here: how a language is read (`letters`, `stems`).
"""

from __future__ import annotations

from functools import lru_cache

import langcodes
from babel import Locale, UnknownLocaleError
from langcodes.tag_parser import LanguageTagError

from archive_app.language.letters import primary

_RIGHT_TO_LEFT = frozenset("Adlm Arab Aran Armi Hebr Mand Mani Nkoo Rohg Samr Syrc Syre Syrj Syrn Thaa Yezi".split())
# CLDR's likely scripts leave these out.
_SCRIPTS = {"azb": "Arab", "hyw": "Armn", "xcl": "Armn", "axm": "Armn", "oge": "Geor", "ady": "Cyrl", "udi": "Latn"}
_CLDR_NAMES = {"prs": "fa_AF"}


@lru_cache(maxsize=1024)
def tag(text: str) -> str:
    """The canonical tag: `AZ-cyrl` -> az-Cyrl, `eng` -> en, `iw` -> he. Raises ValueError with a sentence for anything else.

    A language with a subtag of its own keeps it (prs stays prs, though CLDR calls it fa-AF).
    """
    text = text.strip()
    if not text:
        raise ValueError("The language is missing: write a BCP 47 tag such as en, az or az-Cyrl.")
    try:
        written = langcodes.Language.get(text, normalize=False)
        canonical = langcodes.Language.get(text)
    except LanguageTagError as error:
        raise ValueError(f"“{text}” is not a language tag.{_advice(text)}") from error
    if not canonical.is_valid():
        raise ValueError(f"“{text}” has a part that is not in the BCP 47 registry.{_advice(text)}")
    added = (canonical.script and not written.script) or (canonical.territory and not written.territory)
    return written.to_tag() if added else canonical.to_tag()


def name(tag: str, interface_language: str) -> str:
    """What the language is called in the interface language (az-Cyrl -> Azerbaijani (Cyrillic)), else in itself, else the tag."""
    language, script, territory = _subtags(tag)
    interface = _locale(interface_language) or Locale("en")
    called = interface.languages.get(_CLDR_NAMES.get(language, f"{language}_{script or territory}"))
    if called:
        return str(called)
    called = interface.languages.get(language) or _autonym(language)
    if not called:
        near = interface.languages.get(primary(tag))
        return f"{near} ({tag})" if near else tag
    more = [str(interface.scripts.get(script, script))] if script and script != _usual_script(language) else []
    more += [str(interface.territories.get(territory, territory))] if territory else []
    return f"{called} ({', '.join(more)})" if more else str(called)


def direction(tag: str) -> str:
    """`rtl` or `ltr`, by the script."""
    return "rtl" if script(tag) in _RIGHT_TO_LEFT else "ltr"


def script(tag: str) -> str:
    """The ISO 15924 code of the script: the one written in the tag, else the language's usual one; `Zyyy` = no telling."""
    language, written, _territory = _subtags(tag)
    return written or _usual_script(tag if language not in _SCRIPTS else language)


@lru_cache(maxsize=1024)
def _usual_script(tag: str) -> str:
    language = _subtags(tag)[0]
    if language in _SCRIPTS:
        return _SCRIPTS[language]
    if language in ("", "und", "mul", "zxx", "mis"):
        return "Zyyy"
    return langcodes.Language.get(tag).maximize().script or "Zyyy"


def _subtags(tag: str) -> tuple[str, str, str]:
    """Language, script, territory of a tag; empty where absent, or where it is no tag."""
    try:
        parsed = langcodes.Language.get(tag, normalize=False)
    except LanguageTagError:
        return "", "", ""
    return parsed.language or "und", parsed.script or "", parsed.territory or ""


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _autonym(language: str) -> str:
    own = _locale(language)
    return str(own.languages.get(language, "")) if own else ""


def _advice(text: str) -> str:
    """The tag that was probably meant, where somebody wrote the English name of a language."""
    meant = next((code for code, called in Locale("en").languages.items() if called.casefold() == text.casefold()), "")
    return f" For {text} write {meant.replace('_', '-')}." if meant else " Write a BCP 47 tag such as en, az or az-Cyrl."
