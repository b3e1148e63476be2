"""What families bring in is invisible to every reader: an archive with submissions in every state reads as one without any, and words that
stand in them are met in no answer, log or index file."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, replace

import pytest

from archive_app import clock, ids
from archive_app.actions import reviewing, submitting, verifying
from archive_app.actions.change import change, operator
from archive_app.actions.family_room import Family, FamilyRoom
from archive_app.actions.intake import collection_for
from archive_app.records.base import reading
from tests.factories import families
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Making
from tests.promises.crawl import Ask

CANARY = "zqbadefigo"
"""A word that the crawl looks for, in every place of a submission."""
TOLD = {"name": {"name": f"{CANARY.title()}, Ida", "pseudonym": f"{CANARY.title()} P."},
        "told": {"title": f"Title {CANARY}", "date": "1987", "place": f"Place {CANARY}", "language": "en"},
        "account": {"text": f"Words {CANARY}.\n\nMore words, and the river.", "language": "en"},
        "people": {"people": [{"name": f"Dovan {CANARY.title()}", "why": CANARY}]}, "note": {"words": CANARY}, "contact": {"words": CANARY},
        **{layer: {"audience": "public"} for layer in ("existence", "description", "identity", "transcript", "image", "audio")}}
READERS = ("account.", "desk.", "submit.")
"""Pages of other rooms, which have proofs of their own, are left out: these begin so."""


@dataclass
class Twins:
    without: Archive
    within: Archive
    asked: list[Ask]
    ids: list[str]
    doors: list[Ask]


def told(room: FamilyRoom, sends: bool = True) -> Family:
    made, family = families.begun(room)
    families.tell(room, family, TOLD)
    file = submitting.attach(room, family, io.BytesIO(f"A file {CANARY}.\n".encode()), f"{CANARY}.txt")
    submitting.describe(room, family, file.id, CANARY, "public")
    if sends:
        submitting.send(room, family)
        submitting.write(room, family, CANARY)
    return families.again(room, made)


def every_state(room: FamilyRoom) -> tuple[list[Family], list[str]]:
    """Submissions in every state, and the testimonies that two of them became."""
    archivist = families.archivist()
    draft, waits, declined, paused, withdrawn = told(room, sends=False), *(told(room) for _ in range(4))
    reviewing.decline(room, archivist, declined.id, CANARY)
    submitting.pause(room, paused)
    submitting.withdraw(room, withdrawn)
    kept, taken_back = told(room), told(room)
    with change(room.engine, operator(), "import", "valley-of-the-bell") as work:
        collection_for(work, "valley-of-the-bell")  # nobody else knows of it either
    became = [reviewing.accept(room, archivist, each.id, "valley-of-the-bell", CANARY) for each in (kept, taken_back)]
    submitting.withdraw(room, taken_back)
    concern = submitting.concern(room, "en", "/testimonies/never-was-there", CANARY)
    return [draft, waits, declined, paused, withdrawn, kept, taken_back, families.again(room, concern)], became


@pytest.fixture(scope="module")
def twins(making: Making) -> Twins:
    world = worlds.world(3, 1)
    without, within = making.build(world), making.build(world)
    several, became = every_state(families.room_over(within))
    within.settle()
    room_of = families.room_over
    known = crawl.known(world, archives=(without, within))
    places = [ids.public("place", TOLD["told"]["place"])]
    people = [ids.public("person", f"{id}/narrator/1") for id in became] + [ids.public("face", f"{id}/narrator/1") for id in became]
    known = replace(known, testimonies=(*known.testimonies, *became, *(each.id for each in several)), queries=(*known.queries, CANARY, f"{CANARY}*"),
                    people=(*known.people, *people), places=(*known.places, *places), collections=(*known.collections, "valley-of-the-bell"))
    every = crawl.asks(known)
    ids_of_them = [*became, *(each.id for each in several)]
    files = [id for each in several if each.state != "withdrawn" for id in [file.id for file in submitting.attachments(room_of(within), each)]]
    doors = [ask for ask in every if ask.endpoint.startswith(READERS)] + [
        Ask(endpoint, method, path) for method in ("GET", "POST") for endpoint, paths in {
            "desk.testimony": [f"/desk/testimonies/{id}{rest}" for id in became for rest in ("", "/history", "/as?who=staff", "/description", "/hold")],
            "desk.received": [f"/desk/submissions/{id}" for id in ids_of_them], "desk.work_list": ["/desk", f"/desk?q={CANARY}"],
            "desk.waiting": ["/desk/submissions", "/desk/submissions?state=sent"],
            "desk.file": [f"/desk/submissions/{id}/files/{file}" for id in ids_of_them[-2:] for file in files],
            "submit.file": [f"/submit/files/{file}" for file in files]}.items() for path in paths]
    return Twins(without, within, [ask for ask in every if not ask.endpoint.startswith(READERS)], ids_of_them, doors)


@pytest.mark.parametrize("who", spread([worlds.VIEWERS[name] for name in ("elsewhere", "anonymous", "registered", "custodian")], 1), ids=lambda who: who.name)
def test_an_archive_with_submissions_reads_as_one_without(twins: Twins, who: worlds.Who, caplog: pytest.LogCaptureFixture,
                                                           capfd: pytest.CaptureFixture[str]) -> None:
    one, other = (crawl.visitor(archive, crawl.web(archive), who) for archive in (twins.without, twins.within))
    of_them = [ask for ask in twins.asked if ask.method == "GET" and (CANARY in ask.path or any(id in ask.path for id in twins.ids))]
    asked = [*crawl.sampled(twins.asked, len(who.name))[::4], *of_them[::16]]
    with caplog.at_level(logging.INFO):
        for ask in asked:
            answer = other.ask(ask)
            assert answer == one.ask(ask), ask
            assert CANARY in ask.path or CANARY.encode() not in answer.body.lower(), ask
    assert len(of_them) > 100
    said = capfd.readouterr()
    assert CANARY not in (caplog.text + said.out + said.err).lower()


@pytest.mark.slow
@pytest.mark.parametrize("who", worlds.VIEWERS.values(), ids=lambda who: who.name)
def test_every_address_reads_the_same(twins: Twins, who: worlds.Who) -> None:
    one, other = (crawl.visitor(archive, crawl.web(archive), who) for archive in (twins.without, twins.within))
    assert not list(crawl.differences(one, other, twins.asked))


@pytest.mark.parametrize("who", spread([worlds.VIEWERS[name] for name in ("anonymous", "elsewhere", "registered", "grants", "onsite")][::-1], 1),
                         ids=lambda who: who.name)
def test_both_doors_answer_everybody_else_as_if_there_were_none(twins: Twins, who: worlds.Who) -> None:
    """The desk, the families' room and the pages of accounts, for whoever does not tend every collection; also where ids are known."""
    one, other = (crawl.visitor(archive, crawl.web(archive), who) for archive in (twins.without, twins.within))
    asked = [ask for ask in twins.doors if ask.endpoint != crawl.BEGUN]
    assert not list(crawl.differences(one, other, asked)) and len(asked) > 100


