"""How copies are made for reading: a table of recipes, the key by which a copy is found, and the one way to make one.

A copy is found by what it leaves out. A recipe whose result changes gets a new version, and with it every key. What may not live here:
who may have a copy (access), where it is written down (records), when it is made (jobs).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts, Span, joined
from archive_app.storage.fence import MIB, Limits, run

FOREVER_MS = 10_000 * 3_600_000
DAY_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Recipe:
    """`layers`: what a copy shows, so who may have it. `cut_by`: the cuts that change it. `pace`: seconds it may take for each second
    of the original, over `limits.seconds`; `weight`: bytes it may write for each."""

    layers: tuple[str, ...]
    function: str
    media_type: str
    version: int
    limits: Limits
    cut_by: tuple[str, ...] = ()
    pace: float = 0.0
    weight: int = 0


RECIPES = {
    "sound": Recipe(("audio",), "make_sound", "audio/mp4", 1, Limits(60, 400 * MIB), ("sound",), 0.5, 40_000),
    "peaks": Recipe(("audio",), "make_peaks", "application/json", 1, Limits(60, 400 * MIB), ("sound",), 0.25),
    "film": Recipe(("video", "audio"), "make_film", "video/mp4", 1, Limits(120, 1200 * MIB), ("sound", "picture"), 6.0, 2_000_000),
    "poster": Recipe(("video",), "make_poster", "image/jpeg", 1, Limits(120, 800 * MIB), ("picture",), 1.0),
    "preview": Recipe(("image",), "make_preview", "image/jpeg", 1, Limits(60, 800 * MIB)),
    "page": Recipe(("document",), "make_pages", "image/jpeg", 1, Limits(1800, 800 * MIB)),
}


@dataclass(frozen=True)
class Made:
    """A file of a copy. `part`: the page, from 1; 0 where there is one file. `facts`: what can be told of it: width, height, duration_ms,
    loudness_lufs (None for silence), text of the page."""

    path: Path
    part: int
    media_type: str
    facts: dict[str, object]


def key(original: str, recipe: str, sound: Iterable[Span] = (), picture: Iterable[Span] = ()) -> str:
    """The name of a copy: SHA-256 over the digest of the original, the recipe with its version, and the cuts that change it.

    Equal cuts in any order or division give equal keys. Raises Invalid for a recipe that is none.
    """
    how = _recipe(recipe)
    cuts = {"sound": joined(sound), "picture": joined(picture)}
    named = {"original": original, "recipe": recipe, "version": how.version, "cuts": {part: cuts[part] for part in how.cut_by}}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def make(recipe: str, original: Path, folder: Path, cuts: Cuts | None = None, duration_ms: int | None = None) -> tuple[Made, ...]:
    """Make a copy of `original` into an empty `folder`; several files where there are several pages, in order.

    `duration_ms` is the recording's, as it was probed: it bounds the time this may take. Raises Invalid("recording") with the reason.
    """
    how, cuts = _recipe(recipe), _to_the_end(cuts or Cuts(), duration_ms)
    arguments = {"source": str(original.absolute()), "folder": str(folder.absolute()), "cuts": cuts.plain()}
    found = run(how.function, arguments, _limits(how, duration_ms), "recording", "the original").found
    first = 1 if recipe == "page" else 0
    return tuple(Made(folder / each["file"], part, how.media_type, each["facts"]) for part, each in enumerate(found, first))


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise Invalid("recipe", f"{name} is no recipe")
    return RECIPES[name]


def _limits(how: Recipe, duration_ms: int | None) -> Limits:
    seconds = min(DAY_MS, DAY_MS if duration_ms is None else duration_ms) // 1000 + 1
    return Limits(how.limits.seconds + round(how.pace * seconds), how.limits.memory, 64 * MIB + how.weight * seconds)


def _to_the_end(cuts: Cuts, duration_ms: int | None) -> Cuts:
    """A cut that reaches the end of the recording reaches the end of the file, also where a last packet is longer than it says."""
    def reaching(spans: Iterable[Span]) -> list[Span]:
        return [(start, FOREVER_MS if duration_ms is not None and end >= duration_ms else end) for start, end in spans]

    return Cuts.of(reaching(cuts.sound), reaching(cuts.picture))
