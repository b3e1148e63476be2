"""`archive-app user add`, `user close`, `user code`: one call of the verb, with nothing secret on the command line."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from archive_app.actions.accounts import check_password
from archive_app.actions.recovering import set_password
from archive_app.cli import main
from archive_app.records.base import open_engine

GOOD, SECRET = "seven quiet rivers", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def ready(data: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """An archive with one reader."""
    (data / "instance").mkdir()
    shutil.copy(empty_database, data / "instance" / "archive.sqlite3")
    given(monkeypatch, f"{GOOD}\n")
    assert main(["user", "add", "reader@example.org", "--role", "researcher", "--password-stdin"]) == 0
    capsys.readouterr()
    return data


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_an_account_with_password_and_second_factor(data: Path, monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    given(monkeypatch, f"{GOOD}\n{SECRET}\n")
    assert main(["user", "add", "Keeper@example.org", "--role", "custodian", "--password-stdin", "--totp-stdin"]) == 0
    assert capsys.readouterr().out == "Added keeper@example.org as custodian.\n"
    engine = open_engine(f"sqlite:///{data}/instance/archive.sqlite3")
    known = check_password(engine, "keeper@example.org", GOOD)
    engine.dispose()
    assert known is not None and known.role == "custodian" and known.second_factor


@pytest.mark.parametrize(("arguments", "text", "code", "said"), [
    (["--password-stdin"], "short\n", 2, "at least 12 characters"),
    (["--password-stdin"], "", 2, "nothing came on the standard input"),
    (["--password-stdin", "--totp-stdin"], f"{GOOD}\n", 2, "nothing came on the standard input"),
    (["--password-stdin", "--collection", "nowhere"], f"{GOOD}\n", 2, "there is no collection nowhere"),
    ([], f"{GOOD}\n", 2, "there is no terminal"),
])
def test_what_cannot_be_taken_is_one_sentence(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                              arguments: list[str], text: str, code: int, said: str) -> None:
    given(monkeypatch, text)
    assert main(["user", "add", "keeper@example.org", "--role", "archivist", *arguments]) == code
    written = capsys.readouterr().err
    assert said in written and written.count("\n") == 1 and GOOD not in written


def test_the_same_address_twice_is_a_finding(data: Path, monkeypatch: pytest.MonkeyPatch,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    for code in (0, 1):
        given(monkeypatch, GOOD + "\n")
        assert main(["user", "add", "reader@example.org", "--role", "researcher", "--password-stdin"]) == code
    assert "has an account already" in capsys.readouterr().err


def test_a_one_time_code_is_written_once_and_works(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "code", "Reader@example.org"]) == 0
    code, sentence = capsys.readouterr().out.splitlines()
    assert "/account/new-password" in sentence and code not in sentence
    engine = open_engine(f"sqlite:///{ready}/instance/archive.sqlite3")
    assert set_password(engine, code, "nine slow mornings", by_mail=False)
    engine.dispose()
    assert code.encode() not in (ready / "instance" / "archive.sqlite3").read_bytes()


@pytest.mark.parametrize(("arguments", "code", "said"), [(["nobody@example.org"], 2, "no open account has this address"),
                                                         (["reader@example.org", "--second-factor"], 1, "this account has none")])
def test_no_code_for_nobody(ready: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str) -> None:
    assert main(["user", "code", *arguments]) == code
    written = capsys.readouterr()
    assert said in written.err and written.err.count("\n") == 1 and written.out == ""


def test_a_closed_account_opens_nothing_more(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # harmless when repeated
        assert main(["user", "close", "Reader@example.org"]) == 0
    assert "is closed" in capsys.readouterr().out
    engine = open_engine(f"sqlite:///{ready}/instance/archive.sqlite3")
    assert check_password(engine, "reader@example.org", GOOD) is None
    engine.dispose()
    assert main(["user", "close", "nobody@example.org"]) == 2
    assert main(["user", "code", "reader@example.org"]) == 2


def test_a_password_that_nobody_types_is_one_sentence(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def ended(asked: str) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", ended)
    assert main(["user", "add", "ada@example.org", "--role", "archivist"]) == 2
    assert capsys.readouterr().err == "archive-app: password: nothing was typed: no account was added\n"


def test_a_password_in_another_encoding_is_one_sentence(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for errors in ("strict", "surrogateescape"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a long pass\xe9 word\n"), encoding="utf-8", errors=errors))
        assert main(["user", "add", "ada@example.org", "--role", "archivist", "--password-stdin"]) == 2
        assert capsys.readouterr().err == "archive-app: password: what came on the standard input is not written in UTF-8\n"


def test_a_standard_input_that_is_closed_is_nobody(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main(["user", "add", "ada@example.org", "--role", "archivist"]) == 2
    assert "there is no terminal to type it" in capsys.readouterr().err
