"""What a manifest row says about access, as terms. Pure.

A row's `access` holds for every layer not given apart; no layer is wider than existence (then: capped, with a warning); outside its
window a row is staff's. What may not live here: recording a statement (consenting), reading a row (exchange.manifest).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from archive_app import clock
from archive_app.access.terms import LAYERS, NAMINGS, STAFF, TIERS, Rule, Terms, always, terms
from archive_app.exchange.manifest import ManifestRow

Warning = tuple[str, str]
"""(column, sentence)"""
ORDER = tuple(TIERS)


def tier(name: str, naming: str = NAMINGS[0]) -> Terms:
    """A shorthand (a key of TIERS) as terms without an end, no use beyond reading allowed; `naming`: one of NAMINGS."""
    return always(TIERS[name], naming)


def layer_terms(row: ManifestRow, default_access: str) -> tuple[dict[str, Terms], list[Warning]]:
    """Layer -> Terms, and what has to be said about them. `default_access`: the flag, '' when none was given."""
    warnings: list[Warning] = []
    access = row.access or default_access
    if not access:
        access = "sealed"
        warnings.append(("access", "the row does not say who may read this: taken in sealed"))
    by_layer = {layer: _tier_of(row, layer, access) for layer in LAYERS}
    naming = row.naming if row.naming in NAMINGS else "anonymous"
    found = {layer: tier(name, naming if layer == "identity" else NAMINGS[0]) for layer, name in by_layer.items()}
    for layer in row.access_by_layer:
        if ORDER.index(by_layer[layer]) < ORDER.index(by_layer["existence"]):
            warnings.append((f"access_{layer}", "wider than existence: capped, nobody reads more than they may know of"))
    return {layer: within(found[layer], row.opens, row.closes) for layer in LAYERS}, warnings


def _tier_of(row: ManifestRow, layer: str, access: str) -> str:
    if layer in row.access_by_layer:
        return row.access_by_layer[layer]
    if layer == "identity" and row.naming != "real":
        return "sealed" if access == "sealed" else "staff"
    return access


def within(inside: Terms, opens: datetime.date | None, closes: datetime.date | None) -> Terms:
    """`inside` from the day it opens until the day it closes, staff's before and after."""
    outside = (inside | STAFF).steps[0][1]
    inner = inside.steps[0][1]
    steps: list[tuple[int, Rule]] = [(0, outside if opens else inner)]
    if opens:
        steps.append((clock.opens(opens), inner))
    if closes:
        end = max(clock.closes(closes), 0)
        steps = [step for step in steps if step[0] < end] + [(end, outside)]
    return terms(steps)


def with_uses_of(new: Terms, old: Terms) -> Terms:
    """`new`, and of what may be done beyond reading, of which no table tells, what `old` says."""
    starts = {start for start, _ in new.steps + old.steps}
    return terms((start, replace(new.at(start), refused=old.at(start).refused)) for start in starts)


def as_narrow(new: Mapping[str, Terms], old: Mapping[str, Terms], now: int) -> bool:
    """Whether nothing in `new` is wider than `old` from `now` on."""
    return all(old[layer].since(now) <= new[layer].since(now) for layer in old)
