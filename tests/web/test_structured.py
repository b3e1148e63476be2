"""What machines read in the head of a page: all that it should say, and nothing that the page does not show to this viewer."""

from __future__ import annotations

import html
import io
import json
import re
import wave
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from archive_app.access.readings import Copy, Name, Recording
from archive_app.access.registry_readings import Event
from archive_app.web import structured
from archive_app.web.pages import PAGES
from archive_app.web.reads import Asked
from tests.factories.archives import Archive
from tests.factories.readings import BELL, FACE, LAMP, NETS, ROOF, SHUT, SOUND, FakeRoom
from tests.web.app import make_app

BASE = "https://archive.example"
ROWS = {page.name: page for page in PAGES}
SHOWN = (("testimony", BELL.id), ("testimony", LAMP.id), ("testimony", NETS.id), ("testimony", ROOF.id), ("person", "hesta-vellan"),
         ("place", "low-ombrel"), ("place", "tavrel-valley"), ("event", "flooding-of-low-ombrel"))
VOCABULARY = {"https://schema.org", "ArchiveComponent", "ArchiveOrganization", "Collection", "Person", "Place", "Event", "GeoCoordinates",
              "Quotation", "AudioObject", "VideoObject", "ImageObject", "MediaObject"}
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
META = re.compile(r'<meta name="([^"]+)" content="([^"]*)">')


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app(LANGUAGES="en,az,hy,ru,tr,ar")


def head(app: Flask, room: Any, name: str, id: str, ui: str = "en") -> str:
    """What stands in the head of a page, as this room gives it."""
    with app.test_request_context(f"/?ui={ui}"):
        view = ROWS[name].read(Asked(room, None, MultiDict(), False), id=id)  # type: ignore[arg-type]
        return str(ROWS[name].structured(view))


def linked(app: Flask, room: Any, name: str, id: str, ui: str = "en") -> Any:
    found = BLOCK.search(head(app, room, name, id, ui))
    return json.loads(found[1]) if found else None


def tags(app: Flask, room: Any, name: str, id: str) -> list[tuple[str, str]]:
    return [(name, html.unescape(value)) for name, value in META.findall(head(app, room, name, id))]


def path(name: str, id: str) -> str:
    return ROWS[name].path.replace("<public:id>", id)


# Never wider than the page and its twin

def leaves(value: object) -> Iterator[object]:
    """Every text and number in a JSON value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def milliseconds(text: str) -> int | None:
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    return round(sum(float(each or 0) * unit for each, unit in zip(found.groups(), (3_600_000, 60_000, 1000), strict=True))) if found else None


def wider(block: Any, page: str, twin: Any) -> list[object]:
    """The values of a block that neither the page nor its twin holds."""
    told = set(leaves(twin))
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.partition("</head>")[2])).split())
    texts = {part for each in told if isinstance(each, str) for part in (each, *each.split("/"))} | set(re.findall(r'\blang="([^"]+)"', page))
    links = {html.unescape(each).partition("?")[0] for each in re.findall(r'href="([^"#]*)', page.partition("</head>")[2])} | texts
    numbers = {round(each, 2) for each in told if isinstance(each, (int, float))}

    def stands(value: object) -> bool:
        if not isinstance(value, str):
            return value in numbers
        if value.startswith(BASE):
            return value.removeprefix(BASE) in links
        length = milliseconds(value)
        return value in VOCABULARY or value in texts or " ".join(value.split()) in text or (length is not None and length in told)

    return [value for value in leaves(block) if not stands(value)]


@pytest.mark.parametrize("ui", ["en", "ru", "ar"])
@pytest.mark.parametrize(("name", "id"), SHOWN)
def test_nothing_is_wider_than_the_page(name: str, id: str, ui: str, app: Flask) -> None:
    client = app.test_client()
    block = linked(app, FakeRoom(), name, id, ui)
    assert len(list(leaves(block))) > 5
    page, twin = (client.get(f"{path(name, id)}{ending}?ui={ui}") for ending in ("", ".json"))
    own = f"{BASE}{path(name, id)}"
    assert [each for each in wider(block, page.text, twin.json) if each != own] == []


def test_what_is_wider_would_be_seen(app: Flask) -> None:
    page, twin = (app.test_client().get(path("testimony", NETS.id) + ending) for ending in ("", ".json"))
    extra = {"name": "Somebody Else", "sameAs": f"{BASE}/people/somebody", "latitude": 1.23, "duration": "PT9M"}
    assert wider(extra, page.text, twin.json) == list(extra.values())


ARCHIVE = (
    {"identifier": "told-a", "title": "Letter of Vellan", "narrators": "Vellan, Hesta", "naming": "pseudonym", "pseudonym": "A net mender",
     "date": "1991-05", "place": "Quiet town", "access": "public", "access_identity": "staff", "keywords": "Hesta;quay",
     "abstract": "Hesta Vellan tells.", "languages": "en", "media": "sound.wav|tape of Hesta Vellan"},
    {"identifier": "told-b", "title": "Closed", "access": "public", "access_description": "staff", "narrators": "Ulven, Serra", "place": "Hidden town"})


def second() -> bytes:
    """A second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(16_000))
    return out.getvalue()


