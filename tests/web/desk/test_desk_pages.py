"""The desk in the browser: who is let in, what is shown, what each form does, and what becomes of what cannot be taken."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.access.kept_readings import KeptEntry
from archive_app.access.terms import LAYERS, USES
from archive_app.errors import NotFound
from archive_app.web.desk import pages, words
from tests.actions.asking import read_by
from tests.factories.archives import Archive, filled
from tests.factories.signed_in import browser, send
from tests.factories.sounds import recording

ONE = "/desk/testimonies/the-bell"
EVERY = ["/desk", "/desk/words", ONE, f"{ONE}/history", f"{ONE}/as", f"{ONE}/evidence/1", f"{ONE}/description", f"{ONE}/consent", f"{ONE}/restrictions", f"{ONE}/recordings",
         f"{ONE}/publish", f"{ONE}/unpublish", f"{ONE}/hold", f"{ONE}/withdraw", f"{ONE}/erase", f"{ONE}/restrictions/1/lift", f"{ONE}/holds/1/end",
         f"{ONE}/proposals/1/agree"]


def _bell(archive: Archive) -> None:
    archive.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "access": "registered",
                   "transcripts": "bell.vtt|en|verbatim"}, {"identifier": "the-door", "title": "The door", "publish": "no"})


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return filled(sqlite_archive, _bell)


def test_every_page_is_among_those_tried(app: Flask) -> None:
    elsewhere = ("submissions", "requests", ":kind>", "/links", "transcripts", "media", "/desk/new", "/import", "/bulk", "/catalogue")
    rules = {path for path, _ in (*pages.LOOKING, *pages.CHANGING) if not any(part in path for part in elsewhere)}
    asked = app.url_map.bind("localhost")
    assert {asked.match(path, return_rule=True)[0].rule for path in EVERY} == rules, "what is elsewhere is tried with pages of its own"


def test_only_staff_come_in(bell: Archive, app: Flask) -> None:
    stranger, reader = app.test_client(), browser(bell, app, "researcher")
    nothing = reader.get("/desk/testimonies/never-was").data
    for path in EVERY:
        for each in (path, path.replace("the-bell", "never-was")):
            answer = stranger.get(each)
            assert answer.status_code == 303 and answer.location.startswith("/sign-in?next=%2Fdesk"), "the same for what is there and what is not"
        assert reader.get(path).status_code == 404 and reader.post(path).status_code in (404, 405)
        assert reader.get(path).data == nothing


def test_what_was_typed_outlives_the_session(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    stranger, typed = app.test_client(), {"title": "The <b>bell</b>", "abstract": "Three\r\nlines\r\nof it", "csrf_token": "old"}
    asks = {"Accept": "text/html,*/*;q=0.8"}
    answer = stranger.post("/desk/testimonies/the-bell/description?x=1", data=typed, headers=asks)
    assert answer.status_code == 401 and "The &lt;b&gt;bell&lt;/b&gt;" in answer.text and "csrf_token" not in answer.text
    assert "Set-Cookie" not in answer.headers and 'action="/desk/testimonies/the-bell/description?x=1"' in answer.text
    never = stranger.post("/desk/testimonies/never-was/description?x=1", data=typed, headers=asks)
    assert never.data.replace(b"never-was", b"the-bell") == answer.data, "the same for what is there and what is not"
    again = tender.post("/desk/testimonies/the-bell/description", data={**typed, "csrf_token": ""}, headers=asks)
    assert again.status_code == 400 and "The &lt;b&gt;bell&lt;/b&gt;" in again.text, "shown in its form, and not yet done"
    assert stranger.post("/desk/testimonies/the-bell/description", data=typed).status_code == 303, "a script is led to the door as before"


def test_somebody_elses_testimony_is_not_there(bell: Archive, app: Flask) -> None:
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    other = browser(bell, app, "archivist", "hills", email="hills@example.org")
    assert other.get("/desk").status_code == 200
    assert {other.get(path).status_code for path in EVERY[2:]} == {404}


@pytest.mark.parametrize("language", ["ru", "hy"])
def test_a_day_that_ends_with_its_own_stop_has_one(bell: Archive, tender: FlaskClient, language: str) -> None:
    recording(bell.incoming / "rings.wav", [(0, 1000, 300)])
    bell.bring({"identifier": "the-rope", "title": "The rope", "media": "rings.wav"})
    shown = {path: tender.get(f"{path}?ui={language}").text for path in (*EVERY, "/desk/testimonies/the-rope", "/desk/testimonies/the-rope/recordings")}
    assert any("г." in text or "թ." in text for text in shown.values())
    assert [path for path, text in shown.items() if re.search(r"[гթ]\.(</[a-z]+>)*\.", text)] == []


def test_the_work_list_and_the_page(tender: FlaskClient) -> None:
    listed = tender.get("/desk").text
    assert "The bell" in listed and "The door" in listed and "1 testimony is waiting." in listed
    assert "The door" not in tender.get("/desk?state=published").text and "The bell" not in tender.get("/desk?q=door").text
    assert "Vellan, Hesta · valley · Transcript · English" in re.sub(r"<[^>]*>", "", listed), "who, where, what it has: nothing empty in between"
    shown = tender.get(ONE).text
    assert "Vellan, Hesta" in shown and "The narrator permits it to: registered readers." in shown
    closed = tender.get("/desk/testimonies/the-door").text
    assert "Yes and No tell who reads it on the reading side." in closed, "“in the reading room” is one of the columns"
    assert tender.get(f"{ONE}?on=someday").status_code == 400 == tender.get("/desk?state=nothing").status_code


def test_a_page_of_a_list_that_is_not_there_is_said_not_to_be(tender: FlaskClient) -> None:
    for address in ("/desk", "/desk/requests", "/desk/people"):
        assert f'There is no page 7 here. <a href="{address}">Show the last page</a>' in tender.get(f"{address}?page=7").text, address


def test_labels_and_hints_are_there_for_everybody(tender: FlaskClient) -> None:
    listed = tender.get("/desk").text
    assert '<label for="q">Find by title, person, place, keyword or id</label><input type="search" id="q"' in listed
    assert '<a href="/desk/import">Import</a>' in listed
    form = tender.get(f"{ONE}/consent").text
    assert re.search(r'<input id="opens"[^>]* aria-describedby="opens-hint">', form)
    wrong = send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", note="her letter", given_on="long ago").text
    assert 'aria-invalid="true" aria-describedby="given_on-hint given_on-wrong"' in wrong


def test_a_page_through_other_eyes_is_the_real_one(bell: Archive, tender: FlaskClient) -> None:
    assert "They see nothing" in tender.get(f"{ONE}/as?who=public").text
    seen = tender.get(f"{ONE}/as?who=registered").text
    assert "quellwater" in seen and "As others see it" in seen
    assert tender.get(f"{ONE}/as?who=custodian").status_code == 400
    assert "They see nothing" in tender.get("/desk/testimonies/the-door/as?who=staff").text, "a draft is read by nobody"


def test_the_reading_side_is_linked_where_it_shows_something(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    linked = {id: "On the reading side" in tender.get(f"/desk/testimonies/{id}").text for id in ("the-bell", "the-door")}
    assert linked == {"the-bell": True, "the-door": False}
    assert {id: tender.get(f"/testimonies/{id}").status_code == 200 for id in linked} == linked
    send(tender, f"{ONE}/unpublish")
    assert "On the reading side" not in tender.get(ONE).text and tender.get("/testimonies/the-bell").status_code == 404


def test_publish_and_take_back(bell: Archive, tender: FlaskClient) -> None:
    assert send(tender, "/desk/testimonies/the-door/publish").location == "/desk/testimonies/the-door"
    assert send(tender, "/desk/testimonies/the-door/unpublish").status_code == 303
    send(tender, f"{ONE}/unpublish")
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")
    send(tender, f"{ONE}/publish")
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def test_who_would_read_it_is_seen_before_it_is_published(bell: Archive, tender: FlaskClient) -> None:
    """The table of the page of publishing is the one that the testimony has afterwards."""
    send(tender, f"{ONE}/consent", capacity="narrator", access_identity="staff", naming="pseudonym", proof="form", note="her letter")
    send(tender, f"{ONE}/unpublish")
    bell.write("names.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nvellan they called\n")
    send(tender, f"{ONE}/transcripts", file=(io.BytesIO((bell.incoming / "names.vtt").read_bytes()), "names.vtt"), language="en", kind="verbatim")

    def table(page: str) -> str:
        found = re.search(r'<table class="fold why".*?</table>', page, re.S)
        assert found is not None
        return found.group()

    page = tender.get(f"{ONE}/publish").text
    before = table(tender.get(ONE).text)
    assert "<b>N. N.</b>" in page.replace(' dir="auto"', "") and "none is on record: others read “N. N.”" in page
    assert f'href="{ONE}?names=1#names"' in page and "The name filter cannot decide on 1 spelling" in page
    assert send(tender, f"{ONE}/publish").status_code == 303
    assert table(page) == table(tender.get(ONE).text) != before and "Yes" in table(page) and "Yes" not in before
    bell.unpublish("the-bell")
    assert "Who will read it once it is published" not in tender.get(f"{ONE}/unpublish").text
    send(tender, f"{ONE}/consent", capacity="narrator", access_identity="registered", proof="form", note="her letter", seen="99")
    assert "Names that are closed to somebody" not in tender.get(f"{ONE}/publish").text


def test_what_was_added_since_the_page_was_opened_is_not_published_with_it(bell: Archive, tender: FlaskClient) -> None:
    def fields(page: str) -> dict[str, str]:
        return {name: re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[0] for name in ("csrf_token", "seen")}

    opened = fields(tender.get(f"{ONE}/publish").text)
    text = (io.BytesIO(b"Nobody has read this yet."), "more.txt")
    send(tender, f"{ONE}/transcripts", file=text, language="en", kind="translation")
    answer = tender.post(f"{ONE}/publish", data=opened)
    assert answer.status_code == 409 and "look again what is published" in answer.text
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered", 2)
    assert tender.post(f"{ONE}/publish", data=fields(answer.text)).status_code == 303
    assert "Nobody has read" in read_by(bell, "the-bell", "registered", 2)


def test_closing_everything_asks_why_and_keeps_nothing_open(bell: Archive, tender: FlaskClient) -> None:
    refused = send(tender, f"{ONE}/hold", reason=" ")
    assert refused.status_code == 400 and "Say why this is closed" in refused.text
    assert send(tender, f"{ONE}/hold", reason="her sister asked").location == "/desk?done=hold&of=the-bell"
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "custodian")
    assert tender.get(ONE).status_code == 404, "what is held is the custodians'"


def test_what_was_closed_is_said_to_be_closed(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    custodian, closed = browser(bell, app, "custodian"), "It is closed to everybody but the archive’s custodians."
    for path in ("/desk", "/desk?done=hold&of=the-bell", "/desk?done=publish&of=the-bell", "/desk?done=%3Cb%3E&of=the-bell"):
        assert 'role="status"' not in tender.get(path).text, "nothing of it was done"
    told = tender.get(str(send(tender, f"{ONE}/hold", reason="her sister asked").location)).text
    assert closed in told and "You do not tend it any more" in told and "The bell" not in told, "it is the custodians' now"
    assert tender.get("/desk?done=hold&of=never-was").data == tender.get("/desk?done=hold&of=the-bell").data
    assert "&lt;b&gt;" not in tender.get("/desk?done=hold&of=%3Cb%3E").text and "<b>x" not in tender.get("/desk?done=hold&of=%3Cb%3Ex").text
    told = custodian.get("/desk?done=hold&of=the-bell").text
    assert closed in told and f'<a href="{ONE}"><span lang="en" dir="auto">The bell</span></a>' in told.split('role="status"')[1].split("</div>")[0]
    told = custodian.get(str(send(custodian, f"{ONE}/withdraw", reason="she asked").location)).text
    assert "It is withdrawn" in told and "You do not tend it any more" not in told


def test_a_custodian_opens_it_again_with_evidence(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    send(tender, f"{ONE}/hold", reason="her sister asked")
    custodian = browser(bell, app, "custodian")
    shown = custodian.get(ONE).text
    end = shown.split(f'href="{ONE}/holds/')[1].split('"')[0]
    assert send(custodian, f"{ONE}/holds/{end}").status_code == 400
    assert send(custodian, f"{ONE}/holds/{end}", note="her letter", file=(io.BytesIO(b"%PDF-1.4"), "letter.pdf")).status_code == 303
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def test_the_file_of_the_evidence_is_looked_at(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    said = {"capacity": "narrator", "access_existence": "public", "access_transcript": "public"}
    assert send(tender, f"{ONE}/consent", **said, file=(io.BytesIO(b"%PDF-1.4 signed"), "form.pdf")).status_code == 303
    path = f"{ONE}/evidence/" + tender.get(ONE).text.split(f'href="{ONE}/evidence/')[1].split('"')[0]
    found = tender.get(path)
    assert found.data == b"%PDF-1.4 signed" and found.content_type == "application/octet-stream"
    assert found.headers["Content-Disposition"] == f'attachment; filename="evidence-{path.rpartition("/")[2]}.pdf"'
    assert found.headers["X-Content-Type-Options"] == "nosniff" and found.headers["Cache-Control"] == "no-store"
    other = browser(bell, app, "archivist", "hills", email="hills@example.org")
    nothing = other.get("/desk/testimonies/never-was")
    elsewhere = path.replace("the-bell", "the-door")
    for who, asked in ((other, path), (other, f"{ONE}/evidence/999"), (browser(bell, app, "researcher"), path), (tender, elsewhere),
                       (tender, f"{ONE}/evidence/999"), (tender, f"{ONE}/evidence/x")):
        assert who.get(asked).status_code == 404, asked
    assert other.get(path).data == nothing.data == other.get(f"{ONE}/evidence/999").data
    assert app.test_client().get(path).location.startswith("/sign-in"), "a stranger is asked to sign in, whether it is there or not"
    assert send(tender, f"{ONE}/hold", reason="her sister asked").status_code == 303 and tender.get(path).status_code == 404


@pytest.mark.parametrize(("name", "data", "wanted"), [
    ("fake.jpg", b"signed", "“fake.jpg” is not what its name says"), ("form.txt", b"%PDF-1.4 signed", "“form.txt” is in truth application/pdf"),
    ("form.pdf", b"\xff\xd8\xff\xe0" + bytes(20), "“form.pdf” is in truth image/jpeg")])
def test_a_file_that_is_called_otherwise_than_it_is_proves_nothing(bell: Archive, tender: FlaskClient, name: str, data: bytes, wanted: str) -> None:
    there = set(bell.vault.digests())
    answer = send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", file=(io.BytesIO(data), name))
    assert answer.status_code == 400 and wanted in answer.text and 'href="#file"' in answer.text
    assert 'aria-describedby="file-wrong"' in answer.text and set(bell.vault.digests()) == there
    assert send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", file=(io.BytesIO(data), "form")).status_code == 303


@pytest.mark.parametrize("path", ["/consent", "/transcripts", "/transcripts/1", "/recordings"])
def test_that_a_file_has_to_be_chosen_again_is_said(tender: FlaskClient, path: str) -> None:
    """A browser keeps no file that was chosen: what was typed is there again, the file is not."""
    typed = {"capacity": "narrator", "access_transcript": "public", "given_on": "sometime", "language": "en", "kind": "verbatim", "seen": "1",
             "approved_by": "Hesta", "approved_on": "sometime", "offset": "soon"}
    words = "Your file was not kept: choose it again."
    with_file = send(tender, f"{ONE}{path}", **typed, file=(io.BytesIO(b"Other words.\n"), "other.txt"))
    assert with_file.status_code == 400 and words in with_file.text
    assert words not in send(tender, f"{ONE}{path}", **typed).text and words not in tender.get(f"{ONE}{path}").text


def test_the_file_of_what_is_refused_is_not_left_in_the_vault(bell: Archive, tender: FlaskClient) -> None:
    def form() -> tuple[io.BytesIO, str]:
        return io.BytesIO(b"%PDF-1.4 signed"), "form.pdf"

    there, said = set(bell.vault.digests()), {"capacity": "narrator", "access_transcript": "public"}
    assert send(tender, f"{ONE}/consent", **said, given_on="sometime", file=form()).status_code == 400
    assert send(tender, f"{ONE}/consent", **said, party="999", file=form()).status_code == 400
    words = {"language": "en", "file": (io.BytesIO(b"Other words.\n"), "other.txt")}
    assert send(tender, f"{ONE}/transcripts", **words, approved_by="Hesta", approved_on="sometime").status_code == 400
    assert set(bell.vault.digests()) == there and not list((bell.folder / "media/incoming").iterdir())
    assert send(tender, f"{ONE}/consent", **said, file=form()).status_code == 303
    assert set(bell.vault.digests()) - there == {hashlib.sha256(b"%PDF-1.4 signed").hexdigest()}
    assert not list((bell.folder / "media/incoming").iterdir())


def test_a_tape_has_no_segments_to_choose(tender: FlaskClient) -> None:
    answer = send(tender, f"{ONE}/recordings", offset="soon", file=(io.BytesIO(b"RIFF"), "one.wav"))
    assert answer.status_code == 400 and "Write a time as 12:34 or 1:02:03." in answer.text and "segments" not in answer.text
    stretch = send(tender, f"{ONE}/restrictions", start="soon", end="1:00", words="1", reason="asked")
    assert "Write a time as 12:34 or 1:02:03, or choose segments." in stretch.text


def test_the_file_of_what_waits_is_looked_at_by_the_second_person(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", file=(io.BytesIO(b"signed"), "form.txt"))
    other = browser(bell, app, "archivist", "valley", email="other@example.org")
    page = other.get(ONE).text
    assert "Waiting for a second person" in page and "Look at the file" in page
    assert other.get(f"{ONE}/evidence/" + page.split(f'href="{ONE}/evidence/')[1].split('"')[0]).data == b"signed"


def test_a_description_is_changed_and_two_people_lose_nothing(bell: Archive, tender: FlaskClient) -> None:
    first = tender.get(f"{ONE}/description").text
    seen = first.split('name="seen" value="')[1].split('"')[0]
    fields = {"title": "The bell of Ombrel", "abstract": "One.", "keywords": "rope; bell", "languages": "en", "date": "1991", "narrator_role": "witness"}
    assert send(tender, f"{ONE}/description", seen=seen, **fields).status_code == 303
    late = send(tender, f"{ONE}/description", seen=seen, **{**fields, "title": "Mine & late"})
    assert late.status_code == 409 and "Mine &amp; late" in late.text and "The bell of Ombrel" in late.text
    wrong = send(tender, f"{ONE}/description", **{**fields, "title": "Kept <typed>", "date": "long ago"})
    assert wrong.status_code == 400 and "Kept &lt;typed&gt;" in wrong.text and 'aria-describedby="date-hint date-wrong"' in wrong.text
    with bell.room("registered") as room:
        assert room.testimony("the-bell").card.title == "The bell of Ombrel"


def test_the_form_says_what_holds_and_is_printed_with_a_place_to_sign(tender: FlaskClient) -> None:
    form = tender.get(f"{ONE}/consent").text
    assert form.count("As it is: registered readers.") == 8 and 'class="paper"' in form and "Signature" in form and 'id="None"' not in form


def test_the_form_asks_in_sentences_that_can_be_read_aloud_and_ticked_on_paper(tender: FlaskClient) -> None:
    form = tender.get(f"{ONE}/consent").text
    asked = [each.strip() for each in re.findall(r"<legend>([^<]+)</legend>", form)]
    assert [each for each in asked if each.startswith("Who may")] == [
        "Who may know that this testimony is here?", "Who may read what it is about?", "Who may know the name?", "Who may read the words?",
        "Who may hear the voice?", "Who may see the film?", "Who may see the photographs?", "Who may see the documents?"]
    for answer in ("Anyone.", "Registered readers.", "People who come to the reading room.", "No one but the archivists."):
        assert len(re.findall(rf'<label><input type="radio" name="access_\w+" value="[\w-]+"> {re.escape(answer)}</label>', form)) == 8, answer
    assert "copies cannot be called back" in form and "naming" not in re.findall(r'<select[^>]* name="(\w+)"', form)


def test_what_a_statement_says_is_said_in_sentences(tender: FlaskClient) -> None:
    shown = tender.get(ONE).text
    assert "<li>Registered readers may read the words.</li>" in shown and "<li>Registered readers may hear the recording.</li>" in shown


def test_a_statement_is_recorded_layer_by_layer(bell: Archive, tender: FlaskClient) -> None:
    wider = {"capacity": "narrator", "access_existence": "public", "access_description": "public", "access_transcript": "public"}
    refused = send(tender, f"{ONE}/consent", **wider)
    assert refused.status_code == 400 and "where the evidence is" in refused.text
    assert 'name="access_transcript" value="public" checked>' in refused.text, "what was chosen is kept"
    assert send(tender, f"{ONE}/consent", **wider, proof="form", note="folder 3", given_on="2026-05").status_code == 303
    assert "quellwater" in read_by(bell, "the-bell")
    assert send(tender, f"{ONE}/consent", capacity="next_of_kin", access_transcript="staff").status_code == 303
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")


def test_a_form_of_before_does_not_overrule_what_was_said_since(bell: Archive, tender: FlaskClient) -> None:
    def seen(page: str) -> str:
        return re.findall(r'name="seen" value="(\d+)"', page)[0]

    before = seen(tender.get(f"{ONE}/consent").text)
    assert send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="staff").status_code == 303
    wider = {"capacity": "narrator", "access_transcript": "registered", "proof": "form", "note": "folder 3"}
    answer = send(tender, f"{ONE}/consent", **wider, seen=before)
    assert answer.status_code == 409 and "look again" in answer.text
    assert 'name="access_transcript" value="registered" checked>' in answer.text, "what was chosen is kept"
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")
    assert send(tender, f"{ONE}/consent", **wider, seen=seen(answer.text)).status_code == 303
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def test_other_uses_are_asked_and_refused_where_nobody_literally_allowed_them(bell: Archive, tender: FlaskClient) -> None:
    """The form had no place for them, and the page of the testimony did not tell them."""
    def shown() -> str:
        return " ".join(re.sub(r"<[^>]*>", "", tender.get(ONE).text).split())

    form = tender.get(f"{ONE}/consent").text
    assert "<legend>Showing it in an exhibition</legend>" in form and form.count('value="yes"> Allowed.</label>') == len(USES)
    assert form.count("As it is: not allowed.") == len(USES) and "Other uses: None." in shown()
    refused = send(tender, f"{ONE}/consent", capacity="narrator", use_exhibition="yes")
    assert refused.status_code == 400 and 'name="use_exhibition" value="yes" checked>' in refused.text, "it lets more be done: evidence"
    said = {"capacity": "narrator", "use_exhibition": "yes", "use_tracing": "yes", "note": "her letter"}
    assert send(tender, f"{ONE}/consent", **said).status_code == 303
    assert "Other uses: Showing it in an exhibition. Helping people find their missing." in shown()
    assert tender.get(f"{ONE}/consent").text.count("As it is: allowed.") == 2
    assert "quellwater" in read_by(bell, "the-bell", "registered"), "who may read stays as it was"
    assert send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="staff").status_code == 303
    assert "Other uses: Showing it in an exhibition. Helping people find their missing." in shown(), "what is not said stays"
    assert send(tender, f"{ONE}/consent", capacity="narrator", use_tracing="no").status_code == 303
    assert "Other uses: Showing it in an exhibition. " in shown() and "missing" not in shown()
    assert send(tender, f"{ONE}/consent", capacity="next_of_kin", access_transcript="staff").status_code == 303
    assert "Other uses: None." in shown(), "kin whom nobody asked about it have not allowed it"


def test_a_use_that_is_allowed_waits_for_a_second_person(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    send(tender, f"{ONE}/consent", capacity="narrator", use_ai_training="yes", note="her letter")
    page = tender.get(ONE).text
    assert "Teaching a machine with it: Allowed." in page and "Other uses: None." in page
    other = browser(bell, app, "archivist", email="second@example.org")
    key = re.search(r"/proposals/(\d+)/agree", other.get(ONE).text)
    assert key is not None and send(other, f"{ONE}/proposals/{key[1]}/agree").status_code == 303
    assert "Other uses: Teaching a machine with it." in other.get(ONE).text


def test_every_narrator_can_be_heard(bell: Archive, tender: FlaskClient) -> None:
    assert 'name="party"' not in tender.get(f"{ONE}/consent").text
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta;Welan, Estha", "access": "registered",
                "transcripts": "bell.vtt|en|verbatim"})
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")
    custodian = browser(bell, bell.app(), "custodian")
    page = custodian.get(f"{ONE}/consent").text
    first, second = re.findall(r'<option value="(\d+)"[^>]*>(?:Vellan, Hesta|Welan, Estha)<', page)
    said = {"capacity": "narrator", **{f"access_{layer}": "public" for layer in LAYERS}, "note": "her letter"}
    assert send(custodian, f"{ONE}/consent", **said, party=first).status_code == 303
    with pytest.raises(NotFound):
        read_by(bell, "the-bell")
    for wrong in ("x", "999999"):
        assert send(custodian, f"{ONE}/consent", **said, party=wrong).status_code == 400
    assert send(custodian, f"{ONE}/consent", **said, party=second).status_code == 303
    assert "quellwater" in read_by(bell, "the-bell")


def test_a_stretch_is_withheld_and_given_back(bell: Archive, tender: FlaskClient) -> None:
    path = f"{ONE}/restrictions"
    assert "quellwater" in tender.get(path).text
    for wrong in ({"first": "2", "reason": "x"}, {"first": "2", "words": "1"}, {"first": "x", "words": "1", "reason": "x"},
                  {"first": "2", "last": "1", "words": "1", "reason": "x"}, {"first": "9", "words": "1", "reason": "x", "access": "staff"},
                  {"start": "0:05", "end": "0:02", "words": "1", "reason": "x"}):
        assert send(tender, path, **{"seen": "1", **wrong}).status_code == 400, wrong
    assert send(tender, path, first="2", words="1", reason="she asked", access="staff", seen="1").status_code == 303
    assert read_by(bell, "the-bell", "registered") == "The bell / [withheld]"
    assert "withheld" in tender.get(path).text
    key = tender.get(ONE).text.split(f'href="{path}/')[1].split('"')[0]
    assert send(tender, f"{path}/{key}").status_code == 400
    assert send(tender, f"{path}/{key}", note="her letter").status_code == 303
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def ticked(page: str) -> list[str]:
    return re.findall(r'name="segment" value="(\d+)" checked', page)


def test_a_stretch_is_chosen_by_ticking_its_segments(bell: Archive, tender: FlaskClient) -> None:
    path, rest = f"{ONE}/restrictions", {"words": "1", "reason": "she asked", "access": "staff", "seen": "1"}
    assert ticked(tender.get(path).text) == [] and tender.get(path).text.count('name="segment"') == 2
    for chosen in ("first=2", "first=2&last=999999999", "at=2000", "at=3999", "at=99999"):
        assert ticked(tender.get(f"{path}?{chosen}").text) == ["2"], chosen
    assert ticked(tender.get(f"{path}?first=1&last=2").text) == ["1", "2"]
    for wrong in ("first=9", "first=x", "first=2&last=1", "at=-1", "at=x", "at=1", "first=" + "9" * 5000):
        assert ticked(tender.get(f"{path}?{wrong}").text) == [], "what an address says wrongly chooses nothing"
    refused = send(tender, path, **{**rest, "reason": ""}, segment="2")
    assert refused.status_code == 400 and ticked(refused.text) == ["2"], "what was ticked stays ticked"
    none = send(tender, path, **rest)
    assert none.status_code == 400 and "Tick the segments of the stretch" in none.text
    both = send(tender, path, **rest, first="1", segment="2")
    assert both.status_code == 400 and "the numbers" in both.text.lower()
    half = send(tender, path, **rest, last="2", segment="1")
    assert half.status_code == 400 and 'id="first-wrong"' in half.text and ticked(half.text) == ["1"], "no end of a stretch is left unread"
    assert send(tender, path, **rest, segment="2").status_code == 303
    assert read_by(bell, "the-bell", "registered") == "The bell / [withheld]"


def test_a_gap_between_ticked_segments_is_told_before_anything_is_withheld(bell: Archive, tender: FlaskClient) -> None:
    path, rest = f"{ONE}/restrictions", {"words": "1", "reason": "she asked", "access": "staff", "seen": "2"}
    bell.write("bell.vtt", "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\nword{n}" for n in range(1, 6)))
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "access": "registered",
                "transcripts": "bell.vtt|en|verbatim"})
    told = send(tender, path, **rest, segment=["2", "4"])
    assert told.status_code == 400 and "Between segments 2 and 4 others were not ticked" in told.text
    assert ticked(told.text) == ["2", "3", "4"] and "word3" in read_by(bell, "the-bell", "registered")
    assert send(tender, path, **rest, segment=["4", "3", "2"]).status_code == 303
    assert read_by(bell, "the-bell", "registered") == "word1 / [withheld] / word5"
    late = send(tender, path, **{**rest, "seen": "1"}, segment=["1"])
    assert late.status_code == 409 and ticked(late.text) == [], "of other words nothing is ticked"


def test_segments_counted_in_an_older_version_are_not_withheld(bell: Archive, tender: FlaskClient) -> None:
    path = f"{ONE}/restrictions"
    asked = {"first": "2", "words": "1", "access": "staff"}
    assert 'name="seen" value="1"' in tender.get(path).text
    bell.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:01.500\nThe bell\n\n00:01.500 --> 00:02.000\nrang\n\n00:02.000 --> 00:04.000\nquellwater\n")
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "access": "registered",
                "transcripts": "bell.vtt|en|verbatim"})
    late = send(tender, path, **asked, seen="1")
    assert late.status_code == 400 and 'name="seen" value="1"' in late.text, "what was looked at is what was looked at, until that is said"
    late = send(tender, path, **asked, seen="1", reason="she asked")
    assert late.status_code == 409 and "look again which ones are meant" in late.text.lower()
    assert 'name="seen" value="2"' in late.text and "she asked" in late.text and 'value="2"' in late.text
    assert send(tender, path, **asked, reason="she asked").status_code == 409, "a form that does not say what it has seen"
    assert "[withheld]" not in read_by(bell, "the-bell", "registered")
    assert send(tender, path, **{**asked, "first": "3"}, seen="2", reason="she asked").status_code == 303
    assert read_by(bell, "the-bell", "registered") == "The bell / rang / [withheld]"


def test_nothing_is_done_without_the_token_of_a_form(bell: Archive, tender: FlaskClient) -> None:
    for path in (path for path in EVERY[6:] if "erase" not in path):  # a custodian's (test_erasing)
        refused = 404 if path.endswith(("/restrictions/1/lift", "/holds/1/end", "/proposals/1/agree")) else 400  # nothing is there to be ended
        assert tender.post(path, data={"reason": "x", "title": "x", "note": "x"}).status_code == refused, path
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def test_a_tier_that_is_none_is_refused(bell: Archive, tender: FlaskClient) -> None:
    answer = send(tender, f"{ONE}/restrictions", first="2", words="1", reason="x", access="nobody-knows")
    assert answer.status_code == 400


def test_a_second_person_agrees_at_the_desk(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    evidence = {"proof": "form", "note": "Folder 9, signed"}
    assert send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", access_existence="public", access_description="public",
                access_identity="public", naming="pseudonym", opens="2020-02-03", **evidence).status_code == 303
    page = tender.get(ONE).text
    assert "Waiting for a second person" in page and "/agree" not in page and "Take it back" in page
    assert send(tender, f"{ONE}/proposals/1/agree").status_code == 409
    other = browser(bell, app, "archivist", "valley", email="other@example.org")
    page = other.get(ONE).text
    assert f'href="{ONE}/proposals/1/agree"' in page and "Folder 9, signed" in page and "The words: anyone" in page
    assert "the pseudonym on record" in page and "From 3 February 2020 on." in page, "what one agrees to is told, whole"
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "anonymous")
    assert send(other, f"{ONE}/proposals/1/agree").status_code == 303
    assert "quellwater" in read_by(bell, "the-bell", "anonymous") and "Waiting for" not in other.get(ONE).text
    assert {other.get(f"{ONE}/proposals/{key}/agree").status_code for key in (1, 7)} == {404}


def test_who_agrees_sees_which_narrator_and_what_stands_for_the_name(bell: Archive, app: Flask) -> None:
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta;Welan, Estha", "access": "registered",
                "transcripts": "bell.vtt|en|verbatim"}, collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    custodian = browser(bell, app, "custodian")
    second = re.findall(r'<option value="(\d+)"[^>]*>Welan, Estha<', custodian.get(f"{ONE}/consent").text)[0]
    assert send(custodian, f"{ONE}/consent", capacity="narrator", party=second, naming="initial", access_transcript="public", note="a letter").status_code == 303
    waits = custodian.get(ONE).text.split('id="proposals"')[1].split("</section>")[0]
    assert "Welan, Estha" in waits and "Vellan" not in waits and "What stands for the name where it is closed" in waits


def test_a_second_person_says_why_not(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    send(tender, f"{ONE}/consent", capacity="narrator", access_transcript="public", access_existence="public", note="Folder 9")
    assert send(tender, f"{ONE}/proposals/1/refuse", reason=" ").status_code == 400
    assert send(tender, f"{ONE}/proposals/1/refuse", reason="not signed").status_code == 303
    assert "Waiting for" not in tender.get(ONE).text and "a second person did not agree" in tender.get(ONE).text


def test_publishing_asks_a_second_person_where_the_collection_does(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley", "access": "public", "two_person": "yes"}])
    bell.unpublish("the-bell")
    assert send(tender, f"{ONE}/publish").status_code == 303
    assert "To publish it" in tender.get(ONE).text
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")
    other = browser(bell, app, "archivist", "valley", email="other@example.org")
    assert "Who will read it once it is published" in other.get(f"{ONE}/proposals/1/agree").text
    assert send(other, f"{ONE}/proposals/1/agree").status_code == 303
    assert "quellwater" in read_by(bell, "the-bell", "registered")


def test_what_the_name_filter_cannot_decide_is_a_list_when_it_is_asked_for(bell: Archive, tender: FlaskClient) -> None:
    bell.write("told.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nAsk Vellan, or William.\n")
    bell.bring({"identifier": "told", "title": "Told", "languages": "en", "narrators": "Williams, Hesta", "naming": "anonymous",
                "transcripts": "told.vtt|en|verbatim"})
    shown = tender.get("/desk/testimonies/told").text
    assert "William<" not in shown and '<a href="/desk/testimonies/told?names=1#names">See what the name filter cannot decide</a>' in shown
    listed = tender.get("/desk/testimonies/told?names=1").text
    assert '<a href="/desk/words?q=William"><bdi>William</bdi></a> <span class="small soft">(near Williams)</span>' in listed
    assert "The name filter cannot decide on 1 spelling" in listed and 'href="?names=1&amp;ui=az"' in listed, "in every language"
    assert "name filter" not in tender.get(f"{ONE}?names=1").text, "whoever reads it reads the name"


def test_why_tells_what_it_changes_to_and_that_a_draft_is_read_by_nobody(bell: Archive, tender: FlaskClient) -> None:
    bell.bring({"identifier": "later", "title": "Later", "narrators": "Vellan, Hesta", "opens": "2090-01-01"})
    draft, later = tender.get("/desk/testimonies/the-door").text, tender.get("/desk/testimonies/later").text
    assert '<th scope="col">Custodian</th>' in draft and "not by staff either: those who tend it have it here" in draft
    assert "The narrator permits it to: only the archive’s staff. From 1 January 2090 on: anyone." in re.sub(r"<[^>]*>", "", later)
    assert "not by staff either" not in later, "staff read it"


def test_the_history_names_the_colleague(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    send(tender, f"{ONE}/unpublish")
    send(colleague, f"{ONE}/publish")
    told = re.sub(r"<[^>]*>", "", tender.get(f"{ONE}/history").text)
    assert "published, by second@example.org" in told and "taken back to the desk, by you" in told and "by the operator’s command" in told
    assert "by second@example.org" in tender.get(ONE).text and "by archivist@example.org" in colleague.get(ONE).text
    with app.test_request_context():
        said = [words.entry(KeptEntry(0, verb, False, False, "family")) for verb in ("pause", "withdraw")]
        assert [*said, words.entry(KeptEntry(0, "derive", False, True, "shell", 5))] == [
            "paused by the family", "withdrawn, by the family", "copies made (5 times)"]


def test_what_one_did_not_touch_holds_what_another_saved(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    def written(text: str) -> dict[str, str]:
        found = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', text))
        area = re.search(r'<textarea id="abstract"[^>]*>\n?(.*?)</textarea>', text, re.S)
        assert area is not None
        return {name: found[name] for name in ("title", "keywords", "languages", "date", "seen", "read")} | {"abstract": area[1]}

    mine = written(tender.get(f"{ONE}/description").text)
    colleague = browser(bell, app, "archivist", "valley", email="second@example.org")
    send(colleague, f"{ONE}/description", **{**mine, "abstract": "Two\r\nlines", "keywords": "bells; water", "languages": "en; ru"})
    late = send(tender, f"{ONE}/description", **{**mine, "title": "The late bell", "keywords": "bronze"})
    assert late.status_code == 409 and "Where you changed nothing, it holds what they wrote" in late.text
    both = written(late.text)
    assert [both[name] for name in ("title", "abstract", "keywords", "languages")] == ["The late bell", "Two\nlines", "bronze", "en; ru"]
    assert send(tender, f"{ONE}/description", **both).status_code == 303
    assert 'value="The late bell"' in (again := tender.get(f"{ONE}/description").text) and "Two\nlines" in again


def test_a_text_among_recordings_is_sent_where_it_belongs(tender: FlaskClient) -> None:
    for name in ("Notes.DOCX", "notes.vtt"):
        refused = send(tender, f"{ONE}/recordings", file=(io.BytesIO(b"WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n"), name))
        assert refused.status_code == 400 and f"“{name}” is a text: bring it in under Transcripts." in refused.text


def test_one_segment_is_one_and_one_layer_stands_in_its_line(bell: Archive, tender: FlaskClient) -> None:
    send(tender, f"{ONE}/restrictions", first="2", words="1", reason="she asked", access="staff", seen="1")
    send(tender, f"{ONE}/consent", capacity="next_of_kin", access_audio="staff")
    shown = tender.get(ONE).text
    assert "Segment 2:" in shown and "Segments 2 to 2" not in shown
    line = next(each for each in shown.split("<li") if "<b>The next of kin</b>" in each)
    assert "Only the archive’s staff may hear the recording." in line and "<details" not in line
    assert "<details" in next(each for each in shown.split("<li") if "<b>The narrator</b>" in each)


def test_reasons_are_shown_as_somebody_wrote_them(bell: Archive, tender: FlaskClient) -> None:
    """In other languages half of one was translated, and where none was given the page told who had made the translation."""
    bell.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "access": "registered",
                "transcripts": "bell.vtt|en|verbatim", "restrictions": "seg 1|words|staff"})
    send(tender, f"{ONE}/hold", reason="choose one of the three daughters")
    shown = browser(bell, tender.application, "custodian").get(f"{ONE}?ui=ru").text
    assert "choose one of the three daughters" in shown and "Project-Id-Version" not in shown
