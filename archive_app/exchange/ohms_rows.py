"""An OHMS file as the row of a manifest that would say the same, with its transcripts and index: what an importer takes.

The file name is the import key; the accession number is a field and keys nothing (copies of one interview share it). Access, consent and
publishing are never read from such a file: its rights are sentences, and only a person decides what they mean. What may not live here:
whether files exist, what is kept already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from archive_app.exchange.cues import Parsed
from archive_app.exchange.manifest import ManifestRow, MediaFile, NamedPerson, TranscriptFile
from archive_app.exchange.ohms_values import Metadata, Ohms, OhmsPoint
from archive_app.exchange.times import clock_seconds
from archive_app.language import dates

_NO_DATE = "unknown date"


@dataclass(frozen=True)
class OhmsTestimony:
    """`row` says nothing of access, consent and publishing: flags and defaults are the importer's. `transcripts` go with
    `row.transcripts`, one by one; `points` are in file order, those of the second language behind the others; `duration_ms`: how long
    the file says the recording is; `told`: what it says besides, under the names that OHMS has for it; `warnings` are all of the
    file's."""

    row: ManifestRow
    transcripts: tuple[Parsed, ...]
    points: tuple[OhmsPoint, ...]
    duration_ms: int | None
    accession: str
    told: Mapping[str, str]
    warnings: tuple[str, ...]


def as_testimony(ohms: Ohms, name: str, beside: Collection[str] = ()) -> OhmsTestimony:
    """The testimony that the file called `name` describes. `beside`: names of the files that lie in its folder; the recording is taken
    where it is one of them, and named in a warning where it is not."""
    said = ohms.metadata
    date, date_warnings = _date(said)
    media, media_warnings = _media(said, beside)
    held = [(each, kind) for each, kind in ((ohms.transcript, "verbatim"), (ohms.alternate, "translation")) if each is not None]
    spoken = [each.language for each, _ in held if each.language]
    row = ManifestRow(
        identifier="", collection="", title=said.title, abstract=said.abstract,
        keywords=tuple(dict.fromkeys((*said.keywords, *said.subjects))),
        languages=tuple(dict.fromkeys((*said.languages, *spoken))), date=date, place="",
        narrators=_people(said.interviewees), interviewers=_people(said.interviewers), narrator_role="",
        transcripts=tuple(TranscriptFile(name, each.language or "und", kind) for each, kind in held), media=media,
        access="", access_by_layer=MappingProxyType({}), opens=None, closes=None, naming="real", pseudonyms=(),
        consent_file="", consent_note="", consent_date=None, consent_language="", publish=None, restrictions=())
    warnings = (*ohms.warnings, *date_warnings, *media_warnings, *_restricted(said))
    return OhmsTestimony(
        row, tuple(Parsed(each.cues, (), each.language, notes=each.notes) for each, _ in held), (*ohms.points, *ohms.alternate_points),
        said.duration_ms, said.accession, MappingProxyType(_told(ohms)), warnings)


def _told(ohms: Ohms) -> dict[str, str]:
    """Every field that has no place of its own, under its name; what stands there several times, a line each."""
    said = ohms.metadata
    fields = [("date", said.date), ("date_nonpreferred_format", said.date_words), ("collection_name", said.collection),
              ("series_name", said.series), ("repository", said.repository), ("rights", said.rights), ("usage", said.usage),
              ("userestrict", "1" if said.use_is_restricted else ""), *(("format", each) for each in said.formats),
              ("media_url", said.media_url), ("file_name", said.file_name),
              ("duration", clock_seconds(said.duration_ms) if said.duration_ms else ""), *ohms.other]
    told: dict[str, str] = {}
    for name, text in fields:
        if text:
            told[name] = f"{told[name]}\n{text}" if name in told else text
    return told


def _people(names: Sequence[str]) -> tuple[NamedPerson, ...]:
    return tuple(NamedPerson(" ".join(name.split()), "") for name in names)


def _date(said: Metadata) -> tuple[dates.EventDate | None, tuple[str, ...]]:
    """The date where it is one (EDTF), days and months of 00 being unknown ones."""
    found = [text for text in (said.date, said.date_words) if text and text.lower() != _NO_DATE]
    for text in found:
        try:
            return dates.read(text.removesuffix("-00").removesuffix("-00")), ()
        except ValueError:
            continue
    return None, (f"The date {found[0][:60]!r} is not one that can be read; it was left out.",) if found else ()


def _media(said: Metadata, beside: Collection[str]) -> tuple[tuple[MediaFile, ...], tuple[str, ...]]:
    named = said.file_name.replace("\\", "/").rpartition("/")[2]
    if named and named in beside:
        return (MediaFile(named, ""),), ()
    missing = named or said.media_url
    return (), (f"The recording ({missing[:200]}) does not lie beside the file and was not taken in.",) if missing else ()


def _restricted(said: Metadata) -> tuple[str, ...]:
    if not said.use_is_restricted:
        return ()
    return ("The file says that its use is restricted. Only a person can turn that into terms: read its rights and usage.",)
