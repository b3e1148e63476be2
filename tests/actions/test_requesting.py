"""Access is asked for with a purpose and granted for a term: what opens, what stays closed whatever is granted, when it ends, and who may
ask, decide and know of it."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access.desk import Desk
from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import account_letters, consenting, declaring, granting, own_account, request_letters, requesting, uses
from archive_app.actions.change import operator
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records import requests as records
from archive_app.records.accounts import Barred, Holding, account_by_email
from archive_app.records.audit import AuditEntry, broken_links
from archive_app.records.base import reading, writing
from archive_app.records.jobs import Job
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import by_public_id
from archive_app.records.withdrawals import forget_visits
from tests.actions.asking import account, read_by
from tests.factories.archives import Archive

READER, OTHER, KEEPER = "reader@example.org", "other@example.org", "keeper@example.org"
WHY = "a thesis about quellwater"
TOLD = {"narrators": "Vellan, Hesta", "languages": "en", "transcripts": "bell.txt|en|verbatim", "access_existence": "public",
        "access_description": "public"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database is kept once it is filled: filling it takes longer than what is asked of it."""
    return tmp_path_factory.mktemp("filled") / "archive.sqlite3"


@pytest.fixture
def told(archive: Archive, filled: Path) -> Archive:
    """A testimony whose words are for the reading room; beside it one for every way of being closed for good."""
    if archive.engine.dialect.name != "sqlite":
        return fill(archive)
    if not filled.exists():
        fill(archive).engine.dispose()
        shutil.copy(archive.folder / "archive.sqlite3", filled)
    shutil.copy(filled, archive.folder / "archive.sqlite3")
    return archive


def fill(archive: Archive) -> Archive:
    archive.write("bell.txt", "The bell rang.\n\nAnd again.\n")
    archive.bring({**TOLD, "identifier": "the-bell", "access": "reading-room"}, {**TOLD, "identifier": "the-mill", "access": "reading-room"},
                  {**TOLD, "identifier": "for-staff", "access": "staff"}, {**TOLD, "identifier": "sealed-words", "access": "sealed"},
                  {**TOLD, "identifier": "on-hold", "access": "reading-room"}, {**TOLD, "identifier": "gone", "access": "reading-room"},
                  {**TOLD, "identifier": "draft", "access": "reading-room", "publish": "no"},
                  {**TOLD, "identifier": "later", "access": "reading-room", "opens": "2090-01-01"},
                  {**TOLD, "identifier": "all-open", "access": "public"},
                  {**TOLD, "identifier": "unknown", "access": "reading-room", "access_existence": "", "access_description": ""},
                  {**TOLD, "identifier": "in-the-hills", "access": "reading-room", "collection": "hills"}, settled=False)
    archive.withdraw("gone")
    declaring.hold(archive.engine, operator(), "on-hold", "asked")
    for email, role in ((READER, "researcher"), (OTHER, "researcher")):
        account(archive.engine, email, role)
    account(archive.engine, KEEPER, "archivist", "valley")
    return archive


def who(archive: Archive, email: str = READER, now: int | None = None) -> Viewer:
    with reading(archive.engine) as session:
        row = account_by_email(session, email)
        assert row is not None
        return signed_in(session, row, now)


def asked(archive: Archive, about: str = "the-bell", email: str = READER) -> str:
    return requesting.ask(archive.engine, who(archive, email), WHY, testimony=about)


def granted(archive: Archive, id: str, days: int = 30, by_mail: bool = False) -> int:
    last = granting.last_day(clock.now(), days)
    granting.grant(archive.engine, who(archive, KEEPER), id, last, "as agreed", by_mail=by_mail)
    return granting.ends(last)


def given(archive: Archive, about: str, email: str = READER) -> str:
    return granting.give(archive.engine, operator(), email, about, granting.last_day(clock.now()), by_mail=False)


def state(archive: Archive, id: str, email: str = READER, now: int | None = None) -> str:
    with archive.room(who(archive, email, now)) as room:
        return room.request(id).state


def closed(archive: Archive, about: str, now: int | None = None) -> bool:
    try:
        return not read_by(archive, about, who(archive, READER, now))
    except NotFound:
        return True


def trail(archive: Archive) -> list[tuple[str, str]]:
    with reading(archive.engine) as session:
        assert not broken_links(session)
        return [(row.verb, row.subject) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
                if row.verb.endswith(("access", "request", "grant"))]


