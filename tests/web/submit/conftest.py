"""An archive with one collection, and a browser that somebody of a family holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.actions.family_keys import Cost
from archive_app.web.submit import door
from tests.factories.archives import Archive

CHEAP = Cost(1, 8, 1)
EXIT = "https://weather.example"


@pytest.fixture
def app(sqlite_archive: Archive) -> Flask:
    sqlite_archive.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public"}])
    made = sqlite_archive.app(EXIT_URL=EXIT, LANGUAGES="en,az,hy,ru,tr")
    made.extensions[door.NAME] = replace(door.room_of(made), cost=CHEAP)
    return made


@pytest.fixture
def daughter(app: Flask) -> FlaskClient:
    return app.test_client()
