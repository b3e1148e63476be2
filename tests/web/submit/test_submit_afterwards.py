"""The room after an account was sent: what is said before something is done that cannot be undone, and what was kept."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.actions import incoming, reviewing
from archive_app.actions.change import operator
from archive_app.web.submit import door
from tests.web.submit.test_submit_pages import act, begin, picture, tell

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
    given = fields(page)
    accepted(app)
    page = daughter.post("/submit/room/withdraw", data=given).text
    assert CLOSED in page and "Yes, withdraw it" in page and "You have withdrawn it" not in daughter.get("/submit/room").text


def test_erasing_what_was_not_taken_in_offers_nothing_that_keeps_it(daughter: FlaskClient) -> None:
    told(daughter)
    act(daughter, "pause")
    page = asked(daughter, "erase").text
    assert DELETED in page and "withdraw it instead" not in page and "Yes, erase everything" in page


KEPT, WAITS = "What you saved is kept.", "What you saved is kept. It waits for an archivist."
CLOSES = "What you saved is kept. What closes more counts already; everything else waits for an archivist."


def links(client: FlaskClient) -> list[str]:
    """What can be changed or added from the room."""
    page = client.get("/submit/room").text
    return re.findall(r'<li><a href="([^"]+)"', page[page.index("Change or add"):page.index("In your hands")])


def save(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Open a page from the room, and send its form as it stands with these fields."""
    page = client.get(path).text
    hidden = dict(re.findall(r'<input type="hidden" name="(token|back_to|was)" value="([^"]*)"', page))
    return client.post(path, data={**hidden, **fields})


def test_each_question_can_be_opened_from_the_room_and_leads_back_there(app: Flask, daughter: FlaskClient) -> None:
    told(daughter)
    asked_for = {link.split("?")[0].split("/")[-1] for link in links(daughter)}
    assert asked_for == {"account", "files", "people", "name", "told", "uses", "contact", "note", "summary"}
    for state in ("sent", "accepted"):
        for link in links(daughter)[:-1]:
            step = link.split("?")[0].split("/")[-1]
            answer = save(daughter, link, **{"words": "By the bridge.", "title": "The well", "text": "It was cold.", "next": "1"})
            assert (answer.status_code, answer.location) == (303, f"/submit/room?kept={step}"), (state, link)
            page = daughter.get(answer.location).text
            assert KEPT in page and (WAITS in page) == (state == "accepted" and step not in ("people", "uses", "files")), (state, link)
        if state == "sent":
            accepted(app)


def test_the_room_says_that_it_is_kept_and_what_of_it_waits(app: Flask, daughter: FlaskClient) -> None:
    told(daughter, existence={"audience": "public"})
    assert KEPT not in daughter.get("/submit/room").text
    accepted(app)
    assert WAITS in daughter.get(save(daughter, "/submit/questions/name?from=room", name="Hesta").location).text
    page = daughter.get(save(daughter, "/submit/questions/people?from=room", person="Karvellin", why="").location).text
    assert CLOSES in page
    assert daughter.get("/submit/room?kept=nothing").text.count(KEPT) == 0
    assert save(daughter, "/submit/questions/name?from=room", name="Other", skip="1", sure="1").location == "/submit/room"
    assert save(daughter, "/submit/questions/name?from=room", name="Other", back="1").location == "/submit/room?kept=name"


def test_a_file_that_is_added_from_the_room_leads_back_there(daughter: FlaskClient) -> None:
    told(daughter)
    answer = save(daughter, "/submit/files?from=room", file=picture())
    assert answer.location == "/submit/files?from=room"
    page = daughter.get(answer.location).text
    one = re.search(r'formaction="(/submit/files/[^"]+)"', page)
    assert one is not None and '<input type="hidden" name="back_to" value="room">' in page
    answer = daughter.post(one[1], data={**fields(page), "remove": "1"})
    page = daughter.get(answer.location).text
    assert 'href="/submit/files?from=room"' in page, "keep it"
    answer = daughter.post(one[1], data=fields(page))
    assert answer.location == "/submit/files?from=room"
    assert save(daughter, answer.location, next="1").location == "/submit/room?kept=files"


def fields(page: str) -> dict[str, str]:
    """What a form carries unseen."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_the_copy_holds_what_was_written_of_each_photograph(daughter: FlaskClient) -> None:
    begin(daughter)
    for name in ("one.jpg", "two.jpg"):
        tell(daughter, "/submit/files", file=(picture()[0], name))
    one, two = re.findall(r'name="label-([^"]+)"', daughter.get("/submit/files").text)
    tell(daughter, "/submit/files", save="1", **{f"label-{one}": "By the well", f"audience-{one}": "reading-room", f"label-{two}": ""})
    with zipfile.ZipFile(io.BytesIO(daughter.get("/submit/copy").data)) as found:
        words = found.read("answers.txt").decode()
    assert "\nFiles\none.jpg: By the well\none.jpg: People who come to the reading room.\n" in words and "two.jpg" not in words


def test_nothing_written_is_asked_for_with_a_warm_word(daughter: FlaskClient) -> None:
    """It said: Please check: what you wrote. Write between one and 20000 letters."""
    answer = daughter.post("/submit/concern", data={"about": "/people/x", "words": " \r\n"})
    assert answer.status_code == 400 and "<p>Write something first.</p>" in answer.text and "letters" not in answer.text
    daughter.post("/submit/concern", data={"about": "/people/x", "words": "My brother is named there."})
    page = daughter.get("/submit/room").text
    assert "<title>Your message, " in page and "<h1>Your message</h1>" in page and "Your testimony" not in page
    answer = daughter.post("/submit/room/message", data={**fields(page), "words": "  "})
    assert answer.status_code == 400 and "<p>Write something first.</p>" in answer.text and "letters" not in answer.text


def test_an_account_with_nothing_in_it_is_not_sent(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/questions/account", text=" \r\n", language="en")
    answer = tell(daughter, "/submit/summary")
    asked_for = answer.text[answer.text.index('role="alert"'):] if 'role="alert"' in answer.text else ""
    assert answer.status_code == 400 and "There is nothing to read in it yet. Before you send it, write something or add a file:" in asked_for
    assert 'href="/submit/questions/account?from=summary"' in asked_for and 'href="/submit/files?from=summary"' in asked_for
    assert "Nothing has been sent yet." in daughter.get("/submit/room").text
    tell(daughter, "/submit/files", file=picture())
    assert save(daughter, "/submit/files?from=summary", next="1").location == "/submit/summary"
    assert tell(daughter, "/submit/summary").location == "/submit/room"
    assert "It was sent on" in daughter.get("/submit/room").text


def test_a_few_words_to_the_archivists_alone_can_be_sent(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/questions/note", words="Please call me.")
    assert tell(daughter, "/submit/summary").location == "/submit/room"
