"""The index that is obviously right: every document in a list, every question answered by looking at each. Slow; for comparison only."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from archive_app.access.index_readings import PassageKey
from archive_app.language import letters, words
from archive_app.search.documents import Document, Facts, decades
from archive_app.search.fingerprints import expected
from archive_app.search.index import PAGE, Findings, Found, Scope
from archive_app.search.query import And, Everything, Field, Fuzzy, Node, Not, Or, Phrase, Prefix, Question, Word, Years, parse
from archive_app.search.shelves import fullness

Said = tuple[str, str, str]
"""(language, exact, stem)."""
STEPS = [int(round((1.033**n - 1) * 27)) for n in range(256)]


class Seen:
    """One live document: its words by position, and the live document whose words follow directly."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.said: dict[int, Said] = {}
        position = 0
        for language, text in document.pieces:
            for token in words.tokens(text, language):
                self.said[position] = letters.primary(language), token.exact, token.stem
                position += 1
            position += 50 if document.kind == "description" else 0
        self.extent = max(self.said, default=-1) + 1
        self.next: Seen | None = None

    def at(self, position: int) -> Said | None:
        if position < self.extent:
            return self.said.get(position)
        return self.next.at(position - self.extent) if self.next else None

    @property
    def length(self) -> float:
        return STEPS[min(bisect_left(STEPS, len(self.said)), 255)]


class ReferenceIndex:
    def __init__(self) -> None:
        self.kept: dict[str, dict[str, tuple[str, tuple[Document, ...]]]] = {}
        self.seen: dict[Scope, list[Seen]] = {}

    def put(self, shelf: str, testimony: str, documents: Sequence[Document], version: str) -> None:
        self.seen.clear()
        there = self.kept.setdefault(shelf, {})
        there.pop(testimony, None)
        if documents:
            there[testimony] = version, tuple(documents)

    def drop(self, testimony: str) -> None:
        self.seen.clear()
        for there in self.kept.values():
            there.pop(testimony, None)

    def clear(self) -> None:
        self.seen.clear()
        self.kept.clear()

    def purge(self) -> None:
        """Nothing lies about here."""

    @contextmanager
    def bulk(self) -> Iterator[None]:
        yield

    def shelves(self) -> tuple[str, ...]:
        return tuple(sorted(self.kept))

    def holds(self) -> Mapping[str, Mapping[str, str]]:
        return {shelf: {testimony: version for testimony, (version, _) in there.items()} for shelf, there in self.kept.items() if there}

    def contents(self, shelf: str) -> Iterator[tuple[str, dict[str, str]]]:
        yield from ((testimony, expected(documents)) for testimony, (_, documents) in self.kept.get(shelf, {}).items())

    def digest(self) -> str:
        lines = [repr((shelf, document)) for shelf, there in self.kept.items() for _, documents in there.values() for document in documents]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def live(self, scope: Scope) -> list[Seen]:
        """In reading order."""
        if scope in self.seen:
            return self.seen[scope]
        shelves: list[tuple[str, bool, Sequence[Document]]] = [(own.shelf, False, own.documents) for own in scope.own]
        shelves += [(shelf, True, [document for _, documents in self.kept.get(shelf, {}).values() for document in documents])
                    for shelf in scope.shelves]
        first: dict[str, Document] = {}
        for _, stored, documents in sorted(shelves, key=lambda each: fullness(each[0])):
            for document in documents:
                if not stored or (document.testimony not in scope.masked and document.good_until > scope.now):
                    first.setdefault(document.passage, document)
        seen = [Seen(document) for _, document in sorted(first.items()) if not document.void]
        for one, after in zip(seen, seen[1:], strict=False):
            if after.document.follows == one.document.passage:
                one.next = after
        self.seen[scope] = seen
        return seen

    def find(self, scope: Scope, question: Question, facets: Sequence[str] = ()) -> Findings:
        seen, node = self.live(scope), parse(question.q).node
        languages = sorted({said[0] for one in seen for said in one.said.values()}) or [""]
        parts = {_key(part): _times(part, seen, languages) for part in _scoring(node)}
        matched = _matched(node, seen, languages, question.whole)
        if question.whole and parts and matched is not None:
            matched = [one and any(times[at] for times in parts.values() if times) for at, one in enumerate(matched)]
        asked = matched or [False] * len(seen)
        hits = [at for at, one in enumerate(asked) if one and all(test(seen[at].document) for test in _filters(question).values())]
        grouped = question.group or isinstance(node, Everything)
        in_each: dict[str, int] = {}
        for at in hits:
            in_each[seen[at].document.testimony] = in_each.get(seen[at].document.testimony, 0) + 1
        ordered = _ordered(question, seen, hits, {key: times for key, times in parts.items() if times is not None}, grouped)
        page = ordered if question.testimony else ordered[(question.page - 1) * PAGE:question.page * PAGE]
        return Findings(len(hits), len(in_each), len(ordered), tuple(_found(seen, at, in_each) for at in page),
                        {field: _facet(seen, asked, question, field, grouped) for field in facets},
                        _corrections(question.q, node, seen, languages))

    def facet(self, scope: Scope, question: Question, fields: Sequence[str]) -> Mapping[str, tuple[tuple[str, int], ...]]:
        return self.find(scope, question, fields).facets

    def suggest(self, scope: Scope, prefix: str, limit: int = 10) -> tuple[str, ...]:
        counted: dict[str, int] = {}
        for one in self.live(scope):
            for language, exact in {said[:2] for said in one.said.values()}:
                folded = words.fold(prefix, language)
                if len(folded) > 1 and exact.startswith(folded):
                    counted[exact] = counted.get(exact, 0) + 1
        return tuple(sorted(counted, key=lambda form: (-counted[form], form))[:limit])


