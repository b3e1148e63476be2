"""Words: how a text becomes the tokens of the index and of a query, by one pipeline for both.

    text -> words (offsets in the text as it stands) -> exact (one spelling, `letters.py`) -> stem (one word form, `stems.py`)

The exact form is kept beside the stem, so that "quoted words" are exact. Scripts written without spaces become overlapping pairs
of letters. What may not live here: rules of single languages; names across scripts; anything that reads a database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from threading import Lock

from archive_app.language import letters, stems

CACHED_WORDS = 50_000  # a language; about 15 MB when full (see bench); emptied when full, which costs a second of stemming
LONGEST_WORD = 64  # characters; longer runs (addresses, keys) are neither stemmed nor remembered

_UNSPACED = re.compile(f"[{letters.UNSPACED}]")
_RUNS = re.compile(f"[{letters.UNSPACED}]+|[^{letters.UNSPACED}]+")
_Pair = tuple[str, str]
_Piece = tuple[str, str, int, int]
_NOT_ONE_WORD: _Pair = ("", "")

_known: dict[str, dict[str, _Pair]] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text. `exact` and `stem` are keys; `start`, `end` are offsets (code points, end exclusive) in the original
    text; `position` counts tokens from 0, so that neighbours differ by one."""

    exact: str
    stem: str
    start: int
    end: int
    position: int


def tokens(text: str, language: str, remember: bool = True) -> list[Token]:
    """The words of `text`, in order, read as `language` (any BCP 47 tag; '' = unknown: folded, not stemmed). Without `remember`
    nothing is kept of them and nothing that was kept of others is used: slower, about 20 microseconds a word."""
    language = letters.primary(language)
    known = _known.setdefault(language, {}) if remember else {}
    found: list[Token] = []
    add = found.append
    position = 0
    for match in letters.word_pattern().finditer(text.replace("_", " ")):
        raw = match.group()
        start, end = match.span()
        pair = known.get(raw) or _learn(raw, language, known)
        if pair[0]:
            add(Token(pair[0], pair[1], start, end, position))
            position += 1
            continue
        for exact, stemmed, first, last in _pieces(raw, language):
            add(Token(exact, stemmed, start + first, start + last, position))
            position += 1
    return found


def fold(word: str, language: str) -> str:
    """The exact key of one word: composed, lower case as the language has it, one apostrophe; '' where nothing is left."""
    return letters.compose(word, letters.primary(language))


def stem(exact: str, language: str) -> str:
    """The stem of an exact key (of `fold` or `Token.exact`); the key itself where the language has no stemmer."""
    if len(exact) > LONGEST_WORD or _UNSPACED.search(exact):
        return exact
    with _lock:  # Snowball's stemmers keep their working state in themselves
        return stems.stem(exact, letters.primary(language)) or exact


def sort_key(text: str) -> str:
    """A key that puts names and titles of any language in one order: case, marks and punctuation do not count.

    Defined for every string and the same on every machine; two texts may share a key (Ali, ALİ): break ties by identifier.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SORTED_AS)).casefold()
    plain = "".join(character for character in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(character))
    spaced = "".join(character if character.isalnum() else " " for character in plain.translate(_SORTED_AS))
    return " ".join(spaced.split()) or text.strip()


_SORTED_AS = str.maketrans(
    {"ı": "i", "ə": "e", "Ə": "E", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "և": "եւ"}
    | dict.fromkeys(letters.APOSTROPHES, "")
)


def _learn(raw: str, language: str, known: dict[str, _Pair]) -> _Pair:
    """Work out one written form and remember it; ('', '') for one that is not exactly one word."""
    if len(raw) > LONGEST_WORD:
        return _NOT_ONE_WORD
    pair = _NOT_ONE_WORD
    if raw.isascii() or not _UNSPACED.search(raw):
        exact = letters.compose(raw, language)
        pair = (exact, stem(exact, language)) if exact else _NOT_ONE_WORD
    if len(known) >= CACHED_WORDS:
        known.clear()
    known[raw] = pair
    return pair


def _pieces(raw: str, language: str) -> list[_Piece]:
    """The words inside a run that is not exactly one: pairs of letters of unspaced scripts, overlong words, or nothing."""
    found: list[_Piece] = []
    for run in _RUNS.finditer(raw):
        if _UNSPACED.match(run.group()):
            found += _pairs_of_letters(run.group(), run.start())
        elif exact := letters.compose(run.group(), language):
            found.append((exact, stem(exact, language), run.start(), run.end()))
    return found


def _pairs_of_letters(run: str, offset: int) -> list[_Piece]:
    """Overlapping pairs of letters, each letter with the marks that follow it; a letter that stands alone is its own word."""
    starts = [at for at, character in enumerate(run) if at == 0 or unicodedata.category(character)[0] != "M"] + [len(run)]
    found: list[_Piece] = []
    for at in range(max(1, len(starts) - 2)):
        first, last = starts[at], starts[min(at + 2, len(starts) - 1)]
        if exact := letters.compose(run[first:last], ""):
            found.append((exact, exact, offset + first, offset + last))
    return found
