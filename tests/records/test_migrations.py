"""Migrations lead to what the models say, on both databases, along one line."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from archive_app.records.base import migrate
from archive_app.records.tables import metadata

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
