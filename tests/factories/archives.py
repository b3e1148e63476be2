"""An archive in a folder, filled the way archivists fill it: by importing manifests."""

from __future__ import annotations

import atexit
import csv
import io
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from archive_app import clock
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.viewer import Viewer
from archive_app.actions import consenting, erasing
from archive_app.actions.change import operator
from archive_app.actions.importing import import_path
from archive_app.actions.preparing import Options
from archive_app.actions.reporting import Report
from archive_app.config import Settings, settings
from archive_app.jobs import deriving, indexing
from archive_app.jobs import erasing as erasing_jobs
from archive_app.records.base import reading
from archive_app.search.whoosh_index import WhooshIndex
from archive_app.storage.disk_vault import DiskVault

if TYPE_CHECKING:
    from flask import Flask

HOLDS = {
    "anonymous": frozenset[str](),
    "onsite": frozenset({"onsite"}),
    "registered": frozenset({"registered"}),
    "archivist": frozenset({"registered", "staff"}),
    "custodian": frozenset({"registered", "staff", "custodian"}),
}


def viewer(name: str, now: int | None = None) -> Viewer:
    """A viewer of a class, holding its tokens everywhere."""
    return Viewer(clock.now() if now is None else now, "" if name == "anonymous" else name, name, HOLDS[name])


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as the bytes of a CSV file; columns in the order in which they first appear."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@dataclass
class Archive:
    """`folder` holds the vault, the index and, in `incoming/`, what is imported."""

    engine: Engine
    folder: Path
    vault: DiskVault = field(init=False)
    index: WhooshIndex = field(init=False)

    def __post_init__(self) -> None:
        self.vault = DiskVault(self.folder / "media")
        self.index = WhooshIndex(self.folder / "search_index")

    @property
    def incoming(self) -> Path:
        path = self.folder / "incoming"
        path.mkdir(exist_ok=True)
        return path

    def write(self, name: str, content: str | bytes) -> Path:
        """A file among what is imported."""
        path = self.incoming / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def bring(self, *rows: Mapping[str, str], name: str = "manifest.csv", options: Options = Options(),  # noqa: B008
              settled: bool = True, actor: Viewer | None = None, **tables: Sequence[Mapping[str, str]]) -> Report:
        """Write a manifest of these rows (and other tables by name) and import the folder, in the shell or as `actor`; with `settled`
        the index follows."""
        if rows:
            self.write(name, table([{"collection": "valley", "access": "public", "publish": "yes", **row} for row in rows]))
        for kind, content in tables.items():
            self.write(f"{kind}.csv", table(content))
        report = import_path(self.engine, self.vault, actor or operator(), self.incoming, options)
        if settled:
            self.settle()
        return report

    def bring_folder(self, folder: Path, settled: bool = True, options: Options = Options()) -> Report:  # noqa: B008
        report = import_path(self.engine, self.vault, operator(), folder, options)
        if settled:
            self.settle()
        return report

    def settle(self) -> None:
        """Do every job that is due."""
        indexing.run_due(self.engine, self.index, "tests")

    def derive(self) -> int:
        """Make every copy of a recording that is due; how many testimonies."""
        return deriving.run_due(self.engine, self.vault, self.folder / "copies", "tests")

    def publish(self, public_id: str) -> None:
        consenting.publish(self.engine, operator(), public_id)

    def unpublish(self, public_id: str) -> None:
        consenting.unpublish(self.engine, operator(), public_id)

    def withdraw(self, public_id: str, reason: str = "asked for by the narrator") -> None:
        consenting.withdraw(self.engine, operator(), public_id, reason)

    def erase(self, public_id: str, reason: str = "asked for by the narrator") -> None:
        """The commit alone; `finish_erasing` does the rest."""
        erasing.erase(self.engine, operator(), public_id, reason)

    def finish_erasing(self) -> int:
        """Do what was promised: index, copies, files; how many erasures were finished."""
        self.settle()
        self.derive()
        return erasing_jobs.run_due(self.engine, self.index, self.vault, self.folder / "instance", "tests")

    @contextmanager
    def room(self, who: str | Viewer = "anonymous") -> Iterator[ReadingRoom]:
        """The reading room of a class of viewer (see HOLDS) or of a given one."""
        with reading(self.engine) as session:
            yield ReadingRoom(session, viewer(who) if isinstance(who, str) else who)

    def settings(self, **more: str) -> Settings:
        """Settings that point at this archive."""
        url = self.engine.url.render_as_string(hide_password=False)
        given = {"DATA_DIR": str(self.folder), "DATABASE_URL": url, "MEDIA_DIR": str(self.folder / "media"),
                 "SEARCH_DIR": str(self.folder / "search_index"), "SECRET_KEY": "k" * 64, **more}
        return settings({f"ARCHIVE_{name}": value for name, value in given.items()})

    def app(self, **more: str) -> Flask:
        """The web application over this archive, on its database connections: whoever closes the archive closes them."""
        from archive_app import create_app

        return create_app(self.settings(**more), engine=self.engine)


_FILLED: dict[Callable[[Archive], object], Path] = {}


def filled(archive: Archive, fill: Callable[[Archive], object]) -> Archive:
    """`fill(archive)` on an empty archive: done once a process, then copied, so that each test has one of its own to change. `fill` takes
    nothing but the archive, and gives nothing that a test needs. On PostgreSQL it is done each time."""
    if archive.engine.dialect.name != "sqlite":
        fill(archive)
    elif fill in _FILLED:
        archive.engine.dispose()
        shutil.copytree(_FILLED[fill], archive.folder, dirs_exist_ok=True)
    else:
        fill(archive)
        archive.engine.dispose()  # which brings all that was written into the one file
        _FILLED[fill] = Path(mkdtemp(prefix="filled-"))
        atexit.register(shutil.rmtree, _FILLED[fill], ignore_errors=True)
        shutil.copytree(archive.folder, _FILLED[fill], dirs_exist_ok=True)
    return archive
