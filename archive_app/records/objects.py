"""Which rows name an object of the vault: the one list of the columns that do, and where each of them leads.

What may not live here: the bytes (storage).
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive_app.records.consent import Evidence, Statement, Unit
from archive_app.records.copies import AccessCopy
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.sources import Source
from archive_app.records.submissions import Attachment, Submission
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Transcript, TranscriptVersion

_OF_RECORDING = select(Testimony.public_id).join(Recording, Recording.testimony_id == Testimony.id)
USES = {
    "a recording of {}": (_OF_RECORDING, Recording.object_digest),
    "a copy of a recording of {}": (_OF_RECORDING.join(AccessCopy, AccessCopy.recording_id == Recording.id), AccessCopy.object_digest),
    "a transcript of {}": (select(Testimony.public_id).join(Transcript, Transcript.testimony_id == Testimony.id)
                           .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id), TranscriptVersion.object_digest),
    "evidence of consent to {}": (select(Testimony.public_id).join(Unit, Unit.testimony_id == Testimony.id)
                                  .join(Statement, Statement.unit_id == Unit.id).join(Evidence, Evidence.id == Statement.evidence_id),
                                  Evidence.object_digest),
    "the source {}": (select(Source.public_id), Source.object_digest),
    "the file that describes {}": (select(Testimony.public_id), Testimony.object_digest),
    "a file of the submission {}": (select(Submission.public_id).join(Attachment, Attachment.submission_id == Submission.id),
                                    Attachment.object_digest),
}
"""What an object is used as, in words for staff, how to find of what, and the column that names it."""
NAMING = tuple(column for _, column in USES.values())


def named(session: Session) -> set[str]:
    """The digest of every object that some row names."""
    found = set(session.scalars(select(StoredObject.digest)))
    for column in NAMING:
        found |= {digest for digest in session.scalars(select(column).distinct()) if digest}
    return found


def is_named(session: Session, digest: str) -> bool:
    """Whether some row names this object."""
    return any(session.scalar(select(column).where(column == digest).limit(1)) for column in (StoredObject.digest, *NAMING))


def uses(session: Session, digest: str) -> list[str]:
    """What an object is used as, in words for staff, with the public ids of what it belongs to; neither names nor titles are in them."""
    return [sentence.format(public_id) for sentence, (of, column) in USES.items()
            for public_id in session.scalars(of.where(column == digest).distinct().order_by(of.selected_columns[0]))]


def forget_unnamed(session: Session, digests: set[str]) -> list[str]:
    """Strike those of these objects from the list that no row needs any more; answers them in order. The caller commits, then drops
    the bytes."""
    needed = {digest for column in NAMING for digest in session.scalars(select(column).where(column.in_(digests)))}
    unnamed = sorted(digests - needed)
    session.execute(delete(StoredObject).where(StoredObject.digest.in_(unnamed)))
    return unnamed
