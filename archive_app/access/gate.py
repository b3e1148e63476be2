"""The one gate: visibility as one SQL clause, for many rows and, with an id added, for one.

exists(release of that unit and layer, starts <= now < ends, its audience among those this viewer satisfies everywhere, in this
collection, or in this testimony, unless barred). No release, an unknown audience, an error: closed.
What may not live here: names, words, pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, exists, literal, or_, select
from sqlalchemy.orm import Session

from archive_app.access.terms import Audience, audience_of
from archive_app.access.viewer import Viewer
from archive_app.records.consent import Release, audience_ids

Column = Any
HELD = Release.__table__.alias("held")
"""The releases inside the clause. Made once: of the plain table, because an ORM alias takes ten times as long to make, and every
clause with the same one, because each of its own costs more than the question."""


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
        asked = select(literal(1)).where(HELD.c.unit_id == unit, HELD.c.layer == layer, self.held)
        return exists(asked.correlate_except(HELD))  # correlated by hand, so that it may stand at any depth

    def units(self, layer: str, testimonies_only: bool = False) -> Subquery:
        """Every unit with this layer open, once: `id` and `collection_id`. For what is counted over the whole archive: one sweep
        through the releases of the layer takes a third of the time of asking for each unit."""
        kind = (HELD.c.unit_id == HELD.c.testimony_id,) if testimonies_only else ()  # before the rest: it is the quickest to ask
        return select(HELD.c.unit_id.label("id"), HELD.c.collection_id).where(HELD.c.layer == layer, *kind, self.held).subquery()

    @cached_property
    def held(self) -> ColumnElement[bool]:
        """`holds` inside the clause, made once for a gate."""
        return self.holds(HELD.c)

    def holds(self, release: Column = Release) -> ColumnElement[bool]:
        """True for release rows that are in force now and whose audience this viewer satisfies: everywhere, in a collection, in a
        testimony; as everybody does where barred. All of it is answered from one entry of the index, whoever asks."""
        return and_(release.starts <= self.now, release.ends > self.now, self._satisfied(release))

    def _satisfied(self, release: Column) -> ColumnElement[bool]:
        ways = [release.audience_id.in_(sorted(self.everywhere))]
        ways += [and_(release.collection_id == key, release.audience_id.in_(sorted(more)))
                 for key, more in sorted(self.in_collection.items()) if more]
        by_set: dict[frozenset[int], list[int]] = {}
        for key, more in sorted(self.in_testimony.items()):
            by_set.setdefault(more, []).append(key)
        ways += [and_(release.testimony_id.in_(keys), release.audience_id.in_(sorted(more))) for more, keys in by_set.items() if more]
        if not self.barred:
            return or_(*ways)
        outside = or_(release.testimony_id.is_(None), release.testimony_id.not_in(sorted(self.barred)))
        return or_(release.audience_id.in_(sorted(self.open_to_all)), and_(outside, or_(*ways)))


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
        asked = select(HELD.c.unit_id, HELD.c.layer).where(HELD.c.unit_id.in_(wanted[begin:begin + 500]), at.held)
        for unit, layer in session.execute(asked):
            found.setdefault(unit, set()).add(layer)
    return {unit: frozenset(layers) for unit, layers in found.items()}
