"""`archive-app user add`: one call of the verb, with nothing secret on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from archive_app.actions.accounts import check_password
from archive_app.cli import main
from archive_app.records.base import open_engine

GOOD, SECRET = "seven quiet rivers", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path))
    return tmp_path


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
