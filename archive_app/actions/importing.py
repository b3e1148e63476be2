"""Bring a folder of tables in, row by row: each row one change, whole or not at all, and the second run changes nothing.

Order: collections, people, places, events, sources, the manifest, statements. A row that vanished is reported, never deleted.
What may not live here: what a row does (intake, registering), how files are read (preparing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from archive_app.access.viewer import Viewer
from archive_app.actions import intake, registering
from archive_app.actions.change import Change, change
from archive_app.actions.preparing import Options, fingerprint, prepare
from archive_app.actions.reporting import Report
from archive_app.errors import ArchiveError, Invalid, NotAllowed
from archive_app.exchange.manifest import ManifestRow, read_row
from archive_app.exchange.table import COLUMNS, Table, TableRow, read_table
from archive_app.records import testimonies
from archive_app.records.base import reading
from archive_app.storage.vault import Vault

ORDER = ("collections", "people", "places", "events", "sources", "manifest", "statements")
Progress = Callable[[int, int], None]
"""(rows done, rows in all)"""


class _OnlyTried(Exception):
    """Leaves a change without its commit: the whole of a dry run is the real thing, rolled back."""


@dataclass(frozen=True)
class Desk:
    """What every row of one run is handed."""

    engine: Engine
    vault: Vault
    actor: Viewer
    options: Options
    report: Report


def import_path(engine: Engine, vault: Vault, actor: Viewer, path: Path, options: Options,
                progress: Progress = lambda done, total: None) -> Report:
    """Import a folder with tables, a folder of such folders, or one table. Raises Invalid("path") where there is nothing to import."""
    desk = Desk(engine, vault, actor, options, Report())
    tables = list(_tables(path, desk.report))
    if not tables and not desk.report.rows:
        raise Invalid("path", f"{path.name}: no table of {', '.join(name + '.csv' for name in COLUMNS)} is there")
    total, done = sum(len(table.rows) for _, table in tables), 0
    for file, table in tables:
        seen: dict[str, int] = {}
        digests = _known(engine)
        for row in table.rows:
            _take(desk, file, table, row, seen, digests)
            done += 1
            progress(done, total)
        if table.kind == "manifest":
            _tell_missing(desk, file, table, set(seen))
    return desk.report


def _known(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return testimonies.row_digests(session)


def _tables(path: Path, report: Report) -> Iterator[tuple[Path, Table]]:
    folders = [path, *sorted(each for each in path.iterdir() if each.is_dir())] if path.is_dir() else []
    files = [folder / f"{kind}.csv" for folder in folders for kind in ORDER] if folders else [path]
    for file in files:
        if not file.is_file():
            continue
        try:
            yield file, read_table(file.name, file.read_bytes())
        except Invalid as problem:
            report.add(file.name, 0, "", "refused", problem.field, problem.reason)


def _take(desk: Desk, file: Path, table: Table, row: TableRow, seen: dict[str, int], digests: dict[str, str]) -> None:
    identifier = row.values.get("identifier", "").strip()

    def tell(result: str, column: str = "", message: str = "", name: str = identifier) -> None:
        desk.report.add(file.name, row.number, name, result, column, message)

    try:
        if row.problem is not None:
            raise row.problem
        if table.kind != "manifest":
            _once(seen, identifier, row.number)
            registering.check(table.kind, identifier)
            tell(_change(desk, identifier, lambda work: registering.REGISTER[table.kind](work, row.values, file.parent, desk.vault)))
            return
        said, problems = read_row(row.values)
        if said is None:
            for problem in problems:
                tell("refused", problem.field, problem.reason)
            return
        _take_testimony(desk, file, row.number, said, seen, digests, tell)
    except (Invalid, NotAllowed) as problem:
        column = problem.field if isinstance(problem, Invalid) else "collection"
        tell("refused", column, problem.reason)
    except ArchiveError as problem:
        tell("refused", "identifier", str(problem))


def _take_testimony(desk: Desk, file: Path, number: int, said: ManifestRow, seen: dict[str, int], digests: dict[str, str],
                    tell: Callable[..., None]) -> None:
    digest, key = fingerprint(said, file.parent, desk.options)
    _once(seen, key, number)
    if digests.get(key) == digest:
        tell("unchanged")
        return
    new = prepare(desk.vault, file, number, said, desk.options, digest, key)

    def do(work: Change) -> str:
        known = testimonies.by_import_key if new.import_key else testimonies.by_public_id
        row = known(work.session, key)
        if row is None:
            intake.create(work, new)
            return "created"
        return intake.update(work, row, new)

    result = _change(desk, new.public_id, do)
    tell(result, name=new.public_id)
    for column, message in dict.fromkeys(new.warnings):
        tell("warning", column, message, new.public_id)


def _change(desk: Desk, subject: str, do: Callable[[Change], str]) -> str:
    try:
        with change(desk.engine, desk.actor, "import", subject) as work:
            result = do(work)
            work.detail["result"] = result
            if desk.options.dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return result


def _once(seen: dict[str, int], key: str, number: int) -> None:
    if key in seen:
        raise Invalid("identifier", f"stands in row {seen[key]} of this file already")
    seen[key] = number


def _tell_missing(desk: Desk, file: Path, table: Table, seen: set[str]) -> None:
    collections = {row.values.get("collection", "").strip() or desk.options.collection for row in table.rows}
    with reading(desk.engine) as session:
        there = testimonies.of_manifest(session, file.name, collections)
    for public_id, key in sorted(there):
        if public_id not in seen and key not in seen:
            desk.report.add(file.name, 0, public_id, "missing", "identifier", "on record, but no longer in this table: kept as it is")
