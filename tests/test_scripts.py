"""What the scripts of a checkout share: installing says what it does, and what pip says only when it fails."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import archive_app

SHARED = Path(archive_app.__file__).parents[1] / ".ci" / "venv.sh"
PIP = """#!/bin/sh
case "$*" in *--version*) exit 0 ;; esac
echo "a warning of hundreds of lines"
echo "another one" >&2
exit {code}
"""


def installed(folder: Path, code: int) -> subprocess.CompletedProcess[str]:
    """`install .` in a checkout of which only the scripts are real; pip ends with this code."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(PIP.format(code=code), encoding="utf-8")
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    (folder / "setup.cfg").touch()
    (folder / "pyproject.toml").touch()
    shutil.copy(SHARED, folder)
    return subprocess.run(["/bin/sh", "-eu", "-c", ". ./venv.sh; install ."], cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("code", [0, 1])
def test_what_pip_says_is_shown_only_when_it_fails(tmp_path: Path, code: int) -> None:
    ended = installed(tmp_path / "a folder", code)
    assert ended.returncode == code and ended.stdout == ""
    assert ("a warning of hundreds of lines\nanother one\nThe packages could not be installed" in ended.stderr) == bool(code)
    assert ended.stderr.startswith("Installing what setup.cfg names") and ("warning" in ended.stderr) == bool(code)
    assert (tmp_path / "a folder" / ".venv" / "installed-.").exists() != bool(code)
