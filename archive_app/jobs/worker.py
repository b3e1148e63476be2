"""The loop of the worker: look for what is due, do it, wait a little. It may be killed at any moment.

What may not live here: what a job does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from archive_app.actions.receiving import open_incoming
from archive_app.config import Settings
from archive_app.jobs import bringing, deriving, erasing, indexing, mailing, tending
from archive_app.records.base import open_engine
from archive_app.search.whoosh_index import WhooshIndex
from archive_app.storage.disk_vault import DiskVault

IDLE_SECONDS = 0.5
PAUSE_SECONDS = 5
log = logging.getLogger(__name__)


def run(chosen: Settings, stop: threading.Event, office: mailing.Office | None = None) -> None:
    """Work until `stop` is set; `office`: how letters are sent, None where there is no mail. An error is logged once a kind,
    without what it was about, and the job is tried again later."""
    engine = open_engine(chosen.database_url, chosen.ledger_file)
    index, vault = WhooshIndex(chosen.search_dir), DiskVault(chosen.media_dir)
    work = chosen.instance_dir / "copies"
    holder = indexing.holder_name()

    def goes_on() -> bool:
        return not stop.is_set()

    swept_at = left_at = 0
    incoming = open_incoming(engine, vault, chosen)

    def copies_and_care() -> None:
        nonlocal swept_at
        deriving.run_due(engine, vault, work, holder, goes_on)
        swept_at = tending.run_due(engine, vault, chosen.instance_dir, holder, swept_at, goes_on)

    def uploads() -> None:
        nonlocal left_at
        left_at = bringing.run_due(incoming, holder, left_at, goes_on)

    # copies take minutes: the index, by which a withdrawal leaves the search, waits for none of them
    erase = partial(erasing.run_due, engine, index, vault, chosen.instance_dir, holder, goes_on)
    beside = [threading.Thread(target=_loop, args=("copies", copies_and_care, stop)),
              threading.Thread(target=_loop, args=("erasing", erase, stop)),
              threading.Thread(target=_loop, args=("imports", uploads, stop))]
    if office is not None:  # a mail server may keep one waiting, and letters wait for no copies
        beside.append(threading.Thread(target=_loop, args=("mail", partial(mailing.run_due, engine, office, holder, goes_on), stop)))
    for each in beside:
        each.start()
    try:
        _loop("indexing", lambda: indexing.run_due(engine, index, holder, goes_on), stop)
    finally:
        stop.set()
        for each in beside:
            each.join()
        engine.dispose()


def _loop(what: str, work: Callable[[], object], stop: threading.Event) -> None:
    last = ""
    while not stop.is_set():
        try:
            work()
            last = ""
        except Exception as error:
            if type(error).__name__ != last:
                log.error("%s failed: %s", what, type(error).__name__)
            last = type(error).__name__
            stop.wait(PAUSE_SECONDS)
        stop.wait(IDLE_SECONDS)
