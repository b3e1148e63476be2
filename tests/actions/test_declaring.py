"""Consent at the desk: narrowing at once, widening with evidence only, holds that only their own end opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access.releases import allowed_uses, in_force
from archive_app.access.terms import TIERS, Rule, always, from_json
from archive_app.actions import consenting, declaring
from archive_app.actions.change import change, operator
from archive_app.actions.declaring import Declaration, Proof
from archive_app.actions.verifying import findings
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.consent import Evidence, Statement, party, unit_of
from archive_app.records.testimonies import by_public_id
from tests.actions.asking import account, read_by
from tests.factories.archives import Archive, filled

FORM = Proof("form", "Folder 12, page 3: she signed it", "2026-05-01", "az")


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "The bell rang quellwater.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "transcripts": "bell.txt|en|verbatim",
                   "narrators": "Vellan, Hesta", "access": "registered"})


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def said(archive: Archive) -> list[Statement]:
    with reading(archive.engine) as session:
        return list(session.scalars(select(Statement).order_by(Statement.id)))


def reads(archive: Archive, who: str) -> bool:
    try:
        return "quellwater" in read_by(archive, "the-bell", who)
    except NotFound:
        return False


def declare(archive: Archive, capacity: str = "narrator", proof: Proof = Proof(), **access: str) -> None:  # noqa: B008
    declaring.declare(archive.engine, operator(), "the-bell", Declaration(capacity, access, proof=proof))


def test_narrowing_takes_effect_at_once_and_by_one_person(bell: Archive) -> None:
    assert reads(bell, "registered")
    declare(bell, transcript="staff")
    assert not reads(bell, "registered") and reads(bell, "archivist")


def test_widening_needs_evidence(bell: Archive) -> None:
    before = len(said(bell))
    with pytest.raises(Invalid) as refused:
        declare(bell, transcript="public")
    assert refused.value.field == "note" and not reads(bell, "anonymous") and len(said(bell)) == before
    declare(bell, proof=FORM, existence="public", description="public", transcript="public")
    assert reads(bell, "anonymous")
    with reading(bell.engine) as session:
        kept = session.scalars(select(Evidence).order_by(Evidence.id.desc())).first()
        assert kept and (kept.kind, kept.note, kept.given_on, kept.language) == ("form", FORM.note, "2026-05-01", "az")


def spoken(archive: Archive) -> int:
    with reading(archive.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        return sum(each.unit_id == row.id for each in session.scalars(select(Statement)))


def test_what_widens_does_not_overrule_what_was_said_since_the_page_was_opened(bell: Archive) -> None:
    """Two archivists at two forms: the one closes what the narrator wants closed, the other types in an older letter."""
    seen = spoken(bell)
    declare(bell, transcript="staff")
    older = Declaration("narrator", {"transcript": "registered"}, proof=FORM)
    with pytest.raises(Conflict, match="look again"):
        declaring.declare(bell.engine, operator(), "the-bell", older, seen=seen)
    assert not reads(bell, "registered")
    with pytest.raises(Conflict, match="look again"):  # with evidence or without
        declaring.declare(bell.engine, operator(), "the-bell", replace(older, proof=Proof()), seen=seen)
    declaring.declare(bell.engine, operator(), "the-bell", Declaration("narrator", {"transcript": "sealed"}), seen=seen)
    assert spoken(bell) == seen + 2, "what narrows waits for nobody"
    declaring.declare(bell.engine, operator(), "the-bell", older, seen=seen + 2)
    assert reads(bell, "registered")


def test_what_is_not_said_stays_as_it_was(bell: Archive) -> None:
    declare(bell, audio="sealed")
    last = said(bell)[-1]
    first = next(each for each in said(bell) if each.id in last.supersedes)
    assert {layer: terms for layer, terms in last.terms.items() if layer != "audio"} == {
        layer: terms for layer, terms in first.terms.items() if layer != "audio"}


@pytest.mark.parametrize("capacity", ["next_of_kin", "guardian", "representative", "community"])
def test_nobody_widens_in_the_narrators_place(bell: Archive, capacity: str) -> None:
    declare(bell, capacity, FORM, existence="public", description="public", transcript="public")
    assert not reads(bell, "anonymous")
    declare(bell, capacity, transcript="sealed")
    assert not reads(bell, "archivist") and reads(bell, "custodian")


def test_a_second_person_where_the_collection_asks(bell: Archive) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    with pytest.raises(Conflict):
        declare(bell, proof=FORM, transcript="public", existence="public")
    declare(bell, transcript="staff")
    assert not reads(bell, "registered"), "narrowing is done by one person everywhere"


def test_a_hold_closes_everything_until_a_statement_names_it(bell: Archive) -> None:
    tender = account(bell.engine, "tender@example.org", "archivist", "valley")
    declaring.hold(bell.engine, tender, "the-bell", "her sister asked by telephone")
    held = said(bell)[-1]
    assert not any(reads(bell, who) for who in ("anonymous", "registered", "archivist", "custodian"))
    with pytest.raises(NotFound):
        declaring.release(bell.engine, tender, "the-bell", held.id, FORM)
    declare(bell, proof=FORM, transcript="registered")
    assert not reads(bell, "custodian"), "an old form typed in late opens nothing"
    with pytest.raises(Invalid):
        declaring.release(bell.engine, operator(), "the-bell", held.id, Proof())
    declaring.release(bell.engine, operator(), "the-bell", held.id, FORM)
    assert reads(bell, "registered") and not reads(bell, "anonymous")
    with pytest.raises(NotFound):
        declaring.release(bell.engine, operator(), "the-bell", held.id, FORM)


def test_what_is_held_can_be_withdrawn_and_stays_so_when_the_hold_ends(bell: Archive) -> None:
    """"Withdrawn already" was said of what was only held, and nothing was written down."""
    declaring.hold(bell.engine, operator(), "the-bell", "she asked")
    (held,) = (each for each in said(bell) if each.effect == "hold")
    consenting.withdraw(bell.engine, operator(), "the-bell", "for good")
    with pytest.raises(Conflict):
        consenting.withdraw(bell.engine, operator(), "the-bell", "once more")
    declaring.release(bell.engine, operator(), "the-bell", held.id, FORM)
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")


def test_what_was_withdrawn_is_not_opened_so(bell: Archive) -> None:
    bell.withdraw("the-bell")
    with pytest.raises(NotFound):
        declaring.release(bell.engine, operator(), "the-bell", said(bell)[-1].id, FORM)


@pytest.mark.parametrize(("wrong", "field"), [
    (Declaration("stranger", {"transcript": "staff"}), "capacity"), (Declaration("narrator", {}), "access"),
    (Declaration("narrator", {"transcript": "everybody"}), "access_transcript"), (Declaration("narrator", {"smell": "staff"}), "access_smell"),
    (Declaration("narrator", {"identity": "staff"}, naming="nickname"), "naming"),
    (Declaration("narrator", {"transcript": "staff"}, proof=Proof("form", "x", "sometime")), "given_on"),
    (Declaration("narrator", {"transcript": "staff"}, proof=Proof("rumour", "x")), "proof")])
def test_what_cannot_be_taken_names_its_field(bell: Archive, wrong: Declaration, field: str) -> None:
    before = len(said(bell))
    with pytest.raises(Invalid) as refused:
        declaring.declare(bell.engine, operator(), "the-bell", wrong)
    assert refused.value.field == field and len(said(bell)) == before


def test_a_hold_says_why(bell: Archive) -> None:
    with pytest.raises(Invalid):
        declaring.hold(bell.engine, operator(), "the-bell", "  ")


def test_who_tends_nothing_says_nothing(bell: Archive) -> None:
    reader = account(bell.engine, "reader@example.org", "researcher")
    for verb in (lambda: declaring.hold(bell.engine, reader, "the-bell", "x"),
                 lambda: declaring.declare(bell.engine, reader, "the-bell", Declaration("narrator", {"transcript": "staff"}))):
        with pytest.raises(NotAllowed):
            verb()


def test_the_audit_holds_no_word_of_it_and_all_follows(bell: Archive) -> None:
    declaring.hold(bell.engine, operator(), "the-bell", "her sister Karvellin asked")
    declare(bell, proof=FORM, transcript="staff")
    with reading(bell.engine) as session:
        trail = list(session.scalars(select(AuditEntry).where(AuditEntry.subject == "the-bell").order_by(AuditEntry.id)))
        assert [each.verb for each in trail][-2:] == ["hold", "record consent"]
        assert not any("Karvellin" in str(each.detail) or "Folder" in str(each.detail) for each in trail)
        row = by_public_id(session, "the-bell")
        assert row is not None and unit_of(session, row.id)
    bell.settle()
    with reading(bell.engine) as session:
        assert list(findings(session, bell.vault, bell.index, clock.now())) == []


def test_publishing_does_not_open_what_is_held(bell: Archive) -> None:
    declaring.hold(bell.engine, operator(), "the-bell", "asked")
    consenting.publish(bell.engine, operator(), "the-bell")
    assert not any(reads(bell, who) for who in ("anonymous", "registered", "custodian"))


def identity(archive: Archive) -> Rule:
    return from_json(said(archive)[-1].terms["identity"]).at(0)


def test_what_stands_for_a_name_stays_where_it_is_not_said(archive: Archive) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell", "narrators": "Vellan, Hesta", "naming": "anonymous"}, settled=False)
    declare(archive, identity="sealed")
    assert identity(archive) == Rule(TIERS["sealed"], "anonymous"), "narrowing needs no evidence"
    declare(archive, proof=FORM, identity="staff")
    assert identity(archive) == Rule(TIERS["staff"], "anonymous"), "evidence for whom, not for what stands for the name"


def test_what_was_said_of_use_stays(bell: Archive) -> None:
    with change(bell.engine, operator(), "record consent", "the-bell") as work:
        row, unit = consenting.kept(work, "the-bell")
        own = [each for each in in_force(work.session, unit) if each.terms and each.unit_id == unit.id]
        speaker = party(work.session, unit.id, "narrator")[0]
        own = [each for each in own if each.party_id == speaker.id]
        streamed = {**{layer: from_json(text) for layer, text in own[0].terms.items()},
                    "audio": always(TIERS["registered"], delivery="stream", refused=frozenset({"publication"}))}
        consenting.record(work, speaker, unit, "permit", streamed, supersedes=(own[0].id,))
        work.touch(unit)
    declare(bell, audio="staff")
    assert from_json(said(bell)[-1].terms["audio"]).at(0) == Rule(TIERS["staff"], "initial", "stream", frozenset({"publication"}))


def test_a_naming_said_alone_is_taken(archive: Archive) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell", "narrators": "Vellan, Hesta", "naming": "initial"}, settled=False)
    declaring.declare(archive.engine, operator(), "the-bell", Declaration("narrator", {}, naming="anonymous"))
    assert identity(archive) == Rule(TIERS["staff"], "anonymous")
    wider = Declaration("narrator", {}, naming="initial")
    with pytest.raises(Invalid) as refused:
        declaring.declare(archive.engine, operator(), "the-bell", wider)
    assert refused.value.field == "note"
    declaring.declare(archive.engine, operator(), "the-bell", replace(wider, proof=FORM))
    assert identity(archive) == Rule(TIERS["staff"], "initial")
    declaring.declare(archive.engine, operator(), "the-bell", Declaration("next_of_kin", {}, naming="anonymous"))
    with archive.room() as room:
        assert [person.shown for person in room.testimony("the-bell").card.people] == ["N. N."]


@pytest.mark.parametrize("stops", [lambda archive: declaring.hold(archive.engine, operator(), "the-bell", "she asked"),
                                   lambda archive: consenting.withdraw(archive.engine, operator(), "the-bell", "she asked")], ids=["hold", "withdraw"])
def test_what_is_closed_or_taken_back_is_used_for_nothing(bell: Archive, stops: Callable[[Archive], None]) -> None:
    """Of a testimony that was withdrawn the page still told that it may be shown in an exhibition."""
    declaring.declare(bell.engine, operator(), "the-bell", Declaration("narrator", {}, proof=FORM, uses={"exhibition": True}))

    def uses() -> tuple[str, ...]:
        with reading(bell.engine) as session:
            row = by_public_id(session, "the-bell")
            assert row is not None
            return allowed_uses(session, unit_of(session, row.id), clock.now())

    assert uses() == ("exhibition",)
    bell.unpublish("the-bell")
    assert uses() == ("exhibition",), "what the archive has not published yet is allowed all the same"
    stops(bell)
    assert uses() == ()
