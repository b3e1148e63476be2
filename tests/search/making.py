"""Made-up testimonies for the tests of search: small vocabularies, several languages and audiences, withheld runs, closed names.

Everything comes from a seed. Words are invented or plain; nothing here imitates a real testimony.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive_app.access.index_readings import RenderedTranscript, Rendition
from archive_app.access.readings import (
    Block,
    Card,
    CollectionRef,
    Name,
    PersonRef,
    PlaceRef,
    Segment,
    Testimony,
    Transcript,
    TranscriptHead,
    Withheld,
)

REGISTERED = "onsite|registered|staff"
FOREVER = 2**62
VOCABULARY = {
    "en": "river rivers boat boats winter wind winds bread letter letters mother house houses road roads night bridge snow crossed crossing carried carry asked answered old and the of we they".split(),
    "az": "çay çaylar qış ev evlər körpü gecə çörək məktub ana yol yollar qar biz onlar getdik gəldik".split(),
    "ru": "река реки лодка зима дом дома мост ночь хлеб письмо мать дорога снег мы они шли".split(),
    "": ["taro", "veshti", "malun", "ogra"],
}
SECRET = {"en": "lantern cellar ribbon quarry", "az": "qaranlıq zirzəmi lent", "ru": "фонарь подвал лента", "": "ulmek"}
"""Words that stand in hidden segments only."""
NAMES = ("Kaja Ebner", "Teren Halvik", "Osma Revin", "Lio Santar")
PLACES = ("velmora", "ostrel", "kavrin")


@dataclass(frozen=True)
class Line:
    """A stored segment; `shelf`: the widest audience that reads it; `{name}` in its text is the narrator's; `at`: ms."""

    speaker: str
    text: str
    language: str
    shelf: str = ""
    at: int = 0


@dataclass(frozen=True)
class Story:
    """A stored testimony. `named`: the widest audience that reads the narrator's name; `scripts`: (kind, lines) of its transcripts;
    `shelf`: who may know of it."""

    id: str
    title: str
    collection: str
    date: str
    name: str
    places: tuple[str, ...]
    scripts: tuple[tuple[str, tuple[Line, ...]], ...]
    named: str = ""
    shelf: str = ""
    has: tuple[str, ...] = ("transcript",)
    role: str = ""


def card(story: Story, shown: str, kept: Sequence[RenderedTranscript]) -> Card:
    heads = [script.transcript.head for script in kept]
    languages = tuple(sorted({head.language for head in heads}))
    return Card(story.id, story.title.format(name=shown), CollectionRef(story.collection, (Name(f"The {story.collection} papers"),)),
                story.date, tuple(PlaceRef(place, (Name(place.title()), Name(f"Old {place}"))) for place in story.places),
                (PersonRef(shown, "narrator", None, f"face-{story.id}-{shown}"),), languages,
                tuple(sorted({head.kind for head in heads})), story.has, narrator_role=story.role)


def renditions(story: Story, shelves: Sequence[str], good_until: int = FOREVER) -> list[Rendition]:
    """How the audiences of these shelves (each including the next, the widest first) read a story."""
    found = []
    for at, shelf in enumerate(shelves):
        reads = set(shelves[:at + 1])
        if story.shelf not in reads:
            continue
        shown = story.name if story.named in reads else "N. N."
        scripts = tuple(_rendered(story, number, reads, shown) for number in range(len(story.scripts)))
        kept = tuple(script for script in scripts if any(isinstance(block, Segment) for block in script.transcript.blocks))
        whole = Testimony(card(story, shown, kept), f"About the winter, told by {shown}.", ("memory", "road"), (), (),
                          tuple(script.transcript.head for script in kept), ())
        found.append(Rendition(shelf, whole, kept, good_until))
    return found


def _rendered(story: Story, number: int, reads: set[str], shown: str) -> RenderedTranscript:
    kind, lines = story.scripts[number]
    blocks: list[Block] = []
    ordinals: list[tuple[int, int]] = []
    for ordinal, line in enumerate(lines):
        if line.shelf in reads:
            blocks.append(Segment(len(blocks) + 1, line.at, line.at + 3900, line.speaker.format(name=shown),
                                  line.text.format(name=shown), line.language))
            ordinals.append((ordinal, ordinal))
        elif blocks and isinstance(blocks[-1], Withheld):
            ordinals[-1] = ordinals[-1][0], ordinal
            blocks[-1] = replace(blocks[-1], end_ms=line.at + 3900)
        else:
            blocks.append(Withheld(len(blocks) + 1, line.at, line.at + 3900))
            ordinals.append((ordinal, ordinal))
    head = TranscriptHead(number + 1, lines[0].language if lines else "", kind)
    return RenderedTranscript(Transcript(head, tuple(blocks)), tuple(ordinals))


