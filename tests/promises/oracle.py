"""Who may read what, decided a second time: from the rows of a manifest alone, in plain Python, without a line of archive_app.

What may not live here: anything imported from the archive. It is slow, small, and written from docs/consent.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

TIERS = {"public": None, "registered": {"registered", "onsite", "staff"}, "reading-room": {"onsite", "grant", "staff"},
         "staff": {"staff"}, "sealed": {"custodian"}}


@dataclass(frozen=True)
class Who:
    """A class of viewer. `granted`: testimonies in which they hold `grant`; `lapsed`: in which they held it once; `barred`: where they
    read as anybody would."""

    name: str
    everywhere: frozenset[str] = frozenset()
    in_collection: Mapping[str, frozenset[str]] = field(default_factory=dict)
    granted: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()

    def tokens(self, told: Told) -> set[str]:
        if told.id in self.barred:
            return set()
        return set(self.everywhere) | set(self.in_collection.get(told.collection, ())) | ({"grant"} if told.id in self.granted else set())


@dataclass(frozen=True)
class Line:
    """Words of a transcript as a template: `{name}` stands for the narrator's name."""

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True)
class Text:
    file: str
    language: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Restricted:
    """Lines `first` to `last` (from 1) of the first text, in words or, where `timed`, by their time. `picture`: not to be seen either."""

    first: int
    last: int
    access: str
    timed: bool
    picture: bool = False


@dataclass(frozen=True)
class Told:
    """One testimony, as its manifest row will say it. `layers`: access_<layer>; `fate`: "", "withdrawn".

    `media`: a tape; `film`: a film instead; `photo`: the seed of a photograph; `page`: the words of a document's page, a template. `sounds`, `pictures`: (start, end, seed) of
    what is heard and seen otherwise in tape and film. `earlier`: the seed of a tape that lay under this name first, and whose place this one
    took; `newer`: the seed of one that came later and is not published. '' = none."""

    id: str
    collection: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    language: str
    date: str
    place: str
    family: str
    given: str
    interviewer: str
    role: str
    texts: tuple[Text, ...]
    access: str = "public"
    layers: Mapping[str, str] = field(default_factory=dict)
    naming: str = "real"
    pseudonym: str = ""
    opens: str = ""
    closes: str = ""
    publish: bool = True
    fate: str = ""
    restrictions: tuple[Restricted, ...] = ()
    media: bool = False
    film: bool = False
    photo: str = ""
    page: str = ""
    sounds: tuple[tuple[int, int, str], ...] = ()
    pictures: tuple[tuple[int, int, str], ...] = ()
    earlier: str = ""
    newer: str = ""
    secret: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def face(self) -> str:
        stands = {"pseudonym": self.pseudonym, "initial": f"{self.given[0]}. {self.family[0]}.", "anonymous": "N. N."}
        # a narrator whose row asks for `real` but whose identity is closed reads as the most protective
        return stands.get(self.naming, "N. N.")


def tier_of(told: Told, layer: str) -> str:
    if layer in told.layers:
        return told.layers[layer]
    if layer == "identity" and told.naming != "real":
        return "sealed" if told.access == "sealed" else "staff"
    return told.access


def may(who: Who, told: Told, layer: str, now: datetime.datetime) -> bool:
    """Whether `who` reads this layer of `told` at `now` (UTC). What the archive has not published is read by nobody."""
    if not told.publish or told.fate:
        return False
    asked = [TIERS[tier_of(told, "existence")], TIERS[tier_of(told, layer)]] + ([] if _inside(told, now) else [TIERS["staff"]])
    held = who.tokens(told)
    return all(tier is None or tier & held for tier in asked)


def _inside(told: Told, now: datetime.datetime) -> bool:
    """A day opens when it has begun everywhere (12:00 UTC), and closes when it begins anywhere (10:00 UTC the day before)."""
    def day(text: str) -> datetime.datetime:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)

    opened = not told.opens or now >= day(told.opens) + datetime.timedelta(hours=12)
    closed = bool(told.closes) and now >= day(told.closes) - datetime.timedelta(hours=14)
    return opened and not closed


def recordings(who: Who, told: Told, now: datetime.datetime) -> list[str]:
    """The kinds of the recordings that `who` may have anything of: a film of which only the sound is open is heard."""
    film = "video" if may(who, told, "video", now) else "audio" if may(who, told, "audio", now) else ""
    kinds = ["audio"] if told.media and may(who, told, "audio", now) else []
    kinds += [film] if told.film and film else []
    return kinds + [kind for kind, there in (("image", told.photo), ("document", told.page)) if there and may(who, told, kind, now)]


def reads_words(who: Who, told: Told, access: str) -> bool:
    """Whether `who`, who reads the transcript, also reads what a restriction of this access withholds."""
    tier = TIERS[access]
    return tier is None or bool(tier & who.tokens(told))


def withheld(who: Who, told: Told, which: int) -> set[int]:
    """The lines (from 0) of text `which` that `who` may not read, though they read the transcript."""
    lines, found = told.texts[which].lines, set[int]()
    for each in told.restrictions:
        if reads_words(who, told, each.access):
            continue
        if which == 0 and not each.timed:
            found |= set(range(each.first - 1, min(each.last, len(lines))))
            continue
        inside = told.texts[0].lines[each.first - 1:each.last]
        if any(line.start_ms is None for line in inside) or all(line.start_ms is None for line in lines):
            return set(range(len(lines)))
        start, end = min(line.start_ms or 0 for line in inside), max(line.end_ms or 0 for line in inside)
        found |= {at for at, line in enumerate(lines)
                  if line.start_ms is None or line.end_ms is None or (line.start_ms < end and line.end_ms > start)}
    return found


def words(who: Who, told: Told, which: int, now: datetime.datetime) -> list[str | None] | None:
    """The texts of a transcript as `who` reads them, a run of withheld lines as one None; None where it is closed."""
    if not may(who, told, "transcript", now):
        return None
    shown = told.name if may(who, told, "identity", now) else told.face
    closed, found = withheld(who, told, which), list[str | None]()
    for at, line in enumerate(told.texts[which].lines):
        if at not in closed:
            found.append(line.text.replace("{name}", shown))
        elif not found or at - 1 not in closed:
            found.append(None)
    return found
