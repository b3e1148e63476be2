"""The registry at the desk in the browser: lists, entries, forms, merging; who is let in; what becomes of what cannot be taken."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.actions.test_entering import listed, thing
from tests.factories.archives import Archive, filled
from tests.factories.shared import data_folder
from tests.factories.signed_in import browser, send

PEOPLE = [{"identifier": "hesta-vellan", "names": "Vellan, Hesta|en|", "born": "1951"}, {"identifier": "gesta-vellan", "names": "Веллан, Геста|ru|"}]
KINDS = ("people", "places", "events", "sources", "statements")
ONE = "/desk/people/hesta-vellan"
FORMS = [*(f"/desk/{kind}/new" for kind in KINDS), f"{ONE}/change", f"{ONE}/access", f"{ONE}/merge?other=gesta-vellan", "/desk/testimonies/the-bell/links"]
EVERY = [*(f"/desk/{kind}" for kind in KINDS), ONE, *FORMS]


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "Hesta Vellan wrote.\n")
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "place": "Low Tessen",
                          "transcripts": "bell.txt|en|verbatim", "naming": "initial"}, people=PEOPLE,
                         sources=[{"identifier": "a-paper", "title": "A paper"}], events=[{"identifier": "the-flood", "names": "The flood|en|"}])


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    return filled(sqlite_archive, _bell)


@pytest.fixture
def tender(bell: Archive, app: Flask) -> FlaskClient:
    return browser(bell, app, "archivist")


def test_only_staff_come_in_and_who_tends_some_changes_nothing(bell: Archive, app: Flask) -> None:
    stranger, reader, some = app.test_client(), browser(bell, app, "researcher"), browser(bell, app, "archivist", "valley", email="v@example.org")
    nothing = reader.get("/desk/people/never-was").data
    for path in EVERY:
        assert stranger.get(path).status_code == 303 and reader.get(path).data == nothing and reader.post(path).status_code in (404, 405)
        changes = path in FORMS and "testimonies" not in path
        assert some.get(path).status_code == (404 if changes else 200), path
    shown = some.get(ONE).text
    assert "whoever tends them all" in shown and "/change" not in shown and "Perhaps the same" not in shown
    assert some.get("/desk/people/gesta-vellan").data == some.get("/desk/people/never-was").data


def test_lists_find_names_in_every_script(tender: FlaskClient) -> None:
    for asked in ("Vellan", "веллан", "Geste Vellan", "hesta-vellan"):
        assert "hesta-vellan" in tender.get("/desk/people", query_string={"q": asked}).text, asked
    assert "Nothing here." in tender.get("/desk/people?q=Somebody").text
    assert tender.get("/desk/people?page=0").status_code == 400
    assert "Perhaps the same" in tender.get(ONE).text and "gesta-vellan" in tender.get(ONE).text


def test_a_name_is_added_and_withheld(bell: Archive, tender: FlaskClient) -> None:
    form = {"name_1": "Vellan, Hesta", "language_1": "en", "name_3": "Wrote, Estha", "which_3": "in hiding", "born": "1951~"}
    answer = send(tender, f"{ONE}/change", seen=seen(tender, f"{ONE}/change"), **form)
    assert answer.status_code == 303 and answer.location == ONE
    assert "in hiding" in tender.get(ONE).text
    assert "Wrote" not in tender.get("/testimonies/the-bell").text.replace("wrote", "")


def seen(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', client.get(path).text)
    assert found
    return found[1]


def test_two_people_at_once_lose_nothing(tender: FlaskClient) -> None:
    before = seen(tender, f"{ONE}/change")
    assert send(tender, f"{ONE}/change", seen=before, name_1="Vellan, Hesta", language_1="en", note="theirs").status_code == 303
    late = send(tender, f"{ONE}/change", seen=before, name_1="Vellan, H.", language_1="en", note="mine & late")
    assert late.status_code == 409 and "mine &amp; late" in late.text and "theirs" in late.text and "Somebody else changed this" in late.text
    assert send(tender, f"{ONE}/change", seen=re.search(r'name="seen" value="([^"]*)"', late.text)[1], name_1="Vellan, H.",  # type: ignore[index]
                language_1="en", note="mine & late").status_code == 303


def test_more_rows_keep_what_was_typed(tender: FlaskClient) -> None:
    answer = send(tender, "/desk/people/new", act="more", name_1="Typed, Already", note="kept")
    assert answer.status_code == 200 and 'value="Typed, Already"' in answer.text and "kept</textarea>" in answer.text and "name_6" in answer.text


def test_every_kind_is_entered_and_its_mistakes_named(bell: Archive, tender: FlaskClient) -> None:
    assert send(tender, "/desk/people/new").status_code == 400
    wrong = send(tender, "/desk/places/new", name_1="Mill <b>", latitude="north", within="")
    assert wrong.status_code == 400 and 'aria-describedby="latitude-hint latitude-wrong"' in wrong.text and "Mill &lt;b&gt;" in wrong.text
    made = {kind: send(tender, f"/desk/{kind}/new", **fields).location for kind, fields in {
        "people": {"name_1": "Орлов, Пётр", "language_1": "ru"}, "places": {"name_1": "The mill", "within": "Low Tessen", "access": "public"},
        "events": {"name_1": "The drowning", "which_1": "a paper", "places": "The mill"}, "sources": {"title": "Herald", "access": "public"},
        "statements": {"source": "Herald", "event": "The flood", "asserts": "status", "value_min": "unknown", "wording": "nobody knows"}}.items()}
    for kind, address in made.items():
        assert address.startswith(f"/desk/{kind}/") and tender.get(address).status_code == 200, kind
    assert ">unknown<" in tender.get("/events/the-flood").text and "Change: unknown" in tender.get("/desk/events/the-flood").text
    assert "a paper" in tender.get(made["events"]).text and "The mill" in tender.get(made["events"]).text
    assert "Now: Low Tessen." in tender.get(f"{made['places']}/change").text
    listed = re.sub(r"<[^>]*>", "", tender.get("/desk/statements").text)
    assert "nobody knowsunknown. Herald" in listed, "in the list too: what is said, and who says it"


def test_made_one_and_two_again(bell: Archive, tender: FlaskClient) -> None:
    address = f"{ONE}/merge?other=gesta-vellan"
    shown = tender.get(address).text
    assert "Веллан, Геста" in shown and "What moves" in shown
    assert tender.get(f"{ONE}/merge?other=never-was").status_code == 400 == tender.get(f"{ONE}/merge?other=hesta-vellan").status_code
    assert send(tender, address, seen=seen(tender, address), other="gesta-vellan").status_code == 400, "without evidence"
    late = send(tender, address, seen="another", other="gesta-vellan", note="her letter")
    assert late.status_code == 409 and "Nothing was done" in late.text
    assert send(tender, address, seen=seen(tender, address), other="gesta-vellan", note="her letter").location == ONE
    assert "Геста" in tender.get("/desk/people/gesta-vellan").text and "Make them two again" in tender.get(ONE).text
    undo = re.search(rf'{ONE}/merges/gesta-vellan/undo', tender.get(ONE).text)
    assert undo and send(tender, undo[0]).status_code == 400
    assert send(tender, undo[0], note="they were two").status_code == 303
    assert tender.get(undo[0]).status_code == 404 and "Made one with them" not in tender.get(ONE).text
    assert sorted(listed(bell, "people")) == ["gesta-vellan", "hesta-vellan"]


@pytest.mark.parametrize("address", [ONE, "/desk/people/new", f"{ONE}/access", f"{ONE}/change", f"{ONE}/merge", f"{ONE}/merge?other=gesta-vellan"])
def test_people_are_not_called_it(tender: FlaskClient, address: str) -> None:
    page = re.sub(r"<[^>]*>", " ", tender.get(address).text)
    assert not re.search(r"itself|of it\b|with it\b|it gains|it is known", page)


def test_people_are_they_and_places_and_events_it(tender: FlaskClient) -> None:
    person = tender.get(ONE).text
    assert "Nobody may know of them by themselves, only where something that one may read speaks of them." in person
    assert "Change who may know of them" in person and "Make another one with them" in person and "Nothing that you may know of is stated of them." in person
    assert "Who may know of them by themselves" in tender.get(f"{ONE}/access").text
    assert "Names they gain" in tender.get(f"{ONE}/merge?other=gesta-vellan").text
    event = tender.get("/desk/events/the-flood").text
    assert "Change who may know of it" in event and "Make another one with it" in event


def test_two_of_one_name_are_told_apart_below_the_sentence_not_in_it(bell: Archive, tender: FlaskClient) -> None:
    bell.bring(people=[{"identifier": "another-hesta", "names": "Vellan, Hesta|en|"}])
    page = tender.get(f"{ONE}/merge?other=another-hesta").text
    assert "The first of these two would become a part of the second." in page and "(another-hesta)" not in page
    assert "would become a part of “Vellan, Hesta”" in tender.get(f"{ONE}/merge?other=gesta-vellan").text


def test_what_a_place_lies_in_is_named_where_two_are_made_one(bell: Archive, tender: FlaskClient) -> None:
    bell.bring(places=[{"identifier": "the-valley", "names": "The valley|en|"}, {"identifier": "mill-one", "names": "Mill|en|"},
                       {"identifier": "mill-two", "names": "Mill two|en|", "within": "the-valley"}])
    page = tender.get("/desk/places/mill-one/merge?other=mill-two").text
    assert page.count('<dt>Lies within</dt><dd dir="auto">The valley</dd>') == 2 and "the-valley" not in page


def test_a_merge_is_not_said_to_open_what_it_may_not(tender: FlaskClient) -> None:
    address = f"{ONE}/merge?other=gesta-vellan"
    refused = send(tender, address, seen=seen(tender, address), other="gesta-vellan")
    assert "This can let more people read than before: say where the evidence is, or attach it." in refused.text


def test_it_is_opened_with_evidence(tender: FlaskClient, app: Flask) -> None:
    assert send(tender, f"{ONE}/access", access="public").status_code == 400
    assert app.test_client().get("/people/hesta-vellan").status_code == 404
    assert send(tender, f"{ONE}/access", access="public", note="her letter").status_code == 303
    assert app.test_client().get("/people/hesta-vellan").status_code == 200


def test_people_and_places_of_a_testimony(tender: FlaskClient) -> None:
    path = "/desk/testimonies/the-bell/links"
    assert send(tender, path, act="person", people="nobody-known", role="mentioned").status_code == 400
    assert send(tender, path, act="person", people="gesta-vellan", role="mentioned").status_code == 303
    assert send(tender, path, act="person", people="gesta-vellan", role="mentioned").status_code == 409
    assert "Веллан, Геста" in tender.get(path).text
    assert send(tender, path, act="-mentioned-1-gesta-vellan").status_code == 400
    assert send(tender, path, act="-mentioned-1", note="her letter").status_code == 409, "whom, the button says"
    assert send(tender, path, act="-mentioned-1-gesta-vellan", note="her letter").status_code == 303
    assert send(tender, path, act="-mentioned-1-gesta-vellan", note="her letter").status_code == 404
    button = re.findall(r'value="(-place-1-[^"]+)"', tender.get(path).text)[0]
    assert send(tender, path, act="-place-1-another").status_code == 409, "which, the button says"
    assert send(tender, path, act="-place-1").status_code == 303 and "Low Tessen" not in tender.get(path).text
    assert send(tender, path, act=button).status_code == 404
    assert send(tender, path, act="place", places="Low Tessen").status_code == 400, "no place that anything speaks of"
    assert send(tender, path, act="nothing").status_code == 400


def test_nothing_is_done_without_the_token_of_a_form(bell: Archive, tender: FlaskClient) -> None:
    for path in FORMS:
        data = {"name_1": "x", "title": "x", "access": "public", "note": "x", "act": "person", "people": "gesta-vellan", "role": "mentioned",
                "seen": seen(tender, f"{ONE}/merge?other=gesta-vellan"), "other": "gesta-vellan"}
        assert tender.post(path, data=data).status_code == 400, path
    assert sorted(listed(bell, "people")) == ["gesta-vellan", "hesta-vellan"]


class Parts(HTMLParser):
    """What in a page could be executed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "img", "svg", "style"):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name, value in attrs if name.startswith("on") or name == "style" or (
            name in ("href", "src", "action") and (value or "").strip().lower().startswith(("javascript:", "data:", "//")))]


