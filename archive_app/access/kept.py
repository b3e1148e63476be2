"""Kept readings: what the archive holds, for those who tend it. Another type than readings: pages, formats, index and mail take none.

What may not live here: anything for a reader; counting the index (search).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app.access.terms import NOBODY, TIERS, audience_of, audience_text
from archive_app.records import hidden
from archive_app.records.consent import AudienceRow, Party, Release, Statement, Unit
from archive_app.records.erasures import Erasure
from archive_app.records.recordings import Recording
from archive_app.records.registry import Event, NameRow, Person, Place
from archive_app.records.restrictions import Restriction, WithheldRun
from archive_app.records.sources import Source, SourcedStatement
from archive_app.records.testimonies import Appearance, Collection, PlaceLink, Testimony, index_points
from archive_app.records.transcripts import Segment, Transcript, TranscriptVersion

Fact = tuple[object, ...]
ERASED = select(Erasure.testimony_id).where(Erasure.testimony_id.is_not(None))


@dataclass(frozen=True)
class KeptCounts:
    """How much the archive holds, whoever may read it; of what was erased it holds nothing. `by_access`: who reads the words now -> number
    of testimonies."""

    testimonies: int
    recordings: int
    transcripts: int
    segments: int
    words: int
    people: int
    by_access: dict[str, int]


def counts(session: Session, now: int) -> KeptCounts:
    """What is held, by current versions; `now` (ms UTC) decides `by_access` alone. People without a recorded name do not count.
    Reads the text of every segment."""
    rows = session.scalars(select(Segment.text).join(Transcript, Transcript.current_version_id == Segment.version_id)).yield_per(5000)
    segments = words = 0
    for text in rows:
        segments += 1
        words += len(text.split())
    told = session.scalar(select(func.count()).select_from(Testimony).where(Testimony.id.not_in(ERASED))) or 0
    return KeptCounts(told, _count(session, Recording), _count(session, Transcript), segments, words,
                      session.scalar(select(func.count()).select_from(Person).where(Person.sort_name != "")) or 0,
                      _by_access(session, now))


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _by_access(session: Session, now: int) -> dict[str, int]:
    names = {audience_text(audience): tier for tier, audience in TIERS.items()}
    rows = session.execute(
        select(AudienceRow.formula).join(Release, Release.audience_id == AudienceRow.id).join(Testimony, Testimony.id == Release.unit_id)
        .where(Release.layer == "transcript", Release.starts <= now, Release.ends > now, Testimony.id.not_in(ERASED))).scalars()
    found: Counter[str] = Counter()
    for formula in rows:
        audience = audience_of(formula)
        draft = any("desk" in clause for clause in audience)
        found["draft" if draft else "nobody" if audience == NOBODY else names.get(formula, formula)] += 1
    return dict(sorted(found.items()))


def digest(session: Session) -> str:
    """SHA-256 over everything that is kept, in an order and spelling that no history changes: no keys, no random ids, no times of ours."""
    sha = hashlib.sha256()
    for fact in _facts(session):
        sha.update(repr(fact).encode())
        sha.update(b"\n")
    return sha.hexdigest()


def _facts(session: Session) -> Iterator[Fact]:
    names = _names(session)
    for row in session.scalars(select(Collection).order_by(Collection.public_id)):
        yield ("collection", row.public_id, row.description, row.sensitive, row.two_person, names.get(row.id), *_said(session, row.id))
    for testimony in session.scalars(select(Testimony).order_by(Testimony.public_id)):
        yield from _testimony(session, testimony, names)
    for table in (Person, Place, Event, Source, SourcedStatement):
        yield from sorted(_plain(session, table, names), key=repr)


def _names(session: Session) -> dict[int, tuple[Fact, ...]]:
    found: dict[int, tuple[Fact, ...]] = {}
    for row in session.scalars(select(NameRow).order_by(NameRow.unit_id, NameRow.position)):
        found[row.unit_id] = (*found.get(row.unit_id, ()), (row.text, row.language, row.kind, row.said_by))
    return found


def _said(session: Session, unit: int) -> list[Fact]:
    rows = session.execute(select(Party.capacity, Statement.effect, Statement.terms).join(Party, Party.id == Statement.party_id)
                           .where(Statement.unit_id == unit).order_by(Statement.id))
    return [(capacity, effect, sorted(terms.items())) for capacity, effect, terms in rows]


def _released(session: Session, unit: int) -> list[Fact]:
    rows = session.execute(select(Release.layer, Release.starts, Release.ends, AudienceRow.formula, Release.naming, Release.delivery)
                           .join(AudienceRow, AudienceRow.id == Release.audience_id).where(Release.unit_id == unit)
                           .order_by(Release.layer, Release.starts))
    return [tuple(row) for row in rows]


def _testimony(session: Session, row: Testimony, names: dict[int, tuple[Fact, ...]]) -> Iterator[Fact]:
    yield ("testimony", row.public_id if row.import_key is None else row.import_key, row.title, row.abstract, row.keywords,
           row.languages, row.date, row.narrator_role, row.sort_title, row.sort_year, row.accession, sorted(row.told.items()),
           row.object_digest)
    for who in session.scalars(select(Appearance).where(Appearance.testimony_id == row.id)
                               .order_by(Appearance.role, Appearance.position)):
        yield ("appears", who.role, who.position, who.layer, who.pseudonym, names.get(who.person_id))
    for link in session.scalars(select(PlaceLink).where(PlaceLink.testimony_id == row.id).order_by(PlaceLink.position)):
        yield ("place", link.layer, names.get(link.place_id))
    for recording in session.scalars(select(Recording).where(Recording.testimony_id == row.id).order_by(Recording.position)):
        yield ("recording", recording.kind, recording.label, recording.object_digest, recording.duration_ms)
    for transcript in session.scalars(select(Transcript).where(Transcript.testimony_id == row.id).order_by(Transcript.n)):
        yield from _transcript(session, transcript)
    for point in index_points(session, row.id):
        yield ("index point", point.start_ms, point.end_ms, point.title, point.synopsis, point.keywords, point.language, point.subjects,
               point.excerpt, point.places, point.links)
    for restriction in session.scalars(select(Restriction).where(Restriction.testimony_id == row.id).order_by(Restriction.id)):
        yield ("restriction", restriction.start_ms, restriction.end_ms, restriction.first_segment, restriction.last_segment,
               restriction.words, restriction.picture, restriction.terms, restriction.lifted_at is None)
    yield from (("hidden", *name) for name in hidden.names(session, row.id))
    for unit in session.scalars(select(Unit.id).where(Unit.testimony_id == row.id).order_by(Unit.id)):
        yield ("terms", *_said(session, unit), *_released(session, unit))


def _transcript(session: Session, row: Transcript) -> Iterator[Fact]:
    yield ("transcript", row.n, row.language, row.kind)
    for version in session.scalars(select(TranscriptVersion).where(TranscriptVersion.transcript_id == row.id)
                                   .order_by(TranscriptVersion.number)):
        runs = session.execute(select(WithheldRun.first, WithheldRun.last).where(WithheldRun.version_id == version.id)
                               .order_by(WithheldRun.restriction_id, WithheldRun.first))
        yield ("version", version.number, version.object_digest, version.digest, version.approved_on, [tuple(run) for run in runs])


def _plain(session: Session, table: Any, names: dict[int, tuple[Fact, ...]]) -> Iterator[Fact]:
    """Registry rows by their content: rows made by an import have random ids, which are left out."""
    for row in session.scalars(select(table)):
        content = {column: getattr(row, column) for column in
                   ("born", "died", "note", "latitude", "longitude", "date", "title", "author", "publisher", "kind", "language", "url",
                    "locator", "about", "asserts", "value_min", "value_max", "unit", "wording", "says") if hasattr(row, column)}
        public_id = row.public_id if getattr(row, "row_digest", "") else ""
        yield (table.__tablename__, public_id, sorted(content.items()), names.get(row.id), *_said(session, row.id),
               *_released(session, row.id))
