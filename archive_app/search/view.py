"""The view: all that one viewer reads of an index, as one row of documents, and the numbers that come from it alone.

Leaves stand fullest shelf first; the first live occurrence of each passage counts, all else is masked: it has no part in totals,
frequencies, lengths, facets, order or suggestions. A void document hides and does not count.

    documents    0 ............ size-1      leaf after leaf; `live` says which count
    testimonies  0 ............            in order of public id; `code[d]` = testimony of document d
    positions    base[d] + position         one line for all words: passages that run on touch, all others stand apart

What may not live here: reading queries (matching), scores and pages (ranking), files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive_app.language import words
from archive_app.search.documents import Facts
from archive_app.search.leaves import Ints, Label, Leaf, Longs, Ranges, Row, counts, occurrences

APART = 256
"""Positions between passages that do not run on: more than any near search reaches."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Pick = Callable[[Leaf], Ranges]


@dataclass(frozen=True, eq=False)
class Part:
    """A leaf in a view. `dead`: documents that are marked as deleted; `stored` False: the viewer's own, never masked."""

    leaf: Leaf
    dead: frozenset[int] = frozenset()
    stored: bool = True


class View:
    """Build with the parts fullest first. Immutable once built; shared by all who read the same."""

    def __init__(self, parts: Sequence[Part], masked: frozenset[str], now: int) -> None:
        self.leaves = [part.leaf for part in parts]
        self.offsets = np.concatenate(([0], np.cumsum([len(leaf) for leaf in self.leaves], dtype=np.int64)))
        self.size = int(self.offsets[-1])
        counted = [_counted(part, masked, now) for part in parts]
        self.since, self.until = _valid(parts, now)
        self.live: Bools = _first_occurrences(self.leaves, counted)
        self._survey()

    def _survey(self) -> None:
        """Testimonies, reading order and positions of the live documents."""
        rows, live = self.rows, np.flatnonzero(self.live)
        self.total = len(live)
        self.testimonies, self.code, self.facts = self._testimonies()
        order = np.array(sorted(live.tolist(), key=lambda d: rows[d].passage), np.int64)
        self.order: Longs = order
        self.rank: Longs = np.full(self.size, self.size, np.int64)
        self.rank[order] = np.arange(len(order))
        lengths = self._per_document(lambda leaf: leaf.length)
        self.rounded: Floats = ROUNDED[np.minimum(lengths, len(ROUNDED) - 1)]
        words_in_all = int(lengths[live].sum())
        self.average_length = words_in_all / self.total if self.total else 1.0
        passages = [rows[d].passage for d in order]
        self.joined: Bools = np.zeros(len(order), np.bool_)
        self.joined[1:] = [rows[d].follows == before for d, before in zip(order[1:].tolist(), passages, strict=False)]
        steps = self._per_document(lambda leaf: leaf.extent)[order] + APART
        steps[:-1][self.joined[1:]] -= APART
        self.base: Longs = np.zeros(self.size, np.int64)
        self.base[order] = np.concatenate(([0], np.cumsum(steps)[:-1])) if len(order) else 0
        self.positions = int(steps.sum()) + APART

    def _testimonies(self) -> tuple[list[str], Longs, list[Facts]]:
        known: dict[str, Facts] = {}
        for leaf, start in self.parts():
            here = np.unique(leaf.testimony[self.live[start:start + len(leaf)]])
            for number in here.tolist():
                known.setdefault(leaf.facts[number].testimony, leaf.facts[number])
        ids = sorted(known)
        numbers = {testimony: number for number, testimony in enumerate(ids)}
        code = np.zeros(self.size, np.int64)
        for leaf, start in self.parts():
            local = np.array([numbers.get(facts.testimony, 0) for facts in leaf.facts], np.int64)
            code[start:start + len(leaf)] = local[leaf.testimony]
        return ids, code, [known[testimony] for testimony in ids]

    def _per_document(self, array: Callable[[Leaf], Ints]) -> Longs:
        if not self.leaves:
            return np.zeros(0, np.int64)
        return np.concatenate([array(leaf) for leaf in self.leaves]).astype(np.int64)

    def parts(self) -> Iterator[tuple[Leaf, int]]:
        """(leaf, number of its first document)."""
        return zip(self.leaves, self.offsets.tolist(), strict=False)

    @cached_property
    def rows(self) -> list[Row]:
        return [row for leaf in self.leaves for row in leaf.rows]

    @cached_property
    def languages(self) -> list[str]:
        """Languages in which words are kept, as primary subtags."""
        return sorted({language for leaf in self.leaves for language in leaf.languages})

    @cached_property
    def alphabets(self) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for leaf in self.leaves:
            for language, characters in leaf.alphabets.items():
                found.setdefault(language, set()).update(characters)
        return {language: "".join(sorted(characters)) for language, characters in found.items()}

    @cached_property
    def labels(self) -> tuple[list[Label], Longs]:
        """(kind, languages) of passages, and which of these each document has."""
        known: dict[Label, int] = {}
        code = np.zeros(self.size, np.int64)
        for leaf, start in self.parts():
            here, of = leaf.labels
            code[start:start + len(leaf)] = np.array([known.setdefault(label, len(known)) for label in here], np.int64)[of]
        return list(known), code

    @cached_property
    def _values(self) -> dict[str, tuple[list[str], Longs, Longs]]:
        return {}

    def values(self, field: str, of: Callable[[Facts], tuple[str, ...]]) -> tuple[list[str], Longs, Longs]:
        """(all values of a field of testimonies, and as pairs: whose, which value); worked out once a view."""
        if field not in self._values:
            known: dict[str, int] = {}
            pairs = [(number, known.setdefault(value, len(known)))
                     for number, facts in enumerate(self.facts) for value in dict.fromkeys(of(facts))]
            whose, which = np.array(pairs, np.int64).reshape(-1, 2).T
            self._values[field] = (list(known), whose, which)
        return self._values[field]

    @cached_property
    def by_title(self) -> Longs:
        """Place of each testimony when they stand by title."""
        return self._placed([(words.sort_key(facts.title), facts.testimony) for facts in self.facts])

    @cached_property
    def by_date(self) -> Longs:
        """Place of each testimony when they stand by the time they were told; unknown times last."""
        return self._placed([(facts.years is None, facts.years or (0, 0), facts.date, facts.testimony) for facts in self.facts])

    @staticmethod
    def _placed(keys: Sequence[tuple[object, ...]]) -> Longs:
        placed = np.zeros(len(keys), np.int64)
        placed[sorted(range(len(keys)), key=lambda number: keys[number])] = np.arange(len(keys))
        return placed

    def frequencies(self, pick: Pick) -> Floats:
        """How often the picked terms occur in each live document."""
        found = np.zeros(self.size)
        for leaf, start in self.parts():
            counted = counts(leaf, pick(leaf))
            if counted is not None:
                found[start:start + len(leaf)] = counted
        found[~self.live] = 0
        return found

    def occurrences(self, pick: Pick) -> tuple[Longs, Longs]:
        """(documents, positions on the one line) of every live occurrence of the picked terms, leaf by leaf."""
        docs, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for leaf, start in self.parts():
            ranges = pick(leaf)
            if ranges:
                at, position = occurrences(leaf, ranges)
                docs.append(at.astype(np.int64) + start)
                places.append(position.astype(np.int64))
        doc, place = np.concatenate(docs), np.concatenate(places)
        if self.total < self.size:
            kept = self.live[doc]
            doc, place = doc[kept], place[kept]
        return doc, self.base[doc] + place

    def neighbour(self, document: int, step: int) -> Row | None:
        """The passage whose words come directly before (-1) or after (+1), if any."""
        at = int(self.rank[document])
        other = at + step
        if not 0 <= other < len(self.order) or not self.joined[max(at, other)]:
            return None
        row: Row = self.rows[self.order[other]]
        return row


