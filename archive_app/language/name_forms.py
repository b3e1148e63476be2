"""Name forms: how one recorded name may be written, and the pattern that finds every such form in a text.

    "Ebner, Kaja"  ->  display "Kaja Ebner", full (Kaja Ebner | Ebner Kaja | Ebner, Kaja ...), parts (Ebner, Kaja)
    pattern(forms, language).sub(shown_name, text)  ->  the text as somebody reads it who may not read the name

To replace too much is a blemish, to miss a recorded form is a leak: where in doubt, the pattern matches. What may not live here:
who may read a name (`access`); one name across scripts (nothing does that yet).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive_app.language import letters, name_letters, name_words, words

_TAG = re.compile(r"\s*\[[A-Za-z0-9-]*\]\s*$")
_WORD = re.compile(
    rf"{name_letters.LETTER}(?:[\w\u0300-\u036f\u0591-\u05c7\u064b-\u0655{letters.SILENT}{re.escape(letters.APOSTROPHES)}])*"
)
_BETWEEN = r"(?:[,،、]?\s+|\s?[-‐-―·]\s?)"
_COMMA = re.compile("[,،،，]")
_ELIDED = re.compile(f"^.{{1,2}}[{re.escape(letters.APOSTROPHES)}](.{{2,}})$")


@dataclass(frozen=True, slots=True)
class NameForms:
    """One recorded name taken apart. `full` holds every order with and without comma; `parts` the words that tell the person, two
    letters or more; `apart` titles, particles and words of descent, which are replaced only inside a full form."""

    name: str
    display: str
    full: tuple[str, ...]
    parts: tuple[str, ...]
    apart: tuple[str, ...]


def forms(name: str) -> NameForms:
    """Take apart one name, written `Family, Given` or in one piece, in any script. A language tag at its end
    (`[az-Latn]`) is dropped."""
    name = _tidy(name)
    sides = [side.strip() for side in _COMMA.split(name)]
    family, given = sides[0], " ".join(side for side in sides[1:] if side)
    display = " ".join(side for side in (given, family) if side)
    orders = [display, name]
    if given and family:
        orders += [f"{family} {given}", f"{family}, {given}", f"{given}, {family}"]
    elif len(pieces := display.split()) > 1:
        first, last = " ".join(pieces[:-1]), pieces[-1]
        orders += [f"{last}, {first}", f"{last} {first}"]
    kept: dict[str, None] = {}
    apart: dict[str, None] = {}
    for side in (family, given):
        _sort_words(side, kept, apart)
    bare = " ".join(word.group() for word in _WORD.finditer(display) if word.group() not in apart)
    orders += [bare, *_reversed(bare)]
    full = tuple(dict.fromkeys(order for order in orders if _WORD.search(order)))
    return NameForms(name, display, full, tuple(kept), tuple(apart))


def initials(name: str) -> str:
    """One letter and a full stop for each word of the name in the order it is read: `Ebner, Kaja` -> `K. E.`; '' for no name.

    Titles and particles are left out; a letter is one letter (Джон -> Д., not Дж.); İ stays İ.
    """
    taken = forms(name)
    found = [word.group() for word in _WORD.finditer(taken.display)]
    named = [word for word in found if word not in taken.apart] or found
    return " ".join(f"{_initial(word)}." for word in named)


def pattern(forms: Iterable[NameForms], language: str) -> re.Pattern[str]:
    """One pattern for every recorded form, for a text in `language` ('' = unknown, read as a language with case endings).

    Matches whole words (digits and underscores are not letters), capitalised, the longest form first, across line breaks. The
    possessive 's stays outside. Never matches the empty string; without names it matches nothing.
    """
    return _compiled(tuple(dict.fromkeys(forms)), letters.primary(language))


def undecided(forms: Iterable[NameForms], text: str, language: str) -> list[str]:
    """The parts that somebody has to look at: those that occur in `text` as a small word
    too, and those of three letters or fewer that occur in it."""
    primary = letters.primary(language)
    seen = {match.group() for match in letters.word_pattern().finditer(text.replace("_", " "))}
    small = {letters.compose(word, primary) for word in seen if word[0].islower()}
    present = {letters.compose(word, primary) for word in seen}
    parts = dict.fromkeys(part for one in forms for part in one.parts)
    return [part for part in parts if _is_undecided(part, letters.compose(part, primary), small, present)]


def _is_undecided(part: str, key: str, small: set[str], present: set[str]) -> bool:
    return key in small or (key in present and name_letters.length(part) <= 3)


def _tidy(name: str) -> str:
    return " ".join(_TAG.sub("", unicodedata.normalize("NFC", name)).split())


def _reversed(bare: str) -> Iterator[str]:
    pieces = bare.split()
    if len(pieces) > 1:
        yield f"{pieces[-1]}, {' '.join(pieces[:-1])}"


def _sort_words(side: str, kept: dict[str, None], apart: dict[str, None]) -> None:
    """Sort the words of one side of the comma into parts and what stands apart."""
    found = [match.group() for match in _WORD.finditer(side)]
    beside = name_words.ALWAYS_APART | name_words.PARTICLES | name_words.ALSO_NAMES
    named = [word for word in found if words.sort_key(word) not in beside and name_letters.length(word) > 1]
    for at, word in enumerate(found):
        key = words.sort_key(word)
        particle = key in name_words.PARTICLES or (key in name_words.ALSO_NAMES and at > 0)
        if key in name_words.ALWAYS_APART or (named and particle):
            apart[word] = None
        elif name_letters.length(word) > 1:
            kept[word] = None
            if elided := _ELIDED.match(word):
                kept[elided[1]] = None


def _initial(word: str) -> str:
    first = unicodedata.normalize("NFKC", word)[0]
    return first.upper()[0] if name_letters.has_case(first) else first


@lru_cache(maxsize=256)
def _compiled(taken: tuple[NameForms, ...], language: str) -> re.Pattern[str]:
    found = dict.fromkeys(regex for one in taken for regex in _regexes(one, language))
    return re.compile("|".join(found)) if found else re.compile("(?!)")


def _regexes(one: NameForms, language: str) -> list[str]:
    """Runs of the words of one name, as many as it has, that hold a part: every full form is such a run, and so is a part alone.

    Titles, particles and initials may lead to a part; behind it only titles and initials may stand (`Ebner, Dr`), for a
    particle is a common word too. A name without a part (one letter, a title alone) is matched as it is recorded.
    """
    words_of = dict.fromkeys(match.group() for match in _WORD.finditer(one.name))
    parts = [part for part in one.parts if part]
    if not parts:
        sequence = [name_letters.word_regex(word, language) for word in words_of]
        return [_edged(_BETWEEN.join(sequence), one.name)] if sequence else []
    small = [word for word in words_of if word not in one.parts]
    lead = _any([*(name_letters.word_regex(word, language, True) + _gap(word) for word in small), _initials_regex(parts)])
    behind = [word for word in small if words.sort_key(word) not in name_words.PARTICLES]
    unspaced = any(name_letters.is_unspaced(part) for part in parts)
    between = _BETWEEN + ("?" if unspaced else "")
    first = _any([name_letters.word_regex(part, language) for part in _longest_first(parts)])
    further = _any([name_letters.word_regex(word, language, True) for word in _longest_first([*parts, *behind])])
    lead += f"{{0,{min(len(small) + 1, 4)}}}"  # bounded: an endless run of initials must not cost endless time
    after = "" if unspaced else name_letters.NOT_BEFORE_LETTER
    more = f"(?:{between}{lead}{further}{after}){{0,{len(words_of) - 1}}}"
    return [_edged(f"{lead}{first}{after}{more}", "".join(parts))]


def _gap(word: str) -> str:
    """What stands between a title, particle or initial and the next word of the name."""
    closed = name_letters.length(word) == 1 or name_letters.is_unspaced(word)
    return r"(?:\.,?\s*|,?\s+|[-‐-―\"“”()]+)" + ("?" if closed else "")


def _initials_regex(parts: list[str]) -> str:
    """`K.` before Ebner, where Kaja is a part too."""
    return f"[{''.join(sorted({re.escape(_initial(part)) for part in parts}))}]\\.\\s*"


def _any(options: list[str]) -> str:
    return "(?:" + "|".join(dict.fromkeys(options)) + ")"


def _longest_first(found: list[str]) -> list[str]:
    return sorted(dict.fromkeys(found), key=lambda word: (-len(word), word))


def _edged(regex: str, sample: str) -> str:
    """The expression with the edges of a word on both sides, where the script has such edges."""
    if name_letters.is_unspaced(sample):
        return regex
    return f"{name_letters.NOT_AFTER_LETTER}{regex}{name_letters.NOT_BEFORE_LETTER}"
