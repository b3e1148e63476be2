"""The index follows: again and again without harm, past what cannot be indexed, at the steps of terms, and after any death."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access.viewer import Viewer
from archive_app.errors import Conflict, Damaged
from archive_app.jobs import indexing, leases
from archive_app.records.base import reading, writing
from archive_app.records.jobs import Job
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.factories.archives import HOLDS, Archive, filled

NAMES = ("bell", "door", "lamp", "net", "oar")


def _five(archive: Archive) -> None:
    """Five testimonies taken in, nothing indexed yet."""
    for name in NAMES:
        archive.write(f"{name}.txt", f"Here somebody speaks of the {name} and of quellwater.\n")
    archive.bring(*({"identifier": f"the-{name}", "title": name, "languages": "en", "transcripts": f"{name}.txt|en|verbatim"}
                    for name in NAMES), settled=False)


@pytest.fixture
def five(archive: Archive) -> Archive:
    return filled(archive, _five)


def jobs(archive: Archive) -> dict[str, tuple[bool, int]]:
    """Subject -> (done, attempts)."""
    with reading(archive.engine) as session:
        return {job.subject: (job.done_at is not None, job.attempts) for job in session.scalars(select(Job).order_by(Job.id))}


def found(archive: Archive, q: str, who: str = "anonymous", at: int | None = None) -> set[str]:
    with archive.room(Viewer(clock.now() if at is None else at, who, who, HOLDS[who])) as room:
        return {hit.testimony for hit in find(room, archive.index, Question(q=q)).hits}


def poison(monkeypatch: pytest.MonkeyPatch, *subjects: str) -> Callable[[], None]:
    """Make the renditions of these testimonies fail; answers what heals them."""
    real = indexing.renditions

    def failing(session: Any, subject: str, now: int) -> Any:
        if subject in subjects:
            raise ValueError("words that must not reach a log")
        return real(session, subject, now)

    monkeypatch.setattr(indexing, "renditions", failing)
    return lambda: monkeypatch.setattr(indexing, "renditions", real)


def test_every_job_is_done_once(five: Archive) -> None:
    assert found(five, "quellwater") == set(), "what waits for the index is not guessed at"
    assert indexing.waiting(five.engine)
    assert indexing.run_due(five.engine, five.index, "tests") == 5
    assert found(five, "quellwater") == {f"the-{name}" for name in NAMES}
    assert indexing.run_due(five.engine, five.index, "tests") == 0 and not indexing.waiting(five.engine)


def test_the_same_job_again_changes_nothing(five: Archive) -> None:
    five.settle()
    digest, files = five.index.digest(), sorted((five.folder / "search_index").rglob("*"))
    leases.promise_all(five.engine, "index", [f"the-{name}" for name in NAMES])
    five.settle()
    assert five.index.digest() == digest and sorted((five.folder / "search_index").rglob("*")) == files


def test_whoever_does_not_hold_the_lease_does_nothing(five: Archive) -> None:
    assert leases.take(five.engine, "index", "another")
    assert indexing.run_due(five.engine, five.index, "tests") == 0 and found(five, "bell") == set()


def test_one_that_fails_holds_up_no_other(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    heal = poison(monkeypatch, "the-lamp")
    with pytest.raises(Damaged) as problem:
        indexing.run_due(five.engine, five.index, "tests")
    assert "the-lamp" in str(problem.value) and "words" not in str(problem.value)
    assert found(five, "quellwater") == {f"the-{name}" for name in NAMES} - {"the-lamp"}
    tried = jobs(five)
    assert not tried["the-lamp"][0] and tried["the-lamp"][1] == 1 and all(done for name, (done, _) in tried.items() if name != "the-lamp")
    heal()
    five.settle()
    assert found(five, "lamp") == {"the-lamp"}


def test_a_failing_one_does_not_stop_a_withdrawal(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    five.settle()
    poison(monkeypatch, "the-lamp", "the-net")
    leases.promise_all(five.engine, "index", ["the-lamp", "the-net"])
    five.withdraw("the-bell")
    for _ in range(3):
        with pytest.raises(Damaged):
            indexing.run_due(five.engine, five.index, "tests")
    assert jobs(five)["the-bell"][0] and jobs(five)["the-lamp"] == (False, 3)
    assert all("the-bell" not in {testimony for testimony, _ in five.index.contents(shelf)} for shelf in five.index.shelves())
    assert found(five, "quellwater") == {"the-door", "the-oar"}, "what could not follow counts for nobody"


def test_one_that_the_index_itself_refuses_holds_up_no_other(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    real = indexing.replace

    def failing(index: Any, subject: str, *rest: Any) -> None:
        if subject == "the-oar":
            raise ValueError
        real(index, subject, *rest)

    monkeypatch.setattr(indexing, "replace", failing)
    with pytest.raises(Damaged):
        indexing.run_due(five.engine, five.index, "tests")
    assert found(five, "quellwater") == {f"the-{name}" for name in NAMES} - {"the-oar"}


def test_a_full_disk_is_nobodys_fault(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr(indexing, "replace", failing)
        with pytest.raises(OSError, match="no space left"):
            indexing.run_due(five.engine, five.index, "tests")
    assert set(jobs(five).values()) == {(False, 1)}
    five.settle()
    assert set(jobs(five).values()) == {(True, 1)}


def test_what_opens_later_is_indexed_when_it_opens(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    five.write("seal.txt", "Sealed until the day: karvellin.\n")
    five.bring({"identifier": "the-seal", "title": "seal", "transcripts": "seal.txt|en|verbatim", "opens": "2041-05-09"})
    day = clock.opens(datetime.date(2041, 5, 9))
    with reading(five.engine) as session:
        assert [job.due_at for job in session.scalars(select(Job).where(Job.subject == "the-seal", Job.done_at.is_(None)))] == [day]
    five.settle()
    assert found(five, "karvellin") == set() and found(five, "karvellin", "archivist") == {"the-seal"}
    monkeypatch.setattr(clock, "now", lambda: day)
    assert found(five, "karvellin") == set(), "the index has not followed"
    assert indexing.run_due(five.engine, five.index, "tests") == 1
    assert found(five, "karvellin") == {"the-seal"} == found(five, "karvellin", "archivist")


def test_what_closes_later_is_gone_at_that_moment_and_from_the_index_after_the_job(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    five.write("seal.txt", "Open until the day: karvellin.\n")
    five.bring({"identifier": "the-seal", "title": "seal", "transcripts": "seal.txt|en|verbatim", "closes": "2041-05-09"})
    assert found(five, "karvellin") == {"the-seal"}
    day = clock.closes(datetime.date(2041, 5, 9))
    assert found(five, "karvellin", at=day - 1) == {"the-seal"}
    assert found(five, "karvellin", at=day) == set()
    monkeypatch.setattr(clock, "now", lambda: day)
    assert indexing.run_due(five.engine, five.index, "tests") == 1
    held = {shelf: {testimony for testimony, _ in five.index.contents(shelf)} for shelf in five.index.shelves()}
    assert "the-seal" not in held.get("", set()) and any("the-seal" in there for there in held.values())
    assert indexing.run_due(five.engine, five.index, "tests") == 0, "after the last step nothing is promised"


def test_a_death_between_the_index_and_the_job_costs_nothing(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """What nothing catches."""

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(leases, "finish", dies)
        with pytest.raises(Killed):
            indexing.run_due(five.engine, five.index, "dying")
    assert set(jobs(five).values()) == {(False, 0)}
    digest = five.index.digest()
    five.settle()
    assert five.index.digest() == digest and found(five, "quellwater") == {f"the-{name}" for name in NAMES}


def test_who_loses_the_lease_writes_nothing_more(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    moment, real = [clock.now()], indexing.renditions
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def slow(session: Any, subject: str, now: int) -> Any:
        moment[0] += leases.LEASE_MS + 1
        if subject == "the-bell":
            assert leases.take(five.engine, "index", "another")
        return real(session, subject, now)

    monkeypatch.setattr(indexing, "renditions", slow)
    with pytest.raises(Conflict):
        indexing.run_due(five.engine, five.index, "slow")
    assert not five.index.holds()


def test_rebuilding_gives_the_same_index(five: Archive) -> None:
    five.settle()
    digest = five.index.digest()
    assert indexing.rebuild(five.engine, five.index) == 5
    assert not five.index.holds() and indexing.waiting(five.engine)
    five.settle()
    assert five.index.digest() == digest


def test_rebuilding_waits_for_the_worker(five: Archive) -> None:
    five.settle()
    assert leases.take(five.engine, "index", "worker")
    with pytest.raises(Conflict):
        indexing.rebuild(five.engine, five.index)
    assert found(five, "quellwater") and not indexing.waiting(five.engine)


def test_a_job_for_what_is_not_there_is_done(five: Archive) -> None:
    with writing(five.engine) as session:
        session.add(Job(kind="index", subject="never-was", due_at=0))
        session.commit()
    five.settle()
    assert jobs(five)["never-was"][0]
