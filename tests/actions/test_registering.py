"""The tables beside the manifest: people, places, events, sources, statements, collections, and what a later run changes."""

from __future__ import annotations

import pytest

from archive_app import clock
from archive_app.actions.importing import import_path
from archive_app.actions.preparing import Options
from archive_app.actions.reporting import Report
from archive_app.actions.verifying import findings
from archive_app.errors import NotFound
from archive_app.records.base import reading
from archive_app.records.testimonies import collection_by_public_id
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.actions.asking import account, counts, told
from tests.factories.archives import Archive

SOURCE = {"identifier": "the-board", "title": "Notice of the board", "access": "public"}
EVENT = {"identifier": "the-flood", "names": "Flooding|en|;Night of the Water|en|those resettled", "date": "1954-11-17", "places": "low-ombrel"}
PLACE = {"identifier": "low-ombrel", "names": "Low Ombrel|en|;Ստորին Օմբրել|hy|before 1954", "latitude": "41.5", "longitude": "44.25",
         "within": "the-valley"}
STATEMENT = {"identifier": "the-dead", "source": "the-board", "event": "the-flood", "about": "the dead", "asserts": "count", "value_min": "31",
             "unit": "persons"}


def clean(archive: Archive) -> list[str]:
    with reading(archive.engine) as session:
        return [str(each) for each in findings(session, archive.vault, archive.index, clock.now())]


def test_tables_refer_to_each_other_in_any_order(archive: Archive) -> None:
    report = archive.bring(places=[PLACE, {"identifier": "the-valley", "names": "Valley|en|"}], events=[EVENT], sources=[SOURCE],
                           statements=[STATEMENT])
    assert counts(report) == {"created": 5}
    with archive.room() as room:
        event = room.event("the-flood")
        assert [(name.text, name.said_by) for name in event.ref.names] == [("Flooding", ""), ("Night of the Water", "those resettled")]
        assert [place.id for place in event.places] == ["low-ombrel"] and event.statements[0].value_max == ""
        place = room.place("low-ombrel")
        assert (place.ref.latitude, place.within.id if place.within else "") == (41.5, "the-valley")
        assert [name.kind for name in place.ref.names] == ["", "before 1954"]
    assert counts(archive.bring()) == {"unchanged": 5} and clean(archive) == []


@pytest.mark.parametrize(("table", "row", "column"), [
    ("sources", {**SOURCE, "access": "friends"}, "access"), ("sources", {**SOURCE, "file": "../secret.pdf"}, "file"),
    ("sources", {**SOURCE, "file": "none.pdf"}, "file"), ("sources", {**SOURCE, "language": "english"}, "language"),
    ("events", {**EVENT, "date": "autumn"}, "date"), ("events", {**EVENT, "names": "|en|"}, "names"),
    ("places", {**PLACE, "latitude": "91"}, "latitude"), ("places", {**PLACE, "longitude": "east"}, "longitude"),
    ("places", {**PLACE, "identifier": "No!"}, "identifier"), ("people", {"identifier": "", "names": "A|en|"}, "identifier"),
    ("statements", {**STATEMENT, "source": "nowhere"}, "source"), ("statements", {**STATEMENT, "asserts": "truth"}, "asserts"),
    ("statements", {**STATEMENT, "event": "nowhere"}, "event"), ("collections", {"identifier": "valley", "sensitive": "perhaps"}, "sensitive")])
def test_what_cannot_be_taken_names_its_column_and_leaves_nothing(archive: Archive, table: str, row: dict[str, str], column: str) -> None:
    archive.bring(sources=[SOURCE], events=[{**EVENT, "places": ""}])
    report = archive.bring(**{table: [row]})  # type: ignore[arg-type]
    assert [found for _, found in told(report, "refused")] == [column]
    assert clean(archive) == [] and not list(archive.vault.digests())


@pytest.mark.parametrize("column", ["sensitive", "two_person"])
def test_what_protects_a_collection_is_ended_in_the_shell_alone(archive: Archive, column: str) -> None:
    def flag(report: Report) -> bool:
        with reading(archive.engine) as session:
            found = collection_by_public_id(session, "valley")
            assert found is not None
            return bool(getattr(found, column))

    valley = {"identifier": "valley", "names": "The valley|en|"}
    assert flag(archive.bring(collections=[{**valley, column: "yes"}]))
    some = account(archive.engine, "valley@example.org", "archivist", "valley")
    custodian = account(archive.engine, "custodian@example.org", "custodian")
    for actor in (some, custodian):
        for row in ({**valley, "description": actor.role}, {**valley, column: "", "description": f"by {actor.role}"}):
            report = archive.bring(collections=[row], actor=actor)
            assert counts(report) == {"updated": 1} and flag(report)
        report = archive.bring(collections=[{**valley, column: "no"}], actor=actor)
        assert told(report, "refused") == [("valley", column)] and flag(report)
    assert flag(archive.bring(collections=[valley]))
    assert not flag(archive.bring(collections=[{**valley, column: "no"}]))
    assert flag(archive.bring(collections=[{**valley, column: "yes"}], actor=some)), "whoever tends it sets it"


def test_access_is_narrowed_and_never_widened(archive: Archive) -> None:
    archive.bring(sources=[SOURCE], events=[{**EVENT, "places": ""}], statements=[STATEMENT])
    assert counts(archive.bring(sources=[{**SOURCE, "access": "staff"}]))["narrowed"] == 1
    assert clean(archive) == []
    with archive.room("registered") as room, pytest.raises(NotFound):
        room.source("the-board")
    with archive.room("archivist") as room:
        assert len(room.source("the-board").statements) == 1
    assert told(archive.bring(sources=[{**SOURCE, "access": "registered"}]), "refused") == [("the-board", "access")]


