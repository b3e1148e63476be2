"""What families bring in before anybody has accepted it: drafts, what is sent and waits, messages both ways.

Nothing here can be read without a key that this database does not hold: every answer, caption, file name and message is sealed, and so is
which questions were answered (`slot`). Times are days, never moments. A submission is no unit: it has no releases, so no gate opens it.
What may not live here: keys (actions.family_room), what the answers mean (actions.answers).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, LargeBinary, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.base import Base, Key, Moment
from archive_app.records.consent import Party
from archive_app.records.testimonies import Collection, Testimony

DRAFT, SENT, ACCEPTED, DECLINED, PAUSED, WITHDRAWN = STATES = ("draft", "sent", "accepted", "declined", "paused", "withdrawn")
FAMILY, ARCHIVE = "family", "archive"


class Submission(Base):
    """`kind`: account, concern. `locator`: a digest of the receipt; `salt` (hexadecimal) and `cost`: how its key is made; `family_key`,
    `archive_key`: the key of everything in it, sealed for the receipt, and once it is sent for the archive. `paused_from`: the state that
    it goes back to. Days as YYYY-MM-DD, '' = not yet; `expires_on`: when an untouched draft is deleted. `party_id`, `hold_id`: who
    speaks for it in the testimony it became, and the hold that a pause has put there. `changes`: something was changed since it was
    accepted."""

    __tablename__ = "submissions"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    locator: Mapped[str] = mapped_column(String(32), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    cost: Mapped[str] = mapped_column(String(40))
    family_key: Mapped[bytes] = mapped_column(LargeBinary)
    archive_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    paused_from: Mapped[str] = mapped_column(String(10), default="")
    language: Mapped[str] = mapped_column(String(40))
    begun_on: Mapped[str] = mapped_column(String(10))
    sent_on: Mapped[str] = mapped_column(String(10), default="")
    decided_on: Mapped[str] = mapped_column(String(10), default="")
    expires_on: Mapped[str] = mapped_column(String(10), default="", index=True)
    testimony_id: Mapped[int | None] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(Key)
    hold_id: Mapped[int | None] = mapped_column(Key)
    changes: Mapped[bool] = mapped_column(default=False)


class SavedStep(Base):
    """One answered question. `slot`: a keyed digest of its name; `sealed`: name and answers."""

    __tablename__ = "submission_steps"
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submissions.id"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file. `object_digest`: its bytes in the vault, sealed until it is accepted; `about`: what it is called and is by decoding, sealed;
    `recording_id`: the unit that it became."""

    __tablename__ = "submission_attachments"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submissions.id"), index=True)
    position: Mapped[int]
    object_digest: Mapped[str] = mapped_column(ForeignKey("stored_objects.digest"), index=True)
    is_sealed: Mapped[bool] = mapped_column(default=True)
    about: Mapped[bytes] = mapped_column(LargeBinary)
    recording_id: Mapped[int | None] = mapped_column(Key)


class SubmissionMessage(Base):
    """`said_by`: family, archive. `seen`: by the other side."""

    __tablename__ = "submission_messages"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submissions.id"), index=True)
    said_by: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    said_on: Mapped[str] = mapped_column(String(10))
    seen: Mapped[bool] = mapped_column(default=False)


class Visit(Base):
    """A browser in which a receipt was given. Only a digest of its token is kept, and the submission's key, sealed with the token.
    `ends_at` in ms UTC, a full hour: it does not say when the visit began."""

    __tablename__ = "submission_visits"
    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submissions.id"), index=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    ends_at: Mapped[int] = mapped_column(Moment)


PARTS = (SavedStep, Attachment, SubmissionMessage, Visit)


def by_locator(session: Session, locator: str) -> Submission | None:
    """The submission whose receipt has this locator."""
    return session.scalar(select(Submission).where(Submission.locator == locator))


def by_key(session: Session, key: int) -> Submission | None:
    """The submission with this internal key; None when it was deleted."""
    return session.get(Submission, key)


def by_public_id(session: Session, public_id: str) -> Submission | None:
    """The submission with this id, whoever may know of it."""
    return session.scalar(select(Submission).where(Submission.public_id == public_id))


def testimony_of(session: Session, row: Submission) -> Testimony | None:
    """What a submission became; None while it has not."""
    return session.get(Testimony, row.testimony_id) if row.testimony_id else None


def asks_two(session: Session, row: Testimony) -> bool:
    """Whether in the collection of this testimony a second person has to agree before more people may read."""
    return session.get_one(Collection, row.collection_id).two_person


def is_pause(session: Session, statement: int) -> bool:
    """Whether a hold (its key) is one by which a family has paused its testimony."""
    return session.scalar(select(Submission.id).where(Submission.hold_id == statement, Submission.state == PAUSED)) is not None


def speaker(session: Session, key: int | None) -> Party:
    """The party with this key, which is there."""
    return session.get_one(Party, key)


