"""An import by upload whose worker is killed at any moment, again and again, ends as one that nobody disturbed: the same archive, everything
told as new, and nothing left of the files."""

from __future__ import annotations

import io
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive_app import clock, ids
from archive_app.access import kept
from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import bringing_in
from archive_app.actions.receiving import Incoming, open_incoming
from archive_app.jobs import bringing
from archive_app.records.accounts import account_by_email
from archive_app.records.base import open_engine, reading
from tests.actions.asking import account
from tests.factories.archives import Archive, table
from tests.factories.hostile_bundles import bundle

MANY, KILLS = 60, 7
WORKER = """
import sys
from archive_app.actions.receiving import Incoming
from archive_app.jobs import bringing, indexing
from archive_app.records.base import open_engine
from archive_app.storage.disk_vault import DiskVault
from pathlib import Path
folder = Path(sys.argv[1])
room = Incoming(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), DiskVault(folder / "media"), folder / "instance" / "incoming")
print("up", flush=True)
bringing.run_due(room, indexing.holder_name())
"""


def box() -> bytes:
    rows = [{"identifier": f"told-{_word(n)}", "collection": "valley", "title": f"Told {n}", "narrators": f"Vellan, Hesta {n}",
             "place": f"Place {n % 7}", "access": "staff", "transcripts": f"{_word(n)}.txt|en|verbatim"} for n in range(MANY)]
    return bundle(("manifest.csv", table(rows)), *((f"{_word(n)}.txt", f"The bell rang {n}.\n\nAnd again.\n".encode()) for n in range(MANY)))


def _word(n: int) -> str:
    """Numbers in a series would be warned of."""
    return "".join(chr(97 + int(digit)) * 2 for digit in f"{n:03}")


def begun(folder: Path, empty: Path) -> tuple[Archive, Incoming, str]:
    folder.mkdir()
    shutil.copy(empty, folder / "archive.sqlite3")
    ids.use_key(b"tests")
    archive = Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder)
    actor = account(archive.engine, "keeper@example.org", "archivist")
    room = open_incoming(archive.engine, archive.vault, archive.settings())
    id = bringing_in.receive(room, actor, [("box.zip", io.BytesIO(box()))], {})
    bringing.run_due(room, "tests", clock.now())
    bringing_in.go(room, actor, id)
    return archive, room, id


def ended(archive: Archive, room: Incoming, id: str) -> tuple[str, dict[str, object]]:
    with reading(archive.engine) as session:
        digest = kept.digest(session)
        state = bringing_in.run(room, account_of(archive), id)
    assert state.state == "done" and state.report is not None and list(room.folder.iterdir()) == []
    return digest, {name: count for name, count in state.report.as_json().items() if count and name != "rows"}


def account_of(archive: Archive) -> Viewer:
    with reading(archive.engine) as session:
        row = account_by_email(session, "keeper@example.org")
        assert row is not None
        return signed_in(session, row)


def reached(archive: Archive, id: str) -> int:
    return bringing_in.run(Incoming(archive.engine, archive.vault, archive.folder), account_of(archive), id).done


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_worker_that_is_killed_again_and_again(tmp_path: Path, empty_database: Path, seed: int) -> None:
    quiet, room, id = begun(tmp_path / "quiet", empty_database)
    bringing.run_due(room, "tests")
    wanted = ended(quiet, room, id)
    quiet.engine.dispose()
    archive, room, id = begun(tmp_path / "killed", empty_database)
    rng, killed = random.Random(seed), 0
    while killed < KILLS and bringing._due(room):
        worker = subprocess.Popen([sys.executable, "-c", WORKER, str(archive.folder)], stdout=subprocess.PIPE)
        assert worker.stdout is not None and worker.stdout.readline() == b"up\n"
        before, until = reached(archive, id), time.monotonic() + 30
        while reached(archive, id) == before and time.monotonic() < until and worker.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.3))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        killed += 1
    bringing.run_due(room, "tests")
    assert killed >= 3 and ended(archive, room, id) == wanted
    archive.engine.dispose()
