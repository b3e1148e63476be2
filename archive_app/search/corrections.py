"""Corrections and completions, drawn only from words that this view holds.

What may not live here: anything that remembers what was asked.
"""

from __future__ import annotations

import numpy as np

from archive_app.language import words
from archive_app.search.asked import asked_words
from archive_app.search.leaves import US
from archive_app.search.matching import Match, fuzzy_pick, key_of
from archive_app.search.query import And, Node, Or, Word
from archive_app.search.view import Pick, View

WORDS_MENDED = 3
OFFERED = 3


def corrections(view: View, q: str, node: Node, match: Match) -> tuple[str, ...]:
    """The query with each word that nobody said (three at most) put as the view spells something near it, best first."""
    missing = [word for word in _words(node) if key_of(word) in match.times and not match.times[key_of(word)].any()]
    offers = [(word, _near_words(view, word.text)) for word in missing[:WORDS_MENDED]]
    if not any(near for _, near in offers):
        return ()
    mended = []
    for choice in range(OFFERED):
        text = q
        for word, near in reversed(offers):
            if near:
                text = text[:word.start] + near[min(choice, len(near) - 1)] + text[word.end:]
        mended.append(text)
    return tuple(dict.fromkeys(mended))


def _words(node: Node) -> list[Word]:
    """The words a query asks for; denied ones are not mended."""
    if isinstance(node, (And, Or)):
        return [word for inner in node.nodes for word in _words(inner)]
    return [node] if isinstance(node, Word) else []


def _near_words(view: View, text: str) -> list[str]:
    times: dict[str, int] = {}
    for language in view.languages:
        tokens = asked_words(text, language)
        if len(tokens) == 1:
            for form, count in _said(view, fuzzy_pick(view, language, tokens[0].exact)).items():
                times[form] = times.get(form, 0) + count
    return sorted(times, key=lambda form: (-times[form], form))[:OFFERED]


def suggestions(view: View, prefix: str, limit: int) -> tuple[str, ...]:
    """The most frequent words of the view (by passages) that begin so; of prefixes of one letter none."""
    times: dict[str, int] = {}
    for language in view.languages:
        folded = words.fold(prefix, language)
        if len(folded) > 1:
            for form, count in _said(view, lambda leaf, of=language, start=folded: leaf.prefix_ranges(of, start)).items():  # type: ignore[misc]
                times[form] = times.get(form, 0) + count
    return tuple(sorted(times, key=lambda form: (-times[form], form))[:limit])


def _said(view: View, pick: Pick) -> dict[str, int]:
    """Exact form -> live passages that hold it, for the picked terms; none that only masked passages hold."""
    found: dict[str, int] = {}
    for leaf, start in view.parts():
        one = leaf.postings
        live = view.live[start:start + len(leaf)]
        for first, last in pick(leaf):
            p, q = int(one.start[first]), int(one.start[last])
            edges = one.start[first:last] - p
            passages = np.add.reduceat(live[one.doc[p:q]].astype(np.int64), edges)
            for number, count in zip(range(first, last), passages.tolist(), strict=True):
                if count:
                    form = one.terms[number].split(US)[1]
                    found[form] = found.get(form, 0) + count
    return found
