"""An import that is killed at any moment and run again ends as one that was never interrupted: the same digest, nothing to find.

So does a worker that makes copies and forgets others. The long proofs kill the commands themselves, at times spread over the whole of
their work and before steps drawn from all of them; the short ones stop before the steps at which most could be lost.
"""

from __future__ import annotations

import csv
import os
import random
import select
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlalchemy import select as chosen

from archive_app.records import objects
from archive_app.records.base import reading
from archive_app.records.recordings import Recording
from tests.factories import kills
from tests.factories.archives import table
from tests.factories.plain_files import plain_files
from tests.factories.shared import data_folder
from tests.factories.sounds import recording

TIMES, STEPS = 20, 10
"""Kills of each long proof: at so many times, before so many steps; each proof has two seeds."""
HANGS = 900
"""Seconds after which a command that nobody kills is taken to hang."""
CUES = "WEBVTT\n\n" + "\n\n".join(f"00:{at:02}.000 --> 00:{at + 1:02}.500\nSentence {at} of {{}}." for at in range(0, 10, 2)) + "\n"


def told(folder: Path, media: dict[str, str], changed: bool = False) -> Path:
    """A folder of one testimony a line, each with words, what is withheld of them, and a recording, picture or document: its name -> label.
    `changed`: something else is withheld."""
    rows = []
    for number, (name, label) in enumerate(media.items()):
        id = f"told-{chr(97 + number)}"
        (folder / f"{id}.vtt").write_text(CUES.replace("{}", id), encoding="utf-8")
        at = (number + 2 * changed) % 4 * 2000
        rows.append({"identifier": id, "collection": "valley", "title": f"Told {number}", "languages": "en", "access": "public", "publish": "yes",
                     "narrators": f"Vellan, Hesta {number}", "place": "Low Ombrel", "transcripts": f"{id}.vtt|en|verbatim",
                     "media": f"{name}|{label}", "restrictions": f"{at}-{at + 1500}|words|staff|" if number % 2 or changed else ""})
    (folder / "manifest.csv").write_bytes(table(rows))
    (folder / "places.csv").write_text("identifier,names\nlow-ombrel,Low Ombrel|en|;Нижний Омбрель|ru|\n", encoding="utf-8")
    return folder


def fresh(data: Path, empty: Path) -> Path:
    """An archive without anything in it."""
    (data / "instance").mkdir(parents=True)
    shutil.copy(empty, data / "instance" / "archive.sqlite3")
    return data


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """What an import of the short proof brings."""
    folder = tmp_path / "few"
    folder.mkdir()
    (folder / "a.wav").write_bytes(b"a tape of nothing much ".ljust(90_000, b"."))
    (folder / "b.mp4").write_bytes(b"a film of nothing much ".ljust(150_000, b"."))
    (folder / "c.pdf").write_bytes(b"PAGE".ljust(44) + b"A page of nothing much.")
    return told(folder, {"a.wav": "Tape", "b.mp4": "Film", "c.pdf": "Letter"})

# At the steps at which most could be lost

def state(data: Path) -> tuple[int, int, int]:
    """(testimonies' recordings on record, copies on record, objects in the vault that no row names)"""
    with kills.opened(data) as archive, reading(archive.engine) as session:
        known = objects.named(session)
        return (session.scalar(chosen(func.count()).select_from(Recording)) or 0, len(kills.every_copy(archive)),
                len(set(archive.vault.digests()) - known))


def files_of(folder: Path) -> list[Path]:
    """What an import of this folder keeps."""
    return [path for path in folder.iterdir() if path.suffix != ".csv"]


def is_as_whole(data: Path, whole: Path, files: list[Path]) -> None:
    """A killed archive, after the same was done once more: what it holds is what the other holds, to the byte."""
    assert kills.command(data, "verify", "--media") == {"findings": []}
    assert kills.command(data, "stats") == kills.command(whole, "stats")
    with kills.opened(data) as archive, kills.opened(whole) as other:
        kills.all_is_made(archive)
        kills.are_kept(archive, files)
        kills.nothing_is_left_over(archive)
        assert kills.every_copy(archive) == kills.every_copy(other) != []


LOSSES = {("place", 3): (1, 0, 0, 1), ("commit", 1): (1, 0, 2, 1), ("finish", 1): (3, 0, 0, 1), ("note", 2): (3, 1, 1, 1)}
"""Before which step -> `state` after it, and files that have no name yet (one from the first death on)."""


