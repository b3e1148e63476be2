"""The desk of an archive with a bell: each module brings in a `bell` of its own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.archives import Archive
from tests.factories.signed_in import browser


@pytest.fixture
def app(bell: Archive) -> Flask:
    return bell.app()


@pytest.fixture
def tender(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "archivist", "valley")
