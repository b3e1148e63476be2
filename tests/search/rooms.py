"""A reading room over made-up renditions: one viewer, who may read some shelves everywhere and some in single testimonies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from archive_app.access.index_readings import Passage, PassageKey, Rendition
from archive_app.access.readings import Segment, TranscriptHead, Withheld
from archive_app.search.shelves import fullness


@dataclass
class MadeUpRoom:
    """`everything`: testimony -> its renditions; `reads`: shelves satisfied everywhere; `own`: testimony -> shelves satisfied there."""

    everything: Mapping[str, Sequence[Rendition]]
    reads: frozenset[str]
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    masked: frozenset[str] = frozenset()
    now: int = 0
    closed: frozenset[str] = frozenset()
    """Testimonies that the gate no longer gives, whatever the index says."""

    def shelves(self, shelves: Iterable[str], /) -> Sequence[str]:
        return [shelf for shelf in shelves if shelf in self.reads]

    def own_renditions(self) -> Sequence[tuple[str, Callable[[], Sequence[Rendition]]]]:
        return [(f"{testimony} 1", partial(self._own, testimony, shelves)) for testimony, shelves in sorted(self.own.items())]

    def _own(self, testimony: str, shelves: Iterable[str]) -> list[Rendition]:
        return [each for each in self.everything[testimony] if each.shelf in {*self.reads, *shelves}]

    def stale(self) -> frozenset[str]:
        return self.masked

    def labels(self, field: str, values: Iterable[str], /) -> Mapping[str, str]:
        return {value: f"The {value}" for value in values} if field in ("collection", "place", "person") else {}

    def passages(self, keys: Sequence[PassageKey], /) -> Mapping[PassageKey, Passage]:
        found = {key: self._passage(key) for key in keys if key.testimony not in self.closed}
        return {key: passage for key, passage in found.items() if passage is not None}

    def reading(self, testimony: str) -> Rendition | None:
        """The fullest rendition of a testimony that this viewer may read."""
        reads = self.reads | self.own.get(testimony, frozenset())
        readable = [each for each in self.everything.get(testimony, ()) if each.shelf in reads]
        return min(readable, key=lambda each: fullness(each.shelf), default=None)

    def _passage(self, key: PassageKey) -> Passage | None:
        whole = self.reading(key.testimony)
        if whole is None:
            return None
        if key.transcript == 0:
            texts = [whole.testimony.card.title, whole.testimony.abstract, "; ".join(whole.testimony.keywords)]
            language = (*whole.testimony.card.languages, "")[0]
            return Passage(key, whole.testimony.card, None,
                           tuple(Segment(n, None, None, "", text, language) for n, text in enumerate(texts, 1)))
        for rendered in whole.transcripts:
            if rendered.transcript.head.n == key.transcript:
                return self._spoken(key, whole, rendered.transcript.head, list(zip(rendered.transcript.blocks, rendered.ordinals, strict=True)))
        return None

    def _spoken(self, key: PassageKey, whole: Rendition, head: TranscriptHead,
                blocks: Sequence[tuple[Segment | Withheld, tuple[int, int]]]) -> Passage | None:
        inside = [block for block, (first, last) in blocks if first <= key.last and last >= key.first]
        if any(isinstance(block, Withheld) for block in inside):
            return None
        return Passage(key, whole.testimony.card, head, tuple(block for block in inside if isinstance(block, Segment)))
