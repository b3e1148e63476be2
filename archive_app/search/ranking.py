"""Ranking: what of a match a question keeps, in which order, and how it counts.

Score: BM25F over one field with B = 0.75 and K1 = 1.2 (S. Robertson, H. Zaragoza 2009; with the inverse document frequency
log(N / (df + 1)) + 1), parts of the query added in sorted order, so that equal content gives equal bits. Order: score, then
public id of the passage; all ties are kept before a page is cut.
What may not live here: matching; anything read from a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from archive_app.access.index_readings import PassageKey
from archive_app.search.corrections import corrections
from archive_app.search.documents import Facts, decades
from archive_app.search.fields import told_within
from archive_app.search.index import PAGE, Findings, Found
from archive_app.search.leaves import Longs
from archive_app.search.matching import Match
from archive_app.search.query import Everything, Question, parse
from archive_app.search.view import Bools, Floats, View

B, K1 = 0.75, 1.2
Counts = dict[str, tuple[tuple[str, int], ...]]
Values = Callable[[Facts], tuple[str, ...]]

_OF_TESTIMONIES: dict[str, Values] = {
    "collection": lambda facts: (facts.collection,),
    "place": lambda facts: tuple(place for place, _ in facts.places),
    "person": lambda facts: tuple(person for person, _, _ in facts.people),
    "role": lambda facts: (facts.narrator_role,) if facts.narrator_role else (),
    "decade": lambda facts: decades(facts.years),
    "has": lambda facts: facts.has,
}


def ranked(view: View, question: Question, facets: Sequence[str]) -> Findings:
    """The page a question asks for, out of one view. Raises Invalid for a query that costs too much."""
    parsed = parse(question.q)
    match = Match(view, parsed.node, question.whole)
    kept = _filters(view, question)
    asked = view.live & False if match.mask is None else match.mask
    hits = np.flatnonzero(_all(asked, kept.values()))
    grouped = question.group or isinstance(parsed.node, Everything)
    in_each = np.bincount(view.code[hits], minlength=len(view.testimonies))
    page, listed = _page(view, question, match, hits, grouped)
    return Findings(
        total=len(hits),
        testimonies=int(np.count_nonzero(in_each)),
        listed=listed,
        found=tuple(_found(view, d, int(in_each[view.code[d]]) - 1) for d in page.tolist()),
        facets=_facets(view, asked, kept, facets, grouped),
        corrections=corrections(view, question.q, parsed.node, match),
    )


def facet(view: View, question: Question, fields: Sequence[str]) -> Counts:
    """Counts alone."""
    parsed = parse(question.q)
    match = Match(view, parsed.node, question.whole)
    asked = view.live & False if match.mask is None else match.mask
    return _facets(view, asked, _filters(view, question), fields, question.group or isinstance(parsed.node, Everything))


def _filters(view: View, question: Question) -> dict[str, Bools]:
    """Field -> the documents its filter keeps; only fields that are asked for."""
    kept: dict[str, Bools] = {}
    for field, values in _OF_TESTIMONIES.items():
        wanted = set(getattr(question, field))
        if wanted:
            kept[field] = _by_testimony(view, [not wanted.isdisjoint(values(facts)) for facts in view.facts])
    if question.year_from is not None or question.year_to is not None:
        first = question.year_from if question.year_from is not None else -10**6
        last = question.year_to if question.year_to is not None else 10**6
        kept["year"] = _by_testimony(view, [told_within(facts, first, last) for facts in view.facts])
    if question.testimony:
        kept["testimony"] = _by_testimony(view, [testimony == question.testimony for testimony in view.testimonies])
    labels, code = view.labels
    if question.kind:
        kept["kind"] = np.array([kind in question.kind for kind, _ in labels] or [False], np.bool_)[code]
    if question.language:
        asked = set(question.language)
        kept["language"] = np.array([not asked.isdisjoint(spoken) for _, spoken in labels] or [False], np.bool_)[code]
    return kept


def _by_testimony(view: View, passed: Sequence[bool]) -> Bools:
    return np.array(list(passed) or [False], np.bool_)[view.code]


def _all(mask: Bools, others: Iterable[Bools]) -> Bools:
    return reduce(np.logical_and, others, mask)


def scores(view: View, match: Match, hits: Longs) -> Floats:
    """The score of each hit."""
    total = np.zeros(len(hits))
    if not len(hits):
        return total
    lengths = K1 * ((1 - B) + B * view.rounded[hits] / view.average_length)
    for key in sorted(match.times):
        times = match.times[key]
        weight = math.log(view.total / (int(np.count_nonzero(times)) + 1)) + 1
        here = times[hits]
        total += weight * ((here * (K1 + 1)) / (here + lengths))
    return total


def _page(view: View, question: Question, match: Match, hits: Longs, grouped: bool) -> tuple[Longs, int]:
    """(the documents of the asked page in order, how many things all pages list)."""
    score = scores(view, match, hits)
    first, last = (question.page - 1) * PAGE, question.page * PAGE
    if question.testimony:
        return hits[np.argsort(view.rank[hits])], len(hits)
    keys: list[NDArray[np.generic]] = [view.rank[hits]]
    if question.sort == "rank" and match.times:
        if not grouped:
            listed = len(hits)
            hits, score = _best(hits, score, last)
            return hits[np.lexsort((view.rank[hits], -score))][first:last], listed
        keys.append(-score)
    elif question.sort == "date":
        keys.append(view.by_date[view.code[hits]])
    elif question.sort == "title" or grouped:
        keys.append(view.by_title[view.code[hits]])
    ordered = hits[np.lexsort(keys)]
    if grouped:
        _, firsts = np.unique(view.code[ordered], return_index=True)
        ordered = ordered[np.sort(firsts)]
    return ordered[first:last], len(ordered)


def _best(hits: Longs, score: Floats, count: int) -> tuple[Longs, Floats]:
    """The `count` best and every tie of the last of them."""
    if len(hits) <= count:
        return hits, score
    least = np.partition(score, len(score) - count)[len(score) - count]
    kept = score >= least
    return hits[kept], score[kept]


def _found(view: View, document: int, more: int) -> Found:
    row = view.rows[document]
    testimony = view.testimonies[view.code[document]]
    before, after = view.neighbour(document, -1), view.neighbour(document, 1)
    around = PassageKey(testimony, row.transcript, before.last if before else row.first, after.first if after else row.last)
    return Found(row.passage, PassageKey(testimony, row.transcript, row.first, row.last), around, row.part, row.parts, more)


def _facets(view: View, asked: Bools, kept: dict[str, Bools], fields: Sequence[str], grouped: bool) -> Counts:
    found: Counts = {}
    for field in fields:
        mask = _all(asked, [other for name, other in kept.items() if name != field])
        count = _count_labels if field in ("kind", "language") else _count
        found[field] = tuple(sorted(count(view, mask, field, grouped).items(), key=lambda item: (-item[1], item[0])))
    return found


def _count(view: View, mask: Bools, field: str, grouped: bool) -> dict[str, int]:
    """Values of testimonies: passages (or testimonies) that have each."""
    in_each = np.bincount(view.code[mask], minlength=len(view.testimonies))
    if grouped:
        in_each = np.minimum(in_each, 1)
    names, whose, which = view.values(field, _OF_TESTIMONIES[field])
    totals = np.bincount(which, weights=in_each[whose], minlength=len(names)) if len(names) else np.zeros(0)
    return {name: int(total) for name, total in zip(names, totals.tolist(), strict=True) if total}


def _count_labels(view: View, mask: Bools, field: str, grouped: bool) -> dict[str, int]:
    """Values of passages: kind, languages."""
    labels, code = view.labels
    found: dict[str, int] = {}
    values = {value for kind, spoken in labels for value in ((kind,) if field == "kind" else spoken)}
    for value in values:
        having = np.array([value == kind if field == "kind" else value in spoken for kind, spoken in labels], np.bool_)
        docs = np.flatnonzero(mask & having[code])
        found[value] = len(np.unique(view.code[docs])) if grouped else len(docs)
    return {value: count for value, count in found.items() if count}
