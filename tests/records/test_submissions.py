"""What is kept of submissions: an erased testimony leaves nothing in the submission that it was."""

from __future__ import annotations

import io

from archive_app.actions import attaching, family_room, reviewing, submitting
from archive_app.records import objects, submissions
from archive_app.records.base import reading, writing
from archive_app.records.recordings import Recording
from archive_app.records.transcripts import TranscriptVersion
from tests.factories import families
from tests.factories.archives import Archive


def test_what_a_submission_holds_of_an_erased_testimony_goes_too(archive: Archive) -> None:
    room = families.room_over(archive)
    made, family = families.begun(room)
    families.tell(room, family)
    attaching.attach(room, family, families.photograph(), "river.jpg")
    submitting.send(room, family)
    reviewing.accept(room, families.archivist(), family.id, "valley")
    attaching.attach(room, family, io.BytesIO(b"Added later.\n"), "more.txt")
    with reading(archive.engine) as session:
        row = submissions.by_public_id(session, family.id)
        assert row is not None and row.testimony_id is not None
        plain = session.query(Recording).one().object_digest
        kept = session.query(TranscriptVersion).one().object_digest
    with writing(archive.engine) as session:
        named = submissions.erase_of(session, row.testimony_id)
        assert len(named) == 2 and plain in named and kept not in named
        assert len(objects.forget_unnamed(session, named)) == 1  # the recording is the erasure's own affair
        session.commit()
    assert submitting.status(room, family).state == "withdrawn" and submitting.answers(room, family) == {}
    assert submitting.attachments(room, family) == () and family_room.enter(room, " ".join(made.receipt))


def test_other_submissions_stay(archive: Archive) -> None:
    room = families.room_over(archive)
    _, family = families.sent(room)
    with writing(archive.engine) as session:
        assert submissions.erase_of(session, 1) == set()
        session.commit()
    assert submitting.answers(room, family) == families.ACCOUNT
