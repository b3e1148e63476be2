"""Words looked for in everything that whoever asks may tend: published or not, withheld or not, as it was transcribed.

Asked of the rows themselves, letter by letter: no index holds what is not published. What may not live here: the search of readers,
which knows the forms of words (search).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from sqlalchemy import ColumnElement, and_, exists, or_, select

from archive_app.access.entry import Entry
from archive_app.access.kept_transcript_readings import KeptPassage, KeptPassages
from archive_app.errors import Invalid
from archive_app.records.restrictions import WithheldRun
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Segment, Transcript

PER_PAGE, MOST_PAGES, MOST_WORDS = 20, 500, 12
AROUND = 160
"""Letters that are shown before and behind what was found."""
_PART = re.compile(r'"([^"]+)"|(\S+)')


def passages(entry: Entry, words: str, page: int) -> KeptPassages:
    """The segments of current versions in which all of these words stand, or parts of words, in small letters or capitals; what stands in
    quotation marks stands so. By title; PER_PAGE at a time. Raises Invalid."""
    parts = list(islice(dict.fromkeys(_parts(words)), MOST_WORDS + 1))
    if len(parts) > MOST_WORDS:
        raise Invalid("q", f"names more than {MOST_WORDS} words: look for fewer at once")
    if not 1 <= page <= MOST_PAGES:
        raise Invalid("page", f"pages are numbered from 1 to {MOST_PAGES}")
    if not parts:
        return KeptPassages((), page, False)
    closed = exists().where(WithheldRun.version_id == Segment.version_id, WithheldRun.first <= Segment.ordinal,
                            WithheldRun.last >= Segment.ordinal)
    rows = entry.session.execute(
        select(Testimony, Transcript, Segment, closed).join(Transcript, Transcript.current_version_id == Segment.version_id)
        .join(Testimony, Testimony.id == Transcript.testimony_id)
        .where(entry.gate.opens("keep", Testimony.id), and_(*(_stands(part) for part in parts)))
        .order_by(Testimony.title, Testimony.public_id, Transcript.n, Segment.ordinal)
        .offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    sought = re.compile("|".join(re.escape(form) for part in parts for form in _forms(part)))
    found = tuple(_passage(*row, sought) for row in rows[:PER_PAGE])
    return KeptPassages(found, page, len(rows) > PER_PAGE)


def _parts(words: str) -> list[str]:
    found = ((phrase or word).strip('"') for phrase, word in _PART.findall(unicodedata.normalize("NFC", words)))
    return [part for part in found if part]


def _forms(part: str) -> list[str]:
    """How it is written small, with a capital, in capitals; Turkish and Azerbaijani letters have capitals of their own."""
    dotted = part.replace("i", "İ").replace("ı", "I")
    small = part.replace("İ", "i").replace("I", "ı").lower()
    return sorted({part, part.lower(), part.upper(), part.capitalize(), small, dotted.upper(), dotted[:1].upper() + small[1:]})


def _stands(part: str) -> ColumnElement[bool]:
    return or_(*(Segment.text.contains(form, autoescape=True) for form in _forms(part)))


def _passage(testimony: Testimony, transcript: Transcript, row: Segment, withheld: bool, sought: re.Pattern[str]) -> KeptPassage:
    places = [each.span() for each in sought.finditer(row.text)]
    start = max(0, places[0][0] - AROUND) if places else 0
    end = min(len(row.text), start + 3 * AROUND)
    marks = tuple((first - start, last - start) for first, last in places if last <= end)
    return KeptPassage(testimony.public_id, testimony.title, transcript.n, row.language or transcript.language, row.ordinal, row.start_ms,
                       row.speaker, row.text[start:end], start > 0, end < len(row.text), marks, withheld)
