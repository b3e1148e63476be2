"""backup, restore: a copy of everything kept, made while the archive serves, and put back where there is none.

What may not live here: what a backup holds (actions.backing_up), what is put back and what is closed again (actions.restoring).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive_app import clock
from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import archive
from archive_app.config import Settings
from archive_app.errors import Damaged

if TYPE_CHECKING:
    from archive_app.actions.restoring import Restored


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder on another disk; each run adds a snapshot to it")
    parser.add_argument("--keep", type=_count, metavar="N", help="leave only the newest N snapshots, and of the recordings what they name")
    json_option(parser)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("give a whole number above 0")
    return int(text)


def _backup(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.backing_up import back_up

    with archive(chosen, only_looks=True) as opened, _progress() as progress:
        made = back_up(opened.engine, opened.vault, opened.settings, given.folder.absolute(), progress, given.keep)
    figures = {"snapshot": str(made.folder), "objects": made.objects, "copied": made.copied, "copied_bytes": made.copied_bytes,
               "database_bytes": made.database_bytes, "ledger_lines": made.withdrawals, "dropped": made.dropped,
               "damaged": _rows(made.damaged)}
    report(given, figures, [
        *(str(each) for each in made.damaged),
        f"{made.folder}: the database ({made.database_bytes / 1e6:.1f} MB) and {made.objects} objects, "
        f"of which {made.copied} were new ({made.copied_bytes / 1e6:.1f} MB).",
        "The secret is not in it: a restored archive makes its own, and everybody signs in again."])
    return FINDINGS if made.damaged else DONE


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of a backup (its newest snapshot), or one snapshot in it")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="the ledger of withdrawals of the old machine, where it is newer")
    json_option(parser)


def _restore(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions import restoring, verifying
    from archive_app.config import prepare
    from archive_app.jobs import erasing, indexing
    from archive_app.records.base import open_engine, reading
    from archive_app.search.whoosh_index import WhooshIndex
    from archive_app.storage.disk_vault import DiskVault

    with _progress() as progress:
        done = restoring.restore(chosen, given.folder, given.ledger, progress)
    chosen = prepare(chosen)
    engine, index = open_engine(chosen.database_url, chosen.ledger_file), WhooshIndex(chosen.search_dir)
    try:
        indexing.rebuild(engine, index)
        indexing.run_due(engine, index, indexing.holder_name())
        vault = DiskVault(chosen.media_dir)
        erasing.run_due(engine, index, vault, chosen.instance_dir, indexing.holder_name())
        restoring.finish(chosen)
        with reading(engine) as session:  # every object was compared with its name as it was copied
            found = list(verifying.findings(session, vault, index, clock.now(), media=False, ledger=chosen.ledger_file))
    finally:
        engine.dispose()
    found += [each for each in done.damaged if not any(other.where.startswith(each.where) for other in found)]
    _tell(given, done, found)
    return FINDINGS if found else DONE


def _tell(given: Namespace, done: Restored, found: list[Damaged]) -> None:
    figures = {"snapshot": done.snapshot, "made_at": done.made_at, "objects": done.objects, "objects_bytes": done.objects_bytes,
               "withdrawals": {"in_ledger": done.withdrawals, "closed_now": len(done.replayed.closed),
                               "kept_out": len(done.replayed.kept_out)},
               "to_review": {"unpublished": done.replayed.unpublished, "absent": done.replayed.absent},
               "findings": _rows(found)}
    report(given, figures, [
        *(str(each) for each in found),
        f"Restored the snapshot of {done.made_at}, with {done.objects} objects ({done.objects_bytes / 1e6:.1f} MB).",
        f"Testimonies and submissions whose withdrawal, hold or erasure the ledger knows: {done.withdrawals}; "
        f"closed by this restore: {len(done.replayed.closed)}; not here, and kept out: {len(done.replayed.kept_out)}.",
        *(f"{name}: taken back to the desk; its terms were narrowed after the backup: record that again, then publish."
          for name in done.replayed.unpublished),
        *(f"{name}: not here; its terms were narrowed after the backup: whoever brings it in again records that first."
          for name in done.replayed.absent),
        f"{len(found)} findings." if found else "Verified: everything is as it should be."])


def _rows(found: list[Damaged] | tuple[Damaged, ...]) -> list[dict[str, str]]:
    return [{"where": each.where, "expected": each.expected, "found": each.found} for each in found]


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a kind of thing on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True)) as bar:
        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what.capitalize(), total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


COMMANDS = (
    Command("backup", "Add a snapshot of everything kept to a folder, while the archive serves.", _backup, _backup_arguments),
    Command("restore", "Put a backup into an empty data folder, and withdraw in it what was withdrawn since.", _restore,
            _restore_arguments),
)
