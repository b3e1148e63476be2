"""The one gate: visibility as one SQL clause, for many rows and, with an id added, for one.

exists(release of that unit and layer, starts <= now < ends, its audience among those this viewer satisfies everywhere, in this
collection, or in this testimony, unless barred). No release, an unknown audience, an error: closed.
What may not live here: names, words, pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select
from sqlalchemy.orm import Session

from archive_app.access.terms import Audience, audience_of
from archive_app.access.viewer import Viewer
from archive_app.records.consent import Release, audience_ids

Column = Any
RELEASES = Release.__table__


@dataclass(frozen=True)
class Gate:
    """The clause of one viewer. `everywhere`: keys of audiences satisfied without regard to place; the maps add to them."""

    now: int
    everywhere: frozenset[int]
    in_collection: Mapping[int, frozenset[int]]
    in_testimony: Mapping[int, frozenset[int]]
    barred: frozenset[int]
    open_to_all: frozenset[int]

    def opens(self, layer: str, unit: Column) -> ColumnElement[bool]:
        """A clause true for rows whose `unit` key has this layer open."""
        return self.opens_named(literal(layer), unit)

    def opens_named(self, layer: Column, unit: Column) -> ColumnElement[bool]:
        """The same where the name of the layer stands in a column (the layer that a link or a recording asks for)."""
        release = RELEASES.alias().c  # the plain table: an ORM alias takes ten times as long to make
        asked = (release.unit_id == unit, release.layer == layer, *self._in_force(release))
        # one EXISTS a way of holding: each is answered from the index; correlated by hand, so that it may stand at any depth
        return or_(*(exists(select(literal(1)).where(*asked, way).correlate_except(release.unit_id.table)) for way in self._ways(release)))

    def holds(self, release: Column = Release) -> ColumnElement[bool]:
        """True for release rows that are in force now and whose audience this viewer satisfies."""
        return and_(*self._in_force(release), or_(*self._ways(release)))

    def _in_force(self, release: Column) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return release.starts <= self.now, release.ends > self.now

    def _ways(self, release: Column) -> list[ColumnElement[bool]]:
        """The ways in which a release may be satisfied: everywhere, in a collection, in a testimony; as everybody where barred."""
        ways = [release.audience_id.in_(sorted(self.everywhere))]
        ways += [and_(release.collection_id == key, release.audience_id.in_(sorted(more)))
                 for key, more in sorted(self.in_collection.items()) if more]
        by_set: dict[frozenset[int], list[int]] = {}
        for key, more in sorted(self.in_testimony.items()):
            by_set.setdefault(more, []).append(key)
        ways += [and_(release.testimony_id.in_(keys), release.audience_id.in_(sorted(more))) for more, keys in by_set.items() if more]
        if not self.barred:
            return ways
        outside = or_(release.testimony_id.is_(None), release.testimony_id.not_in(sorted(self.barred)))
        return [release.audience_id.in_(sorted(self.open_to_all)), *(and_(outside, way) for way in ways)]


def gate(session: Session, viewer: Viewer) -> Gate:
    """The gate for a viewer, from the audiences interned so far; one formed later is not among them, and so closed."""
    known = {key: audience_of(formula) for formula, key in audience_ids(session).items()}

    def satisfied(also: frozenset[str]) -> frozenset[int]:
        return frozenset(key for key, audience in known.items() if viewer.satisfies(audience, also))

    everywhere = satisfied(frozenset())
    collection = {key: satisfied(tokens) - everywhere for key, tokens in viewer.in_collection.items()}
    testimony = {key: satisfied(tokens) - everywhere for key, tokens in viewer.in_testimony.items()}
    return Gate(viewer.now, everywhere, collection, testimony, viewer.barred, _for_everybody(known))


def _for_everybody(known: Mapping[int, Audience]) -> frozenset[int]:
    return frozenset(key for key, audience in known.items() if not audience)


def open_layers(session: Session, at: Gate, units: Iterable[int]) -> dict[int, frozenset[str]]:
    """Unit key -> the layers open now; units of which none is open are not in it."""
    found: dict[int, set[str]] = {}
    wanted = list(units)
    for begin in range(0, len(wanted), 500):
        rows = session.execute(select(Release.unit_id, Release.layer).where(Release.unit_id.in_(wanted[begin:begin + 500]), at.holds()))
        for unit, layer in rows:
            found.setdefault(unit, set()).add(layer)
    return {unit: frozenset(layers) for unit, layers in found.items()}
