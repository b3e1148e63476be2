"""Erase: from one commit on no row holds words or bytes of a testimony; the rest is removed from every file; a receipt says what went.

In the transaction: the narrator's withdrawal, every row of the list (records.belongings), a salted commitment, the promise of the rest.
Afterwards, as often as it takes (`carry_out`): the index has followed, objects of the vault are gone, nothing that interrupted work has
left lies about, the database's own files are written anew. It commits by itself what is left. The consent history stays, and ids and
digests. What may not live here: the list (records.belongings), when the rest is done (jobs).
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.releases import in_force
from archive_app.access.viewer import Viewer
from archive_app.actions import consenting, declaring, uses
from archive_app.actions.change import Change, change
from archive_app.actions.declaring import Proof
from archive_app.errors import Invalid
from archive_app.records import audit, belongings, desk_work, erasures, jobs, objects, submissions
from archive_app.records import withdrawals as records
from archive_app.records.base import ledger_of, reading, writing
from archive_app.records.belongings import COPY, Named
from archive_app.records.consent import Evidence, Unit, statements_of
from archive_app.records.erasures import Erasure
from archive_app.records.jobs import Job
from archive_app.records.testimonies import Testimony
from archive_app.storage import ledger, spool, uploads
from archive_app.storage.vault import Vault

KIND = "erase"
FOLLOWERS = ("index", "derive")
"""Jobs that have to be done after the commit before nothing can come back by work that was under way."""
GONE, SHARED = "gone", "shared"


def erase(engine: Engine, actor: Viewer, public_id: str, reason: str, proof: Proof = Proof()) -> None:  # noqa: B008
    """Withdraw a testimony and erase it, at once and for good. Raises Invalid, NotFound, NotAllowed, and Conflict where it is done."""
    if not reason.strip():
        raise Invalid("reason", "say why this is erased, and who asked for it")
    with change(engine, actor, "erase", public_id) as work:
        row, unit = consenting.kept(work, public_id)
        erase_now(work, row, unit, reason.strip(), declaring.evidence(work, proof))


def erase_now(work: Change, row: Testimony, unit: Unit, reason: str, evidence: Evidence | None = None, line: str = "") -> None:
    """Erase within a change. `line`: the line of the ledger that says so, where it was erased before this database was put back."""
    published = _published(work, unit)
    consenting.close(work, row, unit, "withdraw", reason, evidence)
    work.session.flush()
    found, counts = belongings.named(work.session, row.id), belongings.counts(work.session, row.id)
    salt, granted = secrets.token_hex(32), belongings.granted(work.session, row.id)
    erased = Erasure(kind=erasures.TESTIMONY, subject=row.public_id, testimony_id=row.id, erased_at=work.now, line=line, salt=salt,
                     import_key=records.key_digest(row.import_key), commitment=_commitment(work.session, row, salt, found))
    sizes = erasures.noted(work.session, (one.digest for one in found))
    key = row.id
    desk_work.forget(work.session, {row.public_id}, {row.import_key.rpartition("/")[2], row.manifest} if row.import_key else ())
    belongings.erase(work.session, key)
    gone = objects.forget_unnamed(work.session, {one.digest for one in found})
    erased.left = {digest: sizes[digest][1] for digest in gone if digest in sizes}
    used = audit.actors(work.session, uses.VERB, row.public_id)
    erased.facts = {"counts": counts, "published": published, "granted": granted, "used": used,
                    "backups": _backups(work, row),
                    "objects": [[one.called, one.digest, sizes.get(one.digest, (0, 0))[0], GONE if one.digest in gone else SHARED]
                                for one in found]}
    erased.waits = _waiting({"index"}, len(gone), 0)
    work.session.add(erased)
    if erased.import_key:
        audit.append(work.session, work.now, work.by, records.KEEP_OUT, erased.import_key, {"erased": True})
        work.session.flush()
    for kind in (*FOLLOWERS, KIND):
        work.promise(kind, row.public_id, urgent=True)


def _commitment(session: Session, row: Testimony, salt: str, found: Sequence[Named]) -> str:
    told = json.dumps([row.title, row.abstract, row.keywords, row.date, row.accession, row.told], sort_keys=True, ensure_ascii=False)
    return erasures.commitment(salt, [*(one.digest for one in found if one.called != COPY), *belongings.word_digests(session, row.id),
                                      hashlib.sha256(told.encode()).hexdigest()])


def _published(work: Change, unit: Unit) -> list[int]:
    """From when to when (ms UTC) the archive had published it, as far as its statements tell; empty where it never had."""
    speaker = consenting.archive_party(work, unit)
    said = [each for each in statements_of(work.session, [unit.id]) if each.party_id == speaker.id and each.effect == "permit"]
    stops = [each.recorded_at for each in in_force(work.session, unit) if each.effect == "withdraw"]
    return [said[0].recorded_at, min(stops, default=work.now)] if said else []


def _backups(work: Change, row: Testimony) -> list[int]:
    """When (ms UTC) backups were made that can hold it, as far as the ledger tells."""
    path = ledger_of(work.session.connection().engine)
    lines = ledger.read(path).lines if path else ()
    return [line.at for line in lines if line.kind == ledger.BACKUP and line.at >= row.created_at]


def note_taken_back(session: Session, public_id: str, sealed: set[str]) -> None:
    """What a family sent and took back was deleted: what its files and pages left behind goes within the hour, with others'."""
    _note(session, erasures.SUBMISSION, public_id, {digest: clock.now() for digest in sealed})
    now = clock.now()
    session.add(Job(kind=KIND, subject=public_id, due_at=(now // clock.HOUR_MS + 1) * clock.HOUR_MS))


def note_forgotten(session: Session, public_id: str) -> None:
    """A draft was deleted by its family: the ledger is to know, so that no backup brings it back."""
    _note(session, erasures.DRAFT, public_id, {}).finished_at = clock.now()


def _note(session: Session, kind: str, public_id: str, left: dict[str, int]) -> Erasure:
    known = erasures.of(session, public_id)
    if known is not None:
        return known
    day = clock.now() // clock.DAY_MS * clock.DAY_MS
    row = Erasure(kind=kind, subject=public_id, erased_at=day, left=left, waits=_waiting(set(), len(left), 0), facts={})
    session.add(row)
    session.flush()
    return row


def carry_out(engine: Engine, vault: Vault, folder: Path, public_id: str) -> bool:
    """Do what can be done now of what is left but the database's own files; whether they are all that is left. `folder`: of the instance,
    in which files are decoded, and what is sent in pieces lies. Writes down what is left; may die anywhere and be done again."""
    with reading(engine) as session:
        row, now = erasures.of(session, public_id), clock.now()
        if row is None or row.finished_at is not None:
            return True
        follow = jobs.undone(session, public_id, FOLLOWERS, now)
        left = {digest: at for digest, at in row.left.items() if not objects.is_named(session, digest)}
        dropped = [run for run, (state, _) in desk_work.states(session).items() if state == desk_work.DROPPED]
        known, families = objects.named(session), submissions.ids_of(session, public_id)
    for owner in (f"desk/{public_id}", *(f"families/{each}" for each in (public_id, *families))):
        uploads.forget(folder / "uploads", owner)
    for run in dropped:
        shutil.rmtree(folder / "incoming" / run, ignore_errors=True)
    left = {digest: at for digest, at in left.items() if not vault.erase(digest, at)}
    lying = vault.loose(known.__contains__) - set(left) | spool.leftovers(folder / "decoding")
    loose = sorted(lying if row.loose is None else lying & set(row.loose))
    waits = _waiting(follow, len(left), len(loose))
    with writing(engine) as session:
        row = erasures.of(session, public_id)
        assert row is not None
        row.left, row.loose, row.waits = left, None if follow else loose, waits
        session.commit()
    return set(waits) == {"database"}


def finish(engine: Engine, public_ids: Sequence[str]) -> None:
    """The database's own files were written anew: nothing is left of these."""
    with writing(engine) as session:
        for row in (erasures.of(session, public_id) for public_id in public_ids):
            if row is not None and row.finished_at is None:
                row.waits, row.finished_at = {}, clock.now()
        session.commit()


def _waiting(follow: set[str], left: int, loose: int) -> dict[str, int]:
    """What is left: `index`, `copies` (they have to follow), `objects`, `loose` (how many), `database`."""
    found = {"index": int("index" in follow), "copies": int("derive" in follow), "objects": left, "loose": loose, "database": 1}
    return {name: count for name, count in found.items() if count}
