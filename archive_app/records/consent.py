"""Consent as kept: units, parties, evidence, append-only statements, and the releases derived from them.

A unit is anything that terms can be written for: collection > testimony > recording, transcript, restriction; and person, place,
event, source, sourced statement. Statements are never updated and never deleted: triggers refuse (see the migration).
What may not live here: how terms are derived (access.deciding) or asked (access.gate).
"""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import JSON, ForeignKey, Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment


class Unit(Base):
    """`testimony_id` and `collection_id`: where tokens held in a testimony or a collection count (null outside one)."""

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id"), index=True)
    testimony_id: Mapped[int | None] = mapped_column(Key, index=True)
    collection_id: Mapped[int | None] = mapped_column(Key, index=True)


class Party(Base):
    """Who must be heard on a unit. `capacity`: narrator, next_of_kin, guardian, representative, community, archive."""

    __tablename__ = "consent_parties"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id"))
    stands_for_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consent_parties.id"))
    required: Mapped[bool] = mapped_column(default=True)


UNASKED = "unasked"
"""The kind of evidence of what the archive itself wrote down, out of caution, before anybody was asked."""


class Evidence(Base):
    """`kind`: form, recording, click, board, import, unasked. The bytes lie in the vault under `object_digest`; no reader reaches them."""

    __tablename__ = "consent_evidence"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_objects.digest"))
    note: Mapped[str] = mapped_column(Text, default="")
    given_on: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class Statement(Base):
    """`effect`: permit, hold, withdraw. `terms`: layer -> Terms as JSON text; empty on hold and withdraw = every layer."""

    __tablename__ = "consent_statements"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    party_id: Mapped[int] = mapped_column(Key, ForeignKey("consent_parties.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), index=True)
    effect: Mapped[str] = mapped_column(String(10))
    terms: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    evidence_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consent_evidence.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    form_version: Mapped[str] = mapped_column(String(40), default="")
    form_language: Mapped[str] = mapped_column(String(40), default="")
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[int] = mapped_column(Moment)
    supersedes: Mapped[list[int]] = mapped_column(JSON, default=list)

    def digest(self) -> str:
        """SHA-256 over everything it says: kept in the audit chain, so that a change behind the database's back shows."""
        content = [self.id, self.party_id, self.unit_id, self.effect, self.terms, self.evidence_id, self.reason, self.form_version,
                   self.form_language, self.recorded_by, self.recorded_at, self.supersedes]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class AudienceRow(Base):
    """An audience formula in its canonical spelling, interned: a few tens."""

    __tablename__ = "audiences"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    formula: Mapped[str] = mapped_column(Text, unique=True)


class Release(Base):
    """Who may read a layer of a unit from `starts` until before `ends` (ms UTC). Derived; a missing row is closed.

    Besides the layers of terms: `words` on a restriction (who reads what it withholds) and `keep` (who may tend it at the desk).
    The index by layer holds all that the gate asks for: one entry answers for one unit, whatever the viewer holds.
    """

    __tablename__ = "releases"
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id"), primary_key=True)
    layer: Mapped[str] = mapped_column(String(12), primary_key=True)
    starts: Mapped[int] = mapped_column(Moment, primary_key=True)
    ends: Mapped[int] = mapped_column(Moment)
    audience_id: Mapped[int] = mapped_column(Key, ForeignKey("audiences.id"))
    naming: Mapped[str] = mapped_column(String(10))
    delivery: Mapped[str] = mapped_column(String(10))
    refused: Mapped[str] = mapped_column(String(140))
    testimony_id: Mapped[int | None] = mapped_column(Key)
    collection_id: Mapped[int | None] = mapped_column(Key)
    __table_args__ = (Index("ix_releases_by_layer", "layer", "unit_id", "starts", "ends", "audience_id", "testimony_id", "collection_id"),
                      Index("ix_releases_testimony_id", "testimony_id"))


def written_evidence(session: Session, key: int) -> Evidence:
    """Evidence that was written down before."""
    return session.get_one(Evidence, key)


# What every page and every change asks, formed once.
_AUDIENCES = select(AudienceRow.id, AudienceRow.formula)
_STATEMENTS = select(Statement).where(Statement.unit_id.in_(bindparam("units", expanding=True))).order_by(Statement.id)
_PARTS = select(Unit).where(Unit.parent_id == bindparam("unit")).order_by(Unit.id)


def audience_ids(session: Session) -> dict[str, int]:
    """Every interned formula with its key."""
    return {formula: key for key, formula in session.execute(_AUDIENCES)}


def intern(session: Session, formula: str) -> int:
    """The key of a formula, kept for ever from its first use on."""
    known = session.scalar(select(AudienceRow.id).where(AudienceRow.formula == formula))
    if known is not None:
        return known
    row = AudienceRow(formula=formula)
    session.add(row)
    session.flush()
    return row.id


def party(session: Session, unit: int, capacity: str) -> list[Party]:
    """The parties of a unit in a capacity, in the order in which they were written down."""
    return list(session.scalars(select(Party).where(Party.unit_id == unit, Party.capacity == capacity).order_by(Party.id)))


def party_of(session: Session, key: int) -> Party:
    """The party with this key, which is there."""
    return session.get_one(Party, key)


def statements_of(session: Session, units: list[int]) -> list[Statement]:
    """Every statement on these units, oldest first."""
    return list(session.scalars(_STATEMENTS, {"units": units}))


def parts(session: Session, unit: int) -> list[Unit]:
    """The units directly below one, in order."""
    return list(session.scalars(_PARTS, {"unit": unit}))


def new_unit(session: Session, kind: str, parent: Unit | None = None) -> Unit:
    """A unit with its key; it knows its testimony and collection from its parent."""
    row = Unit(kind=kind, parent_id=parent.id if parent else None)
    session.add(row)
    session.flush()
    row.testimony_id = row.id if kind == "testimony" else parent.testimony_id if parent else None
    row.collection_id = row.id if kind == "collection" else parent.collection_id if parent else None
    return row


def unit_of(session: Session, key: int) -> Unit:
    """The unit with this key, which is there."""
    return session.get_one(Unit, key)
