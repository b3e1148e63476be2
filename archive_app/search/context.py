"""Context: the words around what was found, cut from the text the gate has just given, never inside a word.

before + match + after is one stretch of the text as it stands (white space made even); the match is found again with the analyser
of the index, so its place is right whatever stems and folds were at work.
What may not live here: which passages are shown (find), frequencies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archive_app.access.readings import Segment
from archive_app.language import letters, words
from archive_app.language.words import Token
from archive_app.search.asked import asked_words
from archive_app.search.query import And, Fuzzy, Node, Not, Or, Phrase, Prefix, Word

AROUND = 12
"""Words on each side."""
LONGEST_WORD = 40
"""Characters: where words are written without spaces, so many characters are shown for each run."""
BEYOND = 400
"""Characters read on past a passage for the end of a phrase."""
TOGETHER = 24
"""Words among which the parts of a query are looked for together."""

Test = Callable[[Token], bool]
Needle = tuple[Test, ...]


@dataclass(frozen=True)
class Place:
    """A match in a line: offsets, and the segment it begins in."""

    start: int
    end: int
    segment: Segment


@dataclass(frozen=True)
class Cited:
    """`match` is empty where no word of the query stands in the passage; `after` then begins it."""

    before: str
    match: str
    after: str
    segment: Segment


class Stretch:
    """Successive segments as one text, of which [`core_start`, `core_end`) is the passage."""

    def __init__(self, segments: Sequence[Segment], first: int, last: int, part: tuple[int, int] | None = None) -> None:
        """`first`, `last`: indexes of the passage's own segments; `part`: offsets of the passage in its only one."""
        self.segments: list[tuple[int, Segment]] = []
        at = 0
        for segment in segments:
            self.segments.append((at, segment))
            at += len(segment.text) + 1
        self.text = " ".join(segment.text for segment in segments)
        start, final = self.segments[first][0], self.segments[last]
        self.core_start = start + (part[0] if part else 0)
        self.core_end = start + part[1] if part else final[0] + len(final[1].text)

    def tokens(self) -> list[tuple[Token, int, Segment]]:
        """(token, offset of the text it was cut from, segment) from the passage's start to a little past its end."""
        found = []
        limit = self.core_end + BEYOND
        for at, segment in self.segments:
            begin, end = max(self.core_start - at, 0), min(limit - at, len(segment.text))
            if begin < end:
                found += [(token, at + begin, segment) for token in words.tokens(segment.text[begin:end], segment.language)]
        return found

    def cite(self, place: Place) -> Cited:
        return Cited(_ending(self.text[:place.start]), _even(self.text[place.start:place.end]), _beginning(self.text[place.end:]),
                     place.segment)

    def opening(self) -> Cited:
        """Where there is no match: how the passage begins."""
        segment = next(segment for at, segment in reversed(self.segments) if at <= self.core_start)
        return Cited("", "", _beginning(self.text[self.core_start:], 2 * AROUND), segment)


class Finder:
    """The parts of a query that can be shown in a text."""

    def __init__(self, node: Node) -> None:
        self.nodes = shown_parts(node)
        self._needles: dict[str, list[Needle]] = {}

    def needles(self, language: str) -> list[Needle]:
        primary = letters.primary(language)
        if primary not in self._needles:
            self._needles[primary] = [needle for node in self.nodes for needle in _needles(node, primary)]
        return self._needles[primary]

    def places(self, line: Stretch) -> list[tuple[Place, int, int]]:
        """(place, index of its first token, number of the needle) of every match that begins in the passage."""
        tokens = line.tokens()
        found = []
        for at, (token, offset, segment) in enumerate(tokens):
            if offset + token.start >= line.core_end:
                break
            for number, needle in enumerate(self.needles(segment.language)):
                if needle[0](token) and _all_match(needle, tokens, at):
                    last, last_offset, _ = tokens[at + len(needle) - 1]
                    found.append((Place(offset + token.start, last_offset + last.end, segment), at, number))
        return found

    def best(self, line: Stretch) -> Place | None:
        """The match with the most other parts of the query close behind it; the first of equals."""
        found = self.places(line)
        best, most = None, -1
        for which, (place, at, _) in enumerate(found):
            near = {number for _, other, number in found[which:] if other - at <= TOGETHER}
            if len(near) > most:
                best, most = place, len(near)
        return best


def shown_parts(node: Node) -> list[Node]:
    """Words, phrases, beginnings and near words that a query asks for; not what it denies, not its fields."""
    if isinstance(node, (And, Or)):
        return [part for inner in node.nodes for part in shown_parts(inner)]
    return [node] if isinstance(node, (Word, Phrase, Prefix, Fuzzy)) and not isinstance(node, Not) else []


def _all_match(needle: Needle, tokens: Sequence[tuple[Token, int, Segment]], at: int) -> bool:
    return at + len(needle) <= len(tokens) and all(test(tokens[at + step][0]) for step, test in enumerate(needle))


def _needles(node: Node, language: str) -> Iterable[Needle]:
    if isinstance(node, Fuzzy):
        return [(_almost(words.fold(node.text, language)),)]
    if not isinstance(node, (Word, Phrase, Prefix)):
        return []
    tokens = asked_words(node.text, language)
    if isinstance(node, Word):
        tests = [_stem(token.stem) for token in tokens]
    else:
        tests = [_exact(token.exact) for token in tokens]
    if isinstance(node, Prefix) and tokens:
        tests[-1] = _begins(tokens[-1].exact)
    if isinstance(node, Phrase) and node.distance is not None:
        return [(test,) for test in tests]
    return [tuple(tests)] if tests else []


def _stem(stem: str) -> Test:
    return lambda token: token.stem == stem


def _exact(exact: str) -> Test:
    return lambda token: token.exact == exact


def _begins(prefix: str) -> Test:
    return lambda token: token.exact.startswith(prefix)


def _almost(exact: str) -> Test:
    return lambda token: within_one_slip(token.exact, exact)


def within_one_slip(a: str, b: str) -> bool:
    """Whether two words are at most one slip apart (a letter more, less, other, or two neighbours swapped)."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[same:], b[same:]
    if len(x) != len(y):
        return x[1:] == y or x == y[1:]
    return x[1:] == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])


def _even(text: str) -> str:
    return " ".join(text.split())


def _ending(text: str) -> str:
    """The last words of a text, with the space behind them if there is one."""
    window = text[-AROUND * LONGEST_WORD:]
    pieces = window.split()
    if len(window) < len(text) and len(pieces) > 1:
        pieces = pieces[1:]  # the first may be half a word
    kept = " ".join(pieces[-AROUND:])
    if len(kept) > AROUND * LONGEST_WORD // 2 and len(pieces) < AROUND // 2:
        kept = kept[-2 * LONGEST_WORD:]
    return kept + (" " if kept and text[-1:].isspace() else "")


def _beginning(text: str, count: int = AROUND) -> str:
    """The first words of a text, with the space before them if there is one."""
    window = text[:count * LONGEST_WORD]
    pieces = window.split()
    if len(window) < len(text) and len(pieces) > 1:
        pieces = pieces[:-1]
    glued = bool(pieces) and not text[:1].isspace()
    kept = " ".join(pieces[:count + glued])
    if len(kept) > count * LONGEST_WORD // 2 and len(pieces) < count // 2:
        kept = kept[:2 * LONGEST_WORD]
    return (" " if kept and not glued else "") + kept
