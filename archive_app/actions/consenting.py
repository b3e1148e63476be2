"""Statements of consent: recorded once, never changed. Publish, unpublish and withdraw are statements too.

Narrowing takes effect at once; widening needs evidence, at the desk. What may not live here: what statements come to
(access.deciding), who may read (access.gate).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app.access.releases import in_force
from archive_app.access.terms import LAYERS, OPEN, Terms, to_json
from archive_app.access.viewer import Viewer
from archive_app.actions import hiding
from archive_app.actions.change import Change, change
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records import recordings
from archive_app.records.consent import Evidence, Party, Statement, Unit, parts, party, unit_of
from archive_app.records.erasures import is_erased
from archive_app.records.testimonies import Testimony, by_public_id

ERASED = "this testimony was erased: nothing of it is left to be worked on"


def record(work: Change, speaker: Party, unit: Unit, effect: str, terms: Mapping[str, Terms] | None = None,
           evidence: Evidence | None = None, supersedes: tuple[int, ...] = (), reason: str = "") -> Statement:
    """Write down one statement; it counts from the commit of this change on."""
    row = Statement(party_id=speaker.id, unit_id=unit.id, effect=effect,
                    terms={layer: to_json(value) for layer, value in (terms or {}).items()},
                    evidence_id=evidence.id if evidence else None, recorded_by=work.by, recorded_at=work.now,
                    supersedes=sorted(supersedes), reason=reason)
    work.session.add(row)
    work.session.flush()
    work.closes |= effect != "permit"
    seen = work.detail.setdefault("statements", {})
    assert isinstance(seen, dict)
    seen[str(row.id)] = row.digest()
    return row


def publish(engine: Engine, actor: Viewer, public_id: str) -> None:
    """The archive's own statement on a testimony and on every part that is there now. The narrator's terms still hold. In the shell; at
    the desk a second person may be asked (declaring)."""
    with change(engine, actor, "publish", public_id) as work:
        row, unit = kept(work, public_id)
        publish_parts(work, unit)
        follow_up(work, row, unit)


def publish_parts(work: Change, unit: Unit, only: Collection[int] | None = None) -> bool:
    """Name everything there is now: what is added later starts with the archive's silence. `only`: nothing but these units (their keys).
    False where all of it was published."""
    speaker = archive_party(work, unit)
    said = {statement.unit_id for statement in in_force(work.session, unit) if _published(statement, speaker)}
    new = [part for part in publishable(work.session, unit) if part.id not in said and (only is None or part.id in only)]
    for part in new:
        record(work, speaker, part, "permit", dict.fromkeys(LAYERS, OPEN))
    return bool(new)


def publishable(session: Session, unit: Unit) -> list[Unit]:
    """A testimony and its parts, of each of which the archive says that it may be read."""
    return [unit, *(each for each in parts(session, unit.id) if each.kind != "restriction")]


def is_published(work: Change, unit: Unit) -> bool:
    """Whether the archive's own statement on a testimony is in force."""
    speaker = archive_party(work, unit)
    return any(row.unit_id == unit.id and _published(row, speaker) for row in in_force(work.session, unit))


def unpublish(engine: Engine, actor: Viewer, public_id: str) -> None:
    """Take a testimony back to the desk: the archive's permits end, what others said stays as it was."""
    with change(engine, actor, "unpublish", public_id) as work:
        row, unit = kept(work, public_id)
        take_back(work, unit)
        follow_up(work, row, unit, urgent=True)


def take_back(work: Change, unit: Unit) -> bool:
    """End every permit of the archive on a testimony and its parts; False when it was not published."""
    speaker = archive_party(work, unit)
    permits = [statement for statement in in_force(work.session, unit) if _published(statement, speaker)]
    for statement in permits:
        part = unit_of(work.session, statement.unit_id)
        record(work, speaker, part, "hold", supersedes=(statement.id,))
    return bool(permits)


def withdraw(engine: Engine, actor: Viewer, public_id: str, reason: str) -> None:
    """The narrator takes the testimony back: closed to every reader from this commit on; custodians keep it."""
    if not reason.strip():
        raise Invalid("reason", "say why this is withdrawn, and who asked for it")
    with change(engine, actor, "withdraw", public_id) as work:
        row, unit = kept(work, public_id)
        if any(each.effect == "withdraw" for each in in_force(work.session, unit)):  # what is only held would open again when that ends
            raise Conflict(public_id, "this testimony is withdrawn already")
        close(work, row, unit, "withdraw", reason.strip())


def close(work: Change, row: Testimony, unit: Unit, effect: str, reason: str, evidence: Evidence | None = None) -> None:
    """Record that the narrator (where none is known, the archive) withdraws or holds a testimony. `effect`: withdraw, hold."""
    narrators = party(work.session, unit.id, "narrator")
    record(work, narrators[0] if narrators else archive_party(work, unit), unit, effect, evidence=evidence, reason=reason)
    follow_up(work, row, unit, urgent=True)


def kept(work: Change, public_id: str) -> tuple[Testimony, Unit]:
    """A testimony that the actor may tend. Raises NotFound for what is not there or not theirs, Conflict for what was erased."""
    row = by_public_id(work.session, public_id)
    if row is None:
        raise NotFound()
    unit = unit_of(work.session, row.id)
    work.may_keep(unit)
    if is_erased(work.session, row.id):
        raise Conflict(public_id, ERASED)
    return row, unit


def follow_up(work: Change, row: Testimony, unit: Unit, urgent: bool = False) -> list[str]:
    """Hide whom the family asked to hide in what is new; at the commit, derive the releases of a testimony and its parts again and promise
    that the index and the copies of its recordings follow; `urgent` = it closes. Sentences on what was hidden."""
    said = hiding.follow(work, unit, row)
    urgent |= bool(said)
    work.touch(unit)
    work.promise("index", row.public_id, urgent)
    if recordings.of_testimony(work.session, row.id):
        work.promise("derive", row.public_id, urgent)
    return said


def archive_party(work: Change, unit: Unit) -> Party:
    """The archive as a party of this unit; written down at its first word."""
    known = party(work.session, unit.id, "archive")
    if known:
        return known[0]
    speaker = Party(unit_id=unit.id, capacity="archive", required=False)
    work.session.add(speaker)
    work.session.flush()
    return speaker


def stopped(work: Change, unit: Unit) -> bool:
    """Whether a hold or a withdrawal is in force."""
    speaker = archive_party(work, unit)
    return any(row.effect != "permit" and row.party_id != speaker.id for row in in_force(work.session, unit))


def _published(row: Statement, speaker: Party) -> bool:
    return row.party_id == speaker.id and row.effect == "permit"
