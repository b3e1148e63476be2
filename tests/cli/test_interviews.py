"""`archive-app import` with OHMS files: a folder, one file, a dry run, exit codes and the report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from archive_app import cli
from tests.factories.ohms import FILE_54, FILE_60, ohms


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of OHMS files, and an archive of its own beside it."""
    for name in [name for name in os.environ if name.startswith("ARCHIVE_") and not name.startswith("ARCHIVE_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "data"))
    made = tmp_path / "interviews"
    made.mkdir()
    for name, data in (("bell.xml", FILE_54), ("lamp.xml", FILE_60), ("empty.xml", ohms("")), ("ohms.xsd", b"<schema/>")):
        (made / name).write_bytes(data)
    return made


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = cli.main(["import", *arguments, "--collection", "valley", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_folder_once_and_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, tried = run(capsys, str(folder), "--access", "public", "--dry-run")
    assert (code, tried["created"], tried["refused"], tried["ignored"]) == (1, 2, 1, 1)
    code, report = run(capsys, str(folder), "--access", "public", "--publish")
    assert (code, report["created"], report["refused"], report["ignored"]) == (1, 2, 1, 1)
    refused = [row for row in report["rows"] if row["result"] == "refused"]
    assert [(row["file"], row["row"], row["column"]) for row in refused] == [("empty.xml", 0, "transcripts")]
    code, again = run(capsys, str(folder), "--access", "public", "--publish")
    assert (code, again["created"], again["updated"], again["unchanged"], again["warnings"]) == (1, 0, 0, 2, 0)
    assert cli.main(["verify"]) == 0


def test_one_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run(capsys, str(folder / "bell.xml"))
    assert (code, report["created"]) == (0, 1)
    assert any("sealed" in row["message"] for row in report["rows"] if row["result"] == "warning")
    code, report = run(capsys, str(folder / "empty.xml"))
    assert (code, report["refused"]) == (1, 1)


def test_sentences_name_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", str(folder / "empty.xml")]) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("empty.xml: refused, transcripts: This OHMS file holds neither")
