"""How often somebody may try to sign in, show a password or a code, or have letters sent: counted by visitor's address and by account,
known or not.

Counted in memory: the archive is one process, and a restart forgives. Logs never hold what is counted.
What may not live here: whether a try was right (account and its neighbours).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_network
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from archive_app.actions import accounts
from archive_app.web import errors, identity, visit
from archive_app.web.translate import gettext

WAIT_MINUTES = 15
BY_ACCOUNT, BY_ADDRESS = 10, 60
"""Failed tries in that time. Ten guesses at a code are 30 in a million; sixty leave room for a class behind one address."""
FAILED = 400


def start(app: Flask, tried: Sequence[str], written: Sequence[str], has_accounts: bool = True) -> None:
    """Count the posts that fail at the endpoints `tried`, together, and every post at the endpoints `written`, after which a letter may
    be sent or something new lies on the disk; counters of its own for each app. Without accounts only the visitor's own address is
    counted, which a whole village may share."""
    logging.getLogger("flask-limiter").setLevel(logging.ERROR)  # its notes would hold addresses
    limiter = Limiter(_address, app=app, storage_uri="memory://", strategy="fixed-window")
    for number, counted_by in (*(((BY_ACCOUNT, _account),) if has_accounts else ()), (BY_ADDRESS, _address)):
        allowed = f"{number} per {WAIT_MINUTES} minutes"
        kinds: tuple[tuple[Sequence[str], str, dict[str, Any]], ...] = (
            (tried, "tries", {"deduct_when": _failed}), (written, "letters", {}))
        for endpoints, scope, more in kinds:
            limit = limiter.shared_limit(allowed, scope, key_func=counted_by, methods=["POST"], **more)
            for endpoint in endpoints:
                view: Callable[..., Any] = app.view_functions[endpoint]
                app.view_functions[endpoint] = limit(view)


def too_many(_: RateLimitExceeded) -> Response:
    """The answer when there were too many, in the shape of every other refusal."""
    answer = errors.refused(429, gettext("That was tried too often. Please wait %(minutes)s minutes, then try again.",
                                         minutes=WAIT_MINUTES))
    answer.headers["Retry-After"] = str(WAIT_MINUTES * 60)
    return answer


def _failed(answer: Response) -> bool:
    return answer.status_code == FAILED


def _account() -> str:
    """A digest of the address of whoever is signed in, however far, or of the one that was typed; where there is neither, a code of
    80 bits alone is tried, and the visitor's own address is counted."""
    who, typed = identity.visitor(), request.form.get("email", "")
    if who and (not typed or request.path.startswith("/account/")):  # there a typed address is not the one whose password is tried
        typed = who.known.email
    return "account " + hashlib.sha256(accounts.folded(typed).encode()).hexdigest() if typed else _address()


def _address() -> str:
    """The visitor's own address; of IPv6 the first 64 bits, since one household has all the rest."""
    trusted = current_app.config["TRUSTED_PROXIES"]
    found = visit._address(request.remote_addr or "")
    if visit._within(found, trusted):
        found = visit._forwarded_for(request, trusted) or found
    return f"address {ip_network((found, 64), strict=False) if isinstance(found, IPv6Address) else found}"
