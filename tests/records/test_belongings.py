"""The list of what goes is whole: whatever can hold words, names or bytes stands in it, or is said to stay and why."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from archive_app.records import belongings
from archive_app.records.belongings import BELONGINGS, BLANKED, STAYS, UNSHARED
from archive_app.records.registry import NameRow
from archive_app.records.tables import metadata

HOLDS_WORDS = (String, JSON, LargeBinary)
"""Text is a String."""
GOES = [one.table.__tablename__ for one in BELONGINGS]


def words_in(table: Table) -> set[str]:
    """The columns that can hold words or bytes."""
    return {column.name for column in table.columns if isinstance(column.type, HOLDS_WORDS)}


def unnamed(tables: Iterable[Table]) -> list[str]:
    """Columns that can hold words, and stand nowhere in the list; and what stands there and is none."""
    blanked = {table.__tablename__: set(values) for table, values in BLANKED.items()}
    wrong, seen = [], set()
    for table in tables:
        seen.add(table.name)
        stays, goes = set(STAYS.get(table.name, ("", ""))[0].split()), blanked.get(table.name, set())
        named, there = stays | goes, words_in(table)
        wrong += [f"{table.name}.{name} is in no list" for name in sorted(there - named) if table.name not in GOES]
        wrong += [f"{table.name}.{name} is no column" for name in sorted(named - {column.name for column in table.columns})]
        wrong += [f"{table.name}.{name} stands in both lists" for name in sorted(stays & goes)]
    return wrong + [f"{name} is no table" for name in sorted({*STAYS, *GOES, *blanked} - seen)]


def in_the_way(tables: Iterable[Table]) -> list[str]:
    """Foreign keys to rows that go, from tables of which nothing goes, or which go later."""
    after = {name: place for place, name in enumerate(GOES)}
    found = []
    for table in tables:
        for key in table.foreign_keys:
            target = key.column.table.name
            if target in after and target != table.name and after.get(table.name, len(GOES)) >= after[target]:
                found.append(f"{table.name}.{key.parent.name}")
    return found


def test_every_column_that_can_hold_words_is_in_the_list() -> None:
    assert unnamed(metadata.sorted_tables) == []


def test_nothing_that_stays_needs_what_goes() -> None:
    assert in_the_way(metadata.sorted_tables) == []
    registry = {table.__tablename__ for table in UNSHARED}
    needing = {table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table.name in registry}
    assert needing == {"appearances", "testimony_places", "event_places", "interview_sessions", "places"}, "each is asked before a row goes"


def test_every_exception_has_its_reason() -> None:
    assert [name for name, (_, why) in STAYS.items() if len(why) < 4] == []
    assert {one.table for one in BELONGINGS}.isdisjoint(BLANKED) and len(GOES) == len(set(GOES))
    assert set(belongings.tables()) >= {*GOES, "testimonies", NameRow.__tablename__}


@pytest.mark.parametrize("column", [Column("words", String), Column("said", JSON), Column("bytes", LargeBinary)], ids=lambda column: column.name)
def test_a_new_table_or_column_would_be_seen(column: Column[object]) -> None:
    other = MetaData()
    drafts = Table("drafts", other, Column("id", Integer, primary_key=True), column)
    assert unnamed([*metadata.sorted_tables, drafts]) == [f"drafts.{column.name} is in no list"]
    jobs = Table("jobs", other, *(Column(each.name, each.type) for each in metadata.tables["jobs"].columns), Column("payload", String))
    assert unnamed([jobs, *(table for table in metadata.sorted_tables if table.name != "jobs")]) == ["jobs.payload is in no list"]


def test_a_table_that_needs_what_goes_would_be_seen() -> None:
    other = MetaData()
    metadata.tables["transcripts"].to_metadata(other)
    draft = Table("drafts", other, Column("id", Integer, primary_key=True), Column("transcript_id", ForeignKey("transcripts.id")))
    assert in_the_way([draft]) == ["drafts.transcript_id"]
