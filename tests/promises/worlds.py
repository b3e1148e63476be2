"""Small archives made from a seed, and twins of them that differ only in what one class of viewer may not see.

A world is what was told (oracle.Told), the tables beside it, and a history: in which order it came in, what happened and was taken
back. `build` makes an archive of it by importing manifests, as archivists do. What may be seen is judged by the oracle alone.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from archive_app.jobs import indexing
from tests.factories.archives import Archive
from tests.promises import desk_work, sounds
from tests.promises.oracle import Line, Restricted, Text, Told, Who, may, tier_of
from tests.promises.words import NAMES, WORDS

NOW = datetime.datetime(2026, 3, 10, 9, 0, tzinfo=datetime.UTC)
TIERS = ("public", "registered", "reading-room", "staff", "sealed")
COLLECTIONS = ("valley", "harbour")
CYCLE = ("public", "registered", "public", "reading-room", "public", "staff", "public", "sealed")
GRANTED = frozenset({"told-b", "told-d", "told-f", "told-h"})
STAFF = frozenset({"registered", "staff"})

VIEWERS = {who.name: who for who in (
    Who("anonymous"),
    Who("onsite", frozenset({"onsite"})),
    Who("registered", frozenset({"registered"})),
    Who("grants", frozenset({"registered"}), granted=GRANTED),
    Who("lapsed", frozenset({"registered"}), lapsed=GRANTED),
    Who("barred", frozenset({"registered"}), granted=GRANTED, barred=frozenset({"told-a", "told-b"})),
    Who("elsewhere", frozenset({"registered"}), {"harbour": frozenset({"staff"})}),
    Who("archivist", STAFF),
    Who("custodian", STAFF | {"custodian"}),
)}


@dataclass(frozen=True)
class Extra:
    """A testimony that came and did not stay as it was: what became of it."""

    told: Told
    end: str  # withdrawn, unpublished, narrowed, erased


@dataclass(frozen=True)
class World:
    """`before`: id -> an earlier form that was taken in first; `order`: seed of the order of arrival, 0 = as told; `drafted`: words that stand
    in drafts, and in versions that were taken back."""

    told: tuple[Told, ...]
    people: tuple[dict[str, str], ...] = ()
    places: tuple[dict[str, str], ...] = ()
    events: tuple[dict[str, str], ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    statements: tuple[dict[str, str], ...] = ()
    before: dict[str, Told] = field(default_factory=dict)
    extras: tuple[Extra, ...] = ()
    order: int = 0
    one_by_one: bool = False
    rebuilt: bool = False
    staff_work: bool = False
    drafted: str = ""

    def by_id(self, id: str) -> Told:
        return next(each for each in self.told if each.id == id)


def secret(seed: object) -> str:
    """A word that stands nowhere else: `zq` and ten letters."""
    raw = hashlib.sha256(repr(seed).encode()).digest()
    return "zq" + "".join("bdfgklmnprst"[raw[n] % 12] + "aeiou"[raw[n + 5] % 5] for n in range(5))


# --- making

def world(seed: int, count: int = 6) -> World:
    """A world of `count` testimonies and three that are alike; among eight seeds every tier, naming, restriction, language occurs."""
    rng = random.Random(seed)
    told = tuple(_told(rng, seed, letter, number) for number, letter in enumerate("abcdefgh"[:count]))
    return World((*told, *(_alike(seed, letter) for letter in "klm")), **_tables(seed))


def _alike(seed: int, letter: str) -> Told:
    """Short ones of the same length, so that search puts them in an order for small reasons."""
    said = {"k": (0, 1), "l": (0, 2), "m": (1, 2)}[letter]
    line = Line(f"same words again {' '.join(WORDS['en'][at] for at in said)}.")
    return Told(f"told-{letter}", "valley", "Same title, {name}", "", (), "en", "1977", NAMES["place"][0], secret((seed, letter)).capitalize(),
                "Otto", f"Asker {letter}, Ida", "other", (Text(f"{letter}.txt", "en", "summary", (line,)),),
                naming="anonymous", secret=secret((seed, letter, "never")))


def _told(rng: random.Random, seed: int, letter: str, number: int) -> Told:
    language = ("az", "ru", "en", "hy", "tr")[(number + seed) % 5]
    key = (seed, letter)
    timed, family, given = (number + seed) % 3 != 0, secret((*key, "family")).capitalize(), NAMES[language][number % 4]
    naming = ("real", "pseudonym", "initial", "anonymous", "real", "pseudonym")[(number + seed) % 6]
    access = CYCLE[(number + seed * 3) % 8] if number else "public"
    texts = [_text(rng, key, f"{letter}-{secret((*key, 'file'))}", language, "verbatim", 7 + number % 3, timed)]
    if number % 2:
        texts.append(_text(rng, (*key, 2), f"{letter}2-{secret((*key, 'file2'))}", "en", "translation", 7 + number % 3, timed and number % 3 > 0))
    layers = {}
    if number % 3 == 1:
        layers[("description", "transcript", "identity", "description", "audio")[(number // 3 + seed) % 5]] = rng.choice(TIERS[1:4])
    if number % 3 == 2:
        layers["transcript"] = TIERS[min(3, TIERS.index(access) + 1)]
        layers["description"] = access
    restrictions = _restrictions(rng, seed, number, timed) if number in (0, 2, 3, 4, 6) else ()
    if number == 2:
        layers.update(dict.fromkeys((("audio",), ("video",), ("audio", "video"))[seed // 2 % 3], TIERS[min(4, TIERS.index(access) + 1)]))
    if number in (1, 2) and seed % 3 == 0:
        layers["document" if number == 1 else "image"] = TIERS[min(4, TIERS.index(access) + 1)]
    if number == 3 and timed:
        texts[0] = _heard_by_a_machine(texts[0])
    window = {"opens": "2026-03-10" if seed // 2 % 2 else "2027-05-01"} if number == 4 else {"closes": "2026-03-10"} if number == 5 and seed % 2 else {}
    state = {3: {"publish": seed % 3 != 0, "fate": "withdrawn" if seed % 3 == 1 else ""}}.get(number, {})
    return Told(
        f"told-{letter}", COLLECTIONS[number % 2], f"{{name}}: {_say(rng, language, 3)} {secret((*key, 'title'))}",
        f"{_say(rng, language, 9)} {secret((*key, 'abstract'))} {{name}}", (_say(rng, language, 1), secret((*key, "keyword"))), language,
        f"19{80 + number}-0{1 + number % 9}", f"{NAMES['place'][(number + seed) % 5]}", family, given, f"Asker {number}, Ida",
        ("survivor", "witness", "relative", "other")[number % 4], tuple(texts), access, layers, naming,
        f"Reader {letter.upper()}" if naming == "pseudonym" else "", restrictions=restrictions,
        **_recordings(key, seed, number), **_spoken(key, texts[0], restrictions),
        secret=secret((*key, "never")), **window, **state)


def _restrictions(rng: random.Random, seed: int, number: int, timed: bool) -> tuple[Restricted, ...]:
    """One; in two testimonies another of another tier right behind it; of the film the first withholds the picture too."""
    first, tier = rng.randint(2, 4), 2 if number == 3 else 1 + (number // 2 + seed) % 4
    one = Restricted(first, first + rng.randint(0, 2), TIERS[tier], timed, number == 2)
    return (one, Restricted(one.last + 1, one.last + 1, TIERS[1 + tier % 4], timed)) if number in (0, 2) else (one,)


def _recordings(key: tuple[object, ...], seed: int, number: int) -> dict[str, Any]:
    """Tapes, of which the first was another at first or has another waiting for it, a film with a photograph, and a letter."""
    history = ("", "earlier", "newer")[seed // 2 % 3] if number == 0 else ""
    page = f"A letter of {{name}}, {secret((*key, 'page'))}" if number == 1 else ""
    photo = secret((*key, "photo")) if number == 2 else ""
    return {"media": number in (0, 3, 4, 6), "film": number == 2, "photo": photo, "page": page, **({history: secret((*key, history))} if history else {})}


def _spoken(key: tuple[object, ...], text: Text, restrictions: tuple[Restricted, ...]) -> dict[str, Any]:
    """What is heard and seen while restricted words are spoken."""
    spans = [(text.lines[each.first - 1].start_ms or 0, text.lines[each.last - 1].end_ms or 0, each) for each in restrictions if each.timed]
    return {"sounds": tuple((start, end, secret((*key, "heard", each.first))) for start, end, each in spans),
            "pictures": tuple((start, end, secret((*key, "seen", each.first))) for start, end, each in spans if each.picture)}


def _say(rng: random.Random, language: str, count: int) -> str:
    return " ".join(rng.choice(WORDS[language]) for _ in range(count))


def _text(rng: random.Random, key: tuple[object, ...], stem: str, language: str, kind: str, count: int, timed: bool) -> Text:
    lines = []
    for at in range(count):
        words = _say(rng, language, rng.randint(8, 22)).split()
        words.insert(rng.randint(1, len(words)), secret((*key, "line", at)))
        if at % 3 == 1:
            words.insert(rng.randint(1, len(words) - 1), "{name}")
        lines.append(Line(" ".join(words) + ".", ("{name}" if at % 2 else "Ida Asker") if timed else "",
                          at * 4000 if timed else None, at * 4000 + 3500 if timed else None))
    return Text(f"{stem}.{'vtt' if timed else 'txt'}", language, kind, tuple(lines))


def _heard_by_a_machine(text: Text) -> Text:
    """The same words as a recogniser writes them: each with its time, and nobody named as who speaks."""
    return replace(text, file=text.file.replace(".vtt", ".json"), kind="machine", lines=tuple(replace(line, speaker="") for line in text.lines))


def _tables(seed: int) -> dict[str, tuple[dict[str, str], ...]]:
    place, other = NAMES["place"][0], NAMES["place"][1]
    return {
        "people": ({"identifier": "known-person", "names": "Known, Person|en|", "access": "public", "note": "a public person"},
                   {"identifier": "quiet-person", "names": f"{secret((seed, 'quiet')).capitalize()}, Quiet|en|"}),
        "places": ({"identifier": "first-place", "names": f"{place}|en|;Первое|ru|", "within": "whole-region",
                    "latitude": "-48.8", "longitude": "-123.3"},
                   {"identifier": "whole-region", "names": "Region|en|"},
                   {"identifier": "second-place", "names": f"{other}|en|", "latitude": "-47.1", "longitude": "-121.9"},
                   {"identifier": "quiet-place", "names": f"{secret((seed, 'place')).capitalize()}|en|"}),
        "events": ({"identifier": "the-flood", "names": "The flood|en|", "date": "1987", "places": "first-place"},
                   {"identifier": "the-fire", "names": "The fire|en|", "date": "1979", "places": "second-place", "access": "public"}),
        "sources": ({"identifier": "a-report", "title": "A report", "author": "Office", "date": "1988", "access": "public"},
                    {"identifier": "an-ledger", "title": f"Ledger {secret((seed, 'ledger'))}", "access": "sealed"}),
        "statements": ({"identifier": "said-one", "source": "a-report", "event": "the-flood", "about": "first-place",
                        "asserts": "count", "value_min": "3", "unit": "houses", "wording": "three houses"},
                       {"identifier": "said-two", "source": "an-ledger", "event": "the-flood", "about": "quiet-place",
                        "asserts": "count", "value_min": "5", "unit": "houses", "wording": secret((seed, "ledger words"))})}


# --- building

def row(told: Told) -> dict[str, str]:
    """The manifest row of a testimony."""
    def cell(text: str) -> str:
        return text.replace("{name}", told.name)

    return {
        "identifier": told.id, "collection": told.collection, "title": cell(told.title), "abstract": cell(told.abstract),
        "keywords": ";".join(told.keywords), "languages": told.language, "date": told.date, "place": told.place,
        "narrators": f"{told.family}, {told.given}", "interviewers": told.interviewer, "narrator_role": told.role,
        "transcripts": ";".join(f"{text.file}|{text.language}|{text.kind}" for text in told.texts),
        "media": ";".join(f"{name}|{label}" for name, label, _ in _media(told)),
        "access": told.access, **{f"access_{layer}": told.layers.get(layer, "") for layer in LAYERS},
        "naming": told.naming, "pseudonym": told.pseudonym, "opens": told.opens, "closes": told.closes,
        "publish": "yes" if told.publish else "no", "consent_note": f"form kept {told.secret}", "consent_file": f"{told.id}.form",
        "restrictions": ";".join(_restriction(told, each) for each in told.restrictions)}


LAYERS = ("existence", "description", "identity", "transcript", "audio", "video", "image", "document")


def _restriction(told: Told, each: Restricted) -> str:
    lines = told.texts[0].lines[each.first - 1:each.last]
    span = f"{lines[0].start_ms}-{lines[-1].end_ms}" if each.timed else f"seg {each.first}-{each.last}"
    return f"{span}|{'words+picture' if each.picture else 'words'}|{each.access}|asked for {told.secret}"


def _media(told: Told) -> Iterator[tuple[str, str, Callable[[Told], bytes]]]:
    """(file, label, what makes it) of its recordings, in order."""
    if told.media:
        yield f"{told.id}-{told.secret}.wav", "Tape one", sounds.tape
    if told.film:
        yield f"{told.id}-{told.secret}.mp4", f"Film of {told.name}", sounds.film
    if told.photo:
        yield f"{told.id}-{told.secret}.jpg", f"Photograph of {told.name}", sounds.photo
    if told.page:
        yield f"{told.id}-{told.secret}.pdf", "Letter", sounds.page


def _write_files(archive: Archive, told: Told) -> None:
    archive.write(f"{told.id}.form", f"signed {told.secret} form of {told.id}")
    for text in told.texts:
        archive.write(text.file, content(told, text))
    for name, _, made in _media(told):
        archive.write(name, made(told))


def content(told: Told, text: Text) -> str:
    """The file of a transcript: WebVTT with voices, paragraphs, or what a recogniser wrote."""
    if text.file.endswith(".json"):
        return json.dumps({"segments": [_recognised(line.text.replace("{name}", told.name), line) for line in text.lines]})
    if text.file.endswith(".txt"):
        return "\n\n".join(line.text for line in text.lines).replace("{name}", told.name) + "\n"
    cues = [f"{_clock(line.start_ms or 0)} --> {_clock(line.end_ms or 0)}\n<v {line.speaker}>{line.text}" for line in text.lines]
    return ("WEBVTT\n\n" + "\n\n".join(cues) + "\n").replace("{name}", told.name)


def _recognised(text: str, line: Line) -> dict[str, Any]:
    """A segment with the time of each word."""
    start, end, words = line.start_ms or 0, line.end_ms or 0, text.split()
    times = [(start + (end - start) * at // len(words)) / 1000 for at in range(len(words))]
    return {"start": start / 1000, "end": end / 1000, "text": f" {text}",
            "words": [{"word": f" {word}", "start": time, "end": time + 0.05} for word, time in zip(words, times, strict=True)]}


def _clock(ms: int) -> str:
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def build(made: World, archive: Archive, settled: bool = True) -> Archive:
    """Bring the world into an empty archive along its history. Without `settled` the index and the copies do not hear of the last steps."""
    with sounds.quick_copies():
        return _build(made, archive, settled)


def _build(made: World, archive: Archive, settled: bool) -> Archive:
    _bring(archive, people=made.people, places=made.places, events=made.events, sources=made.sources, statements=made.statements)
    if made.staff_work:
        _staff_work(archive)
    for group in _groups(made):
        for each in group:
            _write_files(archive, each)
        _bring(archive, *map(row, group))
        if made.one_by_one:
            _settle(archive)
    _replace_tapes(made, archive)
    for each in made.told if made.drafted else ():
        desk_work.work_on(archive, each.id, made.drafted)
    if not settled:
        _settle(archive)
    _ends(made, archive)
    if made.rebuilt:
        archive.settle()
        indexing.rebuild(archive.engine, archive.index)
    if settled:
        _settle(archive)
    return archive


def _settle(archive: Archive) -> None:
    archive.settle()
    archive.derive()


def _replace_tapes(made: World, archive: Archive) -> None:
    """A file that comes later under a known name takes the place of the earlier one when it is published, and waits until then."""
    newer = [replace(each, sounds=((0, sounds.LENGTH_MS, each.newer),)) for each in made.told if each.newer]
    for each in newer:
        _write_files(archive, each)
    if newer:
        _bring(archive, *map(row, newer))
    for each in made.told:
        if each.earlier and each.publish:
            archive.publish(each.id)


def _at_first(told: Told) -> Told:
    return replace(told, sounds=(*told.sounds, (0, sounds.LENGTH_MS, told.earlier))) if told.earlier else told


def _groups(made: World) -> Iterator[list[Told]]:
    earlier = [_at_first(made.before.get(each.id, each)) for each in made.told] + [replace(extra.told, access="public", layers={}, publish=True)
                                                                       if extra.end == "narrowed" else extra.told for extra in made.extras]
    if made.order:
        random.Random(made.order).shuffle(earlier)
    yield from ([[each] for each in earlier] if made.one_by_one else [earlier])
    later = [each for each in made.told if each.id in made.before or each.earlier] + [extra.told for extra in made.extras if extra.end == "narrowed"]
    if later:
        yield later


def _ends(made: World, archive: Archive) -> None:
    for each in made.told:
        if each.fate == "withdrawn":
            archive.withdraw(each.id, f"asked for, {each.secret}")
    for extra in made.extras:
        if extra.end == "withdrawn":
            archive.withdraw(extra.told.id, f"asked for, {extra.told.secret}")
        elif extra.end == "unpublished":
            archive.unpublish(extra.told.id)
        elif extra.end == "erased":
            archive.erase(extra.told.id, f"asked for, {extra.told.secret}")


def _bring(archive: Archive, *rows: dict[str, str], **tables: tuple[dict[str, str], ...]) -> None:
    from tests.factories.archives import table

    for name in ("manifest", "people", "places", "events", "sources", "statements"):
        (archive.incoming / f"{name}.csv").unlink(missing_ok=True)
    for name, content_ in {"manifest": rows, **tables}.items():
        if content_:
            archive.write(f"{name}.csv", table([{column: each.get(column, "") for column in TABLES.get(name, each)} for each in content_]))
    report = archive.bring_folder(archive.incoming, settled=False)
    refused = [each for each in report.rows if each.result == "refused"]
    assert not refused, refused


TABLES = {
    "people": ("identifier", "names", "born", "died", "access", "note"),
    "places": ("identifier", "names", "latitude", "longitude", "within", "access"),
    "events": ("identifier", "names", "date", "places", "access"),
    "sources": ("identifier", "title", "author", "publisher", "date", "kind", "language", "url", "file", "access"),
    "statements": ("identifier", "source", "locator", "event", "about", "asserts", "value_min", "value_max", "unit", "wording", "says",
                   "note")}


def _staff_work(archive: Archive) -> None:
    """What readers never hear of: a row that is refused, a trial run, accounts."""
    from archive_app.actions.preparing import Options
    from archive_app.records.accounts import Account
    from archive_app.records.base import writing

    archive.bring({"identifier": "not-taken", "transcripts": "not-there.vtt|en|verbatim"}, name="manifest.csv", settled=False)
    archive.bring({"identifier": "only-tried", "title": "Only tried"}, settled=False, options=Options(dry_run=True))
    with writing(archive.engine) as session:
        session.add_all(Account(email=f"extra{n}@example.org", role="researcher", password_hash="x", created_at=0) for n in range(3))
        session.commit()


def hidden(who: Who, told: Told) -> bool:
    return not may(who, told, "existence", NOW)


def closed(who: Who, told: Told, layer: str) -> bool:
    return not may(who, told, layer, NOW) and tier_of(told, layer) != "public"
