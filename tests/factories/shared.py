"""Where the shared real data lies, for tests that run against it. Absent: the test is skipped, and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """The folder of shared data (`ARCHIVE_TEST_DATA`, else ../shared/data beside the checkout)."""
    folder = Path(os.environ.get("ARCHIVE_TEST_DATA", HERE.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"shared data not found at {folder}: set ARCHIVE_TEST_DATA to run this test")
    return folder
