"""Documents: what the index is given, made from readings alone, so that it can hold nothing a reading would not show.

Each rendition of a testimony yields its passages; a shelf receives only those that its audience reads beyond, or differently
from, what the wider shelves hold already. A passage that a fuller rendition does not have (its words are cut otherwise there) is
put on the fuller shelf as *void*: it hides the wider one and counts as nothing.
What may not live here: rows and queries; the cutting itself (cutting); tokens (leaves).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from archive_app.access.index_readings import RenderedTranscript, Rendition, by_moment, words_about
from archive_app.access.readings import Card, Segment, Testimony
from archive_app.language import dates
from archive_app.search.cutting import Cut, part_spans, passages_of
from archive_app.search.shelves import fullness, includes

DESCRIPTION = "description"
"""The kind of the document that holds title, abstract and keywords, and of those that hold the index; their transcript is 0."""


@dataclass(frozen=True)
class Facts:
    """What a shelf's audience reads about a testimony as a whole, as far as search filters, counts or sorts by it.

    places: (id, names); people: (id of the person or face, shown name, role); years: first and last year, None = not known."""

    testimony: str
    title: str = ""
    collection: str = ""
    collection_names: tuple[str, ...] = ()
    date: str = ""
    years: tuple[int, int] | None = None
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    people: tuple[tuple[str, str, str], ...] = ()
    has: tuple[str, ...] = ()
    narrator_role: str = ""


@dataclass(frozen=True)
class Document:
    """One passage as one audience reads it. `passage`: its public id, sorting in reading order; `first`, `last`: ordinals of
    stored segments; `part` of `parts` of one long segment, 0 = whole segments; `follows`: the passage whose words come directly
    before, '' = none; `pieces`: (language, text) in order; `good_until`: ms UTC."""

    passage: str
    facts: Facts
    transcript: int
    kind: str
    languages: tuple[str, ...]
    first: int
    last: int
    part: int
    parts: int
    follows: str
    speakers: tuple[str, ...]
    pieces: tuple[tuple[str, str], ...]
    void: bool = False
    good_until: int = field(default=2**62, compare=False)

    @property
    def testimony(self) -> str:
        return self.facts.testimony


def documents(renditions: Sequence[Rendition]) -> dict[str, tuple[Document, ...]]:
    """Shelf -> the documents it must hold of this testimony, in reading order. `renditions`: all of one testimony, in any order,
    closed under union (who holds two audiences has a rendition of its own). Shelves may come out empty."""
    kept: dict[str, tuple[Document, ...]] = {}
    widest_first = sorted(renditions, key=lambda rendition: fullness(rendition.shelf), reverse=True)
    for rendition in widest_first:
        wider = [other for other in widest_first if other.shelf in kept and includes(other.shelf, rendition.shelf)]
        wanted = {document.passage: document for document in _whole(rendition, wider)}
        held = _winning([kept[other.shelf] for other in sorted(wider, key=lambda other: fullness(other.shelf))])
        news = [document for passage, document in wanted.items() if held.get(passage) != document]
        gone = [replace(_void(document), good_until=rendition.good_until_utc_ms)
                for passage, document in held.items() if passage not in wanted and not document.void]
        kept[rendition.shelf] = tuple(sorted(news + gone, key=lambda document: document.passage))
    return kept


def _winning(shelves: Sequence[Sequence[Document]]) -> dict[str, Document]:
    """What somebody who reads all these shelves, fullest first, gets."""
    held: dict[str, Document] = {}
    for shelf in shelves:
        for document in shelf:
            held.setdefault(document.passage, document)
    return held


def _void(document: Document) -> Document:
    return replace(document, facts=Facts(document.testimony), languages=(), follows="", speakers=(), pieces=(), void=True)


def _whole(rendition: Rendition, wider: Sequence[Rendition]) -> Iterator[Document]:
    """Everything a rendition's audience reads of the testimony."""
    facts = facts_of(rendition.testimony.card)
    if rendition.testimony.card.describes:
        yield _description(rendition.testimony, facts, rendition.good_until_utc_ms)
        yield from _index(rendition.testimony, facts, rendition.good_until_utc_ms)
    for rendered in rendition.transcripts:
        n = rendered.transcript.head.n
        lineage = [found for other in wider for found in other.transcripts if found.transcript.head.n == n]
        yield from _passages(rendered, passages_of([*lineage, rendered]), facts, rendition.good_until_utc_ms)


