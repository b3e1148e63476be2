"""What a leaf holds of each passage, as one number: for `verify`, which compares it with what the passage's words come to now.

A sum over the passage's postings, so that it does not depend on the order of terms or documents.
What may not live here: an engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from archive_app.search.documents import Document
from archive_app.search.leaves import Leaf, leaf_of


def fingerprints(leaf: Leaf) -> list[str]:
    """One for each document of the leaf, in its order: over its row, its testimony's facts, its terms and where they stand."""
    one = leaf.postings
    found = np.zeros(len(leaf), np.uint64)
    if one.terms:
        value = np.array([_number(term) for term in one.terms], np.uint64)
        each = np.repeat(value, np.diff(one.start))
        weight = _spread(one.pos.astype(np.uint64))
        places = np.add.reduceat(weight, one.at[:-1]) if len(one.pos) else np.zeros(len(one.doc), np.uint64)
        np.add.at(found, one.doc, each * (places | np.uint64(1)))
    return [f"{words:016x}{_number(repr((replace(row, good_until=0), leaf.facts[leaf.testimony[document]]))):016x}"
            for document, (row, words) in enumerate(zip(leaf.rows, found.tolist(), strict=True))]


def expected(documents: Sequence[Document]) -> dict[str, str]:
    """Passage -> fingerprint of the documents that a shelf should hold of one testimony."""
    leaf = leaf_of("", "", [("", documents)])
    return dict(zip((row.passage for row in leaf.rows), fingerprints(leaf), strict=True))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _spread(positions: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Different positions, very different numbers (the mixing step of splitmix64)."""
    mixed = (positions + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
