"""The reading room: everything a viewer may read, and nothing else. Every reading page, format and mail goes through it.

`ReadingRoom(session, viewer)` holds one snapshot and one `now`. Methods raise NotFound alike for what is hidden and for what never
existed. What may not live here: writing, rows handed out, a viewer by default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive_app.access import catalogue, copies, coverage, granted, references, registry, renditions, requests, sources, words
from archive_app.access.cards import Opened, opened
from archive_app.access.catalogue import Narrowing
from archive_app.access.entry import enter
from archive_app.access.index_readings import Passage, PassageKey, Rendition
from archive_app.access.law import STAFF_ROLES
from archive_app.access.readings import (
    Card,
    Collection,
    Coverage,
    EventRef,
    Home,
    Listing,
    Media,
    PersonRef,
    PlaceRef,
    Testimony,
    Transcript,
)
from archive_app.access.registry_readings import Event, Person, Place, Source
from archive_app.access.request_readings import AccessRequest
from archive_app.access.viewer import Viewer
from archive_app.errors import Invalid, NotFound
from archive_app.language.words import sort_key
from archive_app.records.registry import Event as EventRow
from archive_app.records.registry import NameRow
from archive_app.records.registry import Person as PersonRow
from archive_app.records.registry import Place as PlaceRow

PER_PAGE = 20
Item = TypeVar("Item")

__all__ = ["Narrowing", "PER_PAGE", "ReadingRoom"]


class ReadingRoom:
    def __init__(self, session: Session, viewer: Viewer) -> None:
        self.viewer = viewer
        self._entry = enter(session, viewer)
        self._labels: dict[str, dict[str, str]] = {}
        self._by_grant: dict[tuple[str, str], None] | None = {} if granted.holds_grants(viewer) else None

    @property
    def tends(self) -> bool:
        """Whether the desk is there for this viewer."""
        return self.viewer.role in STAFF_ROLES

    @property
    def now(self) -> int:
        return self.viewer.now

    @property
    def by_grant(self) -> tuple[tuple[str, str], ...]:
        """(public id of a testimony, what was taken of it: testimony, recording, search) of what was read here by a grant alone."""
        return tuple(self._by_grant or ())

    def requests(self) -> tuple[AccessRequest, ...]:
        """What whoever reads here has asked to be granted, newest first."""
        return requests.own(self._entry)

    def request(self, public_id: str) -> AccessRequest:
        return requests.one(self._entry, public_id)

    def home(self) -> Home:
        return catalogue.home(self._entry)

    def testimonies(self, narrowing: Narrowing, sort: str = "title", page: int = 1) -> Listing[Card]:
        """The testimonies this viewer may know of; `sort`: title or date."""
        return _page(page, *catalogue.listed(self._entry, narrowing, sort, _window(page)))

    def testimony(self, public_id: str) -> Testimony:
        return catalogue.testimony(self._entry, self._opened(public_id))

    def transcript(self, public_id: str, n: int) -> Transcript:
        found = words.transcript(self._entry, self._opened(public_id), n)
        if found is None:
            raise NotFound()
        return found

    def media(self, public_id: str) -> Media:
        """The bytes of one access copy, if it is this viewer's now."""
        found = copies.media(self._entry, public_id)
        if self._by_grant is not None:
            self._note("recording", [copies.testimony_of(self._entry, public_id)])
        return found

    def passages(self, keys: Sequence[PassageKey]) -> dict[PassageKey, Passage]:
        found = words.passages(self._entry, keys)
        self._note("search", dict.fromkeys(key.testimony for key in found))
        return found

    def people(self, page: int = 1) -> Listing[PersonRef]:
        query = select(PersonRow).where(registry.person_exists(self._entry)).order_by(PersonRow.sort_name, PersonRow.public_id)
        return self._listing(query, references.people, page)

    def find_people(self, name: str, page: int = 1) -> Listing[PersonRef]:
        """People with a recorded name that contains `name`, folded."""
        query = select(PersonRow).where(registry.person_exists(self._entry), self._named(PersonRow, name))
        return self._listing(query.order_by(PersonRow.sort_name, PersonRow.public_id), references.people, page)

    def person(self, public_id: str) -> Person:
        return registry.person(self._entry, public_id)

    def places(self, page: int = 1) -> Listing[PlaceRef]:
        query = select(PlaceRow).where(registry.place_exists(self._entry)).order_by(PlaceRow.sort_name, PlaceRow.public_id)
        return self._listing(query, references.places, page)

    def find_places(self, name: str, page: int = 1) -> Listing[PlaceRef]:
        query = select(PlaceRow).where(registry.place_exists(self._entry), self._named(PlaceRow, name))
        return self._listing(query.order_by(PlaceRow.sort_name, PlaceRow.public_id), references.places, page)

    def place(self, public_id: str) -> Place:
        return registry.place(self._entry, public_id)

    def events(self, page: int = 1) -> Listing[EventRef]:
        query = select(EventRow).where(registry.event_exists(self._entry)).order_by(EventRow.sort_name, EventRow.public_id)
        return self._listing(query, references.events, page)

    def event(self, public_id: str) -> Event:
        return registry.event(self._entry, public_id)

    def collections(self, page: int = 1) -> Listing[Collection]:
        everything = catalogue.collections(self._entry)
        first, last = _window(page)
        return _page(page, len(everything), everything[first:last])

    def collection(self, public_id: str, page: int = 1) -> tuple[Collection, Listing[Card]]:
        """A collection and the testimonies in it."""
        found = next((each for each in catalogue.collections(self._entry) if each.ref.id == public_id), None)
        if found is None:
            raise NotFound()
        return found, self.testimonies(Narrowing(collection=public_id), page=page)

    def coverage(self, public_id: str) -> Coverage:
        """When the testimonies of a collection were told, the places told of, and what happened there."""
        return coverage.coverage(self._entry, public_id)

    def source(self, public_id: str) -> Source:
        return sources.source(self._entry, public_id)

    def shelves(self, shelves: Iterable[str]) -> list[str]:
        """Those shelves of the index whose whole audience this viewer belongs to."""
        return renditions.shelves(self._entry, shelves)

    def own_renditions(self) -> list[tuple[str, Callable[[], list[Rendition]]]]:
        """For testimonies in which this viewer holds tokens of their own: (version, what makes the renditions)."""
        return renditions.own(self._entry)

    def stale(self) -> frozenset[str]:
        """Public ids of testimonies that the index has not followed yet."""
        return renditions.stale(self._entry)

    def labels(self, field: str, values: Iterable[str]) -> dict[str, str]:
        """Value -> a name to show, for those collections, places and people that exist for this viewer."""
        known, values = self._labels.setdefault(field, {}), tuple(values)
        unknown = sorted({*values} - {*known})
        known.update({value: "" for value in unknown} | registry.labels(self._entry, field, unknown))
        return {value: known[value] for value in values if known[value]}

    def _opened(self, public_id: str) -> Opened:
        key = catalogue.key_of(self._entry, public_id)
        found = opened(self._entry, [key] if key is not None else [0]).get(key or 0)
        if found is None:
            raise NotFound()
        self._note("testimony", [public_id])
        return found

    def _note(self, what: str, public_ids: Iterable[str]) -> None:
        if self._by_grant is not None:
            self._by_grant |= dict.fromkeys((each, what) for each in sorted(granted.open_by_grant(self._entry, public_ids)))

    def _named(self, row: Any, name: str) -> Any:
        folded = sort_key(name)
        return row.id.in_(select(NameRow.unit_id).where(NameRow.sort_name.contains(folded, autoescape=True)))

    def _listing(self, query: Select[Any], read: Callable[..., dict[int, Item]], page: int) -> Listing[Item]:
        first, last = _window(page)
        total = self._entry.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        return _page(page, total, tuple(read(self._entry, query.offset(first).limit(last - first)).values()))


def _window(page: int) -> tuple[int, int]:
    if not 1 <= page <= 1_000_000:
        raise Invalid("page", "pages are numbered from 1")
    return (page - 1) * PER_PAGE, page * PER_PAGE


def _page(page: int, total: int, items: tuple[Item, ...]) -> Listing[Item]:
    return Listing(total, page, max(1, -(-total // PER_PAGE)), items)
