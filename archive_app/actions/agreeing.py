"""Where a collection asks for two people before more may read: what the first wants is written down and changes nothing; a second carries
it out by agreeing, or refuses with words.

What may not live here: what the verbs do, and whether they need a second person (declaring, restricting).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from archive_app.access.viewer import Viewer
from archive_app.actions import declaring, restricting
from archive_app.actions.change import SHELL, Change, change
from archive_app.actions.consenting import kept, publishable
from archive_app.actions.declaring import Declaration, Proof, SecondPerson
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records import agreements
from archive_app.records.accounts import account_by_email
from archive_app.records.agreements import Proposal
from archive_app.records.base import reading
from archive_app.records.consent import Unit, statements_of, unit_of
from archive_app.records.testimonies import Testimony, by_public_id

PROPOSE = "ask a second person"
Do = Callable[[], None]


def declare(engine: Engine, actor: Viewer, public_id: str, said: Declaration, seen: int | None = None) -> bool:
    """`declaring.declare`; False where it now waits for a second person. Raises as it does."""
    return _or_propose(engine, actor, public_id, "record consent", _as_json(said), said.proof,
                       lambda: declaring.declare(engine, actor, public_id, said, seen=seen))


def publish(engine: Engine, actor: Viewer, public_id: str, seen: int | None = None, told: bool = True) -> bool:
    """`declaring.publish`; False where it now waits for a second person, who agrees to what there is now, and to nothing added since.
    Raises as it does."""
    with reading(engine) as session:
        row = by_public_id(session, public_id)
        there = [each.id for each in publishable(session, unit_of(session, row.id))] if row else []
    return _or_propose(engine, actor, public_id, "publish", {"units": there}, Proof(),
                       lambda: declaring.publish(engine, actor, public_id, seen=seen, told=told))


def release(engine: Engine, actor: Viewer, public_id: str, statement: int, proof: Proof) -> bool:
    """`declaring.release`; False where it now waits for a second person. Raises as it does."""
    return _or_propose(engine, actor, public_id, "end a hold", {"statement": statement}, proof,
                       lambda: declaring.release(engine, actor, public_id, statement, proof))


def lift(engine: Engine, actor: Viewer, public_id: str, key: int, proof: Proof) -> bool:
    """`restricting.lift`; False where it now waits for a second person. Raises as it does."""
    return _or_propose(engine, actor, public_id, "lift a restriction", {"restriction": key}, proof,
                       lambda: restricting.lift(engine, actor, public_id, key, proof))


def _or_propose(engine: Engine, actor: Viewer, public_id: str, verb: str, said: Mapping[str, object], proof: Proof, do: Do) -> bool:
    try:
        do()
    except SecondPerson:
        with change(engine, actor, PROPOSE, public_id) as work:
            row, unit = kept(work, public_id)
            _is_still_called_so(work)
            written = declaring.evidence(work, proof)
            work.session.add(Proposal(testimony_id=row.id, verb=verb, said=dict(said), evidence_id=written.id if written else None,
                                      seen=_last_said(work, unit), proposed_by=work.by, proposed_at=work.now))
            work.detail["verb"] = verb
            work.touch(unit)
        return False
    return True


def agree(engine: Engine, actor: Viewer, public_id: str, key: int, told: bool = True) -> None:
    """Carry out what waits, in one change with the agreement. `told`: as of `declaring.publish`. Raises NotFound, NotAllowed; Conflict for
    who proposed it, and where things have changed so that it cannot be done any more."""
    with reading(engine) as session:
        row = by_public_id(session, public_id)
        found = agreements.of_testimony(session, row.id, key) if row else None
        if found is None:
            raise NotFound()
        verb, said, proof = found.verb, found.said, Proof(written=found.evidence_id or 0)

    def settle(work: Change, row: Testimony) -> None:
        _settle(work, row, key, agreements.AGREED)

    if verb == "record consent":
        declaring.declare(engine, actor, public_id, replace(_from_json(said), proof=proof), settle)
    elif verb == "publish":
        declaring.publish(engine, actor, public_id, settle, frozenset(said["units"]), told=told)  # type: ignore[call-overload]
    elif verb == "end a hold":
        declaring.release(engine, actor, public_id, int(str(said["statement"])), proof, settle)
    else:
        restricting.lift(engine, actor, public_id, int(str(said["restriction"])), proof, settle)


def refuse(engine: Engine, actor: Viewer, public_id: str, key: int, reason: str) -> None:
    """Nothing is opened; who proposed it may take it back so, too. Raises Invalid, NotFound, NotAllowed, Conflict."""
    if not reason.strip():
        raise Invalid("reason", "say why not: the other person reads it")
    with change(engine, actor, "refuse to agree", public_id) as work:
        row, unit = kept(work, public_id)
        _settle(work, row, key, agreements.REFUSED, reason.strip())
        work.touch(unit)


def _settle(work: Change, row: Testimony, key: int, state: str, reason: str = "") -> None:
    found = agreements.of_testimony(work.session, row.id, key, alone=True)
    if found is None:
        raise NotFound()
    if found.state != agreements.WAITING:
        raise Conflict("proposal", "this was decided already")
    if state == agreements.AGREED:
        _may_agree(work, found)
    found.state, found.decided_by, found.decided_at, found.reason = state, work.by, work.now, reason
    work.detail["proposal"] = found.id


def _may_agree(work: Change, found: Proposal) -> None:
    """What was said since would be superseded by something older. What is carried out has been written down by now, last."""
    _is_still_called_so(work)
    if found.proposed_by == work.by:
        raise Conflict("proposal", "you have asked for this yourself: somebody else has to agree")
    work.session.flush()
    unit = unit_of(work.session, found.testimony_id)
    own = work.detail.get("statements", {})
    assert isinstance(own, dict)
    if any(each.id > found.seen and str(each.id) not in own for each in statements_of(work.session, [unit.id])):
        raise Conflict("proposal", "something was said since this was asked for: look again, and ask anew")


def _is_still_called_so(work: Change) -> None:
    """A request that began under an address which its account has changed meanwhile would pass for somebody else's."""
    if work.actor.account != SHELL and account_by_email(work.session, work.actor.account) is None:
        raise Conflict("proposal", "your account has another address since this was sent: open the page again")


def _last_said(work: Change, unit: Unit) -> int:
    return max((each.id for each in statements_of(work.session, [unit.id])), default=0)


def _as_json(said: Declaration) -> dict[str, object]:
    return {"capacity": said.capacity, "access": dict(said.access), "uses": dict(said.uses), "naming": said.naming, "reason": said.reason,
            "party": said.party_id, "opens": said.opens.isoformat() if said.opens else "",
            "closes": said.closes.isoformat() if said.closes else ""}


def _from_json(said: Mapping[str, Any]) -> Declaration:
    opens, closes = (datetime.date.fromisoformat(said[name]) if said[name] else None for name in ("opens", "closes"))
    return Declaration(said["capacity"], said["access"], said["naming"], opens, closes, said["reason"],
                       party_id=int(said.get("party", 0)), uses=said.get("uses", {}))
