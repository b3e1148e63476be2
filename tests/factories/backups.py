"""Archives with a ledger, backed up, and put back elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archive_app import clock
from archive_app.actions import verifying
from archive_app.actions.backing_up import BackedUp, back_up
from archive_app.actions.restoring import Restored, finish, restore
from archive_app.config import Settings, prepare, settings
from archive_app.errors import NotFound
from archive_app.jobs import indexing
from archive_app.records.base import open_engine, reading
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.factories.archives import Archive
from tests.factories.plain_files import plain_files

PAGES = ("the-bell", "the-door", "the-lamp")


def with_ledger(archive: Archive) -> Archive:
    """The same, its withdrawals written down where its settings say."""
    archive.engine.update_execution_options(ledger=prepare(archive.settings()).ledger_file)
    return archive


@contextmanager
def copied(made: Path, folder: Path) -> Iterator[Archive]:
    """A copy of a filled archive on SQLite, with its ledger."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    engine = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    try:
        yield with_ledger(Archive(engine, folder))
    finally:
        engine.dispose()


def fill(archive: Archive) -> None:
    """Three public testimonies of one line, the first with a document."""
    archive.write("board.pdf", plain_files()["pdf"])
    for name in PAGES:
        archive.write(f"{name}.txt", f"Here {name.removeprefix('the-')}water is spoken of.\n")
    archive.bring(*({"identifier": name, "title": f"Of {name}", "languages": "en", "transcripts": f"{name}.txt|en|verbatim",
                     "media": "board.pdf|a page" if name == PAGES[0] else ""} for name in PAGES))


def backed_up(archive: Archive, folder: Path) -> BackedUp:
    return back_up(archive.engine, archive.vault, archive.settings(), folder)


def elsewhere(folder: Path, database_url: str = "") -> Settings:
    """Settings of an archive that is not there yet."""
    return settings({"ARCHIVE_DATA_DIR": str(folder), "ARCHIVE_DATABASE_URL": database_url})


def put_back(chosen: Settings, folder: Path, newer: Path | None = None) -> Restored:
    """Restore, make the index, let the archive be opened: what the command does."""
    done = restore(chosen, folder, newer)
    with opened(chosen) as archive:
        indexing.rebuild(archive.engine, archive.index)
        archive.settle()
    finish(chosen)
    return done


@contextmanager
def opened(chosen: Settings) -> Iterator[Archive]:
    """The archive of these settings; its vault and index lie where Archive expects them."""
    engine = open_engine(chosen.database_url, chosen.ledger_file)
    try:
        yield Archive(engine, chosen.data_dir)
    finally:
        engine.dispose()


def findings(archive: Archive, ledger: Path) -> list[str]:
    with reading(archive.engine) as session:
        return [f"{each.where}: {each.expected} / {each.found}" for each in
                verifying.findings(session, archive.vault, archive.index, clock.now(), ledger=ledger)]


def read_publicly(archive: Archive, names: Sequence[str] = PAGES) -> set[str]:
    """Those of these testimonies that anybody may read, each by its page and by a search for its own word."""
    found = set()
    with archive.room() as room:
        for name in names:
            hits = find(room, archive.index, Question(f"{name.removeprefix('the-')}water")).total
            with suppress(NotFound):
                found.add(room.testimony(name).card.id)
            assert hits == (name in found), "the page and the search agree"
    return found
