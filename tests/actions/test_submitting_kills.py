"""A family's page that said "saved" was saved: the process is killed before every step that is to last, and what was acknowledged is there."""

from __future__ import annotations

import io
import json
import os
import random
from pathlib import Path

import pytest

from archive_app import clock
from archive_app.actions import family_room, reviewing, submitting, verifying
from archive_app.records import objects
from archive_app.records.base import migrate, open_engine, reading
from tests.factories import families, kills
from tests.factories.archives import Archive

STEPS = ("name", "account", "people", "transcript", "note")


def work(folder: str) -> None:
    """An account told, sent, accepted, changed and paused; each thing that was acknowledged stands in a file of its own at once."""
    where = Path(folder)
    archive = _archive(where)
    room = families.room_over(archive)

    def acknowledge(what: str, said: object) -> None:
        with (where / "acknowledged.txt").open("a") as file:
            file.write(json.dumps([what, said]) + "\n")
            file.flush()

    made, family = families.begun(room)
    acknowledge("receipt", made.receipt)
    for number, step in enumerate(STEPS):
        said = {"name": {"name": "Hesta Vellan"}, "account": {"text": families.TEXT}, "people": {"people": [{"name": "Dovan Keth"}]},
                "transcript": {"audience": "registered"}, "note": {"words": f"number {number}"}}[step]
        submitting.save(room, family, step, said)
        acknowledge("step", [step, said])
        if number % 2:
            words = f"File {number}.\n"
            file = submitting.attach(room, family, io.BytesIO(words.encode()), f"{number}.txt")
            acknowledge("file", [file.id, words])
    submitting.send(room, family)
    acknowledge("state", "sent")
    submitting.write(room, family, "Is it there?")
    acknowledge("message", "Is it there?")
    acknowledge("accepted", reviewing.accept(room, families.archivist(), family.id, "valley", "Told"))
    submitting.save(room, family, "transcript", {"audience": "staff"})
    acknowledge("step", ["transcript", {"audience": "staff"}])
    submitting.pause(room, family)
    acknowledge("state", "paused")
    archive.engine.dispose()


def _archive(where: Path) -> Archive:
    return Archive(open_engine(f"sqlite:///{where / 'archive.sqlite3'}"), where)


def whole(where: Path) -> None:
    """Everything that was acknowledged is there, and nothing is damaged."""
    archive = _archive(where)
    room = families.room_over(archive)
    path = where / "acknowledged.txt"
    told = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    found = {what: [said for each, said in told if each == what] for what in ("receipt", "step", "file", "state", "message", "accepted")}
    if found["receipt"]:
        family = family_room.visiting(room, family_room.enter(room, " ".join(found["receipt"][0])) or "")
        assert family is not None
        saved = submitting.answers(room, family)
        for step, said in dict((step, said) for step, said in found["step"]).items():
            assert saved[step] == said or step == "transcript", step
        if ["transcript", {"audience": "staff"}] in found["step"]:
            assert saved["transcript"] == {"audience": "staff"}
        for id, words in found["file"]:
            with submitting.bytes_of(room, family, id) as stream:
                assert stream.read().decode() == words
        state = submitting.status(room, family).state
        if found["state"]:
            assert ("draft", "sent", "accepted", "paused").index(state) >= ("draft", "sent", "accepted", "paused").index(found["state"][-1])
        if found["accepted"]:
            assert state in ("accepted", "paused")
        assert {each.words for each in submitting.messages(room, family)} >= set(found["message"])
    archive.settle()
    with reading(archive.engine) as session:
        unnamed = {f"media/{digest}" for digest in set(archive.vault.digests()) - objects.named(session)}  # swept when they are a day old
        wrong = [each for each in verifying.findings(session, archive.vault, archive.index, clock.now()) if each.where not in unnamed]
    assert not wrong
    archive.engine.dispose()


def fresh(where: Path) -> str:
    where.mkdir()
    migrate(f"sqlite:///{where / 'archive.sqlite3'}")
    return str(where)


@pytest.mark.slow
def test_killed_before_its_steps_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    names = kills.steps(work, fresh(tmp_path / "whole"))
    whole(tmp_path / "whole")
    rng = random.Random(4)
    moments = sorted(rng.sample(range(1, len(names) + 1), min(50, len(names))))
    assert len(moments) > 40, "so few steps would prove little"
    for moment in moments:
        where = tmp_path / f"killed-{moment}"
        assert not kills.run(work, fresh(where), die=("any", moment)), moment
        whole(where)


def test_killed_before_a_commit_what_was_acknowledged_is_there(tmp_path: Path, empty_database: Path) -> None:
    where = tmp_path / "killed"
    where.mkdir()
    (where / "archive.sqlite3").write_bytes(empty_database.read_bytes())
    assert not kills.run(work, str(where), die=("commit", 6))
    whole(where)
    assert len((where / "acknowledged.txt").read_text().splitlines()) == 4 and os.listdir(where)
