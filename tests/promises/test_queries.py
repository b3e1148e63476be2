"""Random queries in twin worlds: the same order, the same numbers, the same facets and corrections, for every class."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from archive_app.access.reading_room import ReadingRoom
from archive_app.access.viewer import Viewer, anonymous, signed_in
from archive_app.errors import Invalid
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading
from archive_app.search import find
from archive_app.search.query import Question
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Pair
from tests.promises.mutations import several
from tests.promises.words import WORDS

HIDDEN = ("add", "edit", "withheld words", "hidden name", "closed layers", "publish then withdraw", "said otherwise before", "other order",
          "rebuilt")


def questions(rng: random.Random, secrets: list[str], count: int) -> Iterator[Question]:
    """Words, forms, fields, filters, sorts and pages at random; every third asks for a word of one testimony, hidden or not."""
    for _ in range(count):
        language = rng.choice(list(WORDS))
        some = rng.choices(WORDS[language], k=3) + [rng.choice(secrets)]
        one, other, third, rare = some
        q = rng.choice((one, f"{one} {other}", f"{one} OR {other} OR {third}", f"{one} OR {rare}", rare, f"{rare[:4]}*", f"{one[:2]}*",
                        f'"{one} {other}"', f'"{one} {other}"~9', f"{one}~", f"{rare[:-1]}~", f"{one} -{other}", f"{one} OR NOT {rare}",
                        f"lang:{language}", f"title:{rare}", f"date:198{rng.randint(0, 9)}", "", f"{rare[:-1]}", f"({one} OR {other}) {third}"))
        filters = {"language": (language,)} if rng.random() < 0.1 else {"decade": ("1980",)} if rng.random() < 0.1 else {}
        yield Question(q=q, group=rng.random() < 0.2, whole=rng.random() < 0.2, sort=rng.choice(("rank", "rank", "date", "title")),
                       page=rng.choice((1, 1, 1, 2)), **filters)


def viewer_at(session: Session, who: str) -> Viewer:
    if who in ("anonymous", "onsite"):
        return anonymous(on_site=who == "onsite")
    account = account_by_email(session, f"{who}@example.org")
    assert account is not None
    return signed_in(session, account)


def answers(archive: Archive, who: str, asked: list[Question]) -> list[str]:
    found = []
    with reading(archive.engine) as session:
        room = ReadingRoom(session, viewer_at(session, who))
        for question in asked:
            try:
                found.append(repr(find.find(room, archive.index, question)))
            except Invalid as problem:
                found.append(str(problem))
    return found


def equal_in_twins(made: Pair, who: str, count: int, seed: int) -> None:
    for archive in made.archives:
        crawl.visitor(archive, archive.app(), made.who)
    secrets = [word for world in made.worlds for told in world.told for text in told.texts for line in text.lines
               for word in crawl.SECRET.findall(line.text)]
    asked = list(questions(random.Random(seed), secrets, count))
    one, other = (answers(archive, who, asked) for archive in made.archives)
    different = [(question, a, b) for question, a, b in zip(asked, one, other, strict=True) if a != b]
    assert not different, different[0]
    assert sum("hits=()" not in each for each in one) > count // 8


@pytest.mark.parametrize("who", spread(worlds.VIEWERS, 1))
def test_random_queries_are_answered_alike(pair: Callable[..., Pair], who: str) -> None:
    equal_in_twins(pair(who, 1, several(*HIDDEN), count=3), who, 40, 1)


@pytest.mark.slow
@pytest.mark.parametrize("who", worlds.VIEWERS)
def test_two_thousand_random_queries_are_answered_alike(pair: Callable[..., Pair], who: str) -> None:
    for seed in range(5):
        equal_in_twins(pair(who, seed, several(*HIDDEN), count=8), who, 400, seed)
