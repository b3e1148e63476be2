"""What the desk gives of requests for access and grants, as frozen dataclasses. Instants are ms since 1970 UTC.

What may not live here: what makes them (kept_requests).
"""

from __future__ import annotations

from dataclasses import dataclass

from archive_app.access.readings import Name


@dataclass(frozen=True)
class KeptRequest:
    """A request for access, or a grant given by hand (`purpose` ''). `testimony` '' = the whole collection. `state`: waiting, granted,
    refused, revoked, ended; `words`: of who decided; `barred`: the account is barred from it, and a grant would open nothing."""

    id: str
    state: str
    email: str
    testimony: str
    title: str
    languages: tuple[str, ...]
    collection: str
    collection_names: tuple[Name, ...]
    purpose: str
    words: str
    asked_utc_ms: int
    decided_utc_ms: int | None
    until_utc_ms: int | None
    barred: bool


@dataclass(frozen=True)
class KeptRequests:
    """One page of them. `counts`: state -> how many, over everything that whoever asks may decide."""

    counts: dict[str, int]
    total: int
    page: int
    pages: int
    items: tuple[KeptRequest, ...]