def alive(page: str) -> list[str]:
    parts = Parts()
    parts.feed(page)
    return parts.found


def test_what_is_alive_is_seen() -> None:
    assert alive("<p onclick=x><script>1</script><a href=' javascript:1'>&lt;script&gt;</a>") == ["p onclick", "script", "a href"]


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    return list(json.loads((data_folder() / "strings" / "naughty.json").read_text(encoding="utf-8")))


def test_naughty_strings_are_kept_as_typed_and_shown_as_text(bell: Archive, tender: FlaskClient, naughty: list[str]) -> None:
    """Every one of them through a name, a period, a note, a wording: a hundred in one row is one request."""
    strings = [each.replace("\r", "") for each in naughty if each.strip() and "\0" not in each]
    fields = {f"name_{n}": each[:500] for n, each in enumerate(strings[:98], 1)} | {f"which_{n}": each[:500] for n, each in enumerate(strings[:98], 1)}
    person = send(tender, "/desk/people/new", note="\n".join(strings), **fields).location
    kept = thing(bell, "people", person.rsplit("/", 1)[1]).row
    assert [name.text for name in kept.names] == [each.strip()[:500] for each in strings[:98]] == [name.kind for name in kept.names]
    assert kept.said("note") == "\n".join(strings).strip()
    for path in (person, f"{person}/change", "/desk/people", f"/desk/people?q={strings[5]}"):
        assert alive(tender.get(path).text) == [], path
    stated = send(tender, "/desk/statements/new", source="a-paper", asserts="other", about=strings[60], wording="\n".join(strings), says=strings[70],
                  locator=strings[71], unit=strings[72], value_min=strings[73], note=strings[74]).location
    row = thing(bell, "statements", stated.rsplit("/", 1)[1]).row
    assert (row.said("about"), row.said("says"), row.said("wording")) == (strings[60].strip(), strings[70].strip(), "\n".join(strings).strip())
    assert tender.get(stated).status_code == 200 == tender.get(f"{stated}/change").status_code


