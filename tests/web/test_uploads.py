"""Files in pieces at both doors (tus 1.0.0): whole, broken off, nonsense, and other people's."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.access.desk import Desk
from archive_app.actions import recording, submitting, turns, verifying
from archive_app.actions.family_keys import LEAST
from archive_app.errors import Conflict, Invalid
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading, writing
from archive_app.storage import uploads as spool
from archive_app.web.submit import door
from tests.factories import uploads
from tests.factories.archives import Archive, filled, viewer
from tests.factories.families import photograph
from tests.factories.signed_in import browser, send
from tests.factories.uploads import Sender, checksum, sender, tone

DOORS = ("family", "desk")


def _bell_and_door(archive: Archive) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta"},
                  {"identifier": "the-door", "title": "The door", "collection": "hills"})


@pytest.fixture
def app(sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("archive_app.actions.family_room.USUAL", LEAST)
    return filled(sqlite_archive, _bell_and_door).app()


@pytest.fixture
def family(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.post("/submit/begin")
    return client


@pytest.fixture
def archivist(app: Flask, sqlite_archive: Archive) -> FlaskClient:
    return browser(sqlite_archive, app, "archivist", "valley")


@pytest.fixture(params=DOORS)
def at(request: pytest.FixtureRequest) -> Sender:
    return sender(request.getfixturevalue("family" if request.param == "family" else "archivist"), request.param)


def test_what_is_spoken(at: Sender) -> None:
    said = at.client.options(at.begins)
    assert said.status_code == 204 and said.headers["Tus-Version"] == said.headers["Tus-Resumable"] == "1.0.0"
    assert set(said.headers["Tus-Extension"].split(",")) == {"creation", "checksum", "termination", "expiration"}
    assert said.headers["Tus-Checksum-Algorithm"].split(",") == ["sha1", "sha256"] and int(said.headers["Tus-Max-Size"]) == 8 << 30
    assert at.ask("POST", at.begins, Upload_Length="3", Tus_Resumable="0.2").status_code == 412


def test_pieces_add_up(at: Sender) -> None:
    path = at.begin(10, filename="a.wav")
    assert re.fullmatch(re.escape(at.begins) + "/[0-9a-f]{32}", path) and at.offset(path) == 0
    first = at.piece(path, 0, b"0123", Upload_Checksum=checksum(b"0123", "sha1"))
    assert (first.status_code, first.headers["Upload-Offset"], first.data) == (204, "4", b"") and "Upload-Expires" in first.headers
    told = at.ask("HEAD", path)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"], told.headers["Cache-Control"]) == ("4", "10", "no-store")
    assert "Upload-Metadata" not in told.headers, "nothing is said back but how far it has come"
    assert at.ask("POST", path, b"456789", X_HTTP_Method_Override="PATCH", Upload_Offset="4",
                  Content_Type="application/offset+octet-stream").headers["Upload-Offset"] == "10"
    assert at.ask("DELETE", path).status_code == 204 and at.ask("HEAD", path).status_code == 404


def test_what_cannot_be_taken_changes_nothing(at: Sender) -> None:
    path = at.begin(10)
    at.piece(path, 0, b"01")
    wrong: dict[str, tuple[int, dict[str, Any]]] = {
        "behind": (409, {"offset": 0}), "beyond": (409, {"offset": 5}), "far beyond": (409, {"offset": 10**17}),
        "negative": (400, {"Upload_Offset": "-2"}), "no number": (400, {"Upload_Offset": "two"}), "other digits": (400, {"Upload_Offset": "٢"}),
        "no offset": (400, {"Upload_Offset": ""}), "past the end": (413, {"data": b"012345678"}), "a form": (415, {"Content_Type": "text/plain"}),
        "another checksum": (460, {"Upload_Checksum": checksum(b"xx")}), "no checksum": (400, {"Upload_Checksum": "md5 AAAA"}),
        "half a checksum": (400, {"Upload_Checksum": "sha256 AAAA"}), "no version": (412, {"Tus_Resumable": ""})}
    for name, (status, how) in wrong.items():
        how = {"offset": 2, "data": b"23", **how}
        offset, data = how.pop("offset"), how.pop("data")
        how = {key: value.encode().decode("latin-1") for key, value in how.items()}
        assert at.piece(path, offset, data, **how).status_code == status, name
        assert at.offset(path) == 2, name
    large = at.begin(3 << 20)
    assert at.piece(large, 0, bytes((1 << 20) + 1)).status_code == 413 and at.offset(large) == 0
    assert at.ask("POST", path).status_code == 405
    assert at.client.get(path).status_code == (303 if at.begins.startswith("/submit/") else 405), "a family that opens it is led to its files"
    headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": at.token, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    as_served = at.client.open(large, method="PATCH", data=bytes(1 << 20), headers=headers, environ_overrides={"wsgi.input_terminated": True})
    assert as_served.status_code == 204, "the largest piece, from a server that itself ends the body"


WRONGLY: list[tuple[int, dict[str, str]]] = [
    (400, {"Upload_Length": "-1"}), (400, {"Upload_Length": ""}), (400, {"Upload_Length": "0"}), (400, {"Upload_Length": "1e3"}),
    (413, {"Upload_Length": str((8 << 30) + 1)}), (413, {"Upload_Length": "9" * 18}), (400, {"Upload_Length": "9" * 30}),
    (400, {"Upload_Defer_Length": "1"}), (400, {"Upload_Metadata": "filename %%%"}), (400, {"Upload_Metadata": "filename /w=="}),
    (400, {"Upload_Metadata": "a YQ==,a YQ=="}), (400, {"Upload_Metadata": "filename " + "QUFB" * 200}),
    (201, {"Upload_Metadata": "filename YQ==,,is_nonsense,x YQ=="}), (201, {"Upload_Metadata": " , "})]


def test_what_is_announced_wrongly(at: Sender) -> None:
    for status, headers in WRONGLY:
        answer = at.ask("POST", at.begins, **{"Upload_Length": "7", **headers})
        assert answer.status_code == status and (status == 201) == ("Location" in answer.headers), headers


def test_a_page_of_another_site_cannot_send(at: Sender) -> None:
    path = at.begin(4)
    for token in ("", "x", at.token[:-9] + ("y" if at.token[-9] == "x" else "x") + at.token[-8:]):  # not the last: some of its bits do not count
        at.token, kept = token, at.token
        assert at.announce(4).status_code == 400 == at.piece(path, 0, b"0123").status_code == at.ask("DELETE", path).status_code
        at.token = kept
    assert at.offset(path) == 0


def refusals(at: Sender, path: str) -> list[tuple[int, bytes, Any]]:
    answers = [at.ask("HEAD", path), at.piece(path, 0, b"0"), at.piece(path, 4, b"0"), at.ask("DELETE", path),
               at.piece(path, 0, b"0", Upload_Offset="x"), at.piece(path, 0, b"0", Content_Type="x/y"), at.ask("POST", path)]
    return [(each.status_code, each.data, sorted(each.headers)) for each in answers]


def test_somebody_elses_upload_is_not_there(app: Flask, sqlite_archive: Archive, family: FlaskClient, archivist: FlaskClient) -> None:
    """Another family's, another account's, another testimony's: answered like one that never was, whatever is asked of it."""
    theirs, desks = sender(family, "family").begin(9, filename="theirs.wav"), sender(archivist, "desk").begin(9, filename="kept.wav")
    other = app.test_client()
    other.post("/submit/begin")
    colleague = browser(sqlite_archive, app, "archivist", "valley", email="second@example.org")
    elsewhere = browser(sqlite_archive, app, "archivist", "hills", email="hills@example.org")
    never = "0" * 32
    for who, path in ((sender(other, "family"), theirs), (sender(colleague, "desk"), desks), (sender(archivist, "desk"), theirs),
                      (sender(family, "family"), desks)):
        if path.startswith(who.begins):
            assert refusals(who, path) == refusals(who, f"{path[:-32]}{never}")
            assert {status for status, _, _ in refusals(who, path)} == {404}
    hills = Sender(elsewhere, "", sender(colleague, "desk").token)
    assert hills.ask("HEAD", desks).status_code == 404
    assert elsewhere.get("/desk/testimonies/the-bell/recordings").status_code == 404
    for name in ("../../x", "..%2f..%2fof", "%00", "x" * 32, "٠" * 32, never.upper()):
        assert sender(family, "family").ask("HEAD", f"/submit/uploads/{name}").status_code == 404
    assert sender(family, "family").offset(theirs) == 0 == sender(archivist, "desk").offset(desks)


