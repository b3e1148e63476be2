"""The proofs of the doors are tested by faults: each leak of door_leaks.py is planted, and must be seen. Without one, nothing is."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_app.web.submit import door
from tests.factories.suites import spread
from tests.promises import door_leaks, doors
from tests.promises.conftest import Making
from tests.promises.door_leaks import LEAKS, DoorLeak
from tests.promises.doors import HERE, Furnished, House
from tests.promises.entrusted import Course, overheard
from tests.promises.test_doors import CSRF, audited, found_out, mentioned, stranger, taken_from_elsewhere
from tests.promises.test_receipt_path import paths_of

Seen = Callable[[DoorLeak, House, pytest.FixtureRequest], bool]


def course(leak: DoorLeak, house: House, request: pytest.FixtureRequest) -> bool:
    folder: Path = request.getfixturevalue("tmp_path")
    went = Course(house, folder / "temporary")
    with overheard(went, request.getfixturevalue("caplog"), request.getfixturevalue("capfd")):
        went.goes()
    return bool(went.in_the_clear())


def receipts(leak: DoorLeak, house: House, request: pytest.FixtureRequest) -> bool:
    try:
        paths = paths_of(house, request.getfixturevalue("monkeypatch"))
    except AssertionError:
        return True
    return any(path != paths["right"] for path in paths.values())


def twins(leak: DoorLeak, house: House, request: pytest.FixtureRequest) -> bool:
    """A page of somebody before and after another family has sent something."""
    client = house.person(leak.who)
    before = CSRF.sub(rb"\1", client.get(leak.near.strip("^$"), base_url=HERE).data)
    tell = Course(house, request.getfixturevalue("tmp_path"))
    family = tell.family()
    tell.send(family, "/submit/questions/account", text="Something.", language="en")
    tell.send(family, "/submit/summary")
    return before != CSRF.sub(rb"\1", client.get(leak.near.strip("^$"), base_url=HERE).data)


def letters(leak: DoorLeak, house: House, request: pytest.FixtureRequest) -> bool:
    """Somebody whom the archive knows, and somebody whom it does not, ask for a new password, and for an account."""
    answers = []
    house.person("registered")
    for email in ("registered@example.org", "nobody-here@example.org"):
        client = house.app.test_client()
        for path in ("/account/recover", "/register", "/sign-in"):
            house.forgive()
            answer = client.post(path, base_url=HERE, data={**house.token(client, path), "email": email, "password": "four cold mornings in"})
            answers.append((email, answer.status_code, CSRF.sub(rb"\1", answer.data.replace(email.encode(), b"?"))))
    return [each[1:] for each in answers[:3]] != [each[1:] for each in answers[3:]]


def leaving(leak: DoorLeak, house: House, request: pytest.FixtureRequest) -> bool:
    """Whether anything of the room is read with the cookie that a browser had before its owner left."""
    client = house.family()
    visit = client.get_cookie(door.VISIT, path=door.PATH)
    assert visit is not None and "Vellan" in client.get("/submit/questions/name", base_url=HERE).text
    running = set(threading.enumerate())
    client.get("/submit/leave", base_url=HERE)
    for each in set(threading.enumerate()) - running:  # nobody who leaves waits until the visit has ended; this proof does
        each.join()
    again = house.app.test_client()
    again.set_cookie(door.VISIT, visit.value, path=door.PATH)
    return "Vellan" in again.get("/submit/questions/name", base_url=HERE).text


PROOFS: dict[str, Seen] = {
    "sweep": lambda leak, house, request: bool(found_out(house, stranger(house, leak.who), leak.near)),
    "mention": lambda leak, house, request: bool(list(mentioned(house, house.person(leak.who)))),
    "forms": lambda leak, house, request: bool(taken_from_elsewhere(house, "POST", leak.near)),
    "headers": lambda leak, house, request: bool(audited(house, leak.who, False, leak.near)),
    "course": course, "receipts": receipts, "twins": twins, "letters": letters, "leaving": leaving,
}


@pytest.fixture
def fresh(furnished: Furnished, making: Making) -> Callable[[], House]:
    """A house whose application is made now, with what is planted by then."""
    return lambda: doors.house(furnished, making.copied(furnished.folder))


@pytest.mark.parametrize("leak", spread(LEAKS, 2), ids=lambda leak: leak.name)
def test_a_planted_leak_is_seen(leak: DoorLeak, fresh: Callable[[], House], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    door_leaks.PLANTS[leak.name](monkeypatch)
    assert PROOFS[leak.seen_by](leak, fresh(), request)


@pytest.mark.parametrize("seen_by", [*(pytest.param(name, marks=pytest.mark.slow) for name in ("sweep", "forms", "headers", "course")),
                                     "mention", "receipts", "twins", "letters", "leaving"])
def test_nothing_is_seen_where_nothing_leaks(seen_by: str, fresh: Callable[[], House], request: pytest.FixtureRequest) -> None:
    for leak in [each for each in LEAKS if each.seen_by == seen_by]:
        assert not PROOFS[seen_by](leak, fresh(), request), leak


def test_every_leak_of_the_list_can_be_planted() -> None:
    assert {leak.name for leak in LEAKS} == set(door_leaks.PLANTS) and len(LEAKS) == len(door_leaks.PLANTS) >= 15
    assert {leak.seen_by for leak in LEAKS} == set(PROOFS)
    assert all(re.compile(leak.near) for leak in LEAKS)
