"""A submission becomes a testimony: everything is carried over, nothing is published. Also tried, in memory, to see what others would read.

Words typed become a transcript, files recordings and transcripts, answers statements layer by layer; whoever is to be hidden is withheld
with the segments that name them. What may not live here: which submission, and whether somebody may (reviewing, previewing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from archive_app import clock
from archive_app.actions import by_hand, family_consent, hiding, parts, people
from archive_app.actions.change import Change
from archive_app.actions.consenting import follow_up, record
from archive_app.actions.family_consent import Saved, answered
from archive_app.actions.family_readings import Attached
from archive_app.actions.intake import collection_for
from archive_app.actions.parts import Medium, Words
from archive_app.errors import Invalid
from archive_app.exchange import plain
from archive_app.exchange.cues import Cue, Parsed, check_times
from archive_app.exchange.formats import parse_transcript
from archive_app.exchange.manifest import MediaFile, NamedPerson, TranscriptFile
from archive_app.records import recordings, transcripts
from archive_app.records.consent import Party, Unit, new_unit, unit_of
from archive_app.records.hidden import Name
from archive_app.records.testimonies import Testimony
from archive_app.storage.probe import Probed
from archive_app.storage.vault import Kept

TYPED = "account.txt"


@dataclass(frozen=True)
class Carried:
    """What of a submission is carried over. `files`: each with its bytes in the vault; `read`: the bytes of the one at a place of it;
    `language`: of the interface in which it was told."""

    saved: Saved
    files: tuple[tuple[Attached, Kept], ...]
    read: Callable[[int], bytes]
    language: str

    @property
    def spoken(self) -> str:
        """The language of what is told, as far as it was said."""
        return str(answered(self.saved, "account").get("language") or answered(self.saved, "told").get("language") or self.language)

    @property
    def typed(self) -> bytes:
        """The account as it was typed, UTF-8."""
        return _clean(str(answered(self.saved, "account").get("text", ""))).encode()


def carry_over(work: Change, collection: str, public_id: str, title: str, new: Carried) -> tuple[Testimony, Party, dict[str, int]]:
    """A testimony at the desk, who speaks for it, and the unit that each file (its id) became. Raises Invalid("collection")."""
    row, unit = _testimony(work, collection, public_id, title, new)
    speaker = _parties(work, unit, row, new.saved)
    if place := _clean(answered(new.saved, "told").get("place", "")).strip():
        people.link_place(work, row, place)
    became = add_parts(work, unit, row, speaker, new)
    for layer, said in family_consent.terms(new.saved).items():
        family_consent.speak(work, speaker, unit, layer, said, new.saved)
    follow_up(work, row, unit)
    return row, speaker, became


def add_parts(work: Change, unit: Unit, row: Testimony, speaker: Party, new: Carried) -> dict[str, int]:
    """Words and files as transcripts and recordings; the unit that each file (its id) became."""
    texts = [(each, words) for each, words in _texts(new) if each is not None or by_hand.is_told_anew(new.saved)]
    parts.follow_transcripts(work, unit, row, tuple(words for _, words in texts), [], back=True)
    known = {each.file_name: each.id for each in transcripts.of_testimony(work.session, row.id)}
    became = {each.id: known[words.said.file] for each, words in texts if each is not None}
    media = [(each, _medium(each, kept)) for each, kept in new.files if each.kind != "text"]
    parts.add_media(work, unit, row, [medium for _, medium in media])
    there = {each.file_name: each.id for each in recordings.of_testimony(work.session, row.id)}
    became |= {each.id: there[medium.said.file] for each, medium in media}
    for each, _ in new.files:
        if each.audience and each.id in became:
            layers = family_consent.layers_of(each.kind)
            said = family_consent.of_file(each.audience, new.saved)
            record(work, speaker, unit_of(work.session, became[each.id]), "permit", dict.fromkeys(layers, said),
                   family_consent.click(work, new.saved, layers[0]))
    hiding.ask(work, unit, hidden(new.saved), anew=True)
    return became


def _testimony(work: Change, collection: str, public_id: str, title: str, new: Carried) -> tuple[Testimony, Unit]:
    place = collection_for(work, collection)
    unit = new_unit(work.session, "testimony", unit_of(work.session, place.id))
    told = answered(new.saved, "told")
    date, when = told_in(new.saved) or clock.iso(work.now)[:7], by_hand.given(new.saved)["date"]
    row = Testimony(id=unit.id, public_id=public_id, collection_id=place.id, created_at=work.now,
                    title=title or _clean(told.get("title", "")), languages=[new.spoken], date=date, first_year=int(date[:4]),
                    last_year=int(date[:4]), keywords=[_clean(when)] if when else [],
                    narrator_role=answered(new.saved, "who").get("role", ""))
    work.session.add(row)
    work.session.flush()
    return row, unit


def _parties(work: Change, unit: Unit, row: Testimony, saved: Saved) -> Party:
    """The narrator, a person of their own whoever bears that name; and where somebody stands in the narrator's place, who speaks."""
    said = answered(saved, "name")
    name = NamedPerson(_clean(said.get("name", "")).strip(), said.get("language", ""))
    narrator = people.add_narrator(work, unit, row, name, 1, (_clean(said.get("pseudonym", ""))[:200],), joined=False)
    relation = answered(saved, "who").get("relation", "self")
    if relation == "self":
        return narrator
    speaker = Party(unit_id=unit.id, capacity=relation, stands_for_id=narrator.id, required=False)
    work.session.add(speaker)
    work.session.flush()
    return speaker


