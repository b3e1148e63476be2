"""What an import may be told of what came in before: of testimonies that whoever imports may tend, and of no others.

What may not live here: tables and rows as they are read (exchange), what is done with them (actions).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection as Several

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access import kept_catalogue
from archive_app.access.entry import enter
from archive_app.access.gate import gate
from archive_app.access.viewer import Viewer
from archive_app.records.testimonies import Collection, Testimony


def row_digests(session: Session, viewer: Viewer) -> dict[str, str]:
    """Public id, and import key where there is one, -> digest of the manifest row as last taken in."""
    rows = session.execute(select(Testimony.public_id, Testimony.import_key, Testimony.row_digest)
                           .where(gate(session, viewer).opens("keep", Testimony.id))).all()
    return {key: digest for public_id, import_key, digest in rows for key in (public_id, import_key) if key}


def of_manifest(session: Session, viewer: Viewer, manifest: str, collections: Several[str]) -> set[tuple[str, str | None]]:
    """(public id, import key) of the testimonies of these collections that came in with a table of this name."""
    rows = session.execute(select(Testimony.public_id, Testimony.import_key).join(Collection, Collection.id == Testimony.collection_id)
                           .where(Testimony.manifest == manifest, Collection.public_id.in_(collections),
                                  gate(session, viewer).opens("keep", Testimony.id)))
    return {(public_id, key) for public_id, key in rows}


def collections_called(session: Session, viewer: Viewer) -> dict[str, tuple[str, ...]]:
    """What each collection that whoever imports tends is called (folded) -> the public ids of those that are called so. Of others
    nothing is said."""
    found: dict[str, tuple[str, ...]] = {}
    for each in kept_catalogue.collections(enter(session, viewer)):
        for name in {folded(name.text) for name in each.names}:
            found[name] = (*found.get(name, ()), each.id)
    return found


def folded(name: str) -> str:
    """What a collection is called, whatever its capitals and spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
