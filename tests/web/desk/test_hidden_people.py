"""Whom a family asked to hide, at the desk: who is told, what is said before it is published, and where a name was taken out."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.actions import reviewing
from tests.actions.asking import read_by
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.signed_in import TOKEN, browser, send

BEFORE = "somebody has to listen to recordings"
TAKEN = "A name was taken out"
HIDDEN = "They are withheld already"


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return sqlite_archive


@pytest.fixture
def one(bell: Archive) -> str:
    """The address of an account that was accepted, whose family asked to hide Dovan Keth."""
    room = families.room_over(bell)
    _, family = families.sent(room, {**families.ACCOUNT, "transcript": {"audience": "public"},
                                     "account": {"text": "By the river.\n\nThen we moved.", "language": "en"}})
    bell.bring({"identifier": "the-door", "title": "The door", "publish": "no"})
    return f"/desk/testimonies/{reviewing.accept(room, families.archivist(), family.id, 'valley')}"


def test_whoever_tends_it_reads_whom_to_hide_where_it_is_published_and_nobody_else_does(bell: Archive, app: Flask, one: str,
                                                                                         tender: FlaskClient) -> None:
    for path in (one, f"{one}/publish"):
        seen = tender.get(path).text
        assert "Dovan Keth" in seen and BEFORE in seen
    assert BEFORE not in tender.get("/desk/testimonies/the-door").text and BEFORE not in tender.get("/desk/testimonies/the-door/publish").text
    assert "Dovan" not in tender.get(f"{one}/hold").text
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    for stranger in (browser(bell, app, "archivist", "hills", email="hills@example.org"), app.test_client()):
        for path in (one, f"{one}/publish"):
            assert (answer := stranger.get(path)).status_code != 200 and b"Dovan" not in answer.data


def test_a_name_that_is_typed_is_taken_out_and_it_is_said(one: str, tender: FlaskClient) -> None:
    seen = tender.get(f"{one}/description").text
    digest = seen.split('name="seen" value="')[1].split('"')[0]
    sent = send(tender, f"{one}/description", title="With Dovan Keth", abstract="", keywords="", languages="en", date="", narrator_role="", seen=digest)
    page = tender.get(sent.location).text
    assert TAKEN in page and "With N. N." in page and "With Dovan" not in page
    assert TAKEN not in tender.get(one).text
    assert TAKEN not in tender.get("/desk/testimonies/the-door?hidden=1").text


def test_a_caption_loses_the_name_and_it_is_said(one: str, tender: FlaskClient) -> None:
    token = TOKEN.search(tender.get(f"{one}/recordings").text)
    assert token is not None
    sent = tender.post(f"{one}/recordings", data={"csrf_token": token.group(1), "label": "Dovan in the boat", "file": (families.photograph(), "boat.jpg")})
    page = tender.get(sent.location).text
    assert TAKEN in page and "N. N. in the boat" in page and "Dovan in the boat" not in page


def test_words_that_name_them_are_said_to_be_withheld(bell: Archive, one: str, tender: FlaskClient) -> None:
    public_id = one.rsplit("/", 1)[1]
    bell.publish(public_id)
    token = TOKEN.search(tender.get(f"{one}/transcripts/1").text)
    assert token is not None
    sent = tender.post(f"{one}/transcripts/1", data={"csrf_token": token.group(1), "seen": "1", "kind": "verbatim", "file": (
        io.BytesIO(b"By the river.\n\nDovan mended boats.\n\nThen we moved.\n"), "new.txt")})
    assert HIDDEN in tender.get(sent.location).text
    assert read_by(bell, public_id) == "By the river. / [withheld] / Then we moved."
    assert "somebody whom the family asked to hide" in tender.get(one).text
