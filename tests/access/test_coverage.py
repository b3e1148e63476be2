"""What a collection covers: testimonies, places and events count only where this viewer may read of them."""

from __future__ import annotations

import pytest

from archive_app.access.readings import Coverage
from tests.factories.archives import Archive

PLACES = ({"identifier": "open-town", "names": "Open town|en|", "latitude": "10.5", "longitude": "20.5"},
          {"identifier": "hidden-town", "names": "Hidden town|en|", "latitude": "11.5", "longitude": "21.5"},
          {"identifier": "town-nowhere", "names": "Town nowhere|en|"})
EVENTS = ({"identifier": "open-flood", "names": "Open flood|en|", "date": "1954", "places": "open-town"},
          {"identifier": "hidden-flood", "names": "Hidden flood|en|", "date": "1955", "places": "hidden-town"},
          {"identifier": "unsaid-flood", "names": "Unsaid flood|en|", "date": "1956", "places": "open-town"},
          {"identifier": "undated-flood", "names": "Undated flood|en|", "places": "open-town"})
SOURCES = ({"identifier": "a-report", "title": "A report"},)
STATEMENTS = tuple({"identifier": f"said-{event}", "source": "a-report", "event": event, "about": "the night", "asserts": "other", "wording": "x"}
                   for event in ("open-flood", "hidden-flood", "undated-flood"))
ROWS = ({"identifier": "told-openly", "title": "A", "date": "1991-05", "place": "Open town"},
        {"identifier": "told-there-too", "title": "B", "date": "1991", "place": "Town nowhere"},
        {"identifier": "told-at-length", "title": "C", "date": "199X"},
        {"identifier": "told-undated", "title": "D"},
        {"identifier": "told-to-few", "title": "E", "date": "1977", "place": "Hidden town", "access_description": "staff"},
        {"identifier": "told-elsewhere", "title": "F", "date": "1960", "collection": "hill"})


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.bring(*ROWS, settled=False, places=PLACES, events=EVENTS, sources=SOURCES, statements=STATEMENTS)
    return archive


def covered(archive: Archive, who: str, collection: str = "valley") -> Coverage:
    with archive.room(who) as room:
        return room.coverage(collection)


def test_what_is_open_counts(filled: Archive) -> None:
    found = covered(filled, "anonymous")
    assert found.told == ((1990, 1999, 1), (1991, 1991, 2))
    assert [place.id for place in found.places] == ["open-town"]
    assert [(event.id, event.date) for event in found.events] == [("open-flood", "1954")]


def test_what_staff_read_counts_for_them_alone(filled: Archive) -> None:
    found = covered(filled, "archivist")
    assert found.told == ((1977, 1977, 1), (1990, 1999, 1), (1991, 1991, 2))
    assert [place.id for place in found.places] == ["hidden-town", "open-town"]
    assert [event.id for event in found.events] == ["hidden-flood", "open-flood"]


def test_a_collection_that_is_not_there_covers_nothing(filled: Archive) -> None:
    assert covered(filled, "custodian", "nowhere") == Coverage((), (), ())
    assert covered(filled, "anonymous", "hill") == Coverage(((1960, 1960, 1),), (), ())
