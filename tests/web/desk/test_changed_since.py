"""What a family changed after its account was taken in, at the desk: nobody publishes the words of before without being told."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.actions import bulk, declaring, reviewing, submitting
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.errors import Conflict
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.signed_in import browser, send

SINCE = "The family changed something since"
NEXT = "Carry over what the family changed"


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    sqlite_archive.bring({"identifier": "the-door", "title": "The door", "publish": "no"})
    return sqlite_archive


@pytest.fixture
def tender(bell: Archive, app: Flask) -> FlaskClient:
    """Who tends every collection."""
    return browser(bell, app, "archivist", email="everything@example.org")


@pytest.fixture
def room(bell: Archive) -> FamilyRoom:
    return families.room_over(bell)


@pytest.fixture
def taken(room: FamilyRoom) -> tuple[Family, str]:
    """A family whose account was taken in, and its public id there."""
    _, family = families.sent(room, {**families.ACCOUNT, "people": {}})
    return family, reviewing.accept(room, families.archivist(), family.id, "valley")


def test_whoever_publishes_is_told_what_waits_and_led_there(room: FamilyRoom, taken: tuple[Family, str], tender: FlaskClient) -> None:
    family, public_id = taken
    one, sent = f"/desk/testimonies/{public_id}", f"/desk/submissions/{family.id}"
    for path in (one, f"{one}/publish"):
        assert SINCE not in tender.get(path).text
    assert f'href="{sent}"' in tender.get(one).text and NEXT not in tender.get("/desk").text
    submitting.save(room, family, "account", {"text": "The flood came later.", "language": "en"}, "page", "en")
    for path in (one, f"{one}/publish"):
        assert SINCE in tender.get(path).text and f'href="{sent}"' in tender.get(path).text, path
    assert 'class="button go" href="' + f"{one}/publish" not in tender.get(one).text, "what it asks for first is to be looked at"
    assert NEXT in tender.get("/desk").text
    foreseen = send(tender, f"/desk/bulk?id={public_id}", id=public_id, act="publish")
    assert bulk.CHANGED[1:] in foreseen.text, "not among many either"
    send(tender, sent, act="carry")
    assert SINCE not in tender.get(one).text and SINCE not in tender.get(f"{one}/publish").text and NEXT not in tender.get("/desk").text


def test_what_a_family_changes_while_the_page_of_publishing_is_open_is_told_first(
        room: FamilyRoom, bell: Archive, taken: tuple[Family, str], tender: FlaskClient) -> None:
    """It was published with the words of before, and nobody had been told."""
    family, public_id = taken
    path = f"/desk/testimonies/{public_id}/publish"
    told = {each: value for each, value in re.findall(r'name="(seen|told)" value="([^"]*)"', tender.get(path).text)}
    submitting.save(room, family, "account", {"text": "The flood came later.", "language": "en"}, "page", "en")
    with pytest.raises(Conflict):
        declaring.publish(bell.engine, families.archivist(), public_id, told=False)
    late = send(tender, path, **told)
    assert (late.status_code, SINCE in late.text) == (409, True)
    told = {each: value for each, value in re.findall(r'name="(seen|told)" value="([^"]*)"', late.text)}
    assert send(tender, path, **told).status_code == 303, "whoever was told may"


def test_the_uses_that_a_family_allows_are_told_at_the_testimony(taken: tuple[Family, str], tender: FlaskClient) -> None:
    assert "Other uses: Showing it in an exhibition. " in tender.get(f"/desk/testimonies/{taken[1]}").text


def test_the_page_of_the_submission_shows_which_answers_and_the_new_words(room: FamilyRoom, taken: tuple[Family, str],
                                                                        tender: FlaskClient) -> None:
    family, _ = taken
    path = f"/desk/submissions/{family.id}"

    def shown() -> str:
        text = tender.get(path).text
        return text[text.index("What they changed since then"):text.index("Carry it over")] if "Carry it over" in text else ""

    assert shown() == ""
    submitting.save(room, family, "account", {"text": "The flood came later.", "language": "en"}, "page", "en")
    assert "The flood came later." in shown() and "What do you want to tell?" in shown() and "The words</h3>" not in shown()
    submitting.save(room, family, "transcript", {"audience": "public"}, "page", "en")
    submitting.save(room, family, "uses", {}, "page", "en")
    picture = submitting.attach(room, family, families.photograph(), "river.jpg")
    submitting.describe(room, family, picture.id, "the bend of the river", "")
    found = shown()
    assert re.search(r"The words</h3>\s*<p>Anyone\.</p>", found) and "They took this answer back." in found
    assert "river.jpg" in found and "the bend of the river" in found
    send(tender, path, act="carry")
    assert shown() == ""


def test_whoever_does_not_read_submissions_is_told_without_a_way_there(bell: Archive, app: Flask, room: FamilyRoom,
                                                                      taken: tuple[Family, str]) -> None:
    family, public_id = taken
    submitting.save(room, family, "account", {"text": "The flood came later.", "language": "en"}, "page", "en")
    other = browser(bell, app, "archivist", "valley", email="valley@example.org")
    seen = other.get(f"/desk/testimonies/{public_id}/publish").text
    assert SINCE in seen and family.id not in seen and "Whoever tends every collection does that." in seen
    assert family.id not in other.get(f"/desk/testimonies/{public_id}").text


def test_the_testimony_says_that_somebody_wrote_that_it_concerns_them(bell: Archive, app: Flask, room: FamilyRoom, tender: FlaskClient) -> None:
    one = "/desk/testimonies/the-door"
    submitting.concern(room, "en", "/testimonies/the-doorstep", "It is not about that one.")
    assert "concerns them" not in tender.get(one).text
    for about in ("/testimonies/the-door", "https://archive.example/testimonies/the-door/transcripts/1?ui=az#s4"):
        submitting.concern(room, "en", about, "My brother is named there.")
    shown = tender.get(one).text
    assert "2 people wrote that this concerns them:" in shown and "(sent)" in shown
    paths = re.findall(r'href="(/desk/submissions/[^"]+)"', shown)
    assert len(paths) == 2 and "My brother is named there." in tender.get(paths[0]).text
    send(tender, paths[0], act="settle", words="It is closed now.")
    assert "(answered)" in tender.get(one).text
    other = browser(bell, app, "archivist", "valley", email="valley@example.org")
    assert other.get(one).status_code == 200 and "concerns them" not in other.get(one).text, "who does not read submissions learns nothing of it"
