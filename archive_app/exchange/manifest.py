"""What one row of manifest.csv says, as typed values: pure, without looking at files or at what is kept already.

Every problem is an Invalid(column, sentence); a row with any is refused as a whole. What may not live here: whether files exist,
capping a layer that is wider than existence, whether an identifier was used before (the importer's).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from archive_app.access import terms
from archive_app.errors import Invalid
from archive_app.exchange.file_names import alike, file_name, one_elsewhere
from archive_app.exchange.guarding import as_written
from archive_app.exchange.restrictions import RestrictionRow, read_restriction
from archive_app.exchange.table import COLUMNS, literal, named, split_list, split_parts
from archive_app.language import dates, tags

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")
KINDS = ("verbatim", "corrected", "translation", "summary", "machine")
ROLES = ("survivor", "witness", "relative", "descendant", "responder", "other")
NAMINGS = ("real", *terms.NAMINGS)

_ORDER = COLUMNS["manifest"]

Value = TypeVar("Value")


class NamedPerson(NamedTuple):
    """A name as written, with the tag of its language and script ('' = not said)."""

    name: str
    tag: str


class TranscriptFile(NamedTuple):
    file: str
    language: str
    kind: str


class MediaFile(NamedTuple):
    file: str
    label: str


@dataclass(frozen=True)
class ManifestRow:
    """One testimony as a row describes it. '' and None mean that the row says nothing: flags and defaults are the importer's.
    File names are relative to the manifest's folder, with `/`. `date` and `consent_date` are as `language.dates` reads them."""

    identifier: str
    collection: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    date: dates.EventDate | None
    place: str
    narrators: tuple[NamedPerson, ...]
    interviewers: tuple[NamedPerson, ...]
    narrator_role: str
    transcripts: tuple[TranscriptFile, ...]
    media: tuple[MediaFile, ...]
    access: str
    access_by_layer: Mapping[str, str]
    opens: datetime.date | None
    closes: datetime.date | None
    naming: str
    pseudonyms: tuple[str, ...]
    consent_file: str
    consent_note: str
    consent_date: dates.EventDate | None
    consent_language: str
    publish: bool | None
    restrictions: tuple[RestrictionRow, ...]

    @property
    def files(self) -> list[tuple[str, str]]:
        """(column, name) of every file that the row names."""
        named = [("transcripts", each.file) for each in self.transcripts] + [("media", each.file) for each in self.media]
        return named + ([("consent_file", self.consent_file)] if self.consent_file else [])


def read_row(row: Mapping[str, str]) -> tuple[ManifestRow | None, list[Invalid]]:
    """The row's values, or None with every problem in it, in the order of the columns. A column that is not in `row` says
    nothing.

    A pseudonym without a `naming` means `naming` pseudonym: the protective reading.
    """
    cells = _Cells(as_written(row))
    people = {column: cells.each(column, _person) for column in ("narrators", "interviewers")}
    pseudonyms = tuple(literal(item) for item in split_list(cells.text("pseudonym")))
    values = ManifestRow(
        identifier=cells.value("identifier", _identifier) or "",
        collection=cells.value("collection", _identifier) or "",
        title=cells.text("title"),
        abstract=cells.text("abstract"),
        keywords=tuple(literal(item) for item in split_list(cells.text("keywords"))),
        languages=tuple(dict.fromkeys(cells.each("languages", tags.tag))),
        date=cells.value("date", dates.parse),
        place=cells.text("place"),
        narrators=people["narrators"],
        interviewers=people["interviewers"],
        narrator_role=cells.value("narrator_role", _one_of(ROLES)) or "",
        transcripts=cells.each("transcripts", _transcript),
        media=cells.each("media", _medium),
        access=cells.value("access", _one_of(terms.TIERS)) or "",
        access_by_layer=MappingProxyType(
            {layer: tier for layer in terms.LAYERS if (tier := cells.value(f"access_{layer}", _one_of(terms.TIERS)))}
        ),
        opens=cells.value("opens", _day),
        closes=cells.value("closes", _day),
        naming=cells.value("naming", _one_of(NAMINGS)) or ("pseudonym" if pseudonyms else "real"),
        pseudonyms=pseudonyms,
        consent_file=cells.value("consent_file", _file) or "",
        consent_note=cells.text("consent_note"),
        consent_date=cells.value("consent_date", dates.parse),
        consent_language=cells.value("consent_language", tags.tag) or "",
        publish=cells.value("publish", _yes_or_no),
        restrictions=cells.each("restrictions", read_restriction),
    )
    cells.check("pseudonym", _pseudonyms_fit(values))
    for column, reason in _not_told_apart(values):
        cells.check(column, reason)
    problems = cells.in_order()
    return (None, problems) if problems else (values, [])


