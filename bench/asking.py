"""How long a question takes through HTTP, gate and JSON included, and a long transcript's page: against a running server.

    ARCHIVE_DATA_DIR=DIR .venv/bin/archive-app import DATA/wpa     # and DATA/timed
    ARCHIVE_DATA_DIR=DIR .venv/bin/archive-app serve --port 8200 &
    .venv/bin/python bench/asking.py DATA/wpa http://127.0.0.1:8200 [--queries 500] [--page ID ...]

Each kind is asked `--queries` different questions drawn by how often words occur (bench/search.py), one after another over one
connection, after a warm-up of ten; every answer holds the page's hits with their contexts and all facets. There is no response
cache. Prints rows for docs/performance.md: milliseconds, median / 95th percentile / worst.
"""

from __future__ import annotations

import argparse
import http.client
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from search import Drawn, renditions  # beside this file

from archive_app.search.documents import documents
from archive_app.search.query import Question


def address(question: Question) -> str:
    """The address of `/search.json` that asks this."""
    plain = Question("")
    asked: list[tuple[str, str]] = []
    for one in fields(question):
        value = getattr(question, one.name)
        if value == getattr(plain, one.name) and one.name != "q":
            continue
        several = value if isinstance(value, tuple) else (value,)
        asked += [(one.name, {True: "1"}.get(each, str(each))) for each in several]
    return "/search.json?" + urlencode(asked)


def ask(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds until the whole answer is there."""
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    taken = (time.perf_counter() - begun) * 1000
    if answer.status != 200:
        raise SystemExit(f"{answer.status} for {path}")
    return taken


def row(kind: str, taken: Sequence[float]) -> str:
    """One row of the table."""
    return f"| {kind} | {len(taken)} | {median(taken):.1f} | {quantiles(taken, n=20)[-1]:.1f} | {max(taken):.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("server")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", action="append", default=[], metavar="ID", help="a testimony whose page is asked 40 times")
    given = parser.parse_args()
    host = urlsplit(given.server)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=120)
    every = [document for rendition in renditions(given.folder) for document in documents([rendition])[""]]
    print("| kind | questions | median ms | p95 ms | worst ms |\n|---|---|---|---|---|")
    for kind, questions in Drawn(every, given.seed, given.queries + 10).kinds().items():
        paths = [address(question) for question in questions]
        for path in paths[:10]:
            ask(connection, path)
        print(row(kind, [ask(connection, path) for path in paths[10:]]), flush=True)
    for name in given.page:
        print(row(f"page of {name}", [ask(connection, f"/testimonies/{name}") for _ in range(40)]), flush=True)


if __name__ == "__main__":
    main()
