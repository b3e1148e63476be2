"""What the proofs share: archives in folders of their own under a clock that stands still, and pairs of them that are built once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from archive_app import clock, ids
from archive_app.records.base import open_engine
from tests.factories.archives import Archive
from tests.promises import crawl, doors, worlds
from tests.promises.crawl import Ask, Visitor
from tests.promises.doors import Furnished, House
from tests.promises.mutations import MUTATIONS, Mutation
from tests.promises.oracle import Who
from tests.promises.worlds import World


@dataclass
class Making:
    """Builds archives below a folder; every engine is closed at the end."""

    folder: Path
    empty: Path

    def __post_init__(self) -> None:
        self._made: list[Archive] = []

    def archive(self) -> Archive:
        folder = self.folder / f"archive{len(self._made)}"
        folder.mkdir(parents=True)
        shutil.copy(self.empty, folder / "archive.sqlite3")
        self._made.append(Archive(open_engine(f"sqlite:///{folder / 'archive.sqlite3'}"), folder))
        return self._made[-1]

    def copied(self, folder: Path) -> Archive:
        """An archive like the one in this folder."""
        to = self.folder / f"archive{len(self._made)}"
        shutil.copytree(folder, to)
        self._made.append(Archive(open_engine(f"sqlite:///{to / 'archive.sqlite3'}"), to))
        return self._made[-1]

    def build(self, world: World, settled: bool = True) -> Archive:
        ids.use_key(b"tests")
        clock.forget_floor()
        return worlds.build(world, self.archive(), settled)

    def close(self) -> None:
        for each in self._made:
            each.engine.dispose()


@dataclass
class Pair:
    """Two archives that must read the same for one class, and everything that is asked of both."""

    who: Who
    worlds: tuple[World, World]
    archives: tuple[Archive, Archive]

    @property
    def asks(self) -> list[Ask]:
        return crawl.asks(crawl.known(*self.worlds, archives=self.archives))

    def visitors(self) -> tuple[Visitor, Visitor]:
        """At both doors: a fresh application over each archive."""
        one, other = (crawl.visitor(archive, crawl.web(archive), self.who) for archive in self.archives)
        return one, other


@pytest.fixture(scope="module")
def making(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Making]:
    """Archives for the tests of a module."""
    made = Making(tmp_path_factory.mktemp("worlds"), empty_database)
    with time_machine.travel(worlds.NOW, tick=False):
        yield made
    made.close()


@pytest.fixture(scope="module")
def pair(making: Making) -> Callable[..., Pair]:
    """pair(who, seed, mutation, ...): the archive of a seed and its twin; archives are built once a module."""
    bases: dict[tuple[int, int], Archive] = {}

    def of(who: str, seed: int, mutation: Mutation | str, count: int = 6, settled: bool = True) -> Pair:
        base, twin = twins(who, seed, mutation, count)
        if (seed, count) not in bases:
            bases[seed, count] = making.build(base)
        return Pair(worlds.VIEWERS[who], (base, twin), (bases[seed, count], making.build(twin, settled)))

    return of


def twins(who: str, seed: int, mutation: Mutation | str, count: int = 6) -> tuple[World, World]:
    """The world of a seed, and one that reads the same for this class."""
    base, viewer = worlds.world(seed, count), worlds.VIEWERS[who]
    change = MUTATIONS[mutation] if isinstance(mutation, str) else mutation
    twin = change(viewer, base, random.Random(seed))
    assert twin is not None, f"nothing of this kind to change for {who} in world {seed}"
    return base, twin


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Furnished:
    """An archive with something behind every address of both doors, to be copied."""
    ids.use_key(b"tests")
    clock.forget_floor()
    made = Making(tmp_path_factory.mktemp("furnished"), empty_database)
    with time_machine.travel(worlds.NOW, tick=False):
        return doors.furnished(made.archive())


@pytest.fixture(scope="module")
def house(furnished: Furnished, making: Making) -> House:
    """A copy of it, with its doors open."""
    ids.use_key(b"tests")
    clock.forget_floor()
    return doors.house(furnished, making.copied(furnished.folder))
