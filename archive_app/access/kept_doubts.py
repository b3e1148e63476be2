"""What may be a closed name in the texts of a testimony and is not replaced, because the filter cannot decide. For people to look at.

Whoever asks has been let in by the gate's `keep` already (desk). What may not live here: what a doubt is (language.name_doubts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive_app.access import deciding
from archive_app.access.entry import Entry
from archive_app.access.names import appearing
from archive_app.access.releases import above, spoken
from archive_app.access.terms import CLOSED, Terms, narrower_or_equal
from archive_app.language import name_doubts
from archive_app.language.name_doubts import Doubt
from archive_app.records import hidden, recordings, testimonies, transcripts
from archive_app.records.consent import Unit
from archive_app.records.testimonies import Testimony as Row

READ = ("description", "transcript")
"""The layers whose texts are read beside a name that is closed."""


def closed_names(entry: Entry, row: Row, unit: Unit) -> tuple[tuple[str, str], ...]:
    """(name, language) of everybody whose name is closed, now or later, to somebody who may read about them here; of a draft, once it is
    published."""
    said, parties = spoken(entry.session, unit)
    terms = deciding.of_testimony(unit.id, above(unit), said, parties.values())
    everybody = appearing(entry, [row.id]).get(row.id, ())
    closed = {layer for layer in {one.layer for one in everybody} if is_closed(layer, terms, entry.now)}
    found = [(name.text, name.language) for one in everybody if one.layer in closed for name in one.names]
    return tuple(dict.fromkeys([*found, *hidden.names(entry.session, row.id)]))


def is_closed(layer: str, terms: Mapping[str, Terms], now: int) -> bool:
    """Whether a name of this layer is closed, now or later, to somebody who reads the texts beside it."""
    named, texts = terms.get(layer, CLOSED), [terms[each] for each in READ]
    moments = {now, *(start for each in (named, *texts) for start, _ in each.steps if start > now)}
    return any(not narrower_or_equal(named.at(moment).audience, each.at(moment).audience) for moment in moments for each in texts)


def doubts(entry: Entry, row: Row, unit: Unit) -> tuple[Doubt, ...]:
    """The surest leak first. Reads every word of it: half a second for an interview of three hours in an inflected language."""
    names = closed_names(entry, row, unit)
    return tuple(name_doubts.of_names(names, _texts(entry, row))) if names else ()


def _texts(entry: Entry, row: Row) -> Iterator[tuple[str, Sequence[str]]]:
    """(language, texts that follow each other) of everything in which names are replaced."""
    first = row.languages[0] if row.languages else ""
    yield first, [row.title, row.abstract]
    for label in (each.label for each in recordings.of_testimony(entry.session, row.id) if each.label):
        yield first, [label]
    for each in transcripts.of_testimony(entry.session, row.id):
        segments = transcripts.segments_of(entry.session, each.current_version_id or 0)
        yield each.language, [segment.text for segment in segments]
        yield each.language, list({segment.speaker: "" for segment in segments})
        yield each.language, [note.text for note in transcripts.footnotes_of(entry.session, each.current_version_id or 0)]
    for point in testimonies.index_points(entry.session, row.id):
        yield point.language or first, [point.title, point.synopsis, point.excerpt]
