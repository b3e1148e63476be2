"""How each audience reads a testimony: what the index is fed, and which of its shelves a viewer stands before.

What may not live here: which audiences there are (audiences), how passages are cut (search).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.audiences import audiences, good_until
from archive_app.access.cards import opened
from archive_app.access.catalogue import testimony
from archive_app.access.entry import Entry, enter
from archive_app.access.index_readings import Rendition
from archive_app.access.terms import Audience, audience_of, audience_text
from archive_app.access.viewer import standing_for
from archive_app.access.words import rendered
from archive_app.records.consent import Release
from archive_app.records.jobs import Job
from archive_app.records.testimonies import Collection, Testimony


def renditions(session: Session, public_id: str, now: int) -> list[Rendition]:
    """How every audience reads one testimony at `now`, the widest first; empty when nobody reads it."""
    row = session.execute(select(Testimony.id, Collection.public_id).join(Collection, Collection.id == Testimony.collection_id)
                          .where(Testimony.public_id == public_id)).first()
    if row is None:
        return []
    key, collection = row
    ends = good_until(session, key, now)
    found = []
    for audience in audiences(session, key, now):
        entry = enter(session, standing_for(audience, now))
        whole = opened(entry, [key]).get(key)
        if whole is not None:
            found.append(Rendition(shelf_name(audience, collection), testimony(entry, whole), rendered(entry, whole), ends))
    return found


def shelf_name(audience: Audience, collection: str) -> str:
    """The canonical spelling of the audience; with its collection where belonging to it depends on the collection."""
    same_everywhere = all("registered" in clause for clause in audience)
    return audience_text(audience) if same_everywhere else f"{audience_text(audience)}@{collection}"


def shelves(entry: Entry, names: Iterable[str]) -> list[str]:
    """Those of the shelves whose whole audience the viewer belongs to."""
    collections = dict(entry.session.execute(select(Collection.public_id, Collection.id)).all())
    found = []
    for name in names:
        formula, _, collection = name.partition("@")
        also = entry.viewer.in_collection.get(collections.get(collection, 0), frozenset())
        if entry.viewer.satisfies(audience_of(formula), also):
            found.append(name)
    return found


def own(entry: Entry) -> list[tuple[str, Callable[[], list[Rendition]]]]:
    """(version, what makes the renditions) of the testimonies in which the viewer holds tokens of their own, and of those from which they
    are barred (as everybody reads them). The version changes with the content and with who asks: equal version, equal renditions."""
    keys = {*entry.viewer.in_testimony, *entry.viewer.barred}
    if not keys:
        return []
    until = select(Release.testimony_id, func.min(Release.ends).label("ends")).where(
        Release.testimony_id.in_(keys), Release.ends > entry.now).group_by(Release.testimony_id).subquery()
    rows = entry.session.execute(
        select(Testimony.public_id, Testimony.id, Testimony.row_digest, func.max(Job.id), until.c.ends)
        .join(Job, Job.subject == Testimony.public_id).join(until, until.c.testimony_id == Testimony.id)
        .where(Testimony.id.in_(keys), Job.kind == "index")
        .group_by(Testimony.public_id, Testimony.id, Testimony.row_digest, until.c.ends).order_by(Testimony.public_id)).all()
    return [(f"{public_id}:{content}:{job}:{ends}:{_holds(entry, key)}", partial(_own_of, entry, public_id, key))
            for public_id, key, content, job, ends in rows]


def _holds(entry: Entry, key: int) -> str:
    return "barred" if key in entry.viewer.barred else ",".join(sorted(entry.viewer.everywhere | entry.viewer.in_testimony[key]))


def _own_of(entry: Entry, public_id: str, key: int) -> list[Rendition]:
    return [each for each in renditions(entry.session, public_id, entry.now) if _belongs(entry, key, each.shelf)]


def _belongs(entry: Entry, key: int, shelf: str) -> bool:
    """Whether the viewer, by what they hold in this testimony, is of the audience of this shelf."""
    if key in entry.viewer.barred:
        return shelf == ""
    return entry.viewer.satisfies(audience_of(shelf.partition("@")[0]), entry.viewer.in_testimony[key])


def stale(entry: Entry) -> frozenset[str]:
    """Testimonies with an index job that is due and not done, and those from which the viewer is barred."""
    now = max(entry.now, clock.now())  # what was promised between the viewer's moment and this snapshot counts too
    due = entry.session.scalars(select(Job.subject).where(Job.kind == "index", Job.done_at.is_(None), Job.due_at <= now))
    barred = entry.session.scalars(select(Testimony.public_id).where(Testimony.id.in_(entry.viewer.barred))) if entry.viewer.barred else ()
    return frozenset(due) | frozenset(barred)
