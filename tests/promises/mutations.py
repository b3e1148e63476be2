"""What may happen behind the back of one class of viewer: each takes a world and returns a twin that reads the same for them.

The oracle says what they may see. None = this world has nothing of that kind to change. What may not live here: building, crawling.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.promises.oracle import Line, Restricted, Text, Told, Who, may, reads_words, withheld
from tests.promises.sounds import LENGTH_MS
from tests.promises.words import NAMES, WORDS
from tests.promises.worlds import NOW, TIERS, Extra, World, hidden, secret

Mutation = Callable[[Who, World, random.Random], World | None]


def _new(who: Who, rng: random.Random, letter: str) -> Told:
    """A testimony that `who` may not know of, full of words that others have and words that nobody has."""
    key = ("new", letter, rng.random())
    language = rng.choice(list(WORDS))
    lines = tuple(Line(" ".join(rng.choices(WORDS[language], k=20)) + f" {secret((*key, n))}.", "Somebody", n * 4000, n * 4000 + 3000)
                  for n in range(5))
    told = Told(f"told-x{letter}", "closed-house" if letter == "q" else rng.choice(("valley", "harbour")), f"Added {secret((*key, 't'))}", secret((*key, "a")),
                (secret((*key, "k")),), language, rng.choice(("1861", "1990-05", "2001")), NAMES["place"][0] if letter == "q" else secret((*key, "place")).capitalize(),
                secret((*key, "family")).capitalize(), "Nadir", f"Asker {letter}, New", "descendant",
                (Text(f"x{letter}.vtt", language, "machine", lines),), secret=secret((*key, "never")))
    options = [replace(told, access=tier) for tier in TIERS] + [replace(told, publish=False)]
    return rng.choice([each for each in options if hidden(who, each)])


def add(who: Who, world: World, rng: random.Random) -> World:
    there = {told.id for told in world.told}
    return replace(world, told=(*world.told, *(_new(who, rng, letter) for letter in "pqr" if f"told-x{letter}" not in there)))


def remove(who: Who, world: World, rng: random.Random) -> World | None:
    gone = [each for each in world.told if hidden(who, each)]
    there, ids = tuple(each for each in world.told if each not in gone), {each.id for each in gone}
    return replace(world, told=there, before={id: told for id, told in world.before.items() if id not in ids}) if gone else None


def edit(who: Who, world: World, rng: random.Random) -> World | None:
    """Hidden testimonies say something else."""
    def other(told: Told) -> Told:
        new = _new(who, rng, told.id[-1])
        return replace(told, title=new.title, abstract=new.abstract, date=new.date, texts=new.texts, place=new.place, restrictions=(),
                       sounds=_other(rng), pictures=_other(rng), page=told.page and f"{secret(rng.random())} of {{name}}",
                       photo=told.photo and secret(rng.random()))

    return _each(world, lambda told: other(told) if hidden(who, told) else told)


def _other(rng: random.Random) -> tuple[tuple[int, int, str], ...]:
    """Another voice or picture, from the first second to the last."""
    return ((0, LENGTH_MS, f"other {rng.random()}"),)


def withheld_words(who: Who, world: World, rng: random.Random) -> World | None:
    """Other words, and another number of cues, inside what is withheld from them, and where several restrictions meet there, a border
    between them elsewhere; the outer times stay."""
    def other(told: Told) -> Told:
        if not may(who, told, "transcript", NOW):
            return told
        changed, restrictions = list(told.texts), told.restrictions
        made = _other_inside(told, [each for each in restrictions if not reads_words(who, told, each.access)], rng)
        for which, text in enumerate(told.texts):
            inside = sorted(withheld(who, told, which))
            if not inside:
                continue
            old = text.lines[inside[0]:inside[-1] + 1]
            timed = old[0].start_ms is not None
            new = _lines(rng, text.language, len(old) + (rng.choice((1, 2)) if timed else 0), old)
            if told.film:  # where the picture comes back is to be seen: the cues inside keep their times
                new = [_lines(rng, text.language, 1, (line,))[0] for line in old]
            if timed:
                made = replace(made, sounds=(*made.sounds, (old[0].start_ms or 0, old[-1].end_ms or 0, f"other words {rng.random()}")))
            changed[which] = replace(text, lines=(*text.lines[:inside[0]], *new, *text.lines[inside[-1] + 1:]))
            if which == 0 and not told.film:
                restrictions = _moved(who, told, rng, len(new) - len(old))
        return replace(made, texts=tuple(changed), restrictions=restrictions)

    return _each(world, other)


def _other_inside(told: Told, restrictions: Iterable[Restricted], rng: random.Random) -> Told:
    """Something else to be heard and seen where these restrictions let nobody hear or see."""
    sounds, pictures = list(told.sounds), list(told.pictures)
    for each in restrictions:
        inside = told.texts[0].lines[each.first - 1:each.last]
        start, end = inside[0].start_ms, inside[-1].end_ms
        if start is not None and end is not None:
            sounds.append((start, end, f"other words {rng.random()}"))
            pictures += [(start, end, f"other sight {rng.random()}")] if each.picture else []
    return replace(told, sounds=tuple(sounds), pictures=tuple(pictures))


def _moved(who: Who, told: Told, rng: random.Random, more: int) -> tuple[Restricted, ...]:
    """The restrictions of a text in which the lines withheld from `who` became more; those that meet share them out anew."""
    closed = [each for each in told.restrictions if not reads_words(who, told, each.access)]
    last = closed[-1].last + more
    border = rng.randint(closed[0].first, last - 1) if len(closed) > 1 else last
    shares = {closed[0]: (closed[0].first, border), closed[-1]: (closed[0].first if len(closed) == 1 else border + 1, last)}
    found = []
    for each in told.restrictions:
        behind = more if each.first > closed[0].first else 0
        first, until = shares.get(each, (each.first + behind, each.last + behind))
        found.append(replace(each, first=first, last=until))
    return tuple(found)


def _lines(rng: random.Random, language: str, count: int, old: tuple[Line, ...]) -> list[Line]:
    start, end = old[0].start_ms, old[-1].end_ms
    found = []
    for at in range(count):
        words = " ".join(rng.choices(WORDS[language], k=rng.randint(4, 40))) + f" {secret(('inner', at, rng.random()))}"
        if start is None or end is None:
            found.append(Line(words))
        else:
            step = (end - start) // count
            found.append(Line(words, "Quite Another", start + at * step, end if at == count - 1 else start + (at + 1) * step))
    return found


def hidden_name(who: Who, world: World, rng: random.Random) -> World | None:
    """The real name behind a face is another one, longer or shorter (with the same initials, where these are shown)."""
    def other(told: Told) -> Told:
        longer = [each for each in (*NAMES["en"], "Aurelia Jo") if len(each) != len(told.given)]
        given = told.given if told.naming == "initial" else rng.choice(longer)
        return replace(told, family=secret(("other name", told.id, rng.random())).capitalize(), given=given)

    return _each(world, lambda told: told if may(who, told, "identity", NOW) else other(told))


def closed_layers(who: Who, world: World, rng: random.Random) -> World | None:
    """Where something is known to exist and its words or description are closed, these are others."""
    def other(told: Told) -> Told:
        if hidden(who, told):
            return told
        new = _new(who, rng, told.id[-1])
        heard, seen = may(who, told, "audio", NOW), told.film and may(who, told, "video", NOW)
        if not heard:
            told = replace(told, sounds=_other(rng), media=told.media and rng.random() < 0.5)
        if not seen:
            told = replace(told, pictures=_other(rng), film=told.film and (heard or rng.random() < 0.5))
        if told.page and not may(who, told, "document", NOW):
            told = replace(told, page=rng.choice(("", f"{secret(rng.random())} of {{name}}")))
        if told.photo and not may(who, told, "image", NOW):
            told = replace(told, photo=rng.choice(("", secret(rng.random()))))
        if not may(who, told, "transcript", NOW):
            # a restriction shows as a silence, or as a dark picture
            shown = tuple(each for each in told.restrictions if (heard and (told.media or told.film)) or (seen and each.picture))
            told = replace(_other_inside(told, shown, rng), restrictions=shown, texts=tuple(
                replace(text, lines=tuple(_lines(rng, text.language, 1, (line,))[0] for line in text.lines)) for text in told.texts))
        if not may(who, told, "description", NOW):
            told = replace(told, title=new.title, abstract=new.abstract, keywords=new.keywords, date=new.date, place=new.place,
                           role=new.role)
        return told

    return _each(world, other)


def _ended(end: str, letter: str = "") -> Mutation:
    def happened(who: Who, world: World, rng: random.Random) -> World | None:
        told = replace(_new(who, rng, letter or end[0]), access="public", layers={}, publish=True)
        if end == "narrowed":
            told = replace(_new(who, rng, end[0]), publish=True)
            if not hidden(who, told):
                return None
        return replace(world, extras=(*world.extras, Extra(told, end)))

    return happened


def other_order(who: Who, world: World, rng: random.Random) -> World:
    return replace(world, order=rng.randint(1, 10**6), one_by_one=True)


def staff_work(who: Who, world: World, rng: random.Random) -> World:
    return replace(world, staff_work=True)


def drafted(who: Who, world: World, rng: random.Random) -> World:
    """Every transcript was worked on at the desk: other words, taken back, and a draft of them."""
    return replace(world, drafted=" ".join(secret(("drafted", at, rng.random())) for at in range(3)))  # nobody said any of these


def rebuilt(who: Who, world: World, rng: random.Random) -> World:
    return replace(add(who, world, rng), rebuilt=True, one_by_one=True)


def registry(who: Who, world: World, rng: random.Random) -> World:
    """People, places, events and sources that nothing they may read speaks of."""
    word = secret(("registry", rng.random()))
    return replace(
        world, people=(*world.people, {"identifier": "new-person", "names": f"{word.capitalize()}, Aaron|en|", "note": word}),
        places=({"identifier": "new-place", "names": f"{word.capitalize()} Ansel|en|"}, *world.places),
        events=({"identifier": "new-event", "names": f"{word} flood|en|", "date": "1987", "places": "first-place"}, *world.events),
        sources=(*world.sources, *([] if who.name == "custodian" else [
            {"identifier": "new-source", "title": word, "access": "sealed"}])),
        statements=(*([] if who.name == "custodian" else [
            {"identifier": "said-new", "source": "new-source", "event": "new-event", "about": "new-person", "asserts": "status",
             "wording": word}]), *world.statements))


def said_before(who: Who, world: World, rng: random.Random) -> World:
    """Everything was taken in otherwise first, and brought to what it is now."""
    def earlier(told: Told) -> Told:
        texts = tuple(replace(text, lines=tuple(
            replace(line, text=f"{line.text} {secret(('earlier', rng.random()))} {rng.choice(WORDS[text.language])}")
            for line in text.lines)) for text in told.texts)
        return replace(told, title=f"Earlier {secret(('title', rng.random()))}", abstract="", texts=texts, access="public",
                       layers={"identity": "public"}, opens="", closes="", restrictions=())

    told = tuple(_other_tapes(each, rng) for each in world.told)
    return replace(world, told=told, before={each.id: earlier(each) for each in told})


def _other_tapes(told: Told, rng: random.Random) -> Told:
    """Another tape lay there before the one that is heard now; another waits to take its place, or none."""
    if told.earlier:
        return replace(told, earlier=f"other {rng.random()}")
    return replace(told, newer=rng.choice(("", f"other {rng.random()}"))) if told.newer else told


def _each(world: World, change: Callable[[Told], Told]) -> World | None:
    told = tuple(change(each) for each in world.told)
    return replace(world, told=told) if told != world.told else None


def several(*names: str) -> Mutation:
    """One after another; those that find nothing to change are left out."""
    def happened(who: Who, world: World, rng: random.Random) -> World | None:
        made = world
        for name in names:
            made = MUTATIONS[name](who, made, rng) or made
        return made if made != world else None

    return happened


MUTATIONS: dict[str, Mutation] = {
    "add": add, "remove": remove, "edit": edit, "withheld words": withheld_words, "hidden name": hidden_name,
    "closed layers": closed_layers, "publish then withdraw": _ended("withdrawn"), "publish then unpublish": _ended("unpublished"),
    "publish then narrow": _ended("narrowed"), "publish then erase": _ended("erased", "z"), "other order": other_order, "staff work": staff_work,
    "rebuilt": rebuilt, "registry": registry, "drafted": drafted, "said otherwise before": said_before,
}
