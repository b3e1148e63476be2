"""The sentences of letters: in the language of whoever asked, with one link that leads here, and nothing else."""

from __future__ import annotations

import re

import pytest

from archive_app.actions.account_letters import Facts
from archive_app.web.letters import WORDS, write

BASE, LANGUAGES = "https://archive.example", ("en", "az", "hy", "ru", "tr")
CODE = "abcd-efgh-jkmn-pqrs"


def written(kind: str, language: str = "en", code: str = "") -> tuple[str, str]:
    return write(Facts(kind, "reader@example.org", language, code), BASE, LANGUAGES)


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_in_every_language_is_plain_and_leads_here(kind: str, language: str) -> None:
    subject, text = written(kind, language, CODE)
    links = re.findall(r"https?://\S+", text)
    assert links[-1] == BASE and all(link.startswith(f"{BASE}/") for link in links[:-1]) and len(links) <= 2
    assert not re.search(r"[<>]|%\(|\n\n\n", text) and "\n" not in subject and "reader@" not in subject + text
    if links[:-1] and language != "en":
        assert links[0].endswith(f"ui={language}")


def test_the_link_carries_the_code_and_the_page_takes_it() -> None:
    _, text = written("password", "az", CODE)
    assert f"{BASE}/account/new-password?code={CODE}&ui=az" in text.splitlines()


def test_an_unknown_language_is_the_first_of_the_archive() -> None:
    assert written("password", "xx", CODE) == written("password", "en", CODE) == written("password", "", CODE)


def test_a_kind_that_nobody_wrote_is_not_sent() -> None:
    with pytest.raises(KeyError):
        written("recovery")
