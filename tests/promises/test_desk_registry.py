"""At the registry's desk nobody learns of whom only somebody else's closed testimony names: archives that differ only in that are the same to
them, page by page, and so is what they answer to what is sent. The harness is tested by leaks that are planted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import true

from archive_app import clock, ids
from archive_app.access import kept_registry, kept_things, merged
from archive_app.access.desk import Desk
from archive_app.access.law import STAFF_ROLES
from archive_app.actions import consenting, declaring, entering, linking, merging
from archive_app.actions.change import operator
from archive_app.actions.declaring import Proof
from archive_app.records.base import reading
from archive_app.web.desk import pages
from tests.actions.test_entering import row
from tests.factories.archives import Archive
from tests.factories.signed_in import browser, send
from tests.factories.suites import spread
from tests.promises.conftest import Making

MOMENT = 1_800_000_000_000
NOTE = Proof("form", "a letter")
TOLD = {"languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.txt|en|verbatim", "place": "Low Tessen"}
PEOPLE = [{"identifier": "hesta-vellan", "names": "Vellan, Hesta|en|;Веллан, Геста|ru|"}, {"identifier": "davin-vellan", "names": "Vellan, Davin|en|"}]
PLACES = [{"identifier": "low-tessen", "names": "Low Tessen|en|"}]
EVENTS = [{"identifier": "the-flood", "names": "The flood|en|", "places": "low-tessen"}]
SOURCES = [{"identifier": "a-paper", "title": "A paper"}]
STATEMENTS = [{"identifier": "said-one", "source": "a-paper", "event": "the-flood", "about": "davin-vellan", "asserts": "status", "value_min": "unknown"}]
WHO = ("some", "all")
"""An archivist of one collection, and one of all: from the first everything of another collection is hidden, from the second what is sealed,
held or withdrawn."""


def secret(who: str) -> list[dict[str, str]]:
    """Testimonies that this archivist may not know of, full of names: a new one, one that sounds like one they know, one they know."""
    closed = {"collection": "hills", "access": "staff"} if who == "some" else {"collection": "valley", "access": "sealed"}
    told = {**TOLD, **closed, "transcripts": "hidden.txt|en|verbatim", "title": "Of quellwater"}
    return [{**told, "identifier": "hid-one", "narrators": "Karvellin, Ida", "place": "Quellwater mill"},
            {**told, "identifier": "hid-two", "narrators": "Vellan, Gesta"},  # sounds like Hesta, and is somebody else
            {**told, "identifier": "hid-three"}]


def built(making: Making, who: str, hidden: bool, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    ids.use_key(b"tests")
    archive = making.archive()
    archive.write("bell.txt", "The bell rang.\n")
    archive.write("hidden.txt", "Here quellwater is spoken of.\n")
    archive.bring({**TOLD, "identifier": "the-bell", "title": "The bell"}, {**TOLD, "identifier": "the-sea", "title": "The sea", "collection": "hills"},
                  *(secret(who) if hidden else []), people=PEOPLE, places=PLACES, events=EVENTS, sources=SOURCES, statements=STATEMENTS, settled=False)
    linking.link_person(archive.engine, operator(), "the-bell", "davin-vellan", "mentioned")
    if hidden:
        _behind_their_back(archive, who)
    archive.settle()
    return archive


def _behind_their_back(archive: Archive, who: str) -> None:
    """Sealed entries; and, of people whom they may not know of, links, merges, holds."""
    said = entering.enter_new(archive.engine, operator(), row("sources", title="A quellwater letter"), "sealed")
    entering.enter_new(archive.engine, operator(), row("statements", source=said, event="the-flood", about="low-tessen", asserts="other", wording="quellwater"))
    entering.enter_new(archive.engine, operator(), row("people", *PEOPLE_HID), "sealed")
    linking.link_person(archive.engine, operator(), "hid-one", "davin-vellan", "mentioned")
    linking.link_place(archive.engine, operator(), "hid-one", "low-tessen")
    assert entering.enter_new(archive.engine, operator(), row("people", *DAVIN), "sealed") == SAME
    linking.link_person(archive.engine, operator(), "hid-one", SAME, "relative")
    with reading(archive.engine) as session:
        seen = Desk(session, operator()).merging("people", "davin-vellan", SAME).digest
    merging.merge(archive.engine, operator(), "people", "davin-vellan", SAME, seen, NOTE)
    if who == "all":
        declaring.hold(archive.engine, operator(), "hid-two", "asked")
        consenting.withdraw(archive.engine, operator(), "hid-three", "asked")


def named(*texts: str) -> tuple[Any, ...]:
    from archive_app.access.readings import Name

    return tuple(Name(text, "en") for text in texts)


PEOPLE_HID = named("Karvellin, Aaron")
ids.use_key(b"tests")
HID = [ids.public("person", f"{id}/narrator/1") for id in ("hid-one", "hid-two", "hid-three")]
DAVIN = named("Vellan, Davin")
SAME = ids.public("people", f"{row('people', *DAVIN).digest}/1")
"""Of the same name as Davin Vellan, whom everybody at the desk knows; made one with him behind their back."""
MILL = ids.public("place", "Quellwater mill")
ids.use_key(None)
WORDS = ("quellwater", "Quellwater", "Karvellin", "Gesta", "hid-one", "hid-two", "hid-three")


def addresses(who: str) -> list[str]:
    people = ["hesta-vellan", "davin-vellan", *HID, SAME, "never-was"]
    found = [f"/desk/{kind}{rest}" for kind in ("people", "places", "events", "sources", "statements")
             for rest in ("", "?q=Vellan", "?q=Gesta", "?q=Karvellin", "?q=quellwater", "?q=Low", "?page=2", "/new")]
    found += [f"/desk/people/{id}{rest}" for id in people for rest in ("", "/change", "/access", "/merge", "/merge?other=davin-vellan", f"/merges/{SAME}/undo", "/merges/davin-vellan/undo")]
    found += [f"/desk/people/hesta-vellan/merge?other={id}" for id in people]
    found += [f"/desk/{one}{rest}" for one in ("places/low-tessen", f"places/{MILL}", "events/the-flood", "sources/a-paper", "statements/said-one")
              for rest in ("", "/change", "/access")]
    found += [f"/desk/testimonies/{id}/links" for id in ("the-bell", "the-sea", "hid-one", "never-was")]
    return found + [f"/people/{id}" for id in people] + [f"/places/{MILL}", "/people", "/places", "/events/the-flood"]


def sent(who: str) -> list[tuple[str, dict[str, str]]]:
    """What is sent, where a form stands; one after another."""
    link = "/desk/testimonies/the-bell/links"
    some = [(link, {"act": "person", "people": text, "role": "mentioned"}) for text in (HID[0], "Karvellin, Ida", "Vellan, Gesta", "Vellan, Hesta")]
    some += [(link, {"act": "place", "places": text}) for text in (MILL, "Quellwater mill", "Low Tessen")]
    if who == "some":
        return some
    return [*some, ("/desk/places/new", {"name_1": "A hut", "within": MILL}), ("/desk/places/new", {"name_1": "A hut", "within": "Low Tessen"}),
            ("/desk/events/new", {"name_1": "A fair", "places": "Quellwater mill"}),
            ("/desk/statements/new", {"source": "A quellwater letter", "asserts": "other"}),
            ("/desk/statements/new", {"source": "a-paper", "asserts": "other", "about": HID[1]}),
            ("/desk/people/new", {"name_1": "Karvellin, Ida"}),
            ("/desk/people/davin-vellan/access", {"access": "staff"}), ("/desk/people/davin-vellan/access", {"access": "public", "note": "a letter"}),
            ("/desk/people/hesta-vellan/merge?other=davin-vellan", {"other": "davin-vellan", "note": "a letter", "seen": "*"})]


def plain(body: bytes) -> bytes:
    return re.sub(rb'(name="csrf_token"[^>]*value=")[^"]*', rb"\1", body)


def answers(client: FlaskClient, asked: list[str]) -> Iterator[tuple[str, int, bytes]]:
    for path in asked:
        answer = client.get(path)
        yield path, answer.status_code, plain(answer.data)


def replies(client: FlaskClient, what: list[tuple[str, dict[str, str]]]) -> Iterator[tuple[str, int, bytes]]:
    for path, fields in what:
        if fields.get("seen") == "*":
            found = re.search(r'name="seen" value="([^"]*)"', client.get(path).text)
            fields = {**fields, "seen": found[1] if found else ""}
        answer = send(client, path, **fields)
        yield f"{path} {fields}", answer.status_code, plain(answer.data) + (answer.location or "").encode()


def door(archive: Archive, app: Flask, who: str) -> FlaskClient:
    return browser(archive, app, "archivist", *(["valley"] if who == "some" else []))


Twins = tuple[FlaskClient, FlaskClient]


@pytest.fixture(scope="module")
def twins_of(making: Making) -> Iterator[Callable[[str], Twins]]:
    """The two archives of each, built once; what is sent is sent last."""
    made: dict[str, Twins] = {}
    patch = pytest.MonkeyPatch()

    def of(who: str) -> Twins:
        if who not in made:
            archives = [built(making, who, hidden, patch) for hidden in (False, True)]
            made[who] = (door(archives[0], archives[0].app(), who), door(archives[1], archives[1].app(), who))
        return made[who]

    yield of
    patch.undo()
    ids.use_key(None)


def red(twins: Twins, asked: list[str]) -> list[str]:
    one, other = (list(answers(client, asked)) for client in twins)
    return [a[0] for a, b in zip(one, other, strict=True) if a != b]


LEAKS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a list that asks no gate": ("all", lambda to: to.setattr(kept_registry, "known", lambda *_: true())),
    "links to hidden testimonies are counted": ("some", lambda to: to.setattr(kept_registry, "link_known", lambda *_: true())),
    "links to hidden testimonies are listed": ("all", lambda to: to.setattr(kept_things, "link_known", lambda *_: true())),
    "what sounds alike is suggested, known or not": ("all", lambda to: to.setattr(kept_things, "alike", _alike_of_all)),
    "an entry by its id asks no gate": ("some", lambda to: to.setattr(kept_registry, "find", _find_anything)),
    "the old id of one that was merged leads for everybody": ("all", lambda to: _lead_everybody(to)),
    "statements of closed sources stand with an event": ("some", lambda to: to.setattr(kept_things, "known", lambda *_: true())),
    "a merge with somebody hidden stands in the history": ("all", lambda to: to.setattr(kept_registry, "was_known", lambda *_: True)),
}


def _alike_of_all(entry: Any, kind: str, row: Any, most: int = 12) -> Any:
    table = kept_registry.TABLES[kind]
    keys = [key for key in kept_registry.sounding(entry, kind, kept_registry.names_of(entry, [row.id]).get(row.id, ())) if key != row.id]
    return kept_registry.items(entry, kind, [entry.session.get(table, key) for key in keys])


def _find_anything(entry: Any, kind: str, public_id: str) -> Any:
    from archive_app.records import registry

    return registry.by_public_id(entry.session, kept_registry.TABLES[kind], public_id)


def _lead_everybody(to: pytest.MonkeyPatch) -> None:
    to.setattr(merged, "was_there", lambda *_: True)
    to.setattr(kept_registry, "_was_kept", lambda *_: True)


@pytest.mark.parametrize("name", spread(LEAKS, 4))
def test_a_leak_would_be_seen(twins_of: Callable[[str], Twins], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    who, plant = LEAKS[name]
    plant(monkeypatch)
    few = ["/desk/people", "/desk/people/davin-vellan", "/desk/people/hesta-vellan", f"/desk/people/{HID[0]}", f"/desk/people/{SAME}", f"/people/{SAME}",
           "/desk/places/low-tessen", "/desk/events/the-flood"]
    assert red(twins_of(who), few), name


@pytest.mark.parametrize("who", spread(WHO, 1))
def test_what_is_hidden_changes_no_byte(twins_of: Callable[[str], Twins], who: str) -> None:
    twins = twins_of(who)
    asked = addresses(who)
    assert red(twins, asked) == []
    there = list(answers(twins[1], asked))
    assert not [(path, word) for path, _, body in there for word in WORDS if word.encode() in body and word not in path]
    fine = {path for path, status, _ in there if status == 200}
    assert {"/desk/people", "/desk/people/hesta-vellan", "/desk/places/low-tessen", "/desk/events/the-flood"} <= fine


@pytest.mark.parametrize("who", spread(WHO, 1))
def test_what_is_sent_is_answered_alike(twins_of: Callable[[str], Twins], who: str) -> None:
    one, other = (list(replies(client, sent(who))) for client in twins_of(who))
    assert [a[:2] for a, b in zip(one, other, strict=True) if a != b] == []
    assert {status for _, status, _ in one} == {303, 400, 409}
    assert red(twins_of(who), addresses(who)) == [], "nor afterwards"


def test_every_page_of_the_registry_is_among_them() -> None:
    rules = {path for path, _ in (*pages.LOOKING, *pages.CHANGING) if path.startswith((pages.KIND, pages.TWO)) or path.endswith("/links")}
    asked = [path.split("?")[0] for path in addresses("all")]
    patterns = {rule: re.compile(re.sub(r"<public:\w+>", "[^/]+", re.sub(r"<any\([^)]*\):kind>", "[a-z]+", rule))) for rule in rules}
    assert len(rules) == 8 and not [rule for rule, pattern in patterns.items() if not any(pattern.fullmatch(path) for path in asked)]
    assert frozenset({"archivist", "custodian"}) == STAFF_ROLES