def told_in(saved: Saved) -> str:
    """The month (EDTF) in which it was sent for the first time: that is when it was told. '' while it was not sent. Citations show it to
    everybody, and a day would let whoever watches a line tell who sent it. What the family says of when it happened is what it is about,
    and stands among the keywords, as typed."""
    return str(answered(saved, "send").get("first") or saved.get("send", {}).get("on", ""))[:7]


def _clean(text: str) -> str:
    """Words without what no database column takes: NUL, and halves of a pair of surrogates."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode()


def _texts(new: Carried) -> Iterator[tuple[Attached | None, Words]]:
    """The account typed (None), then the files that are texts, in their order."""
    if new.typed.strip():
        if words := _words(TYPED, new.typed, new.spoken):
            yield None, words
    for place, (each, _) in enumerate(new.files):
        if each.kind == "text" and (words := _words(_file_name(each), new.read(place), new.spoken)):
            yield each, words


def _words(name: str, data: bytes, language: str) -> Words | None:
    called = PurePosixPath(name).with_suffix(PurePosixPath(name).suffix.lower()).name
    try:
        parsed = parse_transcript(called, data)
    except Invalid:
        return None  # it holds no words
    kept = Kept(hashlib.sha256(data).hexdigest(), len(data))
    return Words(TranscriptFile(name, language, "verbatim"), kept, _cues(called, data, parsed), parsed.notes)


def _cues(called: str, data: bytes, parsed: Parsed) -> tuple[Cue, ...]:
    """Its segments; where its clock goes back, without times: nobody's account is refused for the hours that stand in it."""
    try:
        return check_times(parsed.cues, None, []).cues
    except Invalid:
        cues = plain.parse(data, timed=False).cues if called.endswith(".txt") else parsed.cues
        return tuple(replace(cue, start_ms=None, end_ms=None, words=()) for cue in cues)


def _file_name(each: Attached) -> str:
    """Its name among those of the testimony: two photographs of one name are two photographs."""
    return f"{each.position}-{_clean(each.name)}"


def _medium(each: Attached, kept: Kept) -> Medium:
    facts: dict[str, Any] = dict(each.facts)
    return Medium(MediaFile(_file_name(each), _clean(each.label)), kept, Probed(each.kind, each.duration_ms, **facts))


def hidden(saved: Saved) -> list[Name]:
    """Whoever is to be hidden, as the family wrote it."""
    told = [(_clean(one.get("name", "")).strip(), one.get("language", "")) for one in answered(saved, "people").get("people", ())]
    return [(name, language) for name, language in told if name]


def follow_files(work: Change, unit: Unit, row: Testimony, speaker: Party, files: Iterable[tuple[Attached, int]], new: Carried) -> bool:
    """Files that are parts already (each with the unit that it became): their captions as they are told now, and who may have each, wider
    than before or not; True where something is wider."""
    wider = False
    there = {each.id: each for each in recordings.of_testimony(work.session, row.id)}
    for each, key in files:
        if key in there:
            there[key].label = _clean(each.label)
        wider |= family_consent.say_of_file(work, speaker, unit, (key, each.kind, each.audience), new.saved, anew=True)
    return wider
