"""The same promise through the real door: people who sign in with a password and, where they must, a code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from archive_app.actions.accounts import add_account
from archive_app.records.accounts import Holding, account_by_email
from archive_app.records.base import writing
from archive_app.records.testimonies import by_public_id
from tests.factories.archives import Archive
from tests.factories.suites import spread
from tests.promises import crawl, worlds
from tests.promises.conftest import Pair
from tests.promises.mutations import several
from tests.promises.oracle import Who

PASSWORD = "river bread window morning"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ROLES = {"grants": ("researcher", ()), "elsewhere": ("archivist", ("harbour",)), "custodian": ("custodian", ())}


def sign_in(archive: Archive, who: Who) -> crawl.Visitor:
    """Make the account as the shell does, give what it is granted, and sign in on the page."""
    role, collections = ROLES[who.name]
    email = f"{who.name}@people.example"
    add_account(archive.engine, email, role, collections, PASSWORD, actor="shell")
    with writing(archive.engine) as session:
        account = account_by_email(session, email)
        assert account is not None
        for id in sorted(who.granted):
            told = by_public_id(session, id)
            session.add_all([Holding(account_id=account.id, token="grant", testimony_id=told.id)] if told else [])
        session.commit()
    client = crawl.web(archive).test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    found = TOKEN.search(page)
    assert found
    got = client.post("/sign-in", data={"email": email, "password": PASSWORD, "csrf_token": found[1]})
    assert got.status_code == 303
    return crawl.Visitor(client)


@pytest.mark.parametrize("who", spread(ROLES, 1))
def test_twins_read_the_same_for_who_really_signed_in(pair: Callable[..., Pair], who: str) -> None:
    made = pair(who, 1, several("add", "edit", "withheld words", "publish then withdraw", "other order"), count=3)
    one, other = (sign_in(archive, made.who) for archive in made.archives)
    asked = [ask for ask in crawl.sampled(made.asks, 4) if ask.endpoint.endswith(("_twin", "_file", "home"))]
    assert not [(ask, what) for ask, what in crawl.differences(one, other, asked)]


def test_who_signed_in_reads_what_the_rows_give_them(pair: Callable[..., Pair]) -> None:
    """Signing in opens what it should: else the test above would compare two visitors of whom nothing is known."""
    import json

    from tests.promises.oracle import may

    made = pair("archivist", 2, several("staff work"), count=3)
    for name in ROLES:
        who = worlds.VIEWERS[name]
        door = sign_in(made.archives[0], who)
        listed = json.loads(door.ask(crawl.Ask("", "GET", "/testimonies.json")).body)
        assert {each["id"] for each in listed["items"]} == {
            told.id for told in made.worlds[0].told if may(who, told, "existence", worlds.NOW)}
