"""What journeys share: the sample archive with a reader who is signed in, served to a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import archive_app
from archive_app import clock, ids
from archive_app.actions import sessions
from archive_app.records.accounts import Account, SignedInSession
from archive_app.records.base import open_engine, writing
from tests.factories.archives import Archive
from tests.factories.browser import served

SAMPLE = Path(archive_app.__file__).parent / "sample"
TOKEN = "k" * 43
"""What the browser of the reader `reader@example.org` holds."""


def _opened(folder: Path) -> Archive:
    ids.use_key(b"tests")
    clock.forget_floor()
    return Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The sample archive, brought in and found, to be copied; no copy of a recording is made yet."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    archive = _opened(folder)
    archive.bring_folder(SAMPLE)
    with writing(archive.engine) as session:
        account = Account(email="reader@example.org", role="researcher", password_hash="x", created_at=0)
        session.add(account)
        session.flush()
        session.add(SignedInSession(token_digest=sessions.digest(TOKEN), account_id=account.id, stage=sessions.FULL,
                                    started_at=clock.now(), seen_at=clock.now(), ends_at=clock.now() + clock.DAY_MS))
        session.commit()
    archive.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_folder: Path) -> Iterator[Archive]:
    """The sample archive, and a reader who is signed in."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(sample_folder, folder, dirs_exist_ok=True)
    archive = _opened(folder)
    yield archive
    archive.engine.dispose()


@pytest.fixture(scope="module")
def app(sample: Archive) -> Flask:
    """The web application over it, in six languages, one of them from right to left."""
    return sample.app(LANGUAGES="en,az,hy,ru,tr,ar")


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where it is served."""
    with served(app) as found:
        yield found