def test_several_names_and_several_people_are_told_apart(bell: Archive, tender: FlaskClient) -> None:
    bell.bring({"identifier": "two", "title": "Two", "narrators": "Ulven, Serra;Hallin, Jora", "languages": "en"},
               people=[{"identifier": "serra", "names": "Ulven, Serra|en|;Ульвен, Серра|ru|"},
                       {"identifier": "a-b", "names": "Ulven, <Serra>|en|", "note": "from the hills"},
                       {"identifier": "c-d", "names": "Ulven, <Serra>|en|", "note": "from the sea"}])
    plain = re.sub(r"<[^>]*>", "", tender.get("/desk").text)
    assert "Ulven, Serra; Hallin, Jora" in plain
    assert "Ulven, Serra · Ульвен, Серра" in re.sub(r"<[^>]*>", "", tender.get("/desk/people").text)
    merge = tender.get("/desk/people/a-b/merge?other=c-d").text
    assert "The first of these two would become a part of the second." in merge
    gone, kept = merge.split("Becomes a part</dt>")[1].split("Is kept</dt>")
    assert "c-d · 0 testimonies" in gone and "from the sea" in gone and "from the hills" in kept.split("</section>")[0]
    assert "a-b" not in gone and "(gesta-vellan)" not in tender.get(f"{ONE}/merge?other=gesta-vellan").text, "names that differ tell it"
