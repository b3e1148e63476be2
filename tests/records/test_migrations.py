"""Migrations lead to what the models say, on both databases, along one line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from archive_app.records.base import migrate
from archive_app.records.tables import metadata
from tests.factories.archives import Archive

pytestmark = pytest.mark.usefixtures("as_in_service")  # nothing is copied here that was migrated before
SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config)


def test_a_migrated_database_is_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_constraints_and_indexes_are_those_of_the_models(engine: Engine) -> None:
    """What autogenerate does not compare on every database: primary keys, foreign keys, unique constraints."""
    found = inspect(engine)
    for table in metadata.sorted_tables:
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key]
        there = {(tuple(key["constrained_columns"]), key["referred_table"]) for key in found.get_foreign_keys(table.name)}
        wanted = {((column.name,), key.column.table.name) for column in table.columns for key in column.foreign_keys}
        assert there == wanted, table.name


def test_there_is_one_head_and_one_line() -> None:
    assert len(scripts().get_heads()) == 1 and len(scripts().get_bases()) == 1
    assert all(not isinstance(each.down_revision, tuple) for each in scripts().walk_revisions())


def test_migrating_twice_changes_nothing(tmp_path: Path, empty_database: Path) -> None:
    path = tmp_path / "archive.sqlite3"
    migrate(f"sqlite:///{path}")
    before = path.read_bytes()
    migrate(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_keys_that_are_given_once_are_so_after_migrating(empty_database: Path) -> None:
    """No comparison sees this on SQLite. A table that is pointed to cannot be made again in this way: these are not."""
    wanted = {table.name for table in metadata.sorted_tables if table.dialect_options["sqlite"]["autoincrement"]}
    with closing(sqlite3.connect(empty_database)) as connection:
        found = {name for name, made in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
                 if "AUTOINCREMENT" in (made or "")}
        counted = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    assert found == wanted == set(counted) == {"appearances", "transcript_drafts", "registry_merges"}


def test_keys_that_were_kept_elsewhere_are_not_given_again(sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there before 0013: a merge that tells of an appearance that is gone, an audit entry of a merge that is gone."""
    archive, path = sqlite_archive, sqlite_archive.folder / "archive.sqlite3"
    archive.bring({"identifier": "the-bell", "title": "The bell", "narrators": "Vellan, Hesta;Vellan, Gesta"})
    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: command.downgrade(config, "0012"))
    migrate(f"sqlite:///{path}")
    monkeypatch.setattr(command, "upgrade", upgrade)
    moved = '{"changed": [["appearances", "person_id", [7]], ["consent_parties", "person_id", [90]]], "pairs": []}'
    with closing(sqlite3.connect(path)) as connection:
        assert "AUTOINCREMENT" not in "".join(row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master"))
        connection.execute("INSERT INTO registry_merges VALUES (3, 1, 2, NULL, 'x', 1, '', NULL, ?)", (moved,))
        connection.execute("INSERT INTO audit_entries (id, at, actor, verb, subject, detail, previous, digest) "
                           "VALUES (999, 1, 'x', 'merge', 'y', '{\"merge\": 11}', '', 'z')")
        before = connection.execute("SELECT * FROM appearances ORDER BY id").fetchall()
        connection.commit()
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        assert dict(connection.execute("SELECT name, seq FROM sqlite_sequence")) == {
            "appearances": 7, "transcript_drafts": 0, "registry_merges": 11}
        assert connection.execute("SELECT * FROM appearances ORDER BY id").fetchall() == before != []
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
