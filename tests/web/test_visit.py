"""Who is asking: the session's token, and whether a visitor sits in the reading room."""

from __future__ import annotations

import pytest

from archive_app.web.visit import FORWARDED, SESSION_COOKIE, Facts, facts
from tests.web.app import make_app

NETWORKS = "10.1.0.0/16,2001:db8::/32"


def asked(address: str, trusted: str = "", networks: str = NETWORKS, **headers: str) -> Facts:
    app = make_app(ON_SITE_NETWORKS=networks, TRUSTED_PROXIES=trusted)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}, headers=named) as context:
        return facts(context.request)


@pytest.mark.parametrize(("address", "on_site"), [
    ("10.1.2.3", True), ("10.2.2.3", False), ("2001:db8::1", True), ("::ffff:10.1.2.3", True), ("", False), ("nonsense", False)])
def test_the_reading_room_is_known_by_its_networks(address: str, on_site: bool) -> None:
    assert asked(address).on_site is on_site


def test_without_networks_nobody_is_on_site() -> None:
    assert asked("10.1.2.3", networks="").on_site is False


@pytest.mark.parametrize("header", FORWARDED)
def test_behind_a_proxy_that_is_not_listed_nobody_is_on_site(header: str) -> None:
    assert asked("10.1.2.3", **{header.replace("-", "_"): "10.1.2.3"}).on_site is False


@pytest.mark.parametrize(("forwarded", "on_site"), [
    ("10.1.2.3", True), ("203.0.113.9", False), ("10.1.2.3, 203.0.113.9", False), ("203.0.113.9, 10.1.2.3", True),
    ("10.1.2.3, 192.0.2.1", True), ("10.1.2.3, nonsense", False), ("192.0.2.1", False), ("", False)])
def test_a_listed_proxy_is_believed_about_the_last_stranger(forwarded: str, on_site: bool) -> None:
    assert asked("192.0.2.1", trusted="192.0.2.0/24", Via="1.1 proxy", X_Forwarded_For=forwarded).on_site is on_site


def test_a_proxy_in_the_networks_does_not_put_everybody_on_site() -> None:
    assert asked("10.1.0.1", trusted="10.1.0.1/32", X_Forwarded_For="203.0.113.9").on_site is False


@pytest.mark.parametrize(("base", "name"), [("", SESSION_COOKIE), ("https://archive.example", f"__Host-{SESSION_COOKIE}")])
def test_the_token_comes_from_one_cookie(base: str, name: str) -> None:
    app = make_app(BASE_URL=base)
    with app.test_request_context("/", headers={"Cookie": f"{name}=abc"}) as context:
        assert facts(context.request) == Facts("abc", False)
    with app.test_request_context("/", headers={"Cookie": "other=abc"}) as context:
        assert facts(context.request) == Facts("", False)


def test_a_token_is_never_printed() -> None:
    assert "abc" not in repr(Facts("abc"))
