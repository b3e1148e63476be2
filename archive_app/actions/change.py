"""The one way in which what people entrusted to us is written.

    with change(engine, actor, verb, subject) as work:      # NotAllowed unless the law lets this actor keep
        ... work.session.add(...); work.touch(unit); work.promise("index", public_id)

On leaving: releases of touched units derived again, one audit entry, jobs, commit; then, where something was closed or narrowed, the ledger
of withdrawals. Leaving by an exception, or having touched nothing, writes nothing. What may not live here: what any verb does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access import law, ordering, releases
from archive_app.access.gate import gate, open_layers
from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer
from archive_app.actions import withdrawals
from archive_app.errors import NotAllowed, NotFound
from archive_app.records import audit
from archive_app.records.accounts import email_digest
from archive_app.records.base import writing
from archive_app.records.consent import Unit
from archive_app.records.jobs import Job
from archive_app.records.withdrawals import NARROWING

SHELL = "shell"


def operator() -> Viewer:
    """Whoever sits at the machine's own shell: keeps everything, under a name of its own in the audit."""
    tokens = frozenset({"registered", "staff", "custodian"})
    return Viewer(clock.now(), SHELL, "custodian", tokens)


@dataclass
class Change:
    """One transaction in the making. `subject`: the public id that the audit entry is about, which may become known only on the way;
    `detail`: what the entry says besides (ids and digests only); `closes`: whether a hold or a withdrawal is recorded, which the ledger is
    to know of; `reworded`: transcripts (keys) with other words, each with the version that it had, 0 = none, until somebody has looked for
    whom to hide in them (hiding); `staying`: what puts bytes that rows of this change name into the vault, called when nothing can be
    refused any more."""

    session: Session
    actor: Viewer
    now: int
    subject: str = ""
    detail: dict[str, object] = field(default_factory=dict)
    touched: dict[int, Unit] = field(default_factory=dict)
    jobs: dict[tuple[str, str], bool] = field(default_factory=dict)
    closes: bool = False
    reworded: dict[int, int] = field(default_factory=dict)
    staying: list[Callable[[], object]] = field(default_factory=list)

    @property
    def by(self) -> str:
        """Who does it, as records and the audit name them: never an address."""
        return SHELL if self.actor.account == SHELL else email_digest(self.actor.account)

    def touch(self, unit: Unit) -> None:
        """Say that the releases of this unit, or what the index holds of it, may have changed."""
        self.touched[unit.id] = unit

    def promise(self, kind: str, subject: str, urgent: bool = False) -> None:
        """A job to be done as soon as this is committed; what closes something is urgent."""
        self.jobs[kind, subject] = urgent

    def derive(self) -> None:
        """Derive now the releases of what was touched, as at the commit, for what comes later in this change and asks for them."""
        self.session.flush()
        for unit in self.touched.values():
            releases.derive(self.session, unit)

    def may_keep(self, unit: Unit) -> None:
        """Raises NotFound unless the `keep` release of this unit is open to the actor."""
        if not self.keeps(unit):
            raise NotFound()

    def keeps(self, unit: Unit) -> bool:
        """Whether the actor may tend this unit."""
        return "keep" in open_layers(self.session, gate(self.session, self.actor), [unit.id]).get(unit.id, frozenset())

    def keeps_everywhere(self) -> bool:
        """Whether the actor may tend what belongs to no collection, and make collections."""
        return self.actor.satisfies(TIERS["staff"])


@contextmanager
def change(engine: Engine, actor: Viewer, verb: str, subject: str) -> Iterator[Change]:
    """One verb on one subject (a public id). Raises NotAllowed; what the block raises passes through, and nothing was written."""
    if not law.may_keep(actor.role, verb):
        raise NotAllowed(verb, "your role does not do this")
    with writing(engine) as session:
        clock.not_before(audit.latest(session))
        work = Change(session, actor, clock.now(), subject)
        yield work
        if work.reworded:
            raise RuntimeError("words became current in which nobody looked for whom to hide: nothing is written")
        session.flush()
        if not work.touched:
            return
        work.derive()
        for unit in work.touched.values():
            ordering.refresh(session, unit)
        for (kind, promised), urgent in work.jobs.items():
            session.add(Job(kind=kind, subject=promised, due_at=work.now, urgent=urgent))
        audit.append(session, work.now, work.by, verb, work.subject, work.detail)
        for stay in work.staying:  # bytes first, then the rows that name them
            stay()
        session.commit()
    if work.closes or verb in NARROWING:
        withdrawals.follow(engine)


class _OnlyTried(Exception):
    """Leaves a change without its commit."""


@contextmanager
def rehearsal(engine: Engine, actor: Viewer, verb: str, subject: str) -> Iterator[Change]:
    """The whole of a change, rolled back: what is refused is refused here, before bytes are kept for it. Raises as `change`."""
    with suppress(_OnlyTried), change(engine, actor, verb, subject) as work:
        yield work
        raise _OnlyTried
