"""Bring a folder of tables and OHMS files in, row by row: each row one change, whole or not at all, and the second run changes nothing.

Order: collections, people, places, events, sources, the manifest, statements, OHMS files. A row that vanished is reported, never deleted.
What may not live here: what a row does (intake, registering), how files are read (preparing, ohms_files).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Engine

from archive_app.access import kept_rows
from archive_app.access.terms import LAYERS
from archive_app.access.viewer import Viewer
from archive_app.actions import cataloguing, intake, ohms_files, registering, registry_rows
from archive_app.actions.cataloguing import SEEN
from archive_app.actions.change import Change, change, rehearsal
from archive_app.actions.ohms_files import Described
from archive_app.actions.preparing import Options, fingerprint, keep, keep_file, known_by, named, prepare
from archive_app.actions.reporting import Report
from archive_app.errors import ArchiveError, Invalid, NotAllowed
from archive_app.exchange.file_names import alike, one_elsewhere
from archive_app.exchange.manifest import ManifestRow, read_row
from archive_app.exchange.table import COLUMNS, Table, TableRow, read_table
from archive_app.records.base import reading
from archive_app.records.withdrawals import kept_out, key_digest
from archive_app.storage.vault import Vault

ORDER = ("collections", "people", "places", "events", "sources", "manifest", "statements")
COUNTED = re.compile(r"(.*?)0*([0-9]{1,12})", re.ASCII)
CONSENT = frozenset({"access", *(f"access_{layer}" for layer in LAYERS), "opens", "closes", "naming", "pseudonym"})
"""Columns that say who may read: a table with none of them is about the catalogue, and says nothing of the consent on record."""
LEANS = {"statements": (("sources", "source"), ("events", "event"))}
"""Rows that are refused where those which they name, in these columns, are not there."""
KEPT = frozenset({"transcripts", "media", "restrictions"})
"""Columns of which nothing is dropped: a table without one of them says nothing of it, and nothing is told of what was kept."""
SERIES = 5
"""So many identifiers that differ only in a number, with few gaps, look like serial numbers."""
Progress = Callable[[int, int], None]
"""(rows done, rows in all)"""


@dataclass(frozen=True)
class Desk:
    """What every row of one run is handed. `seen`: table and key -> where it stood first; `tended`: collections that rows of this
    run were taken into; `tried`: table and key -> the row, of a dry run;
    `used`: files that OHMS files of this run name; `names`: folder and what names have in common -> (name, where);
    `out`: public ids and digests of import keys of what is not brought in again; `houses`: what collections are called -> their ids."""

    engine: Engine
    vault: Vault
    actor: Viewer
    options: Options
    report: Report
    root: Path
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    tended: set[str] = field(default_factory=set)
    tried: dict[tuple[str, str], Callable[[Change], str]] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    names: dict[tuple[Path, str], tuple[str, str]] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    houses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, file: Path) -> str:
        """The name of a table in reports: relative to what is imported."""
        return file.relative_to(self.root).as_posix()

    def once(self, kind: str, key: str, file: Path, number: int) -> None:
        """Raises Invalid for a key that stood in this run before."""
        if (kind, key) in self.seen:
            raise Invalid("identifier", f"stands in {self.seen[kind, key]} already")
        self.seen[kind, key] = self.place(file, number)

    def told_apart(self, files: Sequence[tuple[str, str]], file: Path, number: int) -> None:
        """Raises Invalid for a name of a file that is, on another system, one with a name that stood in this run before."""
        for column, name in files:
            before, where = self.names.setdefault((file.parent, alike(name)), (name, self.place(file, number)))
            if before != name:
                raise Invalid(column, f"{one_elsewhere(name, before)} {before!r} stands in {where}")

    def place(self, file: Path, number: int) -> str:
        """Where something stands, in reports."""
        return f"row {number} of {self.called(file)}" if number else self.called(file)


def import_path(engine: Engine, vault: Vault, actor: Viewer, path: Path, options: Options,
                progress: Progress = lambda done, total: None) -> Report:
    """Import a folder with tables or OHMS files, a folder of such folders, or one of those files. Raises Invalid("path") where nothing is
    to import."""
    _look_for(path)
    with reading(engine) as session:
        out, houses = kept_out(session), kept_rows.collections_called(session, actor)
    desk = Desk(engine, vault, actor, options, Report(), path if path.is_dir() else path.parent, out=out, houses=houses)
    interviews, left_out = ohms_files.found(path)
    tables = list(_tables(desk, path)) if path not in interviews else []
    if not tables and not interviews and not desk.report.rows:
        raise Invalid("path", f"{path.name}: no OHMS file and no table of {', '.join(name + '.csv' for name in COLUMNS)} is there")
    digests = _known(engine, actor)
    steps = [partial(_take, desk, file, table, row, digests) for file, table in tables for row in table.rows]
    steps += [partial(_take_interview, desk, file, digests) for file in interviews]
    for done, step in enumerate(steps, 1):
        step()
        progress(done, len(steps))
    for file, reason in left_out:
        if file not in desk.used:
            desk.report.add(desk.called(file), 0, "", "ignored", "", reason)
    manifests = [(file, table) for file, table in tables if table.kind == "manifest"]
    for file, table in manifests:
        _tell_serial(desk, file, table)
    for name in dict.fromkeys(file.name for file, _ in manifests):
        _tell_missing(desk, name, [table for file, table in manifests if file.name == name])
    return desk.report


def _look_for(path: Path) -> None:
    """Raises Invalid for what is not there, OSError for what cannot be asked for."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise Invalid("path", f"{path}: there is no such folder and no such file") from None


