"""The registry at the desk: people, places, events, sources and statements entered, changed, opened and closed. What is typed is taken as a
row of a table is (registry_rows). Two people at once lose nothing.

A new spelling of a name counts from the commit on: where that name is closed, it is withheld. What may not live here: making two one
(merging), who appears where (linking).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from archive_app import ids
from archive_app.access import kept_registry
from archive_app.access.entry import enter
from archive_app.access.kept_registry_readings import NAMED, KeptRow
from archive_app.access.releases import in_force
from archive_app.access.terms import TIERS, from_json
from archive_app.access.viewer import Viewer
from archive_app.actions import registering
from archive_app.actions.change import Change, change
from archive_app.actions.declaring import Proof, evidence
from archive_app.actions.manifest_terms import tier
from archive_app.actions.registering import Told
from archive_app.actions.registry_rows import REGISTER
from archive_app.errors import ArchiveError, Invalid, NotFound
from archive_app.records import registry, sources
from archive_app.records.consent import unit_of

NONE = Proof()
MOST_NAMES, MOST_NAME, MOST_TEXT = 100, 500, 20_000
MOST_TAG = 40


class Changed(ArchiveError):
    """Somebody else changed it in the meantime: `theirs` is what stands now. Nothing was written."""

    code, status = "conflict", 409

    def __init__(self, theirs: KeptRow) -> None:
        super().__init__("somebody else changed this in the meantime")
        self.theirs = theirs


def enter_new(engine: Engine, actor: Viewer, said: KeptRow, access: str = "") -> str:
    """A new row; its public id, which is random. `access`: a key of TIERS, whom it is open to by itself; '' = known by what links to it.
    Raises Invalid, NotAllowed; NotFound for whoever does not tend every collection."""
    _check(said)
    if access and access not in TIERS:
        raise Invalid("access", f"choose one of {', '.join(TIERS)}")
    with change(engine, actor, "register", said.kind) as work:
        if not work.keeps_everywhere():
            raise NotFound()
        said = _resolved(work, said)
        public_id = _new_id(work, said)
        work.subject = public_id
        REGISTER[said.kind](work, Told({**dict(said.columns), "identifier": public_id, "file": "", "access": access}, _names(said)))
    return public_id


def _new_id(work: Change, said: KeptRow) -> str:
    """A public id that nothing has yet; its natural key is what was typed, and says nothing of what else is kept."""
    table, number = kept_registry.TABLES[said.kind], 1
    while registry.by_public_id(work.session, table, found := ids.public(said.kind, f"{said.digest}/{number}")) is not None:
        number += 1
    return found


def revise(engine: Engine, actor: Viewer, said: KeptRow, seen: str, proof: Proof = NONE) -> None:
    """Write a row down as it was typed. `seen`: the digest of what whoever asks has read; `proof`: asked for where a statement goes to a
    source that more may read. Raises Changed, Invalid, NotFound, NotAllowed."""
    _check(said)
    with change(engine, actor, "register", said.id) as work:
        row, said = tended(work, said.kind, said.id), _resolved(work, said)
        theirs = kept_registry.row_of(_entry(work), said.kind, row)
        if (theirs.columns, theirs.names) == (said.columns, said.names):
            return
        if theirs.digest != seen:
            raise Changed(theirs)
        work.subject = row.public_id
        values = {**dict(said.columns), "identifier": row.public_id, "file": ""}
        written = evidence(work, proof)
        work.detail["evidence"] = written.id if written else None
        REGISTER[said.kind](work, Told(values, _names(said) if said.kind in NAMED else None, evidenced=bool(proof)))


def admit(engine: Engine, actor: Viewer, kind: str, public_id: str, access: str, proof: Proof) -> None:
    """Say whom a row is open to by itself. Widening needs evidence. Raises Invalid, NotFound, NotAllowed."""
    if access not in TIERS:
        raise Invalid("access", f"choose one of {', '.join(TIERS)}")
    with change(engine, actor, "open or close an entry", public_id) as work:
        row = tended(work, kind, public_id)
        unit = unit_of(work.session, row.id)
        live = [from_json(each.terms["existence"]) for each in in_force(work.session, unit) if "existence" in each.terms]
        wider = not live or any(not before <= tier(access) for before in live)
        if wider and not proof:
            raise Invalid("note", "this lets more people read than before: say where the evidence is, or attach it")
        work.subject = row.public_id
        registering.admit(work, unit, access, evidence(work, proof), may_widen=True)
        registering.follow(work, unit)
        for key in sources.statements_of(work.session, row.id) if kind == "sources" else ():
            work.touch(unit_of(work.session, key))


def tended(work: Change, kind: str, public_id: str) -> Any:
    """A row that the actor knows of and may change. Raises NotFound."""
    row = kept_registry.find(_entry(work), kind, public_id)
    if row is None or not work.keeps(unit_of(work.session, row.id)):
        raise NotFound()
    return row


def _entry(work: Change) -> Any:
    return enter(work.session, work.actor)


def _names(said: KeptRow) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((name.text, name.language, name.kind, name.said_by) for name in said.names)


def _check(said: KeptRow) -> None:
    """Raises Invalid, naming the field."""
    if said.kind in NAMED and not said.names:
        raise Invalid("names", "write at least one name")
    if len(said.names) > MOST_NAMES:
        raise Invalid("names", f"at most {MOST_NAMES}")
    for name in said.names:
        if any(len(text) > MOST_NAME for text in (name.text, name.kind, name.said_by)):
            raise Invalid("names", f"at most {MOST_NAME} letters")
        if len(name.language) > MOST_TAG:
            raise Invalid("names", f"at most {MOST_TAG} letters")
    typed = [("names", text) for name in said.names for text in (name.text, name.language, name.kind, name.said_by)]
    for column, text in (*said.columns, *typed):
        if len(text) > MOST_TEXT:
            raise Invalid(column, f"at most {MOST_TEXT} letters")
        if "\0" in text:
            raise Invalid(column, "there is a character in it that cannot be kept")


REFERS = {"places": {"within": "places"}, "events": {"places": "places"}, "statements": {"source": "sources", "event": "events"}}
"""The columns that refer to other rows, and to which kind."""


def _resolved(work: Change, said: KeptRow) -> KeptRow:
    """The row with its references as ids. Raises Invalid for a reference to what the actor does not know of, in the words for what never
    existed; `about` is a reference where it is such an id, and stays what somebody wrote everywhere else."""
    entry, columns = _entry(work), dict(said.columns)
    for column, kind in REFERS.get(said.kind, {}).items():
        found = [(each, kept_registry.called(entry, kind, each)) for each in (part.strip() for part in columns[column].split(";")) if each]
        if any(row is None for _, row in found):
            raise Invalid(column, "nothing of this id or name is in the registry")
        columns[column] = ";".join(row.public_id for _, row in found)
    return replace(said, columns=tuple(columns.items()))
