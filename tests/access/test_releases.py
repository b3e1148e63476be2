"""Releases follow from statements: whoever speaks on whatever unit, and after every later change."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import checking, releases
from archive_app.access.reading_room import Narrowing
from archive_app.access.terms import EVERYBODY, LAYERS, always, to_json
from archive_app.errors import NotFound
from archive_app.records import consent, sources, testimonies
from archive_app.records import transcripts as rows
from archive_app.records.base import reading, writing
from archive_app.records.registry import Person
from tests.factories.archives import Archive

CUES = "WEBVTT\n\n00:00.000 --> 00:05.000\nOne sentence.\n"


def say(session: Session, unit: int, capacity: str, effect: str, **more: object) -> None:
    """A statement of a new party of this unit, and the releases it leads to."""
    party = consent.Party(unit_id=unit, capacity=capacity, required=False)
    session.add(party)
    session.flush()
    session.add(consent.Statement(party_id=party.id, unit_id=unit, effect=effect, recorded_by="tests", recorded_at=0, **more))
    session.flush()
    whole = session.get_one(consent.Unit, session.get_one(consent.Unit, unit).testimony_id or unit)
    releases.derive(session, whole)
    session.commit()


def transcript_is_open(archive: Archive) -> bool:
    with archive.room() as room:
        try:
            return bool(room.transcript("told", 1).blocks)
        except NotFound:
            return False


def told(archive: Archive) -> int:
    """A public testimony with one transcript; the transcript's key."""
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "told", "transcripts": "words.vtt|en|verbatim"}, settled=False)
    with reading(archive.engine) as session:
        return session.scalars(select(rows.Transcript.id)).one()


@pytest.mark.parametrize("effect", ["hold", "withdraw"])
def test_a_community_holds_a_testimony(archive: Archive, effect: str) -> None:
    told(archive)
    with writing(archive.engine) as session:
        say(session, session.scalars(select(testimonies.Testimony.id)).one(), "community", effect)
    assert not transcript_is_open(archive)


def test_a_party_of_a_part_holds_that_part(archive: Archive) -> None:
    key = told(archive)
    with writing(archive.engine) as session:
        say(session, key, "community", "hold")
    assert not transcript_is_open(archive)


def test_a_party_of_a_part_does_not_publish_it(archive: Archive) -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "told"}, settled=False)
    archive.bring({"identifier": "told", "transcripts": "words.vtt|en|verbatim"}, settled=False)
    assert not transcript_is_open(archive)
    with writing(archive.engine) as session:
        key = session.scalars(select(rows.Transcript.id)).one()
        say(session, key, "community", "permit", terms={layer: to_json(always(EVERYBODY)) for layer in LAYERS})
    assert not transcript_is_open(archive)


@pytest.mark.parametrize("stands", [True, False])
def test_who_stands_in_for_a_narrator_ends_what_the_narrator_said(archive: Archive, stands: bool) -> None:
    told(archive)
    with writing(archive.engine) as session:
        key = session.scalars(select(testimonies.Testimony.id)).one()
        (narrator,) = consent.party(session, key, "narrator")
        said = session.scalars(select(consent.Statement).where(consent.Statement.party_id == narrator.id)).one()
        kin = consent.Party(unit_id=key, capacity="next_of_kin", required=False, stands_for_id=narrator.id if stands else None)
        session.add(kin)
        session.flush()
        session.add(consent.Statement(party_id=kin.id, unit_id=key, effect="permit", terms=said.terms, recorded_by="tests", recorded_at=0,
                                      supersedes=[said.id]))
        session.flush()
        live = releases.in_force(session, session.get_one(consent.Unit, key))
        assert (said in live) == (not stands)


@pytest.mark.parametrize("effect", ["hold", "withdraw"])
def test_a_hold_closes_a_person_who_was_public(archive: Archive, effect: str) -> None:
    archive.bring(people=[{"identifier": "silas", "names": "Harrow, Silas", "access": "public"}], settled=False)
    with writing(archive.engine) as session:
        say(session, session.scalars(select(Person.id)).one(), "next_of_kin", effect)
    with archive.room() as room:
        assert room.people().total == 0


def test_what_is_stored_is_what_follows_after_every_change(archive: Archive) -> None:
    told(archive)
    archive.bring(people=[{"identifier": "silas", "names": "Harrow, Silas", "access": "public"}],
                  collections=[{"identifier": "valley", "names": "Valley", "access": "registered"}], settled=False)
    archive.bring({"identifier": "later", "opens": "2041-05-09", "access_audio": "sealed"}, settled=False)
    archive.unpublish("told")
    archive.publish("told")
    archive.withdraw("told")
    with reading(archive.engine) as session:
        assert list(checking.derived_findings(session)) == [] and list(checking.statements(session)) == []


def test_a_collection_narrowed_later_takes_its_testimonies_along(archive: Archive) -> None:
    told(archive)
    archive.bring(collections=[{"identifier": "valley", "names": "Valley", "access": "registered"}], settled=False)
    assert not transcript_is_open(archive)
    with archive.room("registered") as room:
        assert room.testimonies(Narrowing()).total == 1


def test_a_source_narrowed_later_leaves_no_finding(archive: Archive) -> None:
    """What a statement may show depends on its source: the releases of both change together, or `verify` cries without a cause."""
    source = {"identifier": "ledger", "title": "A ledger"}
    archive.bring(sources=[source], statements=[{"identifier": "said", "source": "ledger", "asserts": "other"}], settled=False)
    archive.bring(sources=[{**source, "access": "staff"}], settled=False)
    with reading(archive.engine) as session:
        assert session.scalars(select(sources.SourcedStatement.public_id)).all() == ["said"]
        assert [str(finding) for finding in checking.derived_findings(session)] == []


def test_a_changed_release_is_found(archive: Archive) -> None:
    told(archive)
    with writing(archive.engine) as session:
        row = session.scalars(select(consent.Release).where(consent.Release.layer == "audio")).first()
        assert row is not None
        row.ends = clock.now()
        session.commit()
    with reading(archive.engine) as session:
        assert len(list(checking.derived_findings(session))) == 1


def test_a_statement_slipped_in_is_found(archive: Archive) -> None:
    archive.bring({"identifier": "sealed-one", "access": "sealed"}, settled=False)
    with writing(archive.engine) as session:
        narrator = session.scalars(select(consent.Party).where(consent.Party.capacity == "narrator")).one()
        before = [row.id for row in session.scalars(select(consent.Statement).where(consent.Statement.party_id == narrator.id))]
        session.add(consent.Statement(party_id=narrator.id, unit_id=narrator.unit_id, effect="permit", recorded_by="nobody", recorded_at=0,
                                      terms={layer: to_json(always(EVERYBODY)) for layer in LAYERS}, supersedes=before))
        session.flush()
        releases.derive(session, session.get_one(consent.Unit, narrator.unit_id))
        session.commit()
    with archive.room() as room:
        assert room.testimonies(Narrowing()).total == 1  # it has its effect
    with reading(archive.engine) as session:
        assert [*checking.derived_findings(session), *checking.statements(session)] != []