def _known(engine: Engine, actor: Viewer) -> dict[str, str]:
    with reading(engine) as session:
        return kept_rows.row_digests(session, actor)


def _tables(desk: Desk, path: Path) -> Iterator[tuple[Path, Table]]:
    """Every table, kind by kind, so that what rows refer to is there before them, whichever folder it lies in."""
    folders = ohms_files.folders(path)
    files = [folder / f"{kind}.csv" for kind in ORDER for folder in folders] if folders else [path]
    for file in files:
        if not file.is_file():
            continue
        try:
            yield file, read_table(file.name, file.read_bytes())
        except Invalid as problem:
            desk.report.add(desk.called(file), 0, "", "refused", problem.field, problem.reason)


def _take(desk: Desk, file: Path, table: Table, row: TableRow, digests: dict[str, str]) -> None:
    identifier = row.values.get("identifier", "").strip()
    tell = partial(_tell, desk, file, row.number, identifier)
    with _refusing(tell, "collection" if table.kind == "manifest" else "identifier"):
        if row.problem is not None:
            raise row.problem
        if table.kind != "manifest":
            registering.check(table.kind, identifier)
            desk.once(table.kind, identifier, file, row.number)
            tell(_register(desk, file, table.kind, identifier, row.values))
            return
        said, problems = read_row(row.values)
        for problem in problems:
            house = row.values["collection"].strip() if problem.field == "collection" else ""
            meant = desk.houses.get(kept_rows.folded(house))
            tell("refused", problem.field, f"For {house[:80]!r} write {' / '.join(meant)}." if meant else problem.reason)
        if said is not None:
            silent = not CONSENT.intersection(table.columns) and not desk.options.access
            _take_testimony(desk, file, row.number, said, known_by(said, desk.options), digests, tell, silent=silent,
                            left_out=KEPT.difference(table.columns), cells=row.values)


def _take_interview(desk: Desk, file: Path, digests: dict[str, str]) -> None:
    """One OHMS file: a testimony, known by its collection and the file's name."""
    tell = partial(_tell, desk, file, 0, "")
    with _refusing(tell, "collection"):
        described = ohms_files.describe(file)
        said = ohms_files.row_of(described, file.parent, desk.options.collection)
        desk.used.update(file.parent / medium.file for medium in said.media)
        _take_testimony(desk, file, 0, said, f"{said.collection}/{file.name}", digests, tell, described)


def _tell(desk: Desk, file: Path, number: int, identifier: str, result: str, column: str = "", message: str = "", name: str = "") -> None:
    desk.report.add(desk.called(file), number, name or identifier, result, column, message)


@contextmanager
def _refusing(tell: Callable[..., None], not_allowed: str) -> Iterator[None]:
    """What is wrong with a row or file is told of it; `not_allowed`: the column of what the actor may not do."""
    try:
        yield
    except Invalid as problem:
        tell("refused", problem.field, problem.reason)
    except NotAllowed as problem:
        tell("refused", not_allowed, problem.reason)
    except ArchiveError as problem:
        tell("refused", "identifier", str(problem))


