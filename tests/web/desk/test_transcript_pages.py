"""Transcripts at the desk in the browser: uploaded, compared, restored; edited with and without script; two people lose nothing."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.web.desk import pages, segment_forms
from tests.actions.asking import read_by
from tests.factories.archives import Archive, filled
from tests.factories.pages import Page
from tests.factories.signed_in import TOKEN, browser, send
from tests.factories.sounds import recording

ONE = "/desk/testimonies/the-bell"
T = f"{ONE}/transcripts"
ENGLISH = ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Hesta>The bell\n\n00:02.000 --> 00:04.000\nquellwater was spoken of\n\n"
           "00:04.000 --> 00:06.000\nand by the end\n")
EVERY = [T, f"{T}/1", f"{T}/1/compare?one=1&other=1", f"{T}/1/versions/1/restore", f"{T}/1/edit", f"{T}/1/draft", f"{T}/1/drafts/1/finish",
         f"{T}/1/drafts/1/set-aside", f"{ONE}/media/abc"]


def _bell(archive: Archive) -> None:
    archive.write("bell.vtt", ENGLISH)
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta",
                   "transcripts": "bell.vtt|en|machine"})


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return filled(sqlite_archive, _bell)


@pytest.mark.parametrize("path", EVERY)
def test_no_page_says_one_thing_twice_in_a_tag(tender: FlaskClient, path: str) -> None:
    """A browser takes the first of two attributes of one name: the editor showed the address of a script for “Not saved yet”."""
    autosave(tender, A_BELL)
    assert Page(tender.get(path).text).twice == []


def file(text: str, name: str = "bell.vtt") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


def autosave(client: FlaskClient, *segments: list[Any], at: int = 0, remove: Any = 1, state: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    state = state or client.get(f"{T}/1/draft?draft=new").json
    return client.post(f"{T}/1/draft", data={
        "csrf_token": state["token"], "draft": state["draft"], "serial": state["serial"], "base": state["base"], "at": at, "remove": remove,
        "segments": json.dumps(segments), **more})


A_BELL = [1000, 2000, "Hesta", "A bell", "", "", []]


def test_every_page_is_among_those_tried() -> None:
    rows = {re.sub(r"<[^<>]*:(\w+)>", "*", path) for path, _ in (*pages.LOOKING, *pages.CHANGING) if "transcripts" in path or "media" in path}
    tried = {re.sub(r"/(\d+|abc|the-bell)(?=/|$)", "/*", path.split("?")[0]) for path in EVERY}
    assert rows == tried


@pytest.mark.parametrize(("name", "text", "wanted"), [
    ("bell.exe", "MZ", ".exe ilə bitən mətn faylı oxunmur; oxunanlar:"), ("bell.json", "{}", "Bu JSON-da oxuna bilən mətn yoxdur:"),
    ("bell.vtt", "x", "Bu, WebVTT faylı deyil:"), ("bell.txt", " ", "Bu mətndə söz yoxdur.")])
def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_page(tender: FlaskClient, name: str, text: str, wanted: str) -> None:
    answer = send(tender, f"{T}?ui=az", file=file(text, name), language="en", kind="verbatim")
    assert answer.status_code == 400 and wanted in answer.text and "no words" not in answer.text and "understood" not in answer.text
    assert "“not a lang” dil kodu deyil." in send(tender, f"{T}?ui=az", file=file(ENGLISH), language="not a lang", kind="verbatim").text


def test_only_those_who_tend_it_come_in(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    autosave(tender, A_BELL)
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    stranger, reader = app.test_client(), browser(bell, app, "researcher")
    other = browser(bell, app, "archivist", "hills", email="hills@example.org")
    nothing = reader.get("/desk/testimonies/never-was").data
    for path in EVERY:
        assert stranger.get(path).status_code == 303 and stranger.post(path).status_code in (303, 405)
        for each in (reader, other):
            assert each.get(path).data == nothing == each.get(path.replace("the-bell", "never-was")).data, path
            assert each.post(path).status_code in (404, 405)
        assert tender.get(path).status_code == (404 if "media" in path or "restore" in path else 200)
    token = TOKEN.search(other.get("/desk/testimonies/never-was").text)
    assert token is None and b"A bell" not in other.post(f"{T}/1/draft").data


def test_a_file_is_taken_in_beside_the_others_and_stays_at_the_desk(bell: Archive, tender: FlaskClient) -> None:
    answer = send(tender, T, file=file("1\n00:00:01,000 --> 00:00:02,000\nЗвон\n", "Bell.SRT"), language="ru", kind="translation")
    assert answer.location == f"{T}/2?made=done"
    shown = tender.get(answer.location).text
    assert "Russian, translation" in shown and "from a file" in shown and "The transcript is taken in" in shown
    assert "It stays at the desk" in shown and "It is read at once" not in shown
    with bell.room("custodian") as room:
        assert [each.n for each in room.testimony("the-bell").transcripts] == [1]
    for wrong, field in (({}, "file"), ({"file": file("x", "a.exe"), "language": "en"}, "file"), ({"file": file("x", "a.txt"), "language": "nowhere"}, "language"),
                         ({"file": file("x", "a.txt"), "language": "en", "approved_by": "Hesta"}, "approved_on")):
        refused = send(tender, T, **wrong)
        assert refused.status_code == 400 and f'href="#{field}"' in refused.text and re.search(rf'aria-describedby="({field}-hint )?{field}-wrong"', refused.text)


def test_published_again_is_said_where_it_was_published_before(bell: Archive, tender: FlaskClient) -> None:
    bell.bring({"identifier": "the-door", "title": "The door", "publish": "no"})
    door = "/desk/testimonies/the-door/transcripts"
    made = send(tender, door, file=file(ENGLISH), language="en", kind="verbatim").location
    for page in (door, made):
        assert "It stays at the desk until the testimony is published. What" in tender.get(page).text
    assert "until the testimony is published again. What" in tender.get(T).text
    send(tender, f"{ONE}/unpublish")
    assert "until the testimony is published again. What" in tender.get(T).text


def test_replaced_compared_and_restored(bell: Archive, tender: FlaskClient) -> None:
    answer = send(tender, f"{T}/1", file=file(ENGLISH.replace("quellwater", "water")), kind="corrected", seen="1", approved_by="Hesta", approved_on="1992")
    assert answer.location == f"{T}/1?made=done" and "water was spoken of" in read_by(bell, "the-bell")
    shown = tender.get(f"{T}/1/compare?one=1&other=2").text
    assert '<del><span class="vh" lang="en">removed: </span>quellwater</del>' in shown
    assert '<ins><span class="vh" lang="en">added: </span>water</ins>' in shown and "1 place differs." in shown
    assert "Word for word the same" in tender.get(f"{T}/1/compare?one=2&other=2").text
    assert {tender.get(f"{T}/1/compare?one={wrong}&other=1").status_code for wrong in ("9", "x", "draft-1", "1'--")} == {404}
    late = send(tender, f"{T}/1", file=file(ENGLISH), kind="machine", seen="1")
    assert late.status_code == 409 and "Somebody else made a new version" in late.text and "water was" in read_by(bell, "the-bell")
    path = f"{T}/1/versions/1/restore"
    assert "quellwater" in tender.get(path).text and send(tender, path, seen="1").status_code == 409
    assert send(tender, path, seen="2").location == f"{T}/1?made=done" and "quellwater" in read_by(bell, "the-bell")
    assert tender.get(f"{T}/1/versions/3/restore").status_code == 404 == tender.get(f"{T}/1/versions/9/restore").status_code
    listed = tender.get(f"{T}/1").text
    assert listed.count("Version ") >= 3 and "by you" in listed and "Approved" in listed


def test_what_is_saved_is_a_draft(bell: Archive, tender: FlaskClient) -> None:
    opened = tender.get(f"{T}/1/draft").json
    assert (opened["draft"], opened["base"], opened["segments"][0]) == (0, 1, [1000, 2000, "Hesta", "The bell", "", "", []])
    saved = autosave(tender, A_BELL).json
    again = autosave(tender, [4000, 6000, "", "the <end> & more", "", "", [[0, 4000]]], at=2, state=saved).json
    assert (saved["serial"], again["serial"], again["draft"]) == (1, 2, saved["draft"])
    assert tender.get(f"{T}/1/draft").json["segments"][2] == [4000, 6000, "", "the <end> & more", "", "", [[0, 4000]]]
    page = tender.get(f"{T}/1/edit").text
    assert "the &lt;end&gt; &amp; more" in page and "Saved" in page
    assert "The bell" in read_by(bell, "the-bell") and "more" not in read_by(bell, "the-bell", "custodian")
    assert "Begun by you" in tender.get(f"{T}/1").text


def test_what_is_saved_over_is_told(tender: FlaskClient) -> None:
    first = autosave(tender, A_BELL).json
    autosave(tender, [1000, 2000, "", "My bell", "", "", []], state=first)
    late = autosave(tender, [1000, 2000, "", "Your bell", "", "", []], state=first)
    assert late.status_code == 409 and (late.json["error"], late.json["draft"]) == ("conflict", first["draft"])
    own = autosave(tender, *[[1000, 2000, "", "Your bell", "", "", []]], remove="all", state={**first, "draft": 0, "serial": 0})
    assert own.json["draft"] != first["draft"] and len(tender.get(f"{T}/1/draft?draft={own.json['draft']}").json["segments"]) == 1


@pytest.mark.parametrize(("more", "error"), [
    ({"csrf_token": ""}, "stale"), ({"segments": "[["}, "invalid"), ({"segments": '[[1,2,"a"]]'}, "invalid"), ({"segments": "{}"}, "invalid"),
    ({"segments": '[[1.5,2,"","a","","",[]]]'}, "invalid"), ({"segments": '[[true,2,"","a","","",[]]]'}, "invalid"), ({"at": "x"}, "invalid"),
    ({"segments": '[[5,2,"","a","","",[]]]'}, "invalid"), ({"segments": "[" * 100_000}, "invalid"), ({"segments": '[[1,2,"",7,"","",[]]]'}, "invalid")])
def test_what_cannot_be_saved_is_told_and_changes_nothing(tender: FlaskClient, more: dict[str, str], error: str) -> None:
    answer = autosave(tender, A_BELL, **more)
    assert answer.status_code == 400 and answer.json["error"] == error and answer.json["message"]
    assert tender.get(f"{T}/1/draft").json["draft"] == 0


def test_a_draft_becomes_the_version_that_is_read(bell: Archive, tender: FlaskClient) -> None:
    key = autosave(tender, A_BELL).json["draft"]
    path = f"{T}/1/drafts/{key}/finish"
    shown = tender.get(path).text
    assert "1 place differs." in shown and '<option value="corrected" selected>' in shown
    assert send(tender, path, serial="1", seen="1", kind="corrected", approved_by="H", approved_on="never").status_code == 400
    assert send(tender, path, serial="1", seen="1", kind="corrected").location == f"{T}/1?made=done"
    assert read_by(bell, "the-bell").startswith("A bell") and tender.get(path).status_code == 404


def test_that_somebody_else_has_begun_is_said_before_one_begins(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    mine = autosave(tender, A_BELL).json["draft"]
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    told = colleague.get(f"{T}/1/edit").text
    assert "Somebody else is at work on this transcript" in told and "archivist@example.org, since " in told and 'id="editor"' not in told
    assert f'href="{T}/1/edit?draft={mine}"' in told and f'href="{T}/1/edit?draft=new"' in told
    own = colleague.get(f"{T}/1/edit?draft=new").text
    assert 'id="editor"' in own and "Somebody else is at work" in own
    theirs = autosave(colleague, [4000, 6000, "", "the very end", "", "", []], at=2).json["draft"]
    assert 'id="editor"' in colleague.get(f"{T}/1/edit").text and "second@example.org, since" in tender.get(f"{T}/1/edit").text
    opened = tender.get(f"{T}/1/edit?draft={theirs}").text
    assert "A draft of another account" in opened and "<bdi>second@example.org</bdi>" in opened and "is at work" not in opened
    assert "(<bdi>second@example.org</bdi>)" in tender.get(f"{T}/1").text


def test_two_who_open_it_before_either_saved_are_told_of_each_other(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    one, two = (client.get(f"{T}/1/draft").json for client in (tender, colleague))
    plain = form_of(colleague.get(f"{T}/1/edit").text)
    mine = autosave(tender, A_BELL, state=one).json
    theirs = autosave(colleague, A_BELL, state=two).json
    assert mine["others"] == []
    told, = theirs["others"]
    assert told["key"] == mine["draft"] and told["says"].startswith("archivist@example.org, since ")
    assert (told["edit"], told["compare"]) == (f"{T}/1/edit?draft={mine['draft']}", f"{T}/1/compare?one=1&other=draft-{mine['draft']}")
    assert autosave(colleague, A_BELL, state=theirs, told=str(mine["draft"])).json["others"] == [], "it is said once"
    late, = autosave(tender, A_BELL, state=mine).json["others"]
    assert late["key"] == theirs["draft"] and late["says"].startswith("second@example.org, since ")
    assert autosave(tender, A_BELL, told="x " * 999 + "9" * 99).status_code == 200
    tender.post(f"{T}/1/drafts/{mine['draft']}/set-aside", data={**form_of(tender.get(f"{T}/1/drafts/{mine['draft']}/set-aside").text)})
    third = browser(bell, app, "archivist", "valley", email="third@example.org")
    sent = third.post(f"{T}/1/edit", data=plain | {"csrf_token": form_of(third.get(f"{T}/1/edit?draft=new").text)["csrf_token"], "text-0": "Third"})
    page = third.get(sent.location).text
    assert "Somebody else is at work on this transcript" in page and "second@example.org, since " in page and "Third" in page


def test_two_people_lose_nothing(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    mine = autosave(tender, A_BELL).json["draft"]
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    theirs = autosave(colleague, [4000, 6000, "", "the very end", "", "", []], at=2).json["draft"]
    assert "Begun by another account" in tender.get(f"{T}/1").text and "A draft of another account" in tender.get(f"{T}/1/edit?draft={theirs}").text
    path = f"{T}/1/drafts/{mine}/finish"
    tender.get(path)
    assert send(colleague, f"{T}/1/drafts/{theirs}/finish", serial="1", seen="1").status_code == 303
    late = send(tender, path, serial="1", seen="1")
    assert late.status_code == 409 and "Somebody else made a new version" in late.text
    assert "A" in late.text and "What they changed" in late.text
    assert "Somebody else made a new version" in tender.get(f"{T}/1/edit").text
    assert send(tender, path, act="together").location == path
    assert send(tender, path, serial="2", seen="2").status_code == 303
    assert read_by(bell, "the-bell") == "A bell / quellwater was spoken of / the very end"


def test_where_both_changed_the_same_nothing_is_mixed(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    mine = autosave(tender, A_BELL).json["draft"]
    theirs = autosave(tender, [1000, 2000, "", "Their bell", "", "", []]).json["draft"]
    send(tender, f"{T}/1/drafts/{theirs}/finish", serial="1", seen="1")
    refused = send(tender, f"{T}/1/drafts/{mine}/finish", act="together")
    assert refused.status_code == 400 and "you both changed the same segments" in refused.text.lower()
    assert send(tender, f"{T}/1/drafts/{mine}/finish", serial="1", seen="2").status_code == 303
    assert read_by(bell, "the-bell").startswith("A bell") and "Their" in tender.get(f"{T}/1/compare?one=2&other=3").text


def test_what_both_changed_alike_is_no_conflict(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    """Mine kept as a draft of its own: what was in the draft when the two parted is in both."""
    first = autosave(tender, A_BELL).json
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    autosave(colleague, [2000, 4000, "", "quellwater was named", "", "", []], at=1,
             state={**first, "token": colleague.get(f"{T}/1/draft").json["token"]})
    own = autosave(tender, A_BELL, [2000, 4000, "", "quellwater was spoken of", "", "", []], [4000, 6000, "", "and by the very end", "", "", []],
                   remove="all", state={**first, "draft": 0, "serial": 0}).json
    assert send(tender, f"{T}/1/drafts/{own['draft']}/finish", serial="1", seen="1").status_code == 303
    path = f"{T}/1/drafts/{first['draft']}/finish"
    assert send(tender, path, act="together").location == path
    assert send(tender, path, serial="3", seen="2").status_code == 303
    assert read_by(bell, "the-bell") == "A bell / quellwater was named / and by the very end"


def test_a_draft_is_dropped_as_it_was_seen(tender: FlaskClient) -> None:
    saved = autosave(tender, A_BELL).json
    path = f"{T}/1/drafts/{saved['draft']}/set-aside"
    autosave(tender, [1000, 2000, "", "More", "", "", []], state=saved)
    assert send(tender, path, serial="1").status_code == 409
    assert send(tender, path, serial="2").location == f"{T}/1" and tender.get(path).status_code == 404


# --- without script

def form_of(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', page))
    return found | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S))


def test_a_plain_form_edits_too(bell: Archive, tender: FlaskClient) -> None:
    fields = form_of(tender.get(f"{T}/1/edit").text)
    assert fields["text-0"] == "The bell" and fields["start-0"] == "00:00:01.000" and fields["speaker-0"] == "Hesta"
    sent = tender.post(f"{T}/1/edit", data={**fields, "text-0": "The\n\nbell", "text-2": " ", "speaker-1": "Ida", "end-1": "0:05.5"})
    assert sent.status_code == 303 and sent.location.startswith(f"{T}/1/edit?draft=")
    assert [each[:4] for each in tender.get(f"{T}/1/draft").json["segments"]] == [
        [1000, 1500, "Hesta", "The"], [1500, 2000, "Hesta", "bell"], [2000, 5500, "Ida", "quellwater was spoken of"]]
    wrong = tender.post(sent.location, data={**form_of(tender.get(sent.location).text), "start-1": "soon", "text-0": "kept <typed>"})
    assert wrong.status_code == 400 and "kept &lt;typed&gt;" in wrong.text and 'href="#start-1"' in wrong.text


def test_a_plain_form_is_of_the_version_that_it_was_opened_with(bell: Archive, tender: FlaskClient) -> None:
    """Somebody else made a version of fewer segments meanwhile: the languages of its segments are not those of these."""
    state = autosave(tender, [1000, 2000, "Hesta", "The bell", "one", "ru", []], [2000, 4000, "", "quellwater was spoken of", "two", "", []],
                     [4000, 6000, "", "and by the end", "three", "hy", []], remove=3).json
    send(tender, f"{T}/1/drafts/{state['draft']}/finish", serial=str(state["serial"]), seen="1")
    typed = form_of(tender.get(f"{T}/1/edit?draft=new").text)
    shorter = autosave(tender, remove=1).json
    send(tender, f"{T}/1/drafts/{shorter['draft']}/finish", serial=str(shorter["serial"]), seen="2")
    sent = tender.post(f"{T}/1/edit?draft=new", data=typed | {"text-2": "and by the very end"})
    found = tender.get(f"{T}/1/draft?{sent.location.partition('?')[2]}").json
    assert found["base"] == 2 and [each[3:6] for each in found["segments"]] == [
        ["The bell", "one", "ru"], ["quellwater was spoken of", "two", ""], ["and by the very end", "three", "hy"]]


def test_a_plain_form_that_came_late_loses_nothing(tender: FlaskClient) -> None:
    sent = tender.post(f"{T}/1/edit", data=form_of(tender.get(f"{T}/1/edit").text) | {"text-0": "First"})
    old = form_of(tender.get(sent.location).text)
    tender.post(sent.location, data=old | {"text-0": "Second"})
    late = tender.post(sent.location, data=old | {"text-0": "Third"})
    assert late.status_code == 409 and "Third" in late.text and "Keep mine as a draft of its own" in late.text
    own = tender.post(sent.location, data=form_of(late.text) | {"act": "own"})
    assert own.status_code == 303 and own.location != sent.location
    said = [tender.get(f"{T}/1/draft?{each.location.partition('?')[2]}").json["segments"][0][3] for each in (sent, own)]
    assert said == ["Second", "Third"]


def test_what_is_written_into_a_draft_that_was_finished_elsewhere_is_kept(tender: FlaskClient) -> None:
    """One window makes it a version, another goes on writing into it: what it has is offered as a draft of its own."""
    state = autosave(tender, A_BELL).json
    page = f"{T}/1/edit?draft={state['draft']}"
    typed = form_of(tender.get(page).text)
    assert send(tender, f"{T}/1/drafts/{state['draft']}/finish", serial=str(state["serial"]), seen="1").status_code == 303
    late = autosave(tender, A_BELL, state=state)
    assert late.status_code == 409 and (late.json["error"], late.json["draft"]) == ("conflict", 0)
    own = autosave(tender, A_BELL, remove="all", state={**state, "draft": 0, "serial": 0})
    assert own.status_code == 200
    plain = tender.post(page, data=typed | {"text-1": "typed meanwhile"})
    assert plain.status_code == 409 and "typed meanwhile" in plain.text and "Keep mine as a draft of its own" in plain.text
    sent = tender.post(page, data=form_of(plain.text) | {"act": "own"})
    found = tender.get(f"{T}/1/draft?{sent.location.partition('?')[2]}").json
    assert [each[3] for each in found["segments"]] == ["A bell", "typed meanwhile", "and by the end"]
    assert tender.get(page).status_code == 404
    assert autosave(tender, A_BELL, state={**state, "draft": 0, "serial": 0, "base": 99}).status_code == 404


def test_a_long_one_is_paged(bell: Archive, tender: FlaskClient) -> None:
    long = "WEBVTT\n\n" + "".join(f"00:{at // 60:02}:{at % 60:02}.000 --> 00:{at // 60:02}:{at % 60:02}.900\nSaid {at}\n\n" for at in range(120))
    send(tender, f"{T}/1", file=file(long), seen="1")
    page = tender.get(f"{T}/1/edit?page=3").text
    assert "Said 100" in page and "Said 99<" not in page and "Page 3 of 3" in page
    sent = tender.post(f"{T}/1/edit?page=3", data=form_of(page) | {"text-0": "Changed"})
    assert "page=3" in sent.location and tender.get(f"{T}/1/draft").json["segments"][100][3] == "Changed"
    assert segment_forms.MOST >= 50


# --- what is heard

def test_every_copy_is_heard_at_the_desk_and_the_whole_one_nowhere_else(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    recording(bell.incoming / "one.wav", [(0, 1000, 300)], duration_ms=7000)
    bell.bring({"identifier": "the-horn", "title": "The horn", "languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.vtt|en|machine",
                "media": "one.wav|Tape 1", "restrictions": "2000-3000|words|staff|asked"}, {"identifier": "the-door", "title": "The door"})
    bell.derive()
    horn = "/desk/testimonies/the-horn"
    found = re.search(rf'src="({horn}/media/[^"]+)"', tender.get(f"{horn}/transcripts/1/edit").text)
    assert found is not None
    whole = found.group(1)
    got = tender.get(whole, headers={"Range": "bytes=0-9"})
    assert got.status_code == 206 and len(got.data) == 10
    reader = browser(bell, app, "researcher")
    assert {reader.get(whole).status_code, reader.get(whole.replace(horn, "")).status_code} == {404}
    assert tender.get(whole.replace("the-horn", "the-door")).status_code == 404
    with bell.room("registered") as room:
        cut = [copy.id for each in room.testimony("the-horn").recordings for copy in each.copies]
    assert cut and {tender.get(f"{horn}/media/{copy}").status_code for copy in cut} == {200}
    assert {reader.get(f"{horn}/media/{copy}").status_code for copy in cut} == {404}
    seen = tender.get(f"{horn}/as?who=registered").text
    assert all(f'"{horn}/media/{copy}' in seen for copy in cut) and '"/media/' not in seen, "in the preview one hears what they hear"
    assert whole not in seen


def test_words_of_what_is_not_published_are_found_at_the_desk(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    send(tender, f"{ONE}/unpublish")
    assert "/desk/words?q=quellwater" in tender.get("/desk?q=quellwater").text
    shown = tender.get("/desk/words?q=quellwater").text
    assert f"{T}/1/edit#s2" in shown and "<mark>quellwater</mark> was spoken of" in shown
    assert "Nothing here." in tender.get("/desk/words?q=never+was").text and tender.get("/desk/words").status_code == 200
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    other = browser(bell, app, "archivist", "hills", email="h@example.org")
    assert "Nothing here." in other.get("/desk/words?q=quellwater").text
    assert app.test_client().get("/desk/words?q=quellwater").status_code == 303
