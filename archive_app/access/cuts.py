"""What is withheld of a recording from one viewer, as spans of time: what a copy for that viewer leaves out.

A restriction takes its own time, and the time that its words have in the current version of every transcript, also of those that the
viewer may not read: correcting the times of a transcript never brings a withheld word back. Where nothing says when the withheld words
are spoken, everything is withheld: the times of another transcript do not say it, which may hold a part of them only. What may not
live here: how a copy is made (storage), which copies there are (copies).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from archive_app.access.entry import Entry
from archive_app.access.gate import open_layers
from archive_app.access.redaction import merged
from archive_app.records import testimonies
from archive_app.records.recordings import Recording
from archive_app.records.restrictions import Restriction, WithheldRun, in_force
from archive_app.records.transcripts import Segment, Transcript
from archive_app.storage.cuts import Cuts, Span

Timed = tuple[int, int, int | None]
"""A segment that has a time: its ordinal, start and end in ms."""
EVERYTHING: Span = (0, 10_000 * 3_600_000)
"""Longer than any recording that can be kept."""


ALL = Cuts.of([EVERYTHING], [EVERYTHING])


def withheld(entry: Entry, testimony: int) -> Cuts:
    """What this viewer may neither hear nor see, on the time line of the testimony (internal key)."""
    there = closed(entry, testimony)
    if not there:
        return Cuts()
    spoken = _spoken(entry, testimony, [each.id for each in there])
    return Cuts.of(spoken.spans([each for each in there if each.words]), spoken.spans([each for each in there if each.picture]))


def closed(entry: Entry, testimony: int) -> list[Restriction]:
    """The restrictions of a testimony (internal key) that nobody has lifted and that withhold something from this viewer."""
    there = in_force(entry.session, testimony)
    layers = open_layers(entry.session, entry.gate, [each.id for each in there]) if there else {}
    return [each for each in there if "words" not in layers.get(each.id, frozenset())]


@dataclass(frozen=True)
class _Spoken:
    """`runs`: (restriction, version, first, last) of what is withheld; `lines`: version -> its segments that have a time; `told`:
    restrictions whose words have a time in the first transcript, where segments are marked."""

    runs: tuple[tuple[int, int, int, int], ...]
    lines: dict[int, list[Timed]]
    told: frozenset[int]

    def spans(self, several: Sequence[Restriction]) -> list[Span]:
        """When the words of restrictions are spoken. Where they meet they are one, as in words: nothing shows where one ends."""
        if any(each.start_ms is None and each.id not in self.told for each in several):
            return [EVERYTHING]
        spans = [(each.start_ms, each.end_ms) for each in several if each.start_ms is not None and each.end_ms is not None]
        keys = {each.id for each in several}
        for version, lines in self.lines.items():
            runs = merged((first, last) for restriction, of, first, last in self.runs if of == version and restriction in keys)
            spans += [time_of(lines, first, last) for first, last in runs]
        return spans


def _spoken(entry: Entry, testimony: int, restrictions: Sequence[int]) -> _Spoken:
    """When the words of these restrictions are spoken, by every transcript that has times."""
    rows = entry.session.execute(
        select(WithheldRun.restriction_id, WithheldRun.version_id, WithheldRun.first, WithheldRun.last, Transcript.n)
        .join(Transcript, Transcript.current_version_id == WithheldRun.version_id)
        .where(Transcript.testimony_id == testimony, WithheldRun.restriction_id.in_(restrictions))).all()
    lines = {version: found for version in {row.version_id for row in rows} if (found := _times(entry, version))}
    marked_in = entry.session.scalar(select(func.min(Transcript.n)).where(Transcript.testimony_id == testimony))
    told = frozenset(row.restriction_id for row in rows if row.n == marked_in and row.version_id in lines)
    return _Spoken(tuple((restriction, version, first, last) for restriction, version, first, last, _ in rows), lines, told)


def _times(entry: Entry, version: int) -> list[Timed]:
    """The segments of a version that have a time."""
    rows = entry.session.execute(select(Segment.ordinal, Segment.start_ms, Segment.end_ms).where(
        Segment.version_id == version, Segment.start_ms.is_not(None)).order_by(Segment.ordinal))
    return [(ordinal, start, end) for ordinal, start, end in rows if start is not None]


def time_of(lines: Sequence[Timed], first: int, last: int) -> Span:
    """When segments `first` to `last` are spoken. An edge without a time reaches outwards to where the nearest segment that has one
    begins: where that one ends says nothing, for an end that nobody wrote down is taken from the next time there is."""
    inside = [(start, end) for ordinal, start, end in lines if first <= ordinal <= last]
    before = [start for ordinal, start, _ in lines if ordinal < first]
    timed = {ordinal for ordinal, _, _ in lines}
    begins = [begin for begin, _ in inside]
    start = min([*begins, *([] if first in timed else before[-1:] or [0])])
    ends = [end for _, end in inside if end is not None]
    if last not in timed or len(ends) < len(inside):
        latest = max([start, *begins])
        ends.append(min((begin for ordinal, begin, _ in lines if ordinal > last and begin > latest), default=EVERYTHING[1]))
    return start, max([*ends, *(begin + 1 for begin in begins)])


def by_recording(entry: Entry, testimony: int, recordings: Iterable[Recording]) -> dict[int, Cuts]:
    """Recording (internal key) -> what is withheld of it, on its own time line; a recording of which nothing is withheld has no spans."""
    whole = withheld(entry, testimony)
    rows = list(recordings)
    if whole == Cuts():
        return {row.id: Cuts() for row in rows}
    offsets = offsets_of(entry, rows)
    return {row.id: Cuts.of(*(_within(spans, offsets[row.id], row.duration_ms) for spans in (whole.sound, whole.picture))) for row in rows}


def offsets_of(entry: Entry, recordings: Iterable[Recording]) -> dict[int, int]:
    """Recording (internal key) -> where it begins on the testimony's time line, in ms."""
    tapes = {row.id: row.tape_id for row in recordings}
    found = testimonies.offsets(entry.session, [key for key in tapes.values() if key])
    return {recording: found.get(tape or 0, 0) for recording, tape in tapes.items()}


def _within(spans: Iterable[Span], offset: int, duration: int | None) -> list[Span]:
    length = EVERYTHING[1] if duration is None else duration
    moved = [(max(0, start - offset), min(length, end - offset)) for start, end in spans]
    return [(start, end) for start, end in moved if start < end]
