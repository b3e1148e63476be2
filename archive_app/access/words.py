"""The words of transcripts as one viewer may read them: whole, and as passages for a search hit.

What may not live here: which testimonies there are (cards), how a passage is found (search).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import and_, or_, select

from archive_app.access import index_points, notes
from archive_app.access.cards import Opened, opened
from archive_app.access.entry import Entry
from archive_app.access.index_readings import Passage, PassageKey, RenderedTranscript, by_moment, words_about
from archive_app.access.names import keyword
from archive_app.access.readings import IndexPoint, Segment, Transcript, TranscriptHead
from archive_app.access.redaction import Line, Run, blocks, merged, number_shown, segment
from archive_app.records.restrictions import WithheldRun
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Segment as SegmentRow
from archive_app.records.transcripts import Transcript as TranscriptRow
from archive_app.records.transcripts import footnotes_of

COLUMNS = (SegmentRow.ordinal, SegmentRow.start_ms, SegmentRow.end_ms, SegmentRow.speaker, SegmentRow.text, SegmentRow.language,
           SegmentRow.cue, SegmentRow.words)
MOST_RANGES = 400
"""Ranges of segments asked for in one question: SQLite nests at most a thousand."""


def rendered(entry: Entry, whole: Opened) -> tuple[RenderedTranscript, ...]:
    """Every transcript of a testimony that this viewer may read, with the ordinals behind each block."""
    return tuple(_render(entry, whole, row, head) for row, head in whole.transcripts)


def transcript(entry: Entry, whole: Opened, n: int) -> Transcript | None:
    """One transcript by its number; None when there is none for this viewer."""
    return next((_render(entry, whole, row, head).transcript for row, head in whole.transcripts if head.n == n), None)


def _render(entry: Entry, whole: Opened, row: TranscriptRow, head: TranscriptHead) -> RenderedTranscript:
    version = row.current_version_id or 0
    rows = entry.session.execute(select(*COLUMNS).where(SegmentRow.version_id == version).order_by(SegmentRow.ordinal))
    lines = [_line(found, row.language) for found in rows]
    hidden = withheld(entry, [version]).get(version, [])
    shown, ordinals = blocks(lines, hidden, whole.names)
    footnotes = notes.shown(footnotes_of(entry.session, version), lines, hidden, whole.names, row.language)
    return RenderedTranscript(Transcript(head, shown, footnotes), ordinals)


def _line(row: Sequence[object], language: str) -> Line:
    ordinal, start, end, speaker, text, own, cue, words = row
    timed = tuple((at, start_ms) for at, start_ms in words or ())  # type: ignore[attr-defined]
    return Line(ordinal, start, end, speaker, text, own or language, cue, timed)  # type: ignore[arg-type]


def withheld(entry: Entry, versions: Iterable[int]) -> dict[int, list[Run]]:
    """Version key -> the merged runs that this viewer may not read. A restriction that was lifted has no runs
    (records.restrictions.lift deletes them), so whether it was need not be asked here."""
    rows = entry.session.execute(select(WithheldRun.version_id, WithheldRun.first, WithheldRun.last).where(
        WithheldRun.version_id.in_(set(versions)), ~entry.gate.opens("words", WithheldRun.restriction_id)))
    found: dict[int, list[Run]] = {}
    for version, first, last in rows:
        found.setdefault(version, []).append((first, last))
    return {version: merged(runs) for version, runs in found.items()}


def passages(entry: Entry, keys: Sequence[PassageKey]) -> dict[PassageKey, Passage]:
    """Those of the passages that this viewer may read now. The index proposed them; the gate is asked again here."""
    ids = {key.testimony for key in keys}
    rows = dict(entry.session.execute(select(Testimony.public_id, Testimony.id).where(Testimony.public_id.in_(ids))).all())
    whole = opened(entry, rows.values())
    there = {key: whole[rows[key.testimony]] for key in keys if rows.get(key.testimony) in whole}
    found = dict(_described(entry, {key: each for key, each in there.items() if key.transcript == 0}))
    heads = ((key, each, row, head) for key, each in there.items() for row, head in each.transcripts)
    found.update(_spoken(entry, {key: (each, row, head) for key, each, row, head in heads if head.n == key.transcript}))
    return found


def _described(entry: Entry, wanted: dict[PassageKey, Opened]) -> Iterator[tuple[PassageKey, Passage]]:
    """What is said about a testimony: its description, points of its index."""
    indexes: dict[str, dict[tuple[int, int], IndexPoint]] = {}
    for key, whole in wanted.items():
        if key.first and key.testimony not in indexes:
            points = by_moment(index_points.of_testimony(entry, whole))
            indexes[key.testimony] = {(moment, place): point for moment, place, point in points}
        segments = _point(indexes[key.testimony].get((key.first, key.last))) if key.first else _description(whole)
        if segments:
            yield key, Passage(key, whole.card, None, segments)


def _description(whole: Opened) -> tuple[Segment, ...]:
    if "description" not in whole.layers:
        return ()
    language = whole.row.languages[0] if whole.row.languages else ""
    keywords = "; ".join(keyword(whole.names, word, language) for word in whole.row.keywords)
    texts = [whole.card.title, whole.names(whole.row.abstract, language), keywords]
    return tuple(Segment(n, None, None, "", text, language) for n, text in enumerate(texts, 1) if text)


def _point(point: IndexPoint | None) -> tuple[Segment, ...]:
    """The texts by which a point is found, at its moment."""
    if point is None:
        return ()
    return tuple(Segment(n, point.start_ms, None, "", text, point.language) for n, text in enumerate(words_about(point), 1))


def _spoken(entry: Entry, wanted: dict[PassageKey, tuple[Opened, TranscriptRow, TranscriptHead]]) -> dict[PassageKey, Passage]:
    versions = {row.current_version_id or 0 for _, row, _ in wanted.values()}
    closed = withheld(entry, versions)
    lines = _ranges(entry, {(row.current_version_id or 0, key.first, key.last) for key, (_, row, _) in wanted.items()})
    result = {}
    for key, (whole, row, head) in wanted.items():
        version = row.current_version_id or 0
        hidden = closed.get(version, [])
        if any(first <= key.last and last >= key.first for first, last in hidden):
            continue
        segments = tuple(segment(number_shown(ordinal, hidden), _line(lines[version, ordinal], row.language), whole.names, hidden)
                         for ordinal in range(key.first, key.last + 1) if (version, ordinal) in lines)
        if segments:
            result[key] = Passage(key, whole.card, head, segments)
    return result


def _ranges(entry: Entry, wanted: set[tuple[int, int, int]]) -> dict[tuple[int, int], Sequence[object]]:
    if not wanted:
        return {}
    ranges = [and_(SegmentRow.version_id == version, SegmentRow.ordinal.between(first, last)) for version, first, last in sorted(wanted)]
    found: dict[tuple[int, int], Sequence[object]] = {}
    for begin in range(0, len(ranges), MOST_RANGES):
        rows = entry.session.execute(select(SegmentRow.version_id, *COLUMNS).where(or_(*ranges[begin:begin + MOST_RANGES])))
        found |= {(row[0], row[1]): row[1:] for row in rows}
    return found
