"""Processes that are killed without warning, and what has to hold of an archive afterwards.

    run(work, *arguments, die=("commit", 3))     in a process of its own, which kills itself before its third commit
    started(data, "import", folder)              the command itself, in a group of its own, to be killed from outside at any time

A step is what is to last: bytes on their way to the disk, a name given or taken away, a commit; and the start of a child that decodes.
What may not live here: what is imported or derived in a proof.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.copies import needed
from archive_app.actions import copying, fixity, verifying
from archive_app.jobs import holders, leases
from archive_app.records import copies, objects
from archive_app.records.base import open_engine, reading
from archive_app.records.copies import AccessCopy
from archive_app.records.jobs import Job
from archive_app.records.recordings import Recording
from archive_app.storage.disk_vault import DiskVault
from tests.factories.archives import Archive

STEPS: dict[str, tuple[Any, str]] = {
    "sync": (os, "fsync"), "rename": (os, "rename"), "remove": (os, "unlink"), "commit": (Session, "commit"), "child": (subprocess, "Popen"),
    "place": (DiskVault, "_place"), "note": (copying, "note"), "drop": (DiskVault, "erase"), "finish": (leases, "finish")}
"""What is done by which call: five of the system, then what they mean: an object gets its name, a copy that was kept is noted, one that was
forgotten is dropped, a job is marked as done. `any` is each of them."""
Death = tuple[str, int]
"""(step, which one, from 1): the process dies before it. A child that is started lives for a moment before its parent dies."""
Work = Callable[..., object]
PATIENCE = 60.0
"""Seconds within which a child of somebody who was killed has to be gone; it is so at once."""
_context = multiprocessing.get_context("forkserver")  # loaded once, forked for each: a process costs next to nothing
_context.set_forkserver_preload(["tests.factories.kills", "tests.promises.sounds", "archive_app.cli", "archive_app.jobs.deriving",
                                 "archive_app.actions.importing", "alembic.command"])


def run(work: Work, *arguments: object, die: Death | None = None) -> bool:
    """Whether the work came to its end; False where it was killed before that step. Raises AssertionError where it failed."""
    return _ran(work, arguments, die)[0]


def steps(work: Work, *arguments: object) -> list[str]:
    """The names of all steps of the work, in order, done without being killed."""
    whole, names = _ran(work, arguments, None)
    assert whole
    return names


def _ran(work: Work, arguments: tuple[object, ...], die: Death | None) -> tuple[bool, list[str]]:
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(theirs, work, arguments, die))
    process.start()
    theirs.close()
    with ours:
        try:
            names, problem = ours.recv()
        except EOFError:
            names, problem = [], ""
    process.join()
    code = process.exitcode
    process.close()
    assert code == 0 or die and code == -signal.SIGKILL, f"{problem or code}"
    return code == 0, names


def _work(out: Connection, work: Work, arguments: tuple[object, ...], die: Death | None) -> None:
    done: list[str] = []
    for name, (where, what) in STEPS.items():
        setattr(where, what, _dying(name, getattr(where, what), done, die))
    try:
        work(*arguments)
    except BaseException as problem:
        out.send((done, repr(problem)))
        raise
    out.send((done, ""))


def _dying(name: str, real: Any, done: list[str], die: Death | None) -> Any:
    def reached() -> bool:
        done.append(name)
        return die is not None and die[1] == (len(done) if die[0] == "any" else done.count(name) if die[0] == name else 0)

    if isinstance(real, type):
        class Dying(real):  # type: ignore[misc]
            def __init__(self, *arguments: Any, **more: Any) -> None:
                last = reached()
                super().__init__(*arguments, **more)
                if last:
                    os.kill(os.getpid(), signal.SIGKILL)

        return Dying

    def dying(*arguments: Any, **more: Any) -> Any:
        if reached():
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **more)

    return dying


# Commands

def command(data: Path, *arguments: str, quick: bool = False, die: Death | None = None) -> Any:
    """A command of ours on the archive in a folder, in a process of its own; its report (--json is added), None where it was killed."""
    out = data.with_name(f"{data.name}.json")
    out.unlink(missing_ok=True)
    return json.loads(out.read_text()) if run(asked, data, out, arguments, quick, die=die) else None


def asked(data: Path, out: Path, arguments: tuple[str, ...], quick: bool) -> None:
    """Work: one command; its report in `out`."""
    from archive_app import cli
    from tests.promises.sounds import quick_copies

    os.environ["ARCHIVE_DATA_DIR"] = str(data)
    said = io.StringIO()
    with quick_copies() if quick else contextlib.nullcontext(), contextlib.redirect_stdout(said):
        code = cli.main([*arguments, "--json"])
    assert code == 0, said.getvalue()
    out.write_text(said.getvalue())


def started(data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command in a process group of its own, and with a folder of its own for temporary files."""
    temporary = _temporary(data)
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "ARCHIVE_DATA_DIR": str(data), "TMPDIR": str(temporary)}
    return subprocess.Popen([sys.executable, "-m", "archive_app.cli", *arguments], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def _temporary(data: Path) -> Path:
    return data.with_name(f"{data.name}.tmp")


def killed(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill a started command, with its group, after so long; whether it was still at work. The children that decode for it are groups of
    their own, and gone with it. Raises AssertionError where it failed by itself, or a child is still there."""
    try:
        _, problem = process.communicate(timeout=seconds)
        assert process.returncode == 0, f"{process.returncode} {problem.decode()}"
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for child in _children(process.pid):
        wait_until_gone(child)
    return True


def _children(parent: int) -> Iterator[int]:
    """What decodes for a process, whether that is alive or not: its number is their last argument."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            said = path.read_bytes().split(b"\0")
            if b"archive_app.storage.child" in said and said[-2] == str(parent).encode():
                yield int(path.parent.name)


def wait_until_gone(process: int) -> None:
    """Wait for the end of a process that is not ours to be waited for."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        import select as waiting

        assert waiting.select([handle], [], [], PATIENCE)[0], "a child outlives the process it worked for"
    finally:
        os.close(handle)


# What has to hold

@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    """The archive of a folder, as the command lays it out, or with its database beside the rest."""
    path = folder / "instance" / "archive.sqlite3"
    engine = open_engine(f"sqlite:///{path if path.exists() else folder / 'archive.sqlite3'}")
    try:
        yield Archive(engine, folder)
    finally:
        engine.dispose()


def nothing_is_lost(archive: Archive) -> None:
    """At once after a death, before anything else is done: what `verify --media` looks at is clean."""
    with reading(archive.engine) as session:
        found = [str(each) for each in verifying.stored(session, archive.vault, media=True, also_new=False)]
    assert not found, found


def left_to_do(archive: Archive) -> int:
    """Jobs that are due."""
    with reading(archive.engine) as session:
        return len(session.scalars(select(Job.id).where(Job.done_at.is_(None), Job.due_at <= clock.now())).all())


def all_is_made(archive: Archive) -> None:
    """Everything that anybody may look up was made, and nothing is left to be done."""
    assert not left_to_do(archive), "jobs are due"
    with reading(archive.engine) as session:
        for id in {each.subject for each in session.scalars(select(Job).where(Job.kind == "derive"))}:
            wanted = needed(session, id, clock.now())[0]
            there = copies.made(session, {each.recording for each in wanted})
            assert {(each.recording, each.recipe, each.key) for each in wanted} == there, id


def nothing_is_left_over(archive: Archive) -> None:
    """A day later, when what nobody names was swept, there is nothing to be found, no object too many and no file half written."""
    tomorrow = datetime.datetime.fromtimestamp(clock.now() / 1000, tz=datetime.UTC) + datetime.timedelta(days=1, minutes=1)
    with time_machine.travel(tomorrow):
        fixity.sweep(archive.engine, archive.vault)
        with reading(archive.engine) as session:
            found = [str(each) for each in verifying.findings(session, archive.vault, archive.index, clock.now())]
            assert not found, found
            assert set(archive.vault.digests()) == objects.named(session)
    clock.forget_floor()
    files = [path for path in archive.vault.root.rglob("*") if path.is_file()]
    assert len(files) == len(list(archive.vault.digests())), files
    for name in ("copies", "instance/copies"):
        assert not (archive.folder / name).exists(), name
    temporary = _temporary(archive.folder)
    assert not temporary.exists() or not list(temporary.iterdir()), temporary


Copy = tuple[str, str, int, str, str]


def every_copy(archive: Archive) -> list[Copy]:
    """(original, recipe, part, what it leaves out, bytes) of every copy: digests, so that two archives can be compared."""
    with reading(archive.engine) as session:
        rows = session.execute(select(Recording.object_digest, AccessCopy).join(AccessCopy, AccessCopy.recording_id == Recording.id))
        return sorted((original, row.recipe, row.part, row.key, row.object_digest) for original, row in rows)


def are_kept(archive: Archive, files: Iterable[Path]) -> None:
    """These files lie in the vault, byte for byte."""
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        archive.vault.check(digest)


def derive(folder: Path, quick: bool) -> None:
    """Work: make every copy that is due."""
    from archive_app.jobs import deriving
    from tests.promises.sounds import quick_copies

    with quick_copies() if quick else contextlib.nullcontext(), opened(folder) as archive:
        deriving.run_due(archive.engine, archive.vault, folder / "copies", holders.own_name())
