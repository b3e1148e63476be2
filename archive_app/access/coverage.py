"""Coverage of a collection (Dublin Core, "coverage"): when its testimonies were told, the places told of, what happened there; of each
only what this viewer may read.

No testimony says which event it tells of: an event is here because it happened at a place that one tells of, as on the page of that place.
What may not live here: how it is drawn (web.charts).
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from archive_app.access import references
from archive_app.access.entry import Entry
from archive_app.access.readings import Coverage
from archive_app.access.registry import MOST, event_exists
from archive_app.records.registry import Event, EventPlace, Place
from archive_app.records.testimonies import Collection, PlaceLink, Testimony

MOST_PLACES = 10_000


def coverage(entry: Entry, collection: str) -> Coverage:
    """The coverage of the collection with this public id; empty where there is none. Testimonies whose description is closed count
    nowhere; at most MOST places and events, by name."""
    key = entry.session.scalar(select(Collection.id).where(Collection.public_id == collection)) or 0
    told = entry.session.execute(
        select(Testimony.first_year, Testimony.last_year, func.count())
        .where(Testimony.collection_id == key, Testimony.first_year.is_not(None), entry.gate.opens("description", Testimony.id))
        .group_by(Testimony.first_year, Testimony.last_year).order_by(Testimony.first_year, Testimony.last_year)).all()
    there = _places(entry, key)
    places = references.places(entry, select(Place).where(
        Place.id.in_(there), Place.latitude.is_not(None), Place.longitude.is_not(None))
        .order_by(Place.sort_name, Place.public_id).limit(MOST))
    happened = select(EventPlace.event_id).where(EventPlace.place_id.in_(there))
    events = references.events(entry, select(Event).where(Event.id.in_(happened), Event.date != "", event_exists(entry))
                               .order_by(Event.sort_name, Event.public_id).limit(MOST))
    counted = tuple((first, last, count) for first, last, count in told if first and last)
    return Coverage(counted, tuple(places.values()), tuple(events.values()))


def _places(entry: Entry, collection: int) -> list[int]:
    """Keys of the places that the testimonies of a collection tell of, as far as this viewer may read so, where there is something to draw:
    the first MOST_PLACES by name. Asked once, since the gate is asked for each link."""
    linked = select(PlaceLink.place_id).join(Testimony, Testimony.id == PlaceLink.testimony_id).where(
        Testimony.collection_id == collection, entry.gate.opens_named(PlaceLink.layer, PlaceLink.testimony_id))
    drawn = or_(Place.latitude.is_not(None), Place.id.in_(select(EventPlace.place_id)))
    return list(entry.session.scalars(select(Place.id).where(Place.id.in_(linked), drawn).order_by(Place.sort_name, Place.public_id)
                                      .limit(MOST_PLACES)))