def test_an_import_that_dies_where_most_could_be_lost(tmp_path: Path, few: Path, empty_database: Path) -> None:
    """Before bytes have a name; kept, and in no row; the index written, and not known to be; a copy kept, and in no row."""
    whole, data = fresh(tmp_path / "whole", empty_database), fresh(tmp_path / "killed", empty_database)
    assert kills.command(whole, "import", str(few), quick=True)["created"] == 4
    for die, expected in LOSSES.items():
        assert kills.command(data, "import", str(few), quick=True, die=die) is None
        with kills.opened(data) as archive:
            kills.nothing_is_lost(archive)
        assert (*state(data), len(list((data / "media" / "incoming").iterdir()))) == expected, die
    report = kills.command(data, "import", str(few), quick=True)
    assert report["refused"] == report["updated"] == report["missing"] == 0
    is_as_whole(data, whole, files_of(few))


DECODES = """
import sys
from archive_app.storage import fence

fence.COMMAND = (sys.executable, "-c", sys.argv[1])
fence.run("examine", {}, fence.Limits(600, 400 * fence.MIB), "media", "a.wav")
"""
FOR_EVER = """
import signal, sys
from archive_app.storage.child import _end_with

_end_with(int(sys.argv[1]))
told = open({path!r}, "wb", buffering=0)
told.write(b"at work")
signal.pause()
"""


def test_what_decodes_dies_with_the_process_it_works_for(tmp_path: Path) -> None:
    """Else it would write on into a folder that the next worker clears and fills."""
    path = tmp_path / "told"
    os.mkfifo(path)
    with subprocess.Popen([sys.executable, "-c", DECODES, FOR_EVER.format(path=str(path))]) as parent, path.open("rb", buffering=0) as told:
        assert told.read(7) == b"at work"
        parent.kill()
        parent.wait()
        assert select.select([told], [], [], kills.PATIENCE)[0] and told.read() == b"", "it lives on, and holds what it writes to open"


# Recordings, films, pictures and documents, killed at many moments

