"""import, publish, unpublish, withdraw: what an archivist does to testimony at the shell.

What may not live here: what these verbs do (actions).
"""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import acting, archive, follow
from archive_app.config import Settings

if TYPE_CHECKING:
    from archive_app.actions.reporting import Report

TIERS = ("public", "registered", "reading-room", "staff", "sealed")


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder with tables, a folder of those, or one table")
    parser.add_argument("--dry-run", action="store_true", help="report what would happen and write nothing")
    parser.add_argument("--collection", default="", metavar="SLUG", help="the collection of rows that name none")
    parser.add_argument("--access", default="", choices=("", *TIERS), help="the access of rows that name none")
    parser.add_argument("--publish", action="store_true", help="publish rows that do not say whether")
    parser.add_argument("--evidence", default="", metavar="TEXT", help="the note of consent for rows without evidence")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report of every row as a table")
    parser.add_argument("--as", dest="email", metavar="EMAIL", help="the account in whose name this is done")
    json_option(parser)


def _import(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.importing import import_path
    from archive_app.actions.preparing import Options

    options = Options(given.dry_run, given.collection, given.access, given.publish, given.evidence)
    with archive(chosen) as opened:
        actor = acting(opened, given.email)
        with _progress() as progress:
            found = import_path(opened.engine, opened.vault, actor, given.path, options, progress)
        if given.report:
            _write(found, given.report)
        report(given, found.as_json(), _sentences(found))
        if not given.dry_run:
            follow(opened)
    return FINDINGS if found.refused else DONE


def _sentences(found: Report) -> Iterator[str]:
    for row in found.rows:
        if row.message:
            yield f"{row.file} row {row.row}, {row.identifier or 'no identifier'}: {row.result}, {row.column}: {row.message}"
    counts = {name: count for name, count in found.as_json().items() if isinstance(count, int)}
    yield ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "There were no rows."


def _write(found: Report, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "row", "identifier", "result", "column", "message"])
        writer.writerows([row.file, row.row, row.identifier, row.result, row.column, row.message] for row in found.rows)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Bringing in", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _one(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the testimony's identifier, as it stands in its address")
    parser.add_argument("--as", dest="email", metavar="EMAIL", help="the account in whose name this is done")


def _withdraw_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, and who asked for it; only custodians read this")


def _publish(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.consenting import publish

    with archive(chosen) as opened:
        publish(opened.engine, acting(opened, given.email), given.id)
        follow(opened)
    print(f"{given.id} is published: it is open to whom its narrators allow.")
    return DONE


def _unpublish(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.consenting import unpublish

    with archive(chosen) as opened:
        unpublish(opened.engine, acting(opened, given.email), given.id)
        follow(opened)
    print(f"{given.id} is back at the desk: no reader sees it.")
    return DONE


def _withdraw(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.consenting import withdraw

    with archive(chosen) as opened:
        withdraw(opened.engine, acting(opened, given.email), given.id, given.reason)
        follow(opened)
    print(f"{given.id} is withdrawn: closed to every reader, kept by custodians alone.")
    return DONE


COMMANDS = (
    Command("import", "Bring in a folder of tables and transcripts.", _import, _import_arguments),
    Command("publish", "Open a testimony to whom its narrators allow.", _publish, _one),
    Command("unpublish", "Take a testimony back to the desk.", _unpublish, _one),
    Command("withdraw", "Close a testimony for good, as its narrator asks.", _withdraw, _withdraw_arguments),
)
