"""What the page of a testimony needs so that its recordings can be played and looked at: tapes on one time line, what is marked on it,
captions, pictures and documents.

Pure: made from readings, times in ms on the testimony's time line. What may not live here: sentences, addresses and HTML (templates), what
happens while something plays (static/player.js).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive_app.access.readings import Block, Copy, Recording, Segment, Testimony, Transcript, TranscriptHead
from archive_app.exchange.blocks import has_times, timed
from archive_app.web import charts

LEAD_MS = 2_000
"""A moment is heard from so long before it."""
PLAYED, LOOKED_AT = ("audio", "video"), ("image", "document")
UNTIMED = "summary"
"""The kind of transcript that has no times as a rule."""
NO_TIME = "-"
BEYOND = "\uffff"
"""Letters after this one are two to a browser, which counts in UTF-16."""


@dataclass(frozen=True)
class Tape:
    """A recording with the copy that is played. `opens_ms`: where in it the page opens, None where that is in another;
    `captions`: transcripts whose words can be shown with it."""

    recording: Recording
    copy: Copy
    opens_ms: int | None
    captions: tuple[TranscriptHead, ...]

    @property
    def length_ms(self) -> int:
        return self.recording.duration_ms or 0

    @property
    def end_ms(self) -> int:
        return self.recording.offset_ms + self.length_ms


@dataclass(frozen=True)
class Player:
    """`tapes` follow each other on one time line of `length_ms`; `apart`: recordings of a time that one of the tapes has too, played by
    themselves; `waiting`: those of which no copy is made yet. `opens_ms`: where on the line the page opens. `points`, `hits`, `gaps`: marks
    on a line of 1000 units; `found`: numbers of the segments with words that were asked for. `withheld_ms`: length of what is withheld."""

    tapes: tuple[Tape, ...]
    apart: tuple[Tape, ...]
    waiting: tuple[Recording, ...]
    length_ms: int
    opens_ms: int
    points: tuple[charts.Tick, ...]
    hits: tuple[charts.Tick, ...]
    gaps: tuple[charts.Tick, ...]
    found: tuple[int, ...]
    withheld_ms: int

    @property
    def has_peaks(self) -> bool:
        """Whether a waveform can be drawn."""
        return any(each.recording.copy("peaks") for each in self.tapes)


def player(testimony: Testimony, read: Sequence[Transcript], at_ms: int | None, found: Collection[int] = ()) -> Player | None:
    """The player of a testimony; None where nothing of it is played. `read`: the transcripts that the page shows, the first with the
    segments `found`; `at_ms`: the moment that the page is opened at."""
    played = sorted((each for each in testimony.recordings if each.kind in PLAYED), key=lambda each: each.offset_ms)
    if not played:
        return None
    every = [Tape(each, each.shown, None, _captions(each, testimony.transcripts, read)) for each in played if each.shown]
    first = {each.recording.offset_ms: each for each in reversed(every)}
    line = list(first.values())[::-1]
    opens, length = _opens(line, at_ms), max((each.end_ms for each in line), default=0)
    said = {block.n: block.start_ms for block in read[0].blocks} if read else {}
    gaps = spans(played)
    return Player(
        tapes=tuple(_opened(line, opens)), apart=tuple(each for each in every if each not in line),
        waiting=tuple(each for each in played if each.shown is None), length_ms=length, opens_ms=opens,
        points=_ticks((point.start_ms for point in testimony.index_points), length), hits=_ticks((said.get(n) for n in found), length),
        gaps=charts.ticks([(start, min(end, length)) for start, end in gaps if start < length], length),
        found=tuple(sorted(found)), withheld_ms=sum(end - start for start, end in gaps))


def _under(tapes: Sequence[Tape], moment: int) -> Tape | None:
    """The tape that has this moment: the last that has begun."""
    return next((each for each in reversed(tapes) if each.recording.offset_ms <= moment), tapes[0] if tapes else None)


def _opens(tapes: Sequence[Tape], at_ms: int | None) -> int:
    """Where the player is opened for `?t=`: a little before, but on the same tape."""
    tape = _under(tapes, at_ms or 0)
    return max(tape.recording.offset_ms, min(at_ms or 0, tape.end_ms) - LEAD_MS) if tape else 0


def _opened(tapes: Sequence[Tape], opens: int) -> Iterator[Tape]:
    tape = _under(tapes, opens)
    for each in tapes:
        yield replace(each, opens_ms=opens - each.recording.offset_ms) if each is tape else each


def _ticks(moments: Iterable[int | None], length: int) -> tuple[charts.Tick, ...]:
    return charts.ticks([(each, each) for each in sorted({each for each in moments if each is not None and each < length})], length)


def spans(recordings: Iterable[Recording]) -> list[tuple[int, int]]:
    """What is withheld of recordings, in order and without overlaps, as far as they reach."""
    found: list[tuple[int, int]] = []
    each_span = ((max(start, each.offset_ms), min(end, each.offset_ms + (each.duration_ms or 0)))
                 for each in recordings for start, end in each.withheld)
    for start, end in sorted(each_span):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def starts(transcript: Transcript) -> str:
    """When each block begins, in ms, in order of their numbers and with a space between; `-` without a time. '' where none has one."""
    if not has_times(transcript):
        return ""
    return " ".join(NO_TIME if block.start_ms is None else str(block.start_ms) for block in transcript.blocks)


def word_times(transcript: Transcript) -> dict[int, str]:
    """n of a segment -> when its words begin, where its source says: for each word `letters:ms`, both counted from the word before, for
    the first from the beginning of the segment and of its text; letters as browsers count them (UTF-16)."""
    return {block.n: " ".join(_steps(block)) for block in transcript.blocks if isinstance(block, Segment) and block.words}


def _steps(block: Segment) -> Iterator[str]:
    letters, moment, wide = 0, block.start_ms or 0, max(block.text, default="") > BEYOND
    for at, start_ms in block.words:
        skipped = len(block.text[letters:at].encode("utf-16-le")) // 2 if wide else at - letters
        yield f"{skipped}:{start_ms - moment}"
        letters, moment = at, start_ms


def looked_at(testimony: Testimony) -> tuple[Recording, ...]:
    """Its pictures and documents, in order."""
    return tuple(each for each in testimony.recordings if each.kind in LOOKED_AT)


def during(transcript: Transcript, recording: Recording) -> Transcript:
    """What of a transcript is spoken in one recording, with times from its beginning: what a browser shows beside it as captions.

    A block that reaches over an edge ends there. Nothing is left of a transcript without times."""
    start, end = recording.offset_ms, recording.offset_ms + (recording.duration_ms or 0)
    blocks: list[Block] = []
    for block, begins, ends in timed(transcript, "vtt") if has_times(transcript) else ():
        if begins < end and ends > start:
            blocks.append(replace(block, start_ms=max(begins, start) - start, end_ms=min(ends, end) - start))
    return replace(transcript, blocks=tuple(blocks))


def _captions(recording: Recording, heads: Iterable[TranscriptHead], read: Sequence[Transcript]) -> tuple[TranscriptHead, ...]:
    """Transcripts with words in this recording; of those that the page has not read, all that have times as a rule."""
    known = {each.head.n: any(_spoken(block, recording) for block in each.blocks) for each in read}
    return tuple(each for each in heads if known.get(each.n, each.kind != UNTIMED))


def _spoken(block: Block, recording: Recording) -> bool:
    end = recording.offset_ms + (recording.duration_ms or 0)
    return block.start_ms is not None and block.start_ms < end and (block.end_ms or block.start_ms + 1) > recording.offset_ms
