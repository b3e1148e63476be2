"""Restrictions of a testimony, and what each withholds in the current version of every transcript; older ones are not read.

A restriction on the time line takes every segment that shares any of its time; one on segments takes those of the first transcript,
and their time in the others. Where no timing can be trusted, the transcript is withheld as a whole. A new version keeps withheld what
was withheld before it, by what the words are, and may withhold more. What may not live here: who reads
what is withheld (access).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from archive_app.access.cuts import time_of
from archive_app.access.redaction import Line, Run, merged, touching
from archive_app.access.terms import to_json
from archive_app.actions.carrying import carried
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import Warning, tier
from archive_app.actions.reporting import NO_LONGER
from archive_app.exchange.restrictions import PICTURE, WORDS, RestrictionRow
from archive_app.records import restrictions, transcripts
from archive_app.records.consent import Unit, new_unit
from archive_app.records.restrictions import Restriction
from archive_app.records.transcripts import Transcript

RECOUNTED = ("the words were corrected since their file was given: withheld are the segments of these numbers in the file and in the words "
             "as they are now; look which ones are meant")
Key = tuple[int | None, int | None, int | None, int | None, bool, bool]


def add_restriction(work: Change, unit: Unit, said: RestrictionRow) -> Restriction:
    """Write down a restriction from a manifest; `project` finds what it withholds."""
    part = new_unit(work.session, "restriction", unit)
    row = Restriction(
        id=part.id, testimony_id=unit.id, start_ms=said.start_ms, end_ms=said.end_ms, first_segment=said.first_segment,
        last_segment=said.last_segment, words=WORDS in said.what, picture=PICTURE in said.what, terms=to_json(tier(said.access)),
        reason=said.reason, recorded_at=work.now)
    work.session.add(row)
    work.session.flush()
    return row


def follow(work: Change, unit: Unit, said: Sequence[RestrictionRow], warnings: list[Warning]) -> bool:
    """Add restrictions that are new; True when some are. Lifting or widening one is done at the desk."""
    known = {(_stored_key(row), row.terms) for row in restrictions.in_force(work.session, unit.id)}
    wanted = {(_said_key(row), to_json(tier(row.access))): row for row in said}
    if known - set(wanted):
        warnings.append(("restrictions", f"a restriction {NO_LONGER}: it stays in force"))
    fresh = [row for key, row in wanted.items() if key not in known]
    if _counted_in_file(work, unit, [add_restriction(work, unit, row) for row in fresh]):
        warnings.append(("restrictions", RECOUNTED))
    return bool(fresh)


def _counted_in_file(work: Change, unit: Unit, made: Sequence[Restriction]) -> bool:
    """Whoever writes a table counts segments in the file; where its words were corrected since, what stands there is withheld by what the
    words are. True where that was so."""
    numbered = [each for each in made if each.words and each.first_segment is not None and each.last_segment is not None]
    first = next(iter(transcripts.of_testimony(work.session, unit.id)), None) if numbered else None
    version = transcripts.current_version(work.session, first) if first else None
    given = [each.id for each in transcripts.versions_of(work.session, first.id) if each.object_digest] if first else []
    if version is None or version.previous_id is None or not given or given[-1] == version.id:
        return False
    file, before = _lines(work.session, given[-1]), _lines(work.session, version.previous_id)
    for each in numbered:
        assert each.first_segment is not None and each.last_segment is not None
        runs = [(each.first_segment, min(each.last_segment, len(file)))] if each.first_segment <= len(file) else []
        restrictions.put_runs(work.session, version.previous_id, each.id,
                              runs if given[-1] == version.previous_id else carried(file, before, runs))
    work.session.flush()
    return True


def _stored_key(row: Restriction) -> Key:
    return (row.start_ms, row.end_ms, row.first_segment, row.last_segment, row.words, row.picture)


def _said_key(row: RestrictionRow) -> Key:
    return (row.start_ms, row.end_ms, row.first_segment, row.last_segment, WORDS in row.what, PICTURE in row.what)


def project(work: Change, unit: Unit) -> list[Warning]:
    """Store what every restriction withholds in the current version of every transcript; warnings for those that withhold nothing."""
    warnings: list[Warning] = []
    for restriction, texts, stored, more in _projected(work.session, unit.id):
        runs = [merged([*known, *new]) for known, new in zip(stored, more, strict=True)]
        for text, found in zip(texts, runs, strict=True):
            restrictions.put_runs(work.session, text.version, restriction.id, found)
        missed = restriction.first_segment is not None and not any(runs[:1])
        if texts and (missed or not any(runs)):
            warnings.append(("restrictions", "a restriction lies where no words are: it withholds none"))
    work.session.flush()
    return warnings


def unprotected(session: Session) -> Iterator[int]:
    """Keys of transcript versions in which less is withheld than restrictions in force ask for. Reads only."""
    for testimony in restrictions.restricted(session):
        for _, texts, stored, more in _projected(session, testimony):
            for text, known, asked in zip(texts, stored, more, strict=True):
                if merged([*known, *asked]) != merged(known):
                    yield text.version


def _projected(session: Session, testimony: int) -> Iterator[tuple[Restriction, list[Text], list[list[Run]], list[list[Run]]]]:
    """For every restriction on words: the texts, what is stored of each, and what it withholds there."""
    wanted = [restriction for restriction in restrictions.in_force(session, testimony) if restriction.words]
    texts = [_text(session, transcript) for transcript in transcripts.of_testimony(session, testimony)] if wanted else []
    for restriction in wanted:
        before = [restrictions.runs(session, text.previous, restriction.id) for text in texts]
        stored = [restrictions.runs(session, text.version, restriction.id) for text in texts]
        yield restriction, texts, stored, withheld(restriction, texts, before)


def recall(work: Change, transcript: Transcript) -> None:
    """Withhold in a new version what was withheld in any before it: words that were left out once and come back come back withheld."""
    version = transcripts.current_version(work.session, transcript)
    if version is None:
        return
    new = _lines(work.session, version.id)
    for restriction in restrictions.in_force(work.session, transcript.testimony_id):
        earlier = [each for each in transcripts.versions_of(work.session, transcript.id) if each.id != version.id]
        there = [(each.id, found) for each in earlier if (found := restrictions.runs(work.session, each.id, restriction.id))]
        runs = [run for key, found in there for run in carried(_lines(work.session, key), new, found)]
        restrictions.put_runs(work.session, version.id, restriction.id, merged([*restrictions.runs(
            work.session, version.id, restriction.id), *runs]))
    work.session.flush()


def foreseen(session: Session, version: int, new: Sequence[Line]) -> tuple[list[Run], list[Run]]:
    """What anything withholds in a version (its key), and what of these lines will be withheld at the least when they come after it."""
    runs = merged(restrictions.runs_in(session, version))
    return runs, carried(_lines(session, version), new, runs) if runs else []


Heard = dict[int, list[tuple[int, int]]]
"""Restriction (its key) -> when its words are spoken, in ms; no spans: nothing says when."""


def heard(session: Session, transcript: Transcript) -> Heard:
    """Of each restriction on words that withholds some of this transcript: when its current version says that they are spoken."""
    version = transcript.current_version_id or 0
    lines = [(row.ordinal, row.start_ms, row.end_ms) for row in transcripts.segments_of(session, version) if row.start_ms is not None]
    found: Heard = {}
    for each in restrictions.in_force(session, transcript.testimony_id):
        runs = restrictions.runs(session, version, each.id) if each.words else []
        if runs:
            found[each.id] = [time_of(lines, first, last) for first, last in runs] if lines else []
    return found


def confirm(work: Change, unit: Unit, transcript: Transcript, before: Heard) -> bool:
    """After a new version: sound that was withheld stays so, by a restriction on that time where the words no longer say it; a version
    without times in which nothing is found of what was withheld is withheld as a whole. False where either had to be done."""
    now, confirmed = heard(work.session, transcript), True
    version = transcript.current_version_id or 0
    for each in restrictions.in_force(work.session, unit.id):
        if each.id not in before:
            continue
        if each.id not in now and not before[each.id]:
            restrictions.put_runs(work.session, version, each.id, [(1, transcripts.count_segments(work.session, version))])
            confirmed = False
        own = [(each.start_ms, each.end_ms)] if each.start_ms is not None and each.end_ms is not None else []
        for start, end in before[each.id]:
            if not any(first <= start and end <= last for first, last in [*own, *now.get(each.id, [])]):
                _keep_closed(work, unit, each, start, end)
                confirmed = False
    if not confirmed:
        work.session.flush()
        project(work, unit)
    return confirmed


def _keep_closed(work: Change, unit: Unit, of: Restriction, start_ms: int, end_ms: int) -> None:
    """A restriction like another, on a stretch of time."""
    part = new_unit(work.session, "restriction", unit)
    work.session.add(Restriction(id=part.id, testimony_id=unit.id, start_ms=start_ms, end_ms=end_ms, words=of.words, picture=of.picture,
                                 terms=of.terms, reason=of.reason, asked_by=of.asked_by, recorded_at=work.now))


@dataclass(frozen=True)
class Text:
    """The current version of a transcript with the one before it (key 0, no lines where there is none); `made_at` in ms UTC."""

    version: int
    made_at: int
    lines: Sequence[Line]
    previous: int = 0
    old: Sequence[Line] = ()


def _text(session: Session, transcript: Transcript) -> Text:
    version = transcripts.current_version(session, transcript)
    if version is None:
        return Text(0, 0, ())
    previous = version.previous_id or 0
    return Text(version.id, version.made_at, _lines(session, version.id), previous, _lines(session, previous) if previous else ())


def _lines(session: Session, version: int) -> list[Line]:
    return [Line(row.ordinal, row.start_ms, row.end_ms, row.speaker, row.text, row.language, row.cue)
            for row in transcripts.segments_of(session, version)]


def withheld(restriction: Restriction, texts: Sequence[Text], before: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """The runs that a restriction withholds in each text; `before`: what it withheld in the version ahead of each. Pure."""
    kept = [carried(text.old, text.lines, runs) for text, runs in zip(texts, before, strict=True)]
    if not texts:
        return []
    found = [merged([*kept[0], *_in_first(restriction, texts[0])])]
    span = _span(restriction, texts[0].lines, found[0])
    for text, runs in zip(texts[1:], kept[1:], strict=True):
        found.append(merged([*runs, *_in_time(text.lines, span)]))
    return found


def _in_first(restriction: Restriction, text: Text) -> list[Run]:
    """By time; or by number: those that the segments had when the restriction was written, or, where there were none yet, have in the
    first version that came. A later version is numbered otherwise: what was withheld is carried over to it."""
    if restriction.first_segment is None or restriction.last_segment is None:
        return _in_time(text.lines, _span(restriction, text.lines, []))
    last = min(restriction.last_segment, len(text.lines))
    numbered = restriction.recorded_at >= text.made_at or not text.previous  # or these are the first words that it can be about
    return [(restriction.first_segment, last)] if numbered and restriction.first_segment <= last else []


def _in_time(lines: Sequence[Line], span: tuple[int, int] | None) -> list[Run]:
    """Where no timing can be trusted: all of it."""
    if span is None or all(line.start_ms is None for line in lines):
        return [(1, len(lines))] if lines else []
    return touching(lines, *span)


def _span(restriction: Restriction, first: Sequence[Line], runs: Sequence[Run]) -> tuple[int, int] | None:
    """The time that a restriction covers; None where its segments have none."""
    if restriction.start_ms is not None and restriction.end_ms is not None:
        return restriction.start_ms, restriction.end_ms
    inside = [line for line in first if any(begin <= line.ordinal <= end for begin, end in runs)]
    if not inside or any(line.start_ms is None for line in inside):
        return None
    timed = [(line.ordinal, line.start_ms, line.end_ms) for line in first if line.start_ms is not None]
    spans = [time_of(timed, begin, end) for begin, end in runs]  # an end that nobody wrote down reaches to the next start
    return min(start for start, _ in spans), max(end for _, end in spans)
