"""Work at the desk that takes several steps: imports by upload, and changes to many testimonies at once that can be undone.

They belong to the account that began them. What may not live here: what came in or was changed (testimonies), files on their way.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive_app.records.audit import AuditEntry
from archive_app.records.base import Base, Key, Moment
from archive_app.records.testimonies import Testimony

LOOKING, LOOKED, BRINGING, DONE, FAILED, DROPPED = "looking", "looked", "bringing", "done", "failed", "dropped"
UNDER_WAY = frozenset({LOOKING, LOOKED, BRINGING})
"""States in which the files of an import are still needed."""


class ImportRun(Base):
    """One upload. `options`: the flags, and names of what was sent; `done` of `total` rows; `foreseen`: the report of the dry run,
    `report`: what came of it (as actions.reporting writes them); `problem`: why nothing of it could be read. `started_at`: when it
    was to be brought in. Times in ms UTC."""

    __tablename__ = "import_runs"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    options: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    size: Mapped[int] = mapped_column(Moment, default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[int] = mapped_column(Moment)
    started_at: Mapped[int | None] = mapped_column(Moment)
    touched_at: Mapped[int] = mapped_column(Moment)
    foreseen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    problem: Mapped[str] = mapped_column(Text, default="")


class BulkChange(Base):
    """One change of one field in many testimonies. `field`: keywords, languages, place."""

    __tablename__ = "bulk_changes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id"), index=True)
    field: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[int] = mapped_column(Moment)
    undone_at: Mapped[int | None] = mapped_column(Moment)


class BulkLine(Base):
    """What that field was in one testimony, and what it became: lists of words."""

    __tablename__ = "bulk_lines"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bulk_id: Mapped[int] = mapped_column(Key, ForeignKey("bulk_changes.id"), index=True)
    testimony_id: Mapped[int] = mapped_column(Key, ForeignKey("testimonies.id"), index=True)
    before: Mapped[list[str]] = mapped_column(JSON)
    after: Mapped[list[str]] = mapped_column(JSON)


def run_by_public_id(session: Session, public_id: str) -> ImportRun | None:
    """The import with this id, whosever it is."""
    return session.scalar(select(ImportRun).where(ImportRun.public_id == public_id))


def runs_of(session: Session, account: int) -> list[ImportRun]:
    """The imports of an account, newest first."""
    return list(session.scalars(select(ImportRun).where(ImportRun.account_id == account).order_by(ImportRun.id.desc())))


def running(session: Session, account: int) -> int:
    """How many imports of an account still hold files."""
    return session.scalar(select(func.count()).select_from(ImportRun).where(
        ImportRun.account_id == account, ImportRun.state.in_(UNDER_WAY))) or 0


def states(session: Session) -> dict[str, tuple[str, int]]:
    """Import -> its state, and when it was last touched (ms UTC)."""
    rows = session.execute(select(ImportRun.public_id, ImportRun.state, ImportRun.touched_at))
    return {public_id: (state, touched_at) for public_id, state, touched_at in rows}


def results_since(session: Session, actor: str, since: int) -> dict[str, str]:
    """Subject -> what an import by this actor came to for it, as the audit trail has it, from `since` (ms UTC) on."""
    rows = session.execute(select(AuditEntry.subject, AuditEntry.detail).where(
        AuditEntry.verb == "import", AuditEntry.actor == actor, AuditEntry.at >= since).order_by(AuditEntry.id))
    return {subject: str(detail.get("result", "")) for subject, detail in rows}


def forget(session: Session, identifiers: Collection[str], files: Collection[str] = ()) -> None:
    """For the erasure of a testimony: what reports say of rows with these identifiers, and of rows without one in these files, goes;
    imports that would bring such rows in are dropped, and what an upload was called stays only where its report has no such row. So is
    what was not looked through yet, for nobody knows what is in it."""
    def of_it(row: dict[str, Any]) -> bool:
        return row["identifier"] in identifiers or not row["identifier"] and PurePosixPath(row["file"]).name in files

    for run in session.scalars(select(ImportRun)):
        told = {name: said for name in ("foreseen", "report") if (said := getattr(run, name)) and any(of_it(row) for row in said["rows"])}
        for name, said in told.items():
            setattr(run, name, {**said, "rows": [row for row in said["rows"] if not of_it(row)]})
        if told or not (run.foreseen or run.report):
            run.options = {name: said for name, said in run.options.items() if name not in ("sent", "more")}
        if run.state == LOOKING or told and run.state in UNDER_WAY:
            run.state = DROPPED


def bulk_by_public_id(session: Session, public_id: str) -> BulkChange | None:
    """The change of many with this id, whosever it is."""
    return session.scalar(select(BulkChange).where(BulkChange.public_id == public_id))


def bulk_of(session: Session, account: int) -> list[tuple[BulkChange, int]]:
    """The changes of many that an account made, newest first, and in how many testimonies each."""
    rows = session.execute(select(BulkChange, func.count(BulkLine.id)).join(BulkLine, BulkLine.bulk_id == BulkChange.id)
                           .where(BulkChange.account_id == account).group_by(BulkChange.id).order_by(BulkChange.id.desc()))
    return [(row, count) for row, count in rows]


def lines_of(session: Session, bulk: int) -> list[tuple[BulkLine, str]]:
    """What was changed in which testimony (public id)."""
    rows = session.execute(select(BulkLine, Testimony.public_id).join(Testimony, Testimony.id == BulkLine.testimony_id)
                           .where(BulkLine.bulk_id == bulk).order_by(BulkLine.id))
    return [(line, public_id) for line, public_id in rows]
