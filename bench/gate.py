"""The gate at 100,000 testimonies of 8 layers: one row, a page of 50 with all layers, 10,000 rows, a count, lists, deriving.

    .venv/bin/python bench/gate.py                              SQLite, in a temporary folder
    .venv/bin/python bench/gate.py sqlite:////tmp/gate.sqlite3  kept, and measured again where it is there already
    .venv/bin/python bench/gate.py postgresql://...             an empty database of its own on PostgreSQL
    ... --write                                                 puts the section into docs/performance.md too
    ... --cpu                                                   SQLite on a busy machine: time of the processor, not of the wall
    ... --explain                                               prints the query plans

The archive is that of gate_archive.py. `SQL` is the statement alone, prepared once as the driver does, its values bound; `asked` is
what the application takes: the clause made, SQLAlchemy around it, the session kept. Lists are asked of the reading room: total, window,
cards.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from gate_archive import COLLECTIONS, SEED, TESTIMONIES, fill, much_said, viewers
from sqlalchemy import ColumnElement, Engine, Select, func, select, text
from sqlalchemy.orm import Session

from archive_app.access.catalogue import Narrowing
from archive_app.access.gate import gate, open_layers
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.releases import derive
from archive_app.access.viewer import Viewer
from archive_app.records.base import migrate, open_engine, reading, writing
from archive_app.records.consent import Release
from archive_app.records.testimonies import Testimony

TARGETS = {"one row": 0.1, "page of 50, all layers": 2.0, "10,000 rows": 250.0, "count": 150.0}
PAGES = (1, 100, 1_750, 2_500)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEADING = "## The gate at 100,000 testimonies"
Asked = Select[*tuple[Any, ...]]
Times = list[float]
CLOCK = [time.perf_counter]


def took(work: Callable[[], object]) -> float:
    """Milliseconds, on the wall or of the processor (`--cpu`)."""
    begun = CLOCK[0]()
    work()
    return (CLOCK[0]() - begun) * 1_000


def alone(session: Session, query: Asked) -> Callable[[], object]:
    """The statement as the driver gets it, on its own cursor."""
    bound = query.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
    values = bound.params if bound.positiontup is None else tuple(bound.params[name] for name in bound.positiontup)
    cursor, statement = session.connection().connection.cursor(), str(bound)

    def run() -> object:
        cursor.execute(statement, values)
        return cursor.fetchall()

    return run


def questions(session: Session, viewer: Viewer, runs: int) -> dict[str, list[Callable[[], Asked]]]:
    """What is asked of the gate, by name, each made anew as a page makes it; pages come with their layers (`measure`)."""
    at = gate(session, viewer)
    some = session.scalars(select(Testimony.public_id).order_by(Testimony.public_id).limit(200)).all()
    order = (Testimony.sort_title, Testimony.public_id)

    def opened(*also: ColumnElement[bool]) -> Asked:
        return select(Testimony.id).where(at.opens("existence", Testimony.id), *also)

    def one(public_id: str) -> Asked:
        return opened(Testimony.public_id == public_id)

    def page(place: int) -> Asked:
        return opened(Testimony.sort_title > f"{place / 40:.12f}").order_by(*order).limit(50)

    return {
        "one row": [partial(one, public_id) for public_id in some],
        "page of 50, all layers": [partial(page, place) for place in range(39)],
        "10,000 rows": [lambda: opened().order_by(*order).limit(10_000)] * runs,
        "count": [lambda: select(func.count()).select_from(at.units("existence", testimonies_only=True))] * runs,
        "count, row by row": [lambda: select(func.count()).select_from(opened().subquery())] * runs,
    }


def measure(session: Session, viewer: Viewer, runs: int) -> dict[str, tuple[Times, Times]]:
    """Question -> (the statement alone, as asked)."""
    at = gate(session, viewer)
    found: dict[str, tuple[Times, Times]] = {}
    for name, queries in questions(session, viewer, runs).items():
        sql, asked = found[name] = ([], [])
        alone(session, queries[0]())()
        for query in queries:
            first = alone(session, query())
            if name.startswith("page"):
                layers = select(Release.unit_id, Release.layer).where(Release.unit_id.in_(session.scalars(query()).all()), at.holds())
                second = alone(session, layers)
                sql.append(took(first) + took(second))
                asked.append(took(lambda query=query: open_layers(session, at, session.scalars(query()))))  # type: ignore[misc]
            else:
                sql.append(took(first))
                asked.append(took(lambda query=query: session.execute(query()).all()))  # type: ignore[misc]
    return found


def lists(session: Session, viewer: Viewer, runs: int) -> dict[str, Times]:
    """What a page of the reading room takes with everything on it."""
    room = ReadingRoom(session, viewer)
    asked: dict[str, Callable[[], object]] = {
        f"by {sort}, {page:,}": partial(room.testimonies, Narrowing(), sort, page) for sort in ("title", "date") for page in PAGES}
    half = Narrowing(collection="collection-1")
    asked |= {f"half of it, {page:,}": partial(room.testimonies, half, "title", page) for page in (1, 1_000)}
    asked |= {"in Armenian, 1": partial(room.testimonies, Narrowing(language="hy")), "collections": room.collections, "home": room.home}
    return {name: [took(work) for _ in range(runs // 2 + 1)][1:] for name, work in asked.items()}


def deriving(engine: Engine, runs: int) -> Times:
    """Deriving the releases of a testimony about which much was said, in a transaction that is then given up."""
    with writing(engine) as session:
        units = [much_said(session) for _ in range(runs + 1)]
        return [took(partial(derive, session, unit)) for unit in units][1:]


def told(values: Times) -> str:
    """median (p95), in milliseconds."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.3g} ({ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]:.3g})"


