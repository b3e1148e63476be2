"""Every implementation of a contract, for its suites."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_app.storage.disk_vault import DiskVault
from archive_app.storage.vault import Vault


@pytest.fixture(params=[DiskVault])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """An empty vault of each kind there is."""
    made: Vault = request.param(tmp_path / "media")
    return made
