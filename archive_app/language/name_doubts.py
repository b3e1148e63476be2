"""Doubts: what may be a hidden name and stays in sight, because the filter cannot decide. For people to look at; pure.

A letter left out is a name to every reader, and a rule that guessed at it would hide half the language; so it is named instead.
What may not live here: what is decided, and so hidden (`name_forms`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive_app.language import letters, name_forms, name_letters, words
from archive_app.language.name_forms import NameForms, spans

ORDER = ("split", "slip", "small", "short")
"""Why a doubt is one, the surest leak first: a part cut in two where one text ends and the next begins; one letter left out, put in,
changed or moved, or the manner in which another country writes it; small letters; a part so short that it stands in other names."""
SLIPS = 5
"""Parts of fewer letters have too many neighbours: Vera, Vara."""
SHORT = 3
_ENDS = re.compile(rf"({name_letters.LETTER}+[-‐]?)\s*$")
_BEGINS = re.compile(rf"\s*[-‐]?({name_letters.LETTER}+)")
_POSSESSIVE = re.compile(f"[{re.escape(letters.APOSTROPHES)}][sS]$")


@dataclass(frozen=True, slots=True)
class Doubt:
    """`written`: as it stands there (` | ` where a text ends inside it); `part`: of the recorded name; `why`: one of ORDER."""

    written: str
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or a part of a name: as written, the keys it is compared by, and its stem in an inflected language."""

    written: str
    keys: frozenset[str]
    stem: str = ""

    def stands_for(self, part: _Word) -> bool:
        """Whether this is a part of a name, perhaps with an ending."""
        if self.keys & part.keys:
            return True
        bare = min(part.keys)[:-1]
        return bool(self.stem) and self.stem == part.stem and any(key.startswith(bare) for key in self.keys)


def undecided(forms: Iterable[NameForms], texts: Sequence[str], language: str) -> list[Doubt]:
    """What somebody has to look at in these texts, which follow each other (cues), `ranked`. What the filter replaces is not among
    it, but for short parts: for these it may replace too much."""
    taken, read = tuple(forms), _reader(language)
    parts = {part: read(part, one.name) for one in taken for part in one.parts}
    seen = [read(word) for word in _seen(texts)]
    small = [word for word in seen if _is_small(word)]
    found = [Doubt(written, part, "split") for written, joined in _over_ends(texts)
             for part in parts if read(joined).stands_for(parts[part])]
    found += [Doubt(word.written, part, "slip") for word in _uncommon(seen, small) for part in parts
              if len(part) >= SLIPS and _near(word, parts[part]) and not spans(taken, language, word.written)]
    found += [Doubt(word.written, part, "small") for part in parts for word in small if word.stands_for(parts[part])]
    found += [Doubt(part, part, "short") for part in parts if name_letters.length(part) <= SHORT
              and any(word.keys & parts[part].keys for word in seen)]
    return ranked(found)


def of_names(names: Iterable[tuple[str, str]], texts: Iterable[tuple[str, Sequence[str]]]) -> list[Doubt]:
    """The same for names with their languages ('' = unknown) and for texts of several languages: (language, texts that follow each
    other)."""
    taken, found = tuple(names), list[Doubt]()
    for language, lines in texts:
        ways = (name_forms.forms(way) for name, tag in taken for way in name_forms.spellings(name, tag, language))
        found += undecided(ways, lines, language)
    return ranked(found)


def ranked(found: Iterable[Doubt]) -> list[Doubt]:
    """Each once, the surest leak and the longest part first: one for a spelling and a part; of small and short ones one for a part."""
    once: dict[tuple[str, str], Doubt] = {}
    for doubt in found:
        once.setdefault((words.sort_key(doubt.written) if doubt.why in ("split", "slip") else "", doubt.part), doubt)
    return sorted(once.values(), key=lambda doubt: (ORDER.index(doubt.why), -len(doubt.part), doubt.part, doubt.written))


def _reader(language: str) -> Callable[..., _Word]:
    primary = letters.primary(language)

    def read(written: str, of_name: str = "") -> _Word:
        keys = {_key(written)}
        if primary != "az" and name_letters.is_azerbaijani(of_name):
            keys.add(_key(_as_abroad(written)))
        if primary in name_letters.INFLECTED:
            return _Word(written, frozenset(keys), _key(words.stem(words.fold(written, primary), primary)))
        return _Word(written, frozenset(keys if of_name else keys | {key.removesuffix("s") for key in keys}))

    return read


def _key(word: str) -> str:
    return words.sort_key(word).replace("ու", "ȣ")  # one letter of the Armenian alphabet


def _as_abroad(word: str) -> str:
    """An Azerbaijani name as its passport has it: Şəhla, Shahla."""
    return "".join(_ABROAD.get(character, character) for character in word.lower())


_ABROAD = {"ə": "a", "ş": "sh", "ç": "ch", "c": "j", "x": "kh", "q": "g", "ğ": "gh", "j": "zh"}


def _seen(texts: Iterable[str]) -> Iterator[str]:
    """Every word of the texts as written, once, the possessive 's apart."""
    pattern = letters.word_pattern()
    found = (match.group() for text in texts for match in pattern.finditer(text.replace("_", " ")))
    return iter(dict.fromkeys(_POSSESSIVE.sub("", unicodedata.normalize("NFC", word)) for word in found))


def _uncommon(seen: Sequence[_Word], small: Sequence[_Word]) -> Iterator[_Word]:
    """Words with a capital that do not stand in small letters too."""
    common = {key for word in small for key in word.keys} | {word.stem for word in small if word.stem}
    return (word for word in seen if not _is_small(word) and not word.keys & common and word.stem not in common)


def _is_small(word: _Word) -> bool:
    return word.written[0].islower() and name_letters.has_case(word.written[0])  # Georgian letters count as small for Unicode


def _near(word: _Word, part: _Word) -> bool:
    pairs = [(one, other) for one in word.keys for other in part.keys]
    if word.stem != part.stem and min(len(word.stem), len(part.stem)) >= SLIPS - 1:
        pairs.append((word.stem, part.stem))
    return any(_one_apart(one, other) for one, other in pairs)


def _one_apart(one: str, other: str) -> bool:
    """Whether two words are equal but for one letter, or two neighbours that changed places (Damerau's four slips)."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) != len(other):
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return longer[at + 1 :] == shorter[at:]
    return one[at + 1 :] == other[at + 1 :] or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])


def _over_ends(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(as written, in one word) for the last word of each text and the first of the next."""
    for text, following in zip(texts, texts[1:], strict=False):
        last, first = _ENDS.search(text[-80:]), _BEGINS.match(following)
        if last and first:
            yield f"{last[1]} | {first[1]}", last[1].rstrip("-‐") + first[1]
