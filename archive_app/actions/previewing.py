"""What others will see of a submission: it is accepted and published in an archive that is nowhere but in memory, and read there through
the real gate by everybody's viewers. What is published already, they read where it is.

Nothing of it touches the database or a disk. What may not live here: decisions; they are the gate's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.gate import gate, open_layers
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.releases import allowed_uses
from archive_app.access.terms import LAYERS
from archive_app.access.viewer import Viewer
from archive_app.actions import attaching, by_hand, consenting, family_consent
from archive_app.actions.accepting import Carried, carry_over, told_in
from archive_app.actions.answers import AUDIENCES, NOBODY_FOR_NOW
from archive_app.actions.change import change, operator
from archive_app.actions.family_readings import Preview, View, attached, saved
from archive_app.actions.family_room import Family, FamilyRoom, key_of, may_review, own, read_by
from archive_app.actions.family_standing import is_published
from archive_app.actions.turns import READING, turn
from archive_app.errors import NotFound
from archive_app.records import submissions as records
from archive_app.records.base import reading
from archive_app.records.consent import unit_of
from archive_app.records.scratch import scratch
from archive_app.records.submissions import Submission
from archive_app.storage.vault import Kept

WOULD_BE = "would-be"
VIEWERS = {"anonymous": frozenset[str](), "registered": frozenset({"registered"}), "onsite": frozenset({"onsite"})}
OPEN_TO = {"public": "anonymous", "registered": "registered", "reading-room": "onsite"}
"""Audience -> the viewer who shows that something is open to it."""


def preview(room: FamilyRoom, family: Family) -> Preview:
    """What others read now, of what is published; of anything else, what they would read if it were published as it is told. Raises
    NotFound."""
    with reading(room.engine) as session:
        row = own(session, family)
        new = gathered(room, session, row, family.key)
        testimony, waits = records.testimony_of(session, row), frozenset[str]()
        if testimony is not None and row.party_id is not None:
            waits = family_consent.waits(session, unit_of(session, testimony.id), row.party_id, new.saved, clock.now())
        if testimony is not None and is_published(session, row):
            return replace(_seen(session, testimony.public_id, testimony.id), waits=waits, is_now=True, month=_month(new))
    return replace(tried(new), waits=waits)


def preview_for(room: FamilyRoom, actor: Viewer, public_id: str) -> Preview:
    """The same for archivists, of what was sent. Raises NotFound, NotAllowed."""
    may_review(actor, "read submission")
    with reading(room.engine) as session:
        row = read_by(session, actor, public_id)
        new = gathered(room, session, row, key_of(room, row))
    return tried(new)


def gathered(room: FamilyRoom, session: Session, row: Submission, key: bytes, fresh: bool = False) -> Carried:
    """What of a submission would be carried over, unsealed; with `fresh` only what was not yet. Files keep their places."""
    rows = [each for each in records.attachments(session, row.id) if not (fresh and each.recording_id is not None)]
    files = tuple((attached(each, key), Kept(each.object_digest, 0)) for each in rows)

    def read(place: int) -> bytes:
        with attaching.opened(room, rows[place], key) as stream:
            return stream.read()

    told = saved(records.steps(session, row.id), key)
    if not fresh:  # all of it is told anew where nothing counts as carried over
        told.pop(by_hand.STEP, None)
    return Carried(told, files, read, row.language)


def tried(new: Carried) -> Preview:
    """Accept it, publish it and read it, in memory. Raises Busy while others do."""
    with turn(READING), scratch() as engine:
        with change(engine, operator(), "accept submission", WOULD_BE) as work:
            row, _, _ = carry_over(work, WOULD_BE, WOULD_BE, "", new)
            unit = unit_of(work.session, row.id)
            consenting.publish_parts(work, unit)
        with reading(engine) as session:
            return replace(_seen(session, WOULD_BE, unit.id), month=_month(new))


def _month(new: Carried) -> str:
    return told_in(new.saved) or clock.iso(clock.now())[:7]


def _seen(session: Session, public_id: str, key: int) -> Preview:
    """What everybody's viewers are given of a testimony, by the gate of the archive that it is in."""
    now = clock.now()
    viewers = {name: Viewer(now, everywhere=tokens) for name, tokens in VIEWERS.items()}
    layers = {name: open_layers(session, gate(session, viewer), [key]).get(key, frozenset()) for name, viewer in viewers.items()}
    views = {name: _view(ReadingRoom(session, viewer), public_id) for name, viewer in viewers.items()}
    widest: Callable[[str], str] = lambda layer: next(  # noqa: E731
        (audience for audience in reversed(AUDIENCES) if layer in layers.get(OPEN_TO.get(audience, ""), ())), NOBODY_FOR_NOW)
    return Preview({layer: widest(layer) for layer in LAYERS}, views, allowed_uses(session, unit_of(session, key), now))


def _view(room: ReadingRoom, public_id: str) -> View:
    try:
        testimony = room.testimony(public_id)
    except NotFound:
        return View(None)
    return View(testimony, tuple(room.transcript(public_id, head.n) for head in testimony.transcripts))
