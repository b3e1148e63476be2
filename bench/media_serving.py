"""How fast one reader is given a recording, beside nginx with the same file; and how long the next visitor waits beside paused players.

By hand, in the virtual environment of the project (./test makes it), with nginx from Debian:

    .venv/bin/python -m bench.media_serving

Makes an archive of one testimony with a copy of 200 MB, serves it as `./run` does, and prints rows for docs/performance.md: medians of
ROUNDS rounds, the two servers by turns.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from archive_app.access.copies import needed
from archive_app.actions import copying
from archive_app.records.base import migrate, open_engine, reading
from tests.factories.archives import Archive
from tests.factories.sounds import large_wav, recording

SIZE, ROUNDS, MIB, PAUSED = 200 * 1000 * 1000, 7, 1 << 20, 40
SERVE = """
import sys
from archive_app.config import prepare, settings
from archive_app.serving import serve
sys.exit(serve(prepare(settings()), with_worker=False, sample=False))
"""


def made(folder: Path) -> tuple[Archive, str]:
    """An archive with one copy of SIZE bytes, and its address."""
    migrate(f"sqlite:///{folder / 'archive.sqlite3'}")
    archive = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
    recording(archive.incoming / "told.wav", [(0, 1000, 440)])
    archive.bring({"identifier": "told", "title": "Told", "media": "told.wav|Tape 1"})
    with reading(archive.engine) as session:
        wanted = next(each for each in needed(session, "told", 1)[0] if each.recipe == "sound")
    with large_wav(folder / "large.wav", SIZE).open("rb") as stream:
        kept = archive.vault.keep(stream)
    copying.note(archive.engine, "told", wanted, [copying.Part(0, kept, "audio/wav", {})])
    with archive.room() as room:
        shown = room.testimony("told").recordings[0].shown
    assert shown is not None
    return archive, f"/media/{shown.id}"


@contextmanager
def ours(archive: Archive) -> Iterator[str]:
    chosen = archive.settings()
    environ = {**os.environ, "ARCHIVE_DATA_DIR": str(archive.folder), "ARCHIVE_DATABASE_URL": chosen.database_url,
               "ARCHIVE_MEDIA_DIR": str(chosen.media_dir), "ARCHIVE_PORT": "0"}
    with subprocess.Popen([sys.executable, "-c", SERVE], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        try:
            assert run.stdout
            yield run.stdout.readline().split()[4]
        finally:
            run.kill()


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.chown(folder, "www-data") if os.getuid() == 0 else None
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; user root; events {{}}\n"
        f"http {{ access_log off; sendfile on; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")
    with subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL) as run:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            run.terminate()


def whole(base: str, path: str) -> float:
    """Seconds for the whole body, without a range."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc)
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    got, buffer = 0, bytearray(MIB)
    while count := answer.readinto(buffer):
        got += count
    assert answer.status == 200 and got == SIZE, (answer.status, got)
    return time.perf_counter() - begun


def ranges(base: str, path: str) -> float:
    """Seconds for the whole body as a player takes it: ranges of 1 MiB on one connection."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc)
    begun, at = time.perf_counter(), 0
    while at < SIZE:
        connection.request("GET", path, headers={"Range": f"bytes={at}-{min(at + MIB, SIZE) - 1}"})
        answer = connection.getresponse()
        at += len(answer.read())
        assert answer.status == 206
    return time.perf_counter() - begun


def paused(base: str, path: str, asked: str) -> list[float]:
    """Milliseconds that the first page takes, ten times, beside players that read nothing."""
    host = urlsplit(base)
    with ExitStack() as open_ones:
        for _ in range(PAUSED):
            connection = open_ones.enter_context(socket.create_connection((host.hostname, host.port or 80)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\n{asked}\r\n".encode())
            connection.recv(12)
        return [page(base) for _ in range(10)]


def page(base: str) -> float:
    connection = http.client.HTTPConnection(urlsplit(base).netloc)
    begun = time.perf_counter()
    connection.request("GET", "/")
    assert connection.getresponse().read()
    return 1000 * (time.perf_counter() - begun)


def compared(name: str, measure: Callable[[str, str], float], mine: tuple[str, str], theirs: tuple[str, str]) -> None:
    times = [(measure(*mine), measure(*theirs)) for _ in range(ROUNDS)]
    us, them = (SIZE / statistics.median(column) / 1e6 for column in zip(*times, strict=True))
    ratio = statistics.median(theirs / mine for mine, theirs in times)
    print(f"{name:34} {us:7.0f} MB/s   nginx {them:7.0f} MB/s   ratio {ratio:.2f}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        archive, path = made(Path(name))
        page_folder = Path(name) / "www"
        page_folder.mkdir()
        shutil.copy(Path(name) / "large.wav", page_folder / "large.wav")
        with ours(archive) as base, nginx(page_folder) as other:
            whole(base, path), whole(other, "/large.wav")
            compared("whole body", whole, (base, path), (other, "/large.wav"))
            compared("ranges of 1 MiB", ranges, (base, path), (other, "/large.wav"))
            print(f"page alone {statistics.median(page(base) for _ in range(10)):.0f} ms")
            for asked in ("Range: bytes=0-\r\n", ""):
                waited = paused(base, path, asked)
                how = asked.strip() or "no range"
                print(f"page beside {PAUSED} paused ({how}): median {statistics.median(waited):.0f}, longest {max(waited):.0f} ms")
        archive.engine.dispose()


if __name__ == "__main__":
    main()
