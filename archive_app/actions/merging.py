"""Two people, places or events made one, and one made two again, exactly as they were.

Both ids keep answering: the old one leads to the kept one for those who may know both (access.merged). It may let more people read a name,
so it needs evidence, and a second person where a collection of theirs asks for one. What may not live here: what moves (records.merges),
the preview (access.kept_things).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from archive_app.access import kept_registry, kept_things
from archive_app.access.entry import enter
from archive_app.access.kept_registry_readings import NAMED, KeptMerging
from archive_app.access.releases import in_force
from archive_app.access.terms import from_json, join
from archive_app.access.viewer import Viewer
from archive_app.actions import registering
from archive_app.actions.change import Change, change
from archive_app.actions.declaring import Proof, evidence, may_widen
from archive_app.actions.entering import tended
from archive_app.errors import ArchiveError, Invalid, NotFound
from archive_app.language.words import sort_key
from archive_app.records import merges, registry
from archive_app.records.consent import unit_of
from archive_app.records.merges import Merge
from archive_app.records.testimonies import by_key, linked_to


class Moved(ArchiveError):
    """What would move is no longer what whoever asks has read: `now` is. Nothing was written."""

    code, status = "conflict", 409

    def __init__(self, now: KeptMerging) -> None:
        super().__init__("somebody else changed one of the two in the meantime")
        self.now = now


def merge(engine: Engine, actor: Viewer, kind: str, kept_id: str, other_id: str, seen: str, proof: Proof) -> None:
    """Make `other_id` one with `kept_id`. `seen`: the digest of the preview. Raises Moved, Invalid without evidence,
    Conflict, NotFound, NotAllowed."""
    if kind not in NAMED:
        raise NotFound()
    with change(engine, actor, "merge", kept_id) as work:
        kept, other = tended(work, kind, kept_id), tended(work, kind, other_id)
        _may_be_one(work, kept, other)
        preview = kept_things.merging(enter(work.session, actor), kind, kept, other)
        if preview.digest != seen:
            raise Moved(preview)
        _may_widen(work, (kept.id, other.id), proof)
        work.subject = kept.public_id
        written = evidence(work, proof)
        moved = merges.move(work.session, kept, other, sort_key)
        follow(work, kept.id, other.id)
        row = Merge(kept_id=kept.id, merged_id=other.id, evidence_id=written.id if written else None, merged_by=work.by, merged_at=work.now,
                    moved=moved)
        work.session.add(row)
        work.session.flush()
        work.detail |= {"merge": row.id, "other": other.public_id}


def undo(engine: Engine, actor: Viewer, kind: str, kept_id: str, other_id: str, proof: Proof) -> None:
    """Make two again of what a merge made one, whatever else was made one with it since. Raises Invalid without evidence and for a place
    that would lie within itself, Conflict, NotFound, NotAllowed."""
    with change(engine, actor, "undo a merge", kept_id) as work:
        kept = tended(work, kind, kept_id)
        other = registry.by_public_id(work.session, kept_registry.TABLES[kind], other_id)
        row = next((each for each in merges.of_kept(work.session, kept.id) if other and each.merged_id == other.id), None)
        if other is None or row is None or not kept_registry.was_known(enter(work.session, actor), row):
            raise NotFound()
        _may_widen(work, (kept.id,), proof)
        work.subject = kept.public_id
        written = evidence(work, proof)
        row.undone_by, row.undone_at = work.by, work.now
        merges.put_back(work.session, kept, other, row, sort_key)
        if isinstance(other, registry.Place) and _lies_in(work, other.id, other.id):
            raise Invalid("other", "a place cannot lie within itself, nor within what lies within it")
        follow(work, kept.id, other.id)
        work.detail |= {"merge": row.id, "other": other.public_id, "evidence": written.id if written else None}


def follow(work: Change, *keys: int) -> None:
    """Let everything follow that takes names from these rows."""
    for key in keys:
        registering.follow(work, unit_of(work.session, key))


def _may_be_one(work: Change, kept: Any, other: Any) -> None:
    if kept.id == other.id:
        raise Invalid("other", "these two are one already")
    if isinstance(kept, registry.Place) and (_lies_in(work, kept.id, other.id) or _lies_in(work, other.id, kept.id)):
        raise Invalid("other", "one of these places lies within the other")
    own, theirs = _said(work, kept.id), _said(work, other.id)
    if own and theirs and not join(theirs) <= join(own):
        raise Invalid("other", "the one that is kept is open to more people than the other: narrow it first")


def _lies_in(work: Change, place: int, other: int) -> bool:
    above = registry.within(work.session, place)
    while above not in (None, other):
        above = registry.within(work.session, above or 0)
    return above == other


def _said(work: Change, key: int) -> list[Any]:
    """The terms written for a row by itself."""
    live = in_force(work.session, unit_of(work.session, key))
    return [from_json(each.terms["existence"]) for each in live if "existence" in each.terms]


def _may_widen(work: Change, keys: tuple[int, ...], proof: Proof) -> None:
    """Raises Invalid without evidence, and SecondPerson where a collection of a testimony of theirs asks for one, whether or not whoever
    asks tends that testimony: what is held is to be opened by nobody alone."""
    if not proof:
        raise Invalid("note", "this can let more people read than before: say where the evidence is, or attach it")
    told = {testimony for key in keys for testimony, _ in linked_to(work.session, key)}
    for testimony in sorted(told):
        may_widen(work, by_key(work.session, testimony), True, proof, None)
