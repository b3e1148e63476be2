"""The families' room in the browser: no cookie before the receipt, one question a page, nothing lost, and the way out."""

from __future__ import annotations

import errno
import io
import json
import re
import threading
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive_app.actions import family_room, incoming, reviewing, submitting
from archive_app.actions.change import operator
from archive_app.actions.family_keys import Cost
from archive_app.errors import Invalid, NotFound
from archive_app.records.base import reading
from archive_app.records.consent import Evidence
from archive_app.web import tries
from archive_app.web.submit import door, pages, questions
from tests.actions.asking import read_by
from tests.factories.archives import Archive
from tests.factories.shared import data_folder
from tests.factories.signed_in import browser, send

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


def begin(client: FlaskClient) -> str:
    """The receipt of a new draft."""
    return " ".join(re.findall(r"<li><b>(.*?)</b></li>", client.post("/submit/begin").text))


def tell(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Open a page and send its form."""
    token = re.search(r'name="token" value="([^"]*)"', client.get(path).text)
    assert token is not None, f"no form at {path}"
    return client.post(path, data={"token": token.group(1), **fields})


def act(client: FlaskClient, name: str) -> TestResponse:
    """A button of the room."""
    token = re.search(r'name="token" value="([^"]*)"', client.get("/submit/room").text)
    assert token is not None
    return client.post(f"/submit/room/{name}", data={"token": token.group(1), "sure": "1", "words": "A question."})


def picture() -> tuple[io.BytesIO, str]:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#886644").save(made, "JPEG")
    made.seek(0)
    return made, "spring.jpg"


def test_no_cookie_before_the_receipt_and_one_after_it(daughter: FlaskClient) -> None:
    assert "Set-Cookie" not in daughter.get("/submit").headers and "Set-Cookie" not in daughter.get("/submit/return").headers
    assert len(daughter.get("/submit").data) < 50_000
    answer = daughter.post("/submit/begin")
    given = [cookie for cookie in answer.headers.getlist("Set-Cookie") if not cookie.startswith("archive_left=;")]
    assert len(given) == 1 and all(word in given[0] for word in ("archive_visit=", "HttpOnly", "SameSite=Strict", "Path=/submit"))
    assert "Max-Age" not in given[0] and "expires" not in given[0].lower()
    assert "Without these words nobody can go on: not you, and not we." in answer.text
    words = re.findall(r"<li><b>(.*?)</b></li>", answer.text)
    assert len(words) == 9 and sum(word in given[0] for word in words) < 3


def test_one_question_a_page_and_everything_can_be_skipped(daughter: FlaskClient) -> None:
    begin(daughter)
    path, seen = "/submit/questions/who", []
    while "/questions/" in path or path.endswith("/files"):
        seen.append(path.split("/")[-1])
        shown = daughter.get(path).text
        assert shown.count("<h1>") == 1 and "Leave this page" in shown
        path = tell(daughter, path, **({"next": "1"} if path.endswith("/files") else {"skip": "1"})).location
    assert seen == [each.step for each in questions.asked(frozenset())] and path == "/submit/summary"
    shown = daughter.get("/submit/summary").text
    assert shown.count("No one but the archivists.") == 4 and "They would not know that it is here." in shown, "every default is No"


def test_what_stays_of_the_page_on_which_it_was_sent_says_nothing_of_who_is_hidden(app: Flask, sqlite_archive: Archive) -> None:
    """Evidence of consent stays when all else is erased; whoever has it could try names on a digest of them."""
    for name in ("Karvellin", "Dovan Keth"):
        family = app.test_client()
        begin(family)
        tell(family, "/submit/questions/told", title="The spring")
        tell(family, "/submit/questions/people", person=[name], why=[""])
        assert f"{name}." in family.get("/submit/summary").text
        tell(family, "/submit/summary")
    room = door.room_of(app)
    for waiting in incoming.waiting(room, operator()).items:
        reviewing.accept(room, operator(), waiting.id, "valley")
    with reading(sqlite_archive.engine) as session:
        found = [row.detail for row in session.scalars(select(Evidence)) if row.detail.get("page") == "send"]
    assert len(found) > 2 and len({json.dumps(each) for each in found}) == 1 and found[0]["text shown"]


def test_an_account_from_the_first_word_to_a_page_that_others_read(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    receipt = begin(daughter)
    tell(daughter, "/submit/questions/who", relation="self", role="survivor")
    tell(daughter, "/submit/questions/name", name="Vellan, Hesta", pseudonym="A woman of Ombrel")
    tell(daughter, "/submit/questions/told", title="The spring", date="1988", place="Low Ombrel")
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.\r\n\r\nKarvellin came too.", language="en")
    assert tell(daughter, "/submit/files", file=picture()).status_code == 303
    assert "spring.jpg" in daughter.get("/submit/files").text
    tell(daughter, "/submit/questions/people", person=["Karvellin", ""], why=["he asked", ""])
    for layer in ("existence", "description", "transcript"):
        tell(daughter, f"/submit/questions/{layer}", audience="public")
    shown = daughter.get("/submit/summary").text
    foreseen = shown[shown.index("<blockquote"):]
    assert "quellwater" in foreseen and "Karvellin" not in foreseen and "Hesta" not in shown and "Your photographs" in shown
    tell(daughter, "/submit/summary")
    assert "An archivist will read it" in daughter.get("/submit/room").text

    tender = browser(sqlite_archive, app, "archivist")
    listed = tender.get("/desk/submissions").text
    path = re.search(r'href="(/desk/submissions/[^"]+)"', listed)
    assert path is not None and "Submissions: 1 waits to be read." in tender.get("/desk").text
    one = tender.get(path.group(1)).text
    assert all(word in one for word in ("quellwater", "Karvellin", "Vellan, Hesta", "spring.jpg"))
    assert send(tender, path.group(1), act="answer", words="Thank you.").status_code == 303
    taken = send(tender, path.group(1), act="accept", collection="valley").location
    testimony = taken.split("/")[-1]
    with pytest.raises(NotFound):
        read_by(sqlite_archive, testimony)
    send(tender, f"{taken}/publish")
    assert "quellwater" in read_by(sqlite_archive, testimony) and "Karvellin" not in read_by(sqlite_archive, testimony)

    returned = app.test_client()
    assert returned.post("/submit/return", data={"receipt": receipt.upper().replace(" ", " - ")}).location == "/submit/room"
    room = returned.get("/submit/room").text
    assert "Thank you." in room and "It is shown as you allowed." in room
    assert f'href="/testimonies/{testimony}"' in room and "Anybody can open this page" in room
    tell(returned, "/submit/questions/told", title="The cold spring", date="1988", place="Low Ombrel")
    one = tender.get(path.group(1)).text
    assert "The cold spring</span>" in one and f"{taken}/description" in one and f"{taken}/links" not in one
    seen = re.search(r'name="seen" value="(.*?)"', one)
    assert seen is not None and send(tender, path.group(1), act="deal", seen="").status_code == 409
    assert send(tender, path.group(1), act="deal", seen=seen.group(1)).status_code == 303
    assert "The cold spring</span>" not in tender.get(path.group(1)).text
    act(returned, "pause")
    with pytest.raises(NotFound):
        read_by(sqlite_archive, testimony, "archivist")
    assert testimony not in returned.get("/submit/room").text, "nothing is public now"
    act(returned, "go-on")
    assert "quellwater" in read_by(sqlite_archive, testimony)
    tell(returned, "/submit/questions/existence", audience="registered")
    assert testimony not in returned.get("/submit/room").text, "it is published, and not for everybody"
    assert returned.get("/submit/copy").data.startswith(b"PK")
    act(returned, "withdraw")
    with pytest.raises(NotFound):
        read_by(sqlite_archive, testimony)
    room = returned.get("/submit/room").text
    assert "You have withdrawn it." in room and "still keeps it, closed" in room
    asked = returned.post("/submit/room/erase", data={"token": _token(room)})
    assert "Yes, erase everything" in asked.text and "Nobody can bring it back" in asked.text
    assert "It is erased" in act(returned, "erase").text and "Question" not in returned.get("/submit/room").text
    assert returned.post("/submit/return", data={"receipt": receipt}).location == "/submit/room"
    room = returned.get("/submit/room").text
    assert "Everything you gave is erased." in room and "/submit/room/erase" not in room


def _token(shown: str) -> str:
    found = re.search(r'name="token" value="([^"]*)"', shown)
    assert found is not None
    return found[1]


def _says(shown: str) -> dict[str, str]:
    """What each line of the summary says."""
    return dict(re.findall(r"<li><b>(.*?)</b><span[^>]*>(.*?)</span>", unescape(shown)))


def test_the_summary_says_in_sentences_what_others_read_by_the_gate(daughter: FlaskClient) -> None:
    begin(daughter)
    assert "Questions answered: 0 of 13." in daughter.get("/submit/summary").text
    assert _says(daughter.get("/submit/summary").text)["People to be hidden"] == "You named no one."
    tell(daughter, "/submit/questions/name", name="Vellan, Hesta", pseudonym="A woman of Ombrel")
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.\r\n\r\nKarvellin came too.", language="en")
    tell(daughter, "/submit/questions/people", person=["Karvellin", "Dovan Keth"], why=["he asked", ""])
    for name in ("one", "two"):
        tell(daughter, "/submit/files", file=(picture()[0], f"{name}.jpg"))
    one = re.search(r'action="/submit/files/([^"]+)"', daughter.get("/submit/files").text)
    assert one is not None
    tell(daughter, "/submit/files", save="1", **{f"audience-{one[1]}": "reading-room"})
    for layer in ("existence", "description", "transcript", "image"):
        tell(daughter, f"/submit/questions/{layer}", audience="public")
    tell(daughter, "/submit/questions/identity", audience="staff", naming="pseudonym")
    shown = daughter.get("/submit/summary").text
    says = _says(shown)
    assert "Questions answered: 9 of 14." in shown and '<progress value="9" max="14"' in shown
    assert says["That it exists"] == "Anyone may know this." and says["Your words"] == "Anyone may read this."
    assert says["Your name"] == "No one but the archivists. Others read “A woman of Ombrel”."
    assert says["Your photographs"] == "Anyone may see this. It counts for 1 of 2. People who come to the reading room may see this."
    assert says["People to be hidden"] == "Karvellin, Dovan Keth. Others read in their place: “Words are withheld here under the terms of this testimony.”"
    tell(daughter, "/submit/questions/identity", audience="staff", naming="anonymous")
    tell(daughter, "/submit/questions/people", person="Karvelina", why="")
    says = _says(daughter.get("/submit/summary").text)
    assert says["Your name"] == "No one but the archivists. Others read “N. N.”."
    assert says["People to be hidden"] == "Karvelina. Nothing is hidden in what others read: we did not find this written there."
    tell(daughter, "/submit/questions/identity", audience="public")
    assert _says(daughter.get("/submit/summary").text)["Your name"] == "Anyone may know this."
    tell(daughter, "/submit/questions/existence", audience="staff")
    says = _says(daughter.get("/submit/summary").text)
    assert {says[line] for line in ("That it exists", "Your words", "Your name", "Your photographs")} == {"No one but the archivists."}
    assert says["People to be hidden"] == "Karvelina."


def test_what_was_opened_further_since_is_not_said_to_be_seen(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    """The summary showed the family's wish as what others see now, before an archivist had carried it over."""
    begin(daughter)
    tell(daughter, "/submit/questions/told", title="The spring")
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.", language="en")
    for layer, audience in (("existence", "public"), ("description", "public"), ("transcript", "registered")):
        tell(daughter, f"/submit/questions/{layer}", audience=audience)
    tell(daughter, "/submit/questions/uses", allowed=["exhibition"])
    tell(daughter, "/submit/summary")
    tender = browser(sqlite_archive, app, "archivist")
    path = re.search(r'href="(/desk/submissions/[^"]+)"', tender.get("/desk/submissions").text)
    assert path is not None
    taken = send(tender, path.group(1), act="accept", collection="valley").location

    def shown() -> tuple[dict[str, str], str]:
        page = daughter.get("/submit/summary").text
        return _says(page), page

    waits = " You have opened this further since: that does not count yet, it waits for an archivist."
    tell(daughter, "/submit/questions/transcript", audience="public")
    says, page = shown()
    assert says["Your words"] == "Anyone may read this." + waits and "It is not shown to anyone yet." in page, "it would be shown so, later"
    send(tender, f"{taken}/publish", told="1")
    tell(daughter, "/submit/questions/uses", allowed=["exhibition", "publication"])
    says, page = shown()
    assert says["Your words"] == "Registered readers may read this." + waits and "quellwater" not in page and "What others see now." in page
    assert says["Other uses"] == "Showing it in an exhibition." + waits and says["What it is about"] == "Anyone may read this."
    room = daughter.get("/submit/room").text
    assert "It is shown as you allowed before." in room and "It is shown as you allowed." not in room
    send(tender, path.group(1), act="carry")
    says, page = shown()
    assert says["Your words"] == "Anyone may read this." and "quellwater" in page and waits not in page
    assert says["Other uses"] == "Showing it in an exhibition. Printing it in a book or a newspaper."
    assert "It is shown as you allowed." in daughter.get("/submit/room").text
    tell(daughter, "/submit/questions/transcript", audience="staff")
    says, page = shown()
    assert says["Your words"] == "No one but the archivists." and "quellwater" not in page and waits not in page
    send(tender, f"{taken}/hold", reason="a question of a neighbour")
    assert "It is not shown to anyone yet." in daughter.get("/submit/room").text and shown()[1]


def test_the_room_says_who_reads_messages_while_it_is_paused(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    """An archivist who had answered before found nothing there, and the family was not told."""
    begin(daughter)
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.", language="en")
    tell(daughter, "/submit/summary")
    told = "While it is paused, only a few archivists, the custodians, can read what you write here."
    assert told not in daughter.get("/submit/room").text
    archivist, custodian = (browser(sqlite_archive, app, role) for role in ("archivist", "custodian"))
    path = re.search(r'href="(/desk/submissions/[^"]+)"', archivist.get("/desk/submissions").text)
    assert path is not None
    act(daughter, "pause")
    assert told in daughter.get("/submit/room").text
    act(daughter, "message")
    assert archivist.get(path[1]).status_code == 404 and "A question." in custodian.get(path[1]).text
    assert send(custodian, path[1], act="answer", words="She is.").status_code == 303
    assert "She is." in daughter.get("/submit/room").text


def test_an_account_is_written_in_any_language(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    """Five languages were offered, and whoever wrote in another had to say an untruth."""
    begin(daughter)
    path = "/submit/questions/account"

    def offered(address: str) -> dict[str, str]:
        return dict(re.findall(r'<option value="([\w-]+)"[^>]*>([^<]+)</option>', daughter.get(address).text))

    found = offered(path)
    assert list(found)[:5] == ["en", "az", "hy", "ru", "tr"] and list(found)[-1] == "und" and found["und"] == "Another language"
    assert {"ka", "fa", "ku", "ar", "he", "uk", "de", "fr"} < set(found) and found["ka"] == "Georgian" and len(set(found)) == len(found)
    assert offered(f"{path}?ui=ru")["ka"] == "Грузинский"
    tell(daughter, path, text="ეს იყო მდინარესთან.", language="ka")
    assert '<option value="ka" selected>' in daughter.get(path).text
    tell(daughter, path, text="By the river.", language="und")
    assert '<option value="und" selected>' in daughter.get(path).text
    tell(daughter, "/submit/questions/told", title="The river")
    tell(daughter, "/submit/questions/people", person="Karvellin")
    tell(daughter, "/submit/questions/existence", audience="public")
    tell(daughter, "/submit/questions/transcript", audience="public")
    assert "By the river." in daughter.get("/submit/summary").text
    tell(daughter, "/submit/summary")
    tender = browser(sqlite_archive, app, "archivist")
    one = re.search(r'href="(/desk/submissions/[^"]+)"', tender.get("/desk/submissions").text)
    assert one is not None
    taken = send(tender, one[1], act="accept", collection="valley").location
    send(tender, f"{taken}/publish")
    assert "By the river." in read_by(sqlite_archive, taken.split("/")[-1]) and tender.get(taken).status_code == 200
    assert daughter.get(taken.removeprefix("/desk")).status_code == 200


def test_the_copy_says_in_plain_sentences_what_was_decided(daughter: FlaskClient) -> None:
    """The decisions stood there as codes alone."""
    begin(daughter)
    tell(daughter, "/submit/questions/who", relation="next_of_kin", role="survivor")
    tell(daughter, "/submit/questions/told", title="The spring", date="fevral 1992")
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.", language="en")
    tell(daughter, "/submit/questions/people", person=["Karvellin", "Dovan Keth"], why=["he asked", ""])
    tell(daughter, "/submit/questions/transcript", audience="registered")
    tell(daughter, "/submit/questions/identity", audience="staff", naming="initial")
    tell(daughter, "/submit/questions/uses", allowed=["tracing"])
    tell(daughter, "/submit/files", file=picture())
    one = re.search(r'action="/submit/files/([^"]+)"', daughter.get("/submit/files").text)
    assert one is not None
    tell(daughter, "/submit/files", save="1", **{f"audience-{one[1]}": "reading-room"})
    whole = daughter.get("/submit/copy").data
    assert whole == daughter.get("/submit/copy").data
    with zipfile.ZipFile(io.BytesIO(whole)) as found:
        assert found.namelist()[:4] == ["answers.json", "answers.txt", "account.txt", "messages.txt"]
        words = found.read("answers.txt").decode()
    for told in ("Who tells this?\nI tell for somebody of my family.\n", "Who may read your words?\nRegistered readers.\n",
                 "Who may know that this testimony is here?\nNo one but the archivists.\n", "fevral 1992", "Karvellin: he asked\nDovan Keth\n",
                 "Who may know your name?\nNo one but the archivists.\nWhat do others read instead? First letters only.\n",
                 "What else may be done with it?\nHelping people find their missing.\n", "spring.jpg: People who come to the reading room.\n",
                 "Who may see your photographs?\nNo one but the archivists.\n"):
        assert told in words, told
    assert "Who may see the film?" not in words and "quellwater" not in words and "\n\n\n" not in words
    with zipfile.ZipFile(io.BytesIO(daughter.get("/submit/copy?ui=ru").data)) as found:
        assert "Registered readers" not in found.read("answers.txt").decode(), "in the language of the page"


def test_a_wrong_receipt_is_one_answer_and_is_counted(app: Flask, daughter: FlaskClient) -> None:
    receipt = begin(daughter)
    words = receipt.split()
    stranger = app.test_client()
    wrong = stranger.post("/submit/return", data={"receipt": " ".join([*words[:8], words[0]])})
    unknown = stranger.post("/submit/return", data={"receipt": " ".join(reversed(words))})
    assert wrong.status_code == unknown.status_code == 400 and "These words open nothing." in wrong.text
    assert "Set-Cookie" not in wrong.headers and "A receipt has nine" not in wrong.text
    for typed, number in ((words[:8], 8), ([*words, "and"], 10), ([], 0)):
        few = stranger.post("/submit/return", data={"receipt": " ".join(typed)}).text
        assert f"Words that we could read: {number}. A receipt has nine." in few
    statuses = [stranger.post("/submit/return", data={"receipt": "x"}).status_code for _ in range(tries.BY_ADDRESS - 4)]
    assert statuses == [400] * (tries.BY_ADDRESS - 5) + [429], "a village may share one address, but nobody guesses for ever"


def test_nothing_of_the_room_shows_without_a_visit_or_after_leaving(daughter: FlaskClient) -> None:
    stranger = daughter.application.test_client()
    paths = [path.replace("<step>", "who").replace("<attachment>", "x").replace("<name>", "pause").replace("<upload>", "0" * 32)
             for path, name, _, _ in pages.PAGES if f"submit.{name}" not in door.OUTSIDE]
    open_to_all = ("/submit", "/submit/begin", "/submit/return", "/submit/concern")
    assert len({stranger.get(path).data for path in paths if path not in open_to_all}) == 1
    begin(daughter)
    assert "Who tells this?" in daughter.get("/submit/questions/who").text
    left = daughter.get("/submit/leave")
    assert left.status_code == 303 and left.location == EXIT and not left.data
    assert {daughter.get(path).data for path in paths} == {stranger.get("/submit/room").data}
    daughter.get("/submit/open")
    assert "Give a testimony" in daughter.get("/submit").text and "Who tells this?" not in daughter.get("/submit/questions/who").text


@pytest.mark.parametrize(("contact", "shown"), [
    ("Tessen line: 800 100, day and night", '<b dir="auto">Tessen line: 800 100, day and night</b>'),
    ("https://help.example/az", '<a href="https://help.example/az" rel="noreferrer">https://help.example/az</a>'),
    ("", "This archive has named no place of help")])
def test_where_help_is_stands_before_anything_is_asked(sqlite_archive: Archive, contact: str, shown: str) -> None:
    made = sqlite_archive.app(EXIT_URL=EXIT, HELP_CONTACT=contact)
    made.extensions[door.NAME] = replace(door.room_of(made), cost=CHEAP)
    daughter = made.test_client()
    assert shown in daughter.get("/submit").text
    begin(daughter)
    assert contact in daughter.get("/submit/room").text and "If it becomes too much" in daughter.get("/submit/room").text
    for path in ("/submit/questions/account", "/submit/questions/people", "/submit/files", "/submit/concern"):
        asked = daughter.get(path).text
        assert contact in asked and "If it becomes too much" in asked and "help.example/az\"" not in asked, "no link leads away from what is written"
    assert "If it becomes too much" not in daughter.get("/submit/questions/uses").text


def test_the_way_out_waits_for_nothing(daughter: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or somebody else who writes, keeps nobody on the page."""
    tried, go = threading.Event(), threading.Event()

    def full(*_: object) -> None:
        go.wait(5)
        tried.set()
        raise OSError("the disk is full")

    begin(daughter)
    monkeypatch.setattr(family_room, "leave", full)
    left = daughter.get("/submit/leave")
    assert left.status_code == 303 and left.location == EXIT and not tried.is_set()
    assert "Nothing is open here" in daughter.get("/submit/questions/who").text
    go.set()
    assert tried.wait(5)


def test_a_form_of_another_visit_is_not_taken_and_loses_nothing(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/questions/account", text="First.")
    for path in ("/submit/questions/account", "/submit/room/forget", "/submit/summary", "/submit/files", "/submit/room/message"):
        assert daughter.post(path, data={"text": "Other.", "token": "x", "sure": "1"}).status_code == 400
    assert "First." in daughter.get("/submit/questions/account").text


LONG = "Su soyuq idi.\n\n\"Biz\" <getdik>."


def _chosen(shown: str) -> set[tuple[str, str]]:
    """What is ticked on a page."""
    return set(re.findall(r'<input type="(?:radio|checkbox)" name="([^"]*)" value="([^"]*)" checked>', shown))


def _picked(shown: str) -> list[str]:
    return re.findall(r'<option value="([^"]*)" selected>', shown)


def _fields(shown: str) -> dict[str, str]:
    """The fields of a form that are sent without being touched."""
    return {unescape(name): unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown)}


def test_what_was_written_when_the_visit_ended_is_there_after_coming_back(daughter: FlaskClient) -> None:
    receipt = begin(daughter)
    token = _token(daughter.get("/submit/questions/account").text)
    daughter.get("/submit/stopped")
    answer = daughter.post("/submit/questions/account", data={"token": token, "text": LONG, "language": "az"})
    wrong = daughter.post("/submit/return", data={**_fields(answer.text), "receipt": "not these"})
    assert wrong.status_code == 400 and "These words open nothing." in wrong.text
    back = daughter.post("/submit/return", data={**_fields(wrong.text), "receipt": receipt})
    fields = _fields(back.text)
    assert daughter.post(fields["kept_at"], data=fields).location == "/submit/files"
    assert escape(LONG) in daughter.get("/submit/questions/account").text
    daughter.get("/submit/leave")
    assert "Su soyuq" not in daughter.post("/submit/questions/account", data={"token": token, "text": LONG}).text, "after leaving nothing shows"


def test_a_form_in_which_nothing_was_typed_leaves_nothing_to_send_again(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/files", file=picture())
    fields = _fields(daughter.get("/submit/files").text)
    daughter.get("/submit/stopped")
    assert len(fields) == 2 and "kept_at" not in daughter.post("/submit/files", data={**fields, "next": "1"}).text
    assert "kept_at" in daughter.post("/submit/files", data={**fields, "label-x": "By the well"}).text


def test_what_was_written_with_one_receipt_is_not_handed_to_whoever_comes_in_with_another(app: Flask, daughter: FlaskClient) -> None:
    receipt, neighbour = begin(daughter), app.test_client()
    other = begin(neighbour)
    token = _token(daughter.get("/submit/questions/account").text)
    daughter.get("/submit/stopped")
    left = daughter.post("/submit/questions/account", data={"token": token, "text": LONG})
    refused = daughter.post("/submit/return", data={**_fields(left.text), "receipt": other})
    assert refused.status_code == 409 and "another receipt" in refused.text and "Set-Cookie" not in refused.headers
    assert daughter.get("/submit/room").text == app.test_client().get("/submit/room").text, "nobody is in"
    fields = _fields(daughter.post("/submit/return", data={**_fields(refused.text), "receipt": receipt}).text)
    assert daughter.post(fields["kept_at"], data=fields).status_code == 303, "it waits for the receipt with which it was written"
    assert escape(LONG) in daughter.get("/submit/questions/account").text
    assert escape(LONG) not in neighbour.get("/submit/questions/account").text


def test_a_page_that_lay_open_is_taken_after_coming_in_again(daughter: FlaskClient) -> None:
    receipt = begin(daughter)
    token = _token(daughter.get("/submit/questions/account").text)
    daughter.post("/submit/return", data={"receipt": receipt})
    assert daughter.post("/submit/questions/account", data={"token": token, "text": LONG}).status_code == 303
    assert escape(LONG) in daughter.get("/submit/questions/account").text
    begin(daughter)
    other = daughter.post("/submit/questions/account", data={"token": token, "text": LONG})
    assert other.status_code == 400 and escape(LONG) in other.text and escape(LONG) not in daughter.get("/submit/questions/account").text


def test_what_was_written_is_there_when_it_cannot_be_kept(daughter: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    begin(daughter)
    with monkeypatch.context() as patch:
        patch.setattr(submitting, "save", full)
        failed = tell(daughter, "/submit/questions/account", text=LONG)
    assert failed.status_code == 507 and "data-leave" in failed.text and escape(LONG) in failed.text
    fields = _fields(failed.text)
    assert daughter.post(fields["kept_at"], data=fields).location == "/submit/files"
    assert escape(LONG) in daughter.get("/submit/questions/account").text


def test_somebody_elses_file_is_not_there(app: Flask, daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/files", file=picture())
    theirs = re.search(r'action="(/submit/files/[^"]+)"', daughter.get("/submit/files").text)
    assert theirs is not None
    other = app.test_client()
    begin(other)
    token = re.search(r'name="token" value="([^"]*)"', other.get("/submit/files").text)
    assert token is not None
    assert other.post(theirs.group(1), data={"token": token.group(1), "remove": "1"}).status_code == 404
    assert "spring.jpg" in daughter.get("/submit/files").text


def test_every_button_of_the_page_of_files_keeps_what_was_written_and_chosen(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/files", file=picture())
    one = re.search(r'action="/submit/files/([^"]+)"', daughter.get("/submit/files").text)
    assert one is not None
    for button in ("next", "back", "save"):
        told = {f"label-{one[1]}": f"By the well: {button}", f"audience-{one[1]}": "staff", button: "1"}
        assert tell(daughter, "/submit/files", file=picture(), **told).status_code == 303
        shown = daughter.get("/submit/files").text
        assert f'value="By the well: {button}"' in shown and 'value="staff" selected' in shown
    assert shown.count("spring.jpg</h2>") == 4
    sure = {"token": _token(shown), "remove": "1", "sure": "1"}
    daughter.post(f"/submit/files/{one[1]}", data={**sure, "file": picture()})
    assert daughter.get("/submit/files").text.count("spring.jpg</h2>") == 4
    assert tell(daughter, "/submit/files", stop="1").location == "/submit/stopped"


def test_a_file_is_not_taken_away_before_it_is_asked_once_more(daughter: FlaskClient) -> None:
    """A voice that was recorded here is nowhere else."""
    begin(daughter)
    tell(daughter, "/submit/files", file=picture())
    shown = daughter.get("/submit/files").text
    one = re.search(r'action="(/submit/files/[^"]+)"', shown)
    assert one is not None
    asked = daughter.post(one[1], data={"token": _token(shown), "remove": "1", f"label-{one[1].split('/')[-1]}": "By the well"}, follow_redirects=True)
    assert asked.status_code == 200 and "spring.jpg" in asked.text and "By the well" in asked.text and "Yes, take it away" in asked.text
    assert "spring.jpg</h2>" in daughter.get("/submit/files").text
    assert daughter.post(one[1], data=_fields(asked.text)).location == "/submit/files"
    assert "spring.jpg" not in daughter.get("/submit/files").text
    assert daughter.get(one[1]).location == "/submit/files", "it is not there any more"


def test_going_back_keeps_and_skipping_asks_before_it_drops(daughter: FlaskClient) -> None:
    begin(daughter)
    assert tell(daughter, "/submit/questions/account", text=LONG, back="1").location == "/submit/questions/told"
    assert tell(daughter, "/submit/questions/account", text=LONG, skip="1").location == "/submit/files", "it is saved already"
    asked = tell(daughter, "/submit/questions/account", text="Yenisi.", skip="1")
    assert asked.status_code == 400 and "Yenisi." in asked.text
    assert tell(daughter, "/submit/questions/account", text="Yenisi.", skip="1", sure="1").location == "/submit/files"
    assert escape(LONG) in daughter.get("/submit/questions/account").text
    assert tell(daughter, "/submit/questions/identity", audience="staff", naming="anonymous", skip="1").status_code == 303
    assert "/about/" not in daughter.get("/submit/questions/account").text, "no link leads away from what is being written"


def test_a_choice_is_changed_from_the_summary_and_the_summary_comes_back(daughter: FlaskClient) -> None:
    begin(daughter)
    assert tell(daughter, "/submit/questions/transcript", audience="public", back_to="summary").location == "/submit/summary"
    sending = _token(daughter.get("/submit/summary").text)
    assert [daughter.post("/submit/summary", data={"token": sending}).location for _ in range(2)] == ["/submit/room"] * 2, "twice is once"
    assert tell(daughter, "/submit/questions/transcript", audience="staff", back_to="summary").location == "/submit/summary"


def test_nothing_can_be_written_where_it_would_be_refused(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/summary")
    for verb in ("pause", "withdraw"):
        act(daughter, verb)
        for path in ("/submit/questions/account", "/submit/files", "/submit/summary"):
            assert daughter.get(path).location == "/submit/room", (verb, path)


def test_a_concern_is_not_offered_what_it_cannot_do(daughter: FlaskClient) -> None:
    daughter.post("/submit/concern", data={"about": "/people/x", "words": "My brother is named there."})
    assert "/submit/room/pause" not in daughter.get("/submit/room").text
    assert daughter.get("/submit/questions/who").location == "/submit/room"


def test_a_receipt_that_is_shown_anew_says_so(daughter: FlaskClient) -> None:
    assert "These words are new" not in daughter.post("/submit/begin").text
    assert "These words are new" in daughter.post("/submit/begin").text, "the page was gone back to and loaded once more"


def test_a_village_behind_one_address_can_begin(app: Flask) -> None:
    assert {app.test_client().post("/submit/begin").status_code for _ in range(15)} == {200}


def test_addresses_that_stand_in_a_browsers_history_lead_back(daughter: FlaskClient) -> None:
    assert daughter.get("/submit/begin").location == "/submit"
    begin(daughter)
    assert daughter.get("/submit/room/message").location == "/submit/room"
    for path in ("/submit/files/x", "/submit/uploads", "/submit/uploads/x"):
        assert daughter.get(path).location == "/submit/files"


def test_two_windows_lose_nothing(daughter: FlaskClient) -> None:
    begin(daughter)
    tell(daughter, "/submit/questions/account", text="Before.")
    stale = _fields(daughter.get("/submit/questions/account").text)
    tell(daughter, "/submit/questions/account", **{**stale, "text": "In the first window."})
    asked = daughter.post("/submit/questions/account", data={**stale, "text": "In the second window."})
    assert asked.status_code == 409 and "In the first window." in asked.text and "In the second window." in asked.text
    assert "In the first window." in daughter.get("/submit/questions/account").text
    assert daughter.post("/submit/questions/account", data={**_fields(asked.text), "text": "Both."}).status_code == 303
    assert "Both." in daughter.get("/submit/questions/account").text
    old = _fields(daughter.get("/submit/questions/people").text)
    tell(daughter, "/submit/questions/people", person="Dovan Keth", why="a child")
    asked = daughter.post("/submit/questions/people", data={**old, "person": "Hesta Vellan", "why": ""})
    assert asked.status_code == 409 and "Dovan Keth" in asked.text and "Hesta Vellan" in asked.text


@pytest.mark.parametrize(("step", "wide", "narrow"), [
    ("transcript", {"audience": "public"}, {"audience": "staff"}), ("uses", {"allowed": ["publication", "tracing"]}, {}),
    ("identity", {"audience": "public", "naming": "initial"}, {"audience": "reading-room", "naming": "anonymous"})])
def test_a_window_that_lay_open_opens_nothing_again(daughter: FlaskClient, step: str, wide: dict[str, object], narrow: dict[str, object]) -> None:
    begin(daughter)
    path = f"/submit/questions/{step}"
    tell(daughter, path, **wide)
    stale = {"was": _fields(daughter.get(path).text)["was"], **wide}
    tell(daughter, path, was=stale["was"], **narrow)
    closed = _chosen(daughter.get(path).text)
    asked = daughter.post(path, data={"token": _fields(daughter.get(path).text)["token"], **stale})
    assert asked.status_code == 409 and "another window" in asked.text and _chosen(asked.text) == closed
    assert _chosen(daughter.get(path).text) == closed
    tell(daughter, path, was=_fields(asked.text)["was"], **wide)
    assert _chosen(daughter.get(path).text) != closed, "chosen again, having seen it, it is taken"


def test_nor_does_it_open_a_file_again(daughter: FlaskClient) -> None:
    """And of what was typed and added there nothing is lost."""
    begin(daughter)
    tell(daughter, "/submit/files", file=picture())
    (one,) = re.findall(r'name="audience-([^"]*)"', daughter.get("/submit/files").text)
    tell(daughter, "/submit/files", save="1", **{f"audience-{one}": "public"})
    stale = _fields(daughter.get("/submit/files").text)
    tell(daughter, "/submit/files", **stale, save="1", **{f"audience-{one}": "staff"})
    asked = daughter.post("/submit/files", data={**stale, f"audience-{one}": "public", f"label-{one}": "By the well", "next": "1", "file": picture()})
    assert asked.status_code == 409 and "another window" in asked.text and 'value="By the well"' in asked.text
    shown = daughter.get("/submit/files").text
    assert _picked(asked.text)[:1] == _picked(shown)[:1] == ["staff"] and shown.count("<h2 id=") == 2, "the file that came along is kept"
    tell(daughter, "/submit/files", **_fields(asked.text), save="1", **{f"audience-{one}": "public", f"label-{one}": "By the well"})
    shown = daughter.get("/submit/files").text
    assert _picked(shown)[:1] == ["public"] and 'value="By the well"' in shown


@pytest.mark.parametrize("path", ["/", "/search", "/people", "/testimonies", "/collections", "/about/families", "/nothing-here"])
def test_whoever_is_concerned_finds_the_way_from_every_page(daughter: FlaskClient, path: str) -> None:
    assert 'href="/submit/concern"' in daughter.get(path).text


def test_the_longest_account_in_any_alphabet_is_taken(daughter: FlaskClient) -> None:
    begin(daughter)
    assert tell(daughter, "/submit/questions/account", text="ա" * 200_000).status_code == 303


def test_a_file_that_is_none_is_refused_with_a_sentence(daughter: FlaskClient) -> None:
    begin(daughter)
    answer = tell(daughter, "/submit/files", file=(io.BytesIO(b"MZ\x90\x00"), "holiday.jpg"))
    assert answer.status_code == 400 and 'role="alert"' in answer.text and "a text such as .txt and .docx" in answer.text
    answer = tell(daughter, "/submit/files?ui=tr", file=(io.BytesIO(b"MZ\x90\x00"), "holiday.jpg"))
    assert "Bu dosya bu arşivin aldığı türden değil" in answer.text and ".docx gibi bir metin" in answer.text
    assert "has no bytes" in tell(daughter, "/submit/files", file=(io.BytesIO(b""), "holiday.jpg")).text


@pytest.mark.parametrize(("language", "wanted"), [
    ("az", "Bu mətndə söz yoxdur."), ("hy", "Այս տեքստում բառեր չկան։"), ("ru", "В этом тексте нет слов."), ("tr", "Bu metinde söz yok.")])
def test_what_is_wrong_with_a_text_is_said_in_the_language_of_the_page(daughter: FlaskClient, language: str, wanted: str) -> None:
    begin(daughter)
    answer = tell(daughter, f"/submit/files?ui={language}", file=(io.BytesIO(b" "), "told.txt"))
    assert answer.status_code == 400 and wanted in answer.text and f"{wanted}." not in answer.text and "holds no words" not in answer.text


def test_a_sentence_that_has_its_stop_gets_no_second_one(app: Flask) -> None:
    with app.test_request_context("/?ui=ru"):
        assert questions.wrong(Invalid("date", "“last spring” ends before it begins.")).endswith("кончается раньше, чем начинается.")
        assert questions.wrong(Invalid("date", "at most 60 letters")).endswith("60 знаков.")


def test_a_concern_brings_its_own_receipt(app: Flask, sqlite_archive: Archive, daughter: FlaskClient) -> None:
    answer = daughter.post("/submit/concern", data={"about": "/testimonies/x", "words": "My brother is named there."})
    receipt = " ".join(re.findall(r"<li><b>(.*?)</b></li>", answer.text))
    tender = browser(sqlite_archive, app, "archivist")
    path = re.search(r'href="(/desk/submissions/[^"]+)"', tender.get("/desk/submissions").text)
    assert path is not None and "My brother is named there." in tender.get(path.group(1)).text
    assert 'href="/desk/testimonies/x"' in tender.get(path.group(1)).text, "what it is about is one step away"
    assert send(tender, path.group(1), act="settle", words="It is closed now.").status_code == 303
    back = app.test_client()
    back.post("/submit/return", data={"receipt": receipt})
    assert "It is closed now." in back.get("/submit/room").text
    assert daughter.post("/submit/concern", data={"about": "x", "words": " "}).status_code == 400


def test_what_is_typed_is_kept_as_typed_and_shown_as_text(daughter: FlaskClient) -> None:
    strings = [each for each in json.loads((Path(data_folder()) / "strings" / "naughty.json").read_text(encoding="utf-8")) if each.strip()]
    begin(daughter)
    for each in strings[:: max(1, len(strings) // 25)]:
        tell(daughter, "/submit/questions/note", words=each)
        shown = daughter.get("/submit/questions/note").text
        kept = re.search(r'<textarea id="words"[^>]*>(.*?)</textarea>', shown, re.DOTALL)
        assert kept is not None and "<" not in kept.group(1)
    assert "<script>alert" not in daughter.get("/submit/questions/note").text


def test_asking_for_the_head_of_a_page_does_nothing(app: Flask, daughter: FlaskClient) -> None:
    """A page is asked for so by what looks whether it is there: no answer is forgotten, no pause ended, no receipt tried."""
    receipt = begin(daughter)
    tell(daughter, "/submit/questions/account", text="The quellwater was cold.", language="en")
    asked = ("/submit/questions/account", "/submit/files", "/submit/summary", "/submit/room", "/submit/room/pause", "/submit/room/go-on")
    for path in asked:
        assert daughter.head(path).status_code == 200, path
    assert "quellwater" in daughter.get("/submit/questions/account").text
    tell(daughter, "/submit/summary")
    daughter.head("/submit/room/pause")
    assert "You have paused it" not in daughter.get("/submit/room").text
    act(daughter, "pause")
    daughter.head("/submit/room/go-on")
    assert "You have paused it" in daughter.get("/submit/room").text
    stranger = app.test_client()
    for path, typed in (("/submit/return", {"receipt": receipt}), ("/submit/concern", {"words": "It concerns me."})):
        answer = stranger.open(path, method="HEAD", data=typed)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
