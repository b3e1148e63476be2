"""The neutral value of a transcript that was read, and the rules for the times of cues, in this one place.

Times are integer milliseconds on the testimony's time line. What may not live here: any format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from archive_app.errors import Invalid
from archive_app.exchange.times import LONGEST_MS, clock

FIELD = "transcripts"
BACK_MS = 1000
"""How far the clock of a transcript may step back without a word: people speak over each other."""
BEYOND_MS = 2000
"""How far a cue may reach past the end of its recording: encoders cut silence."""


@dataclass(frozen=True)
class Cue:
    """One stretch of words: times in ms or None, the plain words, who speaks ('' = not said), the id it had in its file; where the
    file times single words, (letters from the beginning of the text, start in ms) of each."""

    start_ms: int | None
    end_ms: int | None
    text: str
    speaker: str = ""
    id: str = ""
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Anchor:
    """Which words a note is about: letters `start` to `end` (not included) of the text of cue number `cue`, counted from 0. Where
    the file only marks a place, both are that place."""

    cue: int
    start: int
    end: int


@dataclass(frozen=True)
class Note:
    """A footnote: never part of the words. `mark` is its number in the file; no anchors = the words do not refer to it."""

    mark: str
    text: str
    link: str = ""
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """A transcript as read: `warnings` are sentences for whoever imports it; `language` is what the file says of itself; `kind` is
    what a transcript in this format can only be (`machine`), '' where the format does not say; `second`: the other one, where the
    file holds the words in two languages."""

    cues: tuple[Cue, ...]
    warnings: tuple[str, ...]
    language: str = ""
    kind: str = ""
    notes: tuple[Note, ...] = ()
    second: Parsed | None = None

    def in_language(self, tag: str) -> Parsed:
        """The one of the two that is in this language (to the letter, else but for script and country); else the first."""
        both = [each for each in (self, self.second) if each is not None]
        alike = [each for each in both if each.language == tag]
        alike += [each for each in both if each.language.partition("-")[0] == tag.partition("-")[0]]
        return (alike or both)[0]


def check_times(cues: Sequence[Cue], duration_ms: int | None, tapes: Sequence[int] = ()) -> Parsed:
    """The cues as they may be kept. `duration_ms` is the length of all recordings joined (None = none kept), `tapes` the length
    of each in tape order where known.

    Overlap is kept. After a mark of a new tape a clock that starts again is moved behind the tape before. An end before its start
    becomes the next cue's start, with a warning; an end that was never given does so without one (the last one's is the
    recording's end, or stays unknown). A clock that goes back by more than 1 s without a mark, and a cue more than 2 s past the
    recording's end, raise Invalid("transcripts", ...).
    """
    for number, cue in enumerate(cues, 1):
        if max(cue.start_ms or 0, cue.end_ms or 0) > LONGEST_MS:
            raise Invalid(FIELD, f"{_called(number, cue)} has a time beyond ten thousand hours: this file is damaged.")
    placed = _on_one_line(cues, tapes)
    ended, backward = _with_ends(placed, duration_ms)
    beyond = _beyond(ended, duration_ms)
    return Parsed(tuple(ended), tuple(sentence for sentence in (backward, beyond) if sentence))


_TAPE = r"(?:tape|audio|side|reel|cassette|disc|disk|file|recording|track)"
_NEW_TAPE = re.compile(
    rf"[\[(]\s*(?:end|start|beginning|begin)\s+(?:of\s+)?{_TAPE}\b[^\])]{{0,40}}[\])]"
    rf"|\A\W{{0,3}}(?:(?:end|start|beginning|begin)\s+(?:of\s+)?)?{_TAPE}\s+[0-9ivx.]{{1,5}}\b[\w\s,.:-]{{0,30}}\W{{0,3}}\Z",
    re.IGNORECASE,
)


def marks_new_tape(text: str) -> bool:
    """Whether the words say that a tape ends or begins: `[END OF AUDIO, FILE 1.1]`, `[Beginning of Side B]`, `Tape 2, Side A`."""
    return _NEW_TAPE.search(text.strip()) is not None


@dataclass
class _Line:
    """Where the time line stands. `joints`: where known tapes meet. `marked`: a tape ended or began, and no cue of the next one
    has come yet."""

    joints: Sequence[int]
    offset: int = 0
    latest_start: int = -1
    latest_end: int = 0
    marked: bool = False

    def next_tape(self) -> None:
        """Put what follows behind the tape that was heard last: at the first joint behind its words, or else right behind them.
        Counting marks would not do: a tape has sides, and some transcribers let the clock run on."""
        reached = max(self.latest_start, self.latest_end - BEYOND_MS)
        self.offset = next(
            (joint for joint in self.joints if joint > self.offset and joint >= reached), max(self.latest_end, self.latest_start)
        )

    def starts_again(self, start_ms: int, mark: bool) -> bool:
        """Whether a cue beside a mark belongs to a clock that began anew (times as its file has them)."""
        start_ms += self.offset
        if mark:
            return start_ms < self.latest_start - BACK_MS
        return start_ms <= self.latest_start or start_ms < self.latest_end - BACK_MS


def _on_one_line(cues: Sequence[Cue], tapes: Sequence[int]) -> list[Cue]:
    """The cues with the times of later tapes moved behind those of earlier ones."""
    placed: list[Cue] = []
    line = _Line(list(accumulate(tapes))[:-1])
    before: tuple[int | None, int | None] = (None, None)
    for number, cue in enumerate(cues, 1):
        mark = marks_new_tape(cue.text)
        if cue.start_ms is not None:
            same_cue = cue.end_ms is not None and before == (cue.start_ms, cue.end_ms)  # another voice in it
            before = (cue.start_ms, cue.end_ms)
            again = (mark or line.marked) and not same_cue and line.starts_again(cue.start_ms, mark)
            if again:
                line.next_tape()
            if again or not (mark or same_cue):
                line.marked = False
            cue = _moved(cue, line.offset)
            start_ms = cue.start_ms or 0
            if start_ms < line.latest_start - BACK_MS:
                raise Invalid(FIELD, _went_back(number, cue, line.latest_start))
            line.latest_start = max(line.latest_start, start_ms)
            line.latest_end = max(line.latest_end, cue.end_ms or 0)
            mark = mark and not again
        line.marked = line.latest_start >= 0 and (line.marked or mark)
        placed.append(cue)
    return placed


def _moved(cue: Cue, offset: int) -> Cue:
    if not offset or cue.start_ms is None:
        return cue
    end_ms, words = None if cue.end_ms is None else cue.end_ms + offset, tuple((at, start_ms + offset) for at, start_ms in cue.words)
    return replace(cue, start_ms=cue.start_ms + offset, end_ms=end_ms, words=words)


def _with_ends(cues: Sequence[Cue], duration_ms: int | None) -> tuple[list[Cue], str]:
    """The cues with every end that can be known, and a warning where ends lay before their starts."""
    ended: list[Cue] = []
    later: list[int] = []  # starts behind this cue, falling towards it: the last one that is greater is the next cue's
    wrong: list[str] = []
    for number in range(len(cues), 0, -1):
        cue = cues[number - 1]
        start = cue.start_ms
        if start is not None:
            while later and later[-1] <= start:
                later.pop()
            if cue.end_ms is None or cue.end_ms < start:
                if cue.end_ms is not None:
                    wrong.append(_called(number, cue))
                last = duration_ms if duration_ms is not None and duration_ms >= start else None
                cue = replace(cue, end_ms=later[-1] if later else last)
            later.append(start)
        ended.append(cue)
    ended.reverse()
    return ended, _counted(wrong[::-1], "ends before it starts; it now ends where the next one starts.")


def _beyond(cues: Sequence[Cue], duration_ms: int | None) -> str:
    """A warning for cues a little past the recording's end; Invalid for more than a little."""
    if duration_ms is None:
        return ""
    past: list[str] = []
    for number, cue in enumerate(cues, 1):
        reach = max(cue.start_ms or 0, cue.end_ms or 0)
        if reach > duration_ms + BEYOND_MS:
            raise Invalid(
                FIELD,
                f"{_called(number, cue)} lies past the end of the recording, which is {clock(duration_ms)} long. "
                "Is this the transcript of another recording?",
            )
        if reach > duration_ms:
            past.append(_called(number, cue))
    return _counted(past, f"reaches past the end of the recording ({clock(duration_ms)}) by less than 2 seconds.")


def _went_back(number: int, cue: Cue, latest_start: int) -> str:
    return (
        f"{_called(number, cue)} starts before the one ahead of it, at {clock(latest_start)}: the clock went back by more than "
        "1 second and nothing says that a new tape begins. Put a line such as [END OF TAPE 1] between them, or mend the times."
    )


def _called(number: int, cue: Cue) -> str:
    """How a sentence names a cue: by its place, its id and its start, never by its words."""
    named = f" ({cue.id[:40]!r})" if cue.id and cue.id != str(number) else ""
    return f"Cue {number}{named}" + ("" if cue.start_ms is None else f" at {clock(cue.start_ms)}")


def _counted(called: Sequence[str], what: str) -> str:
    if not called:
        return ""
    others = f" So with {len(called) - 1} more." if len(called) > 1 else ""
    return f"{called[0]} {what}{others}"
