"""The gate at 100,000 testimonies of 8 layers: one row, a page of 50 with all layers, 10,000 rows, a count.

    .venv/bin/python bench/gate.py                              SQLite, in a temporary folder
    .venv/bin/python bench/gate.py postgresql://...             an empty database of its own on PostgreSQL
    ... --write                                                 puts the section into docs/performance.md too
    ... --explain                                               prints the query plans

Terms are drawn as they are in a real archive: four of five public, the rest in the other tiers, some embargoed, some with other terms
for the name and the words, some drafts. Every question is asked as the application asks it (`Gate.opens`, `open_layers`), by five
viewers; `SQL` is the statement alone, `asked` with SQLAlchemy around it, the session kept.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.orm import Session

from archive_app.access.catalogue import Narrowing
from archive_app.access.gate import Gate, gate, open_layers
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.terms import FOREVER, LAYERS, TIERS, Audience, audience_text, minimal
from archive_app.access.viewer import Viewer
from archive_app.records.base import migrate, open_engine, reading, writing
from archive_app.records.consent import Release, Unit, audience_ids, intern
from archive_app.records.testimonies import Collection, Testimony

TESTIMONIES, COLLECTIONS, CHUNK = 100_000, 20, 5_000
NOW, STEP = 1_800_000_000_000, 2_200_000_000_000
DESK = minimal([{"desk"}])
TARGETS = {"one row": 0.1, "page of 50, all layers": 2.0, "10,000 rows": 250.0, "count": 150.0}
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEADING = "## The gate at 100,000 testimonies"


Asked = Select[*tuple[Any, ...]]


@dataclass
class Measured:
    """Milliseconds of each run."""

    sql: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)


def fill(session: Session) -> int:
    """The archive, straight into its tables; the number of releases."""
    random, count = Random(7), 0
    tiers = list(TIERS.values())
    for audience in (*tiers, DESK, minimal([*TIERS["registered"], {"community:hill"}])):
        intern(session, audience_text(audience))
    known = audience_ids(session)
    first = COLLECTIONS + 1
    session.execute(insert(Unit), [{"id": key, "kind": "collection", "collection_id": key} for key in range(1, first)])
    session.execute(insert(Collection), [
        {"id": key, "public_id": f"collection-{key}", "description": "", "sensitive": False, "two_person": False, "row_digest": ""}
        for key in range(1, first)])
    for begin in range(first, first + TESTIMONIES, CHUNK):
        keys = [(key, random.randint(1, COLLECTIONS)) for key in range(begin, begin + CHUNK)]
        rows = [row for key, collection in keys for row in releases(random, key, collection, known, tiers)]
        session.execute(insert(Unit), [{"id": key, "kind": "testimony", "parent_id": collection, "testimony_id": key,
                                        "collection_id": collection} for key, collection in keys])
        session.execute(insert(Testimony), [described(random, key, collection) for key, collection in keys])
        session.execute(insert(Release), rows)
        count += len(rows)
    return count


def described(random: Random, key: int, collection: int) -> dict[str, object]:
    return {"id": key, "public_id": f"item-{random.getrandbits(64):016x}", "collection_id": collection, "title": f"Testimony {key}",
            "sort_title": f"{random.random():.12f}", "sort_year": 1990 + key % 40, "first_year": 1990, "last_year": 1990,
            "created_at": NOW, "abstract": "", "keywords": [], "languages": ["en"], "date": "1990", "narrator_role": "",
            "row_digest": "", "manifest": ""}


def releases(random: Random, key: int, collection: int, known: dict[str, int], tiers: list[Audience]) -> Iterator[dict[str, object]]:
    own = random.choices(tiers, (80, 9, 5, 4, 2))[0]
    draft, embargo = random.random() < 0.02, random.random() < 0.1
    for layer in LAYERS:
        audience = own | TIERS["staff"] if layer in ("identity", "transcript") and random.random() < 0.1 else own
        if random.random() < 0.01:
            audience = minimal([*TIERS["registered"], {"community:hill"}])
        steps = [(0, DESK)] if draft else [(0, TIERS["staff"]), (STEP, audience)] if embargo else [(0, audience)]
        ends = [start for start, _ in steps[1:]] + [FOREVER]
        for (start, asked), end in zip(steps, ends, strict=True):
            formula = audience_text(minimal(asked))
            yield {"unit_id": key, "layer": layer, "starts": start, "ends": end, "audience_id": known.get(formula, known["staff"]),
                   "naming": "initial", "delivery": "download", "refused": "", "testimony_id": key, "collection_id": collection}


def viewers(session: Session) -> dict[str, Viewer]:
    granted = session.execute(select(Testimony.id).order_by(Testimony.public_id).limit(50)).scalars().all()
    staff = frozenset({"registered", "staff"})
    return {
        "anonymous": Viewer(NOW),
        "registered": Viewer(NOW, everywhere=frozenset({"registered"})),
        "50 grants": Viewer(NOW, everywhere=frozenset({"registered"}), in_testimony=dict.fromkeys(granted, frozenset({"grant"}))),
        "staff of one collection": Viewer(NOW, everywhere=frozenset({"registered"}), in_collection={1: staff},
                                          barred=frozenset(granted[:3])),
        "custodian": Viewer(NOW, everywhere=frozenset({"registered", "staff", "custodian"})),
    }


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def alone(session: Session, query: Asked) -> Callable[[], object]:
    """The statement as the database gets it, on the driver's own cursor."""
    bound = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    cursor = session.connection().connection.cursor()
    statement = str(bound).replace("%%", "%")

    def run() -> object:
        cursor.execute(statement)
        return cursor.fetchall()

    return run


