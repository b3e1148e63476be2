"""Import and terms: who may read what a manifest brings in, and what later runs may and may not change about it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access import kept_catalogue, kept_testimony
from archive_app.access.entry import enter
from archive_app.access.kept_readings import Description
from archive_app.access.reading_room import Narrowing
from archive_app.access.releases import allowed_uses
from archive_app.access.viewer import Viewer
from archive_app.actions import cataloguing, declaring
from archive_app.actions.change import operator
from archive_app.actions.declaring import Declaration, Proof
from archive_app.actions.preparing import Options
from archive_app.errors import NotFound
from archive_app.records import testimonies
from archive_app.records.base import reading
from archive_app.records.consent import Evidence, Statement, party, unit_of
from archive_app.records.transcripts import Segment
from tests.actions.asking import counts, read_by, told
from tests.factories.archives import HOLDS, Archive

FORM = Proof("form", "Folder 12, page 3: she signed it")
READERS = ("anonymous", "registered", "onsite", "archivist", "custodian")
ROW = {"identifier": "the-bell", "title": "The bell on the quay", "abstract": "About a bell.", "transcripts": "bell.txt|en|verbatim",
       "languages": "en"}


@pytest.fixture
def bell(archive: Archive) -> Archive:
    archive.write("bell.txt", "The bell rang twice.\n\nHesta Vellan looked up.\n\nThen Hesta's water came.\n")
    archive.write("bell.ru.txt", "Колокол ударил дважды.\n\nТретий промолчал.\n\nПотом пришла вода.\n")
    return archive


def knowing(archive: Archive, at: int | None = None) -> set[str]:
    """The classes of viewer that may know of the one testimony there is."""
    found = set()
    for who in READERS:
        with archive.room(Viewer(clock.now() if at is None else at, who, who, HOLDS[who])) as room:
            if room.testimonies(Narrowing()).total:
                found.add(who)
    return found


def opened(archive: Archive, who: str) -> set[str]:
    """The layers that are open to a viewer, as the terms on the page say."""
    with archive.room(who) as room:
        return {layer.layer for layer in room.testimony("the-bell").terms if layer.open_now}


@pytest.mark.parametrize(("access", "readers"), [
    ("public", {*READERS}), ("registered", {*READERS} - {"anonymous"}), ("reading-room", {"onsite", "archivist", "custodian"}),
    ("staff", {"archivist", "custodian"}), ("sealed", {"custodian"})])
def test_access_of_a_row(bell: Archive, access: str, readers: set[str]) -> None:
    bell.bring({**ROW, "access": access})
    assert knowing(bell) == readers
    for who in readers:
        assert "rang twice" in read_by(bell, "the-bell", who)


def test_a_row_that_says_nothing_is_sealed_with_a_warning(bell: Archive) -> None:
    report = bell.bring({**ROW, "access": ""})
    assert told(report, "warning") == [("the-bell", "access")] and counts(report) == {"created": 1, "warnings": 1}
    assert knowing(bell) == {"custodian"}


def test_layers_given_apart_are_wider_or_narrower(bell: Archive) -> None:
    bell.bring({**ROW, "access": "registered", "access_existence": "public", "access_description": "public", "access_transcript": "staff"})
    assert opened(bell, "anonymous") == {"existence", "description"}
    assert opened(bell, "registered") == {"existence", "description", "identity", "audio", "video", "image", "document"}
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")
    assert "rang twice" in read_by(bell, "the-bell", "archivist")


def test_no_layer_is_wider_than_existence(bell: Archive) -> None:
    report = bell.bring({**ROW, "access": "staff", "access_transcript": "public", "access_audio": "registered", "access_video": "sealed"})
    assert told(report, "warning") == [("the-bell", "access_transcript"), ("the-bell", "access_audio")]
    assert knowing(bell) == {"archivist", "custodian"}
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", "registered")


def test_a_window_opens_at_noon_and_closes_the_morning_before(bell: Archive) -> None:
    bell.bring({**ROW, "opens": "2041-05-09", "closes": "2050-01-01"})
    opens = clock.midnight(datetime.date(2041, 5, 9)) + 12 * clock.HOUR_MS
    closes = clock.midnight(datetime.date(2049, 12, 31)) + 10 * clock.HOUR_MS
    staff = {"archivist", "custodian"}
    assert knowing(bell) == staff
    assert knowing(bell, opens - 1) == staff and knowing(bell, opens) == {*READERS}
    assert knowing(bell, closes - 1) == {*READERS} and knowing(bell, closes) == staff


@pytest.mark.parametrize(("naming", "shown"), [("initial", "H. V."), ("pseudonym", "The ferryman's sister"), ("anonymous", "N. N.")])
def test_what_stands_for_a_name_is_read_by_all_but_staff(bell: Archive, naming: str, shown: str) -> None:
    bell.bring({**ROW, "title": "Hesta Vellan on the quay", "narrators": "Vellan, Hesta", "naming": naming,
                "pseudonym": "The ferryman's sister" if naming == "pseudonym" else ""})
    for who in ("anonymous", "registered", "onsite"):
        with bell.room(who) as room:
            card = room.testimony("the-bell").card
        assert [(person.shown, person.person) for person in card.people] == [(shown, None)]
        assert card.title == f"{shown} on the quay"
        assert "Hesta" not in read_by(bell, "the-bell", who) and f"{shown} looked up" in read_by(bell, "the-bell", who)
    with bell.room("archivist") as room:
        assert [person.shown for person in room.testimony("the-bell").card.people] == ["Hesta Vellan"]
    assert "Hesta Vellan looked up" in read_by(bell, "the-bell", "archivist")


def test_identity_given_apart_decides_who_reads_the_name(bell: Archive) -> None:
    bell.bring({**ROW, "narrators": "Vellan, Hesta", "naming": "initial", "access_identity": "registered"})
    assert "identity" not in opened(bell, "anonymous") and "identity" in opened(bell, "registered")


def test_parts_of_a_hidden_name_that_are_common_words_are_reported(bell: Archive) -> None:
    bell.write("bell.txt", "Hope looked up. We lived in hope.\n")
    report = bell.bring({**ROW, "narrators": "Vellan, Hope", "naming": "initial"})
    (warning,) = [row for row in report.rows if row.result == "warning"]
    assert warning.column == "narrators" and "Hope" in warning.message


@pytest.mark.parametrize(("publish", "flag", "readers"), [
    ("yes", False, {*READERS}), ("no", False, set()), ("", False, set()), ("", True, {*READERS}), ("no", True, set())])
def test_publish_is_the_archives_own_statement(bell: Archive, publish: str, flag: bool, readers: set[str]) -> None:
    bell.bring({**ROW, "publish": publish}, options=Options(publish=flag))
    assert knowing(bell) - {"archivist", "custodian"} == readers - {"archivist", "custodian"}


def test_a_later_run_does_not_publish_and_says_so(bell: Archive) -> None:
    bell.bring({**ROW, "publish": "no"})
    report = bell.bring({**ROW, "publish": "yes"})
    assert told(report, "warning") == [("the-bell", "publish")] and "anonymous" not in knowing(bell)
    bell.publish("the-bell")
    assert counts(bell.bring({**ROW, "publish": "yes"})) == {"unchanged": 1} and "anonymous" in knowing(bell)
    assert counts(bell.bring({**ROW, "publish": "no"})) == {"narrowed": 1} and "anonymous" not in knowing(bell)


@pytest.mark.parametrize(("first", "second", "result", "readers"), [
    ("public", "registered", "narrowed", {*READERS} - {"anonymous"}), ("registered", "staff", "narrowed", {"archivist", "custodian"}),
    ("staff", "sealed", "narrowed", {"custodian"}), ("registered", "reading-room", "narrowed", {"onsite", "archivist", "custodian"}),
    ("staff", "public", "refused", {"archivist", "custodian"}), ("registered", "public", "refused", {*READERS} - {"anonymous"}),
    ("sealed", "staff", "refused", {"custodian"})])
def test_later_runs_narrow_and_never_widen(bell: Archive, first: str, second: str, result: str, readers: set[str]) -> None:
    bell.bring({**ROW, "access": first})
    report = bell.bring({**ROW, "access": second})
    assert counts(report) == {result: 1} and knowing(bell) == readers
    if result == "refused":
        assert told(report, result) == [("the-bell", "access")]
        return
    assert counts(bell.bring({**ROW, "access": second})) == {"unchanged": 1}
    bell.write("bell.txt", "Other words.\n")
    assert counts(bell.bring({**ROW, "access": second})) == {"updated": 1} and knowing(bell) == readers


@pytest.mark.parametrize(("first", "second", "result"), [
    ({"access_transcript": "staff"}, {}, "refused"), ({}, {"access_transcript": "staff"}, "narrowed"),
    ({"opens": "2041-05-09"}, {}, "refused"), ({"opens": "2041-05-09"}, {"opens": "2040-05-09"}, "refused"),
    ({"opens": "2041-05-09"}, {"opens": "2042-05-09"}, "narrowed"), ({}, {"closes": "2042-05-09"}, "narrowed"),
    ({"naming": "anonymous"}, {"naming": "initial"}, "refused"), ({"naming": "initial"}, {"naming": "anonymous"}, "narrowed"),
    ({"naming": "initial"}, {}, "refused"), ({"narrators": "A, B;C, D"}, {"narrators": "A, B"}, "refused"),
    ({"access": "public", "access_audio": "staff"}, {"access": "registered", "access_audio": "registered"}, "refused")])
def test_what_counts_as_wider(bell: Archive, first: dict[str, str], second: dict[str, str], result: str) -> None:
    bell.bring({**ROW, "narrators": "Vellan, Hesta", **first})
    assert counts(bell.bring({**ROW, "narrators": "Vellan, Hesta", **second})) == {result: 1}


def test_what_is_withdrawn_is_left_exactly_as_it_is(bell: Archive) -> None:
    bell.bring(ROW)
    bell.withdraw("the-bell")
    bell.write("bell.txt", "Other words.\n")
    report = bell.bring({**ROW, "title": "Renamed", "access": "staff", "restrictions": "seg 1-1|words|staff|"})
    assert counts(report) == {"unchanged": 1, "warnings": 1} and knowing(bell) == set()
    with reading(bell.engine) as session:
        assert session.scalars(select(testimonies.Testimony.title)).one() == "The bell on the quay"
        assert session.scalars(select(Segment.text)).first() == "The bell rang twice."


def test_without_evidence_the_row_itself_is_the_evidence(bell: Archive) -> None:
    form = bell.write("form.pdf", b"%PDF-1.7 signed, invented")
    bell.bring(ROW, {**ROW, "identifier": "with-form", "consent_file": "form.pdf", "consent_date": "2020-05-01", "consent_language": "az",
                     "consent_note": "signed before two witnesses"})
    with reading(bell.engine) as session:
        rows = session.execute(select(Evidence, Statement).join(Statement, Statement.evidence_id == Evidence.id).order_by(Evidence.id))
        (plain, said), (form_row, _) = rows.all()
    assert (plain.kind, plain.detail["table"], plain.detail["row"], plain.detail["taken over"]) == ("import", "manifest.csv", 1, True)
    assert len(str(plain.detail["row_digest"])) == 64 and said.recorded_by == "shell" and said.recorded_at
    assert (form_row.kind, form_row.given_on, form_row.language, form_row.note) == (
        "form", "2020-05-01", "az", "signed before two witnesses")
    assert form_row.object_digest in set(bell.vault.digests()) and form.exists()
    with bell.room("custodian") as room:
        assert not room.testimony("with-form").recordings, "evidence is bytes that no reader reaches"


def test_a_narrator_added_later_has_not_been_heard(bell: Archive) -> None:
    bell.bring({**ROW, "narrators": "Vellan, Hesta"})
    report = bell.bring({**ROW, "narrators": "Vellan, Hesta;Calvorn, Ressa"})
    assert told(report, "warning") == [("the-bell", "narrators")] and knowing(bell) == {"custodian"}


def test_two_rows_without_narrators_share_nobody(bell: Archive) -> None:
    bell.bring(ROW, {**ROW, "identifier": "the-door"})
    with bell.room() as room:
        faces = {person.face for key in ("the-bell", "the-door") for person in room.testimony(key).card.people}
        assert len(faces) == 2 and room.people().total == 0


def test_what_one_of_several_narrators_never_permitted_is_opened_by_no_import(bell: Archive) -> None:
    """Silent on the words, she had permitted the description alone: a table that says public opened the words to everybody."""
    bell.bring({**ROW, "narrators": "Vellan, Hesta", "access": "public", "publish": "yes"})
    row = {**ROW, "narrators": "Vellan, Hesta; Orr, Ana", "access": "public"}
    bell.bring(row)
    with reading(bell.engine) as session:
        found = testimonies.by_public_id(session, "the-bell")
        assert found is not None
        ana = party(session, found.id, "narrator")[-1].id
    said = Declaration("narrator", {"existence": "public", "description": "public"}, proof=FORM, party_id=ana)
    declaring.declare(bell.engine, operator(), "the-bell", said)
    assert opened(bell, "anonymous") == {"existence", "description"}
    report = bell.bring({**row, "title": "The bell"})
    assert told(report, "refused") == [("the-bell", "access")] and opened(bell, "anonymous") == {"existence", "description"}


def test_a_table_takes_no_use_away_of_which_it_does_not_tell(bell: Archive) -> None:
    bell.bring({**ROW, "narrators": "Vellan, Hesta", "access": "public"})
    declaring.declare(bell.engine, operator(), "the-bell", Declaration("narrator", {}, proof=FORM, uses={"exhibition": True}))
    for row in ({"title": "The bell", "access": "public"}, {"title": "The bell", "access": "registered"}):
        bell.bring({**ROW, "narrators": "Vellan, Hesta", **row})
        with reading(bell.engine) as session:
            found = testimonies.by_public_id(session, "the-bell")
            assert found is not None and allowed_uses(session, unit_of(session, found.id), clock.now()) == ("exhibition",)


@pytest.mark.parametrize("narrower", [{"access": "staff"}, {"restrictions": "seg 1-3|words|staff|asked"}, {"publish": "no"}])
def test_what_others_described_since_keeps_no_narrowing_out(bell: Archive, narrower: dict[str, str]) -> None:
    """Somebody mended a title while the table lay on a desk, where a column was added that closes the words: they stayed open."""
    bell.bring({**ROW, "access": "public"})
    with reading(bell.engine) as session:
        (line,) = kept_catalogue.catalogue(enter(session, operator()), [found for found in [testimonies.by_public_id(session, "the-bell")] if found])
    cells = cataloguing.cells(line)
    before = kept_description(bell)
    cataloguing.describe(bell.engine, operator(), "the-bell", replace(before, title="The bell at night"), before.digest)
    report = bell.bring({**cells, "seen": cataloguing.digest(cells), **narrower})
    assert ("the-bell", "seen") in told(report, "warning") and counts(report)["narrowed"] == 1
    assert kept_description(bell).title == "The bell at night"
    assert "existence" not in opened_at_all(bell) or "rang twice" not in read_by(bell, "the-bell", "anonymous")


def kept_description(archive: Archive) -> Description:
    with reading(archive.engine) as session:
        row = testimonies.by_public_id(session, "the-bell")
        assert row is not None
        return kept_testimony.description(row)


def opened_at_all(archive: Archive) -> set[str]:
    return opened(archive, "anonymous") if "anonymous" in knowing(archive) else set()
