"""Erasing at the desk: what goes is read first, then the identifier is typed; afterwards the page is the receipt."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.access.kept_erasure import receipt
from archive_app.actions import incoming
from archive_app.records.base import reading
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.signed_in import TOKEN, browser

ONE = "/desk/testimonies/the-bell"


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    sqlite_archive.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater\n")
    sqlite_archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta",
                          "transcripts": "bell.vtt|en|verbatim"})
    return sqlite_archive


@pytest.fixture
def custodian(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "custodian")


def second_step(client: FlaskClient) -> tuple[str, dict[str, str]]:
    """(address, what its form holds) of the page to which the first leads."""
    found = re.search(rf'href="({ONE}/erase\?seen=[0-9a-f]+)"', client.get(f"{ONE}/erase").text)
    assert found is not None
    shown = client.get(found[1]).text
    token, seen = TOKEN.search(shown), re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    assert token is not None and seen is not None
    return found[1], {"csrf_token": token[1], "seen": seen[1]}


def is_erased(archive: Archive) -> bool:
    with reading(archive.engine) as session:
        return receipt(session, "the-bell") is not None


def test_it_is_a_custodians(bell: Archive, app: Flask, custodian: FlaskClient) -> None:
    archivist = browser(bell, app, "archivist")
    assert archivist.get(f"{ONE}/erase").status_code == 404 == archivist.post(f"{ONE}/erase").status_code
    assert "/erase" not in archivist.get(ONE).text and f"{ONE}/erase" in custodian.get(ONE).text


def test_the_first_page_says_what_goes_and_what_stays(custodian: FlaskClient) -> None:
    shown = custodian.get(f"{ONE}/erase").text
    for words in ("1 file as it was given, 1 kB", "The words: 1 version of a transcript, 2 segments", "1 person whom nothing else mentions",
                  "Its identifier, and when it was erased", "all of it, until they are dropped"):
        assert words in shown, words
    assert "<form method=\"post\"" not in shown, "nothing can be done yet"


@pytest.mark.parametrize(("field", "value", "sentence"), [("typed", "the-belle", "This is not its identifier: write the-bell."),
                                                           ("reason", " ", "Say why this is erased")])
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(bell: Archive, custodian: FlaskClient, field: str, value: str, sentence: str) -> None:
    _, form = second_step(custodian)
    answer = custodian.post(f"{ONE}/erase", data={**form, "typed": "the-bell", "reason": "her sister asked", "note": "a letter", field: value})
    assert answer.status_code == 400 and sentence in answer.text and "a letter" in answer.text and not is_erased(bell)


def test_without_a_token_or_after_a_change_nothing_is_done(bell: Archive, custodian: FlaskClient) -> None:
    _, form = second_step(custodian)
    typed = {"typed": "the-bell", "reason": "her sister asked"}
    assert custodian.post(f"{ONE}/erase", data={**form, **typed, "csrf_token": "x"}).status_code == 400
    bell.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bells\n")
    bell.bring()
    answer = custodian.post(f"{ONE}/erase", data={**form, **typed})
    assert answer.status_code == 409 and "read once more what goes" in answer.text and not is_erased(bell)


def test_its_page_is_the_receipt(bell: Archive, custodian: FlaskClient) -> None:
    _, form = second_step(custodian)
    done = custodian.post(f"{ONE}/erase", data={**form, "typed": "the-bell", "reason": "her sister asked", "note": "a letter"})
    assert (done.status_code, done.location) == (303, ONE)
    shown = custodian.get(ONE).text
    assert "Still to be done" in shown and "The search follows" in shown and "Nothing is left to be done" not in shown
    bell.finish_erasing()
    shown = custodian.get(ONE).text
    assert "Nothing is left to be done" in shown and "Still to be done" not in shown
    for words in ("It was published from", "0 readers had been given a right", "No backup is known", "SHA-256", "Commitment"):
        assert words in shown, words
    assert not [word for word in ("quellwater", "Vellan", "Hesta", "bell.vtt", "The bell") if word in shown]
    assert custodian.get(f"{ONE}/erase").location == ONE and custodian.get(f"{ONE}/history").status_code == 200
    assert custodian.get("/desk?state=withdrawn").text.count("the-bell") >= 1


def test_the_backups_that_can_hold_it_are_named(bell: Archive, custodian: FlaskClient) -> None:
    from tests.factories import backups

    backups.with_ledger(bell)
    backups.backed_up(bell, bell.folder.parent / "backup")
    bell.erase("the-bell")
    assert "1 backup made since it came may hold it" in custodian.get(ONE).text


def test_what_a_family_sent_is_erased_as_it_asks(bell: Archive, app: Flask, custodian: FlaskClient) -> None:
    room = families.room_over(bell)
    _, family = families.sent(room)
    path = f"/desk/submissions/{family.id}"
    token = TOKEN.search(custodian.get(path).text)
    assert token is not None
    for typed, status in (("", 400), (family.id, 303)):
        assert custodian.post(path, data={"csrf_token": token[1], "act": "erase", "typed": typed}).status_code == status
    assert custodian.get(path).status_code == 404 and incoming.waiting(room, families.archivist()).items == ()


def test_submissions_are_told_apart_and_empty_lists_say_what_comes_next(bell: Archive, app: Flask) -> None:
    tender, room = browser(bell, app, "archivist"), families.room_over(bell)
    for path, comes in (("submissions", "the page for families"), ("requests", "Readers ask on the page"), ("events", "Enter the first below")):
        assert comes in tender.get(f"/desk/{path}").text
    families.sent(room)
    _, untitled = families.sent(room, {step: said for step, said in families.ACCOUNT.items() if step != "told"})
    listed = tender.get("/desk/submissions").text
    assert "By the river" in listed and f'<span class="small soft">{untitled.id} · ' in listed and "Sent on" in listed
    none = tender.get("/desk/submissions?state=declined").text
    assert "Show everything" in none and "the page for families" not in none