@pytest.fixture
def told(sqlite_archive: Archive) -> Archive:
    sqlite_archive.write("sound.wav", second())
    sqlite_archive.bring(*ARCHIVE, places=(
        {"identifier": "quiet-town", "names": "Quiet town|en|", "latitude": "10.123", "longitude": "20.456"},
        {"identifier": "hidden-town", "names": "Hidden town|en|", "latitude": "1.5", "longitude": "2.5"}))
    sqlite_archive.derive()
    return sqlite_archive


@pytest.mark.parametrize("who", ["anonymous", "archivist"])
def test_nothing_is_wider_than_the_page_of_a_real_archive(who: str, told: Archive) -> None:
    app = make_app(open_room=lambda facts: told.room(who))
    for name, id in (("testimony", "told-a"), ("place", "quiet-town")):
        page, twin = (app.test_client().get(path(name, id) + ending) for ending in ("", ".json"))
        with told.room(who) as room:
            block = linked(app, room, name, id)
        assert [each for each in wider(block, page.text, twin.json) if each != BASE + path(name, id)] == []


def test_a_hidden_name_is_nowhere_and_a_face_has_no_address(told: Archive, app: Flask) -> None:
    with told.room() as room:
        text, block = head(app, room, "testimony", "told-a"), linked(app, room, "testimony", "told-a")
        assert head(app, room, "testimony", "told-b") == ""
    assert not re.search("Vellan|Hesta", text)
    assert block["creator"] == [{"@type": "Person", "name": "A net mender"}]
    assert [medium["name"] for medium in block["associatedMedia"]] == ["tape of A net mender"]
    with told.room("archivist") as room:
        block = linked(app, room, "testimony", "told-a")
        assert (block["creator"][0]["name"], block["creator"][0]["url"].rpartition("/")[0]) == ("Hesta Vellan", f"{BASE}/people")
        assert linked(app, room, "testimony", "told-b")["about"][0]["name"] == {"@value": "Hidden town", "@language": "en"}


def test_only_a_copy_of_this_viewer_has_an_address(told: Archive, app: Flask) -> None:
    with told.room() as room:
        recording = room.testimony("told-a").recordings[0]
        medium = linked(app, room, "testimony", "told-a")["associatedMedia"][0]
    assert recording.shown
    assert (medium["contentUrl"], medium["@type"]) == (f"{BASE}/media/{recording.shown.id}", "AudioObject")
    assert milliseconds(medium["duration"]) == recording.duration_ms
    told.bring({**ARCHIVE[0], "access_audio": "staff"})
    with told.room() as room:
        assert "associatedMedia" not in linked(app, room, "testimony", "told-a")


# What it says

