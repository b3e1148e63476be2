"""Forty players that were paused hold nobody up, and next to nothing of the machine: no answer to a player is longer than the cap."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive_app.access.copies import needed
from archive_app.actions import copying
from archive_app.records.base import reading
from archive_app.web.media import MOST_RANGE
from tests.factories.archives import Archive
from tests.factories.sounds import large_wav, recording

PLAYERS, SIZE = 40, 200 * 1000 * 1000
MOST_HELD = 3 * PLAYERS * MOST_RANGE
PATIENCE = 20
"""Seconds in which the next visitor must be answered; how fast it goes is measured in bench/, not here."""
SERVE = """
import sys
from archive_app import serving
from archive_app.config import prepare, settings
from archive_app.web import media

media.MOST_RANGE = {cap}
sys.exit(serving.serve(prepare(settings()), with_worker=False, sample=False))
"""


@pytest.fixture
def address(sqlite_archive: Archive) -> str:
    """The address of a copy of 200 MB that anybody may have."""
    archive = sqlite_archive
    recording(archive.incoming / "told.wav", [(0, 1000, 440)])
    archive.bring({"identifier": "told", "title": "Told", "media": "told.wav|Tape 1"})
    with reading(archive.engine) as session:
        wanted = next(each for each in needed(session, "told", 1)[0] if each.recipe == "sound")
    with large_wav(archive.folder / "large.wav", SIZE).open("rb") as stream:
        kept = archive.vault.keep(stream)
    copying.note(archive.engine, "told", wanted, [copying.Part(0, kept, "audio/wav", {})])
    with archive.room() as room:
        shown = room.testimony("told").recordings[0].shown
    assert shown is not None
    return f"/media/{shown.id}"


@contextmanager
def served(archive: Archive, cap: int) -> Iterator[tuple[str, int]]:
    """Its address and the number of its process."""
    chosen = archive.settings()
    environ = {**os.environ, "ARCHIVE_DATA_DIR": str(archive.folder), "ARCHIVE_DATABASE_URL": chosen.database_url,
               "ARCHIVE_MEDIA_DIR": str(chosen.media_dir), "ARCHIVE_PORT": "0"}
    with subprocess.Popen([sys.executable, "-c", SERVE.format(cap=cap)], env=environ, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout
            yield run.stdout.readline().split()[4], run.pid
        finally:
            run.kill()


def pause(base: str, address: str) -> socket.socket:
    """A player that asks for everything from the beginning and then reads nothing."""
    host = urlsplit(base)
    connection = socket.create_connection((host.hostname, host.port or 80), timeout=PATIENCE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {host.netloc}\r\nRange: bytes=0-\r\n\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 206"
    return connection


def weight(process: int) -> int:
    """The memory that a process and its children hold, in bytes."""
    found = 0
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process in (int(each.name), int((each / "stat").read_text().rpartition(")")[2].split()[1])):
                found += int((each / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return found


def held(archive: Archive, address: str, cap: int, players: int) -> int:
    """Bytes of memory that so many paused players make the server hold, while the next visitor is answered."""
    with served(archive, cap) as (base, process), ExitStack() as paused:
        with urllib.request.urlopen(f"{base}/", timeout=PATIENCE):
            before = weight(process)
        for _ in range(players):
            paused.enter_context(pause(base, address))
        with urllib.request.urlopen(f"{base}/", timeout=PATIENCE) as page:
            assert page.status == 200
        return weight(process) - before


def test_paused_players_hold_nobody_up(sqlite_archive: Archive, address: str) -> None:
    assert held(sqlite_archive, address, MOST_RANGE, PLAYERS) < MOST_HELD


@pytest.mark.slow
def test_without_the_cap_they_do(sqlite_archive: Archive, address: str) -> None:
    assert held(sqlite_archive, address, 1 << 40, PLAYERS // 10) > MOST_HELD
