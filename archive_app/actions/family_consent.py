"""What a family's answers come to: terms layer by layer, exactly as chosen, each with the click as its evidence.

The testimony that a submission became is closed, opened again and narrowed by the family itself, at once; what would let more people read
waits for an archivist. What may not live here: the questions (answers), what statements come to (access.deciding).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import law
from archive_app.access.releases import in_force
from archive_app.access.terms import LAYERS, NAMINGS, OPEN, TIERS, USES, Terms, always, from_json, join
from archive_app.access.viewer import Viewer
from archive_app.actions.answers import NOBODY_FOR_NOW
from archive_app.actions.change import Change
from archive_app.actions.consenting import record
from archive_app.actions.manifest_terms import as_narrow, with_uses_of
from archive_app.records import recordings
from archive_app.records.consent import Evidence, Party, Statement, Unit, unit_of, written_evidence
from archive_app.records.submissions import Submission

Saved = Mapping[str, Mapping[str, Any]]
"""Step -> {"answers", "shown", "language", "on"}"""
CLICK = "click"
"""The kind of evidence of what a family says by itself."""
TAKEN_HOME = "stream"
"""Who reads in the reading room takes nothing away."""


def viewer_of(row: Submission) -> Viewer:
    """The family as an actor: it tends the one testimony that its submission became, and by no verb but its own (law.OWN). It is handed to
    `change` alone, never to a reading room."""
    assert row.testimony_id is not None
    return Viewer(clock.now(), f"submission:{row.public_id}", law.FAMILY,
                  in_testimony={row.testimony_id: frozenset({"registered", "staff", "custodian"})})


def answered(saved: Saved, step: str) -> Mapping[str, Any]:
    """The answer to a question, empty where it was skipped."""
    found: Mapping[str, Any] = saved.get(step, {}).get("answers", {})
    return found


def terms(saved: Saved) -> dict[str, Terms]:
    """Layer -> Terms. What nobody answered is for staff, and every use that is not named is refused."""
    refused = frozenset(USES) - frozenset(answered(saved, "uses").get("allowed", ()))
    return {layer: _layer(answered(saved, layer), refused) for layer in LAYERS}


def _layer(said: Mapping[str, Any], refused: frozenset[str]) -> Terms:
    audience = said.get("audience", NOBODY_FOR_NOW)
    delivery = TAKEN_HOME if audience == "reading-room" else "download"
    return always(TIERS[audience], said.get("naming", NAMINGS[0]), delivery, refused)


def of_file(audience: str, saved: Saved) -> Terms:
    """The terms of one file that was given an audience of its own."""
    return _layer({"audience": audience}, frozenset(USES) - frozenset(answered(saved, "uses").get("allowed", ())))


def speak(work: Change, speaker: Party, unit: Unit, layer: str, said: Terms, saved: Saved, supersedes: tuple[int, ...] = ()) -> None:
    """One statement on one layer, with the evidence of the page on which it was chosen: digest and language of the text shown."""
    record(work, speaker, unit, "permit", {layer: said}, click(work, saved, layer), supersedes)


def click(work: Change, saved: Saved, layer: str) -> Evidence:
    """What was shown when it was chosen: the page of the question, or where that was skipped the summary before sending."""
    step = layer if layer in saved else "send"
    page = saved.get(step, {})
    row = Evidence(kind=CLICK, given_on=page.get("on", ""), language=page.get("language", ""),
                   detail={"page": step, "text shown": page.get("shown", "")})
    work.session.add(row)
    work.session.flush()
    return row


def own_words(work: Change, unit: Unit, party_id: int, part: Unit | None = None) -> dict[str, list[Statement]]:
    """Layer -> the permits of this party that are in force on it: those on a testimony as a whole, or on one `part` of it."""
    return _permits(work.session, unit, party_id, (part or unit).id)


def _permits(session: Session, unit: Unit, party_id: int, on: int) -> dict[str, list[Statement]]:
    live = [row for row in in_force(session, unit) if row.party_id == party_id and row.unit_id == on and row.effect == "permit"]
    return {layer: [row for row in live if layer in row.terms] for layer in LAYERS}


def waits(session: Session, unit: Unit, party_id: int, saved: Saved, now: int) -> frozenset[str]:
    """The questions (layers, uses) that are answered more widely than what this party has on record at `now` (ms UTC): what is said so
    counts once an archivist carries it over."""
    said, found = terms(saved), set[str]()
    for layer, rows in _permits(session, unit, party_id, unit.id).items():
        before, wish = join(from_json(row.terms[layer]) for row in rows).at(now), said[layer].at(now)
        found |= {"uses"} if before.refused - wish.refused else set()
        before, wish = (replace(rule, refused=frozenset()) for rule in (before, wish))
        found |= {layer} if before | wish != wish else set()
    return frozenset(found)


def narrow(work: Change, speaker: Party, unit: Unit, saved: Saved) -> bool:
    """Record what is narrower now than it was said before; True where something of it would be wider, and waits."""
    return _narrow(work, speaker, unit, terms(saved), own_words(work, unit, speaker.id), saved)


def replace_words(work: Change, speaker: Party, unit: Unit, saved: Saved) -> bool:
    """Record what is said now in the place of what was said before, wider or not; True where something is wider. What was recorded at the
    desk since a question was answered stays: an older word would overrule a newer one."""
    before = own_words(work, unit, speaker.id)
    wanted = {layer: _said_last(work, saved, layer, new, before[layer]) for layer, new in terms(saved).items()}
    return _replace(work, speaker, unit, wanted, before, saved)


def _said_last(work: Change, saved: Saved, layer: str, answered: Terms, rows: list[Statement]) -> Terms:
    """Of who may read a layer, and of its uses, what was said last: at the desk, or by this answer, of which only the day is kept."""
    last = max((clock.iso(row.recorded_at)[:10] for row in _of_desk(work, rows)), default="")
    told = join(from_json(row.terms[layer]) for row in rows)
    by_layer, by_uses = (answered if last < saved.get(step, saved.get("send", {})).get("on", "") else told for step in (layer, "uses"))
    return with_uses_of(by_layer, by_uses) if last else answered


def _of_desk(work: Change, rows: list[Statement]) -> list[Statement]:
    """Those that an archivist recorded: of a family's own the evidence is a click."""
    return [row for row in rows if row.evidence_id is None or written_evidence(work.session, row.evidence_id).kind != CLICK]


