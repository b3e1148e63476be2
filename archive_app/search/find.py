"""Find: a question asked by one viewer. The index proposes, the gate disposes.

    room -> scope (shelves, own leaves, masks) -> index -> a page of passages -> room again -> words in context

What may not live here: engines; decisions about who may read what; any record of what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol
from weakref import WeakKeyDictionary

from archive_app.access.index_readings import Passage, PassageKey, Rendition
from archive_app.search.context import Cited, Finder, Stretch
from archive_app.search.cutting import part_spans
from archive_app.search.documents import DESCRIPTION, documents
from archive_app.search.index import FACETS, PAGE, Found, Index, Own, Scope
from archive_app.search.query import Everything, Question, parse
from archive_app.search.viewing import OWN, Recent


class Room(Protocol):
    """What search asks of a reading room: one viewer, one now."""

    @property
    def now(self) -> int:
        """ms UTC."""
        ...

    def shelves(self, shelves: Iterable[str], /) -> Sequence[str]:
        """Those whose audience the viewer belongs to everywhere."""
        ...

    def own_renditions(self) -> Sequence[tuple[str, Callable[[], Sequence[Rendition]]]]:
        """(version, what makes every rendition the viewer satisfies) of testimonies in which they hold tokens of their own. The version
        changes whenever the renditions do."""
        ...

    def stale(self) -> frozenset[str]:
        """Testimonies of whose stored passages nothing counts."""
        ...

    def passages(self, keys: Sequence[PassageKey], /) -> Mapping[PassageKey, Passage]:
        """Those that the viewer may read now."""
        ...

    def labels(self, field: str, values: Iterable[str], /) -> Mapping[str, str]:
        """Value of a facet -> its name for this viewer, where the values are ids; {} where they are words."""
        ...


@dataclass(frozen=True)
class Hit:
    """`transcript` 0 and kind `description`: title, abstract and keywords. `segment` as numbered for this viewer. before + match
    + after is one stretch of text. `more`: further passages found in the same testimony."""

    testimony: str
    title: str
    transcript: int
    language: str
    kind: str
    speaker: str
    segment: int
    start_ms: int | None
    end_ms: int | None
    before: str
    match: str
    after: str
    more: int
    date: str
    approved_on: str


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """`total` passages in `testimonies` testimonies; `note`: a sentence for the reader, or empty."""

    query: str
    total: int
    testimonies: int
    page: int
    pages: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    corrections: tuple[str, ...]
    hits: tuple[Hit, ...]
    note: str


@dataclass(frozen=True)
class Inside:
    """Every place in one testimony where the query's words stand, in reading order; `total` counts places."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    note: str


def find(room: Room, index: Index, question: Question, facets: Sequence[str] = FACETS) -> Results:
    """One page of results with facets. Raises Invalid."""
    parsed = parse(question.q)
    findings = index.find(scope_of(room, index), question, facets)
    shown = _read(room, findings.found)
    finder = Finder(parsed.node)
    return Results(
        query=question.q,
        total=findings.total,
        testimonies=findings.testimonies,
        page=question.page,
        pages=max(1, -(-findings.listed // PAGE)),
        facets={field: _labelled(room, field, values) for field, values in findings.facets.items()},
        corrections=findings.corrections,
        hits=tuple(_hit(found, passage, _cite(finder, line)) for found, passage, line in shown),
        note=parsed.note,
    )


def find_in(room: Room, index: Index, testimony: str, q: str) -> Inside:
    """Every match inside one testimony; nothing for an empty query. Raises Invalid."""
    parsed = parse(q)
    if isinstance(parsed.node, Everything):
        return Inside(q, 0, (), parsed.note)
    findings = index.find(scope_of(room, index), Question(q=q, testimony=testimony))
    finder = Finder(parsed.node)
    hits = [_hit(found, passage, line.cite(place)) for found, passage, line in _read(room, findings.found)
            for place in dict.fromkeys(place for place, _, _ in finder.places(line))]
    return Inside(q, len(hits), tuple(hits), parsed.note)


def suggest(room: Room, index: Index, prefix: str) -> tuple[str, ...]:
    """Words this viewer may read that begin so, most frequent first."""
    return index.suggest(scope_of(room, index), prefix[:100])


def scope_of(room: Room, index: Index) -> Scope:
    """What this viewer reads of the index now."""
    shelves, stale = tuple(room.shelves(index.shelves())), room.stale()
    own = [each for version, make in room.own_renditions() for each in _own_of(index, version, make)
           if each.shelf not in shelves or each.documents and each.documents[0].testimony in stale]
    return Scope(shelves, tuple(own), stale, room.now)


_kept: WeakKeyDictionary[Index, Recent[tuple[Own, ...]]] = WeakKeyDictionary()
"""By index, so that no archive of a process answers from another's; what is kept for an index goes with it."""
_lock = Lock()


def _own_of(index: Index, version: str, make: Callable[[], Sequence[Rendition]]) -> tuple[Own, ...]:
    """The documents of a testimony for those who hold tokens in it, worked out once a version."""
    with _lock:
        recent = _kept.setdefault(index, Recent(OWN))
    made = recent.get(version)
    if made is None:
        made = tuple(Own(version, shelf, held) for shelf, held in documents(make()).items())
    return recent.keep(version, made)


def _read(room: Room, found: Sequence[Found]) -> list[tuple[Found, Passage, Stretch]]:
    """What the gate gives of what the index proposed; where the words around are closed, the passage alone."""
    wide = room.passages([each.around for each in found])
    refused = [each.key for each in found if each.around not in wide and each.around != each.key]
    narrow = room.passages(refused) if refused else {}
    shown = []
    for each in found:
        passage = wide.get(each.around) or narrow.get(each.key)
        if passage is not None and passage.segments:
            shown.append((each, passage, _line(each, passage)))
    return shown


def _line(found: Found, passage: Passage) -> Stretch:
    segments = passage.segments
    widened = passage.key == found.around
    first = int(widened and found.around.first < found.key.first)
    last = len(segments) - 1 - int(widened and found.around.last > found.key.last)
    first = min(first, len(segments) - 1)
    part = part_spans(segments[first].text, found.parts)[found.part - 1] if found.parts else None
    return Stretch(segments, first, max(first, last), part)


def _cite(finder: Finder, line: Stretch) -> Cited:
    place = finder.best(line) if finder.nodes else None
    return line.cite(place) if place else line.opening()


def _hit(found: Found, passage: Passage, cited: Cited) -> Hit:
    head, card, segment = passage.head, passage.card, cited.segment
    return Hit(card.id, card.title, head.n if head else 0, segment.language or (head.language if head else ""),
               head.kind if head else DESCRIPTION, segment.speaker, segment.n, segment.start_ms, segment.end_ms,
               cited.before, cited.match, cited.after, found.more, card.date, head.approved_on if head else "")


def _labelled(room: Room, field: str, values: Sequence[tuple[str, int]]) -> tuple[FacetValue, ...]:
    labels = room.labels(field, [value for value, _ in values])
    return tuple(FacetValue(value, labels.get(value, value), count) for value, count in values)
