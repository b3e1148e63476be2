"""Canaries: words that stand in one hidden place each. Nobody meets one that they may not read: in no answer, log or index file."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

import pytest

from archive_app.search.shelves import folder_name
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Making
from tests.promises.crawl import SECRET
from tests.promises.oracle import Told, Who, may, reads_words, withheld, words
from tests.promises.worlds import NOW, VIEWERS, World

SEEDS = (2,)


def canaries(text: str) -> set[str]:
    return {found.lower() for found in SECRET.findall(text)}


def readable(who: Who, told: Told) -> set[str]:
    """The canaries of a testimony that this class may read, by the oracle."""
    found: set[str] = set()
    if may(who, told, "description", NOW):
        found |= canaries(" ".join((told.title, told.abstract, *told.keywords, told.place)))
    if may(who, told, "existence", NOW) and may(who, told, "identity", NOW):
        found |= canaries(told.family)
    for which in range(len(told.texts)):
        found |= canaries(" ".join(text for text in words(who, told, which, NOW) or () if text))
    if told.page and may(who, told, "document", NOW):
        found |= canaries(told.page)
    return found | perceived(who, told)


def perceived(who: Who, told: Told) -> set[str]:
    """The canaries that this class may hear and see: of what is restricted only where they read the words."""
    reads = [each for each in told.restrictions if may(who, told, "transcript", NOW) and reads_words(who, told, each.access)]
    begins = {told.texts[0].lines[each.first - 1].start_ms for each in reads}
    heard = told.sounds if (told.media or told.film) and may(who, told, "audio", NOW) else ()
    seen = told.pictures if told.film and may(who, told, "video", NOW) else ()
    looked_at = {told.photo} if may(who, told, "image", NOW) else set()
    return canaries(" ".join([*looked_at, *(seed for start, _, seed in (*heard, *seen) if start in begins)]))


def planted(told: Told) -> set[str]:
    texts = [line.text for text in told.texts for line in text.lines] + [text.file for text in told.texts]
    media = [told.photo, told.page, told.earlier, told.newer, *(seed for _, _, seed in (*told.sounds, *told.pictures))]
    return canaries(" ".join((told.title, told.abstract, *told.keywords, told.place, told.family, told.secret, *texts, *media)))


def forbidden(who: Who, world: World) -> set[str]:
    everybody = (*world.told, *(extra.told for extra in world.extras))
    allowed: set[str] = set().union(*(readable(who, told) for told in world.told))
    tables = canaries(str([row for row in (*world.people, *world.places) if not row.get("access")]))
    if "custodian" not in who.everywhere:
        tables |= canaries(str([row for row in world.sources if row.get("access") == "sealed"]) + str(world.statements))
        return (set().union(*(planted(told) for told in everybody)) | tables) - allowed
    return set().union(*(planted(told) for told in everybody)) - allowed


@pytest.fixture(scope="module", params=SEEDS)
def planted_world(request: pytest.FixtureRequest, making: Making) -> tuple[World, Archive]:
    """A world with something withdrawn, something taken back and rows refused in it."""
    import random

    from tests.promises.mutations import several

    base = worlds.world(request.param, 4)
    made = several("publish then withdraw", "publish then unpublish", "staff work", "said otherwise before")(
        VIEWERS["anonymous"], base, random.Random(request.param))
    assert made is not None
    return made, making.build(made)


@pytest.mark.parametrize("who", spread(VIEWERS.values(), 3), ids=lambda who: who.name)
def test_nobody_meets_a_word_that_is_hidden_from_them(planted_world: tuple[World, Archive], who: Who,
                                                      caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    world, archive = planted_world
    never = forbidden(who, world)
    assert len(never) > 10
    every = crawl.asks(crawl.known(world, archives=[archive]))
    copies = [ask for ask in every if ask.endpoint == "media" and ask.method == "GET" and not ask.range]
    asked = [ask for ask in (*crawl.sampled(every, len(who.name)), *copies) if not canaries(unquote_plus(ask.path)) & never]
    door = crawl.visitor(archive, crawl.web(archive), who)
    with caplog.at_level(logging.INFO):
        for ask in asked:
            got = door.ask(ask)
            met = canaries(got.body.decode(errors="replace") + str(got.headers)) & never
            assert not met, (ask, met)
    told = capfd.readouterr()
    assert not canaries(caplog.text + told.out + told.err) & never


@pytest.mark.parametrize("who", ["anonymous", "registered", "grants", "elsewhere"])
def test_a_hidden_word_is_answered_as_one_that_nobody_ever_said(planted_world: tuple[World, Archive], who: str) -> None:
    world, archive = planted_world
    door = crawl.visitor(archive, crawl.web(archive), VIEWERS[who])
    hidden = sorted(forbidden(VIEWERS[who], world))[::16]
    assert hidden
    for word in hidden:
        absent = worlds.secret(("absent", word))
        for form in ("{}", "{}~", "{}*", "title:{}", "person:{}"):
            one, other = (door.ask(crawl.Ask("search_twin", "GET", f"/search.json?q={form.format(asked)}")).body.replace(
                asked.encode(), b"?") for asked in (word, absent))
            assert one == other, (form, word)


def audience_of(shelf: str) -> Iterator[Who]:
    """Somebody who reads this shelf and as little as possible besides."""
    formula, _, collection = shelf.partition("@")
    clauses = [clause.split("|") for clause in formula.split(" & ") if clause]
    for token in {each for clause in clauses for each in clause} or {""}:
        held = frozenset({token, *(clause[-1] for clause in clauses if token not in clause)} - {""})
        yield Who(shelf, held) if not collection else Who(shelf, frozenset(), {collection: held})


def test_no_index_file_holds_what_its_audience_may_not_read(planted_world: tuple[World, Archive]) -> None:
    """Deleted words too: what was withdrawn or was otherwise before is in no file of any shelf."""
    world, archive = planted_world
    shelves = archive.index.shelves()
    assert len(shelves) > 2
    for shelf in shelves:
        held = canaries_in(path.read_bytes() for path in (archive.folder / "search_index" / folder_name(shelf)).rglob("*") if path.is_file())
        allowed = set().union(*(readable(who, told) for who in audience_of(shelf) for told in world.told))
        assert held <= allowed, (shelf, held - allowed)


LETTERS = re.compile(rb"zq(?:[bdfgklmnprst][aeiou]){5}", re.IGNORECASE)


def canaries_in(files: Iterable[bytes]) -> set[str]:
    """Canaries in raw bytes, in the plain and in what is packed with zlib."""
    import zlib

    found: set[str] = set()
    for raw in files:
        pieces = [raw]
        for start in (match.start() for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw)):
            try:
                pieces.append(zlib.decompressobj().decompress(raw[start:]))
            except zlib.error:
                continue
        found |= {match.group().decode().lower() for piece in pieces for match in LETTERS.finditer(piece)}
    return found


@pytest.mark.parametrize("who", VIEWERS.values(), ids=lambda who: who.name)
def test_everybody_hears_and_sees_what_they_may(planted_world: tuple[World, Archive], who: Who) -> None:
    """What is kept from nobody is in the copies: else the test above would look for nothing there."""
    world, archive = planted_world
    door = crawl.visitor(archive, crawl.web(archive), who)
    asked = [ask for ask in crawl.asks(crawl.known(world, archives=[archive])) if ask.endpoint == "media" and ask.method == "GET" and not ask.range]
    met = canaries(" ".join(door.ask(ask).body.decode(errors="replace") for ask in asked))
    films = {found for told in world.told if told.film for found in perceived(who, told)}  # whose sound is given to nobody yet
    assert met - films == set().union(*(perceived(who, told) for told in world.told)) - films
    assert any(each.sounds and each.media for each in world.told)


def test_withheld_words_are_among_the_canaries() -> None:
    """The tests above look for words inside restricted ranges."""
    for seed in SEEDS:
        world = worlds.world(seed, 4)
        assert any(canaries(told.texts[0].lines[at].text) & forbidden(VIEWERS["anonymous"], world)
                   for told in world.told if may(VIEWERS["anonymous"], told, "transcript", NOW)
                   for at in withheld(VIEWERS["anonymous"], told, 0))
        assert reads_words(VIEWERS["custodian"], world.told[0], "sealed")
