"""What would be read by whom if a testimony were published now: the decision itself, asked with the archive's word among what was said.

Nothing is stored, and no gate opens by it. What may not live here: publishing (actions.consenting), sentences (web).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from archive_app.access import deciding
from archive_app.access.deciding import Heard, Said
from archive_app.access.entry import Entry
from archive_app.access.kept_doubts import is_closed
from archive_app.access.kept_readings import KeptFace
from archive_app.access.names import appearing
from archive_app.access.releases import above, spoken
from archive_app.access.terms import LAYERS, OPEN, Terms, to_json
from archive_app.access.viewer import Viewer
from archive_app.records.consent import Unit
from archive_app.records.testimonies import Testimony as Row

NOT_SAID_YET = 1 << 62
"""The key of a word that is on no record: later than every other."""


def as_published(unit: Unit, said: Iterable[Said], parties: Mapping[int, Heard]) -> list[Said]:
    """What was said and, where that is not in force already, the archive's permit after it, as publishing records it."""
    said = list(said)
    alive = deciding.live(said, parties)
    if any(deciding.published(unit.id, layer, alive) for layer in LAYERS):
        return said
    word = Said(NOT_SAID_YET, unit.id, NOT_SAID_YET, "archive", "permit", dict.fromkeys(LAYERS, to_json(OPEN)), frozenset())
    return [*said, word]


def terms_of(unit: Unit, said: Iterable[Said], parties: Mapping[int, Heard]) -> dict[str, Terms]:
    """Layer -> its terms, once it is published."""
    return deciding.of_testimony(unit.id, above(unit), as_published(unit, said, parties), parties.values())


def open_to(who: Viewer, unit: Unit, terms: dict[str, Terms]) -> frozenset[str]:
    """The layers that somebody reads by these terms."""
    here = who.in_collection.get(unit.collection_id or 0, frozenset())
    return frozenset(layer for layer in LAYERS if who.satisfies(terms[layer].at(who.now).audience, here))


def faces(entry: Entry, row: Row, unit: Unit) -> tuple[KeptFace, ...]:
    """What stands for every name that is closed to somebody who reads about it, once it is published."""
    said, parties = spoken(entry.session, unit)
    terms = terms_of(unit, said, parties)
    closed = [(one, terms[one.layer].at(entry.now).naming) for one in appearing(entry, [row.id]).get(row.id, ())
              if one.names and is_closed(one.layer, terms, entry.now)]
    found = [KeptFace(one.role, one.names[0].text, replace(one, naming=naming).shown, naming == "pseudonym" and not one.pseudonym)
             for one, naming in closed]
    return tuple(dict.fromkeys(found))
