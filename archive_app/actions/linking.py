"""Who appears in a testimony, and which places it tells of, from the registry.

Who is linked is withheld where their layer is closed, from the commit on; taking a person away ends that, so it needs evidence, and so
does calling somebody the interviewer whose name is closed in it; narrators stay. What may not live here: the entries themselves
(entering), who is named by a manifest (people).
"""

from __future__ import annotations

from sqlalchemy import Engine

from archive_app.access import kept_registry
from archive_app.access.entry import enter
from archive_app.access.viewer import Viewer
from archive_app.actions import people
from archive_app.actions.change import Change, change
from archive_app.actions.consenting import follow_up, kept
from archive_app.actions.declaring import Proof, come_to, evidence, may_widen
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records import hidden
from archive_app.records.consent import Unit
from archive_app.records.registry import Person, Place, person_of, place_of
from archive_app.records.testimonies import PlaceLink, Testimony, appearances, place_links

NONE = Proof()
ROLES = {"narrator": "identity", "interviewer": "description", "relative": "identity", "witness": "identity", "mentioned": "identity",
         "other": "identity"}
"""Role -> the layer that must be open for the real name."""


def link_person(engine: Engine, actor: Viewer, public_id: str, person: str, role: str, proof: Proof = NONE) -> None:
    """Somebody of the registry, by id or name, appears in a testimony. A narrator must be heard: until then it is sealed. An interviewer
    whose name is closed in it needs evidence. Raises Invalid, Conflict for what is written down already, NotFound, NotAllowed."""
    if role not in ROLES:
        raise Invalid("role", f"choose one of {', '.join(ROLES)}")
    with change(engine, actor, "link", public_id) as work:
        row, unit = kept(work, public_id)
        who = kept_registry.called(enter(work.session, actor), "people", person) if person.strip() else None
        if not isinstance(who, Person):
            raise Invalid("people", "nothing of this id or name is in the registry")
        there = [each for each in appearances(work.session, row.id) if each.role == role]
        if any(each.person_id == who.id for each in there):
            raise Conflict(public_id, "this person appears in it in this role already")
        position = max((each.position for each in there), default=0) + 1
        may_widen(work, row, role == "interviewer" and _closed(work, row, unit, who.id), proof, None)
        written = evidence(work, proof)
        work.detail["evidence"] = written.id if written else None
        if role == "narrator":
            people.narrates(work, unit, row, who.id, position)
        else:
            people.appear(work, row, who.id, role, position, ROLES[role])
        follow_up(work, row, unit, urgent=True)


def _closed(work: Change, row: Testimony, unit: Unit, person: int) -> bool:
    """Whether somebody appears in it in a role whose layer fewer may read than its description."""
    layers = {each.layer for each in appearances(work.session, row.id) if each.person_id == person} - {"description", hidden.NOBODY}
    terms = come_to(work, unit) if layers else {}
    return not all(terms[layer].since(work.now) <= terms["description"].since(work.now) for layer in layers)


def unlink_person(engine: Engine, actor: Viewer, public_id: str, role: str, position: int, person: str, proof: Proof) -> None:
    """Somebody (public id) no longer appears in a testimony: their name is no longer withheld there. Raises Invalid without evidence and
    for narrators, Conflict where another stands in this place now, NotFound, NotAllowed."""
    with change(engine, actor, "link", public_id) as work:
        row, unit = kept(work, public_id)
        found = next((each for each in appearances(work.session, row.id) if (each.role, each.position) == (role, position)), None)
        if found is None:
            raise NotFound()
        if person_of(work.session, found.person_id).public_id != person:
            raise Conflict(public_id, "somebody else was linked in this place in the meantime: look again whom you mean")
        if role == "narrator":
            raise Invalid("note", "a narrator stays: taking one away would open what they have not allowed")
        may_widen(work, row, True, proof, None)
        written = evidence(work, proof)
        work.detail["evidence"] = written.id if written else None
        work.session.delete(found)
        work.session.flush()
        follow_up(work, row, unit)


def link_place(engine: Engine, actor: Viewer, public_id: str, place: str) -> None:
    """A testimony tells of a place of the registry, by id or name. Raises Invalid, Conflict, NotFound, NotAllowed."""
    with change(engine, actor, "link", public_id) as work:
        row, unit = kept(work, public_id)
        where = kept_registry.called(enter(work.session, actor), "places", place) if place.strip() else None
        if not isinstance(where, Place):
            raise Invalid("places", "nothing of this id or name is in the registry")
        there = place_links(work.session, row.id)
        if any(each.place_id == where.id for each in there):
            raise Conflict(public_id, "this place is among them already")
        position = max((each.position for each in there), default=0) + 1
        work.session.add(PlaceLink(testimony_id=row.id, place_id=where.id, position=position))
        follow_up(work, row, unit)


def unlink_place(engine: Engine, actor: Viewer, public_id: str, position: int, place: str = "", proof: Proof = NONE) -> None:
    """A testimony no longer tells of a place; `place`: the public id of the one that is meant, '' = whichever stands there. One that is
    hidden needs evidence, for it could be linked anew. Raises Invalid, NotFound, NotAllowed, Conflict where another stands there now."""
    with change(engine, actor, "link", public_id) as work:
        row, unit = kept(work, public_id)
        there = [each for each in place_links(work.session, row.id) if each.position == position]
        found = next((each for each in there if place in ("", place_of(work.session, each.place_id).public_id)), None)
        if found is None and there:
            raise Conflict(public_id, "another place was linked here in the meantime: look again which one you mean")
        if found is None:
            raise NotFound()
        may_widen(work, row, found.layer == hidden.NOBODY, proof, None)
        written = evidence(work, proof) if found.layer == hidden.NOBODY else None
        work.detail["evidence"] = written.id if written else None
        work.session.delete(found)
        follow_up(work, row, unit)
