"""A recording in the place of another is open to nobody to whom that one was closed by itself, however it came there."""

from __future__ import annotations

import io

import pytest

from archive_app.access.gate import gate, open_layers
from archive_app.access.terms import from_json
from archive_app.actions import consenting, parts, recording
from archive_app.actions.change import change, operator
from archive_app.actions.manifest_terms import tier
from archive_app.actions.recording import Brought
from archive_app.records import recordings
from archive_app.records.base import reading
from archive_app.records.consent import new_unit, party, statements_of, unit_of
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive, viewer
from tests.factories.uploads import tone

ROW = {"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "media": "side-a.wav|Side A"}


@pytest.fixture
def bell(archive: Archive) -> Archive:
    archive.write("side-a.wav", tone(0.2))
    archive.bring(ROW, settled=False)
    return archive


def there(archive: Archive) -> list[recordings.Recording]:
    with reading(archive.engine) as session:
        found = by_public_id(session, "the-bell")
        assert found is not None
        return recordings.of_testimony(session, found.id)


def narrow(archive: Archive, access: str, layer: str = "audio") -> None:
    """Say of the newest recording alone who may have it."""
    with change(archive.engine, operator(), "record consent", "the-bell") as work:
        row, unit = consenting.kept(work, "the-bell")
        last = unit_of(work.session, recordings.of_testimony(work.session, row.id)[-1].id)
        consenting.record(work, party(work.session, unit.id, "narrator")[0], last, "permit", {layer: tier(access)}, reason="she asked")
        consenting.follow_up(work, row, unit)


def hears(archive: Archive, who: str) -> bool:
    last = there(archive)[-1]
    with reading(archive.engine) as session:
        return last.kind in open_layers(session, gate(session, viewer(who)), [last.id]).get(last.id, frozenset())


def bring_again(archive: Archive) -> None:
    archive.write("side-a.wav", tone(0.3))
    archive.bring(ROW, settled=False)


def replace_at_the_desk(archive: Archive) -> None:
    recording.add(archive.engine, archive.vault, operator(), "the-bell", Brought("better.wav", instead_of=there(archive)[-1].public_id),
                  io.BytesIO(tone(0.3)))


@pytest.mark.parametrize("replace", [bring_again, replace_at_the_desk])
def test_what_was_said_of_a_recording_holds_for_the_one_in_its_place(bell: Archive, replace: object) -> None:
    assert hears(bell, "anonymous") and callable(replace)
    narrow(bell, "sealed")
    replace(bell)
    bell.publish("the-bell")
    assert len(there(bell)) == 2
    assert not any(hears(bell, who) for who in ("anonymous", "registered", "archivist")) and hears(bell, "custodian")
    with reading(bell.engine) as session:
        said, = [row for row in statements_of(session, [there(bell)[-1].id]) if row.reason]
        assert said.reason == "she asked" and from_json(said.terms["audio"]) == tier("sealed")


def test_what_only_the_archive_said_is_not_taken_over(bell: Archive) -> None:
    bring_again(bell)
    assert not hears(bell, "custodian"), "it stays at the desk until it is published"
    bell.publish("the-bell")
    assert hears(bell, "anonymous")


def test_of_another_kind_what_was_said_holds_for_all_of_it(bell: Archive) -> None:
    narrow(bell, "sealed")
    with change(bell.engine, operator(), "add recording", "the-bell") as work:
        row, unit = consenting.kept(work, "the-bell")
        new = new_unit(work.session, "recording", unit)
        parts._take_over(work, unit, there(bell)[-1], new, "video")
        said, = statements_of(work.session, [new.id])
        assert {layer: from_json(text) for layer, text in said.terms.items()} == dict.fromkeys(("audio", "video"), tier("sealed"))
