"""At the desk nobody learns of what they do not tend: archives that differ only in that are the same to them, page by page. For readers
the desk's pages are asked about like all others (crawl): what they are given there is the same for everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import MapAdapter

from archive_app import clock, ids
from archive_app.access.desk import Desk
from archive_app.actions import consenting, declaring, granting
from archive_app.actions.accounts import SHELL, add_account
from archive_app.actions.change import operator
from archive_app.errors import NotFound
from archive_app.records.consent import Unit, unit_of
from archive_app.records.testimonies import Testimony as Row
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive
from tests.factories.signed_in import browser
from tests.promises import desk_work
from tests.promises.conftest import Making

TOLD = {"languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.txt|en|verbatim", "place": "Low Tessen"}
HIDDEN = ("quellwater", "Karvellin", "hid-in-hills", "sealed-one", "on-hold", "gone-one")
MOMENT = 1_800_000_000_000
READER, GRANTED = "reader@example.org", ("the-sea", "hills", *HIDDEN[2:])


def request_id(about: str) -> str:
    """The id of the grant of this, under the key and the clock of these twins."""
    ids.use_key(b"tests")
    found = ids.public("request", f"{READER}/{about}/{MOMENT}")
    ids.use_key(None)
    return found


def built(making: Making, hidden: bool, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive that an archivist of the valley tends; with `hidden`, also what they may not tend."""
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    archive = making.archive()
    archive.write("bell.txt", "The bell rang.\n\nAnd again.\n")
    archive.write("hidden.txt", "Here quellwater is spoken of.\n")
    open_ones = [{**TOLD, "identifier": "the-bell", "title": "The bell"}, {**TOLD, "identifier": "the-draft", "title": "Draft", "publish": "no"},
                 {**TOLD, "identifier": "the-sea", "title": "The sea", "collection": "hills"}]
    secret = {**TOLD, "narrators": "Karvellin, Ida", "transcripts": "hidden.txt|en|verbatim", "title": "Of quellwater"}
    hid = [{**secret, "identifier": "hid-in-hills", "collection": "hills", "access": "staff"}, {**secret, "identifier": "sealed-one", "access": "sealed"},
           {**secret, "identifier": "on-hold"}, {**secret, "identifier": "gone-one"}]
    archive.bring(*open_ones, *(hid if hidden else []))
    add_account(archive.engine, READER, "researcher", [], "seven quiet rivers", actor=SHELL)
    for about in ("the-bell", *(GRANTED if hidden else ())):
        granting.give(archive.engine, operator(), READER, about, granting.last_day(MOMENT), by_mail=False)
    if hidden:
        for id in HIDDEN[2:]:
            desk_work.work_on(archive, id, "quellwater")
        declaring.hold(archive.engine, operator(), "on-hold", "asked")
        consenting.withdraw(archive.engine, operator(), "gone-one", "asked")
    archive.settle()
    return archive


WRITTEN = ("/transcripts", "/transcripts/1", "/transcripts/1/compare?one=1&other=1", "/transcripts/1/edit", "/transcripts/1/draft", "/transcripts/1/draft?draft=1",
           "/transcripts/1/versions/1/restore", "/transcripts/1/drafts/1/finish", "/transcripts/1/drafts/1/set-aside", "/media/abc")
"""Of these the last five answer nothing where nobody has worked on it."""
REQUESTS = {about: request_id(about) for about in ("the-bell", *GRANTED)}
ADDRESSES = ["/desk", "/desk?state=held", "/desk?state=withdrawn", "/desk?q=quellwater", "/desk?q=Karvellin", "/desk?page=2", "/desk/words", "/desk/words?q=quellwater", "/desk/words?q=rang", "/desk?state=due", "/desk/submissions", "/desk/requests", "/desk/requests/give", "/desk/requests/the-bell", "/desk/requests?state=granted",
             *(f"/desk/requests/{id}" for id in REQUESTS.values()),
             "/desk?collection=hills", "/desk?kind=transcript", "/desk/catalogue.csv", "/desk/catalogue.csv?collection=hills", "/desk/new", "/desk/import",
             "/desk/import/never-was", "/desk/import/never-was/report.csv", "/desk/bulk/never-was", "/desk/bulk?" + "&".join(f"id={id}" for id in ("the-bell", *HIDDEN[2:], "never-was")),
             "/desk/bulk?all=1",
             *(f"/desk/testimonies/{id}{rest}" for id in ("the-bell", "the-draft", "the-sea", *HIDDEN[2:], "never-was")
               for rest in ("", "/history", "/as?who=staff", "/description", "/consent", "/restrictions", "/restrictions/1/lift", "/links", "/publish", "/hold", "/holds/9/end",
                            "/proposals/9/agree", "/evidence/1", "/evidence/9", "/recordings", "/erase", *WRITTEN))]
