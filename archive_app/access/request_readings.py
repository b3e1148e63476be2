"""What readers are shown of their own requests for access, and whether there is anything to ask for. Frozen; pure.

Only what a reading says already decides what may be asked: nothing is learnt from it that the page does not tell. What may not live here:
rows, queries (requests), what staff see (kept_readings).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive_app.access.readings import Card, CollectionRef, LayerTerms, Testimony, Transcript, Withheld
from archive_app.access.terms import audience_of

REGISTERED = frozenset({"registered"})
GRANTED = REGISTERED | {"grant"}


@dataclass(frozen=True)
class AccessRequest:
    """One's own request. `state`: waiting, granted, refused, revoked, ended; `testimony` or `collection`: what it is about, as one may
    read it; `purpose`: '' = given without being asked for; `words`: of who decided. Times in ms UTC, None = not yet."""

    id: str
    state: str
    testimony: Card | None
    collection: CollectionRef | None
    purpose: str
    words: str
    asked_utc_ms: int
    decided_utc_ms: int | None
    until_utc_ms: int | None


def may_open(told: Testimony, transcripts: Iterable[Transcript], now: int) -> bool:
    """Whether a grant may open something of a testimony that is closed to who reads this: a layer whose terms say so, or withheld words,
    of which nothing says for whom. Of whose description is closed no terms are told, so it may be asked for, always."""
    return (not told.card.describes or any(_asks_for_grant(layer, now) for layer in told.terms)
            or any(isinstance(block, Withheld) for each in transcripts for block in each.blocks))


def _asks_for_grant(layer: LayerTerms, now: int) -> bool:
    """Whether a registered reader is let in by a grant, and not without."""
    begun = [audience for start, audience in layer.steps if start <= now]
    if layer.open_now or not begun:
        return False
    clauses = audience_of(begun[-1])
    return all(clause & GRANTED for clause in clauses) and not all(clause & REGISTERED for clause in clauses)
