"""A copy of the whole database as of one moment, made while it is used, and put back.

SQLite: its online backup, inside one read transaction, so that a write beside it neither waits nor restarts the copy. PostgreSQL: pg_dump
and pg_restore, in the format that both call custom. Sessions and leases are left out, and one-time codes that end (of PostgreSQL when it is
put back).
What may not live here: media, the folder of a backup (actions.backing_up).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from archive_app.errors import Conflict, Damaged
from archive_app.records.base import reading

PAGES = 256
"""Pages (4 KiB mostly) copied at a time: in between, Python's other threads and other readers of the disk have their turn."""
LEFT_OUT = ("signed_in_sessions", "leases")
PENDING_CODES = "DELETE FROM one_time_codes WHERE ends_at IS NOT NULL"  # those without end are recovery codes, on paper somewhere
Progress = Callable[[int, int], None]


def size(engine: Engine) -> int:
    """Bytes that a copy takes at most."""
    asked = "SELECT pg_database_size(current_database())"
    with reading(engine) as session:
        if engine.dialect.name != "sqlite":
            return int(session.scalar(text(asked)) or 0)
        return int(session.scalar(text("PRAGMA page_count")) or 0) * int(session.scalar(text("PRAGMA page_size")) or 0)


def migration(engine: Engine) -> str:
    """The newest migration that the database has seen."""
    with reading(engine) as session:
        return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def is_empty(engine: Engine) -> bool:
    """Whether the database has no tables; a SQLite file that is not there is not made by asking."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        return not path.exists() or path.stat().st_size == 0
    return not inspect(engine).get_table_names()


def copy(engine: Engine, target: Path, progress: Progress) -> None:
    """Write a copy of the database to the file `target`, on the disk when this returns. Raises Conflict where a program is missing."""
    target.touch(mode=0o600)
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, target, progress)
    else:
        _run(engine, "pg_dump", "--format=custom", *(f"--exclude-table-data={name}" for name in LEFT_OUT), f"--file={target}")
        progress(1, 1)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def put_back(engine: Engine, source: Path) -> None:
    """Fill the database of PostgreSQL from a copy, in one transaction; what an earlier try left in it is replaced. Raises Conflict."""
    _run(engine, "pg_restore", "--no-owner", "--no-privileges", "--clean", "--if-exists", "--single-transaction", str(source))


def check(path: Path) -> None:
    """Raises Damaged where SQLite finds a file of its own not in order."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Damaged(path.name, "a database in order", str(found).splitlines()[0])


def _copy_sqlite(engine: Engine, target: Path, progress: Progress) -> None:
    held = engine.raw_connection()
    source = held.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM alembic_version").fetchone()  # the moment of the copy: from here on it is one snapshot
        with closing(sqlite3.connect(target, isolation_level=None)) as out:
            source.backup(out, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
            out.execute("PRAGMA journal_mode=DELETE")
            out.execute("PRAGMA secure_delete=ON")
            for name in LEFT_OUT:
                out.execute(f"DELETE FROM {name}")
            out.execute(PENDING_CODES)
    finally:
        source.rollback()
        held.close()


def _run(engine: Engine, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on this database; the password goes by the environment, which other users here cannot read."""
    found = shutil.which(program)
    if found is None:
        raise Conflict(program, "not on this machine: install the programs of PostgreSQL's client (postgresql-client)")
    url = make_url(engine.url).set(drivername="postgresql", password=None).render_as_string()
    environ = {**os.environ, **({"PGPASSWORD": str(engine.url.password)} if engine.url.password else {})}
    done = subprocess.run([found, f"--dbname={url}", *arguments], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Conflict(program, next(iter(done.stderr.strip().splitlines()), f"ended with {done.returncode}"))
