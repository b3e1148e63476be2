"""Receipts: nine words out of a list of 1,024, made to be written down on paper and read back however they are typed. Pure.

Nine words of ten bits each are 90 bits. Case, spaces, dashes, missing diacritics and letters of another alphabet that look alike change
nothing; which list the words are of is found from the words. One list for each language of the interface, in `receipt_words/`: short,
common, concrete words, none frightening, religious, ethnic, military, or a name of people.
What may not live here: drawing them at random, keys (actions.family_keys).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from archive_app.language import letters
from archive_app.language.name_looks import AS_LATIN

LISTS = ("en", "az", "hy", "ru", "tr")
SIZE = 1024
LENGTH = 9
"""Words of a receipt: nine times ten bits."""
LONGEST = 400
"""Letters of a receipt as typed: what is longer is none, and is not looked at."""
FOLDER = Path(__file__).with_name("receipt_words")

_LETTERS = re.compile(r"[^\W\d_]+")
_SAME = str.maketrans({"ə": "e", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "է": "ե", "օ": "ո"})


@cache
def words(language: str) -> tuple[str, ...]:
    """The list of a language, in its order, which never changes once receipts were given; of a language without one, the English."""
    name = language if language in LISTS else letters.primary(language)
    return tuple((FOLDER / f"{name if name in LISTS else LISTS[0]}.txt").read_text(encoding="utf-8").split())


def fold(word: str) -> str:
    """What of a word counts: small letters without marks, look-alikes as Latin letters; anything that is no letter is dropped.

    >>> fold("Düymə"), fold("DUYME")
    ('duyme', 'duyme')
    """
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold()).translate(_SAME).translate(AS_LATIN)
    return "".join(letter for letter in small if letter.isalpha())


@cache
def _known(language: str) -> Mapping[str, int]:
    """Folded word -> its place in the list."""
    return {fold(word): place for place, word in enumerate(words(language))}


def spelled(language: str, places: Sequence[int]) -> tuple[str, ...]:
    """The words at these places of a list (from 0)."""
    return tuple(words(language)[place] for place in places)


def read(text: str) -> tuple[str, ...]:
    """The nine words of a receipt, folded, as they are typed in `text`; () where they are not nine words of one list.

    Words that run together are taken apart where there is only one way to do so.
    """
    typed = _typed(text)
    for language in LISTS:
        if len(typed) == LENGTH and all(word in _known(language) for word in typed):
            return typed
    joined = "".join(typed)
    ways = {way for language in LISTS for way in _apart(joined, language)}
    return ways.pop() if len(ways) == 1 else ()


def doubtful(text: str) -> tuple[int, ...]:
    """Places (from 1) of the typed words that stand in none of the lists: what somebody should look at again. It says nothing about any
    receipt: the lists are public."""
    return () if read(text) else tuple(
        place for place, word in enumerate(_typed(text), 1) if not any(word in _known(language) for language in LISTS))


def counted(text: str) -> int:
    """How many words are read in what was typed: nine where it can be a receipt at all. It says nothing about any receipt either."""
    return LENGTH if read(text) else len(_typed(text))


def _typed(text: str) -> tuple[str, ...]:
    """The words of a text, folded; nothing of one that is too long. Marks that stand apart from their letter belong to it."""
    if len(text) > LONGEST:
        return ()
    composed = unicodedata.normalize("NFKC", text)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", composed) if not unicodedata.combining(letter))
    return tuple(folded for match in _LETTERS.finditer(bare) if (folded := fold(match.group())))


def _apart(joined: str, language: str, most: int = 2) -> list[tuple[str, ...]]:
    """The ways (as many as `most`) in which these letters are nine words of a list."""
    known = _known(language)
    longest = max(map(len, known))
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in joined)]
    for end in range(1, len(joined) + 1):
        for start in range(max(0, end - longest), end):
            if ways[start] and joined[start:end] in known:
                ways[end] += [(*way, joined[start:end]) for way in ways[start] if len(way) < LENGTH]
        by_count: dict[int, list[tuple[str, ...]]] = {}
        for way in ways[end]:
            by_count.setdefault(len(way), []).append(way)
        ways[end] = [way for few in by_count.values() for way in few[:most]]
    return [way for way in ways[-1] if len(way) == LENGTH]