def test_a_statement_goes_to_no_source_that_more_may_read(archive: Archive) -> None:
    letter = {"identifier": "the-letter", "title": "A letter", "access": "sealed"}
    archive.bring(sources=[SOURCE, letter], events=[{**EVENT, "places": ""}], statements=[{**STATEMENT, "source": "the-letter"}])
    assert told(archive.bring(statements=[STATEMENT]), "refused") == [("the-dead", "source")] and clean(archive) == []
    assert counts(archive.bring(statements=[{**STATEMENT, "access": "sealed"}])).get("refused") is None, "it is closed by itself then"
    with archive.room() as room:
        assert not room.source("the-board").statements


def test_a_closed_collection_closes_what_is_in_it(archive: Archive) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell"}, collections=[{"identifier": "valley", "names": "The valley|en|"}])
    assert counts(archive.bring(collections=[{"identifier": "valley", "names": "The valley|en|", "access": "staff"}])).get("refused") is None
    with archive.room() as room, pytest.raises(NotFound):
        room.testimony("the-bell")
    archive.settle()
    assert clean(archive) == []


@pytest.mark.parametrize(("table", "before", "after", "q"), [
    ("collections", {"identifier": "valley", "names": "Karvell|en|"}, {"identifier": "valley", "names": "Tessen|en|"}, "collection:Tessen"),
    ("places", {"identifier": "low-ombrel", "names": "Low Ombrel|en|"}, {"identifier": "low-ombrel", "names": "Low Ombrel|en|;Tessen|tr|"},
     "place:Tessen"),
    ("people", {"identifier": "hesta", "names": "Vellan, Hesta|en|"}, {"identifier": "hesta", "names": "Vellan, Hesta|en|;Tessen, Hesta|en|"},
     "")])
def test_a_new_name_reaches_the_index(archive: Archive, table: str, before: dict[str, str], after: dict[str, str], q: str) -> None:
    row = {"identifier": "the-bell", "title": "The bell", "place": "Low Ombrel", "narrators": "Vellan, Hesta"}
    archive.bring(row, **{table: [before]})  # type: ignore[arg-type]
    archive.bring(row, **{table: [after]})  # type: ignore[arg-type]
    assert clean(archive) == []
    with archive.room() as room:
        assert not q or find(room, archive.index, Question(q=q)).total == 1


def test_a_name_that_becomes_known_is_hidden_with_the_others(archive: Archive) -> None:
    archive.write("bell.txt", "Then they called her Tessen, and she looked up.\n")
    row = {"identifier": "the-bell", "title": "The bell", "transcripts": "bell.txt|en|verbatim", "narrators": "Vellan, Hesta",
           "naming": "anonymous"}
    person = {"identifier": "hesta", "names": "Vellan, Hesta|en|"}
    archive.bring(row, people=[person])
    with archive.room() as room:
        assert find(room, archive.index, Question(q="Tessen")).total == 1
    archive.bring(row, people=[{**person, "names": "Vellan, Hesta|en|;Tessen, Hesta|en|as a bride"}])
    with archive.room() as room:
        assert find(room, archive.index, Question(q="Tessen")).total == 0
        assert "Tessen" not in str(room.transcript("the-bell", 1))


def test_a_narrator_is_joined_to_the_one_person_of_that_name_and_to_no_other(archive: Archive) -> None:
    rows = [{"identifier": f"the-{n}", "title": n, "narrators": "Vellan, Hesta"} for n in ("bell", "door")]
    archive.bring(*rows, people=[{"identifier": "hesta", "names": "Vellan, Hesta|en|"}])
    with archive.room() as room:
        assert [card.id for _, card in room.person("hesta").testimonies] == ["the-bell", "the-door"]
    more = [{"identifier": f"a-{n}", "title": n, "narrators": "Calvorn, Ressa"} for n in ("lamp", "net")]
    archive.bring(*rows, *more, people=[{"identifier": "hesta", "names": "Vellan, Hesta|en|"}])
    with archive.room() as room:
        assert room.find_people("Calvorn").total == 2, "nobody has said that these two are one"


def test_an_archivist_of_one_collection_does_not_write_in_the_shared_registry(archive: Archive) -> None:
    collections = [{"identifier": "valley", "names": "The valley|en|"}, {"identifier": "hills", "names": "The hills|en|"}]
    archive.bring(collections=collections, places=[PLACE], sources=[SOURCE])
    actor = account(archive.engine, "keeper@example.org", "archivist", "valley")
    archive.bring(collections=[{**each, "description": "Changed."} for each in collections], places=[{**PLACE, "latitude": "1"}],
                  sources=[{**SOURCE, "title": "Changed"}], settled=False, options=Options(dry_run=True))
    report = import_path(archive.engine, archive.vault, actor, archive.incoming, Options())
    assert {row.identifier for row in report.rows if row.result == "updated"} == {"valley"}
    assert {row.identifier for row in report.rows if row.result == "refused"} == {"hills", "low-ombrel", "the-board"}


def test_a_place_described_later_is_the_one_that_was_named_before(archive: Archive) -> None:
    row = {"identifier": "the-bell", "title": "The bell", "place": "Low Ombrel"}
    archive.bring(row)
    archive.bring(row, places=[{**PLACE, "within": ""}])
    with archive.room() as room:
        assert [place.id for place in room.places().items] == ["low-ombrel"]
        assert room.place("low-ombrel").total == 1
    assert clean(archive) == []
