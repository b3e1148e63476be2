"""The engine, the two kinds of transaction, and what all tables share.

SQLite runs in WAL with foreign keys and secure_delete; a write takes the write lock before it reads anything (BEGIN IMMEDIATE), a
read keeps one snapshot. PostgreSQL does the same with an advisory lock and REPEATABLE READ.
What may not live here: tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Integer, MetaData, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError, InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from archive_app.errors import ArchiveError, Conflict, Damaged, Invalid

Key = BigInteger().with_variant(Integer, "sqlite")
"""Internal keys: never rendered, never in an address."""
Moment = BigInteger().with_variant(Integer, "sqlite")
"""Milliseconds UTC."""

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""For tables whose keys are kept elsewhere than in foreign keys: SQLite would give the key of a row that is gone to the next one."""

SETTING = "ARCHIVE_DATABASE_URL"
WRITE_LOCK = 7_261_992  # any number: one writer at a time on PostgreSQL, as on SQLite


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"})


def open_engine(url: str, ledger: Path | None = None) -> Engine:
    """An engine for SQLite or PostgreSQL (a `postgresql://` URL is served by psycopg 3). `ledger`: the file in which withdrawals from
    this database are written down besides; without one they are not. Raises Invalid for a URL that is none."""
    engine = _made(url)
    engine.update_execution_options(ledger=ledger)
    return engine


def ledger_of(engine: Engine) -> Path | None:
    """The file of the ledger that belongs to this database."""
    found: Path | None = engine.get_execution_options().get("ledger")
    return found


def _made(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(url, connect_args={"timeout": 60})
    except (ArgumentError, ValueError) as error:  # neither is shown: they repeat the URL, and there may be a password in it
        raise Invalid(SETTING, "no address of a database: give sqlite:///FILE or postgresql://NAME:PASSWORD@HOST/DATABASE") from error
    except ModuleNotFoundError as error:
        raise Invalid(SETTING, f"{error.name}, which speaks to this kind of database, is not installed") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def explained(error: Exception) -> ArchiveError | None:
    """What a driver or Alembic says about the database as an error of ours, for whoever runs the archive; None where it is about
    something else. Only the first line of what the driver says: the rest may repeat what was written or asked."""
    from alembic.util import CommandError

    if isinstance(error, CommandError):
        return Conflict(f"the database ({SETTING})", "it was made by another version of the archive, or its migrations are not here")
    if isinstance(error, (OperationalError, InternalError)) or type(error) is DatabaseError:
        first = next(iter(str(error.orig).strip().splitlines()), "")
        return Damaged(f"the database ({SETTING})", "one that can be reached, read and written", first or type(error.orig).__name__)
    return None


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own begins too late for a snapshot
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON",
                   "busy_timeout=60000", "cache_size=-32000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session on one snapshot; nothing it holds is ever written."""
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection:
        with Session(connection, autoflush=False, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                session.expunge_all()  # what was read stays readable: a rollback would expire it
                session.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that holds the write lock from its first moment. The caller commits; leaving without commit rolls back."""
    with engine.connect().execution_options(write=True) as connection:
        with Session(connection, autoflush=True, expire_on_commit=False) as session:
            if engine.dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITE_LOCK})
            try:
                yield session
            finally:
                session.rollback()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest migration (creates it when there is none)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parents[2] / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
