"""Bringing in at the desk: files sent, looked through, brought in by the worker, and the report; and who sees nothing of it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive_app import clock
from archive_app.actions import bringing_in, importing, receiving
from archive_app.actions.receiving import Incoming
from archive_app.jobs import bringing
from archive_app.records import desk_work
from archive_app.records.base import writing
from archive_app.records.desk_work import ImportRun
from tests.factories.archives import Archive, filled, table
from tests.factories.hostile_bundles import bundle, hostile
from tests.factories.signed_in import browser, send

ROWS = [{"identifier": "the-bell", "collection": "valley", "title": "The bell", "access": "staff", "transcripts": "told/bell.txt|en|verbatim"},
        {"identifier": "the-door", "collection": "valley", "title": "The door", "access": "staff", "transcripts": "told/door.txt|en|verbatim"}]
GOOD = bundle(("manifest.csv", table(ROWS)), ("told/bell.txt", b"The bell rang.\n"), ("told/door.txt", b"The door was shut.\n"))


def _two_collections(archive: Archive) -> None:
    archive.bring(collections=[{"identifier": slug, "names": slug.title(), "access": "public"} for slug in ("valley", "hills")])


@pytest.fixture
def app(sqlite_archive: Archive) -> Flask:
    return filled(sqlite_archive, _two_collections).app()


@pytest.fixture
def room(sqlite_archive: Archive) -> Incoming:
    return receiving.open_incoming(sqlite_archive.engine, sqlite_archive.vault, sqlite_archive.settings())


@pytest.fixture
def tender(sqlite_archive: Archive, app: Flask) -> FlaskClient:
    return browser(sqlite_archive, app, "archivist", "valley")


def sent(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> str:
    """The address of the import."""
    answer = send(client, "/desk/import", file=[(io.BytesIO(data), name) for name, data in files], **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def left(room: Incoming) -> list[str]:
    return sorted(path.name for path in room.folder.iterdir()) if room.folder.is_dir() else []


def test_a_zip_is_looked_through_then_brought_in(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    assert "It has not begun yet." in tender.get(at).text and "Look again" in tender.get(at).text
    bringing.run_due(room, "tests")
    shown = tender.get(at).text
    assert "This is what would happen" in shown and "<b>2</b> new" in shown
    assert "The bell" not in tender.get("/desk").text, "a dry run writes nothing"
    assert send(tender, at, act="go").location == at
    assert "is being brought in" in tender.get(at).text
    bringing.run_due(room, "tests")
    assert "brought in" in tender.get(at).text and "The bell" in tender.get("/desk").text
    assert left(room) == [], "nothing is left of what was sent"
    assert "The bell rang." in tender.get("/desk/testimonies/the-bell/restrictions").text


def test_imports_are_told_apart_by_what_was_sent(tender: FlaskClient, room: Incoming) -> None:
    one = sent(tender, ("box & 7.zip", GOOD))
    several = sent(tender, ("manifest.csv", table(ROWS)), ("one.txt", b"x"), ("two.txt", b"x"), ("three.txt", b"x"))
    listed = tender.get("/desk/import").text
    assert f'<a href="{one}"><bdi>box &amp; 7.zip</bdi></a>' in listed
    assert f'<a href="{several}"><bdi>manifest.csv, one.txt</bdi> and 2 more</a>' in listed
    assert "box &amp; 7.zip" in tender.get(one).text


def test_an_import_without_a_name_on_record_is_called_by_its_time(tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    with writing(room.engine) as session:
        for run in session.scalars(select(ImportRun)):
            run.options = {}
        session.commit()
    assert re.search(rf'<a href="{at}">[^<]*\d\d:\d\d', tender.get("/desk/import").text)


def test_what_has_begun_is_not_said_to_wait(tender: FlaskClient, room: Incoming) -> None:
    at, seen = sent(tender, ("mine.zip", GOOD)), []

    def goes_on() -> bool:
        seen.append(tender.get(at).text)
        return True

    assert "It has not begun yet." in tender.get(at).text
    assert bringing_in.work(room, at.rpartition("/")[2], goes_on)
    assert seen and "It has not begun yet." not in "".join(seen) and "It has begun." in seen[0] and "Look again" in seen[0]


def test_its_report_is_there_to_take_away(tender: FlaskClient, room: Incoming) -> None:
    rows = [*ROWS, {"identifier": "=1+1", "collection": "valley", "title": "x", "access": "staff", "transcripts": ""}]
    at = sent(tender, ("manifest.csv", table([{**row, "transcripts": ""} for row in rows])))
    assert tender.get(f"{at}/report.csv").status_code == 404, "there is none yet"
    bringing.run_due(room, "tests")
    taken = tender.get(f"{at}/report.csv")
    assert taken.headers["Content-Disposition"] == 'attachment; filename="import-report.csv"' and taken.headers["Cache-Control"] == "no-store"
    lines = list(csv.DictReader(io.StringIO(taken.text)))
    assert [line["result"] for line in lines] == ["created", "created", "refused"] and lines[2]["identifier"] == "'=1+1"
    told = json.loads(tender.get(f"{at}/report.json").text)
    assert (told["created"], told["refused"]) == (2, 1) and told["rows"][2]["column"] == "identifier"
    assert "cannot be an address" in tender.get(at).text


def test_its_report_is_told_in_the_language_of_the_interface_and_taken_away_in_english(tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("manifest.csv", b"identifier,date,languages\nBad Id!,last spring,not a lang\n"))
    bringing.run_due(room, "tests")
    assert "“last spring” names no year." in tender.get(at).text
    for language, wanted in (("az", "“last spring” heç bir il göstərmir."), ("ru", "В «last spring» нет года."),
                             ("tr", "“last spring” bir yıl belirtmiyor."), ("hy", "«last spring»-ը տարի չի նշում։")):
        shown = tender.get(f"{at}?ui={language}").text
        assert wanted in shown and "<code>date</code>" in shown and "cannot be an address" not in shown and "is not a language" not in shown
    assert "“last spring” names no year." in tender.get(f"{at}/report.csv?ui=az").text


@pytest.mark.parametrize(("data", "word"), [pytest.param(data, word, id=name) for name, data, word in hostile() if name in (
    "climbing", "link", "nested", "right to left", "locked", "twice by case", "no ZIP")])
def test_a_hostile_one_is_refused_on_the_page_and_leaves_nothing(tender: FlaskClient, room: Incoming, data: bytes, word: str) -> None:
    answer = send(tender, "/desk/import", file=(io.BytesIO(data), "mine.zip"))
    assert answer.status_code == 400 and 'role="alert"' in answer.text and left(room) == []
    assert "What you sent before" not in answer.text


@pytest.mark.parametrize("names", [("a.zip", "b.csv"), ("a.csv", "A.CSV"), ("../a.csv",), ("CON.csv",), ("a\u202eb.csv",)])
def test_names_of_files_are_judged(tender: FlaskClient, room: Incoming, names: tuple[str, ...]) -> None:
    answer = send(tender, "/desk/import", file=[(io.BytesIO(b"x"), name) for name in names])
    assert answer.status_code == 400 and left(room) == []


def test_what_is_too_large_or_has_no_room_is_refused_before_it_is_read(sqlite_archive: Archive, room: Incoming, app: Flask) -> None:
    small = sqlite_archive.app(UPLOAD_MAX_BYTES="2000")
    tender = browser(sqlite_archive, small, "archivist", "valley")
    assert send(tender, "/desk/import", file=(io.BytesIO(bytes(3000)), "a.csv")).status_code == 400
    assert left(room) == []


def test_what_is_nothing_says_so_and_is_gone(tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("letter.txt", b"Dear archive"))
    bringing.run_due(room, "tests")
    assert "It could not be read" in tender.get(at).text and left(room) == []
    assert send(tender, "/desk/import").status_code == 400, "no file was chosen"


def test_a_word_document_and_flags(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    manifest = table([{"identifier": "the-lamp", "title": "The lamp"}])
    at = sent(tender, ("manifest.csv", manifest), collection="valley", access="registered", evidence="folder 9")
    bringing.run_due(room, "tests")
    send(tender, at, act="go")
    bringing.run_due(room, "tests")
    page = tender.get("/desk/testimonies/the-lamp").text
    assert "The narrator permits it to: registered readers." in page and "folder 9" in page


def test_other_collections_are_refused_in_the_same_words(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    sqlite_archive.bring({"identifier": "hid-one", "collection": "hills", "title": "Hidden", "publish": "no"})
    rows = [{"identifier": id, "collection": slug, "title": "x", "access": "staff"} for id, slug in (
        ("hid-one", "hills"), ("new-one", "hills"), ("new-two", "never-was"))]
    at = sent(tender, ("manifest.csv", table(rows)), ("people.csv", b"identifier,names\nhesta-vellan,Hesta\n"))
    bringing.run_due(room, "tests")
    told = json.loads(tender.get(f"{at}/report.json").text)["rows"]
    assert len({row["message"] for row in told if row["file"] == "manifest.csv"}) == 1
    assert {row["result"] for row in told} == {"refused"}


def test_nobody_else_finds_it(sqlite_archive: Archive, app: Flask, tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    nothing = [tender.get(f"/desk/import/never-was{rest}").data for rest in ("", "/report.csv", "/report.json")]
    for role, collections in (("archivist", ("valley",)), ("custodian", ()), ("researcher", ())):
        other = browser(sqlite_archive, app, role, *collections, email=f"other-{role}@example.org")
        answers = [other.get(f"{at}{rest}") for rest in ("", "/report.csv", "/report.json")]
        assert [answer.status_code for answer in answers] == [404, 404, 404] and [answer.data for answer in answers] == nothing, role
        if role != "researcher":
            token = other.get("/desk/import").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
            assert other.post(at, data={"csrf_token": token, "act": "go"}).status_code == 404
            assert "What you sent before" not in other.get("/desk/import").text
    assert "waits for you" in tender.get(at).text


def test_it_is_brought_in_with_the_rights_of_the_moment(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    from archive_app.records.accounts import Holding, account_by_email

    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    send(tender, at, act="go")
    with writing(sqlite_archive.engine) as session:
        account = account_by_email(session, "archivist@example.org")
        assert account is not None
        for each in session.scalars(select(Holding).where(Holding.account_id == account.id, Holding.collection_id.is_not(None))):
            session.delete(each)
        session.commit()
    bringing.run_due(room, "tests")
    assert "<b>2</b> refused" in tender.get(at).text


class Killed(BaseException):
    """As if the power went."""


def test_killed_on_the_way_it_goes_on_and_tells_everything(sqlite_archive: Archive, tender: FlaskClient, room: Incoming,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    send(tender, at, act="go")
    real = importing._change
    done: list[str] = []

    def once(*given: object, **more: object) -> str:
        if done:
            raise Killed
        done.append(real(*given, **more))  # type: ignore[arg-type]
        return done[-1]

    monkeypatch.setattr(importing, "_change", once)
    with pytest.raises(Killed):
        bringing.run_due(room, "tests")
    monkeypatch.undo()
    assert left(room) != [], "the files wait"
    bringing.run_due(room, "tests")
    assert "<b>2</b> new" in tender.get(at).text and left(room) == []


def test_it_stops_between_two_rows_when_the_worker_ends(tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    send(tender, at, act="go")
    asked = iter([True, True, False])
    bringing.run_due(room, "tests", clock.now(), lambda: next(asked, False))
    assert "is being brought in" in tender.get(at).text
    bringing.run_due(room, "tests")
    assert "<b>2</b> new" in tender.get(at).text


def test_what_fails_for_ever_is_given_up(tender: FlaskClient, room: Incoming, sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    at = sent(tender, ("mine.zip", GOOD))

    def fails(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bringing_in, "import_path", fails)
    monkeypatch.setattr(bringing, "PAUSE_MS", 0)
    for _ in range(bringing_in.MOST_TRIES + 1):
        bringing.run_due(room, "tests", clock.now())
    assert "It could not be read" in tender.get(at).text and left(room) == []


def test_abandoned_files_are_swept_and_young_ones_stay(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    (room.folder / "half-received").mkdir()
    assert bringing_in.sweep(room) == 0
    with writing(sqlite_archive.engine) as session:
        run = session.scalars(select(ImportRun)).one()
        run.touched_at -= (bringing_in.KEPT_DAYS + 1) * clock.DAY_MS
        session.commit()
    assert bringing_in.sweep(room) == 1 and left(room) == ["half-received"]
    assert "thrown away" in tender.get(at).text


def test_thrown_away_it_is_gone_at_once(tender: FlaskClient, room: Incoming) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    assert send(tender, at, act="drop").status_code == 303 and left(room) == []
    bringing.run_due(room, "tests")
    assert "thrown away" in tender.get(at).text


def test_somebody_does_not_fill_the_disk(tender: FlaskClient, room: Incoming) -> None:
    for _ in range(bringing_in.MOST_RUNS):
        sent(tender, ("manifest.csv", b"identifier\n"))
    assert send(tender, "/desk/import", file=(io.BytesIO(b"identifier\n"), "manifest.csv")).status_code == 409
    assert len(left(room)) == bringing_in.MOST_RUNS


def test_another_box_says_nothing_of_the_one_before(tender: FlaskClient, room: Incoming, sqlite_archive: Archive) -> None:
    sqlite_archive.bring({"identifier": "own-one", "access": "staff"})
    at = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    assert "not in the table any more" not in tender.get(at).text


def test_uploads_lie_sealed_and_inside_the_data_folder_while_they_come(sqlite_archive: Archive, app: Flask) -> None:
    from archive_app.storage.spool import SealedSpool

    made = app.request_class({"wsgi.input": io.BytesIO()})._get_file_stream(None, "x")
    assert isinstance(made, SealedSpool)
    made.write(b"quellwater" * 1_000_000)
    folder = Path(sqlite_archive.folder) / "instance" / "decoding"
    assert folder.is_dir()
    made.close()


def test_an_import_tells_of_nothing_that_is_not_tended(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    """`missing` names what came in with a table of this name: only what is one's own."""
    sqlite_archive.bring({"identifier": "hid-one", "collection": "hills", "publish": "no"}, {"identifier": "sealed-one", "access": "sealed"},
                         {"identifier": "own-one", "access": "staff"}, {"identifier": "own-two", "access": "staff", "title": "Two"})
    at = sent(tender, ("manifest.csv", table([{"identifier": "x-one", "collection": "hills", "title": "", "access": ""},
                                              {"identifier": "own-two", "collection": "valley", "title": "Two!", "access": "staff"}])))
    bringing.run_due(room, "tests")
    told = json.loads(tender.get(f"{at}/report.json").text)["rows"]
    assert [row["identifier"] for row in told if row["result"] == "missing"] == ["own-one"]
    assert "hid-one" not in str(told) and "sealed-one" not in str(told)



