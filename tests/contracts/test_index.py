"""What every search index must do, held against the one that is obviously right (tests/search/reference.py).

A new engine is one more line in ENGINES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive_app.errors import Invalid
from archive_app.search.documents import Document, documents
from archive_app.search.fingerprints import expected
from archive_app.search.index import FACETS, Index, Own, Scope
from archive_app.search.index import replace as replace_testimony
from archive_app.search.query import Question
from archive_app.search.whoosh_index import WhooshIndex
from tests.search.asking import questions
from tests.search.making import REGISTERED, archive, everything
from tests.search.reference import ReferenceIndex

ENGINES: dict[str, Callable[[Path], Index]] = {
    "reference": lambda folder: ReferenceIndex(),
    "whoosh": lambda folder: WhooshIndex(folder / "search_index"),
}
SCOPES = (
    Scope(("",)),
    Scope(("", REGISTERED)),
    Scope(("", REGISTERED, "staff@north")),
    Scope(("", REGISTERED, "staff@north", "staff@south")),
    Scope(("", REGISTERED), masked=frozenset({"story-001", "story-004"})),
    Scope(("", REGISTERED), now=50),
    Scope(()),
)
ALL_FACETS = (*FACETS, "person")


COMPARED = [engine for engine in ENGINES if engine != "reference"]


@pytest.fixture(params=list(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    return ENGINES[request.param](tmp_path)


@pytest.fixture(params=COMPARED)
def compared(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    return ENGINES[request.param](tmp_path)


def fill(index: Index, seed: int, size: int = 6) -> None:
    with index.bulk():
        for number, (story, rendered) in enumerate(everything(archive(seed, size))):
            by_shelf = documents(rendered)
            if number % 5 == 0:  # something runs out
                by_shelf = {shelf: tuple(replace(one, good_until=40) for one in held) for shelf, held in by_shelf.items()}
            replace_testimony(index, story.id, by_shelf, "1")


def one(passage: str, text: str, follows: str = "", language: str = "en") -> Document:
    (_, rendered), *_ = everything(archive(1, 1))
    plain = documents(rendered[:1])[""][0]
    facts = replace(plain.facts, testimony=passage.split("/")[0])
    return replace(plain, passage=passage, facts=facts, transcript=1, kind="verbatim", languages=(language,), follows=follows,
                   pieces=((language, text),))


def found(index: Index, q: str, scope: Scope = SCOPES[0]) -> list[str]:
    return [each.passage for each in index.find(scope, Question(q=q)).found]


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_the_reference(compared: Index, seed: int) -> None:
    right = ReferenceIndex()
    fill(right, seed)
    fill(compared, seed)
    stories = archive(seed, 6)
    for question in questions(seed, 40, stories):
        for scope in SCOPES:
            assert compared.find(scope, question, ALL_FACETS) == right.find(scope, question, ALL_FACETS), (question, scope)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 40))
def test_many_answers_are_those_of_the_reference(compared: Index, seed: int) -> None:
    test_answers_are_those_of_the_reference(compared, seed)


def test_own_documents_join_the_stored_ones(compared: Index) -> None:
    right = ReferenceIndex()
    fill(right, 7, 6)
    fill(compared, 7, 6)
    every = everything(archive(7, 6))
    own = tuple(Own("v1", shelf, held) for _, rendered in every[1:5] for shelf, held in documents(rendered).items() if shelf)
    masked = frozenset({every[1][0].id})
    again = tuple(Own("v1", shelf, held) for shelf, held in documents(every[1][1]).items() if not shelf)
    for scope in (Scope(("",), own), Scope(("",), (*own, *again), masked, now=50)):
        for question in questions(7, 40, archive(7, 6)):
            assert compared.find(scope, question, ALL_FACETS) == right.find(scope, question, ALL_FACETS), (question, scope)


@pytest.mark.parametrize("prefix", ["ri", "br", "q", "", "pe", "çay", "ла", "zz"])
def test_suggestions_are_those_of_the_reference(compared: Index, prefix: str) -> None:
    right = ReferenceIndex()
    fill(right, 3)
    fill(compared, 3)
    for scope in SCOPES:
        assert compared.suggest(scope, prefix) == right.suggest(scope, prefix)


def test_put_replaces_and_is_idempotent(index: Index) -> None:
    index.put("", "t", [one("t/01/1", "river"), one("t/01/2", "boat")], "1")
    index.put("", "t", [one("t/01/1", "river"), one("t/01/2", "boat")], "1")
    index.put("", "u", [one("u/01/1", "river")], "1")
    assert index.holds() == {"": {"t": "1", "u": "1"}}
    assert found(index, "river") == ["t/01/1", "u/01/1"]
    index.put("", "t", [one("t/01/1", "winter")], "2")
    assert (found(index, "river"), found(index, "boat"), found(index, "winter")) == (["u/01/1"], [], ["t/01/1"])
    index.put("", "t", [], "3")
    assert index.holds() == {"": {"u": "1"}}
    assert found(index, "winter") == []


def test_drop_takes_a_testimony_from_every_shelf(index: Index) -> None:
    fill(index, 2, 4)
    index.drop("story-002")
    assert all("story-002" not in held for held in index.holds().values())
    everywhere = Scope(index.shelves())
    assert index.find(everywhere, Question(testimony="story-002")).total == 0


def test_clear_leaves_nothing(index: Index) -> None:
    fill(index, 2, 4)
    index.clear()
    assert not index.holds()
    assert index.find(Scope(("", REGISTERED)), Question()).total == 0
    fill(index, 2, 4)
    assert index.find(Scope(("",)), Question()).total > 0


def test_a_bulk_that_fails_changes_nothing(index: Index) -> None:
    if isinstance(index, ReferenceIndex):
        pytest.skip("the reference keeps no account of bulk")
    fill(index, 2, 2)
    before = index.digest()
    with pytest.raises(RuntimeError), index.bulk():
        index.put("", "t", [one("t/01/1", "river")], "1")
        assert "t" in index.holds()[""]
        raise RuntimeError
    assert index.digest() == before


def test_replace_takes_away_what_is_no_longer_on_a_shelf(index: Index) -> None:
    replace_testimony(index, "t", {"": [one("t/01/1", "river")], REGISTERED: [one("t/01/2", "boat")]}, "1")
    replace_testimony(index, "t", {"staff@north": [one("t/01/1", "river")]}, "2")
    assert index.holds() == {"staff@north": {"t": "2"}}
    with index.bulk():
        replace_testimony(index, "t", {"": [one("t/01/1", "river")]}, "3")
        replace_testimony(index, "t", {REGISTERED: [one("t/01/1", "river")]}, "4")
    assert index.holds() == {REGISTERED: {"t": "4"}}


def test_contents_are_told_by_fingerprint(index: Index) -> None:
    fill(index, 4, 5)
    for story, rendered in everything(archive(4, 5)):
        for shelf, held in documents(rendered).items():
            there = dict(pair for testimony, prints in index.contents(shelf) if testimony == story.id for pair in prints.items())
            assert there == expected(held)


def test_digest_is_of_the_content_not_of_its_history(index: Index) -> None:
    fill(index, 5, 6)
    first = index.digest()
    index.put("", "other", [one("other/01/1", "lantern river")], "1")
    assert index.digest() != first
    index.drop("other")
    assert index.digest() == first
    index.clear()
    for story, rendered in reversed(everything(archive(5, 6))):
        replace_testimony(index, story.id, documents(rendered), "2")
    assert index.digest() == first or isinstance(index, ReferenceIndex)


@pytest.mark.parametrize(("q", "passages"), [
    ('"crossed the bridge"', ["t/01/1"]),
    ('"bridge at night"', ["t/01/1"]),
    ('"at night"', ["t/01/2"]),
    ('"the bridge at night we waited"', ["t/01/1"]),
    ('"bridge waited"~3', ["t/01/1"]),
    ('"bridge waited"~2', []),
    ('"waited alone"', []),
    ('"alone snow"~9', []),
])
def test_phrases_run_on_into_the_next_passage(index: Index, q: str, passages: list[str]) -> None:
    """t/01/3 does not follow t/01/2: words between them are withheld."""
    index.put("", "t", [one("t/01/1", "We crossed the bridge"), one("t/01/2", "at night. We waited", follows="t/01/1"),
                        one("t/01/3", "alone"), one("t/01/4", "in the snow", follows="t/01/2")], "1")
    assert found(index, q) == passages


def test_a_language_does_not_take_words_from_another(index: Index) -> None:
    index.put("", "t", [one("t/01/1", "the winds blew"), one("t/01/2", "wind", language="tr"), one("t/01/3", "winds", language="")], "1")
    assert sorted(found(index, "winds")) == ["t/01/1", "t/01/3"]
    assert sorted(found(index, "wind")) == ["t/01/1", "t/01/2"]
    assert found(index, '"wind"') == ["t/01/2"]


def test_a_void_document_hides_and_counts_as_nothing(index: Index) -> None:
    index.put("", "t", [one("t/01/1", "the river"), one("t/01/2", "the boat")], "1")
    index.put(REGISTERED, "t", [replace(one("t/01/1", ""), pieces=(), void=True), one("t/01/3", "the river at night")], "1")
    public, registered = (index.find(scope, Question(q="the"), ("kind",)) for scope in SCOPES[:2])
    assert sorted(hit.passage for hit in public.found) == ["t/01/1", "t/01/2"]
    assert sorted(hit.passage for hit in registered.found) == ["t/01/2", "t/01/3"]
    assert index.find(SCOPES[1], Question(), ("kind",)).total == dict(registered.facets["kind"])["verbatim"] == 2
    assert found(index, "river -night", SCOPES[1]) == []


@pytest.mark.parametrize("q", ["x" * 10_001, "(" * 400 + "a" + ")" * 400, " ".join(f"w{n}*" for n in range(100)), "a " * 61])
def test_what_costs_too_much_is_refused(index: Index, q: str) -> None:
    with pytest.raises(Invalid) as refused:
        index.find(SCOPES[0], Question(q=q))
    assert refused.value.field == "q"


def test_facets_leave_out_their_own_filter(index: Index) -> None:
    fill(index, 6)
    scope = SCOPES[3]
    every = dict(index.facet(scope, Question(q="river"), ("collection", "kind"))["collection"])
    chosen = index.facet(scope, Question(q="river", collection=("north",)), ("collection", "kind"))
    assert dict(chosen["collection"]) == every
    assert sum(count for _, count in chosen["kind"]) == every["north"]


def pages(index: Index, question: Question) -> Iterator[str]:
    page = 1
    while hits := index.find(SCOPES[3], replace(question, page=page)).found:
        yield from (hit.passage for hit in hits)
        page += 1


@pytest.mark.parametrize("sort", ["rank", "date", "title"])
def test_pages_list_everything_once(index: Index, sort: str) -> None:
    fill(index, 6, 16)
    question = Question(q="river OR boat OR night", sort=sort)
    listed = list(pages(index, question))
    assert len(listed) == len(set(listed)) == index.find(SCOPES[3], question).total > 40
