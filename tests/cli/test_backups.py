"""backup, restore and what every command does about the ledger: reports, exit codes, and an archive half put back that nobody opens."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from archive_app import cli
from archive_app.storage import ledger


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of two testimonies."""
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "told.txt").write_text("Here quellwater is spoken of.\n", encoding="utf-8")
    (folder / "manifest.csv").write_text("identifier,title,collection,access,publish,transcripts\ntold-one,One,mill,public,yes,told.txt|en|verbatim\n"
                                         "told-two,Two,mill,public,yes,\n", encoding="utf-8")
    assert cli.main(["import", str(folder)]) == 0
    return tmp_path / "data"


def reported(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert cli.main([*command, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_backup_withdraw_restore(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / "backup")
    made = reported(capsys, "backup", folder)
    assert (made["objects"], made["copied"], made["damaged"]) == (1, 1, []) and Path(made["snapshot"]).parent == tmp_path / "backup"
    assert cli.main(["withdraw", "told-one", "--reason", "asked"]) == 0
    newest = data / "instance" / "withdrawals.jsonl"
    assert [line.kind for line in ledger.read(newest).lines] == ["backup", "withdraw"]
    assert cli.main(["backup", folder]) == 0
    assert "1 objects, of which 0 were new" in capsys.readouterr().out

    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "new"))
    done = reported(capsys, "restore", made["snapshot"], "--ledger", str(newest))
    assert done["withdrawals"] == {"in_ledger": 1, "closed_now": 1, "kept_out": 0} and (done["objects"], done["findings"]) == (1, [])
    assert reported(capsys, "verify") == {"findings": []}
    figures = reported(capsys, "stats")
    assert figures["testimonies"] == 2 and figures["by_access"]["public"] == 1 and figures["passages"] == 1, figures
    capsys.readouterr()
    assert cli.main(["restore", folder]) == 1
    assert "there is an archive here already" in capsys.readouterr().err


def test_sentences_and_a_damaged_object(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    stored = next((data / "media").glob("??/*"))
    stored.chmod(0o600)
    stored.write_bytes(b"other bytes")
    capsys.readouterr()
    assert cli.main(["backup", str(tmp_path / "backup")]) == 1
    said = capsys.readouterr().out
    assert f"media/{stored.parent.name}{stored.name}: expected" in said and "The secret is not in it" in said
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "new"))
    assert cli.main(["restore", str(tmp_path / "backup")]) == 1
    said = capsys.readouterr().out
    assert said.count("media/") == 1 and "Restored the snapshot of" in said and "1 findings." in said


def test_a_folder_that_is_no_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "new"))
    capsys.readouterr()
    assert cli.main(["restore", str(tmp_path / "incoming")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_archive_half_put_back_is_opened_by_nobody(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "instance" / "restoring").write_text("2026-11-23T124000Z", encoding="utf-8")
    for command in (["init"], ["verify"], ["serve", "--port", "0"], ["publish", "told-one"], ["backup", "backup"]):
        capsys.readouterr()
        assert cli.main(command) == 1
        assert "a restore was begun here and not finished" in capsys.readouterr().err


def test_a_line_that_a_death_left_out_is_written_by_the_next_command(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["withdraw", "told-one", "--reason", "asked"]) == 0
    file = data / "instance" / "withdrawals.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[:50])
    capsys.readouterr()
    assert cli.main(["verify"]) == 0
    assert capsys.readouterr().err == "Written into the ledger of withdrawals, which lacked what the database knows: 1.\n"
    assert file.read_bytes() == whole


def test_the_ledger_may_lie_elsewhere(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_LEDGER_DIR", str(tmp_path / "another disk"))
    assert cli.main(["withdraw", "told-one", "--reason", "asked"]) == 0
    assert [line.testimony for line in ledger.read(tmp_path / "another disk" / "withdrawals.jsonl").closing] == ["told-one"]
    assert (data / "instance" / "withdrawals.jsonl").read_bytes() == b"", "made by the import, before it was said where"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_killed_anywhere_withdraw_backup_and_restore_go_on(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str],
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command is killed without warning, at moments drawn from the time it takes when nobody disturbs it, and run again."""
    drawn, backup, new = random.Random(seed), tmp_path / "backup", tmp_path / "new"
    folder = tmp_path / "incoming"
    names = [f"told-{chr(97 + n)}" for n in range(12)]
    for name in names:
        (folder / f"{name}.txt").write_text(f"Here {name} is spoken of.\n", encoding="utf-8")
    rows = [f"{name},{name},mill,public,yes,{name}.txt|en|verbatim\n" for name in names]
    (folder / "manifest.csv").write_text("identifier,title,collection,access,publish,transcripts\n" + "".join(rows), encoding="utf-8")
    assert cli.main(["import", str(folder)]) == 0
    took = tried("backup", str(tmp_path / "undisturbed"))
    for _ in range(8):
        tried("backup", str(backup), within=drawn.uniform(0.3, 1.0) * took)
    first = reported(capsys, "backup", str(backup))
    assert len(list(backup.glob("*/snapshot.json"))) >= 1 and not (backup / ".making").exists() and first["damaged"] == []
    took = tried("withdraw", names[0], "--reason", "asked")
    for name in names[1:]:
        tried("withdraw", name, "--reason", "asked", within=drawn.uniform(0.5, 1.1) * took)
        assert reported(capsys, "verify") == {"findings": []}, "what was committed stands in the ledger, and nothing else"
    newest = tmp_path / "data" / "instance" / "withdrawals.jsonl"
    withdrawn = {line.testimony for line in ledger.read(newest).closing}
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(new))
    for _ in range(8):
        tried("restore", first["snapshot"], "--ledger", str(newest), within=drawn.uniform(0.3, 1.0) * took)
        if not (new / "instance" / "restoring").exists() and (new / "instance" / "archive.sqlite3").exists():
            break
    else:
        assert cli.main(["restore", first["snapshot"], "--ledger", str(newest)]) == 0
    assert reported(capsys, "verify") == {"findings": []}
    assert reported(capsys, "stats")["by_access"].get("public", 0) == len(names) + 2 - len(withdrawn) and len(withdrawn) > 2


def tried(*arguments: str, within: float | None = None) -> float:
    """Run a command in a process of its own, killed after `within` seconds; how long it took."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "archive_app.cli", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.monotonic() - begun
