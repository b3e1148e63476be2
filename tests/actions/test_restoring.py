"""Put back: what was kept is there again, and nothing that was withdrawn since, whatever was lost on the way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from archive_app import serving
from archive_app.access import kept as counting
from archive_app.access import law
from archive_app.actions import restoring, withdrawals
from archive_app.actions.change import operator
from archive_app.actions.declaring import hold
from archive_app.actions.restricting import restrict
from archive_app.errors import Conflict, Damaged, Invalid
from archive_app.exchange.restrictions import read_restriction
from archive_app.records.accounts import Account, SignedInSession
from archive_app.records.base import open_engine, reading, writing
from archive_app.records.codes import OneTimeCode
from archive_app.storage import ledger
from archive_app.storage.archive_key import archive_key
from tests.conftest import POSTGRES
from tests.factories import backups
from tests.factories.archives import Archive
from tests.factories.backups import elsewhere, opened, put_back, read_publicly

NOW = 2**41


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The folder of a filled archive, with a backup in `backup`; the lamp was withdrawn before it."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    engine = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    archive = backups.with_ledger(Archive(engine, folder))
    backups.fill(archive)
    archive.withdraw("the-lamp")
    archive_key(archive.settings().instance_dir)
    with writing(engine) as session:
        account = Account(email="reader@example.org", role="researcher", password_hash="-", created_at=1)
        session.add(account)
        session.flush()
        session.add(SignedInSession(token_digest="a" * 64, account_id=account.id, stage="full", started_at=1, seen_at=1, ends_at=NOW))
        session.add_all([OneTimeCode(purpose="recovery", account_id=account.id, code_digest="b" * 64, made_at=1),
                         OneTimeCode(purpose="password", account_id=account.id, code_digest="c" * 64, made_at=1, ends_at=NOW)])
        session.commit()
    apart = tmp_path_factory.mktemp("apart") / "backup"
    backups.backed_up(archive, apart)
    apart.rename(folder / "backup")  # so that one copy of the folder has both
    engine.dispose()
    return folder


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Iterator[Archive]:
    """The old machine, to go on with after its backup."""
    with backups.copied(made, tmp_path / "old") as archive:
        yield archive


def digest(archive: Archive) -> str:
    with reading(archive.engine) as session:
        return counting.digest(session)


def test_everything_is_there_again(old: Archive, tmp_path: Path) -> None:
    chosen = elsewhere(tmp_path / "new")
    done = put_back(chosen, old.folder / "backup")
    with opened(chosen) as new:
        assert digest(new) == digest(old) and set(new.vault.digests()) == set(old.vault.digests())
        assert read_publicly(new) == {"the-bell", "the-door"}
        assert backups.findings(new, chosen.ledger_file) == []
        with reading(new.engine) as session:
            assert session.scalar(text("SELECT count(*) FROM signed_in_sessions")) == 0
            assert list(session.scalars(text("SELECT purpose FROM one_time_codes"))) == ["recovery"]
            assert session.scalar(text("SELECT count(*) FROM accounts")) == 1
    assert (done.withdrawals, done.replayed, done.damaged) == (1, restoring.Replayed(), ())
    assert (tmp_path / "new" / "instance" / "secret").exists()
    assert archive_key(chosen.instance_dir) == archive_key(old.settings().instance_dir), "what families sent can still be opened"


@pytest.mark.parametrize("lies", ["given", "in place"])
def test_what_was_withdrawn_since_stays_withdrawn(old: Archive, tmp_path: Path, lies: str) -> None:
    old.withdraw("the-bell")
    hold(old.engine, operator(), "the-door", "her daughter doubts")
    chosen, newest = elsewhere(tmp_path / "new"), old.settings().ledger_file
    if lies == "in place":
        chosen.ledger_dir.mkdir(parents=True)
        shutil.copy(newest, chosen.ledger_file)
    done = put_back(chosen, old.folder / "backup", newest if lies == "given" else None)
    assert (done.withdrawals, done.replayed.closed) == (3, ("the-bell", "the-door"))
    with opened(chosen) as new:
        assert read_publicly(new) == set()
        assert backups.findings(new, chosen.ledger_file) == []
        assert restoring.replay(new.engine, ledger.read(chosen.ledger_file)) == restoring.Replayed(), "once is enough"
        assert [one.effect for one in closings(new)] == ["withdraw", "withdraw", "hold"]
    if lies == "in place":
        return
    again = elsewhere(tmp_path / "again")
    put_back(again, old.folder / "backup", chosen.ledger_file)  # a second accident, with the ledger of the first restore
    with opened(again) as new:
        assert read_publicly(new) == set() and backups.findings(new, again.ledger_file) == [] and len(closings(new)) == 3


def closings(archive: Archive) -> list[withdrawals.records.Closing]:
    with reading(archive.engine) as session:
        return withdrawals.records.closings(session)


def test_what_was_narrowed_since_waits_at_the_desk(old: Archive, tmp_path: Path) -> None:
    restrict(old.engine, operator(), "the-bell", read_restriction("seg 1-1|words|staff|asked"))
    old.write("new.txt", "Here newwater is spoken of.\n")
    old.bring({"identifier": "new", "title": "New", "transcripts": "new.txt|en|verbatim"}, settled=False)
    old.unpublish("new")
    chosen = elsewhere(tmp_path / "new")
    done = put_back(chosen, old.folder / "backup", old.settings().ledger_file)
    assert done.replayed == restoring.Replayed(unpublished=("the-bell",), absent=("new",)) and done.withdrawals == 1
    with opened(chosen) as new:
        assert read_publicly(new) == {"the-door"}
        assert backups.findings(new, chosen.ledger_file) == []
        assert restoring.replay(new.engine, ledger.read(chosen.ledger_file)) == restoring.Replayed()
        new.publish("the-bell")
        new.settle()
        assert read_publicly(new) == {"the-bell", "the-door"}


def test_verbs_that_narrow_are_verbs_of_the_law() -> None:
    assert set(withdrawals.records.NARROWING) <= set(law.KEEP) | law.OWN


def test_a_backup_of_a_restored_archive_is_restored(old: Archive, tmp_path: Path) -> None:
    old.withdraw("the-bell")
    first, second = elsewhere(tmp_path / "new"), elsewhere(tmp_path / "newer")
    put_back(first, old.folder / "backup", old.settings().ledger_file)
    with opened(first) as new:
        done = backups.back_up(new.engine, new.vault, first, tmp_path / "backup")
    assert put_back(second, done.folder).replayed == restoring.Replayed()
    with opened(second) as newer:
        assert read_publicly(newer) == {"the-door"} and backups.findings(newer, second.ledger_file) == []


def test_without_the_newest_ledger_nobody_can_know(old: Archive, tmp_path: Path) -> None:
    """The counterpart, so that the tests beside it can fail: it is the ledger that closes."""
    old.withdraw("the-bell")
    chosen = elsewhere(tmp_path / "new")
    put_back(chosen, old.folder / "backup")
    with opened(chosen) as new:
        assert read_publicly(new) == {"the-bell", "the-door"}


def test_what_was_brought_in_and_withdrawn_since_is_not_brought_in_again(old: Archive, tmp_path: Path) -> None:
    old.write("new.txt", "Here newwater is spoken of.\n")
    old.write("nameless.txt", "Here namelesswater is spoken of.\n")
    rows = {"identifier": "new", "title": "New", "transcripts": "new.txt|en|verbatim"}, {"title": "Nameless", "transcripts": "nameless.txt|en|verbatim"}
    nameless = next(row.identifier for row in old.bring(*rows, settled=False).rows if row.result == "created" and row.identifier != "new")
    for name in ("new", nameless):
        old.withdraw(name)
    chosen = elsewhere(tmp_path / "new")
    assert put_back(chosen, old.folder / "backup", old.settings().ledger_file).replayed == restoring.Replayed(kept_out=("new", nameless))
    with opened(chosen) as new:
        shutil.copytree(old.incoming, new.incoming, dirs_exist_ok=True)
        told = [row.message for row in new.bring(*rows).rows if row.result == "refused"]
        assert len(told) == 2 and all("withdrawn" in message for message in told)
        assert read_publicly(new, ("new", nameless)) == set() and backups.findings(new, chosen.ledger_file) == []


def test_a_database_put_back_by_hand_is_closed_before_it_serves(old: Archive, tmp_path: Path) -> None:
    chosen = old.settings()
    old.engine.dispose()
    shutil.copy(old.folder / "archive.sqlite3", tmp_path / "aside")
    old.withdraw("the-bell")
    old.engine.dispose()
    shutil.copy(tmp_path / "aside", old.folder / "archive.sqlite3")
    assert read_publicly(old) == {"the-bell", "the-door"}
    serving.agree_with_ledger(chosen)
    old.settle()
    assert read_publicly(old) == {"the-door"}
    found = backups.findings(old, chosen.ledger_file)
    assert len(found) == 1 and found[0].startswith("audit chain"), "that entries are gone stays to be seen"


def test_a_folder_that_holds_an_archive_is_refused(old: Archive, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="there is an archive here already"):
        restoring.restore(old.settings(), old.folder / "backup")
    only_media = elsewhere(tmp_path / "media")
    shutil.copytree(old.folder / "media", only_media.media_dir)
    with pytest.raises(Conflict, match="there is an archive here already"):
        restoring.restore(only_media, old.folder / "backup")


def test_what_is_no_backup_is_refused(old: Archive, tmp_path: Path) -> None:
    chosen = elsewhere(tmp_path / "new")
    with pytest.raises(Invalid, match="holds no complete snapshot"):
        restoring.restore(chosen, tmp_path)
    with pytest.raises(Invalid, match="--ledger"):
        restoring.restore(chosen, old.folder / "backup", tmp_path / "none")
    snapshot = next((old.folder / "backup").glob("*Z"))
    with pytest.raises(Invalid, match="this snapshot is of sqlite"):
        restoring.restore(elsewhere(tmp_path / "new", "postgresql://nobody@127.0.0.1:1/x"), snapshot)
    facts = json.loads((snapshot / "snapshot.json").read_text(encoding="utf-8"))
    (snapshot / "snapshot.json").write_text(json.dumps({**facts, "format": 2}), encoding="utf-8")
    with pytest.raises(Damaged, match=r"snapshot\.json"):
        restoring.restore(chosen, snapshot)
    assert not chosen.data_dir.exists()


@pytest.mark.parametrize("name", ["database.sqlite3", "withdrawals.jsonl", "submissions.key"])
def test_a_flipped_byte_of_database_ledger_or_key_is_refused(old: Archive, tmp_path: Path, name: str) -> None:
    path = next((old.folder / "backup").glob(f"*Z/{name}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=name):
        restoring.restore(elsewhere(tmp_path / "new"), old.folder / "backup")
    assert not (tmp_path / "new").exists()


def test_a_flipped_byte_of_a_recording_is_told_and_the_rest_put_back(old: Archive, tmp_path: Path) -> None:
    path = sorted((old.folder / "backup" / "objects").glob("??/*"))[0]
    path.chmod(0o600)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    chosen = elsewhere(tmp_path / "new")
    done = put_back(chosen, old.folder / "backup")
    assert [each.where for each in done.damaged] == [f"media/{path.parent.name}{path.name}"]
    with opened(chosen) as new:
        assert set(new.vault.digests()) == set(old.vault.digests()) - {path.parent.name + path.name}


@pytest.mark.parametrize("moment", ["before its replay", "after its rename", "among the recordings"])
def test_a_restore_that_was_killed_is_not_served_and_goes_on(old: Archive, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old.withdraw("the-bell")
    chosen, newest = elsewhere(tmp_path / "new"), old.settings().ledger_file
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        where, name = {"before its replay": (restoring, "replay"), "after its rename": (restoring.objects, "named"),
                       "among the recordings": (restoring, "carry")}[moment]
        dying.setattr(where, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        restoring.restore(chosen, old.folder / "backup", newest)
    with pytest.raises(Conflict, match="was begun here and not finished"):
        serving.bring_up_to_date(chosen)
    assert os.path.exists(make_url(chosen.database_url).database or "") == (moment != "before its replay")
    put_back(chosen, old.folder / "backup", newest)
    serving.bring_up_to_date(chosen)
    with opened(chosen) as new:
        assert read_publicly(new) == {"the-door"} and backups.findings(new, chosen.ledger_file) == []


@pytest.mark.slow
def test_a_hundred_withdrawn_after_the_backup_none_comes_back(sqlite_archive: Archive, tmp_path: Path) -> None:
    archive = backups.with_ledger(sqlite_archive)
    names = [f"the-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(150)]
    for name in names:
        archive.write(f"{name}.txt", f"Here {name.removeprefix('the-')}water is spoken of.\n")
    archive.bring(*({"identifier": name, "title": name, "languages": "en", "transcripts": f"{name}.txt|en|verbatim"} for name in names))
    done = backups.backed_up(archive, tmp_path / "backup")
    for name in names[:100]:
        archive.withdraw(name)
    chosen = elsewhere(tmp_path / "new")
    assert set(put_back(chosen, done.folder, archive.settings().ledger_file).replayed.closed) == set(names[:100])
    with opened(chosen) as new:
        assert read_publicly(new, names) == set(names[100:]) and backups.findings(new, chosen.ledger_file) == []
        leaves = b"".join(path.read_bytes() for path in chosen.search_dir.rglob("*") if path.is_file())
        assert [name for name in names[:100] if f"{name.removeprefix('the-')}water".encode() in leaves] == []


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="./test --postgres gives a server")
def test_postgresql_is_dumped_and_put_back(archive: Archive, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if archive.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is put back above")
    old = backups.with_ledger(archive)
    backups.fill(old)
    done = backups.backed_up(old, tmp_path_factory.mktemp("apart") / "backup")
    old.withdraw("the-bell")
    name = f"{old.engine.url.database}_new"
    with old.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        url = old.engine.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        chosen = elsewhere(tmp_path / "new", url)
        try:
            assert put_back(chosen, done.folder, old.settings().ledger_file).replayed.closed == ("the-bell",)
            with pytest.raises(Conflict, match="there is an archive here already"):
                restoring.restore(chosen, done.folder)
            with opened(chosen) as new:
                assert read_publicly(new) == {"the-door", "the-lamp"} and backups.findings(new, chosen.ledger_file) == []
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
