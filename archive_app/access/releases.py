"""Releases: what the statements come to, stored so that one SQL clause can ask. Derived in the transaction that changed them.

What may not live here: the derivation itself (deciding, pure), the asking (gate).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from archive_app.access import deciding
from archive_app.access.deciding import Heard, Said
from archive_app.access.terms import FOREVER, USES, Terms, audience_text, from_json
from archive_app.records.consent import Party, Release, Statement, Unit, audience_ids, intern, parts, statements_of
from archive_app.records.recordings import Recording
from archive_app.records.restrictions import Restriction
from archive_app.records.sources import SourcedStatement
from archive_app.records.transcripts import Transcript

Rows = list[dict[str, object]]


def derive(session: Session, unit: Unit) -> None:
    """Replace the releases of a unit and of everything below it by what its statements come to. The caller holds the write lock."""
    fresh = derived(session, unit)
    below = [part.id for part in parts(session, unit.id)] if unit.kind == "testimony" else []  # a lifted restriction has none any more
    session.execute(delete(Release).where(Release.unit_id.in_([unit.id, *below])))
    if fresh:
        session.execute(insert(Release), fresh)


def derived(session: Session, unit: Unit) -> Rows:
    """The rows that `derive` would store; `verify` compares them with those that are stored."""
    known = audience_ids(session)
    if unit.kind == "testimony":
        return _rows(session, known, _testimony(session, unit))
    return _rows(session, known, {unit.id: (unit, _registry(session, unit))})


def _registry(session: Session, unit: Unit) -> dict[str, Terms]:
    said = _said(session, [unit.id])
    if unit.kind != "statement":
        return deciding.of_registry(unit.id, said)
    source_id = session.execute(select(SourcedStatement.source_id).where(SourcedStatement.id == unit.id)).scalar_one()
    above = deciding.of_registry(source_id, _said(session, [source_id]))["existence"]
    if not said:
        return {"existence": above, "keep": deciding.kept_by(above)}
    return deciding.of_registry(unit.id, said, above)


def existence(session: Session, unit: Unit) -> Terms:
    """Who may know of a unit of the registry, as far as is written down by now."""
    return _registry(session, unit)["existence"]


def _testimony(session: Session, unit: Unit) -> dict[int, tuple[Unit, dict[str, Terms]]]:
    said, parties = spoken(session, unit)
    whole = deciding.of_testimony(unit.id, above(unit), said, parties.values())
    result = {unit.id: (unit, whole)}
    kinds = {key: kind for key, kind in session.execute(select(Recording.id, Recording.kind).where(Recording.testimony_id == unit.id))}
    written = set(session.scalars(select(Transcript.id).where(Transcript.testimony_id == unit.id)))
    wishes = {key: text for key, text in session.execute(
        select(Restriction.id, Restriction.terms).where(Restriction.testimony_id == unit.id, Restriction.lifted_at.is_(None)))}
    for part in parts(session, unit.id):
        if part.kind == "restriction" and part.id in wishes:
            result[part.id] = (part, deciding.of_restriction(whole, from_json(wishes[part.id])))
        elif part.id in written or part.id in kinds:  # of what was erased, the unit alone is left
            kind = "transcript" if part.kind == "transcript" else kinds[part.id]
            layers = ("audio", "video") if kind == "video" else (kind,)  # a film is heard as well as seen
            result[part.id] = (part, {name: terms for layer in layers
                                      for name, terms in deciding.of_part(layer, whole, part.id, said, parties).items()})
    return result


def in_force(session: Session, unit: Unit) -> list[Statement]:
    """The statements on a unit and its parts that no later one has ended, oldest first."""
    alive = {each.key for each in deciding.live(*spoken(session, unit))}
    return [row for row in statements_of(session, [unit.id, *(part.id for part in parts(session, unit.id))]) if row.id in alive]


def spoken(session: Session, unit: Unit) -> tuple[list[Said], dict[int, Heard]]:
    """What was said on a unit, on what it lies in and on its parts; and who is heard there."""
    heard = session.scalars(select(Party).where(Party.unit_id.in_([unit.id, *above(unit)])))
    return (_said(session, [unit.id, *above(unit), *(part.id for part in parts(session, unit.id))]),
            {row.id: Heard(row.id, row.capacity, row.required, row.stands_for_id) for row in heard})


def above(unit: Unit) -> list[int]:
    """The keys of what a unit lies in, as far as terms are taken from there."""
    return [unit.parent_id] if unit.parent_id else []


def _said(session: Session, units: list[int]) -> list[Said]:
    """What was said on these units; a party that is not known speaks for somebody else than the archive."""
    speaking = select(Statement.party_id).where(Statement.unit_id.in_(units))
    capacities = {key: capacity for key, capacity in session.execute(select(Party.id, Party.capacity).where(Party.id.in_(speaking)))}
    return [Said(row.id, row.unit_id, row.party_id, capacities.get(row.party_id, "representative"), row.effect, row.terms,
                 frozenset(row.supersedes)) for row in statements_of(session, units)]


def _rows(session: Session, known: dict[str, int], decided: Mapping[int, tuple[Unit, dict[str, Terms]]]) -> Rows:
    rows: Rows = []
    for unit, layers in decided.values():
        for layer, value in layers.items():
            ends = [start for start, _ in value.steps[1:]] + [FOREVER]
            for (start, rule), end in zip(value.steps, ends, strict=True):
                formula = audience_text(rule.audience)
                if formula not in known:
                    known[formula] = intern(session, formula)
                rows.append({"unit_id": unit.id, "layer": layer, "starts": start, "ends": end, "audience_id": known[formula],
                             "naming": rule.naming, "delivery": rule.delivery, "refused": ",".join(sorted(rule.refused)),
                             "testimony_id": unit.testimony_id, "collection_id": unit.collection_id})
    return rows


def allowed_uses(session: Session, unit: Unit, now: int) -> tuple[str, ...]:
    """What else may be done with a testimony at `now` (ms UTC): the uses that everybody who must be heard has literally allowed, and that
    nobody refuses; none of what is held or withdrawn. The archive's own word, by which it is published or not, decides nothing here."""
    said, heard = spoken(session, unit)
    alive = [each for each in deciding.live(said, heard) if each.unit in (unit.id, *above(unit)) and each.capacity != "archive"]
    refused = [from_json(text).at(now).refused for each in alive if each.effect == "permit" for text in each.terms.values()]
    stopped = any(each.effect != "permit" for each in alive)
    silent = stopped or any(each.required and each.capacity != "archive" and not any(
        one.party in deciding.speakers(each, heard) and one.effect == "permit" and one.terms for one in alive) for each in heard.values())
    return tuple(use for use in USES if refused and not silent and not any(use in each for each in refused))
