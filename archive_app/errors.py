"""The one family of errors. Each carries fields, not only a sentence; none carries names of people, queries or receipts.

What may not live here: anything that decides. Rooms raise these; the front door turns them into a page or JSON.
"""

from __future__ import annotations

from dataclasses import dataclass


class ArchiveError(Exception):
    """What every refusal of ours has in common: `code` for machines, `status` for HTTP."""

    code = "error"
    status = 500

    def message(self) -> str:
        return str(self)


@dataclass(eq=False)
class NotFound(ArchiveError):
    """Nothing there *for this viewer*: hidden and never existed are the same answer."""

    code = "not_found"
    status = 404

    def __str__(self) -> str:
        return "There is nothing at this address, or it is not open to you."


@dataclass(eq=False)
class NotAllowed(ArchiveError):
    """A person whom we know may not do this (a verb of the desk), and is told so."""

    verb: str
    reason: str
    code = "not_allowed"
    status = 403

    def __str__(self) -> str:
        return f"{self.verb}: {self.reason}"


@dataclass(eq=False)
class Invalid(ArchiveError):
    """Input that cannot be taken as it is; `field` names where, `reason` says what to do."""

    field: str
    reason: str
    code = "invalid"
    status = 400

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


@dataclass(eq=False)
class Conflict(ArchiveError):
    """Somebody else changed the same thing first."""

    subject: str
    reason: str
    code = "conflict"
    status = 409

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


@dataclass(eq=False)
class Damaged(ArchiveError):
    """Something kept is not what it was when it was kept: where, what was expected, what was found."""

    where: str
    expected: str
    found: str
    code = "damaged"
    status = 500

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found}"


class Busy(ArchiveError):
    """What is asked for takes much, and is being done for others: it can be asked for again."""

    code = "busy"
    status = 503

    def __str__(self) -> str:
        return "Please try again in a minute."
