"""A browser in which somebody has signed in, and how it sends a form."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app import clock
from archive_app.actions import sessions
from archive_app.actions.accounts import SHELL, add_account
from archive_app.records.accounts import SignedInSession, account_by_email
from archive_app.records.base import writing
from archive_app.web.visit import SESSION_COOKIE
from tests.factories.archives import Archive

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')


def browser(archive: Archive, app: Flask, role: str, *collections: str, email: str = "") -> FlaskClient:
    """Somebody with a new account of this role; `collections`: those it is for, none = all."""
    email = email or f"{role}@example.org"
    add_account(archive.engine, email, role, collections, "seven quiet rivers", actor=SHELL)
    token, now = (email * 43)[:43], clock.now()
    with writing(archive.engine) as session:
        account = account_by_email(session, email)
        assert account is not None
        session.add(SignedInSession(token_digest=sessions.digest(token), account_id=account.id, stage=sessions.FULL, started_at=now, seen_at=now,
                                    ends_at=now + 10**9))
        session.commit()
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, token)
    return client


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Open the form at an address and send it, with its token."""
    found = TOKEN.search(client.get(path).text)
    assert found is not None, "no form stands at this address"
    return client.post(path, data={"csrf_token": found.group(1), **fields})
