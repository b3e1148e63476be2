"""The registry at the desk: what is typed is taken as a table's row is, nobody loses what somebody else wrote, and a new spelling of a closed
name is withheld everywhere from the commit on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_app import clock
from archive_app.access.desk import Desk
from archive_app.access.kept_registry_readings import COLUMNS, KeptRow, KeptThing
from archive_app.access.reading_room import Narrowing
from archive_app.access.readings import Name
from archive_app.access.viewer import Viewer
from archive_app.actions import adding, entering, linking
from archive_app.actions.change import operator
from archive_app.actions.declaring import Proof
from archive_app.actions.verifying import findings
from archive_app.errors import Conflict, Invalid, NotAllowed, NotFound
from archive_app.records.base import reading
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.actions.asking import account, read_by
from tests.factories.archives import Archive, filled

NOTE = Proof("form", "her letter of May")


def row(kind: str, *names: Name, id: str = "", **said: str) -> KeptRow:
    return KeptRow(kind, id, tuple((column, said.get(column, "")) for column in COLUMNS[kind]), names)


def thing(archive: Archive, kind: str, id: str, who: Viewer | None = None) -> KeptThing:
    with reading(archive.engine) as session:
        return Desk(session, who or operator()).thing(kind, id)


def listed(archive: Archive, kind: str, words: str = "", who: Viewer | None = None) -> list[str]:
    with reading(archive.engine) as session:
        return [item.id for item in Desk(session, who or operator()).registry(kind, words).items]


def nothing_is_wrong(archive: Archive) -> None:
    archive.settle()
    with reading(archive.engine) as session:
        assert list(findings(session, archive.vault, archive.index, clock.now())) == []


def _bell(archive: Archive) -> None:
    archive.write("bell.txt", "I am Hesta Vellan.\n\nHere they wrote Estha Welan, with a W.\n")
    archive.bring({"identifier": "the-bell", "title": "Estha Welan tells", "languages": "en", "narrators": "Vellan, Hesta", "naming": "initial",
                   "transcripts": "bell.txt|en|verbatim", "place": "Low Tessen"},
                  people=[{"identifier": "hesta-vellan", "names": "Vellan, Hesta|en|;Веллан, Геста|ru|", "born": "1951", "note": "of the mill"}])


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def test_a_new_spelling_is_withheld_everywhere_from_the_commit_on(bell: Archive) -> None:
    assert "Estha Welan" in read_by(bell, "the-bell") and "Hesta" not in read_by(bell, "the-bell")
    was = thing(bell, "people", "hesta-vellan").row
    entering.revise(bell.engine, operator(), replace(was, names=(*was.names, Name("Welan, Estha", "en"))), was.digest)
    with bell.room() as room:
        assert "Estha" not in read_by(bell, "the-bell") and "Welan" not in room.testimony("the-bell").card.title
        assert find(room, bell.index, Question("Welan")).total == 0, "search leaves it out until its index has followed"
    nothing_is_wrong(bell)
    with bell.room() as room:
        assert find(room, bell.index, Question("Welan")).total == 0 and find(room, bell.index, Question("wrote")).total == 1
    with bell.room("archivist") as room:
        assert find(room, bell.index, Question("Welan")).total > 0


def test_a_name_taken_away_stays_a_former_one_and_stays_withheld(bell: Archive) -> None:
    was = thing(bell, "people", "hesta-vellan").row
    entering.revise(bell.engine, operator(), replace(was, names=(Name("Ebner, Kaja", "en"),)), was.digest)
    now = thing(bell, "people", "hesta-vellan").row
    assert [(name.text, name.kind) for name in now.names] == [("Ebner, Kaja", ""), ("Vellan, Hesta", "former"), ("Веллан, Геста", "former")]
    assert "Hesta" not in read_by(bell, "the-bell")


def test_who_has_not_seen_it_as_it_stands_loses_nothing(bell: Archive) -> None:
    was = thing(bell, "people", "hesta-vellan").row
    mine = replace(was, columns=(("born", "1950"), ("died", ""), ("note", "mine")))
    entering.revise(bell.engine, operator(), replace(was, columns=(("born", "1952~"), ("died", "199X"), ("note", "theirs"))), was.digest)
    with pytest.raises(entering.Changed) as found:
        entering.revise(bell.engine, operator(), mine, was.digest)
    assert found.value.theirs.said("note") == "theirs" and found.value.status == 409
    entering.revise(bell.engine, operator(), found.value.theirs, "whatever")  # the same twice: nothing to lose


def test_an_import_of_the_same_table_undoes_nothing(bell: Archive) -> None:
    was = thing(bell, "people", "hesta-vellan").row
    entering.revise(bell.engine, operator(), replace(was, columns=(("born", "1950"), ("died", ""), ("note", "at the desk"))), was.digest)
    report = bell.bring()
    assert {each.result for each in report.rows} == {"unchanged"}
    assert thing(bell, "people", "hesta-vellan").row.said("note") == "at the desk"


def test_every_kind_is_entered_changed_and_found(archive: Archive) -> None:
    def new(said: KeptRow, access: str = "") -> str:
        return entering.enter_new(archive.engine, operator(), said, access)

    valley = new(row("places", Name("Tessen valley", "en")), "public")
    town = new(row("places", Name("Low Tessen", "en"), Name("Нижний Тессен", "ru", "1936/1991"), latitude="41.25", longitude="-7.5", within=valley))
    flood = new(row("events", Name("The flood", "en"), Name("The drowning", "en", "", "a paper"), date="1986-05~", places=f"Low Tessen;{valley}"))
    paper = new(row("sources", title="The Tessen Herald", language="en", date="1986"))
    said = new(row("statements", source="The Tessen Herald", event=flood, about=town, asserts="status", value_min="unknown", wording="nobody knows"))
    person = new(row("people", Name("Орлов, Пётр", "ru"), born="1930"))
    assert thing(archive, "places", town).refs == {valley: "Tessen valley"}
    assert thing(archive, "events", flood).row.said("places") == f"{town};{valley}"
    assert thing(archive, "places", town).row.columns == (("latitude", "41.25"), ("longitude", "-7.5"), ("within", valley))
    assert [each.id for each in thing(archive, "events", flood).statements] == [said]
    assert listed(archive, "people", "Orlov, Petr") == [person] == listed(archive, "people", "орлов")
    assert listed(archive, "places", "Нижний") == [town] and listed(archive, "sources", "herald") == [paper]
    assert sorted(listed(archive, "places")) == sorted([valley, town])
    was = thing(archive, "statements", said).row
    entering.revise(archive.engine, operator(), replace(was, columns=tuple({**dict(was.columns), "note": "for ever"}.items())), was.digest)
    assert thing(archive, "statements", said).row.said("note") == "for ever"
    with archive.room() as room:
        assert room.event(flood).statements[0].value_min == "unknown", "a source is public, unless that was said"
        assert {place.id for place in room.places().items} == {valley, town}
    with pytest.raises(NotFound), archive.room() as room:
        room.person(person)
    nothing_is_wrong(archive)


@pytest.mark.parametrize(("kind", "said", "field"), [
    ("people", {"born": "long ago"}, "born"), ("people", {"note": "x" * 20_001}, "note"), ("people", {"note": "\0"}, "note"),
    ("places", {"latitude": "91"}, "latitude"), ("places", {"longitude": "east"}, "longitude"), ("places", {"within": "nowhere"}, "within"),
    ("events", {"date": "1986-13"}, "date"), ("events", {"places": "nowhere"}, "places"), ("sources", {"language": "no tag at all"}, "language"),
    ("sources", {"date": "1" * 61}, "date"), ("statements", {"asserts": "count"}, "source"), ("statements", {"asserts": "guess"}, "source")])
def test_what_cannot_be_taken_names_its_field(archive: Archive, kind: str, said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        entering.enter_new(archive.engine, operator(), row(kind, Name("Somebody", "en"), **said))
    assert wrong.value.field == field
    assert listed(archive, kind) == []


@pytest.mark.parametrize("names", [(), (Name(""),), (Name("x" * 501),), (Name("a", "no tag"),), tuple(Name(f"n{n}") for n in range(101))])
def test_names_that_cannot_be_taken(archive: Archive, names: tuple[Name, ...]) -> None:
    with pytest.raises(Invalid) as wrong:
        entering.enter_new(archive.engine, operator(), row("people", *names))
    assert wrong.value.field == "names"


def test_a_place_does_not_lie_within_itself(archive: Archive) -> None:
    outer = entering.enter_new(archive.engine, operator(), row("places", Name("Outer")))
    inner = entering.enter_new(archive.engine, operator(), row("places", Name("Inner"), within=outer))
    was = thing(archive, "places", outer).row
    for within in (inner, outer):
        with pytest.raises(Invalid):
            entering.revise(archive.engine, operator(), row("places", *was.names, id=outer, within=within), was.digest)


def test_opening_needs_evidence_and_closing_none(bell: Archive) -> None:
    def admit(access: str, proof: Proof = Proof()) -> None:  # noqa: B008
        entering.admit(bell.engine, operator(), "people", "hesta-vellan", access, proof)

    with pytest.raises(Invalid):
        admit("public")
    admit("public", NOTE)
    with bell.room() as room:
        assert room.person("hesta-vellan").born == "1951"
    admit("staff")
    with pytest.raises(NotFound), bell.room() as room:
        room.person("hesta-vellan")
    with pytest.raises(Invalid):
        admit("registered")
    with pytest.raises(Invalid):
        admit("nobody-knows", NOTE)
    nothing_is_wrong(bell)


def test_who_tends_some_collections_reads_and_changes_nothing(bell: Archive) -> None:
    some, nobody = account(bell.engine, "valley@example.org", "archivist", "valley"), account(bell.engine, "r@example.org", "researcher")
    was = thing(bell, "people", "hesta-vellan", some)
    assert not was.tended and was.history == () and [each.id for each in was.told] == ["the-bell"]
    changed = replace(was.row, columns=(("born", "1"), ("died", ""), ("note", "")))
    for refused in (lambda who: entering.revise(bell.engine, who, changed, was.row.digest),
                    lambda who: entering.enter_new(bell.engine, who, row("people", Name("New"))),
                    lambda who: entering.admit(bell.engine, who, "people", "hesta-vellan", "staff", NOTE)):
        with pytest.raises(NotFound):
            refused(some)
        with pytest.raises(NotAllowed):
            refused(nobody)


def test_what_is_sealed_by_itself_is_the_custodians(bell: Archive) -> None:
    everywhere = account(bell.engine, "all@example.org", "archivist")
    entering.enter_new(bell.engine, operator(), row("people", Name("Karvellin, Ida")), "sealed")
    entering.enter_new(bell.engine, operator(), row("sources", title="A sealed letter"), "sealed")
    assert listed(bell, "people", "Karvellin", everywhere) == [] == listed(bell, "sources", "", everywhere)
    assert len(listed(bell, "people", "Karvellin")) == 1 == len(listed(bell, "sources"))


def narrator(archive: Archive) -> str:
    with reading(archive.engine) as session:
        return Desk(session, operator()).links("the-bell")[0].id


def test_somebody_is_linked_and_their_name_withheld(bell: Archive) -> None:
    bell.bring(people=[{"identifier": "estha-welan", "names": "Welan, Estha|en|"}])
    some = account(bell.engine, "valley@example.org", "archivist", "valley")
    with pytest.raises(Invalid):
        linking.link_person(bell.engine, some, "the-bell", "estha-welan", "mentioned")  # whom they do not know of
    linking.link_person(bell.engine, operator(), "the-bell", "Welan, Estha", "mentioned")
    assert "Estha" not in read_by(bell, "the-bell")
    assert listed(bell, "people", "", some) == ["hesta-vellan", "estha-welan"]
    with pytest.raises(Conflict):
        linking.link_person(bell.engine, operator(), "the-bell", "estha-welan", "mentioned")
    with pytest.raises(Invalid):
        linking.unlink_person(bell.engine, operator(), "the-bell", "mentioned", 1, "estha-welan", Proof())
    with pytest.raises(Invalid):
        linking.unlink_person(bell.engine, operator(), "the-bell", "narrator", 1, narrator(bell), NOTE)
    linking.unlink_person(bell.engine, operator(), "the-bell", "mentioned", 1, "estha-welan", NOTE)
    assert "Estha Welan" in read_by(bell, "the-bell")
    linking.link_person(bell.engine, operator(), "the-bell", "estha-welan", "narrator")
    with pytest.raises(NotFound):
        read_by(bell, "the-bell")  # sealed until they were heard
    nothing_is_wrong(bell)


def test_places_are_linked_and_taken_away(bell: Archive) -> None:
    mill = entering.enter_new(bell.engine, operator(), row("places", Name("The mill")))
    linking.link_place(bell.engine, operator(), "the-bell", "The mill")
    with bell.room() as room:
        assert mill in {place.id for place in room.testimony("the-bell").card.places}
    with pytest.raises(Conflict):
        linking.link_place(bell.engine, operator(), "the-bell", mill)
    with pytest.raises(Invalid):
        linking.link_place(bell.engine, operator(), "the-bell", "nowhere")
    linking.unlink_place(bell.engine, operator(), "the-bell", 2)
    with pytest.raises(NotFound):
        linking.unlink_place(bell.engine, operator(), "the-bell", 2)
    nothing_is_wrong(bell)



def test_a_place_that_came_into_the_place_of_another_is_not_taken_away_for_it(bell: Archive) -> None:
    mill, ford = (entering.enter_new(bell.engine, operator(), row("places", Name(name))) for name in ("The mill", "The ford"))
    linking.link_place(bell.engine, operator(), "the-bell", mill)
    linking.unlink_place(bell.engine, operator(), "the-bell", 2, mill)
    linking.link_place(bell.engine, operator(), "the-bell", ford)
    with pytest.raises(Conflict):
        linking.unlink_place(bell.engine, operator(), "the-bell", 2, mill)
    with bell.room() as room:
        assert ford in {place.id for place in room.testimony("the-bell").card.places}
    linking.unlink_place(bell.engine, operator(), "the-bell", 2, ford)


def test_a_closed_narrator_is_not_named_as_the_interviewer(bell: Archive) -> None:
    bell.bring({"identifier": "the-rope", "title": "The rope", "languages": "en", "narrators": "Petrosyan, Anna", "naming": "anonymous"},
               people=[{"identifier": "anna", "names": "Petrosyan, Anna|en|"}])
    with pytest.raises(Invalid) as refused:
        linking.link_person(bell.engine, operator(), "the-rope", "anna", "interviewer")
    assert refused.value.field == "note"
    linking.link_person(bell.engine, operator(), "the-rope", "anna", "interviewer", NOTE)
    with bell.room() as room:
        assert [person.shown for person in room.testimony("the-rope").card.people] == ["N. N.", "N. N."]
        assert "the-rope" not in [card.id for card in room.testimonies(Narrowing(person="anna")).items]
        with pytest.raises(NotFound):
            room.person("anna")
    with bell.room("archivist") as room:
        assert [person.shown for person in room.testimony("the-rope").card.people] == ["Anna Petrosyan", "Anna Petrosyan"]
        assert {role for role, _ in room.person("anna").testimonies} == {"narrator", "interviewer"}
    nothing_is_wrong(bell)


def test_who_came_into_the_place_of_another_is_not_taken_away_for_them(bell: Archive) -> None:
    bell.bring(people=[{"identifier": "estha-welan", "names": "Welan, Estha|en|"}, {"identifier": "davin-vellan", "names": "Vellan, Davin|en|"}])
    linking.link_person(bell.engine, operator(), "the-bell", "davin-vellan", "mentioned")
    linking.unlink_person(bell.engine, operator(), "the-bell", "mentioned", 1, "davin-vellan", NOTE)
    linking.link_person(bell.engine, operator(), "the-bell", "estha-welan", "mentioned")
    with pytest.raises(Conflict):
        linking.unlink_person(bell.engine, operator(), "the-bell", "mentioned", 1, "davin-vellan", NOTE)
    assert "Estha" not in read_by(bell, "the-bell")


def test_a_statement_goes_to_a_source_that_more_may_read_with_evidence(bell: Archive) -> None:
    sealed = entering.enter_new(bell.engine, operator(), row("sources", title="A sealed letter"), "sealed")
    paper = entering.enter_new(bell.engine, operator(), row("sources", title="The Herald"), "public")
    told = entering.enter_new(bell.engine, operator(), row("statements", source=sealed, asserts="other", wording="quellwater"))
    was = thing(bell, "statements", told).row
    moved = replace(was, columns=tuple({**dict(was.columns), "source": paper}.items()))
    with pytest.raises(Invalid) as refused:
        entering.revise(bell.engine, operator(), moved, was.digest)
    assert refused.value.field == "source" and dict(thing(bell, "statements", told).row.columns)["source"] == sealed
    entering.revise(bell.engine, operator(), moved, was.digest, NOTE)
    with bell.room() as room:
        assert [each.wording for each in room.source(paper).statements] == ["quellwater"]
    nothing_is_wrong(bell)
    was = thing(bell, "statements", told).row
    entering.revise(bell.engine, operator(), replace(was, columns=tuple({**dict(was.columns), "source": sealed}.items())), was.digest)


def test_whoever_writes_a_name_down_is_not_told_what_closed_testimonies_of_others_tell_of_who_bears_it(bell: Archive) -> None:
    """Nor may they let everybody read it, by a testimony of their own that names somebody so."""
    hidden = {"identifier": "the-cellar", "collection": "hills", "title": "The cellar", "access": "sealed", "publish": "",
              "narrators": "Quill, Tamar", "place": "Nine Steps"}
    bell.bring(hidden, collections=[{"identifier": "hills", "names": "The hills"}],
               people=[{"identifier": "tamar-quill", "names": "Quill, Tamar|en;Real, Ketevan|en", "note": "she hides in Varn"}],
               places=[{"identifier": "nine-steps", "names": "Nine Steps", "latitude": "41.5", "longitude": "45.5"}])
    tender = account(bell.engine, "tender@example.org", "archivist", "valley")
    row = {"collection": "valley", "title": "Another", "languages": "en", "narrators": "Quill, Tamar", "place": "Nine Steps"}
    adding.add(bell.engine, tender, {**row, "identifier": "another-one"})
    adding.add(bell.engine, tender, {**row, "identifier": "another-two"})
    told = repr([thing(bell, kind, id, tender) for kind in ("people", "places") for id in listed(bell, kind, who=tender)])
    assert "another-one" in told and not any(word in told for word in ("tamar-quill", "Ketevan", "Varn", "nine-steps", "41.5"))
    assert len(listed(bell, "places", "Nine Steps", tender)) == 1, "one place of their own is enough"
    adding.add(bell.engine, account(bell.engine, "custodian@example.org", "custodian"), {**row, "identifier": "another-three"})
    assert "another-three" in repr(thing(bell, "people", "tamar-quill")), "whoever may know of her means her"


def test_what_a_later_table_does_not_say_of_an_entry_stays(bell: Archive) -> None:
    bell.bring(places=[{"identifier": "the-mill", "names": "The mill", "latitude": "41.5", "longitude": "45.5", "within": "the-valley"},
                       {"identifier": "the-valley", "names": "The valley"}],
               events=[{"identifier": "the-flood", "names": "The flood", "date": "1961", "places": "the-mill"}])
    known = [("places", "the-mill"), ("events", "the-flood"), ("people", "hesta-vellan")]
    before = [thing(bell, kind, id).row for kind, id in known]
    bell.bring(places=[{"identifier": "the-mill", "latitude": "41.6"}], events=[{"identifier": "the-flood", "date": ""}],
               people=[{"identifier": "hesta-vellan", "died": "2001"}])
    mill, flood, hesta = (thing(bell, kind, id).row for kind, id in known)
    assert mill == replace(before[0], columns=tuple((name, "41.6" if name == "latitude" else text) for name, text in before[0].columns))
    assert flood == before[1]
    assert hesta == replace(before[2], columns=tuple((name, "2001" if name == "died" else text) for name, text in before[2].columns))