ELSEWHERE = {"/desk/<any(": "test_desk_registry.py", "/desk/submissions/<": "test_submissions_hidden.py", "/desk/uploads": "test_uploads_hidden.py"}
"""Pages with twins of their own, and those of the links with them."""


def answers(client: FlaskClient, paths: Sequence[str] = ADDRESSES) -> Iterator[tuple[str, int, bytes]]:
    for path in paths:
        answer = client.get(path)
        yield path, answer.status_code, re.sub(rb'((?:name="csrf_token"[^>]*value=|"token":)")[^"]*', rb"\1", answer.data)


@pytest.fixture
def twins(making: Making, monkeypatch: pytest.MonkeyPatch) -> tuple[FlaskClient, FlaskClient]:
    made = []
    for hidden in (False, True):
        ids.use_key(b"tests")
        archive = built(making, hidden, monkeypatch)
        made.append(browser(archive, archive.app(), "archivist", "valley"))
    return made[0], made[1]


def test_what_is_not_tended_changes_no_byte(twins: tuple[FlaskClient, FlaskClient]) -> None:
    without, with_hidden = (list(answers(client)) for client in twins)
    assert [one[:2] for one in without] == [other[:2] for other in with_hidden]
    assert not [(one[0]) for one, other in zip(without, with_hidden, strict=True) if one != other]
    assert not [(path, word) for path, _, body in with_hidden for word in HIDDEN if word.encode() in body and word not in path]
    nothing = ("/restrictions/1/lift", "/holds/9/end", "/proposals/9/agree", "/evidence/1", "/evidence/9", "/erase", *WRITTEN[5:])
    assert {status for path, status, _ in with_hidden if "the-bell" in path and not path.endswith(nothing) and "requests" not in path} == {200}
    assert [status for path, status, _ in with_hidden if any(id in path for id in REQUESTS.values())] == [200] + [404] * len(GRANTED)


@pytest.mark.slow
def test_requests_that_told_would_be_seen(twins: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: requests that whoever is staff may decide, and a count of all that there are."""
    from archive_app.access import kept_requests
    from archive_app.records.accounts import Account

    monkeypatch.setattr(kept_requests, "_tended", lambda entry: Account.closed_at.is_(None))
    without, with_hidden = ([one for one in answers(client) if "/requests" in one[0]] for client in twins)
    differ = {one[0] for one, other in zip(without, with_hidden, strict=True) if one != other}
    assert {"/desk/requests", f"/desk/requests/{REQUESTS['on-hold']}"} <= differ


def test_a_desk_that_told_would_be_seen(twins: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: a work list that asks no gate."""
    from sqlalchemy import true

    from archive_app.access.gate import Gate

    monkeypatch.setattr(Gate, "opens", lambda *_: true())
    without, with_hidden = (list(answers(client, ADDRESSES[:7])) for client in twins)
    assert without != with_hidden


def test_a_draft_that_is_given_to_another_archivist_would_be_seen(twins: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: drafts are looked up by their key, and nobody asks whose testimony they are of."""
    def kept(self: Desk, public_id: str) -> tuple[Row, Unit]:
        row = by_public_id(self._session, public_id)
        if row is None:
            raise NotFound()
        return row, unit_of(self._session, row.id)

    monkeypatch.setattr(Desk, "_kept", kept)
    told = answers(twins[1], [f"/desk/testimonies/hid-in-hills/transcripts/1/draft?draft={key}" for key in range(1, 80)])
    assert any(status == 200 and b"quellwater" in body for _, status, body in told)


def test_every_page_of_the_desk_is_among_them(making: Making) -> None:
    rules = making.archive().app().url_map
    routes = rules.bind("localhost")
    asked = {_rule(routes, path.split("?")[0]) for path in ADDRESSES}
    left = {rule.rule for rule in rules.iter_rules() if rule.endpoint.startswith("desk.")} - asked
    assert {rule for rule in left if not rule.startswith(tuple(ELSEWHERE)) and not rule.endswith("/links")} == set()


def _rule(routes: MapAdapter, path: str) -> str:
    """The rule that answers an address, whichever method it wants."""
    method = next(iter(routes.allowed_methods(path)), "GET")
    return str(routes.match(path, method=method, return_rule=True)[0])
