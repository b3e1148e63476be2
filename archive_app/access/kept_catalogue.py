"""The catalogue as those who tend it keep it: what a row of a manifest says of each testimony beside its files and its consent.

Names stand here as they were recorded. What may not live here: spelling in a table (web.desk), the work list's order (work_list).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from archive_app.access.entry import Entry
from archive_app.access.kept_readings import CatalogueLine, KeptCollection
from archive_app.access.names import appearing, names_of
from archive_app.records.testimonies import Collection, PlaceLink
from archive_app.records.testimonies import Testimony as Row

AT_ONCE = 400


def catalogue(entry: Entry, rows: Sequence[Row]) -> tuple[CatalogueLine, ...]:
    """A line for each of these testimonies, which the gate has let through."""
    return tuple(line for begin in range(0, len(rows), AT_ONCE) for line in _lines(entry, rows[begin:begin + AT_ONCE]))


def _lines(entry: Entry, rows: Sequence[Row]) -> list[CatalogueLine]:
    keys = [row.id for row in rows]
    told = appearing(entry, keys)
    houses: dict[int, str] = dict(entry.session.execute(
        select(Collection.id, Collection.public_id).where(Collection.id.in_({row.collection_id for row in rows}))).all())
    links: dict[int, int] = {}
    for testimony, place in entry.session.execute(select(PlaceLink.testimony_id, PlaceLink.place_id).where(
            PlaceLink.testimony_id.in_(keys)).order_by(PlaceLink.position)):
        links.setdefault(testimony, place)
    places = names_of(entry, links.values())

    def people(key: int, role: str) -> tuple[tuple[str, str], ...]:
        return tuple((each.names[0].text, each.names[0].language) if each.names else ("", "")
                     for each in told.get(key, ()) if each.role == role)

    return [CatalogueLine(row.public_id, houses[row.collection_id], row.title, row.abstract, tuple(row.keywords), tuple(row.languages),
                          row.date, next((name.text for name in places.get(links.get(row.id, 0), ())), ""), people(row.id, "narrator"),
                          people(row.id, "interviewer"), row.narrator_role) for row in rows]


def collections(entry: Entry) -> tuple[KeptCollection, ...]:
    """The collections that whoever asks tends, by name."""
    rows = entry.session.execute(select(Collection.id, Collection.public_id, Collection.two_person)
                                 .where(entry.gate.opens("keep", Collection.id)).order_by(Collection.public_id)).all()
    names = names_of(entry, [key for key, _, _ in rows])
    return tuple(KeptCollection(public_id, names.get(key, ()), two) for key, public_id, two in rows)
