"""Copies are noted once, forgotten when they are nobody's, and a death at any moment loses nothing.

The last part kills a worker without warning while it makes and forgets copies, and runs it again.
"""

from __future__ import annotations

import datetime
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from archive_app import clock
from archive_app.access.copies import Wanted, needed
from archive_app.actions import copying, fixity
from archive_app.actions.copying import Part
from archive_app.actions.verifying import findings
from archive_app.errors import Damaged, Invalid
from archive_app.jobs import deriving
from archive_app.records import copies, objects
from archive_app.records.audit import AuditEntry
from archive_app.records.base import open_engine, reading
from archive_app.records.copies import AccessCopy, FailedCopy
from archive_app.records.jobs import Job
from archive_app.records.recordings import Recording, StoredObject
from archive_app.storage import fence
from archive_app.storage.cuts import Cuts
from archive_app.storage.disk_vault import DiskVault
from archive_app.storage.vault import Kept
from tests.factories.archives import Archive
from tests.factories.sounds import recording
from tests.promises import sounds
from tests.promises.sounds import quick_copies

TAPE = b"a tape of nothing much ".ljust(90_000, b".")


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest) -> Iterator[None]:
    """Copies are made at once, but where a test asks for the real thing."""
    if request.node.get_closest_marker("slow") or "real" in request.node.name:
        yield
        return
    with quick_copies():
        yield


def bring(archive: Archive, id: str = "told", bytes_: bytes = TAPE, **row: str) -> None:
    archive.write(f"{id}.wav", bytes_)
    report = archive.bring({"identifier": id, "title": "Told", "media": f"{id}.wav|Tape", **row}, settled=False)
    assert not [each for each in report.rows if each.result == "refused"], report.rows


def wanted_of(archive: Archive, id: str = "told") -> list[Wanted]:
    with reading(archive.engine) as session:
        return needed(session, id, clock.now())[0]


def keep(archive: Archive, content: bytes, number: int = 0) -> Part:
    path = archive.write("made", content)
    with path.open("rb") as stream:
        return Part(number, archive.vault.keep(stream), "audio/mp4", {"duration_ms": 1})


def rows(archive: Archive) -> list[tuple[str, int, str]]:
    with reading(archive.engine) as session:
        return [(row.recipe, row.part, row.object_digest) for row in session.scalars(select(AccessCopy).order_by(AccessCopy.id))]


