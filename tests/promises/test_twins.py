"""Non-interference: archives that differ only in what a class may not see, whatever their histories, answer it byte for byte alike."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Making, Pair
from tests.promises.crawl import POSTED, ROUTES, TWINS
from tests.promises.mutations import MUTATIONS, several

FAST = (
    ("anonymous", 0, ("add", "hidden name", "other order", "drafted", "publish then erase")),
    ("anonymous", 1, ("withheld words", "closed layers", "said otherwise before")),
    ("onsite", 2, ("edit", "publish then withdraw")),
    ("registered", 0, ("remove", "publish then narrow", "registry")),
    ("registered", 1, ("withheld words", "publish then unpublish", "rebuilt")),
    ("grants", 1, ("hidden name", "closed layers", "publish then withdraw", "other order")),
    ("grants", 2, ("add", "withheld words", "staff work")),
    ("lapsed", 0, ("edit", "closed layers", "publish then narrow")),
    ("barred", 2, ("withheld words", "hidden name", "registry")),
    ("elsewhere", 1, ("remove", "said otherwise before", "publish then unpublish")),
    ("archivist", 0, ("edit", "withheld words", "publish then withdraw", "staff work", "drafted")),
    ("custodian", 1, ("add", "remove", "publish then unpublish", "other order", "publish then erase")),
)
MOST_DIFFERENCES = 3


def red(pair: Pair, asked: list[crawl.Ask]) -> list[str]:
    """The first few differences, as lines."""
    found = []
    for ask, what in crawl.differences(*pair.visitors(), asked):
        found.append(f"{ask.method} {ask.path}: {what}")
        if len(found) == MOST_DIFFERENCES:
            break
    return found


@pytest.mark.parametrize(("who", "seed", "changes"), spread(FAST, 5), ids=lambda value: value if isinstance(value, str) else None)
def test_a_twin_reads_the_same(pair: Callable[..., Pair], who: str, seed: int, changes: tuple[str, ...]) -> None:
    made = pair(who, seed, several(*changes), count=5)
    assert not red(made, crawl.sampled(made.asks, len(who) + seed))


def test_each_class_and_each_change_is_among_the_twelve() -> None:
    assert {who for who, _, _ in FAST} == set(worlds.VIEWERS)
    assert {change for _, _, changes in FAST for change in changes} == set(MUTATIONS)


@pytest.mark.parametrize("who", ["anonymous", "grants"])
def test_a_twin_reads_the_same_before_the_index_has_followed(pair: Callable[..., Pair], who: str) -> None:
    """What was closed last is closed at once, and what stays open is found as before."""
    made = pair(who, 0, several("publish then withdraw", "publish then unpublish", "publish then erase"), count=3, settled=False)
    asked = [ask for ask in crawl.sampled(made.asks, 3, times=2) if "search" in ask.endpoint or ask.endpoint in ("home", "testimonies")]
    assert not red(made, asked)


def test_every_route_is_crawled(making: Making) -> None:
    """The census: a new route must say here which addresses it has."""
    routes = {rule.endpoint for rule in crawl.web(making.archive()).url_map.iter_rules()}
    assert routes == set(ROUTES) | {f"{endpoint}_twin" for endpoint in TWINS} | set(POSTED)


def test_every_route_that_reads_answers_with_more_than_refusals(making: Making) -> None:
    """A crawl that is only ever refused would prove nothing."""
    world = worlds.world(0)
    archive = making.build(world)
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["archivist"])
    answered = set[str]()
    for ask in crawl.asks(crawl.known(world, archives=[archive])):
        if ask.method == "GET" and ask.endpoint not in answered and door.ask(ask).status == 200:
            answered.add(ask.endpoint)
    reading = {endpoint for endpoint in (*ROUTES, *(f"{endpoint}_twin" for endpoint in TWINS)) if "." not in endpoint}
    assert reading - answered <= {"asset"}, "pages of accounts and of the desk, which read no testimony as readers do, have proofs of their own"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_hundreds_of_twins_read_the_same(pair: Callable[..., Pair], seed: int) -> None:
    rng = random.Random(seed)
    who = list(worlds.VIEWERS)[seed % len(worlds.VIEWERS)]
    names = rng.sample(list(MUTATIONS), 3)
    made = pair(who, seed, several(*names, "add"), count=rng.randint(3, 8))
    asked = made.asks if seed % 20 == 0 else crawl.sampled(made.asks, seed, times=8)
    assert not red(made, asked), names
