"""The sounds of the sample archive: where somebody speaks in the transcript, a soft row of tones; where nobody does, silence.

No voice is recorded, imitated or generated. A tone stands for a word or two of the words that are spoken then, so that one hears where one
is: narrators high, interviewers low, a question rises, a sentence comes to rest. The same arguments give the same samples. What may not
live here: which file is made of what (sample_media), pictures.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy

from archive_app.exchange.cues import Cue

RATE = 12_000
"""Samples a second: no tone here reaches 2,000 Hz."""
STEPS = (0, 3, 5, 7, 10, 12, 15)
"""Semitones of the scale (a minor pentatonic) over the lowest tone of a speaker."""
SHORTEST_MS, FADE_MS = 480, 140
LOUDNESS = 0.16
ASKED = ("?", "؟", "՞")
ENCODERS = {
    ".ogg": ("libopus", {"b": "5000", "vbr": "on", "application": "audio", "frame_duration": "60", "compression_level": "10"}),
    ".mp3": ("libmp3lame", {"b": "8000"}),
}
PLAIN = {"fflags": "bitexact"}


def samples(cues: Sequence[Cue], length_ms: int, root_hz: float, seed: str) -> Any:
    """The sound of a whole interview as float samples in -1 to 1; `root_hz`: the narrator's lowest tone. Between cues it is all zeros."""
    draw = random.Random(seed)
    counted = Counter(cue.speaker for cue in cues)
    narrator = counted.most_common(1)[0][0]
    sound = numpy.zeros(length_ms * RATE // 1000)
    for cue in cues:
        told = cue.speaker == narrator
        level, lowest = (LOUDNESS, root_hz) if told else (0.8 * LOUDNESS, root_hz / 2)
        for start_ms, end_ms, step in _notes(cue, draw):
            tone = level * _tone(lowest * 2 ** (step / 12), end_ms - start_ms)
            at = start_ms * RATE // 1000
            sound[at:at + len(tone)] += tone[:max(0, len(sound) - at)]
    return sound


def unwritten(length_ms: int, seed: str) -> list[Cue]:
    """Cues without words, for a recording that nobody has transcribed yet."""
    draw = random.Random(seed)
    cues, at = list[Cue](), 1_500
    while at < length_ms - 5_000:
        until = min(at + draw.randrange(3_000, 8_000), length_ms - 1_000)
        cues.append(Cue(at, until, "la " * ((until - at) // 350), "narrator"))
        at = until + draw.randrange(500, 2_000)
    return cues


def _notes(cue: Cue, draw: random.Random) -> Iterator[tuple[int, int, int]]:
    """(start and end in ms, semitones over the lowest tone) of each tone of a cue; the last ends with it."""
    if cue.start_ms is None or cue.end_ms is None:
        return
    starts = list(_starts(cue))
    at = draw.randrange(2, 4)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else cue.end_ms
        at = min(len(STEPS) - 1, max(0, at + draw.choice((-2, -1, -1, 1, 1, 2))))
        if number == len(starts) - 1:
            at = len(STEPS) - 2 if cue.text.rstrip("»”\" ").endswith(ASKED) else 0
        yield start, end, STEPS[at]


def _starts(cue: Cue) -> Iterator[int]:
    """When tones begin: with a word, and not sooner than SHORTEST_MS after the one before or before the end. Where the words have no times
    of their own, they take as long as they have letters."""
    begin, end = cue.start_ms or 0, cue.end_ms or 0
    each_letter = (end - begin) / max(1, len(cue.text))
    times = [time for _, time in cue.words]
    if not times:
        places = [0, *(at + 1 for at, letter in enumerate(cue.text) if letter == " ")]
        times = [begin + round(place * each_letter) for place in places]
    least = SHORTEST_MS * 3 // 5 if cue.words else SHORTEST_MS
    last = None
    for time in times:
        if last is None or (time - last >= least and end - time >= least):
            yield time
            last = time


def _tone(hertz: float, length_ms: int) -> Any:
    """A tone that swells softly, dies away and is silent at its end."""
    seconds = numpy.arange(length_ms * RATE // 1000) / RATE
    shape = numpy.minimum(1, seconds / 0.06) * numpy.exp(-1.4 * seconds) * numpy.clip((length_ms / 1000 - seconds) / (FADE_MS / 1000), 0, 1)
    turns = 2 * numpy.pi * hertz * seconds
    return shape * (numpy.sin(turns) + 0.16 * numpy.sin(2 * turns) + 0.05 * numpy.sin(3 * turns))


def write_sound(path: Path, sound: Any) -> None:
    """Encode float samples as the ending of `path` says (a key of ENCODERS), with no date, name or program in it."""
    codec, options = ENCODERS[path.suffix]
    with av.open(str(path), "w", options=PLAIN) as out:
        track = out.add_stream(codec, rate=RATE, options=options, layout="mono")
        for packet in encoded(track, sound):
            out.mux(packet)


def encoded(track: Any, sound: Any) -> Iterator[Any]:
    """The packets of a track of an opened container."""
    track.codec_context.flags |= int(av.codec.context.Flags.bitexact)
    plain = numpy.round(32_767 * numpy.clip(sound, -1, 1)).astype("<i2").reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(plain, format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    fitting = av.AudioResampler(format=track.codec_context.format, layout="mono", rate=track.codec_context.sample_rate)
    for piece in fitting.resample(frame):
        yield from track.encode(piece)
    yield from track.encode(None)
