"""What goes wrong with the machine is one sentence at the shell, never a trace: database, disk, paths, reports."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from archive_app import cli
from archive_app.records.base import explained, open_engine, reading, writing
from archive_app.records.jobs import due

PASSWORD = "not-for-a-message"
NOBODY = f"postgresql://somebody:{PASSWORD}@127.0.0.1:1/archive"
LONG = "a" * 5000
UNWRITABLE = Path("/proc/self")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("ARCHIVE_") and not name.startswith("ARCHIVE_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "collections.csv").write_text("identifier,names\nmill,The mill\n", encoding="utf-8")
    (folder / "manifest.csv").write_text("identifier,title,collection,access\ntold-one,One,mill,public\ntold-two,Two,mill,perhaps\n", encoding="utf-8")
    return folder


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence on stderr."""
    written = capsys.readouterr().err
    assert written.startswith("archive-app: ") and written.count("\n") == 1 and "Traceback" not in written
    assert len(written) < 700 and PASSWORD not in written
    return written


def waiting(data: Path) -> int:
    """Index jobs that nobody has done."""
    engine = open_engine(f"sqlite:///{data}/instance/archive.sqlite3")
    with reading(engine) as session:
        count = len(due(session, "index", 2**62, 100))
    engine.dispose()
    return count


# The database


@pytest.mark.parametrize("command", [["init"], ["stats"], ["verify"], ["reindex"], ["sample"], ["import", "."], ["publish", "told-one"],
                                     ["withdraw", "told-one", "--reason", "asked"]])
