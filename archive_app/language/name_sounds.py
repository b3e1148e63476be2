"""Name sounds: a rough key by which one name, written in several scripts, is found to be perhaps the same. Pure tables and functions.

    Qarabağ, Карабах, Ղարաբաղ, Karabakh  ->  krpk          Xocalı, Ходжалы, Խոջալու, Khojaly  ->  kcl

Vowels fall, sounds that scripts write now so, now so (k g q x h; c j ç zh; s z ts sh; b p; d t; v f) are one. It says "perhaps": people
decide. What may not live here: what is withheld (`name_forms`: exact, and never by sound), who may read a name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from archive_app.language import letters
from archive_app.language.name_forms import forms

SHORTEST = 2
"""Sounds that a key needs before it says anything."""

_LATIN = {**dict.fromkeys("kgqxh", "k"), **dict.fromkeys("bp", "p"), **dict.fromkeys("dt", "t"), **dict.fromkeys("vfw", "f"),
          **dict.fromkeys("sz", "s"), "j": "c", "c": "k", "m": "m", "n": "n", "l": "l", "r": "r",
          "ł": "l", "ð": "t", "þ": "t", "đ": "t", "ß": "s"}
_TURKIC = {"c": "c"}
_MARKED = {"ç": "c", "č": "c", "ć": "c", "ž": "c", "š": "s", "ş": "s", "ș": "s", "ğ": "k", "ĝ": "k"}
_PAIRS = (("dzh", "c"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("kh", "k"), ("gh", "k"), ("zh", "c"), ("ch", "c"), ("sh", "s"),
          ("ts", "s"),
          ("tz", "s"), ("dj", "c"), ("ph", "f"), ("th", "t"), ("дж", "c"), ("дз", "s"), ("տժ", "c"))
_OTHER = (
    ("бпբպփბპფبپ", "p"), ("дтթդտდტთدتطةث", "t"), ("вфўֆվვفڤ", "f"), ("жчҹճչջժჟჩჭჯجچژذ", "c"),
    ("гкхғқҝһӽքկգխղհკქგხღყჰكکقغخحهگ", "k"), ("сзцшщսզցծձշსზცძწშسزصضظش", "s"),
    ("мմმم", "m"), ("нնნن", "n"), ("лլლل", "l"), ("рրռრر", "r"),
)
_SOUNDS = {character: sound for characters, sound in _OTHER for character in characters}


@lru_cache(maxsize=1 << 16)
def sounds(name: str, language: str = "") -> str:
    """The key of a name, whatever the order of its parts: the sounds of each, sorted; '' where too little is left to say anything."""
    parts = [_part(part, language) for part in forms(name).parts]
    found = sorted(part for part in parts if part)
    return " ".join(found) if sum(len(part.strip("a")) for part in found) >= SHORTEST else ""


def _part(text: str, language: str) -> str:
    """One word: its sounds, doubled ones once; a vowel shows only where it begins the word."""
    plain = unicodedata.normalize("NFC", text.replace("İ", "i")).casefold()
    for written, sound in _PAIRS:
        plain = plain.replace(written, sound.upper())
    turkic = letters.primary(language) in letters.TURKIC or any(character in "əığşç" for character in plain)
    found: list[str] = []
    for character in plain:
        sound = _sound(character, turkic)
        if sound and (sound != "a" or not found) and found[-1:] != [sound]:
            found.append(sound)
    return "".join(found)


def _sound(character: str, turkic: bool) -> str:
    """The sound of one letter; `a` for a vowel, '' for what is silent or unknown."""
    if character.isupper():
        return character.lower()
    if turkic and character in _TURKIC:
        return _TURKIC[character]
    if character in _MARKED:
        return _MARKED[character]
    if character in _SOUNDS:
        return _SOUNDS[character]
    bare = unicodedata.normalize("NFD", character)[0]
    if bare in _LATIN:
        return _LATIN[bare]
    return "a" if unicodedata.category(character) in ("Ll", "Lo", "Lm") and character not in "ьъ'ʼ" else ""
