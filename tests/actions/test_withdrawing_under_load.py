"""Withdrawn while many read, through the real server: no answer begun after the commit holds a word of it, and all counts are right.

The canaries are words that stand in the withdrawn testimony alone, in its title, its transcript and the name of its narrator.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.factories.archives import Archive

READERS = 16
OTHERS = 24
CANARIES = ("quellwater", "Karvellin", "Ombrelstone")
PATHS = ("/testimonies/the-bell", "/testimonies/the-bell.json", "/testimonies/the-bell/transcripts/1.vtt", "/testimonies/the-bell/cite.bib",
         "/testimonies/the-bell/search.json?q=quellwater", "/search.json?q=quellwater", "/search.json?q=spoken", "/search?q=spoken",
         "/testimonies.json", "/collections/valley.json", "/index.json", "/people.json?q=Karvellin", "/places.json", "/sitemap.xml")
PAUSE = threading.Event()
GONE = tuple(path for path in PATHS if path.startswith("/testimonies/the-bell"))


@dataclass
class Reader:
    """One visitor: asks for one path after the other until told to stop. `begun`: seconds on the monotonic clock."""

    port: int
    offset: int
    stop: threading.Event
    answers: list[tuple[float, str, int, str]] = field(default_factory=list)

    def read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        turn = self.offset
        while not self.stop.is_set():
            path = PATHS[turn % len(PATHS)]
            begun = time.monotonic()
            connection.request("GET", path)
            answer = connection.getresponse()
            self.answers.append((begun, path, answer.status, answer.read().decode()))
            turn += 1
        connection.close()


@pytest.fixture
def served(sqlite_archive: Archive) -> Iterator[tuple[Archive, int]]:
    """An archive with one testimony to withdraw among others, and the port at which a server with a worker serves it."""
    archive = sqlite_archive
    archive.write("bell.txt", "Here quellwater is spoken of.\n")
    archive.write("other.txt", "Here something else is spoken of.\n")
    bell = {"identifier": "the-bell", "title": "Ombrelstone", "languages": "en", "transcripts": "bell.txt|en|verbatim",
            "narrators": "Karvellin, Hesta", "place": "Low Tessen"}
    archive.bring(bell, *({"identifier": f"told-{chr(97 + n)}", "title": f"Another {n}", "languages": "en", "place": "Karsel",
                           "transcripts": "other.txt|en|verbatim"} for n in range(OTHERS)))
    named = {"DATA_DIR": archive.folder, "DATABASE_URL": f"sqlite:///{archive.folder}/archive.sqlite3", "SECRET_KEY": "k" * 64,
             "MEDIA_DIR": archive.folder / "media", "SEARCH_DIR": archive.folder / "search_index"}
    environment = {**os.environ, **{f"ARCHIVE_{name}": str(value) for name, value in named.items()}}
    process = subprocess.Popen([sys.executable, "-m", "archive_app.cli", "serve", "--port", "0", "--with-worker"], env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "http://" in line)
        yield archive, int(line.split("http://127.0.0.1:")[1].split()[0])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait_for(readers: list[Reader], more: int) -> None:
    """Until every reader has had so many more answers."""
    wanted = {id(reader): len(reader.answers) + more for reader in readers}
    while any(len(reader.answers) < wanted[id(reader)] for reader in readers):
        PAUSE.wait(0.01)


def hammer(archive: Archive, port: int, before: int, after: int) -> tuple[float, list[tuple[float, str, int, str]]]:
    """(when the withdrawal had been committed, every answer)."""
    stop = threading.Event()
    readers = [Reader(port, offset, stop) for offset in range(READERS)]
    threads = [threading.Thread(target=reader.read) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        wait_for(readers, before)
        archive.withdraw("the-bell")
        committed = time.monotonic()
        wait_for(readers, after)
        while {path for reader in readers for begun, path, _, _ in [*reader.answers] if begun > committed} != set(PATHS):
            PAUSE.wait(0.01)  # a busy machine may be slow to come round to each address
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return committed, [answer for reader in readers for answer in reader.answers]


@pytest.mark.parametrize(("before", "after"), [(2, 5), pytest.param(100, 400, marks=pytest.mark.slow)])
def test_no_answer_begun_after_the_commit_holds_a_word(served: tuple[Archive, int], before: int, after: int) -> None:
    archive, port = served
    committed, answers = hammer(archive, port, before, after)
    early = [body for begun, _, _, body in answers if begun < committed]
    assert all(any(canary in body for body in early) for canary in CANARIES), "they were there to be read"
    late = [answer for answer in answers if answer[0] > committed]
    assert {path for _, path, _, _ in late} == set(PATHS), "everything was asked for after the commit"
    for _, path, status, body in late:
        assert status == (404 if path in GONE else 200), (path, status)
        assert not any(canary in body.replace("q=quellwater", "").replace('"query": "quellwater"', "")
                       for canary in CANARIES if canary not in path), path
        assert_counts(path, body)
    assert len({body for _, path, _, body in late if path in GONE and path.endswith(".json")}) == 1


def assert_counts(path: str, body: str) -> None:
    """Totals and facets are those of an archive in which it never was."""
    if not path.split("?")[0].endswith(".json") or path in GONE:
        return
    found: dict[str, Any] = json.loads(body)
    if path == "/search.json?q=spoken":
        assert found["total"] == found["testimonies"] == OTHERS
        assert {field: [(value["value"], value["count"]) for value in values] for field, values in found["facets"].items()
                if field in ("collection", "kind")} == {"collection": [("valley", OTHERS)], "kind": [("verbatim", OTHERS)]}
    elif path == "/search.json?q=quellwater":
        assert (found["total"], found["hits"], found["corrections"]) == (0, [], [])
    elif path == "/testimonies.json":
        assert found["total"] == OTHERS
    elif path in ("/people.json?q=Karvellin", "/places.json"):
        assert found["total"] == (1 if "places" in path else 0)


@pytest.mark.slow
def test_the_index_is_clean_within_a_minute(served: tuple[Archive, int]) -> None:
    archive, _ = served
    assert on_disk(archive, b"quellwater")
    archive.withdraw("the-bell")
    committed = time.monotonic()
    while held(archive, "the-bell") or on_disk(archive, b"quellwater"):
        assert time.monotonic() - committed < 60
        PAUSE.wait(0.1)


def held(archive: Archive, public_id: str) -> bool:
    """Whether any shelf holds a passage of this testimony."""
    return any(testimony == public_id for shelf in archive.index.shelves() for testimony, _ in archive.index.contents(shelf))


def on_disk(archive: Archive, word: bytes) -> bool:
    """Whether the files of the index hold these bytes."""
    return any(word in whole(path) for path in (archive.folder / "search_index").rglob("*") if path.is_file())


def whole(path: Path) -> bytes:
    """The bytes of a file; none when it has just gone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
