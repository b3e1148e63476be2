"""The room after an account was sent: what is said before something is done that cannot be undone, and what was kept."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.actions import incoming, reviewing
from archive_app.actions.change import operator
from archive_app.web.submit import door
from tests.web.submit.test_submit_pages import act, begin, tell

DELETED, CLOSED = "Everything you wrote and added is deleted. Nobody can bring it back.", "It is closed at once, for everybody"


def told(client: FlaskClient, **answers: dict[str, str]) -> None:
    """An account that was sent, with a few words and these answers."""
    begin(client)
    tell(client, "/submit/questions/told", title="The spring")
    tell(client, "/submit/questions/account", text="The quellwater was cold.", language="en")
    for step, fields in answers.items():
        tell(client, f"/submit/questions/{step}", **fields)
    tell(client, "/submit/summary")


def accepted(app: Flask) -> str:
    """The public id of the testimony that what waits became."""
    room = door.room_of(app)
    (waiting,) = incoming.waiting(room, operator()).items
    return reviewing.accept(room, operator(), waiting.id, "valley")


def asked(client: FlaskClient, name: str) -> TestResponse:
    """The page that asks once more."""
    token = re.search(r'name="token" value="([^"]*)"', client.get("/submit/room").text)
    assert token is not None
    return client.post(f"/submit/room/{name}", data={"token": token[1]})


@pytest.mark.parametrize("state", ["sent", "declined", "paused"])
def test_before_it_is_taken_in_withdrawing_says_that_everything_is_deleted(app: Flask, daughter: FlaskClient, state: str) -> None:
    told(daughter)
    if state == "declined":
        room = door.room_of(app)
        (waiting,) = incoming.waiting(room, operator()).items
        reviewing.decline(room, operator(), waiting.id, "Not here.")
    if state == "paused":
        act(daughter, "pause")
    page = asked(daughter, "withdraw").text
    assert DELETED in page and "Yes, withdraw and delete everything" in page and CLOSED not in page
    assert 'href="/submit/copy" download' in page and "take a copy with you first" in page
    assert ("pause it instead" in page) == (state == "sent"), "where it can be paused"
    act(daughter, "withdraw")
    assert "Everything you gave is erased." in daughter.get("/submit/room").text


def test_a_word_about_anothers_testimony_is_deleted_too(daughter: FlaskClient) -> None:
    daughter.post("/submit/concern", data={"about": "/people/x", "words": "My brother is named there."})
    page = asked(daughter, "withdraw").text
    assert DELETED in page and CLOSED not in page and "pause it instead" not in page


@pytest.mark.parametrize("paused", [False, True])
def test_after_it_is_taken_in_withdrawing_closes(app: Flask, daughter: FlaskClient, paused: bool) -> None:
    told(daughter)
    accepted(app)
    if paused:
        act(daughter, "pause")
    page = asked(daughter, "withdraw").text
    assert CLOSED in page and DELETED not in page and "Yes, withdraw it" in page and "/submit/copy" not in page


def test_what_was_taken_in_while_it_was_asked_is_asked_anew(app: Flask, daughter: FlaskClient) -> None:
    """She agreed to everything being deleted; closing it and keeping it is something else."""
    told(daughter)
    page = asked(daughter, "withdraw").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    accepted(app)
    page = daughter.post("/submit/room/withdraw", data=fields).text
    assert CLOSED in page and "Yes, withdraw it" in page and "You have withdrawn it" not in daughter.get("/submit/room").text


def test_erasing_what_was_not_taken_in_offers_nothing_that_keeps_it(daughter: FlaskClient) -> None:
    told(daughter)
    act(daughter, "pause")
    page = asked(daughter, "erase").text
    assert DELETED in page and "withdraw it instead" not in page and "Yes, erase everything" in page
