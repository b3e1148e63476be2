"""Terms: what a narrator allowed, as a lattice. Pure: no database, no clock, no viewer.

Terms are steps in time, each holding a Rule until the next begins. `a | b` is taken at every instant and the most restrictive
wins, so joining never widens. Equal meaning is equal value: audiences are kept minimal and repeated steps are merged.

What may not live here: who holds which token (viewer), which terms apply to what (deciding), SQL (gate).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from archive_app.errors import Invalid

Clause = frozenset[str]
Audience = frozenset[Clause]
"""Conjunctive normal form: hold at least one token of every clause. No clause = everybody; an empty clause = nobody."""

MATERIAL = ("audio", "video", "image", "document")
"""The kinds of recordings, each the name of its layer."""
LAYERS = ("existence", "description", "identity", "transcript", *MATERIAL)
NAMINGS = ("initial", "pseudonym", "anonymous")
DELIVERIES = ("download", "stream")
USES = ("exhibition", "publication", "tracing", "accountability", "machine_processing", "ai_training", "voice_imitation")
FOREVER = 2**62
"""The end of a step that no later step ends (ms UTC)."""


def minimal(clauses: Iterable[Iterable[str]]) -> Audience:
    """The same formula without clauses that a stricter one already asks for."""
    wanted = {frozenset(clause) for clause in clauses}
    return frozenset(c for c in wanted if not any(other < c for other in wanted))


EVERYBODY: Audience = frozenset()
NOBODY: Audience = frozenset({frozenset()})
TIERS: dict[str, Audience] = {
    "public": EVERYBODY,
    "registered": minimal([{"registered", "onsite", "staff"}]),
    "reading-room": minimal([{"onsite", "grant", "staff"}, {"onsite", "registered", "staff"}]),
    "staff": minimal([{"staff"}]),
    "sealed": minimal([{"custodian"}, {"staff"}]),
}
"""The shorthands people choose from, each narrower than the one before: a grant is held by an account, which is registered, and a
custodian is staff, so the second clauses shut out nobody and let `<=` see the order."""


def audience_text(audience: Audience) -> str:
    """One canonical spelling: `onsite|registered|staff & custodian`; empty = everybody, `!` = nobody."""
    if audience == NOBODY:
        return "!"
    return " & ".join(sorted("|".join(sorted(clause)) for clause in audience))


def audience_of(text: str) -> Audience:
    """The inverse of `audience_text`."""
    if text == "!":
        return NOBODY
    return minimal(part.split("|") for part in text.split(" & ") if part)


def narrower_or_equal(wide: Audience, narrow: Audience) -> bool:
    """Whether everybody in `narrow` is in `wide`, whoever holds which tokens."""
    return minimal(wide | narrow) == narrow


@dataclass(frozen=True)
class Rule:
    """What holds between two steps. `refused` = uses beyond reading that nobody has allowed."""

    audience: Audience
    naming: str = "initial"
    delivery: str = "download"
    refused: frozenset[str] = frozenset(USES)

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            minimal(self.audience | other.audience),
            max(self.naming, other.naming, key=NAMINGS.index),
            max(self.delivery, other.delivery, key=DELIVERIES.index),
            self.refused | other.refused,
        )


@dataclass(frozen=True)
class Terms:
    """`steps`: (from in ms UTC, Rule) in order, the first from 0. Build with `terms(...)`, which makes them canonical."""

    steps: tuple[tuple[int, Rule], ...]

    def at(self, moment: int) -> Rule:
        return [rule for start, rule in self.steps if start <= max(moment, 0)][-1]

    def __or__(self, other: Terms) -> Terms:
        starts = sorted({start for start, _ in self.steps + other.steps})
        return terms((start, self.at(start) | other.at(start)) for start in starts)

    def __le__(self, other: Terms) -> bool:
        """`a <= b`: b is at least as restrictive as a at every instant."""
        return (self | other) == other

    def since(self, moment: int) -> Terms:
        """The same terms as far as instants from `moment` on are concerned: the past does not count when widths are compared."""
        later = [(start, rule) for start, rule in self.steps if start > moment]
        return terms([(0, self.at(moment)), *later])


def terms(steps: Iterable[tuple[int, Rule]]) -> Terms:
    """Canonical Terms: ordered, starting at 0, a step that changes nothing left out. Raises Invalid without a first step at 0."""
    ordered = sorted(dict(steps).items())
    if not ordered or ordered[0][0] != 0:
        raise Invalid("terms", "the first step must begin at 0")
    kept = [ordered[0]]
    for start, rule in ordered[1:]:
        if rule != kept[-1][1]:
            kept.append((start, rule))
    return Terms(tuple(kept))


def always(audience: Audience, naming: str = "initial", delivery: str = "download",
           refused: frozenset[str] = frozenset(USES)) -> Terms:
    """Terms of one step without an end; where nothing else is said, every use beyond reading is refused."""
    return Terms(((0, Rule(audience, naming, delivery, refused)),))


OPEN = always(EVERYBODY, refused=frozenset())
"""The neutral element of `|`."""
SEALED = always(TIERS["sealed"])
STAFF = always(TIERS["staff"])
CLOSED = always(NOBODY)


def join(parts: Iterable[Terms]) -> Terms:
    """What all of these allow together, the most restrictive at every instant; OPEN for no parts."""
    return reduce(lambda a, b: a | b, parts, OPEN)


def to_json(value: Terms) -> str:
    """The stored form: a list of [from, audience, naming, delivery, refused]."""
    return json.dumps([[start, audience_text(rule.audience), rule.naming, rule.delivery, sorted(rule.refused)]
                       for start, rule in value.steps], separators=(",", ":"))


def from_json(text: str) -> Terms:
    """The inverse of `to_json`. Raises Invalid where no step begins at 0, ValueError for what is no JSON."""
    return terms((start, Rule(audience_of(audience), naming, delivery, frozenset(refused)))
                 for start, audience, naming, delivery, refused in json.loads(text))
