"""Where the words of a query stand in a segment, for marking them in a page that was opened from search.

The same words as the index finds: forms of one stem, exact words of a phrase, beginnings. What is denied, fields and years mark
nothing. What may not live here: which segments are shown.
"""

from __future__ import annotations

from archive_app.access.readings import Segment
from archive_app.errors import Invalid
from archive_app.language import words
from archive_app.search.query import And, Fuzzy, Node, Not, Or, Phrase, Prefix, Word, leaves_of, parse
from archive_app.web.lines import Marker, Spans


def marker(q: str) -> Marker | None:
    """A function from a segment to the (start, end) of its words that `q` asks for; None when it asks for none."""
    try:
        asked = [leaf for leaf in _wanted(parse(q).node) if isinstance(leaf, (Word, Phrase, Prefix, Fuzzy))]
    except Invalid:
        return None
    if not asked:
        return None
    known: dict[str, tuple[frozenset[str], frozenset[str], tuple[str, ...]]] = {}

    def spans(segment: Segment) -> Spans:
        stems, exact, begins = known.get(segment.language) or known.setdefault(segment.language, _keys(asked, segment.language))
        return [(token.start, token.end) for token in words.tokens(segment.text, segment.language)
                if token.stem in stems or token.exact in exact or (begins and token.exact.startswith(begins))]

    return spans


def _wanted(node: Node) -> list[Node]:
    """The leaves that are asked for, not denied."""
    if isinstance(node, Not):
        return []
    if isinstance(node, (And, Or)):
        return [leaf for inner in node.nodes for leaf in _wanted(inner)]
    return leaves_of(node)


def _keys(asked: list[Word | Phrase | Prefix | Fuzzy], language: str) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """(stems, exact words, beginnings) as this language makes them."""
    stems: set[str] = set()
    exact: set[str] = set()
    begins: set[str] = set()
    for leaf in asked:
        tokens = words.tokens(leaf.text, language)
        if isinstance(leaf, Word):
            stems |= {token.stem for token in tokens}
        elif isinstance(leaf, Prefix):
            begins |= {token.exact for token in tokens[-1:]}
        else:
            exact |= {token.exact for token in tokens}
    return frozenset(stems), frozenset(exact), tuple(sorted(begins))
