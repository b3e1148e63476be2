"""How two versions of a transcript differ, word by word, as a page can say it. Pure.

What may not live here: where the versions come from (transcripts), HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from archive_app.access.kept_transcript_readings import Spoken

CUT = "¶"
"""Stands where one segment ends and the next begins."""
MOST = 400
"""Places that are shown; what differs more is another text."""
MUCH = 2_000
"""Words of one place from which on frequent ones are not compared."""


@dataclass(frozen=True)
class Piece:
    """Words that both have (`same`), that only the first has (`del`), or only the other (`ins`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Place:
    """Segments that differ: the number of the first in the one and in the other (from 1), when it begins (ms), their words."""

    one: int
    other: int
    start_ms: int | None
    pieces: tuple[Piece, ...]

    @property
    def marks(self) -> int:
        """How many stretches of it are marked; what was put in the place of something is one. Other spaces alone are not seen, and count
        as one."""
        kinds = ["same", *(each.kind for each in self.pieces)]
        return sum(kind != "same" and before == "same" for before, kind in pairwise(kinds)) or 1


@dataclass(frozen=True)
class Differences:
    """`places`: the first MOST; `total`: how many marks there are, each where something was put, taken away, or put in the place of
    something (of places that are not shown, one each); `retimed`: segments of the same words at other times."""

    places: tuple[Place, ...]
    total: int
    retimed: int

    @property
    def shown(self) -> int:
        """How many of the marks are shown."""
        return sum(each.marks for each in self.places)


def differences(one: Sequence[Spoken], other: Sequence[Spoken]) -> Differences:
    """What has to be done to the first to come to the other."""
    places: list[Place] = []
    unseen = retimed = 0
    steps = SequenceMatcher(None, [_key(each) for each in one], [_key(each) for each in other], autojunk=False).get_opcodes()
    for tag, i, k, j, m in steps:
        if tag == "equal":
            retimed += sum(_times(a) != _times(b) for a, b in zip(one[i:k], other[j:m], strict=True))
            continue
        if len(places) == MOST:
            unseen += 1
        else:
            first = next((each.start_ms for each in (*one[i:k], *other[j:m]) if each.start_ms is not None), None)
            places.append(Place(i + 1, j + 1, first, tuple(_pieces(_words(one[i:k]), _words(other[j:m])))))
    return Differences(tuple(places), sum(each.marks for each in places) + unseen, retimed)


def _key(said: Spoken) -> tuple[str, str]:
    return said.speaker, said.text


def _times(said: Spoken) -> tuple[int | None, int | None]:
    return said.start_ms, said.end_ms


def _words(segments: Sequence[Spoken]) -> list[str]:
    found: list[str] = []
    for each in segments:
        found += [*([CUT] if found else []), *([f"{each.speaker}:"] if each.speaker else []), *each.text.split()]
    return found


def _pieces(one: list[str], other: list[str]) -> Iterator[Piece]:
    for tag, i, k, j, m in SequenceMatcher(None, one, other, autojunk=max(len(one), len(other)) > MUCH).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(one[i:k]))
            continue
        if i < k:
            yield Piece("del", " ".join(one[i:k]))
        if j < m:
            yield Piece("ins", " ".join(other[j:m]))
