"""Two people before more may read: what one wants changes nothing, nobody agrees with themselves, a second carries it out or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.viewer import Viewer
from archive_app.actions import agreeing, declaring, restricting
from archive_app.actions.declaring import Declaration, Proof
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.restrictions import RestrictionRow
from archive_app.records.agreements import Proposal
from archive_app.records.base import reading
from archive_app.records.consent import Evidence, Statement
from archive_app.records.restrictions import Restriction
from tests.actions.asking import account, another_address, read_by
from tests.factories.archives import Archive, filled

FORM = Proof("form", "Folder 12, page 3: she signed it", "2026-05-01", "az")
OPEN = Declaration("narrator", {"existence": "public", "description": "public", "transcript": "public"}, reason="she said so", proof=FORM)


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "The bell rang quellwater.\n\nAnd softly again.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "transcripts": "bell.txt|en|verbatim",
                   "narrators": "Vellan, Hesta", "access": "registered"},
                  {"identifier": "the-sea", "title": "The sea", "collection": "hills", "access": "registered"},
                  collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    archive.publish("the-bell")  # in the shell, which asks nobody


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


@pytest.fixture
def first(bell: Archive) -> Viewer:
    return account(bell.engine, "first@example.org", "archivist", "valley")


@pytest.fixture
def second(bell: Archive) -> Viewer:
    return account(bell.engine, "second@example.org", "archivist", "valley")


def proposals(archive: Archive) -> list[Proposal]:
    with reading(archive.engine) as session:
        return list(session.scalars(select(Proposal).order_by(Proposal.id)))


def reads(archive: Archive, who: str = "anonymous") -> str:
    try:
        return read_by(archive, "the-bell", who)
    except NotFound:
        return ""


def test_what_one_wants_waits_and_a_second_carries_it_out(bell: Archive, first: Viewer, second: Viewer) -> None:
    assert agreeing.declare(bell.engine, first, "the-bell", OPEN) is False
    (waits,) = proposals(bell)
    assert not reads(bell) and (waits.state, waits.verb) == ("waiting", "record consent")
    with pytest.raises(Conflict, match="yourself"):
        agreeing.agree(bell.engine, first, "the-bell", waits.id)
    assert not reads(bell)
    agreeing.agree(bell.engine, second, "the-bell", waits.id)
    assert "quellwater" in reads(bell)
    (done,) = proposals(bell)
    assert done.state == "agreed" and done.decided_by != done.proposed_by
    with reading(bell.engine) as session:
        said = session.scalars(select(Statement).order_by(Statement.id.desc())).first()
        assert said is not None and said.reason == "she said so" and said.recorded_by == done.decided_by
        assert session.get_one(Evidence, said.evidence_id).note == FORM.note, "the evidence that the first gave"
    with pytest.raises(Conflict, match="already"):
        agreeing.agree(bell.engine, second, "the-bell", waits.id)


@pytest.mark.parametrize("act", ["narrow", "hold"])
def test_what_was_said_meanwhile_is_not_overruled(bell: Archive, first: Viewer, second: Viewer, act: str) -> None:
    agreeing.declare(bell.engine, first, "the-bell", OPEN)
    if act == "narrow":
        declaring.declare(bell.engine, first, "the-bell", Declaration("narrator", {"transcript": "staff"}))
    else:
        declaring.hold(bell.engine, first, "the-bell", "asked")
    with pytest.raises((Conflict, NotFound)):
        agreeing.agree(bell.engine, second, "the-bell", proposals(bell)[0].id)
    assert not reads(bell) and not reads(bell, "registered") and proposals(bell)[0].state == "waiting"


def test_what_narrows_waits_for_nobody(bell: Archive, first: Viewer) -> None:
    assert agreeing.declare(bell.engine, first, "the-bell", Declaration("narrator", {"transcript": "staff"})) is True
    assert proposals(bell) == [] and not reads(bell, "registered")


def test_without_evidence_nobody_is_asked(bell: Archive, first: Viewer) -> None:
    with pytest.raises(Invalid):
        agreeing.declare(bell.engine, first, "the-bell", Declaration("narrator", {"transcript": "public"}))
    assert proposals(bell) == []


def test_a_refusal_opens_nothing_and_says_why(bell: Archive, first: Viewer, second: Viewer) -> None:
    agreeing.declare(bell.engine, first, "the-bell", OPEN)
    (waits,) = proposals(bell)
    with pytest.raises(Invalid):
        agreeing.refuse(bell.engine, second, "the-bell", waits.id, " ")
    agreeing.refuse(bell.engine, second, "the-bell", waits.id, "the form is not signed")
    with pytest.raises(Conflict):
        agreeing.agree(bell.engine, second, "the-bell", waits.id)
    assert not reads(bell) and [(each.state, each.reason) for each in proposals(bell)] == [("refused", "the form is not signed")]


def test_a_hold_is_ended_and_a_restriction_lifted_by_two(bell: Archive, first: Viewer, second: Viewer) -> None:
    custodians = [account(bell.engine, f"{name}@example.org", "custodian", "valley") for name in ("third", "fourth")]
    restricting.restrict(bell.engine, first, "the-bell", RestrictionRow(None, None, 1, 1, frozenset({"words"}), "staff", "asked"))
    with reading(bell.engine) as session:
        restriction = session.scalars(select(Restriction.id)).one()
    assert agreeing.lift(bell.engine, first, "the-bell", restriction, FORM) is False
    assert "quellwater" not in reads(bell, "registered") and "softly" in reads(bell, "registered")
    agreeing.agree(bell.engine, second, "the-bell", proposals(bell)[-1].id)
    assert "quellwater" in reads(bell, "registered")
    declaring.hold(bell.engine, first, "the-bell", "asked")
    with reading(bell.engine) as session:
        held = session.scalars(select(Statement.id).where(Statement.effect == "hold")).one()
    assert agreeing.release(bell.engine, custodians[0], "the-bell", held, FORM) is False and not reads(bell, "registered")
    agreeing.agree(bell.engine, custodians[1], "the-bell", proposals(bell)[-1].id)
    assert "quellwater" in reads(bell, "registered")


def test_elsewhere_nobody_waits(bell: Archive) -> None:
    tender = account(bell.engine, "hills@example.org", "archivist", "hills")
    assert agreeing.declare(bell.engine, tender, "the-sea", OPEN) is True and proposals(bell) == []


def test_who_does_not_tend_it_decides_nothing(bell: Archive, first: Viewer) -> None:
    agreeing.declare(bell.engine, first, "the-bell", OPEN)
    other = account(bell.engine, "hills@example.org", "archivist", "hills")
    for act in (lambda: agreeing.agree(bell.engine, other, "the-bell", 1), lambda: agreeing.refuse(bell.engine, other, "the-bell", 1, "no"),
                lambda: agreeing.agree(bell.engine, other, "the-sea", 1), lambda: agreeing.refuse(bell.engine, other, "the-sea", 1, "no")):
        with pytest.raises(NotFound):
            act()
    assert [each.state for each in proposals(bell)] == ["waiting"] and not reads(bell)


def test_a_file_given_as_evidence_is_kept_while_it_waits(bell: Archive, first: Viewer, second: Viewer, tmp_path: Path) -> None:
    (tmp_path / "form.txt").write_bytes(b"signed")
    with (tmp_path / "form.txt").open("rb") as source:
        kept = bell.vault.keep(source)
    agreeing.declare(bell.engine, first, "the-bell", Declaration("narrator", OPEN.access, proof=Proof(file=kept)))
    with reading(bell.engine) as session:
        assert session.scalars(select(Evidence.object_digest).order_by(Evidence.id.desc())).first() == kept.digest
    agreeing.agree(bell.engine, second, "the-bell", proposals(bell)[0].id)
    assert "quellwater" in reads(bell)


@pytest.mark.parametrize(("access", "who", "reads_it"), [("public", "", False), ("public", "archivist", False), ("staff", "archivist", True)])
def test_an_import_publishes_nothing_beyond_staff_alone(bell: Archive, first: Viewer, access: str, who: str, reads_it: bool) -> None:
    report = bell.bring({"identifier": "the-net", "title": "The net", "narrators": "Keth, Dovan", "access": access}, actor=first if who else None)
    assert [row.message for row in report.rows if row.column == "publish"] == ([] if reads_it else [
        "in this collection a second person has to agree before more people may read: taken in unpublished"])
    for reader in ("anonymous", "archivist"):
        with bell.room(reader) as room:
            try:
                found = room.testimony("the-net").card.id
            except NotFound:
                found = ""
        assert bool(found) == (reads_it and reader == "archivist")


def test_nobody_publishes_alone_what_others_than_staff_would_read(bell: Archive, first: Viewer, second: Viewer) -> None:
    bell.unpublish("the-bell")
    assert agreeing.publish(bell.engine, first, "the-bell") is False and not reads(bell, "registered")
    (waits,) = proposals(bell)
    with pytest.raises(Conflict, match="yourself"):
        agreeing.agree(bell.engine, first, "the-bell", waits.id)
    bell.write("page.txt", "Of another page.\n")
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "access": "registered", "narrators": "Vellan, Hesta",
                "transcripts": "bell.txt|en|verbatim;page.txt|en|verbatim"})
    agreeing.agree(bell.engine, second, "the-bell", waits.id)
    assert "quellwater" in reads(bell, "registered") and not reads(bell)
    with bell.room("registered") as room:
        assert len(room.testimony("the-bell").transcripts) == 1, "what came since was not agreed to"
    assert agreeing.publish(bell.engine, second, "the-bell") is False, "nor is a part opened by one"


def test_what_was_closed_since_is_not_published_by_agreeing(bell: Archive, first: Viewer, second: Viewer) -> None:
    bell.unpublish("the-bell")
    agreeing.publish(bell.engine, first, "the-bell")
    declaring.declare(bell.engine, first, "the-bell", Declaration("narrator", {"transcript": "staff"}))
    with pytest.raises(Conflict, match="since"):
        agreeing.agree(bell.engine, second, "the-bell", proposals(bell)[0].id)
    assert not reads(bell, "registered")


def test_what_staff_alone_read_is_published_by_one(bell: Archive, first: Viewer) -> None:
    bell.bring({"identifier": "the-net", "title": "The net", "narrators": "Keth, Dovan", "access": "staff", "publish": "no"})
    assert agreeing.publish(bell.engine, first, "the-net") is True
    with bell.room("archivist") as room:
        assert room.testimony("the-net").card.id
    assert agreeing.publish(bell.engine, first, "the-net") is True and proposals(bell) == [], "again: there is nothing to ask for"


def test_which_narrator_speaks_is_kept_while_it_waits() -> None:
    said = Declaration("narrator", {"transcript": "public"}, party_id=7)
    assert agreeing._from_json(agreeing._as_json(said)) == said
    before = {key: value for key, value in agreeing._as_json(said).items() if key != "party"}
    assert agreeing._from_json(before).party_id == 0, "what waits since before narrators could be chosen"


def test_a_request_that_began_under_the_address_before_neither_asks_nor_agrees(bell: Archive, first: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    agreeing.publish(bell.engine, first, "the-bell")
    agreeing.declare(bell.engine, first, "the-bell", OPEN)
    (waits,) = proposals(bell)
    another_address(bell.engine, "first@example.org", "other@example.org", monkeypatch)
    for act in (lambda: agreeing.agree(bell.engine, first, "the-bell", waits.id), lambda: agreeing.declare(bell.engine, first, "the-bell", OPEN)):
        with pytest.raises(Conflict, match="address"):
            act()
    assert not reads(bell) and [each.state for each in proposals(bell)] == ["waiting"]


def test_nobody_agrees_with_themselves_under_another_address(bell: Archive, first: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert agreeing.declare(bell.engine, first, "the-bell", OPEN) is False
    again = another_address(bell.engine, "first@example.org", "other@example.org", monkeypatch)
    (waits,) = proposals(bell)
    with pytest.raises(Conflict, match="yourself"):
        agreeing.agree(bell.engine, again, "the-bell", waits.id)
    assert reads(bell) == ""
