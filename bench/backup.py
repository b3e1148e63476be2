"""What a backup costs those who read meanwhile, and how long it takes to put it back: on real interviews, through the command line.

By hand, in the virtual environment of the project:

    .venv/bin/python -m bench.backup DATA/wpa [--readers 8] [--seconds 30]

Imports DATA into a temporary archive, serves it with a worker, and lets readers search (`/search.json`, words drawn from the texts as often
as they occur there, no two readers the same): for `--seconds` alone, for as long beside one full backup after another, alone once more.
Then restores the last backup elsewhere, which verifies it. Prints rows for docs/performance.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

COMMAND = (sys.executable, "-m", "archive_app.cli")


def environ(data: Path) -> dict[str, str]:
    return {**os.environ, "ARCHIVE_DATA_DIR": str(data)}


def run(data: Path, *arguments: str) -> tuple[float, str]:
    """(seconds, what it printed) of one command; it must end with 0."""
    begun = time.perf_counter()
    done = subprocess.run([*COMMAND, *arguments], env=environ(data), capture_output=True, text=True, check=True)
    return time.perf_counter() - begun, done.stdout


@contextmanager
def served(data: Path) -> Iterator[int]:
    """The port at which a server with a worker answers."""
    with subprocess.Popen([*COMMAND, "serve", "--port", "0", "--with-worker"], env=environ(data), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield int(next(line for line in process.stdout if "http://" in line).split("127.0.0.1:")[1].split()[0])
        process.terminate()


def words(folder: Path) -> list[str]:
    """Words of the texts, each as often as it stands there."""
    texts = " ".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.txt"))[::7])
    return re.findall(r"[A-Za-z]{4,}", texts)


def read(port: int, drawn: random.Random, among: list[str], stop: threading.Event, taken: list[tuple[float, float]]) -> None:
    """One reader: (when asked, seconds until the whole answer was there)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while not stop.is_set():
        begun = time.perf_counter()
        connection.request("GET", f"/search.json?q={drawn.choice(among)}+{drawn.choice(among)}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append((begun, time.perf_counter() - begun))


def row(name: str, taken: list[float]) -> str:
    return f"| {name} | {len(taken)} | {1000 * median(taken):.1f} | {1000 * quantiles(taken, n=20)[-1]:.1f} | {1000 * max(taken):.0f} |"


def measure(data: Path, folder: Path, backup: Path, readers: int, seconds: float) -> None:
    among, stop, taken = words(folder), threading.Event(), [list[tuple[float, float]]() for _ in range(readers)]
    with served(data) as port:
        threads = [threading.Thread(target=read, args=(port, random.Random(n), among, stop, taken[n])) for n in range(readers)]
        for thread in threads:
            thread.start()
        time.sleep(5)  # whatever is opened at the first questions is open
        marks, backups = [time.perf_counter()], []
        time.sleep(seconds)
        marks.append(time.perf_counter())
        while time.perf_counter() - marks[1] < seconds:
            backups.append(run(data, "backup", str(backup / str(len(backups))), "--json"))
        marks.append(time.perf_counter())
        time.sleep(seconds)
        marks.append(time.perf_counter())
        stop.set()
        for thread in threads:
            thread.join()
    spans = [[lasted for each in taken for begun, lasted in each if first <= begun < last]
             for first, last in zip(marks, marks[1:], strict=False)]
    print("| 8 readers search | questions | median ms | p95 ms | worst ms |\n|---|---|---|---|---|".replace("8", str(readers)))
    for name, span in zip(("alone", "beside backups", "alone again"), spans, strict=True):
        print(row(name, span), flush=True)
    alone = quantiles(spans[0] + spans[2], n=20)[-1]
    made = json.loads(backups[-1][1])
    each = median(seconds for seconds, _ in backups)
    print(f"p95 beside / alone: {quantiles(spans[1], n=20)[-1] / alone:.2f}; {len(backups)} backups of "
          f"{made['database_bytes'] / 1e6:.0f} MB and {made['objects']} objects ({made['copied_bytes'] / 1e6:.0f} MB), each {each:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data, backup = Path(name) / "archive", Path(name) / "backups"
        print(f"load {os.getloadavg()[0]:.1f}; imported in {run(data, 'import', str(given.folder))[0]:.0f} s", flush=True)
        measure(data, given.folder, backup, given.readers, given.seconds)
        lone, _ = run(data, "backup", str(backup / "last"))
        again, _ = run(data, "backup", str(backup / "last"))
        print(f"backup with nobody reading: {lone:.1f} s; once more, nothing new: {again:.1f} s", flush=True)
        seconds, told = run(Path(name) / "new", "restore", str(backup / "last"), "--json")
        findings = len(json.loads(told)["findings"])
        print(f"restore with index and verify: {seconds:.0f} s, {findings} findings; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
