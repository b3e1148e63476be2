"""The JSON that people's scripts rely on, in the contract's shapes."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.app import make_app

LIST = {"total", "page", "pages", "items"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


def read(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize("address", ["/testimonies.json", "/people.json", "/places.json", "/events.json", "/collections.json"])
def test_lists(address: str, client: FlaskClient) -> None:
    found = read(client, address)
    assert set(found) == LIST
    assert found["total"] == len(found["items"]) > 0
    assert (found["page"], found["pages"]) == (1, 1)


def test_testimony(client: FlaskClient) -> None:
    found = read(client, "/testimonies/bell-rope-on-the-quay.json")
    assert set(found) >= {"id", "title", "collection", "date", "place", "people", "languages", "terms", "recordings", "transcripts",
                          "index_points"}
    assert found["collection"] == "night-of-the-water"
    assert found["date"] == "1991-05-14"
    assert found["place"] == "Tessen; Low Ombrel"
    assert found["people"][0] == {"name": "Hesta Vellan", "role": "survivor", "id": "hesta-vellan", "face": "face-hesta",
                                  "language": "en", "url": "/people/hesta-vellan"}
    assert found["terms"]["audio"] == "Registered readers may hear the recording."
    assert found["terms"]["video"] == "Only the archive’s custodians may see the film."
    assert found["terms"]["image"] == "Only the archive’s staff may see the pictures. From 1 January 2090: anyone may see the pictures."
    assert found["recordings"] == [
        {"id": "sound-1", "kind": "audio", "label": "tape 1", "duration_ms": 210_000, "url": "/media/sound-1-copy", "offset_ms": 0,
         "failed": False, "withheld": [{"start_ms": 90_000, "end_ms": 100_000}],
         "copies": [{"url": "/media/sound-1-copy", "is": "sound", "part": 0, "type": "audio/mp4"},
                    {"url": "/media/peaks-1", "is": "peaks", "part": 0, "type": "application/json"}]}]


def test_all_transcripts_are_in_the_twin(client: FlaskClient) -> None:
    transcripts = read(client, "/testimonies/lamp-on-the-stair.json?transcript=2")["transcripts"]
    assert [(each["n"], each["language"], each["kind"]) for each in transcripts] == [
        (1, "az", "verbatim"), (2, "ru", "translation"), (3, "hy", "translation"), (4, "ar", "machine")]
    assert transcripts[0]["approved_on"] == "1988-12-01"
    assert len({each["version"] for each in transcripts}) == 4


def test_segments_and_withheld_blocks(client: FlaskClient) -> None:
    segments = read(client, "/testimonies/bell-rope-on-the-quay.json")["transcripts"][0]["segments"]
    assert segments[3] == {"n": 4, "start_ms": 61_477, "end_ms": 63_705, "speaker": "Ressa Calvorn", "text": "Who looked after it?"}
    assert segments[5] == {"n": 6, "start_ms": 88_324, "end_ms": 169_518, "withheld": True}


def test_search(client: FlaskClient) -> None:
    found = read(client, "/search.json?q=bell")
    assert set(found) >= {"query", "total", "testimonies", "page", "pages", "facets", "corrections", "hits"}
    assert found["query"] == "bell"
    assert found["facets"]["language"][0] == {"value": "en", "label": "en", "count": 9}
    hit = found["hits"][0]
    assert set(hit) == {"testimony", "title", "transcript", "language", "kind", "speaker", "segment", "start_ms", "end_ms", "before",
                        "match", "after", "url"}
    assert hit["match"] == "bell"
    assert hit["url"] == "/testimonies/bell-rope-on-the-quay?q=bell&t=21.463#s2"


def test_a_search_for_nothing_lists_testimonies(client: FlaskClient) -> None:
    found = read(client, "/search.json?q=")
    assert (found["hits"], found["total"], found["testimonies"]) == ([], 0, 5)
    assert [item["id"] for item in found["items"]] == [item["id"] for item in read(client, "/testimonies.json")["items"]]


@pytest.mark.parametrize("asked", ["language=ru&language=hy", "language=hy&language=ru", "language=none&language=ru&language=hy"])
def test_several_values_without_words_are_any_of_them(asked: str, client: FlaskClient) -> None:
    found = read(client, f"/search.json?{asked}")
    assert {hit["language"] for hit in found["hits"]} == {"ru", "hy"}
    assert found["testimonies"] == 1 and found["total"] > 0
    text = client.get(f"/search?{asked}").text
    assert 'href="/testimonies/lamp-on-the-stair"' in text
    assert "<mark></mark>" not in text and "more in this testimony" not in text
    assert "group=testimony" not in text  # the index lists one passage of each testimony already


def test_one_value_of_each_filter_still_lists_testimonies(client: FlaskClient) -> None:
    found = read(client, "/search.json?language=ru&collection=night-of-the-water")
    assert [item["id"] for item in found["items"]] == ["lamp-on-the-stair"]
    assert read(client, "/search.json?language=ru&language=ru")["items"] == found["items"]


def test_nothing_found_without_words_looks_for_no_name(client: FlaskClient) -> None:
    text = client.get("/search?language=xx&language=yy").text
    assert "Look for a person of this name" not in text and "Search everything that is open to you" in text


def test_a_search_inside_a_testimony(client: FlaskClient) -> None:
    found = read(client, "/testimonies/bell-rope-on-the-quay/search.json?q=bell")
    assert found["total"] == len(found["hits"]) == 4
    assert read(client, "/testimonies/bell-rope-on-the-quay/search.json")["hits"] == []


def test_a_closed_description_is_nowhere(client: FlaskClient) -> None:
    item = next(item for item in read(client, "/testimonies.json")["items"] if item["id"] == "two-keys")
    assert (item["title"], item["date"], item["people"], item["place"]) == ("", "", [], "")
    found = read(client, "/testimonies/two-keys.json")
    assert (found["terms"], found["transcripts"], found["abstract"]) == ({}, [], "")


def test_a_face_has_no_page(client: FlaskClient) -> None:
    person = read(client, "/testimonies/net-drying-poles.json")["people"][0]
    assert (person["name"], person["id"], person["url"], person["face"]) == ("A net mender", None, None, "face-nets")


def test_names_across_scripts(client: FlaskClient) -> None:
    assert [item["name"] for item in read(client, "/people.json?q=serra")["items"]] == ["Serra Ulven"]
    assert [item["id"] for item in read(client, "/places.json?q=тессен")["items"]] == ["tessen"]


def test_statements_stand_side_by_side(client: FlaskClient) -> None:
    statements = read(client, "/events/flooding-of-low-ombrel.json")["statements"]
    assert [(each["source"]["id"], each["value_min"], each["value_max"]) for each in statements[:3]] == [
        ("river-board-bulletin", "31", "31"), ("valley-herald", "40", "50"), ("river-board-bulletin", "4", "")]


def test_names_are_equal_and_the_interface_picks_the_first(client: FlaskClient) -> None:
    english = read(client, "/places/low-ombrel.json")
    assert [each["language"] for each in english["names"]] == ["en", "ru", "az", "hy", "ar"]
    assert read(client, "/testimonies/bell-rope-on-the-quay.json?ui=ru")["place"] == "Тессен; Нижний Омбрель"


def test_home(client: FlaskClient) -> None:
    found = read(client, "/index.json")
    assert (found["testimonies"], found["recorded_ms"]) == (5, 27_000_000)
    assert found["collections"][0]["id"] == "night-of-the-water"
