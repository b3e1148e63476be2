"""The sample archive as the shell puts it in: accounts, shown once, and a request that waits at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_app import cli
from archive_app.access.desk import Desk
from archive_app.actions.change import operator
from archive_app.config import settings
from archive_app.records.base import open_engine, reading


@pytest.mark.slow
def test_a_request_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path))
    for _ in range(2):
        assert cli.main(["sample", "--leave-copies"]) == 0
    assert "researcher@example.org" in capsys.readouterr().out
    engine = open_engine(settings({"ARCHIVE_DATA_DIR": str(tmp_path)}).database_url)
    with reading(engine) as session:
        listed = Desk(session, operator()).requests()
    engine.dispose()
    assert [(each.email, each.testimony, each.state) for each in listed.items] == [("researcher@example.org", "cold-stove", "waiting")]
    assert listed.items[0].purpose
