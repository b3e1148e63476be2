"""Fields: `speaker: person: place: title: collection: lang: date:` in a query, answered from the facts of a view.

A name matches when all the words of the query stand in one of its spellings, folded alike and without regard to language; a
collection or place also by its id. What may not live here: passages' own words (matching), filters beside the query (ranking).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from archive_app.language import letters, words
from archive_app.search.asked import asked_words
from archive_app.search.documents import Facts
from archive_app.search.leaves import Leaf, Named
from archive_app.search.query import Field, Years
from archive_app.search.view import Bools, View


def mask(view: View, node: Field | Years) -> Bools:
    """The live documents that a field asks for."""
    if isinstance(node, Years):
        return view.live & _testimonies(view, lambda facts: told_within(facts, node.first, node.last))
    if node.name == "lang":
        labels, code = view.labels
        wanted = np.array([_speaks(languages, node.text) for _, languages in labels], np.bool_)
        return view.live & wanted[code] if len(labels) else view.live.copy()
    found = np.zeros(view.size, np.bool_)
    asked = [token.exact for token in asked_words(node.text, "")]
    for leaf, start in view.parts():
        owners = _owners(leaf, node.name, asked)
        if not owners:
            continue
        wanted = np.zeros(len(leaf) + 1, np.bool_)
        wanted[list(owners)] = True
        found[start:start + len(leaf)] = wanted[np.arange(len(leaf)) if node.name == "speaker" else leaf.testimony]
    return found & view.live


def _owners(leaf: Leaf, field: str, asked: list[str]) -> set[int]:
    """Documents (for speakers) or testimonies of a leaf one of whose names has all these words."""
    if not asked:
        return set()
    named = _named(leaf, field)
    matching = set.intersection(*(named.get(word, set()) for word in asked))
    return {owner for owner, _ in matching}


def _named(leaf: Leaf, field: str) -> Named:
    if field not in leaf.named:
        leaf.named[field] = _name_words(leaf, field)
    return leaf.named[field]


def _name_words(leaf: Leaf, field: str) -> Named:
    found: Named = {}
    if field == "speaker":
        owned: Iterable[tuple[int, tuple[str, ...]]] = ((number, row.speakers) for number, row in enumerate(leaf.rows))
    else:
        owned = ((number, _names(facts, field)) for number, facts in enumerate(leaf.facts))
    for owner, names in owned:
        for which, name in enumerate(names):
            for token in words.tokens(name, "", remember=False):
                found.setdefault(token.exact, set()).add((owner, which))
    return found


def _names(facts: Facts, field: str) -> tuple[str, ...]:
    if field == "title":
        return (facts.title,)
    if field == "collection":
        return (facts.collection, *facts.collection_names)
    if field == "person":
        return tuple(shown for _, shown, _ in facts.people)
    return tuple(name for place, names in facts.places for name in (place, *names))


def _speaks(languages: tuple[str, ...], asked: str) -> bool:
    return any(letters.primary(language) == letters.primary(asked) for language in languages)


def told_within(facts: Facts, first: int, last: int) -> bool:
    """Whether the years that a testimony's date may mean touch first ... last, both included; False where they are not known."""
    return facts.years is not None and facts.years[0] <= last and facts.years[1] >= first


def _testimonies(view: View, test: Callable[[Facts], bool]) -> Bools:
    """Documents of the testimonies whose facts pass."""
    passed = np.array([test(facts) for facts in view.facts], np.bool_)
    return passed[view.code] if len(passed) else np.zeros(view.size, np.bool_)