def _description(testimony: Testimony, facts: Facts, good_until: int) -> Document:
    language = testimony.card.languages[0] if testimony.card.languages else ""
    texts = [testimony.card.title, testimony.abstract, *testimony.keywords]
    return Document(f"{facts.testimony}/00/000000", facts, 0, DESCRIPTION, testimony.card.languages, 0, 0, 0, 0, "", (),
                    tuple((language, text) for text in texts if text), good_until=good_until)


def _index(testimony: Testimony, facts: Facts, good_until: int) -> Iterator[Document]:
    """One document for each point of the index: a hit leads to its moment."""
    for moment, place, point in by_moment(testimony.index_points):
        texts = words_about(point)
        if texts:
            spoken = (point.language,) if point.language else ()
            yield Document(f"{facts.testimony}/00/{moment:012}.{place:04}", facts, 0, DESCRIPTION, spoken, moment, place, 0, 0, "", (),
                           tuple((point.language, text) for text in texts), good_until=good_until)


def _passages(rendered: RenderedTranscript, cut: Sequence[Cut], facts: Facts, good_until: int) -> Iterator[Document]:
    head = rendered.transcript.head
    blocks = zip(rendered.transcript.blocks, rendered.ordinals, strict=True)
    shown = {span[0]: (at, block) for at, (block, span) in enumerate(blocks) if isinstance(block, Segment)}
    before, reached = "", -1
    for one in cut:
        found = [shown[ordinal] for ordinal in range(one.first, one.last + 1) if ordinal in shown]
        if not found:
            continue
        passage = f"{facts.testimony}/{head.n:02}/{one.name}"
        joined = before if found[0][0] == (reached if one.part > 1 else reached + 1) else ""
        segments = [segment for _, segment in found]
        yield Document(passage, facts, head.n, head.kind, (head.language,), one.first, one.last, one.part, one.parts, joined,
                       tuple(dict.fromkeys(segment.speaker for segment in segments if segment.speaker)),
                       tuple(_pieces(segments, one)), good_until=good_until)
        before, reached = passage, found[-1][0]


def _pieces(segments: Sequence[Segment], cut: Cut) -> Iterator[tuple[str, str]]:
    for segment in segments:
        text = segment.text
        if cut.parts:
            start, end = part_spans(text, cut.parts)[cut.part - 1]
            text = text[start:end]
        yield segment.language, text


def facts_of(card: Card) -> Facts:
    """What a card says of a testimony, reduced to what search needs."""
    return Facts(card.id, card.title, card.collection.id, tuple(name.text for name in card.collection.names), card.date,
                 years(card.date), tuple((place.id, tuple(name.text for name in place.names)) for place in card.places),
                 tuple((person.person or person.face, person.shown, person.role) for person in card.people),
                 card.has, card.narrator_role)


def years(date: str) -> tuple[int, int] | None:
    """First and last year of a recorded EDTF date (`dates.years`): `199X` -> (1990, 1999); None = not known, or no date."""
    try:
        return dates.years(dates.parse(date)) if date else None
    except ValueError:
        return None


def decades(span: tuple[int, int] | None) -> tuple[str, ...]:
    """The decades a span of years touches, as `1930`; none where it is wider than a century."""
    if span is None or span[1] - span[0] > 100:
        return ()
    return tuple(str(decade) for decade in range(span[0] // 10 * 10, span[1] + 1, 10))
