"""Two made one and two again: what moved comes back exactly, both ids answer those who may know both, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import inspect

from archive_app import clock
from archive_app.access.desk import Desk
from archive_app.access.entry import enter
from archive_app.access.kept import digest
from archive_app.access.kept_registry_readings import KeptLink, KeptMerging
from archive_app.access.kept_things import links
from archive_app.access.readings import Name
from archive_app.access.spelling import digest as spelled
from archive_app.access.viewer import Viewer
from archive_app.actions import declaring, entering, linking, merging, people
from archive_app.actions.change import change, operator
from archive_app.actions.verifying import findings
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records import merges
from archive_app.records.base import reading
from archive_app.records.registry import Event, Person, Place
from archive_app.records.tables import metadata
from archive_app.records.testimonies import by_public_id
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.actions.asking import account, read_by
from tests.actions.test_entering import NOTE, listed, row, thing
from tests.factories.archives import Archive, filled

PEOPLE = [{"identifier": "hesta-vellan", "names": "Vellan, Hesta|en|", "born": "1951"},
          {"identifier": "gesta-vellan", "names": "Веллан, Геста|ru|", "died": "2001", "note": "of the mill"}]
PLACES = [{"identifier": "low-tessen", "names": "Low Tessen|en|"}, {"identifier": "nizhni-tessen", "names": "Нижний Тессен|ru|1936", "latitude": "41.5"},
          {"identifier": "the-quay", "names": "The quay|en|", "within": "nizhni-tessen", "access": "public"}]
EVENTS = [{"identifier": "the-flood", "names": "The flood|en|", "date": "1986", "places": "low-tessen;nizhni-tessen"},
          {"identifier": "the-drowning", "names": "The drowning|en|a paper", "places": "nizhni-tessen"}]
SOURCES = [{"identifier": "a-paper", "title": "A paper"}]
STATEMENTS = [{"identifier": "said-who", "source": "a-paper", "event": "the-drowning", "about": "gesta-vellan", "asserts": "status", "value_min": "unknown"},
              {"identifier": "said-where", "source": "a-paper", "event": "the-flood", "about": "nizhni-tessen", "asserts": "other"}]
READERS = ("anonymous", "custodian")
TWO = {"people": ("hesta-vellan", "gesta-vellan"), "places": ("low-tessen", "nizhni-tessen"), "events": ("the-flood", "the-drowning")}


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "I am Hesta Vellan.\n\nГеста Веллан.\n")
    told = {"languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.txt|en|verbatim"}
    archive.bring({**told, "identifier": "the-bell", "title": "The bell", "place": "Low Tessen"},
                  {**told, "identifier": "the-rope", "title": "The rope", "place": "Нижний Тессен", "naming": "initial"},
                  {"identifier": "the-both", "title": "Both", "place": "Нижний Тессен"},
                  people=PEOPLE, places=PLACES, events=EVENTS, sources=SOURCES, statements=STATEMENTS)
    linking.link_person(archive.engine, operator(), "the-rope", "gesta-vellan", "mentioned")
    linking.link_place(archive.engine, operator(), "the-both", "low-tessen")
    archive.settle()


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def readings(archive: Archive) -> dict[str, str]:
    """What everybody reads of everything, as digests; and what the house counts."""
    found = {}
    for who in READERS:
        with archive.room(who) as room:
            parts: list[object] = []
            for id in ("the-bell", "the-rope", "the-both"):
                try:
                    parts += [room.testimony(id)]
                    parts += [room.transcript(id, 1)]
                except NotFound:
                    parts += [id]
            lists = [room.people(), room.places(), room.events()]
            parts += lists
            parts += [room.person(each.person) for each in lists[0].items if each.person]
            parts += [room.place(each.id) for each in lists[1].items] + [room.event(each.id) for each in lists[2].items]
            for kind, ask in (("people", room.person), ("places", room.place), ("events", room.event)):
                for id in TWO[kind]:
                    try:
                        parts.append(ask(id))
                    except NotFound:
                        parts.append(id)
            parts += [find(room, archive.index, Question(word)).hits for word in ("Hesta", "Геста")]
            found[who] = spelled(tuple(parts))
    with reading(archive.engine) as session:
        found["kept"] = digest(session)
        desk = Desk(session, operator())
        found["desk"] = spelled(tuple(desk.thing(kind, id).row for kind, ids in TWO.items() for id in ids))
    return found


def preview(archive: Archive, kind: str, kept: str, other: str, who: Viewer | None = None) -> KeptMerging:
    with reading(archive.engine) as session:
        return Desk(session, who or operator()).merging(kind, kept, other)


def made_one(archive: Archive, kind: str, kept: str, other: str, who: Viewer | None = None) -> str:
    merging.merge(archive.engine, who or operator(), kind, kept, other, preview(archive, kind, kept, other, who).digest, NOTE)
    archive.settle()
    return other


def nothing_is_wrong(archive: Archive) -> None:
    archive.settle()
    with reading(archive.engine) as session:
        assert list(findings(session, archive.vault, archive.index, clock.now())) == []


@pytest.mark.parametrize("kind", ["people", pytest.param("places", marks=pytest.mark.slow), pytest.param("events", marks=pytest.mark.slow)])
def test_undone_is_as_it_was(bell: Archive, kind: str) -> None:
    before = readings(bell)
    key = made_one(bell, kind, *TWO[kind])
    nothing_is_wrong(bell)
    during = readings(bell)
    assert all(during[who] != before[who] for who in during), "else the test would prove nothing"
    merging.undo(bell.engine, operator(), kind, TWO[kind][0], key, NOTE)
    nothing_is_wrong(bell)
    assert readings(bell) == before


@pytest.mark.slow
@pytest.mark.parametrize("kind", TWO)
def test_the_other_way_round_too(bell: Archive, kind: str) -> None:
    before = readings(bell)
    key = made_one(bell, kind, *reversed(TWO[kind]))
    merging.undo(bell.engine, operator(), kind, TWO[kind][1], key, NOTE)
    nothing_is_wrong(bell)
    assert readings(bell) == before


def test_what_is_one_has_everything_of_both(bell: Archive) -> None:
    shown = preview(bell, "people", *TWO["people"])
    assert [name.text for name in shown.names] == ["Веллан, Геста"] and shown.filled == (("died", "2001"), ("note", "of the mill"))
    assert [each.id for each in shown.told] == ["the-rope"] and shown.statements == 1
    assert "Геста" in read_by(bell, "the-bell") and "Геста" not in read_by(bell, "the-rope")
    made_one(bell, "people", *TWO["people"])
    now = thing(bell, "people", "hesta-vellan")
    assert [name.text for name in now.row.names] == ["Vellan, Hesta", "Веллан, Геста"] and now.row.said("died") == "2001"
    assert sorted((each.id, each.role) for each in now.told) == [("the-bell", "narrator"), ("the-rope", "mentioned"), ("the-rope", "narrator")]
    assert listed(bell, "people") == ["hesta-vellan"]
    with bell.room() as room:
        assert [each.person for each in room.people().items] == ["hesta-vellan"]
        assert room.person("gesta-vellan") == room.person("hesta-vellan"), "both ids answer"
        assert len(room.person("hesta-vellan").statements) == 1
    assert thing(bell, "people", "gesta-vellan").row.id == "hesta-vellan"


def test_a_place_moves_with_what_lies_in_it_and_what_happened_there(bell: Archive) -> None:
    shown = preview(bell, "places", *TWO["places"])
    assert shown.parts == 1 and shown.filled == (("latitude", "41.5"),) and len(shown.told) == 2
    made_one(bell, "places", *TWO["places"])
    with bell.room() as room:
        place = room.place("nizhni-tessen")
        assert (place.ref.id, [each.id for each in place.parts], place.total) == ("low-tessen", ["the-quay"], 3)
        assert [each.id for each in room.event("the-flood").places] == ["low-tessen"]
    report = bell.bring(statements=[*STATEMENTS, {**STATEMENTS[1], "identifier": "said-again", "about": "nizhni-tessen"}])
    assert not [each for each in report.rows if each.result == "refused"]
    with bell.room() as room:
        assert {each.about_place.id for each in room.event("the-flood").statements if each.about_place} == {"low-tessen"}


def test_a_table_does_not_raise_what_was_merged(bell: Archive) -> None:
    made_one(bell, "people", *TWO["people"])
    assert {each.result for each in bell.bring().rows} == {"unchanged"}
    report = bell.bring(people=[PEOPLE[0], {**PEOPLE[1], "note": "changed"}])
    assert [(each.identifier, each.result, each.column) for each in report.rows if each.result == "refused"] == [
        ("gesta-vellan", "refused", "identifier")]


def test_the_old_id_says_nothing_to_who_may_not_know_both(bell: Archive) -> None:
    """Геста is known by a statement of an open source only; Karvellin by nothing open."""
    entering.enter_new(bell.engine, operator(), row("people", Name("Vellan, Hesta", "en")), "staff")
    hidden = next(id for id in listed(bell, "people") if id not in TWO["people"])
    made_one(bell, "people", "hesta-vellan", hidden)
    with bell.room() as room, pytest.raises(NotFound):
        room.person(hidden)
    with bell.room("archivist") as room:
        assert room.person(hidden).id == "hesta-vellan"
    some = account(bell.engine, "hills@example.org", "archivist")
    assert thing(bell, "people", hidden, some).row.id == "hesta-vellan"


@pytest.mark.slow
@pytest.mark.parametrize("order", [(0, 1), pytest.param((1, 0), marks=pytest.mark.slow)])
def test_several_merges_are_undone_in_any_order(bell: Archive, order: tuple[int, int]) -> None:
    """Both bring a name and a place that the other brings too."""
    third = entering.enter_new(bell.engine, operator(), row("people", Name("Welan, Estha", "en"), Name("Веллан, Геста", "ru"), died="1999"), "public")
    quay = entering.enter_new(bell.engine, operator(), row("places", Name("Нижний Тессен", "ru")))
    linking.link_place(bell.engine, operator(), "the-rope", quay)
    bell.settle()
    before = readings(bell)
    keys = [made_one(bell, "people", *TWO["people"]), made_one(bell, "people", "hesta-vellan", third)]
    placed = [made_one(bell, "places", *TWO["places"]), made_one(bell, "places", "low-tessen", quay)]
    with bell.room() as room:
        assert room.person(third).id == room.person("gesta-vellan").id == "hesta-vellan"
    for kind, kept, several in (("people", "hesta-vellan", keys), ("places", "low-tessen", placed)):
        merging.undo(bell.engine, operator(), kind, kept, several[order[0]], NOTE)
    now = thing(bell, "people", "hesta-vellan").row
    assert "Веллан, Геста" in [name.text for name in now.names], "the other brought it too"
    with bell.room() as room:
        assert "low-tessen" in [place.id for place in room.testimony("the-rope").card.places]
    for kind, kept, several in (("people", "hesta-vellan", keys), ("places", "low-tessen", placed)):
        merging.undo(bell.engine, operator(), kind, kept, several[order[1]], NOTE)
    nothing_is_wrong(bell)
    assert readings(bell) == before


def test_a_merge_into_what_was_merged_later_leads_through(bell: Archive) -> None:
    third = entering.enter_new(bell.engine, operator(), row("people", Name("Welan, Estha", "en")), "public")
    made_one(bell, "people", *TWO["people"])
    made_one(bell, "people", third, "hesta-vellan")
    with bell.room() as room:
        assert room.person("gesta-vellan").id == third
    with pytest.raises(NotFound):
        merging.undo(bell.engine, operator(), "people", "hesta-vellan", "gesta-vellan", NOTE)


def test_the_history_of_a_testimony_tells_nothing_of_an_entry_that_bears_its_id(bell: Archive) -> None:
    """Whoever tends the testimony need not know of what was merged, nor those who tend the registry of what is held."""
    bell.bring({"identifier": "low-tessen", "title": "Of the place"})
    one = account(bell.engine, "one@example.org", "archivist", "valley")

    def done(who: Viewer) -> list[str]:
        with reading(bell.engine) as session:
            return [each.verb for each in Desk(session, who).history("low-tessen")]

    before = done(one)
    made_one(bell, "places", "low-tessen", "nizhni-tessen")
    assert done(one) == before
    declaring.hold(bell.engine, operator(), "low-tessen", "asked for")
    with reading(bell.engine) as session:
        assert "hold" not in [each.verb for each in Desk(session, account(bell.engine, "all@example.org", "archivist")).thing("places", "low-tessen").history]


def test_what_stands_in_the_way(bell: Archive) -> None:
    seen = preview(bell, "people", *TWO["people"]).digest
    with pytest.raises(Invalid):
        merging.merge(bell.engine, operator(), "people", *TWO["people"], seen, replace(NOTE, note=""))
    with pytest.raises(merging.Moved) as moved:
        merging.merge(bell.engine, operator(), "people", *TWO["people"], "something else", NOTE)
    assert moved.value.now.digest == seen
    with pytest.raises(Invalid):
        preview(bell, "people", "hesta-vellan", "hesta-vellan")
    with pytest.raises(NotFound):
        preview(bell, "people", "hesta-vellan", "never-was")
    with pytest.raises(Invalid):
        made_one(bell, "places", "the-quay", "nizhni-tessen")
    entering.admit(bell.engine, operator(), "people", "hesta-vellan", "public", NOTE)
    entering.admit(bell.engine, operator(), "people", "gesta-vellan", "staff", NOTE)
    with pytest.raises(Invalid):
        made_one(bell, "people", *TWO["people"])
    some = account(bell.engine, "valley@example.org", "archivist", "valley")
    for refused in (lambda: preview(bell, "people", *TWO["people"], some),
                    lambda: merging.merge(bell.engine, some, "people", *TWO["people"], seen, NOTE),
                    lambda: merging.undo(bell.engine, some, "people", "hesta-vellan", "gesta-vellan", NOTE)):
        with pytest.raises(NotFound):
            refused()


def test_a_collection_that_asks_for_two_people_has_them(bell: Archive) -> None:
    bell.bring(collections=[{"identifier": "valley", "names": "The valley|en|", "two_person": "yes"}])
    with pytest.raises(Conflict):
        made_one(bell, "people", *TWO["people"])


def test_a_held_testimony_asks_for_two_people_too(bell: Archive) -> None:
    some = account(bell.engine, "hills@example.org", "archivist")
    bell.bring({"identifier": "the-hill", "collection": "hills", "narrators": "Vellan, Hesta"},
               collections=[{"identifier": "hills", "names": "The hills|en|", "two_person": "yes"}])
    with pytest.raises(Conflict) as open_to_them:
        made_one(bell, "people", *TWO["people"], some)
    declaring.hold(bell.engine, operator(), "the-hill", "asked for")
    bell.settle()
    with pytest.raises(Conflict) as held:
        made_one(bell, "people", *TWO["people"], some)
    assert str(held.value) == str(open_to_them.value)


def test_it_is_not_undone_where_a_place_would_then_lie_within_itself(archive: Archive) -> None:
    """Whoever walks up from it would never arrive."""
    def place(id: str, within: str = "") -> dict[str, str]:
        return {"identifier": id, "names": f"{id}|en|", "within": within}

    archive.bring(places=[place("the-land"), place("the-shire"), place("tessen", "the-land"), place("old-tessen", "the-shire"), place("mill", "old-tessen")])
    made_one(archive, "places", "tessen", "old-tessen")
    archive.bring(places=[place("the-shire", "mill")])
    with pytest.raises(Invalid, match="within itself"):
        merging.undo(archive.engine, operator(), "places", "tessen", "old-tessen", NOTE)
    archive.bring(places=[place("the-hills"), place("the-shire", "the-hills")])
    merging.undo(archive.engine, operator(), "places", "tessen", "old-tessen", NOTE)
    assert thing(archive, "places", "mill").row.said("within") == "old-tessen"


def test_what_changed_since_stays_changed_when_it_is_undone(bell: Archive) -> None:
    key = made_one(bell, "people", *TWO["people"])
    was = thing(bell, "people", "hesta-vellan").row
    columns = {**dict(was.columns), "note": "written since"}
    entering.revise(bell.engine, operator(), replace(was, columns=tuple(columns.items()), names=(*was.names, Name("New", "en"))), was.digest)
    merging.undo(bell.engine, operator(), "people", "hesta-vellan", key, NOTE)
    now = thing(bell, "people", "hesta-vellan").row
    assert [name.text for name in now.names] == ["Vellan, Hesta", "New"] and now.said("note") == "written since" and now.said("died") == ""
    assert thing(bell, "people", "gesta-vellan").row.said("note") == "of the mill"


def test_who_was_linked_since_is_not_taken_for_who_was_moved(bell: Archive) -> None:
    """The key of an appearance that is gone is in the record of the merge: another's must not be it."""
    key = made_one(bell, "people", *TWO["people"])
    there = next(each for each in thing_links(bell, "the-rope") if each.role == "mentioned")
    linking.unlink_person(bell.engine, operator(), "the-rope", "mentioned", there.position, there.id, NOTE)
    linking.link_person(bell.engine, operator(), "the-both", "hesta-vellan", "mentioned")
    merging.undo(bell.engine, operator(), "people", TWO["people"][0], key, NOTE)
    assert [each.id for each in thing_links(bell, "the-both") if each.role == "mentioned"] == ["hesta-vellan"]
    nothing_is_wrong(bell)


