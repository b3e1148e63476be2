"""The tables beside the manifest: collections, people, places, events, sources, statements. Each row is one change; equal rows change
nothing. What is typed at the desk is such a row too. `access` is the archive's own statement that a thing may be known of by itself;
without evidence it is only ever narrowed.

What may not live here: what each kind of row says (registry_rows), testimonies (intake), reading tables (exchange.table).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive_app.access.releases import in_force
from archive_app.access.terms import TIERS, from_json, to_json
from archive_app.actions import consenting, hiding
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import tier
from archive_app.actions.people import NameParts, former
from archive_app.errors import Invalid, NotAllowed
from archive_app.exchange.manifest import IDENTIFIER
from archive_app.exchange.table import split_list, split_parts
from archive_app.language import dates, tags
from archive_app.language.words import sort_key
from archive_app.records import merges, registry
from archive_app.records.consent import Evidence, Unit, new_unit, unit_of
from archive_app.records.registry import Person
from archive_app.records.testimonies import linked_to

Values = Mapping[str, str]
MOST_DATE = 60


@dataclass(frozen=True)
class Told:
    """A row as it is told: column -> text. `names` None = nothing is said of them; `folder`: where the files of a table lie, None = told at
    the desk, where an import must not undo it: the row's digest stays that of the table; `evidenced`: whether evidence was given,
    without which nothing is opened."""

    values: Values
    names: tuple[NameParts, ...] | None = None
    folder: Path | None = None
    evidenced: bool = False

    @property
    def digest(self) -> str:
        """What an import knows the row again by."""
        return hashlib.sha256(json.dumps(sorted(self.values.items()), ensure_ascii=False).encode()).hexdigest()


def told(kind: str, values: Values, folder: Path) -> Told:
    """A row of a table. Raises Invalid("names")."""
    return Told(values, _names(kind, values["names"]) if values.get("names", "").strip() else None, folder)


def check(kind: str, identifier: str) -> None:
    """Raises Invalid for an identifier that cannot stand in an address."""
    if not IDENTIFIER.fullmatch(identifier):
        raise Invalid("identifier", f"a row of {kind} needs an identifier of 3 to 64 small letters, digits and hyphens")


def take(work: Change, table: Any, unit_kind: str, found: Any, said: Told, write: Callable[[Any], None]) -> str:
    """The steps every table shares: find or make, compare, write, record access. `created`, `updated`, `narrowed` or `unchanged`."""
    if not (work.keeps(unit_of(work.session, found.id)) if found else work.keeps_everywhere()):
        raise NotAllowed("import", "this belongs to more than the collections that you tend")
    if found is not None and said.folder is not None and found.row_digest == said.digest:
        return "unchanged"
    new = found is None or not found.row_digest
    if found and merges.merged_into(work.session, found.id):
        raise Invalid("identifier", "is a part of another since they were made one at the desk: change that one")
    unit = unit_of(work.session, found.id) if found else new_unit(work.session, unit_kind)
    row = found or table(id=unit.id, public_id=said.values["identifier"])
    stays = _unsaid(row, said) if found else {}
    write(row)
    for column, value in stays.items():
        setattr(row, column, value)
    if found is None or said.folder is not None:
        row.row_digest = said.digest
    work.session.add(row)
    work.session.flush()
    if said.names is not None:
        put_names(work, row, list(said.names))
    narrowed = _access(work, unit, said, "public" if unit_kind == "source" else "")
    follow(work, unit)
    return "created" if new else "narrowed" if narrowed else "updated"


ALSO = {"within": ("within_id",), "event": ("event_id",), "about": ("about", "about_id")}
"""The columns of a row, where they are called otherwise than those of its table."""


def _unsaid(row: Any, said: Told) -> dict[str, object]:
    """What of a row that is there a table says nothing of: a column that is missing, or an empty cell, takes nothing away."""
    empty = [name for name, text in said.values.items() if not text.strip()] if said.folder is not None else []
    return {column: getattr(row, column) for name in empty for column in ALSO.get(name, (name,)) if hasattr(row, column)}


def follow(work: Change, unit: Unit) -> None:
    """At the commit, let everything follow that takes its terms, or the names in it, from this row: from then on a closed name is
    withheld in every spelling recorded, who is to be hidden is so under every name (also where a place that lies in this one would lead
    to it), and search leaves out what its index has not followed yet."""
    work.touch(unit)
    for key, public_id in linked_to(work.session, unit.id):
        hiding.close_links(work.session, key)
        work.touch(unit_of(work.session, key))
        work.promise("index", public_id, urgent=True)
    for lower in registry.below(work.session, unit.id):
        for key, public_id in linked_to(work.session, lower):
            if hiding.close_links(work.session, key):
                work.touch(unit_of(work.session, key))
                work.promise("index", public_id, urgent=True)


def _names(kind: str, text: str) -> tuple[NameParts, ...]:
    names = []
    for item in split_list(text):
        name, language, third = (*split_parts(item), "", "")[:3]
        said_by = third if kind == "events" else ""
        names.append((name, language, "" if said_by else third, said_by))
    return tuple(names)


def put_names(work: Change, row: Any, said: list[NameParts]) -> None:
    """Write the names of a row, in this order. Of a person those left out stay, as former ones. Raises Invalid("names")."""
    if not all(text for text, *_ in said):
        raise Invalid("names", "a name is empty")
    names = [(text, tag("names", language), kind, said_by) for text, language, kind, said_by in said]
    registry.put_names(work.session, row.id, names + (former(work, row.id, names) if isinstance(row, Person) else []), sort_key)
    if names and hasattr(row, "sort_name"):
        row.sort_name = sort_key(names[0][0])


def _access(work: Change, unit: Unit, told: Told, default: str) -> bool:
    if told.folder is None and "access" not in told.values:
        return False
    said = told.values.get("access", "").strip() or default
    if not said:
        return False
    evidence = Evidence(kind="import", detail={"row_digest": told.digest}) if told.folder is not None else None
    return admit(work, unit, said, evidence)


def admit(work: Change, unit: Unit, said: str, evidence: Evidence | None, may_widen: bool = False) -> bool:
    """Record who may know of a thing by itself: a key of TIERS. True when it narrows what was said before. Raises Invalid("access") for
    what widens, unless it may."""
    if said not in TIERS:
        raise Invalid("access", f"“{said}” is none of {', '.join(TIERS)}")
    live = [row for row in in_force(work.session, unit) if row.unit_id == unit.id]
    wanted = tier(said)
    if live and all(row.terms.get("existence") == to_json(wanted) for row in live):
        return False
    if not may_widen and any(not from_json(row.terms["existence"]) <= wanted for row in live if "existence" in row.terms):
        raise Invalid("access", "wider than on record: widening is done at the desk")
    if evidence is not None:
        work.session.add(evidence)
        work.session.flush()
    consenting.record(work, consenting.archive_party(work, unit), unit, "permit", {"existence": wanted}, evidence,
                      tuple(row.id for row in live))
    return bool(live)


def yes(column: str, values: Values) -> bool:
    """Whether a column says yes. Raises Invalid for anything but yes, no and nothing."""
    said = values[column].strip().lower()
    if said not in ("", "yes", "no"):
        raise Invalid(column, f"“{said}” is neither yes nor no")
    return said == "yes"


def date(column: str, values: Values) -> str:
    """The EDTF date in a column, '' for none. Raises Invalid."""
    text = values[column].strip()
    try:
        found = dates.parse(text).text if text else ""
    except ValueError as problem:
        raise Invalid(column, str(problem)) from None
    if len(found) > MOST_DATE:
        raise Invalid(column, f"at most {MOST_DATE} letters")
    return found


def tag(column: str, text: str) -> str:
    """A language tag as it is kept, '' for none. Raises Invalid."""
    try:
        return tags.tag(text) if text else ""
    except ValueError as problem:
        raise Invalid(column, str(problem)) from None


def degrees(column: str, values: Values, most: int) -> float | None:
    """The degrees in a column, None for none. Raises Invalid for what is no number, or beyond `most`."""
    text = values[column].strip()
    try:
        value = float(text) if text else None
    except ValueError:
        raise Invalid(column, f"“{text[:40]}” is no number of degrees") from None
    if value is not None and not -most <= value <= most:
        raise Invalid(column, f"degrees lie between -{most} and {most}")
    return value
