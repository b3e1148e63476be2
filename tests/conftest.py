"""What every test may ask for: a database of its own, an archive in a folder of its own, ids and a clock that can be known."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as drawing
from playwright.sync_api import Browser
from sqlalchemy import Engine, create_engine, text

from archive_app import clock, ids
from archive_app.records.base import migrate, open_engine
from archive_app.storage import spool
from tests.factories import people, thrift
from tests.factories.archives import Archive
from tests.factories.browser import browsing

drawing.register_profile("unhurried", deadline=None)  # speed is measured in bench/, never asserted
drawing.load_profile("unhurried")

POSTGRES = os.environ.get("ARCHIVE_TEST_POSTGRES_URL", "")


@pytest.fixture(scope="session", autouse=True)
def thrifty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is compiled twice, hashed at length or waited for (see thrift)."""
    with pytest.MonkeyPatch.context() as patch:
        thrift.begin(patch)
        patch.setattr(spool, "MEMORY_FOLDER", tmp_path_factory.mktemp("memory"))  # a moved clock sweeps what other processes decode
        yield


@pytest.fixture
def as_in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests about just that: disks are waited for, and passwords cost what they cost."""
    thrift.as_in_service(monkeypatch)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, people.Clock]]:
    """A database with people who have accounts, and the clock that is moved by hand."""
    with people.database(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "archive.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", *(["postgres"] if POSTGRES else [])])
def engine(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    """A database at the newest migration; with ./test --postgres each test runs on PostgreSQL too."""
    if request.param == "sqlite":
        shutil.copy(empty_database, tmp_path / "archive.sqlite3")
        made = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
        yield made
        made.dispose()
        return
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = POSTGRES.replace("@/postgres", f"@/{name}", 1)
    migrate(url)
    made = open_engine(url)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> Archive:
    """An empty archive: database, vault, index and a folder for manifests."""
    return Archive(engine, tmp_path)


@pytest.fixture
def sqlite_archive(tmp_path: Path, empty_database: Path) -> Iterator[Archive]:
    """An empty archive on SQLite only, for tests that go through processes or the web."""
    folder = tmp_path / "archive"  # backups lie beside it
    folder.mkdir()
    shutil.copy(empty_database, folder / "archive.sqlite3")
    made = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    yield Archive(made, folder)
    made.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all; a page or context of its own for each test."""
    with browsing() as found:
        yield found


@pytest.fixture(autouse=True)
def known_ids_and_clock() -> Iterator[None]:
    """Public ids follow from what they stand for; the clock forgets what other tests told it."""
    ids.use_key(b"tests")
    clock.forget_floor()
    yield
    ids.use_key(None)
    clock.forget_floor()
