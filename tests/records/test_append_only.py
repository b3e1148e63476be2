"""What was said, its evidence and what was done can only grow; the words of a version never change."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from archive_app.records.base import writing
from tests.factories.archives import Archive

CUES = "WEBVTT\n\n00:00.000 --> 00:05.000\nOne sentence.\n\n00:05.000 --> 00:09.000\nAnother.\n"
CHANGES = {
    "consent_statements": "UPDATE consent_statements SET effect = 'permit'",
    "consent_evidence": "UPDATE consent_evidence SET note = 'other'",
    "audit_entries": "UPDATE audit_entries SET verb = 'other'",
    "segments": "UPDATE segments SET text = 'other'",
    "transcript_versions": "UPDATE transcript_versions SET digest = 'other'",
}
KEPT = ("consent_statements", "consent_evidence", "audit_entries")


@pytest.fixture
def filled(archive: Archive) -> Engine:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "told", "transcripts": "words.vtt|en|verbatim"}, settled=False)
    return archive.engine


def content(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]


def refused(engine: Engine, table: str, statement: str) -> None:
    before = content(engine, table)
    assert before
    with pytest.raises(DBAPIError, match="append only"), writing(engine) as session:
        session.execute(text(statement))
        session.commit()
    assert content(engine, table) == before


@pytest.mark.parametrize("table", list(CHANGES))
def test_rows_are_never_changed(filled: Engine, table: str) -> None:
    refused(filled, table, CHANGES[table])


@pytest.mark.parametrize("table", KEPT)
def test_rows_are_never_deleted(filled: Engine, table: str) -> None:
    refused(filled, table, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["segments", "transcript_versions"])
def test_words_may_be_erased_but_not_changed(filled: Engine, table: str) -> None:
    with writing(filled) as session:
        if table == "transcript_versions":
            session.execute(text("UPDATE transcripts SET current_version_id = NULL"))
            session.execute(text("DELETE FROM segments"))
        session.execute(text(f"DELETE FROM {table}"))
        session.commit()
    assert content(filled, table) == []


AROUND = {"sqlite": "REPLACE INTO {0} SELECT * FROM {0}", "postgresql": "TRUNCATE {0} CASCADE"}
"""What changes rows without asking the triggers of a row."""


@pytest.mark.parametrize("table", KEPT)
def test_there_is_no_way_around(filled: Engine, table: str) -> None:
    with pytest.raises(DBAPIError, match="append only"), writing(filled) as session:
        session.execute(text(AROUND[filled.dialect.name].format(table)))
