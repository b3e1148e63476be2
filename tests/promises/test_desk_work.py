"""Bringing in, the catalogue taken out and changes to many tell an archivist nothing of what they do not tend: two archives that differ only in
that give the same bytes, reports included. The proof is tested by faults, each planted and seen."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive_app import clock, ids
from archive_app.access import kept_rows, work_list
from archive_app.access.gate import Gate
from archive_app.actions import bringing_in, bulk, intake, receiving, registering, registry_rows
from archive_app.actions.change import Change
from archive_app.actions.intake import Prepared
from archive_app.actions.receiving import Incoming
from archive_app.errors import Invalid
from archive_app.jobs import bringing
from archive_app.records import desk_work
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive, table
from tests.factories.hostile_bundles import sound
from tests.factories.signed_in import TOKEN, browser, send
from tests.factories.suites import spread
from tests.promises.conftest import Making
from tests.promises.test_desk import HIDDEN, TOLD, built

PEOPLE = [{"identifier": "ida-karvellin", "names": "Karvellin, Ida"}]
OWN = {"collection": "valley", "access": "staff", "title": "New"}
ROWS = [{**OWN, "identifier": "new-one"}, {**OWN, "identifier": "hid-in-hills", "collection": "hills"},
        {**TOLD, "identifier": "hid-in-hills-2", "collection": "hills"}, {**OWN, "identifier": "never-was", "collection": "hills"},
        {**OWN, "identifier": "so-too", "collection": "no-such-place"}, {**OWN, "identifier": "the-draft", "title": "Draft, again"}]


@dataclass
class Side:
    archive: Archive
    client: FlaskClient
    room: Incoming


def made(making: Making, hidden: bool, monkeypatch: pytest.MonkeyPatch) -> Side:
    ids.use_key(b"tests")
    archive = built(making, hidden, monkeypatch)
    if hidden:
        archive.bring_folder(_people(archive))
    return Side(archive, browser(archive, archive.app(), "archivist", "valley"),
                receiving.open_incoming(archive.engine, archive.vault, archive.settings()))


def _people(archive: Archive) -> Path:
    folder = archive.folder / "people"
    folder.mkdir()
    (folder / "people.csv").write_bytes(table(PEOPLE))
    return folder


def work(side: Side) -> Iterator[tuple[str, bytes]]:
    """Everything that an archivist is told while they bring in, take out and change."""
    client = side.client
    manifest = table([{column: value for column, value in row.items() if column != "transcripts"} for row in ROWS])
    at = str(send(client, "/desk/import", file=[(io.BytesIO(manifest), "manifest.csv"), (io.BytesIO(table(PEOPLE)), "people.csv")]).location)
    for step in ("look", "bring"):
        bringing.run_due(side.room, "tests", clock.now())
        for rest in ("", "/report.csv", "/report.json"):
            yield f"{step} {rest}", client.get(at + rest).data
        if step == "look":
            send(client, at, act="go")
    for slug, id in (("hills", "hid-in-hills"), ("hills", "other-one"), ("nowhere", "x-one")):
        yield f"new {slug} {id}", send(client, "/desk/new", collection=slug, identifier=id, title="T").data.replace(id.encode(), b"?").replace(slug.encode(), b"?")
    yield "catalogue", client.get("/desk/catalogue.csv").data
    yield "catalogue found", client.get("/desk/catalogue.csv?q=quellwater").data
    token = TOKEN.search(client.get("/desk/new").text)
    assert token
    for step in ("", "do"):
        for act, words in (("add keywords", "rope"), ("publish", ""), ("hold", "")):
            chosen = ["the-bell" if act == "add keywords" else "the-draft-2", *HIDDEN[2:], "never-was"]
            yield f"bulk {act} {step}", client.post("/desk/bulk", data={"csrf_token": token[1], "id": chosen, "act": act, "words": words, "reason": "x",
                                                                        "step": step}, follow_redirects=True).data


def plain(answers: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(name, re.sub(rb'(name="csrf_token"[^>]*value=")[^"]*', rb"\1", body)) for name, body in answers]


@pytest.fixture
def sides(making: Making, monkeypatch: pytest.MonkeyPatch) -> tuple[Side, Side]:
    return made(making, False, monkeypatch), made(making, True, monkeypatch)


def told_apart(sides: tuple[Side, Side]) -> list[str]:
    one, other = (plain(work(side)) for side in sides)
    return [name for (name, body), (_, again) in zip(one, other, strict=True) if body != again]


def test_what_is_not_tended_changes_no_byte_of_any_report(sides: tuple[Side, Side]) -> None:
    assert told_apart(sides) == []
    report = json.loads(dict(work(sides[1]))["bring /report.json"])
    assert {row["result"] for row in report["rows"]} >= {"refused", "unchanged", "missing"}, "it is a report about all kinds of rows"


def no_gate(*_: object, **__: object) -> object:
    from sqlalchemy import true

    return true()


def digests_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """`unchanged` is told of a row as it once came in, whoever tends it."""
    monkeypatch.setattr(kept_rows, "gate", lambda *_: type("Open", (), {"opens": no_gate})())


def keep_before_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other words for a testimony that is there: what the import once did."""
    real = intake.take

    def take(change: Change, new: Prepared) -> str:
        row = by_public_id(change.session, new.public_id)
        if row is not None and not change.keeps(intake.unit_of(change.session, row.id)):
            raise Invalid("identifier", "there is nothing here, or it is not yours")
        return real(change, new)

    monkeypatch.setattr(intake, "take", take)


