"""OHMS XML 6.0, written from readings: what one viewer may read of a testimony, valid against ohms.xsd 6.0 of the Nunn Center.

What may not live here: rows, decisions, text made from the current time. Fields of OHMS that no reading fills stay away.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from archive_app.access import readings
from archive_app.exchange.citation_parts import NARRATOR_ROLES, exact_date
from archive_app.exchange.ohms_languages import language_name
from archive_app.exchange.ohms_points import add_index
from archive_app.exchange.ohms_words import written
from archive_app.exchange.ohms_xml import NAMESPACE
from archive_app.exchange.times import clock_seconds

MEDIA_TYPE = "application/xml; charset=utf-8"
_SCHEMA = {
    "xmlns": NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}/ohms.xsd",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = "1970-01-01"


def write_ohms(
    testimony: readings.Testimony,
    transcripts: Sequence[readings.Transcript],
    index_points: Sequence[readings.IndexPoint],
    withheld: Callable[[int | None], str],
    citation: str = "",
    *,
    archive: str = "",
) -> bytes:
    """The testimony as an OHMS file, UTF-8.

    OHMS has room for two languages: the first of `transcripts`, and the first behind it in another language; ask for the others one by
    one. `withheld(length in ms, or None)` is the sentence for a run of withheld words, `citation` stands in `usage`, `archive` is this
    archive's name. The date of the record is the day the transcript was approved, else the first
    day of 1970: never today. The accession number is the public id.
    """
    card = testimony.card
    first = transcripts[0] if transcripts else None
    second = next((each for each in transcripts[1:] if first and each.head.language != first.head.language), None)
    root = Element("ROOT", _SCHEMA)
    approved = first.head.approved_on if first else ""
    record = SubElement(root, "record", id=str(zlib.crc32(card.id.encode()) & 0x7FFFFFFF),
                        dt=approved if len(exact_date(approved)) == 3 else _NEVER)
    _add_description(record, testimony, archive)
    _add_media(record, testimony, second.head.language if second else "")
    _add(record, "language", "; ".join(language_name(tag) for tag in _spoken(card, first)))
    add_index(record, index_points, second.head.language if second else "")
    _add(record, "description", testimony.abstract)
    _add_transcripts(record, first, second, withheld)
    kind = _recorded(testimony)
    if kind:
        _add(record, "fmt", kind)
    _add(record, "usage", citation)
    return _serialized(root)


def _add_description(record: Element, testimony: readings.Testimony, archive: str) -> None:
    card = testimony.card
    _add(record, "version", "6.0")
    exact = len(exact_date(card.date)) == 3
    SubElement(record, "date", value=card.date if exact else "", format="yyyy-mm-dd")
    _add(record, "date_nonpreferred_format", "" if exact else card.date)
    _add(record, "title", card.title)
    _add(record, "accession", card.id)
    ends = [each.offset_ms + each.duration_ms for each in testimony.recordings if each.duration_ms is not None]
    _add(record, "duration", clock_seconds(max(ends)) if ends else "")
    _add(record, "collection_id", card.collection.id)
    _add(record, "collection_name", card.collection.names[0].text if card.collection.names else "")
    _add(record, "repository", archive)
    for word in testimony.keywords:
        _add(record, "keyword", word.replace(";", ","))
    for field, roles in (("interviewee", NARRATOR_ROLES), ("interviewer", frozenset(("interviewer",)))):
        for person in card.people:
            if person.role in roles and person.shown:
                _add(record, field, person.shown.replace(";", ","))


def _add_media(record: Element, testimony: readings.Testimony, second: str) -> None:
    """Which kind of recording there is, and in which second language the words are; never where the bytes lie: an address in a file
    outlives the permission to open it."""
    _add(record, "transcript_alt_lang", language_name(second))
    _add(record, "translate", "1" if second else "0")
    kind = _recorded(testimony)
    if kind:
        media = SubElement(record, "mediafile")
        _add(media, "host", "Other")
        _add(media, "clip_format", kind)


def _add_transcripts(
    record: Element, first: readings.Transcript | None, second: readings.Transcript | None, withheld: Callable[[int | None], str]
) -> None:
    """The fields in the order of the schema: texts ahead of WebVTT."""
    fields = {}
    for transcript, suffix in ((first, ""), (second, "_alt")):
        if transcript is not None:
            field, text = written(transcript, withheld)
            fields[field + suffix] = text
    for field in ("transcript", "transcript_alt", "vtt_transcript", "vtt_transcript_alt"):
        if field in fields:
            _add(record, field, fields[field])


def _spoken(card: readings.Card, first: readings.Transcript | None) -> tuple[str, ...]:
    """The languages of the testimony that is described; where they are closed or not said, that of the words."""
    return card.languages or ((first.head.language,) if first and first.head.language else ())


def _recorded(testimony: readings.Testimony) -> str:
    kinds = {each.kind for each in testimony.recordings}
    return next((kind for kind in ("video", "audio") if kind in kinds), "")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _serialized(root: Element) -> bytes:
    """The file; letters that XML 1.0 cannot hold become U+FFFD (2.2)."""
    for element in root.iter():
        element.text = _NOT_XML.sub("\ufffd", element.text) if element.text else None
        for name, value in element.attrib.items():
            element.set(name, _NOT_XML.sub("\ufffd", value))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'.encode()
