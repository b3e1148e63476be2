"""What a keeper does without being asked: a few objects of the vault are read again each time, and what nobody names is swept; drafts
whose day is over are deleted, and files that have stopped on their way.

What may not live here: what a check or a sweep is (actions.fixity).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from archive_app import clock
from archive_app.actions import family_room, fixity
from archive_app.actions.family_room import FamilyRoom
from archive_app.jobs import leases
from archive_app.storage import uploads
from archive_app.storage.vault import Vault

KIND = "tend"
BATCH = 20
"""Objects read again before something else has its turn."""
SWEEP_EVERY_MS = 6 * 3_600_000
log = logging.getLogger(__name__)


def run_due(engine: Engine, vault: Vault, folder: Path, holder: str, swept_at: int, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Check what is due, and sweep where the last sweep, at `swept_at` (ms UTC, 0 = never), is too long ago; when it was swept last.
    `folder`: that of the database, where files on their way rest."""
    with leases.held(engine, KIND, holder) as mine:
        if not mine:
            return swept_at
        if clock.now() - swept_at >= SWEEP_EVERY_MS:
            fixity.sweep(engine, vault)
            room = FamilyRoom(engine, vault, folder)
            family_room.forget_expired(room)
            uploads.sweep(room.uploads)
            swept_at = clock.now()
        digests = fixity.due(engine, BATCH)
        damaged = sum(1 for _ in fixity.check(engine, vault, (each for each in digests if goes_on())))
        if damaged:
            log.error("%d objects of the vault are not what they were: archive-app verify --media names them", damaged)
    return swept_at
