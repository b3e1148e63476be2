"""Leaks in what is withheld and in who may read, and how each is planted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive_app import clock
from archive_app.access import deciding, gate, words
from archive_app.access.index_readings import RenderedTranscript
from archive_app.access.readings import Segment, Transcript, Withheld
from archive_app.access.spelling import digest
from archive_app.access.terms import STAFF
from archive_app.access.viewer import signed_in
from archive_app.actions import hiding
from archive_app.jobs import indexing
from archive_app.web import downloads, twins
from tests.promises.leak_plants import (
    Patch,
    around,
    plants,
    rendered_otherwise,
    viewer_otherwise,
)


@plants("withheld words")
def _(patch: Patch) -> None:
    patch.setattr(words, "withheld", lambda entry, versions: {})


@plants("inner cues")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [block for block, (first, last) in zip(read.transcript.blocks, read.ordinals, strict=True)
                 for _ in range(last - first + 1)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


@plants("speaker of a block")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [Segment(block.n, block.start_ms, block.end_ms, stored[first - 1].speaker, "—", "") if isinstance(block, Withheld) else block
                 for block, (first, _) in zip(read.transcript.blocks, read.ordinals, strict=True)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


@plants("numbering after a block")
def _(patch: Patch) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        shown = [replace(block, n=first) for block, (first, _) in zip(read.transcript.blocks, read.ordinals, strict=True)]
        return replace(read, transcript=replace(read.transcript, blocks=tuple(shown)))

    rendered_otherwise(patch, change)


class Told(Transcript):
    """A transcript that remembers what it was made from."""

    whole: str = ""
    count: int = 0

    @property
    def version(self) -> str:
        return self.whole or digest(self)[:12]


def _remembering(patch: Patch, whole: bool) -> None:
    def change(read: RenderedTranscript, stored: list[Any]) -> RenderedTranscript:
        told = Told(read.transcript.head, read.transcript.blocks)
        spoken = " ".join(segment.text for segment in stored)
        object.__setattr__(told, "whole", digest(spoken)[:12] if whole else "")
        object.__setattr__(told, "count", len(spoken.split()))
        object.__setattr__(told, "stored", len(stored))
        return replace(read, transcript=told)

    rendered_otherwise(patch, change)


@plants("version digest")
def _(patch: Patch) -> None:
    _remembering(patch, whole=True)


def _twin_adds(patch: Patch, name: str, attribute: str) -> None:
    _remembering(patch, whole=False)
    real = twins.transcript
    patch.setattr(twins, "transcript", lambda read: {**real(read), name: getattr(read, attribute)})


@plants("words by hidden")
def _(patch: Patch) -> None:
    _twin_adds(patch, "words", "count")


@plants("twin richer than page")
def _(patch: Patch) -> None:
    _twin_adds(patch, "cues", "stored")


@plants("words of a download")
def _(patch: Patch) -> None:
    around(patch, downloads, "transcript_file", (words, "withheld", lambda entry, versions: {}))



@plants("draft")
def _(patch: Patch) -> None:
    patch.setattr(deciding, "DESK", STAFF)


@plants("withdrawn")
def _(patch: Patch) -> None:
    real = deciding._terms
    patch.setattr(deciding, "_terms", lambda said, layer: deciding.OPEN if said.effect == "withdraw" else real(said, layer))


@plants("grant ended")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(viewer, in_testimony=signed_in(session, account, 1).in_testimony))


@plants("embargo")
def _(patch: Patch) -> None:
    patch.setattr(clock, "opens", clock.midnight)


@plants("other collection")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(
        viewer, everywhere=viewer.everywhere.union(*viewer.in_collection.values())))


@plants("layers")
def _(patch: Patch) -> None:
    real = gate.Gate.opens
    patch.setattr(gate.Gate, "opens", lambda self, layer, unit: real(self, "existence" if layer == "transcript" else layer, unit))


@plants("barred")
def _(patch: Patch) -> None:
    viewer_otherwise(patch, lambda session, account, viewer: replace(viewer, barred=frozenset()))


@plants("staff shelf")
def _(patch: Patch) -> None:
    real = indexing.documents

    def documents(read: Any) -> Any:
        held = real(read)
        everything = {document.passage: document for several in held.values() for document in several if not document.void}
        return {"": tuple(everything[passage] for passage in sorted(everything))}

    patch.setattr(indexing, "documents", documents)


@plants("words brought in later")
def _(patch: Patch) -> None:
    def follow(work: Any, unit: Any, row: Any) -> list[str]:
        work.reworded.clear()
        return []

    patch.setattr(hiding, "follow", follow)