def entries(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def stored(archive: Archive, digest: str) -> bool:
    with reading(archive.engine) as session:
        return session.get(StoredObject, digest) is not None


# Noting

def test_a_copy_is_noted_once(archive: Archive) -> None:
    bring(archive)
    sound = wanted_of(archive)[0]
    one = keep(archive, b"one")
    copying.note(archive.engine, "told", sound, [one])
    assert rows(archive) == [("sound", 0, one.kept.digest)] and stored(archive, one.kept.digest)
    before = entries(archive)
    copying.note(archive.engine, "told", sound, [keep(archive, b"other")])
    copying.note(archive.engine, "told", sound, [one])
    assert rows(archive) == [("sound", 0, one.kept.digest)] and entries(archive) == before, "nothing was done, so nothing is told of it"


def test_pages_are_noted_in_order_and_an_object_may_serve_twice(archive: Archive) -> None:
    bring(archive)
    sound = wanted_of(archive)[0]
    same, other = keep(archive, b"same", 1), keep(archive, b"other", 2)
    copying.note(archive.engine, "told", sound, [same, other, Part(3, same.kept, "image/jpeg", {})])
    assert rows(archive) == [("sound", 1, same.kept.digest), ("sound", 2, other.kept.digest), ("sound", 3, same.kept.digest)]


def test_of_a_recording_that_is_gone_nothing_is_noted(archive: Archive) -> None:
    bring(archive)
    gone = Wanted(10**6, "0" * 64, None, "sound", Cuts())
    before = entries(archive)
    copying.note(archive.engine, "told", gone, [keep(archive, b"one")])
    copying.note(archive.engine, "never-told", wanted_of(archive)[0], [keep(archive, b"one")])
    copying.note_failure(archive.engine, "told", gone, "broken")
    assert rows(archive) == [] and entries(archive) == before and failed(archive) == []


# Forgetting

def test_what_is_not_wanted_is_forgotten_with_its_bytes(archive: Archive) -> None:
    bring(archive)
    sound, peaks = wanted_of(archive)
    one, other = keep(archive, b"one"), keep(archive, b"other")
    copying.note(archive.engine, "told", sound, [one])
    copying.note(archive.engine, "told", peaks, [other])
    assert copying.forget(archive.engine, "told", [sound]) == [other.kept.digest]
    assert rows(archive) == [("sound", 0, one.kept.digest)] and not stored(archive, other.kept.digest) and stored(archive, one.kept.digest)
    before = entries(archive)
    assert copying.forget(archive.engine, "told", [sound]) == [] and entries(archive) == before
    assert copying.forget(archive.engine, "never-told", []) == []


def test_an_object_that_another_recording_needs_stays(archive: Archive) -> None:
    """Two recordings of the same length of which everything is withheld have equal copies: silence."""
    bring(archive, "told-a", TAPE)
    bring(archive, "told-b", TAPE.replace(b"tape", b"reel"))
    silence = keep(archive, b"silence")
    for id in ("told-a", "told-b"):
        copying.note(archive.engine, id, wanted_of(archive, id)[0], [silence])
    assert copying.forget(archive.engine, "told-a", []) == []
    assert len(rows(archive)) == 1 and stored(archive, silence.kept.digest)
    assert copying.forget(archive.engine, "told-b", []) == [silence.kept.digest]
    assert rows(archive) == [] and not stored(archive, silence.kept.digest)


def test_an_object_that_was_entrusted_stays(archive: Archive) -> None:
    """A copy that is byte for byte what somebody brought: the bytes are theirs."""
    bring(archive)
    with reading(archive.engine) as session:
        original = session.scalars(select(Recording.object_digest)).one()
    copying.note(archive.engine, "told", wanted_of(archive)[0], [Part(0, Kept(original, len(TAPE)), "audio/mp4", {})])
    assert copying.forget(archive.engine, "told", []) == []
    assert rows(archive) == [] and stored(archive, original)
    archive.vault.check(original)


def test_the_job_drops_the_bytes_of_what_it_forgets(archive: Archive) -> None:
    bring(archive, restrictions="1000-2000|words|staff|x")
    archive.derive()
    before = {digest for _, _, digest in rows(archive)}
    assert before <= set(archive.vault.digests())
    archive.withdraw("told")
    archive.derive()
    after = {digest for _, _, digest in rows(archive)}
    assert after < before and before & set(archive.vault.digests()) == after
    whole_archive_is_sound(archive)


# What cannot be made

def failed(archive: Archive) -> list[tuple[str, str]]:
    with reading(archive.engine) as session:
        return [(row.recipe, row.reason) for row in session.scalars(select(FailedCopy).order_by(FailedCopy.recipe, FailedCopy.key))]


def due(archive: Archive) -> int:
    with reading(archive.engine) as session:
        return session.scalar(select(func.count()).select_from(Job).where(
            Job.kind == "derive", Job.done_at.is_(None), Job.due_at <= clock.now())) or 0


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, Path], None]], list[str]]:
    """making(before): the maker, with `before(recipe, original)` ahead of it; the recipes it was asked for."""
    def of(before: Callable[[str, Path], None]) -> list[str]:
        asked: list[str] = []

        def make(recipe: str, original: Path, *rest: object) -> object:
            asked.append(recipe)
            before(recipe, original)
            return sounds.make(recipe, original, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(deriving, "make", make)
        return asked

    return of


def again(archive: Archive, id: str = "told") -> None:
    """Something changed that changes no copy."""
    from archive_app.jobs import leases

    leases.promise_all(archive.engine, deriving.KIND, [id])


Making = Callable[[Callable[[str, Path], None]], list[str]]


def test_a_failure_is_noted_once_and_not_tried_again(archive: Archive, making: Making) -> None:
    def no_peaks(recipe: str, original: Path) -> None:
        if recipe == "peaks":
            raise Invalid("recording", "the original cannot be decoded: it is broken " + "x" * 500)

    asked = making(no_peaks)
    bring(archive)
    assert archive.derive() == 1 and asked == ["sound", "peaks"]
    again(archive)
    assert archive.derive() == 1 and asked == ["sound", "peaks"] and due(archive) == 0
    ((recipe, reason),) = failed(archive)
    assert recipe == "peaks" and "cannot be decoded" in reason and len(reason) == 400
    bring(archive, restrictions="1000-2000|words|staff|x")
    archive.derive()
    assert asked == ["sound", "peaks", "sound", "peaks"], "other cuts are another copy"
    assert [each for each, _ in failed(archive)] == ["peaks", "peaks"] and {each for each, _, _ in rows(archive)} == {"sound"}


def test_a_failure_that_is_noted_again_is_one(archive: Archive) -> None:
    bring(archive)
    for reason in ("first", "second"):
        copying.note_failure(archive.engine, "told", wanted_of(archive)[0], reason)
    assert len(failed(archive)) == 1


def test_a_maker_that_dies_holds_up_no_other_and_is_tried_again(archive: Archive, making: Making) -> None:
    bring(archive, "told-a", b"this one ".ljust(90_000, b"."))
    bring(archive, "told-b", TAPE)

    def dying(recipe: str, original: Path) -> None:
        if original.read_bytes().startswith(b"this one"):
            raise RuntimeError("nobody thought of this")

    asked = making(dying)
    with pytest.raises(Damaged, match="copies of told-a"):
        archive.derive()
    assert len(rows(archive)) == 2 and failed(archive) == [] and due(archive) == 1
    with pytest.raises(Damaged):
        archive.derive()
    assert asked == ["sound", "sound", "peaks", "sound"]
    making(lambda recipe, original: None)
    assert archive.derive() == 1 and len(rows(archive)) == 4 and due(archive) == 0
    whole_archive_is_sound(archive)


def test_an_original_that_is_missing_holds_up_no_other_and_is_tried_again(archive: Archive) -> None:
    bring(archive, "told-a", b"this one ".ljust(90_000, b"."))
    bring(archive, "told-b", TAPE)
    with reading(archive.engine) as session:
        digest = next(each for each in session.scalars(select(Recording.object_digest).order_by(Recording.id)))
    archive.vault.drop(digest)
    with pytest.raises(Damaged, match="copies of told-a"):
        archive.derive()
    assert len(rows(archive)) == 2 and failed(archive) == [] and due(archive) == 1
    with (archive.incoming / "told-a.wav").open("rb") as stream:
        archive.vault.keep(stream)
    assert archive.derive() == 1 and len(rows(archive)) == 4


def test_a_full_disk_stops_the_run_and_loses_nothing(archive: Archive, making: Making) -> None:
    bring(archive)

    def full(recipe: str, original: Path) -> None:
        if recipe == "peaks":
            raise OSError(28, "No space left on device")

    making(full)
    with pytest.raises(OSError, match="No space"):
        archive.derive()
    assert [recipe for recipe, _, _ in rows(archive)] == ["sound"] and failed(archive) == [] and due(archive) == 1
    making(lambda recipe, original: None)
    assert archive.derive() == 1 and [recipe for recipe, _, _ in rows(archive)] == ["sound", "peaks"]


def test_who_is_told_to_stop_finishes_a_copy_and_the_rest_is_due(archive: Archive) -> None:
    bring(archive)
    turns = iter((True, True, False))
    assert deriving.run_due(archive.engine, archive.vault, archive.folder / "copies", "tests", lambda: next(turns, False)) == 0
    assert len(rows(archive)) == 1 and due(archive) == 1
    assert archive.derive() == 1 and len(rows(archive)) == 2


def test_a_real_child_that_is_killed_is_a_failure_with_a_reason(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the decoder does to itself, the worker lives and says what became of it."""
    recording(archive.incoming / "told.wav", [(0, 500, 440)])
    archive.bring({"identifier": "told", "title": "Told", "media": "told.wav|Tape"}, settled=False)
    monkeypatch.setattr(fence, "COMMAND", [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
    assert archive.derive() == 1
    assert [recipe for recipe, _ in failed(archive)] == ["peaks", "sound"] and rows(archive) == []


# Killed

class Death(BaseException):
    """What no handler stops."""


def dies(*_: object, **more: object) -> None:
    raise Death


@pytest.mark.parametrize(("where", "what"), [(deriving, "make"), (DiskVault, "keep"), (copying, "note"), (copying, "forget"), (DiskVault, "drop")],
                         ids=["making", "keeping", "noting", "forgetting", "dropping"])
def test_a_death_at_each_step_leaves_what_is_named_and_is_made_good(archive: Archive, monkeypatch: pytest.MonkeyPatch, where: object,
                                                                    what: str) -> None:
    bring(archive, restrictions="1000-2000|words|registered|x")
    archive.derive()
    bring(archive, restrictions="1000-2000|words|registered|x;3000-4000|words|staff|x")
    with monkeypatch.context() as patch:
        patch.setattr(where, what, dies)
        with pytest.raises(Death):
            archive.derive()
    named_bytes_are_there(archive)
    assert due(archive) == 1
    assert archive.derive() == 1 and due(archive) == 0
    assert len(rows(archive)) == 6, "the whole, the public's and that of registered readers"
    whole_archive_is_sound(archive)


WORKER = """
import contextlib, sys
from pathlib import Path
from archive_app.jobs import deriving, holders
from archive_app.records.base import open_engine
from tests.factories.archives import Archive
from tests.promises.sounds import quick_copies
folder = Path(sys.argv[1])
archive = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
with quick_copies() if sys.argv[2] == "quick" else contextlib.nullcontext():
    print("ready", flush=True)
    deriving.run_due(archive.engine, archive.vault, folder / "copies", holders.own_name())
archive.engine.dispose()
"""


def worker(folder: Path, maker: str) -> subprocess.Popen[bytes]:
    """A worker on an archive, at the moment at which its work begins."""
    process = subprocess.Popen([sys.executable, "-c", WORKER, str(folder), maker], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def killed(folder: Path, maker: str, seconds: float) -> bool:
    """Let a worker begin, and kill it after so long; whether it was still at work."""
    with worker(folder, maker) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait() != 0


def took(folder: Path, maker: str) -> float:
    """How long all of it takes, in seconds."""
    with worker(folder, maker) as process:
        began = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - began


def opened(folder: Path) -> Archive:
    return Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)


def whole_archive_is_sound(archive: Archive) -> None:
    """Everything that anybody needs is there, and a day later, when what nobody names was swept, nothing is to be found."""
    archive.settle()
    with reading(archive.engine) as session:
        for id in {each.subject for each in session.scalars(select(Job))}:
            wanted = needed(session, id, clock.now())[0]
            there = copies.made(session, {each.recording for each in wanted})
            assert {(each.recording, each.recipe, each.key) for each in wanted} == there
    tomorrow = datetime.datetime.fromtimestamp(clock.now() / 1000, tz=datetime.UTC) + datetime.timedelta(days=1, minutes=1)
    with time_machine.travel(tomorrow):
        fixity.sweep(archive.engine, archive.vault)
        with reading(archive.engine) as session:
            assert [str(each) for each in findings(session, archive.vault, archive.index, clock.now())] == []
            assert set(archive.vault.digests()) == objects.named(session)


def named_bytes_are_there(archive: Archive) -> None:
    """After a death, before anything else is done: every object that a row names is whole."""
    with reading(archive.engine) as session:
        for digest in objects.named(session):
            archive.vault.check(digest)


def all_copies(archive: Archive) -> list[tuple[int, str, int, str, str]]:
    with reading(archive.engine) as session:
        return sorted((row.recording_id, row.recipe, row.part, row.key, row.object_digest) for row in session.scalars(select(AccessCopy)))


def prepared(folder: Path, empty: Path, maker: str) -> Path:
    """An archive in which copies are to be made, and others to be forgotten."""
    folder.mkdir()
    shutil.copy(empty, folder / "archive.sqlite3")
    archive = opened(folder)
    cues = "WEBVTT\n\n" + "\n\n".join(f"00:{at:02}.000 --> 00:{at + 1:02}.500\nSentence {at}." for at in range(0, 10, 2)) + "\n"
    count = 6 if maker == "quick" else 2
    said = []
    for number in range(count):
        name = f"told-{chr(97 + number)}"
        archive.write(f"{name}.vtt", cues)
        if maker == "quick":
            archive.write(f"{name}.wav", f"{name} ".encode() * 15_000)
        else:
            recording(archive.incoming / f"{name}.wav", [(at * 1000, at * 1000 + 1500, 300 + 40 * at + number) for at in range(0, 10, 2)])
        said.append({"identifier": name, "title": name, "transcripts": f"{name}.vtt|en|verbatim", "media": f"{name}.wav|Tape",
                     "restrictions": "4000-5500|words|registered|x" if number % 2 else ""})
    assert {each.result for each in archive.bring(*said).rows} == {"created"}
    archive.derive()
    for number, row in enumerate(said):
        row["restrictions"] += f"{';' if row['restrictions'] else ''}{number % 3 * 1000}-{number % 3 * 1000 + 1500}|words|staff|x"
    archive.bring(*said)
    archive.withdraw("told-b")
    archive.engine.dispose()
    return folder


def survives(tmp_path: Path, empty: Path, maker: str, kills: int, seed: int) -> None:
    """An archive is killed at so many moments, each time as it was at first, and all over again at three more; it always ends alike."""
    base = prepared(tmp_path / "base", empty, maker)
    whole = Path(shutil.copytree(base, tmp_path / "whole"))
    length, moments, hits = took(whole, maker), random.Random(seed), 0
    expected = ended(whole)
    for kill in range(kills):
        folder = Path(shutil.copytree(base, tmp_path / f"killed-{kill}"))
        for _ in range(3 if kill == 0 else 1):
            hits += killed(folder, maker, moments.uniform(0, 0.9) * length)
            archive = opened(folder)
            named_bytes_are_there(archive)
            archive.engine.dispose()
        took(folder, maker)
        assert ended(folder) == expected, f"seed {seed}, kill {kill}"
        shutil.rmtree(folder)
    assert hits > kills // 2, f"seed {seed}: only {hits} were killed at work"


def ended(folder: Path) -> list[tuple[int, str, int, str, str]]:
    archive = opened(folder)
    whole_archive_is_sound(archive)
    found = all_copies(archive)
    assert not (folder / "copies").exists()
    archive.engine.dispose()
    return found


def test_a_killed_worker_loses_nothing(tmp_path: Path, empty_database: Path) -> None:
    survives(tmp_path, empty_database, "quick", 2, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_a_worker_killed_at_many_moments_loses_nothing(tmp_path: Path, empty_database: Path, seed: int) -> None:
    with quick_copies():
        survives(tmp_path, empty_database, "quick", 10, seed)


@pytest.mark.slow
def test_a_worker_killed_while_it_decodes_loses_nothing(tmp_path: Path, empty_database: Path) -> None:
    """The real makers, in children of their own, which end with it."""
    survives(tmp_path, empty_database, "real", 10, 6)
