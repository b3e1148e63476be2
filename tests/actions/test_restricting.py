"""A stretch withheld at the desk is withheld everywhere from its commit; lifting it needs evidence and gives the words back."""

from __future__ import annotations

import pytest

from archive_app import clock
from archive_app.actions import restricting
from archive_app.actions.change import operator
from archive_app.actions.declaring import Proof
from archive_app.actions.verifying import findings
from archive_app.errors import Invalid, NotFound
from archive_app.exchange.restrictions import RestrictionRow, read_restriction
from archive_app.records import restrictions
from archive_app.records.base import reading
from archive_app.records.testimonies import by_public_id
from tests.actions.asking import read_by
from tests.factories.archives import Archive, filled

ENGLISH = "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater\n\n00:04.000 --> 00:06.000\nthe end\n"
RUSSIAN = "WEBVTT\n\n00:01.000 --> 00:02.000\nКолокол\n\n00:02.500 --> 00:04.000\nключевая\n\n00:04.000 --> 00:06.000\nконец\n"
SECOND = read_restriction("seg 2|words|staff|she asked")


def _bell(archive: Archive) -> None:
    archive.write("bell.en.vtt", ENGLISH)
    archive.write("bell.ru.vtt", RUSSIAN)
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en;ru", "narrators": "Vellan, Hesta",
                   "transcripts": "bell.en.vtt|en|verbatim;bell.ru.vtt|ru|translation"})


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def key(archive: Archive) -> int:
    with reading(archive.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        return restrictions.in_force(session, row.id)[0].id


@pytest.mark.parametrize("said", [SECOND, read_restriction("2000-3000|words|staff|she asked")])
def test_withheld_in_every_transcript_at_once(bell: Archive, said: RestrictionRow) -> None:
    restricting.restrict(bell.engine, operator(), "the-bell", said)
    assert read_by(bell, "the-bell") == "The bell / [withheld] / the end"
    assert read_by(bell, "the-bell", n=2) == "Колокол / [withheld] / конец"
    assert "quellwater" in read_by(bell, "the-bell", "archivist")


def test_lifting_needs_evidence_and_gives_the_words_back(bell: Archive) -> None:
    before = read_by(bell, "the-bell")
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    with pytest.raises(Invalid):
        restricting.lift(bell.engine, operator(), "the-bell", key(bell), Proof())
    assert "quellwater" not in read_by(bell, "the-bell")
    restricting.lift(bell.engine, operator(), "the-bell", key(bell), Proof("form", "her letter of May"))
    assert read_by(bell, "the-bell") == before
    bell.settle()
    with reading(bell.engine) as session:
        assert list(findings(session, bell.vault, bell.index, clock.now())) == []


def test_another_restriction_on_the_same_words_stays(bell: Archive) -> None:
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    first = key(bell)
    restricting.restrict(bell.engine, operator(), "the-bell", read_restriction("2000-3000|words|sealed|a brother asked"))
    restricting.lift(bell.engine, operator(), "the-bell", first, Proof("form", "her letter"))
    assert "quellwater" not in read_by(bell, "the-bell", "archivist") and "quellwater" in read_by(bell, "the-bell", "custodian")


def test_what_is_not_there_is_not_restricted_or_lifted(bell: Archive) -> None:
    with pytest.raises(Invalid):
        restricting.restrict(bell.engine, operator(), "the-bell", read_restriction("seg 9|words|staff|x"))
    with pytest.raises(NotFound):
        restricting.restrict(bell.engine, operator(), "never-was", SECOND)
    with pytest.raises(NotFound):
        restricting.lift(bell.engine, operator(), "the-bell", 1, Proof("form", "x"))
