"""The whole table of routes, row by row, for both doors and all others: what is there and closed is answered as what never was; nothing is
done for a form of somebody else; and what every answer carries.

Rows that are added later are covered as they come (`doors`). What may not live here: whether what is open may be (twins, leaks).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from werkzeug.test import TestResponse

from archive_app.web.headers import ALWAYS, FOREVER, WITH_A_VOICE
from archive_app.web.submit.door import TOKEN_HEADER
from tests.factories.suites import spread
from tests.promises import doors
from tests.promises.doors import HERE, NAMED, STRANGERS, UNSAFE, House, Row

CSRF = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*')
ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}


def asked(house: House, client: FlaskClient, method: str, path: str, **more: object) -> TestResponse:
    house.forgive()
    return client.open(path, method=method, base_url=HERE, **more)  # type: ignore[arg-type]


def shown(wrong: list[tuple[str, str]]) -> str:
    return "\n".join(f"{where}: {what}" for where, what in wrong)


# What is closed, and what never was

def said(answer: TestResponse, path: str) -> tuple[int, list[object], bytes]:
    """An answer without its form's token, and without the address, which was known before."""
    if answer.status_code in NO_ENTRY:
        return answer.status_code, [answer.location.replace(path.replace("/", "%2F"), "?")], b""
    headers: list[object] = [each for each in sorted(answer.headers.items()) if each[0] != "Set-Cookie"]
    return answer.status_code, headers, CSRF.sub(rb"\1", answer.data)


def swept(house: House, client: FlaskClient, row: Row, reads: bool = True) -> Iterator[tuple[str, str]]:
    """(method and address, what is wrong) of one row for one browser: for each thing that its address names, and all of them."""
    fields, neutral = {} if reads else house.token(client, row.rule), client.get("/submit/room").data
    own = house.own(client)
    for changed in [{kind} for kind in set(row.kinds.values()) - {"word"}] + [set(row.kinds.values())]:
        there = {**own, **{kind: house.hidden[kind] for kind in changed if kind != "word"}}
        never = {**own, **{kind: NAMED[kind] for kind in changed if kind != "word"}}
        for one, other in zip(row.addresses(there), row.addresses(never), strict=True):
            if one == other:
                continue
            for method in methods(row, reads):
                data = {} if reads else {"data": {**fields, **PLAUSIBLE}, **({"headers": spoken(fields)} if "/uploads" in row.rule else {})}
                a, b = asked(house, client, method, one, **data), asked(house, client, method, other, **data)
                if said(a, one) != said(b, other):
                    yield f"{method} {one}", f"{a.status_code} for what is there, {b.status_code} for what never was"
                elif a.status_code not in (404, *NO_ENTRY) and method != "HEAD" and a.data != neutral:
                    yield f"{method} {one}", f"{a.status_code} instead of the one 404"


def methods(row: Row, reads: bool) -> list[str]:
    """Those by which a row is read, or those by which something is done."""
    if reads:
        return ["GET", "HEAD"] if "GET" in row.methods else []
    return sorted(row.methods & set(UNSAFE))


def spoken(fields: dict[str, str]) -> dict[str, str]:
    """What a browser says that sends a file in pieces."""
    return {"Tus-Resumable": "1.0.0", TOKEN_HEADER: next(iter(fields.values()), ""), "Upload-Length": "5", "Upload-Offset": "0",
            "Upload-Metadata": "filename YS53YXY=", "Content-Type": "application/offset+octet-stream"}


PLAUSIBLE = {"name_1": "Orrin, Sel", "reason": "x", "note": "x", "words": "x", "text": "x", "title": "x", "first": "1", "access": "staff",
             "capacity": "next_of_kin", "access_transcript": "staff", "act": "answer", "remove": "1", "collection": "valley", "seen": "x", "sure": "1"}
"""Fields that would be taken, so that it is not a field that is refused."""
NO_ENTRY = (303,)
"""Whoever may not come in at all is led to the door, from every address alike; without a visit every address of the families' room answers
the neutral page."""


@pytest.mark.parametrize("who", ["elsewhere", *(pytest.param(who, marks=pytest.mark.slow) for who in ("a family", *STRANGERS[:3]))])
def test_what_is_closed_is_answered_as_what_never_was(house: House, who: str) -> None:
    client = stranger(house, who)
    before = house.digest()
    wrong = found_out(house, client)
    assert not wrong, shown(wrong)
    assert house.digest() == before, "something was changed on the way"
    assert sum(row.names_something for row in doors.rows(house.app)) > 20


