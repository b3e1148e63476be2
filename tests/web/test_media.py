"""Copies as bytes: ranges of at most a mebibyte, the gate asked for each, nothing that the gate did not give."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive_app.errors import NotFound
from archive_app.web.media import BLOCK, MOST_RANGE
from tests.factories.readings import SOUND as COPY
from tests.factories.readings import FakeRoom
from tests.web.app import SOUND, make_app

ADDRESS = f"/media/{COPY.id}"
SIZE = len(SOUND)


@pytest.fixture
def room() -> FakeRoom:
    return FakeRoom()


@pytest.fixture
def client(room: FakeRoom) -> FlaskClient:
    return make_app(room).test_client()


@pytest.mark.parametrize(("asked", "start", "end"), [
    ("bytes=0-", 0, MOST_RANGE), ("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), (f"bytes={SIZE - 10}-", SIZE - 10, SIZE),
    ("bytes=-7", SIZE - 7, SIZE), (f"bytes=5-{SIZE * 2}", 5, 5 + MOST_RANGE), (f"bytes=-{SIZE * 2}", 0, MOST_RANGE)])
def test_a_range_is_answered_and_cut_short(client: FlaskClient, asked: str, start: int, end: int) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == SOUND[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["Content-Type"] == "audio/mp4"


@pytest.mark.parametrize("asked", [None, "bytes=0-1,5-6", "lines=0-1", "bytes=x-", "bytes=5-2"])
def test_without_a_range_that_is_understood_all_of_it_comes(client: FlaskClient, asked: str | None) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked} if asked else {})
    assert answer.status_code == 200 and answer.data == SOUND
    assert answer.headers["Content-Length"] == str(SIZE) and answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}"])
def test_a_part_it_does_not_have_is_refused(client: FlaskClient, asked: str) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{SIZE}"


def test_the_gate_is_asked_for_each_range(client: FlaskClient, room: FakeRoom) -> None:
    room.media_closes_after = 2
    answers = [client.get(ADDRESS, headers={"Range": f"bytes={at}-{at + 9}"}).status_code for at in (0, 10, 20)]
    assert answers == [206, 206, 404]


def test_a_whole_body_stops_at_the_block_at_which_the_gate_has_closed(client: FlaskClient, room: FakeRoom) -> None:
    room.media_closes_after = 4
    answer = client.get(ADDRESS, buffered=False)
    got = b""
    with pytest.raises(NotFound):
        for block in answer.response:
            got += block if isinstance(block, bytes) else block.encode()
    assert got == SOUND[:3 * BLOCK]  # asked once for the answer, then before each block


@pytest.mark.parametrize("id", ["sound-2-copy", "sound-1", "a" * 26])
def test_what_is_not_ones_own_is_not_there(client: FlaskClient, id: str) -> None:
    never = client.get("/testimonies/never-existed")
    for method in ("GET", "HEAD"):
        answer = client.open(f"/media/{id}", method=method)
        assert answer.status_code == 404
        assert answer.headers.to_wsgi_list() == never.headers.to_wsgi_list()
    assert client.get(f"/media/{id}", headers={"Range": "bytes=0-9"}).data == never.data


def test_the_head_says_how_long_it_is(client: FlaskClient) -> None:
    answer = client.head(ADDRESS)
    assert answer.status_code == 200 and answer.headers["Content-Length"] == str(SIZE) and answer.data == b""


def test_no_name_of_a_file_and_no_copy_in_a_cache(client: FlaskClient) -> None:
    headers = client.get(ADDRESS).headers
    assert headers["Content-Disposition"] == "inline" and headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers and "Last-Modified" not in headers
