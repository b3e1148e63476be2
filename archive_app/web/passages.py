"""Search: what is asked, what is found, and both as JSON.

Hits come in the order of the index and without scores. What may not live here: how anything is found (search).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from archive_app.access.readings import Card, Listing, Testimony
from archive_app.search.query import SORTS, Question
from archive_app.web import charts, lines, links, questions, twins
from archive_app.web.questions import SEVERAL, YEARS
from archive_app.web.reads import Asked

if TYPE_CHECKING:
    from archive_app.search.find import Hit, Inside, Results


class Strip(NamedTuple):
    """A line from the start to the end of a testimony, with a mark for each hit."""

    length_ms: int
    ticks: tuple[charts.Tick, ...]


@dataclass(frozen=True)
class SearchView:
    """`results` of the search; where testimonies are listed they give the facets, and `listing` the testimonies. `chosen`: (field,
    value, label) of the filters in force."""

    question: Question
    results: Results
    listing: Listing[Card] | None
    chosen: tuple[tuple[str, str, str], ...]

    @property
    def single_words(self) -> tuple[str, ...]:
        """The words of a query that found nothing, each to be tried alone; none where it is not plain words."""
        words = self.question.q.split()
        plain = 1 < len(words) <= 6 and all(word.isalnum() for word in words)
        return tuple(dict.fromkeys(words)) if plain else ()


@dataclass(frozen=True)
class SearchInView:
    testimony: Testimony
    q: str
    results: Inside | None
    strips: tuple[Strip, ...]


def search(asked: Asked) -> SearchView:
    """One page of hits with facets; without words to look for, facets and testimonies. A list of testimonies is narrowed by one
    value of each filter: where several are asked for, the index lists one passage of each testimony that has any of them."""
    question = question_of(asked)
    chosen = tuple((field, value) for field in SEVERAL for value in getattr(question, field))
    chosen += tuple((field, asked.args[field]) for field in YEARS if asked.args.get(field))
    labels = {field: asked.room.labels(field, getattr(question, field)) for field in SEVERAL}
    labelled = tuple((field, value, labels.get(field, {}).get(value, "")) for field, value in chosen)
    results = asked.doors.find(asked.room, question)
    if question.q or any(len(getattr(question, field)) > 1 for field in SEVERAL):
        return SearchView(question, results, None, labelled)
    sort = question.sort if question.sort in {"title", "date"} else "title"
    listing = asked.room.testimonies(questions.narrowing(asked.args), sort, question.page)
    return SearchView(question, results, listing, labelled)


def question_of(asked: Asked) -> Question:
    """What the address asks, read strictly."""
    args = asked.args
    filters: dict[str, Any] = {field: questions.several(args, field) for field in SEVERAL}
    return Question(
        q=args.get("q", "").strip(), **filters, year_from=questions.year(args, "year_from"), year_to=questions.year(args,
            "year_to"),
        group=questions.choice(args, "group", ("testimony",), "") != "", whole=questions.choice(args, "whole", ("1",), "") != "",
        sort=questions.choice(args, "sort", SORTS, "rank"), page=questions.page_number(args))


def search_in(asked: Asked, id: str) -> SearchInView:
    """Every place in one testimony where the words stand, and where they lie from its start to its end."""
    testimony = asked.room.testimony(id)
    q = asked.args.get("q", "").strip()
    if not q:
        return SearchInView(testimony, "", None, ())
    results = asked.doors.find_in(asked.room, id, q)
    return SearchInView(testimony, q, results, _strips(asked, testimony, results))


def _strips(asked: Asked, testimony: Testimony, results: Inside) -> tuple[Strip, ...]:
    """One line for the whole testimony, where its words have times."""
    timed = [(hit.start_ms, hit.start_ms) for hit in results.hits if hit.start_ms is not None]
    if not timed:
        return ()
    lengths = [lines.last_ms(asked.room.transcript(testimony.card.id, head.n).blocks) for head in testimony.transcripts]
    lengths += [recording.duration_ms or 0 for recording in testimony.recordings]
    length = max(lengths, default=0)
    return (Strip(length, charts.ticks(sorted(set(timed)), length)),) if length else ()


def search_twin(view: SearchView) -> dict[str, Any]:
    """The shape of a search (docs/addresses.md); where testimonies are listed there are no hits, and `items` lists them."""
    found = results_json(view.results, view.question.q)
    if view.listing is None:
        return found
    listing = twins.listing(view.listing, twins.card)
    return {**found, "total": 0, "testimonies": listing["total"], "page": listing["page"], "pages": listing["pages"], "hits": [],
            "items": listing["items"]}


def search_in_twin(view: SearchInView) -> dict[str, Any]:
    """The shape of a search, all on one page: every place in reading order."""
    found = view.results
    total = found.total if found else 0
    return {"query": view.q, "total": total, "testimonies": min(1, total), "page": 1, "pages": 1, "facets": {}, "corrections": [],
            "note": found.note if found else "", "hits": [hit_json(hit, view.q) for hit in found.hits] if found else []}


def results_json(found: Results, q: str) -> dict[str, Any]:
    """Results, in the shape of a search (docs/addresses.md)."""
    facets = {field: [{"value": each.value, "label": each.label, "count": each.count} for each in several]
              for field, several in found.facets.items()}
    return {"query": found.query, "total": found.total, "testimonies": found.testimonies, "page": found.page,
            "pages": found.pages,
            "facets": facets, "corrections": list(found.corrections), "note": found.note,
            "hits": [hit_json(hit, q) for hit in found.hits]}


def hit_json(hit: Hit, q: str) -> dict[str, Any]:
    """One hit, in the shape of a search (docs/addresses.md)."""
    return {"testimony": hit.testimony, "title": hit.title, "transcript": hit.transcript, "language": hit.language,
            "kind": hit.kind,
            "speaker": hit.speaker, "segment": hit.segment, "start_ms": hit.start_ms, "end_ms": hit.end_ms, "before": hit.before,
            "match": hit.match, "after": hit.after, "url": hit_address(hit, q)}


def facet_address(view: SearchView, field: str, value: str) -> str:
    """This search with one more value of a filter, or without it. A list of testimonies takes one value of each."""
    if view.listing is None or (field, value) in links.asked_here():
        return links.toggled(field, value)
    return links.here("page", **{field: value})


def hit_address(hit: Hit, q: str) -> str:
    """The page of the testimony, opened at the words, which are marked there."""
    seconds = "" if hit.start_ms is None else lines.in_seconds(hit.start_ms)
    if not hit.transcript:
        return links.to("/testimonies/", hit.testimony, t=seconds)
    return links.to("/testimonies/", hit.testimony, transcript=hit.transcript if hit.transcript > 1 else "", q=q, t=seconds,
                    anchor=f"s{hit.segment}")
