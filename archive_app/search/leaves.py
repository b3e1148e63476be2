"""Leaves: some documents as arrays. Immutable; numbers are made over many leaves at once (view).

    term = language US exact form US stem         (US = unit separator; the language as a primary subtag)
    postings of term t: doc[start[t]:start[t+1]]  (ascending), and their positions: pos[at[p]:at[p+1]] of posting p

Positions count the words of one passage from 0. The words of one testimony's documents lie in one leaf, in reading order.
What may not live here: files, masks, scores.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive_app.language import letters, words
from archive_app.search.documents import DESCRIPTION, Document, Facts

US = "\x1f"
GAP = 50
"""Positions left free between title, abstract and keywords, so that no phrase runs from one into the other."""
LONGEST_TERM = 120
"""Characters: what is longer (a broken file, an address) is not a word, and is not indexed."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Label = tuple[str, tuple[str, ...]]
Places = dict[str, list[int]]
"""term -> positions"""
Named = dict[str, set[tuple[int, int]]]
"""word -> (whose name, which of the names)"""
Ranges = list[tuple[int, int]]
"""Ranges of term numbers, end exclusive."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document without its words and facts. `length` counts its words."""

    passage: str
    transcript: int
    kind: str
    languages: tuple[str, ...]
    first: int
    last: int
    part: int
    parts: int
    follows: str
    speakers: tuple[str, ...]
    void: bool
    good_until: int
    length: int


@dataclass(frozen=True, eq=False)
class Postings:
    """`terms` ascend; see the picture above for the arrays."""

    terms: list[str]
    start: Ints
    doc: Ints
    at: Ints
    pos: Ints


@dataclass(frozen=True, eq=False)
class Leaf:
    """`testimony[d]`: index of document d's testimony in `facts` and `versions`."""

    key: str
    shelf: str
    rows: tuple[Row, ...]
    testimony: Ints
    facts: tuple[Facts, ...]
    versions: tuple[str, ...]
    postings: Postings

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def testimonies(self) -> frozenset[str]:
        return frozenset(facts.testimony for facts in self.facts)

    @cached_property
    def labels(self) -> tuple[list[Label], Longs]:
        """(kind, languages) of passages, and which of these each document has."""
        known: dict[Label, int] = {}
        code = np.array([known.setdefault((row.kind, row.languages), len(known)) for row in self.rows], np.int64)
        return list(known), code

    @cached_property
    def named(self) -> dict[str, Named]:
        """Field -> the words of its names; filled when a field is first asked for (fields)."""
        return {}

    @cached_property
    def has_void(self) -> bool:
        return any(row.void for row in self.rows)

    @cached_property
    def length(self) -> Ints:
        return np.array([row.length for row in self.rows], np.int32)

    @cached_property
    def extent(self) -> Ints:
        """One more than the last position of each document."""
        one, found = self.postings, np.zeros(len(self), np.int32)
        np.maximum.at(found, np.repeat(one.doc, np.diff(one.at)), one.pos + 1)
        return found

    @cached_property
    def good_until(self) -> NDArray[np.int64]:
        return np.array([row.good_until for row in self.rows], np.int64)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        found, at = [], 0
        while at < len(self.postings.terms):
            found.append(self.postings.terms[at].split(US, 1)[0])
            at = bisect_left(self.postings.terms, found[-1] + chr(ord(US) + 1))
        return tuple(found)

    @cached_property
    def stems(self) -> dict[str, list[int]]:
        """language US stem -> its terms."""
        found: dict[str, list[int]] = {}
        for number, term in enumerate(self.postings.terms):
            language, _, stem = term.split(US)
            found.setdefault(language + US + stem, []).append(number)
        return found

    @cached_property
    def exact(self) -> dict[str, int]:
        """language US exact form -> its term."""
        return {term[:term.rindex(US)]: number for number, term in enumerate(self.postings.terms)}

    @cached_property
    def alphabets(self) -> dict[str, str]:
        """language -> every character its words are written with."""
        found: dict[str, set[str]] = {language: set() for language in self.languages}
        for term in self.postings.terms:
            language, exact, _ = term.split(US)
            found[language].update(exact)
        return {language: "".join(sorted(characters)) for language, characters in found.items()}

    def stem_ranges(self, language: str, stem: str) -> Ranges:
        return [(number, number + 1) for number in self.stems.get(language + US + stem, ())]

    def exact_ranges(self, language: str, exact: Iterable[str]) -> Ranges:
        numbers = (self.exact.get(language + US + form) for form in exact)
        return [(number, number + 1) for number in numbers if number is not None]

    def prefix_ranges(self, language: str, prefix: str) -> Ranges:
        first = bisect_left(self.postings.terms, language + US + prefix)
        last = bisect_left(self.postings.terms, language + US + prefix + chr(0x10FFFF))
        return [(first, last)] if last > first else []


