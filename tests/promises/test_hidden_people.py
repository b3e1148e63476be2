"""Whom a family asked to hide: a list of people who are never spoken of changes no answer; people who are spoken of, in words that come
later, are met by no reader; and the list itself by nobody but those who tend the testimony."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from archive_app.actions import consenting, hiding, reviewing, transcribing
from archive_app.actions.change import change, operator
from archive_app.actions.transcribing import Approval, Given
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, leak_plants, plants_withheld, worlds  # noqa: F401
from tests.promises.conftest import Making
from tests.promises.crawl import Ask
from tests.promises.oracle import Who

NAME = "Zqnever Zqspoken"
LATER = "We lived by the river.\n\nIt was Zqspoken who mended the boats.\n\nThen we moved.\n"


@dataclass
class Twins:
    without: Archive
    within: Archive
    ids: list[str]
    asked: list[Ask]
    desk: list[Ask]


def brought(archive: Archive, id: str, text: str, seen: int) -> None:
    """Other words in the place of those of the first transcript."""
    given = Given("later.txt", text.encode(), lambda data: archive.vault.keep(io.BytesIO(data)))
    transcribing.replace_words(archive.engine, operator(), id, 1, given, Approval(), seen)


@pytest.fixture(scope="module")
def twins(making: Making) -> Twins:
    """Somebody is to be hidden in every testimony of one of them; then the same words come to both."""
    world = worlds.world(3, 2)
    without, within = making.build(world), making.build(world)
    ids = [each.id for each in world.told]
    for id in ids:
        with change(within.engine, operator(), "describe", id) as work:
            row, unit = consenting.kept(work, id)
            hiding.ask(work, unit, [(NAME, "en")])
            consenting.follow_up(work, row, unit)
    for archive in (without, within):
        for id in ids:
            brought(archive, id, "We lived by the river.\n\nThen we moved.\n", 1)
        archive.settle()
    asked = crawl.asks(crawl.known(world, archives=(without, within)))
    desk = [Ask("desk.testimony", "GET", f"/desk/testimonies/{id}{rest}") for id in ids for rest in ("", "/publish", "/description", "/transcripts/1")]
    return Twins(without, within, ids, [ask for ask in asked if not ask.endpoint.startswith(("desk.", "account.", "submit."))], desk)


@pytest.mark.parametrize("who", spread([worlds.VIEWERS[name] for name in ("anonymous", "registered", "archivist")], 1), ids=lambda who: who.name)
def test_people_who_are_never_spoken_of_change_no_answer(twins: Twins, who: Who) -> None:
    one, other = (crawl.visitor(archive, crawl.web(archive), who) for archive in (twins.without, twins.within))
    own = [ask for ask in twins.asked if any(id in ask.path for id in twins.ids)]
    asked = [*crawl.sampled(twins.asked, len(who.name))[::32], *own[::16]]
    assert not list(crawl.differences(one, other, asked)) and len(asked) > 20


@pytest.mark.slow
@pytest.mark.parametrize("who", worlds.VIEWERS.values(), ids=lambda who: who.name)
def test_every_class_of_viewer_reads_the_same(twins: Twins, who: Who) -> None:
    one, other = (crawl.visitor(archive, crawl.web(archive), who) for archive in (twins.without, twins.within))
    assert not list(crawl.differences(one, other, crawl.sampled(twins.asked, len(who.name))[::3]))


@pytest.mark.parametrize("name", ["anonymous", "elsewhere"])
def test_the_list_is_met_by_nobody_else(twins: Twins, name: str) -> None:
    one, other = (crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS[name]) for archive in (twins.without, twins.within))
    theirs = [ask for ask in twins.desk if one.ask(ask).status == 200]
    assert not list(crawl.differences(one, other, [ask for ask in twins.desk if ask not in theirs])) and len(theirs) < len(twins.desk)


def test_those_who_tend_it_meet_the_list(twins: Twins) -> None:
    """The test above would see it."""
    tends = crawl.visitor(twins.within, crawl.web(twins.within), worlds.VIEWERS["archivist"])
    assert any(b"Zqspoken" in tends.ask(ask).body for ask in twins.desk)


def test_no_file_of_the_index_holds_a_word_of_the_list(twins: Twins) -> None:
    held = b"".join(path.read_bytes() for path in (twins.within.folder / "search_index").rglob("*") if path.is_file())
    assert held and b"zqspoken" not in held.lower()


def met(making: Making) -> list[str]:
    """Where an anonymous reader meets somebody who was asked to be hidden, after other words came."""
    archive = making.archive()
    room = families.room_over(archive)
    told = {**families.ACCOUNT, "people": {"people": [{"name": NAME}]}, "transcript": {"audience": "public"}}
    _, waits = families.sent(room, told)
    id = reviewing.accept(room, families.archivist(), waits.id, "valley")
    archive.publish(id)
    brought(archive, id, LATER, 1)
    archive.settle()
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    paths = (f"/testimonies/{id}", f"/testimonies/{id}.json", f"/testimonies/{id}/transcripts/1.vtt", "/search.json?q=mended", "/search.json?q=boats")
    answers = {path: door.ask(Ask("testimony", "GET", path)) for path in paths}
    assert answers[paths[0]].status == 200 and b"Then we moved" in answers[paths[0]].body
    return [path for path, answer in answers.items() if b"It was Zqspoken" in answer.body or b"who mended" in answer.body]


def test_words_that_come_later_do_not_name_them_and_a_call_that_is_left_out_is_seen(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    assert met(making) == []
    leak_plants.plant("words brought in later", monkeypatch)
    assert len(met(making)) >= 3
