"""Stems: which stemmer reads which language, and what is mended before it. Tables and pure functions only.

Snowball (snowballstemmer) where it has the language and reads it well; `suffixes` for Azerbaijani and Georgian, which it has not,
and for Turkish and Armenian, which it reads worse (measured in tests/language/test_suffixes.py); else the word itself.
What may not live here: folding (`letters`). Snowball is not safe for two threads at once: `words.stem` holds the lock.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from archive_app.language import suffixes

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "yi": "yiddish",
}  # fmt: skip
# After an apostrophe these are endings of a name (Xocalı'da, BMT'nin); anything else is spelling (mə'lumat, Kur'an).
_ENDING_OF_NAME = re.compile(
    "(?:l[ae]r|lər)?(?:[ıiuü]m|[ıiuü]n|s?[ıiuü])?(?:n?[ıiuü]n|[ny]?[ıiuü]|[ny]?[aeə]|n?[dt][aeə]n?|(?:[ny]?l|ş|ç|c)[aeə])?"
    "(?:k[ıi](?:l[aeə]r)?)?(?:[dt][ıiuü]r?)?(?:l[ıiuü][kqğ]?|s[ıiuü]z)?"
)
# و and ف before the article, which Snowball's Arabic stemmer leaves: والكتاب.
_ARABIC_AND = re.compile("^[وف](?=ال..)")
_ELIDED = {
    "fr": re.compile("^(?:[ldcjmnst]|qu|jusqu|quoiqu|lorsqu|puisqu)'(?=..)"),
    "it": re.compile("^(?:l|un|d|c|m|t|s|v|n|all|dell|dall|nell|sull|coll|quell|quest|bell|sant|tutt)'(?=..)"),
    "ca": re.compile("^[ldmnst]'(?=..)"),
}


class Stemmer(Protocol):
    """What snowballstemmer gives for one language."""

    def stemWord(self, word: str) -> str: ...


def stem(exact: str, language: str) -> str:
    """The stem of an exact key for a primary subtag (`letters.primary`)."""
    if language in ("az", "tr"):
        return suffixes.turkic(_without_name_ending(exact), language)
    if language in ("hy", "ka"):
        return suffixes.armenian(exact) if language == "hy" else suffixes.georgian(exact)
    if language == "ar":
        exact = _ARABIC_AND.sub("", exact)
    elif language == "en" and not exact.isascii():
        exact = _plain(exact)
    elif language in _ELIDED:
        exact = _ELIDED[language].sub("", exact)
    stemmer = _snowball(language)
    return stemmer.stemWord(exact) if stemmer else exact


@cache
def _snowball(language: str) -> Stemmer | None:
    import snowballstemmer  # 10 ms: only when a text is read

    name = _ALGORITHMS.get(language)
    stemmer: Stemmer | None = snowballstemmer.stemmer(name) if name else None
    return stemmer


def _without_name_ending(exact: str) -> str:
    """Cut an ending at the apostrophe; where it is no ending, drop the apostrophe (old spelling mə'lumat = məlumat)."""
    name, apostrophe, ending = exact.partition("'")
    if apostrophe and _ENDING_OF_NAME.fullmatch(ending) and not re.fullmatch("[^aeəıioöuü][aeəıioöuü]", name):
        return name
    return exact.replace("'", "")


def _plain(exact: str) -> str:
    """English writers leave out the marks of foreign words and names: café, Xocalı, Hüseynov."""
    bare = "".join(character for character in unicodedata.normalize("NFD", exact) if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare).replace("ı", "i")