def explain(session: Session, viewer: Viewer) -> None:
    """Print how the database goes about the questions."""
    words = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN ANALYZE "
    for name, queries in questions(session, viewer, 1).items():
        print(f"-- {name}")
        bound = queries[0]().compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        for row in session.execute(text(words + str(bound).replace(":", "\\:"))):
            print("   ", row[-1])


def table(head: list[str], rows: dict[str, list[str]]) -> str:
    lines = [["viewer", *head], ["---"] * (len(head) + 1), *([name, *cells] for name, cells in rows.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def section(measured: dict[str, dict[str, tuple[Times, Times]]], listed: dict[str, dict[str, Times]], derived: Times, engine: str,
            releases: int) -> str:
    """The part of docs/performance.md that `--write` puts there."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    unit = "Milliseconds" if CLOCK[0] is time.perf_counter else "Milliseconds of the processor"
    names, lists_asked = list(next(iter(measured.values()))), list(next(iter(listed.values())))
    targets = ", ".join(f"{name} <= {value:g} ms" for name, value in TARGETS.items())
    gates = {viewer: [told(times) for both in found.values() for times in both] for viewer, found in measured.items()}
    return "\n".join([
        HEADING, "",
        f"{TESTIMONIES:,} testimonies of 8 layers in {COLLECTIONS} collections (one holds half of them), each with a transcript and a",
        f"recording, {releases:,} releases; `python bench/gate.py{' --cpu' if 'processor' in unit else ''}`, seed {SEED};",
        f"{time.strftime('%Y-%m-%d')}, {commit}; {os.cpu_count()} cores shared with other work (load {os.getloadavg()[0]:.1f}),",
        f"Python {platform.python_version()}, {engine}. {unit}, median (95th percentile).",
        "SQL: the statement alone, prepared and bound; asked: the clause made and SQLAlchemy around it.", "",
        table([f"{name}: {which}" for name in names for which in ("SQL", "asked")], gates), "",
        f"Targets (consent, section 8): {targets}, deriving <= 20 ms. Deriving (12 statements, 8 parts): {told(derived)} ms.", "",
        "Lists of the reading room (order or narrowing, page): total and 20 cards.", "",
        table(lists_asked, {viewer: [told(times) for times in found.values()] for viewer, found in listed.items()}), ""])


def write(made: str) -> None:
    """Put the section into the page, in the place of the one before."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Performance\n"
    before, found, rest = page.partition(HEADING)
    after = rest[rest.find("\n## ") + 1:] if found and "\n## " in rest else ""
    PAGE.write_text(before.rstrip() + "\n\n" + made + ("\n" + after if after else ""), encoding="utf-8")


def prepared(url: str) -> tuple[Engine, int]:
    """The database, filled where it is empty, and how many releases are in it."""
    migrate(url)
    engine = open_engine(url)
    begun = time.perf_counter()
    with writing(engine) as session:
        if session.scalar(select(Testimony.id).limit(1)) is None:
            print(f"{fill(session):,} releases", flush=True)
            if engine.dialect.name == "postgresql":  # what its housekeeping would do by itself in time
                session.execute(text("SELECT setval(pg_get_serial_sequence('units', 'id'), (SELECT max(id) FROM units))"))
                session.execute(text("ANALYZE"))
            session.commit()
            print(f"filled in {time.perf_counter() - begun:.0f} s", flush=True)
        releases = session.scalar(select(func.count()).select_from(Release)) or 0
    engine.dispose()  # the last connection folds the write-ahead log into the database
    return engine, releases


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("url", nargs="?", default="")
    given.add_argument("--write", action="store_true")
    given.add_argument("--explain", action="store_true")
    given.add_argument("--runs", type=int, default=15)
    given.add_argument("--cpu", action="store_true")
    arguments = given.parse_args()
    CLOCK[0] = time.thread_time if arguments.cpu else time.perf_counter
    with tempfile.TemporaryDirectory() as folder:
        engine, releases = prepared(arguments.url or f"sqlite:///{folder}/archive.sqlite3")
        measured, listed = {}, {}
        with reading(engine) as session:
            version = session.scalar(text("SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"))
            for name, viewer in viewers(session).items():
                measured[name] = measure(session, viewer, arguments.runs)
                listed[name] = lists(session, viewer, arguments.runs)
                print(name, flush=True)
                if arguments.explain:
                    explain(session, viewer)
        made = section(measured, listed, deriving(engine, arguments.runs), f"{engine.dialect.name} {version}", releases)
        engine.dispose()
    print(made)
    if arguments.write:
        write(made)


if __name__ == "__main__":
    main()
