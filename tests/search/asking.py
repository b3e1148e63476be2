"""Made-up questions of every kind, from a seed: words by frequency, phrases as they stand in texts, slips, fields, filters."""

from __future__ import annotations

import random
from collections.abc import Sequence

from archive_app.search.query import Question
from tests.search.making import NAMES, PLACES, SECRET, VOCABULARY, Story

ALL_WORDS = [word for words in VOCABULARY.values() for word in words] + [word for words in SECRET.values() for word in words.split()]


def questions(seed: int, count: int, stories: Sequence[Story]) -> list[Question]:
    rng = random.Random(seed)
    return [_question(rng, stories) for _ in range(count)]


def _question(rng: random.Random, stories: Sequence[Story]) -> Question:
    filters: dict[str, object] = {}
    if rng.random() < 0.35:
        field, values = rng.choice((
            ("collection", ("north", "south")), ("language", ("en", "az", "ru", "")), ("place", PLACES), ("role", ("survivor", "witness")),
            ("kind", ("verbatim", "translation", "machine", "description")), ("decade", ("1990", "1930")), ("has", ("audio", "video"))))
        filters[field] = tuple(rng.sample(values, rng.randint(1, min(2, len(values)))))
    if rng.random() < 0.1:
        filters["year_from"] = rng.choice((1930, 1991, 1995))
    if rng.random() < 0.1:
        filters["year_to"] = rng.choice((1940, 1992))
    return Question(q=_query(rng, stories), group=rng.random() < 0.2, whole=rng.random() < 0.2, page=rng.choice((1, 1, 1, 2)),
                    sort=rng.choice(("rank", "rank", "rank", "date", "title")), **filters)  # type: ignore[arg-type]


def _query(rng: random.Random, stories: Sequence[Story]) -> str:
    kind = rng.randrange(12)
    if kind == 0:
        return ""
    if kind < 4:
        return " ".join(_word(rng) for _ in range(rng.randint(1, 3)))
    if kind < 6:
        return f'"{" ".join(_stretch(rng, stories))}"'
    if kind == 6:
        return f'"{_word(rng)} {_word(rng)}"~{rng.randint(0, 8)}'
    if kind == 7:
        return f"{_word(rng)} OR ({_word(rng)} -{_word(rng)})"
    if kind == 8:
        return _word(rng)[:rng.randint(2, 4)] + "*"
    if kind == 9:
        return _slip(rng, _word(rng)) + rng.choice(("~", "", " " + _word(rng)))
    if kind == 10:
        name, place = rng.choice(NAMES).split()[0], rng.choice(PLACES)
        return rng.choice((f"person:{name}", f"speaker:{name} {_word(rng)}", f"place:{place}", "title:bridge", "collection:north",
                           f"lang:{rng.choice(list(VOCABULARY)) or 'und'} {_word(rng)}", "date:1991-1992", f"-{_word(rng)}"))
    return f"{_word(rng)} NOT {_word(rng)}"


def _word(rng: random.Random) -> str:
    return rng.choice(ALL_WORDS)


def _stretch(rng: random.Random, stories: Sequence[Story]) -> list[str]:
    script = rng.choice(rng.choice(stories).scripts)[1]
    at = rng.randrange(len(script))
    said = " ".join(line.text for line in script[at:at + 3]).replace("{name}", "").split()
    start = rng.randrange(len(said))
    return [word.strip(".,;?") for word in said[start:start + rng.randint(1, 4)]]


def _slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(len(word))
    return rng.choice((word[:at] + word[at + 1:], word[:at] + rng.choice("aeiouб") + word[at:], word[:at] + "x" + word[at + 1:])) or word
