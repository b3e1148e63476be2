"""Footnotes as one viewer may read them, beside the words they are about.

A note to withheld words does not exist; where anything is withheld, neither does one that is about no words in particular: nobody can
say what it is about. What may not live here: words (words), how they are withheld (redaction).
"""

from __future__ import annotations

from collections.abc import Sequence

from archive_app.access.index_points import address
from archive_app.access.readings import Note
from archive_app.access.redaction import Filter, Line, Run, number_shown
from archive_app.records.transcripts import Footnote

Place = Sequence[int]
"""(ordinal of the segment, letters `start` to `end` of its stored text)"""


def shown(rows: Sequence[Footnote], lines: Sequence[Line], withheld: Sequence[Run], names: Filter, language: str) -> tuple[Note, ...]:
    """The notes to a transcript with these lines, numbered from 1. `withheld`: merged runs that this viewer may not read."""
    hidden = {ordinal for first, last in withheld for ordinal in range(first, last + 1)}
    by_ordinal = {line.ordinal: line for line in lines}
    found: list[Note] = []
    for row in rows:
        if any(place[0] in hidden for place in row.places) or (withheld and not row.places):
            continue
        links = tuple(link for link in (address(names, each) for each in row.links) if link)
        places = tuple(_place(place, by_ordinal[place[0]], withheld, names) for place in row.places if place[0] in by_ordinal)
        found.append(Note(len(found) + 1, names(row.text, language), links, places))
    return tuple(found)


def _place(place: Place, line: Line, withheld: Sequence[Run], names: Filter) -> tuple[int, int, int]:
    """Where names were replaced, letters do not stand where they stood, and their distance would tell how long a name is: there the
    note is about the segment as a whole."""
    ordinal, start, end = place
    text = names(line.text, line.language)
    return (number_shown(ordinal, withheld), *((start, end) if text == line.text else (0, len(text))))
