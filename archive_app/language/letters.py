"""Letters: which characters make a word, and which spellings of a letter are one and the same. Tables and pure functions only.

What may not live here: anything about suffixes (`stems.py`) or about names across scripts.
Sources: Unicode 15 (general categories, NFKC, casing of dotted and dotless i), the Azerbaijani Cyrillic alphabet of 1958.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Every mark that people and keyboards use for an apostrophe; all are read as U+0027.
APOSTROPHES = "'’‘‛`´ʹʻʼʽʾʿˈ′՚＇"
# Invisible or prosodic: soft hyphen, zero-width and direction marks, tatweel; Armenian emphasis, exclamation and question marks,
# which are written inside the word they belong to.
SILENT = "\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff՛՜՞"
# Written without spaces between words: Thai, Lao, Tibetan, Myanmar, Khmer, Tai and Javanese scripts, kana, bopomofo, Han.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u0f40-\u0fbc\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u1950-\u19df"
    "\u1a20-\u1a7f\ua980-\ua9c0\uaa60-\uaadf\u3005-\u3007\u3021-\u3029\u3041-\u309f\u30a0-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
TURKIC = frozenset({"az", "tr", "crh", "gag"})  # dotted and dotless i are two letters
STRESSED = frozenset({"ru", "uk", "be"})  # acute and grave over a vowel show the stress and are not spelling
PERSIAN = frozenset({"fa", "ps", "ur", "ckb"})

_TURKIC_I = str.maketrans({"İ": "i", "I": "ı"})
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_STRESSED_VOWEL = re.compile("(?<=[аеєиіїоуыэюяё])[\u0300-\u036f]+", re.IGNORECASE)
_STRESS = str.maketrans("", "", "\u0300\u0301")
_SILENT = re.compile(f"[{SILENT}]")
# Hebrew points and accents, Arabic vowel signs and Koranic marks: readers' aids, mostly not written.
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
_PERSIAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "ه", "ة": "ه", "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و"})
_ARABIC = str.maketrans({"ی": "ي", "ک": "ك", "ٱ": "ا"})
_AZERBAIJANI = str.maketrans(
    dict(zip("абвгдеәжзијкҝлмноөпрстуүфхһчҹшыэйцщ", "abvqdeəjzijkglmnoöprstuüfxhçcşıeysş", strict=True))
    | {"и": "i", "ј": "y", "ғ": "ğ", "ю": "yu", "я": "ya", "ё": "yo", "ъ": "", "ь": ""}
)
_LEADING_MARKS = re.compile("^[\u0300-\u036f\u0483-\u0489]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def primary(language: str) -> str:
    """The subtag that decides how a language is read: `az-Cyrl` -> az, `prs` (Dari) -> fa, `hyw` -> hy; '' and `und` -> ''."""
    subtag = language.replace("_", "-").split("-", 1)[0].lower()
    return _ALIASES.get(subtag, subtag)


_ALIASES = {
    "und": "", "mul": "", "mis": "", "zxx": "", "prs": "fa", "pes": "fa", "fas": "fa", "per": "fa", "hyw": "hy", "hye": "hy",
    "azj": "az", "aze": "az", "nb": "no", "nn": "no", "arb": "ar", "ara": "ar", "apc": "ar", "ary": "ar", "arz": "ar",
    "acm": "ar", "ajp": "ar", "hr": "sr", "bs": "sr", "sh": "sr", "cnr": "sr", "eng": "en", "sco": "en", "rus": "ru", "tur": "tr",
    "kat": "ka", "geo": "ka", "fra": "fr", "deu": "de", "spa": "es", "ukr": "uk",
}  # fmt: skip


def compose(word: str, language: str) -> str:
    """`word` in one spelling for one language: composed, silent marks dropped, lower case; apostrophes inside are U+0027.

    Never crosses scripts, but for Azerbaijani, whose two alphabets spell alike: Хоҹалы -> xocalı. Lengths may change.
    """
    if word.isascii() and language not in TURKIC:
        return word.lower().strip("'`")
    word = unicodedata.normalize("NFKC", word)
    word = _SILENT.sub("", word).translate(_APOSTROPHES).strip("'")
    if language in TURKIC:
        word = word.replace("I\u0307", "İ").translate(_TURKIC_I)
    word = unicodedata.normalize("NFKC", word.casefold().replace("i\u0307", "i"))
    word = _spelling(_POINTS.sub("", word), language)
    return "".join(character if character.isascii() else _digit(character) for character in word if not character.isspace())


def _spelling(word: str, language: str) -> str:
    """What the orthography of one language treats as the same letter."""
    if language in STRESSED:
        word = _STRESSED_VOWEL.sub(lambda marks: marks.group().translate(_STRESS), unicodedata.normalize("NFD", word))
        word = unicodedata.normalize("NFC", word)
        return word.replace("ё", "е") if language == "ru" else word
    if language == "az" and _CYRILLIC.search(word):
        spelled = _LEADING_MARKS.sub("", word.translate(_AZERBAIJANI))  # the signs ъ and ь are not written in Latin, nor a mark over one
        return unicodedata.normalize("NFC", spelled or word)  # but a sign that stands alone is a word
    if language == "hy":  # casefold has split և already; ԵՎ is how the reformed spelling writes it in capitals
        return word.replace("եվ", "եւ")
    if language in PERSIAN:
        return word.translate(_PERSIAN)
    return word.translate(_ARABIC) if language == "ar" else word


def _digit(character: str) -> str:
    """١٩٩٢ is 1992: decimal digits of every script are one."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


@lru_cache(maxsize=1)
def word_pattern() -> re.Pattern[str]:
    """A word: a letter or digit, then letters, digits, marks and silent characters; apostrophes and the Catalan dot between such.

    The underscore counts as a letter here (it is in `\\w`): blank it first.
    """
    inside = rf"\w{SILENT}{_marks()}"
    joiners = re.escape(APOSTROPHES) + "·׳״"
    return re.compile(rf"\w[{inside}]*(?:[{joiners}]+[{inside}]+)*")


def _marks() -> str:
    """Ranges of every combining mark (Mn, Mc, Me), as text for a character class; about 30 ms, once a process."""
    ranges: list[list[int]] = []
    for point in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(point))[0] == "M":
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
