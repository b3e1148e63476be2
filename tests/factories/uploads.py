"""Files that go in pieces: how a test speaks tus to either door, with the token of its pages."""

from __future__ import annotations

import base64
import hashlib
import io
import math
import re
import struct
import wave
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="(?:csrf_)?token"[^>]*value="([^"]*)"')
PAGES = {"family": "/submit/files", "desk": "/desk/testimonies/the-bell/recordings"}


def metadata(**said: str) -> str:
    """Upload-Metadata."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


def checksum(data: bytes, name: str = "sha256") -> str:
    """Upload-Checksum."""
    return f"{name} {base64.b64encode(hashlib.new(name, data).digest()).decode()}"


@dataclass
class Sender:
    """Somebody who sends, from a page that carries a token."""

    client: FlaskClient
    begins: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, data: bytes = b"", **headers: str) -> TestResponse:
        """One request; `headers` with _ for -, which take the place of those that are always sent."""
        said = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.open(path, method=method, data=data, headers={name: value for name, value in said.items() if value})

    def announce(self, length: int, **said: str) -> TestResponse:
        return self.ask("POST", self.begins, Upload_Length=str(length), Upload_Metadata=metadata(**said))

    def begin(self, length: int, **said: str) -> str:
        """The address of a new upload."""
        answer = self.announce(length, **said)
        assert answer.status_code == 201, answer.status
        return answer.headers["Location"]

    def piece(self, path: str, offset: int, data: bytes, **headers: str) -> TestResponse:
        return self.ask("PATCH", path, data, **{"Upload_Offset": str(offset), "Content_Type": "application/offset+octet-stream", **headers})

    def offset(self, path: str) -> int:
        """How far it has come, as the server says."""
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def whole(self, data: bytes, name: str, size: int = 1 << 18) -> str:
        """Send all of it; the name of the upload."""
        path = self.begin(len(data), filename=name)
        for at in range(0, len(data), size):
            assert self.piece(path, at, data[at:at + size], Upload_Checksum=checksum(data[at:at + size])).status_code == 204
        return path.rpartition("/")[2]


def sender(client: FlaskClient, door: str) -> Sender:
    """Somebody at the page of a door: family, desk."""
    page = client.get(PAGES[door]).text
    found = TOKEN.search(page)
    begins = re.search(r'data-uploads="([^"]*)"', page)
    assert found and begins, "the page has no form for files"
    return Sender(client, begins.group(1), found.group(1))


def sha256(data: bytes) -> str:
    """Of the whole."""
    return hashlib.sha256(data).hexdigest()


def tone(seconds: float) -> bytes:
    """A WAV file with so much of a tone in it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 4))) for n in range(int(8000 * seconds))))
    return out.getvalue()
