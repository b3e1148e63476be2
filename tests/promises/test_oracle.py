"""The archive and the oracle agree: which testimonies each class knows of, and every word of every transcript they read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.archives import Archive
from tests.promises import crawl, worlds
from tests.promises.conftest import Making
from tests.promises.oracle import Told, Who, may, recordings, words
from tests.promises.worlds import NOW, VIEWERS, World


@pytest.fixture(scope="module")
def told(making: Making) -> Callable[[int], tuple[World, Archive]]:
    """The world of a seed and its archive, built once."""
    made: dict[int, tuple[World, Archive]] = {}

    def of(seed: int) -> tuple[World, Archive]:
        if seed not in made:
            world = worlds.world(seed, 8)
            made[seed] = world, making.build(world)
        return made[seed]

    return of


def check(world: World, archive: Archive, who: Who) -> None:
    door = crawl.visitor(archive, crawl.web(archive), who)

    def ask(path: str) -> crawl.Answer:
        return door.ask(crawl.Ask("", "GET", path))

    known = [each for each in world.told if may(who, each, "existence", NOW)]
    listed = json.loads(ask("/testimonies.json").body)
    assert listed["total"] == len(known)
    assert {each["id"] for each in listed["items"]} == {each.id for each in known}
    assert json.loads(ask("/index.json").body)["testimonies"] == len(known)
    for each in world.told:
        got = ask(f"/testimonies/{each.id}.json")
        assert got.status == (200 if each in known else 404), each.id
        if each not in known:
            continue
        page = json.loads(got.body)
        read = [[None if segment.get("withheld") else segment["text"] for segment in transcript["segments"]]
                for transcript in page["transcripts"]]
        expected = [text for which in range(len(each.texts)) if (text := words(who, each, which, NOW)) is not None]
        assert read == expected, each.id
        described = may(who, each, "description", NOW)
        shown = each.name if may(who, each, "identity", NOW) else each.face
        assert page["title"] == (each.title.replace("{name}", shown) if described else "")
        assert page["abstract"] == (each.abstract.replace("{name}", shown) if described else "")
        if not each.film:
            heard(who, each, page)


def heard(who: Who, told: Told, page: dict[str, Any]) -> None:
    """What can be heard, seen and looked at, and that there is a copy of each."""
    assert [recording["kind"] for recording in page["recordings"]] == recordings(who, told, NOW), told.id
    assert all(recording["url"] for recording in page["recordings"]), told.id


@pytest.mark.parametrize("who", VIEWERS.values(), ids=lambda who: who.name)
@pytest.mark.parametrize("seed", [3])
def test_what_each_class_reads_is_what_the_rows_say(told: Callable[[int], tuple[World, Archive]], seed: int, who: Who) -> None:
    check(*told(seed), who)


def test_what_each_class_hears_and_sees_of_a_film_is_what_the_rows_say(told: Callable[[int], tuple[World, Archive]]) -> None:
    world, archive = told(3)
    for who in VIEWERS.values():
        door = crawl.visitor(archive, crawl.web(archive), who)
        for each in world.told:
            if each.film and may(who, each, "existence", NOW):
                heard(who, each, json.loads(door.ask(crawl.Ask("", "GET", f"/testimonies/{each.id}.json")).body))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 64))
def test_what_each_class_reads_is_what_the_rows_say_in_many_worlds(told: Callable[[int], tuple[World, Archive]], seed: int) -> None:
    for who in VIEWERS.values():
        check(*told(seed), who)
