"""Footnotes carried from one version of a transcript to the next: each stays with the words that it is about. Pure.

A note keeps a place only where the same words are found again in one segment, and loses it where the words were withheld and the segment
they would come to is not. What may not live here: rows, who reads a note (access.notes).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+")
Word = tuple[str, int, int, int]
"""(the word, its segment from 1, letters `start` and `end`)"""
Place = Sequence[int]


def carried(places: Sequence[Place], old: Sequence[str], new: Sequence[str], hidden_before: Collection[int],
            hidden_now: Collection[int]) -> list[list[int]]:
    """The places of a note in the texts of the new version. `hidden_*`: ordinals of segments that are withheld from anybody."""
    before, after, same = aligned(old, new)
    found = []
    for ordinal, start, end in places:
        about = [n for n, (_, of, first, last) in enumerate(before) if of == ordinal and first < max(end, start + 1) and last > start]
        about = about or [n for n, (_, of, _, last) in enumerate(before) if of == ordinal and last <= start][-1:]
        there = [after[same[n]] for n in about if n in same]
        if not there or len(there) < len(about) or len({of for _, of, _, _ in there}) > 1:
            continue
        of = there[0][1]
        if ordinal in hidden_before and of not in hidden_now:
            continue
        last = there[-1][3] + min(0, end - before[about[-1]][3])
        found.append([of, last if end == start else there[0][2] + max(0, start - before[about[0]][2]), last])
    return found


def aligned(old: Sequence[str], new: Sequence[str]) -> tuple[list[Word], list[Word], dict[int, int]]:
    """The words of both, and which of the old is which of the new. Segments that did not change are matched whole, so that long texts
    cost little."""
    before, after = list(_words(old)), list(_words(new))
    ahead, ahead_now = _ahead(old, before), _ahead(new, after)
    same: dict[int, int] = {}
    for tag, i, k, j, m in SequenceMatcher(None, list(old), list(new), autojunk=False).get_opcodes():
        first, last, to, until = ahead[i], ahead[k], ahead_now[j], ahead_now[m]
        if tag == "equal":
            same.update(zip(range(first, last), range(to, until), strict=True))
            continue
        words, others = [each[0] for each in before[first:last]], [each[0] for each in after[to:until]]
        for block in SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks():
            same.update((first + block.a + at, to + block.b + at) for at in range(block.size))
    return before, after, same


def _words(texts: Sequence[str]) -> list[Word]:
    return [(found.group(), ordinal, found.start(), found.end()) for ordinal, text in enumerate(texts, 1) for found in _WORD.finditer(text)]


def _ahead(texts: Sequence[str], words: Sequence[Word]) -> list[int]:
    """For each segment, and for the end, the number of words ahead of it."""
    counts = [0] * (len(texts) + 1)
    for _, ordinal, _, _ in words:
        counts[ordinal] += 1
    for at in range(1, len(counts)):
        counts[at] += counts[at - 1]
    return counts
