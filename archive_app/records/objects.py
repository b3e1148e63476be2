"""Which rows name an object of the vault: the one list of the columns that do.

What may not live here: the bytes (storage).
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive_app.records.consent import Evidence
from archive_app.records.copies import AccessCopy
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.sources import Source
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import TranscriptVersion

NAMING = (Recording.object_digest, AccessCopy.object_digest, TranscriptVersion.object_digest, Evidence.object_digest, Source.object_digest,
          Testimony.object_digest)


def named(session: Session) -> set[str]:
    """The digest of every object that some row names."""
    found = set(session.scalars(select(StoredObject.digest)))
    for column in NAMING:
        found |= {digest for digest in session.scalars(select(column).distinct()) if digest}
    return found


def is_named(session: Session, digest: str) -> bool:
    """Whether some row names this object."""
    return any(session.scalar(select(column).where(column == digest).limit(1)) for column in (StoredObject.digest, *NAMING))


def forget_unnamed(session: Session, digests: set[str]) -> list[str]:
    """Strike those of these objects from the list that no row needs any more; answers them in order. The caller commits, then drops
    the bytes."""
    needed = {digest for column in NAMING for digest in session.scalars(select(column).where(column.in_(digests)))}
    unnamed = sorted(digests - needed)
    session.execute(delete(StoredObject).where(StoredObject.digest.in_(unnamed)))
    return unnamed
