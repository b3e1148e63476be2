"""The recordings of a testimony as those who tend it have them: every version, with what is known of its bytes.

Whoever asks has been let in by the gate's `keep` already (desk). What may not live here: bytes, copies for readers.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app.access.kept_readings import KeptRecording
from archive_app.access.releases import in_force
from archive_app.access.terms import audience_text, from_json, join
from archive_app.records import recordings, testimonies
from archive_app.records.consent import Party, Statement, Unit
from archive_app.records.fixity import FixityCheck
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.testimonies import Tape


def kept_recordings(session: Session, row: testimonies.Testimony, unit: Unit, now: int) -> tuple[KeptRecording, ...]:
    """In tape order, the newest version of each before the older ones."""
    there = recordings.of_testimony(session, row.id)
    stored = {each.digest: each for each in session.scalars(
        select(StoredObject).where(StoredObject.digest.in_([each.object_digest for each in there])))}
    tapes = {each.id: each for each in session.scalars(select(Tape).where(Tape.id.in_([each.tape_id for each in there if each.tape_id])))}
    checks = _newest_checks(session, list(stored))
    said = in_force(session, unit)
    archive = set(session.scalars(select(Party.id).where(Party.capacity == "archive", Party.id.in_([each.party_id for each in said]))))
    published = {each.unit_id for each in said if each.party_id in archive and each.effect == "permit"}
    replaced = {each.replaces_id for each in there}
    return tuple(_one(each, stored[each.object_digest], tapes.get(each.tape_id or 0), checks.get(each.object_digest), each.id in published,
                      each.id in replaced, _own_terms(each, said, archive, now))
                 for each in sorted(there, key=lambda each: (_first(each, there), -each.position)))


def _first(one: Recording, there: list[Recording]) -> int:
    """The position of the oldest version of a recording."""
    by_key = {each.id: each for each in there}
    while (before := by_key.get(one.replaces_id or 0)) is not None:
        one = before
    return one.position


def _newest_checks(session: Session, digests: list[str]) -> dict[str, FixityCheck]:
    newest = select(func.max(FixityCheck.id)).where(FixityCheck.digest.in_(digests)).group_by(FixityCheck.digest)
    return {each.digest: each for each in session.scalars(select(FixityCheck).where(FixityCheck.id.in_(newest)))}


def _own_terms(one: Recording, said: list[Statement], archive: set[int], now: int) -> str:
    """Whom statements on this one alone let in, in canonical spelling; '' = there are none but the archive's own."""
    own = [from_json(text) for each in said if each.unit_id == one.id and each.party_id not in archive and each.effect == "permit"
           for layer, text in each.terms.items() if layer == one.kind]
    return audience_text(join(own).at(now).audience) if own else ""


def _one(row: Recording, stored: StoredObject, tape: Tape | None, check: FixityCheck | None, published: bool, replaced: bool,
         access: str) -> KeptRecording:
    facts = {name: str(value) for name, value in row.facts.items()}
    return KeptRecording(
        row.public_id, row.kind, row.label, row.file_name, tape.position if tape else 0, tape.offset_ms if tape else None, row.duration_ms,
        stored.size, row.object_digest, stored.kept_at, check.checked_at if check else None, check.outcome if check else "", facts,
        published, replaced, access)
