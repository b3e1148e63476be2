"""Who is at the door: the cookie that holds a session's token, and Flask-Login's answer to it.

The session itself is kept on the server (actions.sessions): the cookie is HttpOnly, SameSite=Lax, and under https Secure with the
prefix `__Host-` (RFC 6265bis). Only the sign-in pages set it. What may not live here: what a page shows, who may see what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, current_app, g, request
from flask_login import LoginManager, current_user

from archive_app.actions import sessions
from archive_app.web import visit

if TYPE_CHECKING:
    from sqlalchemy import Engine

NAME = "archive_sign_in"
HOST_PREFIX = "__Host-"


@dataclass(frozen=True)
class SignInRules:
    """What the pages of accounts are given to work with. `required`: whether staff need a second factor here."""

    engine: Engine
    required: bool
    https: bool


@dataclass(frozen=True)
class Visitor:
    """Somebody whose session lives, in the form that Flask-Login asks for. Signed in only when nothing is owed."""

    known: sessions.SignedIn
    token: str = field(repr=False)

    is_active = True
    is_anonymous = False

    @property
    def is_authenticated(self) -> bool:
        return self.known.stage == sessions.FULL

    @property
    def owes_code(self) -> bool:
        """Whether the code of a second factor that they have is all that is missing."""
        return not self.is_authenticated and self.known.second_factor

    def get_id(self) -> str:
        return str(self.known.account_key)


def start(app: Flask, engine: Engine) -> None:
    """Let `app`, which has its settings, know who asks."""
    https = str(app.config["BASE_URL"]).startswith("https:")
    app.extensions[NAME] = SignInRules(engine, app.config["SETTINGS"].require_second_factor, https)
    app.config.update(SESSION_COOKIE_NAME=(HOST_PREFIX if https else "") + "archive_form", SESSION_COOKIE_SECURE=https,
                      SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_PATH="/")
    manager = LoginManager()
    manager.session_protection = None  # nothing of who somebody is lies in Flask's own session
    manager.request_loader(_visitor_of)
    manager.init_app(app, add_context_processor=False)


def rules() -> SignInRules:
    """What `start` gave the application that answers this request."""
    found: SignInRules = current_app.extensions[NAME]
    return found


def visitor() -> Visitor | None:
    """Whoever this request comes from, at either stage; None for anybody else. Asked of the database once a request."""
    user = current_user._get_current_object()
    return user if isinstance(user, Visitor) else None


def token() -> str:
    """What the browser brought, living or not; '' = nothing."""
    return visit.facts(request).token


def give_cookie(answer: Response, opened: sessions.Opened) -> None:
    """A reader's outlasts the browser; that of staff, and of whoever still owes a code, does not."""
    stays = opened.stage == sessions.FULL and not sessions.is_staff(opened.role)
    answer.set_cookie(visit.cookie_name(), opened.token, max_age=opened.lasts_ms // 1000 if stays else None, path="/",
                      secure=rules().https, httponly=True, samesite="Lax")


def take_cookie(answer: Response) -> None:
    """Have the browser forget the token. Ending the session on the server is not done here."""
    answer.delete_cookie(visit.cookie_name(), path="/", secure=rules().https, httponly=True, samesite="Lax")


def _visitor_of(asked: Request) -> Visitor | None:
    facts = visit.facts(asked)
    if not facts.token:
        return None
    known = sessions.recognise(rules().engine, facts.token, on_site=facts.on_site, required=rules().required)
    g.tends = known is not None and known.stage == sessions.FULL and sessions.tends(known.role)
    return Visitor(known, facts.token) if known else None