def test_a_testimony(app: Flask) -> None:
    block = linked(app, FakeRoom(), "testimony", BELL.id)
    assert (block["@context"], block["@type"], block["@id"]) == ("https://schema.org", "ArchiveComponent", f"{BASE}/testimonies/{BELL.id}")
    assert block["name"] == {"@value": "The bell rope on the quay", "@language": "en"}
    assert (block["dateCreated"], block["inLanguage"]) == ("1991-05-14", ["en"])
    assert block["creator"] == [{"@type": "Person", "@id": f"{BASE}/people/hesta-vellan", "url": f"{BASE}/people/hesta-vellan",
                                 "name": {"@value": "Hesta Vellan", "@language": "en"}}]
    assert [each["name"]["@value"] for each in block["contributor"]] == ["Ressa Calvorn"]
    assert [each["url"] for each in block["about"]] == [f"{BASE}/places/tessen", f"{BASE}/places/low-ombrel"]
    assert block["isPartOf"]["url"] == f"{BASE}/collections/night-of-the-water"
    assert block["holdingArchive"] == {"@type": "ArchiveOrganization", "name": "Testimony Archive", "url": f"{BASE}/"}
    assert block["associatedMedia"] == [{"@type": "AudioObject", "name": "tape 1", "contentUrl": f"{BASE}/media/{SOUND.id}",
                                         "encodingFormat": SOUND.media_type, "duration": "PT3M30S"}]
    assert block["conditionsOfAccess"].startswith("Anyone may read the words. Registered readers may hear the recording.")
    assert "transcript" not in block and "quay in Low Ombrel, on a post" not in json.dumps(block)


def test_who_is_not_named_is_not_a_creator(app: Flask) -> None:
    assert linked(app, FakeRoom(), "testimony", NETS.id)["creator"] == [
        {"@type": "Person", "name": {"@value": FACE.shown, "@language": "en"}}]
    assert not {"creator", "dateCreated", "temporal", "about"} & set(linked(app, FakeRoom(), "testimony", ROOF.id))


def test_who_is_only_mentioned_has_not_told(app: Flask) -> None:
    card = replace(BELL, people=(replace(BELL.people[0], role="mentioned"),))
    assert "creator" not in linked(app, FakeRoom(cards=(card,)), "testimony", BELL.id)
    assert "DC.creator" not in dict(tags(app, FakeRoom(cards=(card,)), "testimony", BELL.id))


@pytest.mark.parametrize(("date", "key"), [("1991", "dateCreated"), ("1991-05", "dateCreated"), ("1988~", "temporal"), ("199X", "temporal"),
                                           ("1992-03/1992-04", "temporal"), ("1992-21", "temporal")])
def test_only_a_plain_date_is_a_date(date: str, key: str, app: Flask) -> None:
    block = linked(app, FakeRoom(cards=(replace(BELL, date=date),)), "testimony", BELL.id)
    assert {name: block[name] for name in ("dateCreated", "temporal") if name in block} == {key: date}


def test_a_closed_description_says_nothing(app: Flask) -> None:
    assert head(app, FakeRoom(), "testimony", SHUT.id) == ""


def test_a_person(app: Flask) -> None:
    block = linked(app, FakeRoom(), "person", "hesta-vellan")
    assert (block["@type"], block["birthDate"], block["description"]) == ("Person", "1940", "Sister of Davin Vellan.")
    assert block["name"] == {"@value": "Hesta Vellan", "@language": "en"}
    assert block["alternateName"] == [{"@value": "Веллан, Хеста", "@language": "ru"}, {"@value": "Վելլան, Հեստա", "@language": "hy"}]
    assert not {"deathDate", "sameAs", "subjectOf"} & set(block)
    assert linked(app, FakeRoom(), "person", "hesta-vellan", "ru")["name"]["@language"] == "ru"


def test_a_place(app: Flask) -> None:
    block = linked(app, FakeRoom(), "place", "low-ombrel")
    assert block["geo"] == {"@type": "GeoCoordinates", "latitude": -48.86, "longitude": -123.38}
    assert [each["@language"] for each in block["alternateName"]] == ["ru", "az", "hy", "ar"]
    assert block["containedInPlace"]["name"]["@value"] == "Tavrel valley"


def test_an_event_and_who_calls_it_so(app: Flask) -> None:
    block = linked(app, FakeRoom(), "event", "flooding-of-low-ombrel")
    assert (block["startDate"], block["endDate"]) == ("1954-11-17", "1954-11-18")
    assert [each["name"]["@value"] for each in block["location"]] == ["Low Ombrel", "Karsel"]
    assert [(each["text"]["@value"], each["creditText"]) for each in block["subjectOf"]][:2] == [
        ("Night of the Water", "people resettled from Low Ombrel"), ("Ночь воды", "people resettled from Low Ombrel")]
    assert "alternateName" not in block  # all other names are somebody's
    assert "thirty-one" not in json.dumps(block)


