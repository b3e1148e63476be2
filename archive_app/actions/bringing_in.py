"""Imports by upload: files received into a folder of their own, looked through (a dry run), and brought in by the worker when they may.

    receive -> looking -> looked -> go -> bringing -> done            drop, sweep: nothing is left of the files

A run is its account's alone: to everybody else it is not there. Its files lie below `folder` until it is done, dropped, or nobody has
touched it for KEPT_DAYS; its report stays. It is killed and taken up again without harm, as importing is. What may not live here:
what a row does (importing), which ZIP files are taken (storage.bundles).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from sqlalchemy.orm import Session

from archive_app import clock, ids
from archive_app.access import law
from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import receiving
from archive_app.actions.importing import import_path
from archive_app.actions.preparing import Options
from archive_app.actions.receiving import Incoming
from archive_app.actions.reporting import Report
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records import desk_work
from archive_app.records.accounts import account_by_email, account_by_key, email_digest
from archive_app.records.base import reading, writing
from archive_app.records.desk_work import BRINGING, DONE, DROPPED, FAILED, LOOKED, LOOKING, UNDER_WAY, ImportRun
from archive_app.records.jobs import Job
from archive_app.storage.bundles import FIELD

KIND = "bring"
FILES, BUNDLE = "_", "bundle.zip"
"""The folder of a run's files: no slug can be made of its name, so no collection is called after it."""
KEPT_DAYS = 7
MOST_RUNS, MOST_FILES, MOST_TRIES = 5, 500, 5
NOTHING = "there is no table such as manifest.csv in it, and no OHMS file"
NAMED = 2
TELL_MS = 1000
"""How often progress is written down."""
Asked = Callable[[], bool]


@dataclass(frozen=True)
class Run:
    """An import as its own account has it. `sent`: the names of the first files, '' = not on record, and how many `more` came with them;
    `begun`: somebody works on it, or did; `foreseen`: what the dry run found; `report`: what came of it."""

    id: str
    state: str
    options: Mapping[str, str]
    sent: str
    more: int
    begun: bool
    size: int
    done: int
    total: int
    began_utc_ms: int
    foreseen: Report | None
    report: Report | None
    problem: str


class _Stopped(Exception):
    """The worker is to end: the next one goes on."""


class _Dropped(Exception):
    """It was thrown away while it was worked on, as an erasure does with what would bring in what was erased."""


def receive(room: Incoming, actor: Viewer, sent: Sequence[tuple[str, BinaryIO]], options: Mapping[str, str]) -> str:
    """Take files in, one ZIP or tables with what they name, and have them looked through; the id of the run. `options`: collection,
    access, evidence, as an import takes them. Raises Invalid, NotAllowed, and Conflict where too many runs wait."""
    _may(actor)
    _check(options)
    called = receiving.names([name for name, _ in sent])
    with reading(room.engine) as session:
        key = _account(session, actor)
        count = len(desk_work.runs_of(session, key))
        if desk_work.running(session, key) >= MOST_RUNS:
            raise Conflict(FIELD, f"{MOST_RUNS} imports of yours wait already: bring them in, or throw them away")
    id = ids.public("import", f"{actor.account}/{count + 1}")
    folder = room.folder / id
    try:
        size = receiving.write(room, folder, called, [stream for _, stream in sent])
        with _writes(room) as session:
            now = clock.now()
            session.add(ImportRun(public_id=id, account_id=key, state=LOOKING, options={**options, **_named(called)}, size=size,
                                  began_at=now, touched_at=now))
            session.add(Job(kind=KIND, subject=id, due_at=now))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return id


def _named(called: Sequence[str]) -> dict[str, str]:
    """What tells a run from others: the names of what was sent, the first NAMED of them."""
    return {"sent": ", ".join(called[:NAMED]), "more": str(max(0, len(called) - NAMED))}


def _may(actor: Viewer) -> None:
    if not law.may_keep(actor.role, "import"):
        raise NotAllowed("import", "your role does not do this")


