"""THE LIST: everything that belongs to a testimony and goes when it is erased, row by row, and what stays, with the reason.

Whoever adds a table or a column that can hold words, names or bytes adds it here: to BELONGINGS (its rows go), to BLANKED (the row stays
without it) or to STAYS (and says why). A test walks the models and fails for what stands nowhere (tests/records/test_belongings.py).
What is deleted is overwritten with zeros (secure_delete); what older pages still hold goes with `wiping`. What may not live here: who may
erase, the bytes (actions, jobs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session

from archive_app.records import merges, objects, submissions
from archive_app.records.accounts import Barred, Holding
from archive_app.records.agreements import Proposal
from archive_app.records.base import Base
from archive_app.records.copies import AccessCopy, FailedCopy
from archive_app.records.desk_work import BulkLine
from archive_app.records.drafts import TranscriptDraft
from archive_app.records.hidden import HiddenPerson
from archive_app.records.merges import Merge
from archive_app.records.recordings import Recording
from archive_app.records.registry import EventPlace, NameRow, Person, Place
from archive_app.records.requests import GRANTED, REVOKED, AccessRequest
from archive_app.records.restrictions import Restriction, WithheldRun
from archive_app.records.sources import SourcedStatement
from archive_app.records.submissions import Attachment, Submission
from archive_app.records.testimonies import Appearance, IndexPoint, InterviewSession, PlaceLink, Tape, Testimony
from archive_app.records.transcripts import Footnote, Segment, Transcript, TranscriptVersion

Owned = Callable[[int], ColumnElement[bool]]
COPY = "copy"


@dataclass(frozen=True)
class Belonging:
    """The rows of a table that belong to a testimony. `of`: which (by its internal key); `names`: the column that names an object of the
    vault, '' = none; `called`: what the receipt calls that object."""

    table: type[Base]
    of: Owned
    names: str = ""
    called: str = ""

    @property
    def column(self) -> Any:
        return getattr(self.table, self.names)


def _transcripts(key: int) -> Select[Any]:
    return select(Transcript.id).where(Transcript.testimony_id == key)


def _versions(key: int) -> Select[Any]:
    return select(TranscriptVersion.id).where(TranscriptVersion.transcript_id.in_(_transcripts(key)))


def _recordings(key: int) -> Select[Any]:
    return select(Recording.id).where(Recording.testimony_id == key)


def _direct(table: Any) -> Owned:
    return lambda key: table.testimony_id == key


def _of_submission(table: Any) -> Owned:
    return lambda key: table.submission_id.in_(select(Submission.id).where(Submission.testimony_id == key))


BELONGINGS: tuple[Belonging, ...] = (
    Belonging(TranscriptDraft, lambda key: TranscriptDraft.transcript_id.in_(_transcripts(key))),
    Belonging(BulkLine, _direct(BulkLine)),
    Belonging(Footnote, lambda key: Footnote.version_id.in_(_versions(key))),
    Belonging(Segment, lambda key: Segment.version_id.in_(_versions(key))),
    Belonging(WithheldRun, lambda key: WithheldRun.version_id.in_(_versions(key))),
    Belonging(TranscriptVersion, lambda key: TranscriptVersion.transcript_id.in_(_transcripts(key)), "object_digest", "transcript"),
    Belonging(Transcript, _direct(Transcript)),
    Belonging(AccessCopy, lambda key: AccessCopy.recording_id.in_(_recordings(key)), "object_digest", COPY),
    Belonging(FailedCopy, lambda key: FailedCopy.recording_id.in_(_recordings(key))),
    Belonging(Recording, _direct(Recording), "object_digest", "recording"),
    Belonging(Tape, lambda key: Tape.session_id.in_(select(InterviewSession.id).where(InterviewSession.testimony_id == key))),
    Belonging(InterviewSession, _direct(InterviewSession)),
    Belonging(IndexPoint, _direct(IndexPoint)),
    Belonging(Restriction, _direct(Restriction)),
    Belonging(HiddenPerson, _direct(HiddenPerson)),
    Belonging(Appearance, _direct(Appearance)),
    Belonging(PlaceLink, _direct(PlaceLink)),
    Belonging(Proposal, _direct(Proposal)),
    Belonging(AccessRequest, _direct(AccessRequest)),
    Belonging(Holding, _direct(Holding)),
    Belonging(Barred, _direct(Barred)),
    *(Belonging(table, _of_submission(table), "object_digest" if table is Attachment else "", "given" if table is Attachment else "")
      for table in submissions.PARTS),
)
"""In this order: what names others goes before them."""

BLANKED: dict[type[Base], dict[str, Any]] = {
    Testimony: {"import_key": None, "title": "", "abstract": "", "keywords": [], "languages": [], "date": "", "first_year": None,
                "last_year": None, "narrator_role": "", "sort_title": "", "sort_year": None, "row_digest": "", "manifest": "",
                "accession": "", "told": {}, "object_digest": None},
}
"""What is taken out of rows that stay, for statements of consent and the audit chain are about them."""

UNSHARED = (Person, Place)
"""Rows of the registry that go, names and all, where nothing else mentions them and nobody entered them for their own sake."""

STAYS: dict[str, tuple[str, str]] = {
    "import_runs": ("public_id state options foreseen report problem",
                    "what reports say of its row is taken out (records.desk_work.forget); the rest is about others"),
    "bulk_changes": ("public_id field", "which field was changed, and by whom; what it held goes with its lines"),
    "testimonies": ("public_id", "the id that statements, audit chain and ledger are about"),
    "units": ("kind", "what statements are about: a word of ours"),
    "consent_parties": ("capacity", "the consent history: who spoke, not by name"),
    "consent_statements": ("effect terms reason form_version form_language recorded_by supersedes", "the consent history stays"),
    "consent_evidence": ("kind object_digest note given_on language detail",
                         "the consent history stays, and its evidence with it: signed forms hold names, custodians alone reach them"),
    "audiences": ("formula", "formulas of ours"),
    "releases": ("layer naming delivery refused", "derived from statements: words of ours"),
    "audit_entries": ("actor verb subject detail previous digest", "verbs, ids and digests"),
    "jobs": ("kind subject", "ids alone"),
    "leases": ("kind holder", "processes of ours"),
    "stored_objects": ("digest", "digests of what is there"),
    "fixity_checks": ("digest outcome found", "digests"),
    "erasures": ("kind subject import_key salt commitment facts left waits loose line", "ids, digests and numbers"),
    "submissions": ("public_id kind locator salt cost family_key archive_key state paused_from language begun_on sent_on decided_on "
                    "expires_on", "so that the receipt tells how it stands; the archive's key is taken out, the family's opens nothing"),
    "collections": ("public_id description row_digest", "of no one testimony"),
    "names": ("text sort_name language kind said_by", "go with people and places (UNSHARED); others are of no one testimony"),
    "people": ("public_id sort_name born died note row_digest", "go where nothing else mentions them (UNSHARED)"),
    "places": ("public_id sort_name row_digest", "go where nothing else mentions them (UNSHARED)"),
    "events": ("public_id sort_name date row_digest", "of no one testimony"),
    "sources": ("public_id title author publisher date kind language url object_digest row_digest", "published, of no one testimony"),
    "sourced_statements": ("public_id locator about asserts value_min value_max unit wording says note row_digest", "said by sources"),
    "registry_merges": ("merged_by undone_by moved", "go with the people and places that go; others are of no one testimony"),
    "accounts": ("email role password_hash totp_secret language", "people who sign in"),
    "signed_in_sessions": ("token_digest stage device", "people who sign in"),
    "one_time_codes": ("purpose email password_hash language code_digest", "people who sign in"),
}
"""Table -> (its columns that can hold text or bytes and stay, why)."""


@dataclass(frozen=True)
class Named:
    """An object of the vault that a testimony names: what the receipt calls it, its digest."""

    called: str
    digest: str


def named(session: Session, key: int) -> list[Named]:
    """The objects that a testimony (internal key) names, each once, as the first thing that it is."""
    found: dict[str, Named] = {}
    described = session.scalar(select(Testimony.object_digest).where(Testimony.id == key))
    for one in sorted((each for each in BELONGINGS if each.names), key=lambda each: each.called == COPY):
        for digest in session.scalars(select(one.column).where(one.of(key)).distinct().order_by(one.column)):
            if digest:
                found.setdefault(digest, Named(one.called, digest))
    if described:
        found.setdefault(described, Named("description", described))
    return list(found.values())


def shared(session: Session, key: int, digests: Iterable[str]) -> set[str]:
    """Those of these objects that something else than this testimony names too: another testimony, a source, evidence of consent."""
    own = {str(one.column): one.of(key) for one in BELONGINGS if one.names} | {str(Testimony.object_digest): Testimony.id == key}
    wanted, found = sorted(set(digests)), set[str]()
    for begin in range(0, len(wanted), 500):
        for column in objects.NAMING:
            asked = select(column).where(column.in_(wanted[begin:begin + 500]))
            found |= {each for each in session.scalars(asked.where(not_(own[str(column)])) if str(column) in own else asked) if each}
    return found


def counts(session: Session, key: int) -> dict[str, int]:
    """Table -> how many rows of it belong to a testimony; without the zeros."""
    found = {one.table.__tablename__: session.scalar(select(func.count()).select_from(one.table).where(one.of(key))) or 0
             for one in BELONGINGS}
    found |= {table.__tablename__: len(keys) for table, keys in unshared(session, key).items()}
    return {name: count for name, count in sorted(found.items()) if count}


def granted(session: Session, key: int) -> int:
    """How many accounts had been given a right to it by name, ended ones too."""
    asked = select(AccessRequest.account_id).where(AccessRequest.testimony_id == key, AccessRequest.state.in_((GRANTED, REVOKED)))
    return len({*session.scalars(asked), *session.scalars(select(Holding.account_id).where(Holding.testimony_id == key))})


def word_digests(session: Session, key: int) -> list[str]:
    """The digests of the words of every version."""
    return list(session.scalars(select(TranscriptVersion.digest).where(TranscriptVersion.transcript_id.in_(_transcripts(key)))))


def unshared(session: Session, key: int) -> dict[type[Person] | type[Place], list[int]]:
    """The people and places (internal keys) that only this testimony mentions and that no table of the registry brought in; those that
    were made one, all or none."""
    inside = Place.__table__.alias()
    return {
        Person: _alone(session, Person, select(Appearance.person_id).where(Appearance.testimony_id == key), [
            exists().where(Appearance.person_id == Person.id, Appearance.testimony_id != key), _told_of(Person)]),
        Place: _alone(session, Place, select(PlaceLink.place_id).where(PlaceLink.testimony_id == key), [
            exists().where(PlaceLink.place_id == Place.id, PlaceLink.testimony_id != key),
            exists().where(EventPlace.place_id == Place.id),
            exists().where(InterviewSession.place_id == Place.id, InterviewSession.testimony_id != key),
            exists().where(inside.c.within_id == Place.id), _told_of(Place)])}


def _alone(session: Session, table: type[Person] | type[Place], linked: Select[Any], beside: list[ColumnElement[bool]]) -> list[int]:
    """Those that are linked, with all that they are one with, where none of these is mentioned beside."""
    heads = sorted({merges.standing(session, each) for each in session.scalars(linked)})
    groups = [_with_merged(session, [each]) for each in heads]
    stays = set(session.scalars(select(table.id).where(table.id.in_([each for group in groups for each in group]),
                                                       or_(table.row_digest != "", *beside))))
    return [each for group in groups if stays.isdisjoint(group) for each in group]


def _with_merged(session: Session, keys: list[int]) -> list[int]:
    """These, and what was made one with them."""
    inside = select(Merge.merged_id).where(Merge.kept_id.in_(keys), Merge.undone_at.is_(None), Merge.merged_id.not_in(keys))
    more = list(session.scalars(inside))
    return _with_merged(session, [*keys, *more]) if more else keys


def _told_of(table: type[Person] | type[Place]) -> ColumnElement[bool]:
    return exists().where(SourcedStatement.about_id == table.id)


def erase(session: Session, key: int) -> None:
    """Delete everything that belongs to a testimony (internal key), blank what stays of its own row, and take the archive's key from the
    submission that it was. The caller holds the write lock and commits."""
    alone = unshared(session, key)
    submissions.erase_of(session, key)
    for one in BELONGINGS:
        session.execute(delete(one.table).where(one.of(key)).execution_options(synchronize_session=False))
    for table, values in BLANKED.items():
        session.execute(update(table).where(table.id == key).values(**values)  # type: ignore[attr-defined]
                        .execution_options(synchronize_session=False))
    for keys_of, keys in alone.items():
        session.execute(delete(Merge).where(or_(Merge.kept_id.in_(keys), Merge.merged_id.in_(keys)))
                        .execution_options(synchronize_session=False))
        session.execute(delete(NameRow).where(NameRow.unit_id.in_(keys)).execution_options(synchronize_session=False))
        session.execute(delete(keys_of).where(keys_of.id.in_(keys)).execution_options(synchronize_session=False))
    session.expire_all()


def tables() -> Iterator[str]:
    """The names of all tables from which something goes."""
    yield from dict.fromkeys([*(one.table.__tablename__ for one in BELONGINGS), *(table.__tablename__ for table in BLANKED),
                              *(table.__tablename__ for table in UNSHARED), NameRow.__tablename__, Submission.__tablename__])
