"""What a family sent, as the desk tells it to an archivist: not in the family's voice, and nothing that was typed is lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.actions import reviewing, submitting
from archive_app.actions.family_room import Family, FamilyRoom
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.signed_in import browser, send

ACCOUNT: dict[str, Any] = {**families.ACCOUNT, "who": {"relation": "next_of_kin", "role": "descendant"},
                           "people": {"people": [{"name": "Dovan Keth", "why": "he lives there"}, {"name": "", "why": "my other brother"}]}}


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
def family(room: FamilyRoom) -> Family:
    return families.sent(room, ACCOUNT)[1]


def at(family: Family) -> str:
    return f"/desk/submissions/{family.id}"


def allowed(page: str) -> dict[str, str]:
    """What they allowed, layer by layer."""
    aside = html.unescape(page.partition("<aside")[2].partition("</aside>")[0])
    return dict(re.findall(r"<li><b>([^<]*)</b><br>([^<]*)</li>", aside))


def test_layers_are_called_as_the_desk_calls_them(tender: FlaskClient, family: Family) -> None:
    page = tender.get(at(family)).text
    found = allowed(page)
    assert list(found) == ["That it exists", "Title and description", "The real name", "The words"]
    assert found["The words"] == "Registered readers may read this." and not re.search("[Yy]our (name|words)", page)


@pytest.mark.parametrize(("naming", "others"), [
    ("pseudonym", "Others read “A woman from Ombrel”."), ("initial", "Others read “H. V.”."), ("anonymous", "Others read “N. N.”.")])
def test_what_others_read_instead_of_the_name_is_said(tender: FlaskClient, room: FamilyRoom, naming: str, others: str) -> None:
    _, family = families.sent(room, {**ACCOUNT, "identity": {"audience": "staff", "naming": naming}})
    assert allowed(tender.get(at(family)).text)["The real name"] == f"No one but the archivists. {others}"


def test_a_choice_that_was_changed_since_is_told_as_the_desk_tells_it(tender: FlaskClient, room: FamilyRoom, family: Family) -> None:
    reviewing.accept(room, families.archivist(), family.id, "valley")
    submitting.save(room, family, "identity", {"audience": "public", "naming": "pseudonym"}, "page", "en")
    page = tender.get(at(family)).text
    assert "<h3>The real name</h3>" in page and "Anyone. Instead of the name, where it is closed: the pseudonym on record." in page
    assert "that you gave" not in page and "your name" not in page


def test_a_reason_without_a_name_is_said_to_be_one(tender: FlaskClient, family: Family) -> None:
    page = tender.get(at(family)).text
    assert '<li dir="auto">Dovan Keth: he lives there</li>' in page and "<li>not named: <span dir=\"auto\">my other brother</span></li>" in page


def test_who_tells_it_is_said_with_labels(tender: FlaskClient, family: Family) -> None:
    page = tender.get(at(family)).text
    assert "<dt>Who says it</dt><dd>The next of kin</dd>" in page and "<dt>Role</dt><dd>descendant</dd>" in page and "I tell for" not in page


@pytest.mark.parametrize("act", ["accept", "decline", "answer"])
def test_nothing_that_was_typed_is_lost_when_something_is_refused(tender: FlaskClient, family: Family, act: str) -> None:
    typed = {"words": "Dear family, we" if act == "accept" else "", "title": "Another title", "collection": ""}
    answer = send(tender, at(family), act=act, **typed)
    assert answer.status_code == 400 and 'value="Another title"' in answer.text
    assert typed["words"] in answer.text


def test_one_form_holds_the_answer_and_what_takes_it_in(tender: FlaskClient, family: Family) -> None:
    """What is typed is sent with either, and whoever presses Enter in the title does not send a half-typed answer."""
    forms = re.findall(r"<form.*?</form>", tender.get(at(family)).text, re.S)
    one = next(form for form in forms if 'name="words"' in form)
    assert 'name="collection"' in one and 'name="title"' in one
    assert re.findall(r'<button[^>]*value="(\w+)"', one) == ["accept", "answer", "decline", "accept"]


def test_whoever_chooses_no_collection_is_asked_to(sqlite_archive: Archive, tender: FlaskClient, family: Family) -> None:
    sqlite_archive.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    refused = send(tender, at(family), act="accept", collection="")
    assert refused.status_code == 400 and "Choose a collection." in refused.text and "of this name" not in refused.text
    assert "There is no collection of this name that you tend." in send(tender, at(family), act="accept", collection="nowhere").text
