"""One viewer standing at the gate with one snapshot of the database: what every reading function is handed.

What may not live here: decisions; they are the gate's.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from archive_app.access.gate import Gate, gate
from archive_app.access.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    session: Session
    viewer: Viewer
    gate: Gate

    @property
    def now(self) -> int:
        return self.viewer.now


def enter(session: Session, viewer: Viewer) -> Entry:
    """Bring a viewer to the gate, which is made here, once, from the audiences that this snapshot knows."""
    return Entry(session, viewer, gate(session, viewer))
