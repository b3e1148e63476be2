"""OHMS XML, 5.4 and 6.0, to neutral values: which element is which field. `parse_ohms` is the door.

Which form the transcript has is seen from what the file holds, not from its version. What may not live here: XML safety (xml),
the forms of transcripts (ohms_text, ohms_vtt), the index (ohms_index), what an importer makes of it (ohms_rows).
"""

from __future__ import annotations

from dataclasses import replace

from archive_app.errors import Invalid
from archive_app.exchange.cues import FIELD, Parsed
from archive_app.exchange.ohms_index import read_points
from archive_app.exchange.ohms_languages import read_languages
from archive_app.exchange.ohms_text import read_text
from archive_app.exchange.ohms_values import Metadata, Ohms, OhmsTranscript
from archive_app.exchange.ohms_vtt import read_vtt
from archive_app.exchange.ohms_xml import read_record
from archive_app.exchange.times import LONGEST_MS, read_clock
from archive_app.exchange.xml import Element

_READ = frozenset(
    "date date_nonpreferred_format title accession duration collection_name series_name repository subject keyword interviewee interviewer "
    "format file_name sync sync_alt transcript_alt_lang media_url language index description transcript transcript_alt vtt_transcript "
    "vtt_transcript_alt rights usage userestrict".split()
)
_EMPTY_VALUES = frozenset(("", "0", "00:00:00", "Unknown Date"))


def parse_ohms(data: bytes) -> Ohms:
    """Everything one OHMS file says. Times are as the file has them: `cues.check_times` comes next. Raises Invalid("transcripts", ...)
    for what is not OHMS, cannot be read, or holds neither a transcript nor an index: there is nothing to import in it."""
    record = read_record(data)
    languages, warnings = read_languages(record.text("language"))
    second, more = read_languages(record.text("transcript_alt_lang"))
    first = languages if len(languages) == 1 else [tag for tag in languages if tag not in second]
    own, other = first[0] if len(first) == 1 else "", second[0] if second else ""
    transcript, about, first_warnings = _transcript(record, "", own)
    alternate, about_other, second_warnings = _transcript(record, "_alt", other)
    own = transcript.language if transcript else own
    other = alternate.language if alternate else other
    points, alternate_points, index_warnings = read_points(record, own, other)
    if transcript is None and alternate is None and not points and not alternate_points:
        raise Invalid(FIELD, "This OHMS file holds neither a transcript nor an index: there is nothing to import.")
    told = _rest(record) + [("annotations", each) for each in (about, about_other) if each]
    return Ohms(_metadata(record, languages), transcript, alternate, points, alternate_points, tuple(told),
                (*warnings, *more, *first_warnings, *second_warnings, *index_warnings))


def as_parsed(ohms: Ohms, second_language: bool = False) -> Parsed:
    """A transcript with its notes, as every format of transcripts gives it. Raises Invalid("transcripts", ...) where the file has none."""
    chosen = ohms.alternate if second_language else ohms.transcript
    if chosen is None:
        raise Invalid(FIELD, "This OHMS file holds no transcript in a second language." if second_language else
                      "This OHMS file holds no transcript, only an index: import the file itself.")
    return Parsed(chosen.cues, ohms.warnings, chosen.language, notes=chosen.notes)


def parse(data: bytes) -> Parsed:
    """The transcript in the first language of an OHMS file and, as its `second`, that in the other one, with the warnings of all of it.
    Raises Invalid("transcripts", ...)."""
    ohms = parse_ohms(data)
    if ohms.transcript is None or ohms.alternate is None:
        return as_parsed(ohms, second_language=ohms.alternate is not None)
    return replace(as_parsed(ohms), second=as_parsed(ohms, second_language=True))


def _transcript(record: Element, suffix: str, language: str) -> tuple[OhmsTranscript | None, str, tuple[str, ...]]:
    """The transcript, what the file says of its annotations, warnings."""
    captions = record.child(f"vtt_transcript{suffix}")
    text = record.child(f"transcript{suffix}")
    legacy, warnings = read_text(text.raw if text else "", record.text(f"sync{suffix}"), language)
    if captions is None:
        return legacy, "", warnings
    transcript, more, about = read_vtt(captions.raw, language)
    if transcript is None:
        return legacy, about, warnings
    both = ("The file holds this transcript twice, as WebVTT and as text; the WebVTT was taken.",) if legacy else ()
    return transcript, about, (*more, *both)


def _metadata(record: Element, languages: tuple[str, ...]) -> Metadata:
    date = record.child("date")
    duration_ms = read_clock(record.text("duration"))
    return Metadata(
        title=record.text("title"),
        accession=record.text("accession"),
        date=date.attribute("value") if date else "",
        date_words=record.text("date_nonpreferred_format"),
        abstract=record.text("description"),
        keywords=record.texts("keyword"),
        subjects=record.texts("subject"),
        interviewees=record.texts("interviewee"),
        interviewers=record.texts("interviewer"),
        languages=languages,
        formats=record.texts("format"),
        repository=record.text("repository"),
        collection=record.text("collection_name"),
        series=record.text("series_name"),
        rights=record.text("rights"),
        usage=record.text("usage"),
        use_is_restricted=record.text("userestrict") == "1",
        media_url=record.text("media_url"),
        file_name=record.text("file_name"),
        duration_ms=duration_ms if duration_ms and duration_ms <= LONGEST_MS else None,
    )


def _rest(record: Element) -> list[tuple[str, str]]:
    """Every further field that says something, so that nothing of the file is lost without a word."""
    rest = [(f"record {name}", record.attribute(name)) for name in ("id", "dt")]
    for element in record.children():
        if element.name not in _READ:
            parts = [(f"{element.name} {part.name}", part.raw.strip()) for part in element.children()]
            rest += parts or [(element.name, element.raw.strip())]
    return [(name, text) for name, text in rest if text not in _EMPTY_VALUES]