def test_it_is_asked_for_granted_and_ends_by_itself(told: Archive) -> None:
    id = asked(told)
    assert state(told, id) == "waiting" and closed(told, "the-bell")
    until = granted(told, id)
    assert state(told, id) == "granted" and read_by(told, "the-bell", who(told)) == "The bell rang. / And again."
    assert closed(told, "the-mill") and closed(told, "in-the-hills"), "one testimony was granted, and no other"
    with pytest.raises(NotFound):
        read_by(told, "the-bell", who(told, OTHER))
    assert not closed(told, "the-bell", until - 1) and state(told, id, now=until - 1) == "granted"
    assert closed(told, "the-bell", until) and state(told, id, now=until) == "ended", "from this millisecond on"
    assert trail(told) == [("request access", "the-bell"), ("grant access", "the-bell")]


def test_it_ends_when_the_day_after_the_last_begins_anywhere() -> None:
    last = datetime.date(2027, 2, 23)
    assert clock.iso(granting.ends(last)) == "2027-02-23T10:00:00Z"


def test_revoked_it_is_closed_from_the_commit_on(told: Archive) -> None:
    id = asked(told)
    granted(told, id)
    with pytest.raises(Invalid):
        granting.revoke(told.engine, who(told, KEEPER), id, " ", by_mail=False)
    granting.revoke(told.engine, who(told, KEEPER), id, "it was shown to others", by_mail=False)
    assert closed(told, "the-bell") and state(told, id) == "revoked"
    with told.room(who(told)) as room:
        assert room.request(id).words == "it was shown to others"
    with reading(told.engine) as session:
        assert not list(session.scalars(select(Holding).where(Holding.token == "grant")))
    asked(told)
    assert trail(told)[-2:] == [("revoke access", "the-bell"), ("request access", "the-bell")]


def test_refused_it_opens_nothing_and_says_why(told: Archive) -> None:
    id = asked(told)
    with pytest.raises(Invalid):
        granting.refuse(told.engine, who(told, KEEPER), id, "", by_mail=False)
    granting.refuse(told.engine, who(told, KEEPER), id, "not for the press", by_mail=False)
    assert state(told, id) == "refused" and closed(told, "the-bell")
    for late in (lambda: granted(told, id), lambda: granting.refuse(told.engine, who(told, KEEPER), id, "again", by_mail=False),
                 lambda: granting.revoke(told.engine, who(told, KEEPER), id, "again", by_mail=False),
                 lambda: requesting.take_back(told.engine, who(told), id)):
        with pytest.raises(Conflict):
            late()
    with told.room(who(told)) as room:
        assert [each.words for each in room.requests()] == ["not for the press"]


def test_a_term_is_bounded_and_can_be_changed(told: Archive) -> None:
    id, keeper, today = asked(told), who(told, KEEPER), granting.last_day(clock.now(), 0)
    for days in (-1, granting.LONGEST_DAYS + 1, 40_000):
        with pytest.raises(Invalid):
            granting.grant(told.engine, keeper, id, today + datetime.timedelta(days), by_mail=False)
    assert granted(told, id, granting.LONGEST_DAYS) > granted(told, id, 2)
    assert closed(told, "the-bell", granting.ends(today + datetime.timedelta(2))), "the earlier, longer grant does not live on"
    with pytest.raises(Conflict):
        later = replace(keeper, now=clock.now())
        granting.refuse(told.engine, later, id, "too late", by_mail=False)


def test_terms_always_cap(told: Archive) -> None:
    """Whatever is granted, by whom: what asks for another token stays closed, and so does what nobody may read."""
    capped = ("for-staff", "sealed-words", "on-hold", "gone", "draft", "later")
    for about in (*capped, "valley"):
        given(told, about)
    assert [about for about in capped if not closed(told, about)] == []
    assert not closed(told, "the-bell")


def test_a_whole_collection(told: Archive) -> None:
    id = requesting.ask(told.engine, who(told), WHY, collection="valley")
    assert closed(told, "the-bell")
    until = granted(told, id)
    assert not closed(told, "the-bell") and not closed(told, "the-mill") and not closed(told, "unknown") and closed(told, "in-the-hills")
    assert closed(told, "the-mill", until)
    granting.revoke(told.engine, who(told, KEEPER), id, "over", by_mail=False)
    assert closed(told, "the-bell")


def test_what_may_be_asked_for(told: Archive) -> None:
    """Of what one may not know of, nothing; of what nothing of could be granted, neither; and once."""
    ask = requesting.ask
    for hidden in ("unknown", "gone", "on-hold", "draft", "later", "never-was"):
        with pytest.raises(NotFound):
            ask(told.engine, who(told), WHY, testimony=hidden)
    for collection in ("never-was",):
        with pytest.raises(NotFound):
            ask(told.engine, who(told), WHY, collection=collection)
    for shut in ("all-open", "for-staff", "sealed-words"):
        with pytest.raises(Conflict):
            ask(told.engine, who(told), WHY, testimony=shut)
    for purpose in ("", " \n", "x" * 5000):
        with pytest.raises(Invalid):
            ask(told.engine, who(told), purpose, testimony="the-bell")
    asked(told)
    with pytest.raises(Conflict):
        asked(told)
    asked(told, email=OTHER)


