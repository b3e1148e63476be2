"""The ledger of withdrawals: written before the verb returns, mended after a death, compared with the database both ways."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import text

import archive_app
from archive_app.actions import consenting, withdrawals
from archive_app.actions.change import change, operator
from archive_app.actions.declaring import hold
from archive_app.errors import Conflict, NotFound
from archive_app.records.base import ledger_of, reading, writing
from archive_app.storage import ledger
from tests.factories.archives import Archive

IDS = ("the-bell", "the-door", "the-lamp", "the-net")


@pytest.fixture
def kept(archive: Archive) -> Archive:
    """Four testimonies without texts, in an archive that has a ledger."""
    archive.engine.update_execution_options(ledger=archive.folder / "apart" / "withdrawals.jsonl")
    archive.bring(*({"identifier": name, "title": "Of Hesta", "narrators": "Vellan, Hesta"} for name in IDS), settled=False)
    return archive


def path(archive: Archive) -> Path:
    found = ledger_of(archive.engine)
    assert found is not None
    return found


def lines(archive: Archive) -> list[tuple[str, str]]:
    return [(line.kind, line.testimony) for line in ledger.read(path(archive)).lines]


def findings(archive: Archive) -> list[str]:
    with reading(archive.engine) as session:
        return [each.where for each in withdrawals.findings(session, path(archive))]


def test_a_withdrawal_and_a_hold_are_in_the_ledger_when_the_verb_returns(kept: Archive) -> None:
    kept.withdraw("the-bell", "Hesta Vellan asked by telephone")
    hold(kept.engine, operator(), "the-door", "her daughter doubts")
    kept.unpublish("the-lamp")
    assert lines(kept) == [("withdraw", "the-bell"), ("hold", "the-door"), ("narrow", "the-lamp")]
    assert findings(kept) == []
    written = path(kept).read_text(encoding="utf-8")
    assert not any(word in written for word in ("Hesta", "Vellan", "telephone", "daughter"))
    assert path(kept).stat().st_mode & 0o077 == 0


def test_a_refused_withdrawal_writes_no_line(kept: Archive) -> None:
    kept.withdraw("the-bell")
    with pytest.raises(Conflict):
        kept.withdraw("the-bell")
    with pytest.raises(ZeroDivisionError), change(kept.engine, operator(), "withdraw", "the-door") as work:
        row, unit = consenting.kept(work, "the-door")
        consenting.close(work, row, unit, "withdraw", "never done")
        raise ZeroDivisionError
    assert lines(kept) == [("withdraw", "the-bell")]


def test_a_death_between_commit_and_line_is_mended(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.withdraw("the-bell")
    with monkeypatch.context() as dying:
        dying.setattr(withdrawals, "follow", lambda engine: 0)
        kept.withdraw("the-door")
    assert findings(kept) == ["ledger of withdrawals, the-door"]
    assert withdrawals.follow(kept.engine) == 1
    assert withdrawals.follow(kept.engine) == 0
    assert lines(kept) == [("withdraw", "the-bell"), ("withdraw", "the-door")] and findings(kept) == []


@pytest.mark.parametrize("left", [1, 40, -1])
def test_a_line_half_written_is_written_anew(kept: Archive, left: int) -> None:
    kept.withdraw("the-bell")
    kept.withdraw("the-door")
    first, second, _ = path(kept).read_bytes().split(b"\n")
    path(kept).write_bytes(first + b"\n" + second[:left])
    assert findings(kept) == ["ledger of withdrawals, the-door"]
    assert withdrawals.follow(kept.engine) == 1
    assert path(kept).read_bytes() == first + b"\n" + second + b"\n" and findings(kept) == []


def test_a_ledger_that_cannot_be_written_stops_no_withdrawal(kept: Archive, caplog: pytest.LogCaptureFixture) -> None:
    (kept.folder / "apart").write_text("a file where the folder should be", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        kept.withdraw("the-bell")
    assert "the ledger of withdrawals cannot be written" in caplog.text
    with kept.room("registered") as room, pytest.raises(NotFound):
        room.testimony("the-bell")
    (kept.folder / "apart").unlink()
    assert withdrawals.follow(kept.engine) == 1


def test_a_withdrawal_that_the_database_lost_is_found(kept: Archive) -> None:
    kept.withdraw("the-bell")
    free(kept, "consent_statements")
    with writing(kept.engine) as session:
        session.execute(text("DELETE FROM consent_statements WHERE effect = 'withdraw'"))
        session.commit()
    assert findings(kept) == ["ledger of withdrawals, the-bell"]


def test_a_ledger_that_is_not_as_it_was_written_is_found(kept: Archive) -> None:
    for name in IDS[:2]:
        kept.withdraw(name)
    first, second = path(kept).read_text(encoding="utf-8").splitlines()
    path(kept).write_text(f"{second}\n{first}\n", encoding="utf-8")
    assert findings(kept) == ["ledger of withdrawals, line 1", "ledger of withdrawals, line 2"]


def test_an_audit_chain_cut_below_the_last_withdrawal_is_found(kept: Archive) -> None:
    kept.withdraw("the-bell")
    kept.publish("the-door")
    free(kept, "audit_entries")
    cut(kept)  # what came after the last line is not known to anybody outside
    assert findings(kept) == []
    cut(kept)
    assert findings(kept) == ["audit chain"]


def free(archive: Archive, table: str) -> None:
    """Take the triggers away that refuse to delete."""
    with writing(archive.engine) as session:
        session.execute(text(f"DROP TRIGGER {table}_refuse_delete{'' if archive.engine.dialect.name == 'sqlite' else f' ON {table}'}"))
        session.commit()


def cut(archive: Archive) -> None:
    """Cut the newest entry off the audit chain."""
    with writing(archive.engine) as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)"))
        session.commit()


def test_what_is_withdrawn_while_it_is_compared_is_no_finding(kept: Archive) -> None:
    with reading(kept.engine) as session:
        assert withdrawals.records.closing_digests(session) == set()
        kept.withdraw("the-bell")
        assert list(withdrawals.findings(session, path(kept))) == []


@pytest.mark.parametrize("joint", ["__init__.py", "cli/opening.py", "jobs/worker.py"])
def test_whoever_writes_opens_the_database_with_its_ledger(joint: str) -> None:
    source = (Path(archive_app.__file__).parent / joint).read_text(encoding="utf-8")
    assert re.findall(r"open_engine\(([^()]+)\)", source) == ["chosen.database_url, chosen.ledger_file"]
