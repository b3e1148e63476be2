"""Withheld words carried from one version of a transcript to the next, by what the words are. Pure.

A correction may split, join, retime or rewrite segments; whatever in the new version is, or stands in the place of, words that were
withheld, or is put between two of them, is withheld there too. It may withhold more, never less. What may not live here: restrictions,
rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from archive_app.access.redaction import Line, Run, merged

FEW = 4
"""Words in a row by which a passage is known again in another place."""


def carried(old: Sequence[Line], new: Sequence[Line], runs: Sequence[Run]) -> list[Run]:
    """The runs of `new` that hold what `runs` withheld in `old` (both in order, ordinals from 1)."""
    hidden = {ordinal for first, last in runs for ordinal in range(first, last + 1)}
    marks = [False, *(line.ordinal in hidden for line in old), False]  # one more at either end: nothing is withheld beyond
    found: set[int] = set()
    for same, (first, last), after in _aligned([_key(line.text) for line in old], [_key(line.text) for line in new]):
        if same:
            pairs = zip(range(first, last), range(*after), strict=True)
            found |= {new[j].ordinal for i, j in pairs if old[i].ordinal in hidden}
        elif any(marks[first + 1:last + 1]):
            found |= _by_words(old[first:last], new[slice(*after)], hidden, (marks[first], marks[last + 1]))
        elif first == last and marks[first] and marks[first + 1]:
            found |= {line.ordinal for line in new[slice(*after)]}
    found |= _moved(old, new, hidden)
    return merged((ordinal, ordinal) for ordinal in found)


def _moved(old: Sequence[Line], new: Sequence[Line], hidden: set[int]) -> set[int]:
    """Ordinals of new segments, wherever they stand and however they are cut, that hold a part of a few words in a row which were
    only ever withheld."""
    secret, open_words = _few_words(old, hidden, True), _few_words(old, hidden, False)
    secret -= open_words
    after = [(word, line.ordinal) for line in new for word in _key(line.text).split()]
    found: set[int] = set()
    for at in range(len(after) - FEW + 1):
        if tuple(word for word, _ in after[at:at + FEW]) in secret:
            found |= {ordinal for _, ordinal in after[at:at + FEW]}
    return found | {line.ordinal for line in new if tuple(_key(line.text).split()) in secret}


def _few_words(lines: Sequence[Line], hidden: set[int], withheld: bool) -> set[tuple[str, ...]]:
    """Every few words in a row of the lines that are withheld, or of those that are not; of a short stretch all it has."""
    found: set[tuple[str, ...]] = set()
    stretch: list[str] = []
    for line in [*lines, None]:
        if line is not None and (line.ordinal in hidden) == withheld:
            words = _key(line.text).split()
            found |= {tuple(words)} if 0 < len(words) < FEW else set()
            stretch += words
            continue
        found |= {tuple(stretch[at:at + FEW]) for at in range(max(1, len(stretch) - FEW + 1)) if stretch}
        stretch = []
    return found


def _by_words(old: Sequence[Line], new: Sequence[Line], hidden: set[int], beside: tuple[bool, bool]) -> set[int]:
    """Ordinals of new segments that hold a withheld word, or a word that stands where one was or between two. `beside`: whether what comes
    ahead of the old segments, and what comes behind them, is withheld."""
    before = [(word, line.ordinal in hidden) for line in old for word in _key(line.text).split()]
    marks = [beside[0], *(withheld for _, withheld in before), beside[1]]
    after = [(word, line.ordinal) for line in new for word in _key(line.text).split()]
    found: set[int] = set()
    for same, (first, last), there in _aligned([word for word, _ in before], [word for word, _ in after]):
        if same:
            found |= {after[j][1] for i, j in zip(range(first, last), range(*there), strict=True) if before[i][1]}
        elif any(marks[first + 1:last + 1]) or first == last and marks[first] and marks[first + 1]:
            found |= {after[j][1] for j in range(*there)}
    return found


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """(same, span in old, span in new), in order, covering both."""
    for tag, i, k, j, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", (i, k), (j, m)


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
