"""Contents: a shelf's passages, terms and frequencies, in a form that does not depend on its history.

What may not live here: single passages' fingerprints (fingerprints), searching.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from archive_app.search.view import Part


def terms_and_passages(parts: Sequence[Part]) -> Iterator[str]:
    """One line for each passage that is not deleted, then one for each term with how many passages have it, and how often."""
    passages: list[str] = []
    times: dict[str, tuple[int, int]] = {}
    for part in parts:
        leaf, one = part.leaf, part.leaf.postings
        alive = np.ones(len(leaf), np.bool_)
        alive[list(part.dead)] = False
        passages += [leaf.rows[d].passage for d in np.flatnonzero(alive).tolist()]
        if not one.terms:
            continue
        here = alive[one.doc].astype(np.int64)
        in_passages = np.add.reduceat(here, one.start[:-1])
        in_all = np.add.reduceat(here * np.diff(one.at), one.start[:-1])
        for term, df, cf in zip(one.terms, in_passages.tolist(), in_all.tolist(), strict=True):
            before = times.get(term, (0, 0))
            times[term] = before[0] + df, before[1] + cf
    yield from sorted(passages)
    yield from (f"{term}\t{df}\t{cf}" for term, (df, cf) in sorted(times.items()) if df)