@pytest.fixture
def many(tmp_path: Path) -> Path:
    """What an import of the long proofs brings: some of everything."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number, ending in enumerate(("wav", "mp4", "mp3", "webm", "flac", "m4a")):
        recording(folder / f"tape-{number}.{ending}", [(at * 1000, at * 1000 + 1500, 300 + 40 * at + number) for at in range(0, 10, 2)])
    for ending in ("jpg", "png", "heic", "pdf"):
        (folder / f"leaf.{ending}").write_bytes(plain_files()[ending])
    return told(folder, media_in(folder))


def media_in(folder: Path) -> dict[str, str]:
    """What `told` is given of this folder, once more."""
    return {path.name: path.stem for path in sorted(folder.iterdir()) if path.suffix not in (".csv", ".vtt")}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_an_import_killed_at_many_times(tmp_path: Path, many: Path, seed: int) -> None:
    """The command itself, from an empty folder on, up to four times in a row before it may finish."""
    whole, moments, hits, archives = tmp_path / "whole", random.Random(seed), 0, 0
    began = time.monotonic()
    assert not kills.killed(kills.started(whole, "import", str(many)), HANGS)
    took = time.monotonic() - began
    while hits < TIMES:
        data, archives = tmp_path / f"killed-{archives}", archives + 1
        for _ in range(4):
            if not kills.killed(kills.started(data, "import", str(many)), moments.uniform(0.1, 0.95) * took):
                break
            hits += 1
            assert kills.command(data, "verify", "--media") == {"findings": []}
        assert not kills.killed(kills.started(data, "import", str(many)), HANGS)
        is_as_whole(data, whole, files_of(many))
        print(f"import, seed {seed}: {hits} kills, {archives} archives, whole in {took:.1f} s, {state(data)}", file=sys.stderr)
        shutil.rmtree(data)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22])
def test_an_import_killed_before_steps_drawn_from_all(tmp_path: Path, many: Path, empty_database: Path, seed: int) -> None:
    whole = fresh(tmp_path / "whole", empty_database)
    names = kills.steps(kills.asked, whole, whole.with_suffix(".json"), ("import", str(many)), False)
    assert set(names) >= set(kills.STEPS) - {"drop"}
    drawn = random.Random(seed).sample(range(1, len(names) + 1), STEPS)
    for number, die in enumerate(drawn):
        data = fresh(tmp_path / f"killed-{number}", empty_database)
        assert kills.command(data, "import", str(many), die=("any", die)) is None
        assert kills.command(data, "verify", "--media") == {"findings": []}, (die, names[die - 1])
        kills.command(data, "import", str(many))
        is_as_whole(data, whole, files_of(many))
        print(f"import, seed {seed}: before step {die} of {len(names)}, {names[die - 1]}", file=sys.stderr)
        shutil.rmtree(data)


def to_derive(data: Path, empty: Path, folder: Path) -> Path:
    """An archive of this folder in which copies are to be made, and others to be forgotten; the index has followed."""
    with kills.opened(fresh(data, empty)) as archive:
        archive.bring_folder(folder)
        archive.derive()
        archive.bring_folder(told(folder, media_in(folder), changed=True))
        archive.withdraw("told-b")
        archive.settle()
    return data


def works(data: Path, seconds: float) -> bool:
    """Let a worker begin, and kill it after so long; True if it was at work then. Where nothing is left to be done it is told to end."""
    if not is_due(data):
        return False
    process, began, pause = kills.started(data, "worker"), time.monotonic(), threading.Event()
    while (left := began + seconds - time.monotonic()) > 0:
        if not is_due(data):
            process.terminate()
            return kills.killed(process, HANGS)
        assert process.poll() is None
        pause.wait(min(0.2, left))
    return kills.killed(process, 0)


def is_due(data: Path) -> bool:
    with kills.opened(data) as archive:
        return kills.left_to_do(archive) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [31, 32])
def test_a_worker_killed_at_many_times(tmp_path: Path, many: Path, empty_database: Path, seed: int) -> None:
    """The command itself, up to four times in a row before it may finish."""
    base, moments, hits, archives = to_derive(tmp_path / "base", empty_database, many), random.Random(seed), 0, 0
    whole, began = Path(shutil.copytree(base, tmp_path / "whole")), time.monotonic()
    assert not works(whole, HANGS)
    took = time.monotonic() - began
    while hits < TIMES:
        data, archives = Path(shutil.copytree(base, tmp_path / f"killed-{archives}")), archives + 1
        for _ in range(4):
            if not works(data, moments.uniform(0.15, 0.95) * took):
                break
            hits += 1
            assert kills.command(data, "verify", "--media") == {"findings": []}
        assert not works(data, HANGS)
        is_as_whole(data, whole, files_of(many))
        print(f"worker, seed {seed}: {hits} kills, {archives} archives, whole in {took:.1f} s, {state(data)}", file=sys.stderr)
        shutil.rmtree(data)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [41, 42])
def test_derivation_killed_before_steps_drawn_from_all(tmp_path: Path, many: Path, empty_database: Path, seed: int) -> None:
    base = to_derive(tmp_path / "base", empty_database, many)
    whole = Path(shutil.copytree(base, tmp_path / "whole"))
    names = kills.steps(kills.derive, whole, False)
    assert set(names) == set(kills.STEPS)
    for number, die in enumerate(random.Random(seed).sample(range(1, len(names) + 1), STEPS)):
        data = Path(shutil.copytree(base, tmp_path / f"killed-{number}"))
        assert not kills.run(kills.derive, data, False, die=("any", die))
        assert kills.command(data, "verify", "--media") == {"findings": []}, (die, names[die - 1])
        assert kills.run(kills.derive, data, False)
        is_as_whole(data, whole, files_of(many))
        print(f"derivation, seed {seed}: before step {die} of {len(names)}, {names[die - 1]}", file=sys.stderr)
        shutil.rmtree(data)


# Real interviews

def assert_survives(folder: Path, where: Path, kills_: int, shares: tuple[float, float], seed: int, rows: int) -> None:
    """Import `folder` once whole, once with kills, each after a share of the time that the whole took; both archives must be the
    same, and nothing is to be found in the killed one."""
    whole, data, began = where / "whole", where / "killed", time.monotonic()
    assert kills.command(whole, "import", str(folder))["created"] == rows
    took = time.monotonic() - began
    moments = random.Random(seed)
    hit = sum(kills.killed(kills.started(data, "import", str(folder)), moments.uniform(*shares) * took) for _ in range(kills_))
    report = kills.command(data, "import", str(folder))
    assert report["created"] + report["unchanged"] == rows and report["refused"] == report["updated"] == report["missing"] == 0
    assert kills.command(data, "verify") == {"findings": []}
    assert kills.command(data, "stats") == kills.command(whole, "stats")
    assert hit > kills_ // 2, f"seed {seed}: {kills_ - hit} imports were done before they were killed"


@pytest.mark.slow
@pytest.mark.parametrize(("share", "seed"), [(400, 2), (None, 3)])
def test_five_kills_on_real_interviews(tmp_path: Path, share: int | None, seed: int) -> None:
    source, folder = data_folder() / "wpa", tmp_path / "incoming"
    folder.mkdir()
    with (source / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))[:share]
    shutil.copytree(source / "text", folder / "text")
    (folder / "manifest.csv").write_bytes(table(rows))
    assert_survives(folder, tmp_path, 5, (0.05, 0.3), seed, len(rows))
