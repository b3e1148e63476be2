"""Name forms: how one recorded name may be written, and the pattern that finds every such form in a text.

    "Ebner, Kaja"  ->  display "Kaja Ebner", full (Kaja Ebner | Ebner Kaja | Ebner, Kaja ...), parts (Ebner, Kaja)
    spans(forms, language, text)  ->  where one of these names stands in the text, whatever letters it is written with

To replace too much is a blemish, to miss a recorded form is a leak: where in doubt, the pattern matches. What may not live here:
who may read a name (`access`); what cannot be decided (`name_doubts`); one name across scripts, but for the two alphabets of
Azerbaijani (nothing does that yet).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from archive_app.language import letters, name_letters, name_looks, name_words, words

_TAG = re.compile(r"\s*\[[A-Za-z0-9-]*\]\s*$")
_WORD = re.compile(
    rf"{name_letters.LETTER}(?:[\w\u0300-\u036f\u0591-\u05c7\u064b-\u0655{letters.SILENT}{re.escape(letters.APOSTROPHES)}])*"
)
_BETWEEN = r"(?:[,،、]?\s+|\s?[-‐-―·]\s?)"
_COMMA = re.compile("[,،،，]")
_SAID_APART = r"[\W_]{1,4}"
_SINGLE = re.compile(rf"[\s.,·‐-―-]{name_letters.LETTER}[\s.,·‐-―-]{{1,3}}{name_letters.LETTER}{name_letters.NOT_BEFORE_LETTER}")  # quick
_SPELLED_OUT = re.compile(
    rf"{name_letters.NOT_AFTER_LETTER}{name_letters.LETTER}(?:{_SAID_APART}{name_letters.LETTER}){{2}}{name_letters.NOT_BEFORE_LETTER}"
)
_FIRST = re.compile(rf"{name_letters.NOT_AFTER_LETTER}{name_letters.LETTER}")
_STOP = re.compile(r"\.(?!\.)")
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


def spellings(name: str, *languages: str) -> tuple[str, ...]:
    """The name, and where it or one of the languages (of its record, of a text) is Azerbaijani, also in that language's other alphabet."""
    azerbaijani = name_letters.is_azerbaijani(name) or "az" in (letters.primary(language) for language in languages)
    return (name, *name_letters.other_alphabets(_tidy(name))) if azerbaijani else (name,)


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


def spans(forms: Iterable[NameForms], language: str, text: str) -> list[tuple[int, int]]:
    """Where these names stand in `text` (NFC; start and end in code points, in order, apart from each other).

    Beside what `pattern` finds: the same with every mark apart (a name recorded without marks stands with them in many texts), in
    look-alike and full-width letters (`name_looks`), and parts that are spelled out, H-A-R-R-O-W.
    """
    taken = tuple(dict.fromkeys(forms))
    regex = pattern(taken, language)
    found = [match.span() for match in regex.finditer(text)]
    if _SINGLE.search(text) and _SPELLED_OUT.search(text):
        found += [match.span() for match in _letter_by_letter(taken).finditer(text)]
    if not text.isascii():
        found += _with_marks_apart(regex, text)
        for read, places in name_looks.readings(text):
            found += [(places[match.start()], places[match.end() - 1] + 1) for match in regex.finditer(read)]
    return _merged(found)


def spans_in_small(forms: Iterable[NameForms], language: str, text: str, every: bool = False) -> list[tuple[int, int]]:
    """The same where names may be written without capitals, as on a telephone: every one in a text that has none (or with `every`: that
    hardly ever has any, a keyword, an address), and two words of one name in any other."""
    taken = tuple(forms)
    found, capitals = spans(taken, language, text), _FIRST.sub(_capital, text)
    if capitals == text:
        return found
    every |= text == text.lower()
    return _merged([*found, *(each for each in spans(taken, language, capitals) if every or len(_FIRST.findall(text[slice(*each)])) > 1)])


def behind(shown: str, rest: str) -> str:
    """How a text goes on behind a name that is shown as `shown`: where that ends with a full stop, the one of the sentence is not said
    again. An ellipsis stays, and so does every other mark."""
    return rest[1:] if shown.endswith(".") and _STOP.match(rest) else rest


def bears(one: NameForms, language: str, name: str) -> bool:
    """Whether a recorded name (or one of a house, a street) holds every word of this one, in whatever order, with others between."""
    elided = [part for part in one.parts if any(part.endswith(other) and part[:-len(other)].endswith(tuple(letters.APOSTROPHES))
                                                for other in one.parts)]
    alone = [replace(one, name=part, parts=(part,), apart=()) for part in one.parts if part not in elided] or [one]
    return all(spans_in_small([each], language, unicodedata.normalize("NFC", name), every=True) for each in alone)


def _capital(letter: re.Match[str]) -> str:
    """Its capital, where that is one letter too: places stay what they are."""
    capital = letter.group().upper()
    return capital if len(capital) == 1 else letter.group()


def _with_marks_apart(regex: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    apart = unicodedata.normalize("NFD", text)
    done = at = 0  # the same place in the text taken apart and in the text
    for match in regex.finditer(apart) if apart != text else ():
        start = at + len(unicodedata.normalize("NFC", apart[done : match.start()]))
        done, at = match.end(), start + len(unicodedata.normalize("NFC", match.group()))
        yield start, at


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


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


@lru_cache(maxsize=4096)
def _compiled(taken: tuple[NameForms, ...], language: str) -> re.Pattern[str]:
    found = dict.fromkeys(regex for one in taken for regex in _regexes(one, language))
    return re.compile("|".join(found)) if found else re.compile("(?!)")


@lru_cache(maxsize=256)
def _letter_by_letter(taken: tuple[NameForms, ...]) -> re.Pattern[str]:
    """Parts said letter by letter, and runs of them; compiled only for texts that hold single letters. Three letters are a name in
    capitals only (a, l, i may be anything), two never."""
    spelled = {part: [character for character in part if character.isalpha()] for one in taken for part in one.parts}
    ways = [_SAID_APART.join(map(re.escape, said)) for said in spelled.values() if len(said) > 3]
    options = [*(f"(?i:{way})" for way in ways), *(_SAID_APART.join(said).upper() for said in spelled.values() if len(said) == 3)]
    if not options:
        return re.compile("(?!)")
    return re.compile(f"{name_letters.NOT_AFTER_LETTER}{_any(options)}(?:{_SAID_APART}{_any(options)})*{name_letters.NOT_BEFORE_LETTER}")


def _joined(one: NameForms) -> list[str]:
    """Neighbours of the name written in one word (Vandervelde, EbnerHase, Maryann): two that hold a part, or all of a family name."""
    family = _COMMA.split(one.name)[0] if one.display != one.name else ""
    runs = [[match.group() for match in _WORD.finditer(order)] for order in (one.display, one.name)]
    runs += [[word for word in run if word in one.parts] for run in runs]
    pairs: list[tuple[str, ...]] = [pair for run in runs for pair in zip(run, run[1:], strict=False)]
    pairs.append(tuple(match.group() for match in _WORD.finditer(family)))
    return ["".join(pair) for pair in dict.fromkeys(pairs) if len(pair) > 1 and set(pair) & {*one.parts}
            and all(name_letters.length(word) > 1 and words.sort_key(word) not in name_words.ALWAYS_APART for word in pair)]


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
    joined = [name_letters.plain_regex(word, language) for word in _joined(one)]
    alike = [re.escape(way) for part in parts if name_letters.length(part) > 2 for way in name_looks.look_alikes(part)]
    first = _any([*joined, *(name_letters.word_regex(part, language) for part in _longest_first(parts)), *alike])
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
