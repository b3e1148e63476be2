"""Taking turns at what is costly: so many at once in this process, others wait a little and are told to come back.

What may not live here: what is done when it is one's turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from archive_app.errors import Busy

READING = threading.BoundedSemaphore(1)
"""For what a long text makes costly: many seconds of what all pages are made of, which nobody may take several times at once."""
DECODING = threading.BoundedSemaphore(2)
"""For files of strangers behind the fence: each may take hundreds of megabytes and a core, and a small machine has two of those."""
PATIENCE = 3.0
"""Seconds that others wait; most files and accounts take less than one."""


@contextmanager
def turn(at: threading.BoundedSemaphore) -> Iterator[None]:
    """One's turn while the block lasts. Raises Busy while others are at it."""
    if not at.acquire(timeout=PATIENCE):
        raise Busy()
    try:
        yield
    finally:
        at.release()
