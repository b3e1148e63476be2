"""A new testimony, described in a form: one row of a manifest, taken in by the same steps as an import takes one.

Unpublished, without files; nobody but staff may read any layer until somebody has said more. What may not live here: what a row
does (intake).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from archive_app import ids
from archive_app.access.terms import LAYERS, TIERS
from archive_app.access.viewer import Viewer
from archive_app.actions import cataloguing, intake
from archive_app.actions.change import change
from archive_app.actions.declaring import SecondPerson
from archive_app.actions.preparing import Options, fingerprint, prepare
from archive_app.errors import ArchiveError, Invalid
from archive_app.exchange.manifest import read_row
from archive_app.records.testimonies import collection_of

COLUMNS = ("identifier", "collection", "title", "abstract", "keywords", "languages", "date", "place", "narrators", "interviewers",
           "narrator_role", *(f"access_{layer}" for layer in LAYERS), "naming", "pseudonym", "consent_note", "consent_date",
           "consent_language")
"""What the form asks: columns of a manifest, spelt as there."""
DEFAULT = "staff"
"""Who may read a layer of which nothing was said."""


class Refused(ArchiveError):
    """Everything that is wrong with the row, field by field."""

    code, status = "invalid", 400

    def __init__(self, problems: list[Invalid]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = problems


def add(engine: Engine, actor: Viewer, typed: Mapping[str, str]) -> str:
    """Take a testimony in as a draft; its id. `typed`: cells by COLUMNS. Raises Refused, NotAllowed."""
    cells = {column: typed.get(column, "") for column in COLUMNS}
    for layer in LAYERS:
        cells[f"access_{layer}"] = cells[f"access_{layer}"].strip() or DEFAULT
    said, problems = read_row(cells)
    problems = _also(cells) + problems
    if problems or said is None:
        raise Refused(problems)
    key = said.identifier or ids.public("testimony", f"{said.collection}/{said.title}")
    row, options = replace(said, identifier=key, access=DEFAULT, publish=False), Options()
    nowhere = Path("form")
    try:
        new = prepare(nowhere, 0, row, options, fingerprint(row, nowhere.parent, options), key)
        new = replace(new, manifest="", origin={"form": "new testimony"}, asked=bool(said.consent_note))
        with change(engine, actor, "import", key) as work:
            intake.refuse_known(work, new)
            made = intake.create(work, new)
            if _wider(cells) and collection_of(work.session, made).two_person:
                raise Invalid("consent_note", SecondPerson().reason)
            work.detail["result"] = "created"
    except Invalid as problem:
        raise Refused([problem]) from problem
    return key


def _also(cells: Mapping[str, str]) -> list[Invalid]:
    """What a form asks for beyond what a row must say."""
    wrong = []
    if not cells["collection"].strip():
        wrong.append(Invalid("collection", "choose a collection"))
    try:
        cataloguing.check_lengths(cells["title"], cells["abstract"])
    except Invalid as problem:
        wrong.append(problem)
    if _wider(cells) and not cells["consent_note"].strip():
        wrong.append(Invalid("consent_note", "this lets others than staff read: say where the evidence is"))
    return wrong


def _wider(cells: Mapping[str, str]) -> bool:
    return any(_order(cells[f"access_{layer}"]) < _order(DEFAULT) for layer in LAYERS)


def _order(tier: str) -> int:
    return list(TIERS).index(tier) if tier in TIERS else len(TIERS)
