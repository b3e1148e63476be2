"""What it costs to try a receipt: right, wrong, unreadable; each by its times, and whether they can be told apart.

    .venv/bin/python bench/receipts.py            200 tries of each kind, in turn, at the cost that the archive has

Kinds take turns, so that a busy machine is busy for all of them. Told apart: the share of pairs in which the right one took longer than
the wrong one (0.5: not at all), until it is known whether the words open something (a right receipt then also opens a visit, which
nobody can see without having it).
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from archive_app.actions import family_keys, family_room
from archive_app.actions.family_room import FamilyRoom
from archive_app.language import receipts
from archive_app.records.base import migrate, open_engine
from archive_app.storage.disk_vault import DiskVault


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=50, help="how many there are to be found")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        migrate(f"sqlite:///{folder / 'archive.sqlite3'}")
        engine = open_engine(f"sqlite:///{folder / 'archive.sqlite3'}")
        try:
            report(measured(FamilyRoom(engine, DiskVault(folder / "media"), folder / "instance"), asked.accounts, asked.tries))
        finally:
            engine.dispose()


def measured(room: FamilyRoom, accounts: int, tries: int) -> dict[str, list[float]]:
    """Kind -> ms of each try, until the verdict."""
    rng = random.Random(7)
    words = [family_room.begin(room, "en").receipt for _ in range(accounts)]
    verdict = 0.0
    real = family_keys.opened

    def opened(sealed: bytes, key: bytes) -> bytes | None:
        nonlocal verdict
        found = real(sealed, key)
        verdict = time.perf_counter()
        return found

    family_keys.opened = opened
    found: dict[str, list[float]] = {"right": [], "one word wrong": [], "another order": [], "not nine words": []}
    for _ in range(tries):
        right = list(rng.choice(words))
        typed = {"right": right, "one word wrong": [*right[:8], rng.choice(receipts.words("en"))],
                 "another order": [right[1], right[0], *right[2:]], "not nine words": right[:7]}
        for kind in rng.sample(list(typed), len(typed)):
            began = time.perf_counter()
            family_room.enter(room, " ".join(typed[kind]))
            found[kind].append((verdict - began) * 1000)
    family_keys.opened = real
    return found


def report(found: dict[str, list[float]]) -> None:
    """One line a kind."""
    print("| receipt | median | p5 | p95 | told from the right one |\n|---|---|---|---|---|")
    for kind, times in found.items():
        parts = statistics.quantiles(times, n=20)
        longer = sum(one > other for one in found["right"] for other in times) / len(times) ** 2
        print(f"| {kind} | {statistics.median(times):.1f} ms | {parts[0]:.1f} | {parts[-1]:.1f} | {longer:.2f} |")


if __name__ == "__main__":
    main()
