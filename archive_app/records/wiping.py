"""The database's own files hold nothing of rows that were deleted: not in free pages, not in the write-ahead log.

SQLite overwrites what is deleted (secure_delete), but a page that was divided or joined before may keep an older copy of a row in its
gap, and the log keeps older pages until it is cut: so the file is written anew (VACUUM) and the log cut to nothing. That takes about as
long as a copy of the file, writers wait meanwhile, and as much again is needed on the disk. PostgreSQL writes those tables anew that rows
went from; its own log is recycled by the server (docs/operating.md). What may not live here: which rows go (belongings).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Engine

PATIENCE_MS = 5000
"""How long others are waited for; after that it is tried again later."""
LARGE = 256 << 20
"""Bytes of a database from which on the copy is not made in memory."""


def wipe(engine: Engine, tables: Iterable[str]) -> bool:
    """Write the database, or of PostgreSQL these tables, anew; False where somebody else was at it, and it has to be tried again."""
    if engine.dialect.name == "sqlite":
        return _wipe_sqlite(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in tables:
            connection.exec_driver_sql(f'VACUUM (FULL) "{name}"')
    return True


def _wipe_sqlite(engine: Engine) -> bool:
    held = engine.raw_connection()
    connection = held.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    held.detach()  # it is set otherwise than those of the pool, and goes when this is done
    try:
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        _, logged, brought = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if logged != brought:  # a reader holds the log: written anew now, the file would only make it longer
            return False
        pages, page = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        connection.execute(f"PRAGMA temp_store={'FILE' if pages * page > LARGE else 'MEMORY'}")
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    finally:
        held.close()