def test_the_archives_own_titles_in_other_languages_are_equal_names(app: Flask) -> None:
    class Room(FakeRoom):
        def event(self, id: str) -> Event:
            found = super().event(id)
            return replace(found, ref=replace(found.ref, names=(*found.ref.names, Name("Затопление", "ru")), date="1954~/1955"))

    block = linked(app, Room(), "event", "flooding-of-low-ombrel")
    assert block["alternateName"] == [{"@value": "Затопление", "@language": "ru"}]
    assert "startDate" not in block and block["endDate"] == "1955"


@pytest.mark.parametrize(("length", "said"), [(None, ""), (0, ""), (210_000, "PT3M30S"), (3_845_250, "PT1H4M5.25S"), (3_600_000, "PT1H"),
                                              (400, "PT0.4S")])
def test_durations(length: int | None, said: str) -> None:
    assert structured.duration(length) == said


@pytest.mark.parametrize(("kind", "recipe", "type_"), [("video", "film", "VideoObject"), ("image", "preview", "ImageObject"),
                                                       ("document", "page", "MediaObject")])
def test_other_media(kind: str, recipe: str, type_: str, app: Flask) -> None:
    class Room(FakeRoom):
        def testimony(self, id: str) -> Any:
            copies = (Copy("the-copy", recipe, 1, "x/y", 0, 0), Copy("the-poster", "poster", 0, "image/jpeg", 0, 0))
            return replace(super().testimony(id), recordings=(Recording("r", kind, "", None, 0, copies), Recording("waits", kind, "", None)))

    medium, = linked(app, Room(), "testimony", BELL.id)["associatedMedia"]
    assert medium == {"@type": type_, "contentUrl": f"{BASE}/media/the-copy", "thumbnailUrl": f"{BASE}/media/the-poster", "encodingFormat": "x/y"}


# How it stands in the page

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029 \"'"


def test_no_letter_ends_the_block(app: Flask) -> None:
    room = FakeRoom(cards=(replace(BELL, title=HOSTILE),))
    text = head(app, room, "testimony", BELL.id)
    inside = BLOCK.search(text)
    assert inside and not set("<>&\u2028\u2029") & set(inside[1])
    assert json.loads(inside[1])["name"]["@value"] == HOSTILE
    assert text.count("<script") == text.count("</script>") == 1
    assert ("DC.title", HOSTILE) in tags(app, room, "testimony", BELL.id)


@pytest.mark.parametrize(("name", "id"), SHOWN)
def test_the_page_holds_it_once(name: str, id: str, app: Flask) -> None:
    text = app.test_client().get(path(name, id)).text
    found = BLOCK.findall(text.partition("</head>")[0])
    assert [json.loads(each) for each in found] == [linked(app, FakeRoom(), name, id)]
    assert len(re.findall('<meta name="DC.title"', text)) == 1


def test_other_pages_hold_none(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    for address in ("/", "/people", "/testimonies", path("testimony", SHUT.id), f"/testimonies/{BELL.id}/transcripts/1", "/nothing"):
        assert "ld+json" not in client.get(address).text


def test_zotero_takes_a_testimony_for_an_interview(app: Flask) -> None:
    found = tags(app, FakeRoom(), "testimony", BELL.id)
    one = dict(found)
    assert (one["z:itemType"], one["z:interviewees"], one["z:interviewers"]) == ("interview", "Hesta Vellan", "Ressa Calvorn")
    assert (one["DC.title"], one["DC.date"], one["DC.type"]) == ("The bell rope on the quay", "1991-05-14", "Sound")
    assert (one["DC.identifier"], one["DC.publisher"]) == (f"{BASE}/testimonies/{BELL.id}", "Testimony Archive")
    assert [value for name, value in found if name == "DC.subject"] == ["bell", "quay"]


@pytest.mark.parametrize(("name", "id", "title"), [("person", "hesta-vellan", "Hesta Vellan"), ("place", "low-ombrel", "Low Ombrel"),
                                                   ("event", "flooding-of-low-ombrel", "Flooding of Low Ombrel")])
def test_zotero_takes_other_pages_as_pages(name: str, id: str, title: str, app: Flask) -> None:
    found = dict(tags(app, FakeRoom(), name, id))
    assert (found["DC.title"], found["DC.identifier"]) == (title, f"{BASE}{path(name, id)}")
    assert not {"z:itemType", "DC.creator", "DC.date"} & set(found)

