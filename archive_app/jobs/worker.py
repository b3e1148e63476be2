"""The loop of the worker: look for what is due, do it, wait a little. It may be killed at any moment.

What may not live here: what a job does.
"""

from __future__ import annotations

import logging
import threading

from archive_app.config import Settings
from archive_app.jobs import indexing
from archive_app.records.base import open_engine
from archive_app.search.whoosh_index import WhooshIndex

IDLE_SECONDS = 0.5
log = logging.getLogger(__name__)


def run(chosen: Settings, stop: threading.Event) -> None:
    """Work until `stop` is set. An error is logged once a kind, without what it was about, and the job is tried again later."""
    engine = open_engine(chosen.database_url)
    index = WhooshIndex(chosen.search_dir)
    holder = indexing.holder_name()
    last = ""
    try:
        while not stop.is_set():
            try:
                indexing.run_due(engine, index, holder, lambda: not stop.is_set())
                last = ""
            except Exception as error:
                if type(error).__name__ != last:
                    log.error("indexing failed: %s", type(error).__name__)
                last = type(error).__name__
                stop.wait(5)
            stop.wait(IDLE_SECONDS)
    finally:
        engine.dispose()
