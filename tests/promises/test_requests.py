"""What readers ask for tells them of nothing hidden: archives that differ in what they may not know of, in what others ask, and in what was
decided about either, answer them alike; and no letter goes out about it. Leaks are planted, and each must be seen."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import bindparam, select

from archive_app import clock, ids
from archive_app.access import catalogue, requests, viewer
from archive_app.actions import declaring, granting, request_letters, requesting
from archive_app.actions.change import operator
from archive_app.actions.sessions import viewer_of
from archive_app.errors import NotAllowed
from archive_app.jobs import leases, mailing
from archive_app.jobs.posting import Letter
from archive_app.records import requests as records
from archive_app.records.accounts import Holding, account_by_email
from archive_app.records.base import reading
from archive_app.records.consent import AudienceRow, Release
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import by_public_id
from archive_app.web import identity, letters, opened
from tests.factories.archives import Archive
from tests.factories.signed_in import TOKEN, browser
from tests.factories.suites import spread
from tests.promises.conftest import Making
from tests.promises.leak_plants import as_everything, for_everything, when_refused

READER, OTHER, KEEPER = "researcher@example.org", "other@example.org", "keeper@example.org"
TOLD = {"narrators": "Vellan, Hesta", "languages": "en", "transcripts": "bell.txt|en|verbatim", "access": "reading-room", "access_existence": "public",
        "access_description": "public"}
HIDDEN = ("gone", "on-hold", "draft", "unknown", "lapsed", "in-the-attic")
SEEN = ("the-bell", "the-mill", "shut")
CANARY = "zqbadefigo"
MOMENT = 1_800_000_000_000
DAY = clock.DAY_MS


def asking(archive: Archive, email: str) -> Any:
    with reading(archive.engine) as session:
        account = account_by_email(session, email)
        assert account is not None
        return viewer_of(session, account)


def decided(archive: Archive, by_mail: bool, **words: str) -> None:
    """Decide about what is asked for, in every way."""
    keeper, last = operator(), granting.last_day(clock.now())
    with reading(archive.engine) as session:
        waits = {row.purpose: row.public_id for row in session.scalars(select(AccessRequest).where(AccessRequest.state == "waiting"))}
    for purpose, what in words.items():
        if what == "refuse":
            granting.refuse(archive.engine, keeper, waits[purpose], CANARY, by_mail=by_mail)
        else:
            granting.grant(archive.engine, keeper, waits[purpose], last, CANARY if "hid" in purpose else "yes", by_mail=by_mail)
        if what == "revoke":
            granting.revoke(archive.engine, keeper, waits[purpose], CANARY, by_mail=by_mail)


def built(making: Making, hidden: bool, patch: pytest.MonkeyPatch) -> tuple[Archive, Flask, FlaskClient]:
    """An archive in which a reader asked for the bell and was granted it; with `hidden`, also all that they may not know of."""
    now = [MOMENT]
    patch.setattr(clock, "now", lambda: now[0])
    ids.use_key(b"tests")
    clock.forget_floor()
    archive = making.archive()
    archive.write("bell.txt", "The bell rang.\n")
    shut = {**TOLD, "identifier": "shut", "access_description": "reading-room" if hidden else "staff", "access": "reading-room" if hidden else "staff"}
    archive.bring({**TOLD, "identifier": "the-bell", "title": "Bell"}, {**TOLD, "identifier": "the-mill", "title": "Mill"}, shut, settled=False)
    app = archive.app(BASE_URL="http://localhost", MAIL_URL="smtp://mail.invalid")
    reader, _, _ = (browser(archive, app, role, email=email) for email, role in ((READER, "researcher"), (OTHER, "researcher"), (KEEPER, "archivist")))
    requesting.ask(archive.engine, asking(archive, READER), "mine", testimony="the-bell")
    if hidden:
        _hide(archive, now)
    now[0] = MOMENT + 4 * DAY
    decided(archive, True, mine="grant")
    archive.settle()
    return archive, app, reader


def _hide(archive: Archive, now: list[int]) -> None:
    archive.bring(*({**TOLD, "identifier": id, "title": f"{CANARY} {id}", "publish": "no" if id == "draft" else "yes",
                     "collection": "attic" if id == "in-the-attic" else "valley",
                     **({"access_existence": "", "access_description": ""} if id in ("unknown", "lapsed", "in-the-attic") else {})} for id in HIDDEN),
                  settled=False)
    for about, purpose in (("gone", "hid_gone"), ("on-hold", "hid_held")):
        requesting.ask(archive.engine, asking(archive, READER), purpose, testimony=about)
    requesting.ask(archive.engine, asking(archive, OTHER), "hid_other", testimony="the-bell")
    requesting.ask(archive.engine, asking(archive, OTHER), "hid_mill", testimony="the-mill")
    requesting.ask(archive.engine, asking(archive, OTHER), f"{CANARY} all", collection="valley")
    granting.give(archive.engine, operator(), READER, "lapsed", granting.last_day(MOMENT, 1), CANARY, by_mail=True)
    granting.give(archive.engine, operator(), OTHER, "unknown", granting.last_day(MOMENT, 9), CANARY, by_mail=False)
    now[0] += DAY
    archive.withdraw("gone")
    declaring.hold(archive.engine, operator(), "on-hold", CANARY)
    decided(archive, True, hid_gone="grant", hid_held="refuse", hid_other="revoke")


@dataclasses.dataclass
class Twins:
    archives: tuple[Archive, Archive]
    apps: tuple[Flask, Flask]
    readers: tuple[FlaskClient, FlaskClient]


@pytest.fixture(scope="module")
def twins(making: Making) -> Iterator[Twins]:
    with pytest.MonkeyPatch.context() as patch:
        without, with_hidden = built(making, False, patch), built(making, True, patch)
        yield Twins(*zip(without, with_hidden, strict=True))  # type: ignore[arg-type]


def named(about: str, email: str = READER, at: int = MOMENT) -> str:
    return ids.public("request", f"{email}/{about}/{at}")


def addresses() -> list[str]:
    ids.use_key(b"tests")
    known = [named("the-bell"), *(named(about) for about in HIDDEN), *(named(about, OTHER) for about in ("the-bell", "the-mill", "valley", "unknown")),
             "never-was-there"]
    return ["/requests", "/requests.json", *(f"/requests/{id}{twin}" for id in known for twin in ("", ".json")),
            *(f"/testimonies/{id}{rest}" for id in (*SEEN, *HIDDEN, "never-was") for rest in ("", "/request")),
            *(f"/collections/{id}{rest}" for id in ("valley", "attic", "never-was") for rest in ("", "/request")), "/account", "/account/delete"]


def answers(client: FlaskClient, near: str = "") -> Iterator[tuple[str, int, bytes, str]]:
    for path in addresses():
        for method in ("GET", "HEAD", "POST") if "/request" in path and near in path else ("GET",):
            if near in path:
                answer = client.open(path, method=method)
                yield f"{method} {path}", answer.status_code, TOKEN.sub("", answer.text).encode(), answer.headers.get("Location", "")


def differing(twins: Twins, near: str = "") -> Iterator[str]:
    """Where the two answer otherwise, one after another."""
    one, other = (answers(client, near) for client in twins.readers)
    yield from (a[0] for a, b in zip(one, other, strict=True) if a != b)


def sent(archive: Archive) -> list[Letter]:
    """The letters that would go out for what is promised; nothing is marked as done."""
    office = mailing.Office(lambda facts: letters.write(facts, "http://localhost", ("en",)), lambda letter: None)
    found = []
    for job in leases.waiting(archive.engine, mailing.KIND, mailing.BATCH):
        facts = request_letters.facts(archive.engine, int(job.subject.partition(":")[2])) if job.subject.startswith("request:") else None
        found += [Letter(facts.to, *office.write(facts))] if facts else []
    return found


def test_nothing_hidden_changes_a_byte(twins: Twins, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        without, with_hidden = (list(answers(client)) for client in twins.readers)
    assert [one[0] for one, other in zip(without, with_hidden, strict=True) if one != other] == []
    assert [path for path, _, body, _ in with_hidden if CANARY in body.decode().lower()] == [] and CANARY not in caplog.text
    shown = twins.readers[1].get("/requests.json").json
    assert [(item["testimony"], item["state"]) for item in shown["items"]] == [("the-bell", "granted")]
    statuses = {path: status for path, status, _, _ in with_hidden}
    assert statuses["GET /testimonies/the-mill/request"] == 200 == statuses["GET /testimonies/shut/request"]
    assert {statuses[f"{method} /testimonies/{id}/request"] for id in (*HIDDEN, "never-was") for method in ("GET", "POST")} == {404}


def test_what_is_asked_is_answered_alike(twins: Twins) -> None:
    """Asking for what somebody else asked for already, and for what is hidden."""
    for about in ("the-mill", "unknown", "gone"):
        got = []
        for archive, client in zip(twins.archives, twins.readers, strict=True):
            got.append(posted(archive, client, about))
        assert got[0] == got[1] and got[0][0] == (303 if about == "the-mill" else 404)


def posted(archive: Archive, client: FlaskClient, about: str) -> tuple[int, str]:
    """What comes of asking; what was made by it is taken back."""
    found = TOKEN.search(client.get("/testimonies/the-mill/request").text)
    assert found is not None
    answer = client.post(f"/testimonies/{about}/request", data={"csrf_token": found[1], "purpose": "mine too"})
    if answer.status_code == 303:
        requesting.take_back(archive.engine, asking(archive, READER), answer.location.rpartition("/")[2])
    return answer.status_code, answer.location or ""


def test_no_letter_tells_of_what_is_hidden(twins: Twins) -> None:
    without, with_hidden = ([letter for letter in sent(archive) if letter.to == READER] for archive in twins.archives)
    assert [dataclasses.astuple(each) for each in without] == [dataclasses.astuple(each) for each in with_hidden] and len(without) == 1
    assert CANARY not in str([dataclasses.astuple(each) for each in sent(twins.archives[1])])


# --- seeded leaks

PLANTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {}
"""What it lets out -> (where it shows: part of an address, or `letters`, `asked`; how it is planted)."""


def plants(lets_out: str, near: str) -> Callable[[Callable[[pytest.MonkeyPatch], None]], Callable[[pytest.MonkeyPatch], None]]:
    def keep(how: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
        PLANTS[lets_out] = near, how
        return how

    return keep


@plants("a request stays in the list when what it is about was withdrawn", "/requests")
def _(patch: pytest.MonkeyPatch) -> None:
    for_everything(patch, requests, "opened")


@plants("the list of requests is not of who asks alone", "/requests")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requests, "_of", lambda entry: select(AccessRequest))


@plants("whoever has the address of another's request reads it", "/requests/")
def _(patch: pytest.MonkeyPatch) -> None:
    real = requests.own

    def one(entry: Any, public_id: str) -> Any:
        with pytest.MonkeyPatch.context() as meanwhile:
            meanwhile.setattr(requests, "_of", lambda entry: select(AccessRequest))
            return next(each for each in real(as_everything(entry)) if each.id == public_id)

    patch.setattr(requests, "one", lambda entry, id: one(entry, id) if records.request_by_id(entry.session, id) else real_one(entry, id))


real_one = requests.one


@plants("the form for what is hidden is refused otherwise than for what never was", "/request")
def _(patch: pytest.MonkeyPatch) -> None:
    def refuse(row: Any) -> None:
        raise NotAllowed("request access", "this is not open to you")

    when_refused(patch, refuse)


@plants("the page of a closed description leads to asking by what its terms are", "/testimonies/shut")
def _(patch: pytest.MonkeyPatch) -> None:
    def stored(told: Any, transcripts: Any, now: int) -> bool:
        with reading(identity.rules().engine) as session:
            row = by_public_id(session, told.card.id)
            return row is not None and any("grant" in formula for formula in session.scalars(
                select(AudienceRow.formula).join(Release, Release.audience_id == AudienceRow.id).where(Release.unit_id == row.id)))

    patch.setattr(opened, "may_open", stored)


@plants("a collection that holds nothing for the viewer may be asked for", "/collections/attic")
def _(patch: pytest.MonkeyPatch) -> None:
    for_everything(patch, catalogue, "collections")


@plants("that somebody else has asked for it is told", "asked")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(records, "running_of", lambda session, account, now: list(session.scalars(select(AccessRequest).where(records.running(now)))))


@plants("a letter goes out about what has been hidden since", "letters")
def _(patch: pytest.MonkeyPatch) -> None:
    class Everything:
        def __init__(self, *_: object) -> None: ...

        def request(self, public_id: str) -> str:
            return public_id

    patch.setattr(request_letters, "ReadingRoom", Everything)


@plants("a grant that ended still lists what it was for", "/requests")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(viewer, "_HELD", select(Holding).where(Holding.account_id == bindparam("account")))


@pytest.mark.parametrize("lets_out", spread(PLANTS, 3))
def test_a_planted_leak_is_seen(twins: Twins, lets_out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    near, plant = PLANTS[lets_out]
    plant(monkeypatch)
    if near == "letters":
        without, with_hidden = (len([letter for letter in sent(archive) if letter.to == READER]) for archive in twins.archives)
        assert without != with_hidden
    elif near == "asked":
        one, other = (posted(archive, client, "the-mill")[0] for archive, client in zip(twins.archives, twins.readers, strict=True))
        assert one != other
    else:
        assert next(differing(twins, near), "")


def test_there_are_enough() -> None:
    """Where none is planted nothing is seen: the tests above ask for more than any of them."""
    assert len(PLANTS) >= 9
