"""How else a text can be read: letters of another alphabet that look alike, full-width and other compatibility letters, ligatures. Pure.

A name typed with one Cyrillic а, or copied from a page as ﬁ or Ｈ, is that name to every reader. What may not live here: names.
Sources: Unicode Technical Standard 39 (confusables: Latin, Greek, Cyrillic and Armenian letters alone), Unicode NFKC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_ALIKE = (
    "aаα cсϲ dԁ eе əә fք gց hһհ iіι jјϳ kкκ lӏ mм nոη oоοօ pрρ qԛզ sѕ tтτ uսυ vνѵ wԝա xхχ yуγ ëё ïї äӓ öӧ ÿӱ"
    " AАΑ BВΒ CСϹ EЕΕ ƏӘ FϜ GԌ HНΗ IІΙӀ JЈ KКΚ LԼ MМΜ NΝ OОΟՕ PРΡ QԚ SЅՏ TТΤ UՍ VѴ WԜ XХΧ YУΥҮ ZΖ ËЁ ÏЇ ÄӒ ÖӦ"
).split()
_ALPHABETS = {"latin": "A-Za-zÀ-ʯḀ-ỿ", "greek": "Ͱ-Ͽἀ-῿", "cyrillic": "Ѐ-ԯ", "armenian": "Ա-Ֆՠ-ֈ"}
_IN = {name: re.compile(f"[{letters}]") for name, letters in _ALPHABETS.items()}
_ALL_IN = {name: re.compile(f"[{letters}\u0300-\u036f]+") for name, letters in _ALPHABETS.items()}
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*")
_OTHER = re.compile("[Ͱ-ֈ]")  # cheap to look for first
_MIXED = re.compile("[A-Za-zÀ-ʯ][\u0300-\u036f]*[Ͱ-ֈ]|[Ͱ-ֈ][\u0300-\u036f]*[A-Za-zÀ-ʯ]|[Ͱ-Ͽ][Ѐ-ֈ]|[Ѐ-ֈ][Ͱ-Ͽ]|[Ѐ-ԯ][Ա-ֈ]|[Ա-ֈ][Ѐ-ԯ]")
# Letterlike signs, circled letters, ligatures and Arabic presentation forms, full-width and mathematical letters.
_COMPATIBLE = re.compile("[\u2100-\u214f\u24b6-\u24e9\ufb00-\ufdff\ufe70-\ufefc\uff21-\uff5a\U0001d400-\U0001d7ff]")


def _table(alphabet: str) -> dict[int, str]:
    """Every look-alike of a letter of one alphabet -> that letter."""
    found: dict[int, str] = {}
    for group in _ALIKE:
        own = next((letter for letter in group if _IN[alphabet].match(letter)), "")
        found |= {ord(letter): own for letter in group if own and letter != own and not _IN[alphabet].match(letter)}
    return found


_TABLES = {alphabet: _table(alphabet) for alphabet in _ALPHABETS}
AS_LATIN = _TABLES["latin"]
"""Letter of another alphabet (code point) -> the Latin letter that it looks like."""


def readings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Other ways to read `text` (NFC): with each, where its characters stand in `text`, and at the end the length of `text`.

    First plain letters for compatibility letters; then, for each alphabet, words of mixed alphabets as words of that one. A way
    that changes nothing is left out, so that most texts have none.
    """
    if text.isascii():
        return
    plain: str = text
    places: Sequence[int] = range(len(text) + 1)
    if _COMPATIBLE.search(text):
        plain, places = _plain(text)
        yield plain, places
    if _OTHER.search(plain) and _MIXED.search(plain):
        for alphabet in _ALPHABETS:
            read = _WORD.sub(lambda word: _in_one(word.group(), alphabet), plain)  # noqa: B023 (used up at once)
            if read != plain:
                yield read, places


def look_alikes(word: str) -> list[str]:
    """The ways in which all of `word` can be written in letters of another alphabet that look alike: Copa -> Сора."""
    found = (written.translate(table) for written in (word, word.upper()) for table in _TABLES.values())
    return [way for way, alphabet in zip(found, (*_ALPHABETS, *_ALPHABETS), strict=True)
            if not _IN[alphabet].match(word) and _ALL_IN[alphabet].fullmatch(way)]


def _plain(text: str) -> tuple[str, list[int]]:
    out: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for each in unicodedata.normalize("NFKC", character) if _COMPATIBLE.match(character) else character:
            out.append(each)
            places.append(at)
    return "".join(out), [*places, len(text)]


def _in_one(word: str, alphabet: str) -> str:
    """A word of mixed alphabets in letters of this one alone; the word itself where that cannot be."""
    if not _MIXED.search(word):
        return word
    read = word.translate(_TABLES[alphabet])
    return read if _ALL_IN[alphabet].fullmatch(read) else word