@pytest.mark.parametrize("when", ["looking", "bringing"])
def test_what_is_erased_meanwhile_stops_the_worker(sqlite_archive: Archive, tender: FlaskClient, room: Incoming, when: str) -> None:
    at = sent(tender, ("mine.zip", GOOD))
    if when == "bringing":
        bringing.run_due(room, "tests")
        send(tender, at, act="go")
    seen = 0

    def goes_on() -> bool:
        nonlocal seen
        seen += 1
        if seen == 2:  # asked before the import, and after each row
            with writing(sqlite_archive.engine) as session:
                desk_work.forget(session, {"the-door"})
                session.commit()
        return True

    bringing.run_due(room, "tests", clock.now(), goes_on)
    assert "thrown away" in tender.get("/desk/import").text and left(room) == []
    assert "mine.zip" not in tender.get("/desk/import").text, "a name may tell of whom it was"
    assert "The door" not in tender.get("/desk").text and ("The bell" in tender.get("/desk").text) == (when == "bringing")


def test_what_would_change_nothing_is_not_offered_to_be_brought_in(tender: FlaskClient, room: Incoming) -> None:
    refused = sent(tender, ("manifest.csv", table([{"identifier": "=1+1", "collection": "valley", "title": "x", "access": "staff"}])))
    bringing.run_due(room, "tests")
    shown = tender.get(refused).text
    assert "Bring it in" not in shown and "what has to be mended" in shown and '<a class="button go" href="/desk/import">' in shown and "Throw it away" in shown
    good = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    assert "Bring it in" in tender.get(good).text
    send(tender, good, act="go")
    bringing.run_due(room, "tests")
    again = sent(tender, ("mine.zip", GOOD))
    bringing.run_due(room, "tests")
    assert "Bring it in" not in tender.get(again).text and "it is here already" in tender.get(again).text


