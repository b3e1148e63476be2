"""Requests for access in the browser, from both sides: asked for, decided, used, taken back; and everybody else finds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive_app import clock
from archive_app.access.viewer import Viewer
from archive_app.actions import declaring, granting
from archive_app.actions.change import operator
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.jobs import Job
from archive_app.records.requests import AccessRequest
from tests.factories.archives import Archive, filled
from tests.factories.shared import data_folder
from tests.factories.signed_in import browser, send

ASK, ALL, DESK = "/testimonies/the-bell/request", "/collections/valley/request", "/desk/requests"
WHY = "a thesis <b>on bells</b>"


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "The bell rang quellwater.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "access": "public",
                   "access_transcript": "reading-room", "transcripts": "bell.txt|en|verbatim"},
                  {"identifier": "all-open", "title": "Open", "narrators": "Vellan, Hesta"},
                  {"identifier": "hidden", "title": "Hid", "narrators": "Vellan, Hesta", "access": "reading-room"}, settled=False)


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return filled(sqlite_archive, _bell)


@pytest.fixture
def app(bell: Archive) -> Flask:
    return bell.app(MAIL_URL="smtp://mail.invalid", BASE_URL="http://localhost")


@pytest.fixture
def reader(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "researcher")


@pytest.fixture
def tender(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "archivist", "valley")


def test_the_whole_way(bell: Archive, app: Flask, reader: FlaskClient, tender: FlaskClient) -> None:
    shown = reader.get("/testimonies/the-bell").text
    assert f'href="{ASK}"' in shown and "quellwater" not in shown
    mine = send(reader, ASK, purpose=WHY).location
    page = reader.get(mine).text
    assert "Waiting since" in page and "&lt;b&gt;on bells" in page and "<b>on bells" not in page
    assert reader.get(ASK).location == mine, "asked once, it leads to what was asked"
    assert "1 request for access waits." in tender.get("/desk").text
    listed = tender.get(DESK).text
    assert "researcher@example.org" in listed and "The bell" in listed
    one = f"{DESK}/{mine.rpartition('/')[2]}"
    assert "&lt;b&gt;on bells" in tender.get(one).text
    refused = send(tender, one, act="grant", until="2020-01-01", words="kept <typed>")
    assert refused.status_code == 400 and "kept &lt;typed&gt;" in refused.text and 'value="2020-01-01"' in refused.text
    assert send(tender, one, act="grant", until=granting.last_day(clock.now(), 9).isoformat(), words="with pleasure").status_code == 303
    assert "Granted until" in reader.get(mine).text and "with pleasure" in reader.get(mine).text
    opened = reader.get("/testimonies/the-bell").text
    assert "quellwater" in opened and ASK not in opened
    assert "quellwater" in reader.get("/testimonies/the-bell.json").text
    assert send(tender, one, act="revoke", words=" ").status_code == 400
    assert send(tender, one, act="revoke", words="it was shown around").status_code == 303
    assert "quellwater" not in reader.get("/testimonies/the-bell").text and "it was shown around" in reader.get(mine).text
    history = tender.get("/desk/testimonies/the-bell/history").text
    assert all(said in history for said in ("access asked for", "access granted", "read by a grant", "access revoked"))
    with reading(bell.engine) as session:
        verbs = [row.verb for row in session.scalars(select(AuditEntry).where(AuditEntry.subject == "the-bell"))]
        jobs = [row.subject.partition(":")[0] for row in session.scalars(select(Job).where(Job.kind == "mail"))]
    assert verbs.count("use a grant") == 1 and jobs == ["request", "request"]


def test_refused_with_words_and_asked_again(reader: FlaskClient, tender: FlaskClient) -> None:
    mine = send(reader, ALL, purpose="all of it").location
    one = f"{DESK}/{mine.rpartition('/')[2]}"
    assert "The whole collection:" in tender.get(one).text
    assert send(tender, one, act="refuse", words="").status_code == 400
    assert send(tender, one, act="refuse", words="not all of it").status_code == 303
    assert "Refused on" in reader.get(mine).text and "not all of it" in reader.get(mine).text and f'href="{ALL}"' in reader.get(mine).text
    late = send_late(tender, one, act="grant", until=granting.last_day(clock.now()).isoformat())
    assert late.status_code == 409
    assert send(reader, ALL, purpose="again").location != mine


def send_late(client: FlaskClient, path: str, **fields: str):  # type: ignore[no-untyped-def]
    """Send the form of a page that had one before somebody else decided."""
    token = client.get("/sign-out").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, **fields})


def test_taken_back(bell: Archive, reader: FlaskClient) -> None:
    mine = send(reader, ASK, purpose=WHY).location
    assert reader.post(mine).status_code == 400
    assert send(reader, mine).location == "/requests"
    assert reader.get(mine).status_code == 404 and "Nothing yet." in reader.get("/requests").text
    with reading(bell.engine) as session:
        assert session.scalar(select(AccessRequest)) is None


def test_what_is_typed_is_kept(reader: FlaskClient) -> None:
    assert send(reader, ASK, purpose=" ").status_code == 400
    long = send(reader, ASK, purpose="x" * 5000)
    assert long.status_code == 400 and "x" * 5000 in long.text and 'aria-invalid="true"' in long.text
    assert reader.post(ASK, data={"purpose": "without a token"}).status_code == 400
    assert "Nothing of it is closed" in reader.get("/testimonies/all-open/request").text
    assert send_late(reader, "/testimonies/all-open/request", purpose="x").status_code == 409
    assert reader.get("/requests.json").json["items"] == []


def test_the_twin_says_the_same(reader: FlaskClient) -> None:
    mine = send(reader, ASK, purpose=WHY).location
    [item] = reader.get("/requests.json").json["items"]
    assert item == reader.get(f"{mine}.json").json and item["state"] == "waiting" and item["testimony"] == "the-bell"
    assert item["purpose"] == WHY and item["until_utc_ms"] is None and item["url"] == mine


def test_whoever_is_not_signed_in_is_led_there_whatever_they_ask(app: Flask) -> None:
    stranger = app.test_client()
    for path in ("/requests", "/requests/never-was", ASK, "/testimonies/hidden/request", "/testimonies/never-was/request", ALL):
        for answer in (stranger.get(path), stranger.post(path, data={"purpose": "x"})):
            assert answer.status_code in (303, 405) and (answer.location or "/sign-in?next=").startswith("/sign-in?next="), path
    assert stranger.get("/requests.json").status_code == 404 and stranger.get("/requests.json").data == stranger.get("/requests/never-was.json").data


def every(app: Flask, bell: Archive) -> Iterator[tuple[str, FlaskClient]]:
    yield "another reader", browser(bell, app, "researcher", email="other@example.org")
    yield "staff", browser(bell, app, "custodian")
    yield "admin", browser(bell, app, "admin")


def test_another_s_request_is_the_one_404(app: Flask, bell: Archive, reader: FlaskClient) -> None:
    mine = send(reader, ASK, purpose=WHY).location
    nothing = reader.get("/requests/never-was-there")
    for name, client in every(app, bell):
        for method in ("get", "head", "post"):
            one, none = getattr(client, method)(mine), getattr(client, method)("/requests/never-was-there")
            assert (one.status_code, one.data, sorted(one.headers)) == (404, none.data, sorted(none.headers)), name
        assert client.get(mine).data == nothing.data
        assert client.get(f"{mine}.json").data == client.get("/requests/never-was-there.json").data
        assert WHY.partition(" <")[0] not in client.get("/requests").text
    assert "Waiting" in reader.get(mine).text


def test_what_is_hidden_is_asked_for_like_what_never_was(reader: FlaskClient) -> None:
    for method in ("get", "head", "post"):
        hidden, never = (getattr(reader, method)(f"/testimonies/{id}/request") for id in ("hidden", "never-was"))
        assert hidden.status_code == 404 and (hidden.data, hidden.headers) == (never.data, never.headers)
        assert getattr(reader, method)("/collections/never-was/request").data == never.data


def test_at_the_desk_another_collection_s_is_not_there(bell: Archive, app: Flask, reader: FlaskClient) -> None:
    mine = send(reader, ASK, purpose=WHY).location
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}], settled=False)
    other = browser(bell, app, "archivist", "hills", email="hills@example.org")
    one, none = f"{DESK}/{mine.rpartition('/')[2]}", f"{DESK}/never-was"
    assert other.get(one).data == other.get(none).data and other.get(one).status_code == 404
    assert send_late(other, one, act="refuse", words="no").data == other.get(none).data
    assert "Nothing here." in other.get(DESK).text and "request for access waits" not in other.get("/desk").text
    assert reader.get(DESK).status_code == reader.get(one).status_code == reader.get(f"{DESK}/give").status_code == 404
    answers = [send(other, f"{DESK}/give", about=about, email="researcher@example.org", until=granting.last_day(clock.now()).isoformat())
               for about in ("the-bell", "hidden", "valley", "never-was")]
    assert {answer.status_code for answer in answers} == {400} and all("You tend nothing of this id." in answer.text for answer in answers)


def test_given_by_hand(bell: Archive, reader: FlaskClient, tender: FlaskClient) -> None:
    page = f"{DESK}/give?about=the-bell"
    assert 'value="the-bell"' in tender.get(page).text and page in tender.get("/desk/testimonies/the-bell").text
    until = granting.last_day(clock.now()).isoformat()
    unknown = send(tender, page, about="the-bell", email="nobody@example.org", until=until)
    assert unknown.status_code == 400 and "no open account" in unknown.text and "nobody@example.org" in unknown.text
    assert send(tender, page, about="the-bell", email="researcher@example.org", until="x").status_code == 400
    made = send(tender, page, about="the-bell", email="researcher@example.org", until=until, words="for the film")
    assert made.status_code == 303 and "given by hand" in tender.get(made.location).text
    assert "quellwater" in reader.get("/testimonies/the-bell").text and "for the film" in reader.get(reader_one(reader)).text
    assert send(tender, page, about="the-bell", email="researcher@example.org", until=until).status_code == 409


def reader_one(reader: FlaskClient) -> str:
    return str(reader.get("/requests.json").json["items"][0]["url"])


def test_what_cannot_be_written_down_is_not_given(bell: Archive, app: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading by a grant stands in the audit before anything of it is sent."""
    from archive_app.actions import uses

    granting.give(bell.engine, operator(), "researcher@example.org", "the-bell", granting.last_day(clock.now()), by_mail=False)
    monkeypatch.setattr(uses.audit, "append", lambda *_: 1 / 0)
    answer = reader.get("/testimonies/the-bell")
    assert answer.status_code == 500 and "quellwater" not in answer.text
    assert reader.get("/testimonies/all-open").status_code == 200


