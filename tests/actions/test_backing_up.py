"""A backup: whole, dated, sharing the bytes of recordings, made beside writers; what is damaged is told and the rest is kept."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from archive_app.actions import backing_up
from archive_app.actions.backing_up import BackedUp, back_up
from archive_app.actions.sessions import digest as token_digest
from archive_app.errors import Conflict, Invalid
from archive_app.records import snapshots
from archive_app.records.accounts import Account, SignedInSession
from archive_app.records.base import open_engine, writing
from archive_app.storage import ledger
from tests.factories import backups
from tests.factories.archives import Archive

SECRET = "k" * 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The folder of a filled archive."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(empty_database, folder / "archive.sqlite3")
    engine = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
    backups.fill(Archive(engine, folder))
    engine.dispose()
    return folder


@pytest.fixture
def filled(made: Path, tmp_path: Path) -> Iterator[Archive]:
    with backups.copied(made, tmp_path / "archive") as archive:
        yield archive


def manifest(folder: Path) -> dict[str, str]:
    """Path -> digest, every one of them compared with the file."""
    rows = dict(reversed(line.split("  ")) for line in (folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines())
    for name, digest in rows.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    return rows


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def backed_up(archive: Archive, tmp_path: Path) -> BackedUp:
    return backups.backed_up(archive, tmp_path / "backup")


def test_a_snapshot_holds_everything_and_a_manifest_of_it(filled: Archive, tmp_path: Path) -> None:
    filled.withdraw("the-door")
    told: list[tuple[str, int, int]] = []
    done = back_up(filled.engine, filled.vault, filled.settings(), tmp_path / "backup", lambda *now: told.append(now))
    stored = set(filled.vault.digests())
    assert (done.objects, done.copied, done.damaged) == (len(stored), len(stored), ())
    assert names(tmp_path / "backup") == [".lock", done.folder.name, "objects"]
    listed = manifest(done.folder)
    assert {name.replace("../objects/", "").replace("/", "") for name in listed if "/" in name} == stored
    assert names(done.folder) == ["database.sqlite3", "manifest-sha256.txt", "settings.json", "snapshot.json", "withdrawals.jsonl"]
    facts = json.loads((done.folder / "snapshot.json").read_text(encoding="utf-8"))
    assert facts["format"] == 1 and facts["database"] == "sqlite" and facts["audit"]["entries"] > 3
    assert [line.kind for line in ledger.read(done.folder / "withdrawals.jsonl").lines] == ["withdraw", "backup"]
    assert {(what, total) for what, _, total in told} >= {("recordings", len(stored))} and any(what == "database" for what, _, _ in told)
    assert [path for path in (tmp_path / "backup").rglob("*") if path.stat().st_mode & 0o077] == []


def test_neither_secret_nor_sessions_nor_passwords_of_servers_are_in_it(filled: Archive, tmp_path: Path) -> None:
    with writing(filled.engine) as session:
        account = Account(email="reader@example.org", role="researcher", password_hash="-", created_at=1)
        session.add(account)
        session.flush()
        session.add(SignedInSession(token_digest=token_digest("t"), account_id=account.id, stage="full", started_at=1, seen_at=1, ends_at=2))
        session.commit()
    chosen = filled.settings(MAIL_URL="smtps://archive:hunter2@mail.example:465")
    done = back_up(filled.engine, filled.vault, chosen, tmp_path / "backup")
    everything = b"".join(path.read_bytes() for path in done.folder.iterdir())
    for hidden in (SECRET, "hunter2", token_digest("t")):
        assert hidden.encode() not in everything
    assert b"reader@example.org" in everything
    assert "ARCHIVE_LEDGER_DIR" in json.loads((done.folder / "settings.json").read_text(encoding="utf-8"))


def test_what_is_there_already_is_not_copied_again(filled: Archive, tmp_path: Path) -> None:
    first = backed_up(filled, tmp_path)
    before = {path: path.stat().st_ino for path in (tmp_path / "backup" / "objects").glob("??/*")}
    filled.write("more.txt", "Here morewater is spoken of.\n")
    filled.bring({"identifier": "more", "title": "More", "transcripts": "more.txt|en|verbatim"}, settled=False)
    second = backed_up(filled, tmp_path)
    assert second.folder != first.folder and second.objects == first.objects + second.copied and 0 < second.copied < first.copied
    assert {path: path.stat().st_ino for path in before} == before
    assert len(manifest(first.folder)) < len(manifest(second.folder))


@pytest.mark.parametrize(("room", "name"), [(snapshots, "copy"), (backing_up, "_write_manifest"), (backing_up, "_name")])
def test_a_backup_that_was_killed_goes_on(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: ModuleType, name: str) -> None:
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(room, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        backed_up(filled, tmp_path)
    assert backing_up.complete(tmp_path / "backup") == [] == list((tmp_path / "backup").glob("[!.]*/snapshot.json")), "it has no name yet"
    done = backed_up(filled, tmp_path)
    assert done.copied == 0 and done.objects == len(set(filled.vault.digests()))
    assert names(tmp_path / "backup") == [".lock", done.folder.name, "objects"] and manifest(done.folder)


def test_what_is_damaged_or_missing_is_told_and_not_kept(filled: Archive, tmp_path: Path) -> None:
    stored = sorted(filled.vault.digests())
    path = filled.folder / "media" / stored[0][:2] / stored[0][2:]
    path.chmod(0o600)
    path.write_bytes(b"other bytes")
    filled.vault.drop(stored[1])
    done = backed_up(filled, tmp_path)
    assert sorted(each.where for each in done.damaged) == [f"media/{digest}" for digest in stored[:2]]
    assert done.objects == len(stored) - 2 and len(manifest(done.folder)) == len(stored) - 2 + 4


def test_a_write_beside_the_copy_neither_waits_nor_gets_in(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PAGES", 4)
    wrote: list[int] = []

    def write_once(what: str, done: int, total: int) -> None:
        if what == "database" and not wrote:
            wrote.append(total - done)
            filled.withdraw("the-lamp")

    done = back_up(filled.engine, filled.vault, filled.settings(), tmp_path / "backup", write_once)
    assert wrote[0] > 0, "it was written while pages were left to copy"
    with sqlite3.connect(done.folder / "database.sqlite3") as copy:
        assert copy.execute("SELECT count(*) FROM consent_statements WHERE effect = 'withdraw'").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert [line.testimony for line in ledger.read(done.folder / "withdrawals.jsonl").closing] == ["the-lamp"]


def test_a_disk_that_is_too_small_is_found_before_anything_is_copied(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backing_up.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12, backing_up.SPARE + 1000))
    with pytest.raises(Conflict, match="GB are needed and 0.07 GB are free"):
        backed_up(filled, tmp_path)
    assert not list((tmp_path / "backup" / "objects").iterdir())


def test_folders_that_cannot_be_used(filled: Archive, tmp_path: Path) -> None:
    for inside in (filled.folder / "media" / "backup", filled.folder / "search_index", filled.folder / "instance" / "b", filled.folder, filled.folder / "backups"):
        with pytest.raises(Invalid, match="inside the archive"):
            back_up(filled.engine, filled.vault, filled.settings(), inside)
    (tmp_path / "backup").mkdir()
    with (tmp_path / "backup" / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="another backup"):
            backed_up(filled, tmp_path)


def test_old_snapshots_are_dropped_with_what_they_alone_name(filled: Archive, tmp_path: Path) -> None:
    first = backed_up(filled, tmp_path)
    stale = sorted(filled.vault.digests())
    (tmp_path / "backup" / "objects" / "aa").mkdir(exist_ok=True)
    (tmp_path / "backup" / "objects" / "aa" / ("b" * 62)).write_bytes(b"what no snapshot names")
    second = backed_up(filled, tmp_path)
    assert (second.dropped, len(backing_up.complete(tmp_path / "backup"))) == (0, 2)
    third = back_up(filled.engine, filled.vault, filled.settings(), tmp_path / "backup", keep=2)
    assert third.dropped == 1 and backing_up.complete(tmp_path / "backup") == [second.folder, third.folder] and not first.folder.exists()
    assert sorted(backing_up.DiskVault(tmp_path / "backup" / "objects").digests()) == stale
    assert manifest(second.folder) and manifest(third.folder)
