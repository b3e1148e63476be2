"""The real server in a process of its own, to be killed; a line to it that breaks where it is told to; a family that sends over it.

What may not live here: what is proved of them.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive_app.actions import family_room, uploading
from archive_app.actions.family_room import FamilyRoom
from archive_app.records.base import open_engine
from archive_app.storage.disk_vault import DiskVault
from tests.factories.uploads import TOKEN, metadata

MIB = 1 << 20
SPEED = 30 * 10**6


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


@dataclass
class Served:
    """`archive-app serve` over a data folder, in a process group of its own."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Returns when it answers."""
        environment = {**os.environ, "ARCHIVE_DATA_DIR": str(self.data)}
        self.process = subprocess.Popen([sys.executable, "-m", "archive_app.cli", "serve", "--port", str(self.port)], env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        assert self.process.stdout and b"The archive is at" in self.process.stdout.readline()

    def kill(self) -> None:
        """Without warning, with everything it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@contextlib.contextmanager
def serving(data: Path) -> Iterator[Served]:
    """A server that answers."""
    made = Served(data)
    made.start()
    try:
        yield made
    finally:
        made.kill()


@dataclass
class Sending:
    """A family with a draft, on one line at a time."""

    port: int
    visit: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What every request of it carries."""
        return {"Cookie": f"archive_visit={self.visit}", "X-CSRFToken": self.token}

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        """One request on a line of its own. Raises OSError, HTTPException where that breaks."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            said = {"Tus-Resumable": "1.0.0", **self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
            line.request(method, path, body, said)
            answer = line.getresponse()
            answer.read()
            return answer
        finally:
            line.close()

    def begin(self, length: int, **said: str) -> str:
        """The path of a new upload."""
        answer = self.ask("POST", "/submit/uploads", Upload_Length=str(length), Upload_Metadata=metadata(**said))
        assert answer.status == 201, answer.status
        return str(answer.headers["Location"])

    def offset(self, path: str) -> int:
        """How far it has come, as the server says."""
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def piece(self, path: str, offset: int, data: bytes, **headers: str) -> http.client.HTTPResponse:
        """Send a piece."""
        return self.ask("PATCH", path, data, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream", **headers)

    def arrived(self, data: Path, path: str) -> bytes:
        """Everything of an upload that the server has acknowledged, read where it rests, with the family's own key; as far as it has come."""
        engine = open_engine(f"sqlite:///{data / 'instance/archive.sqlite3'}")
        try:
            room = FamilyRoom(engine, DiskVault(data / "media"), data / "instance")
            family = family_room.visiting(room, self.visit)
            assert family is not None
            uploads, name = uploading.of_family(room, family), path.rpartition("/")[2]
            folder = uploads.root / uploads.owner / name
            from archive_app.storage.uploads import _pieces

            return b"".join(uploads._opened(folder, _pieces(folder)))
        finally:
            engine.dispose()


def family(port: int) -> Sending:
    """Somebody who has begun a draft."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", "/submit/begin", headers={"Content-Length": "0"})
    answer = line.getresponse()
    answer.read()
    found = re.search(r"archive_visit=([^;]+)", answer.headers["Set-Cookie"])
    assert found is not None
    line.request("GET", "/submit/files", headers={"Cookie": f"archive_visit={found.group(1)}"})
    token = TOKEN.search(line.getresponse().read().decode())
    line.close()
    assert token is not None
    return Sending(port, found.group(1), token.group(1))


class Cutting:
    """A line to a server that breaks after so many bytes have gone up, by turns with and without a word to the server; `up`: how many have
    gone up in all. What the break swallows was read from who sends, and never reaches the server. It carries about 30 MB a second: on one
    faster than the server itself, what is lost is what waits in the server's system."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.up, self.cut = 0, 0
        self._server, self._cuts, self._turn = port, sorted(cuts), threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._door.accept()[0]
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._server))
        threading.Thread(target=self._down, args=(server, client), daemon=True).start()
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 15):
                with self._turn:
                    self.up += len(data)
                    breaks = bool(self._cuts) and self.up >= self._cuts[0]
                    if breaks:
                        self._cuts.pop(0)
                        self.cut += 1
                if breaks:
                    for each in (client, server)[:1 + self.cut % 2]:
                        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                server.sendall(data)
                threading.Event().wait(len(data) / SPEED)
        for each in (client, server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 15):
                client.sendall(data)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