def unchanged_before_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of people.csv that is on record already is told from one that is not."""
    real = registering.take

    def take(change: Change, table: object, kind: str, found: object, said: registering.Told, write: Callable[[object], None]) -> str:
        if found is not None and getattr(found, "row_digest", "") == said.digest:
            return "unchanged"
        return real(change, table, kind, found, said, write)

    monkeypatch.setattr(registry_rows, "take", take)


def list_without_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue holds what others tend."""
    monkeypatch.setattr(Gate, "opens", no_gate)


def chosen_without_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles of what was chosen are shown, whoever tends it."""
    from sqlalchemy import select

    from archive_app.records.testimonies import Testimony

    monkeypatch.setattr(work_list, "named", lambda entry, public_ids: list(entry.session.scalars(
        select(Testimony).where(Testimony.public_id.in_(public_ids)))))


LEAKS = (digests_of_all, keep_before_collection, unchanged_before_rights, list_without_gate, chosen_without_gate)


@pytest.mark.parametrize("leak", spread(LEAKS, 2), ids=lambda leak: str(leak.__name__))
def test_a_planted_leak_is_seen(leak: Callable[[pytest.MonkeyPatch], None], sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    assert told_apart(sides)


def others_see(side: Side) -> list[int]:
    """What another archivist of the same collection is answered for this one's import and change."""
    at = str(send(side.client, "/desk/import", file=(io.BytesIO(table(ROWS[:1])), "manifest.csv")).location)
    bringing.run_due(side.room, "tests", clock.now())
    token = TOKEN.search(side.client.get("/desk/new").text)
    assert token
    change = side.client.post("/desk/bulk", data={"csrf_token": token[1], "id": "the-bell", "act": "add keywords", "words": "rope", "step": "do"}).location
    other = browser(side.archive, side.archive.app(), "archivist", "valley", email="other@example.org")
    return [other.get(path).status_code for path in (at, f"{at}/report.csv", str(change))]


@pytest.mark.parametrize("planted", [False, True])
def test_a_page_that_others_could_read_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch, planted: bool) -> None:
    side = made(making, False, monkeypatch)
    if planted:
        monkeypatch.setattr(bringing_in, "_own", lambda session, actor, id: desk_work.run_by_public_id(session, id))
        monkeypatch.setattr(bulk, "_own", lambda session, actor, id: desk_work.bulk_by_public_id(session, id))
    assert others_see(side) == ([200, 200, 200] if planted else [404, 404, 404])


@pytest.mark.parametrize("planted", [False, True])
def test_an_entry_that_lands_outside_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch, planted: bool) -> None:
    side = made(making, False, monkeypatch)
    if planted:
        monkeypatch.setattr(receiving, "file_name", lambda name: name)
    send(side.client, "/desk/import", file=(io.BytesIO(sound(("../../../../outside.txt", b"x"))), "mine.zip"))
    assert (side.archive.folder / "outside.txt").exists() == planted

