"""Restrictions of a testimony, and what each withholds in every version of every transcript.

A restriction on the time line takes every segment that shares any of its time; one on segments takes those of the first transcript,
and their time in the others. Where no timing can be trusted, the transcript is withheld as a whole. What may not live here: who reads
what is withheld (access).
"""

from __future__ import annotations

from collections.abc import Sequence

from archive_app.access.redaction import Line, Run, touching
from archive_app.access.terms import to_json
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import Warning, tier
from archive_app.exchange.restrictions import PICTURE, WORDS, RestrictionRow
from archive_app.records import restrictions, transcripts
from archive_app.records.consent import Unit, new_unit
from archive_app.records.restrictions import Restriction

Key = tuple[int | None, int | None, int | None, int | None, bool, bool]


def add_restriction(work: Change, unit: Unit, said: RestrictionRow) -> None:
    """Write down a restriction from a manifest; `project` finds what it withholds."""
    part = new_unit(work.session, "restriction", unit)
    work.session.add(Restriction(
        id=part.id, testimony_id=unit.id, start_ms=said.start_ms, end_ms=said.end_ms, first_segment=said.first_segment,
        last_segment=said.last_segment, words=WORDS in said.what, picture=PICTURE in said.what, terms=to_json(tier(said.access)),
        reason=said.reason, recorded_at=work.now))
    work.session.flush()


def follow(work: Change, unit: Unit, said: Sequence[RestrictionRow], warnings: list[Warning]) -> bool:
    """Add restrictions that are new; True when some are. Lifting or widening one is done at the desk."""
    known = {(_stored_key(row), row.terms) for row in restrictions.in_force(work.session, unit.id)}
    wanted = {(_said_key(row), to_json(tier(row.access))): row for row in said}
    if known - set(wanted):
        warnings.append(("restrictions", "a restriction on record is no longer in the row: it stays in force"))
    fresh = [row for key, row in wanted.items() if key not in known]
    for row in fresh:
        add_restriction(work, unit, row)
    return bool(fresh)


def _stored_key(row: Restriction) -> Key:
    return (row.start_ms, row.end_ms, row.first_segment, row.last_segment, row.words, row.picture)


def _said_key(row: RestrictionRow) -> Key:
    return (row.start_ms, row.end_ms, row.first_segment, row.last_segment, WORDS in row.what, PICTURE in row.what)


def project(work: Change, unit: Unit) -> list[Warning]:
    """Store what every restriction withholds in the current version of every transcript; warnings for those that withhold nothing."""
    versions = {}
    for transcript in transcripts.of_testimony(work.session, unit.id):
        version = transcript.current_version_id or 0
        versions[version] = [Line(row.ordinal, row.start_ms, row.end_ms, row.speaker, row.text, row.language, row.cue)
                             for row in transcripts.segments_of(work.session, version)]
    warnings: list[Warning] = []
    for restriction in restrictions.in_force(work.session, unit.id):
        if not restriction.words:
            continue
        runs = withheld(restriction, list(versions.values()))
        for version, found in zip(versions, runs, strict=True):
            restrictions.put_runs(work.session, version, restriction.id, found)
        if versions and not any(runs):
            warnings.append(("restrictions", "a restriction lies where no words are: it withholds none"))
    work.session.flush()
    return warnings


def withheld(restriction: Restriction, versions: Sequence[Sequence[Line]]) -> list[list[Run]]:
    """The runs that a restriction withholds in each of these versions. Pure."""
    span = _span(restriction, versions[0]) if versions else None
    found: list[list[Run]] = []
    for index, lines in enumerate(versions):
        if index == 0 and restriction.first_segment is not None and restriction.last_segment is not None:
            last = min(restriction.last_segment, len(lines))
            found.append([(restriction.first_segment, last)] if restriction.first_segment <= last else [])
        elif span is None or all(line.start_ms is None for line in lines):
            found.append([(1, len(lines))] if lines else [])
        else:
            found.append(touching(lines, *span))
    return found


def _span(restriction: Restriction, first: Sequence[Line]) -> tuple[int, int] | None:
    """The time that a restriction covers; None where its segments have none."""
    if restriction.start_ms is not None and restriction.end_ms is not None:
        return restriction.start_ms, restriction.end_ms
    inside = [line for line in first if (restriction.first_segment or 0) <= line.ordinal <= (restriction.last_segment or 0)]
    starts = [line.start_ms for line in inside if line.start_ms is not None]
    ends = [line.end_ms for line in inside if line.end_ms is not None]
    return (min(starts), max(ends)) if starts and ends and len(starts) == len(inside) else None
