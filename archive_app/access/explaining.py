"""Why somebody can, or cannot, read a layer: what decides it, as facts that a sentence can be made of. Pure.

Whether it is open is asked of the gate itself; this only names the grounds. What may not live here: sentences (web), rows (desk).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from archive_app.access.deciding import Heard, Said, live, of_testimony, permitted, published, speakers
from archive_app.access.terms import EVERYBODY, audience_of, audience_text, from_json, minimal, narrower_or_equal


@dataclass(frozen=True)
class Ground:
    """One thing that decides. `kind`: permits, holds, withdraws, silent (a party who must be heard permits nothing here), unheard (no
    narrator is on record), desk (the archive has not published it), existence (it is not told that the testimony exists).
    `statement`: its key; `audience`: whom a permit lets in now, in canonical spelling; `next_utc_ms`: when it
    lets in others, `next_audience`: whom then."""

    kind: str
    capacity: str = ""
    statement: int | None = None
    audience: str = ""
    next_utc_ms: int | None = None
    next_audience: str = ""


def grounds(unit: int, above: Collection[int], said: Iterable[Said], parties: Iterable[Heard], layer: str, now: int) -> tuple[Ground, ...]:
    """Everything that bears on a layer of a testimony at `now` (ms UTC), what people said first. `unit`, `above`: keys as in
    `deciding.of_testimony`."""
    heard = {party.key: party for party in parties}
    said, path = list(said), {unit, *above}
    alive = live(said, heard)
    speaking = (each for each in alive if each.unit == unit or (each.unit in path and each.capacity != "archive"))
    found = [ground for each in speaking for ground in _spoken(each, layer, now)]
    found += _silence(unit, layer, alive, heard)
    if not published(unit, layer, alive):
        found.append(Ground("desk", "archive"))
    if layer != "existence" and all(ground.kind == "permits" for ground in found):
        asked = minimal(clause for ground in found for clause in audience_of(ground.audience))
        if not narrower_or_equal(of_testimony(unit, above, said, heard.values())["existence"].at(now).audience, asked):
            found.append(Ground("existence"))
    return tuple(found)


def _spoken(said: Said, layer: str, now: int) -> Iterable[Ground]:
    if said.effect != "permit":
        if said.capacity != "archive" and (not said.terms or layer in said.terms):
            yield Ground("holds" if said.effect == "hold" else "withdraws", said.capacity, said.key, "!")
    elif layer in said.terms:
        terms = from_json(said.terms[layer])
        current = terms.at(now).audience
        to_come = ((start, rule.audience) for start, rule in terms.steps if start > now and rule.audience != current)
        later, then = next(to_come, (None, EVERYBODY))
        yield Ground("permits", said.capacity, said.key, audience_text(current), later, audience_text(then))


def _silence(unit: int, layer: str, alive: list[Said], heard: dict[int, Heard]) -> list[Ground]:
    if not any(party.capacity == "narrator" for party in heard.values()):
        return [Ground("unheard", "narrator")]
    return [Ground("silent", party.capacity) for party in heard.values() if party.required and party.capacity != "archive"
            and not permitted(unit, layer, alive, speakers(party, heard))]