def _register(desk: Desk, file: Path, kind: str, identifier: str, values: Mapping[str, str]) -> str:
    name = values.get("file", "").strip()

    def bring() -> None:
        if name:
            keep_file(desk.vault, file.parent, name, "file", named(file.parent, name, "file"))

    def write(work: Change) -> str:
        return registry_rows.REGISTER[kind](work, registering.told(kind, values, file.parent))

    def do(work: Change) -> str:
        for table, column in LEANS.get(kind, ()):  # what a dry run has tried stands nowhere: it is tried again before what leans on it
            if before := desk.tried.get((table, values[column].strip())):
                before(work)
                work.derive()
        return write(work)

    result = _change(desk, identifier, do, bring, rehearse=bool(name))
    if desk.options.dry_run:
        desk.tried[kind, identifier] = write
    return result


def _take_testimony(desk: Desk, file: Path, number: int, said: ManifestRow, key: str, digests: dict[str, str], tell: Callable[..., None],
                    described: Described | None = None, silent: bool = False, left_out: Set[str] = frozenset(),
                    cells: Mapping[str, str] = MappingProxyType({})) -> None:
    desk.once("manifest", key, file, number)
    desk.told_apart(said.files, file, number)
    digest = fingerprint(said, file.parent, desk.options, [("transcripts", file.name)] if described else [])
    if digests.get(key) == digest:
        tell("unchanged")
        return
    new = replace(prepare(file, number, said, desk.options, digest, key, described), silent=silent, left_out=left_out,
                  seen=cells.get(SEEN, "").strip(), cells=cataloguing.digest(cells))

    def do(work: Change) -> str:
        return intake.take(work, new)

    rehearse = key in digests or new.collection not in desk.tended or not desk.out.isdisjoint({new.public_id, key_digest(new.import_key)})
    result = _change(desk, new.public_id, do, lambda: keep(desk.vault, file.parent, new), rehearse)
    desk.tended.add(new.collection)
    tell(result, name=new.public_id)
    for column, message in dict.fromkeys(new.warnings):
        tell("warning", column, message, new.public_id)


def _change(desk: Desk, subject: str, do: Callable[[Change], str], bring: Callable[[], None], rehearse: bool) -> str:
    """One row: bytes first, then the rows that name them. What may be refused is rehearsed, so that it leaves no bytes behind; nor does
    what is left exactly as it is."""
    left = desk.options.dry_run
    if rehearse or desk.options.dry_run:
        with rehearsal(desk.engine, desk.actor, "import", subject) as work:
            result = do(work)
            left |= "left" in work.detail
    if not left:
        bring()
        with change(desk.engine, desk.actor, "import", subject) as work:
            result = do(work)
            work.detail["result"] = result
    return result


def _tell_serial(desk: Desk, file: Path, table: Table) -> None:
    """A hint while identifiers can still be chosen: when they count, a missing number tells that something is hidden."""
    name = desk.called(file)
    if not any(row.file == name and row.result == "created" for row in desk.report.rows):
        return
    counted: dict[str, set[int]] = {}
    for row in table.rows:
        found = COUNTED.fullmatch(row.values.get("identifier", "").strip())
        if found:
            counted.setdefault(found[1], set()).add(int(found[2]))
    for prefix, numbers in counted.items():
        if len(numbers) >= SERIES and 2 * len(numbers) > max(numbers) - min(numbers):
            desk.report.add(name, 0, "", "warning", "identifier", f"identifiers such as {prefix}{min(numbers)} look like serial "
                            "numbers: readers see from the gaps that something is not shown to them. Words tell nothing")
            return


def _tell_missing(desk: Desk, name: str, tables: Sequence[Table]) -> None:
    """What came in with tables of this name and stands in none of them now. Rows that could not be read may be anything's."""
    rows = [row for table in tables for row in table.rows]
    if any(row.problem for row in rows):
        return
    identifiers = {row.values["identifier"].strip() for row in rows}
    collections = {row.values["collection"].strip() or desk.options.collection for row in rows}
    keys = {key for kind, key in desk.seen if kind == "manifest"}
    unsure = any(True for row in desk.report.rows if row.result == "refused" and not row.identifier)
    with reading(desk.engine) as session:
        there = kept_rows.of_manifest(session, desk.actor, name, collections)
    for public_id, key in sorted(there):
        if public_id not in identifiers and (key or public_id) not in keys and not (key and unsure):
            desk.report.add(name, 0, public_id, "missing", "identifier", "on record, but no longer in this table: kept as it is")