def stranger(house: House, who: str) -> FlaskClient:
    """The browser of one of STRANGERS, or of a family that all of it is no concern of."""
    return house.family("other") if who == "a family" else house.person(who)


def found_out(house: House, client: FlaskClient, near: str = "") -> list[tuple[str, str]]:
    """What somebody finds out who tries every address that fits."""
    rows = [row for row in doors.rows(house.app) if row.names_something and re.search(near, row.rule)]
    return [each for row in rows for reads in (True, False) for each in swept(house, client, row, reads)]


def test_what_is_open_is_there(house: House) -> None:
    """Else the sweep above would compare nothing with nothing."""
    nothing = house.person("custodian").get("/testimonies/never-was-there").data
    for row in doors.rows(house.app):
        if row.names_something and "GET" in row.methods and not set(row.kinds.values()) & {"event", "source", "tape"}:
            kinds = set(row.kinds.values())
            of_hidden = (house.hidden,) if "hold" in kinds else (house.open,) if kinds & OWN else (house.open, house.hidden)
            for where in of_hidden if row.rule.startswith("/desk/") else (house.open,):
                named = {**where, "attachment": house.hidden["attachment"]} if row.rule.startswith("/desk/") else where
                answers = [house.person("custodian").get(path) for path in row.addresses(named)]
                assert any(each.status_code in (200, 206) and each.data != nothing for each in answers), (row.rule, where)


OWN = frozenset({"import", "bulk"})
"""What is its maker's alone: nobody else's, whatever they tend."""


MENTIONED = ("/submit/concern?about=/testimonies/{testimony}", "/submit/concern?about=/people/{person}", "/desk?q={testimony}",
             "/search?q={testimony}", "/testimonies?collection={collection}", "/testimonies?place={place}", "/testimonies?person={person}")
"""Where something is named beside the address."""


@pytest.mark.parametrize("who", ["anonymous", "elsewhere"])
def test_what_is_closed_is_not_known_where_it_is_mentioned(house: House, who: str) -> None:
    assert not list(mentioned(house, house.person(who)))


def mentioned(house: House, client: FlaskClient) -> Iterator[str]:
    for pattern in MENTIONED:
        one, other = (asked(house, client, "GET", pattern.format(**named)) for named in (house.hidden, NAMED))
        names = set(re.findall(r"{(\w+)}", pattern))
        bodies = [answer.text for answer in (one, other)]
        for name in names:
            bodies = [bodies[0].replace(house.hidden[name], "?"), bodies[1].replace(NAMED[name], "?")]
        if one.status_code != other.status_code or bodies[0] != bodies[1]:
            yield f"{pattern}: {one.status_code}, {other.status_code}"


# Forms of somebody else

def filled(house: House, row: Row) -> list[str]:
    named = {**house.open, "attachment": house.hidden["attachment"]} if row.rule.startswith("/desk/") else house.open
    return row.addresses(named)


def whose(house: House, row: Row) -> FlaskClient:
    """A browser that this form would be taken from."""
    return house.family() if row.rule.startswith("/submit") else house.person("archivist")


FREE = frozenset({"submit.begin", "submit.come_back", "submit.concern"})
"""Forms before the first cookie: without one there is nothing that a token could be compared with. What another site sends is refused by
what the browser says of where it comes from (Fetch Metadata; the header Origin)."""
LED = frozenset({"account.register", "account.renew_codes", "account.remove_second_factor", "account.lost_second_factor"})
"""Where whoever is signed in, without a second factor, has nothing to do: they are led away."""
TRAIL = frozenset({"read submission"})
"""That an archivist was shown a page is written down, also when its form was refused."""


