"""How the database goes about the gate and the lists: from narrow indexes alone, whoever asks. No times, only plans; SQLite.

What it takes at 100,000 testimonies stands in docs/performance.md; here is what that rests on.
"""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from archive_app.access import catalogue
from archive_app.access.catalogue import Narrowing
from archive_app.access.entry import enter
from archive_app.access.terms import TIERS, audience_text
from archive_app.access.viewer import Viewer
from archive_app.records.base import writing
from archive_app.records.consent import intern
from tests.factories.archives import Archive

STAFF = frozenset({"registered", "staff"})
VIEWERS = {
    "anonymous": Viewer(5),
    "registered": Viewer(5, everywhere=frozenset({"registered"})),
    "grants": Viewer(5, everywhere=frozenset({"registered"}), in_testimony=dict.fromkeys((10, 11), frozenset({"grant"}))),
    "staff": Viewer(5, in_collection={1: STAFF}),
    "barred": Viewer(5, in_collection={1: STAFF}, barred=frozenset({10, 12})),
    "custodian": Viewer(5, everywhere=STAFF | {"custodian"}),
}
IN_ORDER = {("title", ""): "ix_testimonies_by_title", ("date", ""): "ix_testimonies_by_date",
            ("title", "a"): "ix_testimonies_in_collection"}


def plans(session: Session, viewer: Viewer, sort: str, collection: str, window: tuple[int, int]) -> list[list[str]]:
    """The plan of each statement by which a list is counted and its window found, before any card is made."""
    asked: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith(("SELECT count", "SELECT testimonies.id ")):
            asked.append((statement, values))

    entry = enter(session, viewer)
    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        catalogue.listed(entry, Narrowing(collection=collection), sort, window)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    cursor = session.connection().connection.cursor()
    return [[row[-1] for row in cursor.execute("EXPLAIN QUERY PLAN " + statement, values)] for statement, values in asked]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("order", IN_ORDER)
@pytest.mark.parametrize("who", VIEWERS)
def test_lists_are_answered_from_narrow_indexes(sqlite_archive: Archive, who: str, order: tuple[str, str], backwards: bool) -> None:
    sqlite_archive.bring(*({"identifier": f"told-{n}", "collection": "a"} for n in range(3)))
    with writing(sqlite_archive.engine) as session:
        for audience in TIERS.values():
            intern(session, audience_text(audience))
        counted, found = plans(session, VIEWERS[who], *order, (2, 3) if backwards else (0, 1))
    for plan in (counted, found):
        assert not [step for step in plan if "TEMP B-TREE" in step]
        assert [step for step in plan if "held" in step and "COVERING INDEX ix_releases_by_layer" in step]
        assert len([step for step in plan if "held" in step]) == 1
    assert [step for step in found if f"COVERING INDEX {IN_ORDER[order]}" in step]
