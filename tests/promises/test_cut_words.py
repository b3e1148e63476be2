"""What is withheld in words is silent in sound, and what is silent is withheld: measured on recordings with one tone a cue.

The cues are those of real interviews (skipped where they are not there); the tones are made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy
import pytest

from archive_app.access.readings import Transcript, Withheld
from archive_app.exchange.cues import Cue
from archive_app.exchange.times import clock
from archive_app.exchange.webvtt import parse
from tests.factories.archives import Archive
from tests.factories.shared import data_folder
from tests.factories.sounds import heard, recording

LENGTH_MS = 105_000
EDGE_MS = 250
"""A guard is cut on both sides of what is withheld: the edges of the neighbours say nothing."""
SILENT = 10 ** (-80 / 20) * 32768
NUMBERS = ("01", "07", "13", "19", "25", "31", "37", "43", "49", "55")


def timed(number: str) -> list[Cue]:
    """The cues of a real interview up to LENGTH_MS."""
    cues = parse((data_folder() / "timed" / f"timed-{number}.vtt").read_bytes()).cues
    return [cue for cue in cues if cue.end_ms is not None and cue.end_ms <= LENGTH_MS]


def as_vtt(cues: Sequence[Cue], later_ms: int = 0) -> str:
    blocks = [f"{clock((cue.start_ms or 0) + later_ms)} --> {clock((cue.end_ms or 0) + later_ms)}\n{cue.text}" for cue in cues]
    return "WEBVTT\n\n" + "\n\n".join(blocks).replace("&", "&amp;").replace("<", "&lt;") + "\n"


def bring(archive: Archive, cues: Sequence[Cue], later_ms: int = 0) -> None:
    archive.write("told.vtt", as_vtt(cues, later_ms))
    report = archive.bring({"identifier": "told", "title": "Told", "transcripts": "told.vtt|en|verbatim", "media": "told.wav|Tape 1",
                            "restrictions": "60000-90000|words|staff|names a third person"})
    assert {row.result for row in report.rows} <= {"created", "updated", "narrowed"}, report.rows
    archive.derive()


def public(archive: Archive, tmp_path: Path) -> tuple[Transcript, numpy.ndarray]:
    """What anybody reads, and the samples of what anybody hears (48 kHz)."""
    with archive.room() as room:
        words = room.transcript("told", 1)
        shown = room.testimony("told").recordings[0].shown
        assert shown is not None
        media = room.media(shown.id)
    path = tmp_path / "copy.mp4"
    with archive.vault.open(media.digest) as stream:
        path.write_bytes(stream.read())
    return words, heard(path)


def level(samples: numpy.ndarray, start_ms: int, end_ms: int) -> float:
    """The loudest sample of a stretch."""
    return float(numpy.abs(samples[start_ms * 48:end_ms * 48].astype(numpy.int64)).max())


def made(archive: Archive, cues: Sequence[Cue]) -> None:
    tones = [(cue.start_ms or 0, cue.end_ms or 0, 200 + 37 * (n % 40)) for n, cue in enumerate(cues)]
    recording(archive.incoming / "told.wav", tones, duration_ms=LENGTH_MS)


@pytest.mark.parametrize("number", [each if each == "01" else pytest.param(each, marks=pytest.mark.slow) for each in NUMBERS])
def test_words_and_sound_agree_both_ways(archive: Archive, tmp_path: Path, number: str) -> None:
    cues = timed(number)
    made(archive, cues)
    bring(archive, cues)
    words, samples = public(archive, tmp_path)
    shown = {(block.start_ms, block.end_ms) for block in words.blocks if not isinstance(block, Withheld)}
    readable = [cue for cue in cues if (cue.start_ms, cue.end_ms) in shown]
    withheld = [cue for cue in cues if (cue.start_ms, cue.end_ms) not in shown]
    assert len(withheld) >= 3 and len(readable) >= 3
    for cue in withheld:
        assert level(samples, cue.start_ms or 0, cue.end_ms or 0) <= SILENT, cue.start_ms
    for cue in readable:
        assert level(samples, (cue.start_ms or 0) + EDGE_MS, (cue.end_ms or 0) - EDGE_MS) > 1000, cue.start_ms


@pytest.mark.slow
@pytest.mark.parametrize("later_ms", [3_000, 10_000])
def test_retiming_never_brings_a_withheld_word_back(archive: Archive, tmp_path: Path, later_ms: int) -> None:
    cues = timed("01")
    made(archive, cues)
    bring(archive, cues)
    before, _ = public(archive, tmp_path)
    readable = {block.text for block in before.blocks if not isinstance(block, Withheld)}
    kept = [cue for cue in cues if (cue.end_ms or 0) + later_ms <= LENGTH_MS]
    hidden = [cue for cue in kept if cue.text not in readable]
    bring(archive, kept, later_ms)
    words, samples = public(archive, tmp_path)
    shown = " ".join(block.text for block in words.blocks if not isinstance(block, Withheld))
    for cue in hidden:
        assert cue.text not in shown
        assert level(samples, (cue.start_ms or 0) + later_ms, (cue.end_ms or 0) + later_ms) <= SILENT
    assert level(samples, 60_000, 90_000) <= SILENT
