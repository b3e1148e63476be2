"""Whether anything was written since: so that a decision can be asked for again when it may have changed, and not when it cannot.

What may not live here: decisions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import Engine


def last_written(engine: Engine) -> Callable[[], object]:
    """A function whose answers are equal only where nobody committed anything in between. On SQLite it costs some microseconds (PRAGMA
    data_version, which counts the commits that others made); elsewhere no two answers are equal."""
    if engine.dialect.name != "sqlite":
        return object
    watching = engine.raw_connection()
    watching.detach()  # it never writes, and nobody else may have it: its count is of what others do
    turn = threading.Lock()

    def count() -> object:
        with turn:
            cursor = watching.cursor()
            try:
                return cursor.execute("PRAGMA data_version").fetchone()
            finally:
                cursor.close()

    return count
