"""Withholding a stretch of a testimony at the desk, and lifting that again with evidence.

What may not live here: which words lie in a stretch (withholding), who reads them (access).
"""

from __future__ import annotations

from sqlalchemy import Engine

from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer
from archive_app.actions import withholding
from archive_app.actions.change import change
from archive_app.actions.consenting import follow_up, kept
from archive_app.actions.declaring import Agreed, Proof, evidence, may_widen
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.restrictions import RestrictionRow
from archive_app.records import restrictions, transcripts


def restrict(engine: Engine, actor: Viewer, public_id: str, said: RestrictionRow, seen: int | None = None) -> None:
    """Withhold a stretch from its commit on, in every transcript, and cut it from the sound. `seen`: the number of the version of the
    first transcript in which its segments were counted; None = the one that is read now. Raises Invalid where it holds no words and no
    time, Conflict where segments were counted in another version, NotFound, NotAllowed."""
    if said.access not in TIERS:
        raise Invalid("access", f"choose one of {', '.join(TIERS)}")
    with change(engine, actor, "restrict", public_id) as work:
        row, unit = kept(work, public_id)
        if said.first_segment is not None:
            first = next(iter(transcripts.of_testimony(work.session, row.id)), None)
            version = transcripts.current_version(work.session, first) if first else None
            if seen is not None and version and version.number != seen:
                raise Conflict(public_id, "the segments have other numbers since a new version was made: look again which ones are meant")
            if first is None or said.first_segment > transcripts.count_segments(work.session, first.current_version_id or 0):
                raise Invalid("first", "the first transcript has no segment of this number")
        withholding.add_restriction(work, unit, said)
        withholding.project(work, unit)
        follow_up(work, row, unit, urgent=True)


def lift(engine: Engine, actor: Viewer, public_id: str, key: int, proof: Proof, agreed: Agreed = None) -> None:
    """End a restriction: its words are read again by whoever may read the transcript. Raises Invalid without evidence, NotFound,
    SecondPerson."""
    with change(engine, actor, "lift a restriction", public_id) as work:
        row, unit = kept(work, public_id)
        found = next((each for each in restrictions.in_force(work.session, row.id) if each.id == key), None)
        if found is None:
            raise NotFound()
        may_widen(work, row, True, proof, agreed)
        written = evidence(work, proof)
        work.detail["evidence"] = written.id if written else None
        restrictions.lift(work.session, found, work.now)
        follow_up(work, row, unit)
