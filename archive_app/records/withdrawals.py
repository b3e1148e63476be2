"""What the database knows of withdrawals, holds and erasures, for the ledger that lies apart from it.

What may not live here: the ledger (storage.ledger), recording a withdrawal (actions.consenting).
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.records import agreements, audit, erasures, requests
from archive_app.records.accounts import SignedInSession
from archive_app.records.audit import AuditEntry
from archive_app.records.codes import OneTimeCode
from archive_app.records.consent import Party, Statement, Unit
from archive_app.records.jobs import Lease
from archive_app.records.submissions import WITHDRAWN, Submission
from archive_app.records.testimonies import Testimony

KEEP_OUT = "keep out"
"""The verb of an entry about a testimony that was withdrawn and is not here, or was erased: no import brings it in again."""
ERASE, SUBMISSION = "erase", "submission:"
NOT_HERE = "not here"
"""The verb of an entry about a testimony that was narrowed and is not here: whoever brings it in again looks at its terms."""
NARROWING = ("record consent", "restrict", "unpublish", "narrow", "link", "accept submission", "transcribe", "add recording")
"""Verbs on a testimony after which less of it may be open than before (a recording that comes in the place of another was made so that
something is no longer heard). An import that narrows does so again when it is run again; entries
of the registry have no replay (docs/operating.md)."""


@dataclass(frozen=True)
class Closing:
    """What closes a testimony, or something of it, or what a family brought in. `effect`: withdraw, hold, narrow, erase, forget; `digest`:
    of the statement, of `narrow` the audit entry's; `testimony`: its public id, behind SUBMISSION of what a family brought in; `entries`,
    `head`: the place in the audit chain of the entry that saw it recorded, and that entry's digest (0 and empty where none did)."""

    effect: str
    recorded_at: int
    testimony: str
    import_key: str
    digest: str
    entries: int
    head: str


def closings(session: Session, known: Collection[str] = ()) -> list[Closing]:
    """Every withdrawal, every hold that is not the archive's own (that is only unpublishing), and every narrowing, whose digest is not
    `known`, in the order of the audit chain."""
    stopped = [Closing(row.effect, row.recorded_at, public_id, key_digest(import_key), digest, *_place(session, row, public_id))
               for row, public_id, import_key in _recorded(session) if (digest := row.digest()) not in known]
    narrowed = [Closing("narrow", entry.at, entry.subject, key_digest(import_key), entry.digest, _count(session, entry.id), entry.digest)
                for entry, import_key in _narrowed(session) if entry.digest not in known]
    other = [one for one in (*_erased(session), *_brought_in(session)) if one.digest not in known]
    return sorted(stopped + narrowed + other, key=lambda one: (one.entries, one.effect == ERASE, one.digest))


def closing_digests(session: Session) -> set[str]:
    """The digests of `closings`."""
    return {row.digest() for row, _, _ in _recorded(session)} | {entry.digest for entry, _ in _narrowed(session)} | {
        one.digest for one in (*_erased(session), *_brought_in(session))}


def _erased(session: Session) -> Iterator[Closing]:
    """Every erasure of a testimony; but for those by which a restored database was brought to what the ledger knew already."""
    for row, public_id in erasures.every(session):
        if row.kind == erasures.TESTIMONY and not row.line:
            seen = session.execute(select(AuditEntry.id, AuditEntry.digest).where(
                AuditEntry.subject == public_id, AuditEntry.verb == ERASE).order_by(AuditEntry.id)).first()
            place = (_count(session, seen[0]), seen[1]) if seen else (0, "")
            yield Closing(ERASE, row.erased_at, row.subject, row.import_key, row.digest(), *place)


def _brought_in(session: Session) -> Iterator[Closing]:
    """What families took back, sent or not: days, never moments, and no place in the audit chain, which holds nothing of it. What they
    are known by follows from their ids: taken back twice is taken back."""
    for public_id, day in session.execute(select(Submission.public_id, Submission.decided_on).where(Submission.state == WITHDRAWN)):
        yield _family("withdraw", public_id, _midnight(day))
    for row, _ in erasures.every(session):
        if row.kind == erasures.DRAFT:
            yield _family("forget", row.subject, row.erased_at)


