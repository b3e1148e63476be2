"""The copies of a testimony's recordings are noted, and those that nobody may be given any more are forgotten.

The bytes rest in the vault before they are named here, and leave it after they are named no more. What may not live here: how a copy is
made (storage.recipes), when (jobs).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from archive_app import ids
from archive_app.access.copies import Wanted
from archive_app.actions.change import Change, change, operator
from archive_app.actions.parts import remember
from archive_app.records import copies, erasures, objects, recordings
from archive_app.records.consent import unit_of
from archive_app.records.copies import AccessCopy, FailedCopy
from archive_app.records.testimonies import by_public_id
from archive_app.storage.vault import Kept


@dataclass(frozen=True)
class Part:
    """One file of a copy, kept: `number` is the page of a document, from 1, and 0 where there is one file."""

    number: int
    kept: Kept
    media_type: str
    facts: dict[str, object]


def note(engine: Engine, public_id: str, wanted: Wanted, parts: Sequence[Part]) -> None:
    """Write down a copy that was made; nothing happens where it is known already or the recording is gone."""
    with change(engine, operator(), "derive", public_id) as work:
        row = _recording(work, public_id, wanted)
        if row is None or (wanted.recording, wanted.recipe, wanted.key) in copies.made(work.session, {wanted.recording}):
            return
        work.touch(unit_of(work.session, row.testimony_id))
        for part in parts:
            remember(work, part.kept)
            # what is withheld may not show in the id: two copies that are equal have equal ids under a test key
            name = f"{row.public_id}/{wanted.recipe}/{part.number}/{part.kept.digest}/{wanted.cuts.plain()}"
            work.session.add(AccessCopy(
                public_id=ids.public("copy", name), recording_id=row.id, recipe=wanted.recipe, part=part.number, key=wanted.key,
                object_digest=part.kept.digest, media_type=part.media_type, facts=part.facts, made_at=work.now))


def note_failure(engine: Engine, public_id: str, wanted: Wanted, reason: str) -> None:
    """Write down that a copy cannot be made, so that it is not tried again and staff can see why."""
    with change(engine, operator(), "derive", public_id) as work:
        row = _recording(work, public_id, wanted)
        if row is not None:
            work.touch(unit_of(work.session, row.testimony_id))
            failed = FailedCopy(recording_id=wanted.recording, recipe=wanted.recipe, key=wanted.key, reason=reason[:400], tried_at=work.now)
            copies.note_failure(work.session, failed)


def forget(engine: Engine, public_id: str, wanted: Collection[Wanted]) -> dict[str, int]:
    """Forget copies that are not among those wanted, made or failed; the digests of objects that nothing names any more, each with the
    moment at which it was noted last (ms UTC): somebody may be about to bring in the same bytes."""
    keys = {(each.recording, each.recipe, each.key) for each in wanted}
    with change(engine, operator(), "derive", public_id) as work:
        row = by_public_id(work.session, public_id)
        mine = {each.id for each in recordings.of_testimony(work.session, row.id)} if row else set[int]()
        old = [copy for copy in copies.of_recordings(work.session, mine) if (copy.recording_id, copy.recipe, copy.key) not in keys]
        failed = copies.failed(work.session, mine) - keys
        if row is None or not (old or failed):
            return {}
        work.touch(unit_of(work.session, row.id))
        copies.drop_failed(work.session, failed)
        copies.drop(work.session, {copy.id for copy in old})
        digests = {copy.object_digest for copy in old}
        noted = erasures.noted(work.session, digests)
        return {digest: noted[digest][1] for digest in objects.forget_unnamed(work.session, digests)}


def _recording(work: Change, public_id: str, wanted: Wanted) -> recordings.Recording | None:
    row = by_public_id(work.session, public_id)
    return next((each for each in recordings.of_testimony(work.session, row.id) if each.id == wanted.recording), None) if row else None
