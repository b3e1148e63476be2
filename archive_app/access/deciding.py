"""From statements to terms: one pure function. No database, no clock, no viewer.

Terms of a layer = the join of every live statement on the unit and its ancestors, whoever made it; silence is judged once, at the
testimony. Every layer is joined with existence. What may not live here: loading and storing (releases), asking (gate).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive_app.access.terms import CLOSED, LAYERS, OPEN, SEALED, STAFF, Terms, always, from_json, join, minimal

DESK = always(minimal([{"desk"}]))
"""What the archive has not published. Nobody holds this token as a reader; at the desk drafts are *kept* (law.py)."""


@dataclass(frozen=True)
class Said:
    """A statement as the derivation needs it. `unit`, `party`: keys; `terms`: layer -> JSON of Terms; `supersedes`: keys."""

    key: int
    unit: int
    party: int
    capacity: str
    effect: str
    terms: Mapping[str, str]
    supersedes: frozenset[int]


@dataclass(frozen=True)
class Heard:
    """A party of the testimony; `stands_for`: key of the party in whose place it speaks."""

    key: int
    capacity: str
    required: bool
    stands_for: int | None = None


def live(said: Iterable[Said], parties: Mapping[int, Heard]) -> list[Said]:
    """Statements that no later one of the same party, or of who stands in its place, names in `supersedes`."""
    everything = list(said)
    ended = set()
    for later in everything:
        for key in later.supersedes:
            earlier = next((s for s in everything if s.key == key and s.key < later.key), None)
            if earlier and _speaks_for(parties, later.party, earlier.party):
                ended.add(key)
    return [s for s in everything if s.key not in ended]


def _speaks_for(parties: Mapping[int, Heard], speaker: int, subject: int) -> bool:
    return speaker == subject or (speaker in parties and parties[speaker].stands_for == subject)


def of_testimony(unit: int, above: Iterable[int], said: Iterable[Said], parties: Iterable[Heard]) -> dict[str, Terms]:
    """Layer -> Terms of a testimony, with `keep`. `above`: keys of its ancestors. Shapes: see `Said` and `Heard`."""
    heard = {party.key: party for party in parties}
    alive = live(said, heard)
    path = {unit, *above}
    layers = {layer: _of_layer(unit, path, layer, alive, heard) for layer in LAYERS}
    layers = {layer: value | layers["existence"] for layer, value in layers.items()}
    return {**layers, "keep": _keep(unit, path, alive, heard)}


def _of_layer(unit: int, path: set[int], layer: str, alive: list[Said], heard: Mapping[int, Heard]) -> Terms:
    spoken = join(_terms(s, layer) for s in alive if s.unit in path)
    required = [party for party in heard.values() if party.required and party.capacity != "archive"]
    silent = not any(party.capacity == "narrator" for party in heard.values()) or any(
        not permitted(unit, layer, alive, speakers(party, heard)) for party in required)
    spoken = spoken | SEALED if silent else spoken
    return spoken if published(unit, layer, alive) else spoken | DESK


def speakers(party: Heard, heard: Mapping[int, Heard]) -> set[int]:
    """The keys of a party and of those who stand in its place."""
    return {each.key for each in heard.values() if party.key in (each.key, each.stands_for)}


def _terms(said: Said, layer: str) -> Terms:
    if said.effect != "permit":
        concerned = not said.terms or layer in said.terms
        return CLOSED if concerned and said.capacity != "archive" else OPEN
    return from_json(said.terms[layer]) if layer in said.terms else OPEN


def permitted(unit: int, layer: str, alive: list[Said], parties: set[int]) -> bool:
    """Whether one of these parties permits this layer on the unit itself."""
    return any(s.unit == unit and s.effect == "permit" and layer in s.terms and s.party in parties for s in alive)


def published(unit: int, layer: str, alive: list[Said]) -> bool:
    """Whether the archive's own permit on the unit names this layer."""
    return any(s.unit == unit and s.effect == "permit" and s.capacity == "archive" and layer in s.terms for s in alive)


def _keep(unit: int, path: set[int], alive: list[Said], heard: Mapping[int, Heard]) -> Terms:
    """Who may tend it: staff of its collection; what is held, withdrawn or sealed as a whole, custodians."""
    stopped = any(s.effect != "permit" and s.unit in path and s.capacity != "archive" for s in alive)
    narrator = any(permitted(unit, "existence", alive, speakers(party, heard))
                   for party in heard.values() if party.capacity == "narrator")
    wish = join(_terms(s, "existence") for s in alive if s.unit in path and s.effect == "permit")
    return STAFF | SEALED if stopped or not narrator else kept_by(wish)


def kept_by(existence: Terms) -> Terms:
    """Who may tend what may be known of by these: staff; what is sealed, custodians."""
    return STAFF | SEALED if any(rule.audience >= SEALED.steps[0][1].audience for _, rule in existence.steps) else STAFF


def of_part(kind_layer: str, above: Mapping[str, Terms], unit: int, said: Iterable[Said],
            parties: Mapping[int, Heard]) -> dict[str, Terms]:
    """Terms of a recording or transcript: its own layer, narrowed by every statement on it; the archive's silence closes it."""
    alive = [s for s in live(said, parties) if s.unit == unit]
    existence = join(_terms(s, "existence") for s in alive) | (OPEN if published(unit, kind_layer, alive) else DESK)
    own = join(_terms(s, kind_layer) for s in alive)
    return {kind_layer: above[kind_layer] | own | existence, "existence": above["existence"] | existence, "keep": above["keep"]}


def of_restriction(above: Mapping[str, Terms], own: Terms) -> dict[str, Terms]:
    """Who reads what a restriction withholds: its own terms, and everything that the transcript asks for."""
    return {"words": above["transcript"] | own}


def of_registry(unit: int, said: Iterable[Said], above: Terms = OPEN) -> dict[str, Terms]:
    """A person, place, event, source or statement of its own: closed unless access was written for it; never wider than `above`."""
    alive = [s for s in live(said, {}) if s.unit == unit]
    written = [s for s in alive if s.effect == "permit" and "existence" in s.terms]
    own = join(_terms(s, "existence") for s in alive) if written else CLOSED
    return {"existence": own | above, "keep": kept_by(own | above)}
