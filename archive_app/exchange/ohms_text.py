"""The transcript of OHMS up to 5.4: a text with line ends, cut into cues where somebody begins to speak, where a paragraph begins, and at
each word for which the sync string knows the time.

A cue has the time of the last point before it, or 0 ahead of the first: nothing is guessed between two points. What may not live here:
the sync string (ohms_sync), footnotes (ohms_notes).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive_app.errors import Invalid
from archive_app.exchange import plain
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.cues import Cue
from archive_app.exchange.ohms_notes import anchored, cut_footnotes, without_holders
from archive_app.exchange.ohms_speakers import speakers, swallowed
from archive_app.exchange.ohms_sync import Cut, cuts, read_sync
from archive_app.exchange.ohms_values import OhmsTranscript
from archive_app.exchange.speakers import split_label

_NO_WORDS = frozenset(("", "no transcript.", "no transcript"))
"""What OHMS exports where there is no transcript."""
_BRACED_TIME = re.compile(r"\{[0-9]{1,3}(?::[0-9]{2}){1,2}\}[ \t]?")


@dataclass
class _Piece:
    time_ms: int | None
    speaker: str
    parts: list[str] = field(default_factory=list)


def read_text(text: str, sync: str, language: str) -> tuple[OhmsTranscript | None, tuple[str, ...]]:
    """The transcript, or None where there are no words, and warnings. Never raises."""
    points, warnings = read_sync(sync)
    if " ".join(text.split()).lower() in _NO_WORDS:
        return None, (*warnings, "There are times (sync) and no text that they belong to.") if points else warnings
    body, notes = cut_footnotes(without_holders(text))
    placed, outside = cuts(body, points)
    taken = speakers([words for line in body.split("\n") if (words := line.strip())])
    cues, notes, unknown = anchored(_cues(body, placed, taken), notes)
    warnings = (*warnings, *outside, *unknown, *swallowed((cue.text for cue in cues), taken))
    return (OhmsTranscript(cues, language, notes, points) if cues else None), warnings


def _cues(body: str, placed: Sequence[Cut], taken: frozenset[str]) -> Iterator[Cue]:
    if not placed and (coded := _coded(body)):
        return iter(coded)
    pieces = _pieces(body, placed, taken)
    return (Cue(piece.time_ms, None, tidy("\n".join(piece.parts)), piece.speaker) for piece in pieces if piece.parts)


def _coded(body: str) -> tuple[Cue, ...]:
    """The cues of a text that brings time-codes of its own, `[00:12:03]` at the start of lines, instead of a sync string."""
    try:
        cues = plain.parse(body.encode("utf-8")).cues
    except Invalid:
        return ()
    return cues if any(cue.start_ms is not None for cue in cues) else ()


def _pieces(body: str, placed: Sequence[Cut], taken: frozenset[str]) -> Iterator[_Piece]:
    """The text cut up, in order; pieces may be empty."""
    ahead = deque(placed)
    piece = _Piece(0 if placed else None, "")
    begins, start = True, 0
    for line in body.split("\n"):
        speaker, rest = split_label(line.strip(), taken)
        end = start + len(line.rstrip())
        at = end - len(rest)
        if speaker or rest:
            now = _time(ahead, at)
            if speaker or begins or now is not None:
                yield piece
                piece = _Piece(piece.time_ms if now is None else now, speaker or _goes_on(piece, begins))
            while ahead and ahead[0][0] < end:
                offset, time_ms = ahead.popleft()
                _add(piece, body[at:offset])
                yield piece
                piece, at = _Piece(time_ms, piece.speaker), offset
            _add(piece, body[at:end])
        begins = not line.strip()
        start += len(line) + 1
    yield piece


def _goes_on(piece: _Piece, begins: bool) -> str:
    """Who speaks where no name stands: inside a paragraph whoever spoke; in a new one nobody is named, unless a name stood alone
    ahead of it."""
    return piece.speaker if not begins or not piece.parts else ""


def _time(ahead: deque[Cut], offset: int) -> int | None:
    """The time from which the word at this letter is said, where a point lies there or was passed."""
    now = None
    while ahead and ahead[0][0] <= offset:
        now = ahead.popleft()[1]
    return now


def _add(piece: _Piece, fragment: str) -> None:
    fragment = _BRACED_TIME.sub("", fragment).strip()
    if fragment:
        piece.parts.append(fragment)
