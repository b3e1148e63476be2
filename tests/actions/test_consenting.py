"""Publish, unpublish, withdraw: effective from their commit, for whom the law allows, and without a word in the audit."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from archive_app import clock
from archive_app.access.reading_room import Narrowing, ReadingRoom
from archive_app.access.viewer import anonymous
from archive_app.actions import consenting
from archive_app.actions.change import change, operator
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.consent import parts, party, statements_of
from archive_app.records.testimonies import by_public_id
from archive_app.search.find import find, suggest
from archive_app.search.query import Question
from tests.actions.asking import account, counts, read_by
from tests.factories.archives import Archive, filled

ROW = {"identifier": "the-bell", "title": "The bell", "languages": "en", "transcripts": "bell.txt|en|verbatim",
       "narrators": "Vellan, Hesta", "place": "Low Ombrel"}
REASON = "Hesta Vellan asked for it by telephone"


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "The bell rang quellwater.\n")
    archive.bring(ROW, {"identifier": "the-door", "title": "The door", "collection": "hills"})


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def publish(engine: Engine, actor: object, public_id: str) -> None:
    consenting.publish(engine, actor, public_id)  # type: ignore[arg-type]


def unpublish(engine: Engine, actor: object, public_id: str) -> None:
    consenting.unpublish(engine, actor, public_id)  # type: ignore[arg-type]


def withdraw(engine: Engine, actor: object, public_id: str) -> None:
    consenting.withdraw(engine, actor, public_id, REASON)  # type: ignore[arg-type]


VERBS = (publish, unpublish, withdraw)
Verb = Callable[[Engine, object, str], None]


@pytest.mark.parametrize("verb", [unpublish, withdraw])
def test_effective_from_the_commit(bell: Archive, verb: Verb) -> None:
    with bell.room() as before:
        assert before.testimony("the-bell").card.title == "The bell"
        verb(bell.engine, operator(), "the-bell")
        assert before.transcript("the-bell", 1).blocks, "a request that had begun keeps its snapshot"
        with bell.room() as after:
            assert_gone(bell, after)
    with bell.room("custodian") as room, pytest.raises(NotFound):
        room.transcript("the-bell", 1)


def assert_gone(archive: Archive, room: ReadingRoom) -> None:
    """Nothing of it is left for this reader, although the index has not followed yet."""
    for read in (lambda: room.testimony("the-bell"), lambda: room.transcript("the-bell", 1), lambda: room.place("low-ombrel")):
        with pytest.raises(NotFound):
            read()
    assert [card.id for card in room.testimonies(Narrowing()).items] == ["the-door"]
    assert [each.ref.id for each in room.collections().items] == ["hills"]
    assert room.home().testimonies == 1 and room.people().total == 0 and room.places().total == 0
    found = find(room, archive.index, Question(q="quellwater"))
    assert (found.total, found.hits, found.corrections) == (0, (), ())
    everything = find(room, archive.index, Question(q=""))
    assert everything.testimonies == 1 and [value.value for value in everything.facets["collection"]] == ["hills"]
    assert suggest(room, archive.index, "quell") == ()


@pytest.mark.parametrize("verb", [unpublish, withdraw])
def test_after_the_jobs_the_index_holds_nothing_that_readers_lost(bell: Archive, verb: Verb) -> None:
    verb(bell.engine, operator(), "the-bell")
    bell.settle()
    assert all("the-bell" not in {testimony for testimony, _ in bell.index.contents(shelf)} for shelf in bell.index.shelves())


def test_unpublished_and_published_again(bell: Archive) -> None:
    held = bell.index.digest()
    bell.unpublish("the-bell")
    bell.settle()
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "custodian")
    bell.publish("the-bell")
    bell.settle()
    assert "quellwater" in read_by(bell, "the-bell") and bell.index.digest() == held


def test_publishing_opens_nothing_that_the_narrator_closed(bell: Archive) -> None:
    bell.bring({**ROW, "identifier": "the-lamp", "access": "registered", "access_transcript": "staff", "publish": "no"})
    bell.publish("the-lamp")
    with pytest.raises(NotFound):
        read_by(bell, "the-lamp", "registered")
    with bell.room("registered") as room:
        assert room.testimony("the-lamp").card.title == "The bell"
    with bell.room() as room, pytest.raises(NotFound):
        room.testimony("the-lamp")


def test_publishing_twice_says_nothing_new(bell: Archive) -> None:
    statements = said(bell)
    bell.publish("the-bell")
    assert said(bell) == statements


def said(archive: Archive) -> list[tuple[str, str]]:
    with reading(archive.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        rows = statements_of(session, [row.id, *(part.id for part in parts(session, row.id))])
        return [(each.effect, json.dumps(each.terms)) for each in rows]


def test_withdrawn_twice_is_a_conflict(bell: Archive) -> None:
    bell.withdraw("the-bell")
    with pytest.raises(Conflict):
        bell.withdraw("the-bell")


def test_a_withdrawn_testimony_does_not_come_back_by_publishing(bell: Archive) -> None:
    bell.withdraw("the-bell")
    bell.publish("the-bell")
    with bell.room("custodian") as room, pytest.raises(NotFound):
        room.testimony("the-bell")
    assert counts(bell.bring(ROW))["unchanged"] == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_withdrawal_needs_a_reason(bell: Archive, reason: str) -> None:
    with pytest.raises(Invalid):
        consenting.withdraw(bell.engine, operator(), "the-bell", reason)
    assert "quellwater" in read_by(bell, "the-bell")


def test_one_of_two_narrators_withdraws_for_both(bell: Archive) -> None:
    bell.bring({**ROW, "identifier": "two-chairs", "narrators": "Vellan, Hesta;Calvorn, Ressa"})
    with reading(bell.engine) as session:
        row = by_public_id(session, "two-chairs")
        assert row is not None and len(party(session, row.id, "narrator")) == 2
    bell.withdraw("two-chairs")
    with bell.room("custodian") as room, pytest.raises(NotFound):
        room.testimony("two-chairs")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ["researcher", "admin", ""])
def test_who_the_law_does_not_name_does_nothing(bell: Archive, verb: Verb, role: str) -> None:
    actor = account(bell.engine, "reader@example.org", role) if role else anonymous()
    for public_id in ("the-bell", "not-there"):
        with pytest.raises(NotAllowed):
            verb(bell.engine, actor, public_id)
    assert "quellwater" in read_by(bell, "the-bell")


@pytest.mark.parametrize("verb", VERBS)
def test_an_archivist_of_another_collection_finds_nothing(bell: Archive, verb: Verb) -> None:
    actor = account(bell.engine, "hills@example.org", "archivist", "hills")
    for public_id in ("the-bell", "not-there"):
        with pytest.raises(NotFound):
            verb(bell.engine, actor, public_id)
    assert "quellwater" in read_by(bell, "the-bell")
    verb(bell.engine, actor, "the-door")


@pytest.mark.parametrize("verb", VERBS)
def test_an_archivist_of_the_collection_may(bell: Archive, verb: Verb) -> None:
    verb(bell.engine, account(bell.engine, "valley@example.org", "archivist", "valley"), "the-bell")


def test_what_is_withdrawn_is_tended_by_custodians_alone(bell: Archive) -> None:
    bell.withdraw("the-bell")
    archivist = account(bell.engine, "valley@example.org", "archivist", "valley")
    custodian = account(bell.engine, "keeper@example.org", "custodian")
    for verb in VERBS:
        with pytest.raises(NotFound):
            verb(bell.engine, archivist, "the-bell")
    with pytest.raises(Conflict):
        withdraw(bell.engine, custodian, "the-bell")
    assert counts(bell.bring({**ROW, "title": "Renamed"}))["unchanged"] == 1


def test_the_audit_holds_ids_and_digests_only(bell: Archive) -> None:
    actor = account(bell.engine, "valley@example.org", "archivist", "valley")
    for verb in (unpublish, publish, withdraw):
        verb(bell.engine, actor, "the-bell")
    with reading(bell.engine) as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [entry.verb for entry in entries if entry.subject == "the-bell"] == ["import", "unpublish", "publish", "withdraw"]
    written = " ".join(json.dumps([entry.actor, entry.subject, entry.detail], ensure_ascii=False) for entry in entries)
    for word in ("Vellan", "Hesta", "telephone", "quellwater", "The bell", "Ombrel", "bell.txt", "valley@example.org"):
        assert word not in written, word


def test_what_fails_half_way_leaves_nothing(bell: Archive) -> None:
    with pytest.raises(RuntimeError), change(bell.engine, operator(), "withdraw", "the-bell") as work:
        row, unit = consenting.kept(work, "the-bell")
        consenting.record(work, party(work.session, unit.id, "narrator")[0], unit, "withdraw", reason=REASON)
        consenting.follow_up(work, row, unit, urgent=True)
        raise RuntimeError
    assert "quellwater" in read_by(bell, "the-bell")
    with reading(bell.engine) as session:
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == "import"


def test_a_clock_set_back_reopens_nothing(bell: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    bell.bring({**ROW, "identifier": "the-lamp", "closes": "2050-01-01", "opens": ""})
    with monkeypatch.context() as later:
        later.setattr("time.time", lambda: 2_600_000_000.0)
        bell.unpublish("the-door")
    clock.forget_floor()
    bell.publish("the-door")
    assert clock.now() >= 2_600_000_000_000
    with bell.room() as room, pytest.raises(NotFound):
        room.testimony("the-lamp")
