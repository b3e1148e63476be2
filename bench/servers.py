"""Which web server: waitress, gunicorn (threads) and granian (WSGI, blocking threads) under what this archive does to a server.

By hand, with a virtual environment that has flask and all three (none but the chosen one is a dependency of the archive):

    python3 -m venv /tmp/servers && /tmp/servers/bin/pip install flask waitress gunicorn granian
    /tmp/servers/bin/python bench/servers.py

Prints rows for docs/performance.md, each server with few and with many threads:

(a) small pages by 8 readers;
(b) how long the next visitor waits for a page beside 40 readers who ask for `bytes=0-` of 200 MB, get a 206 answer of 1 MiB and
    stop reading after 64 KiB; and (b2) beside 40 who ask without a Range, get blocks of 256 KiB and stop as early;
(c) whether the application sees the first MiB of a 300 MB upload while the rest has not been sent;
(d) SIGTERM, idle and with the 40 readers of b2 still there.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

from flask import Flask, Response, render_template_string, request

FEW, MANY = 32, 256
READERS, PAUSED = 8, 40
SECONDS = 5.0
PATIENCE = 10.0
STREAM, ANSWER, BLOCK, MIB = 200 * 2**20, 2**20, 256 * 2**10, 2**20
UPLOAD = 300 * 2**20
PAGE = """<!doctype html><title>List</title><ol>
{% for n in numbers %}<li><a href="/{{ n }}">Testimony {{ n }}</a>, 1992</li>{% endfor %}
</ol>"""

app = Flask(__name__)
seen = 0


@app.get("/")
def page() -> str:
    return render_template_string(PAGE, numbers=range(20))


@app.get("/stream")
def stream() -> Response:
    if "Range" in request.headers:
        return Response(bytes(ANSWER), 206, {"Content-Range": f"bytes 0-{ANSWER - 1}/{STREAM}"}, content_type="audio/flac")
    blocks: Iterator[bytes] = (bytes(BLOCK) for _ in range(STREAM // BLOCK))
    return Response(blocks, 200, {"Content-Length": str(STREAM)}, content_type="audio/flac")


@app.post("/upload")
def upload() -> str:
    global seen
    seen = 0
    while piece := request.stream.read(2**16):
        seen += len(piece)
    return str(seen)


@app.get("/seen")
def seen_so_far() -> str:
    return str(seen)


@dataclass(frozen=True)
class Server:
    """One process that answers, with `threads` threads."""

    name: str
    threads: int

    def command(self, port: int) -> list[str]:
        """How it is started on `port`."""
        threads = str(self.threads)
        options = {
            "waitress": [f"--listen=127.0.0.1:{port}", f"--threads={threads}"],
            "gunicorn": ["-k", "gthread", "-w", "1", "--threads", threads, "-b", f"127.0.0.1:{port}", "--log-level", "error"],
            "granian": ["--interface", "wsgi", "--workers", "1", "--blocking-threads", threads, "--backpressure", "1024",
                        "--workers-kill-timeout", "10", "--host", "127.0.0.1", "--port", str(port), "--no-log"]}
        return [sys.executable, "-m", self.name, *options[self.name], "servers:app"]


def start(server: Server, port: int) -> subprocess.Popen[bytes]:
    """The server, answering."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(server.command(port), cwd=Path(__file__).parent, stdout=quiet, stderr=quiet,
                               start_new_session=True)
    end = time.monotonic() + 30
    while True:
        try:
            get(port, "/")
            return process
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def get(port: int, path: str, timeout: float = PATIENCE) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def read_pages(port: int) -> list[float]:
    """Seconds of each page that one reader gets in SECONDS, on one connection."""
    connection, took = http.client.HTTPConnection("127.0.0.1", port), []
    end = time.monotonic() + SECONDS
    while (begun := time.monotonic()) < end:
        connection.request("GET", "/")
        connection.getresponse().read()
        took.append(time.monotonic() - begun)
    return took


def small_pages(port: int) -> str:
    with ProcessPoolExecutor(READERS) as readers:
        took = [one for many in readers.map(read_pages, [port] * READERS) for one in many]
    return f"{len(took) / SECONDS:,.0f}/s, p95 {quantiles(took, n=20)[-1] * 1000:.0f} ms"


def paused_readers(port: int, header: str) -> list[socket.socket]:
    """PAUSED connections that asked for the stream, read what comes of the first 64 KiB in half a second, and read no more."""
    waiting = []
    for _ in range(PAUSED):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        reader.settimeout(0.5)
        reader.connect(("127.0.0.1", port))
        reader.sendall(f"GET /stream HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode())
        waiting.append(reader)
    for reader in waiting:
        with suppress(TimeoutError):
            reader.recv(2**16)
    return waiting


def next_visitor(port: int) -> str:
    begun = time.monotonic()
    try:
        get(port, "/")
    except OSError:
        return f"none in {PATIENCE:.0f} s"
    return f"{(time.monotonic() - begun) * 1000:.0f} ms"


def beside_paused(port: int, header: str) -> str:
    waiting = paused_readers(port, header)
    try:
        return next_visitor(port)
    finally:
        for reader in waiting:
            reader.close()


def streamed_upload(port: int) -> str:
    """Whether the application has read anything when 1 MiB of the body has been sent, and how long the whole takes."""
    begun, piece = time.monotonic(), bytes(MIB)
    head = f"POST /upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {UPLOAD}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=120) as sender:
        sender.sendall(head.encode())
        sender.sendall(piece)
        end, early = time.monotonic() + 2, False
        while time.monotonic() < end and not early:
            early = int(get(port, "/seen")) > 0
        for _ in range(UPLOAD // MIB - 1):
            sender.sendall(piece)
        answer = b""
        while part := sender.recv(2**16):
            answer += part
    whole = answer.endswith(str(UPLOAD).encode())
    return f"{'yes' if early else 'no'}; {'whole' if whole else 'broken'} in {time.monotonic() - begun:.1f} s"


def clean_stop(process: subprocess.Popen[bytes]) -> str:
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(30)
    except subprocess.TimeoutExpired:
        kill_all(process)
        return "not in 30 s"
    return f"{time.monotonic() - begun:.1f} s, exit {code}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def measured(server: Server, what: Callable[[int], str]) -> str:
    port = free_port()
    process = start(server, port)
    try:
        return what(port)
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """The server and its children: those of granian outlive a parent that is killed."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stop_beside_paused(server: Server) -> str:
    port = free_port()
    process = start(server, port)
    waiting = paused_readers(port, "")
    try:
        return clean_stop(process)
    finally:
        for reader in waiting:
            reader.close()


def row(server: Server) -> str:
    cells = [f"{server.name} {version(server.name)}", str(server.threads), measured(server, small_pages),
             measured(server, lambda port: beside_paused(port, "Range: bytes=0-\r\n")),
             measured(server, lambda port: beside_paused(port, "")), measured(server, streamed_upload),
             clean_stop(start(server, free_port())), stop_beside_paused(server)]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print("| server | threads | (a) small pages | (b) page beside 40 paused, 206 | (b2) page beside 40 paused, whole body "
          "| (c) upload seen early | (d) stop, idle | (d) stop beside 40 paused |\n|---|---|---|---|---|---|---|---|")
    for name in ("waitress", "gunicorn", "granian"):
        for threads in (FEW, MANY):
            print(row(Server(name, threads)), flush=True)
