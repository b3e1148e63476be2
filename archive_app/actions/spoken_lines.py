"""What can be done to the segments of a transcript: cut, written anew, put together with somebody else's. Pure; times and word times are
kept wherever the words did not change (static/editor-segments.js does the same in the browser).

What may not live here: rows, drafts (drafting), what is withheld (withholding).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    sides = [_Side(other, _changes(base, other)) for other in (theirs, mine)]
    found: list[Spoken] = []
    done = 0
    for first, last in _places([*sides[0].changes, *sides[1].changes]):
        both = _both(base[first:last], sides, [side.span(first, last) for side in sides])
        if both is None:
            return None
        found += [*base[done:first], *both]
        done = last
    return (*found, *base[done:])


@dataclass(frozen=True)
class _Side:
    """What one of them made of it; `changes`: (from, until) in the base and (from, until) here, in order."""

    said: Sequence[Spoken]
    changes: list[tuple[int, int, int, int]]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """From where to where in this text stands what the base has from `first` to `last`; no change reaches over either edge."""
        before = [m - k for i, k, _, m in self.changes if i < first]
        inside = [m - k for i, k, _, m in self.changes if i == first or first < i < last]
        moved = before[-1] if before else 0
        return first + moved, last + (inside[-1] if inside else moved)

    def left_alone(self, start: int, end: int) -> bool:
        """Whether these segments are those of the base, without a change among them."""
        return start < end and not any(j < end and m > start for _, _, j, m in self.changes)


def _places(changes: list[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """Where in the base somebody changed something: changes that share a segment, or begin at the same, are one place."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((i, k) for i, k, _, _ in changes):
        if found and (first < found[-1][1] or first == found[-1][0]):
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _both(base: Sequence[Spoken], sides: list[_Side], spans: list[tuple[int, int]]) -> Sequence[Spoken] | None:
    """One place as both have it; None where they differ in what they changed there."""
    one, other = (list(side.said[start:end]) for side, (start, end) in zip(sides, spans, strict=True))
    if list(base) in (one, other):
        return one if other == list(base) else other
    if len(base) == len(one) == len(other):
        in_place = [_one(old, a, b) for old, a, b in zip(base, one, other, strict=True)]
        if None not in in_place:
            return [each for each in in_place if each is not None]
    pieces: list[Spoken] = []
    for tag, i, k, j, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        taken = one[i:k] if tag == "equal" else _apart(sides, spans, i, k, j, m)
        if taken is None:
            return None
        pieces += taken
    return pieces


def _apart(sides: list[_Side], spans: list[tuple[int, int]], i: int, k: int, j: int, m: int) -> list[Spoken] | None:
    """Two pieces of a place that are not the same, as one: segment by segment where there are as many, else the one or the other."""
    whole = [(i, k, j, m)]
    for cuts in ([(i + row, i + row + 1, j + row, j + row + 1) for row in range(k - i)] if k - i == m - j else whole, whole):
        found = [_taken(sides, spans, *at) for at in cuts]
        if None not in found:
            return [each for piece in found for each in piece or ()]
    return None


def _taken(sides: list[_Side], spans: list[tuple[int, int]], i: int, k: int, j: int, m: int) -> list[Spoken] | None:
    """The piece that was changed, where the other is as it was."""
    ends = [(spans[0][0] + i, spans[0][0] + k), (spans[1][0] + j, spans[1][0] + m)]
    one, other = (list(side.said[slice(*at)]) for side, at in zip(sides, ends, strict=True))
    if len(one) == len(other) == 1 and (both := _one(None, one[0], other[0])) is not None:
        return [both]
    kept = [side.left_alone(*at) for side, at in zip(sides, ends, strict=True)]
    if kept[0] == kept[1] or not _same_speech(*((one, other) if kept[0] else (other, one))):
        return None
    return other if kept[0] else one


def _one(old: Spoken | None, one: Spoken, other: Spoken) -> Spoken | None:
    """One segment as both have it. The same words keep the times of all words that either knows."""
    if other == old or one == old:
        return one if other == old else other
    timed = dict(one.words) | dict(other.words)
    alike = replace(one, words=other.words) == other and all(timed[at] == ms for at, ms in one.words)
    return replace(one, words=tuple(sorted(timed.items()))) if alike else None


def _same_speech(left: Sequence[Spoken], changed: Sequence[Spoken]) -> bool:
    """Whether what one of them changed is what the other left as it was, and not something beside it: the same words, spoken in its time,
    or nothing any more."""
    if not changed or " ".join(each.text for each in left).split() == " ".join(each.text for each in changed).split():
        return True
    (start, end), (first, last) = ((said[0].start_ms, said[-1].end_ms) for said in (left, changed))
    return start is not None and first is not None and end is not None and last is not None and start <= first and last <= end


def _changes(base: Sequence[Spoken], other: Sequence[Spoken]) -> list[tuple[int, int, int, int]]:
    steps = SequenceMatcher(None, list(base), list(other), autojunk=False).get_opcodes()
    return [(i, k, j, m) for tag, i, k, j, m in steps if tag != "equal"]