def taken_from_elsewhere(house: House, method: str, near: str = "") -> list[str]:
    """Of the rows whose address fits, those where a form without a token, with that of somebody else, or from another site, is not refused."""
    theirs = {**house.token(house.person("registered"), "/"), **house.token(house.family("other"), "/submit")}
    house.person("archivist").get(f"/desk/submissions/{house.open['submission']}")  # which marks its messages as read
    wrong = []
    for row in [row for row in doors.rows(house.app) if method in row.methods and re.search(near, row.rule)]:
        client = whose(house, row)
        before = house.digest(but=TRAIL)
        for path in filled(house, row):
            tried = [({}, ELSEWHERE), (theirs, ELSEWHERE)] + ([] if row.endpoint in FREE else [({}, {}), (theirs, {}), ({"token": "", "csrf_token": ""}, {})])
            for fields, headers in tried:
                data = {**PLAUSIBLE, "receipt": " ".join(house.receipts["other"]), "email": "reader@example.org", "password": "seven quiet rivers", **fields}
                answer = asked(house, client, method, path, data=data, headers=headers)
                if answer.status_code not in (400, 404) and not (answer.status_code == 303 and row.endpoint in LED):
                    wrong.append(f"{method} {path} with {sorted(fields)}, {sorted(headers)}: {answer.status_code}")
                if [each for each in answer.headers.getlist("Set-Cookie") if not each.startswith("archive_form=")]:
                    wrong.append(f"{method} {path} with {sorted(headers)} sets a cookie")
        if house.digest(but=TRAIL) != before:
            wrong.append(f"{method} {row.rule}: something was changed")
    return wrong


@pytest.mark.parametrize("method", spread(UNSAFE, 1))
def test_a_form_of_somebody_else_changes_nothing(house: House, method: str) -> None:
    wrong = taken_from_elsewhere(house, method)
    assert not wrong, "\n".join(wrong)


# The head of a page

