"""Whom a family asked to hide, beside the testimony: the names as they were written.

No unit: no gate opens it, no index holds it, no reading names it. It goes with its testimony. What may not live here: what is withheld
for it (actions.hiding), who may see it (access).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key
from archive_app.records.testimonies import Testimony

Name = tuple[str, str]
"""(as it is written, its language; '' = unknown)"""
NOBODY = "nobody"
"""The layer of a link to somebody or some place that is to be hidden: no release opens it."""


class HiddenPerson(Base):
    __tablename__ = "hidden_people"
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(40), default="")


def names(session: Session, testimony: int) -> list[Name]:
    """Whoever is to be hidden in a testimony (internal key), in the order in which they were named."""
    rows = session.scalars(select(HiddenPerson).where(HiddenPerson.testimony_id == testimony).order_by(HiddenPerson.position))
    return [(row.text, row.language) for row in rows]


def asked(session: Session, public_ids: Iterable[str]) -> set[str]:
    """Those of these testimonies in which somebody is to be hidden."""
    found = select(Testimony.public_id).join(HiddenPerson, HiddenPerson.testimony_id == Testimony.id)
    return set(session.scalars(found.where(Testimony.public_id.in_(list(public_ids)))))


def put(session: Session, testimony: int, wanted: Iterable[Name]) -> None:
    """Replace the list of a testimony."""
    session.execute(delete(HiddenPerson).where(HiddenPerson.testimony_id == testimony))
    session.add_all(HiddenPerson(testimony_id=testimony, position=n, text=text, language=language)
                    for n, (text, language) in enumerate(wanted, 1))
    session.flush()