def _check(options: Mapping[str, str]) -> None:
    if options.get("access") and options["access"] not in TIERS:
        raise Invalid("access", f"choose one of {', '.join(TIERS)}")


def _account(session: Session, actor: Viewer) -> int:
    row = account_by_email(session, actor.account)
    if row is None:
        raise NotFound()
    return row.id


def runs(room: Incoming, actor: Viewer) -> tuple[Run, ...]:
    """The imports of whoever asks, newest first."""
    with reading(room.engine) as session:
        return tuple(_run(row) for row in desk_work.runs_of(session, _account(session, actor)))


def run(room: Incoming, actor: Viewer, id: str) -> Run:
    """One of them. Raises NotFound for what is somebody else's as for what never was."""
    with reading(room.engine) as session:
        return _run(_own(session, actor, id))


def _run(row: ImportRun) -> Run:
    foreseen, report = (Report.from_json(each) if each else None for each in (row.foreseen, row.report))
    sent, more = row.options.get("sent", ""), int(row.options.get("more", 0))
    return Run(row.public_id, row.state, row.options, sent, more, row.tries > 0, row.size, row.done, row.total,
               row.began_at, foreseen, report, row.problem)


def _own(session: Session, actor: Viewer, id: str) -> ImportRun:
    row = desk_work.run_by_public_id(session, id)
    if row is None or row.account_id != _account(session, actor):
        raise NotFound()
    return row


def go(room: Incoming, actor: Viewer, id: str) -> None:
    """Have it brought in. Raises NotFound, NotAllowed, and Conflict where it was not looked through, or is under way already."""
    _may(actor)
    with _writes(room) as session:
        row = _own(session, actor, id)
        if row.state != LOOKED:
            raise Conflict("import", "this import is under way, or over, already")
        row.state, row.done, row.tries, row.started_at, row.touched_at = BRINGING, 0, 0, clock.now(), clock.now()
        session.add(Job(kind=KIND, subject=id, due_at=clock.now()))


def drop(room: Incoming, actor: Viewer, id: str) -> None:
    """Throw its files away. Raises NotFound, and Conflict while it is being brought in."""
    with _writes(room) as session:
        row = _own(session, actor, id)
        if row.state == BRINGING:
            raise Conflict("import", "it is being brought in: what is in cannot be thrown away here")
        if row.state in UNDER_WAY:
            row.state = DROPPED
    shutil.rmtree(room.folder / id, ignore_errors=True)


def work(room: Incoming, id: str, goes_on: Asked) -> bool:
    """Do what a run waits for, in the name and with the rights that its account has now; False where it was stopped on the way and is to
    be taken up again."""
    with _writes(room) as session:
        row = desk_work.run_by_public_id(session, id)
        if row is None or row.state not in (LOOKING, BRINGING):
            return True
        row.tries += 1
        account = account_by_key(session, row.account_id)
        actor = signed_in(session, account) if account is not None and account.closed_at is None else None
        state, options, tries, foreseen, since, reached = row.state, row.options, row.tries, row.foreseen, row.started_at or 0, row.done
    if tries > MOST_TRIES:
        return _end(room, id, state, FAILED, problem="it was begun several times and never came to its end")
    if actor is None or not law.may_keep(actor.role, "import"):
        return _end(room, id, state, FAILED, problem="the account that began it may not bring anything in any more")
    flags = Options(state == LOOKING, options.get("collection", ""), options.get("access", ""), False, options.get("evidence", ""))
    try:
        files = receiving.source(room.folder / id / receiving.FILES)
        report = import_path(room.engine, room.vault, actor, files, flags, _teller(room, id, state, reached, goes_on))
    except _Stopped:
        return False
    except _Dropped:
        shutil.rmtree(room.folder / id, ignore_errors=True)
        return True
    except Invalid as problem:
        return _end(room, id, state, FAILED, problem=NOTHING if problem.field == "path" else problem.reason)
    except FileNotFoundError:  # thrown away in the meantime
        return _end(room, id, state, FAILED, problem="the files of this import are not here any more: send them again")
    if state == LOOKING:
        return _end(room, id, state, LOOKED, foreseen=_of_one_table(report))
    if tries > 1:
        with reading(room.engine) as session:
            done = desk_work.results_since(session, email_digest(actor.account), since)
        report = merged(report, Report.from_json(foreseen or {}), done)
    return _end(room, id, state, DONE, report=_of_one_table(report))


