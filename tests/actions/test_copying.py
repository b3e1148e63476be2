"""Copies are noted once, forgotten when they are nobody's, and a death at any moment loses nothing.

The last part kills a worker without warning before steps of its work, and runs it again.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive_app import clock
from archive_app.access.copies import Wanted, needed
from archive_app.actions import copying
from archive_app.actions.copying import Part
from archive_app.errors import Damaged, Invalid
from archive_app.jobs import deriving
from archive_app.records import objects
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.copies import AccessCopy, FailedCopy
from archive_app.records.jobs import Job
from archive_app.records.recordings import Recording, StoredObject
from archive_app.storage import fence
from archive_app.storage.cuts import Cuts
from archive_app.storage.disk_vault import DiskVault
from archive_app.storage.vault import Kept
from tests.factories import kills
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
    assert list(copying.forget(archive.engine, "told", [sound])) == [other.kept.digest]
    assert rows(archive) == [("sound", 0, one.kept.digest)] and not stored(archive, other.kept.digest) and stored(archive, one.kept.digest)
    before = entries(archive)
    assert not copying.forget(archive.engine, "told", [sound]) and entries(archive) == before
    assert not copying.forget(archive.engine, "never-told", [])


def test_what_could_not_be_made_and_is_not_wanted_is_forgotten(archive: Archive) -> None:
    """Its key is a digest of what is withheld: it is of no use to anybody, and says that something was."""
    bring(archive)
    sound, peaks = wanted_of(archive)
    copying.note_failure(archive.engine, "told", sound, "silent")
    copying.note_failure(archive.engine, "told", peaks, "flat")
    assert not copying.forget(archive.engine, "told", [sound]) and failed(archive) == [("sound", "silent")]


def test_an_object_that_another_recording_needs_stays(archive: Archive) -> None:
    """Two recordings of the same length of which everything is withheld have equal copies: silence."""
    bring(archive, "told-a", TAPE)
    bring(archive, "told-b", TAPE.replace(b"tape", b"reel"))
    silence = keep(archive, b"silence")
    for id in ("told-a", "told-b"):
        copying.note(archive.engine, id, wanted_of(archive, id)[0], [silence])
    assert not copying.forget(archive.engine, "told-a", [])
    assert len(rows(archive)) == 1 and stored(archive, silence.kept.digest)
    assert list(copying.forget(archive.engine, "told-b", [])) == [silence.kept.digest]
    assert rows(archive) == [] and not stored(archive, silence.kept.digest)


def test_an_object_that_was_entrusted_stays(archive: Archive) -> None:
    """A copy that is byte for byte what somebody brought: the bytes are theirs."""
    bring(archive)
    with reading(archive.engine) as session:
        original = session.scalars(select(Recording.object_digest)).one()
    copying.note(archive.engine, "told", wanted_of(archive)[0], [Part(0, Kept(original, len(TAPE)), "audio/mp4", {})])
    assert not copying.forget(archive.engine, "told", [])
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
    is_sound(archive)


def test_what_somebody_brings_again_while_a_copy_of_the_same_bytes_is_forgotten_is_not_lost(
        archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that was taken out and given back as a recording: its bytes had arrived, and the row that names them was on its way."""
    bring(archive, restrictions="1000-2000|words|staff|x")
    archive.derive()
    before, forget = {digest for _, _, digest in rows(archive)}, copying.forget

    def meanwhile(*told: object) -> dict[str, int]:
        for digest in before:  # whoever brings it has put it there, and waits for this change
            with archive.vault.open(digest) as stream:
                archive.vault.keep(stream)
        return forget(*told)  # type: ignore[arg-type]

    archive.withdraw("told")
    monkeypatch.setattr(copying, "forget", meanwhile)
    time.sleep(0.02)
    archive.derive()
    forgotten = before - {digest for _, _, digest in rows(archive)}
    assert forgotten and not any(stored(archive, digest) for digest in forgotten)
    for digest in forgotten:
        archive.vault.check(digest)


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
    is_sound(archive)


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


def is_sound(archive: Archive) -> None:
    archive.settle()
    kills.all_is_made(archive)
    kills.nothing_is_left_over(archive)


# Killed

class Death(BaseException):
    """What no handler stops."""


