"""A transcript set as a page: cues gathered into paragraphs, who and when in the margin, headings where the contents say, two
transcripts side by side.

A cue of a few words is no paragraph: cues of one speaker run on until a sentence ends, a silence falls, or the paragraph has
grown long. Cues keep their anchors, so that an address still leads to the very words. What may not live here: HTML, sentences, the
words of a cue in pieces (pieces).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archive_app.access.readings import Block, IndexPoint, Segment, Transcript, Withheld
from archive_app.web.pieces import Piece, Signs, cut, signs

Marks = Mapping[int, Sequence[tuple[int, int]]]
"""n of a segment -> (start, end) of what is marked in it."""

ENOUGH, TOO_LONG = 45, 110
"""Words after which a paragraph ends with its sentence, and after which it ends anyway; half as many side by side."""
SILENCE_MS = 3_000
NEAR_MS = 500
"""A heading may begin this much after the cue it stands over."""
SENTENCE_ENDS = tuple(".!?…։؟。»”\"’)]:՞՜")


class Line(NamedTuple):
    """One cue as it stands in a paragraph; `pieces` only where something in it is marked or has a footnote."""

    n: int
    text: str
    pieces: tuple[Piece, ...]
    current: bool


class Beside(NamedTuple):
    """What stands beside a paragraph in the other transcript: lines, or a run of withheld words."""

    language: str
    lines: tuple[Line, ...]
    withheld: Withheld | None


class Paragraph(NamedTuple):
    """`heading`: a point of the contents that begins here, and its number; `speaker` only where it changes; `seconds` as in
    addresses, `time` as people write it, both '' without times."""

    heading: tuple[int, IndexPoint] | None
    speaker: str
    seconds: str
    time: str
    language: str
    question: bool
    current: bool
    lines: tuple[Line, ...]
    withheld: Withheld | None
    beside: tuple[Beside, ...]


def paragraphs(transcript: Transcript, points: Sequence[IndexPoint] = (), interviewers: frozenset[str] = frozenset(),
               current: int | None = None, marks: Marks | None = None, beside: Transcript | None = None,
               marks_beside: Marks | None = None) -> Iterator[Paragraph]:
    """The paragraphs of `transcript`. `current`: the n of the block that `?t=` means; `marks`: what is
    marked; `beside`: another transcript, by time."""
    rows = list(_gathered(transcript.blocks, points, 0.5 if beside else 1.0))
    noted, noted_beside = signs(transcript), signs(beside) if beside else {}
    others = _aligned(rows, beside.blocks) if beside else [()] * len(rows)
    headings = _headings(rows, points)
    clock = _clock(transcript.blocks)
    said = ""
    for row, heading, other in zip(rows, headings, others, strict=True):
        first = row[0]
        aside = tuple(_beside(other, marks_beside, noted_beside)) if other else ()
        seconds, time = ("", "") if first.start_ms is None else (in_seconds(first.start_ms), clock(first.start_ms))
        if isinstance(first, Withheld):
            yield Paragraph(heading, "", seconds, time, "", False, first.n == current, (), first, aside)
            continue
        speaker = first.speaker if first.speaker != said or heading else ""
        said = first.speaker
        lines = tuple([_line(block, marks, noted, block.n == current) for block in row if isinstance(block, Segment)])
        yield Paragraph(heading, speaker, seconds, time, first.language, first.speaker.casefold() in interviewers,
                        any(line.current for line in lines), lines, None, aside)


def block_at(transcript: Transcript, at_ms: int) -> Block | None:
    """The block that an address with `?t=` means: the first that begins within that second, else that began last before it."""
    timed = [block for block in transcript.blocks if block.start_ms is not None]
    if at_ms % 1000 == 0:
        for block in timed:
            if at_ms <= (block.start_ms or 0) < at_ms + 1000:
                return block
    begun = max((block.start_ms or 0 for block in timed if (block.start_ms or 0) <= at_ms), default=None)
    return next((block for block in timed if begun is None or block.start_ms == begun), None)


def in_seconds(milliseconds: int) -> str:
    """As in addresses: `252`, `252.6`."""
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")


def time_code(milliseconds: int, with_hours: bool | None = None) -> str:
    """As people write it: `04:12`, `1:04:12`."""
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if with_hours or (with_hours is None and hours):
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{hours * 60 + minutes:02}:{seconds % 60:02}"


def last_ms(blocks: Sequence[Block]) -> int:
    """Where the last block ends; 0 without times."""
    return max((block.end_ms or block.start_ms or 0 for block in blocks), default=0)


def _clock(blocks: Sequence[Block]) -> Callable[[int], str]:
    with_hours = last_ms(blocks) >= 3_600_000
    return lambda milliseconds: time_code(milliseconds, with_hours)


def _gathered(blocks: Sequence[Block], points: Sequence[IndexPoint], share: float) -> Iterator[list[Block]]:
    starts = sorted(point.start_ms for point in points if point.title)
    row: list[Block] = []
    words = 0
    for block in blocks:
        if row and _ends(row[-1], block, words, share, starts):
            yield row
            row, words = [], 0
        row.append(block)
        words += block.text.count(" ") + 1 if isinstance(block, Segment) else 0
    if row:
        yield row


def _ends(last: Block, block: Block, words: int, share: float, starts: Sequence[int]) -> bool:
    """Whether the paragraph that has `last` ends before `block`."""
    if isinstance(last, Withheld) or isinstance(block, Withheld):
        return True
    if last.start_ms is None or block.start_ms is None or last.speaker != block.speaker or last.language != block.language:
        return True
    if block.start_ms - (last.end_ms or last.start_ms) >= SILENCE_MS or words >= TOO_LONG * share:
        return True
    if words >= ENOUGH * share and last.text.rstrip().endswith(SENTENCE_ENDS):
        return True
    return any(last.start_ms + NEAR_MS < start <= block.start_ms + NEAR_MS for start in starts)


def _headings(rows: Sequence[list[Block]], points: Sequence[IndexPoint]) -> list[tuple[int, IndexPoint] | None]:
    """For each row the heading over it: the last point not yet set that has begun by then, if it has a title."""
    found: list[tuple[int, IndexPoint] | None] = []
    waiting = sorted(enumerate(points, 1), key=lambda pair: pair[1].start_ms)
    for row in rows:
        heading = None
        start = row[0].start_ms
        while start is not None and waiting and waiting[0][1].start_ms <= start + NEAR_MS:
            heading = waiting.pop(0)
        found.append(heading if heading and heading[1].title else None)
    return found


def _aligned(rows: Sequence[list[Block]], blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """For each row the blocks of the other transcript that belong beside it: by the middle of their time, else by their order."""
    beside: list[list[Block]] = [[] for _ in rows]
    if not rows:
        return []
    starts = [row[0].start_ms for row in rows]
    at = 0
    for place, block in enumerate(blocks):
        if block.start_ms is None or None in starts:
            beside[min(place, len(rows) - 1)].append(block)
            continue
        middle = (block.start_ms + (block.end_ms or block.start_ms)) / 2
        while at + 1 < len(rows) and (starts[at + 1] or 0) <= middle:
            at += 1
        beside[at].append(block)
    return [tuple(row) for row in beside]


def _beside(blocks: Sequence[Block], marks: Marks | None, noted: Signs) -> Iterator[Beside]:
    lines: list[Line] = []
    language = ""
    for block in blocks:
        if lines and (isinstance(block, Withheld) or block.language != language):
            yield Beside(language, tuple(lines), None)
            lines = []
        if isinstance(block, Withheld):
            yield Beside("", (), block)
        else:
            language = block.language
            lines.append(_line(block, marks, noted, False))
    if lines:
        yield Beside(language, tuple(lines), None)


def _line(block: Segment, marks: Marks | None, noted: Signs, current: bool) -> Line:
    spans, behind = marks.get(block.n, ()) if marks else (), noted.get(block.n, {})
    return Line(block.n, block.text, tuple(cut(block.text, spans, behind)) if spans or behind else (), current)