def _of_one_table(report: Report) -> Report:
    """Without the rows that are `missing`, where the upload brings in nothing that is known: many a box comes with a manifest.csv, and one
    of them says nothing of the others."""
    known = any(row.result in ("updated", "narrowed", "unchanged") for row in report.rows)
    return report if known else Report([row for row in report.rows if row.result != "missing"])


def merged(report: Report, foreseen: Report, done: Mapping[str, str]) -> Report:
    """The report of a run that was taken up again: what its earlier part brought in is told as that. `done`: subject -> result."""
    expected = {(row.file, row.row): row.result for row in foreseen.rows if row.result in ("created", "updated", "narrowed")}
    made = Report()
    for row in report.rows:
        before = done.get(row.identifier, "") if row.identifier else expected.get((row.file, row.row), "")
        earlier = row.result == "unchanged" and before not in ("", "unchanged")
        made.rows.append(replace(row, result=before) if earlier else row)
        notes = (each for each in foreseen.rows if each.result == "warning" and (each.file, each.row) == (row.file, row.row))
        made.rows += notes if earlier else ()
    return made


def _teller(room: Incoming, id: str, was: str, reached: int, goes_on: Asked) -> Callable[[int, int], None]:
    """Writes down, now and then, that it has come farther than it was (what comes farther is not given up, however often it is killed);
    leaves between two rows when the worker is to end, or the run was dropped."""
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if not goes_on():
            raise _Stopped
        with reading(room.engine) as session:
            row = desk_work.run_by_public_id(session, id)
            if row is None or row.state != was:
                raise _Dropped
        if done > reached and clock.now() - told >= TELL_MS:
            told = clock.now()
            _touch(room, id, was, done=done, total=total, tries=1)

    return tell


def _end(room: Incoming, id: str, was: str, state: str, foreseen: Report | None = None, report: Report | None = None,
         problem: str = "") -> bool:
    """Write down what came of it, unless it was thrown away meanwhile; then remove what is not needed any more."""
    last = foreseen or report
    more = {"foreseen": foreseen.as_json()} if foreseen else {"report": report.as_json()} if report else {}
    size = len({(row.file, row.row) for row in last.rows}) if last else 0
    _touch(room, id, was, state=state, problem=problem, tries=0, **({"done": size, "total": size} if last else {}), **more)
    if state not in UNDER_WAY:
        shutil.rmtree(room.folder / id, ignore_errors=True)
    return True


def _touch(room: Incoming, id: str, was: str, **values: object) -> None:
    """Write something down about a run that is still in this state."""
    with _writes(room) as session:
        row = desk_work.run_by_public_id(session, id)
        for name, value in {**values, "touched_at": clock.now()}.items() if row is not None and row.state == was else ():
            setattr(row, name, value)


@contextmanager
def _writes(room: Incoming) -> Iterator[Session]:
    with writing(room.engine) as session:
        yield session
        session.commit()


def sweep(room: Incoming) -> int:
    """Remove what was abandoned: files of runs that are over or untouched for KEPT_DAYS, or that never became one; how many."""
    if not room.folder.is_dir():
        return 0
    with reading(room.engine) as session:
        known = desk_work.states(session)
    swept = 0
    for folder in sorted(room.folder.iterdir()):
        state, touched = known.get(folder.name, ("", int(folder.stat().st_mtime * 1000)))
        age = clock.now() - touched
        if state == BRINGING or state in UNDER_WAY and age < KEPT_DAYS * clock.DAY_MS or not state and age < clock.DAY_MS:
            continue
        if state in UNDER_WAY:
            _touch(room, folder.name, state, state=DROPPED)
        shutil.rmtree(folder, ignore_errors=True)
        swept += 1
    return swept
