"""Who did something, for those who tend it: the digests by which the audit names people, found again among those who still work here.

Readers are never named. What may not live here: who may read a history (desk), sentences (web).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.law import STAFF_ROLES
from archive_app.records import submissions
from archive_app.records.accounts import Account, email_digest
from archive_app.records.audit import AuditEntry

FAMILY, READER, SHELL = "family", "reader", "shell"
READERS = frozenset({"request access", "take back a request", "use a grant"})
"""What readers do, and nobody else."""


@dataclass(frozen=True)
class Colleagues:
    """`known`: digest -> the account that had this address, and since when there is one (ms UTC); `families`: digests of who brought it."""

    known: Mapping[str, Account]
    families: frozenset[str] = frozenset()

    def who(self, actor: str, at: int, verb: str = "") -> str:
        """FAMILY, READER, SHELL, the address of a colleague; '' = an account that is gone."""
        if actor == SHELL:
            return SHELL
        if actor in self.families or verb in READERS:
            return FAMILY if actor in self.families else READER
        account = self.known.get(actor)
        return account.email if account is not None and account.created_at <= at else ""  # later: another had the address before


def colleagues(session: Session, testimony: str = "") -> Colleagues:
    """Everybody of the staff whose account is open, by every address that they had; `testimony`: whose family is known too."""
    rows = session.scalars(select(Account).where(Account.role.in_(STAFF_ROLES), Account.closed_at.is_(None)))
    found = newest = {email_digest(row.email): row for row in rows}
    while newest:
        moved = session.execute(select(AuditEntry.subject, AuditEntry.detail).where(
            AuditEntry.subject.in_(newest), AuditEntry.verb == "change address")).all()
        newest = {str(detail["before"]): newest[now] for now, detail in moved if detail["before"] not in found}
        found = found | newest
    families = (email_digest(f"submission:{each}") for each in submissions.ids_of(session, testimony)) if testimony else ()
    return Colleagues(found, frozenset(families))
