"""Leaks of what is written at the desk and nobody has made a version yet, and how each is planted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive_app.access import renditions, words
from archive_app.access.index_readings import RenderedTranscript
from archive_app.access.readings import Segment, Transcript
from archive_app.access.spelling import digest
from archive_app.jobs import indexing
from archive_app.records import drafts
from archive_app.records.transcripts import TranscriptVersion
from archive_app.web import downloads, twins
from tests.promises.leak_plants import Patch, around, plants


def _drafted(read: RenderedTranscript, found: list[drafts.TranscriptDraft]) -> RenderedTranscript:
    """The reading with the words of the draft that was saved last."""
    if not found:
        return read
    said = [str(each[3]) for each in found[0].segments]
    blocks = tuple(replace(block, text=said[first - 1]) if isinstance(block, Segment) else block
                   for block, (first, _) in zip(read.transcript.blocks, read.ordinals, strict=True))
    return replace(read, transcript=replace(read.transcript, blocks=blocks))


def _render(entry: Any, whole: Any, row: Any, head: Any) -> RenderedTranscript:
    return _drafted(_real(entry, whole, row, head), drafts.of_transcript(entry.session, row.id))


_real = words._render


@plants("words of a draft")
def _(patch: Patch) -> None:
    patch.setattr(words, "_render", _render)


@plants("draft in a download")
def _(patch: Patch) -> None:
    around(patch, downloads, "transcript_file", (words, "_render", _render))


@plants("draft in the index")
def _(patch: Patch) -> None:
    around(patch, renditions, "renditions", (words, "_render", _render))
    patch.setattr(indexing, "renditions", renditions.renditions)


@plants("saving is told")
def _(patch: Patch) -> None:
    """A digest of a transcript in which the count of what was saved has a part."""
    real, told = words._render, dict[int, int]()

    def render(entry: Any, whole: Any, row: Any, head: Any) -> RenderedTranscript:
        read = real(entry, whole, row, head)
        told[id(read.transcript)] = sum(each.serial for each in drafts.of_transcript(entry.session, row.id))
        return read

    def twin(read: Transcript) -> dict[str, Any]:
        made = _twin(read)
        return {**made, "version": digest((made["version"], told.get(id(read), 0)))[:12]}

    _twin = twins.transcript
    patch.setattr(words, "_render", render)
    patch.setattr(twins, "transcript", twin)


@plants("number of the version")
def _(patch: Patch) -> None:
    """A head that counts versions: what was made and taken back shows."""
    real = words._render

    def render(entry: Any, whole: Any, row: Any, head: Any) -> RenderedTranscript:
        read = real(entry, whole, row, head)
        number = entry.session.get(TranscriptVersion, row.current_version_id).number
        return replace(read, transcript=replace(read.transcript, head=replace(head, kind=f"{head.kind} {number}")))

    patch.setattr(words, "_render", render)