def test_no_file_of_the_index_holds_a_word_of_them(twins: Twins) -> None:
    held = b"".join(path.read_bytes() for path in (twins.within.folder / "search_index").rglob("*") if path.is_file())
    assert held and CANARY.encode() not in held.lower()


def test_nothing_is_to_be_found_in_an_archive_with_submissions(twins: Twins) -> None:
    with reading(twins.within.engine) as session:
        assert list(verifying.findings(session, twins.within.vault, twins.within.index, clock.now())) == []


def test_a_word_of_an_account_that_is_published_is_met(making: Making) -> None:
    """The tests above would see one."""
    archive = making.archive()
    room = families.room_over(archive)
    waits = told(room)
    archive.publish(reviewing.accept(room, families.archivist(), waits.id, "valley", "An account"))
    archive.settle()
    door = crawl.visitor(archive, crawl.web(archive), worlds.VIEWERS["anonymous"])
    answer = door.ask(Ask("testimonies", "GET", "/testimonies"))
    assert b"An account" in answer.body
    found = door.ask(Ask("search_twin", "GET", "/search.json?q=river"))
    assert found.status == 200 and b"More words" in found.body
    assert CANARY in door.ask(Ask("search_twin", "GET", f"/search.json?q=words+{CANARY}")).body.decode().lower()
