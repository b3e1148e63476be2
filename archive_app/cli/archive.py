"""import, publish, unpublish, withdraw, erase: what an archivist does to testimony at the shell.

What may not live here: what these verbs do (actions).
"""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from archive_app.access.terms import TIERS
from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import acting, archive, follow
from archive_app.config import Settings
from archive_app.errors import Invalid

if TYPE_CHECKING:
    from archive_app.actions.reporting import Report

def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=_path, metavar="PATH",
                        help="a folder with tables or OHMS files, a folder of those, or one of these files")
    parser.add_argument("--dry-run", action="store_true", help="report what would happen and write nothing")
    parser.add_argument("--collection", default="", metavar="SLUG", help="the collection of rows that name none")
    parser.add_argument("--access", default="", choices=("", *TIERS), help="the access of rows that name none")
    parser.add_argument("--publish", action="store_true", help="publish rows that do not say whether")
    parser.add_argument("--evidence", default="", metavar="TEXT", help="the note of consent for rows without evidence")
    parser.add_argument("--report", type=_path, metavar="FILE", help="write the report of every row as a table")
    parser.add_argument("--as", dest="email", metavar="EMAIL", help="the account in whose name this is done")
    json_option(parser)


def _import(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.importing import import_path
    from archive_app.actions.preparing import Options

    options = Options(given.dry_run, given.collection, given.access, given.publish, given.evidence)
    with _table(given.report) as write, archive(chosen) as opened:
        actor = acting(opened, given.email)
        with _progress() as progress:
            found = import_path(opened.engine, opened.vault, actor, given.path, options, progress)
        try:
            write(found)
            report(given, found.as_json(), _sentences(found))
        finally:  # a disk that is full, a reader that has gone: what came in is to be found all the same
            if not given.dry_run:
                follow(opened)
    return FINDINGS if found.refused else DONE


def _sentences(found: Report) -> Iterator[str]:
    for row in found.rows:
        if row.message:
            identifier = row.identifier or ("no identifier" if row.row else "")
            where = ", ".join(filter(None, (f"{row.file} row {row.row}" if row.row else row.file, identifier)))
            yield f"{where}: {row.result}, {f'{row.column}: ' if row.column else ''}{row.message}"
    counts = {name: count for name, count in found.as_json().items() if isinstance(count, int)}
    yield ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "There were no rows."


def _path(text: str) -> Path:
    if not text.strip():
        raise ArgumentTypeError("an empty path names nothing (this folder is .)")
    return Path(text)


@contextmanager
def _table(path: Path | None) -> Iterator[Callable[[Report], None]]:
    """What writes the report of every row: opened before anything is imported, emptied only when there is something to write."""
    if path is None:
        yield lambda found: None
        return
    with path.open("a", newline="", encoding="utf-8", errors="backslashreplace") as stream:
        yield partial(_write, path, stream)


def _write(path: Path, stream: TextIO, found: Report) -> None:
    if path.is_file():  # not a pipe, not a device
        stream.truncate(0)
    writer = csv.writer(stream)
    writer.writerow(["file", "row", "identifier", "result", "column", "message"])
    writer.writerows([row.file, row.row, row.identifier, row.result, row.column, row.message] for row in found.rows)
    stream.flush()


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

    return _do(chosen, given, publish, "is published: it is open to whom its narrators allow.")


def _unpublish(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.consenting import unpublish

    return _do(chosen, given, unpublish, "is back at the desk: no reader sees it.")


def _withdraw(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.consenting import withdraw

    return _do(chosen, given, withdraw, "is withdrawn: closed to every reader, kept by custodians alone.", given.reason)


def _erase_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, and who asked for it; custodians read this, it stays")
    parser.add_argument("--yes", action="store_true", help="do not ask for the identifier to be typed once more")
    json_option(parser)


def _erase(chosen: Settings, given: Namespace) -> int:
    """Ask once more, erase, remove what can be removed now, and print the receipt."""
    from archive_app.access.kept_erasure import receipt
    from archive_app.actions.erasing import erase
    from archive_app.cli.opening import follow_erasing
    from archive_app.records.base import reading

    with archive(chosen) as opened:
        if not given.yes and _typed_again(given.id) != given.id:
            raise Invalid("ID", "this is not its identifier: nothing was erased")
        erase(opened.engine, acting(opened, given.email), given.id, given.reason)
        follow(opened)
        follow_erasing(opened)
        with reading(opened.engine) as session:
            found = receipt(session, given.id)
    if found is None:
        raise Invalid("ID", "nothing was erased")
    objects = [f"{each.called} {each.digest}, {each.size} bytes{'' if each.gone else ': kept, something else names it too'}"
               for each in found.objects]
    report(given, asdict(found), [*objects, f"commitment {found.commitment}, salt {found.salt}",
                                  *(f"still to be done: {name} {count}" for name, count in found.waits.items()),
                                  f"{given.id} is erased. Backups made before may hold it: {len(found.backups_utc_ms)} are known."])
    return DONE


def _typed_again(id: str) -> str:
    """What is typed when the identifier is asked for: on stderr, for stdout has the receipt. Raises Invalid where nobody types."""
    print(f"Everything of {id} will be gone for good. Type its identifier: ", end="", file=sys.stderr, flush=True)
    try:
        return input("").strip()
    except (EOFError, UnicodeError):
        print(file=sys.stderr)
        raise Invalid("ID", "its identifier was not typed: nothing was erased (with --yes it is not asked for)") from None


def _do(chosen: Settings, given: Namespace, verb: Callable[..., object], done: str, *more: str) -> int:
    """One verb on one testimony; ends when the index has followed."""
    with archive(chosen) as opened:
        verb(opened.engine, acting(opened, given.email), given.id, *more)
        follow(opened)
    print(f"{given.id} {done}")
    return DONE


COMMANDS = (
    Command("import", "Bring in a folder of tables and transcripts.", _import, _import_arguments),
    Command("publish", "Open a testimony to whom its narrators allow.", _publish, _one),
    Command("unpublish", "Take a testimony back to the desk.", _unpublish, _one),
    Command("withdraw", "Close a testimony for good, as its narrator asks.", _withdraw, _withdraw_arguments),
    Command("erase", "Withdraw a testimony and remove its words and bytes from every file; print the receipt.", _erase, _erase_arguments),
)
