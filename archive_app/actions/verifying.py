"""Is everything that was entrusted to us still there, unchanged, and does what was derived from it still follow? Reads only.

What may not live here: mending. A finding is a typed fact: where, what was expected, what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import packages_distributions

from sqlalchemy.orm import Session

from archive_app.access import checking
from archive_app.access.renditions import renditions
from archive_app.actions import withholding
from archive_app.errors import Damaged, NotFound
from archive_app.records import audit, objects
from archive_app.records.testimonies import every_public_id
from archive_app.search.documents import documents
from archive_app.search.fingerprints import expected
from archive_app.search.index import Index
from archive_app.storage.vault import Vault


def findings(session: Session, vault: Vault, index: Index, now: int, media: bool = True) -> Iterator[Damaged]:
    """Everything that is not as it should be. `media`: read every object of the vault too."""
    yield from _distributions()
    yield from stored(session, vault, media)
    yield from checking.derived_findings(session)
    yield from checking.statements(session)
    yield from checking.words(session)
    for key in withholding.unprotected(session):
        yield Damaged(f"transcript version {key}", "to be withheld as its restrictions ask", "less withheld")
    for key in audit.broken_links(session):
        yield Damaged(f"audit entry {key}", "to follow from the one before", "another content")
    yield from _index(session, index, now)


def _distributions() -> Iterator[Damaged]:
    found = sorted(set(packages_distributions().get("whoosh", [])))
    if len(found) != 1:
        yield Damaged("installation", "one distribution that provides whoosh", ", ".join(found) or "none")


def stored(session: Session, vault: Vault, media: bool) -> Iterator[Damaged]:
    """Bytes without a row and rows without bytes; with `media`, bytes that are not what they were."""
    known, there = objects.named(session), set(vault.digests())
    for digest in sorted(known - there):
        yield Damaged(f"media/{digest}", "bytes", "nothing")
    for digest in sorted(there - known):
        yield Damaged(f"media/{digest}", "a row", "none")
    for digest in sorted(known & there) if media else ():
        try:
            vault.check(digest)
        except Damaged as damage:
            yield damage
        except NotFound:
            yield Damaged(f"media/{digest}", "bytes", "nothing")


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