def _scoring(node: Node, denied: bool = False) -> list[Node]:
    if isinstance(node, Not):
        return _scoring(node.node, not denied)
    if isinstance(node, (And, Or)):
        return [part for inner in node.nodes for part in _scoring(inner, denied)]
    return [] if denied or isinstance(node, (Everything, Field, Years)) else [node]


def _key(node: Node) -> tuple[str, str, int]:
    distance = node.distance if isinstance(node, Phrase) and node.distance is not None else -1
    return type(node).__name__, node.text, distance  # type: ignore[union-attr]


def _tests(node: Node, language: str) -> list[Callable[[Said], bool]]:
    if isinstance(node, Fuzzy):
        folded = words.fold(node.text, language)
        return [lambda said: said[0] == language and slips(said[1], folded) <= 1] if folded else []
    tokens = words.tokens(node.text, language)  # type: ignore[union-attr]
    if isinstance(node, Word):
        return [lambda said, stem=token.stem: said[0] == language and said[2] == stem for token in tokens]  # type: ignore[misc]
    found = [lambda said, exact=token.exact: said[0] == language and said[1] == exact for token in tokens]
    if isinstance(node, Prefix) and tokens:
        found[-1] = lambda said: said[0] == language and said[1].startswith(tokens[-1].exact)  # type: ignore[misc]
    return found  # type: ignore[return-value]


def _times(node: Node, seen: Sequence[Seen], languages: Sequence[str]) -> list[int] | None:
    """How often a part occurs in each document; None where it holds no word in any language."""
    every = [tests for language in languages if (tests := _tests(node, language))]
    if not every:
        return None
    distance = node.distance if isinstance(node, Phrase) else None
    return [sum(_here(tests, one, distance) for tests in every) for one in seen]


def _here(tests: Sequence[Callable[[Said], bool]], one: Seen, distance: int | None) -> int:
    def is_at(test: Callable[[Said], bool], position: int) -> bool:
        said = one.at(position)
        return said is not None and test(said)

    if distance is None or len(tests) == 1:
        starts = [start for start, said in one.said.items() if tests[0](said)]
        return sum(all(is_at(test, start + step) for step, test in enumerate(tests)) for start in starts)
    width = len(tests) + distance
    starts = [start for start, said in one.said.items() if any(test(said) for test in tests)]
    return sum(all(any(is_at(test, start + step) for step in range(width)) for test in tests) for start in starts)


def _matched(node: Node, seen: Sequence[Seen], languages: Sequence[str], whole: bool) -> list[bool] | None:
    if isinstance(node, Not):
        inner = _matched(node.node, seen, languages, whole)
        return None if inner is None else [not one for one in inner]
    if isinstance(node, (And, Or)):
        several = [one for part in node.nodes if (one := _matched(part, seen, languages, whole)) is not None]
        together = all if isinstance(node, And) else any
        return [together(each) for each in zip(*several, strict=True)] if several else None
    if isinstance(node, Everything):
        return [True] * len(seen)
    if isinstance(node, (Field, Years)):
        found = [_field(node, one.document) for one in seen]
    else:
        times = _times(node, seen, languages)
        if times is None:
            return None
        found = [count > 0 for count in times]
    reached = {one.document.testimony for one, here in zip(seen, found, strict=True) if here}
    return [one.document.testimony in reached for one in seen] if whole else found


def _field(node: Field | Years, document: Document) -> bool:
    facts = document.facts
    if isinstance(node, Years):
        return facts.years is not None and facts.years[0] <= node.last and facts.years[1] >= node.first
    if node.name == "lang":
        return letters.primary(node.text) in {letters.primary(language) for language in document.languages}
    names = {
        "speaker": document.speakers, "person": tuple(shown for _, shown, _ in facts.people), "title": (facts.title,),
        "place": tuple(name for place, names in facts.places for name in (place, *names)),
        "collection": (facts.collection, *facts.collection_names),
    }[node.name]
    asked = {token.exact for token in words.tokens(node.text, "")}
    return bool(asked) and any(asked <= {token.exact for token in words.tokens(name, "")} for name in names)


def _values(field: str, document: Document) -> tuple[str, ...]:
    facts = document.facts
    return tuple(dict.fromkeys({
        "collection": (facts.collection,), "place": tuple(place for place, _ in facts.places),
        "person": tuple(person for person, _, _ in facts.people), "role": tuple(filter(None, (facts.narrator_role,))),
        "decade": decades(facts.years), "has": facts.has, "kind": (document.kind,), "language": document.languages,
    }[field]))


