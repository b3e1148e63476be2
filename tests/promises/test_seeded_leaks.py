"""The harness is tested by faults: each leak of leaks.py is planted, and must be seen. Without one, nothing is."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import random
import re
from collections.abc import Callable, Iterator

import pytest

from archive_app.errors import NotFound
from archive_app.web import media
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, leak_plants, plants_around, plants_drafts, plants_found, plants_media, plants_withheld, worlds
from tests.promises.conftest import Making, Pair, twins
from tests.promises.crawl import SECRET
from tests.promises.leaks import LEAKS, Leak
from tests.promises.mutations import several
from tests.promises.oracle import Restricted, Told, Who, may, reads_words, withheld
from tests.promises.words import NAMES
from tests.promises.worlds import World

EVERYTHING = ("add", "edit", "withheld words", "hidden name", "closed layers", "registry", "drafted", "publish then withdraw",
              "publish then unpublish", "said otherwise before", "other order")


def _reads(who: Who, told: Told, layer: str) -> bool:
    return may(who, told, layer, worlds.NOW)


def _cut(who: Who, told: Told, count: int = 1) -> bool:
    """Whether so many stretches of words with times are withheld from somebody who may hear the rest."""
    closed = [each for each in told.restrictions if each.timed and not reads_words(who, told, each.access)]
    return told.media and _reads(who, told, "audio") and len(closed) >= count


def _behind(who: Who, told: Told) -> bool:
    """Whether somebody may read this, and they may not know of it."""
    return not _reads(who, told, "existence") and _reads(Who("somebody", leak_plants.EVERYTHING), told, "description")


NEEDS: dict[str, Callable[[Who, Told], bool]] = {
    "cut": _cut,
    "two cuts": lambda who, told: _cut(who, told, 2),
    "cut for lapsed": lambda who, told: _cut(who, told) and told.id in who.lapsed and told.restrictions[0].access == "reading-room",
    "cut and face": lambda who, told: _cut(who, told) and _reads(who, told, "description") and not _reads(who, told, "identity"),
    "mute film": lambda who, told: told.film and _reads(who, told, "video") and not _reads(who, told, "audio"),
    "cut picture": lambda who, told: told.film and _reads(who, told, "video") and told.restrictions[0].timed and not reads_words(
        who, told, told.restrictions[0].access),
    "hidden film": lambda who, told: told.film and _reads(who, told, "existence") and not (
        _reads(who, told, "audio") or _reads(who, told, "video")),
    "letter": lambda who, told: bool(told.page) and _reads(who, told, "document") and not _reads(who, told, "identity"),
    "face": lambda who, told: _reads(who, told, "description") and not _reads(who, told, "identity"),
    "timed words": lambda who, told: told.texts[0].file.endswith(".json") and _reads(who, told, "transcript") and not (
        _reads(who, told, "identity")) and told.naming != "initial",
    "closed letter": lambda who, told: bool(told.page) and _reads(who, told, "existence") and not _reads(who, told, "document"),
    "closed photograph": lambda who, told: bool(told.photo) and _reads(who, told, "existence") and not _reads(who, told, "image"),
    "hidden": lambda who, told: _behind(who, told),
    "hidden at a place": lambda who, told: _behind(who, told) and told.place == NAMES["place"][1] and told.collection == "valley",
    "opens later": lambda who, told: told.media and told.opens == "2027-05-01" and told.access == "public",
    "hidden tape": lambda who, told: told.media and not _reads(who, told, "existence"),
    "replaced": lambda who, told: bool(told.earlier) and _cut(who, told),
    "waiting": lambda who, told: bool(told.newer) and _cut(who, told),
}
"""What one testimony of a world must have, for a leak to have something to let out."""


def suited(who: Who, leak: Leak) -> int:
    """The first world in which there is something for this class to be kept from: names, words, descriptions, a day to come."""
    return next(seed for seed in range(200) if _suits(who, worlds.world(seed, leak.count or FEW), leak))


def _suits(who: Who, world: World, leak: Leak) -> bool:
    if leak.needs:
        return any(NEEDS[leak.needs](who, told) for told in world.told)

    def reads(told: Told, layer: str) -> bool:
        return _reads(who, told, layer)

    if leak.name == "embargo":
        return any(told.opens == "2026-03-10" and told.access == "public" and told.publish and not told.fate for told in world.told)
    if leak.name == "layers":
        return any(reads(told, "existence") and not reads(told, "transcript") for told in world.told)
    if leak.who == "lapsed":
        return any(told.access == "reading-room" and told.id in who.lapsed and told.publish and not told.fate and not told.closes
                   for told in world.told)
    return (any(reads(told, "transcript") and not reads(told, "identity") and withheld(who, told, 0) and told.restrictions[0].timed
                for told in world.told) or who.name not in ("anonymous", "barred")) and (
        any(reads(told, "existence") and not reads(told, "description") for told in world.told) or who.name != "anonymous")


@pytest.fixture(scope="module")
def everything(pair: Callable[..., Pair]) -> Callable[[Leak], Pair]:
    """Twins that differ in all that is hidden from a class; built once for all leaks that are planted at reading."""
    made: dict[tuple[object, ...], Pair] = {}

    def of(leak: Leak) -> Pair:
        seed = suited(worlds.VIEWERS[leak.who], leak)
        key = leak.who, leak.changes, leak.late, seed
        if key not in made:
            made[key] = pair(leak.who, seed, several(*(leak.changes or EVERYTHING)), count=FEW, settled=not leak.late)
        return made[key]

    return of


def first_difference(made: Pair, near: str, most: int = 120) -> str:
    """Of what the crawl asks, the endpoints where this leak shows; as many of them as are needed, `most` at the most."""
    asked = [ask for ask in made.asks if re.search(near, f"{ask.endpoint} {ask.path}")]
    random.Random(0).shuffle(asked)
    for ask, what in crawl.differences(*made.visitors(), asked[:most]):
        return f"{ask.method} {ask.path}: {what}"
    return ""


PLANTED_IN = (plants_around, plants_drafts, plants_found, plants_media, plants_withheld)
FEW = 5


@pytest.mark.parametrize("leak", spread([each for each in LEAKS if not each.canary], 7), ids=lambda leak: leak.name)
def test_a_planted_leak_is_seen(leak: Leak, everything: Callable[[Leak], Pair], making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    if leak.built:
        leak_plants.plant(leak.name, monkeypatch)
        one, other = twins(leak.who, suited(worlds.VIEWERS[leak.who], leak), several(*leak.changes), leak.count or FEW)
        made = Pair(worlds.VIEWERS[leak.who], (one, other), (making.build(one), making.build(other)))
    else:
        made = everything(leak)
        leak_plants.plant(leak.name, monkeypatch)
    assert first_difference(made, leak.near)


def test_nothing_is_seen_where_nothing_leaks(everything: Callable[[Leak], Pair]) -> None:
    """The same twins without a leak: else the tests above would show nothing."""
    for who, seed in (("anonymous", 5), ("barred", 7)):
        made = everything(Leak("none", "", who=who))
        assert not list(crawl.differences(*made.visitors(), crawl.sampled(made.asks, seed)))


@pytest.mark.parametrize("needs", spread(sorted({leak.needs for leak in LEAKS if leak.needs and not leak.built}), 2))
@pytest.mark.parametrize("most", [40, pytest.param(120, marks=pytest.mark.slow)])
def test_nothing_is_seen_of_recordings_where_nothing_leaks(everything: Callable[[Leak], Pair], needs: str, most: int) -> None:
    leak = next(each for each in LEAKS if each.needs == needs and not each.built)
    assert not first_difference(everything(leak), leak.near, most)


def _never(made: World) -> set[str]:
    """Words that no class of viewer may read: names of files, notes, reasons."""
    return {each.secret for each in made.told} | {found for each in made.told for text in each.texts for found in SECRET.findall(text.file)}


def _seen(bodies: Iterator[bytes], never: set[str]) -> set[str]:
    return {word for body in bodies for word in never if word.encode() in body.lower()}


def test_a_file_name_that_is_told_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.world(0, 2)
    archive = making.build(world)
    asked = [ask for ask in crawl.asks(crawl.known(world)) if ask.endpoint in ("testimony", "testimony_twin")]
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    assert not _seen((door.ask(ask).body for ask in asked), _never(world))
    leak_plants.plant("file name", monkeypatch)
    assert _seen((door.ask(ask).body for ask in asked), _never(world))


def test_a_hidden_title_in_the_log_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    world = dataclasses.replace(worlds.world(0, 1), told=(dataclasses.replace(worlds.world(0, 1).told[0], access="staff"),))
    archive = making.build(world)
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    leak_plants.plant("canary in log", monkeypatch)
    with caplog.at_level(logging.DEBUG):
        door.ask(crawl.Ask("testimony", "GET", f"/testimonies/{world.told[0].id}"))
    assert SECRET.search(caplog.text)


def test_a_file_name_in_a_disposition_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.world(0, 1)
    archive = making.build(world)
    asked = [ask for ask in crawl.asks(crawl.known(world, archives=[archive])) if ask.endpoint == "media"]

    def told() -> set[str]:
        door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
        return _seen((repr(door.ask(ask).headers).encode() for ask in asked), _never(world))

    assert not told()
    leak_plants.plant("name in a disposition", monkeypatch)
    assert told()


def listened(archive: Archive, withdrawn: str, path: str) -> list[int]:
    """What a visitor is answered who asks for a copy, and again when it has been withdrawn."""
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    ask = crawl.Ask("media", "GET", path, "bytes=0-99")
    first = door.ask(ask).status
    archive.withdraw(withdrawn)
    return [first, door.ask(ask).status]


def a_copy(archive: Archive, id: str) -> str:
    with archive.room() as room:
        shown = room.testimony(id).recordings[0].shown
    assert shown is not None
    return f"/media/{shown.id}"


@pytest.mark.parametrize("planted", [False, True])
def test_what_is_kept_after_a_withdrawal_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch, planted: bool) -> None:
    """The copy and its index entry are still there: only the gate has heard of it."""
    archive = making.build(worlds.world(1, 1))
    if planted:
        leak_plants.plant("kept after withdrawal", monkeypatch)
    assert listened(archive, "told-a", a_copy(archive, "told-a")) == [206, 206 if planted else 404]


@pytest.mark.parametrize("planted", [False, True])
def test_a_body_that_goes_on_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch, planted: bool) -> None:
    archive = making.build(worlds.world(1, 1))
    monkeypatch.setattr(media, "BLOCK", 1000)
    if planted:
        leak_plants.plant("later blocks", monkeypatch)
    client = crawl.web(archive).test_client()
    blocks = client.get(a_copy(archive, "told-a"), buffered=False).response
    got = [next(iter(blocks))]
    archive.withdraw("told-a")
    with contextlib.suppress(NotFound):
        got += blocks
    assert (len(got) > 1) == planted


def test_words_restricted_later_are_seen(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restriction arrives and the index has not followed: withheld words must not be told from absent ones."""
    told = dataclasses.replace(worlds.world(0, 1).told[0], restrictions=(), access="public", layers={})
    archive = making.build(dataclasses.replace(worlds.world(0, 1), told=(told,)))
    timed = told.texts[0].lines[0].start_ms is not None
    later = dataclasses.replace(told, restrictions=(Restricted(1, 2, "staff", timed),))
    worlds._bring(archive, worlds.row(later))
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    hidden = SECRET.findall(told.texts[0].lines[0].text)[0]
    assert told_apart(door, hidden) == ""
    leak_plants.plant("lagging restriction", monkeypatch)
    assert told_apart(door, hidden)


def told_apart(door: crawl.Visitor, word: str) -> str:
    """How the answer for a hidden word differs from that for a word that nobody ever said."""
    absent = worlds.secret(("absent", word))
    one, other = (door.ask(crawl.Ask("search_twin", "GET", f"/search.json?q={asked}")).body for asked in (word, absent))
    return "" if one.replace(word.encode(), b"?") == other.replace(absent.encode(), b"?") else one.decode()


def test_every_leak_of_the_list_can_be_planted() -> None:
    assert {leak.name for leak in LEAKS} == set(leak_plants.PLANTS)
    assert all(how.__module__ in {each.__name__ for each in PLANTED_IN} for how in leak_plants.PLANTS.values())
    assert len(LEAKS) == len({leak.name for leak in LEAKS}) >= 90
    assert sum(how.__module__ == plants_media.__name__ for how in leak_plants.PLANTS.values()) >= 40
