"""What lists of testimonies are sorted by: values that are the same for every viewer, made when something changes.

The title as its face shows it; empty where not everybody who knows of the testimony may read its description.
What may not live here: the sorting itself (catalogue).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.entry import enter
from archive_app.access.names import appearing, filter_for
from archive_app.access.terms import EVERYBODY
from archive_app.access.viewer import standing_for
from archive_app.language.words import sort_key
from archive_app.records.consent import Release, Unit
from archive_app.records.testimonies import Testimony


def refresh(session: Session, unit: Unit) -> None:
    """Set `sort_title` and `sort_year` of a testimony from its terms and names; other units have none."""
    if unit.kind != "testimony":
        return
    row = session.get_one(Testimony, unit.id)
    audiences: dict[str, list[tuple[int, int]]] = {}
    for release in session.scalars(select(Release).where(Release.unit_id == unit.id).order_by(Release.starts)):
        audiences.setdefault(release.layer, []).append((release.starts, release.audience_id))
    if audiences.get("description") != audiences.get("existence"):
        row.sort_title, row.sort_year = "", None
        return
    shown = _open_with_existence(audiences)
    entry = enter(session, standing_for(EVERYBODY, 0))
    names = filter_for(appearing(entry, [unit.id]).get(unit.id, ()), shown)
    row.sort_title = sort_key(names(row.title, row.languages[0] if row.languages else ""))
    row.sort_year = row.first_year


def _open_with_existence(audiences: dict[str, list[tuple[int, int]]]) -> frozenset[str]:
    """The layers that are open to everybody who knows of the testimony, at all times."""
    return frozenset(layer for layer, steps in audiences.items() if steps == audiences["existence"])
