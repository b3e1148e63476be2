"""The archive as it really runs, in processes of its own over a folder, to be killed and started again; and a browser of few words for it.

What may not live here: what is asked (tests).
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

ADDRESS = re.compile(r"http://([\d.]+):(\d+)")
TOKEN = re.compile(r'name="(token|csrf_token)"[^>]*value="([^"]+)"')
GONE = (OSError, http.client.HTTPException)
"""What is raised when the process dies in the middle of an answer."""


@dataclass
class Serving:
    """`archive-app serve` over a data folder, without a worker. `begin` answers when it can be asked."""

    data: Path
    log: Path
    process: subprocess.Popen[str] | None = None
    port: int = 0

    def begin(self) -> None:
        environ = {**os.environ, "ARCHIVE_DATA_DIR": str(self.data), "ARCHIVE_PORT": "0", "ARCHIVE_REQUIRE_SECOND_FACTOR": "no"}
        with self.log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "archive_app.cli", "serve"], env=environ, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
                                            preexec_fn=_ends_with_us)
        assert self.process.stdout is not None
        found = ADDRESS.search(self.process.stdout.readline())
        assert found is not None, self.log.read_text()
        self.port = int(found[2])

    def kill(self) -> None:
        """All of it at once, as a machine does that loses its power (but for what the disk had not written). Harmless when repeated."""
        if self.process is None or self.process.stdout is None or self.process.returncode is not None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.stdout.close()
        self.process.wait()


def _ends_with_us() -> None:
    """Where a test is ended by force, its archive does not go on without it (prctl, PR_SET_PDEATHSIG; elsewhere than on Linux: nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass
class Said:
    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """Cookies and forms; nothing is followed. Raises one of GONE when nobody answers."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Said:
        return self._ask("GET", path, b"", "")

    def post(self, path: str, **fields: object) -> Said:
        """Sent as it is; with a file (bytes, name) as multipart."""
        if any(isinstance(value, FileStorage) for value in fields.values()):
            stream, _, boundary = stream_encode_multipart(fields, use_tempfile=False)
            return self._ask("POST", path, stream.read(), f'multipart/form-data; boundary="{boundary}"')
        return self._ask("POST", path, urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded")

    def send(self, path: str, at: str = "", **fields: object) -> Said:
        """Open the page `at` (else the same) and send its form, with its token."""
        found = TOKEN.search(self.get(at or path).text)
        return self.post(path, **({found[1]: found[2]} if found else {}), **fields)

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
            connection.request(method, path, body or None, {**headers, **({"Content-Type": kind} if kind else {})})
            answer = connection.getresponse()
            said = answer.read()
            for each in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = each.split(";")[0].partition("=")
                self.cookies[name] = value
            location = urlsplit(answer.headers.get("Location") or "")
            return Said(answer.status, location.path + (f"?{location.query}" if location.query else ""), said)
        finally:
            connection.close()