def test_who_may_ask(told: Archive) -> None:
    account(told.engine, "admin@example.org", "admin")
    for actor in (who(told, "admin@example.org"), Viewer(clock.now()), operator()):
        with pytest.raises((NotAllowed, NotFound)):
            requesting.ask(told.engine, actor, WHY, testimony="the-bell")


def test_too_many_that_wait(told: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requesting, "MOST_WAITING", 1)
    asked(told)
    with pytest.raises(Conflict):
        asked(told, "the-mill")


@pytest.mark.parametrize("finished", [False, True])
def test_taken_back_it_is_gone_with_its_purpose(told: Archive, finished: bool) -> None:
    id = asked(told)
    if finished:
        granted(told, id)
    with pytest.raises(NotFound):
        requesting.take_back(told.engine, who(told, OTHER), id)
    requesting.take_back(told.engine, who(told), id)
    assert closed(told, "the-bell") and not rows(told)
    assert trail(told)[-1] == ("take back a request", "the-bell")
    asked(told)


def rows(archive: Archive) -> list[AccessRequest]:
    with reading(archive.engine) as session:
        return list(session.scalars(select(AccessRequest)))


def test_anothers_is_not_there(told: Archive) -> None:
    id = asked(told)
    for stranger in (who(told, OTHER), who(told, KEEPER), Viewer(clock.now()), operator()):
        with told.room(stranger) as room, pytest.raises(NotFound):
            room.request(id)
        with told.room(stranger) as room:
            assert room.requests() == ()


def test_what_became_hidden_is_not_there_for_who_asked(told: Archive) -> None:
    id, kept = asked(told), asked(told, "the-mill")
    told.withdraw("the-bell")
    with told.room(who(told)) as room:
        assert [each.id for each in room.requests()] == [kept]
        with pytest.raises(NotFound):
            room.request(id)
    with pytest.raises(NotFound):
        requesting.take_back(told.engine, who(told), id)


def test_who_decides(told: Archive) -> None:
    """Staff of that collection, and of what is held or withdrawn custodians alone."""
    id, hills = asked(told), asked(told, "in-the-hills")
    account(told.engine, "hills@example.org", "archivist", "hills")
    last = granting.last_day(clock.now())
    for stranger in (who(told, "hills@example.org"), replace(who(told), role="archivist")):
        with pytest.raises(NotFound):
            granting.grant(told.engine, stranger, id, last, by_mail=False)
    for actor in (who(told), who(told, OTHER), Viewer(clock.now())):
        for act in (lambda actor=actor: granting.grant(told.engine, actor, id, last, by_mail=False),
                    lambda actor=actor: granting.refuse(told.engine, actor, id, "no", by_mail=False),
                    lambda actor=actor: granting.revoke(told.engine, actor, id, "no", by_mail=False),
                    lambda actor=actor: granting.give(told.engine, actor, OTHER, "the-bell", last, by_mail=False)):
            with pytest.raises(NotAllowed):
                act()
    with reading(told.engine) as session:
        listed = Desk(session, who(told, KEEPER)).requests()
        assert [each.id for each in listed.items] == [id] and listed.counts["waiting"] == 1 == listed.total
        assert listed.items[0].purpose == WHY and listed.items[0].email == READER
        assert Desk(session, who(told, KEEPER)).work_list().requests == 1
        with pytest.raises(NotFound):
            Desk(session, who(told, KEEPER)).request(hills)
        with pytest.raises(Invalid):
            Desk(session, who(told, KEEPER)).requests("anything")
    told.withdraw("the-bell")
    with reading(told.engine) as session:
        assert Desk(session, who(told, KEEPER)).requests().items == ()
        assert len(Desk(session, operator()).requests().items) == 2
    with pytest.raises(NotFound):
        granted(told, id)


def test_given_by_hand(told: Archive) -> None:
    keeper, last = who(told, KEEPER), granting.last_day(clock.now())
    id = granting.give(told.engine, keeper, f" {READER.upper()} ", "unknown", last, "for the film", by_mail=False)
    assert state(told, id) == "granted" and not closed(told, "unknown")
    for email, about, error in (("nobody@example.org", "the-bell", Invalid), (READER, "unknown", Conflict), (READER, "in-the-hills", NotFound),
                                (READER, "hills", NotFound), (READER, "never-was", NotFound)):
        with pytest.raises(error):
            granting.give(told.engine, keeper, email, about, last, by_mail=False)
    granting.revoke(told.engine, keeper, id, "over", by_mail=False)
    with pytest.raises(NotFound):
        state(told, id)


