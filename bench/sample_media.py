"""The recordings, drawings and papers of the sample archive, made anew: every byte of archive_app/sample/recordings comes from here.

    .venv/bin/python bench/sample_media.py               # --to archive_app/sample/recordings
    .venv/bin/python bench/sample_media.py valley.png    # only this one

Everything is generated: tones whose rhythm follows the transcripts, lines of a trembling pen. Nobody's voice, face or handwriting is in it.
With the libraries of setup.cfg and the fonts of DejaVu the same bytes come out each time. Run it after changing the times of a transcript.
What may not live here: how sounds, lines and papers are made (sample_sounds, sample_drawings, sample_prints, sample_film, sample_papers).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import sample_drawings as drawings  # beside this file
import sample_papers as papers
import sample_prints as prints
from sample_film import film
from sample_sounds import RATE, samples, unwritten, write_sound

from archive_app.exchange.cues import Cue
from archive_app.exchange.formats import parse_transcript

SAMPLE = Path(__file__).resolve().parents[1] / "archive_app" / "sample"
MOST_BYTES = 1_500_000
"""Of all files together: they are in every copy of the program."""
TAPES = {"bell-rope-1a.ogg": (0, 261_000), "bell-rope-1b.ogg": (261_000, 534_000), "bell-rope-2a.ogg": (534_000, 733_020)}
"""What of the long interview each tape holds, in ms: they change where nobody speaks."""
TAIL_MS = 1_980
TOLD = {
    "lamp-on-the-stair.ogg": ("transcripts/lamp-on-the-stair.az.vtt", 196.0),
    "courtyard-well.ogg": ("transcripts/courtyard-well.ar.vtt", 174.6),
    "radio-at-midnight.mp3": ("transcripts/radio-at-midnight.en.json", 233.1),
    "ferry-timetable.ogg": ("transcripts/ferry-timetable.ru.vtt", 146.8),
    "cold-stove.ogg": ("transcripts/cold-stove.ru.vtt", 164.8),
}
"""Which transcript gives the rhythm, and the narrator's lowest tone in hertz."""
LONG, FILMED = ("bell-rope-on-the-quay.xml", 220.0), ("transcripts/bread-on-the-lorry.tr.csv", 207.7)
UNWRITTEN_MS, UNWRITTEN_HZ = 42_000, 185.0


def cues(name: str) -> tuple[Cue, ...]:
    """The cues of a transcript of the sample."""
    return parse_transcript(name, (SAMPLE / name).read_bytes()).cues


def _length(several: tuple[Cue, ...]) -> int:
    return max(cue.end_ms or 0 for cue in several) + TAIL_MS


def tape(span: tuple[int, int], path: Path) -> None:
    """A stretch of the long interview."""
    whole = samples(cues(LONG[0]), max(end for _, end in TAPES.values()), LONG[1], LONG[0])
    write_sound(path, whole[span[0] * RATE // 1000:span[1] * RATE // 1000])


def told(transcript: str, root_hz: float, path: Path) -> None:
    """The sound of an interview of one tape."""
    spoken = cues(transcript)
    write_sound(path, samples(spoken, _length(spoken), root_hz, transcript))


def received(path: Path) -> None:
    """A recording that nobody has written down yet."""
    write_sound(path, samples(unwritten(UNWRITTEN_MS, path.stem), UNWRITTEN_MS, UNWRITTEN_HZ, path.stem))


def filmed(path: Path) -> None:
    """The interview that was filmed."""
    spoken = cues(FILMED[0])
    film(path, samples(spoken, _length(spoken), FILMED[1], FILMED[0]))


MADE: Mapping[str, Callable[[Path], None]] = {
    **{name: partial(tape, span) for name, span in TAPES.items()}, **{name: partial(told, *how) for name, how in TOLD.items()},
    "roof-of-the-mill.ogg": received, "bread-on-the-lorry.webm": filmed, "quay.png": drawings.quay, "valley.png": drawings.valley,
    "two-chairs.png": drawings.chairs, "lamp.jpg": prints.lamp, "buttons.jpg": prints.buttons, "school-list.pdf": papers.school_list,
    "plan-of-tessen.pdf": papers.plan}
"""Every file, and what makes it."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the recordings, drawings and papers of the sample archive.")
    parser.add_argument("--to", type=Path, default=SAMPLE / "recordings", help="the folder for them")
    parser.add_argument("files", nargs="*", help=f"which ones, of {', '.join(MADE)} (all)")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    for name in given.files or MADE:
        MADE[name](given.to / name)
        print(f"{(given.to / name).stat().st_size:9,} {name}")
    whole = sum(file.stat().st_size for file in given.to.iterdir())
    print(f"{whole:9,} bytes in all")
    if whole > MOST_BYTES:
        raise SystemExit(f"That is more than {MOST_BYTES:,}.")


if __name__ == "__main__":
    main()