class _Cells:
    """The cells of one row, and the problems found in them so far."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self._row = row
        self._problems: list[Invalid] = []

    def text(self, column: str) -> str:
        return (self._row.get(column) or "").strip()

    def value(self, column: str, read: Callable[[str], Value]) -> Value | None:
        """What the cell says, None where it is empty or wrong. `read` raises ValueError with the reason."""
        text = self.text(column)
        return self._read(column, text, read) if text else None

    def each(self, column: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        values = (self._read(column, item, read) for item in split_list(self.text(column)))
        return tuple(value for value in values if value is not None)

    def check(self, column: str, reason: str) -> None:
        if reason:
            self._problems.append(Invalid(column, reason))

    def in_order(self) -> list[Invalid]:
        return sorted(self._problems, key=lambda problem: _ORDER.index(problem.field))

    def _read(self, column: str, text: str, read: Callable[[str], Value]) -> Value | None:
        try:
            return read(text)
        except ValueError as problem:
            self._problems.append(Invalid(column, str(problem)))
            return None


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise ValueError(
            f"{text[:80]!r} cannot be an address: 3 to 64 small letters a-z, digits and hyphens, a letter or digit first."
        )
    return text


def _one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(words)}.")
        return text

    return read


def _day(text: str) -> datetime.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise ValueError(f"{text[:40]!r} is no day such as 2041-05-09.")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day of the calendar.") from None


def _person(text: str) -> NamedPerson:
    name, tag = named(text)
    return NamedPerson(literal(name), tags.tag(tag) if tag else "")


def _file(text: str) -> str:
    return file_name(literal(text))


def _transcript(text: str) -> TranscriptFile:
    parts = split_parts(text)
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"{text[:80]!r} must say file|language|kind, for example a.vtt|az|verbatim.")
    return TranscriptFile(_file(parts[0]), tags.tag(parts[1]), _one_of(KINDS)(parts[2]))


def _medium(text: str) -> MediaFile:
    parts = split_parts(text)
    if len(parts) > 2 or not parts[0]:
        raise ValueError(f"{text[:80]!r} must say file|label, for example tape1.mp3|Tape 1.")
    return MediaFile(_file(parts[0]), parts[1] if len(parts) > 1 else "")


def _yes_or_no(text: str) -> bool:
    return _one_of(("yes", "no"))(text.lower()) == "yes"


def _pseudonyms_fit(values: ManifestRow) -> str:
    wanted = max(1, len(values.narrators))
    if values.naming != "pseudonym" or len(values.pseudonyms) == wanted:
        return ""
    given = len(values.pseudonyms)
    return f"Naming is pseudonym, so this needs {wanted} of them, one for each narrator, parted by ;. There are {given}."


def _not_told_apart(values: ManifestRow) -> Iterator[tuple[str, str]]:
    """(column, reason) for names in one row that are one name on another system."""
    seen: dict[str, str] = {}
    for column, name in values.files:
        before = seen.setdefault(alike(name), name)
        if before != name:
            yield column, one_elsewhere(name, before)