def test_somebody_barred_is_granted_nothing(told: Archive) -> None:
    id = asked(told)
    with writing(told.engine) as session:
        row, reader = by_public_id(session, "the-bell"), account_by_email(session, READER)
        assert row is not None and reader is not None
        session.add(Barred(account_id=reader.id, testimony_id=row.id))
        session.commit()
    with pytest.raises(Conflict):
        granted(told, id)
    with reading(told.engine) as session:
        assert Desk(session, who(told, KEEPER)).request(id).barred


def test_the_account_is_deleted_and_nothing_of_it_stays(told: Archive) -> None:
    granted(told, asked(told))
    asked(told, "the-mill")
    assert own_account.delete(told.engine, READER, "seven quiet rivers")
    assert not rows(told)
    with reading(told.engine) as session:
        assert not list(session.scalars(select(Holding).where(Holding.token == "grant")))
        assert WHY not in json.dumps([row.detail for row in session.scalars(select(AuditEntry))])


def test_after_a_restore_every_grant_waits_to_be_given_again(told: Archive) -> None:
    """One of them may have been revoked since the backup was made."""
    id, ended = asked(told), asked(told, "the-mill")
    granted(told, id)
    granted(told, ended)
    with writing(told.engine) as session:
        row = records.request_by_id(session, ended)
        assert row is not None
        row.until = 5
        forget_visits(session)
        session.commit()
    assert closed(told, "the-bell") and state(told, id) == "waiting" and state(told, ended) == "ended"
    assert granted(told, id) and not closed(told, "the-bell")


# --- letters

def letters(archive: Archive) -> list[account_letters.Facts]:
    with reading(archive.engine) as session:
        jobs = list(session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None))))
    found = [request_letters.facts(archive.engine, int(job.subject.partition(":")[2])) for job in jobs]
    return [each for each in found if each is not None]


def test_a_letter_says_that_something_was_decided_and_nothing_else(told: Archive) -> None:
    id = asked(told)
    assert not letters(told)
    granted(told, id)
    assert not letters(told), "no mail, no letter"
    granted(told, id, by_mail=True)
    assert letters(told) == [account_letters.Facts(request_letters.DECIDED, READER, "")]


def test_no_letter_about_what_is_not_there_any_more(told: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for about, email in (("the-bell", READER), ("the-mill", READER), ("the-mill", OTHER), ("the-bell", OTHER)):
        granted(told, asked(told, about, email), by_mail=True)
    assert len(letters(told)) == 4
    told.withdraw("the-bell")
    assert len(letters(told)) == 2
    with told.room(who(told)) as room:
        requesting.take_back(told.engine, who(told), room.requests()[0].id)
    assert [each.to for each in letters(told)] == [OTHER]
    later = clock.now() + request_letters.LATE_MS
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert letters(told) == []
    own_account.delete(told.engine, OTHER, "seven quiet rivers")
    assert letters(told) == []


# --- uses

def used(archive: Archive, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    with archive.room(viewer) as room:
        for id in ("the-bell", "all-open"):
            room.testimony(id)
        return room.by_grant


def test_what_is_read_by_a_grant_is_written_down_and_nothing_else(told: Archive) -> None:
    id = asked(told)
    assert used(told, who(told)) == ()
    granted(told, id)
    assert used(told, who(told)) == (("the-bell", "testimony"),)
    assert used(told, operator()) == () == used(told, replace(operator(), everywhere=frozenset({"onsite", "grant"}))), "open without it"
    reader = who(told)
    for viewer in (reader, replace(reader, now=reader.now + 5), replace(reader, now=reader.now + clock.DAY_MS)):
        uses.note(told.engine, viewer, [("the-bell", "testimony"), ("the-bell", "recording")])
    assert trail(told).count(("use a grant", "the-bell")) == 4, "once a day, and each way"
    with reading(told.engine) as session:
        noted = list(session.scalars(select(AuditEntry).where(AuditEntry.verb == "use a grant")))
    assert all(READER not in json.dumps([row.actor, row.detail]) and row.actor.startswith("account:") for row in noted)


def test_withdrawing_and_granting_stand_in_one_chain(told: Archive) -> None:
    id = asked(told)
    granted(told, id)
    consenting.withdraw(told.engine, operator(), "the-bell", "asked")
    assert closed(told, "the-bell")
    assert trail(told)[-1] == ("grant access", "the-bell")
