"""Who did something is read back for those who tend it: colleagues by their address, families and readers by no name, the rest as gone."""

from __future__ import annotations

import pytest

from archive_app import clock
from archive_app.access.colleagues import FAMILY, READER, SHELL, Colleagues, colleagues
from archive_app.access.kept_testimony import entries_of
from archive_app.actions import accounts, consenting, reviewing, submitting
from archive_app.records.accounts import email_digest
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from tests.access.test_desk import desk
from tests.actions.asking import account, another_address
from tests.factories import families
from tests.factories.archives import Archive, viewer


def told(archive: Archive, public_id: str) -> list[tuple[str, str, int]]:
    """(verb, who, times) of everything that was done, oldest first."""
    with desk(archive, viewer("custodian")) as opened:
        return [(each.verb, each.who, each.times) for each in reversed(opened.history(public_id))]


def test_a_colleague_is_named_as_long_as_there_is_their_account(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell", "narrators": "Vellan, Hesta", "publish": "no"})
    first = account(archive.engine, "first@example.org", "archivist", "valley")
    consenting.publish(archive.engine, first, "the-bell")
    assert told(archive, "the-bell")[-1] == ("publish", "first@example.org", 1)
    another_address(archive.engine, "first@example.org", "another@example.org", monkeypatch)
    assert told(archive, "the-bell")[-1] == ("publish", "another@example.org", 1), "still the same colleague"
    account(archive.engine, "first@example.org", "custodian")
    assert told(archive, "the-bell")[-1][1] == "", "whoever has the address now has not done it: who has is not guessed"
    accounts.close_account(archive.engine, "another@example.org", actor=SHELL)
    accounts.close_account(archive.engine, "first@example.org", actor=SHELL)
    assert told(archive, "the-bell") == [("import", SHELL, 1), ("publish", "", 1)]


def test_readers_are_not_named(archive: Archive) -> None:
    account(archive.engine, "reader@example.org", "researcher")
    with reading(archive.engine) as session:
        staff = colleagues(session)
    now = clock.now()
    assert [staff.who(email_digest("reader@example.org"), now, verb) for verb in ("request access", "use a grant", "publish")] == [READER, READER, ""]


def test_a_family_is_a_family(archive: Archive) -> None:
    room = families.room_over(archive)
    _, family = families.sent(room)
    public_id = reviewing.accept(room, families.archivist(), family.id, "valley")
    archive.publish(public_id)
    submitting.pause(room, family)
    submitting.withdraw(room, family)
    assert [each[:2] for each in told(archive, public_id)[-2:]] == [("pause", FAMILY), ("withdraw", FAMILY)]


def test_copies_one_after_another_are_one_line() -> None:
    rows = [AuditEntry(at=at, actor=SHELL, verb=verb) for at, verb in ((9, "derive"), (8, "derive"), (7, "publish"), (6, "publish"), (5, "derive"))]
    assert [(each.at_utc_ms, each.verb, each.times) for each in entries_of(rows, "", Colleagues({}))] == [
        (9, "derive", 2), (7, "publish", 1), (6, "publish", 1), (5, "derive", 1)]