def test_a_database_that_cannot_be_reached(command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", NOBODY)
    assert cli.main(command) == 1
    sentence = said(capsys)
    assert "ARCHIVE_DATABASE_URL" in sentence and "Connection refused" in sentence


@pytest.mark.parametrize(("url", "code"), [
    ("sqlite:////nowhere/at/all.sqlite3", 1), ("sqlite:////tmp", 1), ("postgresql://:::", 2), ("postgresql+nodriver://x/y", 2),
    ("postgresql://somebody@no.such.host.invalid/x", 1)])
def test_an_address_that_leads_to_no_database(url: str, code: int, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", url)
    assert cli.main(["stats"]) == code
    assert "ARCHIVE_DATABASE_URL" in said(capsys)


@pytest.mark.parametrize("garbage", [b"not a database, but long enough to be looked at. " * 200, b"SQLite format 3\0" + bytes(range(256)) * 30])
def test_garbage_where_the_database_should_be(garbage: bytes, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = data / "instance" / "archive.sqlite3"
    file.parent.mkdir(parents=True)
    file.write_bytes(garbage)
    assert cli.main(["stats"]) == 1
    assert "database" in said(capsys)
    assert file.read_bytes() == garbage


def test_a_database_of_another_version(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == 0
    engine = open_engine(f"sqlite:///{data}/instance/archive.sqlite3")
    with writing(engine) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'from_a_later_day'")
        session.commit()
    engine.dispose()
    capsys.readouterr()
    assert cli.main(["stats"]) == 1
    assert "another version" in said(capsys)


def test_what_is_not_about_the_database_is_not_explained() -> None:
    assert explained(ZeroDivisionError()) is None and explained(OSError(2, "no")) is None


def test_nothing_of_what_was_asked_or_found_is_repeated() -> None:
    error = explained(OperationalError("SELECT :name", {"name": "Somebody"}, Exception("disk I/O error\nDETAIL: (Somebody)")))
    assert str(error).endswith("found disk I/O error") and "Somebody" not in str(error)


# Paths


@pytest.mark.parametrize("path", ["", " "])
def test_an_empty_path_is_not_this_folder(path: str, data: Path, incoming: Path, monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(incoming)
    for arguments in ([path], [str(incoming), "--report", path]):
        with pytest.raises(SystemExit) as end:
            cli.main(["import", *arguments])
        assert end.value.code == 2 and "empty" in capsys.readouterr().err
    assert not data.exists()


def test_a_path_that_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", LONG]) == 1
    assert "too long" in said(capsys)


def test_a_data_folder_whose_name_is_too_long(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", f"/tmp/{LONG}")
    assert cli.main(["stats"]) == 2
    assert "too long" in said(capsys)


def test_a_path_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "/nowhere/at/all"]) == 2
    assert said(capsys) == "archive-app: path: /nowhere/at/all: there is no such folder and no such file\n"


# The report


@pytest.mark.parametrize("where", ["missing/report.csv", ".", LONG])
def test_a_report_that_cannot_be_written_is_found_before_anything_is_imported(where: str, data: Path, incoming: Path, tmp_path: Path,
                                                                              capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", str(incoming), "--report", str(tmp_path / where)]) == 1
    said(capsys)
    assert cli.main(["stats"]) == 0
    assert "by_access: {}" in capsys.readouterr().out


def test_the_report_replaces_an_older_one(incoming: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.csv"
    report.write_text("something much older and much longer\n" * 50, encoding="utf-8")
    assert cli.main(["import", str(incoming), "--report", str(report)]) == 1
    rows = list(csv.DictReader(report.read_text(encoding="utf-8").splitlines()))
    assert [(row["identifier"], row["result"]) for row in rows] == [("mill", "created"), ("told-one", "created"), ("told-two", "refused")]


def test_an_import_that_does_not_begin_leaves_an_older_report_alone(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("older\n", encoding="utf-8")
    assert cli.main(["import", str(tmp_path / "nothing"), "--report", str(report)]) == 2
    assert report.read_text(encoding="utf-8") == "older\n"


def test_a_report_may_go_to_a_device(incoming: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", str(incoming), "--report", "/dev/null"]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
def test_a_disk_that_is_full_at_the_end_skips_no_index_job(data: Path, incoming: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", str(incoming), "--report", "/dev/full"]) == 1
    assert "No space" in said(capsys)
    assert waiting(data) == 0


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path: Path, incoming: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in" / os.fsdecode(b"b\xffd")
    folder.parent.mkdir()
    try:
        incoming.rename(folder)
    except OSError:
        pytest.skip("this file system takes no such name")
    report, shown = tmp_path / "report.csv", io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(shown, encoding="utf-8", write_through=True))
    assert cli.main(["import", str(folder.parent), "--report", str(report)]) == 1
    assert b"\\udcff" in shown.getvalue() and "\\udcff" in report.read_text(encoding="utf-8")


# The disk


@pytest.mark.skipif(not UNWRITABLE.is_dir(), reason="no folder on this machine that nobody can write to")
@pytest.mark.parametrize("setting", ["ARCHIVE_MEDIA_DIR", "ARCHIVE_SEARCH_DIR"])
@pytest.mark.parametrize("command", [["import", "INCOMING"], ["reindex"], ["sample"], ["publish", "told-one"]])
def test_a_folder_that_takes_no_files_is_found_before_anything_is_done(setting: str, command: list[str], incoming: Path,
                                                                       monkeypatch: pytest.MonkeyPatch,
                                                                       capsys: pytest.CaptureFixture[str]) -> None:
    with monkeypatch.context() as there:
        there.setenv(setting, str(UNWRITABLE))
        assert cli.main([str(incoming) if word == "INCOMING" else word for word in command]) == 1
        assert str(UNWRITABLE) in said(capsys)
    assert cli.main(["stats"]) == 0
    assert "by_access: {}" in capsys.readouterr().out


@pytest.mark.parametrize("setting", ["ARCHIVE_MEDIA_DIR", "ARCHIVE_SEARCH_DIR"])
def test_a_file_where_a_folder_should_be(setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(setting, str(tmp_path / "file"))
    assert cli.main(["stats"]) == 2
    said(capsys)