def test_a_collection_called_by_its_shown_name_is_answered_with_its_address(sqlite_archive: Archive, tender: FlaskClient, room: Incoming) -> None:
    """Of those alone that whoever imports tends: the name of another tells nothing."""
    sqlite_archive.bring(collections=[{"identifier": "night-of-the-water", "names": "The Night of the Water;Suyun gecəsi", "access": "public"},
                                      {"identifier": "night-in-the-hills", "names": "The Night in the Hills", "access": "public"}])
    both = browser(sqlite_archive, tender.application, "archivist", "valley", "night-of-the-water", email="both@example.org")
    rows = [{"identifier": f"told-{number}", "collection": name, "title": "x", "access": "staff"} for number, name in enumerate(
        ("The Night of the Water", "the night of  the WATER", "SUYUN GECƏSİ".replace("İ", "i"), "The Night in the Hills", "Nowhere at all"))]
    at = sent(both, ("manifest.csv", table(rows)))
    bringing.run_due(room, "tests")
    said = [line["message"] for line in csv.DictReader(io.StringIO(both.get(f"{at}/report.csv").text))]
    assert said[:3] == ["For 'The Night of the Water' write night-of-the-water.", "For 'the night of  the WATER' write night-of-the-water.",
                        "For 'SUYUN GECƏSi' write night-of-the-water."]
    assert all("cannot be an address" in each for each in said[3:]) and "night-in-the-hills" not in both.get(at).text
    assert "night-of-the-water" in both.get(at).text and "yazın" in both.get(f"{at}?ui=az").text
    at = sent(tender, ("manifest.csv", table(rows)))
    bringing.run_due(room, "tests")
    assert "night-of-the-water" not in tender.get(at).text and tender.get(at).text.count("cannot be an address") == 5