def test_what_is_found_by_a_grant_is_written_down_too(bell: Archive, reader: FlaskClient) -> None:
    bell.settle()
    assert reader.get("/search.json?q=quellwater").json["total"] == 0
    granting.give(bell.engine, operator(), "researcher@example.org", "the-bell", granting.last_day(clock.now()), by_mail=False)
    assert reader.get("/search.json?q=quellwater").json["total"] == 1
    with reading(bell.engine) as session:
        assert [row.detail for row in session.scalars(select(AuditEntry).where(AuditEntry.verb == "use a grant"))] == [{"what": "search"}]


def test_naughty_strings_are_kept_as_typed(bell: Archive, reader: FlaskClient, tender: FlaskClient) -> None:
    """Through the purpose, and through what staff answer: shown as text on every page that shows them."""
    strings = json.loads((data_folder() / "strings" / "naughty.json").read_text(encoding="utf-8"))
    typed = [each for each in ("\n".join(strings[at:at + 40])[:3900].strip() for at in range(0, len(strings), 40)) if each]
    for one, other in zip(typed, typed[1:] + typed[:1], strict=True):
        mine = send(reader, ALL, purpose=one).location
        desk = f"{DESK}/{mine.rpartition('/')[2]}"
        assert send(tender, desk, act="refuse", words=other).status_code == 303
        for client, path in ((reader, mine), (tender, desk), (reader, "/requests"), (tender, DESK)):
            page = client.get(path).text
            assert "<script>alert" not in page and "<img src=x" not in page.lower()
        kept = reader.get(f"{mine}.json").json
        assert [told.replace("\r\n", "\n") for told in (kept["purpose"], kept["words"])] == [one, other]


