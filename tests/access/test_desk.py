"""The desk's own readings: how far each testimony has come, what bears on it, and who is not let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from archive_app import clock
from archive_app.access.desk import CLASSES, Desk
from archive_app.access.viewer import Viewer
from archive_app.actions import consenting, declaring
from archive_app.actions.change import operator
from archive_app.errors import Invalid, NotFound
from archive_app.records.base import reading
from tests.actions.asking import account
from tests.factories.archives import Archive, filled, viewer

TOLD = {"narrators": "Vellan, Hesta", "languages": "en"}


def _full(archive: Archive) -> None:
    """A testimony at every step of the work."""
    archive.write("bell.txt", "The bell rang quellwater.\n\nAnd again.\n")
    archive.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n")
    archive.bring(
        {**TOLD, "identifier": "nothing-yet", "title": "Nothing yet", "publish": "no"},
        {**TOLD, "identifier": "told-about", "title": "Told about", "abstract": "A bell.", "publish": "no"},
        {**TOLD, "identifier": "heard-by-machine", "title": "By machine", "transcripts": "bell.vtt|en|machine", "publish": "no"},
        {**TOLD, "identifier": "ready", "title": "Ready", "transcripts": "bell.txt|en|verbatim", "publish": "no"},
        {**TOLD, "identifier": "the-bell", "title": "The bell", "transcripts": "bell.txt|en|verbatim", "restrictions": "seg 2|words|staff|kin"},
        {**TOLD, "identifier": "on-hold", "title": "On hold"}, {**TOLD, "identifier": "gone", "title": "Gone"},
        {**TOLD, "identifier": "opens-soon", "title": "Opens soon", "access": "registered", "opens": soon()},
        {**TOLD, "identifier": "elsewhere", "title": "Elsewhere", "collection": "hills"})
    declaring.hold(archive.engine, operator(), "on-hold", "a sister asked")
    archive.withdraw("gone")


@pytest.fixture
def full(archive: Archive) -> Archive:
    return filled(archive, _full)


def soon() -> str:
    """A day a week from now."""
    return datetime.fromtimestamp(clock.now() / 1000 + 7 * 86_400, tz=UTC).date().isoformat()


@contextmanager
def desk(archive: Archive, who: Viewer) -> Iterator[Desk]:
    with reading(archive.engine) as session:
        yield Desk(session, who)


STEPS = {"nothing-yet": "received", "told-about": "described", "heard-by-machine": "transcribed", "ready": "consented",
         "the-bell": "published", "on-hold": "held", "gone": "withdrawn", "opens-soon": "published", "elsewhere": "published"}


def test_the_work_list_says_how_far_each_has_come(full: Archive) -> None:
    with desk(full, viewer("custodian")) as opened:
        found = opened.work_list()
        assert {line.id: line.state for line in found.lines} == STEPS
        assert found.counts == {state: list(STEPS.values()).count(state) for state in found.counts} and found.total == len(STEPS)
        assert [line.id for line in opened.work_list("held").lines] == ["on-hold"]
        assert [line.id for line in opened.work_list("due").lines] == ["opens-soon"] and found.due == 1


@pytest.mark.parametrize(("words", "expected"), [("BELL", ["the-bell"]), ("vellan", list(STEPS)), ("opens-s", ["opens-soon"]), ("%", []), ("zzz", [])])
def test_it_is_narrowed_by_words(full: Archive, words: str, expected: list[str]) -> None:
    with desk(full, viewer("custodian")) as opened:
        assert sorted(line.id for line in opened.work_list(words=words).lines) == sorted(expected)


def test_an_archivist_has_what_is_theirs_to_tend(full: Archive) -> None:
    tender = account(full.engine, "tender@example.org", "archivist", "valley")
    with desk(full, tender) as opened:
        assert {line.id for line in opened.work_list().lines} == set(STEPS) - {"elsewhere", "on-hold", "gone"}
        for closed in ("elsewhere", "on-hold", "gone", "never"):
            for ask in (opened.testimony, opened.history, lambda id: opened.words(id, 1), lambda id: opened.why(id, 0),
                        lambda id: opened.room_of(id, "public", 0)):
                with pytest.raises(NotFound):
                    ask(closed)


@pytest.mark.parametrize("who", ["anonymous", "onsite", "registered"])
def test_nobody_else_has_a_desk(full: Archive, who: str) -> None:
    with pytest.raises(NotFound), desk(full, viewer(who)):
        pass


@pytest.mark.parametrize("state", ["gone", "received' OR 1"])
def test_no_other_state_is_asked_for(full: Archive, state: str) -> None:
    with desk(full, viewer("custodian")) as opened, pytest.raises(Invalid):
        opened.work_list(state)


def test_a_testimony_with_all_that_bears_on_it(full: Archive) -> None:
    with desk(full, viewer("custodian")) as opened:
        found = opened.testimony("the-bell")
        assert found.people == (("narrator", "Vellan, Hesta"),) and found.description.title == "The bell"
        assert [(part.kind, part.language, part.size) for part in found.parts] == [("transcript", "en", 2)]
        assert [(each.capacity, each.effect, each.unit, each.evidence) for each in found.statements if each.unit == "testimony"] == [
            ("narrator", "permit", "testimony", "import"), ("archive", "permit", "testimony", "")]
        assert [(each.first_segment, each.words, each.access, each.reason) for each in found.restrictions] == [(2, True, "staff", "kin")]
        assert [(each.text, each.withheld) for each in opened.words("the-bell", 1)] == [("The bell rang quellwater.", False), ("And again.", True)]
        assert found.entries == len(opened.history("the-bell")) == 1 and found.history[0].shell


def test_why_is_what_the_gate_says(full: Archive) -> None:
    """Each class of viewer, each layer: the verdict is whether they can read."""
    with desk(full, viewer("custodian")) as opened, reading(full.engine):
        for public_id in ("the-bell", "opens-soon", "ready", "on-hold"):
            verdicts = {each.layer: each for each in opened.why(public_id, clock.now())}
            for who in CLASSES:
                room = opened.room_of(public_id, who, clock.now())
                try:
                    layers = {each.layer for each in room.testimony(public_id).terms if each.open_now} | {"existence"}
                except NotFound:
                    layers = set()
                known = "description" in layers or not layers
                assert not known or {layer for layer, each in verdicts.items() if each.open_to[who]} == layers, (public_id, who)
            assert all(each.grounds for each in verdicts.values())
        assert [each.kind for each in opened.why("on-hold", clock.now())[3].grounds] == ["permits", "permits", "holds"]


def test_what_would_be_read_is_what_is_read_once_it_is_published(archive: Archive) -> None:
    """Drafts of every kind, foreseen before and asked of the gate after: layer by layer, class by class, on this day and on another."""
    archive.write("bell.txt", "The bell rang.\n")
    kinds: list[dict[str, str]] = [
        {}, {"access": "registered"}, {"access": "staff"}, {"access": "sealed"}, {"access_transcript": "reading-room"}, {"narrators": ""},
        {"access_identity": "staff", "naming": "initial"}, {"access": "registered", "opens": soon()}]
    names = [f"draft-{at}" for at in range(len(kinds))]
    for name, kind in zip(names, kinds, strict=True):
        archive.bring({**TOLD, "identifier": name, "title": name, "transcripts": "bell.txt|en|verbatim", "publish": "no", **kind})
    days = [clock.now(), clock.now() + 30 * 86_400_000]

    def asked(published: bool) -> list[tuple[str, str, dict[str, bool], list[tuple[str, str, str]]]]:
        with desk(archive, viewer("custodian")) as opened:
            return [(name, each.layer, each.open_to, [(one.kind, one.capacity, one.audience) for one in each.grounds])
                    for name in names for day in days for each in opened.why(name, day, published)]

    assert not any(open for _, _, open_to, _ in asked(False) for open in open_to.values())
    foreseen = asked(True)
    for name in names:
        consenting.publish(archive.engine, operator(), name)
    assert foreseen == asked(False) == asked(True) and {open for _, _, open_to, _ in foreseen for open in open_to.values()} == {True, False}


@pytest.mark.parametrize(("naming", "shown"), [("initial", "H. V."), ("anonymous", "N. N."), ("pseudonym", "N. N.")])
def test_what_stands_for_a_closed_name_is_foreseen(archive: Archive, naming: str, shown: str) -> None:
    archive.bring({**TOLD, "identifier": "the-bell", "title": "The bell", "publish": "no"})
    with desk(archive, viewer("custodian")) as opened:
        assert opened.foreseen("the-bell").faces == (), "a name that is open has no face"
    declaring.declare(archive.engine, operator(), "the-bell", declaring.Declaration(
        "narrator", {"identity": "staff"}, naming, proof=declaring.Proof("form", "her letter")))
    with desk(archive, viewer("custodian")) as opened:
        face, = opened.foreseen("the-bell").faces
    assert (face.role, face.name, face.shown, face.unrecorded) == ("narrator", "Vellan, Hesta", shown, naming == "pseudonym")
    consenting.publish(archive.engine, operator(), "the-bell")
    with archive.room() as room:
        assert [each.shown for each in room.testimony("the-bell").card.people] == [shown]


def test_another_day_is_another_answer(full: Archive) -> None:
    with desk(full, viewer("custodian")) as opened:
        words = [next(each for each in opened.why("opens-soon", clock.now() + days * 86_400_000) if each.layer == "description")
                 for days in (0, 9)]
        assert [each.open_to["registered"] for each in words] == [False, True]


def test_a_preview_of_staff_is_of_this_collection_only(full: Archive) -> None:
    with desk(full, viewer("custodian")) as opened:
        room = opened.room_of("the-bell", "staff", clock.now())
        assert [getattr(each, "text", "") for each in room.transcript("the-bell", 1).blocks] == ["The bell rang quellwater.", "And again."]
        assert room.viewer.everywhere == frozenset({"registered"})
        with pytest.raises(Invalid):
            opened.room_of("the-bell", "custodian", clock.now())


def test_custodians_are_told_of_too(full: Archive) -> None:
    full.bring({**TOLD, "identifier": "sealed", "title": "Sealed", "access_audio": "sealed"})
    with desk(full, viewer("custodian")) as opened:
        judged = {each.layer: each.open_to for each in opened.why("sealed", clock.now())}
        assert judged["audio"] == {**dict.fromkeys(CLASSES, False), "custodian": True} and all(judged["transcript"].values())
        assert not any(opened.why("ready", clock.now())[3].open_to.values()), "a draft is read by nobody"
