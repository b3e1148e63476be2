"""The audit chain: any entry changed, taken out or slipped in shows."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from archive_app.records import audit
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading, writing


@pytest.fixture
def chain(engine: Engine) -> Engine:
    """Six entries, and triggers out of the way: as somebody with the file in their hands would have it."""
    with writing(engine) as session:
        for n in range(6):
            audit.append(session, 1_000 + n, "shell", "publish", f"item-{n}", {"statements": {str(n): "a" * 8}, "名": "é"})
            session.flush()
        for act in ("update", "delete"):
            on = " ON audit_entries" if engine.dialect.name == "postgresql" else ""
            session.execute(text(f"DROP TRIGGER audit_entries_refuse_{act}{on}"))
        session.commit()
    return engine


def broken(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return audit.broken_links(session)


def keys(session: Session) -> list[int]:
    return list(session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


def test_a_chain_nobody_touched_is_whole(chain: Engine) -> None:
    assert broken(chain) == []
    with reading(chain) as session:
        assert audit.latest(session) == 1_005
        first = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
        assert first is not None and first.previous == ""


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize(("column", "value"), [("at", 5), ("actor", "other"), ("verb", "withdraw"), ("subject", "item-9"), ("detail", {"a": 1}),
                                               ("previous", "0" * 64), ("digest", "0" * 64)])
def test_a_changed_entry_is_found(chain: Engine, place: int, column: str, value: object) -> None:
    with writing(chain) as session:
        key = keys(session)[place]
        session.execute(update(AuditEntry).where(AuditEntry.id == key).values({column: value}))
        session.commit()
    found = broken(chain)
    assert key in found or (column == "digest" and key + 1 in found)


def test_an_entry_changed_together_with_its_digest_is_found_by_the_next(chain: Engine) -> None:
    with writing(chain) as session:
        row = session.get_one(AuditEntry, keys(session)[2])
        row.verb = "withdraw"
        row.digest = audit.link(row.previous, row.at, row.actor, row.verb, row.subject, row.detail)
        following = keys(session)[3]
        session.commit()
    assert broken(chain) == [following]


@pytest.mark.parametrize("place", [0, 3, 4])
def test_a_missing_entry_is_found(chain: Engine, place: int) -> None:
    with writing(chain) as session:
        following = keys(session)[place + 1]
        session.execute(delete(AuditEntry).where(AuditEntry.id == keys(session)[place]))
        session.commit()
    assert broken(chain) == [following]


def test_two_entries_that_changed_places_are_found(chain: Engine) -> None:
    with writing(chain) as session:
        one, two = keys(session)[1:3]
        for before, after in ((one, 900), (two, one), (900, two)):
            session.execute(update(AuditEntry).where(AuditEntry.id == before).values(id=after))
        session.commit()
    assert one in broken(chain)


def test_an_entry_slipped_in_is_found(chain: Engine) -> None:
    with writing(chain) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        forged = {"at": 1_006, "actor": "shell", "verb": "publish", "subject": "item-9", "detail": {}}
        session.execute(insert(AuditEntry), [{**forged, "id": last.id + 1, "previous": last.previous, "digest": audit.link(
            last.previous, 1_006, "shell", "publish", "item-9", {})}])
        session.commit()
    assert broken(chain) == [last.id + 1]


@pytest.mark.parametrize("left", [1, 3, 4])
def test_a_chain_cut_below_what_somebody_outside_noted_is_found(chain: Engine, left: int) -> None:
    with reading(chain) as session:
        entries, head = audit.head(session)
        anchors = {entries - 1: session.get_one(AuditEntry, keys(session)[-2]).digest}
        assert (entries, audit.lost_anchors(session, {**anchors, entries: head})) == (6, [])
    with writing(chain) as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(keys(session)[left:])))
        session.commit()
        assert audit.lost_anchors(session, anchors) == [5]
    assert broken(chain) == [], "the chain alone does not know how long it was"


def test_a_chain_cut_above_the_last_anchor_is_not_seen(chain: Engine) -> None:
    """The limit, stated: the ledger of withdrawals (storage.ledger) notes the end of the chain at each withdrawal, hold and backup."""
    with writing(chain) as session:
        noted = {5: session.get_one(AuditEntry, keys(session)[4]).digest}
        session.execute(delete(AuditEntry).where(AuditEntry.id == keys(session)[5]))
        session.commit()
        assert audit.lost_anchors(session, noted) == []


def test_a_chain_cut_and_written_anew_is_found(chain: Engine) -> None:
    with writing(chain) as session:
        entries, head = audit.head(session)
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(keys(session)[4:])))
        for _ in range(2):
            audit.append(session, 2_000, "shell", "publish", "another", {})
            session.flush()
        session.commit()
        assert audit.lost_anchors(session, {entries: head}) == [6]
    assert broken(chain) == []
