"""publish, unpublish, withdraw: one shape, three sentences, and the index has followed when they end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from archive_app import cli


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "manifest.csv").write_text("identifier,title,collection,access\ntold-one,One,mill,public\n", encoding="utf-8")
    (folder / "collections.csv").write_text("identifier,names\nmill,The mill\n", encoding="utf-8")
    assert cli.main(["import", str(folder)]) == 0


def counted(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What `stats` says: where testimonies stand, and how many passages the index holds."""
    capsys.readouterr()
    assert cli.main(["stats"]) == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    return lines["by_access"], lines["passages"]


def test_each_verb_says_what_was_done_and_does_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert counted(capsys) == ("{'draft': 1}", "0")
    steps: list[tuple[list[str], str, tuple[str, str] | None]] = [
        (["publish", "told-one"], "told-one is published: it is open to whom its narrators allow.\n", ("{'public': 1}", "1")),
        (["unpublish", "told-one"], "told-one is back at the desk: no reader sees it.\n", ("{'draft': 1}", "0")),
        (["withdraw", "told-one", "--reason", "asked"], "told-one is withdrawn: closed to every reader, kept by custodians alone.\n",
         None),
    ]
    for command, sentence, after in steps:
        assert cli.main(command) == 0
        assert capsys.readouterr().out == sentence
        access, passages = counted(capsys)
        assert (access, passages) == after if after else "public" not in access and passages == "0"


@pytest.mark.parametrize("command", ["publish", "unpublish"])
def test_a_testimony_that_is_not_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main([command, "no-such-one"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_somebody_whom_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main(["publish", "told-one", "--as", "nobody@example.org"]) == 2
    assert "--as" in capsys.readouterr().err


def test_withdrawing_needs_a_reason() -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["withdraw", "told-one"])
    assert end.value.code == 2


def test_erasing_asks_for_the_identifier_and_prints_the_receipt(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda asked: "told-two")
    assert cli.main(["erase", "told-one", "--reason", "asked"]) == 2
    assert "nothing was erased" in capsys.readouterr().err and counted(capsys)[0] == "{'draft': 1}"
    monkeypatch.setattr("builtins.input", lambda asked: " told-one")
    assert cli.main(["erase", "told-one", "--reason", "asked"]) == 0
    said = capsys.readouterr().out
    assert "told-one is erased." in said and "commitment" in said and "still to be done" not in said
    assert cli.main(["verify"]) == 0 and counted(capsys) == ("{}", "0")
    assert cli.main(["erase", "told-one", "--reason", "asked", "--yes"]) == 1
    assert "was erased" in capsys.readouterr().err


def test_erasing_asks_nobody_where_nobody_types(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli.main(["erase", "told-one", "--reason", "asked", "--json"]) == 2
    written = capsys.readouterr()
    assert written.out == "" and "\narchive-app: ID: its identifier was not typed: nothing was erased" in written.err
    assert counted(capsys)[0] == "{'draft': 1}"
    monkeypatch.setattr("sys.stdin", io.StringIO("told-one\n"))
    assert cli.main(["erase", "told-one", "--reason", "asked", "--json"]) == 0
    written = capsys.readouterr()
    assert json.loads(written.out)["commitment"] and "Type its identifier: " in written.err