def questions(at: Gate, some: list[tuple[int, str]]) -> dict[str, list[Asked]]:
    opens = at.opens("existence", Testimony.id)
    order = (Testimony.sort_title, Testimony.public_id)
    after = [select(Testimony.id).where(opens, Testimony.sort_title > f"{place / 40:.12f}").order_by(*order).limit(50)
             for place in range(39)]
    return {
        "one row": [select(Testimony.id).where(Testimony.public_id == public_id, opens) for _, public_id in some],
        "page of 50, all layers": after,
        "10,000 rows": [select(Testimony.id).where(opens).order_by(*order).limit(10_000)],
        "count": [select(func.count()).select_from(Testimony).where(opens)],
    }


def layers_of(at: Gate, keys: list[int]) -> Asked:
    return select(Release.unit_id, Release.layer, Release.audience_id, Release.naming, Release.delivery).where(
        Release.unit_id.in_(keys), at.holds())


def measure(session: Session, viewer: Viewer, runs: int) -> dict[str, Measured]:
    at = gate(session, viewer)
    keys = session.execute(select(Testimony.id, Testimony.public_id).order_by(Testimony.public_id).limit(200)).all()
    asked = questions(at, [(key, public_id) for key, public_id in keys])
    found = {name: Measured() for name in asked}
    for name, queries in asked.items():
        wanted = queries if len(queries) > 1 else queries * runs
        paged = name.startswith("page")
        for query in wanted:
            run = alone(session, query)
            if paged:
                shown = [key for (key,) in session.execute(query)]
                layered = alone(session, layers_of(at, shown))
                found[name].sql.append(seconds(run) + seconds(layered))
                found[name].asked.append(seconds(lambda query=query: open_layers(session, at, session.scalars(query))))  # type: ignore[misc]
                session.expunge_all()
            else:
                found[name].sql.append(seconds(run))
                found[name].asked.append(seconds(lambda query=query: session.execute(query).all()))  # type: ignore[misc]
    return found


def room_pages(session: Session, viewer: Viewer) -> dict[str, list[float]]:
    """What a list page takes with everything on it: count, window, cards."""
    room = ReadingRoom(session, viewer)
    return {f"list page {page}": [seconds(lambda page=page: room.testimonies(Narrowing(), page=page)) for _ in range(5)]  # type: ignore[misc]
            for page in (1, 1_000)}


def told(values: list[float]) -> str:
    """median (p95), in milliseconds."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.3g} ({ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]:.3g})"


def explain(session: Session, viewer: Viewer) -> None:
    words = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN ANALYZE "
    at = gate(session, viewer)
    for name, queries in questions(at, [(1, "item-x")]).items():
        print(f"-- {name}")
        bound = queries[0].compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        for row in session.execute(text(words + str(bound).replace(":", "\\:"))):
            print("   ", row[-1])


def section(rows: list[str], engine: str, releases_made: int) -> str:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    head = "\n".join([
        f"{TESTIMONIES:,} testimonies in {COLLECTIONS} collections, {releases_made:,} releases of {len(LAYERS)} layers;",
        f"`python bench/gate.py`; {time.strftime('%Y-%m-%d')}, {commit}; {os.cpu_count()} cores shared with other work (load",
        f"{os.getloadavg()[0]:.1f}), Python {platform.python_version()}, {engine}. Milliseconds, median (95th percentile).",
        "SQL: the statement alone; asked: as the application asks, SQLAlchemy included; list page: a page of the reading room."])
    columns = " | ".join(f"{name}: SQL | asked" for name in TARGETS)
    return "\n".join([HEADING, "", head, "", f"| viewer | {columns}"
                      + " | list page 1 | list page 1,000 |", "|---" * (2 * len(TARGETS) + 3) + "|", *rows, "",
                      "Targets (consent, section 8): " + ", ".join(f"{name} <= {value:g} ms" for name, value in TARGETS.items()) + ".", ""])


def write(made: str) -> None:
    """Put the section into the page, in the place of the one before."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Performance\n"
    before, found, rest = page.partition(HEADING)
    after = rest[rest.find("\n## ") + 1:] if found and "\n## " in rest else ""
    PAGE.write_text(before.rstrip() + "\n\n" + made + ("\n" + after if after else ""), encoding="utf-8")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("url", nargs="?", default="")
    given.add_argument("--write", action="store_true")
    given.add_argument("--explain", action="store_true")
    given.add_argument("--runs", type=int, default=15)
    arguments = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/archive.sqlite3"
        migrate(url)
        engine = open_engine(url)
        begun = time.perf_counter()
        with writing(engine) as session:
            made = fill(session)
            session.commit()
        print(f"filled in {time.perf_counter() - begun:.0f} s: {made:,} releases", flush=True)
        rows = []
        with reading(engine) as session:
            version = session.scalar(text("SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"))
            for name, viewer in viewers(session).items():
                found = measure(session, viewer, arguments.runs)
                pages = room_pages(session, viewer)
                rows.append(f"| {name} | " + " | ".join(f"{told(each.sql)} | {told(each.asked)}" for each in found.values())
                            + " | " + " | ".join(told(each) for each in pages.values()) + " |")
                print(rows[-1], flush=True)
                if arguments.explain:
                    explain(session, viewer)
        engine.dispose()
    made_section = section(rows, f"{engine.dialect.name} {version}", made)
    print(made_section)
    if arguments.write:
        write(made_section)


if __name__ == "__main__":
    main()
