"""Describing a testimony at the desk: title, abstract, keywords, languages, date. Two people at once lose nothing.

What may not live here: who appears in it (people), its parts (parts), terms (declaring).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace

from sqlalchemy import Engine

from archive_app.access import kept_catalogue, kept_testimony
from archive_app.access.entry import enter
from archive_app.access.kept_readings import CatalogueLine, Description
from archive_app.access.viewer import Viewer
from archive_app.actions.change import Change, change
from archive_app.actions.consenting import follow_up, kept
from archive_app.errors import ArchiveError, Invalid
from archive_app.exchange.guarding import as_written
from archive_app.exchange.manifest import ROLES
from archive_app.exchange.table import joined, named_text
from archive_app.language import dates, tags
from archive_app.records.testimonies import Testimony

MOST_TITLE, MOST_ABSTRACT, MOST_KEYWORDS = 500, 20_000, 100
COLUMNS = ("identifier", "collection", "title", "abstract", "keywords", "languages", "date", "place", "narrators", "interviewers",
           "narrator_role")
SEEN = "seen"
"""The columns of a catalogue that was taken out; the last one holds what each row said then, as a digest."""


class Changed(ArchiveError):
    """Somebody else described it in the meantime: `theirs` is what stands now. Nothing was written."""

    code, status = "conflict", 409

    def __init__(self, theirs: Description) -> None:
        super().__init__("somebody else changed this description in the meantime")
        self.theirs = theirs


def describe(engine: Engine, actor: Viewer, public_id: str, said: Description, seen: str) -> list[str]:
    """Write a description down; sentences on what was hidden of it. `seen`: the digest of the one that whoever asks has read. Raises
    Changed, Invalid, NotFound, NotAllowed."""
    years = check(said)
    with change(engine, actor, "describe", public_id) as work:
        row, unit = kept(work, public_id)
        theirs = kept_testimony.description(row)
        if theirs == said:
            return []
        if theirs.digest != seen:
            raise Changed(theirs)
        write(row, said, years)
        return follow_up(work, row, unit)


def together(said: Description, theirs: Description, read: str) -> Description:
    """What somebody wrote over what stands now: fields that are as they were read (`read`: the digests of each) hold what others wrote."""
    there = zip(fields(said), read.split(), said.digests.split(), strict=False)
    return replace(said, **{each.name: getattr(theirs, each.name) for each, before, now in there if before == now})


def write(row: Testimony, said: Description, years: tuple[int | None, int | None]) -> None:
    """The description in the columns of its row. `years`: what `check` answered for it."""
    for each in fields(said):
        value = getattr(said, each.name)
        setattr(row, each.name, list(value) if isinstance(value, tuple) else value)
    row.first_year, row.last_year = years


def check_lengths(title: str, abstract: str) -> None:
    """Raises Invalid for a title that is missing, or longer than one may be, and for an abstract that is."""
    if not title.strip():
        raise Invalid("title", "write a title: it is what people see in lists")
    if len(title) > MOST_TITLE:
        raise Invalid("title", f"at most {MOST_TITLE} letters")
    if len(abstract) > MOST_ABSTRACT:
        raise Invalid("abstract", f"at most {MOST_ABSTRACT} letters")


def check(said: Description) -> tuple[int | None, int | None]:
    """First and last year of the date. Raises Invalid, naming the field."""
    check_lengths(said.title, said.abstract)
    if len(said.keywords) > MOST_KEYWORDS:
        raise Invalid("keywords", f"at most {MOST_KEYWORDS}")
    for tag in said.languages:
        try:
            tags.tag(tag)
        except ValueError as error:
            raise Invalid("languages", str(error)) from error
    if said.narrator_role and said.narrator_role not in ROLES:
        raise Invalid("narrator_role", f"choose one of {', '.join(ROLES)}")
    if not said.date:
        return None, None
    try:
        return dates.years(dates.parse(said.date))
    except ValueError as error:
        raise Invalid("date", str(error)) from error


def cells(line: CatalogueLine) -> dict[str, str]:
    """A row of a manifest that says the same as the catalogue, without files and consent."""
    return {"identifier": line.id, "collection": line.collection, "title": line.title, "abstract": line.abstract,
            "keywords": joined(line.keywords), "languages": joined(line.languages), "date": line.date, "place": line.place,
            "narrators": joined(named_text(*each) for each in line.narrators),
            "interviewers": joined(named_text(*each) for each in line.interviewers), "narrator_role": line.narrator_role}


def digest(row: Mapping[str, str]) -> str:
    """What a row of the catalogue says of whichever testimony, guarded or not, as it is known again."""
    said = as_written(row)
    return hashlib.sha256(json.dumps([said.get(column, "") for column in COLUMNS[1:]]).encode()).hexdigest()[:32]


def digest_now(work: Change, row: Testimony) -> str:
    """The digest of the row that the catalogue would hold of a testimony now."""
    (line,) = kept_catalogue.catalogue(enter(work.session, work.actor), [row])
    return digest(cells(line))
