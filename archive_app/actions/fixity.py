"""Objects of the vault are read again and compared with their names; each check is written down as an event.

It commits by itself: an event says nothing that was entrusted to us. What may not live here: how often (jobs), mending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Engine

from archive_app import clock
from archive_app.errors import Damaged, NotFound
from archive_app.records import fixity, objects
from archive_app.records.base import reading, writing
from archive_app.storage.vault import Vault

EVERY_MS = 30 * clock.DAY_MS
"""An object is read again at least this often."""


def check(engine: Engine, vault: Vault, digests: Iterable[str]) -> Iterator[Damaged]:
    """Read these objects; one Damaged, not raised, for each that is not what its name says or not there."""
    for digest in digests:
        outcome, found = fixity.SOUND, ""
        try:
            vault.check(digest)
        except Damaged as damage:
            outcome, found = fixity.DAMAGED, damage.found
            yield damage
        except NotFound:
            if not _is_named(engine, digest):
                continue  # forgotten since it was listed, with its bytes
            outcome = fixity.MISSING
            yield Damaged(f"media/{digest}", "bytes", "nothing")
        with writing(engine) as session:
            fixity.note(session, digest, clock.now(), outcome, found)
            session.commit()


def check_all(engine: Engine, vault: Vault) -> Iterator[Damaged]:
    """Read every object that is there and named; what is missing is told elsewhere (verifying)."""
    with reading(engine) as session:
        known = objects.named(session)
    yield from check(engine, vault, [digest for digest in vault.digests() if digest in known])


def due(engine: Engine, most: int) -> list[str]:
    """Digests of objects that were not read for EVERY_MS, the one that waited longest first."""
    with reading(engine) as session:
        return fixity.longest_unchecked(session, clock.now() - EVERY_MS, most)


def sweep(engine: Engine, vault: Vault) -> list[str]:
    """Drop bytes that no row names and that have lain a day: what a killed process left behind. Answers their digests."""
    with reading(engine) as session:
        known = objects.named(session)

    def named(digest: str) -> bool:
        return digest in known or _is_named(engine, digest)  # asked again, one by one: a row may have come since

    return vault.sweep(named)


def _is_named(engine: Engine, digest: str) -> bool:
    with reading(engine) as session:
        return objects.is_named(session, digest)
