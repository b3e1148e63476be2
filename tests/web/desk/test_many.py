"""The work list narrowed and searched, the catalogue taken out and brought in again, a new testimony by form, one change to many."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive_app.access import kept, work_list
from archive_app.actions import declaring
from archive_app.actions.change import operator
from archive_app.actions.importing import import_path
from archive_app.actions.preparing import Options
from archive_app.errors import NotFound
from archive_app.records.base import reading
from archive_app.web.desk import listing
from tests.factories.archives import Archive, filled
from tests.factories.signed_in import TOKEN, browser, send

BELL = {"identifier": "the-bell", "title": "=The bell", "languages": "en", "narrators": "Vellan, Hesta [az-Latn];Ulven, Serra", "pseudonym": "Narrator 1;Ağ Quş",
        "interviewers": "Marr, Tam", "keywords": "rope;bell \\; two;-quay", "abstract": "One.\n=two, three", "date": "1991~",
        "place": "Low Ombrel", "narrator_role": "witness", "transcripts": "bell.txt|en|verbatim", "access": "registered"}


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "The bell rang.\n\nquellwater\n")
    archive.bring(BELL, {"identifier": "the-door", "title": "Дверь", "publish": "no", "keywords": "порог"},
                  {"identifier": "of-hills", "title": "Of the hills", "collection": "hills", "publish": "no"})


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return filled(sqlite_archive, _bell)


@pytest.fixture
def everywhere(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "archivist", email="all@example.org")


def listed(client: FlaskClient, query: str) -> set[str]:
    page = client.get(f"/desk?{query}").text
    return {id for id in ("the-bell", "the-door", "of-hills") if f'href="/desk/testimonies/{id}"' in page}


@pytest.mark.parametrize(("query", "found"), [
    ("", "the-bell the-door of-hills"), ("collection=hills", "of-hills"), ("collection=never-was", ""), ("kind=transcript", "the-bell"),
    ("kind=audio", ""), ("q=serra", "the-bell"), ("q=ombrel", "the-bell"), ("q=порог", "the-door"), ("q=дверь", "the-door"), ("q=ДВЕРЬ", "the-door"),
    ("q=of-hills", "of-hills"), ("q=narrator+1", "the-bell"), ("q=Narrator+1&collection=hills", ""), ("q=AĞ QUŞ", "the-bell"), ("q=narrator+2", ""), ("q=rope&collection=hills", ""), ("q=%25", ""), ("state=published&kind=transcript", "the-bell")])
def test_the_work_list_is_narrowed(everywhere: FlaskClient, query: str, found: str) -> None:
    assert listed(everywhere, query) == set(found.split())


def test_a_list_that_is_narrowed_says_nothing_of_what_waits(everywhere: FlaskClient) -> None:
    """It counted what was looked for: nothing waited where two did."""
    assert "2 testimonies are waiting." in everywhere.get("/desk").text and "2 testimonies are waiting." in everywhere.get("/desk?state=published").text
    for query in ("q=serra", "collection=valley", "kind=transcript"):
        assert "waiting." not in everywhere.get(f"/desk?{query}").text, query


def test_the_day_on_which_terms_change_is_said_however_far_it_is(bell: Archive, everywhere: FlaskClient) -> None:
    bell.bring({"identifier": "opens-late", "title": "Late", "opens": "2090-01-01"})
    assert ">1 January 2090</span>" in everywhere.get("/desk").text
    assert "The terms of" not in everywhere.get("/desk").text and "opens-late" not in everywhere.get("/desk?state=due").text


def test_what_is_spoken_is_said_as_far_as_one_may_read_it(bell: Archive, everywhere: FlaskClient) -> None:
    assert "spoken in 1 testimony" in everywhere.get("/desk?q=quellwater").text
    bell.unpublish("the-bell")
    bell.settle()
    assert "spoken in" not in everywhere.get("/desk?q=quellwater").text, "a draft is read by nobody"
    assert everywhere.get("/desk?q=((((").status_code == 200


def test_a_filter_that_is_none_is_refused(tender: FlaskClient) -> None:
    assert tender.get("/desk?kind=gold").status_code == 400


def taken(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/desk/catalogue.csv?{query}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"] == 'attachment; filename="catalogue.csv"'
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


def test_the_catalogue_holds_what_one_tends_and_no_formula(bell: Archive, tender: FlaskClient, everywhere: FlaskClient) -> None:
    assert {row["identifier"] for row in taken(tender)} == {"the-bell", "the-door"}
    assert {row["identifier"] for row in taken(everywhere, "collection=hills")} == {"of-hills"}
    assert {row["identifier"] for row in taken(everywhere, "q=serra")} == {"the-bell"}
    row = next(row for row in taken(tender) if row["identifier"] == "the-bell")
    assert row["title"] == "'=The bell" and row["abstract"] == "One.\n'=two, three" and row["keywords"] == "rope; bell \\; two; '-quay"
    assert row["guarded"] == "title;abstract;keywords" and row["narrators"] == "Vellan, Hesta [az-Latn]; Ulven, Serra"
    declaring.hold(bell.engine, operator(), "the-bell", "asked")
    assert {row["identifier"] for row in taken(tender)} == {"the-door"}


def digest(archive: Archive) -> str:
    with reading(archive.engine) as session:
        return kept.digest(session)


def test_the_catalogue_is_brought_in_again_and_changes_nothing(bell: Archive, everywhere: FlaskClient) -> None:
    before, data = digest(bell), everywhere.get("/desk/catalogue.csv").data
    file = bell.folder / "catalogue.csv"
    file.write_bytes(data)
    report = import_path(bell.engine, bell.vault, operator(), file, Options())
    assert {row.result for row in report.rows} == {"unchanged"}, "a table without files says nothing of files"
    assert digest(bell) == before
    file.write_bytes(data.replace("Дверь".encode(), "Дверь в доме".encode()))
    report = import_path(bell.engine, bell.vault, operator(), file, Options())
    assert report.count("updated") == 1 and report.count("unchanged") == 2
    assert "registered readers" in everywhere.get("/desk/testimonies/the-bell").text, "a table of the catalogue says nothing of consent"


def test_what_others_described_while_the_catalogue_was_out_is_not_undone(bell: Archive, everywhere: FlaskClient) -> None:
    """Somebody works through the table for a week, and others at the desk."""
    file, data = bell.folder / "catalogue.csv", everywhere.get("/desk/catalogue.csv").data
    title = {"title": "The door of the house", "languages": "ru", "keywords": "", "date": "", "narrator_role": ""}
    assert send(everywhere, "/desk/testimonies/the-door/description", **title, seen=seen(everywhere, "the-door")).status_code == 303

    def brought(table: bytes) -> tuple[int, int, int]:
        file.write_bytes(table)
        report = import_path(bell.engine, bell.vault, operator(), file, Options())
        return report.count("updated"), report.count("unchanged"), report.count("refused")

    def called() -> set[str]:
        return {row["title"] for row in taken(everywhere)}

    assert brought(data) == (0, 3, 0) and "The door of the house" in called()
    assert brought(data.replace("Дверь".encode(), "Дверь!".encode())) == (0, 2, 1) and "The door of the house" in called()
    now = everywhere.get("/desk/catalogue.csv").data
    assert brought(now.replace(b"The door of the house", b"Our door")) == (1, 2, 0) and "Our door" in called()
    assert brought(now.replace(b"The door of the house", b"Our door")) == (0, 3, 0)


def seen(client: FlaskClient, id: str) -> str:
    return re.findall(r'name="seen" value="([^"]+)"', client.get(f"/desk/testimonies/{id}/description").text)[0]


def test_a_table_with_access_still_narrows(bell: Archive) -> None:
    file = bell.folder / "manifest.csv"
    file.write_text("identifier,collection,title,access\nthe-door,valley,Дверь,\n")
    report = import_path(bell.engine, bell.vault, operator(), file, Options())
    assert report.count("narrowed") + report.count("updated") == 1


NEW = {"collection": "valley", "identifier": "the-lamp", "title": "The lamp", "abstract": "A lamp.\nOn the stair.", "narrators": "Vellan, Hesta [az-Latn]",
       "date": "1988~", "place": "Tessen", "languages": "az; ru", "keywords": "lamp; stair", "narrator_role": "witness"}


def test_a_new_testimony_is_a_draft_for_staff_and_nobody_has_been_asked(bell: Archive, tender: FlaskClient) -> None:
    answer = send(tender, "/desk/new", **NEW)
    assert answer.location == "/desk/testimonies/the-lamp"
    page = tender.get("/desk/testimonies/the-lamp").text
    for told in ("Vellan, Hesta", "Tessen", "lamp, stair", "A lamp."):
        assert told in page
    assert "Nobody has been asked yet. The archive keeps it closed until somebody is asked." in page
    assert "permits" not in page and "Evidence: none" not in page, "nobody said so"
    assert "They see nothing" in tender.get("/desk/testimonies/the-lamp/as?who=staff").text
    assert "consent complete" not in tender.get("/desk?q=the-lamp").text
    with bell.room("custodian") as room, pytest.raises(NotFound):
        room.testimony("the-lamp")
    send(tender, "/desk/testimonies/the-lamp/consent", capacity="narrator", access_existence="public", access_description="public",
         note="folder 4", proof="form")
    send(tender, "/desk/testimonies/the-lamp/publish")
    with bell.room() as room:
        assert room.testimony("the-lamp").card.title == "The lamp"


def test_it_is_the_row_that_an_import_would_take_in(bell: Archive, tender: FlaskClient) -> None:
    send(tender, "/desk/new", **NEW)
    row = next(row for row in taken(tender) if row["identifier"] == "the-lamp")
    bell.bring({**{name: row[name] for name in row if name != "guarded"}, "identifier": "the-lamp-2", "access": "staff", "publish": "no"}, name="more/manifest.csv")
    other = next(row for row in taken(tender) if row["identifier"] == "the-lamp-2")
    assert {**other, "identifier": "the-lamp"} == row


def test_everything_that_is_wrong_is_said_at_its_field_and_kept(tender: FlaskClient) -> None:
    answer = send(tender, "/desk/new", **{**NEW, "title": "", "identifier": "The Lamp!", "date": "long ago", "abstract": "<kept>", "languages": "??"})
    assert answer.status_code == 400 and "&lt;kept&gt;" in answer.text
    for field in ("title", "identifier", "date", "languages"):
        assert re.search(rf'aria-describedby="({field}-hint )?{field}-wrong"', answer.text), field
    assert send(tender, "/desk/new", **{**NEW, "collection": ""}).status_code == 400
    wrong = {**NEW, "title": "", "identifier": "The Lamp!", "date": "long ago", "languages": "not a lang", "naming": "pseudonym"}
    shown = unescape(send(tender, "/desk/new?ui=az", **wrong).text)
    for said in ("“long ago” heç bir il göstərmir.", "“not a lang” dil kodu deyil.", "'The Lamp!' ünvan ola bilməz:", "1 təxəllüs lazımdır"):
        assert said in shown


@pytest.mark.parametrize("hidden", ["of-hills", "never-was"])
def test_a_collection_that_is_not_ones_own_is_refused_whether_it_is_there_or_not(tender: FlaskClient, hidden: str) -> None:
    slug = "hills" if hidden == "of-hills" else "no-such-place"
    answer = send(tender, "/desk/new", **{**NEW, "collection": slug, "identifier": hidden})
    assert answer.status_code == 400 and "There is no collection of this name that you tend." in answer.text
    assert "of the hills" not in answer.text.lower()


def test_wider_than_staff_needs_evidence(tender: FlaskClient) -> None:
    assert 'id="consent_note-wrong"' in send(tender, "/desk/new", **NEW, access_existence="public").text
    assert send(tender, "/desk/new", **NEW, access_existence="public", consent_note="her letter").status_code == 303


def test_where_two_must_agree_a_form_opens_nothing(bell: Archive, everywhere: FlaskClient) -> None:
    bell.bring(collections=[{"identifier": "two-keys", "names": "Two keys", "access": "public", "two_person": "yes"}])
    answer = send(everywhere, "/desk/new", **{**NEW, "collection": "two-keys"}, access_existence="public", consent_note="her letter")
    assert answer.status_code == 400 and "a second person has to agree" in answer.text
    assert everywhere.get("/desk/testimonies/the-lamp").status_code == 404
    assert send(everywhere, "/desk/new", **{**NEW, "collection": "two-keys"}).status_code == 303


def test_an_identifier_is_given_once(tender: FlaskClient) -> None:
    assert "choose another" in send(tender, "/desk/new", **{**NEW, "identifier": "the-bell"}).text


def test_a_list_too_long_to_be_changed_at_once_says_so(everywhere: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    long = [f"/desk/bulk?all=1{more}" for more in ("", "&collection=valley")]
    assert "2 testimonies are chosen." in everywhere.get(long[1]).text
    monkeypatch.setattr(listing, "MOST", 1)
    monkeypatch.setattr(work_list, "PER_PAGE", 1)
    page = everywhere.get("/desk").text
    assert 'name="all"' not in page and "All 3 are more than the 1 that can be changed at once: narrow the list first." in page
    for address in long:
        refused = everywhere.get(address)
        assert refused.status_code == 400 and 'role="alert"' in refused.text and "narrow the list first" in refused.text
        assert 'name="id"' not in refused.text, "nothing of it is chosen unsaid"
    assert "narrow the list first" not in everywhere.get("/desk?collection=hills").text


# --- one change to many

def bulk(client: FlaskClient, *ids: str, step: str = "do", **fields: str) -> str:
    address = "/desk/bulk?" + "&".join(f"id={id}" for id in ids)
    token = TOKEN.search(client.get(address).text)
    assert token is not None
    answer = client.post("/desk/bulk", data={"csrf_token": token[1], "id": list(ids), "step": step, **fields}, follow_redirects=True)
    return answer.text


def keywords(client: FlaskClient) -> dict[str, str]:
    return {row["identifier"]: row["keywords"].replace("'", "") for row in taken(client)}


def test_a_change_is_seen_before_it_is_made_then_made_then_undone(bell: Archive, tender: FlaskClient) -> None:
    before = keywords(tender)
    seen = bulk(tender, "the-bell", "the-door", step="", act="add keywords", words="rope; flood")
    assert "2 testimonies would change" in seen and "порог; rope; flood" in seen and keywords(tender) == before
    made = bulk(tender, "the-bell", "the-door", act="add keywords", words="rope; flood")
    assert "2 testimonies were changed" in made and keywords(tender)["the-door"] == "порог; rope; flood"
    at = made.split('action="/desk/bulk/')[1].split('"')[0]
    assert send(tender, f"/desk/bulk/{at}").status_code == 200 and keywords(tender) == before
    token = TOKEN.search(tender.get("/desk/new").text)
    assert token and tender.post(f"/desk/bulk/{at}", data={"csrf_token": token[1]}).status_code == 409


def test_what_was_changed_and_undone_is_called_by_its_title(bell: Archive, tender: FlaskClient) -> None:
    made = bulk(tender, "the-bell", "the-door", act="add keywords", words="flood")
    assert "<bdi>Дверь</bdi>" in made and "<bdi>the-door</bdi>" not in made and "<bdi>=The bell</bdi>" in made
    at = made.split('action="/desk/bulk/')[1].split('"')[0]
    undone = send(tender, f"/desk/bulk/{at}").text
    assert "<bdi>Дверь</bdi>" in undone and "<bdi>the-door</bdi>" not in undone


def test_what_would_not_change_or_cannot_says_why(bell: Archive, tender: FlaskClient) -> None:
    seen = bulk(tender, "the-bell", "of-hills", "never-was", step="", act="add keywords", words="rope")
    assert seen.count("it is not there, or not yours to tend") == 2 and "nothing would change" in seen
    assert "Of the hills" not in seen and "0 testimonies would change" in seen


def test_undoing_leaves_what_was_changed_since(bell: Archive, tender: FlaskClient) -> None:
    made = bulk(tender, "the-bell", "the-door", act="set languages", words="hy; ru")
    at = made.split('action="/desk/bulk/')[1].split('"')[0]
    bulk(tender, "the-door", act="set languages", words="az")
    undone = send(tender, f"/desk/bulk/{at}").text
    assert "it was changed since" in undone
    assert {row["identifier"]: row["languages"] for row in taken(tender)} == {"the-bell": "en", "the-door": "az"}


def test_a_place_is_set_and_put_back(bell: Archive, tender: FlaskClient) -> None:
    made = bulk(tender, "the-bell", "the-door", act="set place", words="Tessen")
    assert {row["place"] for row in taken(tender)} == {"Tessen"}
    send(tender, f'/desk/bulk/{made.split("action=" + chr(34) + "/desk/bulk/")[1].split(chr(34))[0]}')
    assert {row["identifier"]: row["place"] for row in taken(tender)} == {"the-bell": "Low Ombrel", "the-door": ""}


def test_verbs_are_done_by_themselves_and_say_how_to_take_them_back(bell: Archive, tender: FlaskClient) -> None:
    seen = bulk(tender, "the-bell", "the-door", act="unpublish")
    assert "1 testimony was changed" in seen and "Stays as it is" in seen and "publish them again" in seen and "Undo" not in seen
    assert "To close" in bulk(tender, "the-bell", act="hold"), "a reason is asked for"
    closed = bulk(tender, "the-bell", act="hold", reason="her sister asked")
    assert "opened again by a custodian" in closed
    assert listed(tender, "") == {"the-door"}


@pytest.mark.parametrize("fields", [{"act": "erase"}, {"act": "add keywords"}, {"act": "set place", "words": "a; b"}, {"act": "set languages", "words": "??"}])
def test_what_cannot_be_done_is_said(tender: FlaskClient, fields: dict[str, str]) -> None:
    assert 'role="alert"' in bulk(tender, "the-bell", **fields)


def test_all_that_the_list_holds_can_be_chosen(everywhere: FlaskClient) -> None:
    page = everywhere.get("/desk/bulk?all=1&collection=valley").text
    assert 'value="the-bell"' in page and 'value="the-door"' in page and "of-hills" not in page
    assert "Tick testimonies" in everywhere.get("/desk/bulk").text


def test_a_change_is_its_makers_alone(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    made = bulk(tender, "the-door", act="add keywords", words="flood")
    at = made.split('action="/desk/bulk/')[1].split('"')[0]
    other = browser(bell, app, "custodian")
    nothing = other.get("/desk/bulk/never-was")
    assert (other.get(f"/desk/bulk/{at}").status_code, other.get(f"/desk/bulk/{at}").data) == (404, nothing.data)
    token = TOKEN.search(other.get("/desk/new").text)
    assert token and other.post(f"/desk/bulk/{at}", data={"csrf_token": token[1]}).status_code == 404
    assert "flood" in keywords(tender)["the-door"]


def test_foreign_ones_are_never_changed(bell: Archive, tender: FlaskClient, everywhere: FlaskClient) -> None:
    for act, words in (("add keywords", "mine"), ("set place", "Mine"), ("publish", ""), ("hold", "")):
        bulk(tender, "of-hills", act=act, words=words, reason="x")
    row = taken(everywhere, "collection=hills")[0]
    assert (row["keywords"], row["place"]) == ("", "") and "Of the hills" in everywhere.get("/desk?collection=hills").text


def test_no_token_no_change(tender: FlaskClient) -> None:
    assert tender.post("/desk/bulk", data={"id": "the-door", "act": "publish", "step": "do"}).status_code == 400
    assert tender.post("/desk/new", data=NEW).status_code == 400
    assert tender.post("/desk/import", data={"file": (io.BytesIO(b"x"), "a.csv")}).status_code == 400


def test_the_desk_is_found_from_an_account_and_from_the_head(bell: Archive, app: Flask, tender: FlaskClient) -> None:
    assert 'href="/desk"' in tender.get("/account").text and '<a href="/desk">Desk</a>' in tender.get("/testimonies").text
    reader = browser(bell, app, "researcher")
    assert 'href="/desk"' not in reader.get("/account").text + reader.get("/testimonies").text + app.test_client().get("/").text
    assert "/desk" not in tender.get("/testimonies/never-was").text, "a page that is not there is the same for all"



def test_what_is_closed_since_is_not_shown_in_a_change_of_before(bell: Archive, tender: FlaskClient) -> None:
    made = bulk(tender, "the-bell", "the-door", act="add keywords", words="rope; flood")
    at = made.split('action="/desk/bulk/')[1].split('"')[0]
    assert "=The bell" in tender.get(f"/desk/bulk/{at}").text
    bulk(tender, "the-bell", act="hold", reason="her sister asked")
    shown = tender.get(f"/desk/bulk/{at}").text
    assert "bell" not in shown and "Дверь" in shown
