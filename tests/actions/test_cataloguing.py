"""A description changed at the desk: taken whole, followed by the index, and never lost to somebody who was quicker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_app import clock
from archive_app.access.kept_readings import Description
from archive_app.actions import cataloguing
from archive_app.actions.change import operator
from archive_app.actions.verifying import findings
from archive_app.errors import Invalid, NotFound
from archive_app.records.base import reading
from archive_app.search.find import find
from archive_app.search.query import Question
from tests.factories.archives import Archive, filled

BEFORE = Description("The bell", "A bell.", ("bell",), ("en",), "1991", "witness")
AFTER = Description("The bell of Ombrel", "A quellwater bell.\nTwo lines.", ("bell", "rope"), ("en", "az"), "1991-05~", "survivor")


def _bell(archive: Archive) -> None:
    archive.bring({"identifier": "the-bell", "title": "The bell", "abstract": "A bell.", "keywords": "bell", "languages": "en", "date": "1991",
                   "narrator_role": "witness", "narrators": "Vellan, Hesta"})


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def test_a_description_is_taken_and_found(bell: Archive) -> None:
    cataloguing.describe(bell.engine, operator(), "the-bell", AFTER, BEFORE.digest)
    bell.settle()
    with bell.room() as room:
        found = room.testimony("the-bell")
        assert (found.card.title, found.abstract, found.keywords, found.card.date, found.card.narrator_role) == (
            AFTER.title, AFTER.abstract, AFTER.keywords, AFTER.date, AFTER.narrator_role)
        assert find(room, bell.index, Question("quellwater")).total == 1
    with reading(bell.engine) as session:
        assert list(findings(session, bell.vault, bell.index, clock.now())) == []


def test_who_has_not_seen_it_as_it_stands_loses_nothing(bell: Archive) -> None:
    cataloguing.describe(bell.engine, operator(), "the-bell", AFTER, BEFORE.digest)
    with pytest.raises(cataloguing.Changed) as found:
        cataloguing.describe(bell.engine, operator(), "the-bell", replace(BEFORE, title="Mine"), BEFORE.digest)
    assert found.value.theirs == AFTER and found.value.status == 409
    cataloguing.describe(bell.engine, operator(), "the-bell", AFTER, "whatever")  # the same words twice: nothing to lose


@pytest.mark.parametrize(("wrong", "field"), [
    (replace(AFTER, title=" "), "title"), (replace(AFTER, title="x" * 501), "title"), (replace(AFTER, abstract="x" * 20_001), "abstract"),
    (replace(AFTER, languages=("xx-nonsense-x",)), "languages"), (replace(AFTER, date="sometime"), "date"),
    (replace(AFTER, narrator_role="hero"), "narrator_role"), (replace(AFTER, keywords=("x",) * 101), "keywords")])
def test_what_cannot_be_taken_names_its_field(bell: Archive, wrong: Description, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        cataloguing.describe(bell.engine, operator(), "the-bell", wrong, BEFORE.digest)
    assert refused.value.field == field
    with bell.room() as room:
        assert room.testimony("the-bell").card.title == "The bell"


def test_nothing_is_described_that_is_not_there(bell: Archive) -> None:
    with pytest.raises(NotFound):
        cataloguing.describe(bell.engine, operator(), "never-was", AFTER, "")
