"""An import that is killed at any moment and run again ends as one that was never interrupted: the same digest, nothing to find."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.factories.archives import table
from tests.factories.shared import data_folder

TEXT = "\n\n".join(f"Here the {n}th thing is told that nobody has asked about before, at length and in order." for n in range(12))


def command(data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ARCHIVE_DATA_DIR": str(data), "PYTHONWARNINGS": "default"}
    return subprocess.Popen([sys.executable, "-m", "archive_app.cli", *arguments], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def run(data: Path, *arguments: str) -> Any:
    """What a command says, as JSON; it must succeed."""
    process = command(data, *arguments, "--json")
    out, err = process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


def kill_at(data: Path, folder: Path, seconds: float) -> bool:
    """Start an import and kill it without warning; answers whether it was still at work."""
    process = command(data, "import", str(folder))
    try:
        process.communicate(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True


def assert_survives(folder: Path, where: Path, kills: int, shares: tuple[float, float], seed: int, rows: int) -> None:
    """Import `folder` once whole, once with kills, each after a share of the time that the whole took; both archives must be the
    same, and nothing is to be found in the killed one."""
    began = time.monotonic()
    assert run(where / "whole", "import", str(folder))["created"] == rows
    took = time.monotonic() - began
    moments = random.Random(seed)
    hit = sum(kill_at(where / "killed", folder, moments.uniform(*shares) * took) for _ in range(kills))
    report = run(where / "killed", "import", str(folder))
    assert report["created"] + report["unchanged"] == rows and report["refused"] == report["updated"] == report["missing"] == 0
    assert run(where / "killed", "verify") == {"findings": []}
    whole, killed = run(where / "whole", "stats"), run(where / "killed", "stats")
    assert killed == whole
    assert hit > kills // 2, f"seed {seed}: {kills - hit} imports were done before they were killed"


@pytest.mark.parametrize("seed", [1])
def test_three_kills(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    rows = []
    for n in range(40):
        (folder / f"{n}.txt").write_text(f"{TEXT}\n\nThis was number {n}.\n", encoding="utf-8")
        rows.append({"identifier": f"told-{chr(97 + n % 26)}{n}", "collection": "valley", "title": f"Told {n}", "languages": "en",
                     "narrators": f"Vellan, Hesta {n}", "interviewers": "Calvorn, Ressa", "place": "Low Ombrel", "access": "public",
                     "transcripts": f"{n}.txt|en|verbatim", "publish": "yes", "restrictions": "seg 3-4|words|staff|" if n % 7 == 0 else ""})
    (folder / "manifest.csv").write_bytes(table(rows))
    (folder / "places.csv").write_text("identifier,names\nlow-ombrel,Low Ombrel|en|;Нижний Омбрель|ru|\n", encoding="utf-8")
    assert_survives(folder, tmp_path, 3, (0.35, 0.65), seed, 41)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "seed"), [(400, 2), (None, 3)])
def test_five_kills_on_real_interviews(tmp_path: Path, share: int | None, seed: int) -> None:
    source, folder = data_folder() / "wpa", tmp_path / "incoming"
    folder.mkdir()
    with (source / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))[:share]
    shutil.copytree(source / "text", folder / "text")
    (folder / "manifest.csv").write_bytes(table(rows))
    assert_survives(folder, tmp_path, 5, (0.05, 0.3), seed, len(rows))
