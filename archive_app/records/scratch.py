"""A database that is nowhere but in memory, empty, with every table: for what is tried and never kept.

It is gone when the block is left, and nothing of it was ever on a disk. What may not live here: what is tried in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from archive_app.records.base import open_engine
from archive_app.records.tables import metadata


@contextmanager
def scratch() -> Iterator[Engine]:
    """An engine over an empty archive in memory; of the thread that made it alone."""
    engine = open_engine("sqlite://")
    try:
        metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()
