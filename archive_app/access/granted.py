"""What is open to a viewer by a grant, and would not be without: each such reading is written down (actions.uses).

What may not live here: deciding what a grant opens (gate).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from archive_app.access.entry import Entry
from archive_app.access.gate import gate, open_layers
from archive_app.access.viewer import Viewer
from archive_app.records.consent import parts
from archive_app.records.requests import TOKEN
from archive_app.records.testimonies import Testimony


def holds_grants(viewer: Viewer) -> bool:
    """Whether this viewer was granted anything at all: nobody else is asked about further."""
    held = (viewer.everywhere, *viewer.in_collection.values(), *viewer.in_testimony.values())
    return any(TOKEN in tokens for tokens in held)


def open_by_grant(entry: Entry, public_ids: Iterable[str]) -> set[str]:
    """Of these testimonies those of which something is open to the viewer by a grant, and would not be without."""
    keys = dict(entry.session.execute(select(Testimony.id, Testimony.public_id).where(Testimony.public_id.in_(list(public_ids)))).all())
    plain = gate(entry.session, _without(entry.viewer))
    found = set()
    for key, public_id in keys.items():
        units = [key, *(part.id for part in parts(entry.session, key))]
        if open_layers(entry.session, entry.gate, units) != open_layers(entry.session, plain, units):
            found.add(public_id)
    return found


def _without(viewer: Viewer) -> Viewer:
    less = frozenset({TOKEN})
    return replace(viewer, everywhere=viewer.everywhere - less,
                   in_collection={key: tokens - less for key, tokens in viewer.in_collection.items()},
                   in_testimony={key: tokens - less for key, tokens in viewer.in_testimony.items()})
