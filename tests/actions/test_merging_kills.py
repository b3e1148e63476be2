"""A merge, and its undoing, that are killed before any statement of theirs are whole or not begun: never half of one."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select

from archive_app import clock
from archive_app.access.desk import Desk
from archive_app.actions import merging
from archive_app.actions.change import operator
from archive_app.actions.verifying import findings
from archive_app.records.base import open_engine, reading
from archive_app.records.tables import metadata
from tests.actions.test_entering import NOTE
from tests.actions.test_merging import EVENTS, PEOPLE, PLACES, SOURCES, STATEMENTS, TWO
from tests.factories import kills
from tests.factories.archives import Archive

pytestmark = pytest.mark.slow
NEVER = ("commit", 10**6)
"""Lets a process die by its own hand."""


def opened(folder: str | Path) -> Archive:
    return Archive(open_engine(f"sqlite:///{Path(folder) / 'archive.sqlite3'}"), Path(folder))


def merge(folder: str, kind: str, at: int) -> None:
    """Work: the two of a kind made one; the process dies before its statement `at`, 0 = never."""
    archive = opened(folder)
    with reading(archive.engine) as session:
        seen = Desk(session, operator()).merging(kind, *TWO[kind]).digest
    _die(archive.engine, Path(folder), at)
    merging.merge(archive.engine, operator(), kind, *TWO[kind], seen, NOTE)
    archive.engine.dispose()


def undo(folder: str, kind: str, at: int) -> None:
    """Work: two again."""
    archive = opened(folder)
    _die(archive.engine, Path(folder), at)
    merging.undo(archive.engine, operator(), kind, *TWO[kind], NOTE)
    archive.engine.dispose()


def _die(engine: Engine, folder: Path, at: int) -> None:
    done = 0

    def before(*_: object) -> None:
        nonlocal done
        done += 1
        (folder / "statements").write_text(str(done))
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", before)


TABLES = ("people", "places", "events", "names", "appearances", "consent_parties", "sourced_statements", "testimony_places", "event_places",
          "interview_sessions", "releases", "registry_merges")


def state(folder: Path) -> str:
    """Every row that a merge may change, but for the times; nothing is wrong with them."""
    archive = opened(folder)
    archive.settle()
    with reading(archive.engine) as session:
        assert list(findings(session, archive.vault, archive.index, clock.now())) == []
        rows = [(name, [value for column, value in row._mapping.items() if column not in ("moved", "merged_at", "undone_at", "detail")])
                for name in TABLES for row in session.execute(select(metadata.tables[name])).all()]
        entries = session.scalar(select(func.count()).select_from(metadata.tables["audit_entries"]))
    archive.engine.dispose()
    return repr((sorted(map(repr, rows)), entries))


@pytest.mark.parametrize("kind", TWO)
def test_it_is_whole_or_not_begun(tmp_path: Path, empty_database: Path, kind: str) -> None:
    base = tmp_path / "base"
    base.mkdir()
    shutil.copy(empty_database, base / "archive.sqlite3")
    archive = opened(base)
    archive.write("bell.txt", "I am Hesta Vellan.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Веллан, Геста", "place": "Нижний Тессен",
                   "transcripts": "bell.txt|en|verbatim"}, people=PEOPLE, places=PLACES, events=EVENTS, sources=SOURCES, statements=STATEMENTS)
    archive.engine.dispose()
    one = _killed_everywhere(tmp_path, base, kind, merge)
    _killed_everywhere(tmp_path, one, kind, undo)


def _killed_everywhere(tmp_path: Path, base: Path, kind: str, work: kills.Work) -> Path:
    """Every third statement from the first to the last; the archive in which it came to its end."""
    whole = tmp_path / f"{base.name}-{work.__name__}"
    shutil.copytree(base, whole)
    assert kills.run(work, str(whole), kind, 0)
    statements = int((whole / "statements").read_text())
    before, after = state(base), state(whole)
    assert before != after and statements > 20
    seen = set()
    for at in (*range(1, statements, 3), statements):
        killed = tmp_path / "killed"
        shutil.copytree(base, killed)
        assert not kills.run(work, str(killed), kind, at, die=NEVER)
        found = state(killed)
        assert found in (before, after), f"half of it, killed before statement {at} of {statements}"
        seen.add(found)
        shutil.rmtree(killed)
    assert before in seen
    return whole