def dies(*_: object, **more: object) -> None:
    raise Death


@pytest.mark.parametrize(("where", "what"), [(deriving, "make"), (DiskVault, "keep"), (copying, "note"), (copying, "forget"), (DiskVault, "erase")],
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
    kills.nothing_is_lost(archive)
    assert due(archive) == 1
    assert archive.derive() == 1 and due(archive) == 0
    assert len(rows(archive)) == 6, "the whole, the public's and that of registered readers"
    is_sound(archive)


DEATHS = {("drop", 2): (6, 1), ("place", 2): (7, 1), ("note", 2): (8, 2), ("finish", 1): (10, 1)}
"""Before which step -> (copies noted, objects that nothing names) after it."""


def prepared(folder: Path, empty: Path, count: int) -> Path:
    """An archive in which copies are to be made, and others to be forgotten."""
    folder.mkdir()
    shutil.copy(empty, folder / "archive.sqlite3")
    cues = "WEBVTT\n\n" + "\n\n".join(f"00:{at:02}.000 --> 00:{at + 1:02}.500\nSentence {at}." for at in range(0, 10, 2)) + "\n"
    with kills.opened(folder) as archive:
        said = []
        for number in range(count):
            name = f"told-{chr(97 + number)}"
            archive.write(f"{name}.vtt", cues)
            archive.write(f"{name}.wav", f"{name} ".encode() * 15_000)
            said.append({"identifier": name, "title": name, "transcripts": f"{name}.vtt|en|verbatim", "media": f"{name}.wav|Tape",
                         "restrictions": "4000-5500|words|registered|x" if number % 2 else ""})
        assert {each.result for each in archive.bring(*said, settled=False).rows} == {"created"}
        archive.derive()
        for number, row in enumerate(said):
            row["restrictions"] += f"{';' if row['restrictions'] else ''}{number % 3 * 1000}-{number % 3 * 1000 + 1500}|words|staff|x"
        archive.bring(*said, settled=False)
        archive.withdraw("told-b")
        archive.settle()
    return folder


def is_as_whole(folder: Path, whole: Path) -> None:
    with kills.opened(folder) as archive, kills.opened(whole) as other:
        kills.all_is_made(archive)
        kills.are_kept(archive, archive.incoming.glob("told-*"))
        assert kills.every_copy(archive) == kills.every_copy(other) != []
        kills.nothing_is_left_over(archive)


@pytest.mark.slow
def test_a_worker_that_dies_where_most_could_be_lost(tmp_path: Path, empty_database: Path) -> None:
    """Before bytes have a name; kept, and not noted; forgotten, and not dropped; all done, and not known to be."""
    with quick_copies():
        base = prepared(tmp_path / "base", empty_database, 3)
    whole = Path(shutil.copytree(base, tmp_path / "whole"))
    assert kills.run(kills.derive, whole, True)
    for die, expected in DEATHS.items():
        assert not kills.run(kills.derive, base, True, die=die)
        with kills.opened(base) as archive:
            kills.nothing_is_lost(archive)
            with reading(archive.engine) as session:
                assert (len(rows(archive)), len(set(archive.vault.digests()) - objects.named(session))) == expected, die
    assert kills.run(kills.derive, base, True)
    is_as_whole(base, whole)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(4))
def test_a_worker_that_dies_before_any_of_its_steps_loses_nothing(tmp_path: Path, empty_database: Path, shard: int) -> None:
    """Each step there is: what the commands, killed at any time, show by chance (test_kills)."""
    with quick_copies():
        base = prepared(tmp_path / "base", empty_database, 4)
    whole = Path(shutil.copytree(base, tmp_path / "whole"))
    names = kills.steps(kills.derive, whole, True)
    for number in range(1 + shard, len(names) + 1, 4):
        folder = Path(shutil.copytree(base, tmp_path / f"killed-{number}"))
        assert not kills.run(kills.derive, folder, True, die=("any", number))
        with kills.opened(folder) as archive:
            kills.nothing_is_lost(archive)
        assert kills.run(kills.derive, folder, True), (number, names[number - 1])
        is_as_whole(folder, whole)
        shutil.rmtree(folder)
    print(f"{len(names[shard::4])} of {len(names)} steps")
