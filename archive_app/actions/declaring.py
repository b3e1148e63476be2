"""Consent at the desk: what a party says is written down, everything can be closed at once, and opened again with evidence.

Narrowing is done by one person and at once. Widening needs evidence, and where the collection asks, a second person. Nobody but who may
speak for the narrator widens: what kin, guardians and others say is joined to what the narrator said, so it only narrows.
What may not live here: what statements come to (access.deciding), what publishing and withdrawing are (consenting).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from sqlalchemy import Engine

from archive_app.access.deciding import of_testimony
from archive_app.access.releases import above, in_force, spoken
from archive_app.access.terms import LAYERS, NAMINGS, OPEN, SEALED, STAFF, TIERS, USES, Terms, always, from_json, join, terms
from archive_app.access.viewer import Viewer
from archive_app.actions import parts
from archive_app.actions.change import Change, change
from archive_app.actions.consenting import follow_up, kept, publish_parts, publishable, record
from archive_app.actions.manifest_terms import as_narrow, tier, within
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.language import dates
from archive_app.records.consent import Evidence, Party, Statement, Unit, party, party_of, statements_of, written_evidence
from archive_app.records.submissions import became, is_pause
from archive_app.records.testimonies import Testimony, collection_of
from archive_app.storage.vault import Kept

CAPACITIES = ("narrator", "next_of_kin", "guardian", "representative", "community")
PROOFS = ("form", "recording", "board")


@dataclass(frozen=True)
class Proof:
    """Evidence of a statement. `kind`: one of PROOFS; `note`: where it is and what it says; `given_on`: EDTF; `language`: BCP 47; `file`:
    its bytes, in the vault already, or put there by `stay` once nothing can be refused any more; `written`: the key of evidence that was
    written down before, in the place of all these."""

    kind: str = "form"
    note: str = ""
    given_on: str = ""
    language: str = ""
    file: Kept | None = None
    written: int = 0
    stay: Callable[[], None] | None = None

    def __bool__(self) -> bool:
        return bool(self.note.strip() or self.file or self.written)


class SecondPerson(Conflict):
    """More people would read, in a collection where two must agree."""

    def __init__(self) -> None:
        super().__init__("two_person", "in this collection a second person has to agree before more people may read")


Agreed = Callable[[Change, Testimony], None] | None
"""Notes, in the change itself, that a second person agrees; None while nobody has."""


@dataclass(frozen=True)
class Declaration:
    """What a party says. `access`: layer -> shorthand (a key of TIERS); a layer that is not in it stays as that party left it. `party_id`:
    which of several narrators speaks (the key of a party), 0 = the first. `uses`: use -> whether it is allowed, of every layer that the
    party permits; one that is not in it stays as that party left it, which is refused where it was never named."""

    capacity: str
    access: Mapping[str, str]
    naming: str = ""
    opens: datetime.date | None = None
    closes: datetime.date | None = None
    reason: str = ""
    proof: Proof = field(default_factory=Proof)
    party_id: int = 0
    uses: Mapping[str, bool] = field(default_factory=dict)


def declare(engine: Engine, actor: Viewer, public_id: str, said: Declaration, agreed: Agreed = None, seen: int | None = None) -> None:
    """Write down a permit in the place of what the same party permitted before. `seen`: how many statements on the testimony
    whoever asks has read; None = all of them. Raises Invalid, NotFound, NotAllowed, SecondPerson where one must agree, and Conflict where
    it widens and something was said since."""
    _check(said)
    with change(engine, actor, "record consent", public_id) as work:
        row, unit = kept(work, public_id)
        speaker = _speaker(work, unit, said.capacity, said.party_id)
        own = [each for each in in_force(work.session, unit)
               if each.party_id == speaker.id and each.unit_id == unit.id and each.effect == "permit"]
        before, fresh = come_to(work, unit), _terms(said, speaker, own, work.now)
        there = len(statements_of(work.session, [unit.id]))
        record(work, speaker, unit, "permit", fresh, evidence(work, said.proof), tuple(each.id for each in own), said.reason)
        wider = _wider(before, come_to(work, unit), work.now) or _wider(_said_before(speaker, own), fresh, work.now)
        if wider and seen is not None and there > seen:  # an older word would overrule a newer one
            raise Conflict(public_id, "something was said on consent since this page was opened: look again who may read now")
        may_widen(work, row, wider, said.proof, agreed)
        follow_up(work, row, unit, urgent=True)


def publish(engine: Engine, actor: Viewer, public_id: str, agreed: Agreed = None, only: Collection[int] | None = None,
            seen: int | None = None, told: bool = True) -> None:
    """`consenting.publish` at the desk. `only`: nothing but these units (their keys); `seen`: how many parts whoever asks has seen, None =
    all there are; `told`: whether they were told what its family changed, where it did. Raises NotFound, NotAllowed, SecondPerson where
    others than staff would read and one must agree, Conflict where more parts are there, or the family changed something unsaid."""
    with change(engine, actor, "publish", public_id) as work:
        row, unit = kept(work, public_id)
        if seen is not None and len(publishable(work.session, unit)) > seen + 1:  # the testimony itself is one of them
            raise Conflict(public_id, "something was added since this page was opened: look again what is published")
        if not told and became(work.session, [row.id]).get(row.id, ("", False))[1]:
            raise Conflict(public_id, "the family changed something since this page was opened: look first what it is")
        opens = publish_parts(work, unit, only) and beyond_staff(come_to(work, unit), work.now)
        _second_person(work, row, opens, agreed)
        follow_up(work, row, unit)


def beyond_staff(found: Mapping[str, Terms], now: int) -> bool:
    """Whether these terms let others than staff read anything, from `now` (ms UTC) on."""
    return not as_narrow(found, dict.fromkeys(found, STAFF), now)


def hold(engine: Engine, actor: Viewer, public_id: str, reason: str, capacity: str = "narrator") -> None:
    """Close everything now, for everybody but custodians, until a statement ends it. Raises Invalid, NotFound, NotAllowed."""
    if not reason.strip():
        raise Invalid("reason", "say why this is closed, and who asked for it")
    with change(engine, actor, "hold", public_id) as work:
        row, unit = kept(work, public_id)
        record(work, _speaker(work, unit, capacity), unit, "hold", reason=reason.strip())
        follow_up(work, row, unit, urgent=True)


def release(engine: Engine, actor: Viewer, public_id: str, statement: int, proof: Proof, agreed: Agreed = None) -> None:
    """End a hold by a statement that names it, of the same party, with evidence. Raises Invalid, NotFound, NotAllowed, SecondPerson;
    Conflict for the pause of a family, whose page says that nobody sees it."""
    with change(engine, actor, "end a hold", public_id) as work:
        row, unit = kept(work, public_id)
        held = next((each for each in in_force(work.session, unit) if each.id == statement and each.effect == "hold"), None)
        if held is None:
            raise NotFound()
        if is_pause(work.session, held.id):
            raise Conflict(public_id, "the family has paused it: they alone end that, with their receipt")
        before = come_to(work, unit)
        speaker = party_of(work.session, held.party_id)
        record(work, speaker, unit, "permit", {}, evidence(work, proof), (held.id,))
        may_widen(work, row, _wider(before, come_to(work, unit), work.now), proof, agreed)
        follow_up(work, row, unit)


def _check(said: Declaration) -> None:
    if said.capacity not in CAPACITIES:
        raise Invalid("capacity", f"choose who says it: {', '.join(CAPACITIES)}")
    if not said.access and (not (said.naming or said.uses) or said.opens or said.closes):
        raise Invalid("access", "choose who may read for at least one layer")
    for layer, name in said.access.items():
        if layer not in LAYERS or name not in TIERS:
            raise Invalid(f"access_{layer}", f"choose one of {', '.join(TIERS)}")
    if said.naming and said.naming not in NAMINGS:
        raise Invalid("naming", f"choose one of {', '.join(NAMINGS)}")
    for use in said.uses:
        if use not in USES:
            raise Invalid(f"use_{use}", f"choose one of {', '.join(USES)}")
    if said.opens and said.closes and said.closes <= said.opens:
        raise Invalid("closes", "this day must lie after the day on which it opens")


def _terms(said: Declaration, speaker: Party, own: list[Statement], now: int) -> dict[str, Terms]:
    """What the party says now, and of the other layers what it said before. What stands for a name, and what may be done with what is
    open, stay as the party left them where it is not said; said alone, a naming is put in the terms that there are."""
    before = {layer: join(from_json(row.terms[layer]) for row in own if layer in row.terms) for row in own for layer in row.terms}
    fresh = {layer: within(_anew(name, before.get(layer), said.naming if layer == "identity" else "", now), said.opens, said.closes)
             for layer, name in said.access.items()}
    if said.naming and "identity" not in said.access:
        steps = _said_before(speaker, own)["identity"].steps
        fresh["identity"] = terms((start, replace(rule, naming=said.naming)) for start, rule in steps)
    found = {**before, **fresh}
    if not found:
        raise Invalid("access", "choose who may read for at least one layer")
    return {layer: _with_uses(value, said.uses) for layer, value in found.items()} if said.uses else found


def _with_uses(before: Terms, uses: Mapping[str, bool]) -> Terms:
    allowed, refused = (frozenset(use for use, wanted in uses.items() if wanted is yes) for yes in (True, False))
    return terms((start, replace(rule, refused=(rule.refused | refused) - allowed)) for start, rule in before.steps)


def _anew(name: str, before: Terms | None, naming: str, now: int) -> Terms:
    """A shorthand as terms, with the rest of what was said `before`: where that changes with time, the narrowest of it."""
    if before is None:
        return tier(name, naming or NAMINGS[0])
    left = reduce(or_, (rule for _, rule in before.since(now).steps))
    return always(TIERS[name], naming or left.naming, left.delivery, left.refused)


def _said_before(speaker: Party, own: list[Statement]) -> dict[str, Terms]:
    """Layer -> what the party had permitted by itself, even where something else keeps it closed: a layer opened so needs evidence now,
    not when the other thing ends. Where the narrator had said nothing, nothing."""
    silent = SEALED if speaker.capacity == "narrator" else OPEN
    return {layer: join(from_json(row.terms[layer]) for row in own if layer in row.terms)
            if any(layer in row.terms for row in own) else silent for layer in LAYERS}


def _speaker(work: Change, unit: Unit, capacity: str, chosen: int = 0) -> Party:
    """The party that speaks, the first one or the narrator who was `chosen`; written down at its first word. It need not be heard, so its
    silence closes nothing. Raises Invalid for one who is not among the narrators."""
    known = party(work.session, unit.id, capacity)
    if chosen and capacity == "narrator":
        known = [each for each in known if each.id == chosen]
        if not known:
            raise Invalid("party", "choose one of the narrators of this testimony")
    if known:
        return known[0]
    speaker = Party(unit_id=unit.id, capacity=capacity, required=capacity == "narrator")
    work.session.add(speaker)
    work.session.flush()
    return speaker


def evidence(work: Change, proof: Proof) -> Evidence | None:
    """Write evidence down; None where there is none. Raises Invalid."""
    if proof.given_on:
        try:
            dates.parse(proof.given_on)
        except ValueError as error:
            raise Invalid("given_on", str(error)) from error
    if not proof:
        return None
    if proof.written:
        return written_evidence(work.session, proof.written)
    if proof.kind not in PROOFS:
        raise Invalid("proof", f"choose one of {', '.join(PROOFS)}")
    if proof.file:
        parts.remember(work, proof.file)
    if proof.stay:
        work.staying.append(proof.stay)
    row = Evidence(kind=proof.kind, object_digest=proof.file.digest if proof.file else None, note=proof.note.strip(),
                   given_on=proof.given_on, language=proof.language)
    work.session.add(row)
    work.session.flush()
    return row


def come_to(work: Change, unit: Unit) -> dict[str, Terms]:
    """Layer -> terms that every statement written down so far comes to."""
    work.session.flush()
    said, parties = spoken(work.session, unit)
    found = of_testimony(unit.id, above(unit), said, parties.values())
    return {layer: found[layer] for layer in LAYERS}


def _wider(before: Mapping[str, Terms], after: Mapping[str, Terms], now: int) -> bool:
    """Whether `after` lets more people in, in any layer of which both tell, from `now` (ms UTC) on."""
    return not as_narrow(after, {layer: before[layer] for layer in after}, now)


def may_widen(work: Change, row: Testimony, wider: bool, proof: Proof, agreed: Agreed) -> None:
    """Raises Invalid for what opens without evidence, and SecondPerson; notes who agreed."""
    if wider and not proof:
        raise Invalid("note", "this lets more people read than before: say where the evidence is, or attach it")
    _second_person(work, row, wider, agreed)


def _second_person(work: Change, row: Testimony, wider: bool, agreed: Agreed) -> None:
    if wider and agreed is None and collection_of(work.session, row).two_person:
        raise SecondPerson()
    if agreed:
        agreed(work, row)
