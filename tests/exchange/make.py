"""Readings made by hand for the tests of formats: fictional, and never more than what a test needs."""

from __future__ import annotations

from archive_app.access import readings
from archive_app.exchange.cues import Cue


def withheld(length_ms: int | None) -> str:
    return "Words are withheld here." if length_ms is None else f"{length_ms // 1000} seconds are withheld here."


def transcript(
    *blocks: tuple[int | None, int | None, str, str] | tuple[int | None, int | None], language: str = "en"
) -> readings.Transcript:
    """A transcript of (start, end, speaker, words) and, for withheld words, (start, end)."""
    made: list[readings.Block] = []
    for n, block in enumerate(blocks, 1):
        if len(block) == 2:
            made.append(readings.Withheld(n, *block))
        else:
            made.append(readings.Segment(n, block[0], block[1], block[2], block[3], language))
    return readings.Transcript(readings.TranscriptHead(1, language, "verbatim"), tuple(made))


def from_cues(cues: tuple[Cue, ...], language: str = "") -> readings.Transcript:
    """The reading that a viewer who may read everything gets of these cues."""
    blocks = (
        readings.Segment(n, cue.start_ms, cue.end_ms, cue.speaker, cue.text, language, cue.id) for n, cue in enumerate(cues, 1)
    )
    return readings.Transcript(readings.TranscriptHead(1, language, "verbatim"), tuple(blocks))