def waiting(session: Session) -> list[Submission]:
    """Everything that was sent, the oldest first; drafts, and what was withdrawn before anybody read it, are not in it."""
    return list(session.scalars(select(Submission).where(Submission.archive_key.is_not(None), Submission.state != DRAFT)
                                .order_by(Submission.sent_on, Submission.public_id)))


def expired(session: Session, today: str) -> list[Submission]:
    """Drafts that nobody has touched until their day was over."""
    return list(session.scalars(select(Submission).where(
        Submission.state == DRAFT, Submission.expires_on < today, Submission.expires_on != "")))


def steps(session: Session, submission: int) -> list[bytes]:
    """Every answered question, sealed."""
    return list(session.scalars(select(SavedStep.sealed).where(SavedStep.submission_id == submission).order_by(SavedStep.slot)))


def step(session: Session, submission: int, slot: str) -> bytes | None:
    """One answered question, sealed; None while nobody has answered it."""
    found = session.get(SavedStep, (submission, slot))
    return found.sealed if found is not None else None


def put_step(session: Session, submission: int, slot: str, sealed: bytes | None) -> None:
    """Write an answer in the place of the one before; None = forget it."""
    session.execute(delete(SavedStep).where(SavedStep.submission_id == submission, SavedStep.slot == slot))
    if sealed is not None:
        session.add(SavedStep(submission_id=submission, slot=slot, sealed=sealed))
        session.flush()


def attachments(session: Session, submission: int) -> list[Attachment]:
    """The files of a submission in their order."""
    return list(session.scalars(select(Attachment).where(Attachment.submission_id == submission).order_by(Attachment.position)))


def messages(session: Session, submission: int) -> list[SubmissionMessage]:
    """What was written, the oldest first."""
    return list(session.scalars(select(SubmissionMessage).where(SubmissionMessage.submission_id == submission)
                                .order_by(SubmissionMessage.id)))


def unseen(session: Session, said_by: str) -> dict[int, int]:
    """Submission -> how many messages of this side the other has not read."""
    return dict(session.execute(select(SubmissionMessage.submission_id, func.count()).where(
        SubmissionMessage.said_by == said_by, SubmissionMessage.seen.is_(False)).group_by(SubmissionMessage.submission_id)).all())


def counted(session: Session) -> dict[int, int]:
    """Submission -> how many files are attached to it."""
    return dict(session.execute(select(Attachment.submission_id, func.count()).group_by(Attachment.submission_id)).all())


def visit(session: Session, token_digest: str) -> Visit | None:
    """The visit kept under this digest, ended ones too."""
    return session.get(Visit, token_digest)


def drop_visits(session: Session, now: int, token_digest: str = "") -> None:
    """Remove one visit, and those that have ended at `now` (ms UTC). The caller commits."""
    session.execute(delete(Visit).where((Visit.ends_at <= now) | (Visit.token_digest == token_digest)))


def empty(session: Session, submission: int, tables: Iterable[type[Base]] = PARTS) -> set[str]:
    """Delete what belongs to a submission; the digests of the sealed objects that it named."""
    sealed = {row.object_digest for row in attachments(session, submission) if row.is_sealed} if Attachment in tables else set()
    for table in tables:
        session.execute(delete(table).where(table.submission_id == submission))  # type: ignore[attr-defined]
    return sealed


def became(session: Session, testimonies: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """Testimony (internal key) -> the submission that it was (public id), and whether something changed there waits to be carried over."""
    found = session.execute(select(Submission.testimony_id, Submission.public_id, Submission.changes).where(
        Submission.testimony_id.in_(list(testimonies))))
    return {key: (public_id, changes) for key, public_id, changes in found if key is not None}


def erase_of(session: Session, testimony: int) -> set[str]:
    """For the erasure of a testimony (internal key): what its submission holds of it goes too, and every key to it but the family's own,
    which then opens nothing. The digests of the objects that it named, sealed or not. The caller commits, then drops those that nothing
    needs."""
    named = set[str]()
    for row in session.scalars(select(Submission).where(Submission.testimony_id == testimony)):
        named |= {each.object_digest for each in attachments(session, row.id)}
        empty(session, row.id)
        row.archive_key, row.changes, row.state, row.paused_from = None, False, WITHDRAWN, ""
    session.flush()
    return named


def ids_of(session: Session, testimony: str) -> list[str]:
    """The submissions that became a testimony (public ids)."""
    return list(session.scalars(select(Submission.public_id).join(Testimony, Testimony.id == Submission.testimony_id).where(
        Testimony.public_id == testimony)))


def drop(session: Session, row: Submission) -> set[str]:
    """Delete a submission and everything in it; the digests of the sealed objects that it named. The caller commits, then drops them."""
    sealed = empty(session, row.id)
    session.delete(row)
    session.flush()
    return sealed
