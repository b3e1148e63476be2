"""What each page reads: one function a page, from the room and what the address asks to one frozen view. The page and its twin
are both made from that view, and from nothing else.

What may not live here: HTML, JSON, sentences, rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from archive_app.access.reading_room import ReadingRoom
from archive_app.access.readings import (
    Card,
    Collection,
    Coverage,
    EventRef,
    Home,
    IndexPoint,
    Listing,
    PersonRef,
    PlaceRef,
    Testimony,
    Transcript,
)
from archive_app.access.registry_readings import Event, Person, Place, Source
from archive_app.errors import NotFound
from archive_app.language.letters import primary
from archive_app.web import questions
from archive_app.web.questions import Args

if TYPE_CHECKING:
    from archive_app.web.visit import Doors

Item = TypeVar("Item")
SORTS = ("title", "date")


@dataclass(frozen=True)
class Asked:
    """What a page is given to read with. `whole`: the twin, which holds every transcript, is asked for."""

    room: ReadingRoom
    doors: Doors
    args: Args
    whole: bool


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """A list, and the name that was looked for in it ('' = the whole list)."""

    listing: Listing[Item]
    looked_for: str = ""


@dataclass(frozen=True)
class Testimonies:
    listing: Listing[Card]
    sort: str


@dataclass(frozen=True)
class TestimonyView:
    """A testimony as it is opened: `transcripts` are those shown (all of them for the twin), the first the one chosen, the second
    the one beside it. `at_ms`: what `?t=` says; `now` for terms that change."""

    testimony: Testimony
    transcripts: tuple[Transcript, ...]
    at_ms: int | None
    q: str
    now: int

    @property
    def shown(self) -> Transcript | None:
        return self.transcripts[0] if self.transcripts else None

    @property
    def beside(self) -> Transcript | None:
        return self.transcripts[1] if len(self.transcripts) > 1 else None

    @property
    def points(self) -> tuple[IndexPoint, ...]:
        """The index beside the words that are shown."""
        return points_in(self.testimony.index_points, self.shown.head.language if self.shown else "")


def points_in(points: tuple[IndexPoint, ...], language: str) -> tuple[IndexPoint, ...]:
    """Of an index in several languages the points in this one; all of them where none is."""
    return tuple(point for point in points if primary(point.language) == primary(language)) or points


@dataclass(frozen=True)
class TranscriptView:
    """One transcript by itself, and the testimony that it is of; `now` for terms that change."""

    testimony: Testimony
    transcript: Transcript
    now: int


@dataclass(frozen=True)
class InCollection:
    """`coverage` with the first page of its testimonies only."""

    collection: Collection
    listing: Listing[Card]
    coverage: Coverage | None


def home(asked: Asked) -> Home:
    """The first page."""
    return asked.room.home()


def testimonies(asked: Asked) -> Testimonies:
    """The list of testimonies, narrowed and sorted."""
    sort = questions.choice(asked.args, "sort", SORTS, "title")
    return Testimonies(asked.room.testimonies(questions.narrowing(asked.args), sort, questions.page_number(asked.args)), sort)


def testimony(asked: Asked, id: str) -> TestimonyView:
    """A testimony with the transcripts that are to be shown."""
    found = asked.room.testimony(id)
    at, q = questions.moment(asked.args), asked.args.get("q", "").strip()
    known = [head.n for head in found.transcripts]
    wanted = known if asked.whole else _chosen(asked.args, known)
    return TestimonyView(found, tuple(asked.room.transcript(id, n) for n in wanted), at, q, asked.room.now)


def transcript(asked: Asked, id: str, n: int) -> TranscriptView:
    """One transcript, to be printed."""
    return TranscriptView(asked.room.testimony(id), asked.room.transcript(id, n), asked.room.now)


def _chosen(args: Args, known: Sequence[int]) -> list[int]:
    """The transcript asked for, or the first; then the one beside it. NotFound for a number that is not open, as for any
    other."""
    if not known:
        return []
    shown = questions.number(args, "transcript", known[0])
    beside = questions.number(args, "beside", shown)
    if not {shown, beside} <= set(known):
        raise NotFound()
    return [shown] if beside == shown else [shown, beside]


def people(asked: Asked) -> Listed[PersonRef]:
    """People by name, all or those looked for."""
    name, page = questions.short(asked.args, "q"), questions.page_number(asked.args)
    return Listed(asked.room.find_people(name, page) if name else asked.room.people(page), name)


def person(asked: Asked, id: str) -> Person:
    """One person."""
    return asked.room.person(id)


def places(asked: Asked) -> Listed[PlaceRef]:
    """Places by name, all or those looked for."""
    name, page = questions.short(asked.args, "q"), questions.page_number(asked.args)
    return Listed(asked.room.find_places(name, page) if name else asked.room.places(page), name)


def place(asked: Asked, id: str) -> Place:
    """One place."""
    return asked.room.place(id)


def events(asked: Asked) -> Listed[EventRef]:
    """Events by name."""
    return Listed(asked.room.events(questions.page_number(asked.args)))


def event(asked: Asked, id: str) -> Event:
    """One event."""
    return asked.room.event(id)


def collections(asked: Asked) -> Listed[Collection]:
    """Collections by name."""
    return Listed(asked.room.collections(questions.page_number(asked.args)))


def collection(asked: Asked, id: str) -> InCollection:
    """One collection, the testimonies in it, and when and where they tell of."""
    page = questions.page_number(asked.args)
    found, listing = asked.room.collection(id, page)
    return InCollection(found, listing, asked.room.coverage(id) if page == 1 else None)


def source(asked: Asked, id: str) -> Source:
    """One source and what it says."""
    return asked.room.source(id)