@contextmanager
def written(house: House) -> Iterator[list[str]]:
    """What is written to the archive's database meanwhile, by this thread: statements without their values."""
    found: list[str] = []
    here = threading.get_ident()

    def note(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        if threading.get_ident() == here and connection.engine.url == house.archive.engine.url and statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            found.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


NOTED = frozenset({"desk.received"})
"""That an archivist has opened what a family sent is written down, and its messages count as read."""


def headed(house: House, near: str = "") -> list[str]:
    """Of the rows whose address fits, those of which the head, asked for with a form that would be taken, is not that of the page, or does
    something."""
    wrong = []
    for row in [row for row in doors.rows(house.app) if "GET" in row.methods and re.search(near, row.rule)]:
        client = whose(house, row)
        fields = {**PLAUSIBLE, "receipt": " ".join(house.receipts["other"]), **house.token(client, row.rule)}
        for path in filled(house, row):
            with written(house) as done:
                head = asked(house, client, "HEAD", path, data=fields)
            page = asked(house, client, "GET", path)
            if head.data or said(head, path)[:2] != said(page, path)[:2]:
                wrong.append(f"HEAD {path}: {said(head, path)[:2]}, GET: {said(page, path)[:2]}")
            if any(each.partition("=")[0] in ("archive_visit", "archive_left", "archive_session") for each in head.headers.getlist("Set-Cookie")):
                wrong.append(f"HEAD {path} sets a cookie")
            if done and row.endpoint not in NOTED:
                wrong.append(f"HEAD {path} writes: {done}")
            head.close()  # as a server does, so that nothing stays open of which nobody read a byte
    return wrong


def test_the_head_of_a_page_is_that_of_the_page_and_does_nothing(house: House) -> None:
    wrong = headed(house)
    assert not wrong, "\n".join(wrong)


# What every answer carries

COOKIES = {"archive_session": ("HttpOnly", "SameSite=Lax", "Path=/"), "archive_form": ("HttpOnly", "SameSite=Lax", "Path=/"),
           "archive_visit": ("HttpOnly", "SameSite=Strict", "Path=/submit"), "archive_left": ("HttpOnly", "SameSite=Strict", "Path=/submit")}


SETS = frozenset({"account.register", "account.confirm", "account.account", "account.password", "account.address", "account.confirm_address",
                  "account.delete", "account.recover", "account.new_password", "account.enrol", "account.renew_codes", "account.remove_second_factor",
                  "account.lost_second_factor", "account.sign_in", "account.sign_out", "submit.stopped", "submit.leave", "submit.open_again",
                  "desk.describe", "desk.declare", "desk.restrict", "desk.lift", "desk.release", "desk.verb", "desk.received", "desk.access",
                  "desk.give", "requests.one", "requests.ask", "requests.ask_all", "desk.new", "desk.imports", "desk.brought", "desk.many", "desk.made"})
"""Pages with a form that carries a token, and those that end a visit: no other page sets a cookie when it is read."""


def speaks(answer: TestResponse) -> bool:
    """Whether it is the page on which a voice can be recorded; not the neutral page, or another one to which one is led."""
    return answer.request.path == "/submit/files" and answer.status_code in (200, 400) and b"data-voice" in answer.data or (
        answer.request.method == "HEAD" and answer.request.path == "/submit/files" and "blob:" in answer.headers["Content-Security-Policy"])


def carried(answer: TestResponse, https: bool) -> list[str]:
    """What is wrong with the headers of an answer."""
    headers, wrong = answer.headers, []
    wrong += [f"{name}: {headers.get(name)}" for name, value in {**ALWAYS, **(WITH_A_VOICE if speaks(answer) else {})}.items()
              if headers.get_all(name) != [value]]
    lasts = headers.get("Cache-Control")
    if lasts != "no-store" and not (lasts == FOREVER and answer.request.path.startswith("/static/")):
        wrong.append(f"Cache-Control: {lasts}")
    wrong += [f"{name} is told" for name in ("Last-Modified", "Server", "X-Powered-By", "Access-Control-Allow-Origin", "Expires") if name in headers]
    for cookie in headers.getlist("Set-Cookie"):
        name = cookie.partition("=")[0].removeprefix("__Host-")
        lacks = [flag for flag in (*COOKIES.get(name, ("a row in COOKIES",)), *(["Secure"] if https else [])) if flag not in cookie.split("; ")]
        wrong += [f"the cookie {name} lacks {', '.join(lacks)}"] if lacks else []
    return wrong


def audited(house: House, who: str, https: bool, near: str = "") -> list[str]:
    """What is wrong, of every row whose address fits."""
    wrong = []
    for row in [row for row in doors.rows(house.app) if re.search(near, row.rule)]:
        client = house.family() if who == "a family" else house.person(who)
        for path in row.addresses(house.open):
            for method in sorted(row.methods) + ["HEAD", "OPTIONS"]:
                house.forgive()
                answer = client.open(path, method=method, base_url=SECURE if https else HERE)
                wrong += [f"{method} {path}: {each}" for each in carried(answer, https)]
                if method == "GET" and row.endpoint not in SETS and "Set-Cookie" in answer.headers:
                    wrong.append(f"GET {path} sets a cookie")
                answer.close()  # as a server does; of a head nobody reads a byte
    return wrong


SECURE = "https://archive.example"


@pytest.mark.parametrize("who", ["a family", *(pytest.param(who, marks=pytest.mark.slow) for who in ("anonymous", "registered", "archivist"))])
def test_what_every_answer_carries(house: House, who: str) -> None:
    wrong = audited(house, who, https=False)
    assert not wrong, "\n".join(wrong)


def test_what_every_answer_carries_under_https(house: House) -> None:
    wrong = audited(house.under(SECURE), "anonymous", https=True)
    assert not wrong, "\n".join(wrong)


# Last, since it changes what is there

def test_the_same_forms_of_ones_own_are_taken(house: House) -> None:
    """Else those above would be refused for something else than their token."""
    refused = []
    for row in sorted(doors.rows(house.app), key=lambda row: row.endpoint == "desk.verb"):
        if "POST" in row.methods and row.rule.startswith(("/submit", "/desk")) and row.endpoint not in HARD:
            client = house.family() if row.rule.startswith("/submit") else house.person("custodian")
            data = {**PLAUSIBLE, "receipt": " ".join(house.receipts["other"]), **house.token(client, row.rule)}
            answers = [asked(house, client, "POST", path, data=data) for path in filled(house, row) if not path.endswith("/forget")]
            refused += [(row.endpoint, each.status_code) for each in answers if each.status_code not in (200, 303, 409)]
    assert not refused


HARD = frozenset({
    "submit.message", "submit.files", "desk.release", "desk.describe", "desk.access", "desk.give", "desk.links_of", "desk.merge_entries",
    "desk.transcripts", "desk.versions", "desk.draft", "desk.finish", "desk.set_aside", "desk.edit", "desk.restore",
    "desk.recordings", "desk.uploads", "desk.upload", "submit.uploads", "submit.upload",
    "desk.imports", "desk.brought", "desk.many"})
"""Of two that are made one the page gives what must be sent along, and of links what is done; forms of transcripts and files in pieces are tried
with pages of their own (tests/web). What is asked for is decided with a day (tests/web/test_requests). A draft cannot write to the archivists;
no file is sent; some forms ask for another choice, or for testimonies that were ticked; a closing that has ended is not ended again; and somebody else was quicker (409)."""
