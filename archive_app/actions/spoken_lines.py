"""What can be done to the segments of a transcript: cut, written anew, put together with somebody else's. Pure; times and word times are
kept wherever the words did not change (static/editor-segments.js does the same in the browser).

What may not live here: rows, drafts (drafting), what is withheld (withholding).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.errors import Invalid
from archive_app.exchange.cues import BACK_MS
from archive_app.exchange.times import LONGEST_MS

MOST_SEGMENTS, LONGEST_TEXT, LONGEST_SPEAKER = 50_000, 100_000, 200
_BREAK = re.compile(r"\s*[\r\n\u2028\u2029]\s*")


def checked(said: Spoken) -> Spoken:
    """A segment as a draft may keep it: words on one line, perhaps none yet, times in order. Raises Invalid naming the field."""
    if not all(_is_plain(text) for text in (said.text, said.speaker, said.cue, said.language)):
        raise Invalid("text", "it holds a character that cannot be kept")
    text, speaker = _BREAK.sub(" ", said.text).strip(), " ".join(said.speaker.split())
    if len(text) > LONGEST_TEXT or len(speaker) > LONGEST_SPEAKER or max(len(said.cue), len(said.language)) > LONGEST_SPEAKER:
        raise Invalid("text", "this is longer than a segment may be")
    if not all(each is None or 0 <= each <= LONGEST_MS for each in (said.start_ms, said.end_ms)):
        raise Invalid("start", "a time lies between 0 and ten thousand hours")
    if said.end_ms is not None and (said.start_ms is None or said.end_ms < said.start_ms):
        raise Invalid("end", "a segment ends after it begins")
    timed = tuple((at, ms) for at, ms in said.words if 0 <= at < len(text) and 0 <= ms <= LONGEST_MS)
    return retext(replace(said, text=said.text, speaker=speaker, words=timed), text) if text != said.text else replace(
        said, speaker=speaker, words=timed)


def _is_plain(text: str) -> bool:
    return not any(unicodedata.category(letter) in ("Cs", "Cc") and letter not in "\t\r\n" for letter in text)


def in_order(segments: Sequence[Spoken], before: Sequence[Spoken]) -> None:
    """Raises Invalid where the clock goes back in `segments` more often than it did `before`."""
    wrong = _steps_back(segments)
    if len(wrong) > len(_steps_back(before)):
        raise Invalid("start", f"segment {wrong[0]} begins more than a second before the one ahead of it: mend its time")


def _steps_back(segments: Sequence[Spoken]) -> list[int]:
    latest, found = 0, []
    for number, each in enumerate(segments, 1):
        if each.start_ms is not None:
            found += [number] if each.start_ms < latest - BACK_MS else []
            latest = max(latest, each.start_ms)
    return found


def retext(said: Spoken, text: str) -> Spoken:
    """The segment with other words: those before and behind what changed keep their times."""
    old = said.text
    head = next((at for at, (one, other) in enumerate(zip(old, text, strict=False)) if one != other), min(len(old), len(text)))
    most = min(len(old), len(text)) - head
    tail = next((at for at in range(most) if old[-1 - at] != text[-1 - at]), most)
    behind, moved = len(old) - tail, len(text) - len(old)
    nexts = [*(at for at, _ in said.words[1:]), len(old)][:len(said.words)]
    kept = []
    for (at, ms), until in zip(said.words, nexts, strict=True):
        end = at + len((old[at:until].split(maxsplit=1) or [""])[0])  # the next that is timed need not be the next word
        if end < head or end == head and not text[head:head + 1].isalnum():
            kept.append((at, ms))
        elif at > behind or at == behind and not text[:at + moved][-1:].isalnum():
            kept.append((at + moved, ms))
    return replace(said, text=text, words=tuple(kept))


def cut(said: Spoken, at: int) -> tuple[Spoken, Spoken]:
    """The two segments that come of cutting one before letter `at`. Where the second begins is known from its first timed word, else
    reckoned by letters."""
    left, right = said.text[:at].rstrip(), said.text[at:].lstrip()
    skipped = len(said.text) - len(right)
    behind = tuple((place - skipped, ms) for place, ms in said.words if place >= skipped)
    moment = behind[0][1] if behind and behind[0][0] == 0 else _reckoned(said, skipped)
    ahead = tuple(each for each in said.words if each[0] < len(left))
    return (replace(said, text=left, end_ms=said.end_ms if moment is None else moment, words=ahead),
            replace(said, text=right, start_ms=moment, cue="", words=behind))


def _reckoned(said: Spoken, at: int) -> int | None:
    if said.start_ms is None or said.end_ms is None:
        return said.start_ms
    return said.start_ms + (said.end_ms - said.start_ms) * at // max(1, len(said.text))


def together(base: Sequence[Spoken], theirs: Sequence[Spoken], mine: Sequence[Spoken]) -> tuple[Spoken, ...] | None:
    """What two people made of one text, as one; None where both changed the same place and not alike."""
    found: list[Spoken] = []
    done = 0
    steps = sorted([(i, k, 0, tuple(theirs[j:m])) for i, k, j, m in _changes(base, theirs)]
                   + [(i, k, 1, tuple(mine[j:m])) for i, k, j, m in _changes(base, mine)], key=lambda step: step[:3])
    before: tuple[int, int, int, tuple[Spoken, ...]] | None = None
    for step in steps:
        first, last, _, made = step
        if before is not None and (before[0], before[1], before[3]) == (first, last, made):
            continue
        if before is not None and (first < before[1] or first == before[0]):
            return None
        found += [*base[done:first], *made]
        done, before = last, step
    return (*found, *base[done:])


def _changes(base: Sequence[Spoken], other: Sequence[Spoken]) -> list[tuple[int, int, int, int]]:
    steps = SequenceMatcher(None, list(base), list(other), autojunk=False).get_opcodes()
    return [(i, k, j, m) for tag, i, k, j, m in steps if tag != "equal"]
