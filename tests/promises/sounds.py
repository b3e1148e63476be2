"""Recordings for the proofs: a byte a millisecond, copied by a maker that does what the real one does and takes no time.

What is heard and seen of a testimony is its own, and inside the spans of `Told.sounds` and `Told.pictures` something else. The fake maker
keeps the law of the real one (tests/storage): what lies in a cut is zero before anything is measured. Two files that differ differ in length too, as
real ones do. What may not live here: who may hear what.
"""

from __future__ import annotations

import hashlib
import io
import json
import wave
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive_app.actions import preparing
from archive_app.jobs import deriving
from archive_app.storage.cuts import GUARD_MS, Cuts
from archive_app.storage.probe import Probed
from archive_app.storage.recipes import RECIPES, Made
from tests.promises.oracle import Told

LENGTH_MS = 60_000
HEADER = 44
FILM, PAGE, PHOTO = b"FILM", b"PAGE", b"PHOTO"
FRAME_MS = 500
Spans = tuple[tuple[int, int, str], ...]


def tape(told: Told) -> bytes:
    """A wav of 8 bit at 1,000 Hz, with a note behind it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(1000)
        made.writeframes(_track(told.id, told.sounds))
    return out.getvalue() + _note(told.sounds)


def film(told: Told) -> bytes:
    """A sound and a picture, a byte a millisecond each, with a note behind them."""
    track, picture = _track(told.id, told.sounds), _track(f"{told.id} seen", told.pictures)
    return FILM.ljust(HEADER) + track + picture + _note(told.sounds + told.pictures)


def page(told: Told) -> bytes:
    """A document of one page."""
    return PAGE.ljust(HEADER) + told.page.replace("{name}", told.name).encode()


def photo(told: Told) -> bytes:
    """A picture."""
    return PHOTO.ljust(HEADER) + _noise(told.photo, 4000)


def _track(seed: str, otherwise: Spans) -> bytes:
    samples = bytearray(_noise(seed, LENGTH_MS))
    for start, end, other in otherwise:
        samples[start:end] = _noise(other, end - start)
    return bytes(samples)


def _note(otherwise: Spans) -> bytes:
    return bytes(int.from_bytes(hashlib.sha256(repr(otherwise).encode()).digest()[:2]) % 5000)


def _noise(seed: str, length: int) -> bytes:
    """The seed itself, over and over: a word that nobody may hear can be looked for in what is served."""
    raw = f"{seed} ".encode()
    return (raw * (length // len(raw) + 1))[:length]


def probe(path: Path, column: str = "media") -> Probed:
    """What the real probe says of such files."""
    kind = {".wav": "audio", ".mp4": "video", ".jpg": "image"}.get(path.suffix, "document")
    return Probed(kind, LENGTH_MS if kind in ("audio", "video") else None)


def make(recipe: str, original: Path, folder: Path, cuts: Cuts, duration_ms: int | None) -> tuple[Made, ...]:
    """A copy: the samples and the picture with the cuts zeroed; for peaks the loudest of each second, for a poster the strangest frame."""
    whole, path = original.read_bytes()[HEADER:], folder / recipe
    path.write_bytes(MAKERS[recipe](whole, cuts))
    facts: dict[str, object] = {"text": whole.decode()} if recipe == "page" else {"duration_ms": LENGTH_MS}
    return (Made(path, int(recipe == "page"), RECIPES[recipe].media_type, facts),)


def heard(whole: bytes, cuts: Cuts) -> bytes:
    """The sound that is left of a file."""
    return _without(whole[:LENGTH_MS], cuts.sound)


def seen(whole: bytes, cuts: Cuts) -> bytes:
    """The picture that is left of a file."""
    return _without(whole[LENGTH_MS:2 * LENGTH_MS], cuts.picture)


def _without(track: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    samples = bytearray(track)
    for start, end in spans:
        start, end = max(0, start - GUARD_MS), min(len(samples), end + GUARD_MS)
        samples[start:end] = bytes(max(0, end - start))
    return bytes(samples)


def peaks(sound: bytes) -> bytes:
    """How loud each second is, measured by the loudest moment of all that is heard."""
    return measured(sound, max(sound))


def measured(sound: bytes, loudest: int) -> bytes:
    """How loud each second is, in 1/1000 of what is loudest."""
    return json.dumps([sum(sound[at:at + 1000]) * 1000 // (loudest or 1) for at in range(0, len(sound), 1000)]).encode()


def poster(picture: bytes) -> bytes:
    """The frame that is least like all the others, none that is dark."""
    frames = [frame for at in range(0, len(picture), FRAME_MS) if any(frame := picture[at:at + FRAME_MS])]
    usual = sum(map(sum, frames)) // (len(frames) or 1)
    return max(frames, key=lambda frame: abs(sum(frame) - usual), default=b"")


MAKERS: dict[str, Callable[[bytes, Cuts], bytes]] = {
    "sound": heard,
    "peaks": lambda whole, cuts: peaks(heard(whole, cuts)),
    "film": lambda whole, cuts: heard(whole, cuts) + seen(whole, cuts),
    "poster": lambda whole, cuts: poster(seen(whole, cuts)),
    "preview": lambda whole, cuts: whole,
    "page": lambda whole, cuts: b"what a page looks like",
}


@contextmanager
def quick_copies() -> Iterator[None]:
    """While this lasts, recordings are probed and copied by the makers above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "probe", probe)
        patch.setattr(deriving, "make", make)
        yield