def say_of_file(work: Change, speaker: Party, unit: Unit, file: tuple[int, str, str], saved: Saved, anew: bool = False) -> bool:
    """The same of one file that is a part of the testimony: (the unit that it became, its kind, its audience). What came in its place
    since is meant too. `anew`: in the place of what was said before, wider or not; what an archivist said of it alone still narrows it."""
    key, kind, audience = file
    wider = False
    for part, now in _became(work, unit, key, kind):
        before = own_words(work, unit, speaker.id, part)
        wanted = dict.fromkeys(layers_of(now), of_file(audience, saved) if audience else OPEN)
        if anew:
            desk = {layer: [from_json(row.terms[layer]) for row in _of_desk(work, before[layer])] for layer in wanted}
            wanted = {layer: join([new, *desk[layer]]) for layer, new in wanted.items()}
        wider |= (_replace if anew else _narrow)(work, speaker, part, wanted, before, saved)
    return wider


def layers_of(kind: str) -> tuple[str, ...]:
    """The layers that a file of this kind has: a film is heard as well as seen."""
    return ("transcript",) if kind == "text" else ("video", "audio") if kind == "video" else (kind,)


def _became(work: Change, unit: Unit, key: int, kind: str) -> list[tuple[Unit, str]]:
    """The unit that a file became and those that came in its place, one after another, each with its kind."""
    found = {key: kind}
    for each in recordings.of_testimony(work.session, unit.id):
        if each.replaces_id in found:
            found[each.id] = each.kind
    return [(unit_of(work.session, each), now) for each, now in found.items()]


def _narrow(work: Change, speaker: Party, part: Unit, wanted: Mapping[str, Terms], before: Mapping[str, list[Statement]],
            saved: Saved) -> bool:
    wider = False
    for layer, new in wanted.items():
        old = join(from_json(row.terms[layer]) for row in before[layer])
        if not as_narrow({layer: old}, {layer: old | new}, work.now):
            speak(work, speaker, part, layer, old | new, saved)
        wider |= not as_narrow({layer: new}, {layer: old}, work.now)
    return wider


def _replace(work: Change, speaker: Party, part: Unit, wanted: Mapping[str, Terms], before: Mapping[str, list[Statement]],
             saved: Saved) -> bool:
    wider, other = False, set[str]()
    for layer, new in wanted.items():
        old = join(from_json(row.terms[layer]) for row in before[layer])
        if old != new:
            wider |= not as_narrow({layer: new}, {layer: old}, work.now)
            speak(work, speaker, part, layer, new, saved, tuple(row.id for row in before[layer]))
            other.add(layer)
    for row in {row.id: row for layer in other for row in before[layer]}.values():
        _say_rest(work, speaker, part, row, other)
    return wider


def _say_rest(work: Change, speaker: Party, part: Unit, row: Statement, other: Collection[str]) -> None:
    """Of a statement on several layers, some of which are said otherwise now, the rest is said again: it would end with them."""
    rest = {layer: from_json(text) for layer, text in row.terms.items() if layer not in other}
    if rest:
        proof = written_evidence(work.session, row.evidence_id) if row.evidence_id else None
        record(work, speaker, part, "permit", rest, proof, (row.id,), row.reason)
