"""What lets many small archives be cheap: work that is the same in each is done once a process, and nothing waits for a disk.

Nothing here may change what a test sees: statements, templates and passwords are made the same way, only not again and again; whoever is
killed loses nothing of what the system has taken, only a machine without power would. What may not live here: archives.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from archive_app.actions import passwords, verifying
from archive_app.records import base

AS_IN_SERVICE: dict[str, Any] = {"prepare": base._prepare_sqlite, "fsync": os.fsync, "hasher": passwords._hasher, "nobody": passwords.NOBODYS_HASH,
                                 "upgrade": command.upgrade}
"""What the archive really does, for tests that are about it."""


class Templates(BytecodeCache):
    """The compiled templates of all applications of a process."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.load_bytecode(BytesIO(self.kept[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def _engines() -> Callable[..., Engine]:
    """`create_engine` whose SQLite engines speak through one dialect, and so share the statements that were compiled for it."""
    first = create_engine("sqlite://")
    first.connect().close()  # the dialect asks the library for its version here
    statements = LRUCache(2000)

    def create(url: str, **how: Any) -> Engine:
        made = create_engine(url, **how)
        if made.dialect.name == "sqlite":
            made.dialect = first.dialect
            made.update_execution_options(compiled_cache=statements)
        return made

    return create


def _builders() -> Callable[..., Any]:
    """How addresses of a rule are built, compiled once for all applications of a process: it depends on what the rule says alone."""
    compiled, known = Rule._compile_builder, dict[tuple[object, ...], Any]()

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), append_unknown, repr(rule.defaults))
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    return builder


def _migrations() -> Callable[..., None]:
    """`alembic.command.upgrade`, which brings the first empty SQLite file of a process to the newest migration and copies it for the others."""
    migrated: list[bytes] = []

    def upgrade(config: Config, revision: str, **how: Any) -> None:
        url = config.get_main_option("sqlalchemy.url") or ""
        file = Path(url.removeprefix("sqlite:///"))
        if revision != "head" or how or file == Path(url) or not _is_empty(file):
            AS_IN_SERVICE["upgrade"](config, revision, **how)
        elif migrated:
            file.write_bytes(migrated[0])
        else:
            AS_IN_SERVICE["upgrade"](config, revision)
            with closing(sqlite3.connect(file)) as made:
                made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            migrated.append(file.read_bytes())

    return upgrade


def _is_empty(file: Path) -> bool:
    """Whether this SQLite file, which may not be there yet, has no table; what cannot be read is not empty."""
    try:
        with closing(sqlite3.connect(file)) as found:
            return not found.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error:
        return False


def _prepare(connection: Any, record: Any) -> None:
    AS_IN_SERVICE["prepare"](connection, record)
    connection.execute("PRAGMA synchronous=OFF")


def begin(patch: pytest.MonkeyPatch) -> None:
    """Be thrifty from here on, until the patches are undone."""
    gc.collect()
    gc.freeze()  # thousands of tests and all modules stay to the end: garbage is not looked for among them again and again
    gc.set_threshold(20_000, 20, 20)
    patch.setattr(base, "create_engine", _engines())
    patch.setattr(Rule, "_compile_builder", _builders())
    patch.setattr(base, "_prepare_sqlite", _prepare)
    patch.setattr(os, "fsync", lambda handle: None)
    patch.setattr(command, "upgrade", _migrations())
    patch.setattr(verifying, "packages_distributions", cache(verifying.packages_distributions))
    patch.setitem(Flask.jinja_options, "bytecode_cache", Templates())
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr(passwords, "_hasher", cheap)
    patch.setattr(passwords, "NOBODYS_HASH", cheap.hash("the password of nobody"))


def as_in_service(patch: pytest.MonkeyPatch) -> None:
    """For one test: wait for the disk, migrate step by step, and keep passwords with all that it costs."""
    patch.setattr(base, "_prepare_sqlite", AS_IN_SERVICE["prepare"])
    patch.setattr(os, "fsync", AS_IN_SERVICE["fsync"])
    patch.setattr(command, "upgrade", AS_IN_SERVICE["upgrade"])
    patch.setattr(passwords, "_hasher", AS_IN_SERVICE["hasher"])
    patch.setattr(passwords, "NOBODYS_HASH", AS_IN_SERVICE["nobody"])
