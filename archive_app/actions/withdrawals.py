"""The ledger follows the database: every withdrawal, hold and narrowing is written down a second time, apart from it.

A line is written after the commit that closes, so that nothing is written of what was not done; what a death in between left out is
written when the archive is next opened. What may not live here: the file (storage.ledger), closing what a restored database does not
know to be closed (restoring).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app.errors import Damaged
from archive_app.records import audit
from archive_app.records import withdrawals as records
from archive_app.records.base import ledger_of, reading
from archive_app.storage import ledger
from archive_app.storage.ledger import Book, Entry, Line

log = logging.getLogger(__name__)


def follow(engine: Engine) -> int:
    """Write down every withdrawal, hold and narrowing that the ledger of this database lacks; how many. Durable when this returns.

    A ledger that cannot be written is an error in the log, not of the caller: what was closed is closed."""
    path = ledger_of(engine)
    if path is None:
        return 0
    try:
        with ledger.opened(path) as held, reading(engine) as session:
            for one in records.closings(session, {line.statement for line in held.book.lines}):
                held.add(Entry(one.effect, one.recorded_at, one.testimony, one.import_key, one.digest, one.entries, one.head))
            return len(held.added)
    except OSError as error:
        log.error("the ledger of withdrawals cannot be written (%s): what was closed is closed, and is written down at the next start",
                  error.strerror)
        return 0


def mark(engine: Engine, kind: str, at: int, entries: int, head: str) -> None:
    """Write a line that closes nothing and notes the end of the audit chain. Raises OSError."""
    path = ledger_of(engine)
    if path is not None:
        with ledger.opened(path) as held:
            held.add(Entry(kind, at, entries=entries, head=head))


def unknown(session: Session, book: Book) -> list[Line]:
    """The lines that close something of which this database knows nothing, oldest first."""
    here = records.closing_digests(session) if book.closing else set()
    missing = [line for line in book.closing if line.statement not in here]
    done = records.replayed(session) if missing else set()
    return [line for line in missing if line.digest not in done]


def findings(session: Session, path: Path) -> Iterator[Damaged]:
    """What differs between ledger and database, both ways; where the ledger is not what was written; where the audit chain was cut.

    The order counts while others withdraw: every line read here is of something committed before, so it is looked for in a snapshot
    taken after; what the caller's older snapshot knows has its line by now."""
    book = ledger.read(path)
    for number in book.wrong:
        yield Damaged(f"ledger of withdrawals, line {number}", "to follow from the one before", "another content")
    for one in records.closings(session, {line.statement for line in book.lines}):
        yield Damaged(f"ledger of withdrawals, {one.testimony}", f"a line for its {one.effect}", "none")
    with reading(session.connection().engine) as now:
        missing, cut = unknown(now, book), audit.lost_anchors(now, book.anchors())
    for line in missing:
        yield Damaged(f"ledger of withdrawals, {line.testimony}", f"the {line.kind} of line {line.number} in the database", "nothing")
    for entries in cut:
        yield Damaged("audit chain", f"the {entries} entries that the ledger of withdrawals knew of", "fewer, or others")