def test_a_page_stands_when_what_was_merged_into_it_is_erased(bell: Archive) -> None:
    bell.bring({"identifier": "the-oar", "title": "The oar", "narrators": "Welan, Estha"})
    other = next(each.id for each in thing_links(bell, "the-oar"))
    key = made_one(bell, "people", "hesta-vellan", other)
    merging.undo(bell.engine, operator(), "people", "hesta-vellan", key, NOTE)
    assert {each.verb for each in thing(bell, "people", "hesta-vellan").history} >= {"undo a merge", "merge"}
    bell.erase("the-oar")
    assert not {each.verb for each in thing(bell, "people", "hesta-vellan").history} & {"undo a merge", "merge"}


def test_nothing_is_linked_to_what_was_merged(bell: Archive) -> None:
    """A change of many places is undone by ids: those of the time."""
    made_one(bell, "places", *TWO["places"])
    with change(bell.engine, operator(), "describe", "the-both") as work:
        row = by_public_id(work.session, "the-both")
        assert row is not None
        people.put_places(work, row, ["the-quay", "nizhni-tessen", "low-tessen"])
        assert people.places_of(work, row) == ("the-quay", "low-tessen")


def thing_links(archive: Archive, public_id: str) -> list[KeptLink]:
    with reading(archive.engine) as session:
        row = by_public_id(session, public_id)
        assert row is not None
        return [each for each in links(enter(session, operator()), row.id) if each.kind == "people"]


def test_everything_that_points_to_the_registry_is_known_to_move() -> None:
    """A table that comes to point to a person, place or event has to move in a merge too."""
    tables = {"people": Person, "places": Place, "events": Event}
    found = {(column.table.name, column.name, key.column.table.name) for table in metadata.sorted_tables for column in table.columns
             for key in column.foreign_keys if key.column.table.name in tables}
    moving = {(inspect(each[0]).local_table.name, each[1], name) for name, row in tables.items()
              for each in (*merges.POINTS[row], *merges.PAIRS[row]) if each[1] not in ("about_id",) and each[0].__tablename__ != "consent_parties"}
    assert found == moving
