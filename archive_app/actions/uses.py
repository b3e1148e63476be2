"""The log of used grants: whatever somebody read, heard or found by a grant alone stands in the audit before they are given it.

Once a day and account for each testimony and each way (its page, a recording, a search), under digests. One of the few modules besides
`change` that commit. What may not live here: what a grant opens (access.granted).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from archive_app import clock
from archive_app.access.viewer import Viewer
from archive_app.records import audit
from archive_app.records.accounts import email_digest
from archive_app.records.base import reading, writing

VERB = "use a grant"


def note(engine: Engine, viewer: Viewer, used: Iterable[tuple[str, str]]) -> None:
    """Write down what was read; `used` as `ReadingRoom.by_grant` tells it. What cannot be written down is not given."""
    wanted, who = list(used), email_digest(viewer.account)
    if not wanted:
        return
    since = viewer.now - viewer.now % clock.DAY_MS
    with reading(engine) as session:
        fresh = [(subject, what) for subject, what in wanted if not audit.is_noted(session, who, VERB, subject, {"what": what}, since)]
    if not fresh:
        return
    with writing(engine) as session:
        for subject, what in fresh:
            audit.append(session, max(viewer.now, audit.latest(session)), who, VERB, subject, {"what": what})
            session.flush()
        session.commit()
