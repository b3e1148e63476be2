"""Other people's clients, and ours, against the server as it is served: whole files, lines that break, a server that is killed."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import json
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from archive_app.actions.family_keys import LEAST
from tests.factories import lines
from tests.factories.archives import Archive
from tests.factories.browser import served
from tests.factories.lines import MIB, Cutting, Sending, Served

CUTS, LARGE = 100, 300 * 10**6
NODE = """
const tus = require("tus-js-client"), fs = require("fs");
const [address, file, chunk, headers] = process.argv.slice(1);
const stream = fs.createReadStream(file);
const upload = new tus.Upload(stream, {endpoint: address, chunkSize: Number(chunk), headers: JSON.parse(headers), uploadSize: fs.statSync(file).size,
  metadata: {filename: "tape.wav"}, retryDelays: Array(2000).fill(5), onError: error => { console.error(String(error)); process.exit(1); },
  onSuccess: () => console.log(JSON.stringify({url: upload.url}))});
upload.start();
"""


def sent_by_tuspy(port: int, who: Sending, data: bytes, chunk: int = MIB, checksum: bool = False) -> str:
    """The path of an upload that tuspy has finished, whatever broke on the way."""
    client = TusClient(f"http://127.0.0.1:{port}/submit/uploads", headers=who.headers)
    path = who.begin(len(data), filename="tape.wav")
    while True:
        with contextlib.suppress(TusCommunicationError, TusUploadFailed, OSError):
            client.uploader(file_stream=io.BytesIO(data), url=f"http://127.0.0.1:{port}{path}", chunk_size=chunk, upload_checksum=checksum).upload()
            return path


def test_tuspy_sends_a_file(sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_app.actions.family_room.USUAL", LEAST)
    app: Flask = sqlite_archive.app()
    data = random.Random(3).randbytes(200_001)
    with served(app) as address:
        who = lines.family(int(address.rpartition(":")[2]))
        client = TusClient(f"{address}/submit/uploads", headers=who.headers)
        for checksum in (False, True):
            uploader = client.uploader(file_stream=io.BytesIO(data), chunk_size=70_000, metadata={"filename": "голос.wav"}, upload_checksum=checksum)
            uploader.upload(stop_at=140_000)
            again = client.uploader(file_stream=io.BytesIO(data), chunk_size=70_000, url=uploader.url)
            assert again.offset == 140_000
            again.upload()
            assert who.offset(uploader.url.removeprefix(address)) == len(data)
        with pytest.raises(TusCommunicationError):
            client.uploader(file_stream=io.BytesIO(data), url=f"{address}/submit/uploads/{'0' * 32}").upload()


# --- slow: the real server

@pytest.fixture(scope="module")
def large() -> bytes:
    rng = random.Random(300)
    return b"".join(rng.randbytes(10**6) for _ in range(LARGE // 10**6))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with lines.serving(tmp_path / "data") as made:
        yield made


@pytest.fixture
def broken(server: Served) -> Iterator[Cutting]:
    """A line that breaks a hundred times while 300 MB go up."""
    rng = random.Random(7)
    line = Cutting(server.port, [rng.randrange(LARGE) for _ in range(CUTS)])
    yield line
    line.close()


def whole_and_thrifty(server: Served, line: Cutting, who: Sending, path: str, data: bytes) -> None:
    """Every byte is there, and a break cost half of the largest piece at most; what heads of requests weigh counts as lost too."""
    assert line.cut == CUTS
    assert hashlib.sha256(who.arrived(server.data, path)).digest() == hashlib.sha256(data).digest()
    print(f"{(line.up - len(data)) / line.cut / 1024:.0f} KiB a break")
    assert line.up - len(data) <= line.cut * MIB // 2


@pytest.mark.slow
def test_tuspy_loses_nothing_by_a_hundred_breaks(server: Served, broken: Cutting, large: bytes) -> None:
    who = lines.family(server.port)
    whole_and_thrifty(server, broken, who, sent_by_tuspy(broken.port, who, large), large)


@pytest.fixture(scope="module")
def tus_js_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which node finds tus-js-client: fetched, since it is nobody's dependency."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("node")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm is missing, by which tus-js-client is got: apt-get install npm.")
    got = subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "tus-js-client@4.3.1"], capture_output=True,
                         timeout=120, check=False)
    if got.returncode != 0:
        pytest.skip(f"tus-js-client could not be fetched: npm said {got.stderr.decode()[-200:].strip()}")
    return folder


@pytest.mark.slow
def test_tus_js_client_loses_nothing_by_a_hundred_breaks(server: Served, broken: Cutting, large: bytes, tus_js_client: Path, tmp_path: Path) -> None:
    file = tmp_path / "tape.wav"
    file.write_bytes(large)
    who = lines.family(server.port)
    said = subprocess.run(["node", "-e", NODE, f"http://127.0.0.1:{broken.port}/submit/uploads", str(file), str(MIB), json.dumps(who.headers)],
                          cwd=tus_js_client, capture_output=True, timeout=500, check=False)
    assert said.returncode == 0, said.stderr.decode()[-500:]
    path = "/submit/uploads/" + str(json.loads(said.stdout)["url"]).rpartition("/")[2]
    whole_and_thrifty(server, broken, who, path, large)


@pytest.mark.slow
@pytest.mark.browser
def test_our_page_loses_nothing_by_a_hundred_breaks(server: Served, broken: Cutting, large: bytes, tmp_path: Path, browser: Browser) -> None:
    """In the browser, where each piece carries its checksum and a broken one counts for nothing. The last request, by which the file is
    looked into, is not let through: the bytes are no recording."""
    file = tmp_path / "tape.wav"
    file.write_bytes(large)
    context = browser.new_context(base_url=f"http://127.0.0.1:{broken.port}")
    page = context.new_page()
    page.set_default_timeout(500_000)
    page.goto("/submit")
    page.locator("form button.go").click()
    page.goto("/submit/files")
    visit = next(each for each in context.cookies(f"http://127.0.0.1:{broken.port}/submit/files") if each["name"] == "archive_visit")
    who = Sending(server.port, visit["value"], page.locator("[name=token]").first.get_attribute("value") or "")
    page.route("**/submit/files", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.add_init_script("")
    page.evaluate("setInterval(() => dispatchEvent(new Event('online')), 50)")  # a line that is back is tried at once
    page.locator("#file").set_input_files(file)
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/submit/files"), timeout=500_000) as told:
        page.get_by_role("button", name="Add this file").click()
    said = told.value.post_data_buffer or b""
    assert hashlib.sha256(large).hexdigest().encode() in said
    name = next(iter(path.parent.name for path in (server.data / "instance/uploads/families").rglob("of")))
    context.close()
    whole_and_thrifty(server, broken, who, f"/submit/uploads/{name}", large)


@pytest.mark.slow
def test_what_a_killed_server_has_acknowledged_is_there(tmp_path: Path) -> None:
    """Killed sixteen times, at any moment, while pieces of any size arrive."""
    rng, data = random.Random(9), b"".join(random.Random(n).randbytes(MIB) for n in range(60))
    made = Served(tmp_path / "data")
    made.start()
    who = lines.family(made.port)
    path, at, kills = who.begin(len(data)), 0, 0
    while at < len(data) and kills < 16:
        dies = threading.Timer(rng.uniform(0.01, 0.2), made.kill)  # a quick machine is not done before it has died often
        dies.start()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while at < len(data):
                piece = data[at:at + rng.choice([1, 1000, 65536, 300_000, MIB])]
                answer = who.piece(path, at, piece)
                assert answer.status == 204
                at = int(answer.headers["Upload-Offset"])
        dies.join()
        kills += 1
        made.start()
        found = who.offset(path)
        assert found >= at, "an acknowledged byte is gone"
        at = found
        assert kills % 4 or who.arrived(made.data, path) == data[:at]
    made.kill()
    assert who.arrived(made.data, path) == data[:at]
    assert kills >= 12