def _counted(part: Part, masked: frozenset[str], now: int) -> Bools:
    """Which documents of a part count at all for this viewer now."""
    counted = np.ones(len(part.leaf), np.bool_)
    counted[list(part.dead)] = False
    if part.stored:
        counted &= part.leaf.good_until > now
        hidden = np.array([facts.testimony in masked for facts in part.leaf.facts], np.bool_)
        if hidden.any():
            counted &= ~hidden[part.leaf.testimony]
    return counted


def _valid(parts: Iterable[Part], now: int) -> tuple[int, int]:
    """From when to when (ms UTC, end exclusive) the same stored documents count as do now."""
    ends = [part.leaf.good_until for part in parts if part.stored]
    since = max((int(end[end <= now].max(initial=-(2**62))) for end in ends), default=-(2**62))
    until = min((int(end[end > now].min(initial=2**62)) for end in ends), default=2**62)
    return since, until


def _first_occurrences(leaves: Sequence[Leaf], counted: Sequence[Bools]) -> Bools:
    """Of each passage the first that counts; void ones hide the rest and are not live themselves."""
    if not leaves:
        return np.zeros(0, np.bool_)
    if len({leaf.shelf for leaf in leaves}) == 1 and not any(leaf.has_void for leaf in leaves):
        return np.concatenate(counted)  # one shelf alone holds each passage once
    seen: set[str] = set()
    for leaf, here in zip(leaves, counted, strict=True):
        for d in np.flatnonzero(here).tolist():
            row = leaf.rows[d]
            if row.passage in seen or row.void:
                here[d] = False
            seen.add(row.passage)
    return np.concatenate(counted)


def _rounded_lengths() -> Floats:
    """Lengths in words as an index that keeps them in one byte reads them back: the 256 steps of round((1.033^n - 1) * 27), the
    next step up. The table is Whoosh's, so that scores agree with its BM25F."""
    steps = np.array([int(round((1.033**n - 1) * 27)) for n in range(256)], np.float64)
    return steps[np.minimum(np.searchsorted(steps, np.arange(20_000)), 255)]


ROUNDED = _rounded_lengths()
