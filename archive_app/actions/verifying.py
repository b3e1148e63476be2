"""Is everything that was entrusted to us still there, unchanged, and does what was derived from it still follow? Reads only.

What may not live here: mending. A finding is a typed fact: where, what was expected, what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path

from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import checking
from archive_app.access.renditions import renditions
from archive_app.actions import withdrawals, withholding
from archive_app.errors import Damaged, NotFound
from archive_app.records import audit, erasures, objects
from archive_app.records.base import reading
from archive_app.records.testimonies import every_public_id
from archive_app.search.documents import documents
from archive_app.search.fingerprints import expected
from archive_app.search.index import Index
from archive_app.storage.vault import Vault

PATIENCE_MS = 3 * clock.DAY_MS
"""Within which an erasure is finished where a worker runs: what interrupted work left lies for a day."""


def findings(session: Session, vault: Vault, index: Index, now: int, media: bool = True, ledger: Path | None = None) -> Iterator[Damaged]:
    """Everything that is not as it should be. `media`: read every object of the vault too; `ledger`: that of the withdrawals."""
    yield from _distributions()
    yield from stored(session, vault, media)
    yield from checking.derived_findings(session)
    yield from checking.statements(session)
    yield from checking.words(session)
    for key in withholding.unprotected(session):
        yield Damaged(f"transcript version {key}", "to be withheld as its restrictions ask", "less withheld")
    yield from checking.uncovered(session)
    for key in audit.broken_links(session):
        yield Damaged(f"audit entry {key}", "to follow from the one before", "another content")
    for row in erasures.unfinished(session):
        if row.erased_at < now - PATIENCE_MS:
            left = ", ".join(f"{name} {count}" for name, count in row.waits.items())
            yield Damaged(f"erasure of {row.kind} {row.subject}", "to be finished", left)
    if ledger is not None:
        yield from withdrawals.findings(session, ledger)
    yield from _index(session, index, now)


def _distributions() -> Iterator[Damaged]:
    found = sorted(set(packages_distributions().get("whoosh", [])))
    if len(found) != 1:
        yield Damaged("installation", "one distribution that provides whoosh", ", ".join(found) or "none")


def stored(session: Session, vault: Vault, media: bool, also_new: bool = True) -> Iterator[Damaged]:
    """Bytes without a row and rows without bytes; with `media`, bytes that are not what they were. Bytes that came within the day and have
    no row are what an import at work, or one that was killed, leaves for the sweep: they count only where asked for (`also_new`)."""
    known, there = objects.named(session), set(vault.digests())
    for digest in sorted(known - there):
        if _is_named_now(session, digest):
            yield with_use(session, Damaged(f"media/{digest}", "bytes", "nothing"))
    for digest in sorted(there - known - {digest for row in erasures.unfinished(session) for digest in row.left}):
        if (also_new or not vault.is_new(digest)) and not _is_named_now(session, digest):
            yield Damaged(f"media/{digest}", "a row", "none")
    for digest in sorted(known & there) if media else ():
        try:
            vault.check(digest)
        except Damaged as damage:
            yield with_use(session, damage)
        except NotFound:
            if _is_named_now(session, digest):
                yield with_use(session, Damaged(f"media/{digest}", "bytes", "nothing"))


def _is_named_now(session: Session, digest: str) -> bool:
    """Whether some row names this object at this moment: others import, and forget copies, while all of this is read."""
    with reading(session.connection().engine) as now:
        return objects.is_named(now, digest)


def with_use(session: Session, damage: Damaged) -> Damaged:
    """A finding about an object of the vault, with what the object is used as."""
    return replace(damage, where=", ".join([damage.where, *objects.uses(session, damage.where.removeprefix("media/"))]))


def _index(session: Session, index: Index, now: int) -> Iterator[Damaged]:
    """Passages that are missing, extra or stale: what each shelf holds against what each audience reads."""
    stale = checking.not_indexed_yet(session, now)
    held = {shelf: _held(index, shelf) for shelf in index.shelves()}
    for testimony in every_public_id(session):
        wanted = documents(renditions(session, testimony, now)) if testimony not in stale else {}
        for shelf in sorted({*wanted, *held}):
            there = held.get(shelf, {}).pop(testimony, {})
            if testimony not in stale:
                yield from _compare(testimony, expected(wanted.get(shelf, ())), there)
    for _, rest in sorted(held.items()):
        for testimony in sorted(rest):
            yield Damaged(f"index, {testimony}", "a testimony", "passages of none")


def _held(index: Index, shelf: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for testimony, passages in index.contents(shelf):
        found.setdefault(testimony, {}).update(passages)
    return found


def _compare(testimony: str, should: dict[str, str], there: dict[str, str]) -> Iterator[Damaged]:
    for passage in sorted({*should, *there}):
        if should.get(passage) != there.get(passage):
            what = "missing" if passage not in there else "extra" if passage not in should else "stale"
            yield Damaged(f"index, a passage of {testimony}", "what its audience reads now", what)
