"""How an account of a family stands, and whether anybody may open what became of it.

What may not live here: changing it (submitting), sentences (web).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.gate import gate, open_layers
from archive_app.access.releases import in_force
from archive_app.access.terms import LAYERS
from archive_app.access.viewer import Viewer
from archive_app.actions.family_readings import Status
from archive_app.actions.family_room import Family, FamilyRoom, own
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.consent import unit_of
from archive_app.records.erasures import is_erased
from archive_app.records.submissions import Submission


def status(room: FamilyRoom, family: Family) -> Status:
    """How it stands."""
    with reading(room.engine) as session:
        row = own(session, family)
        unread = sum(each.said_by == records.ARCHIVE and not each.seen for each in records.messages(session, row.id))
        testimony = records.testimony_of(session, row) if is_published(session, row) else None
        return Status(row.state, row.kind, row.language, row.begun_on, row.sent_on, row.decided_on, row.expires_on, row.changes, unread,
                      testimony is not None, testimony.public_id if testimony else "",
                      is_public=testimony is not None and _is_public(session, testimony.id), erased=row.state == records.WITHDRAWN and (
                          row.testimony_id is None or is_erased(session, row.testimony_id)),
                      taken_in=row.testimony_id is not None)


def is_published(session: Session, row: Submission) -> bool:
    """Whether what it became is published, and neither held nor withdrawn by anybody."""
    if row.testimony_id is None:
        return False
    unit = unit_of(session, row.testimony_id)
    said = [(each, records.speaker(session, each.party_id).capacity) for each in in_force(session, unit)]
    if any(each.effect != "permit" and capacity != "archive" for each, capacity in said):
        return False  # others hold or have withdrawn it
    return any(each.effect == "permit" and each.unit_id == unit.id and capacity == "archive" for each, capacity in said)


def _is_public(session: Session, testimony: int) -> bool:
    """What the gate says to somebody of whom nothing is known."""
    unit = unit_of(session, testimony).id
    return LAYERS[0] in open_layers(session, gate(session, Viewer(clock.now())), [unit]).get(unit, ())
