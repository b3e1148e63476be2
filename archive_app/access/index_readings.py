"""Readings for the index: a testimony as each audience reads it, and the passages the index names by their keys.

What may not live here: how passages are cut (search), rows, queries, decisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive_app.access.readings import Card, IndexPoint, Segment, Testimony, Transcript, TranscriptHead


@dataclass(frozen=True)
class RenderedTranscript:
    """For the index: a transcript with, beside each block, the (first, last) ordinals of the stored segments it stands for."""

    transcript: Transcript
    ordinals: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Rendition:
    """How one audience reads one testimony. `shelf` = the audience's canonical spelling, with `@collection id` behind it where
    the audience is not the same people everywhere. `good_until_utc_ms`: when the next step of the terms may change it."""

    shelf: str
    testimony: Testimony
    transcripts: tuple[RenderedTranscript, ...]
    good_until_utc_ms: int


@dataclass(frozen=True)
class PassageKey:
    """Where a passage lies: `first` and `last` are ordinals of stored segments; they never reach a page. `transcript` 0 = the
    description (title, abstract, keywords) with 0 and 0, or a point of the index with its `moment` and its place among those that
    begin then, from 1."""

    testimony: str
    transcript: int
    first: int
    last: int


def by_moment(points: Iterable[IndexPoint]) -> Iterator[tuple[int, int, IndexPoint]]:
    """(moment, place, point): its start in ms, counted from 1, and which of those it is that begin then. Points that begin together are
    shown or left out together, so this is the same for every viewer."""
    seen: Counter[int] = Counter()
    for point in points:
        seen[point.start_ms] += 1
        yield point.start_ms + 1, seen[point.start_ms], point


def words_about(point: IndexPoint) -> tuple[str, ...]:
    """The texts by which an index point is found; the words it quotes are found where they were said."""
    listed = ("; ".join(items) for items in (point.keywords, point.subjects, [place.text for place in point.places if place.text]))
    return tuple(text for text in (point.title, point.synopsis, *listed) if text)


@dataclass(frozen=True)
class Passage:
    """The words of one passage as this viewer may read them now: only Segments that lie in one run, never a Withheld."""

    key: PassageKey
    card: Card
    head: TranscriptHead | None
    segments: tuple[Segment, ...]
