"""How long pages take while ten files arrive at once, as fast as the machine takes them.

By hand, in the virtual environment of the project (./test makes it):

    .venv/bin/python -m bench.uploads

Serves the sample archive as `./run` does, lets READERS go through its pages alone, and then beside ten uploads of five families, in
pieces of 512 KiB with a checksum, as our own pages send them, each from a process of its own and on one connection. Prints rows for
docs/performance.md. The goal: pages at p95 within 300 ms.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.factories import lines
from tests.factories.uploads import checksum

SENDERS, READERS, SECONDS = 10, 2, 20.0
PIECE = 512 * 1024
PAGES = ("/", "/testimonies", "/search?q=water", "/testimonies/bell-rope-on-the-quay", "/submit")
HEADERS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def sends(port: int, who: lines.Sending, seconds: float) -> int:
    """Bytes that one family has sent in one upload when the time is over."""
    path, data, at = who.begin(1 << 30), Random(port).randbytes(PIECE), 0
    said, end = checksum(data), time.monotonic() + seconds
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < end:
        line.request("PATCH", path, data, {**HEADERS, **who.headers, "Upload-Offset": str(at), "Upload-Checksum": said})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 204, answer.status
        at = int(answer.headers["Upload-Offset"])
    return at


def reads(port: int, seconds: float) -> list[float]:
    """Milliseconds of every page that one reader got."""
    line, took = http.client.HTTPConnection("127.0.0.1", port, timeout=60), list[float]()
    end = time.monotonic() + seconds
    for path in cycle(PAGES):
        if (begun := time.monotonic()) > end:
            return took
        line.request("GET", path)
        assert line.getresponse().read()
        took.append(1000 * (time.monotonic() - begun))
    return took


def told(name: str, took: list[float], sent: int = 0) -> str:
    p95 = statistics.quantiles(took, n=20)[-1]
    return (f"| {name} | {len(took) / SECONDS:.0f}/s | {statistics.median(took):.0f} ms | {p95:.0f} ms | {max(took):.0f} ms "
            f"| {sent / SECONDS / 1e6:.0f} MB/s |")


def measured(port: int, families: list[lines.Sending], senders: int) -> Iterator[str]:
    context = get_context("spawn")
    with ProcessPoolExecutor(READERS + senders, mp_context=context) as pool:
        sending = [pool.submit(sends, port, families[n % len(families)], SECONDS + 4) for n in range(senders)]
        if senders:
            time.sleep(3)  # until all of them send
        reading = [pool.submit(reads, port, SECONDS) for _ in range(READERS)]
        took = [one for each in reading for one in each.result()]
        sent = sum(each.result() for each in sending) * SECONDS / (SECONDS + 4)
        yield told(f"beside {senders} uploads" if senders else "pages alone", took, int(sent))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        for command in (("init",), ("sample", "--leave-copies")):
            environment = {**os.environ, "ARCHIVE_DATA_DIR": str(data)}
            subprocess.run([sys.executable, "-m", "archive_app.cli", *command], env=environment, check=True, capture_output=True)
        with lines.serving(data) as server:
            print("| | pages | median | p95 | longest | arrives |\n|---|---|---|---|---|---|")
            families = [lines.family(server.port) for _ in range(5)]  # as many as one address may begin at once
            for senders in (0, 1, SENDERS):
                print(*measured(server.port, families, senders), flush=True)


if __name__ == "__main__":
    main()
