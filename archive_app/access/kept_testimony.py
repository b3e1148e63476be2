"""One testimony as those who tend it have it: its description, parts, statements of consent, restrictions, and what was done to it.

Whoever asks has been let in by the gate's `keep` already (desk). What may not live here: the work list, why a layer is open or closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import func, select

from archive_app.access import work_list
from archive_app.access.colleagues import SHELL, Colleagues, colleagues
from archive_app.access.entry import Entry
from archive_app.access.kept_readings import (
    Description,
    KeptEntry,
    KeptPart,
    KeptProposal,
    KeptRestriction,
    KeptSegment,
    KeptStatement,
    KeptTestimony,
)
from archive_app.access.names import appearing, names_of
from archive_app.access.readings import Name
from archive_app.access.releases import allowed_uses, in_force
from archive_app.access.terms import TIERS, audience_text, from_json
from archive_app.records import agreements, hidden, recordings, restrictions, submissions, testimonies, transcripts
from archive_app.records.agreements import Proposal
from archive_app.records.audit import AuditEntry
from archive_app.records.consent import Evidence, Party, Statement, Unit, parts, party, statements_of
from archive_app.records.recordings import StoredObject
from archive_app.records.restrictions import WithheldRun
from archive_app.records.testimonies import Collection
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.transcripts import TranscriptVersion

NEWEST = 40
"""Entries of the audit trail that the page of a testimony is made of: what is done over and over is one line there."""
OF_REGISTRY = ("register", "open or close an entry", "merge", "undo a merge")
"""What is done to entries of the registry alone. One may bear the id of a testimony, whose history tells nothing of it."""
COPIES = "derive"
"""What nobody does: the archive makes its copies by itself."""


def testimony(entry: Entry, row: Row, unit: Unit, actor: str) -> KeptTestimony:
    """Everything but the words. `actor`: how the audit names whoever asks."""
    line = work_list.lines(entry, [row])[row.id]
    trail = history(entry, row.public_id, actor, NEWEST)
    entries = entry.session.scalar(select(func.count()).select_from(AuditEntry).where(
        AuditEntry.subject == row.public_id, AuditEntry.verb.not_in(OF_REGISTRY))) or 0
    people = tuple((each.role, in_one_line(each.names)) for each in appearing(entry, [row.id]).get(row.id, ()))
    links = testimonies.place_links(entry.session, row.id)
    names = names_of(entry, [link.place_id for link in links])
    sent = submissions.became(entry.session, [row.id]).get(row.id, ("", False))[0] if entry.viewer.satisfies(TIERS["staff"]) else ""
    return KeptTestimony(
        line, description(row), people,
        tuple(" / ".join(dict.fromkeys(name.text for name in names.get(link.place_id, ()))) for link in links), _parts(entry, row),
        statements(entry, unit), _restrictions(entry, row), trail, entries,
        entry.session.get_one(Collection, row.collection_id).two_person, _proposals(entry, row, actor), _narrators(entry, unit),
        tuple(hidden.names(entry.session, row.id)), sent, allowed_uses(entry.session, unit, entry.now))


def _narrators(entry: Entry, unit: Unit) -> tuple[tuple[int, str], ...]:
    found = party(entry.session, unit.id, "narrator")
    names = names_of(entry, [each.person_id for each in found if each.person_id])
    return tuple((each.id, in_one_line(names.get(each.person_id or 0, ()))) for each in found)


def in_one_line(names: Iterable[Name]) -> str:
    """The names of one person: a comma stands within a name, so it parts none."""
    return " · ".join(dict.fromkeys(name.text for name in names))


def description(row: Row) -> Description:
    """The description as it stands."""
    return Description(row.title, row.abstract, tuple(row.keywords), tuple(row.languages), row.date, row.narrator_role)


def _parts(entry: Entry, row: Row) -> tuple[KeptPart, ...]:
    given = recordings.of_testimony(entry.session, row.id)
    stored: dict[str, int] = dict(entry.session.execute(
        select(StoredObject.digest, StoredObject.size).where(StoredObject.digest.in_([each.object_digest for each in given]))).all())
    heard = [KeptPart(each.kind, each.label, each.file_name, duration_ms=each.duration_ms, size=stored.get(each.object_digest, 0))
             for each in given]
    written = []
    for each in transcripts.of_testimony(entry.session, row.id):
        versions = entry.session.scalar(select(func.count()).select_from(TranscriptVersion).where(
            TranscriptVersion.transcript_id == each.id)) or 0
        written.append(KeptPart("transcript", "", each.file_name, each.language, each.kind, each.n, versions,
                                size=transcripts.count_segments(entry.session, each.current_version_id or 0)))
    return (*heard, *written)


def statements(entry: Entry, unit: Unit) -> tuple[KeptStatement, ...]:
    """Every statement on a testimony, on its parts and on its collection, oldest first."""
    below = {part.id: part.kind for part in parts(entry.session, unit.id)}
    kinds = {**below, unit.id: "testimony", **({unit.parent_id: "collection"} if unit.parent_id else {})}
    alive = {row.id for row in in_force(entry.session, unit)}
    rows = statements_of(entry.session, list(kinds))
    capacities: dict[int, str] = dict(entry.session.execute(
        select(Party.id, Party.capacity).where(Party.id.in_({row.party_id for row in rows}))).all())
    proofs = {each.id: each for each in entry.session.scalars(
        select(Evidence).where(Evidence.id.in_({row.evidence_id for row in rows if row.evidence_id})))}
    return tuple(_statement(row, capacities.get(row.party_id, ""), kinds[row.unit_id], proofs.get(row.evidence_id or 0),
                            row.id not in alive and kinds[row.unit_id] != "collection", entry.now) for row in rows)


def _statement(row: Statement, capacity: str, unit: str, proof: Evidence | None, ended: bool, now: int) -> KeptStatement:
    layers = tuple((layer, audience_text(from_json(text).at(now).audience)) for layer, text in sorted(row.terms.items()))
    return KeptStatement(
        row.id, capacity, row.effect, unit, layers, row.reason, proof.kind if proof else "", proof.note if proof else "",
        proof.given_on if proof else "", _file(proof), row.recorded_at, ended)


def _file(proof: Evidence | None) -> int:
    return proof.id if proof is not None and proof.object_digest else 0


def evidence(entry: Entry, row: Row, unit: Unit, key: int, actor: str) -> str | None:
    """The digest of the file that was attached to evidence of a statement or a proposal of this testimony; None for any other key."""
    stated = {each.file for each in statements(entry, unit)} | {each.file for each in _proposals(entry, row, actor)}
    return entry.session.get_one(Evidence, key).object_digest if key in stated - {0} else None


def _restrictions(entry: Entry, row: Row) -> tuple[KeptRestriction, ...]:
    return tuple(KeptRestriction(each.id, each.start_ms, each.end_ms, each.first_segment, each.last_segment, each.words, each.picture,
                                 audience_text(from_json(each.terms).at(entry.now).audience), each.reason)
                 for each in restrictions.in_force(entry.session, row.id))


def _proposals(entry: Entry, row: Row, actor: str) -> tuple[KeptProposal, ...]:
    found = agreements.waiting(entry.session, row.id)
    proofs = {each.id: each for each in entry.session.scalars(
        select(Evidence).where(Evidence.id.in_({each.evidence_id for each in found if each.evidence_id})))}
    staff = colleagues(entry.session) if found else Colleagues({})
    return tuple(_proposal(each, proofs.get(each.evidence_id or 0), each.proposed_by == actor,
                           staff.who(each.proposed_by, each.proposed_at)) for each in found)


def _proposal(row: Proposal, proof: Evidence | None, mine: bool, who: str) -> KeptProposal:
    access = row.said.get("access")
    return KeptProposal(
        row.id, row.verb, mine, row.proposed_at, str(row.said.get("capacity", "")),
        tuple(sorted(access.items())) if isinstance(access, dict) else (),
        str(row.said.get("reason", "")), proof.kind if proof else "", proof.note if proof else "", _file(proof),
        str(row.said.get("naming", "")), str(row.said.get("opens", "")), str(row.said.get("closes", "")),
        int(str(row.said.get("statement") or row.said.get("restriction") or 0)), int(str(row.said.get("party") or 0)), who,
        tuple(sorted(uses.items())) if isinstance(uses := row.said.get("uses"), dict) else ())


def history(entry: Entry, public_id: str, actor: str, most: int) -> tuple[KeptEntry, ...]:
    """What was done to a testimony, newest first."""
    rows = entry.session.scalars(select(AuditEntry).where(AuditEntry.subject == public_id, AuditEntry.verb.not_in(OF_REGISTRY))
                                 .order_by(AuditEntry.id.desc()).limit(most))
    return entries_of(list(rows), actor, colleagues(entry.session, public_id))


def entries_of(rows: Sequence[AuditEntry], actor: str, staff: Colleagues) -> tuple[KeptEntry, ...]:
    """Entries as those who tend it have them. Copies that were made one after another are one."""
    found: list[KeptEntry] = []
    for row in rows:
        if found and row.verb == found[-1].verb == COPIES:
            found[-1] = replace(found[-1], times=found[-1].times + 1)
        else:
            found.append(KeptEntry(row.at, row.verb, row.actor == actor, row.actor == SHELL, staff.who(row.actor, row.at, row.verb)))
    return tuple(found)


def words(entry: Entry, row: Row, n: int) -> tuple[KeptSegment, ...] | None:
    """The current version of transcript `n`, with what restrictions withhold of it marked; None where there is none."""
    transcript = next((each for each in transcripts.of_testimony(entry.session, row.id) if each.n == n), None)
    if transcript is None or transcript.current_version_id is None:
        return None
    version = transcript.current_version_id
    runs = entry.session.execute(select(WithheldRun.first, WithheldRun.last).where(WithheldRun.version_id == version))  # lifted: none
    withheld = {ordinal for first, last in runs for ordinal in range(first, last + 1)}
    return tuple(KeptSegment(each.ordinal, each.start_ms, each.end_ms, each.speaker, each.text, each.ordinal in withheld)
                 for each in transcripts.segments_of(entry.session, version))
