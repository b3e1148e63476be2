"""Non-interference at the level of search: whoever reads the same is answered the same, whatever else the archive holds or went through.

Twins differ in hidden words, hidden testimonies, closed names, hidden shelves, order of ingest, single or bulk commits, things that were
published and withdrawn, earlier versions, merges. Everything a page could show is compared: hits in order, words in context,
totals, facets, corrections, completions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive_app.access.index_readings import Rendition
from archive_app.search import whoosh_commits
from archive_app.search.documents import documents
from archive_app.search.find import find, suggest
from archive_app.search.index import FACETS, replace
from archive_app.search.whoosh_index import WhooshIndex
from tests.search.asking import questions
from tests.search.making import REGISTERED, Story, archive, everything, hidden_changes
from tests.search.rooms import MadeUpRoom

VIEWERS = {
    "public": frozenset({""}),
    "registered": frozenset({"", REGISTERED}),
    "staff of the north": frozenset({"", REGISTERED, "staff@north"}),
}
Archive = Sequence[tuple[Story, Sequence[Rendition]]]


def calm(index: WhooshIndex, every: Archive) -> None:
    """Everything once, in one go."""
    with index.bulk():
        for story, rendered in every:
            replace(index, story.id, documents(rendered), "1")


def eventful(index: WhooshIndex, every: Archive, rng: random.Random) -> None:
    """The same in the end, after another life."""
    order = list(every)
    rng.shuffle(order)
    strangers = everything(archive(rng.randrange(10**6), 3))
    for story, rendered in strangers:
        replace(index, f"stranger-{story.id}", {shelf: held for shelf, held in documents(_renamed(rendered)).items()}, "1")
    with index.bulk():
        for story, rendered in order[: len(order) // 2]:
            replace(index, story.id, documents(rendered[:1]), "an earlier version")
    for story, rendered in order[: len(order) // 3]:
        replace(index, story.id, documents(rendered), "1")
    for story, _ in order[:2]:
        index.drop(story.id)
    with index.bulk():
        for story, rendered in order:
            replace(index, story.id, documents(rendered), "1")
    for story, _ in strangers:
        index.drop(f"stranger-{story.id}")


def _renamed(rendered: Sequence[Rendition]) -> list[Rendition]:
    import dataclasses

    def renamed(each: Rendition) -> Rendition:
        card = dataclasses.replace(each.testimony.card, id=f"stranger-{each.testimony.card.id}")
        return dataclasses.replace(each, testimony=dataclasses.replace(each.testimony, card=card))

    return [renamed(each) for each in rendered]


def room(every: Archive, reads: frozenset[str]) -> MadeUpRoom:
    return MadeUpRoom({story.id: rendered for story, rendered in every}, reads)


def differences(seed: int, count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a pair of twin archives answers differently."""
    rng = random.Random(seed)
    stories = archive(seed, 8)
    wrong = []
    for viewer, reads in VIEWERS.items():
        plain, twin = everything(stories), everything(hidden_changes(rng, stories, reads))
        monkeypatch.setattr(whoosh_commits, "SEGMENT", 4000)
        one, other = WhooshIndex(folder / viewer / "one"), WhooshIndex(folder / viewer / "other")
        calm(one, plain)
        monkeypatch.setattr(whoosh_commits, "SEGMENT", rng.choice((20, 60, 4000)))
        eventful(other, twin, rng)
        for question in questions(seed, count, stories):
            if find(room(plain, reads), one, question, FACETS) != find(room(twin, reads), other, question, FACETS):
                wrong.append(f"{viewer}: {question}")
        for prefix in ("ri", "la", "qa", "ce", "ло"):
            if suggest(room(plain, reads), one, prefix) != suggest(room(twin, reads), other, prefix):
                wrong.append(f"{viewer}: completions of {prefix}")
    return wrong


@pytest.mark.parametrize("seed", range(2))
def test_twins_answer_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differences(seed, 100, tmp_path, monkeypatch) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 141))
def test_many_twins_answer_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differences(seed, 100, tmp_path, monkeypatch) == []


def test_hidden_words_are_found_by_those_who_may_read_them(tmp_path: Path) -> None:
    """The twins above would agree in an index that finds nothing."""
    every = everything(archive(1, 8))
    index = WhooshIndex(tmp_path)
    calm(index, every)
    found = [[find(room(every, reads), index, question).total for question in questions(1, 100, archive(1, 8))]
             for reads in VIEWERS.values()]
    public, registered, staff = (sum(totals) for totals in found)
    assert 0 < public < registered < staff