def test_without_a_visit_nothing_is_said(app: Flask, family: FlaskClient) -> None:
    at = sender(family, "family")
    path = at.begin(9)
    stranger = Sender(app.test_client(), at.begins, at.token)
    for each in (path, at.begins, "/submit/uploads/never"):
        answer = stranger.piece(each, 0, b"x") if each != at.begins else stranger.announce(9)
        assert answer.status_code == 200 and answer.data == app.test_client().get("/submit/files").data and "Upload-Offset" not in answer.headers


def test_the_same_file_goes_on_where_it_was(at: Sender) -> None:
    path = at.begin(9, filename="a.wav", fingerprint="f" * 64)
    at.piece(path, 0, b"0123")
    assert at.begin(9, filename="a.wav", fingerprint="f" * 64) == path
    assert at.begin(8, filename="a.wav", fingerprint="f" * 64) != path != at.begin(9, filename="a.wav", fingerprint="e" * 64)
    assert at.begin(9, filename="a.wav") != path


def test_a_full_disk_and_too_many(at: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    path = at.begin(4)
    real = spool.shutil.disk_usage(".")
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda place: real._replace(free=spool.RESERVE + 99))
    assert at.announce(60).status_code == 507 and at.announce(40).status_code == 201
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda place: real._replace(free=spool.RESERVE - 1))
    assert at.piece(path, 0, b"0123").status_code == 507 and at.offset(path) == 0
    monkeypatch.undo()
    monkeypatch.setattr(spool, "MOST_UPLOADS", 2)
    assert at.announce(1).status_code == 409