def _filters(question: Question) -> dict[str, Callable[[Document], bool]]:
    kept: dict[str, Callable[[Document], bool]] = {}
    for field in ("collection", "language", "place", "person", "role", "kind", "decade", "has"):
        if wanted := set(getattr(question, field)):
            kept[field] = lambda document, field=field, wanted=wanted: bool(wanted & set(_values(field, document)))  # type: ignore[misc]
    if question.year_from is not None or question.year_to is not None:
        first = -10**6 if question.year_from is None else question.year_from
        last = 10**6 if question.year_to is None else question.year_to
        kept["year"] = lambda document: _field(Years(first, last), document)
    if question.testimony:
        kept["testimony"] = lambda document: document.testimony == question.testimony
    return kept


def _ordered(question: Question, seen: Sequence[Seen], hits: Sequence[int], parts: Mapping[tuple[str, str, int], Sequence[int]],
             grouped: bool) -> list[int]:
    if question.testimony:
        return list(hits)
    average = sum(len(one.said) for one in seen) / len(seen) if seen else 1.0

    def score(at: int) -> float:
        total, length = 0.0, 1.2 * ((1 - 0.75) + 0.75 * seen[at].length / average)
        for key in sorted(parts):
            weight = math.log(len(seen) / (sum(count > 0 for count in parts[key]) + 1)) + 1
            here = float(parts[key][at])
            total += weight * ((here * (1.2 + 1)) / (here + length))
        return total

    def of(at: int) -> Facts:
        return seen[at].document.facts

    if question.sort == "rank" and parts:
        ordered = sorted(hits, key=lambda at: (-score(at), at))
    elif question.sort == "date":
        ordered = sorted(hits, key=lambda at: (of(at).years is None, of(at).years or (0, 0), of(at).date, of(at).testimony, at))
    elif question.sort == "title" or grouped:
        ordered = sorted(hits, key=lambda at: (words.sort_key(of(at).title), of(at).testimony, at))
    else:
        ordered = list(hits)
    if grouped:
        ordered = list({of(at).testimony: at for at in reversed(ordered)}.values())
        places = {at: place for place, at in enumerate(_rank_of(question, seen, hits, parts))}
        ordered.sort(key=lambda at: places[at])
    return ordered


def _rank_of(question: Question, seen: Sequence[Seen], hits: Sequence[int], parts: Mapping[tuple[str, str, int], Sequence[int]]) -> list[int]:
    if question.sort == "rank" and parts:
        return _ordered(question, seen, hits, parts, grouped=False)
    sort = "date" if question.sort == "date" else "title"
    return _ordered(Question(sort=sort), seen, hits, parts, grouped=False)


def _found(seen: Sequence[Seen], at: int, in_each: Mapping[str, int]) -> Found:
    document = seen[at].document
    before = seen[at - 1].document if at and seen[at - 1].next is seen[at] else document
    after = seen[at].next.document if seen[at].next else document  # type: ignore[union-attr]
    first = before.last if before is not document else document.first
    last = after.first if after is not document else document.last
    return Found(document.passage, PassageKey(document.testimony, document.transcript, document.first, document.last),
                 PassageKey(document.testimony, document.transcript, first, last), document.part, document.parts,
                 in_each[document.testimony] - 1)


def _facet(seen: Sequence[Seen], asked: Sequence[bool], question: Question, field: str, grouped: bool) -> tuple[tuple[str, int], ...]:
    tests = [test for name, test in _filters(question).items() if name != field]
    having: dict[str, list[str]] = {}
    for one, here in zip(seen, asked, strict=True):
        if here and all(test(one.document) for test in tests):
            for value in _values(field, one.document):
                having.setdefault(value, []).append(one.document.testimony)
    counted = {value: len(set(whose)) if grouped else len(whose) for value, whose in having.items()}
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _corrections(q: str, node: Node, seen: Sequence[Seen], languages: Sequence[str]) -> tuple[str, ...]:
    asked = [part for part in _scoring(node) if isinstance(part, Word)]
    missing = [word for word in asked if (times := _times(word, seen, languages)) is not None and not any(times)]
    offers = [(word, _near(word.text, seen, languages)) for word in missing[:3]]
    mended = []
    for choice in range(3):
        text = q
        for word, near in reversed(offers):
            if near:
                text = text[:word.start] + near[min(choice, len(near) - 1)] + text[word.end:]
        mended.append(text)
    return tuple(dict.fromkeys(mended)) if any(near for _, near in offers) else ()


def _near(text: str, seen: Sequence[Seen], languages: Sequence[str]) -> list[str]:
    counted: dict[str, int] = {}
    for language in languages:
        tokens = words.tokens(text, language)
        for one in seen if len(tokens) == 1 else ():
            for exact in {said[1] for said in one.said.values() if said[0] == language and slips(said[1], tokens[0].exact) <= 1}:
                counted[exact] = counted.get(exact, 0) + 1
    return sorted(counted, key=lambda form: (-counted[form], form))[:3]


@cache
def slips(a: str, b: str) -> int:
    """Damerau-Levenshtein distance (optimal string alignment), by the textbook's table."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]
