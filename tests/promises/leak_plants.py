"""How each seeded leak is planted: the smallest function that guards it is replaced while the test runs.

`plant(name, patch)` with a pytest MonkeyPatch. What may not live here: what a leak lets out (leaks), how it is seen (test_seeded_leaks).
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import g, request
from sqlalchemy import func, literal, select

from archive_app import clock, ids
from archive_app.access import cards, catalogue, deciding, gate, names, ordering, reading_room, redaction, registry, sources, words
from archive_app.access.entry import enter
from archive_app.access.readings import RenderedTranscript, Segment, Transcript, Withheld, digest
from archive_app.access.terms import STAFF
from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import people, sessions
from archive_app.errors import Invalid, NotAllowed
from archive_app.jobs import indexing
from archive_app.records.audit import AuditEntry
from archive_app.records.registry import NameRow
from archive_app.records.testimonies import Collection, PlaceLink, Testimony
from archive_app.records.transcripts import Segment as SegmentRow
from archive_app.search import find, ranking
from archive_app.search.index import Scope
from archive_app.search.whoosh_index import WhooshIndex
from archive_app.web import downloads, errors, headers, machines, passages, twins

Patch = pytest.MonkeyPatch
EVERYTHING = frozenset({"registered", "onsite", "grant", "staff", "custodian"})
PLANTS: dict[str, Callable[[Patch], None]] = {}


def plant(name: str, patch: Patch) -> None:
    PLANTS[name](patch)


def plants(name: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(how: Callable[[Patch], None]) -> Callable[[Patch], None]:
        PLANTS[name] = how
        return how

    return keep


# --- tools

def as_everything(entry: Any) -> Any:
    """The same place at the gate for somebody who holds every token."""
    return enter(entry.session, Viewer(entry.now, everywhere=EVERYTHING))


def for_everything(patch: Patch, module: Any, name: str) -> None:
    """Let a function of access answer as if the viewer held every token."""
    real = getattr(module, name)
    patch.setattr(module, name, lambda entry, *rest, **more: real(as_everything(entry), *rest, **more))


@contextmanager
def meanwhile(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in changes:
            patch.setattr(module, name, value)
        yield


def around(patch: Patch, module: Any, name: str, *changes: tuple[Any, str, Any]) -> None:
    """Replace other things only while this function runs."""
    real = getattr(module, name)

    def changed(*given: Any, **more: Any) -> Any:
        with meanwhile(*changes):
            return real(*given, **more)

    patch.setattr(module, name, changed)


def no_filter(everybody: Any, layers: Any) -> Any:
    return names.unchanged


def index_tells(patch: Patch, change: Callable[[Any, Any, Any], Any]) -> None:
    """`change(findings, findings over every shelf, question)` instead of the findings."""
    real = WhooshIndex.find

    def told(self: WhooshIndex, scope: Scope, question: Any, facets: Any = ()) -> Any:
        whole = Scope(self.shelves(), now=scope.now)
        return change(real(self, scope, question, facets), real(self, whole, question, facets), question)

    patch.setattr(WhooshIndex, "find", told)


def rendered_otherwise(patch: Patch, change: Callable[[RenderedTranscript, list[Any]], RenderedTranscript]) -> None:
    """`change(reading, stored segments)` instead of the reading of a transcript."""
    real = words._render

    def render(entry: Any, whole: Any, row: Any) -> RenderedTranscript:
        stored = list(entry.session.scalars(select(SegmentRow).where(SegmentRow.version_id == row.current_version_id)
                                            .order_by(SegmentRow.ordinal)))
        return change(real(entry, whole, row), stored)

    patch.setattr(words, "_render", render)


def viewer_otherwise(patch: Patch, change: Callable[[Any, Any, Viewer], Viewer]) -> None:
    def viewer_of(session: Any, account: Any, now: Any = None, on_site: bool = False) -> Viewer:
        return change(session, account, signed_in(session, account, now, on_site))

    patch.setattr(sessions, "viewer_of", viewer_of)


def there(room: Any, public_id: str) -> Any:
    return room._entry.session.scalar(select(Testimony).where(Testimony.public_id == public_id))


def when_refused(patch: Patch, do: Callable[[Any], None]) -> None:
    """`do(row)` before a testimony that is there, but closed, is refused."""
    real = reading_room.ReadingRoom._opened

    def opened(self: Any, public_id: str) -> Any:
        row = there(self, public_id)
        try:
            return real(self, public_id)
        except Exception:
            if row is not None:
                do(row)
            raise

    patch.setattr(reading_room.ReadingRoom, "_opened", opened)


# --- what is found

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


# --- what is withheld

@plants("withheld words")
def _(patch: Patch) -> None:
    patch.setattr(words, "withheld", lambda entry, versions: {})


@plants("inner cues")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [block for block, (first, last) in zip(read.transcript.blocks, read.ordinals, strict=True)
                 for _ in range(last - first + 1)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


@plants("speaker of a block")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [Segment(block.n, block.start_ms, block.end_ms, stored[first - 1].speaker, "—", "") if isinstance(block, Withheld) else block
                 for block, (first, _) in zip(read.transcript.blocks, read.ordinals, strict=True)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


@plants("numbering after a block")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [replace(block, n=first) for block, (first, _) in zip(read.transcript.blocks, read.ordinals, strict=True)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


class Told(Transcript):
    """A transcript that remembers what it was made from."""

    whole: str = ""
    count: int = 0

    @property
    def version(self) -> str:
        return self.whole or digest(self)[:12]


def _remembering(patch: Patch, whole: bool) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        told = Told(read.transcript.head, read.transcript.blocks)
        spoken = " ".join(segment.text for segment in stored)
        object.__setattr__(told, "whole", digest(spoken)[:12] if whole else "")
        object.__setattr__(told, "count", len(spoken.split()))
        object.__setattr__(told, "stored", len(stored))
        return replace(read, transcript=told)

    rendered_otherwise(patch, change)


@plants("version digest")
def _(patch: Patch) -> None:
    _remembering(patch, whole=True)


def _twin_adds(patch: Patch, name: str, attribute: str) -> None:
    _remembering(patch, whole=False)
    real = twins.transcript
    patch.setattr(twins, "transcript", lambda read: {**real(read), name: getattr(read, attribute)})


@plants("words by hidden")
def _(patch: Patch) -> None:
    _twin_adds(patch, "words", "count")


@plants("twin richer than page")
def _(patch: Patch) -> None:
    _twin_adds(patch, "cues", "stored")


@plants("words of a download")
def _(patch: Patch) -> None:
    around(patch, downloads, "transcript_file", (words, "withheld", lambda entry, versions: {}))


# --- names

@plants("name in title")
def _(patch: Patch) -> None:
    real = cards._card
    patch.setattr(cards, "_card", lambda row, layers, collection, places, filtered, *rest: real(
        row, layers, collection, places, names.unchanged, *rest))


@plants("name in words")
def _(patch: Patch) -> None:
    real = redaction.segment
    for module in (redaction, words):
        patch.setattr(module, "segment", lambda n, line, filtered: replace(real(n, line, filtered), text=line.text))


@plants("name of speaker")
def _(patch: Patch) -> None:
    real = redaction.segment
    for module in (redaction, words):
        patch.setattr(module, "segment", lambda n, line, filtered: replace(real(n, line, filtered), speaker=line.speaker))


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
    real = people._appear

    def appear(work: Any, row: Any, person: int, *rest: Any) -> None:
        name = work.session.scalar(select(NameRow.text).where(NameRow.unit_id == person))
        with meanwhile((ids, "public", lambda kind, key, made=ids.public: made(kind, f"{name}"))):
            real(work, row, person, *rest)

    patch.setattr(people, "_appear", appear)


# --- who and what exists

@plants("person page")
def _(patch: Patch) -> None:
    patch.setattr(registry, "person_exists", lambda entry: registry.PersonRow.sort_name != "")


@plants("place count")
def _(patch: Patch) -> None:
    real = registry.place

    def place(entry: Any, public_id: str) -> Any:
        found = real(entry, public_id)
        count = select(func.count()).select_from(PlaceLink).join(registry.PlaceRow, registry.PlaceRow.id == PlaceLink.place_id)
        return replace(found, total=entry.session.scalar(count.where(registry.PlaceRow.public_id == public_id)))

    patch.setattr(registry, "place", place)


@plants("event page")
def _(patch: Patch) -> None:
    patch.setattr(sources, "readable", lambda entry: literal(True))


@plants("collection count")
def _(patch: Patch) -> None:
    for_everything(patch, catalogue, "collections")


@plants("collection years")
def _(patch: Patch) -> None:
    real = catalogue.collections

    def collections(entry: Any) -> Any:
        whole = {each.ref.id: each for each in real(as_everything(entry))}
        return tuple(replace(each, years=whole[each.ref.id].years) for each in real(entry))

    patch.setattr(catalogue, "collections", collections)


@plants("collection exists")
def _(patch: Patch) -> None:
    real = catalogue.collections

    def collections(entry: Any) -> Any:
        mine = {each.ref.id: each for each in real(entry)}
        return tuple(mine.get(each.ref.id) or replace(each, total=0, languages=(), years=None) for each in real(as_everything(entry)))

    patch.setattr(catalogue, "collections", collections)


@plants("filter label")
def _(patch: Patch) -> None:
    for_everything(patch, registry, "labels")
    patch.setattr(registry, "person_exists", lambda entry: literal(True))


@plants("year of a closed description")
def _(patch: Patch) -> None:
    real = catalogue._narrowed

    def narrowed(entry: Any, by: Any) -> Any:
        clauses = real(entry, by)
        return clauses[:-1] if by.decade or by.year_from or by.year_to else clauses

    patch.setattr(catalogue, "_narrowed", narrowed)


@plants("403 for hidden")
def _(patch: Patch) -> None:
    def refuse(row: Any) -> None:
        raise NotAllowed("read", "this testimony is closed")

    when_refused(patch, refuse)


@plants("404 that explains")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: setattr(g, "there", True))
    real = errors.refused
    patch.setattr(errors, "refused", lambda status, advice="", **more: real(status, "It was closed." if g.get("there") else advice, **more))


@plants("head of hidden")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: setattr(g, "there", True))
    real = errors.refused
    patch.setattr(errors, "refused", lambda status, *rest, **more: real(
        403 if request.method == "HEAD" and g.get("there") else status, *rest, **more))


@plants("sitemap")
def _(patch: Patch) -> None:
    real = machines._paths
    patch.setattr(machines, "_paths", lambda room: real(reading_room.ReadingRoom(
        room._entry.session, Viewer(room.now, everywhere=EVERYTHING))))


@plants("cite of hidden")
def _(patch: Patch) -> None:
    around(patch, downloads, "citation_file", (reading_room.ReadingRoom, "_opened", lambda self, public_id: cards.opened(
        as_everything(self._entry), [catalogue.key_of(self._entry, public_id) or 0])[catalogue.key_of(self._entry, public_id) or 0]))


# --- what is told around it

def _header_of_activity(patch: Patch, name: str, value: Callable[[int], str]) -> None:
    from archive_app.web import visit

    real = headers._add

    def add(response: Any) -> Any:
        with visit.public_room() as room:
            entries = room._entry.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        real(response)
        response.headers[name] = value(entries)
        return response

    patch.setattr(headers, "_add", add)


@plants("last modified")
def _(patch: Patch) -> None:
    def day(count: int) -> str:
        return (datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=count)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    _header_of_activity(patch, "Last-Modified", day)


@plants("etag by activity")
def _(patch: Patch) -> None:
    _header_of_activity(patch, "ETag", lambda count: f'"{digest(count)[:16]}"')


@plants("sort by arrival")
def _(patch: Patch) -> None:
    real = catalogue.listed

    def listed(entry: Any, *rest: Any) -> Any:
        total, found = real(entry, *rest)
        return total, tuple(sorted(found, key=lambda card: catalogue.key_of(entry, card.id) or 0))

    patch.setattr(catalogue, "listed", listed)


@plants("ids by number")
def _(patch: Patch) -> None:
    real = names._ref
    patch.setattr(names, "_ref", lambda person, named: replace(real(person, named), face=str(person.person)))


@plants("file name")
def _(patch: Patch) -> None:
    real = catalogue.testimony

    def testimony(entry: Any, whole: Any) -> Any:
        files = {media.public_id: media.file_name for media in whole.recordings}
        found = real(entry, whole)
        return replace(found, recordings=tuple(replace(each, label=files[each.id]) for each in found.recordings))

    patch.setattr(catalogue, "testimony", testimony)


@plants("canary in log")
def _(patch: Patch) -> None:
    when_refused(patch, lambda row: logging.getLogger("archive_app").warning("refused: %s", row.title))


# --- who may

@plants("draft")
def _(patch: Patch) -> None:
    patch.setattr(deciding, "DESK", STAFF)


@plants("withdrawn")
def _(patch: Patch) -> None:
    real = deciding._terms
    patch.setattr(deciding, "_terms", lambda said, layer: deciding.OPEN if said.effect == "withdraw" else real(said, layer))


@plants("grant ended")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(viewer, in_testimony=signed_in(session, account, 1).in_testimony))


@plants("embargo")
def _(patch: Patch) -> None:
    patch.setattr(clock, "opens", clock.midnight)


@plants("other collection")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(
        viewer, everywhere=viewer.everywhere.union(*viewer.in_collection.values())))


@plants("layers")
def _(patch: Patch) -> None:
    real = gate.Gate.opens
    patch.setattr(gate.Gate, "opens", lambda self, layer, unit: real(self, "existence" if layer == "transcript" else layer, unit))


@plants("barred")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(viewer, barred=frozenset()))


@plants("staff shelf")
def _(patch: Patch) -> None:
    real = indexing.documents

    def documents(read: Any) -> Any:
        held = real(read)
        everything = {document.passage: document for several in held.values() for document in several if not document.void}
        return {"": tuple(everything[passage] for passage in sorted(everything))}

    patch.setattr(indexing, "documents", documents)