def test_what_is_new_or_changed_is_listed_and_leads_to_its_page(tender: FlaskClient, room: Incoming) -> None:
    rows = [*ROWS, {"identifier": "Bad Id", "collection": "valley", "title": "x", "access": "staff", "transcripts": ""}]
    plain = [{**row, "transcripts": ""} for row in rows]
    at = sent(tender, ("manifest.csv", table(plain)))
    bringing.run_due(room, "tests")
    page = tender.get(at).text
    listed = re.findall(r"<tr role=\"row\">.*?</tr>", page, re.S)
    assert len(listed) == 3 and "cannot be an address" in listed[0], "what has to be mended comes first"
    assert "<bdi>the-bell</bdi>" in listed[1] and ">new</td>" in listed[1] and "/desk/testimonies/" not in "".join(listed)
    send(tender, at, act="go")
    bringing.run_due(room, "tests")
    assert '<a href="/desk/testimonies/the-bell"><span dir="auto">The bell</span></a>' in tender.get(at).text
    assert '<a href="/desk/testimonies/the-bell?ui=az"><span dir="auto">The bell</span></a>' in tender.get(f"{at}?ui=az").text
    again = sent(tender, ("manifest.csv", table([{**plain[0], "title": "The great bell"}, plain[1]])))
    bringing.run_due(room, "tests")
    page = tender.get(again).text
    assert '<a href="/desk/testimonies/the-bell"><span dir="auto">The bell</span></a>' in page and ">changed</td>" in page and "The door" not in page


def test_many_new_ones_are_counted_behind_the_first(tender: FlaskClient, room: Incoming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_app.web.desk.incoming.SHOWN", 3)
    at = sent(tender, ("manifest.csv", table([{"identifier": f"told-by-{word}", "collection": "valley", "title": word, "access": "staff"}
                                              for word in ("ada", "bela", "cem", "dora", "emil")])))
    bringing.run_due(room, "tests")
    page = tender.get(at).text
    assert page.count('<tr role="row">') == 3 and "2 more stand in the files above." in page
