"""Leaks in what is found, who is named and what exists, and how each is planted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from archive_app import ids
from archive_app.access import cards, names, ordering, reading_room, redaction, registry, words
from archive_app.actions import people
from archive_app.errors import Invalid
from archive_app.jobs import indexing
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Collection, Testimony
from archive_app.search import find, ranking
from archive_app.search.index import Scope
from archive_app.search.whoosh_index import WhooshIndex
from archive_app.web import downloads, passages
from tests.promises.leak_plants import (
    PLANTS,
    Patch,
    around,
    as_everything,
    for_everything,
    index_tells,
    meanwhile,
    no_filter,
    plants,
    there,
)


@plants("hits")
def _(patch: Patch) -> None:
    patch.setattr(reading_room.ReadingRoom, "shelves", lambda self, shelves: list(shelves))
    for_everything(patch, words, "passages")


@plants("totals")
def _(patch: Patch) -> None:
    index_tells(patch, lambda mine, whole, question: replace(mine, total=whole.total))


@plants("facets")
def _(patch: Patch) -> None:
    index_tells(patch, lambda mine, whole, question: replace(mine, facets=whole.facets))


@plants("facet labels")
def _(patch: Patch) -> None:
    real = reading_room.ReadingRoom.labels

    def labels(self: Any, field: str, values: Any) -> dict[str, str]:
        count = select(Collection.public_id, func.count()).join(Testimony, Testimony.collection_id == Collection.id)
        held = dict(self._entry.session.execute(count.group_by(Collection.public_id)).all())
        return {value: f"{name} ({held.get(value, 0)})" for value, name in {**{v: v for v in values}, **real(self, field, values)}.items()}

    patch.setattr(reading_room.ReadingRoom, "labels", labels)


@plants("ranking")
def _(patch: Patch) -> None:
    whole: list[Any] = []
    real_view, real_scores = WhooshIndex.view, ranking.scores

    def viewed(self: WhooshIndex, scope: Scope) -> Any:
        whole[:] = [real_view(self, Scope(self.shelves(), now=scope.now))]
        return real_view(self, scope)

    def scores(mine: Any, match: Any, hits: Any) -> Any:
        again = ranking.Match(whole[0], ranking.parse(match.asked).node)
        score = real_scores(mine, match, hits) * 0
        for key in sorted(match.times):
            score += match.times[key][hits] / (1.0 + int((again.times[key] > 0).sum()))
        return score

    real_match = ranking.Match

    def made(mine: Any, node: Any, *more: Any) -> Any:
        match = real_match(mine, node, *more)
        match.asked = getattr(made, "asked", "")
        return match

    real_parse = ranking.parse

    def parse(q: str) -> Any:
        made.asked = q  # type: ignore[attr-defined]
        return real_parse(q)

    for module, name, value in ((WhooshIndex, "view", viewed), (ranking, "scores", scores), (ranking, "Match", made),
                                (ranking, "parse", parse)):
        patch.setattr(module, name, value)


@plants("hits by arrival")
def _(patch: Patch) -> None:
    real = find._read
    patch.setattr(find, "_read", lambda room, found: sorted(real(room, found), key=lambda each: there(room, each[0].key.testimony).id))


@plants("filters")
def _(patch: Patch) -> None:
    real = passages.question_of

    def question_of(asked: Any) -> Any:
        question = real(asked)
        known = set(asked.room._entry.session.scalars(select(registry.PlaceRow.public_id)))
        if set(question.place) - known:
            raise Invalid("place", "there is no such place")
        return question

    patch.setattr(passages, "question_of", question_of)


@plants("corrections")
def _(patch: Patch) -> None:
    index_tells(patch, lambda mine, whole, question: replace(mine, corrections=whole.corrections))


@plants("prefix")
def _(patch: Patch) -> None:
    index_tells(patch, lambda mine, whole, question: replace(mine, total=whole.total) if "*" in question.q else mine)


@plants("in-page search")
def _(patch: Patch) -> None:
    around(patch, find, "find_in", (reading_room.ReadingRoom, "shelves", lambda self, shelves: list(shelves)),
           (reading_room.ReadingRoom, "passages", lambda self, keys: words.passages(as_everything(self._entry), keys)))
    from archive_app.search import find as module

    patch.setattr("archive_app.search.find.find_in", module.find_in)


@plants("snippet across a block")
def _(patch: Patch) -> None:
    real = words._spoken

    def spoken(entry: Any, wanted: Any) -> Any:
        wide = {replace(key, first=key.first - 2, last=key.last + 2): value for key, value in wanted.items()}
        with meanwhile((words, "withheld", lambda entry, versions: {})):
            found = real(entry, wide)
        narrow = {key: replace(key, first=key.first + 2, last=key.last - 2) for key in found}
        return {narrow[key]: replace(passage, key=narrow[key]) for key, passage in found.items()}

    patch.setattr(words, "_spoken", spoken)


@plants("lagging index")
def _(patch: Patch) -> None:
    patch.setattr(reading_room.ReadingRoom, "stale", lambda self: frozenset())


PLANTS["lagging restriction"] = PLANTS["lagging index"]



@plants("name in title")
def _(patch: Patch) -> None:
    real = cards._card
    patch.setattr(cards, "_card", lambda row, layers, collection, places, filtered, *rest: real(
        row, layers, collection, places, names.unchanged, *rest))


@plants("name in words")
def _(patch: Patch) -> None:
    real = redaction.segment
    for module in (redaction, words):
        patch.setattr(module, "segment", lambda n, line, *rest: replace(real(n, line, *rest), text=line.text))


@plants("name of speaker")
def _(patch: Patch) -> None:
    real = redaction.segment
    for module in (redaction, words):
        patch.setattr(module, "segment", lambda n, line, *rest: replace(real(n, line, *rest), speaker=line.speaker))


@plants("name in citation")
def _(patch: Patch) -> None:
    around(patch, downloads, "citation_file", (cards, "filter_for", no_filter))


@plants("name in sort order")
def _(patch: Patch) -> None:
    patch.setattr(ordering, "filter_for", no_filter)


@plants("name in search")
def _(patch: Patch) -> None:
    around(patch, indexing, "renditions", (cards, "filter_for", no_filter))


@plants("faces linked")
def _(patch: Patch) -> None:
    real = people.appear

    def appear(work: Any, row: Any, person: int, *rest: Any) -> None:
        name = work.session.scalar(select(NameRow.text).where(NameRow.unit_id == person))
        with meanwhile((ids, "public", lambda kind, key, made=ids.public: made(kind, f"{name}"))):
            real(work, row, person, *rest)

    patch.setattr(people, "appear", appear)