def test_the_link_tells_nothing_that_the_page_does_not(bell: Archive, app: Flask) -> None:
    """Of a closed description no terms are told: there the link stands whatever they are."""
    bell.bring({"identifier": "one-kind", "narrators": "A, B", "access": "staff", "access_existence": "public"},
               {"identifier": "other-kind", "narrators": "A, B", "access": "reading-room", "access_existence": "public"}, settled=False)
    declaring.hold(bell.engine, operator(), "hidden", "asked")
    stranger = app.test_client()
    one, other = (stranger.get(f"/testimonies/{id}").text.replace(id, "") for id in ("one-kind", "other-kind"))
    assert one == other and "/request" in one
    with bell.room(Viewer(clock.now(), everywhere=frozenset({"registered"}))) as room:
        assert room.testimony("one-kind").terms == ()


def test_the_form_says_at_which_hour_of_the_last_day_access_ends(reader: FlaskClient, tender: FlaskClient) -> None:
    """It was said only once it was granted: a reader in Baku lost the end of what was called the last day."""
    ends = "Access ends on that day at 10:00 UTC: as soon as the next day begins anywhere on earth."
    mine = send(reader, ASK, purpose=WHY).location
    for path in (f"{DESK}/{mine.rpartition('/')[2]}", f"{DESK}/give"):
        page = tender.get(path).text
        assert ends in page and 'aria-describedby="until-hint"' in page
    last = granting.last_day(clock.now())
    assert clock.iso(granting.ends(last)) == f"{last}T10:00:00Z"
