"""Files that an archive must not take as they come, one by one with the reason, and those of which it may take only what is seen or heard.

The set stands apart from any code that reads it: what is refused was decided from what the file is. Everything is made at test time, is the
same each time, and is small on disk. Nothing here does harm by lying there; several would, if they were opened without limits: read them in
a process of its own, with bounds on memory and time. What may not live here: how each is made (`hostile_*.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.factories import hostile_cuts as cuts
from tests.factories import hostile_documents as documents
from tests.factories import hostile_names as names
from tests.factories import hostile_pictures as pictures
from tests.factories import hostile_polyglots as both
from tests.factories import hostile_sounds as sounds
from tests.factories import hostile_texts as texts
from tests.factories.plain_files import picture, plain_files

Expect = Literal["refused", "pixels only", "name unused"]


@dataclass(frozen=True)
class Hostile:
    """One file: what it is called here, where it lies, why it is hostile, and what becomes of it.

    `expect`: "refused"; "pixels only": may be taken, and `payload` stands in nothing that is made from it; "name unused": may be taken, and
    `stated_name` is never used as a path, an argument or markup. `stated_name` is what an upload or a manifest calls it: the name of the
    file unless the name is what is wrong. `kind` is the group. Not every `path` is a regular file (kind "not a file").
    """

    name: str
    path: Path
    why: str
    expect: Expect
    kind: str
    stated_name: str
    payload: bytes = b""


GROUPS: dict[str, tuple[Callable[[], Iterable[tuple[str, bytes, str]]], ...]] = {
    "empty": (cuts.empty,),
    "only a head": (cuts.only_heads,),
    "cut": (cuts.cut,),
    "nothing in it": (cuts.nothing_in_it,),
    "wrong ending": (texts.wrong_names,),
    "drawn text": (texts.drawn_texts,),
    "vector": (texts.vectors,),
    "playlist": (texts.playlists,),
    "subtitles": (texts.subtitles,),
    "program": (texts.programs,),
    "page": (texts.pages,),
    "lying sound": (sounds.wavs, sounds.mp4s, sounds.matroskas, sounds.tagged),
    "lying duration": (sounds.durations,),
    "picture bomb": (pictures.pngs, pictures.gifs, pictures.tiffs, pictures.webps, pictures.jpegs, pictures.others),
    "document": (documents.pdfs, documents.docxs),
    "archive": (documents.archives,),
}
UNDECODABLE = ("empty", "only a head", "cut", "nothing in it", "wrong ending", "subtitles", "program", "page")
"""The groups in which no library finds a frame, a pixel or a page; the others are refused for what they ask for, or where they point."""


def hostile_files(folder: Path) -> list[Hostile]:
    """Makes them all in `folder` (below `drop/`; `outside/` is what none may reach) and says what each is. Names are unique."""
    drop, outside = folder / "drop", folder / "outside"
    drop.mkdir(parents=True)
    outside.mkdir()
    _neighbours(drop)
    return [*_refused(drop), *_not_files(drop, outside), *_polyglots(drop), *_named(drop)]


def _neighbours(drop: Path) -> None:
    """Other people's valid files in the same folder, which some of the hostile ones play."""
    for ending in ("wav", "mp4"):
        (drop / f"neighbour.{ending}").write_bytes(plain_files()[ending])
    for number in range(1, 4):
        (drop / f"neighbour-{number:03d}.png").write_bytes(picture("png", seed=number))


def _refused(drop: Path) -> Iterator[Hostile]:
    for kind, groups in GROUPS.items():
        for group in groups:
            for name, data, why in group():
                (drop / name).write_bytes(data)
                yield Hostile(name, drop / name, why, "refused", kind, name)


def _not_files(drop: Path, outside: Path) -> Iterator[Hostile]:
    for name, why in names.not_files(drop, outside):
        yield Hostile(name, drop / name, why, "refused", "not a file", name)


def _polyglots(drop: Path) -> Iterator[Hostile]:
    for name, data, why, payload in both.polyglots():
        (drop / name).write_bytes(data)
        yield Hostile(name, drop / name, why, "pixels only", "polyglot", name, payload)


def _named(drop: Path) -> Iterator[Hostile]:
    stated: list[tuple[Expect, list[tuple[str, str, str]]]] = [("refused", names.REFUSED_NAMES), ("name unused", names.UNUSED_NAMES)]
    for expect, rows in stated:
        for label, name, why in rows:
            path = drop / f"named-{label}.wav"
            path.write_bytes(plain_files()["wav"])
            yield Hostile(path.name, path, f"its name {why}", expect, "name", name)
