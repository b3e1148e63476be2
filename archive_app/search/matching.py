"""Matching: which passages of a view a query asks for, and how often each of its words stands in them.

A word is analysed in every language in which the view keeps words and finds, in each, what that language makes of it: the words
of a passage were analysed in its own language, so no language takes words from another.
What may not live here: scores, order, filters beside the query (ranking).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

import numpy as np

from archive_app.language import words
from archive_app.search import fields
from archive_app.search.asked import asked_words
from archive_app.search.leaves import US, Leaf, Longs, Ranges
from archive_app.search.query import And, Everything, Field, Fuzzy, Node, Not, Or, Phrase, Prefix, Word, Years
from archive_app.search.view import Bools, Floats, Pick, View

LONGEST_FUZZY = 32
"""Letters: of longer words the slips are too many to be looked up; they are taken as they stand."""

Scoring = Word | Phrase | Prefix | Fuzzy


class Match:
    """The outcome for one view: `mask` of documents (None = the query says nothing), and for each scoring part that is not denied
    how often it occurs, by a key that sorts."""

    def __init__(self, view: View, node: Node, whole: bool = False) -> None:
        self.view = view
        self.whole = whole
        self.times: dict[tuple[str, str, int], Floats] = {}
        self.mask: Bools | None = self._mask(node, denied=False)
        if self.mask is not None and whole and self.times:
            self.mask = self.mask & (sum(self.times.values()) > 0)

    def _mask(self, node: Node, denied: bool) -> Bools | None:
        if isinstance(node, Not):
            inner = self._mask(node.node, not denied)
            return None if inner is None else self.view.live & ~inner
        if isinstance(node, (And, Or)):
            masks = [mask for inner in node.nodes if (mask := self._mask(inner, denied)) is not None]
            together: Callable[[Bools, Bools], Bools] = np.logical_and if isinstance(node, And) else np.logical_or
            return reduce(together, masks) if masks else None
        if isinstance(node, Everything):
            return self.view.live.copy()
        if isinstance(node, (Field, Years)):
            return self._lifted(fields.mask(self.view, node))
        times = occurrences_of(self.view, node)
        if times is None:
            return None
        if not denied:
            self.times[key_of(node)] = times
        return self._lifted(times > 0)

    def _lifted(self, mask: Bools) -> Bools:
        """Where whole testimonies are asked for: every passage of a testimony that has one."""
        if not self.whole:
            return mask
        view = self.view
        reached = np.bincount(view.code[mask], minlength=len(view.testimonies)) > 0
        return view.live & reached[view.code] if len(reached) else mask


def key_of(node: Scoring) -> tuple[str, str, int]:
    """What a part of a query asks, apart from where it stands: the same thing twice scores once."""
    distance = node.distance if isinstance(node, Phrase) and node.distance is not None else -1
    return type(node).__name__, node.text, distance


def occurrences_of(view: View, node: Scoring) -> Floats | None:
    """How often a part of a query occurs in each document; None where its text holds no word in any language."""
    found: Floats | None = None
    for language in view.languages or [""]:
        here = _in_language(view, node, language)
        if here is not None:
            found = here if found is None else found + here
    return found


def _in_language(view: View, node: Scoring, language: str) -> Floats | None:
    if isinstance(node, Fuzzy):
        folded = words.fold(node.text, language)
        return view.frequencies(fuzzy_pick(view, language, folded)) if folded else None
    tokens = asked_words(node.text, language)
    if not tokens:
        return None
    if isinstance(node, Word):
        picks = [_stem_pick(language, token.stem) for token in tokens]
    else:
        picks = [_exact_pick(language, token.exact) for token in tokens]
        if isinstance(node, Prefix):
            picks[-1] = _prefix_pick(language, tokens[-1].exact)
    if len(picks) == 1:
        return view.frequencies(picks[0])
    if isinstance(node, Phrase) and node.distance is not None:
        return near(view, picks, node.distance)
    return phrase(view, picks)


def _stem_pick(language: str, stem: str) -> Pick:
    return lambda leaf: leaf.stem_ranges(language, stem)


def _exact_pick(language: str, exact: str) -> Pick:
    return lambda leaf: leaf.exact_ranges(language, (exact,))


def _prefix_pick(language: str, prefix: str) -> Pick:
    return lambda leaf: leaf.prefix_ranges(language, prefix)


def fuzzy_pick(view: View, language: str, exact: str) -> Pick:
    """Words at a Damerau-Levenshtein distance of at most 1 (F. J. Damerau 1964, CACM 7:171): every slip is looked up."""
    alphabet = view.alphabets.get(language, "")
    if len(exact) > LONGEST_FUZZY or sum(letter not in alphabet for letter in exact) > 1:
        return _exact_pick(language, exact)
    slips = sorted({language + US + slip for slip in one_slip(exact, alphabet)})

    def pick(leaf: Leaf) -> Ranges:
        known = leaf.exact
        return [(known[slip], known[slip] + 1) for slip in slips if slip in known]

    return pick


def one_slip(word: str, alphabet: str) -> Iterator[str]:
    """The word, and every spelling one slip away: a letter left out, added, exchanged, or swapped with its neighbour."""
    yield word
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in alphabet:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def phrase(view: View, picks: Sequence[Pick]) -> Floats:
    """How often these words follow each other, counted where the first stands; passages that run on are one line."""
    doc, place = view.occurrences(picks[0])
    for step, pick in enumerate(picks[1:], start=1):
        if not len(doc):
            break
        marked = np.zeros(view.positions, np.bool_)
        _, other = view.occurrences(pick)
        marked[other] = True
        kept = marked[np.minimum(place + step, view.positions - 1)]
        doc, place = doc[kept], place[kept]
    return np.bincount(doc, minlength=view.size).astype(np.float64)


def near(view: View, picks: Sequence[Pick], distance: int) -> Floats:
    """How many stretches hold all these words with at most `distance` others among them, counted where the stretch begins."""
    width = len(picks) + distance
    every = [view.occurrences(pick) for pick in picks]
    lines = [np.sort(place) for _, place in every]
    rarest = min(lines, key=len)
    if not len(rarest):
        return np.zeros(view.size)
    starts, docs = _around(every, rarest, width)
    for line in lines:
        after = line[np.minimum(np.searchsorted(line, starts), len(line) - 1)]
        kept = (after >= starts) & (after < starts + width)
        starts, docs = starts[kept], docs[kept]
    return np.bincount(docs, minlength=view.size).astype(np.float64)


def _around(every: Iterable[tuple[Longs, Longs]], rarest: Longs, width: int) -> tuple[Longs, Longs]:
    """(positions, documents), each once, of all words that stand at most `width` before one of the rarest."""
    places, docs = [], []
    for doc, place in every:
        after = rarest[np.minimum(np.searchsorted(rarest, place), len(rarest) - 1)]
        kept = (after >= place) & (after < place + width)
        places.append(place[kept])
        docs.append(doc[kept])
    starts, first = np.unique(np.concatenate(places), return_index=True)
    return starts, np.concatenate(docs)[first]
