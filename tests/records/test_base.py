"""The two kinds of transaction: one keeps its snapshot, one holds the lock from its first moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from archive_app.records.accounts import Account, Holding
from archive_app.records.base import WRITE_LOCK, open_engine, reading, writing
from archive_app.records.consent import AudienceRow


def add(engine: Engine, formula: str) -> None:
    with writing(engine) as session:
        session.add(AudienceRow(formula=formula))
        session.commit()


def formulas(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(AudienceRow.formula).order_by(AudienceRow.formula)))


def test_foreign_keys_are_kept(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(Holding(account_id=123_456, token="registered"))
        session.flush()


@pytest.mark.usefixtures("as_in_service")
def test_sqlite_is_set_up_to_keep_and_to_forget(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PRAGMA is SQLite's")
    with engine.connect() as one, engine.connect() as another:
        for connection in (one, another):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                     for name in ("foreign_keys", "secure_delete", "journal_mode", "synchronous", "temp_store")}
            assert found == {"foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal", "synchronous": 2, "temp_store": 2}


def test_a_reader_keeps_one_snapshot_while_another_writes(engine: Engine) -> None:
    add(engine, "one")
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(AudienceRow)) == 1
        add(engine, "two")
        assert session.scalar(select(func.count()).select_from(AudienceRow)) == 1
        assert session.scalars(select(AudienceRow.formula)).all() == ["one"]
    assert formulas(engine) == ["one", "two"]


def test_what_was_read_stays_readable_and_is_never_written(engine: Engine) -> None:
    add(engine, "one")
    with reading(engine) as session:
        row = session.scalars(select(AudienceRow)).one()
        row.formula = "changed"
    assert row.formula == "changed" and formulas(engine) == ["one"]


def test_leaving_without_commit_writes_nothing(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(AudienceRow(formula="lost"))
        session.flush()
        assert session.scalar(select(func.count()).select_from(AudienceRow)) == 1
    assert formulas(engine) == []


def test_leaving_by_an_exception_writes_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        session.add(AudienceRow(formula="lost"))
        session.flush()
        raise RuntimeError("on the way")
    assert formulas(engine) == []
    add(engine, "after")  # and the lock is free again
    assert formulas(engine) == ["after"]


def test_a_writer_has_the_lock_before_it_says_anything(engine: Engine) -> None:
    with writing(engine) as session:
        session.connection()
        if engine.dialect.name == "postgresql":
            with engine.connect() as other:
                assert other.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": WRITE_LOCK}).scalar() is False
            return
        impatient = create_engine(engine.url, connect_args={"timeout": 0})
        with impatient.connect() as other, pytest.raises(OperationalError, match="locked"):
            other.exec_driver_sql("BEGIN IMMEDIATE")
        impatient.dispose()


def test_writers_wait_for_each_other_and_read_what_the_one_before_wrote(engine: Engine) -> None:
    """Each reads the highest number and writes the next: without the lock taken first two would read the same."""
    start = threading.Barrier(4)

    def write(_: int) -> None:
        start.wait()
        for _ in range(5):
            with writing(engine) as session:
                highest = session.scalar(select(func.max(Account.created_at))) or 0
                session.add(Account(email=f"{highest + 1}@example.org", role="researcher", password_hash="", created_at=highest + 1))
                session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with reading(engine) as session:
        assert session.scalars(select(Account.created_at).order_by(Account.created_at)).all() == list(range(1, 21))


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    add(engine, "one")
    with writing(engine) as session:
        session.add(AudienceRow(formula="two"))
        session.flush()
        assert formulas(engine) == ["one"]
        session.commit()
    assert formulas(engine) == ["one", "two"]


def test_a_postgresql_address_is_served_by_psycopg() -> None:
    engine = open_engine("postgresql://nobody@localhost/nothing")
    assert engine.dialect.driver == "psycopg"
    engine.dispose()
