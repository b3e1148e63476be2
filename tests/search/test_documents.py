from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from archive_app.access.index_readings import Rendition
from archive_app.access.readings import Withheld
from archive_app.search.documents import Document, _whole, decades, documents, years
from archive_app.search.shelves import fullness, includes
from tests.search.making import REGISTERED, Line, Story, archive, everything, hidden_changes, renditions

STAFF = "staff@north"
LADDER = ("", REGISTERED, STAFF)


def view(kept: dict[str, tuple[Document, ...]], shelf: str) -> dict[str, Document]:
    """What the reader of a shelf gets: the fullest of each passage."""
    won: dict[str, Document] = {}
    for other in sorted((other for other in kept if includes(other, shelf)), key=fullness):
        for document in kept[other]:
            won.setdefault(document.passage, document)
    return {passage: document for passage, document in won.items() if not document.void}


def whole(rendered: Sequence[Rendition], at: int) -> dict[str, Document]:
    wider = [other for other in rendered if other is not rendered[at] and includes(other.shelf, rendered[at].shelf)]
    ordered = sorted(wider, key=lambda each: fullness(each.shelf), reverse=True)
    return {document.passage: document for document in _whole(rendered[at], ordered)}


@pytest.mark.parametrize("seed", range(5))
def test_every_audience_gets_exactly_its_rendition(seed: int) -> None:
    for _, rendered in everything(archive(seed)):
        kept = documents(rendered)
        for at, rendition in enumerate(rendered):
            assert view(kept, rendition.shelf) == whole(rendered, at)


@pytest.mark.parametrize("seed", range(5))
def test_a_shelf_holds_nothing_that_depends_on_what_is_hidden_from_it(seed: int) -> None:
    rng = random.Random(seed)
    for reads in (frozenset({""}), frozenset({"", REGISTERED})):
        stories = archive(seed)
        twins = {story.id: rendered for story, rendered in everything(hidden_changes(rng, stories, reads))}
        for story, rendered in everything(stories):
            for shelf, held in documents(rendered).items():
                if shelf in reads:
                    assert [shown(one) for one in held] == [shown(one) for one in documents(twins[story.id])[shelf]]


def shown(document: Document) -> Document:
    """Without ordinals, which no page shows."""
    return replace(document, first=0, last=0)


def tale(*lines: Line, **more: str) -> Story:
    return Story("tale", "Interview with {name}", "north", "1992", "Kaja Ebner", ("velmora",), (("verbatim", lines),), **more)


def test_a_fuller_shelf_holds_only_what_is_new() -> None:
    kept = documents(renditions(tale(Line("A", "we walked", "en"), Line("A", "at night", "en", STAFF), Line("A", "and slept", "en")), LADDER))
    assert [one.passage for one in kept[""]] == ["tale/00/000000", "tale/01/000001", "tale/01/000003"]
    assert kept[REGISTERED] == ()
    assert [(one.passage, one.follows) for one in kept[STAFF]] == [
        ("tale/01/000002.0001", "tale/01/000001"), ("tale/01/000003", "tale/01/000002.0001")]


def test_phrases_do_not_run_on_across_what_is_withheld() -> None:
    kept = documents(renditions(tale(Line("A", "we walked", "en"), Line("A", "at night", "en", STAFF), Line("A", "and slept", "en")), LADDER))
    assert [one.follows for one in kept[""]] == ["", "", ""]


def test_a_closed_name_makes_other_documents() -> None:
    kept = documents(renditions(tale(Line("{name}", "my name is {name}", "en"), named=STAFF), LADDER))
    assert [one.pieces for one in kept[""] if one.transcript] == [(("en", "my name is N. N."),)]
    assert kept[REGISTERED] == ()
    assert [(one.pieces, one.speakers) for one in kept[STAFF] if one.transcript] == [((("en", "my name is Kaja Ebner"),), ("Kaja Ebner",))]


def test_when_it_ends_is_no_difference() -> None:
    rendered = renditions(tale(Line("A", "we walked", "en")), LADDER)
    kept = documents([replace(each, good_until_utc_ms=at) for at, each in enumerate(rendered)])
    assert [len(held) for held in kept.values()] == [2, 0, 0]


def test_two_audiences_and_who_belongs_to_both() -> None:
    """The family reads one half, the staff the other; who holds both reads everything once."""
    lines = (Line("A", "first " * 30, "en", "family@north"), Line("A", "second " * 30, "en", STAFF), Line("A", "third " * 30, "en", STAFF))
    story = tale(*lines)
    public, family = renditions(story, ("", "family@north"))
    _, staff = renditions(story, ("", STAFF))
    both = replace(renditions(story, ("", "family@north", STAFF))[2], shelf="family & staff@north")
    kept = documents([both, staff, public, family])
    said = {shelf: [text.split()[0] for one in view(kept, shelf).values() if one.transcript for _, text in one.pieces] for shelf in kept}
    assert said == {"": [], "family@north": ["first"], STAFF: ["second", "third"], "family & staff@north": ["first", "second", "third"]}


def test_a_passage_that_is_cut_otherwise_is_hidden() -> None:
    """Two audiences with none in common: whoever belongs to both reads no word twice."""
    story = tale(*(Line("A", f"word{n} " * 20, "en", "family@north") for n in range(9)), shelf="family@north")
    family = renditions(story, ("family@north",))[0]
    rendered = family.transcripts[0]
    blocks = rendered.transcript.blocks
    fewer = replace(rendered, transcript=replace(rendered.transcript, blocks=(*blocks[:2], Withheld(3, 8000, 11900), *blocks[3:])))
    community = replace(family, shelf="community@north", transcripts=(fewer,))
    both = replace(family, shelf="community & family@north")
    kept = documents([family, community, both])
    texts = [text for one in view(kept, "community & family@north").values() if one.transcript for _, text in one.pieces]
    assert len(texts) == len(set(texts)) == 9
    assert any(one.void for one in kept["community & family@north"])


def test_long_segments_keep_their_parts_under_another_name() -> None:
    story = tale(Line("A", "{name} went home. " * 80, "en"), named=STAFF)
    kept = documents(renditions(story, LADDER))
    assert [one.passage for one in kept[STAFF]] == [one.passage for one in kept[""]]
    for shelf in ("", STAFF):
        assert "".join(one.pieces[0][1] for one in view(kept, shelf).values() if one.transcript).count("went home.") == 80


@pytest.mark.parametrize(("date", "span", "tens"), [
    ("1992-02-26", (1992, 1992), ("1990",)), ("1992~", (1992, 1992), ("1990",)), ("199X", (1990, 1999), ("1990",)),
    ("1989/1991", (1989, 1991), ("1980", "1990")), ("1939~/1942?", (1939, 1942), ("1930", "1940")), ("", None, ()),
    ("1XXX", (1000, 1999), ()), ("unknown", None, ()), ("../1993", (1993, 1993), ("1990",)), ("1992/..", (1992, 1992), ("1990",)),
    ("XXXX", None, ()), ("1992-13", None, ()), ("{1667,1668}", (1667, 1668), ("1660",)), ("~1992", (1992, 1992), ("1990",)),
])
def test_years_and_decades(date: str, span: tuple[int, int] | None, tens: tuple[str, ...]) -> None:
    assert years(date) == span
    assert decades(span) == tens