def test_nothing_of_it_rests_in_the_clear(sqlite_archive: Archive, family: FlaskClient, archivist: FlaskClient) -> None:
    for client, name in ((family, "family"), (archivist, "desk")):
        at = sender(client, name)
        at.piece(at.begin(99, filename="quellwater.wav"), 0, b"Karvellin was here, and said so.")
    rest = [path for path in sqlite_archive.folder.rglob("*") if path.is_file()]
    assert {path.relative_to(sqlite_archive.folder).parts[:3] for path in rest if "uploads" in path.parts} == {
        ("instance", "uploads", "families"), ("instance", "uploads", "desk")}
    held = b"".join(path.read_bytes() for path in rest) + str(rest).encode()
    assert b"Karvellin" not in held and b"quellwater" not in held


def test_a_family_adds_what_has_arrived(app: Flask, sqlite_archive: Archive, family: FlaskClient) -> None:
    at, data = sender(family, "family"), photograph("red").getvalue()
    arrived = at.whole(data, "../../spring\u202egpj.jpg", 100)
    answer = family.post("/submit/files", data={"token": at.token, "upload": arrived, "sha256": uploads.sha256(data)})
    assert answer.status_code == 303 and "spring" in family.get("/submit/files").text
    assert not [path for path in (sqlite_archive.folder / "instance/uploads").rglob("*") if path.is_file()]
    again = family.post("/submit/files", data={"token": at.token, "upload": arrived, "sha256": uploads.sha256(data)})
    assert again.status_code == 400 and "not on its way any more" in again.text
    with app.test_request_context(headers={"Cookie": f"archive_visit={family.get_cookie('archive_visit', path='/submit').value}"}):  # type: ignore[union-attr]
        known = door.known()
        one, = submitting.attachments(door.room(), known)
        with submitting.bytes_of(door.room(), known, one.id) as stream:
            assert stream.read() == data


