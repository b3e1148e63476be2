"""What commands that work on an archive open: the database at its newest migration, the vault, the index, and who acts.

What may not live here: any command.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive_app import serving
from archive_app.config import Settings, prepare
from archive_app.errors import Damaged, Invalid

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from archive_app.access.viewer import Viewer
    from archive_app.search.whoosh_index import WhooshIndex
    from archive_app.storage.disk_vault import DiskVault


@dataclass(frozen=True)
class Opened:
    settings: Settings
    engine: Engine
    vault: DiskVault
    index: WhooshIndex


@contextmanager
def archive(chosen: Settings, *, only_looks: bool = False) -> Iterator[Opened]:
    """The archive of these settings, made where there is none. Raises Damaged where the vault or the index takes no files, unless
    the command `only_looks`: what cannot be finished is not begun."""
    from archive_app.records.base import open_engine
    from archive_app.search.whoosh_index import WhooshIndex
    from archive_app.storage.disk_vault import DiskVault

    chosen = prepare(chosen)
    for folder in () if only_looks else (chosen.media_dir, chosen.search_dir):
        _takes_files(folder)
    serving.bring_up_to_date(chosen)
    serving.agree_with_ledger(chosen)
    engine = open_engine(chosen.database_url, chosen.ledger_file)
    try:
        yield Opened(chosen, engine, DiskVault(chosen.media_dir), WhooshIndex(chosen.search_dir))
    finally:
        engine.dispose()


def _takes_files(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Damaged(str(folder), "a folder that takes new files", error.strerror or type(error).__name__) from error


def acting(opened: Opened, email: str | None) -> Viewer:
    """Who does it: an account by its address, else whoever sits at the shell. Raises Invalid for an unknown address."""
    from archive_app.access.viewer import signed_in
    from archive_app.actions.accounts import folded
    from archive_app.actions.change import operator
    from archive_app.records.accounts import account_by_email
    from archive_app.records.base import reading

    if not email:
        return operator()
    with reading(opened.engine) as session:
        account = account_by_email(session, folded(email))
        if account is None or account.closed_at is not None:
            raise Invalid("--as", "there is no open account with this address")
        return signed_in(session, account)


def follow(opened: Opened) -> None:
    """Do what is due: the index, and the copies of recordings. Where a worker holds the lease of the index, wait until it has done it;
    copies may take hours, and are left to it."""
    from archive_app.jobs import deriving, indexing

    follow_index(opened)
    deriving.run_due(opened.engine, opened.vault, opened.settings.instance_dir / "copies", indexing.holder_name())


def follow_erasing(opened: Opened) -> None:
    """Remove from the files what was erased, as far as that can be done now; a worker does the rest, and what it holds is left to it."""
    from archive_app.jobs import erasing, indexing

    erasing.run_due(opened.engine, opened.index, opened.vault, opened.settings.instance_dir, indexing.holder_name())


def follow_index(opened: Opened) -> None:
    """Do what is due of the index, or wait for the worker that does it."""
    import threading

    from archive_app.jobs import indexing

    pause = threading.Event()
    while indexing.waiting(opened.engine):
        indexing.run_due(opened.engine, opened.index, indexing.holder_name())
        if indexing.waiting(opened.engine):
            pause.wait(0.2)