def counts(leaf: Leaf, ranges: Ranges) -> NDArray[np.float64] | None:
    """How often these terms occur, a document; None where they do not."""
    if not ranges:
        return None
    one = leaf.postings
    spans = [(one.start[first], one.start[last]) for first, last in ranges]
    docs = _joined([one.doc[first:last] for first, last in spans])
    times = _joined([one.at[first + 1:last + 1] - one.at[first:last] for first, last in spans])
    return np.bincount(docs, weights=times, minlength=len(leaf)).astype(np.float64)


def occurrences(leaf: Leaf, ranges: Ranges) -> tuple[Ints, Ints]:
    """(documents, positions) of every single occurrence of these terms, term by term."""
    one = leaf.postings
    docs, places = [], []
    for first, last in ranges:
        p, q = one.start[first], one.start[last]
        docs.append(np.repeat(one.doc[p:q], one.at[p + 1:q + 1] - one.at[p:q]))
        places.append(one.pos[one.at[p]:one.at[q]])
    return _joined(docs), _joined(places)


def _joined(parts: Sequence[Ints]) -> Ints:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def places(document: Document) -> tuple[Places, int]:
    """The terms of a document with their positions, and how many words it has."""
    found: Places = {}
    position = length = 0
    for language, text in document.pieces:
        primary = letters.primary(language)
        for token in words.tokens(text, language):
            if len(token.exact) <= LONGEST_TERM:
                found.setdefault(f"{primary}{US}{token.exact}{US}{token.stem}", []).append(position)
                length += 1
            position += 1
        if document.kind == DESCRIPTION:
            position += GAP
    return found, length


def row_of(document: Document, length: int) -> Row:
    """The row a leaf keeps of a document; `length` in words, as `places` has counted them."""
    return Row(document.passage, document.transcript, document.kind, document.languages, document.first, document.last,
               document.part, document.parts, document.follows, document.speakers, document.void, document.good_until, length)


def leaf_of(key: str, shelf: str, groups: Iterable[tuple[str, Sequence[Document]]]) -> Leaf:
    """A leaf in memory. `groups`: (version, all documents of one testimony)."""
    rows: list[Row] = []
    facts: list[Facts] = []
    versions: list[str] = []
    testimony: list[int] = []
    found: dict[str, list[tuple[int, list[int]]]] = {}
    for version, group in groups:
        for document in group:
            terms, length = places(document)
            for term, positions in terms.items():
                found.setdefault(term, []).append((len(rows), positions))
            rows.append(row_of(document, length))
            testimony.append(len(facts))
        if group:
            facts.append(facts_in(group))
            versions.append(version)
    listed = ((term, found[term]) for term in sorted(found))
    return Leaf(key, shelf, tuple(rows), np.array(testimony, np.int32), tuple(facts), tuple(versions), pack(listed))


def facts_in(group: Sequence[Document]) -> Facts:
    """The facts that all documents of one testimony on one shelf share (void ones carry none)."""
    return next((document.facts for document in group if not document.void), group[0].facts)


def pack(listed: Iterable[tuple[str, Sequence[tuple[int, Sequence[int]]]]]) -> Postings:
    """Postings from (term, [(document, positions)]) in order."""
    terms: list[str] = []
    start, docs, times = [0], list[int](), list[int]()
    flat: list[int] = []
    for term, postings in listed:
        terms.append(term)
        for doc, positions in postings:
            docs.append(doc)
            times.append(len(positions))
            flat.extend(positions)
        start.append(len(docs))
    at = np.concatenate(([0], np.cumsum(times, dtype=np.int64)))
    return Postings(terms, np.array(start, np.int32), np.array(docs, np.int32), at.astype(np.int32), np.array(flat, np.int32))