def test_what_has_arrived_is_kept_while_files_of_others_are_looked_at(family: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at, data = sender(family, "family"), photograph("red").getvalue()
    path = at.begin(len(data), filename="spring.jpg", fingerprint="f")
    at.piece(path, 0, data)
    fields = {"token": at.token, "upload": path[-32:], "sha256": uploads.sha256(data)}
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    with turns.turn(turns.DECODING), turns.turn(turns.DECODING):
        answer = family.post("/submit/files", data=fields)
        assert answer.status_code == 503 and "it need not be sent a second time" in answer.text and 'role="alert"' in answer.text
        answer = family.post("/submit/files", data={"token": at.token, "file": (io.BytesIO(data), "other.jpg")})
        assert answer.status_code == 503 and "Please send it again in a moment" in answer.text
    assert at.begin(len(data), filename="spring.jpg", fingerprint="f") == path and at.offset(path) == len(data)
    assert family.post("/submit/files", data=fields).status_code == 303
    shown = family.get("/submit/files").text
    assert "spring.jpg" in shown and "other.jpg" not in shown


def test_a_file_that_is_taken_away_while_another_cannot_be_taken(family: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form beside one file sends what was chosen too: it is answered in the same words."""
    at, data = sender(family, "family"), photograph("red").getvalue()
    assert family.post("/submit/files", data={"token": at.token, "file": (photograph("green"), "first.jpg")}).status_code == 303
    one = re.search(r'action="(/submit/files/[^"]+)"', family.get("/submit/files").text)
    assert one
    gone = family.post(one[1], data={"token": at.token, "upload": "0" * 32})
    assert gone.status_code == 400 and "not on its way any more" in gone.text and "first.jpg" in gone.text
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    with turns.turn(turns.DECODING), turns.turn(turns.DECODING):
        later = family.post(one[1], data={"token": at.token, "file": (io.BytesIO(data), "other.jpg")})
    assert later.status_code == 503 and "Please send it again in a moment" in later.text and "first.jpg" in later.text
    assert family.post(f"{one[1]}x", data={"token": at.token, "upload": "0" * 32}).status_code == 404
    assert family.post(one[1], data={"token": at.token, "remove": "1", "sure": "1"}).headers["Location"] == "/submit/files"
    assert "first.jpg" not in family.get("/submit/files").text


def test_what_is_not_what_was_sent_is_not_added(family: FlaskClient) -> None:
    at = sender(family, "family")
    for wrong in ("other", "half", "nonsense", "refused"):
        data = photograph().getvalue() if wrong != "refused" else b"MZ\x90\x00 and more"
        path = at.begin(len(data), filename="a.jpg")
        at.piece(path, 0, data if wrong != "half" else data[:-1])
        digest = {"other": uploads.sha256(b"x"), "nonsense": "g" * 64}.get(wrong, uploads.sha256(data))
        answer = family.post("/submit/files", data={"token": at.token, "upload": path[-32:], "sha256": digest})
        assert answer.status_code == (409 if wrong == "half" else 400), wrong
        assert 'role="alert"' in answer.text and "a.jpg" not in family.get("/submit/files").text, wrong
        assert at.ask("HEAD", path).status_code == (200 if wrong in ("half", "nonsense") else 404), wrong


def test_a_draft_that_is_deleted_takes_it_along(sqlite_archive: Archive, family: FlaskClient) -> None:
    at = sender(family, "family")
    at.piece(at.begin(9), 0, b"0123")
    assert list((sqlite_archive.folder / "instance/uploads/families").iterdir())
    family.post("/submit/room/forget", data={"token": at.token, "sure": "1"})
    assert not list((sqlite_archive.folder / "instance/uploads/families").iterdir())


# --- at the desk

def kept(archive: Archive) -> list[Any]:
    with reading(archive.engine) as session:
        return list(Desk(session, viewer("custodian")).recordings("the-bell"))


def test_an_upload_stays_whose_it_is_under_another_address(sqlite_archive: Archive, archivist: FlaskClient) -> None:
    at = sender(archivist, "desk")
    path = at.begin(9, filename="kept.wav")
    at.piece(path, 0, b"0123")
    with writing(sqlite_archive.engine) as session:
        account = account_by_email(session, "archivist@example.org")
        assert account is not None
        account.email = "other@example.org"
        session.commit()
    assert at.offset(path) == 4


def test_a_recording_in_pieces_becomes_a_new_version(sqlite_archive: Archive, archivist: FlaskClient) -> None:
    at, first, second = sender(archivist, "desk"), tone(1.0), tone(2.0)
    page = uploads.PAGES["desk"]
    answer = send(archivist, page, upload=at.whole(first, "side-a.wav"), sha256=uploads.sha256(first), label="Side A", offset="1:00")
    assert answer.status_code == 303, answer.text
    one, = kept(sqlite_archive)
    assert (one.label, one.file_name, one.digest, one.offset_ms, one.published, one.tape) == ("Side A", "side-a.wav", uploads.sha256(first), 60_000, False, 1)
    assert one.facts["channels"] == "1" and 900 < one.duration_ms < 1100
    replaced = send(archivist, page, file=(io.BytesIO(second), "better.wav"), label="Side A, better", instead_of=one.id, access="staff")
    assert replaced.status_code == 303, replaced.text
    new, old = kept(sqlite_archive)
    assert (new.digest, new.file_name, new.tape, new.replaced, old.replaced, old.digest) == (
        uploads.sha256(second), "side-a.wav", 1, False, True, one.digest)
    assert new.access and not old.access
    shown = archivist.get(page).text
    assert "Side A, better" in shown and uploads.sha256(first) in shown and "Not read again since then." in shown
    sqlite_archive.vault.check(one.digest)
    assert "a recording added" in archivist.get("/desk/testimonies/the-bell/history").text


def test_what_cannot_be_added_is_said_and_kept(sqlite_archive: Archive, archivist: FlaskClient) -> None:
    at, data, page = sender(archivist, "desk"), tone(1.0), uploads.PAGES["desk"]
    arrived = at.whole(data, "side-a.wav")
    wrong = send(archivist, page, upload=arrived, sha256=uploads.sha256(data), label="Side A", offset="soon")
    assert wrong.status_code == 400 and f'value="{arrived}"' in wrong.text and "“side-a.wav” has arrived already" in wrong.text and 'value="Side A"' in wrong.text
    assert send(archivist, page, upload=arrived, sha256=uploads.sha256(data), instead_of="somebody-elses").status_code == 400
    assert send(archivist, page, upload=arrived, sha256=uploads.sha256(data), access="everybody").status_code == 400
    assert send(archivist, page, upload=arrived, sha256=uploads.sha256(data)).status_code == 303
    same = send(archivist, page, file=(io.BytesIO(tone(2.0)), "side-a.wav"))
    assert same.status_code == 400 and "a recording with this file name is there" in same.text.lower()
    assert send(archivist, page, file=(io.BytesIO(data), "copy.wav")).status_code == 409
    assert "in truth" in send(archivist, page, file=(io.BytesIO(tone(3.0)), "a.jpg")).text
    broken = send(archivist, page, file=(io.BytesIO(b"RIFF\x00\x00"), "broken.wav"))
    assert broken.status_code == 400 and "broken.wav" in broken.text
    assert send(archivist, page).status_code == 400 and send(archivist, page, upload="0" * 32).status_code == 400
    assert len(kept(sqlite_archive)) == 1


def test_what_was_refused_is_not_left_in_the_vault(sqlite_archive: Archive, archivist: FlaskClient) -> None:
    """The bytes of a recording that is there, brought once more, stay."""
    data, page = tone(1.0), uploads.PAGES["desk"]
    assert send(archivist, page, file=(io.BytesIO(data), "side-a.wav")).status_code == 303
    there = set(sqlite_archive.vault.digests())
    for content, name, more in ((b"MZ" * 251, "evil.exe", {}), (b"\xff\xd8\xff\xe0" + b"x" * 90, "fake.jpg", {}), (tone(2.0), "side-a.wav", {}),
                                (data, "again.wav", {}), (data, "again.jpg", {}), (tone(3.0), "b.wav", {"instead_of": "nothing"})):
        assert send(archivist, page, file=(io.BytesIO(content), name), **more).status_code in (400, 409), name
    assert set(sqlite_archive.vault.digests()) == there == {uploads.sha256(data)}
    with reading(sqlite_archive.engine) as session:
        assert [*verifying.stored(session, sqlite_archive.vault, media=True)] == []


def test_a_name_that_leads_elsewhere_is_only_a_name() -> None:
    names = {"../../etc/passwd.wav": "passwd.wav", "C:\\tapes\\side.wav": "side.wav", "a\u202evaw.exe.wav": "avaw.exe.wav", "\u2066x\u2069.wav": "x.wav",
             "\u200fملف.wav": "ملف.wav", "tape\x00\n.wav": "tape.wav", "x/..": "", "": "", "\u202e": "", "a" * 201: ""}
    for name, kept_as in names.items():
        if kept_as:
            assert recording.plain_name(name) == kept_as
        else:
            with pytest.raises(Invalid):
                recording.plain_name(name)


def test_nothing_is_added_to_what_is_closed(sqlite_archive: Archive, app: Flask, archivist: FlaskClient) -> None:
    at, data = sender(archivist, "desk"), tone(0.5)
    arrived = at.whole(data, "a.wav")
    custodian = browser(sqlite_archive, app, "custodian")
    send(custodian, "/desk/testimonies/the-bell/hold", reason="asked for")
    assert archivist.get(uploads.PAGES["desk"]).status_code == 404 == at.ask("HEAD", f"{at.begins}/{arrived}").status_code
    assert send(custodian, uploads.PAGES["desk"], file=(io.BytesIO(data), "a.wav")).status_code == 409
    assert not kept(sqlite_archive)


def test_nothing_is_announced_for_what_was_erased(sqlite_archive: Archive, app: Flask) -> None:
    custodian = browser(sqlite_archive, app, "custodian")
    at = sender(custodian, "desk")
    begun = at.begin(9, filename="a.wav")
    sqlite_archive.erase("the-bell")
    assert at.ask("POST", at.begins, Upload_Length="9").status_code == 409
    assert at.piece(begun, 0, b"012").status_code == 409 == at.ask("HEAD", begun).status_code
    objects = set(sqlite_archive.vault.digests())
    with pytest.raises(Conflict):
        recording.add(sqlite_archive.engine, sqlite_archive.vault, viewer("custodian"), "the-bell", recording.Brought("a.wav"), io.BytesIO(tone(0.5)))
    assert set(sqlite_archive.vault.digests()) == objects
