"""Whom a family asked to hide: what names them is withheld, and their names are taken out of what describes a testimony.

Everything that is changed at the desk, brought in or carried over comes past `follow` before its commit (consenting.follow_up), and a
change in which words became current and were not looked through is not committed (change). An archivist who lifts what was withheld has
decided: the same words are not withheld again, other ones are. What may not live here: which words a restriction finds (withholding).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from sqlalchemy.orm import Session

from archive_app.access.names import NOT_NAMED
from archive_app.access.redaction import Run, merged
from archive_app.access.terms import TIERS, from_json, narrower_or_equal
from archive_app.actions import withholding
from archive_app.actions.change import Change
from archive_app.exchange.restrictions import WORDS, RestrictionRow
from archive_app.language import name_forms, name_words
from archive_app.language.name_forms import NameForms
from archive_app.records import hidden, recordings, registry, restrictions, testimonies, transcripts
from archive_app.records.consent import Unit
from archive_app.records.hidden import Name
from archive_app.records.recordings import Recording
from archive_app.records.testimonies import Appearance, IndexPoint, PlaceLink, Testimony
from archive_app.records.transcripts import Footnote, Segment, Transcript

WHY = "somebody whom the family asked to hide"
WITHHELD = "words name somebody who is to be hidden: they are withheld, until somebody has looked"
TAKEN_OUT = "the name of somebody who is to be hidden was taken out of what describes it"
Said = tuple[str, str, tuple[str, ...]]
"""(who speaks, what they say, the notes to it that name somebody to hide)"""


def ask(work: Change, unit: Unit, names: Iterable[Name], anew: bool = False) -> None:
    """Hide these people from now on, beside those who are hidden already; `anew`: in their place. Whoever is new on the list is looked for
    in all words that there are. Nothing opens by this."""
    before = hidden.names(work.session, unit.id)
    wanted = list(dict.fromkeys([*([] if anew else before), *names]))
    if wanted != before:
        hidden.put(work.session, unit.id, wanted)
    if new := [name for name in wanted if name not in before]:
        there = transcripts.of_testimony(work.session, unit.id)
        _withhold(work, unit, _forms(new), dict.fromkeys((each.id for each in there), 0))


def follow(work: Change, unit: Unit, row: Testimony) -> list[str]:
    """Withhold what names them in the words that became current in this change and are not those of before, and take their names out of
    what describes the testimony; sentences on what was done."""
    there = {each.id for each in transcripts.of_testimony(work.session, unit.id)} if work.reworded else set()
    reworded = {key: work.reworded.pop(key) for key in list(work.reworded) if key in there}
    if reworded:
        withholding.project(work, unit)  # what was withheld before it, whoever is hidden
    people = _forms(hidden.names(work.session, unit.id))
    if not people:
        return []
    said = [WITHHELD] if reworded and _withhold(work, unit, people, reworded) else []
    return [*said, TAKEN_OUT] if _take_out(work.session, row, people) else said


def _forms(names: Iterable[Name]) -> list[NameForms]:
    """Every form of every name, without the small words with which somebody is told of."""
    named = [(" ".join(word for word in text.split() if word not in name_words.TOLD_WITH) or text, language) for text, language in names]
    return [name_forms.forms(way) for text, language in named for way in name_forms.spellings(text, language)]


def _withhold(work: Change, unit: Unit, people: Sequence[NameForms], since: Mapping[int, int]) -> bool:
    """Withhold the segments that name them: those of the first transcript; another transcript that names them where nothing withholds it
    yet, whole, until an archivist has looked. `since`: transcript -> the version (keys) whose open words were decided upon; 0 = none was.
    False where there is nothing to withhold."""
    withholding.project(work, unit)
    there = transcripts.of_testimony(work.session, unit.id)
    if not there:
        return False
    first, *others = there
    found = _open(work.session, first, people, since)
    for start, end in found:
        _close(work, unit, start, end)
    withholding.project(work, unit)
    if any(_open(work.session, each, people, since) for each in others):
        beyond = transcripts.count_segments(work.session, first.current_version_id or 0) + 1
        _close(work, unit, beyond, beyond)  # no segment of the first: all of every other
        withholding.project(work, unit)
        return True
    return bool(found)


def _close(work: Change, unit: Unit, first: int, last: int) -> None:
    withholding.add_restriction(work, unit, RestrictionRow(None, None, first, last, frozenset({WORDS}), "staff", WHY))


def _open(session: Session, transcript: Transcript, people: Sequence[NameForms], since: Mapping[int, int]) -> list[Run]:
    """The segments that name them, and are neither withheld nor were read open in the version before, in the same words."""
    if transcript.id not in since or transcript.current_version_id is None:
        return []
    decided = Counter(said for _, said in _naming(session, transcript, since[transcript.id], people))
    found = []
    for ordinal, said in _naming(session, transcript, transcript.current_version_id, people):
        if decided[said] > 0:
            decided[said] -= 1
        else:
            found.append((ordinal, ordinal))
    return merged(found)


def _naming(session: Session, transcript: Transcript, version: int, people: Sequence[NameForms]) -> list[tuple[int, Said]]:
    """(ordinal, what is said) of the open segments of a version that name them, or have a note that does."""
    notes = _notes(session, transcript, version, people)
    closed = _closed(session, transcript, version)
    found: list[tuple[int, Said]] = []
    for each in transcripts.segments_of(session, version):
        said = (each.speaker, each.text, (*notes[each.ordinal], *notes[0]))
        told = "\n".join((each.speaker, each.cue, each.text))  # a file with times may call its cues by whoever speaks
        if each.ordinal not in closed and (said[2] or _names(people, _language(each, transcript), told)):
            found.append((each.ordinal, said))
    return found


def _notes(session: Session, transcript: Transcript, version: int, people: Sequence[NameForms]) -> dict[int, list[str]]:
    """Ordinal -> the notes to that segment that name them; 0: those that are about no words in particular."""
    found: dict[int, list[str]] = defaultdict(list)
    for each in transcripts.footnotes_of(session, version):
        if _names(people, transcript.language, each.text) or any(_in_address(people, transcript.language, link) for link in each.links):
            for ordinal in {place[0] for place in each.places} or {0}:
                found[ordinal].append(_told(each))
    return found


def _told(note: Footnote) -> str:
    return "\n".join([note.text, *note.links])


def _closed(session: Session, transcript: Transcript, version: int) -> set[int]:
    """The segments of a version that nobody but staff reads."""
    few = [each for each in restrictions.in_force(session, transcript.testimony_id) if _for_staff(each.terms)]
    return {ordinal for each in few for first, last in restrictions.runs(session, version, each.id) for ordinal in range(first, last + 1)}


def _language(segment: Segment, transcript: Transcript) -> str:
    return segment.language or transcript.language


def _names(people: Sequence[NameForms], language: str, text: str) -> bool:
    return bool(name_forms.spans_in_small(people, language, unicodedata.normalize("NFC", text)))


def _in_address(people: Sequence[NameForms], language: str, address: str) -> bool:
    """Whether a link leads to a page that is called by them: in small letters, or in those of another script as addresses write them."""
    return bool(name_forms.spans_in_small(people, language, unicodedata.normalize("NFC", unquote(address)), every=True))


def _for_staff(terms: str) -> bool:
    return all(narrower_or_equal(TIERS["staff"], rule.audience) for _, rule in from_json(terms).steps)


def _take_out(session: Session, row: Testimony, people: Sequence[NameForms]) -> bool:
    """Their names out of title, abstract, keywords, captions, index, and what stands for others' names; links to them are closed. True
    where one stood there."""
    found = False
    there = (row, *testimonies.appearances(session, row.id), *recordings.of_testimony(session, row.id),
             *testimonies.index_points(session, row.id))
    for each in there:
        languages = [each.language] if isinstance(each, IndexPoint) and each.language else row.languages or [""]
        for column in DESCRIBES[type(each)]:
            before = getattr(each, column)
            after = _without(people, languages, _others_places(people, languages, before) if column == "places" else before)
            if after != before:
                setattr(each, column, after)
                found = True
    session.flush()
    return close_links(session, row.id) or found


def _others_places(people: Sequence[NameForms], languages: Sequence[str], places: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """The places of a point but those that are called by the whole name of somebody: where they lie tells as much."""
    return [each for each in places if not any(name_forms.bears(one, language, str(each[2])) for one in people for language in languages)]


def close_links(session: Session, testimony: int) -> bool:
    """Let nobody read that a testimony (internal key) is linked to a person or place whose name in the registry, or that of a place which
    it lies in and leads to, holds the whole name of somebody to hide; such a person's names are withheld in its words, too. Narrators are
    asked themselves. True where one was open."""
    people = _forms(hidden.names(session, testimony))
    links: list[tuple[Appearance | PlaceLink, int]] = [
        *((each, each.person_id) for each in testimonies.appearances(session, testimony) if each.role != "narrator"),
        *((each, each.place_id) for each in testimonies.place_links(session, testimony))]
    found = [link for link, key in links if people and link.layer != hidden.NOBODY
             and any(name_forms.bears(each, name.language, name.text)
                     for unit in registry.above(session, key) for name in registry.names_of(session, unit) for each in people)]
    for link in found:
        link.layer = hidden.NOBODY
    session.flush()
    return bool(found)


DESCRIBES: dict[type, tuple[str, ...]] = {
    Testimony: ("title", "abstract", "keywords"),
    Appearance: ("pseudonym",),
    Recording: ("label",),
    IndexPoint: ("title", "synopsis", "excerpt", "keywords", "subjects", "places", "links"),
}


def _without(people: Sequence[NameForms], languages: Sequence[str], value: Any, listed: bool = False) -> Any:
    """A text, or every text in a list, without their names; what names nobody as it is, to the letter. `listed`: one of a list, where
    names are often written small; an address that names somebody leads nowhere."""
    if isinstance(value, list):
        return [_without(people, languages, each, True) for each in value]
    if not isinstance(value, str):
        return value
    for language in languages:
        if listed and "://" in value and _in_address(people, language, value):
            return ""
        text = unicodedata.normalize("NFC", value)
        spans = name_forms.spans_in_small(people, language, text, listed)
        for start, end in reversed(spans):
            text = text[:start] + NOT_NAMED + name_forms.behind(NOT_NAMED, text[end:])
        value = text if spans else value
    return value
