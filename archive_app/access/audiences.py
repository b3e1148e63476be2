"""Which audiences a testimony has: for each there is something to be made ready (passages of the index, copies of recordings).

They are those of its layers, transcripts, recordings and restrictions, closed under union, so that a viewer who belongs to two of them
finds what is open to both. What may not live here: what any of them reads (renditions, copies).
"""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive_app.access.terms import FOREVER, LAYERS, NOBODY, Audience, audience_of, audience_text, minimal
from archive_app.records.consent import AudienceRow, Release, Unit

LAYERS_READ = (*LAYERS, "words")
UNREACHABLE = frozenset({frozenset({"desk"})})
"""A draft has no audience: it is kept, and read by nobody."""


def audiences(session: Session, testimony_key: int, now: int) -> list[Audience]:
    """The audiences of a testimony (internal key) that somebody belongs to, the widest first."""
    asked = select(Release.unit_id, Release.layer, AudienceRow.formula).join(AudienceRow, AudienceRow.id == Release.audience_id)
    rows = session.execute(asked.distinct().where(
        or_(Release.unit_id == testimony_key, Release.unit_id.in_(select(Unit.id).where(Unit.parent_id == testimony_key))),
        Release.layer.in_(LAYERS_READ), Release.starts <= now, Release.ends > now)).all()
    whole = {audience_of(formula) for unit, layer, formula in rows if unit == testimony_key and layer == "existence"}
    for _, _, formula in sorted(rows):
        whole |= {minimal(audience | audience_of(formula)) for audience in whole}
    reached = [audience for audience in whole if audience != NOBODY and not UNREACHABLE & audience]
    return sorted(reached, key=lambda audience: (len(audience), audience_text(audience)))


def good_until(session: Session, testimony_key: int, now: int) -> int:
    """When (ms UTC) the next step of its terms may change who reads what of it; FOREVER where none comes."""
    return session.scalar(select(func.min(Release.ends)).where(Release.testimony_id == testimony_key, Release.ends > now)) or FOREVER