def sentence(rng: random.Random, language: str, secret: bool = False) -> str:
    words = VOCABULARY[language]
    said = rng.choices(words, weights=range(len(words), 0, -1), k=rng.randint(4, 28))
    if secret:
        said.insert(rng.randrange(len(said)), rng.choice(SECRET[language].split()))
    return " ".join(said).capitalize() + rng.choice(".,;?") + (" {name}" if rng.random() < 0.05 else "")


def lines(rng: random.Random, shelves: Sequence[str], count: int, language: str) -> tuple[Line, ...]:
    """Segments in runs: most of them for the widest audience, some withheld from it."""
    found: list[Line] = []
    speaker = "{name}"
    while len(found) < count:
        shelf = shelves[0] if rng.random() < 0.75 else rng.choice(shelves)
        for _ in range(rng.randint(1, 7)):
            speaker = rng.choice((speaker, speaker, "{name}", "Interviewer"))
            spoken = language if rng.random() < 0.9 else rng.choice(list(VOCABULARY))
            found.append(Line(speaker, sentence(rng, spoken, shelf != ""), spoken, shelf))
    if rng.random() < 0.3:
        text = " ".join(sentence(rng, language) for _ in range(rng.randint(10, 30)))
        found.insert(rng.randrange(len(found)), Line("{name}", text, language, shelves[0]))
    return tuple(replace(line, at=number * 4000) for number, line in enumerate(found))


def story(rng: random.Random, number: int, shelves: Sequence[str]) -> Story:
    language = rng.choice(("en", "en", "az", "ru", ""))
    scripts = tuple((kind, lines(rng, shelves, rng.randint(2, 25), language))
                    for kind in rng.sample(("verbatim", "translation", "machine"), rng.choice((1, 1, 2))))
    name = rng.choice(NAMES)
    return Story(f"story-{number:03}", rng.choice(("Interview with {name}", "The bridge at night", "Letters")), rng.choice(("north", "south")),
                 rng.choice(("1992", "199X", "1991/1993", "1937-05", "")), name, tuple(rng.sample(PLACES, rng.randint(0, 2))), scripts,
                 rng.choice((shelves[0], shelves[0], shelves[-1])), rng.choice(shelves) if rng.random() < 0.15 else shelves[0],
                 rng.choice((("transcript",), ("audio", "transcript"), ("transcript", "video"))), rng.choice(("survivor", "witness", "")))


def archive(seed: int, size: int = 12) -> list[Story]:
    rng = random.Random(seed)
    return [story(rng, number, ladder_of(number)) for number in range(size)]


def ladder_of(number: int) -> tuple[str, ...]:
    """The audiences of a testimony, the widest first: two collections have their own staff."""
    return "", REGISTERED, f"staff@{('north', 'south')[number % 2]}"


def everything(stories: Iterable[Story]) -> list[tuple[Story, list[Rendition]]]:
    return [(each, renditions(each, ladder(each))) for each in stories]


def ladder(story: Story) -> tuple[str, ...]:
    return ladder_of(int(story.id.rpartition("-")[2]))


def hidden_changes(rng: random.Random, stories: Iterable[Story], reads: frozenset[str]) -> list[Story]:
    """The same archive for whoever reads only these shelves: other hidden words, more hidden segments and transcripts, other closed
    names, other hidden testimonies."""
    kept = [story for story in stories if story.shelf in reads]
    changed = [_hidden_changes(rng, story, reads) for story in kept]
    for number in rng.sample(range(100, 200), rng.randint(0, 4)):
        shelf = ladder_of(number)[-1]
        if shelf not in reads:
            changed.append(replace(story(rng, number, ladder_of(number)), shelf=shelf))
    return changed


def _hidden_changes(rng: random.Random, each: Story, reads: frozenset[str]) -> Story:
    hidden = [shelf for shelf in ladder(each) if shelf not in reads]
    scripts = [(kind, tuple(_other_hidden(rng, script, hidden))) for kind, script in each.scripts]
    if hidden and rng.random() < 0.4:
        scripts.append(("corrected", tuple(replace(line, shelf=hidden[-1]) for line in lines(rng, hidden, 4, "en"))))
    name = rng.choice(NAMES) if each.named in hidden else each.name
    return replace(each, scripts=tuple(scripts), name=name)


def _other_hidden(rng: random.Random, script: Iterable[Line], hidden: Sequence[str]) -> Iterable[Line]:
    for line in script:
        if line.shelf not in hidden:
            yield line
            continue
        for _ in range(rng.randint(1, 3)):
            yield replace(line, text=sentence(rng, line.language, secret=True), shelf=rng.choice(hidden),
                          speaker=rng.choice(("{name}", "Somebody")))