def _family(effect: str, public_id: str, at: int) -> Closing:
    name = f"{SUBMISSION}{public_id}"
    return Closing(effect, at, name, "", hashlib.sha256(f"{effect} {name}".encode()).hexdigest(), 0, "")


def _midnight(day: str) -> int:
    return clock.midnight(datetime.date.fromisoformat(day)) if day else 0


def _narrowed(session: Session) -> list[tuple[AuditEntry, str | None]]:
    """Every entry of a narrowing verb; but for those by which a restored database was brought to what the ledger knew already."""
    asked = (select(AuditEntry, Testimony.import_key).outerjoin(Testimony, Testimony.public_id == AuditEntry.subject)
             .where(AuditEntry.verb.in_(NARROWING)).order_by(AuditEntry.id))
    return [(entry, import_key) for entry, import_key in session.execute(asked) if "ledger" not in entry.detail]


def _count(session: Session, key: int) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.id <= key)) or 0


def _recorded(session: Session) -> list[tuple[Statement, str, str | None]]:
    asked = (select(Statement, Testimony.public_id, Testimony.import_key).join(Party, Party.id == Statement.party_id)
             .join(Unit, Unit.id == Statement.unit_id).join(Testimony, Testimony.id == Unit.testimony_id)
             .where((Statement.effect == "withdraw") | ((Statement.effect == "hold") & (Party.capacity != "archive")))
             .order_by(Statement.id))
    return [(row, public_id, import_key) for row, public_id, import_key in session.execute(asked)]


def _place(session: Session, row: Statement, public_id: str) -> tuple[int, str]:
    entries = session.execute(select(AuditEntry.id, AuditEntry.digest, AuditEntry.detail).where(AuditEntry.subject == public_id)).all()
    for key, digest, detail in entries:
        seen = detail.get("statements")
        if isinstance(seen, dict) and str(row.id) in seen:
            return _count(session, key), digest
    return 0, ""


def replayed(session: Session) -> set[str]:
    """Digests of the ledger's lines that were applied to this database after a restore, or whose testimony is kept out of it."""
    again = {row.line for row, _ in erasures.every(session) if row.line}
    return again | {str(detail["ledger"]) for detail in session.scalars(select(AuditEntry.detail)) if detail.get("ledger")}


def is_kept_out(session: Session, public_id: str, import_key: str | None) -> bool:
    """Whether this testimony was erased, or the ledger, at a restore, named it as withdrawn while it was not here."""
    return not kept_out(session).isdisjoint({public_id, key_digest(import_key)})


def kept_out(session: Session) -> frozenset[str]:
    """Public ids, and digests of import keys, of what no import brings in again."""
    return frozenset(session.scalars(select(AuditEntry.subject).where(AuditEntry.verb == KEEP_OUT)))


def note_absent(session: Session, verb: str, now: int, actor: str, testimony: str, import_key: str, line: str) -> None:
    """Write down that the ledger names a testimony which is not here. `verb`: KEEP_OUT, NOT_HERE. The caller holds the write lock and
    commits."""
    for subject in dict.fromkeys(filter(None, (testimony, import_key))):
        audit.append(session, now, actor, verb, subject, {"ledger": line})
        session.flush()


def key_digest(import_key: str | None) -> str:
    """What stands for an import key, which holds the name of a file: its SHA-256; empty for none."""
    return hashlib.sha256(import_key.encode()).hexdigest() if import_key else ""


def forget_visits(session: Session) -> None:
    """Remove what belongs to the machine a database was copied from: sessions, leases, one-time codes that end (recovery codes, which
    have no end, lie on paper somewhere). Grants wait to be given anew: one may have been revoked since; what waited for a second person
    is to be asked for anew. The caller commits."""
    requests.ask_again(session, clock.now())
    agreements.end_waiting(session, clock.now(), "the archive was put back from a backup: ask anew")
    for table in (SignedInSession, Lease):
        session.execute(delete(table))
    session.execute(delete(OneTimeCode).where(OneTimeCode.ends_at.is_not(None)))
