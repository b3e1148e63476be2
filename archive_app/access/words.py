"""The words of transcripts as one viewer may read them: whole, and as passages for a search hit.

What may not live here: which testimonies there are (cards), how a passage is found (search).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, or_, select

from archive_app.access.cards import Opened, opened
from archive_app.access.entry import Entry
from archive_app.access.names import keyword
from archive_app.access.readings import Passage, PassageKey, RenderedTranscript, Segment, Transcript
from archive_app.access.redaction import Line, Run, blocks, merged, number_shown, segment
from archive_app.records.restrictions import WithheldRun
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Segment as SegmentRow
from archive_app.records.transcripts import Transcript as TranscriptRow

COLUMNS = (SegmentRow.ordinal, SegmentRow.start_ms, SegmentRow.end_ms, SegmentRow.speaker, SegmentRow.text, SegmentRow.language,
           SegmentRow.cue)


def rendered(entry: Entry, whole: Opened) -> tuple[RenderedTranscript, ...]:
    """Every transcript of a testimony that this viewer may read, with the ordinals behind each block."""
    return tuple(_render(entry, whole, row) for row, _ in whole.transcripts)


def transcript(entry: Entry, whole: Opened, n: int) -> Transcript | None:
    """One transcript by its number; None when there is none for this viewer."""
    return next((_render(entry, whole, row).transcript for row, head in whole.transcripts if head.n == n), None)


def _render(entry: Entry, whole: Opened, row: TranscriptRow) -> RenderedTranscript:
    head = next(head for _, head in whole.transcripts if head.n == row.n)
    version = row.current_version_id or 0
    rows = entry.session.execute(select(*COLUMNS).where(SegmentRow.version_id == version).order_by(SegmentRow.ordinal))
    lines = [_line(found, row.language) for found in rows]
    shown, ordinals = blocks(lines, withheld(entry, [version]).get(version, []), whole.names)
    return RenderedTranscript(Transcript(head, shown), ordinals)


def _line(row: Sequence[object], language: str, without_cue: bool = False) -> Line:
    """`without_cue`: where something is withheld, numbered cues would tell how many are."""
    ordinal, start, end, speaker, text, own, cue = row
    return Line(ordinal, start, end, speaker, text, own or language, "" if without_cue else cue)  # type: ignore[arg-type]


def withheld(entry: Entry, versions: Iterable[int]) -> dict[int, list[Run]]:
    """Version key -> the merged runs that this viewer may not read."""
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
    found: dict[PassageKey, Passage] = {}
    wanted: dict[PassageKey, tuple[Opened, TranscriptRow]] = {}
    for key in keys:
        there = whole.get(rows.get(key.testimony, 0))
        if there is None:
            continue
        if key.transcript == 0:
            described = _description(there, key)
            if described is not None:
                found[key] = described
        for row, head in there.transcripts:
            if head.n == key.transcript:
                wanted[key] = (there, row)
    found.update(_spoken(entry, wanted))
    return found


def _description(whole: Opened, key: PassageKey) -> Passage | None:
    if "description" not in whole.layers:
        return None
    language = whole.row.languages[0] if whole.row.languages else ""
    keywords = "; ".join(keyword(whole.names, word, language) for word in whole.row.keywords)
    texts = [whole.card.title, whole.names(whole.row.abstract, language), keywords]
    segments = tuple(Segment(n, None, None, "", text, language) for n, text in enumerate(texts, 1) if text)
    return Passage(key, whole.card, None, segments)


def _spoken(entry: Entry, wanted: dict[PassageKey, tuple[Opened, TranscriptRow]]) -> dict[PassageKey, Passage]:
    versions = {row.current_version_id or 0 for _, row in wanted.values()}
    closed = withheld(entry, versions)
    lines = _ranges(entry, {(row.current_version_id or 0, key.first, key.last) for key, (_, row) in wanted.items()})
    result = {}
    for key, (whole, row) in wanted.items():
        version = row.current_version_id or 0
        hidden = closed.get(version, [])
        if any(first <= key.last and last >= key.first for first, last in hidden):
            continue
        head = next(head for _, head in whole.transcripts if head.n == key.transcript)
        segments = tuple(segment(number_shown(ordinal, hidden), _line(lines[version, ordinal], row.language, bool(hidden)), whole.names)
                         for ordinal in range(key.first, key.last + 1) if (version, ordinal) in lines)
        if segments:
            result[key] = Passage(key, whole.card, head, segments)
    return result


def _ranges(entry: Entry, wanted: set[tuple[int, int, int]]) -> dict[tuple[int, int], Sequence[object]]:
    if not wanted:
        return {}
    ranges = [and_(SegmentRow.version_id == version, SegmentRow.ordinal.between(first, last)) for version, first, last in sorted(wanted)]
    rows = entry.session.execute(select(SegmentRow.version_id, *COLUMNS).where(or_(*ranges)))
    return {(row[0], row[1]): row[1:] for row in rows}
